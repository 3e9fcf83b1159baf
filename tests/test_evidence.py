"""The evidence files are whole, and the model's outcomes are compared with them as they say."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from zhizao.errors import InputError
from zhizao.evidence import facts as evidence
from zhizao.evidence import figures
from zhizao.evidence.facts import REPORT, load_facts
from zhizao.evidence.figures import Modelled, check, ensemble_rows, evidence_rows, inside
from zhizao.evidence.wordings import Wording
from zhizao.files import shipped
from zhizao.words import tables
from zhizao.words.tables import Words

# Every figure of the report: a figure that goes missing from the file must not go unnoticed.
NAMES = """
fund_annual workshops_new_2023 workshops_stock robot_share digital_projects workshops_stock_2022
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
ALL = load_facts()
FIGURES = {fact.key: fact for fact in ALL if fact.source == REPORT}
FACTS = {fact.key: fact for fact in ALL if fact.source != REPORT}
ROBOT_SHARE = next(place for place, fact in enumerate(ALL) if fact.key == "robot_share")


def test_every_figure_of_the_report_is_there():
    assert [*FIGURES] == KEYS
    assert len(KEYS) == 69


@pytest.mark.parametrize("key", KEYS)
def test_a_figure_is_fully_described(key):
    figure = FIGURES[key]
    assert figure.use in USES
    assert figure.wording in get_args(Wording)
    assert all([figure.unit, figure.scope, figure.period, figure.where, figure.original])
    assert CHINESE.search(figure.meaning_zh)
    assert figure.meaning
    assert not CHINESE.search(figure.meaning + figure.ambiguity + figure.unit + figure.scope)


def test_what_the_model_is_fitted_to_and_what_is_held_out():
    by_use = {use: {key for key, figure in FIGURES.items() if figure.use == use} for use in USES}
    assert by_use["fit"] == {
        "digital_projects",
        "robot_share",
        "workshops_new_2023",
        "workshops_stock",
        "level2_target_2025",
    }
    assert by_use["holdout"] == {"factories_new_2023", "factories_stock"}
    assert FIGURES["level2_target_2025"].wording == "plan"
    assert "plan" in FIGURES["level2_target_2025"].ambiguity
    assert {key for key, fact in FACTS.items() if fact.use == "holdout"} == {"O6c", "O8e", "C1", "C4"}


def test_no_two_facts_are_of_the_same_thing():
    """One number that two facts give would be fitted twice."""
    seen = [(m.series.name, m.group, m.of, m.stat, m.span) for fact in ALL if (m := fact.measure)]
    assert len(seen) == len(set(seen)) >= 20


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
        assert fact.meaning
        assert fact.source or fact.mark != "read"
        assert fact.value is None or fact.mark != "not found"
        assert fact.series is None or CHINESE.search(fact.meaning_zh)
    assert {re.match(r"O\d+", key).group() for key in FACTS if key[0] == "O"} == {f"O{n}" for n in range(1, 11)}
    assert {"Y1", "C1", "C4", "N1", "P1", "R1"} < set(FACTS)


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


def test_check_joins_by_key_and_keeps_the_order():
    modelled = {
        "robot_share": Modelled(54.0, 51.0, 58.5),
        "O6c": Modelled(30.0, 25.0, 36.0),
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
        "wording": "over",
        "use": "fit",
        "median": 54.0,
        "low": 51.0,
        "high": 58.5,
        "inside": True,
        "ensembles": {},
    }


def test_ensembles_stand_side_by_side_for_what_was_fitted_or_held_out():
    good, poor = Modelled(54.0, 51.0, 58.5), Modelled(70.0, 65.0, 75.0)
    here, others = {"robot_share": good}, {"facts": {"robot_share": good}, "plan": {"robot_share": poor}}
    headers, rows = ensemble_rows(check(ALL, here, others), "en")
    assert headers[-2:] == ("facts", "plan")
    assert rows == [("robot_share", "50 – 60", "fitted", "54 ✓\n51 – 58.5", "70 ✗\n65 – 75")]


def test_checks_are_valid_json_even_if_the_model_gives_no_number():
    checks = check(ALL, {"robot_share": Modelled(math.nan, 0.0, 1.0)})
    text = json.dumps([entry.to_dict() for entry in checks], allow_nan=False)
    assert json.loads(text)[ROBOT_SHARE]["median"] is None


