"""Every rule at values that can be worked out by hand, at its bounds, and in the direction that it must have."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from examples import examples
from zhizao.compiled import compiled
from zhizao.rules import attention, business, market, progress, support, value

shares = st.floats(0.0, 1.0)
rates = st.floats(0.0, 5.0)
sums = st.floats(0.0, 1e4)
scores = st.floats(0.0, 100.0)
draws = st.integers(0, 2**32 - 1).map(lambda word: (word + 0.5) / 2**32)
months = st.integers(0, 156)


def holds_for(*strategies: Any, **named: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Try a property on values of all kinds."""
    return lambda test: settings(deadline=None, max_examples=examples(150))(given(*strategies, **named)(test))


def close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)


# ---------------------------------------------------------------------------------------------- attention


def test_exposure_by_hand():
    assert close(attention.exposure(0.6, 1, 4, 3, 10), 0.6 * 0.25 + 0.4 * 0.3)
    assert attention.exposure(0.6, 0, 0, 5, 5) == pytest.approx(0.4)
    assert attention.exposure(0.6, 3, 3, 0, 0) == pytest.approx(0.6)
    assert attention.exposure(0.6, 0, 0, 0, 0) == 0.0
    assert attention.exposure(0.6, 1, 1, 1, 1) == 1.0  # one partner and one neighbour are enough
    assert attention.exposure(0.6, 1, 1, 0, 1) == 0.6
    assert attention.exposure(0.6, 0, 1, 1, 1) == pytest.approx(0.4)


