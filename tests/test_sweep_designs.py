"""Designs of sweeps: what they set, in which order, and what is said of those that are wrong."""

from __future__ import annotations

import contextlib
import string
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from zhizao.errors import InputError
from zhizao.studies.parameter_draws import uncertain_numbers
from zhizao.studies.sweeps.design import design_of, list_designs, read_design
from zhizao.studies.sweeps.factors import FACTOR_GROUPS, factor_of, uncertain_factors
from zhizao.studies.sweeps.run_table import run_table_of
from zhizao.studies.sweeps.samples import points_of

HERE = Path("design.toml")
FACTORS = """
[[factor]]
key = "attention.spontaneous_rate"

[[factor]]
key = "grants.payment_delay"
low = 0
high = 9
"""


def design(text: str, **changes: Any) -> Any:
    return design_of(f'format = 1\ntitle = "a test"\n{text}', HERE, changes)


def rows(text: str) -> list[dict[str, Any]]:
    points = points_of(design(text))
    return [points.at(number) for number in range(points.count)]


@pytest.mark.parametrize("name", list_designs())
def test_the_shipped_designs_can_be_planned(name):
    plan = run_table_of(read_design(name, {"size": 4} if read_design(name).sample else {}))
    assert plan.design.title
    assert plan.design.question
    assert plan.runs > 0
    plan.unit(plan.units - 1)


def test_a_factorial_is_every_combination_the_last_factor_fastest():
    text = """
    sample = { method = "factorial", levels = 3 }
    factor = [
      { key = "grants.allocation", values = ["merit", "lottery"] }, { key = "leaders.share", low = 0.0, high = 1.0 },
    ]
    """
    wanted = [{"grants.allocation": a, "leaders.share": s} for a, s in product(("merit", "lottery"), (0.0, 0.5, 1.0))]
    assert rows(text) == wanted


@pytest.mark.parametrize("method", ["latin-hypercube", "sobol", "saltelli", "morris"])
def test_sampled_points_stay_in_their_intervals_and_come_back_the_same(method):
    text = f'[sample]\nmethod = "{method}"\nsize = 16\n{FACTORS}'
    found = rows(text)
    low, high = factor_of("attention.spontaneous_rate").low, factor_of("attention.spontaneous_rate").high
    assert all(low <= row["attention.spontaneous_rate"] <= high for row in found)
    assert {row["grants.payment_delay"] for row in found} <= {float(count) for count in range(10)}
    assert len({row["attention.spontaneous_rate"] for row in found}) > 3
    assert rows(text) == found
    assert rows(text.replace("size = 16", "size = 16\nseed = 1")) != found


def test_a_latin_hypercube_has_one_point_in_every_stratum():
    values = np.array(
        [
            row["leaders.share"]
            for row in rows('[sample]\nmethod = "latin-hypercube"\nsize = 50\n[[factor]]\nkey = "leaders.share"')
        ]
    )
    assert sorted((values * 50).astype(int)) == list(range(50))


def test_the_numbers_of_points_are_those_of_the_schemes():
    assert len(rows(f'[sample]\nmethod = "saltelli"\nsize = 8\n{FACTORS}')) == 8 * (2 + 2)
    assert len(rows(f'[sample]\nmethod = "morris"\nsize = 5\n{FACTORS}')) == 5 * (2 + 1)
    grouped = f'[sample]\nmethod = "saltelli"\nsize = 8\nby_group = true\n{FACTORS}\n[[factor]]\nkey = "leaders.share"'
    assert len(rows(grouped)) == 8 * (2 + 2)  # three factors in two groups


def test_every_uncertain_number_can_be_swept_by_one_word():
    found = design('[sample]\nmethod = "sobol"\nsize = 4\nfactors = "uncertain"')
    assert [factor.key for factor in found.factors] == [key for key, _ in uncertain_numbers()]
    priors = dict(uncertain_numbers())
    assert all((factor.low, factor.high) == priors[factor.key].prior for factor in uncertain_factors())
    assert {factor.group for factor in uncertain_factors()} <= set(FACTOR_GROUPS)


