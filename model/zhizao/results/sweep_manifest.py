"""``sweep.json``, the manifest of a sweep: read, checked in every entry that others rely on, and written."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.calendar import month_names
from zhizao.errors import InputError, in_words
from zhizao.limits import after, limit, over_limit
from zhizao.storage.checksum import CHECKSUM, check_checksum, json_text, read_json, sealed_record
from zhizao.storage.whole import read_whole, write_whole
from zhizao.toml_text import parse_toml

__all__ = ["FORMAT", "MANIFEST", "Shape", "read_manifest", "same_sweep", "shape_of", "write_manifest"]

FORMAT = 1
"""The format of stores that this version writes and reads."""
MANIFEST = "sweep.json"
_LAST_MONTHS = 12 * 100
_USUAL_CHUNK = 100
_MOST_RUNS, _MOST_NAMES, _MOST_CHUNK = 100_000_000, 10_000, 100_000
_FIX = "sweep again into a new folder"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What the parts of a store must hold, as its manifest says.

    Attributes
    ----------
    scenarios
        Names, in the order of the runs of a unit.
    points, draws, chunk
        How many points and draws there are, and how many pairs of them a part holds.
    months
        Names of the months of a run.
    inputs, outcomes, series
        Names of columns.
    checksum
        That of the manifest, which every part repeats; empty in stores of version 1.0, which have none.
    """

    scenarios: tuple[str, ...]
    points: int
    draws: int
    chunk: int
    months: tuple[str, ...]
    inputs: tuple[str, ...]
    outcomes: tuple[str, ...]
    series: tuple[str, ...]
    checksum: str

    @cached_property
    def parts(self) -> int:
        """How many parts a whole store has."""
        return math.ceil(self.points * self.draws / self.chunk)

    def runs(self, part: int) -> NDArray[np.int64]:
        """Return the numbers of the runs in a part."""
        last = min((part + 1) * self.chunk, self.points * self.draws)
        count = len(self.scenarios)
        return np.arange(part * self.chunk * count, last * count, dtype=np.int64)

    def keys(self, part: int) -> dict[str, NDArray[Any]]:
        """Return the columns of a part that say which runs it holds; scenarios by number."""
        unit, scenario = np.divmod(self.runs(part), len(self.scenarios))
        point, draw = np.divmod(unit, self.draws)
        return {"run": self.runs(part), "point": point, "draw": draw, "scenario": scenario}


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write the manifest of a new store, and return it.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    whole = sealed_record(_headed(manifest))
    write_whole(folder / MANIFEST, json_text(whole).encode())
    return whole


