"""What it would take: the search, its frontier, what binds, and targets that cannot be."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import zhizao as zz
from fewer_members import fewer_members
from zhizao.calendar import BRANCH_MONTH
from zhizao.commands import cli
from zhizao.errors import InputError, in_language
from zhizao.studies.compare import compare
from zhizao.studies.mixes import Dial, histories, own_mix, read_dials, try_mix
from zhizao.studies.options import check_options, scenarios_of
from zhizao.studies.parameter_draws import parameter_draws
from zhizao.studies.reach import BINDING, Reach

SMALL: dict[str, Any] = {"draws": 6, "tries": 40, "n_firms": 60, "workers": 1, "until": "2025-12"}
DIALS = ("specialists.count=0:200", "awards.level2=0:0.6", "grants.rate.light=0:0.6")


def search(share: float, **changes: Any) -> Reach:
    given = {name: value for name, value in SMALL.items() if name != "until"} | {"dials": DIALS} | changes
    return zz.reach(share, **given)


@pytest.fixture(scope="module")
def easy() -> Reach:
    return search(0.75, probability=0.6)


@pytest.fixture(scope="module")
def impossible() -> Reach:
    return search(1.0, probability=0.9, calibration="facts")


def test_a_mix_gives_what_a_comparison_of_the_same_policy_gives() -> None:
    options = check_options(draws=3, n_firms=60, workers=1)
    [base] = scenarios_of(["baseline"], options.settings)
    points = parameter_draws(3, calibration="plan")
    points = tuple(replace(point, values=point.values | {"population.firms": 60.0}) for point in points)
    pasts = histories(base, points, options)
    mix = {"specialists.count": 150.0, "awards.level2": 0.4}
    tried = try_mix(base, mix, pasts, options)
    changed = base.with_changes(mix)
    other = compare([changed], draws=3, n_firms=60, workers=1).first
    assert (tried.shares == other.outcomes["level2_share_end"]).all()
    assert (try_mix(base, mix, pasts, options, true_levels=True).shares != tried.shares).any()
    again = try_mix(base, mix, pasts, options)  # histories are left as they were
    assert (again.shares == tried.shares).all()
    assert (again.costs == tried.costs).all()
    paid = other.outcomes["public_spend_total"]
    assert (tried.costs > 0.0).all()
    assert tried.cost != pytest.approx(paid.mean())  # what is promised is more than what is paid by then


def test_numbers_lifted_from_2024_leave_the_history_alone_and_move_the_future() -> None:
    options = check_options(draws=2, n_firms=80, workers=1)
    [base] = scenarios_of(["baseline"], options.settings)
    pasts = histories(base, parameter_draws(2), options)
    before = [past.world.series[: BRANCH_MONTH - 1].copy() for past in pasts]
    lifted = {"attention.spontaneous_rate": 5.0}
    lifted |= {f"providers.capacity.{kind}": 1e6 for kind in ("light", "equipment", "workshop", "factory")}
    plain = try_mix(base, {}, pasts, options, true_levels=True)
    free = try_mix(base, {}, pasts, options, true_levels=True, otherwise=lifted)
    assert (free.shares > plain.shares).all()
    for past, series in zip(pasts, before, strict=True):
        assert (past.world.series[: BRANCH_MONTH - 1] == series).all()


def test_the_cheapest_mix_meets_the_target_and_none_that_was_tried_is_cheaper(easy: Reach) -> None:
    assert easy.reachable
    assert easy.best.probability(0.75) >= 0.6
    assert easy.best.share_reached(0.6) >= 0.75
    assert 30 <= easy.tried <= SMALL["tries"] + 1
    costs = [mix.cost for mix in easy.frontier.values()]
    assert all(one <= other for one, other in pairwise(costs))
    for level, mix in easy.frontier.items():
        assert mix.probability(0.75) >= level
    assert easy.frontier[0.6].cost == easy.best.cost
    assert easy.relaxed == ()
    for mix in easy.others:
        assert mix.probability(0.75) >= 0.6
        assert mix.cost <= 1.15 * easy.best.cost


@pytest.mark.parametrize(("members", "repeated"), [(12, None), (8, "4 of the 6 draws"), (4, "6 of the 6 draws")])
def test_it_is_said_how_many_confirming_draws_have_parameters_that_the_search_has_seen(
    monkeypatch: pytest.MonkeyPatch, members: int, repeated: str | None
) -> None:
    fewer_members(monkeypatch, members)
    notes = [note for note in search(0.75, tries=10).options.notes if "the search has seen" in note]
    assert [note[: len(repeated or "")] for note in notes] == ([] if repeated is None else [repeated])
    assert all("区间偏窄" in in_language(note, "zh") for note in notes)


def test_the_best_mix_is_tried_on_draws_that_the_search_has_not_seen(easy: Reach) -> None:
    assert easy.confirmed.mix == easy.best.mix
    assert easy.confirmed.shares.size == easy.best.shares.size
    assert (easy.confirmed.shares != easy.best.shares).any()
    low, high = easy.confirmed.probability_interval(0.75)
    assert 0.0 <= low <= easy.confirmed.probability(0.75) <= high <= 1.0


def test_the_base_scenario_s_own_mix_is_among_those_tried(easy: Reach) -> None:
    [base] = scenarios_of(["baseline"], {})
    assert easy.baseline.mix == own_mix(base, easy.dials)
    assert easy.baseline.mix["specialists.count"] == 89
    assert set(easy.table().columns) >= {"baseline", "best"}


def test_a_search_comes_back_the_same(easy: Reach) -> None:
    again = search(0.75, probability=0.6, workers=2)
    assert again.to_dict() == easy.to_dict()
    assert search(0.75, probability=0.6, seed=4).to_dict() != easy.to_dict()


def test_out_of_reach_is_said_and_what_binds(impossible: Reach) -> None:
    assert not impossible.reachable
    assert impossible.others == ()
    alone = {entry.what[0] for entry in impossible.relaxed if len(entry.what) == 1}
    assert alone == set(BINDING)
    reached = [entry.share_reached for entry in impossible.relaxed]
    assert reached == sorted(reached, reverse=True)
    free = max(entry.share_reached for entry in impossible.relaxed if "providers" in entry.what)
    assert free > impossible.best.share_reached(0.9)
    assert any(len(entry.what) == 2 for entry in impossible.relaxed)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"share": 0.0}, "share = 0.0 must be above 0"),
        ({"share": 1.2}, "share = 1.2"),
        ({"probability": 1.0}, "probability = 1.0 must be above 0 and below 1"),
        ({"tries": 3}, "tries = 3 must be at least 10"),
        ({"dials": ["specialists.cuont=0:3"]}, "is not a lever"),
        ({"dials": ["specialists.count=3:0"]}, "low 3 must be below high 0"),
        ({"dials": ["specialists.count=-5:10"]}, "leaves its bounds"),
        ({"dials": ["specialists.count"] * 2}, "given more than once"),
        ({"dials": ["relief.energy_share"]}, "write key=low:high"),
        ({"dials": ["grants.rate=0:1"]}, r"is a row; name one of it, such as grants\.rate\.light"),
        ({"dials": ["grants.allocation=0:1"]}, "is a choice"),
        ({"by": "2023-12"}, "scenarios branch in 2024-01"),
        ({"base": "nobody-knows"}, "nobody-knows"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        search(**{"share": 0.8} | given)


def test_shipped_dials_are_sound_and_damaged_ones_are_named(tmp_path: Path) -> None:
    dials = read_dials()
    assert len(dials) >= 8
    assert all(dial.reason and dial.unit for dial in dials)
    file = tmp_path / "reach.toml"
    file.write_text('format = 1\n[[dial]]\nkey = "specialists.count"\nlow = 9\nhigh = 1\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"reach\.toml: dial specialists\.count: low 9 must be below high 1"):
        read_dials(file)
    assert Dial(key="leaders.share", low=0.0, high=1.0).unit == "share of chain leaders"


def test_the_command_in_both_languages_and_as_json() -> None:
    few = ["--draws", "3", "--tries", "12", "--n-firms", "40", "--dial", "specialists.count", "--quiet"]
    shown = CliRunner().invoke(cli.program, ["reach", "--share", "0.5", *few])
    assert shown.exit_code == 0
    assert "Reachable" in shown.stdout
    chinese = CliRunner().invoke(cli.program, ["reach", "--share", "1", "--calibration", "facts", "--lang", "zh", *few])
    assert "无法实现" in chinese.stdout
    assert "服务商无需排队" in chinese.stdout
    found = json.loads(CliRunner().invoke(cli.program, ["reach", "--share", "0.5", "--format", "json", *few]).stdout)
    assert found["target"] == {"share": 0.5, "by": "2025-12", "probability": 0.8}
    assert found["reachable"]
    assert np.isfinite(found["best"]["cost"])
    wrong = CliRunner().invoke(cli.program, ["reach", "--share", "7", *few])
    assert wrong.exit_code == 2
