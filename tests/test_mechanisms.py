"""Mechanisms of behaviour that can be off: what each comes to in its limiting case, and when it is off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from small_district import CHEAP, GRANTS, OFF, differences, parameters, policy, run, series, setting, standing, total
from zhizao.accounts.matching import written
from zhizao.accounts.subsidy_account import subsidy_account
from zhizao.engine.simulation import run_branches
from zhizao.engine.state import LEDGER_LINES, World
from zhizao.policy.levers import INSTRUMENTS, Policy
from zhizao.policy.offers import monthly_offers
from zhizao.rules import value

PROJECTS = ("projects_started", "projects_completed", "projects_failed", "private_investment", "level2_true")
"""What is the same in two runs whose firms do the same, whatever is paid for it."""


def same_projects(one: World, other: World) -> bool:
    return all(np.array_equal(series(one, name), series(other, name)) for name in PROJECTS)


# ----------------------------------------------------------------------------------- stakes draw attention


def test_support_of_the_whole_cost_adds_the_whole_stake_rate() -> None:
    """With a credit of all cost, aware firms look at the spontaneous rate and the stake rate together."""
    quiet: dict[str, Any] = {**OFF, "attention.contagion_rate": 0.0, "awareness.start_share": 1.0}
    credit = policy({"tax.credit_rate": 1.0})
    drawn = run(parameters(quiet | {"attention.spontaneous_rate": 0.0, "attention.stake_rate": 0.75}), credit)
    alike = run(parameters(quiet | {"attention.spontaneous_rate": 0.75}), credit)
    assert total(drawn, "projects_started") > 50
    assert same_projects(drawn, alike)


@pytest.mark.parametrize("nothing", [{}, {"tax.credit_rate": 0.0, "grants.rate": (0.5,) * 4}], ids=["none", "null"])
def test_stakes_are_nothing_where_nothing_is_on_offer(nothing: dict[str, Any]) -> None:
    one = run(parameters({**CHEAP, "attention.stake_rate": 0.0}), policy(nothing))
    other = run(parameters({**CHEAP, "attention.stake_rate": 3.0}), policy(nothing))
    assert not differences(one, other, leave_out=("offers", "par"))


def test_those_who_do_not_know_of_support_are_not_drawn_by_it() -> None:
    unaware = {"awareness.start_share": 0.0, "awareness.media_rate": 0.0, "attention.spontaneous_rate": 0.0}
    world = run(parameters({**unaware, "attention.contagion_rate": 0.0, "attention.stake_rate": 10.0}), policy(GRANTS))
    assert total(world, "projects_started") == 0


def test_more_support_draws_more_looks_and_caps_count() -> None:
    """A larger rate under the same cap draws no more firms than the cap is worth."""
    par = parameters({"attention.stake_rate": 2.0, "awareness.start_share": 1.0})
    started = {
        (rate, cap): total(
            run(par, policy(GRANTS, {"grants.rate": (rate,) * 4, "grants.cap": (cap,) * 4})), "projects_started"
        )
        for rate, cap in ((0.01, 10.0), (0.5, 10.0), (0.5, 0.001))
    }
    assert started[0.5, 10.0] > 1.15 * started[0.01, 10.0]
    assert started[0.5, 0.001] < 1.1 * started[0.01, 10.0]


LISTED = {"pilot.sectors": 1, "pilot.share": 1.0, "pilot.rate": 1.0, "pilot.cap": 1e3}
"""A pilot city that pays the whole of light projects to every small and medium firm."""
ONLY_LIGHT: dict[str, Any] = {
    **OFF,
    "awareness.start_share": 1.0,
    "attention.contagion_rate": 0.0,
    "projects.lowest_score": (0.0, 100.0, 100.0, 100.0),
    "projects.score_gain": (70.0, 1.0, 1.0, 1.0),
}
"""Nothing but light projects, each of which brings any firm to a level that the pilot city pays for."""


def test_the_pilot_citys_money_draws_the_firms_on_its_list() -> None:
    """Where it pays all of it they look at the spontaneous rate and the stake rate together; others are not drawn."""
    small = ONLY_LIGHT | {"population.class_share": (1.0, 0.0, 0.0)}
    drawn = run(parameters(small | {"attention.spontaneous_rate": 0.0, "attention.stake_rate": 0.75}), policy(LISTED))
    alike = run(parameters(small | {"attention.spontaneous_rate": 0.75}), policy(LISTED))
    assert total(drawn, "projects_started") > 50
    assert same_projects(drawn, alike)
    large = small | {"population.class_share": (0.0, 0.0, 1.0), "attention.spontaneous_rate": 0.0}
    assert total(run(parameters(large | {"attention.stake_rate": 10.0}), policy(LISTED)), "projects_started") == 0


@pytest.mark.parametrize(("grant", "pilot", "drawn_by"), [(0.2, 0.5, 0.5), (0.6, 0.5, 0.6), (0.3, 0.0, 0.3)])
def test_firms_are_drawn_by_the_grant_or_the_pilot_citys_money_and_not_by_both(
    grant: float, pilot: float, drawn_by: float
) -> None:
    pytest.importorskip("mesa")
    from zhizao.mesa_model import DistrictModel

    offered = {**LISTED, "pilot.rate": pilot, "grants.rate": grant, "grants.cap": 1e3, "grants.fund_multiple": 1.0}
    par = parameters(ONLY_LIGHT | {"population.class_share": (1.0, 0.0, 0.0)}, firms=30)
    model = DistrictModel(parameters=par, policies=[policy(offered)] * 2, rng=7)
    model.step()
    shares = [firm.offered_share() for firm in model.firms if firm.can_apply()]
    assert len(shares) > 20
    assert shares == pytest.approx([drawn_by] * len(shares))


# ----------------------------------------------------------------------------------- refusal

NOTHING_LEFT = {
    "grants.rate": (0.5,) * 4,
    "grants.cap": (5.0,) * 4,
    "grants.additional_budget": (1e-9, 0.0, 0.0),
    "grants.allocation": "lottery",
    "handling.processing_days": 0,
}
"""Grants that everybody may ask for and nobody gets, decided in the month of the application."""


def test_refused_at_once_and_all_going_alone_is_as_if_there_were_no_grants() -> None:
    """The same decision with the same taste, without the grant: so firms begin the same projects in the same months."""
    par = parameters({**CHEAP, **OFF, "support.alone_after_refusal": 1.0})
    refused, without = run(par, policy(NOTHING_LEFT)), run(par, policy())
    assert total(refused, "rejections") > 50
    assert same_projects(refused, without)


def test_refusal_costs_a_turn_where_none_may_go_alone_at_once() -> None:
    started = {
        share: total(
            run(parameters({**CHEAP, "support.alone_after_refusal": share}), policy(NOTHING_LEFT)), "projects_started"
        )
        for share in (0.0, 0.5, 1.0)
    }
    assert started[0.0] < started[0.5] < started[1.0]


# ----------------------------------------------------------------------------------- support after the fact

AFTER = {**GRANTS, "grants.regime": "after-the-fact", "grants.payment_delay": 3}
"""An ordinary grant programme whose grants are claimed after the work, with budgets that bind at times."""


def grants_of(world: World, line: str) -> float:
    return float(world.ledger[LEDGER_LINES.index(line), :, INSTRUMENTS.index("grants")].sum())


def with_log(policies: dict[str, list[Policy]]) -> dict[str, World]:
    """Run policies over one district and keep the log of what is begun."""
    par = parameters({**CHEAP, "funding.annual_fund": 4.0})
    months = len(policies["here"])
    whole = setting(par, months=months)
    kept = type(whole)(district=whole.district, parameters=par, seed=whole.seed, keep_log=True)
    return run_branches(kept, {name: monthly_offers(dated, par) for name, dated in policies.items()})


def test_nobody_waits_for_a_decision_after_the_fact() -> None:
    par = parameters({**CHEAP, "providers.capacity": 50.0})
    slow = {"handling.processing_days": 60}
    before, after = (
        run(par, policy(GRANTS, slow, {"grants.regime": regime})) for regime in ("approval-first", "after-the-fact")
    )
    assert total(before, "waiting_months") > 1.9 * total(before, "supported_started") > 0
    assert total(after, "supported_started") > 0
    assert total(after, "waiting_months") == 0
    assert total(after, "awards") > 0


def test_claims_are_decided_against_the_money_of_the_year_they_are_filed_in() -> None:
    """Where no money is left by the time the work is done, nothing is promised or paid, and the firm has built."""
    rich, poor = (
        policy(AFTER),
        policy(AFTER, {"grants.fund_multiple": 0.0, "grants.additional_budget": (1e-9, 0.0, 0.0)}),
    )
    world = run(parameters(CHEAP), [rich] * 3 + [poor] * 33, months=36)
    assert total(world, "supported_started") > 10
    assert total(world, "rejections") > 5
    assert grants_of(world, "promised") < 1.0


def test_every_yuan_of_claims_is_in_the_log_and_in_the_account() -> None:
    """What the ledger pays is what the log's registered projects were paid; the account's parts sum to it."""
    here, off = policy(AFTER), policy()
    worlds = with_log({"here": [here] * 72, "twin": [here] * 30 + [off] * 42})
    log = written(worlds["here"])
    claims = log[log["registered"] == 1]
    assert (claims["paid_month"] >= 0).sum() > 20
    assert total(worlds["here"], "rejections") > 0
    assert claims["grant"][claims["paid_month"] >= 0].sum() == pytest.approx(
        grants_of(worlds["here"], "paid"), rel=1e-9
    )
    assert log["grant"][log["registered"] == 0].sum() == 0
    account = subsidy_account(worlds["here"], worlds["twin"], since=30)
    assert account.closes()
    grants = account.by_instrument["grants"]
    since = claims[(claims["month"] >= 30) & (claims["paid_month"] >= 0)]["grant"].sum()
    assert 0 < since <= grants.spending
    assert grants.additional + grants.pulled_forward <= since * (1 + 1e-9)


def test_a_change_of_regime_keeps_what_was_begun_under_the_other() -> None:
    """Applications that wait and projects that are registered go on as they were begun; both ledgers close."""
    one, other = policy(AFTER), policy(AFTER, {"grants.regime": "approval-first"})
    stages = [(one, other)[month // 9 % 2] for month in range(72)]
    world = with_log({"here": stages})["here"]
    log = written(world)
    supported = log[log["supported"] == 1]
    assert 0 < (supported["registered"] == 1).sum() < supported.size
    paid, open_promises, void = (grants_of(world, line) for line in ("paid", "outstanding", "clawed_back"))
    assert paid + open_promises + void == pytest.approx(grants_of(world, "promised"), rel=1e-9)


# ----------------------------------------------------------------------------------- worth at today's prices


def test_prices_that_last_for_ever_count_in_full() -> None:
    """A departure that never fades, counted in full, multiplies what a project is worth by demand."""
    rate, life = 0.1, 8.0
    years, lasting = value.annuity(rate, life), value.annuity(rate + 1e-9, life)
    assert value.present_gain(0.05, 0.05, 0.6, years, lasting, 1.0) == pytest.approx(0.6 * 0.05 * years, rel=1e-6)
    assert value.present_gain(0.05, 0.07, 0.6, years, lasting, 0.0) == 0.05 * years
    assert value.present_gain(0.05, 0.05, 1.0, years, lasting, 1.0) == 0.05 * years


CHOOSY: dict[str, Any] = {
    "valuation.benefit_level": 0.5,
    "sectors.energy_share": 0.2,
    "finance.cash_share": 0.5,
    "providers.capacity": 50.0,
    "providers.inverse_supply_elasticity": 0.0,
}
"""Firms short of neither money nor providers, with a large bill for energy: what a project is worth decides."""


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        ({"context.demand": 0.6}, -1),
        ({"context.demand": 1.4}, 1),
        ({"context.energy_price": 4.0}, 1),
        ({"relief.energy_share": 0.9}, -1),
    ],
    ids=["slump", "boom", "dear energy", "relief"],
)
def test_todays_prices_move_what_firms_begin(change: dict[str, float], sign: int) -> None:
    """Same cash, same luck: only what a project is worth differs."""
    begun = []
    for outlook in (0.0, 1.0):
        par = parameters({**CHOOSY, "valuation.price_outlook": outlook}, firms=160)
        begun.append(total(run(par, policy(change)), "projects_started"))
    assert sign * (begun[1] - begun[0]) > 0.01 * begun[0]


def test_dear_energy_lowers_cash_and_public_relief_follows_the_price() -> None:
    par = parameters(
        {"valuation.price_outlook": 0.0, "attention.spontaneous_rate": 0.0, "attention.contagion_rate": 0.0}
    )
    cheap, dear = (
        run(par, policy({"context.energy_price": price, "relief.energy_share": 0.1})) for price in (1.0, 2.0)
    )
    paid = [world.ledger[LEDGER_LINES.index("paid"), :, INSTRUMENTS.index("relief")].sum() for world in (cheap, dear)]
    assert paid[1] == pytest.approx(2 * paid[0], rel=1e-9)
    without = [run(par, policy({"context.energy_price": price})) for price in (1.0, 2.0)]
    slots = standing(without[0])
    lost = without[0].firms["cash"][slots] - without[1].firms["cash"][slots]
    assert (lost >= 0).all()
    assert lost.sum() > 0


# ----------------------------------------------------------------------------------- what entrants know


def test_entrants_know_what_firms_of_their_day_know() -> None:
    """Where all have heard, those who enter know; where nobody can, nobody does."""
    known: dict[tuple[float, float], float] = {}
    for follow in (0.0, 1.0):
        for heard in (0.0, 5.0):
            rates = {"awareness.start_share": 0.0, "awareness.media_rate": heard, "awareness.word_rate": 0.0}
            par = parameters({**rates, "awareness.entrants_follow": follow, "turnover.entry_rate": 0.5})
            world = run(par, policy())
            known[follow, heard] = float(world.firms["aware"][standing(world)].mean())
    assert known[0.0, 0.0] == known[1.0, 0.0] == 0.0
    assert known[0.0, 5.0] < known[1.0, 5.0]
    assert known[1.0, 5.0] > 0.99


# ----------------------------------------------------------------------------------- wide ranges


@pytest.mark.parametrize("looks", [0.1, 4.0])
@pytest.mark.parametrize("taste", [0.05, 0.7])
@pytest.mark.parametrize("multiple", [1.0, 2.4])
def test_the_ends_of_wide_ranges_are_no_trouble(looks: float, taste: float, multiple: float) -> None:
    """How often firms look and how choosy they are: at every corner all is finite, and the ledgers close."""
    wide = {"attention.spontaneous_rate": looks, "choosing.taste_spread": taste, "valuation.waiting_multiple": multiple}
    world = run(parameters({**wide, "attention.stake_rate": 4.0}), policy(GRANTS, {"tax.credit_rate": 1.0}))
    assert np.isfinite(world.series).all()
    assert np.isfinite(world.money).all()
    assert total(world, "projects_started") > 0