def test_rows_in_both_languages():
    checks = check(ALL, {"robot_share": Modelled(54.0, 51.0, 58.5)})
    for language in ("en", "zh"):
        headers, rows = evidence_rows(checks, language)
        assert len(rows) == len(checks)
        assert all(len(row) == len(headers) and all(isinstance(cell, str) for cell in row) for row in rows)
        assert bool(CHINESE.search("".join(headers))) is (language == "zh")
    english = evidence_rows(checks, "en")[1][ROBOT_SHARE]
    assert english[2:] == ("over 50 % of firms", "fitted", "54", "51 – 58.5", "yes")
    assert evidence_rows(checks, "zh")[1][ROBOT_SHARE][2:] == ("过半", "拟合目标", "54", "51 – 58.5", "是")
    with pytest.raises(InputError, match="'en' or 'zh'"):
        evidence_rows(checks, "fr")


def test_a_third_language_needs_no_code(monkeypatch):
    texts = tables._texts
    for module in (tables, figures):
        monkeypatch.setattr(module, "LANGUAGES", ("en", "zh", "xx"))
    checks = check(ALL, {"robot_share": Modelled(54.0, 51.0, 58.5)}, {"plan": {"robot_share": Modelled(1.0, 0.0, 2.0)}})
    own = {"declared": {checks[ROBOT_SHARE].figure.meaning: "xx of robots"}}
    monkeypatch.setattr(tables, "_texts", lambda language: own if language == "xx" else texts(language))
    words = {key: (*texts, f"xx {texts[0]}") for key, texts in figures._say.texts.items()}
    monkeypatch.setattr(figures, "_say", Words(words))
    headers, rows = evidence_rows(checks, "xx")
    assert headers[0] == "xx figure"
    assert rows[ROBOT_SHARE][1:] == ("xx of robots", "over 50 % of firms", "xx fitted", "54", "51 – 58.5", "xx yes")
    assert ensemble_rows(checks, "xx")[0] == ("xx figure", "evidence allows", "use", "plan")


@pytest.mark.parametrize(
    ("wording", "says"),
    [("over", "超50%"), ("about", "约50%"), ("exactly", "50%"), ("derived", "50%（推算）"), ("plan", "规划50%")],
)
def test_the_wording_of_a_fact_is_there_in_chinese_too(wording, says):
    fact = dataclasses.replace(ALL[ROBOT_SHARE], wording=wording, original="")
    assert evidence_rows(check([fact], {}), "zh")[1][0][2] == says


FILE = (shipped("districts/yubei") / "evidence.toml").read_text(encoding="utf-8")
ROBOTS = 'series = "robot_share"\nat = "2023-12"\n'


def refused(tmp_path: Path, text: str) -> list[str]:
    """Return what is said of a file of facts that is refused."""
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_facts(file)
    assert all("mine.toml" in line for line in caught.value.problems)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('use = "fit"\n' + ROBOTS, 'use = "goal"\n' + ROBOTS, ["robot_share", "use", "'fit'"]),
        ("low = 50\n", "low = 70\n", ["robot_share", "low 70", "high 60", "% of firms", "exchange"]),
        ("softness = 2\n", "softness = 0\n", ["robot_share", "softness 0", "% of firms"]),
        ("softness = 2\n", 'softness = "5 points"\n', ["robot_share", "'5 points'", '"5 %"']),
        ("softness = 2\n", "softnes = 2\n", ["robot_share", "softnes is not a known key", "'softness'?"]),
        ("low = 50\n", "low = nan\n", ["robot_share", "low is nan"]),
        ("value = 50\n", f"value = {'9' * 400}\n", ["robot_share", "value is inf"]),
        ("preferred = 5\n", "preferred = 0\n", ["digital_projects", "preferred is 0", "from 1 on"]),
        ("low = 50\n", 'low = "half"\n', ["robot_share", "low is 'half'"]),
        ("low = 50\n", "treatments = []\nlow = 50\n", ["robot_share", "treatments is empty"]),
        ('meaning_zh = "规模以上工业企业里已使用机器人的比例"\n', "", ["robot_share", "meaning_zh is missing"]),
        (ROBOTS, "", ["robot_share", 'use "fit" needs a series']),
        (ROBOTS, 'series = "robot_shares"\nat = "2023-12"\n', ["robot_share", "'robot_share'?"]),
        (ROBOTS, 'series = "joy"\nat = "2023-12"\n', ["nothing that the model gives", "--series"]),
        (ROBOTS, 'series = "robot_share"\n', ["exactly one of at"]),
        (ROBOTS, ROBOTS + 'over = "2023"\n', ["exactly one of at"]),
        (ROBOTS, 'series = "robot_share"\nat = "2023"\n', ["'2023' is not a month"]),
        (
            ROBOTS,
            'series = "robot_share"\nover = "2023-13"\n',
            ['"2023-13" is neither a year nor a month from 2018-01'],
        ),
        (ROBOTS, 'series = "robot_share"\nover = "2023..2022"\n', ["ends with 2022-12", "exchange"]),
        (ROBOTS, 'series = "robot_share"\nover = "years..2023-12"\n', ["the reading years", "preferred"]),
        (ROBOTS, ROBOTS + 'group = "smes"\n', ["group 'smes'", "'sme'?"]),
        (ROBOTS, ROBOTS + 'stat = "flow"\n', ['stat "flow" is not for robot_share, a stock', '"share"']),
        (ROBOTS, ROBOTS + 'stat = "change"\n', ['stat "change" needs over']),
        (ROBOTS, ROBOTS + 'view = "true"\n', ['view "true" is not kept of robot_share', "level2_share"]),
        (ROBOTS, 'series = "rd_share"\nat = "2023-12"\n', ["known at the start only", 'at = "start"']),
        (ROBOTS, 'series = "robot_share"\nover = "2018"\nstat = "change"\n', ["nothing before 2018-01", "2018-02"]),
        ('unit = "% of firms"\nwording = "over"', 'unit = "firms"\nwording = "over"', ['"% of firms"']),
        ('key = "robot_share"', 'key = "pilot_city"', ["pilot_city appears 2 times"]),
        ('key = "robot_share"\n', "", [f"fact number {ROBOT_SHARE + 1}", "key is missing"]),
        ('formerly = "rd_share"', 'formerly = "visits_2023"', ["formerly 'visits_2023' is rd_share's as well"]),
        ("format = 1\n", "format = 2\n", ["format is 2"]),
        ("format = 1\n", "format = 1\nextra = 1\n", ["'extra' is not known; remove it"]),
        ("[report]\n", "[report]\nauthor = 1\n", ["[report] holds title and title_zh"]),
        ('use = "fit"', "use = ", ["not TOML", "line"]),
    ],
)
def test_a_damaged_file_is_named_with_key_and_fix(tmp_path, old, new, words):
    assert old in FILE
    at = FILE.index('key = "robot_share"') if old in FILE[FILE.index('key = "robot_share"') :] else 0
    problems = refused(tmp_path, FILE[:at] + FILE[at:].replace(old, new, 1))
    assert len(problems) <= 2
    assert all(word in "\n".join(problems) for word in words), problems


