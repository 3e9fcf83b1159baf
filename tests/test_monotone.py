"""Nothing else binding, more support never turns a firm that acts into one that waits, under the same luck."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from examples import examples
from small_district import SERVICES, parameters, policy, setting, standing
from zhizao.engine.appraisal import best_option
from zhizao.engine.branching import copy_world
from zhizao.engine.month import simulate
from zhizao.engine.state import APPLYING, BUILDING, QUEUED, World, new_world
from zhizao.policy.offers import monthly_offers
from zhizao.rules import support, value

FIRMS = 150
MONTHS = 48
SEEDS = (1, 2)
PLENTY = {"grants.additional_budget": 1e5}
"""No budget binds; a queue and a price are the other ways in which firms could bind each other."""
UNBOUND = {
    "providers.capacity": 1e6,
    "providers.inverse_supply_elasticity": 0.0,
    "support.start_success": 1.0,
    "attention.spontaneous_rate": 5.0,
    "awareness.start_share": 0.9,
    "projects.cost_level": 0.8,
}
BEGUN = {"grants.rate": 0.15, "grants.cap": 0.3, "handling.processing_days": 60}
START = policy(BEGUN, PLENTY, SERVICES)

amounts = st.floats(0.0, 1.0)
draws = st.integers(0, 2**32 - 1).map(lambda word: (word + 0.5) / 2**32)


@cache
def history(seed: int, size_alike: float = 0.9) -> World:
    """A district on its way: debts, claims, fresh visits, doubts, in every month up to the last but one."""
    par = parameters({**UNBOUND, "projects.size_alike": size_alike}, firms=FIRMS)
    offers = monthly_offers([START] * MONTHS, par)
    world = new_world(setting(par, seed=seed, months=MONTHS).district, par.record(), offers, seed)
    simulate(world, 0, MONTHS - 1)
    return world


@numba.njit(error_model="numpy")
def option(world: Any, slot: int, month: int) -> Any:
    """`best_option`, which only compiled code can call."""
    offer = world.offers[month]
    return best_option(world, offer, slot, month, offer.grants_open > 0.0, 0.0)


def indices(world: World, offer: dict[str, Any]) -> np.ndarray:
    """The best profitability index of every firm that stands, were the offer of this month changed so."""
    offers = world.offers.copy()
    for name, given_value in offer.items():
        offers[name][MONTHS - 1] = given_value
    changed = world._replace(offers=offers)
    return np.array([option(changed, slot, MONTHS - 1)[0] for slot in standing(world)])


def assert_no_less(less: np.ndarray, more: np.ndarray, *, cheaper: bool = False) -> None:
    """A worse index would turn action into waiting under some taste; 1e-12 is rounding.

    The index is what a project brings, net, per yuan of its cost. Where the project gets `cheaper`, what it loses
    shrinks less than its cost does if the burden of applying or the loss itself is not part of the cost: a firm that
    would lose by it (its index is negative) can then have a worse one, though it loses less.
    """
    worse = more < less - 1e-12 * np.maximum(np.abs(less), 1.0)
    if cheaper:
        worse &= less >= 0.0
    assert not worse.any(), (less[worse], more[worse])


# --------------------------------------------------------------------------------------------- the choice


@settings(deadline=None, max_examples=examples(300))
@given(st.floats(-50, 50), st.floats(0, 50), st.floats(0.001, 10), draws)
def test_a_better_index_never_turns_action_into_waiting(index, better, spread, draw):
    if value.acts(index, spread, draw):
        assert value.acts(index + better, spread, draw)


@settings(deadline=None, max_examples=examples(200))
@given(st.floats(-5, 5), st.floats(0.01, 10), draws, draws)
def test_a_firm_with_more_taste_for_it_acts_if_any_does(index, spread, one, other):
    if value.acts(index, spread, min(one, other)):
        assert value.acts(index, spread, max(one, other))


@settings(deadline=None, max_examples=examples(200))
@given(*[st.floats(0, 50)] * 5, st.floats(0, 5), amounts, st.floats(0, 2))
def test_a_better_grant_is_no_smaller(cost, cap, more_cap, floor, less_floor, factor, rate, more_rate):
    before = support.grant_amount(rate, cap, floor, factor, cost)
    after = support.grant_amount(rate + more_rate, cap + more_cap, max(floor - less_floor, 0.0), factor, cost)
    assert after >= before


LEVERS: dict[str, tuple[float, float]] = {
    "grants_rate": (0.0, 1.0),
    "grants_cap": (0.0, 20.0),
    "grants_size_factor": (0.0, 3.0),
    "grants_floor": (5.0, 0.0),
    "grants_advance_share": (0.0, 1.0),
    "grants_payment_delay": (36.0, 0.0),
    "processing_months": (12.0, 0.0),
    "handling_online_share": (0.0, 1.0),
    "handling_online_cut": (0.0, 1.0),
    "tax_credit_rate": (0.0, 0.5),
    "awards_level2": (0.0, 3.0),
    "awards_level3": (0.0, 3.0),
    "awards_workshop": (0.0, 3.0),
    "awards_factory": (0.0, 3.0),
    "loans_interest_points": (0.0, 0.05),
    "loans_guarantee_share": (0.0, 1.0),
    "matchmaking_cost_cut": (0.0, 1.0),
    "infrastructure_cost_cut": (0.0, 0.5),
    "provider_discount_waived_share": (0.0, 0.4),
    "provider_discount_state_share": (0.0, 0.4),
    "leaders_template_cut": (0.0, 0.5),
    "leaders_share": (0.0, 1.0),
    "relief_interest_points": (0.0, 0.05),
    "providers_competence_gain": (0.0, 0.5),
}
"""What a firm is offered in a month: its least and its most supportive value."""

LOWERS_COST = {
    "infrastructure_cost_cut",
    "provider_discount_waived_share",
    "provider_discount_state_share",
    "leaders_template_cut",
}
"""A cheaper project can fall below the floor of eligible cost, which then binds."""


@cache
def ladders(lever: str, seed: int) -> tuple[np.ndarray, ...]:
    worst, best = LEVERS[lever]
    beside = {
        "grants_open": 1.0,
        "grants_rate": 0.4,
        "grants_cap": 5.0,
        "handling_online_cut": 0.5,
        "leaders_share": 0.5,
    }
    steps = np.linspace(worst, best, 6)
    if lever in ("processing_months", "grants_payment_delay"):
        steps = np.round(steps)
    return tuple(indices(history(seed), beside | {lever: step}) for step in steps)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lever", LEVERS)
def test_each_step_of_support_makes_no_firm_less_willing(lever, seed):
    for less, more in zip(ladders(lever, seed), ladders(lever, seed)[1:], strict=False):
        assert_no_less(less, more)


@pytest.mark.parametrize("lever", LEVERS)
def test_each_lever_makes_some_firm_more_willing(lever):
    assert any((ladders(lever, seed)[-1] > ladders(lever, seed)[0] + 1e-9).any() for seed in SEEDS)


@settings(deadline=None, max_examples=60)
@example({"handling_online_cut": (0.0, 0.0), "provider_discount_state_share": (0.0, 0.5)}, 1)
@given(
    st.dictionaries(st.sampled_from(sorted(LEVERS)), st.tuples(amounts, amounts), min_size=1), st.sampled_from(SEEDS)
)
def test_more_of_anything_and_less_of_nothing_makes_no_firm_less_willing(chosen, seed):
    """Several levers moved at once, each from anywhere to anywhere better."""
    assume(not ({"grants_floor"} & chosen.keys() and LOWERS_COST & chosen.keys()))
    offers = []
    for place in (0, 1):
        offer = {"grants_open": 1.0, "grants_rate": 0.4, "grants_cap": 5.0}
        for lever, shares in chosen.items():
            worst, best = LEVERS[lever]
            step = worst + (best - worst) * sorted(shares)[place]
            whole = math.ceil if best < worst else math.floor
            offer[lever] = whole(step) if lever in ("processing_months", "grants_payment_delay") else step
        offers.append(indices(history(seed), offer))
    assert_no_less(*offers, cheaper=bool(LOWERS_COST & chosen.keys()))


def test_a_discount_can_make_a_firm_that_would_lose_by_a_project_less_willing():
    """The exception to the rule above, so that nobody takes the rule for more than it is.

    Small firms lose by a project where gains grow with revenue, and costs do not as much.
    """
    beside = {"grants_open": 1.0, "grants_rate": 0.4, "grants_cap": 5.0, "handling_online_cut": 0.0}
    less, more = (indices(history(1, 0.0), beside | {"provider_discount_state_share": share}) for share in (0.0, 0.2))
    worse = more < less - 1e-12
    assert 0 < worse.sum() < 0.05 * len(less)
    assert (less[worse] < 0.0).all()


# ---------------------------------------------------------------------------------------------- the engine

MORE = {
    "a higher rate": {"grants.rate": 0.4},
    "a higher cap": {"grants.cap": 20.0},
    "both": {"grants.rate": 0.9, "grants.cap": 50.0},
    "part in advance": {"grants.advance_share": 0.8},
    "less paper": {"handling.online_share": 1.0, "handling.online_cut": 1.0},
    "a quicker decision": {"handling.processing_days": 0.0},
    "a tax credit": {"tax.credit_rate": 0.3},
    "an award": {"awards.level2": 2.0},
    "cheaper loans": {"loans.interest_points": 0.03, "loans.guarantee_share": 0.3},
    "a discount": {"provider_discount.waived_share": 0.2, "provider_discount.state_share": 0.2},
    "cheaper equipment": {"infrastructure.cost_cut": 0.3},
    "easier search": {"matchmaking.cost_cut": 0.9},
    "a diagnosis": {"diagnosis.value": 0.1},
}


def acted(world: World, month: int) -> np.ndarray:
    """Firms that decided this month to go alone or to apply."""
    busy = np.isin(world.firms["status"], (APPLYING, QUEUED, BUILDING))
    return busy & (world.firms["since_month"] == month)


@pytest.mark.parametrize("name", MORE)
def test_more_support_in_one_month_removes_no_adopter(name):
    """The same state, one month under two offers: everyone who acts under the worse acts under the better."""
    gained = 0
    for seed in (1, 2, 3):
        par = parameters(UNBOUND, firms=FIRMS)
        better = policy(BEGUN, PLENTY, SERVICES, MORE[name])
        district = setting(par, seed=seed, months=MONTHS).district
        offers = [monthly_offers([one] * MONTHS, par) for one in (START, better)]
        world = new_world(district, par.record(), offers[0], seed)
        for month in range(MONTHS):
            branches = [copy_world(world, offer, month) for offer in offers]
            for branch in branches:
                simulate(branch, month, month + 1)
            fewer, more = (acted(branch, month) for branch in branches)
            assert not (fewer & ~more).any(), (seed, month, np.flatnonzero(fewer & ~more))
            gained += int((more & ~fewer).sum())
            simulate(world, month, month + 1)
    assert gained > 0, "no firm cared: this test shows nothing"
