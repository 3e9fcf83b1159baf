"""What a stored sweep has answered: an outcome for each point, and nothing where a run is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.errors import InputError, at_place, in_words
from zhizao.parameters.specification import nearest
from zhizao.results.outcomes import OUTCOMES_BY_NAME, Outcome
from zhizao.results.shown import listed
from zhizao.results.sweep_parts import ERROR
from zhizao.results.sweep_store import SweepStore
from zhizao.studies.sweeps.design import Design, design_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Answers",
    "check_scenario",
    "known_outcome",
    "numeric_inputs",
    "read_answers",
    "stored_design",
    "swept_groups",
    "whole_blocks",
]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The runs of one scenario of a sweep.

    Attributes
    ----------
    store, design, scenario
        Where they are from.
    swept
        Whether the design sweeps factors. If it does, a row is a point, over which draws are averaged; if not, a
        row is a draw.
    runs
        Their table: point, draw, inputs and outcomes of every run that is stored and did not fail.
    rows
        Rows of the design, missing ones included.
    draws
        Draws that are averaged in each row.
    """

    store: SweepStore
    design: Design
    scenario: str
    swept: bool
    runs: pd.DataFrame
    rows: int
    draws: int

    def values(self, name: str) -> FloatArray:
        """Return an outcome by row; not a number where a run is missing, has failed or has no such outcome.

        Over several draws a ratio is the ratio of the means, as everywhere.
        """
        outcome = OUTCOMES_BY_NAME.get(name)
        if self.draws == 1 or outcome is None or not outcome.over:
            return self._means(name)
        over, under = self._means(outcome.over), self._means(outcome.under)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(under > 0, over / under, np.where(over > 0, np.inf, np.nan))
        return np.where(np.isnan(over) | np.isnan(under), np.nan, ratio)

    def inputs(self, keys: Sequence[str]) -> pd.DataFrame:
        """Return inputs by row; those of a point are the same in all its draws. Rows without a run are missing."""
        first = self.runs.drop_duplicates("row").set_index("row")
        return first.reindex(range(self.rows))[list(keys)]

    def _means(self, name: str) -> FloatArray:
        table = np.full((self.rows, self.draws), np.nan)
        draw = self.runs["draw"].to_numpy() if self.swept else 0
        table[self.runs["row"].to_numpy(), draw] = self.runs[name].to_numpy(dtype=np.float64)
        found: FloatArray = table.mean(axis=1)
        return found


def read_answers(store: SweepStore, scenario: str | None, outcomes: Sequence[str], inputs: Sequence[str]) -> Answers:
    """Read the runs of one scenario of a sweep.

    Parameters
    ----------
    store
        The sweep, finished or not.
    scenario
        Its name; the first one of the sweep if not given.
    outcomes, inputs
        Names that will be asked for.

    Raises
    ------
    InputError
        If it does not hold what is asked for.
    """
    design = stored_design(store)
    name = check_scenario(store, scenario)
    under = [
        part for item in outcomes if (known := OUTCOMES_BY_NAME.get(item)) for part in (known.over, known.under) if part
    ]
    columns = dict.fromkeys(("point", "draw", "seed", "scenario", ERROR, *inputs, *outcomes, *under))
    runs = store.scalars(list(columns))
    runs = runs[(runs["scenario"] == name) & (runs[ERROR] == "")]
    swept = bool(store.manifest["factors"])
    draws = int(store.manifest["draws"])
    return Answers(
        store=store,
        design=design,
        scenario=name,
        swept=swept,
        runs=runs.assign(row=runs["point" if swept else "draw"]),
        rows=int(store.manifest["points"]["count"]) if swept else draws,
        draws=draws if swept else 1,
    )


def stored_design(store: SweepStore) -> Design:
    """Return the design that a store was made by."""
    try:
        design = store.manifest["design"]
        text, path, changes = design["text"], Path(f"{design['name']}.toml"), design["changes"]
        whole = all(key in store.manifest for key in ("factors", "points", "draws", "scenarios"))
    except (KeyError, TypeError):
        whole = False
    if not whole:
        raise InputError(f"{store.folder}: its manifest is damaged (design); sweep again into a new folder")
    try:  # the register of firms need not be here: nothing is run
        found = design_of(text, path, {**changes, "firms": ""})
    except InputError as error:
        place = f"{store.folder}: the design that its manifest holds cannot be read"
        said = [at_place(place, line) for line in error.problems]
        raise InputError([*said, f"{store.folder}: sweep again into a new folder"]) from error
    if {factor.key: factor.group for factor in found.factors} != swept_groups(store):
        raise InputError(
            f"{store.folder}: its design and its manifest name different factors; sweep again into a new folder"
        )
    return found


def check_scenario(store: SweepStore, scenario: str | None) -> str:
    """Return the name of a scenario of the sweep, the first if none is asked for."""
    names = [str(name) for name in store.manifest["scenarios"]]
    if scenario is None:
        return names[0]
    if scenario not in names:
        raise InputError(f"{in_words(scenario)} is not a scenario of this sweep; it has {listed(names)}")
    return scenario


def known_outcome(store: SweepStore, name: str) -> Outcome:
    """Return an outcome that the store keeps."""
    kept = store.manifest["columns"]["outcomes"]
    if name not in kept:
        raise InputError(f"{in_words(name)} is not an outcome of this sweep{nearest(name[:80], kept)}")
    return OUTCOMES_BY_NAME.get(name) or Outcome(name=name, unit="", english=name, chinese=name, own=True)


def numeric_inputs(answers: Answers, keys: Sequence[str]) -> tuple[list[str], FloatArray]:
    """Return the inputs that vary, and their values: rows by inputs; words are numbered in the order of the alphabet.

    Raises
    ------
    InputError
        If none varies.
    """
    frame = answers.inputs(keys)
    varying = [key for key in keys if frame[key].nunique() > 1]
    if not varying:
        raise InputError(f"{answers.store.folder}: no input varies; sweep factors, or ask for more draws")
    columns = [
        frame[key].to_numpy(dtype=np.float64)
        if frame[key].dtype.kind in "fiu"
        else frame[key].astype("category").cat.codes.to_numpy(dtype=np.float64)
        for key in varying
    ]
    return varying, np.column_stack(columns)


def whole_blocks(values: FloatArray, size: int) -> NDArray[np.bool_]:
    """Return which blocks of `size` rows miss nothing."""
    return np.asarray(~np.isnan(values.reshape(-1, size)).any(axis=1), dtype=np.bool_)


def swept_groups(store: SweepStore) -> dict[str, str]:
    """Return the group of every swept factor by its key."""
    return {factor["key"]: factor["group"] for factor in store.manifest["factors"]}
