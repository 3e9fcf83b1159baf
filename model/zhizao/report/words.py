"""The words that pages, charts and commands have in common, and how months, money and scenarios are written in them."""

from __future__ import annotations

from zhizao.district.in_force import DISTRICT
from zhizao.errors import printable
from zhizao.evidence.ensembles import FUNDING
from zhizao.results.wording import number
from zhizao.scenario.scenario import Scenario
from zhizao.words.tables import Language, Words, either, words_of

__all__ = [
    "COMMON_WORDS",
    "of_reading",
    "percent",
    "reading_name",
    "scenario_question",
    "scenario_title",
    "yearly_money",
]

_LONGEST_TITLE, _LONGEST_QUESTION = 200, 1000

_READINGS = {reading.key: (reading.english, reading.chinese) for reading in DISTRICT.own.money}

COMMON_WORDS = words_of("common")
"""What more than one table needs; the others have their words beside what shows them."""


def scenario_title(scenario: Scenario, language: Language) -> str:
    """Return the title of a scenario, printable and not endless; in English where it has no Chinese one."""
    return printable(either(scenario.title, scenario.title_zh, language), _LONGEST_TITLE)


def scenario_question(scenario: Scenario, language: Language) -> str:
    """Return the question of a scenario, printable and not endless; in English where it has no Chinese one."""
    return printable(either(scenario.question, scenario.question_zh, language), _LONGEST_QUESTION)


def yearly_money(funding: str, scenario: Scenario) -> tuple[str, float]:
    """Return a reading of the yearly public money, ``own`` if the scenario sets it, and the sum, million RMB."""
    own = scenario.parameter_changes.get("funding.annual_fund")
    return (funding, FUNDING[funding]) if own is None else ("own", float(own))


def of_reading(words: Words, reading: str) -> str:
    """Return the key of what a table says of a reading of the public money: the district's words, or general ones."""
    own = f"funding {reading}"
    return own if own in words.texts else "funding read"


def reading_name(reading: str, language: Language) -> str:
    """Return what the district calls a reading of the public money; its key where it has no readings."""
    return either(*_READINGS.get(reading, (reading, reading)), language)


def percent(share: float, language: Language, *, decimals: int = 1) -> str:
    """Write a share as per cent, its sign as it is set in the language and on the same line as the number."""
    text = number(share, "share of", language) if decimals == 1 else f"{100.0 * share:.{decimals}f} %"
    return text.replace(" %", "%" if language == "zh" else "\u00a0%")
