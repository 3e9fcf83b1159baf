"""Public and private money in 200 random districts under random policies: every yuan is somewhere, every month."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from small_district import COLUMNS, money, parameters, policy, run, series, setting, total
from zhizao.engine.month import simulate
from zhizao.engine.simulation import run_one
from zhizao.engine.state import (
    APPLYING,
    APPROPRIATED,
    BUILDING,
    CLAWED_BACK,
    EMPTY,
    GONE,
    LAPSED,
    LEFT,
    OUTSTANDING,
    PAID,
    PROMISED,
    World,
    new_world,
)
from zhizao.parameters.registry import parameter_specifications
from zhizao.parameters.specification import Specification
from zhizao.policy.levers import INSTRUMENTS, Policy, lever_specifications
from zhizao.policy.offers import monthly_offers

MONTHS = 60
SCENARIOS = 200
CLOSED = 1e-9
GRANTS, TAX, LOANS = (INSTRUMENTS.index(name) for name in ("grants", "tax", "loans"))

SENSIBLE = {
    "grants.cap": 20.0,
    "grants.floor": 2.0,
    "grants.size_factor": 3.0,
    "grants.fund_multiple": 3.0,
    "grants.additional_budget": 50.0,
    "grants.payment_delay": 24.0,
    "awards.workshop": 3.0,
    "awards.factory": 3.0,
    "awards.level2": 1.0,
    "awards.level3": 1.0,
    "awards.level4": 1.0,
    "diagnosis.value": 0.1,
    "tax.credit_rate": 0.5,
    "loans.guarantee_share": 0.5,
    "specialists.count": 50.0,
    "specialists.caseload": 20.0,
    "specialists.visits": 40.0,
    "handling.processing_days": 300.0,
    "handling.monthly_capacity": 30.0,
    "response.days": 300.0,
    "providers.capacity_gain": 3.0,
    "campaign.rate": 5.0,
    "lists.workshop_places": 10.0,
    "lists.factory_places": 4.0,
    "pilot.cap": 1.0,
    "pilot.copy_evidence": 5.0,
    "context.provider_capacity": 3.0,
    "context.demand": 3.0,
}
"""Where most of a lever's bounds are beyond any budget, most draws stay below these."""

VARIED = (
    "attention.spontaneous_rate",
    "attention.contagion_rate",
    "attention.visit_rate",
    "awareness.start_share",
    "awareness.word_rate",
    "valuation.benefit_level",
    "valuation.benefit_spread",
    "valuation.waiting_multiple",
    "valuation.repeat_effect",
    "support.burden_multiple",
    "support.start_success",
    "support.longest_wait",
    "finance.credit_share",
    "finance.cash_share",
    "finance.loan_months",
    "finance.retained_share",
    "choosing.taste_spread",
    "projects.cost_level",
    "projects.duration",
    "building.search_share",
    "building.obstacle_probability",
    "building.success_intercept",
    "levels.start_mean",
    "levels.erosion",
    "levels.recognition",
    "providers.capacity",
    "providers.inverse_supply_elasticity",
    "turnover.exit_rate",
    "turnover.entry_rate",
    "turnover.distress_multiple",
    "sectors.margin",
    "sectors.growth",
    "population.workshop_share",
)


def value(spec: Specification, dice: random.Random, high: float) -> float:
    """A value within bounds: at an end now and then, else anywhere, small ones more often."""
    high = math.floor(min(high, spec.high)) if spec.whole else min(high, spec.high)
    if dice.random() < 0.1:
        return dice.choice([spec.low, high])
    drawn = spec.low + (high - spec.low) * dice.random() ** 2
    return math.floor(drawn) if spec.whole else drawn


def random_settings(specs: list[Specification], dice: random.Random, share: float, limits: dict[str, float]) -> dict:
    found: dict = {}
    for spec in specs:
        if dice.random() > share:
            continue
        high = limits.get(spec.key, spec.high) if dice.random() < 0.95 else spec.high
        if spec.unit in ("1 or 0", "level"):  # seldom shuts anybody out, and lets most in
            if spec.key == "pilot.sectors" or dice.random() < 0.1:
                found[spec.key] = tuple(float(dice.random() < 0.8) for _ in spec.axis) or float(dice.randrange(5))
        elif spec.choices:
            found[spec.key] = dice.choice(spec.choices)
        else:
            found[spec.key] = tuple(value(spec, dice, high) for _ in spec.axis) or value(spec, dice, high)
    return found


@dataclass
class Case:
    """One random scenario, run month by month with the government's ledger kept of every month."""

    number: int
    world: World
    ledgers: np.ndarray
    owed: np.ndarray


