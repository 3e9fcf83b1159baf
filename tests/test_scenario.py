"""Scenario files: what they mean, and that a wrong one is always told in words."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
import subprocess
import sys
import time
import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from zhizao import limits
from zhizao.errors import InputError
from zhizao.files import shipped
from zhizao.parameters.registry import Parameters, parameter_specifications
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.schedule import EVERYTHING, entries
from zhizao.population.network import NETWORKS
from zhizao.scenario.scenario import (
    MONTHS,
    Scenario,
    list_scenarios,
    load_scenario,
    month_index,
    month_name,
    parse_setting,
    scenario_schema,
)

SHIPPED = {scenario.name: scenario for scenario in list_scenarios()}
TEXTS = {name: scenario.path.read_text(encoding="utf-8") for name, scenario in SHIPPED.items()}
LEVERS, PARAMETERS = lever_specifications(), parameter_specifications()
HEAD = 'format = 1\ntitle = "T"\nquestion = "Q?"\nsource = "assumption: a test"\n'
CHANGE = '[[changes]]\nfrom = "2024-01"\n'
SET = CHANGE + "[changes.set]\n"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("scenarios")


def write(folder: Path, text: str | bytes, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return path


def read(folder: Path, text: str, name: str = "mine.toml") -> Scenario:
    return load_scenario(write(folder, text, name))


def refused(folder: Path, text: str | bytes) -> str:
    """Return the problems of a file, each of which must name it on one printable line."""
    path = write(folder, text)
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert caught.value.problems
    for problem in caught.value.problems:
        assert problem.startswith(f"{path}: ")
        assert problem.isprintable()
    return str(caught.value)


def outcome(function, *given) -> Scenario | tuple[str, ...]:
    """Return what a function gives, or the problems it tells; any other error is the test's failure."""
    try:
        return function(*given)
    except InputError as error:
        return error.problems


def policy_in(scenario: Scenario, month: str) -> Policy:
    return scenario.policies()[month_index(month)]


# ------------------------------------------------------------------------------------------------ months


def test_months():
    assert (month_index("2018-01"), month_index("2024-01"), month_index("2030-12")) == (0, 72, MONTHS - 1)
    assert [month_index(month_name(month)) for month in range(MONTHS)] == list(range(MONTHS))


@pytest.mark.parametrize(
    "text", ["2024", "2024-1", "2024-13", "2017-12", "2031-01", "24-01", "", "2024-01\n", "２０２４-01", 5]
)
def test_a_month_that_is_none(text):
    with pytest.raises(InputError, match=r'write "YYYY-MM", from "2018-01" to "2030-12"'):
        month_index(text)


def test_a_month_number_that_is_none():
    for number in (-1, MONTHS):
        with pytest.raises(InputError, match="count from 0"):
            month_name(number)
        with pytest.raises(InputError):
            SHIPPED["baseline"].resolved(number)
    with pytest.raises(InputError, match="at most 156"):
        SHIPPED["baseline"].policies(MONTHS + 1)


# ---------------------------------------------------------------------------------- the shipped scenarios


def test_the_shipped_scenarios_in_order():
    names = ["baseline", "double-grants", "no-grants", "no-programme", "no-services", "services-surge"]
    assert set(names) <= set(SHIPPED)
    assert list(SHIPPED) == ["baseline", *sorted(set(SHIPPED) - {"baseline"})]


@pytest.mark.parametrize("name", list(SHIPPED))
def test_a_shipped_scenario_is_described_in_both_languages(name):
    scenario = SHIPPED[name]
    assert CHINESE.search(scenario.title_zh)
    assert CHINESE.search(scenario.question_zh)
    assert not CHINESE.search(scenario.title + scenario.question)
    assert scenario.name == scenario.path.stem
    assert len(scenario.policies()) == MONTHS
    digest = hashlib.sha256(scenario.path.read_bytes()).hexdigest()
    assert scenario.inputs[-1] == (f"{name}.toml", digest)
    assert scenario.inputs[0][0] == "baseline.toml"


@pytest.mark.parametrize("name", list(SHIPPED))
def test_every_number_of_a_shipped_scenario_has_a_source_or_an_assumption_near_it(name):
    lines = TEXTS[name].splitlines()
    for number, line in enumerate(lines):
        if re.match(r"\w+ = [\d{]", line) and not line.startswith("format"):
            near = "\n".join(lines[max(0, number - 8) : number + 1])
            assert re.search(r"assumption|report|O\d|\(R\d|baseline|as it is", near), line


@pytest.mark.parametrize("name", list(SHIPPED))
def test_all_shipped_scenarios_share_one_history(name):
    branch = month_index("2024-01")
    assert SHIPPED[name].policies()[:branch] == SHIPPED["baseline"].policies()[:branch]


