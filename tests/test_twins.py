"""The engine and the Mesa model are twins: the same rules and luck give the same history, firm by firm.

The Mesa model asks every firm every month, so it is the oracle for the shortcuts of the engine.
"""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import zhizao as zz
from zhizao.engine import month as engine_month
from zhizao.engine.firm_record import FIRM
from zhizao.engine.simulation import Setting, run_one
from zhizao.engine.state import (
    CLAIM,
    DEMAND_SUM,
    FLOWS,
    GROUPS,
    LEDGER_LINES,
    MONEY,
    RELIEF_SUM,
    STATUS,
    STOCKS,
    SURCHARGE_SUM,
    World,
    new_world,
)
from zhizao.parameters.registry import Parameters, parameter_specifications
from zhizao.policy.announced import Announcement
from zhizao.policy.levers import INSTRUMENTS, Policy, lever_specifications
from zhizao.policy.offers import foreseen_offers, monthly_offers
from zhizao.population.district import District, build_district
from zhizao.rules import business
from zhizao.sectors import LEVELS, PLAN_LEVEL, SIZE_COUNT, SME_COUNT, TIERS

mesa = pytest.importorskip("mesa")
mesa_model = pytest.importorskip("zhizao.mesa_model")

Array = np.ndarray[Any, np.dtype[np.float64]]

CASES = 20
FIRM_TOLERANCE = 1e-12
SERIES_TOLERANCE = 1e-9


# --- random scenarios ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Case:
    """One random scenario."""

    parameters: Parameters
    policies: list[Policy]
    district: District
    seed: int
    announced: Sequence[Announcement | None] = ()

    @property
    def offers(self) -> np.recarray[Any, Any]:
        return monthly_offers(self.policies, self.parameters)

    @property
    def foreseen(self) -> np.recarray[Any, Any]:
        return foreseen_offers(self.offers, self.policies, self.announced, self.parameters)

    def mesa(self) -> Any:
        return mesa_model.DistrictModel(
            rng=self.seed,
            parameters=self.parameters,
            district=self.district,
            policies=self.policies,
            announced=self.announced,
        )

    def engine(self) -> World:
        return new_world(self.district, self.parameters.record(), self.offers, self.seed, foreseen=self.foreseen)


LIVELY: dict[str, tuple[float, float]] = {
    "attention.spontaneous_rate": (0.3, 2.0),
    "attention.contagion_rate": (0.2, 2.0),
    "attention.visit_months": (0, 6),
    "awareness.media_rate": (0.0, 1.0),
    "awareness.word_rate": (0.2, 3.0),
    "valuation.benefit_level": (0.8, 2.5),
    "support.longest_wait": (1, 18),
    "support.start_success": (0.2, 1.0),
    "finance.loan_months": (6, 48),
    "finance.cash_share": (0.005, 0.1),
    "building.obstacle_probability": (0.1, 0.9),
    "building.clearing_days": (20, 300),
    "building.success_intercept": (-1.0, 2.0),
    "levels.erosion": (0.3, 6.0),
    "levels.assessment_spread": (2.0, 10.0),
    "production.growth_spread": (0.05, 0.4),
    "turnover.entry_rate": (0.02, 0.2),
    "turnover.entrant_score": (-10.0, 20.0),
    "turnover.entrant_gain": (-4.0, 8.0),
    "funding.annual_fund": (1.0, 120.0),
    "links.firms_per_park": (5, 40),
    "links.partners": (0.5, 4.0),
    "links.leader_link": (0.2, 0.9),
    "providers.normal_use": (0.1, 1.0),
    "providers.smoothing_months": (1, 18),
    "providers.capacity_level": (0.7, 1.5),
    "providers.adjustment_months": (0, 24),
    "providers.lowest_scale": (0.3, 1.0),
    "providers.queue_foresight": (0.0, 1.0),
    "providers.patience_months": (0, 6),
    "providers.outside_premium": (0.1, 4.0),
    "projects.size_alike": (0.0, 1.0),
    "levels.workshops_per_factory": (0, 3),
    "levels.workshops_first": (0.0, 1.0),
}
"""Numbers that are drawn from livelier ranges than their priors, so that within a few years much happens."""

