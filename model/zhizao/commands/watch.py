"""`zhizao watch`: what it is worth to look before deciding."""

from __future__ import annotations

import click

from zhizao.calendar import BRANCH, month_name
from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table
from zhizao.commands.output import print_notes, say_notes
from zhizao.commands.progress import progress
from zhizao.commands.sizes import Size, size_of
from zhizao.commands.study import with_study
from zhizao.parameter_words.amounts import with_unit
from zhizao.report.decision_words import units_of
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import label, number
from zhizao.studies.deciding.rules import Mean
from zhizao.studies.deciding.watch import Watch, watch
from zhizao.studies.structures import OUTCOME
from zhizao.studies.study_options import CompareOptions
from zhizao.words.place import money_in_words
from zhizao.words.tables import Language, words_of

__all__ = ["command"]

_say = words_of("watching")
_COLUMNS = ("as_written", "best_bound", "best_figure", "foresight")


@click.command("watch")
@click.argument("scenario")
@click.option(
    "--outcome",
    default=OUTCOME,
    show_default=True,
    metavar="NAME",
    help="What the change is for, as in `compare --format json`.",
)
@click.option(
    "--worth",
    type=float,
    multiple=True,
    metavar="MONEY",
    help=f"What one more of it is worth, {MONEY_UNIT}; of a share, one percentage point. Can be repeated; around the "
    "price at which it is all one if not given.",
)
@with_study(CompareOptions)
@common.options(common.output_format, common.language, common.quiet)
def command(
    scenario: str,
    outcome: str,
    worth: tuple[float, ...],
    study: CompareOptions,
    output_format: str,
    language: Language,
    quiet: bool,
) -> None:
    """Say what it is worth to look before deciding: SCENARIO, which adapts, against the best fixed policy.

    The fixed ones have the same levers: never changed, changed whatever is seen, and changed from the branch on. Bounds
    are found on half of the draws and tried on the other half.

    \b
    Examples:
      zhizao watch what-if/services-if-short
      zhizao watch my-adaptive-policy.toml --worth 10 --worth 20 --format json
    """
    with progress("watch", quiet=quiet) as tell:
        done = watch(scenario, outcome=outcome, worth=worth, progress=tell, **study)
    say_notes(done.options.notes, output_format, language, quiet=quiet)
    print_as(output_format, value=done.to_dict, rows=done.rows, table=lambda: _print(done, language))


def _print(done: Watch, language: Language) -> None:
    unit = units_of(done.goal, language)[0]
    named = label(done.goal.outcome, language)
    signpost = done.signpost
    print_lines(
        _say("asked", language, name=done.scenario.name, at=month_name(signpost.at), when=signpost.condition),
        _say(
            "how_many",
            language,
            draws=f"{done.options.draws:,}",
            seed=done.options.seed,
            seconds=f"{done.seconds:.1f}",
            held=number(float(done.held.mean()), "share of draws", language),
        ),
        "",
    )
    print_notes(done.options.notes, language)
    rows = done.policies()
    size = size_of([row["money"] for row in rows], language)
    headers = [_say("policy", language), with_unit(named, unit, language), size.header(_say("money", language))]
    cells = [
        [
            _say(row["policy"], language, branch=BRANCH),
            number(row["outcome"], "", language),
            size.fixed(row["money"], 1),
        ]
        for row in rows
    ]
    print_table(headers, cells, right=[1, 2])
    _print_worths(done, unit, language)
    _print_figures(done, language)
    print_lines(_say("meaning", language))


def _print_worths(done: Watch, unit: str, language: Language) -> None:
    """Print what it is worth to look, a row for each price of one more."""
    found = [done.looking(worth) for worth in done.worths]
    price = size_of(done.worths, language)
    size = size_of((getattr(one, name).mean for one in found for name in _COLUMNS), language)
    print_lines(_say("by_price", language, unit=unit, money=size.unit))
    headers = [price.header(_say("price", language)), *(_say(key, language) for key in ("best", *_COLUMNS))]
    rows = [
        [
            _plain(price, worth),
            _say(one.best, language, branch=BRANCH),
            *(_mean(getattr(one, name), size) for name in _COLUMNS),
        ]
        for worth, one in zip(done.worths, found, strict=True)
    ]
    print_table(headers, rows, right=[0, 2, 3, 4, 5])


def _print_figures(done: Watch, language: Language) -> None:
    """Print the figures that are worth most to look at, at the middle one of the prices."""
    price = done.worths[len(done.worths) // 2]
    found = done.figures(price)
    size = size_of((one.worth.mean for one in found), language)
    print_lines(_say("figures", language, worth=money_in_words(price, language)))
    rows = [[one.condition, number(one.acted, "share of draws", language), _mean(one.worth, size)] for one in found]
    headers = [_say("rule", language), _say("acted", language), size.header(_say("gain", language))]
    print_table(headers, rows, right=[1, 2])


def _plain(size: Size, value: float) -> str:
    return f"{size.factor * value:,.6g}"


def _mean(found: Mean, size: Size) -> str:
    ends = " … ".join(size.fixed(end, 1) for end in (found.low, found.high))
    return f"{size.fixed(found.mean, 1, sign=True)} ({ends})"
