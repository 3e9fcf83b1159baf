"""Anticipation: firms that look ahead wait for support that has been announced, where that is worth more to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zhizao as zz
from small_district import GRANTS, OFF, Settings, differences, parameters, policy, series, setting, standing
from zhizao.calendar import MONTHS as LONGEST
from zhizao.engine.simulation import continue_run, run_branches, run_history, run_one
from zhizao.engine.state import World
from zhizao.errors import InputError
from zhizao.parameters.registry import Parameters
from zhizao.policy.announced import Announcement, announcements
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.offers import foreseen_offers, monthly_offers
from zhizao.policy.schedule import Block, gather_settings
from zhizao.rules import value

MONTHS = 48
FIRST = 30
"""The month in which announced changes begin here: July 2020."""
LAST = LONGEST - 1
"""The last month of which anything can be known."""
PUT_IN = ("offers", "par")
"""What is put in, and not what comes out."""

ALL_YEAR: Settings = {
    **GRANTS,
    "grants.window_open": 1,
    "grants.window_close": 12,
    "grants.regime": "after-the-fact",
    "grants.cap": (1e3,) * 4,
    "grants.floor": (0.0,) * 4,
    "grants.additional_budget": (1e5, 0.0, 0.0),
    "grants.payment_delay": 0,
    "handling.processing_days": 0,
}
"""Grants that can be asked for in every month, without a cap that binds, and are paid at once when the work is done."""
WHOLE: Settings = {**ALL_YEAR, "grants.rate": (1.0,) * 4}
READY: dict[str, Any] = {
    **OFF,
    "attention.spontaneous_rate": 3.0,
    "awareness.start_share": 1.0,
    "awareness.entrants_follow": 1.0,
    "providers.capacity": 1e3,
    "support.start_success": 1.0,
}
"""Firms that all know of support, and never wait for a provider."""

Course = tuple[list[Policy], tuple[Announcement | None, ...]]


def block(start: int, settings: Settings, announced: int | None = None, end: int = LAST) -> Block:
    found, problems = gather_settings(dict(settings), lever_specifications())
    assert not problems
    return Block(start=start, end=end, announced=announced, settings=found, file="", place="")


def course(*blocks: Block, months: int = MONTHS) -> Course:
    """Return the policy of each month under dated changes, and what is announced in it."""
    policies = []
    for month in range(months):
        held = Policy()
        for one in blocks:
            held = one.applied(held)[0] if one.start <= month <= one.end else held
        policies.append(held)
    return policies, announcements(blocks, policies)


def run(par: Parameters, given: Course) -> World:
    policies, announced = given
    offers = monthly_offers(policies, par)
    return run_one(setting(par, months=len(policies)), offers, foreseen_offers(offers, policies, announced, par))


def looking_ahead(share: float = 1.0, **changes: Any) -> Parameters:
    return parameters({**READY, "choosing.anticipation": share, **changes}, firms=160)


def starts(world: World, first: int, last: int) -> float:
    return float(series(world, "projects_started")[first : last + 1].sum())


# ----------------------------------------------------------------------------------- what is known


def test_nothing_is_known_where_nothing_is_announced() -> None:
    assert course(block(0, GRANTS), block(FIRST, WHOLE))[1] == ()


def test_a_change_is_known_from_its_announcement_until_it_begins() -> None:
    policies, known = course(block(0, GRANTS), block(FIRST, {"grants.rate": 0.6}, announced=FIRST - 6, end=FIRST + 5))
    for month in (*range(FIRST - 6), *range(FIRST + 6, MONTHS)):
        assert known[month] is None
    for month in range(FIRST - 6, FIRST):
        assert known[month] == Announcement(policies[FIRST], FIRST, FIRST + 5)
    for month in range(FIRST, FIRST + 6):  # and then its end
        assert known[month] == Announcement(policies[0], FIRST + 6, LAST)


def test_what_is_not_announced_is_expected_to_last() -> None:
    """A credit that will end unannounced is part of what is expected; one that will come unannounced is not."""
    credit, later = block(0, {"tax.credit_rate": 0.1}, end=FIRST - 2), block(FIRST - 1, {"loans.interest_points": 0.02})
    policies, known = course(credit, later, block(FIRST, GRANTS, announced=0))
    early = known[FIRST - 3]
    assert early is not None
    assert early.policy == policy(GRANTS, {"tax.credit_rate": 0.1})
    late = known[FIRST - 1]
    assert late is not None
    assert late.policy == policies[FIRST] == policy(GRANTS, {"loans.interest_points": 0.02})


def test_the_next_change_is_the_one_that_is_seen() -> None:
    first, second = block(20, {"grants.rate": 0.4}, announced=10), block(FIRST, {"grants.rate": 0.8}, announced=5)
    _, known = course(block(0, GRANTS), first, second)
    assert [known[month] and known[month].first for month in (4, 5, 9, 10, 19, 20, 29, 30)] == [
        None,
        FIRST,
        FIRST,
        20,
        20,
        FIRST,
        FIRST,
        None,
    ]
    assert known[10] is not None
    assert known[10].last == FIRST - 1


def test_a_change_that_will_make_no_difference_is_no_news() -> None:
    same = {"grants.rate": GRANTS["grants.rate"]}
    assert set(course(block(0, GRANTS), block(FIRST, same, announced=0))[1]) == {None}


def test_applications_open_some_months_after_the_change() -> None:
    """Calls are in March to October; a change of November is used in March, and a closed office does not shift it."""
    given = course(
        block(0, {**GRANTS, "grants.window_open": 3, "grants.window_close": 10}),
        block(34, {"grants.rate": 0.9}, announced=33),
    )
    par = looking_ahead()
    offers = monthly_offers(given[0], par)
    seen = foreseen_offers(offers, *given, par)
    assert [int(seen["ahead_months"][month]) for month in (32, 33, 34)] == [0, 5, 0]  # 38 is March 2021
    assert np.flatnonzero(seen["awaited"]).tolist() == [38]
    assert seen["opens_anyway"][33] == 1.0
    assert seen["grants_open"][33] == 1.0
    assert offers["grants_open"][34] == 0.0


# ----------------------------------------------------------------------------------- the rule


def test_the_rule_by_hand() -> None:
    """Worth 0.3 now; 0.5 with what is announced: at a discount of a tenth 0.45, which is more than now."""
    assert value.is_worth_waiting(0.3, 0.5, 0.3, 0.9)
    assert not value.is_worth_waiting(0.3, 0.5, 0.3, 0.6)
    assert not value.is_worth_waiting(0.3, 0.5, 0.5, 0.9)  # as it would be without it, say because calls open again
    assert not value.is_worth_waiting(0.3, 0.3, 0.3, 1.0)
    assert value.life_left(8.0, 0.0) == 8.0
    assert value.life_left(8.0, 6.0) == 7.5
    assert value.life_left(0.2, 6.0) == 0.0


TEXTBOOK = {"valuation.benefit_level": 0.4, "population.firms": 400, "attention.spontaneous_rate": 0.4}
"""The textbook district, where a project costs so much that it is worth its cost, and not many times."""


@pytest.mark.parametrize("wait", [1, 6, 12])
def test_without_interest_months_are_worth_the_gains_that_are_lost(wait: int) -> None:
    """Alike firms with gains g a year per unit of cost wait m months for a credit above g·m/12, and not for less."""
    pytest.importorskip("mesa")
    scenario = zz.load_scenario("limits/textbook").with_changes({**TEXTBOOK, "choosing.anticipation": 1.0})
    par = Parameters().changed(scenario.parameter_changes)
    [firm, *_] = zz.mesa.DistrictModel(scenario, rng=7, parameters=par, months=1).firms
    yearly = firm.saving_share(0) * firm.revenue / firm.quoted_cost(0)
    assert 0.1 < yearly < 1.0
    found = {}
    for more in (-0.005, 0.005):
        given = course(block(FIRST, {"tax.credit_rate": yearly * wait / 12 + more}, announced=FIRST - wait))
        offers = monthly_offers(given[0], par)
        whole = setting(par, months=MONTHS, network="empty")
        world = run_one(whole, offers, foreseen_offers(offers, *given, par))
        found[more] = starts(world, FIRST - wait, FIRST - wait)
        assert starts(world, 0, FIRST - wait - 1) > 0
    assert found[-0.005] > 0
    assert found[0.005] == 0


# ----------------------------------------------------------------------------------- when nobody waits

BETTER = block(FIRST, {"grants.rate": (0.9,) * 4}, announced=FIRST - 6)
UNHEARD = block(FIRST, {"grants.rate": (0.9,) * 4})


def same(one: World, other: World) -> bool:
    return not differences(one, other, leave_out=PUT_IN)


def test_with_a_share_of_nothing_an_announcement_changes_nothing_to_the_bit() -> None:
    told, untold = course(block(0, ALL_YEAR), BETTER), course(block(0, ALL_YEAR), UNHEARD)
    assert told[0] == untold[0]
    assert same(run(looking_ahead(0.0), told), run(looking_ahead(0.0), untold))


def test_without_announcements_the_share_changes_nothing_to_the_bit() -> None:
    untold = course(block(0, ALL_YEAR), UNHEARD)
    assert same(run(looking_ahead(1.0), untold), run(looking_ahead(0.0), untold))


@pytest.mark.parametrize(
    "change",
    [
        {"grants.rate": (0.05,) * 4},
        {"grants.cap": (0.01,) * 4},
        {"handling.processing_days": 240},
        {"campaign.rate": 2.0},
        {"specialists.count": 40},
        {"context.demand": 0.7},
    ],
    ids=["lower rate", "lower cap", "slower office", "campaign", "visits", "slump"],
)
def test_what_makes_no_project_worth_more_is_not_waited_for_to_the_bit(change: Settings) -> None:
    """Worse support, and what does not bear on a project's worth. Firms do not hurry before it either."""
    par = looking_ahead(1.0, **{"valuation.price_outlook": 0.5})
    told, untold = (course(block(0, ALL_YEAR), block(FIRST, change, announced=announced)) for announced in (18, None))
    assert any(told[1])
    assert same(run(par, told), run(par, untold))


