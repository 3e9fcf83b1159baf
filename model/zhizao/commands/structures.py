"""`zhizao structures`: how likely each structure is, and which answers hold in all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import click

from zhizao.arrays import FloatArray
from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table
from zhizao.commands.output import print_notes, say_notes
from zhizao.commands.progress import progress
from zhizao.commands.sizes import Size, size_of
from zhizao.commands.study import given_in_vain, with_study
from zhizao.report.decision_words import structure_title
from zhizao.results.outcomes import OUTCOMES_BY_NAME, Outcome
from zhizao.results.wording import is_share
from zhizao.studies.describe import interval
from zhizao.studies.options import check_options, notes_in_both
from zhizao.studies.structures import OUTCOME, Weighed, WeighedStructure, weigh_structures
from zhizao.studies.study_options import DrawsOptions
from zhizao.words.tables import Language, either, words_of

__all__ = ["command"]

say = words_of("structures")


@click.command("structures")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@click.option(
    "--outcome",
    type=click.Choice(list(OUTCOMES_BY_NAME)),
    default=OUTCOME,
    show_default=True,
    metavar="NAME",
    help="What policies are compared by, as in `compare --format json`.",
)
@with_study(DrawsOptions, draws={"default": 100})
@common.options(common.output_format, common.language, common.quiet)
def command(
    scenarios: tuple[str, ...], outcome: str, study: DrawsOptions, output_format: str, language: Language, quiet: bool
) -> None:
    """Weigh structures of the model by the evidence, and compare policies under each.

    Structures are readings that no interval expresses: how much public money there is, how grants are asked for, which
    projects were counted. SCENARIO are policies, compared with the first; the baseline with each part of the programme
    taken away if none is named. --calibration and --funding have no effect, as every structure has its own.

    \b
    Examples:
      zhizao structures
      zhizao structures baseline services-surge double-grants --draws 200
    """
    named: dict[str, Any] = {"scenarios": scenarios} if scenarios else {}
    without_fit: DrawsOptions = {**study, "calibration": "prior"}
    options = check_options(**without_fit)  # reads the firms, which are then not read again
    read: DrawsOptions = {**study, "firms": options.register}
    with progress("structures", quiet=quiet) as tell:
        found = weigh_structures(outcome=outcome, progress=tell, **named, **read)
    notes = [*given_in_vain("calibration", "funding"), *options.notes]
    say_notes(notes, output_format, language, quiet=quiet)
    dictionary = {**found.to_dict(), **notes_in_both(notes)}
    print_as(
        output_format,
        value=lambda: dictionary,
        rows=lambda: dictionary["differences"],
        table=lambda: _print(found, notes, language),
    )


def _print(found: Weighed, notes: Sequence[str], language: Language) -> None:
    print_notes(notes, language)
    rows = [
        [one.name, _title(one, language), _pair(one), "–" if math.isnan(one.weight) else f"{100.0 * one.weight:.2g}"]
        for one in found.structures
    ]
    headers = [say("structure", language), "", say("two_seeds", language), say("posterior_weight", language)]
    print_table(headers, rows, right=[2, 3])
    one = OUTCOMES_BY_NAME[found.outcome]
    size = _size(found, one, language)
    named = either(one.english, one.chinese, language)
    print_lines("", say("compared_with", language, outcome=named, unit=size.unit, first=found.first), "")
    rows = []
    for policy in found.policies:
        parts = [(one.name, found.differences[policy, one.name]) for one in found.structures]
        parts.append((say("all_structures", language), found.over_all(policy)))
        for place, (name, values) in enumerate(parts):
            held = say("yes" if found.holds(policy) else "no", language)
            rows.append(["" if place else policy, name, _ends(values, size), "" if place else held])
    headers = [say("policy_compared", language), say("structure", language), "", say("same_sign", language)]
    print_table(headers, rows, right=[2])
    print_lines("", say("note", language))


def _size(found: Weighed, outcome: Outcome, language: Language) -> Size:
    """Return how differences are written: shares in points, money in the size in which people say it."""
    if is_share(outcome.unit):
        return Size("points", 1.0, say("percentage_points", language), language)
    medians = (interval(values)["median"] for values in found.differences.values())
    return size_of(medians, language, outcome.unit)


def _title(one: WeighedStructure, language: Language) -> str:
    title = structure_title(one, language)
    return say("not_weighed", language, title=title) if one.calibration == "plan" else title


def _pair(one: WeighedStructure) -> str:
    texts = [f"{value:.1f}" for value in (one.log_evidence, one.second) if not math.isnan(value)]
    return ", ".join(texts).replace("-", "−")


def _ends(values: FloatArray, size: Size) -> str:
    ends = interval(values)
    median, low, high = (size.fixed(ends[name], 2, sign=True) for name in ("median", "low", "high"))
    return f"{median} ({low} – {high})"
