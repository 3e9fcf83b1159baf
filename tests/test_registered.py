"""Luck belongs to a firm's id: a register sorted otherwise, or with firms added, changes nothing for the others."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from small_district import CHEAP, GRANTS, SERVICES, bits, differences, parameters, policy, total
from test_twins import Case, compare_case, random_parameters, random_policy
from zhizao import draws
from zhizao.engine.simulation import Setting, run_one
from zhizao.engine.state import World
from zhizao.parameters.registry import Parameters
from zhizao.policy.levers import Policy
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import District, build_district
from zhizao.register import Register, read_register
from zhizao.scenario.scenario import list_scenarios
from zhizao.sectors import SECTOR_KEYS
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison

MONTHS = 96
Row = dict[str, Any]


def firm(number: int) -> Row:
    """The row of a firm: what it says depends on its number, and on nothing else in the file."""
    chance = random.Random(number)
    size = chance.choices(("small", "medium", "large"), (0.7, 0.2, 0.1))[0]
    staff, revenue = {"small": (60, 40), "medium": (500, 600), "large": (1500, 2500)}[size]
    return {
        "id": f"91500112MA5U{number:04d}X",
        "sector": chance.choice(SECTOR_KEYS),
        "employees": staff + chance.randrange(100),
        "revenue": revenue + chance.randrange(90),
        "park": chance.choice(("North", "South", "East", "West", "")),
        "digital_score": f"{min(max(chance.gauss(33, 12), 1), 90):.1f}" if chance.random() < 0.8 else "",
        "partners": "",
    }


def register_of(path: Path, rows: Iterable[Row]) -> Register:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return read_register(path)


def history(register: Register, given: Policy, changes: dict[str, Any], *, seed: int = 5) -> World:
    par = parameters(CHEAP | changes, firms=len(register.ids))
    district = build_district(par, seed, months=MONTHS, register=register)
    return run_one(Setting(district=district, parameters=par, seed=seed), monthly_offers([given] * MONTHS, par))


def slots_of(register: Register, ids: Iterable[str]) -> list[int]:
    at = {identity: slot for slot, identity in enumerate(build_district(parameters(), 5, register=register).ids)}
    return [at[identity] for identity in ids]


# ------------------------------------------------------------------------------------------------ the numbers


def test_the_number_of_an_id_never_changes():
    """These are part of the contract of randomness: other numbers would be other luck in every register."""
    assert draws.number_of_id("91500112MA5U0000X0") == NUMBERS["91500112MA5U0000X0"]
    assert draws.number_of_id("工厂一") == NUMBERS["工厂一"]
    assert all(draws.FIRST_OF_IDS <= number < 2**62 for number in NUMBERS.values())


NUMBERS = {"91500112MA5U0000X0": 2386369917613322921, "工厂一": 4318522452263498743}


def test_numbers_are_spread_and_none_is_given_twice():
    numbers = np.array([draws.number_of_id(f"F{n}") for n in range(20_000)])
    assert len(set(numbers.tolist())) == numbers.size
    places = (numbers - 2**61) / 2**61
    assert np.histogram(places, 10, (0, 1))[0].min() > 1850
    lanes = np.bincount(numbers % 4)
    assert lanes.min() > 4800


def test_every_bit_of_a_number_counts():
    number = draws.number_of_id("F1")
    drawn = {draws.uniform(3, 2, number ^ (1 << bit), 7) for bit in range(61)} | {draws.uniform(3, 2, number, 7)}
    assert len(drawn) == 62


def test_slots_are_addressed_as_ever():
    """A number below 2**34 is a slot: its block is a quarter of it, the last word of the counter is 0."""
    for slot in (0, 1, 6, 4093, 2**31 + 5):
        zero = np.uint32(0)
        block = draws.philox(np.uint32(slot // 4), np.uint32(9), np.uint32(2), zero, np.uint32(77), zero)
        assert draws.word(77, 2, slot, 9) == block[slot % 4]


# ------------------------------------------------------------------------------------------------ rows


def test_the_order_of_the_rows_changes_nothing(tmp_path):
    rows = [firm(number) for number in range(300)]
    rows[7]["partners"] = rows[9]["id"]
    shuffled = random.Random(1).sample(rows, len(rows))
    one, other = register_of(tmp_path / "a.csv", rows), register_of(tmp_path / "b.csv", shuffled)
    assert one.ids != other.ids
    districts = [build_district(parameters(), 9, register=register) for register in (one, other)]
    assert districts[0].ids == districts[1].ids
    assert bits(districts[0].firms) == bits(districts[1].firms)
    given = policy(GRANTS, SERVICES)
    worlds = [history(register, given, {}) for register in (one, other)]
    assert total(worlds[0], "supported_started") > 50
    assert total(worlds[0], "entries") > 10
    assert differences(*worlds) == []


ALONE = {
    "attention.contagion_rate": 0.0,
    "awareness.word_rate": 0.0,
    "valuation.partner_evidence": 0.0,
    "providers.capacity": 1e6,
    "providers.inverse_supply_elasticity": 0.0,
    "turnover.entry_rate": 0.0,
}
"""Firms do not learn of each other, nor queue, nor meet a price that others have moved; nobody enters."""
ENOUGH = {"grants.additional_budget": 1e5, "handling.monthly_capacity": 1e4}
POLICIES: dict[str, list[dict[str, Any]]] = {
    "none": [{}],
    "grants": [GRANTS, ENOUGH],
    "grants and services": [GRANTS, SERVICES | {"specialists.count": 1e4, "leaders.share": 0.0}, ENOUGH],
}


def with_ten_more(tmp_path: Path) -> tuple[Register, Register, list[str]]:
    rows = [firm(number) for number in range(300)]
    more = rows[:]
    for number in range(300, 310):
        more.insert(random.Random(number).randrange(len(more)), firm(number))
    one, other = register_of(tmp_path / "a.csv", rows), register_of(tmp_path / "b.csv", more)
    return one, other, [row["id"] for row in rows]


@pytest.mark.parametrize("entry_rate", [0.0, 0.035])
@pytest.mark.parametrize("name", POLICIES)
def test_ten_firms_more_change_nothing_for_the_others(tmp_path, name, entry_rate):
    """Under every policy, and so in every difference between policies; where firms meet is switched off.

    With entries on, more firms enter, and those that were registered before have the same history all the same.
    """
    one, other, ids = with_ten_more(tmp_path)
    given = policy(*POLICIES[name])
    changes = ALONE | {"turnover.entry_rate": entry_rate}
    before, after = history(one, given, changes), history(other, given, changes)
    assert (total(after, "entries") > total(before, "entries")) is (entry_rate > 0.0)
    assert total(before, "exits") > 20
    assert total(before, "projects_started") > 100
    for array in ("firms", "start"):
        mine, theirs = (
            getattr(world, array).view(np.ndarray)[slots_of(register, ids)].copy()
            for world, register in ((before, one), (after, other))
        )
        for moved in (
            "park",
            "partners_ahead",
            "partners_active",
            "partners_supported",
            "asking_rank",
            "next_in_queue",
        ):
            if moved in mine.dtype.names:  # what a firm holds of the others
                mine[moved] = theirs[moved] = 0
        assert bits(mine) == bits(theirs), array


FAR = {"sector": "materials", "park": "Far", "partners": "none"}
"""Firms of a sector and a park of their own, which say that they have no partners."""
WIDE = """format = 1
title = "Specialists for every firm, and money for every application"
question = "Who is moved where nothing runs short?"
source = "assumption: a policy of this test"
extends = "{policy}"