def random_parameters(dice: random.Random) -> dict:
    specs = [parameter_specifications()[key] for key in VARIED]
    limits = {}
    for spec in specs:
        highest = max(spec.default) if isinstance(spec.default, tuple) else spec.default
        limits[spec.key] = 4 * abs(float(highest)) + 0.1
    return random_settings(specs, dice, 0.4, limits)


def random_policy(dice: random.Random) -> Policy:
    """Any lever may be drawn; grants are on more often than not, since most of the money is theirs."""
    levers = random_settings(list(lever_specifications().values()), dice, dice.choice([0.2, 0.6]), SENSIBLE)
    if dice.random() < 0.8:
        levers |= {
            "grants.rate": tuple(dice.random() for _ in range(4)),
            "grants.cap": dice.choice([0.2, 3.0, 20.0]),
            "grants.floor": 0.0,
            "grants.size_factor": 1.0,
            "grants.fund_multiple": dice.choice([0.02, 0.2, 2.0]),
            "grants.advance_share": dice.choice([0.0, 0.5, 1.0]),
            "handling.processing_days": dice.choice([0.0, 90.0]),
        }
    return policy(levers)


def random_policies(dice: random.Random) -> list[Policy]:
    """One to four policies in turn, so that programmes begin, change and end while promises are out."""
    policies: list[Policy] = []
    while len(policies) < MONTHS:
        policies += [random_policy(dice)] * dice.choice([MONTHS, 30, 18, 7])
    return policies[:MONTHS]


def owed_to_firms(world: World) -> tuple[float, float, float]:
    """Grants, tax credits and interest that firms have been promised and not yet been given, by their own records."""
    firms = world.firms[~np.isin(world.firms["status"], (EMPTY, GONE))]
    holding = firms[(firms["status"] != APPLYING) & (firms["registered"] == 0)]  # asked for is not promised
    at_work = holding[(holding["status"] == BUILDING) & (holding["supported"] == 1)]
    grants = holding["grant"].sum() - at_work["advance"].sum()
    working = firms[firms["status"] == BUILDING]
    return grants, working["tax_due"].sum(), working["interest_due"].sum()


def run_case(number: int) -> Case:
    dice = random.Random(number)
    par = parameters(random_parameters(dice), firms=dice.choice([5, 40, 120]))
    offers = monthly_offers(random_policies(dice), par)
    chosen = setting(par, seed=number, months=MONTHS, network=dice.choice(["supply", "supply", "ring", "empty"]))
    world = new_world(chosen.district, par.record(), offers, number)
    ledgers, owed = [], []
    for month in range(MONTHS):
        simulate(world, month, month + 1)
        ledgers.append(world.ledger.copy())
        owed.append(owed_to_firms(world))
    return Case(number, world, np.array(ledgers), np.array(owed))


@cache
def cases() -> list[Case]:
    return [run_case(number) for number in range(SCENARIOS)]


def all_close(gap: np.ndarray, scale: np.ndarray) -> bool:
    return bool((np.abs(gap) <= CLOSED * np.maximum(np.abs(scale), 1.0)).all())


def failing(holds) -> list[int]:
    """Numbers of the cases for which something does not hold."""
    return [case.number for case in cases() if not holds(case)]


def line(case: Case, place: int) -> np.ndarray:
    """One line of the ledger: month, tier, instrument."""
    return case.ledgers[:, place]


# ----------------------------------------------------------------------------------------------- identities


def test_the_cases_try_what_they_should():
    """Else the tests below would hold of nothing."""
    happened = {
        "supported projects": lambda case: total(case.world, "supported_started") > 0,
        "failures": lambda case: total(case.world, "projects_failed") > 0,
        "money taken back": lambda case: line(case, CLAWED_BACK)[-1, :, GRANTS].sum() > 0,
        "paid grants taken back": lambda case: (np.diff(line(case, PAID)[:, :, GRANTS], axis=0) < 0).any(),
        "a budget that binds": lambda case: total(case.world, "rejections") > 0,
        "money that lapses": lambda case: line(case, LAPSED)[-1].sum() > 0,
        "loans": lambda case: case.world.district[0]["loan"] > 0,
        "tax credits": lambda case: line(case, PAID)[-1, :, TAX].sum() > 0,
        "interest paid": lambda case: line(case, PAID)[-1, :, LOANS].sum() > 0,
        "firms that leave": lambda case: total(case.world, "exits") > 0,
    }
    counts = {what: sum(map(bool, map(did, cases()))) for what, did in happened.items()}
    assert min(counts.values()) >= 10, counts


def test_the_model_says_itself_that_its_ledgers_close():
    assert not failing(lambda case: money(case.world, "residual").max() <= CLOSED)


