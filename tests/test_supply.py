"""Providers, yearly lists, registration and phases of policy: each mechanism off is as without it, and in its limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import zhizao as zz
from small_district import FIXED_PROVIDERS, OFF
from zhizao.accounts.subsidy_account import subsidy_account
from zhizao.engine.simulation import Setting, run_branches, run_one
from zhizao.engine.state import FLOWS, GROUPS, LEDGER_LINES, MONEY, STATUS, STOCKS, World
from zhizao.parameters.registry import Parameters, change_groups
from zhizao.policy.levers import INSTRUMENTS, Policy, lever_specifications
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import District, build_district
from zhizao.rules import market
from zhizao.sectors import PROJECT_TYPES, SECTOR_KEYS
from zhizao.studies.parameter_draws import luck, parameter_draws
from zhizao.studies.paybacks import payback_table, payback_years

MONTHS = 96
SEED = 5
SCARCE = {**OFF, "population.firms": 200, "valuation.benefit_level": 2.0, "providers.capacity_level": 0.3}
"""So few providers that firms queue, and no mechanism on but those that a test asks for."""
ALIVE = {"providers.patience_months": 2, "providers.outside_premium": 0.1, "providers.queue_foresight": 1.0} | {
    "providers.adjustment_months": 12
}
"""All mechanisms of providers at plausible values."""


def world_of(changes: dict[str, Any], scenario: str = "baseline") -> World:
    parameters = Parameters().changed({**changes})
    district = build_district(parameters, SEED, months=MONTHS)
    offers = monthly_offers(zz.load_scenario(scenario).policies(MONTHS), parameters)
    return run_one(Setting(district=district, parameters=parameters, seed=SEED), offers)


def flow(world: World, name: str) -> np.ndarray[Any, Any]:
    return np.asarray(world.series[:, 0, len(STOCKS) + FLOWS.index(name)])


def stock(world: World, name: str, group: str = "all") -> np.ndarray[Any, Any]:
    return np.asarray(world.series[:, GROUPS.index(group), STOCKS.index(name)])


def money(world: World, name: str) -> np.ndarray[Any, Any]:
    return np.asarray(world.money[:, MONEY.index(name)])


# --- providers


def test_the_level_of_capacity_multiplies_the_declared_ones() -> None:
    capacity = dict(zip(PROJECT_TYPES, (2.0 * one for one in Parameters().providers.capacity), strict=True))
    one, other = (
        world_of({**SCARCE, "providers.capacity": capacity}),
        world_of({**SCARCE, "providers.capacity_level": 0.6}),
    )
    assert np.allclose(one.series, other.series, rtol=1e-9)
    assert flow(other, "projects_started").sum() > flow(world_of(SCARCE), "projects_started").sum()


def test_capacity_goes_where_orders_are_their_normal_use() -> None:
    scale = 1.0
    for _ in range(400):
        scale = market.adjusted_scale(scale, 30.0, 0.0, 10.0, 18.0, 0.5)
    assert scale == pytest.approx(3.0)
    assert market.adjusted_scale(1.0, 30.0, 10.0, 10.0, 1.0, 0.5) == pytest.approx(4.0)
    assert market.adjusted_scale(0.5, 0.0, 0.0, 10.0, 18.0, 0.5) == 0.5
    assert market.adjusted_scale(1.7, 30.0, 5.0, 10.0, 0.0, 0.5) == 1.7
    assert market.adjusted_scale(1.7, 30.0, 5.0, 0.0, 12.0, 0.5) == 1.7


def test_capacity_that_follows_orders_shortens_the_queue_and_brings_the_price_back() -> None:
    fixed, follows = world_of(SCARCE), world_of({**SCARCE, "providers.adjustment_months": 12})
    assert money(follows, "provider_backlog")[-1] < 0.5 * money(fixed, "provider_backlog")[-1]
    assert abs(money(follows, "provider_price")[-1] - 1.0) < abs(money(fixed, "provider_price")[-1] - 1.0)
    assert follows.markets["scale"].max() > 1.5


def test_foresight_changes_nothing_where_nobody_queues() -> None:
    plenty = {**SCARCE, "providers.capacity_level": 100.0}
    blind, seeing = world_of(plenty), world_of({**plenty, "providers.queue_foresight": 1.0})
    assert money(blind, "provider_backlog").max() == 0.0
    assert np.array_equal(blind.series, seeing.series)


def test_who_sees_the_queue_joins_it_less() -> None:
    queues = [money(world_of({**SCARCE, "providers.queue_foresight": one}), "provider_backlog") for one in (0.0, 1.0)]
    assert queues[1][-24:].mean() < queues[0][-24:].mean()


def test_the_wait_that_is_expected() -> None:
    assert market.expected_wait(6.0, 2.0) == 3.0
    assert market.expected_wait(0.0, 0.0) == 0.0
    assert market.expected_wait(1.0, 0.0) == 1200.0


def test_without_patience_and_premium_nobody_waits_longer_than_a_month() -> None:
    """The limit of supply without end: who is not served in the month of the order is served in the next."""
    world = world_of({**SCARCE, "providers.patience_months": 1, "providers.outside_premium": 0.0})
    assert flow(world, "bought_elsewhere").sum() > 50
    assert flow(world, "projects_cancelled").sum() == 0
    in_queue = world.firms["status"] == 3
    assert np.all(world.firms["queued_month"][in_queue] == MONTHS - 1)


def test_at_the_highest_premium_everybody_cancels_and_promises_are_void() -> None:
    world = world_of({**SCARCE, "providers.patience_months": 2})
    assert flow(world, "bought_elsewhere").sum() == 0
    assert flow(world, "projects_cancelled").sum() > 50
    assert world.ledger[LEDGER_LINES.index("clawed_back"), :, 0].sum() > 0.0
    patient = world_of(SCARCE)
    assert flow(patient, "projects_cancelled").sum() == 0


def test_a_higher_premium_turns_more_buyers_into_cancellers() -> None:
    bought = []
    for premium in (0.1, 0.5, 2.0):
        world = world_of({**SCARCE, "providers.patience_months": 3, "providers.outside_premium": premium})
        elsewhere, cancelled = flow(world, "bought_elsewhere").sum(), flow(world, "projects_cancelled").sum()
        bought.append(elsewhere / (elsewhere + cancelled))
    assert bought[0] > bought[1] > bought[2]


CHEAPER: dict[str, dict[str, Any]] = {
    "connected equipment 90 % cheaper": {"infrastructure.cost_cut": 0.9},
    "light projects at a tenth": {"provider_discount.waived_share": 0.45, "provider_discount.state_share": 0.45},
    "50 million for a workshop": {"awards.workshop": 50.0},
}


def test_cheaper_projects_do_not_make_a_district_less_digital() -> None:
    """With providers that follow orders and are not alone, the fault of fixed capacities is gone (it is there without).

    In 1.0.0 connected equipment at a tenth of its cost took five points from the share truly at level 2.
    """
    gains = {True: _gains(ALIVE), False: _gains({**FIXED_PROVIDERS})}
    assert min(gains[False].values()) < -0.01
    assert min(gains[True].values()) > 0.0


def _gains(changes: dict[str, Any]) -> dict[str, float]:
    plan = zz.load_scenario("baseline").policies(MONTHS)
    found = dict.fromkeys(CHEAPER, 0.0)
    draws = parameter_draws(16, funding="report", calibration="facts")
    for number, draw in enumerate(draws):
        parameters = Parameters().changed({**draw.values, **changes})
        seed = luck(0, number)
        district = build_district(parameters, seed, months=MONTHS)
        offers = {"before": monthly_offers(plan, parameters)}
        for name, levers in CHEAPER.items():
            offers[name] = offers["before"].copy()
            for key, value in levers.items():
                offers[name][key.replace(".", "_")][72:] = value
        worlds = run_branches(Setting(district=district, parameters=parameters, seed=seed), offers)
        shares = {name: _true_share(world) for name, world in worlds.items()}
        for name in CHEAPER:
            found[name] += (shares[name] - shares["before"]) / len(draws)
    return found


def _true_share(world: World) -> float:
    return float(stock(world, "level2_true", "sme")[-1] / stock(world, "firms", "sme")[-1])


# --- smart factories and paybacks


def district_of(changes: dict[str, Any]) -> tuple[District, Parameters]:
    parameters = Parameters().changed({"population.firms": 400, **changes})
    return build_district(parameters, SEED, months=MONTHS), parameters


FACTORIES = {
    "levels.workshops_per_factory": 2,
    "population.firms": 300,
    "valuation.benefit_level": 3.0,
    "attention.spontaneous_rate": 2.0,
}


def test_workshops_tested_on_recognition_only() -> None:
    """Factories may then be begun before their workshops stand, and are recognised only with them."""
    first, last = (world_of({**FACTORIES, "levels.workshops_first": share}) for share in (1.0, 0.0))
    built = [int(world.firms["factories_built"].sum()) for world in (first, last)]
    assert built[1] > built[0]
    short = last.firms["workshops_built"] < 2 * last.firms["factories_built"]
    assert short.any()
    for world in (first, last):
        listed, standing = world.firms["factories"], world.firms["workshops_built"]
        assert np.all(standing[listed > 0] >= 2 * listed[listed > 0])


def test_without_workshops_to_hold_a_factory_needs_none() -> None:
    free = world_of({**FACTORIES, "levels.workshops_per_factory": 0})
    assert np.any(free.firms["workshops_built"] < 2 * free.firms["factories"])


def test_paybacks_do_not_depend_on_size_where_gains_grow_as_costs_do() -> None:
    sizes = {}
    for alike in (0.0, 1.0):
        table = payback_table(*district_of({"projects.size_alike": alike}), percentiles=(50.0,))
        sizes[alike] = [table["small"][kind][0] / table["large"][kind][0] for kind in table["small"]]
    assert min(sizes[0.0]) > 3.0
    assert 0.6 < min(sizes[1.0]) <= max(sizes[1.0]) < 1.7


def test_paybacks_are_those_that_firms_see() -> None:
    """Against the rule that firms value projects by, in the Mesa model."""
    pytest.importorskip("mesa")
    from zhizao.mesa_model import DistrictModel

    district, parameters = district_of({"projects.size_alike": 0.6, "population.firms": 40})
    years = payback_years(district, parameters)
    model = DistrictModel(parameters=parameters, district=district, policies=[Policy()], rng=SEED)
    for firm in model.firms:
        for kind in range(4):
            expected = firm.quoted_cost(kind) / (firm.saving_share(kind) * firm.revenue)
            assert years[firm.slot, kind] == pytest.approx(expected, rel=1e-9)


def test_a_size_class_without_firms_has_no_paybacks() -> None:
    table = payback_table(*district_of({"population.class_share": (1.0, 0.0, 0.0), "population.firms": 20}))
    assert np.isnan(table["large"]["light"]).all()
    assert np.isfinite(table["small"]["light"]).all()


# --- registration


def test_registered_projects_lie_between_the_supported_and_all() -> None:
    kinds = dict.fromkeys(("light", "equipment", "workshop", "factory"), 0.0)
    none, some, every = (
        world_of({"population.firms": 200, "projects.recorded": dict.fromkeys(kinds, chance)})
        for chance in (0.0, 0.5, 1.0)
    )
    assert np.array_equal(flow(none, "projects_recorded"), flow(none, "supported_started"))
    assert np.array_equal(flow(every, "projects_recorded"), flow(every, "projects_started"))
    assert np.all(flow(none, "projects_recorded") <= flow(some, "projects_recorded"))
    assert np.all(flow(some, "projects_recorded") <= flow(every, "projects_recorded"))
    others = [name for name in FLOWS if name != "projects_recorded"]
    assert all(np.array_equal(flow(none, name), flow(every, name)) for name in others)


# --- phases of policy


def test_an_even_drive_multiplies_both_rates() -> None:
    rates = Parameters()
    driven = world_of({"population.firms": 150, "phases.drive": dict.fromkeys(("to_2020", "of_2021_to_2023"), 1.5)})
    apart = world_of(
        {
            "population.firms": 150,
            "attention.spontaneous_rate": 1.5 * rates.attention.spontaneous_rate,
            "awareness.media_rate": 1.5 * rates.awareness.media_rate,
        }
    )
    assert np.allclose(driven.series[:72], apart.series[:72], rtol=1e-12)
    assert not np.array_equal(driven.series[72:], apart.series[72:])


def test_flows_fall_when_the_drive_does() -> None:
    others = ("contagion_rate", "deadline_rate", "visit_rate", "leader_rate", "stake_rate")
    nothing_else = {f"attention.{name}": 0.0 for name in others}
    world = world_of({"population.firms": 150, "phases.drive": (0.0, 1.0, 0.0), **nothing_else})
    started = flow(world, "applications")
    assert started[:36].sum() == 0
    assert started[36:72].sum() > 10
    assert started[72:].sum() == 0


# --- yearly lists


def with_levers(changes: dict[str, Any], parameters: dict[str, Any]) -> World:
    """Run the baseline with other levers throughout."""
    policies, problems = [], []
    for policy in zz.load_scenario("baseline").policies(MONTHS):
        changed, found = change_groups(policy, lever_specifications(), changes)
        policies.append(changed)
        problems += found
    assert not problems
    numbers = Parameters().changed(parameters)
    district = build_district(numbers, SEED, months=MONTHS)
    return run_one(Setting(district=district, parameters=numbers, seed=SEED), monthly_offers(policies, numbers))


def test_a_list_holds_no_more_than_its_places() -> None:
    """Where more qualify than there are places, a year's list is full: flows are those of the plan."""
    free = with_levers({}, FACTORIES)
    few = with_levers({"lists.workshop_places": 4, "lists.factory_places": 1}, FACTORIES)
    none = with_levers({"lists.workshop_places": 0}, FACTORIES)
    yearly = flow(few, "workshops_new").reshape(-1, 12).sum(axis=1)
    assert flow(free, "workshops_new").reshape(-1, 12).sum(axis=1)[3:].min() > 4
    assert yearly.max() == 4
    assert list(yearly[3:]) == [4] * 5
    assert flow(few, "factories_new").max() == 1
    assert flow(none, "workshops_new").sum() == 0


