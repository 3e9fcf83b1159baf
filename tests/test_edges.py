"""How far charts of differences reach, and that those drawn and those on a page show the same."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhizao.report.chart_rows import account_rows, cost_rows, difference_rows
from zhizao.report.charts import account_chart, cost_chart, differences_chart
from zhizao.report.edges import shown_range
from zhizao.report.findings import finding
from zhizao.report.interactive import CHARTS
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import LANGUAGES, Language

ORDINARY = [(-1.0, 0.5), (0.2, 1.4), (0.5, 2.0), (-0.4, 0.3), (-0.8, 0.1), (0.1, 1.0), (-0.2, 0.6), (0.0, 0.9)]


def test_everything_is_shown_where_nothing_is_extreme() -> None:
    assert shown_range(ORDINARY) is None
    assert shown_range([*ORDINARY[:3], (-30.0, -20.0)]) is None  # too few to say what is usual


def test_one_extreme_row_does_not_squeeze_the_others() -> None:
    found = shown_range([*ORDINARY, (-30.0, -20.0)])
    assert found is not None
    assert -2.0 < found[0] < -1.0
    assert 2.0 < found[1] < 2.5


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 50)), max_size=40))
def test_most_rows_are_whole_and_zero_is_always_there(rows: list[tuple[float, float]]) -> None:
    spans = [(low, low + width) for low, width in rows]
    found = shown_range(spans)
    if found is not None:
        least, most = found
        assert least <= 0.0 <= most
        assert sum(low >= least for low, _ in spans) >= 0.84 * len(spans)
        assert sum(high <= most for _, high in spans) >= 0.84 * len(spans)


@pytest.fixture(scope="module")
def done() -> Comparison:
    found = compare(
        ["baseline", "no-programme", "services-surge", "double-grants", "no-grants", "chain-leaders"],
        draws=4,
        n_firms=60,
    )
    return squeezed(found)


def squeezed(done: Comparison) -> Comparison:
    """The same with one policy far worse than all others."""
    name = "level2_share_true_end"
    far = dataclasses.replace(
        done.compared[1], outcomes=done.compared[1].outcomes | {name: done.first.outcomes[name] - 0.6}
    )
    return dataclasses.replace(
        done,
        by_treatment={
            key: (rows[0], far, *rows[2:]) if rows[1].label == far.label else rows
            for key, rows in done.by_treatment.items()
        },
    )


def data_of(chart: Any) -> list[dict[str, Any]]:
    [rows] = chart.to_dict()["datasets"].values()
    return list(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawn_and_interactive_differences_have_one_order_one_range_and_one_set_of_numbers(
    done: Comparison, language: Language
) -> None:
    axes = differences_chart(done, language).axes[0]
    chart = CHARTS["differences"](done, language)
    rows = data_of(chart)
    names = list(dict.fromkeys(row["name"].replace("\n", " ") for row in rows))
    drawn = [label.get_text().replace("\n", "" if language == "zh" else " ") for label in axes.get_yticklabels()]
    assert [name.replace(" ", "") for name in drawn] == [name.replace(" ", "") for name in names]
    edges = shown_range((row["low"], row["high"]) for row in rows)
    assert edges is not None
    assert axes.get_xlim() == pytest.approx(edges, abs=1e-3)
    domains = [
        layer["encoding"]["x"]["scale"]["domain"]
        for layer in chart.to_dict()["layer"]
        if "scale" in layer.get("encoding", {}).get("x", {})
    ]
    assert domains
    assert all(domain == pytest.approx(edges) for domain in domains)
    means = {
        round(float(line.get_xdata()[0]), 3)
        for line in axes.get_lines()
        if line.get_marker() == "o" and len(line.get_xdata()) == 1
    }
    assert means == {round(row["mean"], 3) for row in rows if edges[0] <= row["mean"] <= edges[1]}
    assert any(text.get_text() == f"{-60.0:+.1f}".replace("-", "−") for text in axes.texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawn_and_interactive_charts_of_money_have_one_unit_and_one_set_of_numbers(
    done: Comparison, language: Language
) -> None:
    cost = data_of(CHARTS["cost_effect"](done, language))
    scale = cost[0]["cost"] / cost_rows(done)[0]["cost"]
    axes = cost_chart(done, language).axes[0]
    drawn = {round(float(line.get_xdata()[0]), 6) for line in axes.get_lines() if line.get_marker() == "o"}
    assert drawn == {round(row["cost"], 6) for row in cost}
    assert ("百万" in axes.get_xlabel()) is False
    account = data_of(CHARTS["subsidy_account"](done, language))
    widths = [bar.get_width() for bar in account_chart(done, language).axes[0].containers[0]]
    unscaled = [row["mean"] for row in account_rows(done) if row["part"] == "additional"]
    assert [row["mean"] for row in account if row["place"] == 0] == pytest.approx(widths)
    assert widths == pytest.approx([scale * value for value in unscaled]) or language == "zh"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_of_both_says_road_and_best_policy(done: Comparison, language: Language) -> None:
    text = finding("overview", done, done.first, language)
    assert finding("road", done, done.first, language) in text
    true = done.first.summary(OUTCOMES_BY_NAME["level2_share_true_end"])["mean"]
    assert f"{100.0 * true:.1f}" in text
    assert difference_rows(done)[0]["scenario"] in {entry.label for entry in done.compared}
