"""Mechanisms of version 2 reach their limits with other numbers than their files have.

`benchmarks/verification/mechanisms.py` runs ``scenarios/limits/*.toml`` as they are; here the numbers vary, and a
theory that is slightly wrong must be told from the one that is right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import limits
import mechanisms
import numpy as np
import pytest
from checks import Check

from test_limits import assert_passed

OTHERS: dict[str, Callable[[], list[Check]]] = {
    "support, nearly none": lambda: mechanisms.support_draws(8.0, 0.05),
    "support, nearly all": lambda: mechanisms.support_draws(0.2, 0.95),
    "phases": lambda: mechanisms.phases(3.0, 0.0, 0.5),
    "a day": lambda: mechanisms.asked_how(1),
    "at once": lambda: mechanisms.asked_how(0),
    "a year": lambda: mechanisms.asked_how(365),
    "none goes alone": lambda: mechanisms.refused(0.0),
    "all go alone": lambda: mechanisms.refused(1.0),
    "a slump": lambda: mechanisms.todays_prices(0.6, 2.0),
    "as usual": lambda: mechanisms.todays_prices(1.0, 5.0),
    "for ever": lambda: mechanisms.todays_prices(2.0, 1000.0),
    "no dearer": lambda: mechanisms.patience(0.0),
    "twice as dear": lambda: mechanisms.patience(1.0),
    "few places": lambda: mechanisms.list_places(7, 300),
    "no places": lambda: mechanisms.list_places(0, 300),
    "places enough": lambda: mechanisms.list_places(500, 300),
    "a rate below the cap": lambda: mechanisms.pilot_city(0.9, 0.1, 0.4),
    "few recorded": lambda: mechanisms.recorded(0.02),
    "fast turnover": lambda: mechanisms.entrants(0.3, 0.3),
    "nobody looks ahead": lambda: mechanisms.awaited(0.0),
    "all look ahead": lambda: mechanisms.awaited(1.0),
    "another sector": lambda: mechanisms.only_some("display", 6),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_mechanism_in_its_limit(name: str) -> None:
    assert_passed(OTHERS[name]())


FAULTS: dict[str, tuple[str, dict[str, Any], Callable[[], list[Check]]]] = {
    "stakes count for less": ("support-draws", {"attention.stake_rate": 1.5}, lambda: mechanisms.support_draws(1.6)),
    "phases are pushed a little more": ("phases", {"phases.drive": (0.5, 2.0, 0.0)}, mechanisms.phases),
    "fewer go alone": ("refused", {"support.alone_after_refusal": 0.46}, mechanisms.refused),
    "demand is half expected": ("todays-prices", {"valuation.price_outlook": 0.7}, mechanisms.todays_prices),
    "the premium is less": ("patience", {"providers.outside_premium": 0.26}, mechanisms.patience),
    "one more place": ("list-places", {"lists.workshop_places": 91}, mechanisms.list_places),
    "the list is longer": ("pilot-city", {"pilot.share": 0.32}, mechanisms.pilot_city),
    "the cap is of another level": ("pilot-city", {"pilot.cap.level3": 0.41}, mechanisms.pilot_city),
    "more is recorded": ("recorded", {"projects.recorded.light": 0.32}, mechanisms.recorded),
    "entrants know less": ("entrants", {"awareness.entrants_follow": 0.9}, mechanisms.entrants),
    "fewer look ahead": ("awaited", {"choosing.anticipation": 0.55}, mechanisms.awaited),
    "little is left to rivals": ("rivals", {"production.rivalry": 0.999}, mechanisms.rivals),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_mechanism_that_is_slightly_another_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file, change, check = FAULTS[name]
    run = limits.run

    def faulty(called: str, changes: dict[str, Any] | None = None, **more: Any) -> limits.Limit:
        assert called == file
        return run(called, {**(changes or {}), **change}, **more)

    monkeypatch.setattr(limits, "run", faulty)
    assert not all(one.passed for one in check())


def test_capacity_follows_orders_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    assert_passed(mechanisms.capacity_follows(seeds=20))
    run = limits.run
    monkeypatch.setattr(limits, "run", lambda name, **more: run(name, {"providers.adjustment_months": 240.0}, **more))
    assert not all(one.passed for one in mechanisms.capacity_follows(seeds=4))


def test_without_a_mechanism_the_textbook_is_left() -> None:
    """Each file extends the textbook district: with its own mechanism off it is the textbook to the bit."""
    off = {
        "support-draws": {"attention.stake_rate": 0.0, "attention.spontaneous_rate": 0.2},
        "phases": {"phases.drive": 1.0},
        "recorded": {"projects.recorded": 0.0, "attention.spontaneous_rate": 0.2},
        "rivals": {
            "production.rivalry": 0.0,
            "projects.capacity_effect": limits.run("textbook", months=1).parameters.projects.capacity_effect,
        },
    }
    expected = limits.run("textbook", {"population.firms": 2000})
    for name, changes in off.items():
        found = limits.run(name, {**changes, "population.firms": 2000})
        assert np.array_equal(found.world.series, expected.world.series), name