FIXED: dict[str, Any] = {
    "population.class_share": (0.6, 0.28, 0.12),
    "population.mean_excess_revenue": (108.0, 300.0),
    "projects.duration": {"light": 3, "equipment": 5, "workshop": 6, "factory": 8},
    "projects.lowest_score": {"equipment": 10.0, "workshop": 20.0, "factory": 30.0},
    "turnover.exit_rate": (0.08, 0.05, 0.10),
    "links.leader_share": 0.9,
}

LEVERS: dict[str, tuple[float, float]] = {
    "grants.cap": (0.05, 5.0),
    "grants.floor": (0.0, 2.0),
    "grants.size_factor": (0.5, 1.5),
    "grants.fund_multiple": (0.0, 1.0),
    "grants.additional_budget": (0.0, 8.0),
    "grants.rate": (0.05, 0.7),
    "grants.payment_delay": (0, 14),
    "diagnosis.value": (0.0, 0.3),
    "loans.interest_points": (0.0, 0.06),
    "loans.interest_years": (0.5, 4.0),
    "loans.guarantee_share": (0.0, 0.3),
    "loans.guarantee_cost": (0.0, 0.1),
    "tax.credit_rate": (0.0, 0.3),
    "awards.workshop": (0.0, 2.0),
    "awards.factory": (0.0, 4.0),
    "awards.level2": (0.0, 0.5),
    "awards.level3": (0.0, 1.0),
    "awards.level4": (0.0, 2.0),
    "provider_discount.waived_share": (0.0, 0.3),
    "provider_discount.state_share": (0.0, 0.4),
    "specialists.count": (0.0, 14.0),
    "specialists.visits": (1.0, 90.0),
    "specialists.caseload": (1.0, 10.0),
    "handling.processing_days": (0.0, 240.0),
    "handling.monthly_capacity": (0.5, 6.0),
    "response.days": (0.0, 90.0),
    "leaders.template_cut": (0.0, 0.4),
    "providers.capacity_gain": (0.0, 2.0),
    "providers.competence_gain": (0.0, 0.4),
    "campaign.rate": (0.0, 1.0),
    "attraction.score_gain": (0.0, 20.0),
    "relief.energy_share": (0.0, 0.4),
    "relief.interest_points": (0.0, 0.05),
    "infrastructure.cost_cut": (0.0, 0.3),
    "grants.lowest_level": (0, 1),
    "grants.highest_level": (2, 4),
    "specialists.lowest_level": (0, 1),
    "specialists.highest_level": (2, 4),
    "lists.workshop_places": (0, 3),
    "lists.factory_places": (0, 2),
    "pilot.share": (0.3, 1.0),
    "pilot.cap": (0.1, 0.8),
    "pilot.copy_evidence": (0.0, 4.0),
    "context.demand": (0.5, 1.4),
    "context.provider_capacity": (0.2, 1.5),
}
"""Ranges in which levers are drawn where their bounds are too wide; the rest is drawn within its bounds."""

MECHANISMS: dict[str, tuple[float, float]] = {
    "attention.stake_rate": (0.5, 4.0),
    "support.alone_after_refusal": (0.3, 1.0),
    "valuation.price_outlook": (0.3, 1.0),
    "valuation.outlook_years": (1.0, 10.0),
    "awareness.entrants_follow": (0.3, 1.0),
    "production.rivalry": (0.1, 1.0),
    "choosing.anticipation": (0.5, 1.0),
}
"""Mechanisms that are off by default: on in every other case, from draws of their own."""
MECHANISM_LEVERS = ("grants.regime", "context.energy_price")
"""Their levers."""

GROUPS_OF_LEVERS = tuple(dict.fromkeys(key.partition(".")[0] for key in lever_specifications()))


def drawn(chance: np.random.Generator, low: float, high: float, whole: bool) -> float:
    return float(chance.integers(int(low), int(high) + 1)) if whole else float(chance.uniform(low, high))


def random_parameters(chance: np.random.Generator, firms: int) -> Parameters:
    values: dict[str, Any] = dict(FIXED)
    for key, spec in parameter_specifications().items():
        low_high = LIVELY.get(key, spec.prior)
        if low_high is not None and key not in values:
            values[key] = drawn(chance, *low_high, spec.whole)
    values["population.firms"] = firms
    values["population.output"] = 350.0 * firms
    tight = chance.uniform(0.05, 1.0)
    usual = {"light": 1.0, "equipment": 0.5, "workshop": 0.4, "factory": 0.3}
    values["phases.drive"] = tuple(chance.uniform(0.4, 1.8, 3))
    values["projects.recorded"] = tuple(chance.uniform(0.0, 1.0, 4))
    values["providers.capacity"] = {kind: share * tight for kind, share in usual.items()}
    return Parameters().changed(values)


