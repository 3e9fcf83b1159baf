"""`zhizao sensitivity`: which inputs of a sweep matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from zhizao.commands import options as common
from zhizao.commands.analysis_words import say
from zhizao.commands.console import print_as, print_lines, print_table, remark
from zhizao.commands.output import check_files, print_notes, say_notes, say_written
from zhizao.commands.sizes import size_of
from zhizao.parameter_words.names import factor_group, key_with_name
from zhizao.report.charts.sensitivity import MOST_OUTCOMES, sensitivity_chart
from zhizao.report.charts.style import save_figure
from zhizao.results.wording import label, number
from zhizao.studies.sensitivity.sensitivity import Analysed, Sensitivity, sensitivity
from zhizao.words.tables import Language

__all__ = ["command"]

_COLUMNS = {"sobol": ("first", "total"), "morris": ("mu_star", "mu", "sigma"), "pawn": ("median", "largest", "matters")}
_LOOSE = 0.4
"""Width of the interval of what factors explain together, from which on the rest says nothing of interactions."""
_SORTED_BY = {"sobol": "total", "morris": "mu_star", "pawn": "median"}


@click.command("sensitivity")
@click.argument("folder", metavar="DIR")
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    metavar="NAME",
    help="An outcome of the sweep, repeatable; the plan, level 2 and cost if not given.",
)
@click.option("--scenario", metavar="NAME", help="A scenario of the sweep; the first if not given.")
@click.option("--ranks", is_flag=True, help="Analyse ranks; outcomes with infinities are analysed so in any case.")
@click.option("--by-group", is_flag=True, help="Sums of first-order indices by group, and interactions.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Seed of the bootstrap.")
@click.option("--chart", metavar="FILE", help="Draw what matters into a PNG, SVG or PDF file.")
@common.options(common.output_format, common.language)
def command(
    folder: str,
    outcomes: tuple[str, ...],
    scenario: str | None,
    ranks: bool,
    by_group: bool,
    seed: int,
    chart: str | None,
    output_format: str,
    language: Language,
) -> None:
    """Show which inputs of the sweep in DIR matter: Sobol' indices, Morris or PAWN, as its design allows.

    Missing and failed runs are left out, with all that belongs to them; their number is reported.

    \b
    Examples:
      zhizao sensitivity runs/what-matters
      zhizao sensitivity runs/what-matters --outcome target_met --by-group
      zhizao sensitivity runs/what-matters --outcome level2_share_end --chart matters.png
      zhizao sensitivity runs/screening --format csv > screening.csv
    """
    check_files(chart=chart)  # before the analysis, which can take minutes
    found = sensitivity(folder, outcomes or None, scenario=scenario, ranks=ranks, by_group=by_group, seed=seed)
    say_notes(found.notes, output_format, language, quiet=False)
    if chart is not None:
        _draw(found, chart, language)
    print_as(
        output_format,
        value=found.to_dict,
        rows=lambda: [dict(zip(found.table.columns, row, strict=True)) for row in found.table.itertuples(index=False)],
        table=lambda: _print(found, language, summed=by_group),
    )


def _draw(found: Sensitivity, chart: str, language: Language) -> None:
    say_written(save_figure(sensitivity_chart(found, language), chart), language, quiet=False)
    if found.table["outcome"].nunique() > MOST_OUTCOMES:
        remark(say("chart outcomes", language, count=MOST_OUTCOMES), quiet=False)


def _print(found: Sensitivity, language: Language, *, summed: bool) -> None:
    print_lines(found.title, say(found.method, language, scenario=found.scenario))
    print_notes(found.notes, language)
    if found.grouped:
        print_lines(say("groups summed" if summed else "groups moved", language))
    if found.draws > 1:
        print_lines(say("averaged", language, draws=found.draws))
    columns = _COLUMNS[found.method][: 1 if summed else None]
    for entry in found.outcomes:
        print_lines("", *_lines(entry, found.method, language))
        if entry.state == "analysed":
            _print_indices(found, entry, columns, language, summed=summed)


def _lines(entry: Analysed, method: str, language: Language) -> list[str]:
    """Say what was done with an outcome."""
    size = size_of((entry.mean, entry.sd), language, entry.outcome.unit)
    values = {
        "label": size.header(label(entry.outcome, language)),
        "mean": size.number(entry.mean),
        "sd": size.number(entry.sd),
        "kept": f"{entry.kept:,}",
        "dropped": f"{entry.dropped:,}",
        "rows": f"{entry.rows:,}",
    }
    lines = [say(f"analysed {method}" if entry.state == "analysed" else entry.state, language, **values)]
    if entry.state == "analysed" and entry.infinite and entry.ranks:
        lines.append(say("infinite", language, share=number(entry.infinite, "share of rows")))
    elif entry.ranks and entry.state == "analysed":
        lines.append(say("ranks", language))
    if entry.state == "analysed" and method == "pawn" and entry.rows < entry.kept:
        lines.append(say("fewer rows", language, **values))
    if entry.explained is not None:
        share, low, high = (
            number(value, "share of", language)
            for value in (entry.explained.share, entry.explained.low, entry.explained.high)
        )
        loose = entry.explained.high - entry.explained.low > _LOOSE
        lines.append(say("loose" if loose else "explained", language, share=share, low=low, high=high))
    return lines


def _print_indices(
    found: Sensitivity, entry: Analysed, columns: tuple[str, ...], language: Language, *, summed: bool
) -> None:
    rows = found.table[found.table["outcome"] == entry.outcome.name].to_dict("records")
    if not summed:  # the sums are in the order of the groups, interactions last
        rows.sort(key=lambda row: -row[_SORTED_BY[found.method]])
    if found.method == "pawn":
        print_lines(say("dummy", language, threshold=f"{rows[0]['dummy']:.3f}"))
    names = ["group"] if found.grouped else ["input" if found.method == "pawn" else "factor", "group"]
    headers = [say(name, language) for name in (*names, *columns)]
    cells = [[*_names(row, found, language), *(_cell(row, name) for name in columns)] for row in rows]
    two_lines = language == "zh" and not found.grouped
    print_table(headers, cells, right=range(len(names), len(headers)), lines=two_lines)


def _names(row: Mapping[Any, Any], found: Sensitivity, language: Language) -> list[str]:
    group = factor_group(row["group"], language)
    return [group] if found.grouped else [key_with_name(row["factor"], language), group]


def _cell(row: Mapping[Any, Any], name: str) -> str:
    if name == "matters":
        return "✓" if row[name] else ""
    value = _written(row[name])
    if f"{name}_low" not in row:
        return value
    return f"{value} ({_written(row[f'{name}_low'])} … {_written(row[f'{name}_high'])})"


def _written(value: float) -> str:
    return "–" if value != value else f"{value:.3f}".replace("-", "−")
