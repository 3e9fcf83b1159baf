"""The rules of version 2 at values worked out by hand, on both sides of comparisons; the numbers that rules hold fixed.

Like `test_rules.py`, whose properties hold for any values, this file is what mutants of the rules are tried on.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from test_rules import close, holds_for, rates, shares, st, sums
from zhizao.rules import attention, business, constants, market, progress, support, value

# ---------------------------------------------------------------------------------------------- attention


def test_looking_and_hearing_are_never_sure():
    assert attention.looking_probability(1e6) == attention.hearing_probability(1e6, 0.0, 0.0, 0.0) == 1.0 - 2.0**-20


def test_what_comes_is_below_its_probability():
    likely = attention.looking_probability(6.0)
    assert attention.comes(likely - 1e-9, 6.0)
    assert not attention.comes(likely, 6.0)
    assert not attention.comes(0.5, 6.0)  # at the rate in a month, where the probability is 0.39
    assert not attention.comes(1e-9, 0.0)


# -------------------------------------------------------------------------------------------------- value


def test_a_project_equips_a_part_of_a_large_firm():
    assert value.part_equipped(math.log(4.0), 0.5, 1.0) == pytest.approx(0.5)
    assert value.part_equipped(math.log(4.0), 0.5, 0.5) == pytest.approx(4.0**-0.25)
    assert value.part_equipped(math.log(4.0), 0.5, 0.0) == value.part_equipped(0.0, 0.7, 1.0) == 1.0


def test_the_present_gain_by_hand():
    """Usual gain over all years, and what today's departs from it for as long as that lasts."""
    assert value.present_gain(0.1, 0.2, 1.5, 8.0, 2.0, 0.5) == pytest.approx(0.8 + 0.5 * 0.2 * 2.0)
    assert value.present_gain(0.1, 0.2, 1.5, 8.0, 2.0, 0.0) == pytest.approx(0.8)
    assert value.present_gain(0.3, 0.2, 0.5, 4.0, 3.0, 1.0) == pytest.approx(1.2 - 0.6)


def test_an_annuity_at_the_edge_of_no_rate():
    """Below it the years are counted; from it on the formula holds, which there says nearly the same."""
    assert value.annuity(constants.NO_RATE / 2, 10.0) == 10.0
    assert value.annuity(constants.NO_RATE, 10.0) == -math.expm1(-constants.NO_RATE * 10.0) / constants.NO_RATE != 10.0


def test_a_project_that_begins_later_ends_when_it_would_have():
    assert value.life_left(8.0, 18.0) == 6.5
    assert value.life_left(2.0, 24.0) == value.life_left(1.0, 24.0) == 0.0


@pytest.mark.parametrize(
    ("now", "announced", "unchanged", "discounted", "waits"),
    [
        (0.5, 1.0, 0.2, 0.75, True),
        (0.75, 1.0, 0.2, 0.75, False),  # as much now as then
        (0.5, 0.2, 0.2, 4.0, False),  # support changes nothing then
        (0.5, 0.1, 0.2, 9.0, False),
        (0.9, 1.0, 0.2, 0.5, False),
        (1.5, 2.0, 0.0, 1.0, True),
        (-2.0, -1.0, -3.0, 1.0, True),
        (-1.0, -2.0, -3.0, 0.25, True),
    ],
)
def test_who_waits_for_what_is_announced(now, announced, unchanged, discounted, waits):
    assert value.is_worth_waiting(now, announced, unchanged, discounted) == waits


def test_the_surplus_by_hand():
    assert value.surplus(0.3, 0.5, 0.5) == 0.3
    assert value.surplus(0.3, 0.5, 0.8) == pytest.approx(0.3 + 0.5 * math.log(4.0))
    assert value.surplus(1e9, 0.5, 0.2) == 1e6
    assert value.surplus(-1e9, 0.5, 0.2) == -1e6