def test_every_mistake_of_a_file_is_named_at_once(tmp_path):
    """Types, fields, ranges, units, groups and two facts of one name: none hides another."""
    wrong = {'mark = "read"': 'mark = "seen"', "low = 50\n": "low = 70\n", "softness = 9\n": "softnes = 9\n"}
    text = FILE.replace('key = "taishan_items"', 'key = "pilot_city"')
    for old, new in wrong.items():
        text = text.replace(old, new)
    problems = refused(tmp_path, text)
    assert sum("mark is 'seen'" in line for line in problems) == FILE.count('mark = "read"')
    assert len(problems) == FILE.count('mark = "read"') + 3


def test_files_of_version_1_are_refused_with_what_to_write(tmp_path):
    old = """format = 1
[[figure]]
key = "robot_share"
qualifier = "over"
use = "target"
variable = "robot_share_2023"
[[figure]]
key = "shops"
variable = "workshops_2021"
[[fact]]
id = "O6c"
statement = "359 workshops"
variable = "level2_gain_per_year"
[[target]]
figure = "projects"
variable = "supported_projects_counted"
[[target]]
figure = "joy"
variable = "joy_2021"
"""
    first, robots, shops, city, projects, joy = refused(tmp_path, old)
    assert "version 1" in first
    assert 'series = "robot_share", at = "2023-12"' in robots
    assert "wording for qualifier" in robots
    assert 'use = "fit"' in robots
    assert 'series = "workshops", at = "2021-12"' in shops
    assert 'over = "2020..2023", group = "sme", stat = "change per year"' in city
    assert 'over = "years_counted..2023-12", preferred = 5' in projects
    assert "variable 'joy_2021' was nothing that the model gave" in joy


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"none\.toml: there is no such file"):
        load_facts(tmp_path / "none.toml")


def test_importing_the_evidence_stays_light():
    code = (
        "import sys, zhizao.errors; before = set(sys.modules); "
        "import zhizao.evidence.figures, zhizao.evidence.facts; print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pandas", "rich", "pydantic"} & set(done.stdout.split())


def test_amounts_are_said_in_the_size_of_the_language() -> None:
    [fact] = [fact for fact in load_facts() if fact.unit == "100 million RMB" and fact.use == "initial"]
    entry = dataclasses.replace(check([fact], {})[0], modelled=Modelled(3315.0, 2766.0, 3843.0))
    says, _, given, interval, _ = evidence_rows([entry], "en")[1][0][2:]
    assert (says, given, interval) == ("over 310 billion RMB", "331.5", "276.6 – 384.3")
    assert evidence_rows([entry], "zh")[1][0][4] == "3,315"
