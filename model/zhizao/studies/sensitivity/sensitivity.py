"""Which inputs matter for an outcome of a sweep: by the method that the design's points were placed for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.errors import InputError
from zhizao.parameters.specification import python_value
from zhizao.results.outcomes import Outcome
from zhizao.results.shown import html_table, listed
from zhizao.results.sweep_store import open_store
from zhizao.studies.options import notes_in_both
from zhizao.studies.sensitivity.holds_for import intervals_hold_for
from zhizao.studies.sensitivity.indices import (
    Explained,
    Row,
    group_indices,
    morris_indices,
    pawn_indices,
    sobol_indices,
)
from zhizao.studies.sweeps.answers import (
    Answers,
    known_outcome,
    numeric_inputs,
    read_answers,
    stored_design,
    swept_groups,
    whole_blocks,
)
from zhizao.studies.sweeps.design_file import Sample
from zhizao.studies.sweeps.factors import uncertain_factors
from zhizao.studies.sweeps.samples import PlacedPoints, points_of, salib_problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DEFAULT_OUTCOMES", "Analysed", "Sensitivity", "sensitivity"]

DEFAULT_OUTCOMES: tuple[str, ...] = (
    "level2_share_end",
    "level2_share_true_end",
    "target_met",
    "cost_per_additional_level2_firm",
    "level2_firms_per_million",
)
Method = Literal["sobol", "morris", "pawn"]
State = Literal["analysed", "constant", "scarce", "unknown"]

_LEAST = {"sobol": 16, "morris": 4, "pawn": 100}
_UNIT = {"sobol": "Saltelli blocks", "morris": "trajectories", "pawn": "rows"}
_MOST_ROWS = 10_000
"""Rows that PAWN looks at; more would take minutes and move little."""


@dataclass(frozen=True, kw_only=True)
class Analysed:
    """What was done with one outcome.

    Attributes
    ----------
    outcome
        The outcome.
    state
        ``analysed``; ``constant`` if it is the same in all runs; ``scarce`` if so few runs differ that the design
        cannot say why; ``unknown`` if no run has it.
    kept, dropped
        Whole Saltelli blocks, trajectories of Morris, or rows that were used, and those that were not, since a run
        is missing, has failed or has no such outcome.
    rows
        Points (or draws, where nothing is swept) that the indices rest on. PAWN takes at most 10,000 of those kept,
        evenly spread over the sweep.
    ranks
        Whether its ranks were analysed instead of its values.
    mean, sd
        Mean and standard deviation of its finite values.
    infinite
        Share of the rows in which it is infinite.
    explained
        Share of the variance that the factors explain each by itself (Sobol' only).
    """

    outcome: Outcome
    state: State
    kept: int
    dropped: int
    rows: int
    ranks: bool
    mean: float
    sd: float
    infinite: float
    explained: Explained | None = None


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """Sensitivity of the outcomes of a sweep to its inputs.

    Attributes
    ----------
    method
        ``sobol``, ``morris`` or ``pawn``.
    title, scenario
        What was swept.
    grouped
        Whether the factors of the table are groups.
    draws
        Draws over which outcomes were averaged at each point.
    outcomes
        What was done with each outcome.
    table
        A row for each outcome and factor, with the indices and their 90 % intervals. Sobol': ``first``, ``total``.
        Morris: ``mu_star``, ``mu``, ``sigma``. PAWN: ``median``, ``largest``, ``dummy``, ``matters``. And for each
        row ``method``, ``ranks``, ``kept``, ``dropped``, ``rows``, ``mean``, ``sd``.
    notes
        What the user should know: what the intervals hold for, and of the register of firms that the sweep was of.
    """

    method: Method
    title: str
    scenario: str
    grouped: bool
    draws: int
    outcomes: tuple[Analysed, ...]
    table: pd.DataFrame
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        names = listed(entry.outcome.name for entry in self.outcomes)
        return f"<Sensitivity of {names} under {self.scenario}, by {self.method}; see .table>"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.table)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values; what is unknown is None."""
        outcomes = [
            {
                "outcome": entry.outcome.name,
                "state": entry.state,
                "kept": entry.kept,
                "dropped": entry.dropped,
                "rows": entry.rows,
                "ranks": entry.ranks,
                "mean": entry.mean,
                "sd": entry.sd,
                "infinite": entry.infinite,
                "explained": entry.explained and [entry.explained.share, entry.explained.low, entry.explained.high],
            }
            for entry in self.outcomes
        ]
        return {
            "method": self.method,
            "title": self.title,
            "scenario": self.scenario,
            "grouped": self.grouped,
            "draws": self.draws,
            **notes_in_both(self.notes),
            "outcomes": [_plain(entry) for entry in outcomes],
            "indices": [_plain(row) for row in self.table.to_dict("records")],
        }


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    unknown = {key for key, value in row.items() if isinstance(value, float) and not math.isfinite(value)}
    return {str(key): None if key in unknown else value for key, value in row.items()}


def sensitivity(
    folder: str | Path,
    outcomes: Sequence[str] | str | None = None,
    *,
    scenario: str | None = None,
    ranks: bool = False,
    by_group: bool = False,
    seed: int = 0,
) -> Sensitivity:
    """Say which inputs of a sweep matter for its outcomes.

    Designs by Saltelli give first-order and total Sobol' indices, designs by Morris elementary effects, and all others
    PAWN indices. Where a run is missing, its whole Saltelli block, trajectory or row is left out. Intervals hold 90 %;
    they come from resampling blocks, trajectories or rows, not draws, so they hold for the draws that all points share.

    Parameters
    ----------
    folder
        The store of a sweep, finished or not.
    outcomes
        Names of outcomes; the plan, the share at level 2 and the cost if not given.
    scenario
        A scenario of the sweep; the first if not given.
    ranks
        Analyse ranks instead of values, always. Outcomes that hold infinities are analysed so in any case.
    by_group
        Sums of first-order indices by group of factors, and what is left to interactions.
    seed
        Of the bootstrap; it changes the intervals only.

    Raises
    ------
    InputError
        If the folder is not a sweep, a name is not known, or too few runs are complete.
    """
    seed = python_value(seed)
    if not (isinstance(seed, int) and 0 <= seed < 2**31):
        raise InputError(f"seed = {seed} must be a whole number from 0 to {2**31 - 1}")
    store = open_store(folder)
    sample = stored_design(store).sample
    method = _method(sample)
    given = [outcomes] if isinstance(outcomes, str) else list(outcomes if outcomes is not None else ())
    wanted = given or list(DEFAULT_OUTCOMES)
    known = [known_outcome(store, name) for name in wanted]
    if by_group and (method != "sobol" or (sample is not None and sample.by_group)):
        raise InputError(
            "by_group sums Sobol' indices of single factors; it needs a design by Saltelli that moves them"
        )
    keys = list(swept_groups(store) or store.manifest["columns"]["inputs"]) if method == "pawn" else []
    study = _Study(
        method, read_answers(store, scenario, wanted, keys), keys=keys, ranks=ranks, by_group=by_group, seed=seed
    )
    rows: list[Row] = []
    done = [study.analyse(outcome, rows) for outcome in known]
    if outcomes is not None and (empty := [entry.outcome.name for entry in done if entry.state == "unknown"]):
        raise InputError([f"{folder}: no run has a value of {name}; name another outcome" for name in empty])
    import pandas as pd  # here, because it is heavy

    return Sensitivity(
        method=method,
        title=store.manifest["design"]["title"],
        scenario=study.answers.scenario,
        grouped=by_group or bool(sample and sample.by_group),
        draws=study.answers.draws,
        outcomes=tuple(done),
        table=pd.DataFrame(rows),
        notes=(*store.notes, *intervals_hold_for(study.answers)),
    )


def _method(sample: Sample | None) -> Method:
    placed: dict[str, Method] = {"saltelli": "sobol", "morris": "morris"}
    return "pawn" if sample is None else placed.get(sample.method, "pawn")


class _Study:
    """The analysis of one sweep, outcome by outcome."""

    def __init__(
        self, method: Method, answers: Answers, *, keys: list[str], ranks: bool, by_group: bool, seed: int
    ) -> None:
        self.answers = answers
        self._method = method
        self._ranks = ranks
        self._by_group = by_group
        self._seed = seed
        self._groups = {factor.key: factor.group for factor in uncertain_factors()} | swept_groups(answers.store)
        if method == "pawn":
            self._names, self._inputs = numeric_inputs(answers, keys)
        else:
            swept, sample = swept_groups(answers.store), answers.design.sample
            assert sample is not None
            self._sample = sample
            self._names = list(dict.fromkeys(swept.values() if sample.by_group else swept))
            self._inputs = _places(answers)

    def analyse(self, outcome: Outcome, rows: list[Row]) -> Analysed:
        """Analyse one outcome; its indices are added to `rows`."""
        values = self.answers.values(outcome.name)
        size = {"sobol": len(self._names) + 2, "morris": len(self._names) + 1, "pawn": 1}[self._method]
        whole = whole_blocks(values, size)
        kept, known = int(whole.sum()), not np.isnan(values).all()
        if known and kept < _LEAST[self._method]:
            raise InputError(
                f"{self.answers.store.folder}: {kept} of {whole.size} {_UNIT[self._method]} are complete for "
                f"{outcome.name}; at least {_LEAST[self._method]} are needed, so sweep on or enlarge the design"
            )
        used = np.repeat(whole, size)
        chosen = values[used]
        infinite = np.isinf(chosen)
        finite = chosen[~infinite]
        ranks = self._method != "pawn" and (self._ranks or bool(infinite.any()))  # PAWN looks at ranks in any case
        state = self._state(chosen, size) if known else "unknown"
        varied = state == "analysed"
        found, explained = self._indices(_ranked(chosen) if ranks else chosen, used) if varied else ([], None)
        entry = Analysed(
            outcome=outcome,
            state=state,
            kept=kept,
            dropped=whole.size - kept,
            rows=self._rows_of(chosen) if varied else chosen.size,
            ranks=ranks,
            mean=float(finite.mean()) if finite.size else math.nan,
            sd=float(finite.std()) if finite.size else math.nan,
            infinite=float(infinite.mean()) if chosen.size else math.nan,
            explained=explained,
        )
        rows += [self._row(entry, row) for row in found]
        return entry

    def _state(self, chosen: FloatArray, size: int) -> State:
        """Say whether an outcome can be analysed; Sobol' indices are shares of the variance of the blocks' own ends."""
        if not np.any(chosen != chosen[0]):
            return "constant"
        ends = chosen.reshape(-1, size)[:, [0, -1]]
        return "scarce" if self._method == "sobol" and not np.any(ends != ends[0, 0]) else "analysed"

    def _rows_of(self, chosen: FloatArray) -> int:
        """Return on how many rows the indices rest."""
        return min(chosen.size, _MOST_ROWS) if self._method == "pawn" else chosen.size

    def _indices(self, values: FloatArray, used: NDArray[np.bool_]) -> tuple[list[Row], Explained | None]:
        if self._method == "pawn":
            rows = np.flatnonzero(used)
            chosen = np.linspace(0, len(rows) - 1, self._rows_of(values)).astype(int)
            return pawn_indices(self._names, self._inputs[rows[chosen]], values[chosen], self._seed), None
        if self._method == "morris":
            problem = salib_problem(self.answers.design.factors, by_group=self._sample.by_group)
            return morris_indices(problem, self._inputs[used], values, self._sample.levels, self._seed), None
        found, explained, resamples = sobol_indices(self._names, values.reshape(-1, len(self._names) + 2), self._seed)
        if self._by_group:
            found = group_indices(found, resamples, [self._groups[name] for name in self._names])
        return found, explained

    def _row(self, entry: Analysed, row: Row) -> Row:
        factor = row.pop("factor")
        return {
            "outcome": entry.outcome.name,
            "factor": factor,
            "group": self._groups.get(factor, factor),
            **row,
            "method": self._method,
            "ranks": entry.ranks,
            "kept": entry.kept,
            "dropped": entry.dropped,
            "rows": entry.rows,
            "mean": entry.mean,
            "sd": entry.sd,
        }


def _places(answers: Answers) -> FloatArray:
    """Return where the points are in the unit cube, if they are those that were run."""
    design = answers.design
    assert design.sample is not None
    moved = len({factor.group for factor in design.factors} if design.sample.by_group else design.factors)
    each = moved + (2 if design.sample.method == "saltelli" else 1)
    if design.sample.size * each != answers.rows:
        raise InputError(
            f"{answers.store.folder}: its design and its manifest name different numbers of points; sweep again into a "
            "new folder"
        )
    points = points_of(answers.design)
    assert isinstance(points, PlacedPoints)
    if points.digest() != answers.store.manifest["points"]["sha256"]:
        raise InputError(
            f"{answers.store.folder}: SALib places these points elsewhere than when they were run; install the "
            "version that made them, or sweep again"
        )
    return points.places


def _ranked(values: FloatArray) -> FloatArray:
    """Return ranks from 0 to 1; equal values, infinities too, share theirs."""
    from scipy.stats import rankdata  # here, because it is heavy

    found: FloatArray = (rankdata(values) - 1.0) / max(values.size - 1, 1)
    return found
