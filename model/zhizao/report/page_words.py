"""The words of the report page in English and Chinese."""

from __future__ import annotations

from zhizao.report.interactive import words as interactive
from zhizao.words.tables import words_of

__all__ = ["say"]

say = words_of("page", interactive.say)
"""A word or sentence of the page or of its charts."""
