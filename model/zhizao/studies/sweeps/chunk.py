"""One chunk of a sweep, run from its plan alone: two tables as Parquet bytes, ready to be put into a store."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from zhizao.compiled import engine_fingerprint
from zhizao.errors import InputError, out_of_resources
from zhizao.evidence.measure import evaluate
from zhizao.parameters.registry import Parameters
from zhizao.policy.schedule import read_value
from zhizao.results.outcomes import OUTCOMES, outcomes
from zhizao.results.sweep_parts import ERROR, scalar_bytes, series_bytes
from zhizao.results.variables import VARIABLES, History, series
from zhizao.studies.evidence_check import needs_log, run_record
from zhizao.studies.lanes import FinishedLane, Future, Futures, finish, prepare, values_used
from zhizao.studies.own_ideas import OwnIdeas, own_ideas
from zhizao.studies.sweeps.factors import Value
from zhizao.studies.sweeps.run_table import RunTable, Unit

__all__ = ["ChunkResult", "Job", "run_job"]

_AGAINST_REFERENCE = tuple(
    item.name for item in OUTCOMES if item.name.startswith("additional") or item.over.startswith("additional")
)
_GROUPS = tuple(dict.fromkeys(variable.group for variable in VARIABLES))
_LONGEST_ERROR = 300


_DECLARED = Parameters()
_FINGERPRINT = engine_fingerprint()


@dataclass(frozen=True, kw_only=True)
class Job:
    """A chunk to run, or a part of it to see whether it can be run at all.

    Attributes
    ----------
    chunk
        Its number.
    unit
        Run this unit by itself and keep nothing.
    scenario
        Number of the only scenario of that unit to run; all of them together if not given.
    apart
        Units whose scenarios are run one by one, as they cannot be run together.
    deadly
        Unit and scenario of the runs that are known to end what runs them, and why; they are stored as failed.
    """

    chunk: int
    unit: int | None = None
    scenario: int | None = None
    apart: frozenset[int] = frozenset()
    deadly: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChunkResult:
    """What a chunk has given: Parquet bytes of its tables, and how many runs failed; empty for a lone unit."""

    runs: int = 0
    failed: int = 0
    scalars: bytes = b""
    series: bytes = b""


@dataclass(frozen=True, kw_only=True)
class _Finished:
    """One run, or what went wrong with it."""

    unit: Unit
    scenario: int
    values: dict[str, float]
    history: History | None = None
    error: str = ""


def run_job(table: RunTable, job: Job) -> ChunkResult:
    """Run a chunk, or a unit of it.

    Raises
    ------
    InputError
        If the code here is not that of the plan.
    """
    _ideas(table.ideas)
    if table.fingerprint != _FINGERPRINT:
        raise InputError("a worker has another version of zhizao, Numba or Python than this one; install the same")
    if job.unit is not None:
        together = range(len(table.scenarios)) if job.scenario is None else [job.scenario]
        _run_unit(table, table.unit(job.unit), tuple(together))
        return ChunkResult()
    finished: list[_Finished] = []
    reasons = {(unit, scenario): why for unit, scenario, why in job.deadly}
    for number in table.chunk(job.chunk):
        unit, everyone = table.unit(number), tuple(range(len(table.scenarios)))
        if number in job.apart:
            for scenario in everyone:
                why = reasons.get((number, scenario))
                finished.append(_failed(table, unit, scenario, why) if why else _run_alone(table, unit, scenario))
        else:
            finished += _run_unit(table, unit, everyone)
    return ChunkResult(
        runs=len(finished),
        failed=sum(bool(entry.error) for entry in finished),
        scalars=scalar_bytes(_columns(table, finished)),
        series=_series_part(table, finished) if table.design.series else b"",
    )


@lru_cache(maxsize=1)
def _ideas(sha256: str) -> OwnIdeas:
    """Return the user's own ideas, whose file is read once in each process: what it says later is of another study."""
    found, problems = own_ideas()
    if problems:
        raise InputError(problems)
    if found.sha256 != sha256:
        raise InputError("a worker lacks the file of ideas of this process; give it the same file")
    return found


def _run_unit(table: RunTable, unit: Unit, together: tuple[int, ...]) -> list[_Finished]:
    """Run scenarios of a unit together; if that fails, each by itself, to see which of them it was."""
    with suppress(Exception):
        return _run_together(table, unit, together)
    return [_run_alone(table, unit, index) for index in together]


def _run_alone(table: RunTable, unit: Unit, index: int) -> _Finished:
    try:
        [finished] = _run_together(table, unit, (index,))
    except Exception as error:  # whatever it is, it is kept with the run, and the others go on
        if out_of_resources(error):  # the process that gave out the job decides: it may not be the fault of the run
            raise
        return _failed(table, unit, index, f"{type(error).__name__}: {error}")
    return finished


