"""Scenarios made ready to run together: one history for all that share it, and a twin without a programme."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from zhizao.accounts.subsidy_account import LoggedRun
from zhizao.arrays import FloatArray, IntArray
from zhizao.calendar import BRANCH_MONTH
from zhizao.engine.adapting import Adapting
from zhizao.engine.branching import Arena
from zhizao.engine.history import history_of
from zhizao.engine.own_instruments import ActingInstruments
from zhizao.engine.simulation import Setting, continue_run, each_branch, run_history
from zhizao.engine.state import EMPTY, GONE, World
from zhizao.errors import printable
from zhizao.ideas.declare import OwnInstrument
from zhizao.parameters.registry import Parameters
from zhizao.policy.adapting import AdaptivePlan
from zhizao.policy.announced import Announcement
from zhizao.policy.levers import Policy
from zhizao.policy.offers import OfferPlan, first_difference
from zhizao.policy.signposts import Seen
from zhizao.population.district import build_district
from zhizao.records.rows import Records
from zhizao.records.state import OfferRecord
from zhizao.register import Register
from zhizao.results.finished import FinishedRun
from zhizao.scenario.adapting import adaptive_plan, without_programme
from zhizao.scenario.scenario import Scenario
from zhizao.storage.checksum import sha256
from zhizao.studies.own_model import run_own_model
from zhizao.studies.pasts import Pasts

__all__ = [
    "FinishedLane",
    "Future",
    "Futures",
    "Lane",
    "each_future",
    "finish",
    "prepare",
    "run_futures",
    "stated_by",
    "values_used",
]

_LONGEST_NAME = 100
"""Characters of a scenario's name in tables."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One course of policy on one kind of network under its own changes of parameters.

    Of a policy that adapts, `policies` are those while nothing that it depends on holds; `adaptive` is its scenario.
    """

    name: str
    policies: tuple[Policy, ...]
    announced: tuple[Announcement | None, ...]
    network: str
    parameter_changes: Mapping[str, Any]
    instruments: tuple[type[OwnInstrument], ...] = ()
    adaptive: Scenario | None = None

    @cached_property
    def outcomes(self) -> AdaptivePlan | None:
        """The courses of a policy that adapts, for any draw; None for one that does not."""
        return None if self.adaptive is None else adaptive_plan(self.adaptive, len(self.policies))

    @cached_property
    def plan(self) -> OfferPlan:
        """The offers of its policies, for any draw."""
        return OfferPlan(self.policies, self.announced)

    def offered(self, parameters: Parameters) -> tuple[Records[OfferRecord], Records[OfferRecord]]:
        """Return what it offers in each month under the numbers of a district, and what is known of later offers."""
        offers = self.plan.under(parameters)
        return offers, self.plan.foreseen(offers, parameters)

    def shares_history(self, other: Lane) -> bool:
        """Whether the two can branch from one history."""
        return self.network == other.network and self.parameter_changes == other.parameter_changes


@dataclass(frozen=True, kw_only=True)
class Future:
    """A scenario, and the numbers of its lane and of the lane without a programme from the branch on."""

    label: str
    scenario: Scenario
    lane: int
    reference: int


@dataclass(frozen=True, kw_only=True)
class Futures:
    """Scenarios made ready: what each is, the distinct lanes that have to be run, and histories to go on from."""

    futures: tuple[Future, ...]
    lanes: tuple[Lane, ...]
    months: int
    register: Register | None = None
    model: type[Any] | None = None
    pasts: Pasts | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class FinishedLane:
    """A lane that has come to its end.

    Attributes
    ----------
    run
        Its history and the firms that exist; money that the user's own instruments spent is in it.
    world
        The engine's last state; None where the user's own model was run.
    spent
        For each of the user's own instruments, what each month cost, in million RMB.
    seen
        Of a policy that adapts, what was seen at its signposts.
    """

    run: FinishedRun
    world: World | None
    spent: dict[str, FloatArray]
    seen: tuple[Seen, ...] = ()

    @cached_property
    def logged(self) -> LoggedRun | None:
        """What the subsidy account asks of it, if the engine ran it and kept its log."""
        return None if self.world is None else LoggedRun(world=self.world)


def prepare(
    scenarios: Sequence[Scenario],
    months: int,
    register: Register | None = None,
    *,
    references: bool = True,
    model: type[Any] | None = None,
    pasts: Pasts | None = None,
) -> Futures:
    """Find the distinct lanes that `scenarios` need, so that nothing is run twice.

    The reference of a scenario is itself with all policy switched off from the branch on. For every scenario that
    changes policy only, that is the shipped ``no-programme``; one with numbers of its own has its own. A policy that
    adapts does so from the branch on, so that its reference has nothing to look at.
    Without `references`, the lane of a scenario serves as its reference. With a `model`, that Mesa model is run
    in place of the engine. With `pasts`, histories are kept there and found again.
    """
    lanes: list[Lane] = []
    futures: list[Future] = []
    for scenario, label in zip(scenarios, _labels(scenarios), strict=True):
        own = _lane(lanes, scenario, label, months)
        bare = replace(without_programme(scenario), instruments=()) if references else scenario
        reference = _lane(lanes, bare, f"{label} without a programme", months) if references else own
        futures.append(Future(label=label, scenario=scenario, lane=own, reference=reference))
    return Futures(
        futures=tuple(futures), lanes=tuple(lanes), months=months, register=register, model=model, pasts=pasts
    )


def _labels(scenarios: Sequence[Scenario]) -> list[str]:
    """Return a name for each that no other has, and that no spreadsheet takes for a formula."""
    labels: list[str] = []
    for scenario in scenarios:
        name = printable(scenario.name.lstrip("=+-@ \t"), _LONGEST_NAME) or "scenario"
        label, number = name, 2
        while label in labels:
            label, number = f"{name} ({number})", number + 1
        labels.append(label)
    return labels


def _lane(lanes: list[Lane], scenario: Scenario, name: str, months: int) -> int:
    """Return the number of the scenario's lane; add it if there is none like it."""
    lane = Lane(
        name=name,
        policies=tuple(scenario.policies(months)),
        announced=scenario.announced(months),
        network=scenario.network,
        parameter_changes=scenario.parameter_changes,
        instruments=scenario.instruments,
        adaptive=scenario if adaptive_plan(scenario, months) else None,
    )
    for number, other in enumerate(lanes):
        if replace(lane, name=other.name) == other:
            return number
    lanes.append(lane)
    return len(lanes) - 1