def random_policy(chance: np.random.Generator, number: int) -> Policy:
    """Draw each instrument with odds of two in three; what is not drawn stays off."""
    policy = Policy()
    for group in GROUPS_OF_LEVERS:
        if group != "grants" and chance.random() < 1 / 3:
            continue
        values: dict[str, Any] = {}
        for key, spec in lever_specifications().items():
            if not key.startswith(f"{group}.") or key in MECHANISM_LEVERS:
                continue
            name = key.partition(".")[2]
            low, high = LEVERS.get(key, (spec.low, spec.high))
            if spec.choices:
                values[name] = spec.choices[int(chance.integers(len(spec.choices)))]
            elif spec.axis and spec.unit == "1 or 0":  # most are let in, or too little would happen
                values[name] = tuple(float(chance.random() < 0.85) for _ in spec.axis)
            elif spec.axis:
                values[name] = tuple(drawn(chance, low, high, spec.whole) for _ in spec.axis)
            elif chance.random() < 0.15:
                values[name] = float(spec.default) if isinstance(spec.default, (int, float)) else low
            else:
                values[name] = drawn(chance, low, high, spec.whole)
        policy = replace(policy, **{group: replace(getattr(policy, group), **values)})
    rules = ("first-come", "merit", "lottery", "small-first")
    grants = replace(policy.grants, allocation=rules[number % len(rules)])
    if number % 5 == 0:
        grants = replace(grants, payment_delay=0.0, advance_share=0.5)
    if number % 7 == 3:
        grants = replace(grants, window_open=10.0, window_close=2.0)
    return replace(policy, grants=grants)


def with_mechanisms(chance: np.random.Generator, policy: Policy) -> Policy:
    """Draw how support is asked for, and the price of energy."""
    regime = ("approval-first", "after-the-fact")[int(chance.integers(2))]
    return replace(
        policy,
        grants=replace(policy.grants, regime=regime),
        context=replace(policy.context, energy_price=float(chance.uniform(0.5, 2.0))),
    )


def random_case(number: int) -> Case:
    """Draw a scenario: parameters, a district, and policies that change twice on the way."""
    chance = np.random.default_rng([2024, number])
    firms = int(chance.integers(40, 81))
    months = int(chance.integers(60, 97))
    parameters = random_parameters(chance, firms)
    if number in (3, 8):  # firms look only when something happens to them
        parameters = parameters.changed(
            {
                "attention.spontaneous_rate": 0.0,
                "attention.contagion_rate": 4.0,
                "levels.start_mean": 10.0,
                "attention.partner_weight": 1.0,
                "attention.visit_months": 4,
            }
        )
    if number % 2:
        own = np.random.default_rng([2026, number])
        parameters = parameters.changed({key: float(own.uniform(*ends)) for key, ends in MECHANISMS.items()})
    changes = sorted(chance.choice(np.arange(6, months - 6), size=2, replace=False).tolist())
    stages = [random_policy(chance, number), random_policy(chance, number + 1), random_policy(chance, number)]
    if number % 2:
        stages = [with_mechanisms(own, stage) for stage in stages]
    if number % 6 == 5:
        stages[2] = replace(stages[2], grants=Policy().grants)  # grants are withdrawn
    if number % 6 == 2:
        stages[0] = Policy()
    policies = [stages[sum(month >= change for change in changes)] for month in range(months)]
    announced: list[Announcement | None] = [None] * months
    if number % 2:  # each change is known some months before it comes
        for stage, change in zip(stages[1:], changes, strict=True):
            for month in range(max(change - int(own.integers(1, 14)), 0), change):
                announced[month] = announced[month] or Announcement(stage, change, months - 1)
    seed = int(chance.integers(2**63))
    network = ("supply", "supply", "ring", "supply", "complete")[number % 5]
    district = build_district(parameters, seed, months=months, network=network)
    return Case(parameters=parameters, policies=policies, announced=announced, district=district, seed=seed)


# --- what both hold of every firm ------------------------------------------------------------------------------

