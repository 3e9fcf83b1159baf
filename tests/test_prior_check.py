"""Before any fit: which facts the prior reaches, and which bound holds back one that it does not."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import zhizao as zz
from zhizao.commands.cli import program
from zhizao.errors import InputError
from zhizao.evidence.facts import Fact, load_facts
from zhizao.studies.prior_check import PriorCheck, prior_check

COMMON = {"unit": "% of firms", "use": "fit", "source": "assumption: a test", "meaning": "m", "meaning_zh": "中"}
ROBOTS = Fact(key="robots", series="robot_share", at="2018-06", value=90, wording="over", **COMMON)
FEW = Fact(key="few", series="robot_share", at="2018-06", value=2, wording="at_most", **COMMON)
EDGE = Fact(
    key="edge", series="robot_share", at="2018-06", value=16, wording="at_most", high=16, softness=2.0, **COMMON
)
ASKED = {"robot_share", "level2_target_2025", "rd_share"}


@pytest.fixture(scope="module")
def check() -> PriorCheck:
    facts = [fact for fact in load_facts() if fact.key in ASKED]
    return prior_check([*facts, ROBOTS, FEW, EDGE], draws=64, workers=1)


def test_an_unreachable_fact_is_named_with_the_bound_that_binds(check):
    found = {one.fact.key: one for one in check.facts}
    assert [one.fact.key for one in check.out_of_reach] == ["robots", "few"]
    for key, end in (("robots", 0.38), ("few", 0.18)):  # the ends of population.robot_share
        one = found[key]
        assert one.binding[0].number.key == "population.robot_share"
        assert one.binding[0].end == end
        assert one.inside == 0.0
        assert f"{key} is out of reach" in one.sentence()
        assert f"population.robot_share ends at {end}" in one.sentence()
        assert f"population.robot_share止于{end}" in one.sentence("zh")
    assert found["robots"].high < found["robots"].nearest[0] < 90.0
    assert found["few"].nearest[0] < found["few"].median


def test_what_the_prior_reaches_is_said_with_its_interval(check):
    found = {one.fact.key: one for one in check.facts}
    robots = found["robot_share"]
    assert robots.verdict == "within reach"
    assert robots.low < robots.median < robots.high
    assert 0.2 < robots.inside < 0.9
    # Firms now have a stake in the level that they report, so the plan is within the reach of the prior.
    plan = found["level2_target_2025"]
    assert (plan.verdict, plan.binding) == ("within reach", ())
    assert plan.high > 90.0 > plan.median
    edge = found["edge"]  # a little beyond the lowest start, and soft
    assert (edge.verdict, edge.inside) == ("at the edge", 0.0)
    assert edge.binding[0].number.key == "population.robot_share"
    assert set(check.without) == {"robot_share", "level2_target_2025", "robots", "few", "edge"}
    headers, rows = check.table("zh")
    assert len(headers) == len(rows[0])
    assert [row[-1] for row in rows].count("不可达") == 2
    assert check.sentences()[-1].startswith(f"Of {check.draws} draws")
    json.dumps([one.to_dict() for one in check.facts], allow_nan=False)


def test_results_do_not_depend_on_the_number_of_workers(check):
    again = zz.prior_check([ROBOTS], draws=64, workers=2)
    assert again.facts[0] == next(one for one in check.facts if one.fact.key == "robots")


def test_what_makes_no_sense_is_refused():
    with pytest.raises(InputError, match="draws = 3 must be from 64"):
        prior_check(draws=3)
    context = [fact for fact in load_facts() if fact.series is None]
    with pytest.raises(InputError, match="no fact is about a series"):
        prior_check(context)


@pytest.mark.parametrize(
    ("given", "draws", "remark"),
    [
        ([], 1024, ""),
        (["--draws", "64", "--seed", "3"], 64, ""),
        (["--set", "grants.rate=0.1", "--n-firms", "60"], 1024, "--n-firms, --set: without effect here"),
    ],
)
def test_the_command_makes_the_draws_it_is_asked_for_and_names_what_has_no_effect(
    check, given, draws, remark, monkeypatch
):
    asked = []
    monkeypatch.setattr("zhizao.commands.evidence.prior_check", lambda **named: asked.append(named) or check)
    done = CliRunner().invoke(program, ["evidence", "--prior", *given])
    assert done.exit_code == 1  # a fitted fact is out of reach
    assert asked[0]["draws"] == draws
    assert remark in done.stdout
    assert ("without effect" in done.stdout) == bool(remark)
