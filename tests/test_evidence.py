"""The evidence files are whole, and the model's outcomes are compared with them as they say."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from zhizao import evidence
from zhizao.errors import InputError
from zhizao.evidence import Modelled, check, ensemble_rows, evidence_rows, inside, load_facts, load_figures
from zhizao.files import shipped

# Every figure of the report: a figure that goes missing from the file must not go unnoticed.
NAMES = """
fund_annual digital_projects robot_share workshops_new_2023 workshops_stock workshops_stock_2022
factories_new_2023 factories_stock factories_stock_2022 level2_target_2025 pilot_city taishan_items
taishan_output taishan_cycle taishan_countries chicheng_robots chicheng_capacity chicheng_labour
chicheng_energy chicheng_quality_before chicheng_quality_after hightech_2020 techfirms_2020
hightech_growth techfirms_growth rd_5yr techfirms_new_2023 specialised_2023 littlegiant_2023 rd_share
strategic_output_2022 strategic_share_2022 strategic_share_gain auto_share_2010 output_2023_11m
ind_invest_growth transsion_output transsion_phones phone_city_share electronics_city_share proj_invest
six_industries phone_world_share auto_city_share national_demo_new one_net_rate startup_days sat_cases
sat_consult served_firms specialists visits whistle_cases whistle_rate task_list groups entities
entities_growth entities_new julongsai julongsai_delay nev_firms nev_output green_new green_stock
cluster_2 cluster_3a cluster_3b cluster_5
"""
KEYS = NAMES.split()
CHINESE = re.compile("[\u4e00-\u9fff]")
USES = get_args(evidence.Use)
FIGURES = {figure.key: figure for figure in load_figures()}
FACTS = {fact.id: fact for fact in load_facts()}


def test_every_figure_of_the_report_is_there():
    assert [figure.key for figure in load_figures()] == KEYS
    assert len(KEYS) == 69


@pytest.mark.parametrize("key", KEYS)
def test_a_figure_is_fully_described(key):
    figure = FIGURES[key]
    assert figure.use in USES
    assert figure.qualifier in get_args(evidence.Qualifier)
    assert all([figure.unit, figure.scope, figure.period, figure.where, figure.original])
    assert CHINESE.search(figure.meaning_zh)
    assert figure.meaning_en
    assert not CHINESE.search(figure.meaning_en + figure.ambiguity + figure.unit + figure.scope)


def test_what_the_model_is_fitted_to_and_what_is_held_out():
    by_use = {use: {key for key, figure in FIGURES.items() if figure.use == use} for use in USES}
    assert by_use["target"] == {
        "digital_projects",
        "robot_share",
        "workshops_new_2023",
        "workshops_stock",
        "level2_target_2025",
    }
    assert by_use["holdout"] == {"factories_new_2023", "factories_stock"}
    assert FIGURES["level2_target_2025"].qualifier == "target"
    assert "plan" in FIGURES["level2_target_2025"].ambiguity
    assert {fact.variable for fact in FACTS.values() if fact.use == "holdout"} == {
        "workshops_2020",
        "level2_gain_per_year",
    }


def test_each_variable_answers_to_one_piece_of_evidence():
    variables = [item.variable for item in (*FIGURES.values(), *FACTS.values()) if item.variable]
    assert len(variables) == len(set(variables))


def test_stocks_are_the_flows_added_up():
    for kind in ("workshops", "factories"):
        before, new, after = (FIGURES[f"{kind}_{name}"].value for name in ("stock_2022", "new_2023", "stock"))
        assert before + new == after


def test_the_held_out_workshops_of_2020_are_the_citys_at_the_districts_share():
    city = FACTS["O6c"]
    assert (city.low, city.high) == pytest.approx((city.value * 0.048, city.value * 0.06), abs=0.05)


def test_facts_are_marked_and_what_was_read_has_a_source():
    for fact in FACTS.values():
        assert fact.mark in get_args(evidence.Mark)
        assert fact.topic
        assert fact.statement
        assert fact.source or fact.mark != "read"
        assert fact.value is None or fact.mark != "not found"
        assert fact.variable is None or CHINESE.search(fact.statement_zh)
    assert {re.match(r"O\d+", key).group() for key in FACTS} == {f"O{number}" for number in range(1, 11)}


@pytest.mark.parametrize(
    ("key", "low", "high", "expected"),
    [
        ("robot_share", 40, 49.9, False),
        ("robot_share", 40, 50, True),
        ("robot_share", 52, 55, True),
        ("robot_share", 60, 70, True),
        ("robot_share", 60.1, 70, False),
        ("level2_target_2025", 70, 89.9, False),
        ("level2_target_2025", 70, 90, True),
        ("fund_annual", 100, 2000, True),
        ("fund_annual", 100, 199, False),
        ("taishan_items", 26, 26, None),
        ("robot_share", math.nan, 55, None),
    ],
)
def test_a_figure_is_inside_if_the_interval_reaches_what_it_allows(key, low, high, expected):
    assert inside(FIGURES[key], Modelled((low + high) / 2, low, high)) is expected


def test_a_figure_for_which_the_model_gives_nothing_is_neither_inside_nor_outside():
    assert inside(FIGURES["robot_share"], None) is None


def test_check_joins_by_variable_and_keeps_the_order():
    modelled = {
        "robot_share_2023": Modelled(54.0, 51.0, 58.5),
        "workshops_2020": Modelled(30.0, 25.0, 36.0),
        "other": Modelled(1.0, 1.0, 1.0),
    }
    checks = check([*FIGURES.values(), *FACTS.values()], modelled)
    assert [entry.figure.key for entry in checks] == [*FIGURES, *FACTS]
    found = {entry.figure.key: entry for entry in checks if entry.modelled is not None}
    assert set(found) == {"robot_share", "O6c"}
    assert found["O6c"].inside is False
    assert found["robot_share"].to_dict() == {
        "key": "robot_share",
        "value": 50,
        "unit": "% of firms",
        "qualifier": "over",
        "use": "target",
        "median": 54.0,
        "low": 51.0,
        "high": 58.5,
        "inside": True,
        "ensembles": {},
    }


def test_ensembles_stand_side_by_side_for_what_was_fitted_or_held_out():
    good, poor = Modelled(54.0, 51.0, 58.5), Modelled(70.0, 65.0, 75.0)
    here, others = {"robot_share_2023": good}, {"facts": {"robot_share_2023": good}, "plan": {"robot_share_2023": poor}}
    headers, rows = ensemble_rows(check(load_figures(), here, others), "en")
    assert headers[-2:] == ("facts", "plan")
    assert rows == [("robot_share", "50 – 60", "target", "54 ✓\n51 – 58.5", "70 ✗\n65 – 75")]


def test_checks_are_valid_json_even_if_the_model_gives_no_number():
    checks = check(load_figures(), {"robot_share_2023": Modelled(math.nan, 0.0, 1.0)})
    text = json.dumps([entry.to_dict() for entry in checks], allow_nan=False)
    assert json.loads(text)[2]["median"] is None


def test_rows_in_both_languages():
    checks = check([*load_figures(), *load_facts()], {"robot_share_2023": Modelled(54.0, 51.0, 58.5)})
    for language in ("en", "zh"):
        headers, rows = evidence_rows(checks, language)
        assert len(rows) == len(checks)
        assert all(len(row) == len(headers) and all(isinstance(cell, str) for cell in row) for row in rows)
        assert bool(CHINESE.search("".join(headers))) is (language == "zh")
    english = evidence_rows(checks, "en")[1][2]
    assert english[2:] == ("over 50 % of firms", "target", "54", "51 – 58.5", "yes")
    assert evidence_rows(checks, "zh")[1][2][2:] == ("过半", "拟合目标", "54", "51 – 58.5", "是")
    with pytest.raises(InputError, match="'en' or 'zh'"):
        evidence_rows(checks, "fr")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('use = "target"', 'use = "goal"', ["digital_projects", "use", "'target'"]),
        ("low = 50\n", "low = 70\n", ["robot_share", "low 70", "high 60"]),
        ('original = "过半"\n', "", ["robot_share", "original is missing"]),
        ('original = "过半"\n', 'original = "过半"\nfoo = 1\n', ["robot_share", "foo is not a known field"]),
        ('variable = "robot_share_2023"\n', "", ["robot_share", "variable"]),
        ('key = "robot_share"', 'key = "pilot_city"', ["pilot_city appears 2 times"]),
        ('key = "robot_share"\n', "", ["figure number 3", "key is missing"]),
        ("format = 1\n", "format = 2\n", ["format is 2"]),
        ("format = 1\n", "format = 1\nextra = 1\n", ["remove 'extra'"]),
        ('use = "target"', "use = ", ["not TOML", "line"]),
    ],
)
def test_a_damaged_file_is_named_with_key_and_mend(tmp_path, old, new, words):
    text = (shipped("calibration/evidence") / "report.toml").read_text(encoding="utf-8")
    assert old in text
    damaged = tmp_path / "mine.toml"
    damaged.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_figures(damaged)
    assert len(caught.value.problems) <= 2
    for word in ("mine.toml", *words):
        assert word in str(caught.value)


def test_every_problem_of_a_file_is_told_at_once(tmp_path):
    text = (shipped("calibration/evidence") / "outside.toml").read_text(encoding="utf-8")
    damaged = tmp_path / "mine.toml"
    damaged.write_text(text.replace('mark = "read"', 'mark = "seen"'), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_facts(damaged)
    assert len(caught.value.problems) == sum(fact.mark == "read" for fact in FACTS.values())


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"none\.toml: cannot be read"):
        load_figures(tmp_path / "none.toml")


def test_importing_the_evidence_stays_light():
    code = (
        "import sys, zhizao.errors; before = set(sys.modules); "
        "import zhizao.evidence; print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pandas", "rich", "pydantic"} & set(done.stdout.split())
