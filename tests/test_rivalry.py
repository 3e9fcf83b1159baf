"""Rivalry: part of the output that projects add is taken from other firms of the sector, in the accounts alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import zhizao as zz
from small_district import CHEAP, COLUMNS, GRANTS, differences, parameters, policy, python, run, series, standing
from zhizao.engine.history import history_of
from zhizao.engine.state import FLOWS, GROUPS, MONEY, STOCKS, World
from zhizao.results.variables import series as variables
from zhizao.rules import business
from zhizao.sectors import LEVELS, SECTOR_KEYS, SIZE_CLASSES

LOST = len(STOCKS) + FLOWS.index("output_lost")
BUSY: dict[str, Any] = {**CHEAP, "valuation.benefit_level": 2.0, "production.growth_spread": 0.3}
"""Firms that gain much, differ in growth, enter and leave."""


def world_of(rivalry: float, **changes: Any) -> World:
    slump = [policy(GRANTS)] * 40 + [policy(GRANTS, {"context.demand": 0.7})] * 32
    return run(parameters({**BUSY, "production.rivalry": rivalry, **changes}), slump)


def output(world: World, group: str = "all") -> np.ndarray[Any, Any]:
    return variables(history_of(world), group)["output"]


def test_what_is_gained_and_lost_by_hand() -> None:
    """Three firms that sell 60, 30 and 30, the first 20 of it by projects: at a half, 10 are lost as 5, 2.5 and 2.5."""
    assert business.gained_revenue(60.0, 1.5) == pytest.approx(20.0)
    assert business.gained_revenue(30.0, 1.0) == 0.0
    assert [business.lost_output(sold, 120.0, 10.0) for sold in (60.0, 30.0, 30.0)] == pytest.approx([5.0, 2.5, 2.5])
    assert business.lost_output(0.0, 0.0, 0.0) == 0.0


def test_without_rivalry_output_is_that_of_single_firms_to_the_bit() -> None:
    world = world_of(0.0)
    demand = world.offers["context_demand"]
    for group in GROUPS:
        assert (series(world, "output_lost", group) == 0.0).all()
        assert np.array_equal(output(world, group), series(world, "revenue", group) / 12.0 * demand)


def test_nobody_decides_or_earns_otherwise() -> None:
    """All but the accounts of output is the same to the bit, whatever the share."""
    apart, rivals = world_of(0.0), world_of(0.7)
    assert set(differences(apart, rivals)) == {"par", "series", "money"}
    others = [column for column in range(len(COLUMNS)) if column != LOST]
    assert np.array_equal(apart.series[:, :, others], rivals.series[:, :, others])
    lines = [line for line in range(rivals.money.shape[1]) if line != MONEY.index("residual")]
    assert np.array_equal(apart.money[:, lines], rivals.money[:, lines])
    assert series(rivals, "output_lost")[-1] > 0.0


@pytest.mark.parametrize("rivalry", [0.3, 1.0])
def test_what_is_taken_is_lost_by_others_and_by_nobody_else(rivalry: float) -> None:
    """Transfers sum to zero over the firms of each sector, and however the district is cut into groups."""
    world = world_of(rivalry)
    demand = float(world.offers["context_demand"][-1])
    slots = standing(world)
    firms, factor = world.firms[slots], world.output_factor[slots]
    received = rivalry * firms["revenue"] * (1.0 - 1.0 / factor) * demand / 12.0
    assert (factor >= 1.0).all()
    assert (factor > 1.0).any()
    for place, sector in enumerate(SECTOR_KEYS):
        mine = firms["sector"] == place
        sold = firms["revenue"][mine]
        lost = received[mine].sum() * sold / max(sold.sum(), 1e-300)
        assert series(world, "output_lost", sector)[-1] == pytest.approx(lost.sum(), rel=1e-9, abs=1e-12)
        assert abs((received[mine] - lost).sum()) <= 1e-9 * max(received[mine].sum(), 1.0)
    for parts in (SECTOR_KEYS, SIZE_CLASSES, LEVELS):
        total = sum(series(world, "output_lost", group) for group in parts)
        assert total == pytest.approx(series(world, "output_lost"), rel=1e-9)
    assert world.money[:, MONEY.index("residual")].max() <= 1e-9


def test_at_one_a_sector_sells_what_it_would_without_projects() -> None:
    world = world_of(1.0)
    slots = standing(world)
    without = world.firms["revenue"][slots] / world.output_factor[slots]
    this_month = float(world.offers["context_demand"][-1]) / 12.0
    for place, sector in enumerate(SECTOR_KEYS):
        mine = world.firms["sector"][slots] == place
        assert output(world, sector)[-1] == pytest.approx(without[mine].sum() * this_month, rel=1e-9, abs=1e-12)


def test_in_a_market_that_does_not_grow_projects_only_move_output() -> None:
    """No growth, exits or entries, and rivalry 1: output stays what it was; at a half, half of the gain is left."""
    still = {"sectors.growth": 0.0, "production.growth_spread": 0.0, "turnover.exit_rate": 0.0} | {
        "turnover.entry_rate": 0.0
    }
    worlds = {
        rivalry: run(parameters({**CHEAP, **still, "production.rivalry": rivalry}), policy())
        for rivalry in (0.0, 0.5, 1.0)
    }
    gain = {rivalry: output(world) - output(world)[0] for rivalry, world in worlds.items()}
    assert gain[0.0][-1] > 0.01 * output(worlds[0.0])[0]
    assert np.abs(output(worlds[1.0]) / output(worlds[1.0])[0] - 1.0).max() < 1e-9
    assert gain[0.5][1:] == pytest.approx(0.5 * gain[0.0][1:], rel=1e-6)


def test_who_gains_nothing_loses() -> None:
    world = world_of(0.5)
    slots = standing(world)
    factor, revenue = world.output_factor[slots], world.firms["revenue"][slots]
    net = np.zeros(slots.size)
    for place in range(len(SECTOR_KEYS)):
        mine = world.firms["sector"][slots] == place
        gained = revenue[mine] * (1.0 - 1.0 / factor[mine])
        net[mine] = gained - 0.5 * gained.sum() * revenue[mine] / revenue[mine].sum()
    assert (net[factor == 1.0] < 0.0).any()
    assert (net[factor == 1.0] <= 0.0).all()
    assert net.sum() > 0.0


def test_what_a_programme_adds_to_output_falls_with_the_share() -> None:
    """Linear in the share, since nobody decides otherwise; and never below what firms' number and growth bring."""
    baseline = zz.load_scenario("baseline")
    found = {
        rivalry: zz.run(baseline.with_changes({"production.rivalry": rivalry}), calibration="prior").outcomes
        for rivalry in (0.0, 0.5, 1.0)
    }
    added = {rivalry: outcomes["additional_output"] for rivalry, outcomes in found.items()}
    assert added[0.0] > added[0.5] > added[1.0]
    assert added[0.5] == pytest.approx((added[0.0] + added[1.0]) / 2.0, rel=1e-9)
    apart = [{name: value for name, value in one.items() if name != "additional_output"} for one in found.values()]
    assert apart[0] == apart[1] == apart[2]


def test_the_what_if_of_rival_firms_changes_the_accounts_alone() -> None:
    rivals = zz.load_scenario("what-if/rival-firms")
    assert rivals.parameter_changes == {"production.rivalry": 0.5}
    assert rivals.policies() == zz.load_scenario("baseline").policies()


def test_the_ledger_sees_what_is_taken_and_not_lost() -> None:
    code = """
from small_district import CHEAP, parameters, policy, run
from zhizao.engine.simulation import LedgerError
from zhizao.rules import business

business.lost_output = lambda revenue, sector_revenue, taken: 0.999 * taken * revenue / sector_revenue
try:
    run(parameters({**CHEAP, "production.rivalry": 0.5}, firms=20), policy(), months=24)
except LedgerError as error:
    print(error)
"""
    assert "a ledger is off by" in python(code, NUMBA_DISABLE_JIT="1", PYTHONPATH="tests")