IN_HAND = ("applying", "queued", "building")
PROJECT_FIELDS: dict[str, str] = {
    "kind": "kind",
    "cost": "cost",
    "price": "price",
    "state_part": "public_part",
    "since_month": "decided_month",
    "supported": "supported",
    "surplus": "surplus",
}
BUILDING_FIELDS: dict[str, str] = {
    "pilot": "pilot",
    "helped": "helped",
    "tax_due": "tax_credit",
    "interest_due": "interest_support",
}
MONEY_FROM_CASH = ("cash", "loan_payment", "interest_due")
"""What cash decides is compared relative to a hundredth of yearly revenue where it is smaller than that: rounding is
relative to what flows through an account, not to what happens to be left in it."""


def leader_who_asks(firm: Any) -> float:
    return min((partner.leader_rank for partner in firm.partners if partner.is_leader), default=2.0)


OTHER_NAMES = {"level_true": "true_level", "visited": "ever_visited", "visited_until": "visit_fresh_until"}
"""Fields of the engine's firms that the Mesa model calls otherwise; all else is compared by its name."""


def names_in_mesa(firm: Any) -> dict[str, str]:
    """Return the attribute that holds each field of the engine's firms, where a number of the firm itself does."""
    named = {name: OTHER_NAMES.get(name, name) for name in FIRM.names or () if name not in BOOKKEEPING}
    return {name: own for name, own in named.items() if isinstance(getattr(firm, own, None), bool | int | float)}


def firm_of_mesa(firm: Any) -> dict[str, float]:
    row = {
        "status": STATUS.index(firm.status),
        **{name: getattr(firm, own) for name, own in names_in_mesa(firm).items()},
        "partners_active": len(firm.partners),
        "partners_ahead": sum(partner.ahead for partner in firm.partners),
        "partners_supported": sum(partner.supported_before for partner in firm.partners),
        "asking_rank": leader_who_asks(firm),
        "pilot_paid": firm.pilot_paid,
        "claim": -1 if firm.claim is None else firm.claim.due_month,
        "registered": 2 if firm.filing is not None else int(firm.project is not None and firm.project.registered),
        **{f"repeats{kind}": done for kind, done in enumerate(firm.projects_of_kind)},
    }
    grant = (0.0,) * len(TIERS)
    project = firm.project
    if firm.claim is not None:
        grant = firm.claim.amounts
    elif firm.filing is not None:
        grant = (firm.filing.amount, *[0.0] * (len(TIERS) - 1))
        row["filed_month"] = firm.filing.month
    elif firm.status == "applying" or (project is not None and project.registered):
        grant = (project.grant_asked, *[0.0] * (len(TIERS) - 1))
    elif project is not None:
        grant = tuple(project.grant)
    row |= {f"grant{tier}": amount for tier, amount in enumerate(grant)}
    if firm.status in IN_HAND:
        names = {name: own for name, own in PROJECT_FIELDS.items() if name != "supported" or firm.status != "applying"}
        row |= {name: getattr(project, own) for name, own in names.items()}
    if firm.status == "queued":
        row["queued_month"] = project.queued_month
    if firm.status == "building":
        row |= {name: getattr(project, own) for name, own in BUILDING_FIELDS.items()}
        row["advance"] = sum(project.advance)
        row["stuck"] = project.stuck or project.months_to_obstacle is not None  # the engine: stuck, or about to be
    return {name: float(value) for name, value in row.items()}


BOOKKEEPING = {
    "park",
    "sector",
    "size_class",
    "coverage_rank",
    "cash_month",
    "next_in_queue",
    "queued_month",
    "log_line",
    "filed_month",
    "work_left",
    "succeeded",
    "repeats",
    "grant",
}
"""Fields of the engine's firms that are fixed, are compared part by part or at times, or serve its shortcuts."""


