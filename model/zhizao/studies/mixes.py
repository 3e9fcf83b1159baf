"""Mixes of policy tried on one stock of histories: what `reach` searches over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import BRANCH_MONTH
from zhizao.engine.adapting import Adapting
from zhizao.engine.branching import arena_of_thread
from zhizao.engine.simulation import Setting, continue_run, run_history
from zhizao.engine.state import GROUPS, MONEY, STOCKS, World
from zhizao.errors import InputError
from zhizao.files import shipped
from zhizao.for_each import for_each
from zhizao.parallel import Progress
from zhizao.parameters.registry import Parameters
from zhizao.parameters.specification import Specification
from zhizao.policy.adapting import AdaptivePlan
from zhizao.policy.levers import lever_specifications
from zhizao.policy.offers import OfferPlan
from zhizao.policy.schedule import read_value
from zhizao.population.district import build_district
from zhizao.results.variables import MONEY_UNIT
from zhizao.scenario.adapting import adaptive_plan
from zhizao.scenario.scenario import Scenario
from zhizao.studies.describe import proportion_interval
from zhizao.studies.lanes import values_used
from zhizao.studies.options import Options
from zhizao.studies.parameter_draws import ParameterDraw
from zhizao.toml_rows import read_rows

__all__ = [
    "Dial",
    "PastRun",
    "Tried",
    "dial_faults",
    "dials_of",
    "histories",
    "lever_of",
    "own_mix",
    "read_dials",
    "rounded",
    "try_mix",
]

_SME = GROUPS.index("sme")
_FIRMS, _LEVEL2, _LEVEL2_TRUE = (STOCKS.index(name) for name in ("firms", "level2", "level2_true"))
_PROMISED = MONEY.index("public_committed")


@dataclass(frozen=True, kw_only=True)
class Dial:
    """A lever that a search may set, and how far."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    key: str
    low: float
    high: float
    reason: str = "as asked for"

    @property
    def unit(self) -> str:
        """The unit of the lever."""
        return lever_of(self.key).unit


@dataclass(frozen=True, kw_only=True, eq=False)
class PastRun:
    """One draw, run to the month before the branch: every mix goes on from here."""

    parameters: Parameters
    world: World


@dataclass(frozen=True, kw_only=True, eq=False)
class Tried:
    """What a mix gives.

    Attributes
    ----------
    mix
        Values of the dials by key.
    shares
        The share of SMEs at level 2 in the month of the target, by draw.
    costs
        Public money promised from the branch to that month, whether paid by then or not, by draw (million RMB).
    """

    mix: dict[str, float]
    shares: FloatArray
    costs: FloatArray

    def __repr__(self) -> str:
        return f"<Mix for {self.cost:.1f} {MONEY_UNIT} on {self.shares.size} draws: {self.mix}>"

    @property
    def cost(self) -> float:
        """Mean public money."""
        return float(self.costs.mean())

    def probability(self, share: float) -> float:
        """Return the share of draws in which at least `share` of SMEs are at level 2."""
        return float((self.shares >= share).mean())

    def probability_interval(self, share: float) -> tuple[float, float]:
        """Return the 90 % interval of `probability`, for this number of draws (Wilson).

        Each draw is a trial: it has parameters and luck of its own. Where draws repeat parameters, or those that the
        search has seen, the study's notes say that the interval is too narrow.
        """
        return proportion_interval(int((self.shares >= share).sum()), self.shares.size)

    def share_reached(self, probability: float) -> float:
        """Return the share of SMEs that is reached with this probability."""
        return float(np.quantile(self.shares, 1.0 - probability, method="inverted_cdf"))


def read_dials(path: Path | None = None) -> tuple[Dial, ...]:
    """Read dials from a file; those of ``scenarios/designs/reach.toml`` if none is given.

    Raises
    ------
    InputError
        Naming everything that is wrong with the file.
    """
    return read_rows(path or shipped("scenarios") / "designs" / "reach.toml", "dial", Dial, faults=dial_faults)


def lever_of(key: str) -> Specification:
    """Return the declaration of a lever, by its key or that of an entry of it."""
    levers = lever_specifications()
    return levers[key] if key in levers else levers[key.rpartition(".")[0]]


def dial_faults(dial: Dial) -> list[str]:
    """Return what is wrong with a dial."""
    if dial.key not in lever_specifications() and dial.key.rpartition(".")[0] not in lever_specifications():
        return ["is not a lever; `zhizao params` lists them"]
    spec = lever_of(dial.key)
    if spec.axis and dial.key in lever_specifications():
        return [f"is a row; name one of it, such as {dial.key}.{spec.axis[0]}"]
    if spec.choices or spec.low is None or spec.high is None:
        return ["is a choice and not a number; fix it in the settings (--set)"]
    if not dial.low < dial.high:
        return [f"low {dial.low:g} must be below high {dial.high:g}; exchange them"]
    if dial.low < spec.low or dial.high > spec.high:
        return [f"{dial.low:g} to {dial.high:g} {spec.unit} leaves its bounds {spec.low:g} to {spec.high:g}"]
    return []


