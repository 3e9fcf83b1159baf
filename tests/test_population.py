"""The district at its start: known marginals at any size, a network that is one, and a register that is kept."""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from small_district import bits, parameters, policy, run, series
from zhizao.engine.simulation import Setting, run_one
from zhizao.errors import InputError
from zhizao.parameters.registry import Parameters
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import District, build_district, slots_needed
from zhizao.population.network import NETWORKS
from zhizao.register import REGISTER_COLUMNS, Register, read_register
from zhizao.scenario.scenario import load_scenario, month_index
from zhizao.sectors import SECTOR_KEYS

SEEDS = range(8)
SIZES = (350, 500, 900)
SIZE = "size_class"


@cache
def district(firms: int = 500, seed: int = 0) -> District:
    return build_district(parameters(firms=firms), seed)


def start(firms: int = 500, seed: int = 0) -> np.ndarray:
    """The firms that exist at the start."""
    one = district(firms, seed)
    return one.firms[: one.count]


def over_seeds(measure, firms: int = 500) -> np.ndarray:
    return np.array([measure(start(firms, seed)) for seed in SEEDS])


def partners(one: District, slot: int) -> list[int]:
    return one.partners[one.partner_start[slot] : one.partner_start[slot + 1]].tolist()


# ---------------------------------------------------------------------------------------------- marginals


@pytest.mark.parametrize("firms", SIZES)
def test_there_are_as_many_firms_as_stated(firms):
    assert district(firms).count == len(start(firms)) == firms
    assert district(firms).slots >= firms


@pytest.mark.parametrize("firms", SIZES)
def test_size_classes_have_their_shares_in_every_district(firms):
    """Within two firms, not merely on average: counts are matched, not drawn."""
    shares = Parameters().population.class_share
    for seed in SEEDS:
        counts = np.bincount(start(firms, seed)[SIZE], minlength=3)
        assert np.abs(counts - firms * np.array(shares)).max() <= 2.0


@pytest.mark.parametrize("firms", SIZES)
def test_sectors_have_their_shares_in_every_district(firms):
    shares = np.array(Parameters().sectors.share)
    for seed in SEEDS:
        counts = np.bincount(start(firms, seed)["sector"], minlength=len(SECTOR_KEYS))
        assert np.abs(counts - firms * shares).max() <= 4.0


@pytest.mark.parametrize("firms", SIZES)
def test_sixty_five_per_cent_do_research_within_a_point(firms):
    for seed in SEEDS:
        assert start(firms, seed)["rd_active"].mean() == pytest.approx(0.65, abs=0.01)


def test_the_mean_sme_is_that_of_the_city():
    """Chongqing 2020: 157 staff and 197 million RMB for an above-scale SME."""
    staff = over_seeds(lambda firms: firms["employees"][firms[SIZE] < 2].mean())
    revenue = over_seeds(lambda firms: firms["revenue"][firms[SIZE] < 2].mean())
    assert staff.mean() == pytest.approx(157, rel=0.10)
    assert revenue.mean() == pytest.approx(197, rel=0.10)


def test_nearly_all_firms_are_smes():
    assert over_seeds(lambda firms: (firms[SIZE] < 2).mean()).mean() == pytest.approx(0.977, abs=0.004)


def test_large_firms_make_most_of_the_output():
    assert over_seeds(lambda f: f["revenue"][f[SIZE] == 2].sum() / f["revenue"].sum()).min() > 0.5


def test_output_grows_to_what_is_reported():
    """338 billion RMB in 2023: the mean over seeds is near, and every district, with its few giants, of that order."""
    baseline = load_scenario("baseline")
    outputs = []
    for seed in SEEDS:
        world = run(parameters(firms=500), baseline.policies(72), seed=seed)
        outputs.append(series(world, "revenue")[month_index("2023-12")] / 1000)
    assert np.mean(outputs) == pytest.approx(338, rel=0.25)
    assert 338 / 2.5 < min(outputs) <= max(outputs) < 338 * 2.5


def test_firms_are_as_large_as_their_class_says():
    """The national rule of 2011: 20 million RMB to be above scale, 400 million and 1,000 staff to be large."""
    for seed in SEEDS:
        firms = start(500, seed)
        small, medium, large = (firms[firms[SIZE] == size] for size in range(3))
        assert firms["revenue"].min() >= 20
        assert small["employees"].max() < 300 <= medium["employees"].min()
        assert medium["employees"].max() < 1000 <= large["employees"].min()
        assert large["revenue"].min() >= 400
        assert small["revenue"].mean() < medium["revenue"].mean() < large["revenue"].mean()


