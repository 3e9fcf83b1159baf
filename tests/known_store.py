"""Stores of sweeps whose outcomes are known functions of their inputs instead of runs of the model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import numpy as np

from zhizao.parameters.registry import Parameters
from zhizao.policy.schedule import read_value
from zhizao.results.sweep_parts import scalar_bytes
from zhizao.results.sweep_store import SweepStore, open_store
from zhizao.results.variables import FloatArray
from zhizao.studies.sweeps.design import design_of
from zhizao.studies.sweeps.factors import Factor, uncertain_factors
from zhizao.studies.sweeps.run_table import RunTable, Unit, run_table_of

KEYS = tuple(factor.key for factor in uncertain_factors() if not factor.whole)
"""Inputs that design texts here sweep, all of them numbers with an interval."""
FACTORS = {factor.key: factor for factor in uncertain_factors()}
DECLARED = Parameters()
Answer = Callable[[FloatArray], FloatArray]


def design_text(method: str, size: int, groups: Collection[str], *, sample: str = "", head: str = "") -> str:
    """A design that sweeps one input for each of `groups`."""
    rows = "".join(f'[[factor]]\nkey = "{key}"\ngroup = "{group}"\n' for key, group in zip(KEYS, groups, strict=False))
    return (
        f'format = 1\ntitle = "Known answers"\ncalibration = "prior"\nseries = false\n{head}\n'
        f'[sample]\nmethod = "{method}"\nsize = {size}\n{sample}\n{rows}'
    )


def known_store(
    folder: Path, text: str, answers: Mapping[str, Answer], *, failed: Collection[int] = (), lost: Collection[int] = ()
) -> SweepStore:
    """Put into a store what `answers` say instead of what the model would; nothing of chunks that are `lost`.

    Each answer is a function of the inputs on the scale of 0 to 1 on which they are drawn evenly: runs by inputs.
    """
    plan = run_table_of(design_of(text, Path("known.toml"), {}))
    store = open_store(folder, plan.record())
    for chunk in sorted(set(range(plan.chunks)) - set(lost)):
        units = [plan.unit(number) for number in plan.chunk(chunk)]
        store.put(chunk, scalar_bytes(_columns(plan, units, answers, set(failed))), b"")
    return store


def _columns(plan: RunTable, units: list[Unit], answers: Mapping[str, Answer], failed: set[int]) -> dict[str, object]:
    runs = np.array([unit.number for unit in units])
    inputs = {key: [_input(unit, key) for unit in units] for key in plan.inputs_told}
    swept = list(plan.factors) or list(KEYS)
    scaled = np.column_stack([_place(np.array(inputs[key], dtype=float), FACTORS[key]) for key in swept])
    bad = np.isin(runs, list(failed))
    unknown = np.full(len(units), np.nan)
    outcomes = {
        name: np.where(bad, np.nan, answers[name](scaled)) if name in answers else unknown
        for name in plan.outcomes_told
    }
    return {
        "run": runs.astype(np.int64),
        "point": np.array([unit.point for unit in units], dtype=np.int32),
        "draw": np.array([unit.draw for unit in units], dtype=np.int32),
        "scenario": [plan.scenarios[0].name] * len(units),
        "seed": np.array([unit.seed for unit in units], dtype=np.uint64),
        **inputs,
        **outcomes,
        "error": np.where(bad, "made to fail", "").tolist(),
    }


def _place(values: FloatArray, factor: Factor) -> FloatArray:
    """Return where `values` lie between the ends of `factor`, in the logarithm if it is drawn evenly in it."""
    ends = np.array([factor.low, factor.high])
    if factor.log:
        values, ends = np.log(values), np.log(ends)
    return (values - ends[0]) / (ends[1] - ends[0])


def _input(unit: Unit, key: str) -> object:
    return unit.swept.get(key, unit.values.get(key, read_value(DECLARED, key)))