def test_support_for_others_is_not_waited_for() -> None:
    """A call for another industry keeps nobody of this one, nor of small firms one for large firms."""
    par = looking_ahead(1.0, **{"population.class_share": (1.0, 0.0, 0.0)})
    large = {"grants.size_factor": (1.0, 1.0, 2.0)}
    told, untold = (course(block(0, ALL_YEAR), block(FIRST, large, announced=announced)) for announced in (18, None))
    assert any(told[1])
    assert same(run(par, told), run(par, untold))


def test_calls_that_open_again_are_not_waited_for_for_that_alone() -> None:
    """In winter calls are closed; something that is announced for spring, and gives nothing, makes nobody wait."""
    par = looking_ahead(1.0)
    calls = {**ALL_YEAR, "grants.window_open": 3, "grants.window_close": 10}
    told, untold = (
        course(block(0, calls), block(38, {"specialists.count": 10}, announced=announced)) for announced in (34, None)
    )
    assert any(told[1])
    assert same(run(par, told), run(par, untold))


def test_who_does_not_know_of_support_does_not_wait() -> None:
    unaware = {"awareness.start_share": 0.0, "awareness.media_rate": 0.0, "awareness.word_rate": 0.0}
    par = looking_ahead(1.0, **unaware)
    told = run(par, course(block(0, {}), block(FIRST, {"tax.credit_rate": 1.0}, announced=18)))
    assert (told.firms["waits_since"][standing(told)] == -1).all()


