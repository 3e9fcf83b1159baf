"""What a decision is counted in, and what could be known before it, in words: for charts and the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from zhizao.evidence.ensembles import FIRST_READING
from zhizao.parameter_words.amounts import in_its_size
from zhizao.parameter_words.names import parameter_group
from zhizao.parameter_words.units import unit_name
from zhizao.report.words import COMMON_WORDS, percent, reading_name, scenario_title
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import number
from zhizao.scenario.chain import own_scenarios
from zhizao.scenario.scenario import load_scenario
from zhizao.studies.deciding.choose import Choice, Chosen
from zhizao.studies.deciding.frontier import Frontier, Point
from zhizao.studies.deciding.goal import Goal
from zhizao.studies.deciding.learn import Learning, Thing
from zhizao.studies.deciding.objectives import Objective
from zhizao.studies.structures import WeighedStructure
from zhizao.words.place import money_in_words
from zhizao.words.tables import Language, either, in_a_row, words_of

__all__ = [
    "amount",
    "budget_words",
    "chosen_elsewhere",
    "decision_word",
    "frontier_found",
    "learning_size",
    "outcome_size",
    "payoff_size",
    "policy_title",
    "regret_size",
    "structure_name",
    "structure_title",
    "thing_name",
    "units_of",
    "written",
]

decision_word = words_of("deciding")
"""A word or line about a decision."""


def units_of(goal: Goal, language: Language) -> tuple[str, str]:
    """Return the unit of the outcome as it is counted, and that of a payoff, in words."""
    counted = COMMON_WORDS("points", language) if goal.is_share else unit_name(goal.outcome.unit, language)
    return counted, counted if goal.worth is None else unit_name(MONEY_UNIT, language)


def outcome_size(goal: Goal, values: Iterable[float], language: Language) -> tuple[float, str]:
    """Return by what to multiply the outcome as it is counted, and its unit: of money as people say it."""
    return (1.0, units_of(goal, language)[0]) if goal.is_share else in_its_size(values, goal.counted_in, language)


def payoff_size(goal: Goal, values: Iterable[float], language: Language) -> tuple[float, str]:
    """Return the same of payoffs, and of what is measured as they are."""
    return outcome_size(goal, values, language) if goal.worth is None else in_its_size(values, MONEY_UNIT, language)


def regret_size(done: Choice, language: Language) -> tuple[float, str]:
    """Return the same of all regrets of a choice, so that its table and its chart have one unit."""
    regrets = [found[:, 0].tolist() for name, found in done.measures.items() if name.startswith("regret")]
    return payoff_size(done.goal, [value for found in regrets for value in found], language)


def learning_size(done: Learning, language: Language) -> tuple[float, str]:
    """Return the same of what it is worth to know each thing."""
    return payoff_size(done.goal, [one.value.value for one in done.things], language)


def budget_words(goal: Goal, language: Language) -> str:
    """Return the budget in words, or both if both are given; empty if none is."""
    both = (("budget all", goal.budget), ("budget a year", goal.budget_a_year))
    return in_a_row(
        (
            decision_word(key, language, budget=money_in_words(money, language))
            for key, money in both
            if money is not None
        ),
        language,
    )


def thing_name(one: Thing, language: Language, of_parameter: Callable[[str, Language], str]) -> str:
    """Return what something that could be known is called; a parameter as `of_parameter` calls it."""
    if one.kind == "fact":
        return either(one.title, one.title_zh, language)
    if one.kind == "whether":
        return decision_word("kind whether", language, title=either(one.title, one.title_zh, language))
    if one.kind == "parameter":
        return of_parameter(one.key, language)
    group = {"key": parameter_group(one.key, language)} if one.kind == "group" else {}
    return decision_word(f"kind {one.kind}", language, **group)


def policy_title(name: str, language: Language) -> str:
    """Return the title of one of the district's policies; of any other its name."""
    return scenario_title(load_scenario(name), language) if name in own_scenarios() else name


def structure_title(one: WeighedStructure, language: Language) -> str:
    """Return what a structure is called, whatever its reading of the public money; the declared model has no title."""
    return either(one.title, one.title_zh, language) or decision_word(f"declared {one.calibration}", language)


def structure_name(one: WeighedStructure, language: Language) -> str:
    """Return what a structure is called, with its reading of the public money where that is not the first."""
    title = structure_title(one, language)
    if one.funding == FIRST_READING:
        return title
    return decision_word("structure and money", language, title=title, money=reading_name(one.funding, language))


def chosen_elsewhere(done: Choice, one: Chosen, language: Language, called: Callable[[str], str]) -> list[str]:
    """Return under which structures alone a criterion chooses another policy, and which, as `called` calls it."""
    return [
        f"{structure_name(structure, language)}: {called(policy)}"
        for structure, policy in zip(done.structures, one.by_structure, strict=True)
        if policy != one.policy
    ]


def written(value: float, digits: int) -> str:
    """Write a number with so many decimals, or that it has no end."""
    return f"{value:,.{digits}f}".replace("-", "−") if abs(value) != float("inf") else number(value, "")


def amount(value: float, goal: Goal, language: Language) -> str:
    """Write an amount of a payoff with its unit: money in the size in which people say it."""
    if goal.worth is not None:
        return money_in_words(value, language)
    unit = units_of(goal, language)[1]
    return f"{value:.2f}{unit}" if language == "zh" else f"{value:.2f} {unit}"


def frontier_found(done: Frontier, language: Language) -> str:
    """Return where a frontier begins and ends in its first two objectives, as a title; of one mix what it is."""
    if len(done.points) == 1:
        return COMMON_WORDS("frontier title", language)
    across, upwards = done.objectives[:2]
    first, last = (max(done.points, key=lambda point: one.better * one.shown(point.seen)) for one in (across, upwards))
    return COMMON_WORDS(
        "frontier found",
        language,
        across=across.title(language),
        upwards=upwards.title(language),
        low=_said(across, first, language),
        high=_said(across, last, language),
        least=_said(upwards, first, language),
        most=_said(upwards, last, language),
    )


def _said(objective: Objective, point: Point, language: Language) -> str:
    """Write what a point gives in an objective, with its unit."""
    value = point.seen[objective.name]
    if objective.unit == MONEY_UNIT:
        return money_in_words(value, language)
    return percent(value, language) if objective.is_share else f"{value:.3g} {objective.unit_shown(language)}"
