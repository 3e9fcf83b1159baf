"""The ends of every range: nothing, everything, one, none, all alike. The model stays finite, sensible and silent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from small_district import (
    CHEAP,
    COLUMNS,
    FIXED_PROVIDERS,
    GRANTS,
    SERVICES,
    Settings,
    money,
    parameters,
    policy,
    python,
    run,
    series,
    standing,
    total,
)
from zhizao.engine.state import GROUPS, STOCKS, World
from zhizao.parameters.registry import Parameters, parameter_specifications
from zhizao.policy.levers import lever_specifications
from zhizao.population.network import NETWORKS
from zhizao.scenario.scenario import load_scenario, month_index

ORDINARY = policy(GRANTS, SERVICES)
SHARES = ("level2", "level2_true", "level3", "robots")


def assert_sensible(world: World) -> None:
    """Finite throughout; shares within 0 and 1; groups add up; nobody is counted who is not there."""
    for array in (world.series, world.money, world.ledger, world.sums):
        assert np.isfinite(array).all()
    for records in (world.firms, world.markets, world.parks):
        for name in records.dtype.names:
            assert np.isfinite(records[name]).all(), name
    firms = series(world, "firms")
    assert (firms >= 0).all()
    assert firms[-1] == len(standing(world))
    for share in SHARES:
        counted = series(world, share)
        assert ((counted >= 0) & (counted <= firms)).all(), share
    assert ((series(world, "level3") <= series(world, "level2")) | (firms == 0)).all()
    sizes = [world.series[:, GROUPS.index(size)] for size in ("small", "medium", "large")]
    np.testing.assert_allclose(sum(sizes), world.series[:, GROUPS.index("all")], rtol=1e-9, atol=1e-6)
    for first, last in (("vehicles", "new_star"), ("level0", "level4")):
        parts = world.series[:, GROUPS.index(first) : GROUPS.index(last) + 1, : len(STOCKS)].sum(axis=1)
        np.testing.assert_allclose(parts, world.series[:, 0, : len(STOCKS)], rtol=1e-9, atol=1e-6)
    assert (world.series[:, :, COLUMNS.index("revenue")] >= -1e-6).all()
    assert money(world, "residual").max() <= 1e-9
    scores = world.firms["score"][standing(world)]
    assert ((scores >= 0) & (scores <= 100)).all()
    assert int(world.district[0]["overflow"]) == 0


def shares_at(world: World, month: int, group: str = "sme") -> tuple[float, float]:
    """Reported and true share at level 2."""
    firms = series(world, "firms", group)[month]
    return tuple(float(series(world, name, group)[month] / firms) for name in ("level2", "level2_true"))


# -------------------------------------------------------------------------------------------- attention


@pytest.mark.parametrize(
    ("only", "offered"),
    [
        ({"attention.visit_rate": 10.0}, {"specialists.count": 60, "specialists.visits": 12}),
        ({"attention.contagion_rate": 5.0}, {}),
        ({"attention.leader_rate": 10.0}, {"leaders.share": 1.0}),
        ({"attention.deadline_rate": 10.0, "awareness.media_rate": 2.0}, {**GRANTS, "grants.window_close": 9}),
    ],
    ids=["visits", "contagion", "leaders", "deadlines"],
)
def test_firms_that_never_look_of_their_own_accord_still_look_when_moved(only, offered):
    """A spontaneous rate of nothing, and one too small to tell from it, give the same history."""
    still = {
        "attention.contagion_rate": 0.0,
        "attention.visit_rate": 0.0,
        "attention.leader_rate": 0.0,
        "attention.deadline_rate": 0.0,
        "projects.cost_level": 0.3,
        "levels.start_mean": 20.0,
    }
    never, hardly = (
        run(parameters(still | only | {"attention.spontaneous_rate": rate}), policy(offered)) for rate in (0.0, 1e-12)
    )
    assert total(never, "projects_started") > 5
    assert series(never, "projects_started").tolist() == series(hardly, "projects_started").tolist()


# ------------------------------------------------------------------------------------------------- money


def test_no_money_at_all():
    broke = parameters({"finance.cash_share": 0.0, "finance.credit_share": 0.0, "finance.retained_share": 0.0})
    world = run(broke, policy(SERVICES))
    assert_sensible(world)
    assert total(world, "projects_started") == 0
    assert (world.firms["cash"][standing(world)] <= 0).all()


def test_money_that_firms_have_is_what_they_lack_above():
    poor = {"finance.cash_share": 0.0, "finance.credit_share": 0.0}
    assert total(run(parameters(CHEAP | poor), policy()), "projects_started") > 0


def test_endless_money():
    paid = {
        "grants.rate": 1.0,
        "grants.cap": 1e4,
        "grants.additional_budget": 1e6,
        "grants.advance_share": 1.0,
        "awards.level2": 1e3,
        "tax.credit_rate": 1.0,
        "loans.guarantee_share": 2.0,
        "loans.interest_points": 0.2,
        "diagnosis.value": 10.0,
        "relief.energy_share": 1.0,
        "relief.interest_points": 0.1,
    }
    world = run(parameters(CHEAP), policy(paid, SERVICES))
    assert_sensible(world)
    assert total(world, "supported_started") > 100
    assert total(world, "rejections") == 0


@pytest.mark.parametrize("budget", [1e-9, 1e-3, 0.05])
@pytest.mark.parametrize("allocation", ["first-come", "merit", "lottery", "small-first"])
def test_a_budget_that_reaches_almost_nobody(budget, allocation):
    offered = {
        **GRANTS,
        "grants.fund_multiple": 0.0,
        "grants.additional_budget": budget,
        "grants.allocation": allocation,
    }
    world = run(parameters(CHEAP), policy(offered))
    assert_sensible(world)
    assert money(world, "public_committed")[-1] <= 3 * budget * 6 + 0.004 * total(world, "applications") + 1e-9


def test_firms_come_back_when_money_does():
    offered = {**GRANTS, "grants.rate": 0.6, "grants.cap": 10.0, "grants.allocation": "lottery"}
    poor = policy(offered, {"grants.fund_multiple": 0.0, "grants.additional_budget": 1e-4})
    world = run(parameters(CHEAP | {"awareness.start_share": 1.0}), [poor] * 24 + [policy(offered)] * 48)
    assert total(world, "rejections") > 5
    assert series(world, "applications")[36:].sum() > 0


# ---------------------------------------------------------------------------------------- providers, networks


def test_no_providers():
    nobody_else = CHEAP | FIXED_PROVIDERS | {"providers.capacity": 0.0}
    world = run(parameters(nobody_else), ORDINARY)
    assert_sensible(world)
    assert total(world, "projects_started") == 0
    assert money(world, "provider_backlog")[-1] > 0
    assert (money(world, "provider_price") > 0).all()


def test_no_providers_but_those_from_elsewhere():
    """Every project waits as long as its firm has patience, and is then bought from outside or given up."""
    world = run(parameters(CHEAP | {"providers.capacity": 0.0, "providers.patience_months": 2}), ORDINARY)
    assert_sensible(world)
    assert total(world, "projects_started") == total(world, "bought_elsewhere") > 50
    assert series(world, "projects_started")[:2].sum() == 0


def test_providers_who_all_leave_in_the_midst_of_a_boom():
    closed = policy(GRANTS, SERVICES, {"context.provider_capacity": 0.0})
    world = run(parameters(CHEAP | FIXED_PROVIDERS), [ORDINARY] * 24 + [closed] * 48)
    assert_sensible(world)
    assert series(world, "projects_started")[:24].sum() > 0
    assert series(world, "projects_started")[26:].sum() == 0


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("firms", [1, 2, 3, 4, 5, 60])
def test_every_network_of_every_small_size(network, firms):
    for seed in range(4):
        world = run(parameters(CHEAP, firms=firms), ORDINARY, network=network, seed=seed)
        assert_sensible(world)


@pytest.mark.parametrize("firms_per_park", [1, 2, 1e9])
def test_parks_of_one_firm_and_one_park_of_all(firms_per_park):
    assert_sensible(run(parameters(CHEAP | {"links.firms_per_park": firms_per_park}), ORDINARY))


def test_one_firm_alone_is_shown_nothing():
    alone = parameters(CHEAP | {"turnover.entry_rate": 0.0, "turnover.exit_rate": 0.0}, firms=1)
    world = run(alone, ORDINARY, network="complete")
    assert_sensible(world)
    assert (series(world, "firms") == 1).all()
    assert world.firms["partners_active"].sum() == 0


# ---------------------------------------------------------------------------------------------- firms alike

ALIKE: Settings = {
    "population.class_share": (1.0, 0.0, 0.0),
    "population.revenue_spread": 0.0,
    "population.staff_range": 0.0,
    "population.capability_spread": 0.0,
    "population.rd_capability": 0.0,
    "population.robot_share": 0.0,
    "population.workshop_share": 0.0,
    "sectors.share": (1.0, 0, 0, 0, 0, 0, 0, 0, 0),
    "finance.premium_spread": 0.0,
    "finance.cash_spread": 0.0,
    "valuation.benefit_spread": 0.0,
    "levels.start_spread": 0.0,
    "levels.assessment_spread": 0.0,
    "production.growth_spread": 0.0,
    "turnover.exit_rate": 0.0,
    "turnover.entry_rate": 0.0,
    "awareness.start_share": 1.0,
}


def test_firms_all_alike():
    world = run(parameters(ALIKE | {"links.firms_per_park": 80}), ORDINARY)
    for name in ("revenue", "score", "capability", "premium", "cash", "employees"):
        assert len(set(world.start[name].tolist())) == 1, name
    assert_sensible(world)
    assert series(world, "level2")[0] in (0, 80)


def test_firms_all_alike_that_always_look_and_never_dither_begin_at_once():
    """With no difference between firms and hardly any taste, either all who look begin or nobody does."""
    eager = ALIKE | {
        "attention.spontaneous_rate": 5.0,
        "choosing.taste_spread": 0.001,
        "providers.capacity": 1e6,
        "providers.inverse_supply_elasticity": 0.0,
        "attention.contagion_rate": 0.0,
    }
    for cost in (0.05, 20.0):
        world = run(parameters(eager | {"projects.cost_level": cost}), policy(), months=1, network="empty")
        chance = 1 - np.exp(-5 / 12)
        started = total(world, "projects_started")
        assert started == 0 if cost > 1 else abs(started - 80 * chance) < 4 * np.sqrt(80 * chance * (1 - chance))


@pytest.mark.parametrize(("mean", "level"), [(0.0, 0), (100.0, 4)])
def test_everyone_at_one_end_of_the_scale(mean, level):
    flat = {
        "levels.start_mean": mean,
        "levels.start_spread": 0.0,
        "levels.start_capability": 0.0,
        "levels.assessment_spread": 0.0,
        "levels.inflation": 0.0,
        "population.workshop_share": 0.0,
    }
    world = run(parameters(CHEAP | flat), ORDINARY)
    assert_sensible(world)
    assert series(world, "firms", f"level{level}")[0] >= 79
    if level == 4:
        assert (world.start["score"] == 95).all()
        assert shares_at(world, 71, "all") == (1.0, 1.0)


def test_scores_never_pass_a_hundred():
    climbing = CHEAP | {"levels.start_mean": 95.0, "levels.erosion": 0.0, "projects.score_gain": 100.0}
    world = run(parameters(climbing), ORDINARY)
    assert_sensible(world)
    assert world.firms["score"].max() > 99


# ------------------------------------------------------------------------------------------- turnover, chances


def test_nobody_enters():
    world = run(parameters({"turnover.entry_rate": 0.0}), ORDINARY)
    assert_sensible(world)
    assert total(world, "entries") == 0
    assert (np.diff(series(world, "firms")) <= 0).all()


def test_everybody_leaves():
    world = run(parameters({"turnover.entry_rate": 0.0, "turnover.exit_rate": 5.0}), ORDINARY)
    assert_sensible(world)
    assert series(world, "firms")[-1] == 0
    assert series(world, "revenue")[-1] == pytest.approx(0.0, abs=1e-6)
    assert total(world, "exits") == 80
    assert series(world, "projects_started")[-12:].sum() == 0


def test_everybody_leaves_and_as_many_enter():
    world = run(parameters(CHEAP | {"turnover.entry_rate": 1.0, "turnover.exit_rate": 1.0}), ORDINARY, months=156)
    assert_sensible(world)
    assert total(world, "entries") > 500


@pytest.mark.parametrize(
    "certain",
    [
        {"building.obstacle_probability": 1.0, "building.clearing_days": 3650.0},
        {"building.obstacle_probability": 1.0, "building.clearing_days": 1.0},
        {"building.success_intercept": -20.0, "building.failed_gain": 0.0},
        {"building.success_intercept": 20.0},
        {"projects.duration": 1},
        {"projects.duration": 60},
        {"projects.life": 1},
        {"finance.prime_rate": 0.0, "finance.premium": 0.0},
        {"finance.prime_rate": 0.5, "finance.premium": 0.5},
        {"attention.spontaneous_rate": 0.0, "attention.contagion_rate": 0.0},
        {"attention.spontaneous_rate": 5.0, "attention.contagion_rate": 5.0, "attention.visit_rate": 10.0},
        {"awareness.start_share": 0.0, "awareness.media_rate": 0.0, "awareness.word_rate": 0.0},
        {"choosing.taste_spread": 0.001},
        {"choosing.taste_spread": 10.0},
        {"valuation.benefit_level": 0.0},
        {"valuation.benefit_level": 20.0, "valuation.benefit_spread": 3.0},
        {"providers.smoothing_months": 1, "providers.inverse_supply_elasticity": 10.0, "providers.lowest_price": 0.0},
        {"levels.recognition": 1.0, "levels.factory_recognition": 1.0},
        {"sectors.growth": -0.5},
        {"sectors.growth": 1.0},
        {"sectors.margin": -0.5},
        {"production.growth_spread": 2.0},
        {"finance.loan_months": 1},
        {"attention.visit_months": 0},
        {"support.longest_wait": 1},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_numbers_at_the_ends_of_their_bounds(certain):
    assert_sensible(run(parameters(CHEAP | certain), ORDINARY, months=156))


def unbounded(low: float, high: float) -> st.SearchStrategy[float]:
    high = min(high, 1e6)
    return st.one_of(st.sampled_from([low, high]), st.floats(low, high))


@st.composite
def any_lever(draw) -> tuple[str, object]:
    spec = draw(
        st.sampled_from([spec for spec in lever_specifications().values() if "provider_discount" not in spec.key])
    )
    if spec.choices:
        return spec.key, draw(st.sampled_from(spec.choices))
    value = draw(unbounded(spec.low, spec.high))
    return spec.key, float(int(value)) if spec.whole else value


@settings(deadline=None, max_examples=examples(120))
@given(st.lists(any_lever(), min_size=1, max_size=4))
def test_every_lever_anywhere_within_its_bounds(levers):
    before, after = policy(GRANTS, SERVICES), policy(GRANTS, SERVICES, dict(levers))
    assert_sensible(run(parameters(CHEAP, firms=40), [before] * 14 + [after] * 22 + [before] * 6, months=42))


KEPT = ("population.firms", "population.lowest_revenue", "population.mean_excess_revenue")
"""Numbers whose ends are a district of millions, or of firms without any revenue."""


@st.composite
def any_parameter(draw) -> tuple[str, object]:
    spec = draw(st.sampled_from([spec for spec in parameter_specifications().values() if spec.key not in KEPT]))
    value = draw(unbounded(spec.low, spec.high))
    return spec.key, float(int(value)) if spec.whole else value


@settings(deadline=None, max_examples=examples(120))
@given(st.lists(any_parameter(), min_size=1, max_size=3))
def test_every_number_anywhere_within_its_bounds(changes):
    assert_sensible(run(parameters(CHEAP | dict(changes), firms=40), ORDINARY, months=42))


QUIET = """
import sys; sys.path.insert(0, {folder!r})
import numpy as np
np.seterr(divide="raise", invalid="raise", over="raise")
import test_extremes as t
for firms, network in ((1, "complete"), (2, "ring"), (5, "empty")):
    t.assert_sensible(t.run(t.parameters(t.CHEAP, firms=firms), t.ORDINARY, network=network, months=14))
