"""Files outlive the version that wrote them: scenarios, designs, runs, comparisons and sweeps of earlier versions."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

import zhizao
from zhizao.errors import InputError
from zhizao.evidence.ensembles import read_ensemble
from zhizao.evidence.facts import load_evidence
from zhizao.register.reader import read_register
from zhizao.results.stored import Stored, read
from zhizao.results.sweep_store import SweepStore
from zhizao.scenario.scenario import load_scenario
from zhizao.studies.rerun import rerun
from zhizao.studies.sweeps.design import read_design
from zhizao.studies.sweeps.run_table import run_table_of
from zhizao.studies.sweeps.sweep import sweep

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


# ------------------------------------------------------------------------------------------- only of 1.0.0

FIRST = Path(__file__).parent / "formats" / "1.0.0"
TABLE, RECORD = "facts-report.parquet", "facts-report.json"


@pytest.mark.parametrize("file", sorted((FIRST / "scenarios").glob("*.toml")), ids=lambda file: file.stem)
def test_a_shipped_scenario_of_the_first_version_is_still_read(file):
    scenario = load_scenario(file)
    assert scenario.title
    assert len(scenario.policies()) == 156


def test_a_register_is_still_read_and_what_was_run_on_it():
    register = read_register(FIRST / "firms.csv")
    assert len(register.ids) == 24
    stored = read(FIRST / "registered")
    assert isinstance(stored, Stored)
    firms = stored.to_frame().query("variable == 'firms' and group == 'all' and month == '2018-01'")["value"]
    assert 23 <= float(firms.iloc[0]) <= 25


def test_facts_of_the_first_version_are_refused_with_what_to_write_instead():
    for name in ("report.toml", "outside.toml", "targets.toml"):
        with pytest.raises(InputError, match=r"is a file of version 1.*evidence\.toml, each under \[\[fact\]\]"):
            load_evidence(FIRST / "evidence" / name)


def test_a_fit_of_the_first_version_is_refused_and_not_used_for_another_model(tmp_path):
    parquet.write_table(pa.table({"seed": pa.array([1], pa.uint64()), "turnover.exit_rate": [0.1]}), tmp_path / TABLE)
    record = json.loads((FIRST / "ensemble" / RECORD).read_text("utf-8"))
    record["sha256"] = hashlib.sha256((tmp_path / TABLE).read_bytes()).hexdigest()
    (tmp_path / RECORD).write_text(json.dumps(record), "utf-8")
    with pytest.raises(InputError, match=r"is a fit of version 1.*fit again with `zhizao calibrate`"):
        read_ensemble("facts", "report", tmp_path)


def test_a_sweep_that_the_first_version_began_is_not_finished_by_another_model(tmp_path):
    shutil.copytree(FIRST / "sweep", tmp_path / "sweep")
    for part in (tmp_path / "sweep").rglob("part-*.parquet"):
        part.unlink()
    with pytest.raises(InputError, match=r"go back to what made this one \(zhizao '1\.0\.0'\)"):
        sweep(FIRST / "sweep.toml", tmp_path / "sweep")


def paths(value, place=""):
    """Every key of a JSON object, by its place; what is in a list is one place."""
    inner = (
        value.items() if isinstance(value, dict) else [("[]", one) for one in value] if isinstance(value, list) else []
    )
    return {place}.union(*(paths(one, f"{place}.{key}") for key, one in inner))


def test_no_key_of_what_was_printed_as_json_is_gone():
    compared = zhizao.compare(["baseline", "no-grants"], draws=2, n_firms=40, until="2024-03", workers=1)
    now = json.loads(json.dumps(compared.to_dict()))
    assert not paths(json.loads((FIRST / "compare.json").read_text("utf-8"))) - paths(now)