def test_what_the_baseline_says():
    baseline = SHIPPED["baseline"]
    assert policy_in(baseline, "2018-01").specialists.count == 0
    assert policy_in(baseline, "2018-01").grants.rate == (0.30, 0.08, 0.10, 0.10)
    assert policy_in(baseline, "2021-01").specialists.count == 45
    now = policy_in(baseline, "2023-12")
    assert (now.specialists.count, now.handling.processing_days, now.response.days) == (89, 60, 30)
    assert round(now.specialists.count * now.specialists.visits) in range(364, 370)
    assert round(now.specialists.count * now.specialists.caseload) in range(497, 501)
    assert now.assessment.target_pressure == 0
    pilot, later = policy_in(baseline, "2025-12"), policy_in(baseline, "2026-01")
    assert now.grants.regime == "after-the-fact"
    assert now.pilot == later.pilot == Policy().pilot
    assert pilot.grants == later.grants == now.grants  # the pilot city's money is an instrument of its own
    assert (sum(pilot.pilot.sectors), pilot.pilot.share, pilot.pilot.cap) == (3, 0.6, (0.3, 0.4, 0.5))
    assert [policy_in(baseline, month).pilot.rate for month in ("2024-01", "2024-12", "2025-01")] == [0.5, 0.5, 0.4]
    assert (later.leaders.share, later.campaign.rate, later.diagnosis.value) == (0.5, 0, 0)
    assert later.assessment.target_pressure == 1


def test_what_the_others_say():
    assert policy_in(SHIPPED["no-programme"], "2024-01") == Policy()
    no_grants, before = (policy_in(SHIPPED[name], "2024-06") for name in ("no-grants", "baseline"))
    assert (no_grants.grants, no_grants.awards) == (Policy().grants, Policy().awards)
    unpaid = dataclasses.replace(before.pilot, rate=0.0)
    assert dataclasses.replace(before, grants=Policy().grants, awards=Policy().awards, pilot=unpaid) == no_grants
    assert policy_in(SHIPPED["no-pilot-city"], "2024-06").pilot == Policy().pilot
    assert policy_in(SHIPPED["no-pilot-city"], "2024-06").grants == before.grants
    assert policy_in(SHIPPED["no-services"], "2024-06").specialists == Policy().specialists
    assert policy_in(SHIPPED["no-services"], "2024-06").grants == before.grants
    double = policy_in(SHIPPED["double-grants"], "2024-06").grants
    assert double.rate == tuple(2 * rate for rate in before.grants.rate)
    assert double.fund_multiple == 2
    surge = policy_in(SHIPPED["services-surge"], "2030-12")
    assert (surge.specialists.count, surge.handling.processing_days) == (178, 20)
    assert surge.grants == policy_in(SHIPPED["baseline"], "2030-12").grants


# ------------------------------------------------------------------------------------------- what files mean


def test_equal_months_are_one_object():
    for scenario in SHIPPED.values():
        policies = scenario.policies()
        for before, after in pairwise(policies):
            assert (before is after) == (before == after)
        assert scenario.policies(100)[99] is policies[99]


def test_a_change_without_effect_gives_the_same_object(folder):
    scenario = read(folder, HEAD + CHANGE + "[changes.set.grants]\nrate = 0.0\n")
    assert len({id(policy) for policy in scenario.policies()}) == 1


def test_order_within_a_change_and_between_changes(folder):
    text = HEAD + (
        '[[changes]]\nfrom = "2020-01"\n[changes.set.grants]\nrate = [0.1, 0.2, 0.3, 0.4]\nfloor = 5\n'
        '[[changes]]\nfrom = "2021-01"\nuntil = "2021-12"\noff = ["grants"]\n'
        '[changes.set]\n"grants.rate" = {light = 0.2}\n[changes.multiply]\ngrants.rate = 3\n'
        '[[changes]]\nfrom = "2021-06"\nset."grants.rate.factory" = 0.5\n'
    )
    scenario = read(folder, text)
    assert policy_in(scenario, "2019-12") == Policy()
    assert policy_in(scenario, "2020-12").grants.rate == (0.1, 0.2, 0.3, 0.4)
    assert policy_in(scenario, "2021-01").grants.rate == pytest.approx((0.6, 0, 0, 0))
    assert policy_in(scenario, "2021-05").grants.floor == (0, 0, 0, 0)
    assert policy_in(scenario, "2021-12").grants.rate == pytest.approx((0.6, 0, 0, 0.5))
    assert policy_in(scenario, "2022-01").grants.rate == (0.1, 0.2, 0.3, 0.5)
    assert policy_in(scenario, "2022-01").grants.floor == (5, 5, 5, 5)


def test_changes_of_a_file_come_in_the_order_of_their_months(folder):
    """However they stand in the file: what begins later holds from then on; of one month the last in the file wins."""
    early = '[[changes]]\nfrom = "2024-01"\n[changes.set]\n"grants.rate" = 0.2\n'
    late = '[[changes]]\nfrom = "2025-01"\n[changes.set]\n"grants.rate" = 0.5\n'
    double = '[[changes]]\nfrom = "2025-01"\n[changes.multiply]\n"grants.rate" = 2\n'
    head = HEAD + 'extends = "baseline"\n'
    scenario = read(folder, head + late + early)
    assert policy_in(scenario, "2024-12").grants.rate == (0.2,) * 4
    assert policy_in(scenario, "2025-01").grants.rate == (0.5,) * 4
    assert scenario.policies() == read(folder, head + early + late).policies()
    assert policy_in(read(folder, head + late + double + early), "2025-06").grants.rate == (1.0,) * 4
    assert policy_in(read(folder, head + double + early + late), "2025-06").grants.rate == (0.5,) * 4


