"""Files outlive the version that wrote them: scenarios, designs, runs, comparisons and sweeps of earlier versions."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from zhizao.errors import InputError
from zhizao.results.stored import Stored, read
from zhizao.results.sweep_store import SweepStore
from zhizao.scenario.scenario import load_scenario
from zhizao.studies.rerun import rerun
from zhizao.studies.sweeps.design import read_design
from zhizao.studies.sweeps.run_table import run_table_of

VERSIONS = sorted(folder for folder in (Path(__file__).parent / "formats").iterdir() if folder.is_dir())


@pytest.fixture(params=VERSIONS, ids=lambda folder: folder.name)
def written(request):
    return request.param


def test_a_scenario_file_is_still_read(written):
    scenario = load_scenario(written / "scenario.toml")
    assert scenario.parameter_changes == {"population.firms": 60.0}
    before, after = scenario.policies()[76], scenario.policies()[77]
    # A scenario extends today's baseline, whose light rate became 0.3 with version 2; what it sets itself is its own.
    assert before.grants.rate == load_scenario("baseline").policies()[76].grants.rate
    assert (before.grants.rate[0], after.grants.rate[0]) == (0.3, 0.5)
    assert scenario.policies()[84].specialists.count == 2.0 * after.specialists.count


def test_a_design_is_still_read(written):
    plan = run_table_of(read_design(written / "sweep.toml"))
    assert (plan.runs, plan.points.at(1)) == (4, {"specialists.count": 89.0})


@pytest.mark.parametrize(("kind", "rows"), [("run", 84 * 30), ("comparison", 2 * 2 * 15)])
def test_a_study_is_still_read(kind, rows, written):
    stored = read(written / kind)
    assert isinstance(stored, Stored)
    assert stored.kind == kind
    tidy = stored.to_frame()
    assert list(tidy.columns) == ["scenario", "draw", "seed", "month", "group", "variable", "value"]
    assert len(tidy) >= rows
    shares = tidy[tidy["variable"].isin(["level2_share", "level2_share_end"])]["value"]
    assert ((shares >= 0.0) & (shares <= 1.0)).all()


def test_a_study_of_another_version_is_run_again_by_that_version():
    with pytest.raises(InputError, match=r"plan-report\.parquet is not the file .* run it with zhizao 0\.1\.0"):
        rerun(VERSIONS[0] / "comparison")


def test_a_sweep_is_still_read(written):
    store = read(written / "sweep")
    assert isinstance(store, SweepStore)
    assert store.status().complete
    scalars, series = store.scalars(), store.series()
    assert list(scalars["scenario"]) == ["baseline", "no-grants"] * 2
    assert list(scalars["specialists.count"]) == [0.0, 0.0, 89.0, 89.0]
    ends = series[series["month"] == "2025-12"]["level2_share"].to_list()
    assert all(math.isclose(one, other) for one, other in zip(ends, scalars["level2_share_end"], strict=True))
