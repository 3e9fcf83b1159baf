"""The library of scenarios: each does something, no two do the same, and each does what one should expect of it."""

from __future__ import annotations

import math
import re
import tomllib
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from zhizao.calendar import BRANCH_MONTH, month_index
from zhizao.engine.history import history_of
from zhizao.files import shipped
from zhizao.results.outcomes import OUTCOMES
from zhizao.scenario.scenario import Scenario, list_scenarios, load_scenario
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Compared, Comparison
from zhizao.studies.lanes import prepare, run_futures
from zhizao.studies.parameter_draws import parameter_draws

LIBRARY: dict[str, Scenario] = {scenario.name: scenario for scenario in list_scenarios()}
OTHERS = [name for name in LIBRARY if name != "baseline"]
DIRECTIONS: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(
    (shipped("scenarios") / "expected" / "directions.toml").read_text("utf-8")
)
ENTRIES = [(name, outcome) for name, outcomes in DIRECTIONS.items() for outcome in outcomes]
ALWAYS = {"level2_share_true_end", "level2_share_end", "public_spend_total"}
DRAWS = 40


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """The whole library over the same draws of the parameters and the same luck."""
    return compare(draws=DRAWS, calibration="prior")


@pytest.fixture(scope="module")
def by_name(comparison: Comparison) -> dict[str, Compared]:
    return {entry.label: entry for entry in comparison.compared}


# ------------------------------------------------------------------------------------------ what there is


def test_the_library_is_listed_and_the_limits_are_not():
    assert len(LIBRARY) >= 24
    assert next(iter(LIBRARY)) == "baseline"
    assert not [name for name in LIBRARY if "/" in name or not re.fullmatch("[a-z]+(-[a-z0-9]+)*", name)]
    assert load_scenario("limits/nothing-moves").name not in LIBRARY


@pytest.mark.parametrize("name", LIBRARY)
def test_titles_fit_a_line_and_say_what_they_are_about(name):
    scenario = LIBRARY[name]
    assert scenario.theme is not None
    assert len(scenario.title) <= 48
    assert scenario.question.endswith("?")
    assert scenario.question_zh.endswith("？")


@pytest.mark.parametrize("name", OTHERS)
def test_a_scenario_changes_policy_and_nothing_else_and_only_the_future(name):
    scenario, baseline = LIBRARY[name], LIBRARY["baseline"]
    assert scenario.parameter_changes == {}
    assert scenario.network == baseline.network
    assert [file for file, _ in scenario.inputs] == ["baseline.toml", f"{name}.toml"]
    assert scenario.policies(BRANCH_MONTH) == baseline.policies(BRANCH_MONTH)
    assert scenario.policies()[month_index("2024-01")] != baseline.policies()[month_index("2024-01")]


def test_no_two_are_alike(by_name):
    for one, other in combinations(LIBRARY.values(), 2):
        assert one.policies(96) != other.policies(96), (one.name, other.name)
        results = [by_name[scenario.name].outcomes for scenario in (one, other)]
        same = [np.array_equal(results[0][item.name], results[1][item.name], equal_nan=True) for item in OUTCOMES]
        assert not all(same), (one.name, other.name)


# --------------------------------------------------------------------------------- what each should do


def test_every_scenario_has_expectations_with_reasons():
    assert set(DIRECTIONS) == set(OTHERS)
    known = {item.name for item in OUTCOMES}
    for name, outcomes in DIRECTIONS.items():
        assert ALWAYS <= set(outcomes) <= known, name
        assert len(outcomes) <= len(ALWAYS) + 2, name
        for outcome, entry in outcomes.items():
            assert set(entry) <= {"expect", "reason", "weak", "found", "because"}, (name, outcome)
            assert entry["expect"] in ("+", "-", "0", "either")
            assert entry["reason"].strip()
            assert ("found" in entry) == ("because" in entry), (name, outcome)
            assert entry.get("found") != entry["expect"], (name, outcome)


def measured(by_name: dict[str, Compared], name: str, outcome: str) -> tuple[float, float, float]:
    """Return mean and standard error of the paired differences from the baseline, and what is not worth speaking of."""
    first = by_name["baseline"].outcomes[outcome]
    differences = by_name[name].outcomes[outcome] - first
    error = float(differences.std(ddof=1)) / math.sqrt(DRAWS)
    is_share = outcome in ("level2_share_end", "level2_share_true_end", "gap_small_large")
    return float(differences.mean()), error, 0.001 if is_share else 0.01 * float(first.mean())


@pytest.mark.parametrize(("name", "outcome"), ENTRIES)
def test_the_direction_is_the_expected_one(by_name, name, outcome):
    entry = DIRECTIONS[name][outcome]
    mean, error, negligible = measured(by_name, name, outcome)
    sign = entry.get("found", entry["expect"])
    said = f"{mean:+.4g} with a standard error of {error:.2g}; expected {sign} because {entry['reason']}"
    if sign == "0":
        assert abs(mean) <= max(2.0 * error, negligible), said
    elif sign != "either":
        towards = mean if sign == "+" else -mean
        assert towards >= -2.0 * error, said
        # one that is expected for certain must be seen
        assert entry.get("weak") or towards > 2.0 * error, said


# ------------------------------------------------------------------------------------------- the same money


def test_the_mixes_move_a_fifth_and_half_of_the_grants_at_the_same_total():
    """What is promised in 2024 and 2025 stays the same, while firms ask for so much less in grants."""
    names = ["baseline", "mix-fifth-to-services", "mix-half-to-services"]
    futures = prepare([LIBRARY[name] for name in names], 96, references=False)
    sums: dict[str, list[float]] = {"total": [0.0] * 3, "grants": [0.0] * 3}
    for draw in parameter_draws(DRAWS, calibration="prior"):
        worlds = run_futures(futures, draw.values, draw.seed)
        for place, future in enumerate(futures.futures):
            history = history_of(worlds[future.lane])
            committed = history.line("public_committed")
            sums["total"][place] += committed[-1] - committed[BRANCH_MONTH - 1]
            sums["grants"][place] += history.column("grant_asked")[BRANCH_MONTH:].sum()
    total, grants = np.array(sums["total"]), np.array(sums["grants"])
    assert total[1:] / total[0] == pytest.approx([1.0, 1.0], abs=0.03)
    assert 1.0 - grants[1:] / grants[0] == pytest.approx([0.2, 0.5], abs=0.03)
    assert grants[0] / DRAWS / 2 == pytest.approx(126.0, rel=0.1)  # as mix-fifth-to-services says