def test_a_file_comes_after_the_one_it_extends_whatever_the_months(folder):
    (folder / "parent.toml").write_text(
        HEAD + '[[changes]]\nfrom = "2025-01"\n[changes.set]\n"campaign.rate" = 2.0\n', encoding="utf-8"
    )
    text = HEAD + 'extends = "parent.toml"\n[[changes]]\nfrom = "2024-01"\n[changes.set]\n"campaign.rate" = 1.0\n'
    assert policy_in(read(folder, text), "2025-06").campaign.rate == 1.0


def test_partial_rows_keep_what_is_in_force(folder):
    text = (
        HEAD + 'extends = "baseline"\n' + CHANGE + "[changes.set]\ngrants.rate.factory = 0.2\npilot.cap.level4 = 0.9\n"
    )
    assert policy_in(read(folder, text), "2024-01").grants.rate == (0.30, 0.08, 0.10, 0.20)
    assert policy_in(read(folder, text), "2024-01").pilot.cap == (0.3, 0.4, 0.9)
    assert policy_in(read(folder, text), "2026-01").pilot.cap == (0.0, 0.0, 0.9)  # the pilot city ends before


def test_multiplying_follows_the_value_in_force_and_does_not_build_up(folder):
    """The baseline's pilot city pays half of the cost in 2024, and two fifths in 2025."""
    text = (
        HEAD + 'extends = "baseline"\n' + CHANGE + '[changes.multiply]\n"pilot.rate" = 2\n"grants.rate" = {light = 2}\n'
    )
    scenario = read(folder, text)
    assert [policy_in(scenario, month).pilot.rate for month in ("2024-06", "2025-12")] == [1.0, 0.8]
    assert policy_in(scenario, "2030-12").grants.rate == (0.60, 0.08, 0.10, 0.10)


def test_everything_off_leaves_what_happens_around(folder):
    assert "context" not in EVERYTHING
    assert "assessment" in EVERYTHING
    text = HEAD + CHANGE + "[changes.set]\ncontext.demand = 0.8\ngrants.fund_multiple = 1\n"
    text += '[[changes]]\nfrom = "2025-01"\noff = ["everything"]\n'
    text += '[[changes]]\nfrom = "2026-01"\noff = ["context"]\n'
    scenario = read(folder, text)
    only_demand = dataclasses.replace(Policy(), context=dataclasses.replace(Policy().context, demand=0.8))
    assert policy_in(scenario, "2025-01") == only_demand
    assert policy_in(scenario, "2026-01") is policy_in(scenario, "2018-01")


def test_no_negative_zero_gets_in(folder):
    text = HEAD + CHANGE + "[changes.set.grants]\nrate = -0.0\ncap = {light = -0.0}\nfund_multiple = -0.0\n"
    grants = policy_in(read(folder, text), "2024-01").grants
    for value in (*grants.rate, *grants.cap, grants.fund_multiple):
        assert math.copysign(1, value) == 1


def test_the_chain_merges_parameters_network_and_files(folder):
    write(
        folder,
        HEAD + 'extends = "baseline"\nnetwork = "ring"\n[parameters]\n"population.firms" = 700\n'
        "population.class_share = [0.5, 0.3, 0.2]\n",
        "root.toml",
    )
    write(folder, HEAD + 'extends = "./root.toml"\n[parameters.population]\nfirms = 1200\n', "middle.toml")
    text = HEAD + 'extends = "middle.toml"\n[parameters]\n"population.class_share.small" = 0.6\n'
    scenario = read(folder, text, "leaf.toml")
    assert scenario.network == "ring"
    assert [name for name, _ in scenario.inputs] == ["baseline.toml", "root.toml", "middle.toml", "leaf.toml"]
    changed = Parameters().changed(scenario.parameter_changes)
    assert changed.population.firms == 1200
    assert changed.population.class_share == (0.6, 0.3, 0.2)
    assert scenario.policies() == SHIPPED["baseline"].policies()
    origin = {key: file for key, _, _, file in scenario.resolved("2024-01")}
    assert origin["population.class_share.small"] == "leaf.toml"
    assert origin["population.class_share.large"] == "root.toml"
    assert origin["population.firms"] == "middle.toml"
    assert scenario.name == "leaf"
    assert scenario.extends == "middle.toml"
    assert (scenario.theme, SHIPPED["baseline"].theme) == (None, "yardstick")  # what a file is about is its own


def test_resolved_says_which_file_set_each_value():
    rows = {key: (value, unit, file) for key, value, unit, file in SHIPPED["double-grants"].resolved("2024-06")}
    assert rows["grants.rate.light"] == (0.6, "share of eligible cost", "double-grants.toml")
    assert rows["specialists.count"] == (89.0, "specialists", "baseline.toml")
    assert rows["tax.credit_rate"] == (0.0, "share of cost", "default")
    assert rows["grants.allocation"] == ("first-come", "choice", "baseline.toml")
    assert list(rows) == [key for spec in LEVERS.values() for key in entries(spec)]
    off = {key: file for key, _, _, file in SHIPPED["no-grants"].resolved(month_index("2024-06"))}
    assert off["grants.cap.light"] == "no-grants.toml"
    assert off["specialists.count"] == "baseline.toml"


