"""Randomness is a contract: a firm's luck does not depend on policy, neighbours, order, threads or compilation."""

from __future__ import annotations

import json
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from small_district import (
    CHEAP,
    COLUMNS,
    GRANTS,
    SERVICES,
    bits,
    differences,
    money,
    parameters,
    policy,
    python,
    run,
    series,
    setting,
    standing,
    total,
)
from zhizao.engine.month import VERBS, simulate
from zhizao.engine.simulation import run_branches, run_one
from zhizao.engine.state import GROUPS, World, new_world
from zhizao.parameters.registry import Parameters
from zhizao.policy.levers import INSTRUMENTS, Policy
from zhizao.policy.offers import first_difference, monthly_offers
from zhizao.population.district import District
from zhizao.scenario.scenario import load_scenario, month_index

BUSY = parameters(CHEAP)
RATES = {"grants.rate": (0.5, 0.3, 0.3, 0.3), "grants.cap": (1.0, 5.0, 5.0, 9.0), "grants.fund_multiple": 2.0}

# ------------------------------------------------------------------------------------------- null policies

NULL_GRANTS = {
    "no rate": {**RATES, "grants.rate": 0.0},
    "no cap": {**RATES, "grants.cap": 0.0},
    "a rate here and a cap there": {**RATES, "grants.rate": (0.5, 0, 0, 0), "grants.cap": (0, 5, 5, 9)},
    "nobody eligible": {**RATES, "grants.size_factor": 0.0},
    "no budget": {**RATES, "grants.fund_multiple": 0.0},
}
HOW = {
    "grants.allocation": "lottery",
    "grants.advance_share": 0.5,
    "grants.window_open": 3,
    "grants.window_close": 9,
    "grants.deadline_months": 4,
    "grants.carry_over": "yes",
    "grants.payment_delay": 2,
}


@pytest.mark.parametrize("name", NULL_GRANTS)
@pytest.mark.parametrize("beside", [{}, SERVICES], ids=["alone", "beside services"])
def test_grants_that_give_nothing_are_no_grants(name, beside):
    without = run(BUSY, policy(beside))
    assert total(without, "projects_started") > 50
    assert not differences(without, run(BUSY, policy(beside, HOW, NULL_GRANTS[name])))
    assert differences(without, run(BUSY, policy(beside, HOW, RATES)))


def test_a_fund_of_nothing_is_no_grants():
    broke = parameters(CHEAP | {"funding.annual_fund": 0.0})
    assert not differences(run(broke, policy()), run(broke, policy(RATES)))
    assert differences(run(broke, policy()), run(broke, policy(RATES, {"grants.additional_budget": (0, 0, 1.0)})))


def test_grants_that_come_to_nothing_are_grants_that_end():
    """Null from a date on, after years in which promises were made."""
    history = [policy(SERVICES, RATES)] * 30
    ended = run(BUSY, history + [policy(SERVICES)] * 42)
    assert total(ended, "supported_started") > 10
    for null in NULL_GRANTS.values():
        assert not differences(ended, run(BUSY, history + [policy(SERVICES, null)] * 42))


# a lever that sets how, of an instrument whose other levers say that there is none
IDLE_LEVERS = [
    {"loans.interest_years": 9.0, "loans.guarantee_cost": 0.5},
    {"specialists.caseload": 50.0, "specialists.visits": 40.0, "specialists.order": "small-first"},
    {"specialists.count": 0.0, "specialists.caseload": 0.0},
    {"handling.online_cut": 1.0, "handling.processing_days": 0.0, "handling.monthly_capacity": 1.0},
    {"leaders.template_cut": 0.9},
    {"grants.deadline_months": 12, "grants.window_close": 4, "grants.clawback_share": 0.0},
    {"attraction.score_gain": 0.0, "attraction.entry_gain": 0.0, "relief.energy_share": 0.0},
]


@pytest.mark.parametrize("levers", IDLE_LEVERS, ids=lambda levers: next(iter(levers)))
def test_an_instrument_that_is_off_leaves_no_trace(levers):
    assert not differences(run(BUSY, policy()), run(BUSY, policy(levers)))