@holds_for(st.floats(-3, 3), st.floats(0.01, 2), st.floats(1e-6, 1 - 1e-6))
def test_a_firm_acts_where_its_surplus_is_above_nothing(index, spread, draw):
    surplus = value.surplus(index, spread, draw)
    if abs(surplus) > 1e-9:
        assert value.acts(index, spread, draw) == (surplus > 0.0)


def test_a_firm_that_is_torn_does_not_act():
    assert not value.acts(0.0, 0.5, 0.5)
    assert value.surplus(0.0, 0.5, 0.5) == 0.0


# ------------------------------------------------------------------------------------------------ support


def test_the_offered_share_by_hand():
    assert support.offered_share(1.0, 4.0, 0.25) == 0.5
    assert support.offered_share(0.5, 4.0, 0.0) == 0.125
    assert support.offered_share(3.0, 4.0, 0.5) == support.offered_share(9.0, 2.0, 0.0) == 1.0


def test_who_may_apply():
    assert support.in_reach(2, 1.0, 3.0, 1.0, 1.0)
    assert support.in_reach(1, 1.0, 3.0, 1.0, 1.0)
    assert support.in_reach(3, 1.0, 3.0, 1.0, 1.0)
    assert support.in_reach(2, 2.0, 2.0, 0.5, 0.5)
    assert not support.in_reach(0, 1.0, 3.0, 1.0, 1.0)
    assert not support.in_reach(4, 1.0, 3.0, 1.0, 1.0)
    assert not support.in_reach(2, 1.0, 3.0, 0.0, 1.0)
    assert not support.in_reach(2, 1.0, 3.0, 1.0, 0.0)


def test_what_the_pilot_city_pays():
    assert support.pilot_money(0.5, 1.0, 2.0, 0.25) == 0.5
    assert support.pilot_money(0.5, 4.0, 2.0, 0.5) == 1.5  # what the level reached leaves
    assert support.pilot_money(0.5, 4.0, 2.0, 2.0) == support.pilot_money(0.5, 4.0, 0.5, 2.0) == 0.0


# ------------------------------------------------------------------------------------------------- market


def test_capacity_by_hand():
    assert market.monthly_capacity(4.0, 1.5, 0.25, 0.5) == 3.75
    assert market.monthly_capacity(4.0, 1.0, 0.0, 1.0) == 4.0


def test_what_is_kept_of_unused_starts():
    assert market.available_starts(0.5, 2.0) == 2.5
    assert market.available_starts(3.0, 2.0) == 3.0


def test_the_scale_follows_orders_and_the_queue():
    assert market.adjusted_scale(1.0, 6.0, 8.0, 4.0, 8.0, 0.5) == pytest.approx(1.0 + 0.75 / 8)  # wanted: 7 / 4
    assert market.adjusted_scale(2.0, 0.0, 0.0, 4.0, 4.0, 0.5) == 1.625  # wanted: the least, 0.5
    assert market.adjusted_scale(2.0, 0.0, 1.0, 0.5, 0.25, 0.5) == 2.0  # within a month as in one: wanted 1 / 0.5
    assert market.adjusted_scale(5.0, 0.0, 1.0, 0.5, 0.25, 0.5) == 2.0
    assert market.adjusted_scale(1.5, 9.0, 9.0, 4.0, 0.0, 0.5) == 1.5  # switched off
    assert market.adjusted_scale(1.5, 9.0, 9.0, 0.0, 6.0, 0.5) == 1.5  # no market


def test_the_wait_for_providers():
    assert market.expected_wait(6.0, 4.0) == 1.5
    assert market.expected_wait(1.0, 4.0) == 0.25
    assert market.expected_wait(0.0, 4.0) == market.expected_wait(0.0, 0.0) == 0.0
    assert market.expected_wait(6.0, 0.0) == 1200.0  # a century stands for never
    assert market.expected_wait(2400.0, 2.0) == 1200.0
    assert market.expected_wait(2401.0, 2.0) == 1200.0
    assert market.expected_wait(2399.0, 2.0) == 1199.5


