"""The terms of the field and of this program: one for one thing, in English and in Chinese."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from zhizao.words.place import of_place

__all__ = ["Term", "glossary"]


@dataclass(frozen=True, kw_only=True)
class Term:
    """How one thing is called, and what it is.

    Attributes
    ----------
    english, chinese
        The term.
    meaning, meaning_chinese
        What it is, in a line.
    not_english, not_chinese
        Wordings that mean the same and are not used.
    short, short_chinese
        What heads a narrow column of a table; empty if the term does.
    """

    english: str
    chinese: str
    meaning: str
    meaning_chinese: str
    not_english: tuple[str, ...] = ()
    not_chinese: tuple[str, ...] = ()
    short: str = ""
    short_chinese: str = ""


@cache
def glossary() -> dict[str, Term]:
    """Return the terms by key, as ``glossary.toml`` beside this file declares them."""
    text = Path(__file__).with_name("glossary.toml").read_text(encoding="utf-8")
    return {key: Term(**_filled(entry)) for key, entry in tomllib.loads(text).items()}


def _filled(entry: dict[str, Any]) -> dict[str, Any]:
    """Return what a term holds, with what is true of the district in force in its texts."""
    return {
        name: tuple(value) if isinstance(value, list) else of_place(value, "zh" if name.endswith("chinese") else "en")
        for name, value in entry.items()
    }