def test_names_paths_and_a_byte_order_mark(folder):
    path = write(folder, b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode())
    assert load_scenario(str(path)).name == "mine"
    assert load_scenario("baseline") == SHIPPED["baseline"]
    other = write(folder, HEAD, "notes.txt")
    assert load_scenario(other).title == "T"


# ------------------------------------------------------------------------------- settings given in a call


def test_with_changes():
    scenario = SHIPPED["baseline"].with_changes(
        {"grants.rate": {"light": 0.5}, "grants.cap.factory": 9, "population.firms": 800, "handling.online_share": 1}
    )
    before, after = (policy_in(one, "2024-01") for one in (SHIPPED["baseline"], scenario))
    assert after.grants.rate == (0.5, *before.grants.rate[1:])
    assert after.grants.cap == (*before.grants.cap[:3], 9)
    assert policy_in(scenario, "2023-12") == policy_in(SHIPPED["baseline"], "2023-12")
    assert scenario.parameter_changes == {"population.firms": 800}
    assert SHIPPED["baseline"].parameter_changes == {}
    rows = {key: file for key, _, _, file in scenario.resolved("2024-01")}
    assert rows["grants.cap.factory"] == rows["population.firms"] == "changes"
    early = SHIPPED["baseline"].with_changes({"awards.level2": 1.0}, start="2018-01")
    assert policy_in(early, "2018-01").awards.level2 == 1
    same = SHIPPED["baseline"].with_changes({"population.firms": 800})
    assert same.blocks == SHIPPED["baseline"].blocks


def test_with_changes_tells_every_problem():
    with pytest.raises(InputError) as caught:
        SHIPPED["baseline"].with_changes(
            {"grants.rat": 1, "population.firm": 3, "firms": 4, "grants.rate": 2, "population.firms": 1.5}, "2024"
        )
    text = str(caught.value)
    for words in (
        "grants.rat is not known; did you mean 'grants.rate'?",
        "population.firm is not known; did you mean 'population.firms'?",
        "firms is not known; did you mean 'population.firms'?",
        "grants.rate = 2: it must be a number in share of eligible cost, between 0 and 1",
        "population.firms = 1.5: it must be a whole number",
        "'2024' is not a month",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("grants.rate=0.2", ("grants.rate", 0.2)),
        (" grants.rate = {light = 0.5} ", ("grants.rate", {"light": 0.5})),
        ("grants.rate=[0.1, 0.2, 0.3, 0.4]", ("grants.rate", [0.1, 0.2, 0.3, 0.4])),
        ("grants.allocation=small-first", ("grants.allocation", "small-first")),
        ("grants.allocation='merit'", ("grants.allocation", "merit")),
        ("population.firms=1_200", ("population.firms", 1200)),
        ("grants.carry_over=yes", ("grants.carry_over", "yes")),
    ],
)
def test_parse_setting(text, expected):
    assert parse_setting(text) == expected


@pytest.mark.parametrize("text", ["", "=", "a=", "=1", "grants.rate", "a=1\nb=2", "a=" + "[" * 900, "a=" + "9" * 2000])
def test_a_setting_that_is_none(text):
    with pytest.raises(InputError, match="--set"):
        parse_setting(text)


@settings(max_examples=examples(300), deadline=None)
@given(
    st.one_of(st.text(), st.sampled_from([*LEVERS, *PARAMETERS]).map(lambda key: f"{key}=")),
    st.one_of(st.text(), st.floats().map(str), st.integers().map(str), st.sampled_from(["{}", "[1]", "true"])),
)
def test_any_setting_is_taken_or_refused_in_words(key, value):
    found = outcome(lambda: SHIPPED["baseline"].with_changes(dict([parse_setting(key + value)])))
    if isinstance(found, Scenario):
        assert len(found.policies()) == MONTHS
    else:
        assert all(problem.startswith(("changes", "--set")) and problem.isprintable() for problem in found)


# --------------------------------------------------------------------------------------------- the schema


def follows(schema: dict, value: object) -> bool:
    """Judge `value` by the part of JSON Schema that the schema of scenarios uses."""
    kinds = {"object": dict, "array": list, "string": str, "number": (int, float)}
    known = {
        *("type", "properties", "additionalProperties", "required", "items", "enum", "const", "pattern"),
        *("anyOf", "minimum", "maximum", "multipleOf", "minItems", "maxItems", "minProperties"),
        *("description", "default", "title", "$schema"),
    }
    assert set(schema) <= known, set(schema) - known
    if "type" in schema and (not isinstance(value, kinds[schema["type"]]) or isinstance(value, bool)):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if "anyOf" in schema and not any(follows(one, value) for one in schema["anyOf"]):
        return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, (int, float)):
        low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        return low <= value <= high and value % schema.get("multipleOf", math.inf) in (0, value)
    if isinstance(value, list):
        sized = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", math.inf)
        return sized and all(follows(schema.get("items", {}), one) for one in value)
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        if "properties" in schema and not set(value) <= set(properties):
            return False
        needed = set(schema.get("required", ())) <= set(value) and len(value) >= schema.get("minProperties", 0)
        return needed and all(follows(properties.get(name, {}), one) for name, one in value.items())
    return True