# ----------------------------------------------------------------------------------------------- progress


def test_the_least_score_of_a_level_is_at_it():
    assert [progress.least_score(level) for level in range(5)] == [0.0, 20.0, 40.0, 60.0, 80.0]
    for level in range(5):
        assert progress.level_of(progress.least_score(level)) == level


def test_a_factory_takes_workshops_of_its_own():
    assert progress.has_workshops(3, 0, 3.0)
    assert not progress.has_workshops(2, 0, 3.0)
    assert progress.has_workshops(6, 1, 3.0)
    assert progress.has_workshops(7, 1, 3.0)
    assert not progress.has_workshops(5, 1, 3.0)
    assert progress.has_workshops(0, 4, 0.0)


# ----------------------------------------------------------------------------------------------- business


def test_what_projects_have_added_to_revenue():
    assert business.gained_revenue(120.0, 1.25) == pytest.approx(24.0)
    assert business.gained_revenue(120.0, 1.0) == 0.0


def test_a_firm_loses_in_proportion_to_what_it_sells():
    assert business.lost_output(20.0, 80.0, 4.0) == 1.0
    assert business.lost_output(0.2, 0.8, 4.0) == 1.0
    assert business.lost_output(20.0, 0.0, 4.0) == 0.0


@holds_for(sums, rates, shares)
def test_what_is_lost_is_what_is_taken(revenue, more, taken):
    firms = (revenue + 1.0, more + 0.5, 3.0)
    assert close(sum(business.lost_output(one, sum(firms), taken) for one in firms), taken)


def test_entrants_know_what_is_usual():
    assert business.informed_share(0.3, 0.8, 0.5) == pytest.approx(0.55)
    assert business.informed_share(0.3, 0.8, 0.0) == 0.3
    assert business.informed_share(0.3, 0.8, 1.0) == pytest.approx(0.8)


# ---------------------------------------------------------------------------------------------- constants


def test_the_numbers_that_rules_hold_fixed():
    """Those of docs/ODD.md: 7.2 to 7.17 and the district's cut-points."""
    fixed = {
        "MONTHS_PER_YEAR": 12.0,
        "DAYS_PER_MONTH": 30.4,
        "TOP_SCORE": 100.0,
        "LEVEL2_SCORE": 40.0,
        "LEVEL3_SCORE": 60.0,
        "LEVEL4_SCORE": 80.0,
        "HIGHEST_STARTING_SCORE": 95.0,
        "SCORE_WITH_WORKSHOP": 45.0,
        "MIDDLE": 0.5,
        "MOST_SAVED": 0.9,
        "MONTHS_AHEAD": 12,
        "MEAN_BALANCE": 0.5,
        "NEWS_WEIGHT": 0.5,
        "NO_RATE": 1e-9,
        "TENTH": 0.1,
        "APPROVAL_FIRST": 0,
        "AFTER_THE_FACT": 1,
        "FIRST_COME": 0,
        "MERIT": 1,
        "LOTTERY": 2,
        "SMALL_FIRST": 3,
        "NO_ORDER": 0,
        "SMALL_FIRMS_FIRST": 1,
        "LARGE_FIRST": 2,
    }
    assert {name: getattr(constants, name) for name in constants.__all__} == fixed


def test_every_rule_is_tried():
    """A rule that only the engine's tests know is one whose mutants nobody notices."""
    tried = "".join(
        (Path(__file__).parent / name).read_text("utf-8") for name in ("test_rules.py", Path(__file__).name)
    )
    modules = (attention, business, market, progress, support, value)
    rules = {f"{module.__name__.rpartition('.')[2]}.{rule}" for module in modules for rule in module.__all__}
    assert not [rule for rule in sorted(rules) if not re.search(rf"\b{re.escape(rule)}\(", tried)]
