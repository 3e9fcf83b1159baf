"""What a report says beyond its comparison: small searches, or files of longer runs, and which of both is said."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import zhizao as zz
from zhizao.commands import beyond as made_here
from zhizao.commands.beyond import found_beyond
from zhizao.errors import InputError
from zhizao.report.beyond import PARTS, Finding, part_of_page, read_finding
from zhizao.report.page import page
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.studies.study_options import CompareOptions
from zhizao.words.place import money_in_words
from zhizao.words.tables import LANGUAGES, Language

STUDY: Any = {"draws": 2, "n_firms": 40, "workers": 1, "seed": 0}


@pytest.fixture(scope="module")
def done() -> Comparison:
    return compare(["baseline", "no-grants", "demand-slump"], **STUDY)


@pytest.fixture(scope="module")
def found(done: Comparison) -> dict[str, Finding]:
    patch = pytest.MonkeyPatch()
    patch.setattr(made_here, "_TRIES", 12)
    study: CompareOptions = {**STUDY}
    try:
        return {one.name: one for one in found_beyond(done, study, [], "en", quiet=True)}
    finally:
        patch.undo()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_a_section_for_each_with_the_numbers_of_the_command(
    done: Comparison, found: dict[str, Finding], language: Language
) -> None:
    assert list(found) == list(PARTS)
    text = page(done, [], language, "zhizao report", beyond=list(found.values()))
    for name in PARTS:
        assert f'<section id="{name}">' in text
        assert f'href="#{name}"' in text
    assert money_in_words(found["reach"].numbers["best"]["cost"], language) in text
    assert "demand" not in json.dumps(found["choose"].numbers["policies"])


@pytest.mark.parametrize(("language", "per_million", "unit"), [("en", 1.0, "million RMB"), ("zh", 0.01, "亿元")])
def test_what_certainty_costs_is_drawn_from_the_same_numbers(
    found: dict[str, Finding], language: Language, per_million: float, unit: str
) -> None:
    numbers = copy.deepcopy(dict(found["reach"].numbers))
    numbers["frontier"] = [
        {**numbers["frontier"][0], "at_least": share, "probability": share, "cost": cost}
        for share, cost in ((0.5, 210.0), (0.8, 300.0), (0.9, 360.0))
    ]
    part = part_of_page(Finding(name="reach", numbers=numbers), language, {})
    assert part.chart is not None
    drawn = [(row["cost"], row["met"]) for row in part.chart["datasets"]["rows"] if not row["base"]]
    assert drawn == [
        (pytest.approx(per_million * cost), pytest.approx(met)) for cost, met in ((210, 50), (300, 80), (360, 90))
    ]
    assert unit in json.dumps(part.chart, ensure_ascii=False)
    assert money_in_words(360.0, language) in part.chart_words[0]
    numbers["frontier"] = numbers["frontier"][:1]
    assert part_of_page(Finding(name="reach", numbers=numbers), language, {}).chart is None


def test_without_them_the_page_has_no_such_sections(done: Comparison) -> None:
    text = page(done, [], "en", "zhizao report --short")
    assert not [name for name in PARTS if f'id="{name}"' in text]


def test_a_page_says_from_which_file_a_part_is(found: dict[str, Finding], tmp_path: Path) -> None:
    file = tmp_path / "long.json"
    file.write_text(json.dumps(zz.reach(tries=10, **STUDY).to_dict()), "utf-8")
    read = part_of_page(read_finding("reach", file), "en", {})
    assert "From long.json, an earlier run: 2 draws" in read.made
    assert "rough search" in part_of_page(found["reach"], "en", {}).made
    assert read.lines == part_of_page(Finding(name="reach", numbers=json.loads(file.read_text())), "en", {}).lines


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"best": 1}', "3", '{"reachable": true, "best": {"cost": "x"}}'])
@pytest.mark.parametrize("name", ["reach", "choose"])
def test_what_is_no_such_file_is_refused_by_name(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content, "utf-8")
    with pytest.raises(InputError, match=r"other\.json.*"):
        read_finding(name, file)
    with pytest.raises(InputError, match="cannot be read"):
        read_finding(name, tmp_path / "none.json")


def test_a_target_out_of_reach_is_said(found: dict[str, Finding]) -> None:
    numbers: Any = copy.deepcopy(dict(found["reach"].numbers))
    numbers["reachable"] = False
    part = part_of_page(Finding(name="reach", numbers=numbers), "en", {})
    assert part.lines[0].startswith("No mix of these levers")
    assert len(part.tables) <= 1


def test_text_of_a_file_is_text(done: Comparison, found: dict[str, Finding]) -> None:
    numbers: Any = copy.deepcopy(dict(found["choose"].numbers))
    numbers["criteria"][0]["policy"] = "<script>alert(1)</script>"
    text = page(done, [], "en", "x", beyond=[Finding(name="choose", numbers=numbers, file="<b>.json")])
    assert "<script>alert(1)" not in text
    assert "<b>.json" not in text


def test_a_part_that_cannot_be_made_is_left_out_with_a_remark(
    done: Comparison, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: Any) -> Any:
        raise InputError("no fit")

    monkeypatch.setattr(made_here, "_SEARCHES", dict.fromkeys(PARTS, refuse))
    study: CompareOptions = {**STUDY}
    assert found_beyond(done, study, [], "en", quiet=False) == []
    assert "without its section reach: no fit" in capsys.readouterr().err