def test_the_schema_takes_the_shipped_files_and_refuses_damaged_ones():
    schema = json.loads(json.dumps(scenario_schema(), allow_nan=False))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for text in TEXTS.values():
        assert follows(schema, tomllib.loads(text))
    for more in ("[changes.set.grants]\nrate = 2.0\n", "[changes.set.grants]\nrats = 0.2\n", "of = []\n", ""):
        assert not follows(schema, tomllib.loads(HEAD + CHANGE + more))
    dotted = '[changes.set]\n"grants.rate.light" = 0.2\n"grants.payment_delay" = 3\n[parameters]\nfunding = {}\n'
    assert follows(schema, tomllib.loads(HEAD + CHANGE + dotted))


def test_the_schema_tells_unit_bounds_and_source_of_everything():
    schema = scenario_schema()["properties"]
    tables = (schema["parameters"], schema["changes"]["items"]["properties"]["set"])
    for table, known in zip(tables, (PARAMETERS, LEVERS), strict=True):
        for spec in known.values():
            said = table["properties"][spec.key]["description"]
            assert spec.meaning in said
            assert spec.choices or (spec.unit in said and spec.bounds in said)
            group, _, name = spec.key.partition(".")
            assert table["properties"][group]["properties"][name] == table["properties"][spec.key]
    assert tuple(schema["network"]["enum"]) == NETWORKS


# --------------------------------------------------------------------------------------- files that are wrong


