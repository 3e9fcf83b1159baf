"""Mixes in words: their levers, wherever they are shown in a table, and what they are to do well in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from zhizao.parameter_words.amounts import amounts, in_its_size, with_unit
from zhizao.parameter_words.names import lever_name
from zhizao.studies.deciding.frontier import Frontier
from zhizao.studies.mixes import lever_of
from zhizao.words.tables import Language

__all__ = ["mix_rows", "objectives_in_size"]


def mix_rows(keys: Iterable[str], several: Sequence[Mapping[str, float]], language: Language) -> list[tuple[str, ...]]:
    """Return a row for each lever: its name, its unit, and where each mix has it."""
    rows = []
    for key in keys:
        texts, unit = amounts([float(mix[key]) for mix in several], lever_of(key).unit, language)
        rows.append((lever_name(key, language), unit, *texts))
    return rows


def objectives_in_size(done: Frontier, language: Language) -> dict[str, tuple[str, float]]:
    """Return by objective its title with the unit, and by what to multiply what it shows to be in that unit.

    Money is in the size in which people say it.
    """
    found = {}
    for one in done.objectives:
        values = [one.shown(given) for point in (done.base, *done.points) for given in (point.seen, point.unseen)]
        factor, unit = (1.0, one.unit_shown(language)) if one.is_share else in_its_size(values, one.unit, language)
        found[one.name] = with_unit(one.title(language), unit, language), factor
    return found
