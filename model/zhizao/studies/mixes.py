"""Mixes of policy tried on one stock of histories: what `reach` searches over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import BRANCH_MONTH
from zhizao.engine.adapting import Adapting
from zhizao.engine.branching import Arena, arena_of_thread
from zhizao.engine.simulation import Setting, continue_run, run_history
from zhizao.engine.state import GROUPS, MONEY, STOCKS, World
from zhizao.errors import InputError, Message
from zhizao.evidence.ensembles import read_ensemble
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
from zhizao.studies.options import Options, ScenarioLike, scenarios_of, with_remarks
from zhizao.studies.parameter_draws import ParameterDraw, parameter_draws
from zhizao.toml_rows import read_rows

__all__ = [
    "Dial",
    "PastRun",
    "Plans",
    "Tried",
    "dial_faults",
    "dials_of",
    "draws_of_search",
    "future",
    "histories",
    "lever_of",
    "own_mix",
    "plans_of",
    "promised",
    "read_dials",
    "rounded",
    "searched_from",
    "share_of",
    "try_mix",
    "try_mixes",
]

Plans = tuple[OfferPlan, AdaptivePlan | None]

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
    plan, _ = plans_of(base, options.months)
    task = partial(_history, base, plan, options, keep_log)
    return for_each(task, draws, options.workers, progress)


def plans_of(mix: Scenario, months: int) -> Plans:
    """Return what a mix offers in these months, and how that may change with what is seen; of any draw."""
    return OfferPlan(mix.policies(months), mix.announced(months)), adaptive_plan(mix, months)


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
    [tried] = try_mixes(base, [mix], pasts, options, true_levels=true_levels, otherwise=otherwise)
    return tried


def try_mixes(
    base: Scenario,
    mixes: Sequence[Mapping[str, float]],
    pasts: Sequence[PastRun],
    options: Options,
    *,
    true_levels: bool = False,
    otherwise: Mapping[str, Any] | None = None,
) -> list[Tried]:
    """Do the same as `try_mix` with each of some mixes, side by side."""
    plans = [plans_of(base.with_changes({**mix}), options.months) for mix in mixes]
    one = partial(_given, _LEVEL2_TRUE if true_levels else _LEVEL2, otherwise or {})
    jobs = list(product(pasts, plans))  # all futures of a past together: what they share is in memory already
    found = np.array(for_each(one, jobs, options.workers)).reshape(len(pasts), len(mixes), 2)
    return [
        Tried(mix=dict(mix), shares=found[:, place, 0].copy(), costs=found[:, place, 1].copy())
        for place, mix in enumerate(mixes)
    ]


def future(
    plans: Plans, past: PastRun, arena: Arena | None = None, otherwise: Mapping[str, Any] | None = None
) -> World:
    """Go on from a history under a mix; what `otherwise` holds is other than drawn from the branch on."""
    plan, adaptive = plans
    parameters = past.parameters.changed(dict(otherwise)) if otherwise else past.parameters
    numbers = parameters.record() if otherwise else None
    offers = plan.under(parameters)
    seen = plan.foreseen(offers, parameters)
    turns = None if adaptive is None else Adapting(adaptive, parameters)
    return continue_run(past.world, offers, BRANCH_MONTH, numbers, arena, seen, turns)


def promised(world: World) -> float:
    """Return the public money promised from the branch on, whether it has been paid or not (million RMB)."""
    return float(world.money[-1, _PROMISED] - world.money[BRANCH_MONTH - 1, _PROMISED])


def share_of(stocks: FloatArray, column: int) -> float:
    """Return the share of firms of a group that a column counts, from the group's stocks; 0 where there are none."""
    return float(stocks[column] / stocks[_FIRMS]) if stocks[_FIRMS] > 0 else 0.0


def _given(column: int, otherwise: Mapping[str, Any], job: tuple[PastRun, Plans]) -> tuple[float, float]:
    past, plans = job
    arena = arena_of_thread()
    world = future(plans, past, arena, otherwise)
    found = share_of(world.series[-1, _SME], column), promised(world)
    arena.take_back()
    return found


def searched_from(
    base: ScenarioLike, dials: Sequence[str], options: Options
) -> tuple[Scenario, tuple[Dial, ...], Options]:
    """Return what a search changes and what it may set; the options come back with what is to be said of the search.

    Raises
    ------
    InputError
        Naming everything that is wrong with the scenario or the dials.
    """
    texts = [dials] if isinstance(dials, str) else list(dials)
    chosen = dials_of(texts, read_dials()) if texts else read_dials()
    [scenario] = scenarios_of([base], options.settings)
    options = with_remarks(options, [scenario])
    return scenario, chosen, replace(options, notes=(*options.notes, *_seen_again(options)))


def _seen_again(options: Options) -> tuple[Message, ...]:
    """Say how many of the draws that confirm a mix have parameters of the draws that it was found on."""
    if options.calibration == "prior":
        return ()
    seen = min(2 * options.draws - read_ensemble(options.calibration, options.funding).members, options.draws)
    if seen <= 0:
        return ()
    return (
        Message(
            f"{seen:,} of the {options.draws:,} draws that confirm the mix have parameters that the search has seen, "
            "and only their luck is new: the probability found there is not independent of the search, and its "
            "interval is too narrow; ask for fewer --draws",
            f"用于验证组合的{options.draws:,}次抽样中，有{seen:,}次的参数在搜索时已用过，只有运气是新的：由此得到的概率"
            "并非独立于搜索，其区间偏窄；请减少--draws",
        ),
    )


def draws_of_search(options: Options) -> tuple[Sequence[ParameterDraw], Sequence[ParameterDraw]]:
    """Return the draws that a search is made on, and as many that it has not seen."""
    points = parameter_draws(
        2 * options.draws, seed=options.seed, funding=options.funding, calibration=options.calibration
    )
    return points[: options.draws], points[options.draws :]


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
