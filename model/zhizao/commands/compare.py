"""`zhizao compare`: scenarios side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import click

from zhizao.calendar import TARGET_MONTH, month_names
from zhizao.commands import options as common
from zhizao.commands.comparison_table import short_headers, short_note, short_rows
from zhizao.commands.console import print_as, print_lines, print_table
from zhizao.commands.on_screen import lines_of, print_what_fits, screen_height
from zhizao.commands.output import check_files, notes_as_lines, say_notes, say_written, write_tables
from zhizao.commands.picture import draw_picture
from zhizao.commands.progress import progress
from zhizao.commands.signposts import print_signposts_of_draws
from zhizao.commands.sizes import Size, size_of
from zhizao.commands.study import with_study
from zhizao.commands.words import fit_line, funding_line, short_label, word
from zhizao.report.charts import save_chart
from zhizao.report.words import scenario_title
from zhizao.report.workbook import save_workbook
from zhizao.results.groups import GROUP_KINDS
from zhizao.results.outcomes import OUTCOMES, OUTCOMES_BY_NAME, TARGET_SHARE, Outcome
from zhizao.results.wording import group_name, number, span, unit_of_difference
from zhizao.scenario.scenario import list_scenarios
from zhizao.studies.compare import compare
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.studies.record import refuse_other
from zhizao.studies.study_options import CompareOptions
from zhizao.words.tables import Language

__all__ = ["command", "print_comparison"]

_SHOWN = (
    "level2_share_end",
    "level2_share_true_end",
    "target_met",
    "public_spend_total",
    "service_cost_total",
    "projects_started_total",
    "cost_per_additional_level2_firm",
)

_RANKED = ("level2_share_end", "level2_share_true_end", "cost_per_additional_level2_firm")
_BY = {"size": "size", "sector": "sector", "start-level": "start_level", "park": "park"}
_MANY = 100_000
_FOOT = 2
"""Lines below a table: how to see more, and the prompt."""
_WANTED = (0, 3, 4, 5, 2, 6, 1, 7)
"""Columns of the short table, those first that a narrow screen is to show."""
_COLUMNS_IN_ORDER = len(_WANTED)
_ACCOUNT_SHARES = ("additional", "pulled_forward", "deadweight", "committed_before", "captured", "administration")


@click.command("compare")
@click.argument("scenarios", nargs=-1)
@with_study(CompareOptions)
@common.options(common.out, common.replace, common.output_format, common.language, common.quiet)
@click.option("--chart", metavar="FILE", help="Draw the comparison into a PNG, SVG or PDF file.")
@click.option("--no-picture", is_flag=True, help="Without SCENARIOS, do not draw compare.png into this folder.")
@click.option(
    "--by",
    "grouped",
    multiple=True,
    type=click.Choice([*_BY, "rank"]),
    help="Also show who moved, by kind of firm, or how sure the order is; can be repeated.",
)
@click.option(
    "--full", is_flag=True, help="Print every row, all outcomes and differences with intervals, and the account."
)
@click.option("--workbook", metavar="FILE", help="Write it into an .xlsx file, one sheet for each question.")
def command(
    scenarios: tuple[str, ...],
    study: CompareOptions,
    out: str | None,
    replace: bool,
    output_format: str,
    language: Language,
    quiet: bool,
    chart: str | None,
    no_picture: bool,
    workbook: str | None,
    grouped: tuple[str, ...],
    full: bool,
) -> None:
    """Compare SCENARIOS with the first of them: the same firms and the same luck in each.

    Each is a shipped name or a TOML file; every shipped scenario if none is named. Every draw has its own
    parameters and its own luck; results do not depend on --workers. One line is printed for each scenario; without
    SCENARIOS, a picture of the most telling ones is drawn into compare.png as well.

    \b
    Examples:
      zhizao compare
      zhizao compare baseline services-surge --draws 200 --out runs/surge --chart surge.png
      zhizao compare baseline my-policy.toml --funding brief --format json > comparison.json
    """
    check_files(out=out, chart=chart, workbook=workbook, inputs=[*scenarios, study["firms"]])
    if out is not None and not replace:
        refuse_other(out, "comparison", scenarios or list_scenarios(), **study)
    with progress("compare", quiet=quiet) as tell:
        done = compare(scenarios or None, progress=tell, **study)
    say_notes(done.options.notes, output_format, language, quiet=quiet)
    write_tables(done, out, output_format, language, quiet=quiet, replace=replace)
    if chart is not None:
        say_written(save_chart(done, chart, language), language, quiet=quiet)
    if workbook is not None:
        say_written(save_workbook(done, workbook, language), language, quiet=quiet)
    drawn = output_format == "table" and not (scenarios or chart or no_picture)
    print_as(
        output_format,
        value=done.to_dict,
        rows=done.rows,
        table=lambda: _print_all(done, grouped, language, full=full, below=drawn and not quiet),
    )
    if drawn:
        draw_picture(done, language, quiet=quiet)


def _print_all(
    done: Comparison, grouped: Sequence[str], language: Language, *, full: bool, below: bool = False
) -> None:
    print_comparison(done, language, full=full, below=below)
    for kind in grouped:
        if kind == "rank":
            _print_ranks(done, language)
        else:
            _print_groups(done, _BY[kind], language)


def print_comparison(done: Comparison, language: Language, *, full: bool = False, below: bool = False) -> None:
    """Print a comparison: a line for each scenario, on a terminal as many as it has room for; or everything.

    Parameters
    ----------
    below
        Whether one more line is to follow.
    """
    by, share = month_names(TARGET_MONTH + 1)[-1], number(TARGET_SHARE, "share of firms")
    texts = [
        fit_line(done.options.calibration, language),
        funding_line(done.options.funding, done.first.scenario, language),
        word(
            "how many",
            language,
            draws=len(done.draws),
            seed=done.options.seed,
            until=done.options.until,
            seconds=f"{done.seconds:.1f}",
        ),
        word("target", language, share=share, by=by),
        "",
    ]
    notes = notes_as_lines(done.options.notes, language)
    headers, rows = short_headers(done, language), short_rows(done, language)
    short = short_note(done, language)
    height = screen_height()
    if height is not None and below:
        height -= 1
    if not full and height is not None and lines_of([*texts, *notes, short], headers, rows) + _FOOT > height:
        _print_what_fits(done, height, headers, rows, language)
        return
    print_lines(*texts, *notes, short)
    print_table(headers, rows, right=range(1, len(headers)))
    if full:
        _print_full(done, language)
    else:
        print_signposts_of_draws(done, language)
        print_lines(word("more of compare", language))


def _print_what_fits(
    done: Comparison, height: int, headers: Sequence[str], rows: Sequence[Sequence[str]], language: Language
) -> None:
    """Print what of a long comparison a screen has room for, and how to see the rest."""
    options = done.options
    texts = [
        word(
            "on screen",
            language,
            draws=len(done.draws),
            seconds=f"{done.seconds:.1f}",
            until=options.until,
            first=done.first.label,
        )
    ]
    own = range(_COLUMNS_IN_ORDER, len(headers))
    left_out = print_what_fits(height, texts, headers, rows, (*_WANTED, *own))
    if options.notes:
        print_lines(word("left out and remarks", language, count=left_out, remarks=len(options.notes)))
    else:
        print_lines(word("left out", language, count=left_out))


def _print_full(done: Comparison, language: Language) -> None:
    """Print outcomes, paired differences and the subsidy account as tables."""
    shown = [outcome for outcome in done.outcomes if outcome.name in _SHOWN or outcome.name not in OUTCOMES_BY_NAME]
    sizes = [size_of((one.summary(o)["mean"] for one in done.compared), language, o.unit) for o in shown]
    columns = list(zip(shown, sizes, strict=True))
    headers = [word("scenario", language), *(size.header(short_label(o, language)) for o, size in columns)]
    if len(done.by_treatment) > 1:
        headers[1 + _SHOWN.index("target_met")] = word("both treatments", language)
    print_lines(word("intervals", language))
    rows = [[_name(entry, language), *(_value(done, entry, *one) for one in columns)] for entry in done.compared]
    print_table(headers, rows, right=range(1, len(headers)), lines=True)
    if len(done.compared) > 1:
        _print_differences(done, shown, language)
    _print_accounts(done, language)
    print_signposts_of_draws(done, language)
    print_lines(word("additional", language))


def _print_differences(done: Comparison, shown: Sequence[Outcome], language: Language) -> None:
    """Print paired differences from the first scenario."""
    first, others = done.first, done.compared[1:]
    sizes = [
        size_of((one.difference(o, first)["mean"] for one in others), language, unit_of_difference(o.unit))
        for o in shown
    ]
    columns = list(zip(shown, sizes, strict=True))
    headers = [word("scenario", language), *(size.header(short_label(o, language)) for o, size in columns)]
    print_lines(word("differences", language, first=first.label))
    rows = [[_name(entry, language), *(_difference(entry, first, *one) for one in columns)] for entry in others]
    print_table(headers, rows, right=range(1, len(headers)), lines=True)


def _print_groups(done: Comparison, kind: str, language: Language) -> None:
    """Print the true share at level 2 of every group, and below it the paired difference from the first scenario."""
    print_lines(word("who moved", language, first=done.first.label))
    headers = [word("scenario", language), *(group_name(group, language) for group in GROUP_KINDS[kind])]
    rows = []
    for entry in done.compared:
        lines = [line for line in entry.group_lines(done.first) if line["kind"] == kind]
        cells = [line for line in lines if line["variable"] == "level2_share_true"]
        rows.append([entry.label, *(_group_cell(line, entry is done.first, language) for line in cells)])
    print_table(headers, rows, right=range(1, len(headers)), lines=True)


def _group_cell(line: dict[str, Any], first: bool, language: Language) -> str:
    mean = number(line["mean"], "share of firms", language)
    if first:
        return mean
    ends = span(line["difference_low"], line["difference_high"], "points", language, sign=True)
    return f"{mean}\n{number(line['difference_mean'], 'points', language, sign=True)}\n{ends}"


def _print_ranks(done: Comparison, language: Language) -> None:
    """Print how scenarios rank, with how sure that is."""
    shown = [outcome for outcome in OUTCOMES if outcome.name in _RANKED]
    print_lines(word("ranks", language, count=len(done.compared)))
    lines = {(line["scenario"], line["outcome"]): line for line in done.rank_lines()}
    rows = [
        [entry.label, *(_rank_cell(lines[entry.label, outcome.name], language) for outcome in shown)]
        for entry in done.compared
    ]
    headers = [word("scenario", language), *(short_label(outcome, language) for outcome in shown)]
    print_table(headers, rows, right=range(1, len(headers)), lines=True)


def _rank_cell(line: dict[str, Any], language: Language) -> str:
    if math.isnan(line["mean"]):
        return "–"
    best = word("best of all", language, share=f"{line['best']:.0%}")
    return f"{line['mean']:.1f} ({line['low']:.0f} … {line['high']:.0f})\n{best}"


def _print_accounts(done: Comparison, language: Language) -> None:
    """Print where the public money went, a line for each scenario."""
    print_lines(word("account", language))
    accounts = [{line["line"]: line for line in entry.account_lines()} for entry in done.compared]
    spent, on_its_way = (
        size_of((lines[name]["mean"] for lines in accounts), language) for name in ("spending", "outstanding")
    )
    headers = [word("scenario", language), spent.header(word("spending", language))]
    headers += [word(f"part {name}", language) for name in _ACCOUNT_SHARES]
    headers.append(on_its_way.header(word("outstanding", language)))
    rows = []
    for entry, lines in zip(done.compared, accounts, strict=True):
        shares = (number(lines[name]["share"], "share of", language) for name in _ACCOUNT_SHARES)
        paid, promised = spent.number(lines["spending"]["mean"]), on_its_way.number(lines["outstanding"]["mean"])
        rows.append([entry.label, paid, *shares, promised])
    print_table(headers, rows, right=range(1, len(headers)))


def _name(entry: Compared, language: Language) -> str:
    return f"{entry.label}\n{scenario_title(entry.scenario, language)}"


def _value(done: Comparison, entry: Compared, outcome: Outcome, size: Size) -> str:
    if outcome.name == "target_met":  # a share of the draws: it has no interval over them
        shares = done.target_probability(entry.label) if len(done.by_treatment) > 1 else {"": entry.target_probability}
        return " · ".join(size.number(math.nan if share is None else share) for share in shares.values())
    found = entry.summary(outcome)
    return f"{size.number(found['mean'])}\n{size.span(found['low'], found['high'])}"


def _difference(entry: Compared, first: Compared, outcome: Outcome, size: Size) -> str:
    found, language = entry.difference(outcome, first), size.language
    mean = size.number(found["mean"], sign=True)
    if outcome.name == "target_met":
        return mean
    lines = [mean, size.span(found["low"], found["high"], sign=True)]
    if outcome.better and mean != "–":
        lines.append(word("better", language, share=f"{found['p_better']:.0%}"))
    needed = found["draws_to_settle"]
    if needed > entry.outcomes[outcome.name].size:
        many = f"{needed:,.0f}" if needed < _MANY else f"> {_MANY:,}"
        lines.append(word("undecided", language, draws=many))
    return "\n".join(lines)