def test_places_go_to_those_who_report_the_highest_scores() -> None:
    """Each firm that got a place in the last list reported at least as much as one that was left out for want of it."""
    parameters = {**FACTORIES, "levels.recognition": 1.0}
    worlds = [with_levers({"lists.workshop_places": places}, parameters) for places in (1e6, 5)]
    unlisted = worlds[1].firms["workshops_built"] > worlds[1].firms["workshops"]
    assert unlisted.sum() > 5
    assert worlds[1].firms["reported"][worlds[1].firms["workshops"] > 1].mean() > worlds[1].firms["reported"].mean()
    assert np.all(worlds[0].firms["workshops"] <= worlds[0].firms["workshops_built"])


def test_a_place_for_everybody_is_no_limit_to_the_bit() -> None:
    one, other = with_levers({}, FACTORIES), with_levers({"lists.workshop_places": 1000}, FACTORIES)
    assert np.array_equal(one.series, other.series)


# --- targeting


def test_only_firms_in_reach_apply() -> None:
    sectors = dict.fromkeys(SECTOR_KEYS, 0) | {SECTOR_KEYS[1]: 1}
    world = with_levers({"grants.sectors": sectors}, {"population.firms": 200})
    asked = world.series[:, :, len(STOCKS) + FLOWS.index("applications")].sum(axis=0)
    assert asked[GROUPS.index(SECTOR_KEYS[1])] == asked[0] > 5
    low = with_levers({"grants.highest_level": 1}, {"population.firms": 200})
    asked = low.series[:, :, len(STOCKS) + FLOWS.index("applications")].sum(axis=0)
    assert asked[GROUPS.index("level0")] + asked[GROUPS.index("level1")] == asked[0] > 5


