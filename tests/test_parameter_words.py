"""Names of parameters, levers, readings and units: complete, without orphans, and shown by the commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from zhizao.commands.cli import program
from zhizao.evidence.published import published
from zhizao.parameter_words.levers import CHOICES
from zhizao.parameter_words.names import choice_name, input_name, key_with_name, lever_label, lever_name, meaning
from zhizao.parameter_words.parameters import ENTRIES, FACTOR_GROUPS, PARAMETER_GROUPS
from zhizao.parameter_words.parameters import READINGS as READING_WORDS
from zhizao.parameter_words.units import UNITS, unit_name
from zhizao.parameters.registry import parameter_specifications
from zhizao.policy.levers import lever_specifications
from zhizao.policy.schedule import entries
from zhizao.results.outcomes import OUTCOMES
from zhizao.results.variables import VARIABLES
from zhizao.sectors import SECTOR_KEYS
from zhizao.studies.calibration.inputs import drawn_numbers
from zhizao.studies.sweeps.factors import CALIBRATION, LUCK, MONEY, YEARS, factor_of
from zhizao.studies.sweeps.factors import FACTOR_GROUPS as GROUPS

DECLARED = parameter_specifications() | lever_specifications()
READINGS = (MONEY, CALIBRATION, YEARS, LUCK)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def shown(*arguments: str) -> str:
    """What a command prints, in Chinese."""
    found = CliRunner().invoke(program, [*arguments, "--lang", "zh"])
    assert found.exit_code == 0, found.output
    return found.output


def test_every_input_has_words_and_no_words_are_orphans() -> None:
    assert set(READING_WORDS) == {*READINGS}
    # what is drawn is a parameter, an entry of one such as projects.recorded.light, or a reading
    inputs = {key for name, spec in parameter_specifications().items() for key in (name, *entries(spec))}
    assert {number.key for number in drawn_numbers()} <= {*inputs, *READINGS}
    named = [input_name(number.key, "zh") for number in drawn_numbers()]
    assert all(CHINESE.search(name) and "." not in name for name in named)
    assert len({*named}) == len(named)
    assert set(CHOICES) == {choice for spec in DECLARED.values() for choice in spec.choices}
    assert set(ENTRIES) == {name for spec in DECLARED.values() for name in spec.axis if spec.axis != SECTOR_KEYS}
    assert set(FACTOR_GROUPS) == {*GROUPS, "interactions"}
    assert set(PARAMETER_GROUPS) == {key.partition(".")[0] for key in parameter_specifications()}
    assert all(CHINESE.search(chinese) and "_" not in english for english, chinese in PARAMETER_GROUPS.values())


def test_every_unit_has_a_name_and_no_name_is_an_orphan() -> None:
    used = {spec.unit for spec in DECLARED.values()} | {factor_of(key).unit for key in READINGS}
    used |= {number.unit for number in drawn_numbers()} | {item.unit for item in (*OUTCOMES, *VARIABLES)}
    used |= {series.unit for series in published().values()}
    assert set(UNITS) == used
    assert [unit_name("share of firms", "zh", percent=percent) for percent in (True, False)] == [
        "占企业%",
        "占企业比例",
    ]
    assert [unit_name("share of firms", "en", percent=percent) for percent in (True, False)] == [
        "% of firms",
        "share of firms",
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_two_inputs_have_the_same_name(language: Any) -> None:
    keys = [*READINGS, *(key for spec in DECLARED.values() for key in entries(spec))]
    levers = [key for spec in lever_specifications().values() for key in entries(spec)]
    assert len({input_name(key, language) for key in keys}) == len(keys)
    assert len({lever_label(key, language) for key in levers}) == len(levers)


def test_chinese_is_chinese() -> None:
    words = [*FACTOR_GROUPS.values()]
    words += [pair[1] for table in (CHOICES, ENTRIES, READING_WORDS) for pair in table.values()]
    words += [unit_name(unit, "zh", percent=False) for unit in UNITS]
    assert not [word for word in words if not CHINESE.search(word)]


def test_words_are_found_by_key() -> None:
    assert lever_name("grants.rate.light", "en") == "Grant rate · light projects"
    assert input_name("grants.rate.light", "zh") == "补贴比例 · 轻量化项目"
    assert input_name("projects.cost.equipment", "zh").endswith("· 数字化装备")
    assert input_name("sectors.growth.equipment", "zh").endswith("· 智能装备")
    assert input_name("levels.stake_inflation", "en").startswith("additional inflation when money or a target")
    assert input_name("projects.recorded.light", "en") == (
        "probability that a project begun without a grant is registered · light projects"
    )
    assert input_name("a factor of one's own", "zh") == "a factor of one's own"
    assert key_with_name("levels.erosion", "zh") == "标准提高造成的得分流失\nlevels.erosion"
    assert choice_name("merit", "zh") == "择优"
    spec = lever_specifications()["grants.floor"]
    assert [meaning(spec, "en"), meaning(spec, "zh")] == [spec.meaning, "可申报补贴的最低投资额"]


def test_the_font_of_the_charts_holds_every_sign() -> None:
    from fontTools.ttLib import TTFont

    from zhizao.report.charts import style

    known = set(map(chr, TTFont(style._FONT).getBestCmap()))
    names = [input_name(key, "zh") for spec in DECLARED.values() for key in entries(spec)]
    assert (
        not set("".join([*names, *UNITS.values(), *sum(READING_WORDS.values(), ()), *FACTOR_GROUPS.values()])) - known
    )


def test_commands_show_names_and_units_in_chinese(tmp_path: Path) -> None:
    params = shown("params", "levels.erosion", "grants.rate")
    for word in ("分/年", "标准提高造成的得分流失", "0.3至1.5", "不确定", "占合格投资额比例", "补贴占合格投资额的比例"):
        assert word in params
    scenario = shown("scenarios", "show", "services-surge")
    assert "服务专员人数" in scenario
    assert "specialists.count" in scenario
    assert "补贴比例 · 轻量化项目" in shown("scenarios", "show", "baseline", "--resolved")
    assert "占企业比例" in shown("run", "--n-firms", "60", "--until", "2024-01")
