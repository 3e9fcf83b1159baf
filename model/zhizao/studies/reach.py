"""What it would take: the cheapest mix of policy that meets a target with a given probability.

All mixes go on from the same histories under the same luck, so that two mixes differ by what they do and not by
chance. The search is differential evolution (Storn and Price 1997, as in SciPy), from the base scenario's own mix and
others that fill the space evenly. A mix that one already tried beats on the first draws is given up there (`race`); all
others are kept, for the frontier and for mixes that do nearly as well. The search finds good mixes and proves nothing
about better ones. What it finds is tried again on draws that it has not seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import TARGET
from zhizao.errors import InputError
from zhizao.parallel import Progress
from zhizao.parameters.registry import parameter_specifications
from zhizao.parameters.specification import python_value
from zhizao.policy.schedule import entries
from zhizao.results.outcomes import TARGET_SHARE
from zhizao.results.shown import html_table
from zhizao.results.variables import MONEY_UNIT
from zhizao.scenario.scenario import Scenario
from zhizao.studies.mixes import (
    Dial,
    PastRun,
    Tried,
    draws_of_search,
    histories,
    own_mix,
    rounded,
    searched_from,
    try_mix,
    try_mixes,
)
from zhizao.studies.options import Options, ScenarioLike, check_options, notes_in_both
from zhizao.studies.race import GivenUp, Race, Target
from zhizao.studies.renamed import renamed
from zhizao.studies.study_options import DrawsOptions, takes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BINDING", "Reach", "Relaxed", "reach"]

BINDING: dict[str, tuple[str, ...]] = {
    "money": (),
    "attention": ("attention.spontaneous_rate",),
    "awareness": ("awareness.media_rate",),
    "providers": ("providers.capacity",),
    "finance": ("finance.credit_share",),
    "appetite": ("valuation.benefit_level",),
    "assessment": ("levels.inflation",),
}
"""What may hold a district back, and the numbers that are set to the end of their bounds from the branch on to see how
much it does. For money, the grant fund is a hundredfold."""
_MONEY = {"grants.fund_multiple": 100.0}
_MOST_CAPACITY = 1e6
_FRONTIER = (0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_NEARLY = 1.15
_APART = 0.25
_OTHERS = 2
_PAIRS = 3
_PER_DIAL = 4
_MOST_FINISHED = 20


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """How far the target is once something is no longer in the way.

    Attributes
    ----------
    what
        One or two of `BINDING`.
    probability
        Of meeting the target then.
    share_reached
        The share of SMEs that is reached with the probability asked for, then.
    """

    what: tuple[str, ...]
    probability: float
    share_reached: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Reach:
    """What a search found.

    Attributes
    ----------
    options, scenario, dials
        What was asked: options, the scenario that every mix changes, and what could be set.
    share, probability
        The target, and the probability with which it is to be met.
    baseline
        The base scenario as it is.
    best
        The cheapest mix that meets the target; where none does, the one that comes nearest.
    others
        Mixes that cost at most 15 % more and are set quite otherwise.
    frontier
        For some probabilities, the cheapest mix found that meets the target with it.
    confirmed
        The best mix on as many draws that the search has not seen.
    relaxed
        If the target is out of reach: what lifting a constraint, or two, would do, the most binding first.
    tried
        How many mixes were tried.
    given_up
        How many of these were given up before all draws, since one that was tried on all beat them.
    """

    options: Options
    scenario: Scenario
    dials: tuple[Dial, ...]
    share: float
    probability: float
    baseline: Tried
    best: Tried
    others: tuple[Tried, ...]
    frontier: dict[float, Tried]
    confirmed: Tried
    relaxed: tuple[Relaxed, ...]
    tried: int
    given_up: int

    def __repr__(self) -> str:
        how = f"{self.share:.0%} by {self.options.until} with probability {self.probability:.0%}"
        found = f"for {self.best.cost:.1f} {MONEY_UNIT}" if self.reachable else "out of reach"
        return f"<Reach of {how}, from {self.base}: {found}, {self.tried} mixes tried; see .table()>"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.table())

    @property
    def base(self) -> str:
        """The name of the scenario that every mix changes."""
        return self.scenario.name

    @property
    def reachable(self) -> bool:
        """Whether the best mix meets the target with the probability asked for, on the draws of the search."""
        return self.best.probability(self.share) >= self.probability

    def named(self) -> dict[str, Tried]:
        """Return the base scenario, the best mix and the others by name."""
        found = {"best": self.best} | {f"other {number}": mix for number, mix in enumerate(self.others, start=1)}
        base = f"{self.base} (base)" if self.base in found else self.base
        return {base: self.baseline} | found

    def table(self) -> pd.DataFrame:
        """Return the mixes side by side: dials, cost, probability and share reached."""
        import pandas as pd  # here, because it is heavy

        return pd.DataFrame({name: self._column(mix) for name, mix in self.named().items()})

    def _column(self, mix: Tried) -> dict[str, float]:
        return {
            **{dial.key: mix.mix[dial.key] for dial in self.dials},
            "cost": mix.cost,
            "probability": mix.probability(self.share),
            "share_reached": mix.share_reached(self.probability),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the findings in the form that the command line prints as JSON."""

        def as_json(mix: Tried) -> dict[str, Any]:
            return {
                "cost": mix.cost,
                "probability": mix.probability(self.share),
                "share_reached": mix.share_reached(self.probability),
                "mix": mix.mix,
            }

        return {
            "target": {"share": self.share, "by": self.options.until, "probability": self.probability},
            "reachable": self.reachable,
            "base": self.base,
            **self.options.to_dict(),
            "tried": self.tried,
            "given_up": self.given_up,
            **notes_in_both(self.options.notes),
            "baseline": as_json(self.baseline),
            "best": as_json(self.best),
            "others": [as_json(mix) for mix in self.others],
            "confirmed": {**as_json(self.confirmed), "interval": list(self.confirmed.probability_interval(self.share))},
            "frontier": [{"at_least": level, **as_json(mix)} for level, mix in self.frontier.items()],
            "binding": [
                {"what": list(entry.what), "probability": entry.probability, "share_reached": entry.share_reached}
                for entry in self.relaxed
            ],
        }


