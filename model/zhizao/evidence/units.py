"""The unit that a fact is written in against the unit of its series: the factor between them, or what to write."""

from __future__ import annotations

from typing import NamedTuple

from zhizao.district.in_force import DISTRICT
from zhizao.errors import InputError, printable
from zhizao.parameter_words.units import UNITS

__all__ = ["Scale", "known_units", "scale_between", "unit_in_chinese"]

_SIZES = {"": 1.0, "thousand ": 1e3, "10 000 ": 1e4, "million ": 1e6, "100 million ": 1e8, "billion ": 1e9}
"""What goes before a noun, and how much it is."""
_YEARLY = ("/year", " a year", " per year")
_SIZES_ZH = {"thousand ": "千", "10 000 ": "万", "million ": "百万", "100 million ": "亿", "billion ": "十亿"}
_NOUNS_ZH = {
    DISTRICT.own.currency: DISTRICT.own.currency_zh,
    "visits": "次",
    "points": "分",
    "persons": "人",
    "percentage points": "个百分点",
}


class Scale(NamedTuple):
    """A number in the fact's unit is ``value * times / over``: of two whole factors one is 1, so nothing is rounded."""

    times: float
    over: float


def scale_between(series_unit: str, unit: str, *, yearly: bool, difference: bool, growth: bool) -> Scale:
    """Return the factor from a series' unit to a fact's.

    Parameters
    ----------
    series_unit, unit
        Such as "share of firms" and "% of firms", or "million RMB" and "100 million RMB".
    yearly
        Whether the number is one of a year, so that the unit may say so.
    difference
        Whether the number is a difference: of shares it may be in percentage points.
    growth
        Whether it is a relative growth, which is in "%" or "share", whatever the series' unit.

    Raises
    ------
    InputError
        If the units do not fit; naming those that do.
    """
    base = next((unit.removesuffix(end) for end in _YEARLY if unit.endswith(end)), unit) if yearly else unit
    known = {"%": (100.0, 1.0), "share": (1.0, 1.0)} if growth else _sizes_of(series_unit)
    if difference and series_unit.startswith("share"):
        known["percentage points"] = (100.0, 1.0)
    if base not in known and unit not in known:
        accepted = ", ".join(f'"{name}"' for name in known)
        more = '; "/year" or " a year" may follow' if yearly else ""
        raise InputError(f'unit "{printable(unit, 60)}" does not fit; write {accepted}{more}')
    return Scale(*known.get(base, known.get(unit, (1.0, 1.0))))


def known_units(series_unit: str) -> tuple[str, ...]:
    """Return every unit that a fact about a series of this unit can be written in."""
    return tuple(_sizes_of(series_unit))


def _sizes_of(unit: str) -> dict[str, tuple[float, float]]:
    """Return the unit and others in its place, each with its factors: per cent of shares, other sizes of amounts."""
    if unit.startswith("share"):
        per_cent = f"%{unit.removeprefix('share')}"
        return {unit: (1.0, 1.0), per_cent: (100.0, 1.0), "%": (100.0, 1.0), "share": (1.0, 1.0)}
    found = {unit: (1.0, 1.0)}
    if unit.startswith("index"):
        return found
    size = next((word for word in sorted(_SIZES, key=len, reverse=True) if word and unit.startswith(word)), "")
    noun, own = unit.removeprefix(size), _SIZES[size]
    for word, each in _SIZES.items():
        found[word + noun] = (1.0, each / own) if each >= own else (own / each, 1.0)
    return found


def unit_in_chinese(unit: str) -> str:
    """Return what the unit of a fact is called in Chinese; a word that is not known stays as it is."""
    end = next((end for end in _YEARLY if unit.endswith(end)), "")
    base, yearly = unit.removesuffix(end) if end else unit, "/年" if end else ""
    if base.startswith("%"):
        return f"%{yearly}"
    if base in UNITS:
        return f"{UNITS[base]}{yearly}"
    size = next((word for word in sorted(_SIZES_ZH, key=len, reverse=True) if base.startswith(word)), "")
    noun = base.removeprefix(size)
    return f"{_SIZES_ZH.get(size, '')}{_NOUNS_ZH.get(noun, UNITS.get(noun, noun))}{yearly}"
