"""The model reduces to textbooks where everything else is switched off, with other numbers than its files have.

`benchmarks/verification/limits.py` runs ``scenarios/limits/*.toml`` and compares; here the parameters vary, and theory
that is slightly wrong must be told from theory that is right.
"""

from __future__ import annotations

from collections.abc import Callable

import limits
import numpy as np
import pytest
import theory
from checks import Check


def assert_passed(checks: list[Check]) -> None:
    failed = [
        f"{check.what}: expected {check.expected} {check.tolerance}, seen {check.seen}"
        for check in checks
        if not check.passed
    ]
    assert not failed


def test_with_everything_off_firms_only_look_of_their_own_accord():
    shares = [limits.run("textbook", {"attention.spontaneous_rate": 0.4}, seed=seed).adopters for seed in range(20)]
    expected = 1.0 - np.exp(-0.4 * np.arange(1, 157) / 12.0)
    error = np.std(shares, axis=0, ddof=1) / np.sqrt(20)
    assert (np.abs(np.mean(shares, axis=0) - expected) <= 3.5 * error + 1e-12).all()


@pytest.mark.parametrize(("p", "q", "firms"), [(0.1, 0.1, 150), (0.02, 1.0, 400), (0.3, 0.0, 60), (0.05, 3.0, 250)])
def test_bass_on_a_complete_network(p, q, firms):
    assert_passed(limits.bass(p, q, firms))


@pytest.mark.parametrize(("p", "q", "firms"), [(0.02, 0.5, 10_000), (0.4, 0.2, 3000)])
def test_bass_in_one_park(p, q, firms):
    assert_passed(limits.bass(p, q, firms, file="bass-one-park", seeds=100))


def test_bass_converges_with_the_first_power_of_the_step():
    assert_passed(limits.convergence(0.15, 0.25, seeds=2))


@pytest.mark.parametrize(("p", "q", "firms"), [(0.1, 1.0, 4000), (0.02, 0.3, 9000), (0.2, 0.1, 1001)])
def test_a_ring(p, q, firms):
    assert_passed(limits.ring(p, q, firms))


@pytest.mark.parametrize("grant", [False, True], ids=["tax credit", "grant"])
@pytest.mark.parametrize(("support", "spread", "level"), [(0.0, 0.5, 0.2), (0.5, 0.4, 0.1), (0.2, 1.5, 0.3)])
def test_probit_adoption(support, spread, level, grant):
    assert_passed(limits.probit(support, spread, level, grant=grant))


@pytest.mark.parametrize("carried", [False, True], ids=["lapsing", "kept"])
@pytest.mark.parametrize(("monthly", "firms", "seed"), [(1, 200, 5), (7, 900, 2), (40, 2500, 3), (1000, 500, 4)])
def test_first_come_first_served(monthly, firms, seed, carried):
    assert_passed(limits.budget(monthly, firms, carried=carried, seed=seed))


def test_nobody_is_overtaken():
    assert_passed(limits.overtaken(4))


@pytest.mark.parametrize(("inverse", "spread", "support"), [(0.0, 1.0, 0.3), (0.3, 0.5, 0.1), (4.0, 1.0, 0.08)])
def test_who_gets_the_subsidy(inverse, spread, support):
    assert_passed(limits.prices(inverse, spread, support))


@pytest.mark.parametrize(("orders", "starts"), [(1.5, 2), (0.5, 1), (10.0, 11)])
def test_waiting_for_a_provider(orders, starts):
    assert_passed(limits.providers(orders, starts, seeds=200))


@pytest.mark.parametrize(("rate", "dividend", "volatility"), [(0.05, 0.06, 0.1), (0.03, 0.03, 0.3), (0.1, 0.05, 0.2)])
def test_the_option_to_wait(rate, dividend, volatility):
    assert_passed(limits.option(rate, dividend, volatility))


# ------------------------------------------------------------------------------------ the check is checked


def off(name: str, change: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a piece of theory slightly wrong."""
    sound = getattr(theory, name)
    monkeypatch.setattr(theory, name, lambda *given, **named: change(sound, *given, **named))


FAULTS: dict[str, tuple[Callable[[], list[Check]], Callable[..., object]]] = {
    "bass_discrete": (limits.bass, lambda sound, p, q, months: sound(p, 1.1 * q, months)),
    "ring_discrete": (limits.ring, lambda sound, p, q, months: sound(p, 1.1 * q, months)),
    "probit_blurred": (
        limits.probit,
        lambda sound, mean, spread, support, *rest: sound(mean, spread, support + 0.03, *rest),
    ),
    "budget_queue": (limits.budget, lambda sound, demand, budget, **kept: sound(demand, 1.01 * budget, **kept)),
    "price_at": (limits.prices, lambda sound, support, inverse, *rest: sound(support, 1.3 * inverse, *rest)),
    "lindley": (limits.providers, lambda sound, arrivals, starts: sound(arrivals, starts) + 1.0),
    "queue_mean": (limits.providers, lambda sound, orders, starts, months: sound(1.05 * orders, starts, months)),
}


@pytest.mark.parametrize("name", FAULTS)
def test_theory_that_is_slightly_wrong_is_told_from_theory_that_is_right(name, monkeypatch):
    check, change = FAULTS[name]
    off(name, change, monkeypatch)
    assert not all(found.passed for found in check())


def test_a_trigger_that_is_not_the_model_s_is_noticed(monkeypatch):
    run = limits.run
    monkeypatch.setattr(
        limits, "run", lambda name, changes: run(name, {"valuation.waiting_multiple": changes.popitem()[1] * 1.03})
    )
    assert not all(found.passed for found in limits.option())


# -------------------------------------------------------------------------------------- theory, against itself


def test_the_ring_in_small_steps_is_the_closed_form():
    fine = theory.ring_discrete(0.05 / 40, 0.4 / 40, 400)[-1]
    assert fine == pytest.approx(theory.ring_continuous(0.05, 0.4, np.array([10.0 / 12.0]))[0], rel=2e-3)


def test_the_recursion_in_small_steps_is_the_bass_curve():
    fine = theory.bass_discrete(0.05 / 50, 0.4 / 50, 50 * 120)[-1]
    assert fine == pytest.approx(theory.bass_continuous(0.05, 0.4, np.array([10.0]))[0], rel=1e-3)


def test_the_mean_queue_is_pollaczek_and_khinchin_s_in_the_long_run():
    """One start a month, of which one can be kept: the queue beyond the first of a queue that keeps none."""
    orders = 0.7
    waiting = orders**2 / (2.0 * (1.0 - orders))  # M/D/1 in steps
    busy = 1.0 - (1.0 - orders) / np.exp(-orders)  # chance that somebody waits, from the law's generating function
    assert theory.queue_mean(orders, 1, 20_000) == pytest.approx(waiting - busy, rel=1e-3)


@pytest.mark.parametrize(("rate", "dividend", "volatility"), [(0.04, 0.04, 0.2), (0.08, 0.05, 0.35)])
def test_the_option_multiple_is_the_best_trigger(rate, dividend, volatility):
    drift = (rate - dividend) / volatility**2
    beta = 0.5 - drift + np.sqrt((drift - 0.5) ** 2 + 2.0 * rate / volatility**2)
    triggers = np.linspace(1.001, 8.0, 20_000)
    worth = (triggers - 1.0) * (1.0 / triggers) ** beta  # net gain at the trigger, discounted until it is reached
    assert triggers[np.argmax(worth)] == pytest.approx(theory.option_multiple(rate, dividend, volatility), rel=1e-3)
