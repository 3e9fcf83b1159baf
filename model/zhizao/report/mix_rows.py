"""The levers of mixes in words, wherever mixes are shown in a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from zhizao.parameter_words.amounts import amounts
from zhizao.parameter_words.names import lever_name
from zhizao.studies.mixes import lever_of
from zhizao.words.tables import Language

__all__ = ["mix_rows"]


def mix_rows(keys: Iterable[str], several: Sequence[Mapping[str, float]], language: Language) -> list[tuple[str, ...]]:
    """Return a row for each lever: its name, its unit, and where each mix has it."""
    rows = []
    for key in keys:
        texts, unit = amounts([float(mix[key]) for mix in several], lever_of(key).unit, language)
        rows.append((lever_name(key, language), unit, *texts))
    return rows