def test_grants_for_nobody_are_no_grants_to_the_bit() -> None:
    firms = {"population.firms": 100}
    nobody = with_levers({"grants.sectors": 0}, firms)
    assert np.array_equal(
        nobody.series, with_levers({"grants.lowest_level": 3, "grants.highest_level": 2}, firms).series
    )
    assert np.array_equal(nobody.series, with_levers({"grants.rate": 0}, firms).series)


def test_specialists_share_out_among_the_firms_in_reach() -> None:
    """The same specialists make about the same number of visits, all of them to firms in reach."""
    firms = {"population.firms": 300}
    everyone = with_levers({"specialists.caseload": 1.0}, firms)
    few = with_levers({"specialists.caseload": 1.0, "specialists.highest_level": 1}, firms)
    visits = few.series[:, :, len(STOCKS) + FLOWS.index("visits")].sum(axis=0)
    assert visits[GROUPS.index("level0")] + visits[GROUPS.index("level1")] == visits[0]
    assert visits[0] == pytest.approx(flow(everyone, "visits").sum(), rel=0.1)
    nobody = with_levers({"specialists.sizes": 0}, firms)
    assert flow(nobody, "visits").sum() == 0


# --- the pilot city

COPYING: dict[str, Any] = {"pilot.bulk_cut": 0.0, "pilot.copy_cut": 0.0, "pilot.copy_evidence": 0.0}
"""Nothing but money for the firms on the list: neither a bulk price nor sample firms to copy."""
NO_PILOT: dict[str, Any] = {"pilot.sectors": 0, "pilot.share": 0.0, "pilot.rate": 0.0, "pilot.cap": 0.0, **COPYING}
PILOT: dict[str, Any] = {
    "pilot.sectors": dict.fromkeys(SECTOR_KEYS, 0) | {SECTOR_KEYS[0]: 1},
    "pilot.share": 1.0,
    "pilot.rate": 0.5,
    "pilot.cap": (0.3, 0.4, 0.5),
    **COPYING,
}
ONLY_PILOT = {"grants.rate": 0, **PILOT}


