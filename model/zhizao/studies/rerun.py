"""A stored study run again from its record alone, and held against the numbers that were stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zhizao.errors import InputError
from zhizao.results.stored import RECORD, Stored, read_study
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.studies.options import check_options, scenarios_of
from zhizao.studies.parallel import Progress
from zhizao.studies.record import study_inputs
from zhizao.studies.single import Run, run
from zhizao.version import version

__all__ = ["Rerun", "rerun"]

_SETTINGS = ("scenarios", "seed", "draws", "calibration", "funding", "until", "settings", "firms")
_LONGEST_WORD = 1000
"""A path can be long; what is longer is no name, and would fill the screen."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Rerun:
    """A study run again.

    Attributes
    ----------
    result
        What it gives now.
    values, differing
        How many numbers the stored main table holds, and how many of them come out otherwise.
    furthest
        The largest relative difference of a number.
    made_by
        The version that wrote the record.
    """

    result: Run | Comparison
    values: int
    differing: int
    furthest: float
    made_by: str

    @property
    def same(self) -> bool:
        """Whether every number is the same to the bit."""
        return self.differing == 0


def rerun(path: str | Path, *, workers: int | None = None, progress: Progress | None = None) -> Rerun:
    """Run a stored study again with what its record says, and compare the numbers.

    Parameters
    ----------
    path
        A folder that ``--out`` has written, or the `run.json` in it.
    workers
        Threads; results do not depend on it.
    progress
        Is told after every draw how many are done, and of how many.

    Raises
    ------
    InputError
        If the record is damaged or incomplete, or a file that it names has changed since or is gone.
    """
    stored = read_study(path)
    settings = _settings(stored, path)
    given = {name: settings[name] for name in ("seed", "calibration", "funding", "until", "settings")}
    given["register"] = settings["firms"]
    options = check_options(draws=settings["draws"], **given)
    scenarios = scenarios_of(settings["scenarios"], options.settings)
    _check_inputs(stored.record, study_inputs(stored.kind, scenarios, options), path)
    result: Run | Comparison
    if stored.kind == "run":
        [scenario] = settings["scenarios"]
        result = run(scenario, **given)
    else:
        result = compare(settings["scenarios"], draws=settings["draws"], workers=workers, progress=progress, **given)
    differing, furthest, values = _differences(stored, result)
    return Rerun(
        result=result, values=values, differing=differing, furthest=furthest,
        made_by=str(stored.record.get("version", version())),
    )  # fmt: skip


def _settings(stored: Stored, path: str | Path) -> dict[str, Any]:
    settings = stored.record.get("settings")
    if not isinstance(settings, Mapping) or (missing := [name for name in _SETTINGS if name not in settings]):
        what = ", ".join(missing) if isinstance(settings, Mapping) else "settings"
        raise InputError(f"{path}: its {RECORD} says nothing of {what}; run the study again")
    names = settings["scenarios"]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise InputError(f"{path}: settings.scenarios in its {RECORD} must be a list of names; run the study again")
    words = [settings[name] for name in ("calibration", "funding", "until", "firms") if settings[name] is not None]
    words += [settings[name] for name in ("seed", "draws") if not isinstance(settings[name], int | float)]
    if not all(_is_word(word) for word in [*words, *names]) or not isinstance(settings["settings"], Mapping):
        raise InputError(f"{path}: settings in its {RECORD} are damaged; run the study again")
    if stored.kind == "run" and len(names) != 1:
        raise InputError(f"{path}: a run has one scenario, its {RECORD} names {len(names)}; run the study again")
    return dict(settings)


def _is_word(entry: Any) -> bool:
    return isinstance(entry, str) and entry.isprintable() and len(entry) < _LONGEST_WORD


def _is_input(entry: Any) -> bool:
    return isinstance(entry, Mapping) and all(_is_word(entry.get(key)) for key in ("name", "sha256"))


def _check_inputs(record: Mapping[str, Any], found: list[dict[str, str]], path: str | Path) -> None:
    """Refuse to compare numbers that were made from other files than those that are there now."""
    now = {entry["name"]: entry["sha256"] for entry in found}
    problems = []
    entries = record.get("inputs", [])
    if not isinstance(entries, list) or not all(_is_input(entry) for entry in entries):
        raise InputError(f"{path}: inputs in its {RECORD} must be names with their SHA-256; run the study again")
    writer = record.get("version")
    other = _is_word(writer) and writer != version()
    mend = f"run it with zhizao {writer}, which wrote it" if other else "put that one back"
    for name, wanted in ((entry["name"], entry["sha256"]) for entry in entries):
        if now.get(name) != wanted:
            problems.append(f"{path}: {name} is not the file that was used (SHA-256 {wanted[:12]}…); {mend}")
    if problems:
        raise InputError(problems)


def _differences(stored: Stored, result: Run | Comparison) -> tuple[int, float, int]:
    """Return how many numbers of the main table differ, by how much at most, and how many there are."""
    before, after = stored.to_frame(), result.to_frame()
    keys = ["scenario", "draw", "month", "group", "variable"]
    before, after = (frame.sort_values(keys).reset_index(drop=True) for frame in (before, after))
    if len(before) != len(after) or not before[keys].astype(str).equals(after[keys].astype(str)):
        return len(before), float("inf"), len(before)
    one, other = before["value"].to_numpy(float), after["value"].to_numpy(float)
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = np.abs(one - other) / np.maximum(np.abs(one), np.abs(other))
    return int((~same).sum()), float(np.nanmax(apart[~same], initial=0.0)), len(before)