[[changes]]
from = "2018-01"

[changes.multiply]
"specialists.count" = 100
"grants.fund_multiple" = 10
"""
NOTHING_SHORT = {
    "providers.capacity": [1e6] * 4,
    "providers.inverse_supply_elasticity": 0.0,
    "turnover.entry_rate": 0.0,
}
"""Nobody queues for a provider or pays a price that others have moved, and nobody enters; parks and links stay."""


def compared_policies(firms: Register, scenarios: list[Any], **settings: Any) -> Comparison:
    return compare(scenarios, firms=firms, draws=2, until="2025-12", workers=1, settings=settings)


def numbers_of(table: pd.DataFrame) -> np.ndarray[Any, Any]:
    return table.select_dtypes("number").to_numpy()


def test_rows_in_another_order_give_every_policy_the_same_tables(tmp_path):
    """With everything on that firms share, and entries too."""
    rows = [firm(number) for number in range(300)]
    shuffled = random.Random(2).sample(rows, len(rows))
    one, other = (
        compared_policies(register_of(tmp_path / f"{n}.csv", some), [*list_scenarios()])
        for n, some in enumerate((rows, shuffled))
    )
    for name in ("table", "by_group", "accounts", "ranks"):
        assert np.array_equal(*(numbers_of(getattr(done, name)()) for done in (one, other)), equal_nan=True), name


def test_ten_firms_more_leave_every_difference_between_policies_for_the_others(tmp_path):
    """As `compare` shows it: shares and differences by sector, where the ten are alone in theirs."""
    rows = [firm(number) | ({"sector": "vehicles"} if number % 2 else {"sector": "software"}) for number in range(300)]
    more = rows[:]
    for number in range(300, 310):
        more.insert(random.Random(number).randrange(len(more)), firm(number) | FAR)
    policies = []
    for scenario in list_scenarios():
        policies.append(tmp_path / f"wide-{scenario.name}.toml")
        policies[-1].write_text(WIDE.format(policy=scenario.name), "utf-8")
    tables = []
    for number, some in enumerate((rows, more)):
        done = compared_policies(register_of(tmp_path / f"{number}.csv", some), policies, **NOTHING_SHORT)
        table = done.by_group()
        tables.append(table[(table["kind"] == "sector") & table["group"].isin(["vehicles", "software"])])
    assert len(tables[0]) == 6 * len(policies)
    assert (tables[0]["difference_mean"] != 0.0).sum() > len(policies)
    assert np.array_equal(*map(numbers_of, tables))


def test_who_enters_has_the_same_luck_whatever_the_number_of_registered_firms(tmp_path):
    one, other, _ = with_ten_more(tmp_path)
    par = parameters({}, firms=300)
    districts = [build_district(par, 3, register=register) for register in (one, other)]
    first, second = (district.firms[district.count : district.count + 60] for district in districts)
    for name in ("sector", "capability", "premium", "intensity", "score", "visit_phase", "employees"):
        assert np.array_equal(first[name], second[name]), name
    assert [district.luck_number(district.count + 5) for district in districts] == [5, 5]


# ------------------------------------------------------------------------------------------------ links


def links(district: District, *, start_only: bool = False) -> set[tuple[str, str]]:
    names = [*district.ids, *(f"entrant {n}" for n in range(district.slots - district.count))]
    found = set()
    for slot in range(district.count if start_only else district.slots):
        for partner in district.partners[district.partner_start[slot] : district.partner_start[slot + 1]].tolist():
            if not start_only or partner < district.count:
                found.add(tuple(sorted((names[slot], names[partner]))))
    return found  # type: ignore[return-value]


def degrees(district: District) -> np.ndarray[Any, Any]:
    first, count = district.partner_start, district.count
    return np.array([(district.partners[first[s] : first[s + 1]] < count).sum() for s in range(count)])


def test_ten_firms_more_disturb_few_links(tmp_path):
    """About as many links change as the new firms have: they take the place of a few others."""
    one, other, _ = with_ten_more(tmp_path)
    changed, there = 0, 0
    for seed in range(20):
        par = parameters({}, firms=300)
        before, after = (links(build_district(par, seed, register=r), start_only=True) for r in (one, other))
        new = set(build_district(par, seed, register=other).ids) - set(build_district(par, seed, register=one).ids)
        among_others = {link for link in after if not new & set(link)}
        changed += len(before ^ among_others)
        there += len(before)
    assert 0 < changed / there < 0.12
    assert there / 20 > 600


def test_registered_firms_have_as_many_partners_as_synthetic_ones(tmp_path):
    register = register_of(tmp_path / "a.csv", [firm(number) for number in range(500)])
    plain = {"links.leader_share": 0.0, "links.leader_link": 0.0, "links.firms_per_park": 60}
    par = parameters(plain, firms=500)
    registered = np.concatenate([degrees(build_district(par, s, register=register)) for s in range(10)])
    synthetic = np.concatenate([degrees(build_district(par, s)) for s in range(10)])
    assert registered.mean() == pytest.approx(2 * par.links.partners, rel=0.05)
    assert registered.mean() == pytest.approx(synthetic.mean(), rel=0.05)
    assert registered.std() < 1.1 * synthetic.std()
    assert (registered == 0).mean() < 0.05


def test_partners_stand_in_the_same_park_and_leaders_in_the_same_sector(tmp_path):
    register = register_of(tmp_path / "a.csv", [firm(number) | {"park": f"P{number % 10}"} for number in range(500)])
    shares = {}
    for same in (0.0, 0.4, 1.0):
        par = parameters({"links.same_park": same, "links.leader_partners": 0.0, "links.leader_link": 0.0}, firms=500)
        district = build_district(par, 2, register=register)
        park = dict(zip(district.ids, district.firms["park"].tolist(), strict=False))
        found = links(district, start_only=True)
        shares[same] = sum(park[a] == park[b] for a, b in found) / len(found)
    assert shares[0.0] < 0.15
    assert shares[0.4] == pytest.approx(0.4 + 0.6 * 0.1, abs=0.06)
    assert shares[1.0] == 1.0
    led = {"links.partners": 0.0, "links.leader_link": 1.0, "links.leader_partners": 12.0}
    district = build_district(parameters(led, firms=500), 2, register=register)
    sector = dict(zip(district.ids, district.firms["sector"].tolist(), strict=False))
    found = links(district, start_only=True)
    assert len(found) > 300
    assert all(sector[a] == sector[b] for a, b in found)


def test_a_firm_alone_in_its_park_finds_partners_elsewhere(tmp_path):
    rows = [firm(number) | {"park": f"P{number}"} for number in range(100)]
    district = build_district(parameters({"links.same_park": 1.0}), 2, register=register_of(tmp_path / "a.csv", rows))
    assert degrees(district).mean() > 3


def test_one_named_partner_leaves_the_others_their_network(tmp_path):
    rows = [firm(number) for number in range(300)]
    bare = build_district(parameters(), 4, register=register_of(tmp_path / "a.csv", rows))
    rows[0]["partners"] = rows[1]["id"]
    named = build_district(parameters(), 4, register=register_of(tmp_path / "b.csv", rows))
    slot = named.ids.index(rows[0]["id"])
    own = [p for p in named.partners[named.partner_start[slot] : named.partner_start[slot + 1]] if p < named.count]
    assert [named.ids[partner] for partner in own] == [rows[1]["id"]]
    before, after = (
        {link for link in links(district, start_only=True) if rows[0]["id"] not in link} for district in (bare, named)
    )
    assert len(before ^ after) < 0.05 * len(before)
    assert abs(degrees(named).mean() - degrees(bare).mean()) < 0.1


def test_firms_that_name_all_their_partners_keep_them_and_entrants_find_some(tmp_path):
    rows = [firm(number) for number in range(60)]
    for number, row in enumerate(rows):
        row["partners"] = rows[(number + 1) % 60]["id"]
    district = build_district(parameters({}, firms=60), 4, register=register_of(tmp_path / "a.csv", rows))
    ring = {tuple(sorted((rows[n]["id"], rows[(n + 1) % 60]["id"]))) for n in range(60)}
    assert links(district, start_only=True) == ring
    assert len(links(district)) > len(ring) + 20


def test_a_scenario_may_ask_for_a_plain_network(tmp_path):
    rows = [firm(number) for number in range(30)]
    rows[0]["partners"] = rows[1]["id"]
    register = register_of(tmp_path / "a.csv", rows)
    assert len(links(build_district(parameters(), 4, register=register, network="ring"))) == 30
    assert links(build_district(parameters(), 4, register=register, network="empty")) == set()


def test_unknown_parks_are_filled_and_a_larger_register_moves_few(tmp_path):
    rows = [firm(number) | {"park": ""} for number in range(310)]
    par = parameters({"links.firms_per_park": 60})
    parks = []
    for count in (300, 310):
        district = build_district(par, 4, register=register_of(tmp_path / f"{count}.csv", rows[:count]))
        parks.append(dict(zip(district.ids, district.firms["park"].tolist(), strict=False)))
        sizes = np.bincount(list(parks[-1].values()))
        assert len(sizes) == -(-count // 60)
        assert sizes.min() > 30
        assert district.firms["park"][district.count :].min() == len(sizes)
    moved = sum(parks[1][name] != park for name, park in parks[0].items())
    assert 0 < moved < 300 / 6 * 1.5


# ------------------------------------------------------------------------------------------------ the other builds


@pytest.mark.parametrize("number", range(3))
def test_the_mesa_model_tells_the_same_of_a_register(tmp_path, number):
    chance = np.random.default_rng([7, number])
    rows = [firm(n + 100 * number) for n in range(60)]
    rows[3]["partners"] = ";".join(rows[other]["id"] for other in (5, 8, 13))
    register = register_of(tmp_path / "a.csv", rows)
    par = random_parameters(chance, len(rows))
    district = build_district(par, 11, months=72, register=register)
    compare_case(Case(parameters=par, policies=[random_policy(chance, number)] * 72, district=district, seed=11))


def test_parameters_do_not_say_who_is_registered(tmp_path):
    """A register says how many firms there are, whatever the parameters say."""
    register = register_of(tmp_path / "a.csv", [firm(number) for number in range(25)])
    assert build_district(Parameters(), 1, register=register).count == 25