def run_futures(futures: Futures, values: Mapping[str, Any], seed: int, *, keep_log: bool = False) -> list[World]:
    """Run every lane with the same parameters and luck; return the finished states in the order of the lanes.

    For scenarios without the user's own ideas; `finish` takes all.

    Parameters
    ----------
    values
        Parameters other than the declared ones; those that a scenario changes keep the scenario's value.
    """
    worlds = [lane.world for lane in finish(futures, values, seed, keep_log=keep_log)]
    return [world for world in worlds if world is not None]


def finish(
    futures: Futures, values: Mapping[str, Any], seed: int, *, keep_log: bool = False, arena: Arena | None = None
) -> list[FinishedLane]:
    """Run every lane with the same parameters and luck; return what each has given, in the order of the lanes.

    Parameters
    ----------
    values
        As for `run_futures`.
    arena
        Memory for the runs; once it is taken back, what is returned here is no longer theirs.

    Raises
    ------
    InputError
        If the user's own idea fails.
    """
    finished = dict(_each_lane(futures, values, seed, keep_log, arena))
    return [finished[number] for number in range(len(futures.lanes))]


def each_future(
    futures: Futures, values: Mapping[str, Any], seed: int, *, keep_log: bool = False, arena: Arena | None = None
) -> Iterator[tuple[Future, FinishedLane, FinishedLane]]:
    """Yield every scenario with its lane and its reference, in whatever order they are finished.

    What `arena` has lent for a lane is taken back as soon as no scenario needs it any more: neither lane may be looked
    at once the next scenario is asked for. Parameters and errors are those of `finish`.
    """
    waiting = list(futures.futures)
    held: dict[int, FinishedLane] = {}
    try:
        for number, finished in _each_lane(futures, values, seed, keep_log, arena):
            held[number] = finished
            for future in waiting:
                if future.lane in held and future.reference in held:
                    yield future, held[future.lane], held[future.reference]
            waiting = [one for one in waiting if one.lane not in held or one.reference not in held]
            needed = {lane for one in waiting for lane in (one.lane, one.reference)}
            for over in [lane for lane in held if lane not in needed]:
                world = held.pop(over).world
                if arena is not None and world is not None:
                    arena.take_back(world)
    finally:
        if arena is not None:
            arena.take_back()


def _each_lane(
    futures: Futures, values: Mapping[str, Any], seed: int, keep_log: bool, arena: Arena | None
) -> Iterator[tuple[int, FinishedLane]]:
    """Yield every lane by number as it is finished; those that share a history together, references first."""
    over: set[int] = set()
    references = {future.reference for future in futures.futures}
    for number, lane in enumerate(futures.lanes):
        if number in over:
            continue
        together = {n: other for n, other in enumerate(futures.lanes) if lane.shares_history(other)}
        over |= set(together)
        parameters = Parameters().changed(values_used(values, lane.parameter_changes, futures.register))
        setting = partial(_setting, futures, lane.network, parameters, seed, keep_log)
        if futures.model is not None:
            yield from _run_own_model(futures.model, together, setting())
        elif futures.pasts is not None and (courses := _alike_until_branch(together, parameters)):
            key = (parameters, lane.network, seed, keep_log, futures.months, futures.register, courses.before)
            past = futures.pasts.get(key, partial(courses.past, setting))
            yield from courses.go_on(past, arena, references)
        else:
            yield from _run_in_engine(together, setting(), arena, references)


