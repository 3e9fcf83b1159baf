"""One chunk of a sweep, run from its plan alone: two tables as Parquet bytes, ready to be put into a store."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from zhizao.compiled import engine_fingerprint
from zhizao.engine.state import World
from zhizao.errors import InputError
from zhizao.parameters.registry import Parameters
from zhizao.policy.schedule import read_value
from zhizao.results.outcomes import OUTCOMES, outcomes
from zhizao.results.sweep_store import ERROR, scalar_bytes, series_bytes
from zhizao.results.variables import VARIABLES, History, series
from zhizao.studies.evidence_check import modelled
from zhizao.studies.futures import Future, Futures, history_of, prepare, run_futures
from zhizao.studies.sweeps.factors import Value
from zhizao.studies.sweeps.plan import Plan, Unit

__all__ = ["ChunkResult", "Job", "run_job"]

_AGAINST_REFERENCE = tuple(
    item.name for item in OUTCOMES if item.name.startswith("additional") or item.over.startswith("additional")
)
_GROUPS = tuple(dict.fromkeys(variable.group for variable in VARIABLES))
_LONGEST_ERROR = 300
_DIED = "the process that ran it ended, most likely for want of memory"


_DECLARED = Parameters()
_FINGERPRINT = engine_fingerprint()


@dataclass(frozen=True, kw_only=True)
class Job:
    """A chunk to run, or one unit of it to see whether it can be run at all.

    Attributes
    ----------
    chunk
        Its number.
    only
        Run this unit alone and keep nothing.
    without
        Units that are known to end the process that runs them; they are recorded as failed.
    """

    chunk: int
    only: int | None = None
    without: frozenset[int] = frozenset()


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


def run_job(plan: Plan, job: Job) -> ChunkResult:
    """Run a chunk, or a unit of it.

    Raises
    ------
    InputError
        If the code here is not that of the plan.
    """
    if plan.fingerprint != _FINGERPRINT:
        raise InputError("a worker has another version of zhizao, Numba or Python than this one; install the same")
    if job.only is not None:
        _run_unit(plan, plan.unit(job.only))
        return ChunkResult()
    finished: list[_Finished] = []
    for number in plan.chunk(job.chunk):
        unit = plan.unit(number)
        if number in job.without:
            finished += [_failed(plan, unit, place, _DIED) for place in range(len(plan.scenarios))]
        else:
            finished += _run_unit(plan, unit)
    return ChunkResult(
        runs=len(finished),
        failed=sum(bool(entry.error) for entry in finished),
        scalars=scalar_bytes(_columns(plan, finished)),
        series=_series_part(plan, finished) if plan.design.series else b"",
    )


def _run_unit(plan: Plan, unit: Unit) -> list[_Finished]:
    """Run all scenarios of a unit together; if that fails, each by itself, to see which of them it was."""
    everyone = range(len(plan.scenarios))
    try:
        return _run_together(plan, unit, tuple(everyone))
    except Exception:
        return [_run_alone(plan, unit, place) for place in everyone]


def _run_alone(plan: Plan, unit: Unit, place: int) -> _Finished:
    try:
        [finished] = _run_together(plan, unit, (place,))
    except Exception as error:  # whatever it is, it is kept with the run, and the others go on
        return _failed(plan, unit, place, f"{type(error).__name__}: {error}")
    return finished


def _run_together(plan: Plan, unit: Unit, places: tuple[int, ...]) -> list[_Finished]:
    futures = _prepared(plan, places, tuple(unit.levers.items()))
    worlds = run_futures(futures, unit.values, unit.seed)
    histories: dict[int, History] = {}
    for future in futures.futures:
        for lane in (future.lane, future.reference):
            if lane not in histories:
                histories[lane] = history_of(worlds[lane])
    return [
        _Finished(
            unit=unit, scenario=place, values=_values(plan, unit, future, histories, worlds),
            history=_told(histories[future.lane]) if plan.design.series else None,
        )
        for place, future in zip(places, futures.futures, strict=True)
    ]  # fmt: skip


@lru_cache(maxsize=4)
def _prepared(plan: Plan, places: tuple[int, ...], levers: tuple[tuple[str, Value], ...]) -> Futures:
    """Return scenarios ready to run; the last ones are kept, as neighbouring units often share their levers."""
    chosen = [plan.scenarios[place] for place in places]
    if levers:
        chosen = [scenario.with_changes(dict(levers), plan.design.levers_from) for scenario in chosen]
    return prepare(chosen, plan.months, plan.register, references=plan.design.references)


def _values(
    plan: Plan, unit: Unit, future: Future, histories: dict[int, History], worlds: list[World]
) -> dict[str, float]:
    """Return the outcomes of a run; what needs a run without a programme is unknown where there is none."""
    values = outcomes(histories[future.lane], histories[future.reference])
    if not plan.design.references:
        values |= dict.fromkeys(_AGAINST_REFERENCE, math.nan)
    if plan.design.figures:
        values |= modelled(worlds[future.lane], years_counted=unit.years_counted)
    return values


def _failed(plan: Plan, unit: Unit, place: int, reason: str) -> _Finished:
    text = " ".join(reason.split())[:_LONGEST_ERROR]
    return _Finished(
        unit=unit, scenario=place, values=dict.fromkeys(plan.outcomes_told, math.nan), error=text
    )  # fmt: skip


def _columns(plan: Plan, finished: list[_Finished]) -> dict[str, Any]:
    """Return the columns of the table of scalars: what each run is, what it was given, what came out."""
    names = [scenario.name for scenario in plan.scenarios]
    columns: dict[str, Any] = {
        "run": np.array([_run_number(plan, entry) for entry in finished], dtype=np.int64),
        "point": np.array([entry.unit.point for entry in finished], dtype=np.int32),
        "draw": np.array([entry.unit.draw for entry in finished], dtype=np.int32),
        "scenario": [names[entry.scenario] for entry in finished],
        "seed": np.array([entry.unit.seed for entry in finished], dtype=np.uint64),
    }
    for key in plan.inputs_told:
        columns[key] = [_input(plan, entry, key) for entry in finished]
    for name in plan.outcomes_told:
        columns[name] = np.array([entry.values[name] for entry in finished])
    columns[ERROR] = [entry.error for entry in finished]
    return columns


def _run_number(plan: Plan, entry: _Finished) -> int:
    return entry.unit.number * len(plan.scenarios) + entry.scenario


def _input(plan: Plan, entry: _Finished, key: str) -> Any:
    """Return what a run was given: swept, set by its scenario, drawn, or as declared."""
    if key in entry.unit.swept:
        return entry.unit.swept[key]
    changes = plan.scenarios[entry.scenario].parameter_changes
    if key in changes:
        return changes[key]
    return entry.unit.values[key] if key in entry.unit.values else read_value(_DECLARED, key)


def _told(history: History) -> History:
    """Return the part of a history that series are worked out from; the rest is large."""
    table = history.table[:, [history.groups.index(group) for group in _GROUPS]]
    return replace(history, table=table, groups=_GROUPS)


def _series_part(plan: Plan, finished: list[_Finished]) -> bytes:
    """Return the series of all runs, worked out together; those of runs that failed are unknown."""
    monthly = {name: np.full((len(finished), plan.months), np.nan) for name in plan.design.series}
    places = [place for place, entry in enumerate(finished) if entry.history is not None]
    if places:
        found = [entry.history for entry in finished if entry.history is not None]
        together = replace(
            found[0],
            table=np.stack([entry.table for entry in found]),
            money=np.stack([entry.money for entry in found]),
            demand=np.stack([entry.demand for entry in found]),
        )
        for name, values in series(together, names=plan.design.series).items():
            monthly[name][places] = values
    numbers = np.array([_run_number(plan, entry) for entry in finished], dtype=np.int64)
    return series_bytes(numbers, plan.months, {name: values.ravel() for name, values in monthly.items()})
