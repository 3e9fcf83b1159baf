"""What a decision is counted in, and what could be known before it, in words: for charts and the command line."""

from __future__ import annotations

from collections.abc import Callable

from zhizao.parameter_words.names import factor_group
from zhizao.parameter_words.units import unit_name
from zhizao.report.words import COMMON_WORDS
from zhizao.results.variables import MONEY_UNIT
from zhizao.studies.deciding.goal import Goal
from zhizao.studies.deciding.learn import Thing
from zhizao.words.tables import Language, either, words_of

__all__ = ["decision_word", "thing_name", "units_of"]

decision_word = words_of("deciding")
"""A word or line about a decision."""


def units_of(goal: Goal, language: Language) -> tuple[str, str]:
    """Return the unit of the outcome as it is counted, and that of a payoff, in words."""
    counted = COMMON_WORDS("points", language) if goal.is_share else unit_name(goal.outcome.unit, language)
    return counted, counted if goal.worth is None else unit_name(MONEY_UNIT, language)


def thing_name(one: Thing, language: Language, of_parameter: Callable[[str, Language], str]) -> str:
    """Return what something that could be known is called; a parameter as `of_parameter` calls it."""
    if one.kind == "fact":
        return either(one.title, one.title_zh, language)
    if one.kind == "whether":
        return decision_word("kind whether", language, title=either(one.title, one.title_zh, language))
    if one.kind == "parameter":
        return of_parameter(one.key, language)
    group = {"key": factor_group(one.key, language)} if one.kind == "group" else {}
    return decision_word(f"kind {one.kind}", language, **group)
