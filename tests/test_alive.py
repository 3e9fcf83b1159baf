"""Levers that move nothing in a district's fit: wherever a policy that sets one is printed, that is said."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

from zhizao.commands.cli import program
from zhizao.errors import InputError
from zhizao.evidence import alive
from zhizao.evidence.alive import RESPONSES_FILE, not_alive
from zhizao.evidence.ensembles import fitted_folder
from zhizao.policy.levers import lever_specifications
from zhizao.scenario.scenario import load_scenario
from zhizao.studies.responses import LOOKED_AT, responses

HEADER = "key,kind,low,high,ends,alive\n"


@pytest.fixture
def found(monkeypatch, tmp_path):
    """A folder of a fit whose file says that the campaign, floors for grants and one order of visits are dead."""
    rows = [
        "campaign.rate,lever,0,1,least and most of all scenarios,False",
        "grants.floor,lever,0,1,least and most of all scenarios,False",
        "specialists.order=small-first,lever,x,y,in force and other,False",
        "grants.rate,lever,0,1,least and most of all scenarios,True",
        "grants.payment_delay,lever,1,1,not tried,False",
        "valuation.doubt,number,0,1,its interval,False",
    ]
    (tmp_path / RESPONSES_FILE).write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
    monkeypatch.setattr(alive, "fitted_folder", lambda: tmp_path)
    alive._dead.cache_clear()
    yield tmp_path
    alive._dead.cache_clear()


def test_a_lever_a_row_of_levers_or_a_choice_is_looked_up(found):
    assert not_alive("campaign.rate", 0.5) == "campaign.rate"
    assert not_alive("grants.floor.light", 1.0) == "grants.floor"
    assert not_alive("specialists.order", "small-first") == "specialists.order=small-first"
    assert not not_alive("specialists.order", "large-first")
    assert not not_alive("grants.rate.light", 0.3)
    assert not not_alive("grants.payment_delay", 6)  # nobody has tried it
    assert not not_alive("valuation.doubt", 0.1)  # a number, no lever


def test_a_scenario_says_which_of_its_levers_are_dead(found):
    louder = load_scenario("double-grants").with_changes({"campaign.rate": 0.9, "grants.floor.light": 0.0})
    assert louder.not_alive == ("campaign.rate", "grants.floor")
    assert load_scenario("double-grants").not_alive == ()
    assert load_scenario("baseline").not_alive == ()  # the policy in which they were moved


@pytest.mark.parametrize(("language", "said"), [("en", "change nothing by themselves"), ("zh", "单独变动均无影响")])
def test_a_comparison_and_a_scenario_that_is_shown_say_it(found, language, said):
    few = ["--draws", "2", "--n-firms", "20", "--quiet", "--lang", language]
    for arguments in (
        ["compare", "baseline", "information-campaign", *few],
        ["scenarios", "show", "information-campaign", "--lang", language],
    ):
        done = CliRunner().invoke(program, arguments)
        assert done.exit_code == 0, done.output
        assert said in " ".join(done.output.split())
    shown = CliRunner().invoke(program, ["scenarios", "show", "information-campaign", "--format", "json"])
    assert json.loads(shown.stdout)["not_alive"] == ["campaign.rate"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", HEADER.encode() + b"x,lever,1,2,3,False,7\n", b"\xff\xfe\x00"])
def test_a_damaged_file_is_refused_by_name(found, content):
    (found / RESPONSES_FILE).write_bytes(content)
    alive._dead.cache_clear()
    with pytest.raises(InputError, match=RESPONSES_FILE):
        not_alive("campaign.rate", 1.0)


def test_no_file_says_nothing(found):
    (found / RESPONSES_FILE).unlink()
    alive._dead.cache_clear()
    assert not not_alive("campaign.rate", 1.0)


def test_the_shipped_file_is_of_the_levers_that_there_are():
    with (fitted_folder() / RESPONSES_FILE).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    levers = {row["key"].partition("=")[0] for row in rows if row["kind"] == "lever"}
    assert levers == set(lever_specifications())
    assert {f"{outcome}_error" for outcome in LOOKED_AT} <= rows[0].keys()


def test_a_lever_that_only_changes_reports_is_alive():
    [cut] = responses(["assessment.inflation_cut"], draws=4, n_firms=80, calibration="prior", workers=1)
    assert cut.moves("level2_share_end")
    assert cut.alive
