"""In which futures of a sweep a policy fails: boxes by PRIM, and a shallow tree."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from zhizao.arrays import BoolArray
from zhizao.errors import InputError
from zhizao.parameters.specification import python_value
from zhizao.results.shown import html_table
from zhizao.results.sweep_store import SweepStore, open_store
from zhizao.studies.discovery.boxes import Box, find_boxes
from zhizao.studies.discovery.condition import Condition, condition_of
from zhizao.studies.discovery.tree import Tree, grow_tree
from zhizao.studies.options import notes_in_both
from zhizao.studies.sweeps.answers import Answers, known_outcome, read_answers
from zhizao.studies.sweeps.factors import uncertain_factors
from zhizao.studies.sweeps.shared import Shared, shared_by

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Discovery", "discover"]

FAILS = "level2_share_end < 0.9"
_FEWEST = 10
_LEAST_RUNS = 100


@dataclass(frozen=True, kw_only=True)
class Discovery:
    """In which futures a scenario fails.

    Attributes
    ----------
    title, scenario, condition
        What was swept, under which scenario, and when a run counts as failed.
    runs, failing
        Runs that were looked at, and those of them that fail.
    dropped
        Runs of the scenario that are missing, failed to run, or do not know the outcome.
    threshold
        Wanted density of a box.
    boxes
        The boxes found; none if fewer than 10 runs fail or fewer than 10 do not, or if the threshold is no higher
        than the share that fails everywhere.
    tree
        The tree; None if fewer than 10 runs fail or fewer than 10 do not.
    units
        Unit of every input that varies.
    points, draws
        How many groups of points, and of draws with their luck, the runs are of: so many futures differ in what is
        swept, and so many in what is drawn.
    testable
        Whether these are enough to leave some out, and to say what holds in runs that were not seen.
    notes
        What the user should know of the register of firms that the sweep was of.
    """

    title: str
    scenario: str
    condition: Condition
    runs: int
    failing: int
    dropped: int
    threshold: float
    boxes: tuple[Box, ...]
    tree: Tree | None
    units: dict[str, str]
    points: int
    draws: int
    testable: bool
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        boxes = f"{len(self.boxes)} boxes, {sum(box.dense and box.sure for box in self.boxes)} of them sure"
        tree = "a tree that is sure" if self.tree is not None and self.tree.sure else "no tree that is sure"
        return f"<Discovery: {self.scenario} fails in {self.failing:,} of {self.runs:,} runs; {boxes}; {tree}>"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.table())

    def table(self) -> pd.DataFrame:
        """Return the restrictions of the boxes, a row each."""
        import pandas as pd  # here, because it is heavy

        rows = [
            {
                "box": number,
                "density": box.density,
                "coverage": box.coverage,
                "unseen": box.unseen,
                "p": box.p,
                **dataclasses.asdict(limit),
                "unit": self.units[limit.input],
            }
            for number, box in enumerate(self.boxes, 1)
            for limit in box.limits
        ]
        return pd.DataFrame(rows)

    @property
    def rate(self) -> float:
        """Share of the runs that fail."""
        return self.failing / self.runs

    @property
    def one_sided(self) -> bool:
        """Whether too few runs fail, or too few do not, to tell them apart."""
        return min(self.failing, self.runs - self.failing) < _FEWEST

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "title": self.title,
            "scenario": self.scenario,
            "fails": str(self.condition),
            "runs": self.runs,
            "failing": self.failing,
            "dropped": self.dropped,
            "threshold": self.threshold,
            "points": self.points,
            "draws": self.draws,
            "testable": self.testable,
            "boxes": [dataclasses.asdict(box) for box in self.boxes],
            "tree": None if self.tree is None else dataclasses.asdict(self.tree),
            "units": self.units,
            **notes_in_both(self.notes),
        }


def discover(
    folder: str | Path,
    *,
    fails: str = FAILS,
    scenario: str | None = None,
    threshold: float = 0.8,
    min_mass: float = 0.05,
    boxes: int = 2,
    depth: int = 4,
    seed: int = 0,
) -> Discovery:
    """Say in which futures of a sweep a policy fails.

    Every run is a future; its inputs are all swept factors but luck, and every drawn parameter that varies. Runs that
    share a draw, its luck or a point are not futures of their own: they are left out together, and chance is asked by
    exchanging whole draws and points.

    Parameters
    ----------
    folder
        The store of a sweep, finished or not.
    fails
        An outcome, one of ``<``, ``<=``, ``>``, ``>=``, and a number.
    scenario
        A scenario of the sweep; the first if not given.
    threshold
        Wanted density of a box: the share of the runs inside that fail.
    min_mass
        Least share of all runs that a box may hold.
    boxes
        How many boxes to find at most.
    depth
        How many questions the tree may ask one after the other at most.
    seed
        Of what is left out to test boxes and tree, and of the exchanges by which chance is asked.

    Raises
    ------
    InputError
        If the folder is not a sweep, something is asked for wrongly, or there are too few runs.
    """
    threshold, min_mass, boxes, depth, seed = map(python_value, (threshold, min_mass, boxes, depth, seed))
    _check(threshold=threshold, min_mass=min_mass, boxes=boxes, depth=depth, seed=seed)
    condition = condition_of(fails)
    asked = _futures(folder, scenario, condition)
    inputs, failed, shared = asked.inputs, asked.failed, asked.shared
    found = Discovery(
        title=asked.store.manifest["design"]["title"],
        scenario=asked.scenario,
        condition=condition,
        runs=failed.size,
        failing=int(failed.sum()),
        dropped=_wanted(asked.store) - failed.size,
        threshold=threshold,
        boxes=(),
        tree=None,
        units=_units(asked.store, inputs),
        points=shared.point_count,
        draws=shared.draw_count,
        testable=shared.testable,
        notes=asked.store.notes,
    )
    if found.one_sided:
        return found
    swept = set(_swept(asked.store))
    some = (
        ()
        if found.rate >= threshold
        else find_boxes(
            inputs, failed, threshold=threshold, min_mass=min_mass, most=boxes, shared=shared, swept=swept, seed=seed
        )
    )
    tree = grow_tree(inputs, failed, depth=depth, seed=seed, shared=shared, swept=swept)
    return dataclasses.replace(found, boxes=some, tree=tree)


class _Futures(NamedTuple):
    """The runs of a sweep under one scenario whose outcome is known: their inputs, which fail, and what they share."""

    store: SweepStore
    scenario: str
    inputs: pd.DataFrame
    failed: BoolArray
    shared: Shared


def _futures(folder: str | Path, scenario: str | None, condition: Condition) -> _Futures:
    store = open_store(folder)
    known_outcome(store, condition.outcome)
    answers = read_answers(store, scenario, [condition.outcome], store.manifest["columns"]["inputs"])
    values = answers.runs[condition.outcome].to_numpy(dtype=np.float64)
    known = ~np.isnan(values)
    runs = int(known.sum())
    if runs < _LEAST_RUNS:
        raise InputError(
            f"{folder}: {runs} runs of {answers.scenario} have a value of {condition.outcome}; "
            f"at least {_LEAST_RUNS} are needed, so sweep on or ask for more draws"
        )
    inputs = _inputs(answers, known)
    return _Futures(store, answers.scenario, inputs, condition.holds(values[known]), _shared(answers, known))


def _check(*, threshold: float, min_mass: float, boxes: int, depth: int, seed: int) -> None:
    problems = []
    if not 0.0 < threshold <= 1.0:
        problems.append(f"threshold = {threshold:g} must be a share above 0 and at most 1")
    if not 0.0 < min_mass < 1.0:
        problems.append(f"min_mass = {min_mass:g} must be a share between 0 and 1")
    for name, value, most in (("boxes", boxes, 20), ("depth", depth, 10)):
        if not 1 <= value <= most:
            problems.append(f"{name} = {value} must be a whole number from 1 to {most}")
    if not 0 <= seed < 2**31:
        problems.append(f"seed = {seed} must be a whole number from 0 to {2**31 - 1}")
    if problems:
        raise InputError(problems)


def _wanted(store: SweepStore) -> int:
    """Return how many runs of each scenario the design has."""
    return int(store.manifest["runs"]) // len(store.manifest["scenarios"])


def _inputs(answers: Answers, known: Any) -> pd.DataFrame:
    """Return the inputs that vary: numbers as floats (the workbench stumbles over whole ones), choices as words."""
    luck = {factor["key"] for factor in answers.store.manifest["factors"]} - set(_swept(answers.store))
    keys = [key for key in answers.store.manifest["columns"]["inputs"] if key not in luck]
    frame = answers.runs.loc[known, keys].reset_index(drop=True)
    varying = [key for key in keys if frame[key].nunique() > 1]
    if not varying:
        raise InputError(f"{answers.store.folder}: no input varies; sweep factors, or ask for more draws")
    kinds = {key: float if frame[key].dtype.kind in "fiu" else object for key in varying}
    typed: pd.DataFrame = frame[varying].astype(kinds)
    return typed


def _swept(store: SweepStore) -> list[str]:
    """Return the swept inputs, luck left out."""
    return [factor["key"] for factor in store.manifest["factors"] if factor["kind"] != "luck"]


def _shared(answers: Answers, known: Any) -> Shared:
    """Return what the runs share."""
    store, sample = answers.store, answers.design.sample
    swept = _swept(store)
    factors = store.manifest["factors"]
    moved = len({factor["group"] for factor in factors} if sample is not None and sample.by_group else factors)
    method = None if sample is None else sample.method
    return shared_by(
        answers.runs.loc[known],
        swept,
        [key for key in store.manifest["columns"]["inputs"] if key not in {factor["key"] for factor in factors}],
        draws=int(store.manifest["draws"]),
        block={"saltelli": moved + 2, "morris": moved + 1}.get(str(method), 1),
        factorial=method == "factorial",
    )


def _units(store: SweepStore, inputs: pd.DataFrame) -> dict[str, str]:
    known = {factor.key: factor.unit for factor in uncertain_factors()}
    known |= {factor["key"]: factor["unit"] for factor in store.manifest["factors"]}
    return {str(key): known.get(str(key), "") for key in inputs.columns}
