"""A stored study run again from its record alone, and held against the numbers that were stored."""

from __future__ import annotations

import contextlib
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zhizao.district.in_force import DISTRICT
from zhizao.errors import InputError, printable
from zhizao.ideas.file import ideas_in_force
from zhizao.limits import check_limit, limit
from zhizao.parallel import Progress
from zhizao.results.stored import RECORD, Stored, read_study
from zhizao.scenario.scenario import Scenario
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.studies.options import Options, check_options, scenarios_of
from zhizao.studies.record import resolved, study_inputs
from zhizao.studies.run import Run, run
from zhizao.studies.study_options import CompareOptions, RunOptions, declared
from zhizao.version import version

__all__ = ["Rerun", "rerun"]

_SETTINGS = ("scenarios", "seed", "draws", "calibration", "funding", "until", "settings", "firms")
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")  # bytes in names of files, as Python has them
_MOST_PROBLEMS = 20
_LONGEST_WORD = 1000
"""A path can be long; what is longer is not a name, and would fill the screen."""


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
    notes
        What the user should know, such as that a scenario's file has changed since.
    """

    result: Run | Comparison
    values: int
    differing: int
    furthest: float
    made_by: str
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        found = "all the same" if self.same else f"{self.differing:,} of them differ"
        return f"<Rerun of a study by zhizao {self.made_by}: {self.values:,} numbers, {found}; see .result>"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}</p>{self.result._repr_html_()}"

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
        Called after every draw with how many are done, and of how many.

    Raises
    ------
    InputError
        If the record is damaged or incomplete, or a register or an ensemble that it names has changed since or is gone.
    """
    stored = read_study(path)
    settings = _settings(stored, path)
    _check_district(stored.record, path)
    _check_ideas(settings, path)
    wanted = declared(RunOptions if stored.kind == "run" else CompareOptions)
    given: Any = {name: settings[name] for name in wanted if name in settings}  # an older record has fewer
    if settings["firms"] is not None:
        given["firms"] = _found(settings["firms"], stored.record, Path(path))
    options = check_options(**{"draws": settings["draws"], **given})
    scenarios, notes = _scenarios(settings["scenarios"], stored.record, options)
    _check_inputs(stored.record, study_inputs(stored.kind, scenarios, options), path)
    result: Run | Comparison
    if stored.kind == "run":
        result = run(scenarios[0], **given)
    else:
        result = compare(scenarios, workers=workers, progress=progress, **given)
    differing, furthest, values = _differences(stored, result)
    return Rerun(
        result=result,
        values=values,
        differing=differing,
        furthest=furthest,
        made_by=str(stored.record.get("version", version())),
        notes=tuple(notes),
    )


def _check_district(record: Mapping[str, Any], path: str | Path) -> None:
    """Refuse to run a study of one district again in another; a record of before there were districts names none."""
    made_in = record.get("district")
    if not isinstance(made_in, dict) or made_in.get("name") == DISTRICT.own.name:
        return
    name, folder = (printable(str(made_in.get(key))[:_LONGEST_WORD]) for key in ("name", "folder"))
    raise InputError(
        f"{path}: is a study of {name}, in the folder {folder}; the district in force is {DISTRICT.own.name}. Name "
        "that folder: zhizao rerun RUN.JSON --district DIR"
    )


def _check_ideas(settings: Mapping[str, Any], path: str | Path) -> None:
    """Refuse to go on without the file of ideas that a study was made with."""
    named = settings.get("ideas")
    if named is not None and not ideas_in_force().file:
        raise InputError(
            f"{path}: was made with the user's own ideas, {str(named)[:200]}; give them again: "
            "zhizao --ideas FILE rerun"
        )


def _found(name: str, record: Mapping[str, Any], path: Path) -> str:
    """Return where a file of a register is: as it was named, from any folder above the record, or beside that."""
    digests = {entry["sha256"] for entry in record.get("inputs", []) if _is_input(entry) and entry["name"] == name}
    folder = (path.parent if path.name == RECORD else path).absolute()
    for place in (Path(name), *(above / name for above in (folder, *folder.parents)), folder / Path(name).name):
        with contextlib.suppress(OSError, ValueError):
            if not digests or hashlib.sha256(place.read_bytes()).hexdigest() in digests:
                return str(place)
    return name


def _scenarios(
    names: Sequence[str], record: Mapping[str, Any], options: Options
) -> tuple[tuple[Scenario, ...], list[str]]:
    """Return the scenarios of a record, and what is to be said of those whose files are not what they were.

    A scenario is read from its files. Where these have changed since, are gone, or were never there, as for one that
    was changed in Python, it is made from what the record says of it.
    """
    resolved = record.get("resolved")
    entries = resolved if isinstance(resolved, list) and len(resolved) == len(names) else [None] * len(names)
    found: list[Scenario] = []
    notes: list[str] = []
    problems: list[str] = []
    for name, entry in zip(names, entries, strict=True):
        try:
            [scenario] = scenarios_of([name], options.settings)
        except InputError as error:
            if not _is_resolved(entry):
                problems += error.problems
                continue
            scenario = None
        if scenario is None or (_is_resolved(entry) and not _says(scenario, entry, options.months)):
            scenario = _from_record(name, entry)
            shown = printable(name)
            if entry.get("outcomes"):
                problems.append(
                    f"{shown}: its files have changed since or are gone, and what it does depends on what a run shows, "
                    "which the record alone does not decide; put the files back as they were"
                )
                continue
            notes.append(f"{shown}: its files have changed since or are gone; its policy is taken from the record")
        found.append(scenario)
    if problems:
        raise InputError(_first(problems))
    return tuple(found), notes