# ------------------------------------------------------------------------------------- policies that differ


def one_of_each() -> dict[str, dict]:
    """A policy for every instrument that makes a difference."""
    return {
        "grants": {**RATES},
        "diagnosis": {"diagnosis.value": 0.1},
        "loans": {"loans.interest_points": 0.03},
        "tax": {"tax.credit_rate": 0.3},
        "awards": {"awards.level2": 1.0},
        "provider_discount": {"provider_discount.state_share": 0.3},
        "pilot": {"pilot.sectors": 1.0, "pilot.share": 1.0, "pilot.rate": 0.5, "pilot.cap": 0.5},
        "specialists": {"specialists.count": 20},
        "matchmaking": {"specialists.count": 20, "matchmaking.cost_cut": 0.8},
        "handling": {"handling.online_share": 1.0},
        "response": {"response.days": 5},
        "leaders": {"leaders.share": 1.0},
        "providers": {"providers.capacity_gain": 2.0},
        "campaign": {"campaign.rate": 5.0},
        "attraction": {"attraction.entry_gain": 1.0},
        "relief": {"relief.energy_share": 0.5},
        "infrastructure": {"infrastructure.cost_cut": 0.5},
    }


def test_every_instrument_has_a_case():
    assert tuple(one_of_each()) == INSTRUMENTS


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_nothing_is_known_of_a_policy_before_it_comes(instrument):
    """Every instrument on from month 40: the same to the bit up to then, run alone and in full, and not after."""
    before, after = policy(SERVICES), policy(SERVICES, one_of_each()[instrument])
    par = parameters(CHEAP | {"finance.cash_share": 0.003, "finance.retained_share": 0.02})  # so that firms borrow
    plain, changed = run(par, [before] * 72), run(par, [before] * 40 + [after] * 32)
    assert plain.series[:40].tobytes() == changed.series[:40].tobytes()
    assert plain.money[:40].tobytes() == changed.money[:40].tobytes()
    assert plain.money[40:].tobytes() != changed.money[40:].tobytes()


def shipped_offers(par: Parameters) -> list[np.ndarray]:
    """The baseline, and the baseline with other grants and services from June 2024 on."""
    baseline = load_scenario("baseline")
    other = baseline.with_changes({"grants.rate": 0.6, "grants.cap": 9.0, "specialists.count": 400}, start="2024-06")
    return [monthly_offers(scenario.policies(), par) for scenario in (baseline, other)]


def test_a_scenario_is_the_baseline_until_it_first_differs():
    june = month_index("2024-06")
    one, other = shipped_offers(BUSY)
    assert first_difference(one, other) == june
    chosen = setting(BUSY, months=one.size)
    ends = [run_one(chosen, offers) for offers in (one, other)]
    assert ends[0].series[:june].tobytes() == ends[1].series[:june].tobytes()
    assert ends[0].money[:june].tobytes() == ends[1].money[:june].tobytes()
    assert ends[0].series[june:].tobytes() != ends[1].series[june:].tobytes()
    worlds = [new_world(chosen.district, BUSY.record(), offers, chosen.seed) for offers in (one, other)]
    for world in worlds:
        simulate(world, 0, june)
    assert not differences(*worlds)
    for world in worlds:
        simulate(world, june, june + 1)
    assert "money" in differences(*worlds)


def test_branches_are_what_whole_runs_are():
    offers = dict(zip(("one", "other", "again"), [*shipped_offers(BUSY), shipped_offers(BUSY)[1]], strict=True))
    chosen = setting(BUSY, months=156)
    for trunk in (["one", "other", "again"], ["other", "one", "again"]):
        branches = run_branches(chosen, {name: offers[name] for name in trunk})
        assert list(branches) == trunk
        for name, world in branches.items():
            assert not differences(world, run_one(chosen, offers[name]), leave_out=())
        assert not differences(branches["other"], branches["again"], leave_out=())


# -------------------------------------------------------------------------------------------- one more firm