def _setting(futures: Futures, network: str, parameters: Parameters, seed: int, keep_log: bool) -> Setting:
    district = build_district(parameters, seed, months=futures.months, network=network, register=futures.register)
    return Setting(district=district, parameters=parameters, seed=seed, keep_log=keep_log)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Courses:
    """What lanes offer and announce in a district, by number; until the branch, all of them the same.

    `before` stands for what that is.
    """

    offered: Mapping[int, tuple[Records[OfferRecord], Records[OfferRecord]]]
    before: str

    def past(self, setting: Callable[[], Setting]) -> World:
        """Run what all have in common."""
        offers, foreseen = self.offered[min(self.offered)]
        return run_history(setting(), offers, BRANCH_MONTH, foreseen)

    def go_on(self, past: World, arena: Arena | None, early: Collection[int]) -> Iterator[tuple[int, FinishedLane]]:
        """Yield every lane by number as it is finished, those that others wait for first."""
        for number in sorted(self.offered, key=lambda number: number not in early):
            offers, foreseen = self.offered[number]
            world = continue_run(past, offers, BRANCH_MONTH, None, arena, foreseen)
            yield number, _finished(_run_of(world), None, world)


def _alike_until_branch(lanes: Mapping[int, Lane], parameters: Parameters) -> _Courses | None:
    """Return what lanes offer and announce, if it is the same for all until the branch and depends on nothing."""
    if any(
        lane.instruments or lane.outcomes is not None or len(lane.policies) <= BRANCH_MONTH for lane in lanes.values()
    ):
        return None
    offered = {number: lane.offered(parameters) for number, lane in lanes.items()}
    first, *others = offered.values()
    if any(first_difference(*pair) < BRANCH_MONTH for other in others for pair in zip(first, other, strict=True)):
        return None
    return _Courses(offered=offered, before=sha256(b"".join(rows[:BRANCH_MONTH].tobytes() for rows in first)))


def _run_in_engine(
    lanes: Mapping[int, Lane], setting: Setting, arena: Arena | None, early: Collection[int]
) -> Iterator[tuple[int, FinishedLane]]:
    names = {number: f"{lane.name} (course {number})" for number, lane in lanes.items()}
    numbers = {name: number for number, name in names.items()}
    offered = {names[number]: lane.offered(setting.parameters) for number, lane in lanes.items()}
    offers = {name: rows for name, (rows, _) in offered.items()}
    foreseen = {name: seen for name, (rows, seen) in offered.items() if seen is not rows}
    acting = {
        names[number]: ActingInstruments(lane.instruments, lane.policies)
        for number, lane in lanes.items()
        if lane.instruments
    }
    adapting = {
        names[number]: Adapting(lane.outcomes, setting.parameters)
        for number, lane in lanes.items()
        if lane.outcomes is not None
    }
    first = {names[number] for number in lanes if number in early}
    for name, world in each_branch(setting, offers, acting, arena, foreseen, adapting, early=first):
        lane = _finished(_run_of(world), acting.get(name), world)
        yield numbers[name], replace(lane, seen=tuple(adapting[name].seen)) if name in adapting else lane


def _run_of(world: World) -> FinishedRun:
    """Return the history and the firms of a finished state."""
    return FinishedRun(
        history=history_of(world), records=world.firms.view(np.ndarray), find_standing=partial(_standing, world)
    )


def _run_own_model(model: type[Any], lanes: Mapping[int, Lane], setting: Setting) -> Iterator[tuple[int, FinishedLane]]:
    for number, lane in lanes.items():
        own = ActingInstruments(lane.instruments, lane.policies)
        history, firms = run_own_model(model, setting, lane.policies, lane.announced, own, lane.outcomes)
        run = FinishedRun(history=history, records=firms, find_standing=partial(np.arange, firms.size))
        yield number, _finished(run, own, None)


def _finished(run: FinishedRun, own: ActingInstruments | None, world: World | None) -> FinishedLane:
    if own is None:
        return FinishedLane(run=run, world=world, spent={})
    return FinishedLane(run=replace(run, history=own.with_spending(run.history)), world=world, spent=own.spent)


def values_used(drawn: Mapping[str, Any], changes: Mapping[str, Any], register: Register | None) -> dict[str, Any]:
    """Return the parameters that a run is given: drawn ones, or a scenario's own, or what a register states."""
    return {**drawn, **changes, **stated_by(register)}


def stated_by(register: Register | None) -> dict[str, float]:
    """Return what a register says of the parameters: how many firms there are."""
    return {} if register is None else {"population.firms": float(len(register.ids))}


def _standing(world: World) -> IntArray:
    """Return the places of the firms that exist at the end of a run."""
    status = world.firms.view(np.ndarray)["status"]
    return np.flatnonzero((status != EMPTY) & (status != GONE))
