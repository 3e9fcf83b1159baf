"""Money in what commands print: in Chinese in 亿元 or 万元, one size for a column, with its digits."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest

pytest.importorskip("fcntl")
from screens import printed
from terminal_cells import SMALL
from zhizao.commands.sizes import size_of
from zhizao.report.charts import choice_chart, learning_chart, tornado_chart
from zhizao.report.decision_words import learning_size, regret_size
from zhizao.studies.deciding.choose import choose
from zhizao.studies.deciding.learn import learn
from zhizao.words.place import money_in_words


@pytest.mark.parametrize(
    ("language", "values", "unit", "texts"),
    [
        ("zh", [202.0, 9.3], "亿元", ["2.02", "0.09"]),
        ("zh", [62.2, 0.6, math.nan, math.inf], "万元", ["6,220", "60", "–", "无上限"]),
        ("en", [202.0, 9.3], "million RMB", ["202", "9.30"]),
        ("en", [3294.0, 678.0], "billion RMB", ["3.29", "0.68"]),
    ],
)
def test_a_column_of_money_has_one_size(language: str, values: list[float], unit: str, texts: list[str]) -> None:
    size = size_of(values, language)  # type: ignore[arg-type]
    assert (size.unit, [size.number(value) for value in values]) == (unit, texts)
    assert size.header("x").endswith(unit if language == "en" else f"（{unit}）")


def test_what_is_not_money_stays_as_it_is() -> None:
    shares = size_of([0.3], "zh", "share of firms")
    assert (shares.number(0.3), shares.header("x")) == ("30.0 %", "x")
    assert size_of([0.2], "zh", "firms per million RMB").number(0.2) == "0.20"


def test_digits_follow_the_size() -> None:
    assert size_of([202.0], "zh").fixed(202.0, 1) == "2.02"
    assert size_of([20.0], "zh").fixed(-14.05, 1, sign=True) == "−1,405"
    assert size_of([202.0], "en").fixed(202.0, 1) == "202.0"


def test_a_run_says_each_column_and_each_outcome_in_its_size() -> None:
    done = json.loads(printed("run", *SMALL, "--format", "json"))
    text = printed("run", *SMALL, "--lang", "zh")
    for name in ("public_spend_total", "service_cost_total", "private_investment_total"):
        said = money_in_words(done["outcomes"][name], "zh")
        unit = said.lstrip("−.,0123456789")
        number = said.removesuffix(unit)
        assert any(f"{float(number):,g}" in line and unit in line for line in text.splitlines()), said


def test_the_worth_of_one_more_and_the_cheapest_mix_are_said_as_people_say_them() -> None:
    few = [*SMALL, "--draws", "2", "--workers", "1", "--lang", "zh"]
    text = printed("choose", "baseline", "no-grants", *few, "--structure", "prior", "--worth", "9")
    assert "值900万元" in text
    assert "收益（" in text
    assert "百万" not in text


@pytest.mark.parametrize(("language", "unit"), [("zh", "亿元"), ("en", "billion RMB")])
def test_charts_of_decisions_have_the_unit_of_the_table(language: str, unit: str) -> None:
    """What knowing is worth, and how far policies fall short, on axes as in what the commands print."""
    few = ["--n-firms", "60", "--draws", "2", "--workers", "1", "--quiet", "--structure", "prior", "--worth", "900"]
    asked = {"n_firms": 60, "draws": 2, "workers": 1, "structures": ["prior"], "worth": 900.0}
    chosen, learned = choose(["baseline", "no-grants"], **asked), learn(["baseline", "no-grants"], **asked)
    for command, done, chart, size in (
        ("choose", chosen, choice_chart, regret_size(chosen, language)),
        ("learn", learned, learning_chart, learning_size(learned, language)),
    ):
        axes = chart(done, language).axes[0]
        assert size[1] in axes.get_xlabel()
        assert size[1] in printed(command, "baseline", "no-grants", *few, "--lang", language)
    drawn = max(float(line.get_xdata().max()) for line in choice_chart(chosen, language).axes[0].lines)
    scale, called = regret_size(chosen, language)
    assert drawn == pytest.approx(scale * max(chosen.measures["regret_worst"][:, 0]))
    assert called == unit


def test_effects_on_money_are_drawn_in_its_size() -> None:
    rows = pd.DataFrame(
        {"factor": ["grants.rate.light"], "group": ["support"], "outcome": ["public_spend_total"], "ranks": [False]}
    ).assign(mu_star=250.0, mu_star_low=200.0, mu_star_high=300.0)
    axes = tornado_chart(rows, "zh").axes[0]
    assert axes.get_xlabel() == "亿元"
    assert axes.patches[0].get_width() == pytest.approx(2.5)