def same_sweep(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest that is in a folder, if it is of the same sweep under the same code.

    Raises
    ------
    InputError
        If it is damaged, or of another sweep.
    """
    found, wanted = read_manifest(folder), sealed_record(_headed(manifest))
    differ = [key for key in wanted if key != CHECKSUM and found.get(key) != wanted[key]]
    if not differ and found.keys() | {CHECKSUM} == wanted.keys():
        return found
    reasons = {
        "engine": "another version of the model, of Numba or of Python",
        "version": "another version of zhizao",
        "parameters": "other declared parameters",
        "inputs": "other scenario files, register or ensembles",
        "points": "other points (the design, SciPy or SALib has changed)",
        "design": "another design",
    }
    why = "; ".join(reasons[key] for key in reasons if key in differ) or ", ".join(differ) or "other entries"
    made = in_words(found.get("version"))
    raise InputError(
        f"{folder}: holds a sweep with {why}; name another folder, or go back to what made this one (zhizao {made})"
    )


def _headed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {"format": FORMAT, "program": "zhizao", **manifest}


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a store.

    Raises
    ------
    InputError
        If there is none, it is damaged, or another version's.
    """
    file = folder / MANIFEST
    if not os.path.lexists(file):
        raise InputError(f"{folder}: holds no {MANIFEST}; name a folder that `zhizao sweep` has written")
    try:
        content = read_whole(file, limit("json_bytes"))
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise InputError(after(str(file), over_limit("json_bytes"))) from error
        raise InputError(f"{file}: cannot be read ({error.strerror})") from error
    found = read_json(content, file, _FIX)
    if not isinstance(found, dict) or found.get("program") != "zhizao" or found.get("kind") != "sweep":
        raise InputError(f"{file}: is not a manifest of a sweep; name a folder that `zhizao sweep` has written")
    if type(found.get("format")) is not int or found["format"] != FORMAT:
        other = repr(found.get("format"))[:40]
        raise InputError(f"{file}: format is {other}; this version reads {FORMAT}, use the one that wrote it")
    check_checksum(found, file, _FIX)
    if wrong := next(_wrong(found), None):
        raise InputError(f"{file}: is damaged ({wrong}); {_FIX}")
    return found


def shape_of(manifest: Mapping[str, Any]) -> Shape:
    """Return what the parts of a store must hold; the manifest has been checked."""
    columns = manifest["columns"]
    return Shape(
        scenarios=tuple(manifest["scenarios"]),
        points=manifest["points"]["count"],
        draws=manifest["draws"],
        chunk=_chunk(manifest),
        months=_months(manifest["until"]),
        inputs=tuple(columns["inputs"]),
        outcomes=tuple(columns["outcomes"]),
        series=tuple(columns["series"]),
        checksum=manifest.get(CHECKSUM, ""),
    )


def _wrong(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of entries that are not what they must be."""
    for key, check in _ENTRIES.items():
        if not check(found.get(key)):
            yield key
            return  # the rest is built on them
    for what, most in ((found["runs"], _MOST_RUNS), (len(found["scenarios"]), _MOST_NAMES)):
        if what > most:
            yield "runs"
    if found["runs"] != found["points"]["count"] * found["draws"] * len(found["scenarios"]):
        yield "runs"
    if not _months(found["until"]):
        yield "until"
    chunk = _chunk(found)
    if not 0 < chunk <= _MOST_CHUNK or found["chunks"] != math.ceil(found["points"]["count"] * found["draws"] / chunk):
        yield "chunks"


def _chunk(manifest: Mapping[str, Any]) -> int:
    """Return how many units a part holds; stores of version 1.0 say so in the text of their design only."""
    design = manifest["design"]
    try:
        usual = design["changes"].get("chunk") or parse_toml(design["text"]).get("chunk", _USUAL_CHUNK)
    except (ValueError, RecursionError):
        return 0
    chunk = manifest.get("chunk", usual)
    return chunk if type(chunk) is int else 0


def _months(until: str) -> tuple[str, ...]:
    names = month_names(_LAST_MONTHS)
    return names[: names.index(until) + 1] if until in names else ()


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 < value < 2**53


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 1000 and value.isprintable()


def _are_names(value: Any, *, fewest: int = 0) -> bool:
    """Whether something is a list of different names."""
    return (
        isinstance(value, list) and len(value) >= fewest and all(map(_is_word, value)) and len(set(value)) == len(value)
    )


def _is_points(value: Any) -> bool:
    return isinstance(value, dict) and _is_count(value.get("count")) and isinstance(value.get("sha256"), str)


def _is_design(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("changes"), dict):
        return False
    return _is_word(value.get("name")) and all(isinstance(value.get(key), str) for key in ("title", "question", "text"))


def _are_factors(value: Any) -> bool:
    keys = ("key", "kind", "unit", "group")
    return (
        isinstance(value, list)
        and all(isinstance(row, dict) and all(isinstance(row.get(key), str) for key in keys) for row in value)
        and _are_names([row["key"] for row in value])
    )


def _are_columns(value: Any) -> bool:
    return isinstance(value, dict) and all(_are_names(value.get(key)) for key in ("inputs", "outcomes", "series"))


_ENTRIES: dict[str, Any] = {
    "runs": _is_count,
    "chunks": _is_count,
    "draws": _is_count,
    "until": _is_word,
    "points": _is_points,
    "scenarios": lambda value: _are_names(value, fewest=1),
    "design": _is_design,
    "factors": _are_factors,
    "columns": _are_columns,
}
"""Entries that others rely on, and what each must be."""