def test_all_mistakes_of_a_file_are_told_at_once(folder):
    text = (
        'format = 1\ntitle = "  "\nquestion = 5\nsorce = "x"\nextends = "basline"\n'
        'network = "rings"\ngrants = 1\n'
        '[parameters]\npopulation.firms = true\n"grants.rate" = 1\nproviders.foo = 2\n'
        '[[changes]]\nfrom = "2024-1"\nuntil = 2024-01-01\noff = ["grant", 3]\nof = []\n'
        "[changes.set]\ngrants.rate = {light = 1.5, ligth = 0.1}\ngrnts.rate = 1\npopulation.firms = 3\n"
        'grants.payment_delay = 2.5\ngrants.allocation = "mertt"\ntax = 3\n'
        "[changes.multiply]\ngrants.carry_over = 2\ngrants.cap = -1\n"
        '[[changes]]\nfrom = "2024-01"\nuntil = "2023-01"\n'
    )
    said = refused(folder, text)
    for words in (
        "key title is empty",
        "key question = 5: it must be text in quotes",
        "key source is missing",
        "key sorce is not known; did you mean 'source'?",
        "key extends = 'basline': there is no shipped scenario of this name (did you mean 'baseline'?)",
        "key network = 'rings': it must be one of supply, complete, ring, empty; did you mean 'ring'?",
        "key grants is not known; a lever is set in a change, under [changes.set.grants]",
        "key population.firms = True: it must be a number in firms, between 1 and 5e+07 (under [parameters])",
        "key grants.rate is a lever of policy, not a parameter; set it in a change",
        "key providers.foo is not known",
        "key from = '2024-1' is not a month",
        "key until = 2024-01-01 (a date or time): it must be text in quotes (change 1)",
        "key off = 'grant' is not a group of levers; did you mean 'grants'?",
        "key off = 3: it must be text in quotes (change 1)",
        "key of is not known; did you mean 'off'? (change 1)",
        "key grants.rate.light = 1.5: it must be a number in share of eligible cost, between 0 and 1",
        "key grants.rate.ligth is not known; did you mean 'light'?",
        "key grnts.rate is not known; did you mean 'grants.rate'?",
        "key population.firms is a parameter, not a lever of policy; set it under [parameters]",
        "key grants.payment_delay = 2.5: it must be a whole number of months, between 0 and 60",
        "key grants.allocation = 'mertt' must be one of first-come, merit, ",
        "small-first; did you mean 'merit'?",
        "key tax = 3: it must be a table with some of credit_rate",
        "key grants.carry_over is one of no, yes and cannot be multiplied",
        "key grants.cap = -1: it must be a number in multiples of the value in force, between 0",
        "key until = '2023-01' is before from = '2024-01'",
        "key changes: the block changes nothing; give it off, set or multiply (change 2, from 2024-01)",
    ):
        assert words in said, words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (" \n\t\n", "is empty"),
        (b"\xff\xfe\x00", "is not text in UTF-8 (byte 0)"),
        (b"PK\x03\x04\x00", "is not TOML"),
        (HEAD.replace("1", "2"), "key format = 2: this zhizao reads format 1; get a newer zhizao, or write"),
        (HEAD.replace("1", "true"), "key format = true: this zhizao reads format 1; write format = 1"),
        (HEAD.replace("1", "1.0"), "key format = 1.0: this"),
        (HEAD.replace("1", '"1"'), "key format = '1': this"),
        (HEAD.replace("format = 1\n", ""), "key format is missing; write format = 1"),
    ],
)
def test_a_file_that_is_no_scenario(folder, text, words):
    assert words in refused(folder, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("from = 2024-01\n", "(at line 5, column 12): 'from = 2024-01'; write text and months in quotes"),
        ('title = "again"\n', "Cannot overwrite a value (at line 5"),
        ("x = " + "[" * 20000, "line 5 holds more levels of tables, lists and dotted keys than the limit of 16"),
        ("x = " + "[" * 12 + "]" * 12, "key x is nested more than 8 deep"),
        ("[parameters]\n" + "a." * 12 + "a = 1\n", "nested more than 8 deep"),
        ("[parameters]\n" + "a." * 100_000 + "a = 1\n", "line 6 holds 100,001 levels of tables, lists and dotted keys"),
        ("x = " + "9" * 5000, "holds a number or date that cannot be read"),
        ("x = 2024-02-30", "not TOML"),
        ("#" * 1_000_001, "holds more bytes than the limit of 1,000,000 for a scenario file"),
        ("".join(f"k{number} = 1\n" for number in range(30_000)), "more than 20,000 values"),
        ("[parameters]\n" + "".join(f"{'a' * 50}{n} = 1\n" for n in range(15_000)), "fix these 100 first"),
        (CHANGE * 600, "there are more than 500 of them"),
        (f'"{"k" * 500_000}" = 1\n', "kkk... is not known"),
        (r'"a\nb\u001b[31m" = 1' + "\n", "a?b?[31m is not known"),
        (CHANGE + r'set.grants.rate = {"a\nb" = 1}' + "\n", "grants.rate.a?b is not known"),
        ("changes = 1\n", "blocks that begin with [[changes]], in two brackets"),
        ('[changes]\nfrom = "2024-01"\n', "blocks that begin with [[changes]], in two brackets"),
        ("changes = [1]\n", "key changes = 1: it must be a block that begins with [[changes]] (change 1)"),
        ("parameters = 1\n", "key parameters = 1: it must be a table"),
        ("[population]\nfirms = 3\n", "key population is not known; a parameter is set under [parameters"),
        (CHANGE + 'off = "grants"\n', "key off = 'grants': it must be a list, such as [\"grants\"] (change 1)"),
        (CHANGE + "set = 1\n", "key set = 1: it must be a table"),
        (SET + "grants = {}\n", "key grants = a table: it must be a table with some of rate"),
        (SET + "grants.rate = {}\n", "key grants.rate = a table: it must be some of light"),
        (SET + "tax.credit_rate = {a=1}\n", "between 0 and 1, in share of cost, not a table"),
        (SET + 'grants.rate = 0\n"grants.rate.light" = 0\n', "grants.rate.light is given twice"),
        (SET + '"tax.credit_rate.x" = 0\n', "tax.credit_rate is not a row of numbers"),
        (SET + "rate = 0\n", "key rate is not known; did you mean 'grants.rate'?"),
        (SET + "tax.credit_rate = 2024-01-01\n", "tax.credit_rate = '2024-01-01': it must be"),
        ('title_zh = "\\u001b[31m"\n', "key title_zh holds a control character"),
        (CHANGE + "off = [" + '"x", ' * 15_000 + "]\n", "fix these 100 first"),
        ('theme = "mony"\n', "key theme = 'mony': it must be one of yardstick, money, design, services"),
        ("theme = 1\n", "key theme = 1: it must be one of"),
        ('extends = ""\n', "key extends is empty"),
        ('extends = "mine.toml"\n', "the files go round in a circle (mine.toml → mine.toml)"),
        ('extends = "../mine.toml"\n', "it must be in the folder of this file"),
        ('extends = "/etc/hosts.toml"\n', "it must be in the folder of this file"),
        ('extends = "absent.toml"\n', "there is no such file beside this one"),
        ('extends = "../scenarios/baseline"\n', "there is no shipped scenario of this name"),
        ('extends = "a\\u0000.toml"\n', "key extends = 'a?.toml'"),
    ],
)
def test_a_wrong_file_is_named_with_the_mend(folder, text, words):
    began = time.perf_counter()
    assert words in refused(folder, HEAD + text)
    assert time.perf_counter() - began < 5


def test_a_factor_that_leaves_the_bounds_is_refused_in_its_month(folder):
    text = HEAD + 'extends = "baseline"\n[[changes]]\nfrom = "2023-01"\n[changes.multiply]\n"pilot.rate" = 2.2\n'
    assert refused(folder, text).endswith(
        "key pilot.rate = 1.1: it must be a number in share of light projects' cost, "
        "between 0 and 1 (0.5 in force times 2.2) (under multiply, change 1, from 2023-01, in 2024-01)"
    )
    whole = HEAD + 'extends = "baseline"\n' + CHANGE + "[changes.multiply]\ngrants.payment_delay = 1.25\n"
    assert "grants.payment_delay = 7.5: it must be a whole number of months" in refused(folder, whole)


def test_circles_and_long_chains(folder):
    write(folder, HEAD + 'extends = "mine.toml"\n', "other.toml")
    path = write(folder, HEAD + 'extends = "other.toml"\n')
    with pytest.raises(InputError, match=r"other\.toml: key extends = 'mine\.toml': .*mine.toml → other.toml → mine"):
        load_scenario(path)
    for number in range(40):
        write(folder, HEAD + f'extends = "link{number + 1}.toml"\n', f"link{number}.toml")
    with pytest.raises(InputError, match=r"link31\.toml: key extends.*more than 32 files"):
        load_scenario(folder / "link0.toml")