def test_nobody_looks_further_ahead_than_the_horizon() -> None:
    given = course(block(0, ALL_YEAR), block(FIRST, WHOLE, announced=0))
    waited = {}
    for months in (3, 12):
        world = run(looking_ahead(1.0, **{"choosing.foresight_months": months}), given)
        since = world.firms["waits_since"][standing(world)]
        waited[months] = since[since >= 0]
        assert (waited[months] >= FIRST - months).all()
    assert 0 < waited[3].size < waited[12].size
    assert waited[12].min() < FIRST - 3


# ----------------------------------------------------------------------------------- when firms wait


def test_nobody_starts_in_the_month_before_a_grant_of_everything_and_all_start_then() -> None:
    """So early that no claim is open yet, which would keep a firm from asking again."""
    par, soon = looking_ahead(1.0), 2
    told, untold = (
        run(par, course(block(0, ALL_YEAR), block(soon, WHOLE, announced=announced))) for announced in (soon - 1, None)
    )
    assert starts(untold, soon - 1, soon - 1) >= 10
    assert starts(told, soon - 1, soon - 1) == 0
    assert np.array_equal(told.series[: soon - 1], untold.series[: soon - 1])
    begun = starts(told, soon, soon) - starts(untold, soon, soon)
    assert begun >= 0.9 * starts(untold, soon - 1, soon - 1)
    assert starts(told, 0, soon) == pytest.approx(starts(untold, 0, soon), rel=0.05)