def within_reach(district: District, sources: range) -> set[int]:
    """Firms that news can travel to from some firms, over any number of links and parks."""
    parks: dict[int, list[int]] = {}
    for slot, park in enumerate(district.firms["park"]):
        parks.setdefault(int(park), []).append(slot)
    reached, waiting = set(sources), deque(sources)
    while waiting:
        slot = waiting.popleft()
        partners = district.partners[district.partner_start[slot] : district.partner_start[slot + 1]].tolist()
        for other in [*partners, *parks[int(district.firms["park"][slot])]]:
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached


SCATTERED = CHEAP | {
    "links.partners": 0.35,
    "links.same_park": 0.6,
    "links.firms_per_park": 4,
    "links.leader_link": 0.1,
    "links.leader_partners": 1.0,
    "turnover.entry_rate": 0.0,
    "providers.capacity": 1e6,
    "providers.inverse_supply_elasticity": 0.0,
    "attention.contagion_rate": 3.0,
    "awareness.word_rate": 6.0,
    "valuation.partner_evidence": 3.0,
    "awareness.start_share": 0.2,
}
"""Small parks and few links, no shared queue or price: news is the only way from firm to firm."""
AMPLE = {**RATES, "grants.fund_multiple": 100.0, "grants.additional_budget": 1e5}
OWN = ("start", "firms", "attention_bound", "exit_bound")
"""What is held firm by firm."""


def records(world: World, name: str, count: int) -> list[bytes]:
    return [bits(getattr(world, name)[slot : slot + 1]) for slot in range(count)]


def compared(seed: int, more: int) -> tuple[set[int], set[int]]:
    """Firms that news from `more` added firms can reach, and firms whose record they changed."""
    par = parameters(SCATTERED, firms=201)
    worlds = [run(par, policy(AMPLE, SERVICES), seed=seed, months=96, more=added) for added in (0, more)]
    assert all(total(world, "rejections") == 0 for world in worlds)
    assert total(worlds[0], "exits") > 5
    assert total(worlds[0], "supported_started") > 50
    district = setting(par, seed=seed, months=96, more=more).district
    assert district.count == 201 + more
    changed: set[int] = set()
    for name in OWN:
        one, other = (records(world, name, 201) for world in worlds)
        changed |= {slot for slot in range(201) if one[slot] != other[slot]}
    changed |= set(np.flatnonzero((worlds[0].due[:, :201] != worlds[1].due[:, :201]).any(axis=0)).tolist())
    return within_reach(district, range(201, 201 + more)) & set(range(201)), changed


@pytest.mark.parametrize("more", [1, 20])
def test_firms_that_are_added_disturb_nobody_out_of_their_reach(more):
    cases = [compared(seed, more) for seed in range(1, 7)]
    for reached, changed in cases:
        assert 201 - len(reached) > 20, "nearly all are within reach: this test shows nothing"
        assert changed <= reached
    disturbed = sum(len(changed) for _, changed in cases)
    assert disturbed >= 5 * min(more, 4), "the new firms make hardly any difference: this test shows nothing"


def test_one_more_firm_changes_no_attribute_of_the_others():
    par = parameters(firms=90)
    one, other = (setting(par, more=more).district for more in (0, 1))
    assert one.firms.tobytes() == other.firms[: one.slots].tobytes()
    for slot in range(one.slots):
        mine = one.partners[one.partner_start[slot] : one.partner_start[slot + 1]]
        theirs = other.partners[other.partner_start[slot] : other.partner_start[slot + 1]]
        assert mine.tolist() == [partner for partner in theirs if partner != one.slots]


@pytest.mark.parametrize("network", ["supply", "ring"])
def test_what_a_firm_knows_of_its_partners_is_so(network):
    """Counts are kept up by those whom they count; firms enter, leave, rise and fall all the while."""
    busy = parameters(CHEAP | {"turnover.entry_rate": 0.3, "turnover.exit_rate": 0.3})
    world = run(busy, policy(RATES, SERVICES), network=network, months=60)
    here = set(standing(world).tolist())
    assert total(world, "entries") > 40
    wrong = []
    for slot in here:
        linked = world.partners[world.partner_start[slot] : world.partner_start[slot + 1]].tolist()
        partners = [partner for partner in linked if partner in here]
        firm = world.firms[slot]
        counted = tuple(int(firm[name]) for name in ("partners_active", "partners_ahead", "partners_supported"))
        ahead, supported = (int(world.firms[name][partners].sum()) for name in ("ahead", "supported_before"))
        if counted != (len(partners), ahead, supported):
            wrong.append((slot, counted, (len(partners), ahead, supported)))
    assert not wrong