def test_points_can_be_listed_or_read_from_a_table(tmp_path):
    listed = 'sample = { method = "points" }\npoint = [{ "leaders.share" = 0.2 }, { leaders.share = 0.4 }]'
    assert rows(listed) == [{"leaders.share": 0.2}, {"leaders.share": 0.4}]
    (tmp_path / "points.csv").write_text("leaders.share,grants.allocation\n0.2,merit\n0.4,lottery\n", "utf-8")
    text = 'format = 1\ntitle = "t"\nsample = { method = "table", file = "points.csv" }'
    points = points_of(design_of(text, tmp_path / "design.toml", {}))
    assert points.at(1) == {"leaders.share": 0.4, "grants.allocation": "lottery"}


def test_units_cross_points_with_draws_and_luck_is_as_asked():
    text = (
        'draws = 3\nluck = "{luck}"\nsample = {{ method = "factorial", levels = 2 }}\n[[factor]]\nkey = "leaders.share"'
    )
    common = run_table_of(design(text.format(luck="common")))
    units = [common.unit(number) for number in range(common.units)]
    assert [(unit.point, unit.draw) for unit in units] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert [unit.seed for unit in units[:3]] == [unit.seed for unit in units[3:]]
    assert units[0].values != units[1].values
    assert units[1].values == units[4].values
    fresh = run_table_of(design(text.format(luck="fresh")))
    assert len({fresh.unit(number).seed for number in range(fresh.units)}) == fresh.units


def test_luck_and_readings_are_factors_like_others():
    plan = run_table_of(
        design("""
    sample = { method = "factorial", levels = 2 }
    factor = [
      { key = "luck", low = 0, high = 1 }, { key = "reading.funding" },
      { key = "reading.calibration", values = ["plan", "facts"] },
    ]
    """)
    )
    units = [plan.unit(number) for number in range(plan.units)]
    assert len(units) == 8
    assert len({unit.seed for unit in units}) == 2
    assert {unit.values["funding.annual_fund"] for unit in units} == {200.0, 2000.0}
    assert units[0].values["levels.start_mean"] != units[1].values["levels.start_mean"]
    used = {entry["name"] for entry in plan.inputs}
    assert {"plan-report.parquet", "facts-report.parquet", "plan-brief.parquet", "facts-brief.parquet"} <= used