def paid_by_pilot(world: World) -> float:
    return float(world.ledger[LEDGER_LINES.index("paid"), :, INSTRUMENTS.index("pilot")].sum())


def test_the_pilot_pays_by_the_level_reached_and_only_its_list() -> None:
    world = with_levers(ONLY_PILOT, {"population.firms": 300})
    paid = world.firms["pilot_paid"]
    assert paid_by_pilot(world) > 1.0
    assert paid.sum() <= paid_by_pilot(world) + 1e-9  # slots of firms that have left keep what they were paid
    assert paid.max() <= 0.5 + 1e-12
    on_list = (world.firms["sector"] == 0) & (world.firms["size_class"] < 2)
    assert np.all(on_list[paid > 0.0])
    listed_half = with_levers({**ONLY_PILOT, "pilot.share": 0.5}, {"population.firms": 300})
    assert 0 < (listed_half.firms["pilot_paid"] > 0).sum() < (paid > 0).sum()


@pytest.mark.parametrize(
    "off",
    [{"pilot.share": 0.0}, {"pilot.sectors": 0}, {"pilot.rate": 0.0}, {"pilot.cap": 0.0}],
    ids=lambda off: next(iter(off)),
)
def test_a_pilot_with_nothing_to_give_is_none_to_the_bit(off: dict[str, Any]) -> None:
    firms = {"population.firms": 100}
    assert np.array_equal(with_levers({**PILOT, **off}, firms).series, with_levers(NO_PILOT, firms).series)