def test_what_is_appropriated_is_promised_lapsed_or_left():
    def holds(case: Case) -> bool:
        given = line(case, APPROPRIATED)
        return all_close(given - line(case, PROMISED) - line(case, LAPSED) - line(case, LEFT), given)

    assert not failing(holds)

    def as_told(case: Case) -> bool:
        left = line(case, LEFT).sum(axis=(1, 2))
        return all_close(money(case.world, "budget_left") - left, line(case, APPROPRIATED).sum(axis=(1, 2)))

    assert not failing(as_told)


def test_what_is_promised_is_paid_taken_back_or_outstanding():
    def holds(case: Case) -> bool:
        promised = line(case, PROMISED)
        return all_close(promised - line(case, PAID) - line(case, CLAWED_BACK) - line(case, OUTSTANDING), promised)

    assert not failing(holds)


def test_what_firms_spend_is_their_own_a_grant_or_a_loan():
    def holds(case: Case) -> bool:
        spent = money(case.world, "spending")
        parts = sum(money(case.world, part) for part in ("own", "grant", "loan"))
        return all_close(spent - parts, spent)

    assert not failing(holds)


@pytest.mark.parametrize("instrument", ["grants", "tax", "loans"])
def test_what_is_outstanding_is_what_firms_wait_for(instrument):
    """The government's books against the firms' own records, which are kept apart."""
    place = ("grants", "tax", "loans").index(instrument)

    def holds(case: Case) -> bool:
        outstanding = line(case, OUTSTANDING)[:, :, INSTRUMENTS.index(instrument)].sum(axis=1)
        scale = line(case, PROMISED)[:, :, INSTRUMENTS.index(instrument)].sum(axis=1)
        return all_close(outstanding - case.owed[:, place], scale)

    assert not failing(holds)


# ------------------------------------------------------------------------------------------------- limits


def test_the_budget_is_never_exceeded():
    def holds(case: Case) -> bool:
        given, promised = line(case, APPROPRIATED), line(case, PROMISED)
        return bool((promised <= given + CLOSED * np.maximum(given, 1.0)).all())

    assert not failing(holds)


def test_no_more_is_paid_than_was_promised():
    def holds(case: Case) -> bool:
        promised = line(case, PROMISED)
        return bool((line(case, PAID) + line(case, CLAWED_BACK) <= promised + CLOSED * np.maximum(promised, 1.0)).all())

    assert not failing(holds)


def test_nothing_is_negative():
    def holds(case: Case) -> bool:
        scale = np.maximum(line(case, APPROPRIATED), 1.0)
        ledger = all((line(case, place) >= -CLOSED * scale).all() for place in range(case.ledgers.shape[1]))
        counted = all(
            (series(case.world, column, group) >= -CLOSED * np.maximum(np.abs(series(case.world, column)), 1.0)).all()
            for column in COLUMNS
            for group in ("all", "sme", "small", "large", "level1", "vehicles")
        )
        spent = (money(case.world, "spending") >= 0).all() and (money(case.world, "loan") >= 0).all()
        return bool(ledger and counted and spent)

    assert not failing(holds)


def test_what_was_given_stays_given():
    """Only outstanding and left money, and advances taken back, ever fall."""

    def holds(case: Case) -> bool:
        only_grow = (APPROPRIATED, PROMISED, CLAWED_BACK, LAPSED)
        return all((np.diff(line(case, place), axis=0) >= -1e-12).all() for place in only_grow)

    assert not failing(holds)


def test_everything_is_finite():
    assert not failing(
        lambda case: (
            np.isfinite(case.world.series).all()
            and np.isfinite(case.world.money).all()
            and np.isfinite(case.ledgers).all()
        )
    )


# ------------------------------------------------------------------------------------------ one by one


ADVANCED = {
    "grants.rate": 0.5,
    "grants.cap": 50.0,
    "grants.fund_multiple": 50.0,
    "grants.advance_share": 0.5,
    "handling.processing_days": 0.0,
}
EAGER = {
    "projects.cost_level": 0.2,
    "projects.lowest_score": (0.0, 15.0, 100.0, 100.0),
    "providers.capacity": 100.0,
    "building.obstacle_probability": 0.0,
    "attention.spontaneous_rate": 5.0,
    "awareness.start_share": 1.0,
    "turnover.exit_rate": 0.0,
    "turnover.entry_rate": 0.0,
}


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_failure_costs_the_grant_and_as_much_of_the_advance_as_is_taken_back(share):
    """Firms apply from January to March, while good providers are promised; then every project fails."""
    par = parameters(EAGER | {"building.success_intercept": -8.0, "building.success_competence": 20.0})
    offered = policy(ADVANCED, {"grants.clawback_share": share, "grants.window_close": 3})
    promising = policy(ADVANCED, {"grants.window_close": 3, "providers.competence_gain": 0.5})
    world = run(par, [promising] * 3 + [offered] * 9, months=12)
    assert total(world, "supported_started") > 20
    assert total(world, "projects_completed") == 0
    promised, paid, back = (world.ledger[place, :, GRANTS].sum() for place in (PROMISED, PAID, CLAWED_BACK))
    assert paid == pytest.approx(promised * 0.5 * (1.0 - share), rel=1e-9, abs=1e-9)
    assert back == pytest.approx(promised - paid, rel=1e-9)
    assert world.ledger[OUTSTANDING].sum() == pytest.approx(0.0, abs=1e-9)


