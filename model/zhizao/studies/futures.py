"""Scenarios made ready to run together: one history for all that share it, and a twin without a programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zhizao.engine.simulation import Setting, run_branches
from zhizao.engine.state import EMPTY, FLOWS, GONE, GROUPS, MONEY, STOCKS, World
from zhizao.parameters.registry import Parameters
from zhizao.policy.levers import INSTRUMENTS, Policy
from zhizao.policy.offers import monthly_offers
from zhizao.policy.schedule import EVERYTHING, Block
from zhizao.population.district import build_district
from zhizao.population.register import Register
from zhizao.results.outcomes import BRANCH_MONTH
from zhizao.results.variables import History
from zhizao.scenario import Scenario

__all__ = ["Future", "Futures", "Lane", "history_of", "prepare", "run_futures", "standing_firms", "stated_by"]


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One course of policy on one kind of network under its own changes of parameters."""

    name: str
    policies: tuple[Policy, ...]
    network: str
    parameter_changes: Mapping[str, Any]

    def shares_history(self, other: Lane) -> bool:
        """Whether the two can branch from one history."""
        return self.network == other.network and self.parameter_changes == other.parameter_changes


@dataclass(frozen=True, kw_only=True)
class Future:
    """A scenario, and the numbers of its lane and of the lane without a programme from 2024-01."""

    label: str
    scenario: Scenario
    lane: int
    reference: int


@dataclass(frozen=True, kw_only=True)
class Futures:
    """Scenarios made ready: what each of them is, and the distinct lanes that have to be run."""

    futures: tuple[Future, ...]
    lanes: tuple[Lane, ...]
    months: int
    register: Register | None = None


def prepare(
    scenarios: Sequence[Scenario], months: int, register: Register | None = None, *, references: bool = True
) -> Futures:
    """Find the distinct lanes that `scenarios` need, so that nothing is run twice.

    The reference of a scenario is itself with all policy switched off from 2024-01. For every scenario that
    changes policy only, that is the shipped ``no-programme``; one with numbers of its own has its own.
    Without `references`, the lane of a scenario stands in for its reference.
    """
    lanes: list[Lane] = []
    futures: list[Future] = []
    for scenario, label in zip(scenarios, _labels(scenarios), strict=True):
        without = Block(start=BRANCH_MONTH, off=EVERYTHING, file="", place="without a programme")
        own = _lane(lanes, scenario, label, months)
        bare = scenario.followed_by(without) if references else scenario
        reference = _lane(lanes, bare, f"{label} without a programme", months) if references else own
        futures.append(Future(label=label, scenario=scenario, lane=own, reference=reference))
    return Futures(futures=tuple(futures), lanes=tuple(lanes), months=months, register=register)


def _labels(scenarios: Sequence[Scenario]) -> list[str]:
    """Return a name for each that no other has, and that no spreadsheet takes for a formula."""
    labels: list[str] = []
    for scenario in scenarios:
        name = scenario.name.lstrip("=+-@ \t") or "scenario"
        label, number = name, 2
        while label in labels:
            label, number = f"{name} ({number})", number + 1
        labels.append(label)
    return labels


def _lane(lanes: list[Lane], scenario: Scenario, name: str, months: int) -> int:
    """Return the number of the scenario's lane; add it if there is none like it."""
    lane = Lane(
        name=name, policies=tuple(scenario.policies(months)), network=scenario.network,
        parameter_changes=scenario.parameter_changes,
    )  # fmt: skip
    for number, other in enumerate(lanes):
        if lane.shares_history(other) and lane.policies == other.policies:
            return number
    lanes.append(lane)
    return len(lanes) - 1


def run_futures(futures: Futures, values: Mapping[str, Any], seed: int, *, keep_log: bool = False) -> list[World]:
    """Run every lane with the same parameters and luck; return the finished states in the order of the lanes.

    Parameters
    ----------
    values
        Parameters other than the declared ones; those that a scenario changes keep the scenario's value.
    """
    finished: dict[int, World] = {}
    for number, lane in enumerate(futures.lanes):
        if number in finished:
            continue
        together = [n for n, other in enumerate(futures.lanes) if lane.shares_history(other)]
        parameters = Parameters().changed({**values, **lane.parameter_changes, **stated_by(futures.register)})
        district = build_district(
            parameters, seed, months=futures.months, network=lane.network, register=futures.register
        )
        setting = Setting(district=district, parameters=parameters, seed=seed, keep_log=keep_log)
        names = {n: f"{futures.lanes[n].name} (course {n})" for n in together}
        offers = {names[n]: monthly_offers(futures.lanes[n].policies, parameters) for n in together}
        worlds = run_branches(setting, offers)
        finished |= {n: worlds[names[n]] for n in together}
    return [finished[number] for number in range(len(futures.lanes))]


def stated_by(register: Register | None) -> dict[str, float]:
    """Return what a register says of the parameters: how many firms there are."""
    return {} if register is None else {"population.firms": float(len(register.ids))}


def standing_firms(world: World) -> np.ndarray[Any, Any]:
    """Return the records of the firms that stand at the end of a run."""
    firms = world.firms.view(np.ndarray)
    return np.asarray(firms[(firms["status"] != EMPTY) & (firms["status"] != GONE)])


def history_of(world: World) -> History:
    """Return the series of a finished run with their names."""
    return History(
        table=world.series, money=world.money, demand=world.offers["context_demand"], groups=GROUPS,
        columns=(*STOCKS, *FLOWS), lines=(*MONEY, *INSTRUMENTS),
    )  # fmt: skip
