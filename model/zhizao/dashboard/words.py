"""The words of the page in English and Chinese."""

from __future__ import annotations

from zhizao.report.interactive import words as interactive
from zhizao.words.tables import words_of

__all__ = ["page_word"]

page_word = words_of("dashboard", interactive.say)
"""A word or line of the page or of its charts."""
