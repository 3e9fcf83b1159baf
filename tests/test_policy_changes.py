"""What a policy changes is said alike wherever it is shown; a report answers for the policy it was asked about."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from zhizao.commands import cli
from zhizao.errors import InputError, in_language
from zhizao.evidence.published import published
from zhizao.parameter_words.amounts import amounts
from zhizao.policy.levers import lever_specifications
from zhizao.policy.schedule import entries, read_value
from zhizao.policy.signposts import Signpost
from zhizao.report.apart import Apart
from zhizao.report.changes import changes_in_words
from zhizao.report.headline import chosen_policy, headline
from zhizao.report.page import page
from zhizao.report.workbook import save_workbook
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.scenario.changed import policy_changes
from zhizao.scenario.reasons import reasons_in
from zhizao.scenario.scenario import Scenario, list_scenarios, load_scenario
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.words.place import money_in_words
from zhizao.words.tables import LANGUAGES, Language


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return load_scenario("baseline")


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(["baseline", "services-surge", "no-programme"], draws=6, n_firms=60)


def test_a_policy_is_said_lever_by_lever_with_the_reason_of_its_file(baseline: Scenario) -> None:
    found = {change.key: change for change in policy_changes(load_scenario("services-surge"), baseline)}
    count = found["specialists.count"]
    assert (count.before, count.after, count.start, count.end) == (89.0, 178.0, "2024-01", "")
    assert count.reason == "assumption: twice the 89 of the report"
    assert count.file == "services-surge.toml"
    assert policy_changes(baseline, baseline) == ()


def test_what_is_switched_off_is_one_line_and_what_changes_by_time_has_its_months(baseline: Scenario) -> None:
    off = policy_changes(load_scenario("no-programme"), baseline)
    assert all(change.switched_off for change in off)
    moved = [c for c in policy_changes(load_scenario("front-loaded"), baseline) if c.key == "grants.fund_multiple"]
    assert [(c.before, c.after, c.start, c.end) for c in moved] == [
        (1.0, 1.5, "2024-01", "2024-12"),
        (1.0, 0.5, "2025-01", "2025-12"),
    ]


@pytest.mark.parametrize("name", [scenario.name for scenario in list_scenarios()])
def test_the_changes_of_every_policy_are_all_that_differs_and_are_said(name: str, baseline: Scenario) -> None:
    """Every lever that differs in a month is in a line that covers it; every line has a reason, in both languages."""
    scenario = load_scenario(name)
    changes = policy_changes(scenario, baseline)
    off = {change.key for change in changes if change.switched_off}
    keys = [key for spec in lever_specifications().values() for key in entries(spec)]
    for mine, yours in zip(scenario.policies(), baseline.policies(), strict=True):
        differ = {key for key in keys if read_value(mine, key) != read_value(yours, key)}
        assert {key for key in differ if key.partition(".")[0] not in off} <= {change.key for change in changes}
    for language in LANGUAGES:
        assert all(change.reason != "–" for change in changes_in_words(scenario, baseline, language))


def test_what_depends_on_something_says_on_what(baseline: Scenario) -> None:
    changes = policy_changes(load_scenario("what-if/services-if-short"), baseline)
    assert changes
    assert all(change.when is not None for change in changes)
    said = changes_in_words(load_scenario("what-if/services-if-short"), baseline, "en")
    assert all("if SMEs at level 2" in row.holds or "< 72 %" in row.holds for row in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_change_may_depend_on_is_said(baseline: Scenario, language: Language) -> None:
    """Every series that a government can see has words, also where no table shows it; and the months are said."""
    scenario = load_scenario("what-if/services-if-short")
    block = next(block for block in scenario.blocks if block.when is not None)
    for name, series in published().items():
        over = 3 if series.kind == "flow" else 0
        looking = replace(block, when=Signpost(series=name, relation="<", bound=0.5, at=77, over=over))
        adapting = replace(scenario, blocks=(*(b for b in scenario.blocks if b.when is None), looking))
        row = changes_in_words(adapting, baseline, language)[-1]
        assert " < " in row.holds
        assert {"en": "2024-06", "zh": "2024年6月"}[language] in row.holds
        assert ({"en": "3 months", "zh": "3个月"}[language] in row.holds) == bool(over)


def test_levers_that_are_set_by_hand_say_so(baseline: Scenario) -> None:
    [change] = policy_changes(baseline.with_changes({"specialists.count": 120}), baseline)
    assert in_language(change.reason, "zh") == "在情景文件之外设定"
    [drawn] = policy_changes(baseline.with_changes({"population.firms": 800}), baseline)
    assert (drawn.after, drawn.start) == (800.0, "")


def test_reasons_are_the_comments_beside_and_the_chinese_above() -> None:
    text = """