def histories(
    base: Scenario,
    draws: Sequence[ParameterDraw],
    options: Options,
    progress: Progress | None = None,
    *,
    keep_log: bool = False,
) -> list[PastRun]:
    """Run every draw of the base scenario to the month before the branch; with a log of projects for accounts."""
    task = partial(_history, base, _plan(base, options), options, keep_log)
    return for_each(task, draws, options.workers, progress)


def _plan(scenario: Scenario, options: Options) -> OfferPlan:
    return OfferPlan(scenario.policies(options.months), scenario.announced(options.months))


def _history(base: Scenario, plan: OfferPlan, options: Options, keep_log: bool, draw: ParameterDraw) -> PastRun:
    parameters = Parameters().changed(values_used(draw.values, base.parameter_changes, options.register))
    district = build_district(
        parameters, draw.seed, months=options.months, network=base.network, register=options.register
    )
    setting = Setting(district=district, parameters=parameters, seed=draw.seed, keep_log=keep_log)
    offers = plan.under(parameters)
    world = run_history(setting, offers, BRANCH_MONTH, plan.foreseen(offers, parameters))
    return PastRun(parameters=parameters, world=world)


def try_mix(
    base: Scenario,
    mix: Mapping[str, float],
    pasts: Sequence[PastRun],
    options: Options,
    *,
    true_levels: bool = False,
    otherwise: Mapping[str, Any] | None = None,
) -> Tried:
    """Go on from every history under the base scenario with a mix on top.

    Parameters
    ----------
    true_levels
        Look at the true level instead of the reported one.
    otherwise
        Parameters that are other than drawn from the branch on, to see what holds the district back.
    """
    changed = base.with_changes({**mix})
    plans = _plan(changed, options), adaptive_plan(changed, options.months)
    one = partial(_future, plans, _LEVEL2_TRUE if true_levels else _LEVEL2, otherwise or {})
    rows = np.array(for_each(one, pasts, options.workers))
    return Tried(mix=dict(mix), shares=rows[:, 0], costs=rows[:, 1])


def _future(
    plans: tuple[OfferPlan, AdaptivePlan | None], column: int, otherwise: Mapping[str, Any], past: PastRun
) -> tuple[float, float]:
    plan, adaptive = plans
    parameters = past.parameters.changed(dict(otherwise)) if otherwise else past.parameters
    arena = arena_of_thread()
    numbers = parameters.record() if otherwise else None
    offers = plan.under(parameters)
    seen = plan.foreseen(offers, parameters)
    turns = None if adaptive is None else Adapting(adaptive, parameters)
    world = continue_run(past.world, offers, BRANCH_MONTH, numbers, arena, seen, turns)
    firms, level2 = world.series[-1, _SME, _FIRMS], world.series[-1, _SME, column]
    promised = world.money[-1, _PROMISED] - world.money[BRANCH_MONTH - 1, _PROMISED]
    found = float(level2 / firms) if firms > 0 else 0.0, float(promised)
    arena.take_back()
    return found


def rounded(dial: Dial, value: float) -> float:
    """Return a value that can be written down: in hundredths of the range's power of ten; whole where it must be."""
    if lever_of(dial.key).whole:
        return float(round(value))
    step = 10.0 ** np.floor(np.log10(dial.high - dial.low)) / 100.0
    return float(min(max(round(round(value / step) * step, 10), dial.low), dial.high))


def own_mix(base: Scenario, dials: Sequence[Dial]) -> dict[str, float]:
    """Return what the base scenario itself sets the dials to at the branch."""
    policy = base.policies(BRANCH_MONTH + 1)[BRANCH_MONTH]
    return {dial.key: float(read_value(policy, dial.key)) for dial in dials}


def dials_of(texts: Sequence[str], known: Sequence[Dial]) -> tuple[Dial, ...]:
    """Return the dials that texts such as ``"specialists.count=0:300"`` name; a key alone takes its known range.

    Raises
    ------
    InputError
        Naming every text that cannot be read.
    """
    by_key = {dial.key: dial for dial in known}
    found, problems = [], []
    for text in texts:
        key, _, ends = text.partition("=")
        low, _, high = ends.partition(":")
        try:
            dial = by_key[key] if not ends and key in by_key else Dial(key=key, low=float(low), high=float(high))
        except ValueError:
            problems.append(f"dial {text}: write key=low:high, such as specialists.count=0:300")
            continue
        problems += [f"dial {text}: {fault}" for fault in dial_faults(dial)]
        found.append(dial)
    if repeated := {dial.key for dial in found if sum(other.key == dial.key for other in found) > 1}:
        problems += [f"dial {key}: is given more than once; keep one" for key in sorted(repeated)]
    if problems:
        raise InputError(problems)
    return tuple(found)