def test_copying_a_sample_firm_brings_more_projects() -> None:
    """Bulk price, then cost and doubt that a finished sample saves: each brings more light projects of the list."""
    firms = {"population.firms": 400, "valuation.doubt": 0.8, "valuation.doubt_aversion": 2.0}
    steps: list[dict[str, Any]] = [{}, {"pilot.bulk_cut": 0.2}, {"pilot.copy_cut": 0.2}, {"pilot.copy_evidence": 5.0}]
    begun, levers = [], dict(ONLY_PILOT)
    for step in steps:
        levers |= step
        world = with_levers(levers, firms)
        begun.append(world.series[:, GROUPS.index(SECTOR_KEYS[0]), len(STOCKS) + FLOWS.index("projects_started")].sum())
    assert begun == sorted(begun)
    assert begun[-1] > 1.03 * begun[0]
    assert list(world.district[0].samples) == [1] + [0] * (len(SECTOR_KEYS) - 1)


def test_a_firm_is_not_paid_twice_for_one_project() -> None:
    """Pilot money is for projects without a grant, and the account of the subsidies closes with it."""
    policies = {
        name: [
            change_groups(policy, lever_specifications(), PILOT if number >= 72 and name == "pilot" else NO_PILOT)[0]
            for number, policy in enumerate(zz.load_scenario("baseline").policies(MONTHS))
        ]
        for name in ("pilot", "none")
    }
    parameters = Parameters().changed({"population.firms": 200})
    setting = Setting(
        district=build_district(parameters, SEED, months=MONTHS), parameters=parameters, seed=SEED, keep_log=True
    )
    worlds = run_branches(setting, {name: monthly_offers(one, parameters) for name, one in policies.items()})
    account = subsidy_account(worlds["pilot"], worlds["none"], instruments=["pilot"])
    assert account.closes()
    assert account.spending == pytest.approx(paid_by_pilot(worlds["pilot"]))
    assert paid_by_pilot(worlds["none"]) == 0.0
    both = (worlds["pilot"].firms["pilot"] == 1) & (worlds["pilot"].firms["supported"] == 1)
    assert not (both & (worlds["pilot"].firms["status"] == STATUS.index("building"))).any()
