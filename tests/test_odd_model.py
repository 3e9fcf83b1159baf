"""The model built again from docs/ODD.md (`odd_model`) gives the engine's history: every series, every line of money.

All that a run writes down is compared, month by month: stocks and flows by group of firms, prices and queues, what is
paid for each instrument, the firms' ledger; and at the end the government's, by instrument, line and tier. Policies
are those of the shipped scenarios, of the textbook limits, and the random ones of the twins, which use every lever.

Two things of the page are taken from the package and not built again: draws (`zhizao.draws`, which tests/test_draws.py
holds to published numbers) and how a scenario file becomes the policy of a month.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from odd_model.register import Row
from small_district import CHEAP, COLUMNS
from test_twins import random_case
from zhizao.engine.simulation import Setting, run_one
from zhizao.engine.state import GROUPS, LEDGER_LINES, MONEY, World
from zhizao.parameters.registry import Parameters
from zhizao.policy.announced import Announcement
from zhizao.policy.levers import INSTRUMENTS as DECLARED
from zhizao.policy.levers import Policy
from zhizao.policy.offers import foreseen_offers, monthly_offers
from zhizao.population.district import build_district
from zhizao.register import Register, read_register
from zhizao.sectors import SECTOR_KEYS

TOLERANCE = 1e-9
SEED = 11
BUSY = {**CHEAP, "funding.annual_fund": 20.0}
"""Cheap projects and a fund so small that the budget binds."""
LIMITS = sorted((Path(__file__).resolve().parent.parent / "scenarios" / "limits").glob("*.toml"))

UNKNOWN = set(DECLARED) - set(INSTRUMENTS)
"""Instruments that the page's model does not have: one test names them, and the others compare the rest."""

Case = tuple[Parameters, list[Policy], Sequence[Announcement | None], int, str]


def by_engine(case: Case) -> World:
    par, policies, announced, seed, network = case
    district = build_district(par, seed, months=len(policies), network=network)
    offers = monthly_offers(policies, par)
    foreseen = foreseen_offers(offers, policies, announced, par)
    return run_one(Setting(district=district, parameters=par, seed=seed), offers, foreseen)


def by_the_page(case: Case) -> District:
    par, policies, announced, seed, network = case
    district = District(par, policies, seed, network=network, announced=announced)
    district.run()
    return district


def differences(world: World, built: District) -> list[str]:
    """What is not the same, with the first month in which it is not; money relative to what has flowed."""
    months, found = range(len(built.offers)), []
    for place, group in enumerate(GROUPS):
        for column, name in enumerate(COLUMNS):
            rows = [built.record.by_group[month][name, group] for month in months]
            found += differing(f"{name} of {group}", world.series[:, place, column], rows)
    for column, name in enumerate((*MONEY, *DECLARED)):
        if name != "residual" and name not in UNKNOWN:  # how far the engine's own ledgers are from closing
            found += differing(name, world.money[:, column], [built.record.district[month][name] for month in months])
    assert LEDGER_LINES == LINES
    for row, line in enumerate(LINES):
        for column, name in enumerate(DECLARED):
            if name not in UNKNOWN:
                found += differing(f"{line} of {name}", world.ledger[row, :, column], built.ledger.lines[line][name])
    return found


def differing(name: str, expected: Any, seen: Any) -> list[str]:
    expected, seen = np.asarray(expected), np.asarray(seen)
    wrong = np.flatnonzero(~(np.abs(expected - seen) <= TOLERANCE * np.maximum(1.0, np.abs(expected))))
    return [f"{name} at {wrong[0]}: {expected[wrong[0]]}, by the page {seen[wrong[0]]}"] if wrong.size else []


def test_the_page_has_every_instrument() -> None:
    assert not UNKNOWN, (
        f"tests/odd_model/ledger.py lacks {', '.join(sorted(UNKNOWN))}: say in 7.17 of docs/ODD.md who pays, and "
        "write it there from that text"
    )
    assert sorted(INSTRUMENTS) == sorted(DECLARED)