@holds_for(shares, st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_exposure_is_a_share_that_grows_with_those_ahead(weight, ahead, behind, near, far):
    exposed = attention.exposure(weight, ahead, ahead + behind, near, near + far)
    assert 0.0 <= exposed <= 1.0 + 1e-15
    if behind and far:
        assert attention.exposure(weight, ahead + 1, ahead + behind, near, near + far) >= exposed
        assert attention.exposure(weight, ahead, ahead + behind, near + 1, near + far) >= exposed


def test_looking_by_hand():
    rate = attention.looking_rate(0.2, 0.4, 0.5, 0.6, 0.5, 0.3, 0.7)
    assert close(rate, 0.2 + 0.2 + 0.6 + 0.5 + 0.3 + 0.7)
    assert close(attention.looking_probability(1.2), 1 - math.exp(-0.1))
    assert attention.looking_probability(0.0) == 0.0
    assert attention.looking_probability(1e9) == 1 - 2.0**-20


@holds_for(rates, rates)
def test_a_year_of_looking_is_as_likely_as_its_rate_says(rate, more):
    never = (1 - attention.looking_probability(rate)) ** 12
    assert math.isclose(never, math.exp(-rate), rel_tol=1e-9)
    assert attention.looking_probability(rate + more) >= attention.looking_probability(rate)


@compiled
def misjudged(draws: Any, rates: Any) -> int:
    """Count the pairs for which `comes` says other than the plain form."""
    wrong = 0
    for place in range(draws.size):
        draw, rate = float(draws[place]), float(rates[place])
        wrong += attention.comes(draw, rate) != (draw < attention.looking_probability(rate))
    return wrong


def test_what_comes_this_month_is_decided_as_by_the_plain_form():
    """For a million pairs of each kind: any draw and rate, tiny rates, and draws next to the bounds and the answer.

    Where nothing is compiled (coverage, mutants), a thousand.
    """
    random, many = np.random.default_rng(16), 1_000 if numba.config.DISABLE_JIT else 1_000_000
    for top in (1e-6, 0.1, 5.0, 60.0):
        rates, words = random.uniform(0, top, many), random.integers(0, 2**32, many)
        assert misjudged((words + 0.5) / 2**32, rates) == 0
        month = rates / 12
        for near in (month, month - month**2 / 2, -np.expm1(-month)):
            for draws_near in (
                near,
                np.nextafter(near, 0),
                np.nextafter(near, 1),
                near * (1 + random.normal(0, 1e-12)),
            ):
                assert misjudged(np.clip(draws_near, 2.0**-33, 1 - 2.0**-33), rates) == 0
    assert misjudged(np.full(4, 0.5), np.array([0.0, np.inf, 1e300, 1e-300])) == 0


@holds_for(rates, rates, rates, shares, shares)
def test_hearing_grows_with_everything(media, campaign, word, share, more):
    heard = attention.hearing_probability(media, campaign, word, share)
    assert 0.0 <= heard < 1.0
    assert close(heard, 1 - math.exp(-(media + campaign + word * share) / 12))
    assert attention.hearing_probability(media + more, campaign, word, share) >= heard
    assert attention.hearing_probability(media, campaign + more, word, min(share + more, 1.0)) >= heard


# -------------------------------------------------------------------------------------------------- value


@holds_for(st.floats(1e-8, 0.5), st.floats(0.1, 40))
@example(1e-10, 8.0)
def test_an_annuity_is_the_discounted_stream(rate, years):
    stream, _ = integrate.quad(lambda year: math.exp(-rate * year), 0, years, epsabs=0, epsrel=1e-12)
    assert math.isclose(value.annuity(rate, years), stream, rel_tol=1e-8)
    assert 0 < value.annuity(rate, years) <= years * (1 + 1e-12)


def test_an_annuity_without_interest_counts_the_years():
    assert value.annuity(0.0, 8.0) == 8.0
    assert math.isclose(value.annuity(1.01e-9, 8.0), 8.0, rel_tol=1e-7)


@holds_for(st.floats(0, 0.5), st.floats(0, 120), st.floats(0, 120))
def test_discounting_twice_is_discounting_for_as_long(rate, one, other):
    assert math.isclose(
        value.discount(rate, one) * value.discount(rate, other), value.discount(rate, one + other), rel_tol=1e-12
    )
    assert value.discount(0.1, 12) == pytest.approx(math.exp(-0.1))
    assert value.discount(rate, one) >= value.discount(rate, one + other)


@holds_for(shares, st.floats(0, 5), st.floats(0, 2))
def test_intensity_has_the_mean_that_capability_gives(capability, effect, spread):
    """Over the draws: exp(effect × (capability − ½)), whatever the spread."""
    normal = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    mean = np.mean([value.intensity(x, capability, effect, spread) for x in normal[::4]])
    assert mean == pytest.approx(math.exp(effect * (capability - 0.5)), rel=0.12)
    assert value.intensity(0.0, 0.5, effect, 0.0) == 1.0
    assert value.intensity(1.0, 0.5, effect, spread) >= value.intensity(-1.0, 0.5, effect, spread)
    assert value.intensity(2.0, 0.5, effect, 0.5) == pytest.approx(math.exp(1.0 - 0.125))


@holds_for(sums, shares, st.integers(0, 300))
def test_each_repeat_finds_a_fraction_of_the_one_before(first, effect, repeats):
    assert math.isclose(value.repeated(first, effect, repeats), first * effect**repeats, rel_tol=1e-9, abs_tol=1e-300)
    assert value.repeated(first, 1.0, repeats) == first


@holds_for(st.floats(0, 5), st.floats(0, 20), st.floats(0, 10), st.floats(0, 20))
def test_evidence_lowers_doubt(doubt, evidence, aversion, more):
    seen = value.seen_share(doubt, evidence, aversion)
    assert 0.0 < seen <= 1.0
    assert value.seen_share(doubt, evidence + more, aversion) >= seen
    assert value.seen_share(doubt + more, evidence, aversion) <= seen
    assert close(value.seen_share(0.6, 1.0, 2.0), math.exp(-0.3))
    assert value.seen_share(0.0, evidence, aversion) == value.seen_share(doubt, evidence, 0.0) == 1.0


@holds_for(st.floats(0.01, 100), st.floats(1, 1e5), st.floats(0, 2), st.floats(0.5, 2), st.floats(0, 0.9))
def test_cost_has_its_elasticity(cost, revenue, elasticity, price, cut):
    once, twice = (
        value.project_cost(cost, value.relative_cost(math.log(size / 197), elasticity), price, cut)
        for size in (revenue, 2 * revenue)
    )
    assert math.isclose(twice / once, 2**elasticity, rel_tol=1e-9)
    assert math.isclose(once, cost * (revenue / 197) ** elasticity * price * (1 - cut), rel_tol=1e-9)


def test_savings_are_the_sum_of_the_channels():
    assert close(value.saving_share(0.01, 0.02, 0.03, 0.04), 0.1)


@holds_for(st.floats(-5, 5), st.floats(0.01, 10))
def test_the_share_that_acts_is_logistic(index, spread):
    """The taste draw is an inverse CDF: the share that acts is that of the logit, exactly."""
    chance = 1 / (1 + math.exp(-index / spread)) if index / spread > -700 else 0.0
    for draw in (1 - chance - 1e-9, 1 - chance + 1e-9):
        if 0 < draw < 1:
            assert value.acts(index, spread, draw) == (draw > 1 - chance)


# ------------------------------------------------------------------------------------------------ support


def test_the_success_that_firms_expect_by_hand():
    assert close(support.expected_success(0.6, 3, 4, 0.9), 0.5 * (0.6 + 0.75))
    assert close(support.expected_success(0.6, 0, 4, 0.9), 0.3)  # all were turned down
    assert close(support.expected_success(0.6, 0, 0, 0.9), 0.75)  # nobody was decided on: back to the start
    assert close(support.expected_success(0.2, 1, 1, 0.9), 0.6)


@holds_for(st.floats(0.5, 100), st.floats(0, 0.45), st.floats(0, 0.45))
def test_firm_provider_and_state_bear_the_whole_price(price, waived, state):
    paid = price * (1.0 - waived - state)
    added = support.state_part(paid, waived, state)
    assert math.isclose(added, price * state, rel_tol=1e-9, abs_tol=1e-12)
    assert math.isclose(paid + added + price * waived, price, rel_tol=1e-9)


def test_a_grant_by_hand():
    assert support.grant_amount(0.3, 3.0, 1.0, 1.0, 5.0) == 1.5
    assert support.grant_amount(0.3, 1.0, 1.0, 1.0, 5.0) == 1.0  # the cap
    assert support.grant_amount(0.3, 3.0, 5.0, 1.0, 5.0) == 1.5  # at the floor
    assert support.grant_amount(0.3, 3.0, 5.1, 1.0, 5.0) == 0.0  # below it
    assert support.grant_amount(0.3, 1.0, 0.0, 2.0, 5.0) == 2.0  # the cap has the size factor too
    assert support.grant_amount(0.9, 99.0, 0.0, 5.0, 5.0) == 5.0  # never more than the cost


@holds_for(shares, sums, sums, st.floats(0, 20), sums)
def test_a_grant_stays_within_its_limits(rate, cap, floor, factor, cost):
    grant = support.grant_amount(rate, cap, floor, factor, cost)
    assert 0.0 <= grant <= cost
    assert grant <= cap * factor
    assert grant <= rate * factor * cost * (1 + 1e-12)
    if 0.0 in (rate, cap, factor):
        assert grant == 0.0


@holds_for(sums, shares, shares, st.floats(0, 0.5), st.floats(0, 24), st.floats(0, 60), st.floats(0, 60))
def test_a_promise_is_worth_no_more_than_the_grant(grant, chance, advance, rate, wait, work, delay):
    soon, late = value.discount(rate, wait), value.discount(rate, wait + work + delay)
    worth = support.promised_value(grant, chance, advance, soon, late)
    assert 0.0 <= worth <= grant * (1 + 1e-12)
    assert math.isclose(support.promised_value(grant, 1.0, advance, 1.0, 1.0), grant, rel_tol=1e-12)
    assert support.promised_value(grant, chance, 1.0, soon, late) >= worth * (1 - 1e-12)
    assert support.promised_value(grant, chance, advance, soon, late * value.discount(rate, 6)) <= worth
    parts = advance * soon + (1 - advance) * late
    assert math.isclose(worth, chance * grant * parts, rel_tol=1e-9, abs_tol=1e-300)


def test_the_burden_of_applying():
    assert support.application_burden(240, 0.0, 0.5, False, 0.4) == 240
    assert close(support.application_burden(240, 0.5, 0.5, False, 0.4), 180)
    assert close(support.application_burden(240, 0.5, 0.5, True, 0.4), 108)
    assert support.application_burden(240, 1.0, 1.0, False, 0.4) == 0


@holds_for(sums, shares, shares, shares, shares)
def test_service_only_lightens_the_burden(hours, share, cut, helped_cut, more):
    burden = support.application_burden(hours, share, cut, False, helped_cut)
    assert 0 <= burden <= hours
    assert support.application_burden(hours, share, cut, True, helped_cut) <= burden
    assert support.application_burden(hours, min(share + more, 1.0), cut, False, helped_cut) <= burden


@pytest.mark.parametrize(
    ("reported", "expected", "paid"),
    [
        *[(35, 39.9, 0), (35, 40, 1), (40, 59, 0), (39.9, 60, 11), (39.9, 80, 111), (79.9, 80, 100), (79, 90, 100)],
        *[(60, 79, 0), (80, 100, 0)],  # who reports exactly a level's least score has that level
    ],
)
def test_awards_are_for_levels_not_yet_reported(reported, expected, paid):
    assert support.level_awards(reported, expected, 1.0, 10.0, 100.0) == paid


@holds_for(scores, scores, scores)
def test_awards_in_two_steps_are_awards_in_one(start, middle, end):
    start, middle, end = sorted((start, middle, end))
    steps = support.level_awards(start, middle, 1, 10, 100) + support.level_awards(middle, end, 1, 10, 100)
    assert steps == support.level_awards(start, end, 1, 10, 100)


def test_interest_and_credit_by_hand():
    assert close(support.interest_support(10, 0.02, 2, 36), 10 * 0.02 * 2 * 0.5)
    assert close(support.interest_support(10, 0.02, 9, 36), 10 * 0.02 * 3 * 0.5)  # no longer than the loan
    assert support.discount_rate(0.04, 0.06, 0.02) == pytest.approx(0.08)
    assert support.discount_rate(0.01, 0.01, 0.1) == 0.0
    assert support.credit_left(0.1, 0.0, 100, 4) == 6
    assert support.credit_left(0.1, 0.2, 100, 4) == pytest.approx(26)
    assert support.credit_left(0.1, 0.0, 100, 40) == 0


@holds_for(sums, sums, st.floats(0, 0.5), st.integers(1, 120))
def test_the_payments_of_a_loan_sum_to_what_is_owed(old, loan, rate, term):
    payment = support.loan_payment(old, loan, rate, term)
    owed = old + loan + loan * 0.5 * rate * term / 12
    assert math.isclose(payment * term, owed, rel_tol=1e-12, abs_tol=1e-12)
    paid = sum(
        business.balance(payment, term, month) - business.balance(payment, term, month + 1) for month in range(term + 5)
    )
    assert math.isclose(paid, owed, rel_tol=1e-9, abs_tol=1e-9)


@holds_for(sums, months, months)
def test_the_balance_of_a_loan(payment, end, month):
    left = business.balance(payment, end, month)
    assert left == payment * max(end - month, 0)
    assert business.balance(payment, end, month + 1) <= left


@holds_for(draws, draws, shares, shares, st.sampled_from([0, 1, 2]), st.sampled_from([0, 1, 2]), months, months)
def test_each_rule_of_allocation_ranks_by_what_it_says(one, other, able, abler, size, larger, early, late):
    def before(rule: int) -> bool:
        return support.priority(rule, early, one, able, size) < support.priority(rule, late, other, abler, larger)

    if early != late:
        assert before(0) == (early < late)
    else:
        assert before(0) == (early + one < late + other)
    assert before(1) == (1 - able < 1 - abler)
    assert before(2) == (one < other)
    if size != larger:
        assert before(3) == (size < larger)
    else:
        assert before(3) == (size + one < larger + other)


def test_priorities_by_hand():
    keys = [support.priority(rule, 7.0, 0.25, 0.75, 2.0) for rule in range(4)]
    assert keys == [7.25, 0.25, 0.25, 2.25]


# ------------------------------------------------------------------------------------------------- market


def test_the_price_index_by_hand():
    assert market.price_index(20, 10, 1.0, 0.0, 9.0) == 2.0
    assert market.price_index(20, 10, 0.5, 0.0, 9.0) == pytest.approx(math.sqrt(2))
    assert market.price_index(10, 10, 0.7, 0.5, 9.0) == 1.0
    assert market.price_index(1000, 10, 1.0, 0.5, 1.6) == 1.6
    assert market.price_index(0.001, 10, 1.0, 0.8, 1.6) == 0.8
    assert market.price_index(0, 10, 0.25, 0.8, 1.6) == 0.8
    assert market.price_index(50, 10, 0.0, 0.8, 1.6) == 1.0  # prices switched off
    assert market.price_index(50, 0, 0.5, 0.8, 1.6) == 1.0  # no market
    assert market.price_index(0, 10, 0.0, 0.8, 1.6) == 1.0  # switched off holds without orders too
    assert market.price_index(0.3, 0.25, 1.0, 0.8, 1.6) == 1.2  # few orders in a small market
    assert market.price_index(0.5, 1.0, 0.5, 0.1, 1.6) == pytest.approx(math.sqrt(0.5))


@holds_for(st.floats(0.05, 20), st.floats(0.05, 5), st.floats(0, 0.5))
def test_how_much_of_a_subsidy_passes_through(eta, epsilon, rate):
    """Supply elasticity η against demand elasticity ε: η / (η + ε) of a small subsidy reaches firms.

    Demand at the price that firms pay, p (1 − s), with elasticity ε; supply by `price_index` with elasticity η. In
    the balance of both, the logarithm of what firms pay falls by η / (η + ε) of the logarithm of what the state adds.
    """
    assume(rate > 0.01)
    price = 1.0
    for _ in range(4000):  # damped steps to the balance
        orders = 10 * (price * (1 - rate)) ** -epsilon
        supplied = market.price_index(orders, 10, 1 / eta, 1e-9, 1e9)
        price *= (supplied / price) ** (0.5 / (1 + epsilon / eta))
    passed = math.log(price * (1 - rate)) / math.log(1 - rate)
    assert passed == pytest.approx(eta / (eta + epsilon), abs=1e-6)


@holds_for(st.floats(0, 1e3), st.floats(0, 1e3), st.floats(0.01, 1e3), st.floats(0, 10))
def test_prices_rise_with_orders_within_their_limits(orders, more, normal, inverse):
    price = market.price_index(orders, normal, inverse, 0.8, 1.6)
    assert 0.8 <= price <= 1.6
    assert market.price_index(orders + more, normal, inverse, 0.8, 1.6) >= price


@holds_for(st.floats(0, 50), st.lists(st.integers(0, 100), min_size=1, max_size=60))
def test_starts_never_pass_capacity_in_the_long_run(capacity, wanted):
    """What is saved up is less than one start beyond a month of capacity, and nothing saved is ever negative."""
    credit, started = 0.0, 0
    for orders in wanted:
        credit = market.available_starts(credit, capacity)
        assert credit <= capacity + 1.0
        begun = min(orders, int(credit))
        credit -= begun
        started += begun
        assert credit >= 0.0
    assert started <= capacity * len(wanted) + 1e-9


@holds_for(st.floats(0.01, 50))
def test_busy_providers_begin_what_they_can(capacity):
    """With a queue that never ends, starts keep up with capacity to within one."""
    credit, started = 0.0, 0
    for _ in range(200):
        credit = market.available_starts(credit, capacity)
        started += int(credit)
        credit -= int(credit)
    assert abs(started - 200 * capacity) <= 1.0 + 1e-6


@holds_for(sums, sums, st.floats(1, 60))
def test_orders_are_smoothed_towards_what_comes(before, orders, over):
    now = market.smoothed_orders(before, orders, over)
    assert min(before, orders) - 1e-9 <= now <= max(before, orders) + 1e-9
    assert math.isclose(now - orders, (before - orders) * (1 - 1 / over), rel_tol=1e-6, abs_tol=1e-6)


# ----------------------------------------------------------------------------------------------- progress


@pytest.mark.parametrize(
    ("score", "level"),
    [(0, 0), (19.999, 0), (20, 1), (39.999, 1), (40, 2), (59.999, 2), (60, 3), (79.999, 3), (80, 4), (100, 4)],
)
def test_the_cut_points_of_levels(score, level):
    assert progress.level_of(score) == level


@holds_for(scores, st.floats(0, 100), shares)
def test_a_score_rises_and_stays_below_a_hundred(score, gain, part):
    after = progress.score_after(score, gain, part)
    assert score <= after <= 100 + 1e-9
    assert progress.score_after(score, gain, 1.0) >= after
    assert progress.score_after(0.0, gain, 1.0) == gain
    assert progress.score_after(100.0, gain, part) == 100.0


@holds_for(scores, st.floats(-6, 6), st.floats(0, 50), st.floats(0, 50), st.floats(0, 50), shares, shares, shares)
def test_a_report_stays_on_the_scale_and_is_inflated_by_what_hangs_on_it(
    score, noise, spread, base, stake, on, cut, more
):
    reported = progress.reported_score(score, noise, spread, base, stake, on, cut)
    assert 0.0 <= reported <= 100.0
    assert progress.reported_score(score, noise, spread, base, stake, min(on + more, 1.0), cut) >= reported - 1e-12
    assert progress.reported_score(score, noise, spread, base, stake, on, min(cut + more, 1.0)) <= reported + 1e-12
    checked = progress.reported_score(score, noise, spread, base, stake, on, 1.0)
    assert checked == pytest.approx(min(max(score + spread * noise, 0.0), 100.0))


def test_a_report_by_hand():
    assert progress.reported_score(50, 1.0, 4, 1, 4, 0.5, 0.0) == 57.0
    assert progress.reported_score(50, 1.0, 4, 1, 4, 0.5, 0.5) == 55.5
    assert progress.reported_score(99, 1.0, 4, 1, 4, 1.0, 0.0) == 100.0
    assert progress.reported_score(1, -2.0, 4, 1, 4, 0.0, 0.0) == 0.0


def test_success_by_hand():
    assert progress.success_probability(0, 1.5, 0.5, 1.5, 0.5, 0.4, False) == 0.5
    assert close(progress.success_probability(1, 2, 1.0, 4, 0.75, 0.5, True), 1 / (1 + math.exp(-(1 + 1 + 1 + 0.5))))


@holds_for(st.floats(-20, 20), st.floats(0, 20), shares, shares, st.floats(0, 20), shares)
def test_success_grows_with_capability_competence_and_help(intercept, weight, capability, competence, helping, more):
    chance = progress.success_probability(intercept, weight, capability, weight, competence, helping, False)
    assert 0.0 <= chance <= 1.0
    assert progress.success_probability(intercept, weight, capability, weight, competence, helping, True) >= chance
    able, good = min(capability + more, 1.0), min(competence + more, 1.0)
    assert progress.success_probability(intercept, weight, able, weight, competence, helping, False) >= chance
    assert progress.success_probability(intercept, weight, capability, weight, good, helping, False) >= chance


@holds_for(draws, st.integers(1, 60))
def test_an_obstacle_comes_while_there_is_work(draw, duration):
    assert 0 <= progress.months_before_obstacle(draw, duration) <= duration - 1


def test_an_obstacle_comes_before_the_work_is_done_even_for_a_draw_of_one():
    assert progress.months_before_obstacle(1.0, 10) == 9
    assert progress.months_before_obstacle(1.0, 1) == 0


def test_obstacles_come_evenly():
    found = np.bincount([progress.months_before_obstacle((place + 0.5) / 800, 8) for place in range(800)])
    assert found.tolist() == [100] * 8


@holds_for(st.floats(1, 3650), st.floats(1, 3650))
def test_an_obstacle_clears_after_its_mean_number_of_days(without, platform):
    """The platform helps where it is faster, and where it is off (0 days) it does not."""
    chance = progress.clearing_probability(without, platform)
    assert 0.0 < chance <= 1.0
    assert math.isclose(chance, 1 - math.exp(-30.4 / min(without, platform)), rel_tol=1e-12)
    assert progress.clearing_probability(without, 0.0) == progress.clearing_probability(without, without)
    assert chance >= progress.clearing_probability(without, 0.0)


# ----------------------------------------------------------------------------------------------- business


@holds_for(st.floats(0.01, 1e4), st.floats(-0.5, 1), st.floats(0, 1))
def test_growth_keeps_its_mean(revenue, growth, spread):
    normal = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
    mean = np.mean([business.grown_revenue(revenue, growth, x, spread) for x in normal[::2]])
    assert mean == pytest.approx(revenue * (1 + growth), rel=0.02)
    assert business.grown_revenue(revenue, growth, 0.3, 0.0) == revenue * (1 + growth)


def test_cash_by_hand():
    # a year: a fifth of profit of 7.6 % and savings of 2 %, and half of an energy bill of 3 % paid by the public
    assert close(business.cash_flow(100, 0.2, 0.076, 0.02, 0.03, 1.0, 0.5, 0.0), 100 * (0.2 * 0.096 + 0.015))
    assert business.cash_flow(100, 0.0, 0.076, 0.02, 0.03, 1.0, 0.0, 1.0) == 0.0
    # energy at three times its price, all paid by the firm, lowers its profit by two bills
    assert close(business.cash_flow(100, 0.2, 0.076, 0.02, 0.03, 1.0, 0.0, 2.0), 100 * 0.2 * (0.096 - 0.06))


@holds_for(sums, shares, st.floats(-0.5, 0.9), shares, shares, st.floats(0, 5), st.floats(0, 5))
def test_cash_of_two_stretches_is_cash_of_both(revenue, retained, margin, saved, energy, one, other):
    def earned(demand: float) -> float:
        return business.cash_flow(revenue, retained, margin, saved, energy, demand, 0.3 * demand, 0.2 * demand)

    assert math.isclose(earned(one) + earned(other), earned(one + other), rel_tol=1e-9, abs_tol=1e-6)


@holds_for(rates, st.floats(1, 100))
def test_exits_follow_their_rate(rate, multiple):
    calm, distressed = (business.exit_probability(rate, state, multiple) for state in (False, True))
    assert close(calm, 1 - math.exp(-rate / 12))
    assert close(distressed, 1 - math.exp(-rate * multiple / 12))
    assert 0.0 <= calm <= distressed <= 1.0
    assert business.exit_probability(0.0, True, multiple) == 0.0


def test_entrants_come_with_what_is_usual_in_their_month():
    assert business.head_start(3.0, 1.5, 2.0, 0) == 5.0
    assert close(business.head_start(3.0, 1.5, 2.0, 30), 5.0 + 1.5 * 2.5)
    assert business.head_start(-4.0, 0.0, 0.0, 90) == -4.0


@pytest.mark.parametrize("order", [0, 1, 2])
@holds_for(coverage=shares, mix=st.tuples(st.floats(0.05, 1), st.floats(0.05, 1), st.floats(0.05, 1)))
def test_as_many_are_covered_as_there_is_coverage_for(order, coverage, mix):
    """Exactly the share, whatever the order; small-first and large-first fill one class before the next."""
    small, medium, large = (part / sum(mix) for part in mix)
    shares = np.array([small, medium, large])
    ranks = (np.arange(1000) + 0.5) / 1000
    reached = [
        float(np.mean([business.covered(size, rank, coverage, order, shares) for rank in ranks])) for size in range(3)
    ]
    total = reached[0] * small + reached[1] * medium + reached[2] * large
    assert total == pytest.approx(coverage, abs=2e-3)
    if order:
        first = reached if order == 1 else reached[::-1]
        for earlier, later in pairwise(first):
            assert later == 0.0 or earlier == 1.0


SHARES = np.array([0.8, 0.15, 0.05])


@pytest.mark.parametrize("size", [0, 1, 2])
def test_with_no_order_the_size_of_a_firm_does_not_matter(size):
    assert business.covered(size, 0.39, 0.4, 0, SHARES)
    assert not business.covered(size, 0.4, 0.4, 0, SHARES)  # a share of 0.4 are those below 0.4


@pytest.mark.parametrize(
    ("order", "size", "coverage"),
    [(1, 0, 0.3125), (1, 1, 0.75), (1, 2, 0.9375), (2, 2, 0.0625), (2, 1, 0.25), (2, 0, 0.6875)],
)
def test_classes_are_filled_one_after_another(order, size, coverage):
    """Small 5/8, medium 1/4, large 1/8: the middle firm of a class is reached at half of its own share."""
    assert not business.covered(size, 0.5, coverage, order, np.array([0.625, 0.25, 0.125]))
    assert business.covered(size, 0.5, coverage + 1e-9, order, np.array([0.625, 0.25, 0.125]))


def test_nobody_and_everybody_is_covered():
    for order in range(3):
        for size in range(3):
            assert not business.covered(size, 1e-9, 0.0, order, SHARES)
            assert business.covered(size, 1 - 1e-9, 1.0, order, SHARES)


@holds_for(st.floats(0, 1, exclude_max=True), st.lists(st.floats(0, 0.99), min_size=1, max_size=300))
def test_a_firm_is_visited_once_a_round(phase, steps):
    """However the pace of the rota changes, after n rounds a firm has had n visits, give or take one."""
    rounds, visits = 0.0, 0
    for step in steps:
        after = rounds + step
        visits += business.visited(phase, rounds, after)
        rounds = after
    assert abs(visits - rounds) < 1 + 1e-9
    assert visits == math.floor(rounds + phase) - math.floor(phase)


@holds_for(st.floats(0.01, 0.99), st.integers(1, 12))
def test_every_phase_is_visited_exactly_once_in_a_round(start, steps):
    """Whole rounds, in twelfths: each firm once, none twice, none left out."""
    edges = start + np.arange(12 * steps + 1) / (12 * steps)
    for phase in (np.arange(60) + 0.5) / 60:
        if min(abs((edge + phase) % 1 - 1e-12) for edge in (edges[0], edges[-1])) < 1e-9:
            continue
        visits = sum(business.visited(phase, a, b) for a, b in pairwise(edges))
        assert visits == 1
