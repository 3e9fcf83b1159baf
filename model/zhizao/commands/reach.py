"""`zhizao reach`: what it would take to meet a target."""

from __future__ import annotations

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table
from zhizao.commands.dials import dial_option, print_dials
from zhizao.commands.output import check_files, print_notes, say_notes, say_written
from zhizao.commands.progress import progress
from zhizao.commands.sizes import Size, size_of
from zhizao.commands.study import study_option, with_study
from zhizao.commands.words import fit_line, funding_line, word
from zhizao.report.charts import reach_chart, save_figure
from zhizao.results.outcomes import TARGET_SHARE
from zhizao.results.wording import number
from zhizao.studies.mixes import Tried
from zhizao.studies.reach import Reach, reach
from zhizao.studies.study_options import DrawsOptions
from zhizao.version import version
from zhizao.words.place import money_in_words, of_place
from zhizao.words.tables import Language

__all__ = ["command"]

_SHARE = "share of firms"
_DRAWS = ("Draws that every mix is tried on.", "每个组合所用的抽样次数。")


@click.command("reach")
@click.argument("base", default="baseline")
@click.option(
    "--share",
    type=float,
    default=TARGET_SHARE,
    show_default=True,
    metavar="SHARE",
    help=of_place("Share of {smes} at {level}.", "en"),
)
@click.option(
    "--probability",
    type=float,
    default=0.8,
    show_default=True,
    metavar="P",
    help="Probability of meeting the target, over draws and luck.",
)
@dial_option
@click.option("--true-levels", is_flag=True, help="Count true levels instead of reported ones.")
@click.option("--chart", metavar="FILE", help="Draw what each probability costs into a PNG, SVG or PDF file.")
@click.option("--tries", type=int, default=1200, show_default=True, metavar="N", help="About how many mixes to try.")
@study_option("until")
@with_study(DrawsOptions, draws={"default": 100, "texts": _DRAWS})
@common.options(common.output_format, common.language, common.quiet)
def command(
    base: str,
    share: float,
    probability: float,
    dials: tuple[str, ...],
    true_levels: bool,
    chart: str | None,
    tries: int,
    until: str,
    study: DrawsOptions,
    output_format: str,
    language: Language,
    quiet: bool,
) -> None:
    """Find the cheapest mix, on top of BASE from the branch on, that meets a target with a given probability.

    --until is the month of the target. If no mix meets it, the nearest is shown, and what limits it.

    \b
    Examples:
      zhizao reach
      zhizao reach --probability 0.9 --dial specialists.count=0:300 --dial awards.level2
      zhizao reach --share 0.8 --true-levels --calibration facts --format json
    """
    check_files(chart=chart, inputs=[base, study["firms"]])
    with progress("reach", quiet=quiet, unit="mixes") as tell:
        done = reach(
            share,
            by=until,
            probability=probability,
            base=base,
            dials=dials,
            true_levels=true_levels,
            tries=tries,
            progress=tell,
            **study,
        )
    if chart is not None:
        say_written(save_figure(reach_chart(done, language), chart), language, quiet=quiet)
    say_notes(done.options.notes, output_format, language, quiet=quiet)
    print_as(
        output_format,
        value=lambda: {**done.to_dict(), "version": version()},
        rows=lambda: [{"dial": key, **row} for key, row in done.table().T.to_dict().items()],
        table=lambda: _print_findings(done, true_levels, language),
    )


def _print_findings(done: Reach, true_levels: bool, language: Language) -> None:
    levels = word("levels true" if true_levels else "levels reported", language)
    print_lines(
        fit_line(done.options.calibration, language),
        funding_line(done.options.funding, done.scenario, language),
        word(
            "reach target",
            language,
            share=number(done.share, _SHARE),
            by=done.options.until,
            probability=f"{done.probability:.0%}",
            levels=levels,
        ),
        word(
            "reach found",
            language,
            tried=f"{done.tried:,}",
            draws=f"{done.options.draws:,}",
            given_up=f"{done.given_up:,}",
        ),
        "",
        _verdict(done, language),
        "",
    )
    print_notes(done.options.notes, language)
    _print_mixes(done, language)
    if done.frontier:
        print_lines(word("frontier", language))
        size = size_of((mix.cost for mix in done.frontier.values()), language)
        promised = size.header(word("promised", language))
        headers = [word("at least", language), promised, word("probability", language)]
        rows = [[f"{level:.0%}", *_told(done, mix, size)[:2]] for level, mix in done.frontier.items()]
        print_table(headers, rows, right=range(3))
    if done.relaxed:
        print_lines(word("binding", language))
        rows = [
            [
                " + ".join(word(f"lifted {what}", language) for what in e.what),
                number(e.probability, "share of runs"),
                number(e.share_reached, _SHARE),
            ]
            for e in done.relaxed
        ]
        print_table(["", word("probability", language), word("share reached", language)], rows, right=[1, 2])


def _verdict(done: Reach, language: Language) -> str:
    if not done.reachable:
        return word("not reachable", language, found=f"{done.best.probability(done.share):.0%}")
    low, high = done.confirmed.probability_interval(done.share)
    return word(
        "reachable",
        language,
        cost=money_in_words(done.best.cost, language),
        base=done.base,
        draws=done.options.draws,
        more=money_in_words(done.best.cost - done.baseline.cost, language),
        confirmed=f"{done.confirmed.probability(done.share):.0%}",
        low=f"{low:.0%}",
        high=f"{high:.0%}",
    )


def _print_mixes(done: Reach, language: Language) -> None:
    """Print the dials of every mix, and below them what it costs and reaches."""
    best = word("best" if done.reachable else "nearest", language)
    others = [word("other", language, number=place) for place in range(1, len(done.others) + 1)]
    mixes = list(done.named().values())
    ends = [word(key, language) for key in ("promised", "probability", "share reached")]
    size = size_of((mix.cost for mix in mixes), language)
    units = [size.unit, "", ""]
    found = zip(*(_told(done, mix, size) for mix in mixes), strict=True)
    below = [[name, unit, *values] for name, unit, values in zip(ends, units, found, strict=True)]
    columns = zip((done.base, best, *others), (mix.mix for mix in mixes), strict=True)
    print_dials(done.dials, list(columns), language, below)


def _told(done: Reach, mix: Tried, size: Size) -> tuple[str, str, str]:
    return (
        size.number(mix.cost),
        number(mix.probability(done.share), "share of runs"),
        number(mix.share_reached(done.probability), _SHARE),
    )
