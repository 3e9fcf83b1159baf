"""The model built again from docs/ODD.md (`odd_model`) gives the engine's history: every series, every line of money.

All that a run writes down is compared, month by month: stocks and flows by group of firms, prices and queues, what is
paid for each instrument, the firms' ledger; and at the end the government's, by instrument, line and tier. Policies
are those of the shipped scenarios, of the textbook limits, and the random ones of the twins, which use every lever.

Two things of the page are taken from the package and not built again: draws (`zhizao.draws`, which tests/test_draws.py
holds to published numbers) and how a scenario file becomes the policy of a month. A register of firms (element 6) is
not covered.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zhizao as zz
from odd_model import choice, earning, seeking, working
from odd_model.entities import Luck
from odd_model.initialisation import make_firms
from odd_model.ledger import INSTRUMENTS, LINES
from odd_model.month import District
from small_district import CHEAP, COLUMNS
from test_twins import random_case
from zhizao.engine.simulation import Setting, run_one
from zhizao.engine.state import GROUPS, LEDGER_LINES, MONEY, World
from zhizao.parameters.registry import Parameters
from zhizao.policy.levers import Policy
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import build_district

TOLERANCE = 1e-9
SEED = 11
BUSY = {**CHEAP, "funding.annual_fund": 20.0}
"""Cheap projects and a fund so small that the budget binds."""
LIMITS = sorted((Path(__file__).resolve().parent.parent / "scenarios" / "limits").glob("*.toml"))

Case = tuple[Parameters, list[Policy], int, str]


def by_engine(case: Case) -> World:
    par, policies, seed, network = case
    district = build_district(par, seed, months=len(policies), network=network)
    return run_one(Setting(district=district, parameters=par, seed=seed), monthly_offers(policies, par))


def by_the_page(case: Case) -> District:
    par, policies, seed, network = case
    district = District(par, policies, seed, network=network)
    district.run()
    return district


def differences(world: World, built: District) -> list[str]:
    """What is not the same, with the first month in which it is not; money relative to what has flowed."""
    months, found = range(len(built.offers)), []
    for place, group in enumerate(GROUPS):
        for column, name in enumerate(COLUMNS):
            rows = [built.record.by_group[month][name, group] for month in months]
            found += differing(f"{name} of {group}", world.series[:, place, column], rows)
    for column, name in enumerate((*MONEY, *INSTRUMENTS)):
        if name != "residual":  # how far the engine's own ledgers are from closing
            found += differing(name, world.money[:, column], [built.record.district[month][name] for month in months])
    assert LEDGER_LINES == LINES
    for row, line in enumerate(LINES):
        for column, name in enumerate(INSTRUMENTS):
            found += differing(f"{line} of {name}", world.ledger[row, :, column], built.ledger.lines[line][name])
    return found


def differing(name: str, expected: Any, seen: Any) -> list[str]:
    expected, seen = np.asarray(expected), np.asarray(seen)
    wrong = np.flatnonzero(~(np.abs(expected - seen) <= TOLERANCE * np.maximum(1.0, np.abs(expected))))
    return [f"{name} at {wrong[0]}: {expected[wrong[0]]}, by the page {seen[wrong[0]]}"] if wrong.size else []


def of_scenario(name: str | Path, changes: dict[str, Any]) -> Case:
    scenario = zz.load_scenario(name)
    par = Parameters().changed({**scenario.parameter_changes, **changes, "population.firms": 60})
    return par, scenario.policies(96), SEED, scenario.network


def random(number: int) -> Case:
    case = random_case(number)
    return case.parameters, case.policies, case.seed, case.district.network


def test_firms_and_links_at_the_start() -> None:
    par = Parameters().changed({"population.firms": 300, "links.firms_per_park": 25, "links.reach": 120})
    expected = build_district(par, SEED, months=96)
    built = make_firms(par, Luck(SEED), 96, "supply")
    assert len(built) == expected.slots
    for slot, firm in enumerate(built):
        for name in expected.firms.dtype.names:
            assert np.allclose(expected.firms[slot][name], getattr(firm, name), rtol=TOLERANCE, atol=0), (slot, name)
        partners = expected.partners[expected.partner_start[slot] : expected.partner_start[slot + 1]]
        assert sorted(partners) == sorted(partner.slot for partner in firm.partners)


@pytest.mark.parametrize("name", [scenario.name for scenario in zz.list_scenarios()])
def test_shipped_scenarios(name: str) -> None:
    case = of_scenario(name, BUSY)
    assert not differences(by_engine(case), by_the_page(case))


@pytest.mark.parametrize("path", LIMITS, ids=lambda path: path.stem)
def test_textbook_limits(path: Path) -> None:
    case = of_scenario(path, {})
    assert not differences(by_engine(case), by_the_page(case))


@pytest.mark.parametrize("number", range(20))
def test_random_scenarios(number: int) -> None:
    case = random(number)
    assert not differences(by_engine(case), by_the_page(case))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(20, 220))
def test_more_random_scenarios(number: int) -> None:
    case = random(number)
    assert not differences(by_engine(case), by_the_page(case))


FAULTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "the queue for providers by slot": (working, "lottery", lambda district, firm: firm.slot),
    "applications by month alone": (seeking, "by_date", lambda district, firm: firm.project.since),
    "loans at the same rate for all": (choice, "loan_rate", lambda firm, parameters, offer: 0.08),
    "no awards for levels": (working, "award_levels", lambda district, firm: None),
    "services that cost nothing": (earning, "book_services", lambda district: None),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_page_that_said_otherwise_would_be_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*FAULTS[fault])
    case = random(1)
    assert differences(by_engine(case), by_the_page(case))