WRONG = {
    "format = 2\ntitle = 't'": "format is 2",
    "format = 1": "title is missing; add it",
    "format = 1\ntitle = 't'\ndraw = 3": "draw is not a known key; did you mean 'draws'?",
    "format = 1\ntitle = 't'\ndraws = '3'": "draws is '3'; it should be a valid integer",
    "format = 1\ntitle = 't'\ndraws = 0": "draws = 0 must be a whole number from 1",
    "format = 1\ntitle = 't'\nuntil = '2031-01'": "until",
    "format = 1\ntitle = 't'\nseries = ['level2']": "did you mean 'level2_share'",
    "format = 1\ntitle = 't'\nscenarios = []": "scenarios is empty",
    "format = 1\ntitle = 't'\n[[factor]]\nkey = 'luck'": "needs a [sample]",
    "format = 1\ntitle = 't'\nsample = {method = 'sobol', size = 4}": "there is no [[factor]] to sweep",
    "format = 1\ntitle = 't'\nsample = {method = 'sobel', size = 4}": "sample.method is 'sobel'; use one of",
    "format = 1\ntitle = 't'\nsample = {method = 'sobol'}\n[[factor]]\nkey = 'luck'": "sample.size = 0",
    "format = 1\ntitle = 't'\nsample = {method = 'sobol', size = 2}\n[[factor]]\nkey = 'leader.share'": "did you mean 'leaders.share'",
    "format = 1\ntitle = 't'\nsample = {method = 'sobol', size = 2}\n[[factor]]\nkey = 'leaders.share'\nhigh = 2": "between 0 and 1",
    "format = 1\ntitle = 't'\nsample = {method = 'sobol', size = 2}\n[[factor]]\nkey = 'leaders.share'\nlow = 0.6\n"
    "high = 0.5": "must be below high",
    "format = 1\ntitle = 't'\nsample = {method = 'factorial'}\n[[factor]]\nkey = 'reading.funding'\nvalues = ['bank']": "must be one of report, brief",
    "format = 1\ntitle = 't'\nset = {leaders = {share = 0.1}}\nsample = {method = 'factorial'}\n[[factor]]\n"
    "key = 'leaders.share'": "set and factor both set leaders.share",
    "format = 1\ntitle = 't'\nsample = {method = 'points'}\npoint = [{'leaders.share' = 3}]": "point 1: leaders.share",
    "format = 1\ntitle = 't'\nsample = {method = 'points'}\npoint = [{'leaders.share' = 0.3}, {'luck' = 1}]": "point 2: leaders.share is missing",
    "format = 1\ntitle = 't'\nsample = {method = 'table', file = '../points.csv'}": "must be in the folder",
    "format = 1\ntitle = 't'\nsample = {method = 'table', file = 'nothing.csv'}": "there is no such file",
    "format = 1\ntitle = 't'\nsample = {method = 'saltelli', size = 10}\n[[factor]]\nkey = 'luck'": "a power of two",
    "format = 1\ntitle = 't'\nscenarios = ['baselin']": "did you mean 'baseline'",
    "format = 1\ntitle = 't'\nfirms = '/etc/passwd'": "must be in the folder",
    "format = 1\ntitle = 't'\nfigures = true\nuntil = '2024-12'": "needs until",
    "format = 1\ntitle = 't'\nset = {'population.firms' = -1}": "population.firms = -1",
    "format = 1\ntitle = 't'\n[[dial]]\nkey = 'x'": "zhizao reach",
    "format = 1\ntitle = 't": "is not TOML",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_with_its_mend(text, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        run_table_of(read_design(file))
    assert WRONG[text] in str(caught.value)
    assert "mine.toml" in str(caught.value) or "baselin" in text or "firms' = -1" in text


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(InputError) as caught:
        design("draws = 0\nchunk = 0\nuntil = 'x'\nsample = {method = 'sobol', size = 4}\n[[factor]]\nkey = 'a'")
    assert len(caught.value.problems) >= 4


def test_a_parameter_that_a_scenario_sets_itself_cannot_be_swept(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'format = 1\ntitle = "t"\nquestion = "q"\nsource = "s"\n[parameters.population]\nfirms = 100\n', "utf-8"
    )
    text = 'format = 1\ntitle = "t"\nscenarios = ["{}"]\nsample = {{method = "factorial"}}\n[[factor]]\nkey = "{}"'
    with pytest.raises(InputError, match=r"sets population\.firms itself"):
        run_table_of(design_of(text.format(tmp_path / "mine.toml", "population.firms"), HERE, {}))


def test_a_name_that_is_no_design_is_told():
    with pytest.raises(InputError, match="did you mean 'screening'"):
        read_design("screenin")
    with pytest.raises(InputError, match="there is no such file"):
        read_design("no-such-file.toml")


SCREENING = list_designs()["screening"].read_text("utf-8")


@settings(max_examples=examples(400), deadline=None)
@given(
    place=st.integers(0, len(SCREENING)),
    cut=st.integers(0, 30),
    put=st.text(alphabet=string.printable + "智造\x00", max_size=12),
)
def test_a_damaged_design_is_read_or_refused_in_words(place, cut, put):
    text = SCREENING[:place] + put + SCREENING[place + cut :]
    with contextlib.suppress(InputError):
        run_table_of(design_of(text, HERE, {"size": 2}))


@pytest.mark.parametrize("name", ["y" * 5000, "a/" * 3000 + "b", "a\0b"])
def test_a_name_that_no_file_can_have_is_not_a_design(name):
    with pytest.raises(InputError, match="is not a shipped design"):
        read_design(name)
