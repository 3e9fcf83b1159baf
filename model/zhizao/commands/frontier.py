"""`zhizao frontier`: many objectives at once."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from zhizao.calendar import BRANCH
from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table
from zhizao.commands.dials import dial_option, print_dials
from zhizao.commands.output import check_files, print_notes, say_notes, say_written
from zhizao.commands.progress import progress
from zhizao.commands.sizes import Size, size_of
from zhizao.commands.study import study_option, with_study
from zhizao.commands.words import fit_line, funding_line
from zhizao.files import writable_file
from zhizao.report.charts import frontier_chart, save_figure
from zhizao.report.interactive.mixes import frontier_page
from zhizao.report.mix_rows import objectives_in_size
from zhizao.results.wording import unit_of_difference
from zhizao.storage.whole import write_output
from zhizao.studies.deciding.frontier import USUAL, Frontier, Point, frontier
from zhizao.studies.deciding.objectives import OBJECTIVES, Objective
from zhizao.studies.deciding.pareto import spread_out
from zhizao.studies.study_options import DrawsOptions
from zhizao.words.tables import Language, words_of

__all__ = ["command"]

_say = words_of("frontier")
_MOST_ROWS = 14
_DRAWS = ("Draws that mixes are tried on, and as many unseen ones.", "组合所用的抽样次数，另有同样多次未见过的抽样。")


@click.command("frontier")
@click.argument("base", default="baseline")
@click.option(
    "--objective",
    "objectives",
    multiple=True,
    type=click.Choice(list(OBJECTIVES)),
    help=f"What is wanted; repeated, at least two; {', '.join(USUAL)} if not given.",
)
@dial_option
@click.option("--tries", type=int, default=1800, show_default=True, metavar="N", help="About how many mixes to screen.")
@click.option("--write", metavar="DIR", help="Write the named mixes into a folder, as scenario files.")
@click.option("--chart", metavar="FILE", help="Draw the frontier into a PNG, SVG or PDF file.")
@click.option("--page", metavar="FILE", help="Write it as an interactive chart into an HTML file (extra `report`).")
@study_option("until")
@with_study(DrawsOptions, draws={"default": 100, "texts": _DRAWS})
@common.options(common.output_format, common.language, common.quiet)
def command(
    base: str,
    objectives: tuple[str, ...],
    dials: tuple[str, ...],
    tries: int,
    write: str | None,
    chart: str | None,
    page: str | None,
    until: str,
    study: DrawsOptions,
    output_format: str,
    language: Language,
    quiet: bool,
) -> None:
    """Find the mixes, on top of BASE from the branch on, that no other mix beats in all objectives at once.

    Mixes are screened on a fifth of the draws; what no other beats there is tried on all of them, and what is left on
    as many draws that the search has not seen. It needs the extra `frontier` (pymoo).

    \b
    Examples:
      zhizao frontier
      zhizao frontier --objective money --objective true_share --objective deadweight --write mixes
      zhizao frontier --dial specialists.count --dial grants.rate.light=0:0.5 --chart frontier.png --format json
    """
    check_files(chart=chart, inputs=[base, study["firms"]])
    if page is not None:
        writable_file(page, (".html",), "a page")
    with progress("frontier", quiet=quiet, unit="mixes") as tell:
        done = frontier(objectives or USUAL, base=base, dials=dials, until=until, tries=tries, progress=tell, **study)
    say_notes(done.options.notes, output_format, language, quiet=quiet)
    if write is not None:
        for file in done.write(write):
            say_written(file, language, quiet=quiet)
    if chart is not None:
        say_written(save_figure(frontier_chart(done, language), chart), language, quiet=quiet)
    if page is not None:
        file = write_output(Path(page), frontier_page(done, language).encode())
        say_written(file, language, quiet=quiet)
    print_as(output_format, value=done.to_dict, rows=done.rows, table=lambda: _print(done, language))


def _print(done: Frontier, language: Language) -> None:
    print_lines(
        fit_line(done.options.calibration, language),
        funding_line(done.options.funding, done.scenario, language),
        _say(
            "found",
            language,
            tried=f"{done.tried:,}",
            points=len(done.points),
            draws=f"{done.options.draws:,}",
            seed=done.options.seed,
            seconds=f"{done.seconds:.0f}",
            branch=BRANCH,
        ),
        "",
    )
    print_notes(done.options.notes, language)
    _print_points(done, language)
    print_lines(_say("held", language, held=done.held, points=len(done.points)))
    rows = []
    for one, row in zip(done.objectives, done.falls(), strict=True):
        size = size_of((row["mean"], row["largest"]), language, unit_of_difference(one.unit))
        fell = (size.number(row[name], sign=True) for name in ("mean", "largest"))
        rows.append([size.header(one.title(language)), *fell])
    print_table([_say("objective", language), _say("mean", language), _say("largest", language)], rows, right=[1, 2])
    _print_mixes(done, language)


def _print_points(done: Frontier, language: Language) -> None:
    """Print the base scenario and points that lie far from each other, the named ones among them."""
    values = np.array([[-one.better * point.seen[one.name] for one in done.objectives] for point in done.points])
    shown = sorted({*done.named.values(), *spread_out(values, _MOST_ROWS).tolist()})
    sized = objectives_in_size(done, language)
    sizes = [Size(one.unit, sized[one.name][1], "", language) for one in done.objectives]
    headers = ["", *(sized[one.name][0] for one in done.objectives)]
    rows = [_row(done, done.scenario.name, done.base, sizes)]
    rows += [_row(done, done.titles(place, language), done.points[place], sizes) for place in shown]
    print_lines(_say("points", language, shown=len(shown), points=len(done.points)))
    print_table(headers, rows, right=range(1, len(headers)))


def _row(done: Frontier, name: str, point: Point, sizes: list[Size]) -> list[str]:
    pairs = zip(done.objectives, sizes, strict=True)
    return [name, *(f"{_cell(point.seen, *pair)} ({_cell(point.unseen, *pair)})" for pair in pairs)]


def _print_mixes(done: Frontier, language: Language) -> None:
    """Print the dials of the named mixes, beside the base scenario's own."""
    places = list(dict.fromkeys(done.named.values()))
    names = [done.titles(place, language).replace(", ", ",\n").replace("、", "、\n") for place in places]
    mixes = [(done.scenario.name, done.base.mix), *zip(names, (done.points[n].mix for n in places), strict=True)]
    print_lines(_say("mixes", language))
    print_dials(done.dials, mixes, language)


def _cell(values: dict[str, float], one: Objective, size: Size) -> str:
    return size.fixed(one.shown(values), 1 if one.is_share else 0)
