"""Many objectives at once: the mixes of policy that no other beats in all of them, tried again on unseen draws.

All mixes go on from the same histories under the same luck. The search screens mixes on few draws; what no other mix
beats there is tried on all, and what is left on as many draws again that the search has not seen.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from zhizao.arrays import FloatArray, IntArray
from zhizao.calendar import TARGET, TARGET_MONTH
from zhizao.errors import InputError
from zhizao.parallel import Progress
from zhizao.parameters.specification import python_value
from zhizao.results.shown import html_table
from zhizao.scenario.scenario import Scenario
from zhizao.studies.deciding.mix_files import write_mixes
from zhizao.studies.deciding.objectives import Objective, mix_title, objectives_of, try_all
from zhizao.studies.deciding.pareto import least_distance, not_dominated, search, spread_out
from zhizao.studies.mixes import Dial, PastRun, draws_of_search, histories, own_mix, rounded, searched_from
from zhizao.studies.options import Options, ScenarioLike, check_options, made_by
from zhizao.studies.study_options import DrawsOptions, takes
from zhizao.words.tables import Language, in_a_row

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["USUAL", "Frontier", "Point", "frontier"]

USUAL: tuple[str, ...] = ("money", "true_share", "small_share", "plan")
"""The objectives that are meant where none are named."""
_POPULATION = 60
_MOST_POINTS = 40
_TO_TRY_AGAIN = 120
_SCREENED = 5
"""One draw in so many is screened on, and at least `_FEWEST`."""
_FEWEST = 10
_ENOUGH = 0.8
"""The probability of the plan that one of the named mixes has."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """A mix, and what it gives.

    Attributes
    ----------
    mix
        Values of the dials by key.
    seen, unseen
        By name of an objective: its value on the draws of the search, and on as many others.
    """

    mix: dict[str, float]
    seen: dict[str, float]
    unseen: dict[str, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Frontier:
    """Mixes of policy that no other mix that was tried beats in all objectives.

    Attributes
    ----------
    options, scenario, dials, objectives
        What was asked: options, the scenario that every mix changes, what could be set, and what is wanted.
    points
        The mixes, by their value of the first objective.
    base
        The base scenario as it is.
    named
        A few of the points by name: the best in each objective (``best money``), ``balanced``, and ``plan 80``, the
        cheapest that meets the plan in 80 % of draws.
    held
        How many of the points no other one beats on the unseen draws either.
    tried
        How many mixes were tried.
    seconds
        How long it took.
    """

    options: Options
    scenario: Scenario
    dials: tuple[Dial, ...]
    objectives: tuple[Objective, ...]
    points: tuple[Point, ...]
    base: Point
    named: dict[str, int]
    held: int
    tried: int
    seconds: float

    def __repr__(self) -> str:
        wanted = ", ".join(one.name for one in self.objectives)
        return f"<Frontier of {wanted} from {self.scenario.name}: {len(self.points)} mixes; see .table(), .fell()>"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.table())

    def fell(self, point: Point, objective: Objective) -> float:
        """Return by how much a point is worse on unseen draws, beyond what the base scenario is; below 0 if better."""
        name = objective.name
        seen, unseen = (point.seen[name] - self.base.seen[name], point.unseen[name] - self.base.unseen[name])
        return objective.better * (seen - unseen)

    def falls(self) -> list[dict[str, Any]]:
        """Return for each objective the mean and the largest fall of all points."""
        rows = []
        for one in self.objectives:
            fallen = [self.fell(point, one) for point in self.points]
            rows.append(
                {"objective": one.name, "unit": one.unit, "mean": float(np.mean(fallen)), "largest": float(max(fallen))}
            )
        return rows

    def names(self, place: int) -> str:
        """Return the name, or names, of a point; empty if it has none."""
        return ", ".join(name for name, own in self.named.items() if own == place)

    def titles(self, place: int, language: Language) -> str:
        """Return the same in words."""
        return in_a_row((mix_title(name, language) for name, own in self.named.items() if own == place), language)

    def table(self) -> pd.DataFrame:
        """Return the points, one row each: name, dials, objectives on seen and unseen draws, and how far each fell."""
        import pandas as pd  # here, because it is heavy

        return pd.DataFrame(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of `table`; the base scenario comes first."""
        named = [(self.scenario.name, self.base), *((self.names(n), point) for n, point in enumerate(self.points))]
        return [
            {
                "name": name,
                **{dial.key: point.mix[dial.key] for dial in self.dials},
                **{one.name: point.seen[one.name] for one in self.objectives},
                **{f"{one.name}_unseen": point.unseen[one.name] for one in self.objectives},
                **{f"{one.name}_fell": self.fell(point, one) for one in self.objectives},
            }
            for name, point in named
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything in the form that the command line prints as JSON."""

        def as_json(point: Point) -> dict[str, Any]:
            fell = {one.name: self.fell(point, one) for one in self.objectives}
            return {"mix": point.mix, "seen": point.seen, "unseen": point.unseen, "fell": fell}

        return {
            **made_by(self.options),
            "until": self.options.until,
            "base": self.scenario.name,
            "dials": [{"key": dial.key, "low": dial.low, "high": dial.high, "unit": dial.unit} for dial in self.dials],
            "objectives": [{"name": one.name, "unit": one.unit, "better": one.better} for one in self.objectives],
            "tried": self.tried,
            "held": self.held,
            "baseline": as_json(self.base),
            "points": [{"name": self.names(n) or None, **as_json(point)} for n, point in enumerate(self.points)],
            "falls": self.falls(),
            "seconds": round(self.seconds, 3),
        }

    def write(self, folder: str | Path) -> list[Path]:
        """Write a scenario file for each of the named mixes into a folder, and return them; one with two names once.

        Raises
        ------
        InputError
            If the base scenario cannot be extended by a file there, or a file cannot be written.
        """
        first = {place: name for name, place in reversed(self.named.items())}
        mixes = {name: self.points[place].mix for place, name in reversed(first.items())}
        return write_mixes(folder, self.scenario, mixes, self.options)


@takes(DrawsOptions, draws=100)
def frontier(
    objectives: Sequence[str] = USUAL,
    *,
    base: ScenarioLike = "baseline",
    dials: Sequence[str] = (),
    until: str = TARGET,
    tries: int = 1800,
    progress: Progress | None = None,
    **options: Unpack[DrawsOptions],
) -> Frontier:
    """Look for the mixes of policy that no other mix beats in all objectives, and try them again on unseen draws.

    Parameters
    ----------
    objectives
        What is wanted, at least two: ``money``, ``true_share``, ``small_share``, ``plan``, ``deadweight``.
    base
        The scenario that every mix changes from the branch on.
    dials
        What may be set: ``"key=low:high"``, or a key of ``scenarios/designs/reach.toml``; all of these if not given.
    until
        The last month of the runs.
    tries
        About how many mixes are screened.
    progress
        Called with how many mixes have been tried, and of how many.
    **options
        As declared in `DrawsOptions`.

    Raises
    ------
    InputError
        Naming everything that is wrong with what was given, or that pymoo is not installed.
    """
    began = time.perf_counter()
    wanted = objectives_of([objectives] if isinstance(objectives, str) else list(objectives))
    tries = python_value(tries)
    if not (isinstance(tries, int) and tries >= _POPULATION):
        raise InputError(f"tries = {tries!r} must be whole and at least {_POPULATION}")
    checked = check_options(until=until, **options)
    if checked.months <= TARGET_MONTH and any(one.name == "plan" for one in wanted):
        raise InputError(
            f"objective = plan: runs end in {checked.until}, before the plan's {TARGET}; give a later until"
        )
    scenario, chosen, checked = searched_from(base, dials, checked)
    looked = _Look(scenario, chosen, wanted, checked, tries, progress)
    looked.search()
    places = looked.tried_on_all()
    return looked.finished(places, began)


class _Look:
    """A search that goes on: what was tried, and on which draws."""

    def __init__(
        self,
        scenario: Scenario,
        dials: tuple[Dial, ...],
        wanted: tuple[Objective, ...],
        options: Options,
        tries: int,
        progress: Progress | None,
    ) -> None:
        self.scenario, self.dials, self.wanted, self.options = scenario, dials, wanted, options
        self.generations = max(math.ceil(tries / _POPULATION), 1)
        self.progress = progress or (lambda done, total: None)
        self.accounts = any(one.needs_log for one in wanted)
        draws = options.draws
        seen, self.others = draws_of_search(options)
        self.screen = min(max(draws // _SCREENED, _FEWEST), draws)
        self.pasts = histories(scenario, seen, options, keep_log=self.accounts)
        self.known: dict[tuple[float, ...], FloatArray] = {}
        self.own = own_mix(scenario, dials)

    def search(self) -> None:
        """Screen mixes by NSGA-II, from the base scenario's own and others that fill the space evenly."""
        from scipy.stats import qmc  # here, because it is heavy

        low, high = (np.array([getattr(dial, end) for dial in self.dials]) for end in ("low", "high"))
        sobol = qmc.Sobol(len(self.dials), rng=np.random.Generator(np.random.Philox(self.options.seed)))
        start = sobol.random(1 << (_POPULATION - 1).bit_length())[:_POPULATION]
        mine = np.array([self.own[dial.key] for dial in self.dials])
        start[0] = np.clip((mine - low) / (high - low), 0.0, 1.0)

        def evaluate(units: FloatArray) -> FloatArray:
            keys = [self._key(low + row * (high - low)) for row in units]
            self._try([key for key in dict.fromkeys(keys) if key not in self.known])
            return np.array([self.known[key] for key in keys])

        search(
            evaluate,
            start,
            objectives=len(self.wanted),
            population=_POPULATION,
            generations=self.generations,
            seed=self.options.seed,
        )

    def _key(self, values: FloatArray) -> tuple[float, ...]:
        return tuple(rounded(dial, float(value)) for dial, value in zip(self.dials, values, strict=True))

    def _try(self, keys: Sequence[tuple[float, ...]]) -> None:
        if keys:
            found = self.values(keys, self.pasts[: self.screen])
            self.known |= dict(zip(keys, found, strict=True))
        self.progress(min(len(self.known), self.total), self.total)

    @property
    def total(self) -> int:
        """How many mixes there are to try, about."""
        return self.generations * _POPULATION

    def mix(self, key: Sequence[float]) -> dict[str, float]:
        """Return the values of the dials by their keys."""
        return {dial.key: value for dial, value in zip(self.dials, key, strict=True)}

    def values(self, keys: Sequence[Sequence[float] | None], pasts: Sequence[PastRun]) -> FloatArray:
        """Return what mixes give, less being better: mixes by objectives. None stands for the base scenario."""
        mixes = [self.scenario if key is None else self.scenario.with_changes(self.mix(key)) for key in keys]
        draws = try_all(mixes, pasts, self.options.months, self.options.workers, accounts=self.accounts)
        return np.column_stack([-one.better * one.over_draws(draws) for one in self.wanted])

    def tried_on_all(self) -> list[tuple[tuple[float, ...], FloatArray]]:
        """Return the mixes that no other beats on all draws of the search, of those that none beat when screened."""
        keys, values = list(self.known), np.array(list(self.known.values()))
        good = np.flatnonzero(not_dominated(values))
        good = good[spread_out(values[good], _TO_TRY_AGAIN)]
        again = self.values([keys[place] for place in good], self.pasts)
        left = np.flatnonzero(not_dominated(again))
        left = left[spread_out(again[left], _MOST_POINTS)]
        order = left[np.argsort(again[left, 0], kind="stable")]
        return [(keys[good[place]], again[place]) for place in order]

    def finished(self, found: Sequence[tuple[tuple[float, ...], FloatArray]], began: float) -> Frontier:
        """Try what was found, and the base scenario, on draws that the search has not seen."""
        base_seen = self.values([None], self.pasts)[0]
        self.pasts.clear()
        unseen = histories(self.scenario, self.others, self.options, keep_log=self.accounts)
        again = self.values([None, *(key for key, _ in found)], unseen)
        points = tuple(
            Point(mix=self.mix(key), seen=self._named(seen), unseen=self._named(later))
            for (key, seen), later in zip(found, again[1:], strict=True)
        )
        return Frontier(
            options=self.options,
            scenario=self.scenario,
            dials=self.dials,
            objectives=self.wanted,
            points=points,
            base=Point(mix=self.own, seen=self._named(base_seen), unseen=self._named(again[0])),
            named=_names(points, self.wanted),
            held=int(not_dominated(again[1:]).sum()),
            tried=len(self.known),
            seconds=time.perf_counter() - began,
        )

    def _named(self, values: FloatArray) -> dict[str, float]:
        """Return values by objective, each as it is meant and not as it is searched for."""
        return {one.name: float(-one.better * value) + 0.0 for one, value in zip(self.wanted, values, strict=True)}


def _names(points: Sequence[Point], wanted: Sequence[Objective]) -> dict[str, int]:
    """Name the best point in each objective, the one that is balanced, and the cheapest that meets the plan."""
    values = np.array([[-one.better * point.seen[one.name] for one in wanted] for point in points])
    firsts: IntArray = np.asarray(values.argmin(axis=0))
    named = {f"best {one.name}": int(place) for one, place in zip(wanted, firsts, strict=True)}
    named["balanced"] = least_distance(values)
    if {"money", "plan"} <= {one.name for one in wanted}:
        enough = [n for n, point in enumerate(points) if point.seen["plan"] >= _ENOUGH]
        if enough:
            named[f"plan {_ENOUGH:.0%}".removesuffix("%")] = min(enough, key=lambda n: points[n].seen["money"])
    return named