def _run_together(table: RunTable, unit: Unit, indices: tuple[int, ...]) -> list[_Finished]:
    futures = _prepared(table, indices, tuple(unit.levers.items()))
    lanes = finish(futures, unit.values, unit.seed, keep_log=needs_log(table.measures.values()))
    return [
        _Finished(
            unit=unit,
            scenario=index,
            values=_values(table, unit, future, lanes),
            history=_told(lanes[future.lane].run.history) if table.design.series else None,
        )
        for index, future in zip(indices, futures.futures, strict=True)
    ]


@lru_cache(maxsize=4)
def _prepared(table: RunTable, indices: tuple[int, ...], levers: tuple[tuple[str, Value], ...]) -> Futures:
    """Return scenarios ready to run; the last ones are kept, as neighbouring units often share their levers."""
    chosen = [table.scenarios[index] for index in indices]
    if levers:
        chosen = [scenario.with_changes(dict(levers), table.design.levers_from) for scenario in chosen]
    own = _ideas(table.ideas).model
    return prepare(chosen, table.months, table.register, references=table.design.references, model=own)


def _values(table: RunTable, unit: Unit, future: Future, lanes: list[FinishedLane]) -> dict[str, float]:
    """Return the outcomes of a run; what needs a run without a programme is unknown where there is none."""
    lane, reference = lanes[future.lane], lanes[future.reference]
    values = outcomes(lane.run.history, reference.run.history)
    if not table.design.references:
        values |= dict.fromkeys(_AGAINST_REFERENCE, math.nan)
    if table.own_outcomes:
        known = replace(lane.run, reference=reference.run if table.design.references else None)
        values |= _ideas(table.ideas).values(known)
    if table.measures and lane.world is not None:
        values |= evaluate(table.measures, run_record(lane.world), unit.readings)
    return values


def _failed(table: RunTable, unit: Unit, index: int, reason: str) -> _Finished:
    text = " ".join(reason.split())[:_LONGEST_ERROR]
    return _Finished(unit=unit, scenario=index, values=dict.fromkeys(table.outcomes_told, math.nan), error=text)


def _columns(table: RunTable, finished: list[_Finished]) -> dict[str, Any]:
    """Return the columns of the table of scalars: what each run is, what it was given, what came out."""
    names = [scenario.name for scenario in table.scenarios]
    columns: dict[str, Any] = {
        "run": np.array([_run_number(table, entry) for entry in finished], dtype=np.int64),
        "point": np.array([entry.unit.point for entry in finished], dtype=np.int32),
        "draw": np.array([entry.unit.draw for entry in finished], dtype=np.int32),
        "scenario": [names[entry.scenario] for entry in finished],
        "seed": np.array([entry.unit.seed for entry in finished], dtype=np.uint64),
    }
    for key in table.inputs_told:
        columns[key] = [_input(table, entry, key) for entry in finished]
    for name in table.outcomes_told:
        columns[name] = np.array([entry.values[name] for entry in finished])
    columns[ERROR] = [entry.error for entry in finished]
    return columns


def _run_number(table: RunTable, entry: _Finished) -> int:
    return entry.unit.number * len(table.scenarios) + entry.scenario


def _input(table: RunTable, entry: _Finished, key: str) -> Any:
    """Return what a run was given: swept, stated by a register, set by its scenario, drawn, or as declared."""
    if key in entry.unit.swept:
        return entry.unit.swept[key]
    used = values_used(entry.unit.values, table.scenarios[entry.scenario].parameter_changes, table.register)
    return used[key] if key in used else read_value(_DECLARED, key)


def _told(history: History) -> History:
    """Return the part of a history that series are worked out from; the rest is large."""
    table = history.table[:, [history.groups.index(group) for group in _GROUPS]]
    return replace(history, table=table, groups=_GROUPS)


def _series_part(table: RunTable, finished: list[_Finished]) -> bytes:
    """Return the series of all runs, worked out together; those of runs that failed are unknown."""
    monthly = {name: np.full((len(finished), table.months), np.nan) for name in table.design.series}
    scenarios = [index for index, entry in enumerate(finished) if entry.history is not None]
    if scenarios:
        found = [entry.history for entry in finished if entry.history is not None]
        together = replace(
            found[0],
            table=np.stack([entry.table for entry in found]),
            money=np.stack([entry.money for entry in found]),
            demand=np.stack([entry.demand for entry in found]),
        )
        for name, values in series(together, names=table.design.series).items():
            monthly[name][scenarios] = values
    numbers = np.array([_run_number(table, entry) for entry in finished], dtype=np.int64)
    return series_bytes(numbers, table.months, {name: values.ravel() for name, values in monthly.items()})