def test_the_nearer_the_support_the_more_firms_wait() -> None:
    """Of those that would begin, in the months before: the wait costs what the project would bring until then."""
    par = looking_ahead(1.0)
    more = {"grants.rate": (0.7,) * 4}
    told, untold = (
        run(par, course(block(0, ALL_YEAR), block(FIRST, more, announced=announced)))
        for announced in (FIRST - 12, None)
    )
    kept = [
        starts(told, first, first + 3) / starts(untold, first, first + 3)
        for first in (FIRST - 12, FIRST - 8, FIRST - 4)
    ]
    assert kept[2] < kept[1] < kept[0]
    assert kept[2] < 0.4
    assert starts(told, FIRST, FIRST) > 2 * starts(untold, FIRST, FIRST)


def test_the_share_is_of_firms_and_those_who_wait_at_less_wait_at_more() -> None:
    given = course(block(0, ALL_YEAR), block(FIRST, WHOLE, announced=FIRST - 1), months=FIRST)
    waiting = {share: run(looking_ahead(share), given).firms["waits_until"] == FIRST for share in (0.3, 0.7, 1.0)}
    assert 0 < waiting[0.3].sum() < waiting[0.7].sum() < waiting[1.0].sum()
    assert not (waiting[0.3] & ~waiting[0.7]).any()
    assert not (waiting[0.7] & ~waiting[1.0]).any()


def test_who_waits_for_spring_is_still_waiting_when_the_year_begins() -> None:
    """The grant is raised in January, calls open in March: who waits does not begin alone in between."""
    par = looking_ahead(1.0)
    calls = {**WHOLE, "grants.rate": 0.1, "grants.window_open": 3, "grants.window_close": 10}
    given = course(block(0, calls), block(36, {"grants.rate": 1.0}, announced=33), months=38)
    world = run(par, given)
    waiting = world.firms["waits_until"] == 38
    assert waiting.sum() > 3
    assert (world.firms["waits_since"][waiting] >= 33).all()
    assert (world.firms["waits_since"][waiting] < 36).all()


def test_support_that_does_not_come_after_all_lets_firms_decide_as_any_other_month() -> None:
    broken = course(block(0, ALL_YEAR), block(2, WHOLE, announced=1), block(2, ALL_YEAR))
    assert any(broken[1])
    world = run(looking_ahead(1.0), broken)
    assert starts(world, 0, 0) > 0
    assert starts(world, 1, 1) == 0
    assert starts(world, 2, 2) > 10


# ----------------------------------------------------------------------------------- runs that share their months


def test_runs_that_branch_are_the_same_as_runs_alone() -> None:
    """An announcement is where two courses part, even before their policies do; and a run can be gone on with."""
    par = looking_ahead(0.7)
    told, untold = course(block(0, ALL_YEAR), BETTER), course(block(0, ALL_YEAR), UNHEARD)
    offers = monthly_offers(told[0], par)
    seen = foreseen_offers(offers, *told, par)
    together = run_branches(setting(par, months=MONTHS), {"untold": offers, "told": offers}, foreseen={"told": seen})
    alone = run(par, told)
    assert same(together["told"], alone)
    assert same(together["untold"], run(par, untold))
    assert not same(alone, run(par, untold))
    for first in (FIRST - 8, FIRST - 2):
        history = run_history(setting(par, months=MONTHS), offers, first, seen)
        assert same(continue_run(history, offers, first, foreseen=seen), alone)