def test_staff_and_revenue_rise_together():
    rank = over_seeds(
        lambda f: np.corrcoef(*(np.argsort(np.argsort(f[name][f[SIZE] == 0])) for name in ("revenue", "employees")))[
            0, 1
        ]
    )
    assert 0.5 < rank.mean() < 0.85


def test_robots_workshops_and_scores_at_the_start():
    given = Parameters()
    robots = over_seeds(lambda firms: firms["robots"].mean())
    assert robots.mean() == pytest.approx(given.population.robot_share, abs=0.03)
    level2 = over_seeds(lambda firms: (firms["score"] >= 40).mean())
    assert 0.2 < level2.mean() < 0.5
    scores = over_seeds(lambda firms: firms["score"].mean())
    assert scores.mean() == pytest.approx(given.levels.start_mean, abs=3)
    workshops = over_seeds(lambda firms: firms["workshops"].sum())
    assert 3 < workshops.mean() < 25
    for seed in SEEDS:
        firms = start(500, seed)
        assert ((firms["score"] >= 0) & (firms["score"] <= 95)).all()
        assert (firms["workshops"][firms[SIZE] == 0] == 0).all()
        assert (firms["robots"][firms["workshops"] > 0] == 1).all()
        assert (firms["factories"] == 0).all()


def test_capability_is_a_share_and_higher_where_there_is_research():
    for seed in SEEDS:
        firms = start(500, seed)
        assert ((firms["capability"] > 0) & (firms["capability"] < 1)).all()
    gap = over_seeds(
        lambda f: f["capability"][f["rd_active"] == 1].mean() - f["capability"][f["rd_active"] == 0].mean()
    )
    assert gap.mean() > 0.05


def test_places_of_the_rota_and_of_coverage_are_even():
    """So that visits and coverage are exact at any number of firms; and the two do not run together."""
    for seed in SEEDS:
        firms = start(500, seed)
        for name in ("visit_phase", "coverage_rank"):
            gap = np.abs(np.sort(firms[name]) - (np.arange(500) + 0.5) / 500)
            assert gap.max() < 0.02, name
        assert abs(np.corrcoef(firms["visit_phase"], firms["coverage_rank"])[0, 1]) < 0.1


def test_leaders_are_large_firms():
    led = over_seeds(lambda firms: firms["leader"].sum())
    assert led.min() >= 1
    for seed in SEEDS:
        assert (start(500, seed)[SIZE][start(500, seed)["leader"] == 1] == 2).all()


def test_districts_of_two_seeds_differ():
    assert len({bits(district(350, seed).firms) for seed in SEEDS}) == len(SEEDS)


def test_there_is_room_for_those_who_enter():
    par = parameters({"turnover.entry_rate": 1.0}, firms=50)
    assert slots_needed(par, 50, 156) > 50 + 2 * 50 * 13
    assert slots_needed(parameters({"turnover.entry_rate": 0.0}, firms=50), 50, 156) == 50
    for seed in SEEDS:  # at the largest gain that policy can bring
        world = run(par, policy({"attraction.entry_gain": 1.0}), seed=seed, months=156)
        assert int(world.district[0]["overflow"]) == 0


# ------------------------------------------------------------------------------------------------ nesting


@pytest.mark.parametrize("firms", [1, 7, 120])
def test_one_firm_more_leaves_the_others_as_they_were(firms):
    par = parameters(firms=firms)
    for seed in (0, 3):
        one, other = (build_district(par, seed, additional_firms=more) for more in (0, 1))
        assert (one.count, other.count) == (firms, firms + 1)
        assert bits(one.firms) == bits(other.firms[: one.slots])


def test_a_larger_district_holds_the_smaller_but_for_what_is_shared_out():
    """The output that SMEs do not make is shared out among the large firms; all else is the firm's own."""
    small, large = start(400, 3), start(401, 3)[:400]
    smes = small[SIZE] < 2
    assert bits(small[smes]) == bits(large[smes])
    shared = {"revenue", "cash"}
    for name in set(small.dtype.names) - shared:
        assert bits(small[name]) == bits(large[name]), name


# ------------------------------------------------------------------------------------------------ network


