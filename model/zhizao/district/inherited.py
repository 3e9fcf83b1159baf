"""What another place's fit says of the numbers that are drawn here; see `PriorFrom`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhizao.district.declared import DistrictFile, PriorFrom
from zhizao.district.folder import FILE, find_district, shipped_districts
from zhizao.errors import InputError, in_words
from zhizao.files import resolved_path
from zhizao.storage.checksum import read_record
from zhizao.storage.whole import read_whole
from zhizao.toml_text import read_toml

__all__ = ["Inherited", "inherited_of"]

_MAX_BYTES = 10_000_000
_HALF_WIDTH = math.sqrt(3.0)
"""An even draw from mean less to mean plus so many standard deviations has that standard deviation."""


@dataclass(frozen=True)
class Inherited:
    """What a fit of another place gives.

    Attributes
    ----------
    moments
        Mean and widened standard deviation, by key of the number.
    source
        Where they are from, for the tables of numbers.
    digest
        The checksum of the fit's table; empty if there is none.
    """

    moments: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    source: str = ""
    digest: str = ""

    def narrowed(self, key: str, interval: tuple[float, float], *, whole: bool) -> tuple[float, float]:
        """Return the part of an interval that the other fit leaves; all of it if it says nothing of the number.

        If the other fit lies beyond the interval, the place knows better, and its own interval stays.
        """
        if key not in self.moments:
            return interval
        mean, deviation = self.moments[key]
        low, high = (max(interval[0], mean - _HALF_WIDTH * deviation), min(interval[1], mean + _HALF_WIDTH * deviation))
        if whole:
            low, high = math.floor(low), math.ceil(high)
        return (low, high) if low < high else interval


def inherited_of(own: DistrictFile, folder: Path) -> Inherited:
    """Return what the other place says that ``[prior]`` of a district names; nothing if it names none.

    Raises
    ------
    InputError
        If there is no such place or no such fit, or the fit does not say what is needed.
    """
    if own.prior is None:
        return Inherited()
    if problems := _wrong(own.prior):
        raise InputError(problems)
    other = _other(own.prior.from_, folder)
    table = read_toml(other / FILE, f"{other.name}/{FILE}")
    record_file = other / _fitted(table) / f"{own.prior.treatment}-{own.prior.funding or _first_money(table)}.json"
    fix = f"fit it with `zhizao calibrate --district {own.prior.from_}`"
    try:
        content = read_whole(record_file, _MAX_BYTES)
    except (OSError, ValueError) as error:
        raise InputError(f"prior.from is {own.prior.from_}: it has no fit {record_file.name}; {fix}") from error
    record = read_record(content, record_file, fix)
    moments = record.get("moments") if isinstance(record, dict) else None
    if not isinstance(moments, dict) or not all(_is_pair(pair) for pair in moments.values()):
        raise InputError(f"prior.from is {own.prior.from_}: {record_file.name} has no means and deviations; {fix}")
    return Inherited(
        moments={
            key: (float(mean), float(deviation) * own.prior.widening)
            for key, (mean, deviation) in moments.items()
            if key not in own.prior.except_
        },
        source=f"fit of {other.name}, spread times {own.prior.widening:g} ({own.prior.source})",
        digest=str(record.get("sha256", "")),
    )


def _wrong(prior: PriorFrom) -> list[str]:
    problems = []
    if not 0.0 < prior.widening <= 100.0:
        problems.append(f"prior.widening is {prior.widening:g}; give a number above 0, 1 for places that are alike")
    if not prior.source.strip():
        problems.append("prior.source is empty; say why the two places are alike, or 'assumption: reason'")
    if prior.funding and not prior.funding.isidentifier():
        problems.append(f"prior.funding is {in_words(prior.funding)}; name a reading of the other place's money")
    return problems


def _other(name: str, folder: Path) -> Path:
    if name in shipped_districts():
        other = find_district(name)
    else:
        try:
            other = find_district(resolved_path(folder / name))
        except (InputError, OSError, ValueError, RuntimeError) as error:
            raise InputError(
                f"prior.from is {in_words(name)}: there is no such district; name one, or a path"
            ) from error
    if resolved_path(other) == resolved_path(folder):
        raise InputError("prior.from names this place itself; name another one")
    return other


def _fitted(table: Mapping[str, Any]) -> Path:
    library = table.get("library", {})
    where = library.get("calibration", ".") if isinstance(library, dict) else "."
    return Path(str(where)) / "fitted"


def _first_money(table: Mapping[str, Any]) -> str:
    money = table.get("money")
    first = money[0] if isinstance(money, list) and money else None
    return str(first.get("key", "")) if isinstance(first, dict) else "declared"


def _is_pair(pair: Any) -> bool:
    return (
        isinstance(pair, list)
        and len(pair) == 2
        and all(isinstance(one, (int, float)) and math.isfinite(one) for one in pair)
        and pair[1] >= 0.0
    )
