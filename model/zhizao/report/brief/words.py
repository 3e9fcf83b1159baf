"""The words of the brief in English and Chinese."""

from __future__ import annotations

from zhizao.report.page_words import say as page_say
from zhizao.results.csv_form import clean_text
from zhizao.words.tables import words_of

__all__ = ["plain", "say"]

say = words_of("brief", page_say)
"""A word or sentence of the brief."""


def plain(text: str) -> str:
    """Return text that office programs can hold: no signs that steer anything, and blanks that are blanks."""
    return clean_text(text.replace("\N{NO-BREAK SPACE}", " "))