def assert_a_network(one: District) -> None:
    """Symmetric; nobody is its own partner, or anybody's twice."""
    for slot in range(one.slots):
        linked = partners(one, slot)
        assert len(set(linked)) == len(linked)
        assert slot not in linked
        assert all(0 <= partner < one.slots and slot in partners(one, partner) for partner in linked)
    assert one.partner_start[-1] == one.partners.size


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("firms", [1, 2, 3, 90])
def test_every_network_is_one(network, firms):
    for seed in range(3):
        assert_a_network(build_district(parameters(firms=firms), seed, network=network))


def test_dense_and_far_reaching_networks_are_too():
    dense = parameters(
        {"links.partners": 30.0, "links.leader_partners": 40.0, "links.leader_link": 1.0, "links.reach": 25}, firms=150
    )
    assert_a_network(build_district(dense, 1))


def degrees(one: District) -> np.ndarray:
    return np.array([len(partners(one, slot)) for slot in range(one.count)])


def test_plain_networks_are_what_they_are_called():
    par = parameters(firms=12)
    assert (degrees(build_district(par, 1, network="complete")) == 11).all()
    assert (degrees(build_district(par, 1, network="empty")) == 0).all()
    ring = build_district(par, 1, network="ring")
    assert all(set(partners(ring, slot)) == {(slot - 1) % 12, (slot + 1) % 12} for slot in range(12))
    assert degrees(build_district(parameters(firms=2), 1, network="ring")).tolist() == [1, 1]
    assert degrees(build_district(parameters(firms=1), 1, network="ring")).tolist() == [0]


def test_a_network_of_no_known_kind_is_refused():
    with pytest.raises(InputError, match="supply, complete, ring, empty"):
        build_district(Parameters(), 1, network="smallworld")


def test_firms_have_about_twice_as_many_partners_as_they_seek():
    sought = Parameters().links.partners
    mean = np.mean([degrees(district(500, seed)).mean() for seed in SEEDS])
    assert 2 * sought * 0.8 < mean < 2 * sought * 1.6


def test_leaders_have_more_partners():
    for seed in SEEDS:
        one = district(500, seed)
        leads = one.firms["leader"][: one.count] == 1
        assert degrees(one)[leads].mean() > 2.5 * degrees(one)[~leads].mean()


def test_many_partners_are_neighbours():
    shares = []
    for seed in SEEDS:
        one = district(500, seed)
        near = [
            one.firms["park"][slot] == one.firms["park"][other] for slot in range(500) for other in partners(one, slot)
        ]
        shares.append(np.mean(near))
    assert 0.2 < np.mean(shares) < 0.7


def test_partners_are_sought_no_further_than_they_can_be():
    near = build_district(parameters({"links.reach": 30}, firms=300), 2)
    assert max(abs(slot - other) for slot in range(300) for other in partners(near, slot)) <= 30


def test_parks_hold_as_many_firms_as_stated():
    assert max(Counter(start(500)["park"].tolist()).values()) == int(Parameters().links.firms_per_park)


# ----------------------------------------------------------------------------------------------- register

FIRMS = 40


def write_register(path: Path, leave_out: tuple[str, ...] = ()) -> Register:
    """A register of forty firms: a third small, a third medium, a third large; every fourth cell of cash is empty."""
    rows = []
    for place in range(FIRMS):
        size = place % 3
        rows.append(
            {
                "id": f"F{place}",
                "sector": SECTOR_KEYS[place % 9],
                "employees": (50, 400, 3000)[size] + place,
                "revenue": (50.0, 500.0, 9000.0)[size] + place / 8,
                "park": ("North", "South", "East")[place % 3 if place % 5 else 0],
                "digital_score": 20.5 + place,
                "robots": "yes" if place % 2 else "no",
                "workshops": 2 * (place % 3),
                "factories": int(place % 3 == 2),
                "rd_active": "yes" if place % 4 else "no",
                "cash": "" if place % 4 == 0 else 1.5 + place,
                "leader": "yes" if size == 2 else "no",
                "partners": f"F{(place + 1) % FIRMS};F{(place + 5) % FIRMS}",
            }
        )
    names = [column.name for column in REGISTER_COLUMNS if column.name not in leave_out]
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, names, extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)
    return read_register(path)