def test_a_wrong_parent_is_named_beside_the_child(folder):
    write(folder, HEAD + "parent = 1\n", "parent.toml")
    path = write(folder, HEAD + 'child = 1\nextends = "parent.toml"\n')
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    child, parent = caught.value.problems
    assert "mine.toml: key child is not known" in child
    assert "parent.toml: key parent is not known" in parent


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("basline", r"'basline' is not a shipped scenario \(did you mean 'baseline'\?\)"),
        ("", "not a shipped scenario"),
        ("x" * 10_000, "not a shipped scenario"),
        ("x" * 10_000 + ".toml", "cannot be read"),
        ("../scenarios/baseline", "not a shipped scenario"),
        ("a\0b.toml", "cannot be read"),
        ("nowhere/mine.toml", r"nowhere/mine\.toml: there is no such file"),
        ("/dev/zero", "not an ordinary file"),
        (str(shipped("scenarios")), "is a folder"),
    ],
)
def test_a_name_that_leads_nowhere(name, words):
    with pytest.raises(InputError, match=words):
        load_scenario(name)


def test_links_that_go_round_and_links_that_lead_out(folder):
    inner = folder / "inner"
    inner.mkdir()
    (inner / "round.toml").symlink_to(inner / "round.toml")
    (inner / "out.toml").symlink_to(write(folder, HEAD))
    for name, words in (("round.toml", "extends"), ("out.toml", "it must be in the folder")):
        with pytest.raises(InputError, match=words):
            read(inner, HEAD + f'extends = "{name}"\n')


def test_a_file_that_may_not_be_read(folder, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    path = write(folder, HEAD, "closed.toml")
    monkeypatch.setattr(limits.os, "open", refuse)
    with pytest.raises(InputError, match=r"cannot be read \(Permission denied\)"):
        load_scenario(path)


# ------------------------------------------------------------------------------ thousands of damaged files

JUNK = [
    *("true", "-1", "0", "1e308", "1e400", "-0.0", "nan", "inf", "-inf", "0x1f", "9" * 400, "9" * 5000),
    *('""', '"text"', "'''a\nb'''", r'"\u0000\u001b"', '"2024-13"', '"baseline"', '"mine.toml"', "ja", "="),
    *("2024-01-01", "07:32:00", "2024-01-01T00:00:00Z", "2024-01"),
    *("[]", "[[[]]]", "[1, 'a', {}]", '["everything"]', '["nothing"]', "[" * 2000),
    *("{}", "{a = {b = 1}}", "{light = 2}", "{a = " * 2000),
]
LINES = [
    *("[changes.set.grants.rate.light]", "[[parameters]]", "[parameters]", "[[changes]]", "[changes]"),
    *("[a.b.c.d]", "[[changes.set]]", "[[changes.off]]", "[changes.multiply]", '"grants.rate" = 1e9'),
    *('extends = "mine.toml"', 'extends = "../x.toml"', "format = 2", 'off = ["grants", "gants"]'),
    *("x", "\x00", "population.firms = 1200"),
]


@st.composite
def damaged(draw) -> bytes:
    """A shipped scenario with one to four random damages."""
    lines = draw(st.sampled_from(list(TEXTS.values()))).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.integers(0, 8))
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        if kind == 0:
            del lines[place : place + draw(st.integers(1, 3))]
            lines = lines or [""]
        elif kind == 1:
            lines.insert(draw(st.integers(0, len(lines))), line)
        elif kind == 2 and "=" in line:  # a key renamed
            cut = draw(st.integers(0, line.index("=")))
            lines[place] = line[:cut] + draw(st.sampled_from(["", "x", "_", ".", '"', "é", " "])) + line[cut + 1 :]
        elif kind in (3, 4) and "=" in line:  # a value replaced
            lines[place] = line.split("=")[0] + "= " + draw(st.sampled_from(JUNK))
        elif kind == 5:
            lines.insert(place, draw(st.sampled_from(LINES)))
        elif kind == 6:
            lines.insert(place, draw(st.sampled_from(list(LEVERS))) + " = " + draw(st.sampled_from(JUNK)))
        elif kind == 7:
            lines[place] = re.sub(r"\d+", str(draw(st.integers(-5, 10**6))), line, count=1)
        else:
            lines = lines[: place + 1]
    content = "\n".join(lines).encode()
    if draw(st.integers(0, 4)) == 0:
        cut = draw(st.integers(0, len(content)))
        content = content[:cut] + draw(st.binary(max_size=6)) + content[cut + draw(st.integers(0, 3)) :]
    return content


@settings(max_examples=examples(1500), deadline=None)
@given(damaged())
def test_a_damaged_file_is_taken_or_refused_in_words(folder, content):
    path = write(folder, content)
    found = outcome(load_scenario, path)
    if isinstance(found, Scenario):
        assert len(found.policies()) == MONTHS
        assert found.resolved("2030-12")
        Parameters().changed(found.parameter_changes)
        return
    assert found
    for problem in found:
        assert problem.startswith(f"{path}: ")
        assert problem.isprintable()
        assert len(problem) < 600 + len(str(path))