def of_scenario(name: str | Path, changes: dict[str, Any]) -> Case:
    scenario = zz.load_scenario(name)
    par = Parameters().changed({**scenario.parameter_changes, **changes, "population.firms": 60})
    return par, scenario.policies(96), scenario.announced(96), SEED, scenario.network


def random(number: int) -> Case:
    case = random_case(number)
    return case.parameters, case.policies, case.announced, case.seed, case.district.network


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


def rows_of(register: Register) -> list[Row]:
    """The rows of a register as the page knows them: names, and nothing for what is not known."""
    rows = []
    for firm, identity in enumerate(register.ids):
        others = {
            name: column[firm].item()
            for name, column in (
                ("rd_active", register.rd_active),
                ("robots", register.robots),
                ("leader", register.leader),
                ("workshops", register.workshops),
                ("factories", register.factories),
            )
            if column[firm] >= 0
        }
        for name, amounts in (("score", register.digital_score), ("cash", register.cash)):
            if not np.isnan(amounts[firm]):
                others[name] = float(amounts[firm])
        named = register.partners[firm] if register.partners is not None else None
        park = int(register.park[firm])
        rows.append(
            Row(
                identity=identity,
                sector=int(register.sector[firm]),
                size_class=int(register.size_class[firm]),
                employees=float(register.employees[firm]),
                revenue=float(register.revenue[firm]),
                park=register.park_names[park] if park >= 0 else None,
                partners=None if named is None else tuple(register.ids[other] for other in named),
                others=others,
            )
        )
    return rows


def small_register(path: Path) -> Register:
    """Eighty firms; some name their partners, some have no park, some have all columns filled."""
    lines = ["id,sector,employees,revenue,park,digital_score,robots,workshops,factories,rd_active,cash,leader,partners"]
    for n in range(80):
        size = ("40,30", "500,450", "2000,3000")[n % 7 // 3]
        park = ("North", "South", "", "East", "")[n % 5]
        full = f"{20 + n % 40},yes,{2 * (n % 3)},{n % 3 // 2},no,{n / 4},{'yes' if n % 7 == 6 else 'no'}"
        partners = f"F{(n + 9) % 80};F{(n + 11) % 80}" if n % 10 == 0 else ""
        lines.append(f"F{n},{SECTOR_KEYS[n % 4]},{size},{park},{full if n % 3 else ',,,,,,'},{partners}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_register(path)


@pytest.mark.parametrize("network", ["supply", "ring"])
def test_a_register_of_firms(tmp_path: Path, network: str) -> None:
    register = small_register(tmp_path / "firms.csv")
    par = Parameters().changed({**CHEAP, "population.firms": 80, "links.firms_per_park": 11})
    policies = zz.load_scenario("services-surge").policies(96)
    district = build_district(par, SEED, months=96, network=network, register=register)
    built = District(par, policies, SEED, network=network, rows=rows_of(register))
    for slot, firm in enumerate(built.firms):
        for name in district.firms.dtype.names:
            assert np.allclose(district.firms[slot][name], getattr(firm, name), rtol=TOLERANCE, atol=0), (slot, name)
        partners = district.partners[district.partner_start[slot] : district.partner_start[slot + 1]]
        assert sorted(partners) == sorted(partner.slot for partner in firm.partners)
    world = run_one(Setting(district=district, parameters=par, seed=SEED), monthly_offers(policies, par))
    built.run()
    assert not differences(world, built)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(20, 220))
def test_more_random_scenarios(number: int) -> None:
    case = random(number)
    assert not differences(by_engine(case), by_the_page(case))


FAULTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "the queue for providers by slot": (working, "lottery", lambda district, firm, since: firm.slot),
    "applications by month alone": (seeking, "by_date", lambda district, firm: seeking.asked(firm).since),
    "loans at the same rate for all": (choice, "loan_rate", lambda firm, parameters, offer: 0.08),
    "no awards for levels": (working, "award_levels", lambda district, firm: None),
    "services that cost nothing": (earning, "book_services", lambda district: None),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_page_that_said_otherwise_would_be_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*FAULTS[fault])
    cases = map(random, (1, 2))  # who comes first matters in the second only, where money runs short
    assert any(differences(by_engine(case), by_the_page(case)) for case in cases)