for changes in ({{"providers.capacity": 0.0}}, {{"turnover.exit_rate": 5.0, "turnover.entry_rate": 0.0}}):
    t.assert_sensible(t.run(t.parameters(t.CHEAP | changes, firms=6), t.ORDINARY, months=14))
t.assert_sensible(t.run(t.parameters(t.ALIKE, firms=6), t.ORDINARY, months=14))
"""


def test_the_uncompiled_model_divides_by_nothing():
    """Compiled code follows IEEE rules in silence; the same code as plain Python raises at every misstep."""
    python(QUIET.format(folder=__file__.rpartition("/")[0]), NUMBA_DISABLE_JIT="1")


# ------------------------------------------------------------------------------------- the two limit scenarios


def run_limit(name: str, seed: int) -> World:
    scenario = load_scenario(f"limits/{name}")
    par = Parameters().changed(scenario.parameter_changes)
    world = run(par, scenario.policies(), network=scenario.network, seed=seed, months=156)
    assert_sensible(world)
    return world


def test_nothing_moves_without_money_services_and_partners():
    end = month_index("2025-12")
    worlds = [run_limit("nothing-moves", seed) for seed in (1, 2, 3, 4)]
    started = max(series(world, "projects_started")[: end + 1].sum() / series(world, "firms")[0] for world in worlds)
    before, after = (np.mean([shares_at(world, month) for world in worlds], axis=0) for month in (0, end))
    print(
        f"nothing moves: {before[1]:.1%} at level 2 in 2018-01, {after[1]:.1%} at the end of 2025, {started:.1%} began"
    )
    assert started < 0.05
    assert np.abs(after - before).max() < 0.03


def test_everyone_moves_with_endless_money_and_services():
    end = month_index("2025-12")
    worlds = [run_limit("everyone-moves", seed) for seed in (1, 2, 3, 4)]
    shares = np.array([shares_at(world, end) for world in worlds])
    before = np.mean([shares_at(world, 0)[1] for world in worlds])
    print(f"everyone moves: {before:.1%} at level 2 in 2018-01, {shares[:, 1].mean():.1%} at the end of 2025")
    assert all(total(world, "rejections") == 0 for world in worlds)
    assert shares.min() > 0.95
