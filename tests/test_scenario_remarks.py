"""Levers that are set and never take effect: said with the reason, and only then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from zhizao.calendar import MONTHS
from zhizao.errors import in_language
from zhizao.parameters.registry import Parameters
from zhizao.policy.levers import lever_specifications
from zhizao.policy.schedule import entries
from zhizao.scenario.remarks import NEEDS, lever_remarks
from zhizao.scenario.scenario import Scenario, list_scenarios, load_scenario

HEAD = 'format = 1\ntitle = "t"\nquestion = "?"\nsource = "assumption: a test"\n'
CHANGE = '[[changes]]\nfrom = "2024-01"\n'


def scenario(folder: Path, text: str, *, extends: str = "") -> Scenario:
    parent = f'extends = "{extends}"\n' if extends else ""
    (folder / "own.toml").write_text(HEAD + parent + text, encoding="utf-8")
    return load_scenario(folder / "own.toml")


@pytest.mark.parametrize(
    ("text", "extends", "words"),
    [
        (
            '[changes.set]\n"grants.rate" = 0.2',
            "",
            "own.toml, change 1, from 2024-01: grants.rate has no effect while grants.cap and grants.fund_multiple are 0",
        ),
        (
            "[changes.set.grants]\nrate = 0.2\ncap = 1",
            "",
            "grants.rate, grants.cap have no effect while grants.fund_multiple is 0",
        ),
        (
            '[changes.set]\n"grants.cap.light" = 0\n"grants.rate.light" = 0.9',
            "baseline",
            "grants.rate.light has no effect while grants.cap.light is 0",
        ),
        (
            '[changes.multiply]\n"awards.level2" = 2\n"tax.credit_rate" = 3',
            "baseline",
            "awards.level2, tax.credit_rate have no effect: 0 before the multiplication",
        ),
        (
            '[changes.set]\n"loans.interest_years" = 5',
            "baseline",
            "loans.interest_years has no effect while loans.interest_points is 0",
        ),
        (
            'off = ["specialists"]\n[changes.set]\n"specialists.visits" = 9',
            "baseline",
            "specialists.visits has no effect while specialists.count is 0",
        ),
        (
            '[changes.set]\n"pilot.share" = 0.5',
            "no-pilot-city",
            "pilot.share has no effect while pilot.sectors and pilot.rate and pilot.cap are 0",
        ),
        (
            '[changes.set]\n"grants.advance_share" = 0.5',
            "baseline",
            "grants.advance_share has no effect while grants.regime is after-the-fact: nothing is promised before",
        ),
        (
            'off = ["specialists"]\n[changes.set]\n"specialists.sizes" = { large = 0 }',
            "baseline",
            "specialists.sizes.large has no effect while specialists.count is 0",
        ),
        (
            '[changes.set]\n"handling.processing_days" = 10',
            "no-programme",
            "handling.processing_days has no effect while grants.rate and grants.cap and grants.fund_multiple are 0",
        ),
        (
            f'[changes.set]\n"campaign.rate" = 1\n{CHANGE}[changes.set]\n"campaign.rate" = 2',
            "baseline",
            "change 1, from 2024-01: campaign.rate has no effect: a later change of the file sets it again",
        ),
    ],
)
def test_a_lever_without_effect_is_named_with_the_reason(tmp_path: Path, text: str, extends: str, words: str) -> None:
    *alone, remark = scenario(tmp_path, CHANGE + text, extends=extends).remarks
    assert len(alone) == (not extends)  # said of by itself, below
    assert words in remark
    assert "不起作用" in in_language(remark, "zh")


@pytest.mark.parametrize(
    ("text", "extends"),
    [
        ('[changes.set]\n"grants.rate" = 0.2', "baseline"),
        ("[changes.set.grants]\nrate = 0.2\ncap = 1\nfund_multiple = 0.5", ""),
        ('[changes.set.grants]\nregime = "approval-first"\nadvance_share = 0.5', "baseline"),
        ('[changes.multiply]\n"grants.rate" = 2\n"grants.fund_multiple" = 2', "baseline"),
        ('[changes.set]\n"tax.credit_rate" = 0.1\n[changes.multiply]\n"tax.credit_rate" = 2', "baseline"),
        ('[changes.set]\n"grants.rate" = 0.0', "baseline"),
        ('[changes.set]\n"specialists.count" = 9', ""),
        # of two changes, the first holds until the second begins
        ('[changes.set]\n"campaign.rate" = 1\n[[changes]]\nfrom = "2025-01"\n[changes.set]\n"campaign.rate" = 2', ""),
    ],
)
def test_a_lever_with_an_effect_is_not(tmp_path: Path, text: str, extends: str) -> None:
    assert len(scenario(tmp_path, CHANGE + text, extends=extends).remarks) == (not extends)


def test_a_scenario_without_a_parent_says_that_there_is_nothing_before_it(tmp_path: Path) -> None:
    change = f'{CHANGE}[changes.set]\n"specialists.count" = 9\n'
    [remark] = scenario(tmp_path, change).remarks
    assert remark.startswith("own.toml extends no other scenario: before 2024-01, and in all that it does not set")
    assert 'extends = "baseline"' in in_language(remark, "zh")
    assert scenario(tmp_path, change, extends="baseline").remarks == ()
    from_the_first_month = change.replace("2024-01", "2018-01")
    assert scenario(tmp_path, from_the_first_month).remarks == ()  # a policy of its own
    assert scenario(tmp_path, "").remarks == ()
    assert load_scenario("baseline").with_changes({"specialists.count": 9}).remarks == ()


def test_settings_beside_the_file_are_asked_about_too() -> None:
    base = load_scenario("baseline")
    [remark] = base.with_changes({"loans.guarantee_cost": 0.5, "grants.rate": 0.3}).remarks
    assert remark.startswith("changes, from 2024-01: loans.guarantee_cost")
    assert base.with_changes({"specialists.count": 0}).remarks == ()  # what others set is not their fault


def test_no_shipped_scenario_sets_a_lever_without_effect() -> None:
    for shipped in list_scenarios():
        own = [block for block in shipped.blocks if block.file == shipped.path.name]
        parameters = Parameters().changed(shipped.parameter_changes)
        found: list[Any] = list(lever_remarks(shipped.blocks, own, MONTHS, parameters))
        assert found == [], shipped.name


def test_declared_needs_are_levers() -> None:
    known = {key for spec in lever_specifications().values() for key in entries(spec)}
    assert set(NEEDS) <= known
    assert {name for names in NEEDS.values() for name in names} <= known