def test_a_firm_that_leaves_as_its_project_ends_keeps_its_advance_and_loses_the_rest():
    par = parameters(EAGER | {"turnover.exit_rate": 3.0}, firms=200)
    world = run(par, policy(ADVANCED), months=12)
    grants, _, _ = owed_to_firms(world)
    assert total(world, "exits") > 100
    assert total(world, "supported_started") > 50
    assert world.ledger[OUTSTANDING, :, GRANTS].sum() == pytest.approx(grants, rel=1e-9)


@pytest.mark.parametrize("waived", [0.0, 0.2, 0.45])
@pytest.mark.parametrize("state", [0.05, 0.45])
@pytest.mark.parametrize("queue", [False, True], ids=["at once", "after a queue"])
def test_the_state_adds_its_share_of_every_light_project_that_was_ordered_under_an_agreement(waived, state, queue):
    """The firm pays the rest; the share is of the cost before any part is taken off; what is agreed is kept."""
    shares = {"provider_discount.waived_share": waived, "provider_discount.state_share": state}
    par = parameters(EAGER | {"providers.capacity": 1.5 if queue else 100.0, "awareness.start_share": 1.0})
    dated = [policy()] * 3 + [policy(shares)] * 3 + [policy()] * 18
    world = run_one(replace(setting(par, months=24), keep_log=True), monthly_offers(dated, par))
    begun = world.log[: int(world.district[0]["logged"])]
    if not queue:
        agreed = begun[(begun["kind"] == 0) & (begun["month"] >= 3) & (begun["month"] < 6)]
        assert len(agreed) > 5
        given = agreed["cost"].sum() / (1 - waived - state) * state
        assert world.ledger[PAID, :, INSTRUMENTS.index("provider_discount")].sum() == pytest.approx(given, rel=1e-9)
    assert (world.ledger >= 0.0).all()
    assert (begun["cost"] > 0.0).all()
    assert (np.diff(money(world, "spending")) >= 0.0).all()
    assert money(world, "residual").max() <= CLOSED


def test_what_provider_and_state_bear_never_is_the_whole_price():
    bounds = lever_specifications()
    assert bounds["provider_discount.waived_share"].high + bounds["provider_discount.state_share"].high < 1.0


# -------------------------------------------------------------------------------------- the check is checked


def residual_after(place: int | str, amount: float) -> float:
    """What the model says of its ledgers in a month at whose start `amount` was added to one line."""
    par = parameters(EAGER)
    chosen = setting(par, months=24)
    world = new_world(chosen.district, par.record(), monthly_offers([policy(ADVANCED)] * 24, par), chosen.seed)
    simulate(world, 0, 23)
    if isinstance(place, str):
        world.district[place] += amount
    else:
        world.ledger[place, 1, GRANTS] += amount
    simulate(world, 23, 24)
    assert money(world, "residual")[22] <= CLOSED
    return float(money(world, "residual")[23])


PLACES = (*range(7), "own", "grant", "loan", "spending")


@pytest.mark.parametrize("place", PLACES)
def test_the_model_notices_a_thousand_yuan_that_are_missing_or_too_many(place):
    assert residual_after(place, 1e-3) > CLOSED
    assert residual_after(place, -1e-3) > CLOSED


@pytest.mark.parametrize("amount", [math.nan, math.inf])
def test_the_model_notices_money_that_is_no_number(amount):
    assert not [place for place in PLACES if residual_after(place, amount) <= CLOSED]


def test_a_ledger_that_does_not_close_stops_the_run(monkeypatch):
    from zhizao.engine import simulation

    def spoiled(world, first, last):
        simulate(world, first, last)
        world.money[last - 1, 7] = 2e-9

    monkeypatch.setattr(simulation, "simulate", spoiled)
    with pytest.raises(simulation.LedgerError, match="month 11"):
        run(parameters(), policy(), months=12)