def firms_of_engine(world: World, month: int) -> dict[str, list[float]]:
    """Return every field of the engine's firms, slot by slot, with cash brought up to the start of `month`."""
    firms, par = world.firms, world.par[0]
    columns = {name: np.asarray(firms[name]) for name in firms.dtype.names}
    for name in ("grant", "repeats"):
        columns |= {f"{name}{place}": column for place, column in enumerate(columns[name].T)}
    columns["claim"] = world.due[CLAIM]
    since = columns["cash_month"]
    sums = [world.sums[row, month] - world.sums[row, since] for row in (DEMAND_SUM, RELIEF_SUM, SURCHARGE_SUM)]
    sectors = columns["sector"]
    energy = par.sectors_energy_share[sectors] * columns["energy_factor"]
    flows = zip(columns["revenue"], par.sectors_margin[sectors], columns["saved"], energy, *sums, strict=True)
    earned = [business.cash_flow(revenue, par.finance_retained_share, *others) for revenue, *others in flows]
    payment, end = columns["loan_payment"], columns["loan_end"].astype(int)
    repaid = payment * np.maximum(end - since, 0) - payment * np.maximum(end - month, 0)
    columns["cash"] = columns["cash"] + np.array(earned) - repaid
    return {name: column.astype(float).tolist() for name, column in columns.items() if column.ndim == 1}


class Largest:
    """The largest relative difference seen, and where."""

    def __init__(self, tolerance: float) -> None:
        self.tolerance = tolerance
        self.value = 0.0

    def see(self, engine: float, mesa: float, least: float, where: str) -> None:
        difference = abs(engine - mesa) / max(abs(engine), abs(mesa), least)
        self.value = max(self.value, difference)
        assert difference <= self.tolerance, f"{where}: engine {engine!r}, Mesa {mesa!r}"


def compare_firms(world: World, model: Any, month: int, seen: Largest) -> None:
    engine = firms_of_engine(world, month)
    standing = {firm.slot for firm in model.firms}
    for slot in range(world.firms.size):
        expected = "gone" if slot < model.next_slot else "empty"
        if slot not in standing:
            assert STATUS[int(world.firms[slot].status)] == expected, f"month {month}, slot {slot}"
    for firm in model.firms:
        for name, value in firm_of_mesa(firm).items():
            least = 0.01 * firm.revenue if name in MONEY_FROM_CASH else 1e-3
            seen.see(engine[name][firm.slot], value, least, f"month {month}, slot {firm.slot}, {name}")


# --- what both hold of the district ----------------------------------------------------------------------------


def groups_of(size: int, sector: int, level: int) -> tuple[int, ...]:
    rest = (2 + size, 2 + SIZE_COUNT + sector, GROUPS.index("level0") + level)
    return (0, 1, *rest) if size < SME_COUNT else (0, *rest)


def table_of_mesa(model: Any) -> Array:
    """Return the month's stocks and flows by group, as the engine keeps them."""
    table = np.zeros((len(GROUPS), len(STOCKS) + len(FLOWS)))
    for firm in model.firms:
        stocks = (
            1.0,
            firm.level >= PLAN_LEVEL,
            firm.true_level >= PLAN_LEVEL,
            firm.level >= PLAN_LEVEL + 1,
            firm.robots,
            firm.workshops,
            firm.factories,
            firm.revenue,
            firm.labour_cost,
            firm.energy_cost,
            firm.defect_cost,
            *(firm.level >= level for level in range(1, len(LEVELS))),
            *(firm.true_level >= level for level in range(1, len(LEVELS))),
        )
        table[list(groups_of(firm.size_class, firm.sector, firm.level)), : len(STOCKS)] += np.array(stocks, float)
    for event, firm, amount, level in model.notes:
        column = len(STOCKS) + FLOWS.index(event)
        table[list(groups_of(firm.size_class, firm.sector, level)), column] += amount
    return table


