"""Titles that say what was found: made from the numbers, never against them, and alike drawn and on the page."""

from __future__ import annotations

import dataclasses
import re

import pytest

from zhizao.report.apart import Apart
from zhizao.report.charts import account_chart, cost_chart, differences_chart, target_chart
from zhizao.report.findings import FOUND, finding
from zhizao.report.page import page
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import LANGUAGES, Language

TRUE = "level2_share_true_end"


@pytest.fixture(scope="module")
def done() -> Comparison:
    return compare(["baseline", "services-surge", "no-programme", "demand-slump"], draws=6, n_firms=60)


def shifted(done: Comparison, by: float) -> Comparison:
    """The same comparison with every other scenario that much better in truth than the first, in every draw."""
    first = done.first.outcomes[TRUE]
    changed = {
        treatment: (
            compared[0],
            *(dataclasses.replace(e, outcomes=e.outcomes | {TRUE: first + by}) for e in compared[1:]),
        )
        for treatment, compared in done.by_treatment.items()
    }
    return dataclasses.replace(done, by_treatment=changed)


def test_a_gain_is_claimed_only_where_it_is_settled(done: Comparison) -> None:
    assert finding("differences", shifted(done, 0.05), done.first, "en").startswith("It is settled for 2 of 2")
    for by in (0.0, -0.05):
        assert finding("differences", shifted(done, by), done.first, "en").startswith("For none of 2 policies")
    two = done.only(["baseline", "services-surge"])
    assert "raises true levels by 5.0 points" in finding("differences", shifted(two, 0.05), two.first, "en")
    assert "lowers true levels by 5.0 points" in finding("differences", shifted(two, -0.05), two.first, "en")
    assert finding("differences", shifted(two, 0.0), two.first, "en").startswith("It is not settled")


def test_a_shock_is_no_policy_that_does_most(done: Comparison) -> None:
    better = shifted(done, 0.05)
    shock = better.compared[3]
    assert shock.scenario.title not in finding("differences", better, better.first, "en")
    assert shock.scenario.title not in finding("cost_effect", better, better.first, "en")


def test_numbers_in_titles_are_those_of_the_comparison(done: Comparison) -> None:
    for entry in done.compared:
        text = finding("road", done, entry, "en")
        assert f"{100.0 * entry.summary(OUTCOMES_BY_NAME[TRUE])['mean']:.1f}" in text
        apart = Apart.of_money_that_changed_nothing(entry, done.first)
        assert entry is not done.first or apart.mean == 0.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawn_and_interactive_charts_have_the_same_title(done: Comparison, language: Language) -> None:
    mine = done.compared[1]
    text = re.sub("</?span[^>]*>", "", page(done, [], language, "zhizao report", policy=mine.label))  # around months
    drawn = {
        "road": target_chart(done, language, scenario=mine.label),
        "differences": differences_chart(done, language),
        "cost_effect": cost_chart(done, language),
        "subsidy_account": account_chart(done, language, scenario=mine.label),
    }
    for name in FOUND:
        title = finding(name, done, mine, language)
        assert f"<h3>{title}</h3>" in text.replace("&#34;", '"')
        if language == "en":  # where they are drawn, quotation marks are straight
            title = title.replace("“", '"').replace("”", '"')
        if name in drawn:
            assert title in drawn[name].texts[0].get_text().replace("\n", " " if language == "en" else "") or (
                title.replace(" ", "") == drawn[name].texts[0].get_text().replace("\n", "").replace(" ", "")
            )