def wrong_values(spec) -> list[str]:
    """Values in TOML that `spec` must refuse."""
    wrong = ["true", "nan", "-inf", "inf", "1e400", "9" * 400, '"2 %"', "2024-01-01", "07:32:00"]
    wrong += ["[]", "[[0.1]]", "{ nobody = 1 }", "{ light = { light = 1 } }"]
    if not spec.choices:
        wrong += [repr(spec.low - 1), repr(spec.high * 2 + 1)]
    if spec.whole:
        wrong.append(repr(spec.low + 0.5))
    return wrong


@st.composite
def faults(draw) -> tuple[str, str, str]:
    """Lines at the top of a file, lines at its end, and the key or words that the refusal must name."""
    kind = draw(st.integers(0, 10))
    lever, parameter = (draw(st.sampled_from(list(LEVERS.values()))), draw(st.sampled_from(list(PARAMETERS.values()))))
    if kind == 0:
        word = draw(st.from_regex(r"\A[a-z]{3,12}9\Z"))
        return (f"{word} = {draw(st.sampled_from(['1', 'true', '{}', '[1]']))}\n", "", f"key {word} is not known")
    if kind == 1:
        return ("", f"{SET}{lever.key} = {draw(st.sampled_from(wrong_values(lever)))}\n", lever.key)
    if kind == 2:
        return (
            "",
            f"[parameters]\n{parameter.key} = {draw(st.sampled_from(wrong_values(parameter)))}\n",
            parameter.key,
        )
    if kind == 3:
        name = lever.key + draw(st.sampled_from(["x", "_", "9", "-a"]))
        table = draw(st.sampled_from(["set", "multiply"]))
        return "", f"{CHANGE}[changes.{table}]\n{name} = 0\n", f"key {name} is not known"
    if kind == 4:
        name = parameter.key + draw(st.sampled_from(["x", "_", "9", "-a"]))
        return "", f"[parameters]\n{name} = 0\n", f"key {name} is not known"
    if kind == 5:
        key = draw(st.sampled_from(["from", "until"]))
        value = draw(st.sampled_from(['"2024"', '"2031-01"', "2024", "2024-01-01", "true", '"01-2024"', "[]", '""']))
        other = 'from = "2024-01"\n' if key == "until" else ""
        return "", f'[[changes]]\n{other}{key} = {value}\noff = ["tax"]\n', f"key {key} = "
    if kind == 6:
        name = draw(st.from_regex(r"\A[a-z]{3,9}9\Z"))
        return "", f'{CHANGE}off = ["tax", "{name}"]\n', f"key off = '{name}' is not a group"
    if kind == 7:
        return "", f"{SET}{parameter.key} = 1\n", f"key {parameter.key} is a parameter"
    if kind == 8:
        key = draw(st.sampled_from(["title_zh", "question_zh", "network", "extends"]))
        value = draw(st.sampled_from(["1", "2024-01-01", "true", "[]", "{}", "1.5", "nan"]))
        return f"{key} = {value}\n", "", f"key {key} = "
    if kind == 9:
        value = draw(st.sampled_from(["-1", "nan", "inf", "true", '"2"', "2024-01-01", "[1]", "1e10", "{x = 1}"]))
        return "", f"{CHANGE}[changes.multiply]\n{lever.key} = {value}\n", lever.key
    name = draw(st.from_regex(r"\A[a-z]{1,9}9(\.toml)?\Z"))
    return f'extends = "{name}"\n', "", f"key extends = '{name}'"


@settings(max_examples=examples(1200), deadline=None)
@given(st.lists(faults(), min_size=1, max_size=4))
def test_every_certain_fault_is_refused_by_name(folder, found):
    seen: set[str] = set()
    kept = []
    for top, end, words in found:  # TOML itself forbids two values for one key
        keys = {top.split("=")[0]} if top else {"[parameters]"} if end.startswith("[parameters]") else set()
        if not keys & seen:
            kept.append((top, end, words))
            seen |= keys
    said = refused(folder, HEAD + "".join(top for top, _, _ in kept) + "".join(end for _, end, _ in kept))
    for _, _, words in kept:
        assert words in said


@pytest.mark.parametrize("spec", [s for s in LEVERS.values() if not s.choices], ids=lambda spec: spec.key)
def test_every_lever_multiplied_out_of_its_bounds_is_refused(folder, spec):
    text = HEAD + CHANGE + f"set.{spec.key} = {spec.high}\nmultiply.{spec.key} = 2\n"
    assert f"key {spec.key}" in refused(folder, text)


# ------------------------------------------------------------------------------------------------ the house


def test_importing_scenarios_stays_light():
    code = "import sys, zhizao.scenario.scenario as s; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numba", "pandas", "mesa", "matplotlib", "pydantic", "rich"} & set(done.stdout.split())


def test_values_that_only_python_can_give_are_refused_too():
    for value in (None, date(2024, 1, 1), object(), float("nan"), 10**400, {1: 2}, b"x"):
        with pytest.raises(InputError, match=r"grants\.rate"):
            SHIPPED["baseline"].with_changes({"grants.rate": value})
    with pytest.raises(InputError):
        SHIPPED["baseline"].with_changes({5: 1})