def test_a_register_is_kept_to_the_letter(tmp_path):
    one = build_district(parameters(), 5, register=write_register(tmp_path / "firms.csv"))
    firms = one.firms[: one.count]
    assert one.count == FIRMS
    assert sorted(one.ids) == sorted(f"F{place}" for place in range(FIRMS))
    register = one.register
    assert register is not None
    assert [20.5 + int(name[1:]) for name in one.ids] == register.digital_score.tolist()
    for name, given in (
        ("sector", register.sector),
        (SIZE, register.size_class),
        ("employees", register.employees),
        ("revenue", register.revenue),
        ("score", register.digital_score),
        ("robots", register.robots),
        ("workshops", register.workshops),
        ("factories", register.factories),
        ("rd_active", register.rd_active),
        ("leader", register.leader),
    ):
        assert firms[name].tolist() == given.tolist(), name
    has_cash = ~np.isnan(register.cash)
    assert firms["cash"][has_cash].tolist() == register.cash[has_cash].tolist()
    assert [register.park_names[park] for park in firms["park"]] == [
        register.park_names[park] for park in register.park
    ]
    assert register.partners is not None
    for slot in range(FIRMS):
        known = register.partners[slot]
        assert known is not None
        at_the_start = sorted(partner for partner in partners(one, slot) if partner < FIRMS)
        assert at_the_start == known.tolist()
    assert_a_network(one)


def test_what_a_register_leaves_out_is_imputed_and_said(tmp_path):
    needed = tuple(column.name for column in REGISTER_COLUMNS if not column.needed)
    full = write_register(tmp_path / "full.csv")
    bare = write_register(tmp_path / "bare.csv", needed)
    notes = build_district(parameters(), 5, register=full).notes
    assert notes == ("imputed: cash (10 of 40 firms)",)
    one = build_district(parameters(), 5, register=bare)
    for name in needed:
        assert any(note.startswith(f"imputed: {name} (40 of 40") for note in one.notes), name
    firms = one.firms[: one.count]
    assert sorted(firms["revenue"].tolist()) == sorted(bare.revenue.tolist())
    assert (firms["cash"] > 0).all()
    assert ((firms["score"] >= 0) & (firms["score"] <= 95)).all()
    assert 0 < firms["robots"].sum() < FIRMS
    assert degrees(one).sum() > 0


def test_imputed_cash_follows_the_revenue_that_is_given(tmp_path):
    """A firm a hundred times as large has, on average, a hundred times the cash."""
    one = build_district(parameters(), 5, register=write_register(tmp_path / "firms.csv", ("cash",)))
    firms = one.firms[: one.count]
    share = firms["cash"] / firms["revenue"]
    assert 0.3 < np.median(share[firms[SIZE] == 2]) / np.median(share[firms[SIZE] == 0]) < 3.3


def test_imputed_leaders_are_large_firms(tmp_path):
    """What is imputed must fit the firm that the register describes, not another that stood in its place."""
    bare = write_register(tmp_path / "bare.csv", ("leader", "partners"))
    led = Counter()
    for seed in range(20):
        one = build_district(parameters(), seed, register=bare)
        led += Counter(one.firms[SIZE][: one.count][one.firms["leader"][: one.count] == 1].tolist())
    assert led[2] > 0
    assert led[0] == led[1] == 0


def test_imputed_premia_are_those_of_the_class_that_the_register_says(tmp_path):
    bare = write_register(tmp_path / "bare.csv")
    premia: dict[int, list[float]] = {0: [], 1: [], 2: []}
    for seed in range(20):
        one = build_district(parameters(), seed, register=bare)
        for firm in one.firms[: one.count]:
            premia[int(firm[SIZE])].append(float(firm["premium"]))
    for size, given in enumerate(Parameters().finance.premium):
        assert np.median(premia[size]) == pytest.approx(given, rel=0.15)


def test_imputed_workshops_and_factories_fit_each_other(tmp_path):
    """Where a smart factory needs two workshops, it has them, also if the register names only the factories."""
    par = parameters({"levels.workshops_per_factory": 2})
    one = build_district(par, 5, register=write_register(tmp_path / "firms.csv", ("workshops",)))
    firms = one.firms[: one.count]
    assert (firms["workshops"] >= 2 * firms["factories"]).all()


def test_a_register_runs(tmp_path):
    register = write_register(tmp_path / "firms.csv")
    par = parameters(firms=FIRMS)
    one = build_district(par, 5, register=register)
    world = run_one(
        Setting(district=one, parameters=par, seed=5), monthly_offers(load_scenario("baseline").policies(), par)
    )
    assert series(world, "firms")[0] == pytest.approx(FIRMS, abs=3)
    assert np.isfinite(world.series).all()
    assert sorted(world.start["score"][:FIRMS].tolist()) == sorted(register.digital_score.tolist())
