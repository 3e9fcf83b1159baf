"""Words of `zhizao sensitivity` and `zhizao discover` in English and Chinese."""

from __future__ import annotations

from zhizao.commands.words import word
from zhizao.words.tables import words_of

__all__ = ["say"]

say = words_of("analysis", word)
"""A word or line of an analysis."""