def compare_district(world: World, model: Any, month: int, seen: Largest) -> None:
    """Compare the month just past: series by group, money, markets and both ledgers."""
    engine, mesa = world.series[month], table_of_mesa(model)
    for column, name in enumerate((*STOCKS, *FLOWS)):
        for group, group_name in enumerate(GROUPS):
            least = max(abs(mesa[0, column]), 1e-3)
            seen.see(engine[group, column], mesa[group, column], least, f"month {month}, {name} of {group_name}")
    government = model.government
    for line, name in enumerate(LEDGER_LINES):
        for tier, tier_name in enumerate(TIERS):
            for place, instrument in enumerate(INSTRUMENTS):
                account = government.accounts[tier_name, instrument]
                where = f"month {month}, {name} of {instrument}, {tier_name}"
                least = max(account.appropriated, 1e-3)
                seen.see(world.ledger[line, tier, place], getattr(account, name), least, where)
    state, money = world.district[0], world.money[month]
    pairs = {
        "success_rate": (state.success_rate, government.success_rate),
        "rounds": (state.rounds, model.visit_rounds),
        "spending": (state.spending, government.investment.spending),
        "own": (state.own, government.investment.own),
        "grant": (state.grant, government.investment.grant),
        "loan": (state.loan, government.investment.loan),
        "provider_price": (money[MONEY.index("provider_price")], model.providers.mean_price),
        "provider_backlog": (money[MONEY.index("provider_backlog")], model.providers.backlog),
    }
    for kind, one in enumerate(model.providers.markets):
        here = world.markets[kind]
        pairs[f"credit {kind}"] = (here.credit, one.credit)
        pairs[f"orders {kind}"] = (here.orders, one.orders)
        pairs[f"price {kind}"] = (here.price, one.price)
        pairs[f"scale {kind}"] = (here.scale, one.scale)
    for name, (one_side, other_side) in pairs.items():
        least = max(government.investment.spending, 1e-3) if name in ("own", "grant", "loan") else 1e-3
        seen.see(float(one_side), float(other_side), least, f"month {month}, {name}")


# --- the tests -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(CASES))
def test_same_history_firm_by_firm(number: int) -> None:
    """Every firm's state, the series and the ledgers agree after every month of a random scenario."""
    firms, district = compare_case(random_case(number))
    print(f"scenario {number}: largest relative difference {firms:.1e} (firms), {district:.1e} (series)")


def compare_case(case: Case) -> tuple[float, float]:
    """Run both builds month by month and compare all they hold; return the largest differences, firms and series."""
    world, model = case.engine(), case.mesa()
    firms, district = Largest(FIRM_TOLERANCE), Largest(SERIES_TOLERANCE)
    for month in range(len(case.policies)):
        engine_month.simulate(world, month, month + 1)
        model.step()
        compare_firms(world, model, month + 1, firms)
        compare_district(world, model, month, district)
    setting = Setting(district=case.district, parameters=case.parameters, seed=case.seed)
    whole = run_one(setting, case.offers, case.foreseen)
    assert np.array_equal(whole.series, world.series), "a run in pieces differs from a run in one go"
    return firms.value, district.value


def test_every_field_of_a_firm_is_compared() -> None:
    """A field that is new in the engine is compared, or said not to be."""
    model = mesa_model.DistrictModel(n_firms=30, months=24)
    model.run_model()
    compared = {name for firm in model.firms for name in firm_of_mesa(firm)}
    missing = [name for name in FIRM.names or () if name not in compared | BOOKKEEPING]
    assert not missing, (
        f"fields of a firm that no twin compares: {', '.join(missing)}; give the Mesa model's firm attributes of "
        "these names, or say in `firm_of_mesa` what they are there"
    )


def test_much_happens_in_the_random_scenarios() -> None:
    """Every event that is counted happens, every rule of allocation binds, and money lapses and is taken back."""
    happened = np.zeros(len(FLOWS))
    ledger = np.zeros((len(LEDGER_LINES), len(INSTRUMENTS)))
    short_of_money: set[str] = set()
    for case in map(random_case, range(CASES)):
        world = run_one(Setting(district=case.district, parameters=case.parameters, seed=case.seed), case.offers)
        flows = world.series[:, 0, len(STOCKS) :]
        happened += flows.sum(axis=0)
        ledger += world.ledger.sum(axis=1)
        on = world.offers["grants_on"] > 0.0
        for month in np.flatnonzero((flows[:, FLOWS.index("rejections")] > 0.0) & on):
            short_of_money.add(case.policies[month].grants.allocation)
    assert dict(zip(FLOWS, happened >= 5, strict=True)) == dict.fromkeys(FLOWS, True)
    assert short_of_money == {"first-come", "merit", "lottery", "small-first"}
    assert all(ledger[LEDGER_LINES.index("paid")] > 0.0), "some instrument is never paid for"
    assert all(ledger[LEDGER_LINES.index(line), 0] > 0.0 for line in ("lapsed", "clawed_back", "outstanding"))