# ----------------------------------------------------------------------------------- scenario files


def written(folder: Path, changes: str, parameters: str = "") -> Path:
    path = folder / "told.toml"
    text = 'format = 1\ntitle = "t"\nquestion = "q?"\nsource = "s"\nextends = "baseline"\n'
    path.write_text(f"{text}{parameters}\n{changes}", encoding="utf-8")
    return path


def test_a_file_says_since_when_a_change_is_announced(tmp_path: Path) -> None:
    path = written(
        tmp_path, '[[changes]]\nfrom = "2025-01"\nannounced = "branch"\n[changes.set.tax]\ncredit_rate = 0.2\n'
    )
    scenario = zz.load_scenario(path)
    known = scenario.announced(96)
    assert [month for month, one in enumerate(known) if one is not None] == list(range(72, 84))
    assert known[72] is not None
    assert known[72].policy.tax.credit_rate == 0.2
    assert any("announced has no effect while choosing.anticipation is 0" in line for line in scenario.remarks)
    listening = scenario.with_changes({"choosing.anticipation": 0.4})
    assert not any("announced" in line for line in listening.remarks)
    assert zz.load_scenario("baseline").announced() == ()


@pytest.mark.parametrize(
    ("announced", "said"),
    [
        ('"2025-02"', "announced = '2025-02' is after from = '2025-01'; name the month in which it is made known"),
        ('"soon"', "announced = 'soon' is not a month"),
        ("3", "key announced = 3: it must be text in quotes"),
    ],
)
def test_a_file_that_announces_too_late_or_nonsense_is_refused(tmp_path: Path, announced: str, said: str) -> None:
    path = written(tmp_path, f'[[changes]]\nfrom = "2025-01"\nannounced = {announced}\noff = ["grants"]\n')
    with pytest.raises(InputError) as caught:
        zz.load_scenario(path)
    assert any("told.toml" in line and said in line for line in caught.value.problems), caught.value.problems


def what_if(name: str) -> Sequence[float]:
    done = zz.run(f"what-if/{name}", calibration="facts")
    return list(done.series["projects_started"])


def test_the_what_ifs_differ_from_the_announcement_on() -> None:
    """Twice the grants from 2025: with firms that wait, 2024 has fewer projects and 2025 more."""
    unheard, awaited = what_if("grants-from-2025"), what_if("grants-awaited")
    assert unheard[:72] == awaited[:72]
    assert unheard[:72] == list(zz.run("baseline", calibration="facts").series["projects_started"])[:72]
    assert sum(awaited[72:84]) < 0.95 * sum(unheard[72:84])
    assert sum(awaited[84:96]) > sum(unheard[84:96])


def test_a_mesa_model_in_place_of_the_engine_is_told_too() -> None:
    mesa_model = pytest.importorskip("zhizao.mesa_model")
    from zhizao.studies.lanes import finish, prepare

    awaited = [zz.load_scenario("what-if/grants-awaited")]
    values = {"population.firms": 50, "population.output": 17_500.0, "attention.spontaneous_rate": 2.0}
    runs = [
        finish(prepare(awaited, 84, references=False, model=model), values, 3)[0].run
        for model in (None, mesa_model.DistrictModel)
    ]
    started = [run.history.column("projects_started") for run in runs]
    assert np.array_equal(*started)
    deaf = finish(prepare([zz.load_scenario("what-if/grants-from-2025")], 84, references=False), values, 3)[0].run
    assert not np.array_equal(deaf.history.column("projects_started"), started[0])


def test_a_record_says_what_was_known_and_when() -> None:
    from zhizao.studies.record import resolved

    told = resolved(zz.load_scenario("what-if/grants-awaited"), 96)["announced"]
    assert [(one["known_from"], one["for"]) for one in told] == [("2024-01", "2025-01")]
    assert told[0]["set"]["grants.rate.light"] == pytest.approx(0.6)
    assert "announced" not in resolved(zz.load_scenario("baseline"), 96)