def _is_resolved(entry: Any) -> bool:
    changes = entry.get("changes") if isinstance(entry, Mapping) else None
    return (
        isinstance(changes, list)
        and all(isinstance(change, Mapping) and isinstance(change.get("set"), Mapping) for change in changes)
        and isinstance(entry.get("parameters"), Mapping)
        and _is_word(entry.get("name"))
        and isinstance(entry.get("network"), str)
    )


def _says(scenario: Scenario, entry: Mapping[str, Any], months: int) -> bool:
    """Whether a scenario, as its files are now, says what the record says of it."""
    now = json.loads(json.dumps(resolved(scenario, months)))
    same = all(now[key] == entry[key] for key in ("name", "network", "parameters", "changes"))
    return same and now.get("outcomes") == entry.get("outcomes")


def _from_record(name: str, entry: Mapping[str, Any]) -> Scenario:
    scenario = Scenario(
        name=entry["name"],
        title=entry["name"],
        question="",
        source="the record of a study",
        path=Path(name),
        network=entry["network"],
    )
    for change in entry["changes"]:
        scenario = scenario.with_changes(change["set"], change.get("from", ""))
    return scenario.with_changes(entry["parameters"])


def _settings(stored: Stored, path: str | Path) -> dict[str, Any]:
    settings = stored.record.get("settings")
    if not isinstance(settings, Mapping) or (missing := [name for name in _SETTINGS if name not in settings]):
        what = ", ".join(missing) if isinstance(settings, Mapping) else "settings"
        raise InputError(f"{path}: its {RECORD} does not give {what}; run the study again")
    names = settings["scenarios"]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise InputError(f"{path}: settings.scenarios in its {RECORD} must be a list of names; run the study again")
    check_limit("design_scenarios", len(names), f"{path}: settings.scenarios in its {RECORD}")
    words = [settings[name] for name in ("calibration", "funding", "until") if settings[name] is not None]
    files = [*names, *([] if settings["firms"] is None else [settings["firms"]])]
    words += [settings[name] for name in ("seed", "draws") if not isinstance(settings[name], int | float)]
    changed = settings["settings"]
    whole = isinstance(changed, Mapping) and len(changed) <= limit("design_factors")
    if not whole or not all(map(_is_word, words)) or not all(map(_is_name, files)):
        raise InputError(f"{path}: settings in its {RECORD} are damaged; run the study again")
    if stored.kind == "run" and len(names) != 1:
        raise InputError(f"{path}: a run has one scenario, its {RECORD} names {len(names)}; run the study again")
    return dict(settings)


def _is_word(entry: Any) -> bool:
    return isinstance(entry, str) and _NOT_UTF_8.sub("", entry).isprintable() and len(entry) < _LONGEST_WORD


def _is_name(entry: Any) -> bool:
    """Whether something can be the name of a file, which holds any characters and is shown as far as it can be."""
    return isinstance(entry, str) and len(entry) < _LONGEST_WORD


def _is_input(entry: Any) -> bool:
    return isinstance(entry, Mapping) and _is_name(entry.get("name")) and _is_word(entry.get("sha256"))


def _check_inputs(record: Mapping[str, Any], found: list[dict[str, str]], path: str | Path) -> None:
    """Refuse to compare numbers that were made from other files than those that are there now.

    Files of scenarios are not asked about: what they say has been held against the record.
    """
    now = {entry["sha256"] for entry in found}
    entries = record.get("inputs", [])
    if not isinstance(entries, list) or not all(_is_input(entry) for entry in entries):
        raise InputError(f"{path}: inputs in its {RECORD} must be names with their SHA-256; run the study again")
    writer = record.get("version")
    other = _is_word(writer) and writer != version()
    fix = f"run it with zhizao {writer}, which wrote it" if other else "put that one back, or beside the record"
    problems = [
        f"{path}: {entry['name']} is not the file that was used (SHA-256 {entry['sha256'][:12]}…); {fix}"
        for entry in entries
        if entry["sha256"] not in now and not entry["name"].endswith(".toml")
    ]
    if problems:
        raise InputError(_first(problems))


def _first(problems: Sequence[str]) -> list[str]:
    """Return the first problems, and how many more there are; a record can name as many files as it likes."""
    more = len(problems) - _MOST_PROBLEMS
    return [*problems[:_MOST_PROBLEMS], *([f"and {more:,} more of this kind"] if more > 0 else [])]


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
