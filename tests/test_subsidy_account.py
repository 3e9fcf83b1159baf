"""The subsidy account: it sums to the spending, its parts go where they should in the limits, and nothing is lost."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from small_district import GRANTS, OFF, SERVICES, money, parameters, policy, series, total
from zhizao.accounts.matching import pair_starts, starts_since, written
from zhizao.accounts.payments import looked_at, owed, paid_since, payments, prices, project_state
from zhizao.accounts.subsidy_account import INSTRUMENT_GROUPS, PARTS, Split, SubsidyAccount, subsidy_account
from zhizao.calendar import BRANCH_MONTH
from zhizao.engine.history import history_of
from zhizao.engine.simulation import Setting, run_branches
from zhizao.engine.state import MONEY, OUTSTANDING, QUEUED, World
from zhizao.errors import InputError
from zhizao.policy.levers import INSTRUMENTS, Policy
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import build_district
from zhizao.results.outcomes import outcomes
from zhizao.scenario.scenario import list_scenarios
from zhizao.studies.lanes import prepare, run_futures
from zhizao.studies.parameter_draws import parameter_draws

CLOSED = 1e-9
BRANCH, MONTHS = 24, 72
BUSY = {
    "awareness.start_share": 1.0,
    "attention.spontaneous_rate": 1.0,
    "valuation.repeat_effect": 0.8,
    "providers.capacity": 20.0,
    "providers.normal_use": 0.01,
}
"""Firms that know of support and have much to do; nobody waits for a provider, but prices rise with orders."""
FIXED_PRICES = {"providers.inverse_supply_elasticity": 0.0}
NOBODY_BEGINS = {"context.provider_capacity": 0.0}
"""From the branch on providers take no orders, so that nothing that is done can be done by the programme."""


def twins(
    offered: dict,
    changes: dict | None = None,
    *,
    before: dict | None = None,
    off: dict | None = None,
    firms: int = 120,
    seed: int = 7,
    branch: int = BRANCH,
    months: int = MONTHS,
) -> tuple[World, World]:
    """A run under `offered` from the branch on, and its twin under `off`, both after a history under `before`."""
    par = parameters({**BUSY, **(changes or {})}, firms=firms)
    history = [policy(before or {})] * branch
    offers = {
        name: monthly_offers([*history, *([policy(levers)] * (months - branch))], par)
        for name, levers in (("twin", off or {}), ("here", offered))
    }
    district = build_district(par, seed, months=months)
    worlds = run_branches(Setting(district=district, parameters=par, seed=seed, keep_log=True), offers)
    return worlds["here"], worlds["twin"]


def account(*args, instruments=INSTRUMENTS, **more) -> SubsidyAccount:
    return subsidy_account(*twins(*args, **more), instruments=instruments, since=more.get("branch", BRANCH))


def assert_sensible(found: SubsidyAccount) -> None:
    """What holds of every account."""
    assert found.closes()
    for split in (found, found.outstanding, *found.by_instrument.values()):
        assert abs(sum(split.parts().values()) - split.spending) <= CLOSED * max(split.spending, 1.0)
        others = [part for name, part in split.parts().items() if name != "deadweight"]
        assert min(others) >= -CLOSED
        assert -CLOSED <= split.entrants <= split.additional + CLOSED
        assert split.deadweight >= split.committed_before - CLOSED
    for name in (*PARTS, "spending", "committed_before", "entrants"):
        by_instrument = sum(getattr(split, name) for split in found.by_instrument.values())
        assert by_instrument == pytest.approx(getattr(found, name), rel=CLOSED, abs=CLOSED)
    for moves in (found.projects, found.supported):
        fates = moves.additional + moves.pulled_forward + moves.unchanged + moves.delayed + moves.slowed
        assert fates == moves.begun
        assert moves.firm_months_gained >= moves.pulled_forward
        assert moves.firm_months_lost >= moves.delayed + moves.slowed
    assert found.supported.slowed == 0
    assert found.supported.delayed == found.projects.delayed


# --------------------------------------------------------------------------------- it sums to the spending


@cache
def shipped() -> list[tuple[str, World, World]]:
    """Every shipped scenario with its twin without a programme, over a few draws."""
    scenarios = list_scenarios()
    futures = prepare(scenarios, 96)
    found = []
    for draw in parameter_draws(4, calibration="prior"):
        worlds = run_futures(futures, draw.values, draw.seed, keep_log=True)
        found += [(future.label, worlds[future.lane], worlds[future.reference]) for future in futures.futures]
    return found


def test_the_parts_sum_to_the_reported_spending_in_every_shipped_scenario():
    for label, here, twin in shipped():
        reported = outcomes(history_of(here), history_of(twin))
        found = subsidy_account(here, twin)
        assert_sensible(found)
        assert found.spending == pytest.approx(reported["public_spend_total"], rel=CLOSED), label
        assert sum(found.parts().values()) == pytest.approx(reported["public_spend_total"], rel=CLOSED), label
        services = reported["service_cost_total"]
        besides = {name: found.by_instrument.get(name, Split()).spending for name in ("diagnosis", "relief")}
        expected = services + besides["diagnosis"] - besides["relief"]
        assert found.administration == pytest.approx(expected, rel=CLOSED, abs=CLOSED), label


def test_projects_that_are_additional_less_those_crowded_out_are_the_difference_of_the_totals():
    for label, here, twin in shipped():
        reported = outcomes(history_of(here), history_of(twin))
        found = subsidy_account(here, twin)
        assert found.projects.begun == reported["projects_started_total"], label
        assert found.projects.additional - found.crowded_out == reported["additional_projects"], label
        log = written(here)
        refused = (log["month"] >= BRANCH_MONTH) & (log["registered"] == 1) & (log["supported"] == 0)
        started = series(here, "supported_started")[BRANCH_MONTH:].sum()
        assert found.supported.begun + refused.sum() == started, label  # a claim may be refused once the work is done


EVERYTHING = {
    **GRANTS,
    **SERVICES,
    "grants.advance_share": 0.3,
    "grants.clawback_share": 0.5,
    "diagnosis.value": 0.05,
    "tax.credit_rate": 0.1,
    "loans.interest_points": 0.03,
    "loans.guarantee_share": 0.1,
    "awards.workshop": 0.3,
    "awards.factory": 1.0,
    "awards.level2": 0.2,
    "awards.level3": 0.3,
    "provider_discount.waived_share": 0.1,
    "provider_discount.state_share": 0.2,
    "pilot.sectors": 1,
    "pilot.share": 0.8,
    "pilot.rate": 0.4,
    "pilot.cap": 0.5,
    "providers.capacity_gain": 0.3,
    "attraction.entry_gain": 0.5,
    "relief.energy_share": 0.02,
    "relief.interest_points": 0.01,
    "infrastructure.cost_cut": 0.05,
}


@pytest.mark.parametrize("before", [{}, EVERYTHING], ids=["new", "old"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_instrument_has_its_place(before, seed):
    here, twin = twins(EVERYTHING, before=before, seed=seed)
    found = subsidy_account(here, twin, since=BRANCH)
    assert_sensible(found)
    assert set(found.by_instrument) >= set(INSTRUMENTS) - {"leaders"}, "a small district may have no chain leader"
    assert found.spending == pytest.approx(money(here, "public_spend")[-1] - money(here, "public_spend")[BRANCH - 1])
    for name in ("grants", "tax", "loans", "provider_discount", "awards", "relief"):
        assert found.by_instrument[name].administration == 0.0
        assert found.by_instrument[name].additional > 0.0, name
    for name in set(INSTRUMENT_GROUPS["services"]) & set(found.by_instrument):
        assert found.by_instrument[name].administration == found.by_instrument[name].spending


@pytest.mark.parametrize("group", INSTRUMENT_GROUPS)
def test_an_account_of_some_instruments_knows_only_their_money(group):
    names = INSTRUMENT_GROUPS[group]
    off = {key: value for key, value in EVERYTHING.items() if key.partition(".")[0] not in names}
    here, twin = twins(EVERYTHING, off=off)
    found = subsidy_account(here, twin, instruments=names, since=BRANCH)
    assert_sensible(found)
    mine = np.array([name in names for name in INSTRUMENTS])
    paid, without = paid_since(here, BRANCH), paid_since(twin, BRANCH)
    assert found.spending == pytest.approx(paid[mine].sum(), rel=CLOSED)
    assert found.elsewhere == pytest.approx((paid - without)[~mine].sum(), rel=1e-6)
    assert found.projects.begun - found.projects.additional + found.crowded_out == total_since(twin)


def total_since(world: World, branch: int = BRANCH) -> float:
    return float(series(world, "projects_started")[branch:].sum())


def test_groups_of_instruments_are_all_instruments_and_bear_the_names_of_their_levers():
    together = [name for names in INSTRUMENT_GROUPS.values() for name in names]
    assert sorted(together) == sorted(INSTRUMENTS)
    assert all(hasattr(Policy(), name) for name in together)


# ------------------------------------------------------------------------------------------------- limits


def test_no_programme_no_account():
    found = account({}, branch=0, months=36)
    assert found == SubsidyAccount(projects=found.projects)
    assert found.projects.begun == found.projects.unchanged > 0
    assert found.closes()
    assert all(math.isnan(share) for share in found.shares().values())


def test_a_twin_of_itself_changes_nothing():
    here, _ = twins(EVERYTHING, before=GRANTS)
    found = subsidy_account(here, here, since=BRANCH)
    assert_sensible(found)
    assert found.additional == found.pulled_forward == found.captured == 0.0
    assert found.projects.begun == found.projects.unchanged > 0
    assert found.crowded_out == 0


def test_promises_made_before_the_branch_are_paid_in_the_twin_too():
    here, twin = twins({}, before=GRANTS)
    found = subsidy_account(here, twin, since=BRANCH)
    assert_sensible(found)
    assert found.spending > 0.0
    assert found.deadweight == found.committed_before == found.spending
    assert all(math.isnan(share) for share in found.shares(committed=False).values())
    grown = account(GRANTS, before=GRANTS)
    assert grown.committed_before == pytest.approx(found.spending, rel=0.1)
    assert sum(grown.shares(committed=False).values()) == pytest.approx(1.0)
    assert grown.shares(committed=False)["deadweight"] < grown.shares()["deadweight"]


def test_providers_whose_prices_stand_still_capture_nothing():
    rising = account(GRANTS, {"providers.inverse_supply_elasticity": 0.5})
    still = account(GRANTS, {"providers.inverse_supply_elasticity": 0.0})
    assert rising.captured > 0.01 * rising.spending
    assert rising.outstanding.captured > 0.0
    assert still.captured == still.outstanding.captured == 0.0
    assert still.additional > 0.0


def test_providers_never_capture_more_than_was_paid():
    steep = {"providers.inverse_supply_elasticity": 1.0, "support.burden_multiple": 0.0}
    found = account({**GRANTS, "grants.rate": 0.1, "grants.cap": 1e3}, steep)
    assert_sensible(found)
    assert 0.1 * found.spending < found.captured < found.spending


DECIDED = {
    **OFF,
    **FIXED_PRICES,
    "valuation.benefit_level": 5.0,
    "valuation.benefit_spread": 0.0,
    "valuation.repeat_effect": 1.0,
    "choosing.taste_spread": 0.01,
    "finance.credit_share": 2.0,
    "projects.cost_level": 0.1,
    "attention.deadline_rate": 0.0,
    "attention.contagion_rate": 0.0,
    "support.burden_multiple": 0.0,
    "building.obstacle_probability": 0.0,
    "finance.prime_rate": 0.0,
    "finance.premium": 0.0,
    "projects.lowest_score": (0.0, 100.0, 100.0, 100.0),
}
"""Light projects pay several times over, nobody lacks money or minds a wait: firms begin, whatever is offered."""


@pytest.mark.parametrize("days", [0, 60])
def test_a_programme_for_firms_that_had_decided_is_deadweight(days):
    offered = {**GRANTS, "grants.rate": 0.5, "grants.cap": 1e3, "handling.processing_days": days}
    found = account(offered, DECIDED, instruments=("grants",))
    assert found.spending > 1.0
    assert found.deadweight == pytest.approx(found.spending, rel=CLOSED)
    assert found.outstanding.deadweight == pytest.approx(found.outstanding.spending, rel=CLOSED)
    assert found.projects.additional == found.projects.pulled_forward == 0
    if days:  # those who wait for a decision have fewer months left for the next project
        assert found.supported.delayed > 20
        assert found.crowded_out > 20


HIDDEN = {
    **FIXED_PRICES,
    "valuation.benefit_spread": 0.0,
    "valuation.capability_effect": 0.0,
    "valuation.repeat_effect": 1.0,
    "valuation.benefit_level": 0.002,
    "choosing.taste_spread": 0.001,
    "building.success_intercept": 20.0,
    "finance.credit_share": 2.0,
    "support.start_success": 1.0,
    "support.burden_multiple": 0.0,
    "building.search_share": 0.0,
}
"""Nothing pays by itself, for any firm, with any taste; with a grant of almost the whole cost everything does."""
WHOLE_COST = {
    **GRANTS,
    "grants.rate": 1.0,
    "grants.cap": 1000.0,
    "grants.advance_share": 1.0,
    "grants.floor": 0.0,
    "grants.additional_budget": 1e5,
    "handling.processing_days": 0,
}


def test_projects_that_pay_only_with_the_grant_are_additional():
    here, twin = twins(WHOLE_COST, HIDDEN)
    found = subsidy_account(here, twin, instruments=("grants",), since=BRANCH)
    assert total(twin, "projects_started") == 0
    assert found.projects.begun == found.projects.additional > 100
    assert found.spending > 10.0
    assert found.additional == pytest.approx(found.spending, rel=CLOSED)


def test_what_is_only_hurried_is_pulled_forward():
    """A programme for those who would do one project anyway, some years later."""
    once = {
        **DECIDED,
        "valuation.repeat_effect": 0.0,
        "attention.spontaneous_rate": 0.5,
        "turnover.entry_rate": 0.0,
        "attention.visit_rate": 10.0,
    }
    visits = {"specialists.count": 1e4, "specialists.visits": 12.0, "specialists.caseload": 1.0}
    tax = {"tax.credit_rate": 0.1}
    here, twin = twins({**tax, **visits}, once, months=156)
    found = subsidy_account(here, twin, since=BRANCH)
    assert found.projects.pulled_forward > 20
    assert found.projects.firm_months_gained > 2 * found.projects.pulled_forward
    assert found.pulled_forward > found.additional
    shorter = subsidy_account(*twins({**tax, **visits}, once, months=48), since=BRANCH)
    assert shorter.projects.additional > found.projects.additional, "what comes after the horizon never comes"


@pytest.mark.parametrize(
    "levers",
    [
        {"awards.workshop": 0.5, "awards.factory": 2.0},
        {"awards.level2": 0.3, "awards.level3": 0.3},
        {"relief.energy_share": 0.1},
    ],
    ids=["recognition", "levels", "energy bills"],
)
def test_money_for_which_nobody_can_do_anything_is_deadweight(levers):
    """Lists and reports of what stands already, and bills that come anyway."""
    ready = {**OFF, "levels.start_mean": 36.0, "levels.stake_inflation": 8.0}
    here, twin = twins({**levers, **NOBODY_BEGINS}, ready, off=NOBODY_BEGINS)
    found = subsidy_account(here, twin, since=BRANCH)
    assert found.projects.begun == found.projects.unchanged <= 4, "one order a kind from capacity left over"
    assert found.spending > 0.1
    assert found.deadweight == found.spending
    assert found.committed_before == 0.0


def test_awards_for_levels_that_firms_truly_reach_with_the_programme_are_additional():
    found = account({**WHOLE_COST, "awards.level2": 0.3}, HIDDEN)
    assert found.by_instrument["awards"].additional > 0.3
    assert_sensible(found)


def test_entrants_that_were_attracted_are_additional():
    drawn = {"turnover.entry_rate": 0.3, "attention.spontaneous_rate": 5.0}
    here, twin = twins({**GRANTS, "attraction.entry_gain": 1.0}, drawn)
    found = subsidy_account(here, twin, since=BRANCH)
    assert_sensible(found)
    newcomers = int(here.district[0]["slots_used"]) - int(twin.district[0]["slots_used"])
    assert newcomers > 5
    assert found.projects.entrants > 0
    assert 0.0 < found.entrants < found.additional
    assert account(GRANTS, drawn).entrants == 0.0


# --------------------------------------------------------------------------------------------- what is owed


def test_what_is_outstanding_is_what_the_ledger_owes_to_projects_that_are_begun():
    levers = {**GRANTS, "grants.advance_share": 0.4, "tax.credit_rate": 0.1, "loans.interest_points": 0.03}
    here, twin = twins(levers)
    found = subsidy_account(here, twin, since=BRANCH)
    queued = here.firms[(here.firms["status"] == QUEUED) & (here.firms["supported"] == 1)]
    owed = here.ledger[OUTSTANDING].sum() - queued["grant"].sum()
    at_work = here.firms[here.firms["tax_due"] > 0]
    started_before = at_work["since_month"] < BRANCH  # none of these had a tax credit
    assert not started_before.any()
    assert found.outstanding.spending == pytest.approx(owed, rel=1e-9)
    assert found.outstanding.spending > 1.0


def test_a_grant_is_not_both_paid_and_owed_and_old_promises_are_neither():
    """Few providers, so that at the branch firms with a grant wait for their start, here and in the twin."""
    few = {**OFF, "providers.capacity": (0.3, 0.1, 0.05, 0.05), "providers.normal_use": 0.6}
    here, twin = twins(GRANTS, few, before=GRANTS)
    pairs = pair_starts(starts_since(here, BRANCH), starts_since(twin, BRANCH), int(twin.district[0].slots_used))
    run = looked_at(here)
    stand = project_state(run, pairs.starts, pairs.others)
    money = paid_since(here, BRANCH) - paid_since(twin, BRANCH)
    place = INSTRUMENTS.index("grants")
    received, promised = np.empty((2, len(INSTRUMENTS), pairs.gain.size))
    payments(run, pairs.starts, stand, BRANCH, money, received)
    owed(run, pairs.starts, stand, promised)
    paid, to_come = received[place], promised[place]
    assert paid.sum() == pytest.approx(money[place])
    assert stand.carried.sum() == pairs.others.supported.sum() > 5
    new = pairs.starts.supported & ~stand.carried
    assert not ((paid > 0) & (to_come > 0)).any()
    assert (paid > 0).sum() > 10
    assert (to_come > 0).sum() > 10
    assert not (paid + to_come)[~new].any()


def test_an_advance_that_is_taken_back_is_not_spending():
    levers = {**GRANTS, "grants.advance_share": 1.0, "grants.clawback_share": 1.0}
    failing = {"building.success_intercept": -2.0, "support.start_success": 1.0}
    found = account(levers, failing, months=120, instruments=("grants",))
    kept = account({**levers, "grants.clawback_share": 0.0}, failing, months=120, instruments=("grants",))
    assert found.supported.begun > 20
    assert 0.0 < found.spending < 0.7 * kept.spending
    assert_sensible(found)


def test_prices_are_those_of_the_engine_where_nobody_waits_for_a_provider():
    here, twin = twins(GRANTS, {"providers.inverse_supply_elasticity": 0.4})
    for world in (here, twin):
        assert money(world, "provider_backlog").max() == 0
        assert money(world, "provider_price").std() > 0.01
        np.testing.assert_allclose(
            prices(looked_at(world))[1:].mean(axis=1), world.money[:-1, MONEY.index("provider_price")]
        )


# ------------------------------------------------------------------------------------------- adding, and faults


def test_accounts_add():
    one, other = account(GRANTS), account(EVERYTHING, seed=8)
    both = one + other
    assert_sensible(both)
    assert both.spending == one.spending + other.spending
    assert both.projects.begun == one.projects.begun + other.projects.begun
    assert both.crowded_out == one.crowded_out + other.crowded_out
    assert both.outstanding.captured == one.outstanding.captured + other.outstanding.captured
    assert sum([one, other], start=SubsidyAccount()) == both
    weights = np.array([one.spending, other.spending]) / both.spending
    pooled = weights @ [one.shares()["deadweight"], other.shares()["deadweight"]]
    assert both.shares()["deadweight"] == pytest.approx(pooled)


def test_an_account_that_is_not_a_number_does_not_close():
    assert not Split(spending=math.nan).closes()
    assert not Split(spending=1.0, deadweight=math.nan).closes()
    assert not Split(spending=1.0, deadweight=0.999).closes()
    assert Split(spending=1.0, deadweight=0.4, captured=0.6).closes()
    assert not SubsidyAccount(by_instrument={"grants": Split(spending=1.0)}).closes()


def test_runs_that_are_not_twins_are_refused():
    here, twin = twins(GRANTS)
    other, _ = twins(GRANTS, seed=8)
    with pytest.raises(InputError, match="not twins: their seeds"):
        subsidy_account(here, other, since=BRANCH)
    with pytest.raises(InputError, match="differ before month 60"):
        subsidy_account(here, twin, since=60)
    with pytest.raises(InputError, match="since = 72"):
        subsidy_account(here, twin, since=72)
    with pytest.raises(InputError, match="'subsidies' is not one of grants"):
        subsidy_account(here, twin, instruments=("subsidies",), since=BRANCH)
    with pytest.raises(InputError, match="keep_log=True"):
        subsidy_account(here._replace(log=here.log[:0]), twin, since=BRANCH)
