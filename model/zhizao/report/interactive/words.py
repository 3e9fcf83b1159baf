"""The words of the interactive charts in English and Chinese."""

from __future__ import annotations

from zhizao.report.words import COMMON_WORDS
from zhizao.words.tables import words_of

__all__ = ["say"]

say = words_of("interactive", COMMON_WORDS)
"""A word or sentence of the charts."""