[[changes]] # all of it
from = "2024-01"
[changes.set]
# 翻一番
specialists.count = 178 # twice
"grants.rate" = {light = 0.1} # a "#" in a text begins none
[changes.multiply] # the same factor
grants.cap = 2.0
[[changes]]
from = "2025-01"
off = ["grants"] # nothing is left
"""
    first, second = reasons_in(text)
    assert first["specialists.count"] == ("twice", "翻一番")
    assert first["grants.rate"] == ('a "#" in a text begins none', "")
    assert first["grants.cap"][0] == "the same factor"
    assert second["off"] == ("nothing is left", "")


@given(st.text(max_size=200))
@settings(max_examples=50, deadline=None)
def test_no_text_breaks_the_search_for_reasons(text: str) -> None:
    reasons_in("[[changes]]\n" + text)


def test_amounts_are_said_in_one_size() -> None:
    assert amounts([0.3, 0.6], "million RMB per firm", "zh") == (["30", "60"], "万元/户")
    assert amounts([50.0, 200.0], "million RMB per year", "zh") == (["0.5", "2"], "亿元/年")
    assert amounts([100.0, 2000.0], "million RMB per year", "en") == (["0.1", "2"], "billion RMB per year")
    assert amounts([0.08, 0.16], "share of eligible cost", "en") == (["8", "16"], "% of eligible cost")
    assert amounts(["first-come", None], "", "zh") == (["先到先得", "–"], "")


# A report about her policy


def test_a_report_answers_for_the_policy_that_it_is_about(comparison: Comparison) -> None:
    """The first line, the cards and the table are of the policy, and of the first scenario where none is named."""
    mine = comparison.compared[1]
    for language in LANGUAGES:
        said = headline(comparison, language, "services-surge")
        title = mine.scenario.title_zh if language == "zh" else mine.scenario.title
        assert title in said.line
        spent = money_in_words(mine.summary(OUTCOMES_BY_NAME["public_spend_total"])["mean"], language)
        assert any(card.value and spent.startswith(card.value) for card in said.cards)
        assert all(card.change for card in said.cards)
        first = headline(comparison, language)
        assert title not in first.line
        assert not any(card.change for card in first.cards)
        text = page(comparison, [], language, "zhizao report", policy="services-surge", made="2026-11-30")
        assert said.line.replace("“", "") in text.replace("“", "")
        assert "2026-11-30" in text
    two = dataclasses.replace(
        comparison, by_treatment={name: tuple(found[:2]) for name, found in comparison.by_treatment.items()}
    )
    assert chosen_policy(two) is two.compared[1]
    with pytest.raises(InputError, match="choose one of baseline"):
        chosen_policy(comparison, "nope")


def test_what_is_not_settled_is_no_gain(comparison: Comparison) -> None:
    """A card is a gain or a loss only where its interval does not hold 0."""
    for entry in comparison.compared[1:]:
        for card in headline(comparison, "en", entry.label).cards:
            assert card.settled or card.better == 0
    assert Apart(mean=1.5, low=-0.2, high=2.6, unit="points", wanted=1).better == 0
    assert Apart(mean=1.5, low=0.2, high=2.6, unit="points", wanted=1).better == 1
    assert Apart(mean=1.5, low=0.2, high=2.6, unit="points", wanted=-1).better == -1


@pytest.mark.parametrize("language", LANGUAGES)
def test_command_page_and_workbook_tell_the_same_changes(
    comparison: Comparison, tmp_path: Path, language: Language, baseline: Scenario
) -> None:
    told = changes_in_words(load_scenario("services-surge"), baseline, language)
    shown = CliRunner().invoke(cli.program, ["scenarios", "show", "services-surge", "--lang", language]).output
    text = page(comparison, [], language, "zhizao report", policy="services-surge")
    book = load_workbook(save_workbook(comparison, tmp_path / "out.xlsx"))
    rows = [row for row in book["Changes"].iter_rows(min_row=2, values_only=True) if row[-1] == "services-surge"]
    names = [row[2 if language == "zh" else 1] for row in rows]
    for change in told:
        assert change.lever in shown
        assert change.lever in text
        assert change.lever in names
    shown = CliRunner().invoke(cli.program, ["scenarios", "show", "services-surge", "--format", "json"]).stdout
    assert [row["key"] for row in json.loads(shown)["against_the_policy_in_force"]] == [row.key for row in told]