@renamed(register="firms")
@takes(DrawsOptions, draws=100)
def reach(
    share: float = TARGET_SHARE,
    *,
    by: str = TARGET,
    probability: float = 0.8,
    base: ScenarioLike = "baseline",
    dials: Sequence[str] = (),
    true_levels: bool = False,
    tries: int = 1200,
    progress: Progress | None = None,
    **options: Unpack[DrawsOptions],
) -> Reach:
    """Look for the cheapest mix under which at least `share` of SMEs are at level 2 with some probability.

    Every mix is tried on the same draws, and the best on as many others. After 8 draws, and whenever there are twice
    as many, a mix is given up if one that was tried on all draws costs no more on these, meets the target at least as
    often, and brings at least as many SMEs to level 2 on average.

    Parameters
    ----------
    share
        Share of SMEs at level 2, above 0 and at most 1.
    by
        The month of the target, from the branch to the horizon.
    probability
        With which it is to be met, over draws and luck; above 0 and below 1.
    base
        The scenario that every mix changes from the branch on.
    dials
        What may be set: ``"key=low:high"``, or a key of ``scenarios/designs/reach.toml``; all of these if not given.
    true_levels
        Count true levels, not the firms' own reports.
    tries
        About how many mixes are tried.
    progress
        Called with how many mixes have been tried, and of how many.
    **options
        As declared in `DrawsOptions`.

    Raises
    ------
    InputError
        Naming everything that is wrong with what was given.
    """
    share, probability, tries = map(python_value, (share, probability, tries))
    problems = [
        f"{name} = {value!r} must be above 0 and {'not above' if closed else 'below'} 1"
        for name, value, closed in (("share", share, True), ("probability", probability, False))
        if not (0.0 < value < 1.0 or (closed and value == 1.0))
    ]
    if tries < 10:
        problems.append(f"tries = {tries} must be at least 10")
    if problems:
        raise InputError(problems)
    scenario, chosen, checked = searched_from(base, dials, check_options(until=by, **options))
    seen, others = draws_of_search(checked)
    pasts = histories(scenario, seen, checked)

    def look(mix: Mapping[str, float], stock: Sequence[PastRun] = pasts, **more: Any) -> Tried:
        return try_mix(scenario, mix, stock, checked, true_levels=true_levels, **more)

    own, target = own_mix(scenario, chosen), Target(share, probability)

    def look_at(mixes: Sequence[Mapping[str, float]], some: slice) -> list[Tried]:
        return try_mixes(scenario, mixes, pasts[some], checked, true_levels=true_levels)

    race = Race(look_at, len(pasts), target)
    race.tried.append(replace(look({}), mix=own))
    _search(race, chosen, own, tries, checked.seed, progress)
    best = min(race.tried, key=target.penalised)
    reachable = target.met(best)
    unseen = histories(scenario, others, checked)
    return Reach(
        options=checked,
        scenario=scenario,
        dials=chosen,
        share=share,
        probability=probability,
        baseline=race.tried[0],
        best=best,
        others=_others(best, race, chosen, target) if reachable else (),
        frontier=_frontier(race.tried, share),
        confirmed=look(best.mix, unseen),
        relaxed=() if reachable else _relaxed(look, best, target),
        tried=len(race.tried) + len(race.given_up),
        given_up=len(race.given_up),
    )