# ------------------------------------------------------------------------------- order, threads, compilation


def test_neither_order_nor_threads_matter():
    tasks = [(seed, dated) for seed in (1, 2, 3) for dated in (policy(), policy(RATES), policy(RATES, SERVICES))]

    def one(task: tuple[int, Policy]) -> World:
        return run(BUSY, task[1], seed=task[0])

    first = [one(task) for task in tasks]
    backwards = [one(task) for task in reversed(tasks)][::-1]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(one, tasks * 3))
    assert not any(differences(a, b, leave_out=()) for a, b in zip(first, backwards, strict=True))
    assert not any(differences(a, b, leave_out=()) for a, b in zip(first * 3, at_once, strict=True))
    assert len({world.series.tobytes() for world in first}) == len(tasks)


def test_a_run_leaves_its_district_as_it_was():
    chosen = setting(BUSY)
    before = [chosen.district.firms.tobytes(), chosen.district.partners.tobytes()]
    offers = monthly_offers([policy(RATES)] * 72, BUSY)
    once = run_one(chosen, offers)
    assert not differences(once, run_one(chosen, offers), leave_out=())
    assert before == [chosen.district.firms.tobytes(), chosen.district.partners.tobytes()]


def test_seeds_differ():
    worlds = [run(BUSY, policy(RATES), seed=seed) for seed in (0, 1, 2**32, 2**63, 2**64 - 1)]
    assert len({world.series.tobytes() for world in worlds}) == len(worlds)


UNCOMPILED = """
import json, sys
import numpy as np
np.seterr(divide="raise", invalid="raise", over="raise")
from small_district import CHEAP, GRANTS, SERVICES, parameters, policy, run
par = parameters(CHEAP | {"attention.spontaneous_rate": 4.0}, firms=30)
beside = {"tax.credit_rate": 0.1, "awards.level2": 0.1, "diagnosis.value": 0.02, "loans.interest_points": 0.01,
          "grants.advance_share": 0.3, "grants.rate": 0.6}
world = run(par, policy(GRANTS, SERVICES, beside), months=24, seed=2**63 + 5)
json.dump({name: getattr(world, name).tolist() for name in ("series", "money", "ledger")}, sys.stdout)
"""


def test_uncompiled_code_gives_the_same_history():
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n{UNCOMPILED}"
    compiled, plain = (json.loads(python(code, NUMBA_DISABLE_JIT=switch)) for switch in "01")
    started = np.array(compiled["series"])[:, GROUPS.index("all"), COLUMNS.index("supported_started")]
    assert started.sum() > 3
    for name in compiled:
        np.testing.assert_allclose(plain[name], compiled[name], rtol=1e-12, atol=1e-12, err_msg=name)


def test_no_field_of_a_record_is_hidden_uncompiled():
    """Uncompiled, a record's attribute is NumPy's own where the names agree: `firm.size` would always be 1."""
    world = run(BUSY, policy(), months=1)
    named = {name: array.dtype.names for name, array in world._asdict().items() if array.dtype.names}
    assert not [(name, field) for name, fields in named.items() for field in fields if hasattr(np.record, field)]


def test_the_month_has_its_twelve_verbs():
    assert VERBS == (
        "announce",
        "spread_word",
        "serve",
        "appraise",
        "award",
        "contract",
        "build",
        "mature",
        "produce",
        "turn_over",
        "settle",
        "record",
    )


def test_money_and_counts_are_kept_of_every_month():
    world = run(BUSY, policy(GRANTS, SERVICES))
    assert (np.diff(money(world, "spending")) >= 0).all()
    assert (series(world, "firms") > 0).all()
