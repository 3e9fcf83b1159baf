"""The words of the command line in English and Chinese."""

from __future__ import annotations

from typing import cast

import click

from zhizao.commands import help_language
from zhizao.evidence.structures import structure_title
from zhizao.report.words import COMMON_WORDS, of_reading, reading_name, yearly_money
from zhizao.results.outcomes import Outcome
from zhizao.results.variables import Variable
from zhizao.results.wording import label
from zhizao.scenario.scenario import Scenario
from zhizao.words.place import money_in_words
from zhizao.words.tables import Language, words_of

__all__ = ["asked_language", "fit_line", "funding_line", "short_label", "word"]

word = words_of("commands", COMMON_WORDS)
"""A word or line of the command line."""

_short = words_of("column_headers")
"""Headers of columns where there is little room."""


def asked_language() -> Language:
    """Return the language that the command line asks for, for what is said beside its output."""
    return cast(Language, help_language.asked_language(click.get_current_context(silent=True)))


def short_label(item: Variable | Outcome, language: Language) -> str:
    """Return the header of a column for a variable or an outcome."""
    return _short(item.name, language) if item.name in _short.texts else label(item, language).lower()


def fit_line(calibration: str, language: Language) -> str:
    """Say to what the numbers are fitted."""
    return structure_title(calibration, language) or word(f"calibration {calibration}", language)


def funding_line(funding: str, scenario: Scenario, language: Language) -> str:
    """Say how much public money a year there is, and which reading that is."""
    reading, total = yearly_money(funding, scenario)
    return word(
        of_reading(word, reading),
        language,
        sum=money_in_words(total, language),
        reading=reading_name(reading, language),
    )