def _search(
    race: Race, dials: Sequence[Dial], own: Mapping[str, float], tries: int, seed: int, progress: Progress | None
) -> None:
    """Let every mix that differential evolution tries enter the race."""
    from scipy.optimize import differential_evolution  # here, because it is heavy

    def penalised(population: FloatArray) -> FloatArray:
        mixes = [
            {dial.key: rounded(dial, float(value)) for dial, value in zip(dials, values, strict=True)}
            for values in population.T
        ]
        found = np.array(race.enter(mixes))
        if progress is not None:
            progress(min(len(race.tried) + len(race.given_up) - 1, tries), tries)
        return found

    population = 1 << (_PER_DIAL * len(dials) - 1).bit_length()  # a power of two, as even starts need to be
    start = [min(max(own[dial.key], dial.low), dial.high) for dial in dials]
    differential_evolution(
        penalised,
        [(dial.low, dial.high) for dial in dials],
        popsize=_PER_DIAL,
        init="sobol",
        polish=False,
        tol=0.0,
        maxiter=max(tries // population - 1, 0),
        rng=np.random.Generator(np.random.Philox(seed)),
        updating="deferred",
        vectorized=True,
        x0=start,
    )


def _others(best: Tried, race: Race, dials: Sequence[Dial], target: Target) -> tuple[Tried, ...]:
    """Return mixes that do nearly as well, each set quite otherwise than those before it.

    One that was given up may be among them; it is first tried on all draws, which may show that it is not.
    """
    most = _NEARLY * max(best.cost, 1e-9)
    nearly: list[Tried | GivenUp] = [mix for mix in race.tried if target.met(mix) and mix.cost <= most]
    nearly += [mix for mix in race.given_up if target.met(mix.first) and mix.cost <= most]
    chosen, finished = [best], 0
    while len(chosen) <= _OTHERS and nearly and finished < _MOST_FINISHED:
        distances = [min(_distance(mix, other, dials) for other in chosen) for mix in nearly]
        if max(distances) < _APART:
            break
        found = nearly.pop(int(np.argmax(distances)))
        if isinstance(found, GivenUp):
            found, finished = race.finish(found), finished + 1
        if target.met(found) and found.cost <= most:
            chosen.append(found)
    return tuple(chosen[1:])


def _distance(one: Tried | GivenUp, other: Tried, dials: Sequence[Dial]) -> float:
    """Return the largest difference of a dial, as a share of its range."""
    apart = [abs(one.mix[dial.key] - other.mix[dial.key]) / (dial.high - dial.low) for dial in dials]
    return max(apart)


def _frontier(archive: Sequence[Tried], share: float) -> dict[float, Tried]:
    """Return the cheapest mix found for some probabilities of meeting the target; those not met are left out."""
    found = {}
    for level in _FRONTIER:
        enough = [mix for mix in archive if mix.probability(share) >= level]
        if enough:
            found[level] = min(enough, key=lambda mix: mix.cost)
    return found


def _relaxed(look: Any, best: Tried, target: Target) -> tuple[Relaxed, ...]:
    """Lift constraints from the best mix, one by one and by twos, and see how far the target is then.

    Constraints hide each other: where providers are full, more attention only makes queues. Of the pairs without the
    assessment, which is a matter of reports, those that do most are reported.
    """
    alone = [_lift((what,), look, best, target) for what in BINDING]
    pairs = combinations([what for what in BINDING if what != "assessment"], 2)
    together = [_lift(pair, look, best, target) for pair in pairs]
    together.sort(key=lambda entry: -entry.share_reached)
    return tuple(sorted([*alone, *together[:_PAIRS]], key=lambda entry: -entry.share_reached))


def _lift(whats: tuple[str, ...], look: Any, best: Tried, target: Target) -> Relaxed:
    mix = {**best.mix, **(_MONEY if "money" in whats else {})}
    tried = look(mix, otherwise=_lifted([key for what in whats for key in BINDING[what]]))
    return Relaxed(
        what=whats, probability=tried.probability(target.share), share_reached=tried.share_reached(target.probability)
    )


def _lifted(keys: Sequence[str]) -> dict[str, float]:
    """Return the upper bounds of parameters, by key and entry."""
    values: dict[str, float] = {}
    for key in keys:
        spec = parameter_specifications()[key]
        assert spec.high is not None
        values |= {entry: min(spec.high, _MOST_CAPACITY) for entry in entries(spec)}
    return values
