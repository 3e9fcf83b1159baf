"""`zhizao run`: one history and one future."""

from __future__ import annotations

import math
import sys
from typing import Any

import click

from zhizao.arrays import FloatArray
from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table
from zhizao.commands.output import check_files, print_notes, say_notes, say_written, write_tables
from zhizao.commands.progress import say_if_compiling
from zhizao.commands.signposts import print_signposts_of_run
from zhizao.commands.sizes import Size, size_of
from zhizao.commands.study import with_study
from zhizao.commands.words import fit_line, funding_line, short_label, word
from zhizao.parameter_words.units import unit_name
from zhizao.report.charts import save_run_chart
from zhizao.report.words import scenario_title
from zhizao.results.outcomes import Outcome
from zhizao.results.variables import VARIABLES, Variable
from zhizao.results.wording import label, number
from zhizao.studies.record import refuse_other
from zhizao.studies.run import Run, run
from zhizao.studies.study_options import RunOptions
from zhizao.words.tables import Language

__all__ = ["command", "monthly_rows", "print_run"]

_SHOWN = (
    "level2_share",
    "level2_share_true",
    "projects_started",
    "public_spend",
    "service_cost",
    "private_investment",
    "workshops",
    "factories",
    "robot_share",
    "firms",
)
_BLOCKS = "▁▂▃▄▅▆▇█"


@click.command("run")
@click.argument("scenario", default="baseline")
@with_study(RunOptions)
@common.options(common.out, common.replace, common.output_format, common.language, common.quiet)
@click.option("--chart", metavar="FILE", help="Draw the run into a PNG, SVG or PDF file.")
def command(
    scenario: str,
    study: RunOptions,
    out: str | None,
    replace: bool,
    output_format: str,
    language: Language,
    quiet: bool,
    chart: str | None,
) -> None:
    """Run SCENARIO, a shipped name or a TOML file, once: history, then its future from the month of the branch on.

    The parameters are those of the ensemble's most central member (with --calibration prior: the declared
    ones). The table shows years; --format csv gives every month.

    \b
    Examples:
      zhizao run baseline --seed 7
      zhizao run services-surge --set specialists.count=120 --out runs/surge
      zhizao run baseline --chart run.png --lang zh
      zhizao run my-policy.toml --firms firms.csv --format json > run.json
    """
    check_files(out=out, chart=chart, inputs=[scenario, study["firms"]])
    if out is not None and not replace:
        refuse_other(out, "run", [scenario], draws=1, **study)
    say_if_compiling(quiet=quiet)
    done = run(scenario, **study)
    say_notes(done.notes, output_format, language, quiet=quiet)
    write_tables(done, out, output_format, language, quiet=quiet, replace=replace)
    if chart is not None:
        say_written(save_run_chart(done, chart, language), language, quiet=quiet)
    print_as(
        output_format, value=done.to_dict, rows=lambda: monthly_rows(done), table=lambda: print_run(done, language)
    )


def monthly_rows(done: Run) -> list[dict[str, Any]]:
    """Return a row for each month: its name and every series."""
    values = {name: series.tolist() for name, series in done.series.items()}
    return [
        {"month": month} | {name: column[place] for name, column in values.items()}
        for place, month in enumerate(done.months)
    ]


def print_run(done: Run, language: Language) -> None:
    """Print a run by year, and its outcomes, as tables."""
    print_lines(
        scenario_title(done.scenario, language),
        fit_line(done.options.calibration, language),
        funding_line(done.options.funding, done.scenario, language),
        word("one run", language, seed=done.options.seed, until=done.options.until),
        "",
    )
    print_notes(done.notes, language)
    print_signposts_of_run(done, language)
    print_lines(_path(done, language))
    shown = [variable for variable in VARIABLES if variable.name in _SHOWN]
    sizes = [size_of(_by_year(done, variable), language, variable.unit) for variable in shown]
    named = zip(sizes, (short_label(variable, language) for variable in shown), strict=True)
    headers = [word("year", language), *(size.header(name) for size, name in named)]
    print_lines("", word("years", language))
    print_table(headers, _years(done, shown, sizes), right=range(1, len(headers)))
    rows = [_outcome(done, outcome, language) for outcome in done.options.ideas.all_outcomes]
    print_table([word(key, language) for key in ("outcome", "value", "unit")], rows, right=[1])
    print_lines(word("additional", language))


def _outcome(done: Run, outcome: Outcome, language: Language) -> list[str]:
    """Return what an outcome is called, its value and its unit."""
    value = done.outcomes[outcome.name]
    size = size_of([value], language, outcome.unit)
    unit = size.unit if size.factor != 1.0 else unit_name(outcome.unit, language, percent=False)
    return [label(outcome, language), size.number(value), unit]


def _years(done: Run, shown: list[Variable], sizes: list[Size]) -> list[list[str]]:
    """Return a row for each year: stocks at its end, flows summed; the last year may be a part of one."""
    columns = [
        [size.number(value) for value in _by_year(done, variable)] for variable, size in zip(shown, sizes, strict=True)
    ]
    ends = [done.months[first : first + 12][-1] for first in range(0, len(done.months), 12)]
    return [[end, *row] for end, *row in zip(ends, *columns, strict=True)]


def _by_year(done: Run, variable: Variable) -> list[float]:
    values = done.series[variable.name]
    return [_of_year(values[first : first + 12], variable) for first in range(0, len(done.months), 12)]


def _of_year(values: FloatArray, variable: Variable) -> float:
    value = float(values[-1] if variable.kind == "stock" else values.sum())
    return round(value, 1) if variable.kind == "flow" or variable.unit != "share of firms" else value


def _path(done: Run, language: Language) -> str:
    """Return the share of SMEs at level 2 as a row of blocks, one a quarter, from nothing to all."""
    values = done.series["level2_share"]
    ends = [number(float(value), "share of firms") for value in (values[0], values[-1])]
    blocks = "".join(_BLOCKS[min(math.floor(8.0 * float(value)), 7)] for value in values[2::3])
    if not (sys.stdout.encoding or "").lower().startswith("utf"):
        blocks = ""
    return word("path", language, name=label(VARIABLES[0], language), path=blocks, first=ends[0], last=ends[1])