def test_variables_are_those_of_a_run() -> None:
    """The shipped baseline, stepped to the end, gives the series of `zz.run` under the same names."""
    run = zz.run("baseline", seed=7, n_firms=60, until="2025-12")
    model = mesa_model.DistrictModel("baseline", rng=7, n_firms=60, until="2025-12")
    model.run_model()
    collected = model.datacollector.get_model_vars_dataframe()
    missing = [name for name in run.series if name not in collected.columns]
    assert not missing, f"variables that the Mesa model does not collect: {', '.join(missing)}"
    assert set(collected.columns) <= set(run.series)
    for name, values in run.series.items():
        assert collected[name].to_numpy(float) == pytest.approx(values, rel=SERIES_TOLERANCE, abs=1e-9), name


def calls_of(function: Callable[..., Any]) -> list[str]:
    """Return the names of the functions or methods that a function calls, in the order in which they stand."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    calls.sort(key=lambda call: call.lineno)
    return [call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "") for call in calls]


def test_same_twelve_verbs_in_the_same_order() -> None:
    """The month is the same row of verbs in both, as named, as written down, and as gone through."""
    verbs = mesa_model.VERBS
    assert verbs == engine_month.VERBS
    assert len(verbs) == 12
    engine = getattr(engine_month.simulate, "py_func", engine_month.simulate)
    assert tuple(name for name in calls_of(engine) if name in verbs) == verbs
    assert tuple(name for name in calls_of(mesa_model.DistrictModel.step) if name in verbs) == verbs
    model = mesa_model.DistrictModel(n_firms=5, months=2)
    said: list[str] = []

    def telling(verb: str, method: Callable[[], None]) -> Callable[[], None]:
        def told() -> None:
            said.append(verb)
            method()

        return told

    for verb in verbs:
        setattr(model, verb, telling(verb, getattr(model, verb)))
    model.step()
    assert tuple(said) == verbs


# --- subclassing -----------------------------------------------------------------------------------------------


class CuriousFirm(mesa_model.FirmAgent):  # type: ignore[misc, name-defined]
    """A firm that looks three times as often, and keeps count of its looks."""

    def __init__(self, model: Any, slot: int) -> None:
        super().__init__(model, slot)
        self.times_looked = 0

    def looking_rate(self) -> float:
        return 3.0 * float(super().looking_rate())

    def looks_at_projects(self) -> bool:
        looks = bool(super().looks_at_projects())
        self.times_looked += looks
        return looks


class CuriousDistrict(mesa_model.DistrictModel):  # type: ignore[misc, name-defined]
    firm_class = CuriousFirm


def looks_of_all(model: Any) -> int:
    return sum(firm.times_looked for firm in model.firms)


def test_a_firm_can_be_subclassed() -> None:
    """One method overridden and one attribute added are enough for a new idea, and it can be collected."""
    plain = mesa_model.DistrictModel(n_firms=60, months=36)
    curious = CuriousDistrict(
        n_firms=60,
        months=36,
        model_reporters={"looks": looks_of_all},
        agent_reporters={"times_looked": "times_looked", "level": "level"},
    )
    for model in (plain, curious):
        model.run_model()
    assert all(isinstance(firm, CuriousFirm) for firm in curious.agents)
    looks = curious.datacollector.get_model_vars_dataframe()["looks"]
    assert looks.iloc[-1] == looks_of_all(curious) > 0
    by_firm = curious.datacollector.get_agent_vars_dataframe()
    assert by_firm["times_looked"].groupby(level=0).sum().iloc[-1] == looks.iloc[-1]
    started = {
        name: model.datacollector.get_model_vars_dataframe()["projects_started"].sum()
        for name, model in (("plain", plain), ("curious", curious))
    }
    assert started["curious"] > 1.2 * started["plain"] > 0
    assert "level2_share" in plain.datacollector.get_model_vars_dataframe().columns
    assert plain.datacollector.agent_reporters == {}


def firms_at_level2(model: Any) -> int:
    return sum(firm.level >= 2 for firm in model.firms)


BATCH: dict[str, Any] = {
    "n_firms": 50,
    "months": 15,
    "agent_reporters": [{"level": "level", "score": "score"}],
    "model_reporters": [{"at_level2": firms_at_level2, "month_now": "month"}],
}


@pytest.mark.parametrize("period", [1, 4, -1])
def test_a_batch_of_mesa_joins_the_model_and_the_firms_of_the_same_month(period: int) -> None:
    """Steps, rows of the model and rows of firms agree; older releases of Mesa add the last month to every fourth."""
    own = {key: BATCH[key][0] for key in ("agent_reporters", "model_reporters")}
    model = mesa_model.DistrictModel(**BATCH | own, rng=3)
    seen: list[dict[int, float]] = []
    while model.running:
        model.step()
        seen.append({firm.unique_id: firm.score for firm in model.firms})
    asks_for_luck = (
        "rng" in inspect.signature(mesa.batch_run).parameters
    )  # then it is not taken from those of the model
    given, luck = (BATCH, {"rng": 3}) if asks_for_luck else (BATCH | {"rng": 3}, {})
    rows = mesa.batch_run(
        mesa_model.DistrictModel, given, data_collection_period=period, display_progress=False, **luck
    )
    every_fourth = [0, 4, 8, 12] if hasattr(model.datacollector, "_collection_steps") else [0, 4, 8, 12, 14]
    steps = {1: range(15), 4: every_fourth, -1: [14]}[period]
    assert sorted({row["Step"] for row in rows}) == list(steps)
    for step in steps:
        month = [row for row in rows if row["Step"] == step]
        assert {row["month_now"] for row in month} == {step}
        assert {row["AgentID"]: row["score"] for row in month} == seen[step]
        assert {row["firms"] for row in month} == {len(month)}
        assert {row["at_level2"] for row in month} == {sum(row["level"] >= 2 for row in month)}


def test_the_tables_of_a_collector_agree_on_the_month() -> None:
    """`Step` in the firms' table is the row of the model's, also where agents are collected by type or by hand."""
    model = mesa_model.DistrictModel(n_firms=40, months=13, agent_reporters={"score": "score"})
    kind = mesa_model.FirmAgent
    model.datacollector._new_agenttype_reporter(kind, "slot", "slot")
    model.run_model()
    firms = model.datacollector.get_model_vars_dataframe()["firms"]
    for table in (
        model.datacollector.get_agent_vars_dataframe(),
        model.datacollector.get_agenttype_vars_dataframe(kind),
    ):
        assert table.groupby("Step").size().to_dict() == firms.to_dict()
    assert firms.index.tolist() == list(range(13))
    model.datacollector.collect(model)  # once more by hand: a row of its own for both
    assert len(model.datacollector.get_model_vars_dataframe()) == 14
    assert model.datacollector.get_agent_vars_dataframe().loc[13, "score"].size == len(model.firms)


def test_firms_that_see_no_value_begin_nothing() -> None:
    """`value_of` is what the firm counts on: where it is nil, hardly anyone acts."""

    class BlindFirm(mesa_model.FirmAgent):  # type: ignore[misc, name-defined]
        def value_of(self, kind: int) -> float:
            return 0.0

    class BlindDistrict(mesa_model.DistrictModel):  # type: ignore[misc, name-defined]
        firm_class = BlindFirm

    started = []
    for district in (mesa_model.DistrictModel, BlindDistrict):
        model = district(n_firms=60, months=36)
        model.run_model()
        started.append(model.datacollector.get_model_vars_dataframe()["projects_started"].sum())
    assert started[1] < 0.5 * started[0]


def test_two_live_models_do_not_mix() -> None:
    """Models stepped in turns go the way that each goes alone; other seeds go another."""

    def history(model: Any) -> Any:
        return model.datacollector.get_model_vars_dataframe()

    alone = mesa_model.DistrictModel(rng=3, n_firms=40, months=30)
    alone.run_model()
    one = mesa_model.DistrictModel(rng=3, n_firms=40, months=30)
    two = CuriousDistrict("no-programme", rng=4, n_firms=50, months=30)
    while one.running or two.running:
        one.step()
        two.step()
    assert history(one).equals(history(alone))
    assert not history(two).drop(columns="firms").equals(history(one).drop(columns="firms"))
    assert {firm.model for firm in two.firms} == {two}


def test_the_history_has_an_end() -> None:
    """A model stops by itself after its last month, and says so when stepped beyond it."""
    model = mesa_model.DistrictModel(n_firms=5, until="2018-03")
    model.run_model()
    assert (model.month, model.running, model.steps) == (3, False, 3)
    with pytest.raises(RuntimeError, match="2018-03"):
        model.step()


def test_mesa_is_loaded_only_when_asked_for() -> None:
    """Importing the package, its engine and its studies leaves Mesa alone."""
    code = "import sys, zhizao as zz; zz.run; import zhizao.engine.simulation; print('mesa' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
