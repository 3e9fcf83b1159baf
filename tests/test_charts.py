"""The chart of a comparison: made from its numbers, and refused with a clear line where it cannot be."""

from pathlib import Path

import pytest

from zhizao.errors import InputError
from zhizao.report.charts import comparison_chart, save_chart
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(["baseline", "no-services"], draws=3, n_firms=60)


def test_the_chart_says_what_it_shows(comparison: Comparison) -> None:
    figure = comparison_chart(comparison)
    road, change = figure.axes
    assert road.get_ylabel() == "% of above-scale SMEs"
    assert "percentage points" in change.get_xlabel()
    assert [label.get_text() for label in change.get_yticklabels()] == ["no-services"]
    assert "3 draws" in figure.get_suptitle()


def test_the_chart_draws_the_comparison_s_own_numbers(comparison: Comparison) -> None:
    road, _ = comparison_chart(comparison).axes
    drawn = road.get_lines()[0].get_ydata()
    table = comparison.monthly()
    rows = table[(table["scenario"] == "baseline") & (table["variable"] == "level2_share")]
    assert drawn == pytest.approx(100.0 * rows["median"].to_numpy())


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_it_is_saved(comparison: Comparison, tmp_path: Path, ending: str) -> None:
    assert save_chart(comparison, tmp_path / f"chart{ending}").stat().st_size > 1000


@pytest.mark.parametrize(("name", "words"), [("chart.gif", "ending"), ("nowhere/chart.png", "does not exist")])
def test_a_wrong_place_is_refused(comparison: Comparison, tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        save_chart(comparison, tmp_path / name)


def test_one_scenario_alone_can_be_drawn(tmp_path: Path) -> None:
    alone = compare(["baseline"], draws=2, n_firms=40, until="2024-06")
    assert save_chart(alone, tmp_path / "alone.png").exists()
