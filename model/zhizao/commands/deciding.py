"""What the commands about a decision have in common: its options, and the lines that say what is decided by."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from zhizao.calendar import BRANCH
from zhizao.commands.console import print_as
from zhizao.commands.options import options
from zhizao.commands.output import say_notes, say_written
from zhizao.commands.study import given_in_vain
from zhizao.report.charts.style import save_figure
from zhizao.report.decision_words import decision_word, units_of
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import label
from zhizao.studies.deciding.choose import Choice
from zhizao.studies.deciding.goal import Goal
from zhizao.studies.deciding.learn import Learning
from zhizao.studies.deciding.worlds import BY_EVIDENCE, WEIGHTS
from zhizao.studies.options import notes_in_both
from zhizao.studies.structures import OUTCOME, WeighedStructure
from zhizao.words.place import money_in_words
from zhizao.words.tables import Language, in_a_row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["decision_options", "goal_lines", "print_decision", "say"]

Command = TypeVar("Command", bound=Callable[..., Any])
say = decision_word


def decision_options(*names: str) -> Callable[[Command], Command]:
    """Put options of a decision on a command, which gets them together as ``decision``."""

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def gathered(**given: Any) -> Any:
            asked = {name: given.pop(name) for name in names}
            return command(**given, decision=asked)

        return options(*(_OPTIONS[name] for name in names))(gathered)  # type: ignore[return-value]

    return decorate


_OPTIONS = {
    "outcome": click.option(
        "--outcome",
        default=OUTCOME,
        show_default=True,
        metavar="NAME",
        help="What is decided by: an outcome of docs/TABLES.md; a name that is not one has them all listed.",
    ),
    "group": click.option(
        "--for",
        "group",
        metavar="FIRMS",
        help="Whom it is for: small, medium, large or a sector. Decides by how many of them are truly at the level of "
        "the plan.",
    ),
    "worth": click.option(
        "--worth",
        type=float,
        metavar="MONEY",
        help=f"What one more of it is worth, {MONEY_UNIT} of public money; of a share, one percentage point.",
    ),
    "budget": click.option(
        "--budget",
        type=float,
        metavar="MONEY",
        help=f"Public money that a policy must keep to in 90 % of the futures to be chosen: {MONEY_UNIT}, all years "
        f"from {BRANCH} to --until together.",
    ),
    "budget_a_year": click.option(
        "--budget-a-year",
        type=float,
        metavar="MONEY",
        help=f"The same for each year by itself: 200 is 200 {MONEY_UNIT} a year.",
    ),
    "require": click.option(
        "--require",
        multiple=True,
        metavar="CONDITION",
        help="What makes a policy good enough, such as 'level2_share_true_end >= 0.8'; repeated: all at once.",
    ),
    "structures": click.option(
        "--structure",
        "structures",
        multiple=True,
        metavar="KEY",
        help="facts, plan, a structure, or KEY:READING of the money; repeatable; all that are fitted if not given.",
    ),
    "weights": click.option(
        "--weights",
        type=click.Choice(WEIGHTS),
        default=BY_EVIDENCE,
        show_default=True,
        help="How structures weigh: what the facts say of them, or all alike.",
    ),
}
"""The options of a decision, by the name that studies have for each."""


def print_decision(
    done: Choice | Learning,
    output_format: str,
    language: Language,
    *,
    chart: tuple[str | None, Callable[[Any, Language], Figure]],
    table: Callable[[list[Any]], None],
    quiet: bool,
) -> None:
    """Say what is to be said, draw the chart if a file is named for it, and print what was found.

    Parameters
    ----------
    chart
        The file, and what draws it.
    table
        Prints everything as tables, given the notes.
    """
    notes = [*given_in_vain("calibration", "funding"), *done.options.notes]
    say_notes(notes, output_format, language, quiet=quiet)
    file, drawn = chart
    if file is not None:
        say_written(save_figure(drawn(done, language), file), language, quiet=quiet)
    print_as(
        output_format,
        value=lambda: {**done.to_dict(), **notes_in_both(notes)},
        rows=done.rows,
        table=lambda: table(notes),
    )


def goal_lines(goal: Goal, structures: Sequence[WeighedStructure], language: Language) -> list[str]:
    """Return lines that say what is decided by, and how structures weigh."""
    named, counted = label(goal.outcome, language), units_of(goal, language)[0]
    if goal.worth is None:
        better = say("more" if goal.outcome.better > 0 else "less", language)
        lines = [say("decided_by", language, outcome=named, unit=counted, better=better)]
    else:
        lines = [
            say("decided_by_worth", language, outcome=named, unit=counted, worth=money_in_words(goal.worth, language))
        ]
    weights = in_a_row((f"{one.name} {_percent(one.weight)}" for one in structures), language)
    lines.append(say("weights", language, list=weights))
    if goal.requirements:
        lines.append(say("required", language, list=in_a_row(map(str, goal.requirements), language)))
    return lines


def _percent(share: float) -> str:
    """Write a share in per cent with two digits that count."""
    return "100" if share >= 0.995 else f"{100.0 * share:.2g}"
