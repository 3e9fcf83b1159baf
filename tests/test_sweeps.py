"""Sweeps: the same store however it is made, whatever stops it, and nothing lost when a run or a process fails."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from small_district import python
from zhizao.errors import InputError
from zhizao.results import sweep_store
from zhizao.results.stored import read
from zhizao.results.sweep_store import StoreFullError, open_store
from zhizao.studies.rerun import rerun
from zhizao.studies.single import run
from zhizao.studies.sweeps import chunk, crews
from zhizao.studies.sweeps.chunk import Job, run_job
from zhizao.studies.sweeps.crews import Died, crew_of
from zhizao.studies.sweeps.design import Design, design_of
from zhizao.studies.sweeps.plan import plan_of
from zhizao.studies.sweeps.sweep import sweep

TEXT = """
format = 1
title = "A small sweep"
scenarios = ["baseline", "no-grants"]
draws = 2
chunk = 5
figures = true
series = ["level2_share", "public_spend"]
[set]
population.firms = 60
[sample]
method = "sobol"
size = 12
[[factor]]
key = "attention.spontaneous_rate"
[[factor]]
key = "specialists.count"
low = 0
high = 100
[[factor]]
key = "reading.years_counted"
"""
RUNS = 12 * 2 * 2


def small(text: str = TEXT, **changes: Any) -> Design:
    return design_of(text, Path("small.toml"), changes)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a store but the lock."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweeps") / "undisturbed"
    sweep(small(), folder, workers=1, kind="threads")
    return folder


# ------------------------------------------------------------------------------------------ what is stored


def test_a_stored_run_is_the_run_that_anyone_else_would_make(undisturbed):
    scalars = read(undisturbed).scalars()
    assert len(scalars) == RUNS
    assert (scalars["error"] == "").all()
    row = scalars[(scalars["draw"] == 0) & (scalars["scenario"] == "no-grants")].iloc[3]
    settings = {"population.firms": 60} | {
        key: row[key] for key in ("attention.spontaneous_rate", "specialists.count")
    }  # fmt: skip
    alone = run("no-grants", seed=int(row["seed"]), settings=settings)
    for name, value in alone.outcomes.items():
        assert row[name] == value or (np.isnan(row[name]) and np.isnan(value)), name
    series = read(undisturbed).series()
    mine = series[series["run"] == row["run"]]
    assert list(mine["month"]) == list(alone.months)
    np.testing.assert_array_equal(mine["level2_share"], alone.series["level2_share"])


def test_the_tables_are_plain_parquet_and_tidy_on_request(undisturbed):
    scalars, series = (pd.read_parquet(undisturbed / name) for name in ("scalars", "series"))
    assert list(scalars["run"]) == list(range(RUNS))
    assert list(scalars.columns[:5]) == ["run", "point", "draw", "scenario", "seed"]
    assert {"levels.start_mean", "supported_projects_counted"} <= set(scalars.columns)
    assert len(series) == RUNS * 96
    tidy = read(undisturbed).to_frame()
    assert {"scenario", "draw", "seed", "month", "group", "variable", "value"} <= set(tidy.columns)
    assert set(tidy["month"]) == {"2025-12"}


def test_outcomes_against_a_run_without_a_programme_are_unknown_without_one(tmp_path):
    text = TEXT.replace("draws = 2", "draws = 1\nreferences = false").replace("size = 12", "size = 2")
    scalars = sweep(small(text), tmp_path, kind="threads", workers=1).scalars()
    assert scalars["additional_projects"].isna().all()
    assert scalars["leverage"].isna().all()
    assert scalars["level2_share_end"].notna().all()


def test_the_readings_are_felt(undisturbed):
    scalars = read(undisturbed).scalars()
    few, many = (scalars[scalars["reading.years_counted"] == years] for years in (3, 6))
    assert few["supported_projects_counted"].mean() < many["supported_projects_counted"].mean()


# ------------------------------------------------------------------------------- the same, however it is made


@pytest.mark.parametrize(("kind", "workers"), [("threads", 2), ("processes", 2)])
def test_threads_and_processes_give_the_same_store(kind, workers, undisturbed, tmp_path):
    sweep(small(), tmp_path, workers=workers, kind=kind)
    assert contents(tmp_path) == contents(undisturbed)


def test_a_cluster_of_two_workers_gives_the_same_store(undisturbed, tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, worker_dashboard_address=None
    ) as cluster:
        sweep(small(), tmp_path, cluster=cluster.scheduler_address)
    assert contents(tmp_path) == contents(undisturbed)


def test_a_cluster_that_is_not_there_is_told(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(crews, "_PATIENCE", 0.3)
    with pytest.raises(InputError, match=r"--cluster tcp://127.0.0.1:1: no Dask scheduler answers there"):
        sweep(small(), tmp_path, cluster="tcp://127.0.0.1:1")


def test_a_worker_with_another_engine_is_refused():
    plan = plan_of(small())
    object.__setattr__(plan, "fingerprint", "another")
    with pytest.raises(InputError, match="another version of zhizao"):
        run_job(plan, Job(chunk=0))


# --------------------------------------------------------------------------------------- stopped and resumed


def test_only_what_is_missing_is_run(undisturbed, tmp_path):
    sweep(small(), tmp_path, kind="threads")
    for name in ("scalars/part-00000001.parquet", "series/part-00000001.parquet", "scalars/part-00000003.parquet"):
        (tmp_path / name).unlink()
    (tmp_path / "scalars" / ".part-00000001.parquet.partial").write_bytes(b"half")
    kept = (tmp_path / "scalars" / "part-00000000.parquet").stat().st_mtime_ns
    status = open_store(tmp_path).status()
    assert (status.done, status.runs, status.complete) == (RUNS - 20, RUNS, False)
    told: list[tuple[int, int]] = []
    sweep(small(), tmp_path, kind="threads", progress=lambda done, total: told.append((done, total)))
    assert told[0] == (RUNS - 20, RUNS)
    assert told[-1] == (RUNS, RUNS)
    assert (tmp_path / "scalars" / "part-00000000.parquet").stat().st_mtime_ns == kept
    assert contents(tmp_path) == contents(undisturbed)


DESIGN = TEXT.replace("size = 12", "size = 200")
COMMAND = [sys.executable, "-m", "zhizao", "sweep", "design.toml", "--out", "store", "--workers", "2", "--quiet"]


@pytest.mark.slow
def test_killed_at_any_moment_and_resumed_it_ends_the_same(tmp_path):
    """Twenty times SIGKILL to the whole process group, at moments from before the first run to near the end."""
    (tmp_path / "design.toml").write_text(DESIGN, "utf-8")
    sweep(design_of(DESIGN, tmp_path / "design.toml", {}), tmp_path / "undisturbed", workers=2)
    moments = random.Random(20231231)
    killed = 0
    for _ in range(20):
        begun = subprocess.Popen(COMMAND, cwd=tmp_path, start_new_session=True, stdout=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.2, 3.0))
        killed += begun.poll() is None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(begun.pid, signal.SIGKILL)
        begun.wait()
        store = tmp_path / "store"
        if store.joinpath("sweep.json").exists():
            for file in (store / "scalars").glob("part-*.parquet"):
                pd.read_parquet(file)  # never half-written
    assert killed >= 5
    subprocess.run(COMMAND, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    assert contents(tmp_path / "store") == contents(tmp_path / "undisturbed")


def test_an_interrupt_leaves_a_store_that_goes_on(undisturbed, tmp_path):
    def interrupt(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(small(), tmp_path, workers=2, progress=interrupt)
    assert 0 < open_store(tmp_path).status().done < RUNS
    assert not multiprocessing.active_children()
    sweep(small(), tmp_path, kind="threads")
    assert contents(tmp_path) == contents(undisturbed)


def test_two_sweeps_cannot_write_into_one_folder(undisturbed):
    with open_store(undisturbed).writing(), pytest.raises(InputError, match="another sweep is writing here"):
        sweep(small(), undisturbed, kind="threads")


def test_another_design_is_refused(undisturbed):
    with pytest.raises(InputError, match=r"holds a sweep with other points .* another design"):
        sweep(small(size=13), undisturbed, kind="threads")


def test_a_folder_with_other_things_is_refused(tmp_path):
    (tmp_path / "thesis.docx").write_bytes(b"")
    with pytest.raises(InputError, match="holds other files and no sweep"):
        sweep(small(), tmp_path)


# ------------------------------------------------------------------------------------------ what goes wrong


def test_a_run_that_fails_is_kept_with_its_error_and_the_rest_goes_on(undisturbed, tmp_path, monkeypatch):
    good = chunk.run_futures

    def sometimes(futures: Any, values: Any, seed: int) -> Any:
        if values["attention.spontaneous_rate"] == bad and any("no-grants" in lane.name for lane in futures.lanes):
            raise FloatingPointError("a number\nwithout end")
        return good(futures, values, seed)

    bad = plan_of(small()).unit(7).values["attention.spontaneous_rate"]
    monkeypatch.setattr(chunk, "run_futures", sometimes)
    store = sweep(small(), tmp_path, kind="threads")
    scalars, whole = store.scalars(), read(undisturbed).scalars()
    failed = scalars["error"] != ""
    assert set(scalars[failed]["scenario"]) == {"no-grants"}
    assert set(scalars[failed]["point"]) == {3}
    assert scalars[failed]["error"].unique().tolist() == ["FloatingPointError: a number without end"]
    assert scalars[failed]["level2_share_end"].isna().all()
    pd.testing.assert_frame_equal(
        scalars[~failed].drop(columns="error"), whole[~failed].drop(columns="error"), check_categorical=False
    )
    status = store.status()
    assert (status.complete, status.failed) == (True, 2)
    assert status.errors == (("FloatingPointError: a number without end", 2),)
    assert store.series()["level2_share"].isna().sum() == 2 * 96


def test_a_process_that_is_killed_costs_at_most_its_chunk(undisturbed, tmp_path, monkeypatch):
    given: list[int] = []
    give = crews._Processes.give

    def noted(self: Any, job: Job) -> None:
        given.append(job.chunk)
        give(self, job)

    def kill_one(done: int, total: int) -> None:
        if done and len(killed) == 0:
            killed.append(multiprocessing.active_children()[0])
            os.kill(killed[0].pid, signal.SIGKILL)

    killed: list[Any] = []
    monkeypatch.setattr(crews._Processes, "give", noted)
    sweep(small(), tmp_path, workers=2, progress=kill_one)
    assert killed
    assert len(given) <= plan_of(small()).chunks + 1
    assert contents(tmp_path) == contents(undisturbed)


class Deadly:
    """A crew in which some units end the process that runs them."""

    def __init__(self, plan: Any, deadly: set[int]) -> None:
        self.plan, self.deadly, self.jobs, self.given = plan, deadly, [], 0

    idle = 1

    def give(self, job: Job) -> None:
        self.jobs.append(job)
        self.given += 1
        self.idle = 0

    def finished(self) -> list[Any]:
        job = self.jobs.pop()
        self.idle = 1
        units = {job.only} if job.only is not None else set(self.plan.chunk(job.chunk)) - job.without
        return [(job, Died() if units & self.deadly else run_job(self.plan, job))]


def test_a_unit_that_ends_its_process_is_found_and_kept_as_failed(undisturbed, tmp_path):
    from zhizao.studies.sweeps.sweep import _Work

    plan = plan_of(small())
    store = open_store(tmp_path, plan.record())
    work = _Work(plan, store, lambda done, total: None)
    work.run(Deadly(plan, {6, 8, 20}))
    scalars = store.scalars()
    failed = scalars["error"] != ""
    assert sorted(set(scalars["run"][failed] // 2)) == [6, 8, 20]
    assert scalars["error"][failed].str.contains("process that ran it ended").all()
    assert store.status().complete


def test_where_every_process_ends_at_once_nothing_is_blamed(tmp_path):
    from zhizao.studies.sweeps.sweep import _Work

    plan = plan_of(small(TEXT.replace("chunk = 5", "chunk = 24")))
    store = open_store(tmp_path, plan.record())
    with pytest.raises(InputError, match="processes in a row have ended"):
        _Work(plan, store, lambda done, total: None).run(Deadly(plan, set(range(24))))
    assert store.status().done == 0


def test_a_full_disk_is_told_and_the_sweep_goes_on_afterwards(undisturbed, tmp_path):
    """A limit on the size of files stands in for a full disk: the same system call fails."""
    (tmp_path / "small.toml").write_text(TEXT, "utf-8")
    limited = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (12000, 12000))
sys.argv = ["zhizao", "sweep", {str(tmp_path / "small.toml")!r}, "--out", {str(tmp_path / "store")!r}, "--threads"]
from zhizao.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "there is no room for more" in done.stderr
    assert "of 48 runs are stored. Make room and give the same command again" in done.stderr
    assert not list((tmp_path / "store").rglob("*.partial"))
    sweep(small(), tmp_path / "store", kind="threads")
    assert contents(tmp_path / "store") == contents(undisturbed)


def test_an_error_of_the_disk_is_no_room_only_if_it_says_so(tmp_path, monkeypatch):
    store = open_store(tmp_path, plan_of(small()).record())
    (tmp_path / "scalars").rmdir()
    with pytest.raises(InputError, match="cannot be written") as caught:
        store.put(0, b"x", b"")
    assert not isinstance(caught.value, StoreFullError)


# --------------------------------------------------------------------------------------------- damaged stores


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "sweep.json").write_text("{", "utf-8"), "is not JSON"),
        (lambda folder: (folder / "sweep.json").write_text("[]", "utf-8"), "is no manifest"),
        (lambda folder: (folder / "sweep.json").unlink(), "holds no sweep.json"),
        (lambda folder: change(folder, format=99), "format is 99; this version reads 1"),
        (lambda folder: change(folder, columns=3), "is damaged"),
        (lambda folder: change(folder, runs="many"), "is damaged"),
        (
            lambda folder: (folder / "scalars" / "part-00000000.parquet").write_bytes(b"PAR1"),
            "cannot be read; remove it",
        ),
    ],
)
def test_a_damaged_store_is_refused_in_words(damage, told, undisturbed, tmp_path):
    for name, content in contents(undisturbed).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    damage(tmp_path)
    with pytest.raises(InputError, match=told):
        open_store(tmp_path).status()


def change(folder: Path, **values: Any) -> None:
    manifest = json.loads((folder / "sweep.json").read_text("utf-8"))
    (folder / "sweep.json").write_text(json.dumps(manifest | values), "utf-8")


def test_a_column_that_is_not_kept_is_told(undisturbed):
    with pytest.raises(InputError, match="keeps no column 'profits'"):
        read(undisturbed).scalars(["run", "profits"])


def test_a_sweep_is_no_study_to_run_again(undisturbed):
    with pytest.raises(InputError, match=r"holds no run\.json"):
        rerun(undisturbed)


# ----------------------------------------------------------------------------------------------- the command


def test_the_command_lists_runs_and_tells(tmp_path):
    (tmp_path / "mine.toml").write_text(TEXT.replace("size = 12", "size = 2"), "utf-8")
    listed = json.loads(
        python("from zhizao.cli import main; import sys; sys.argv=['z','sweep','--format','json'];main()")
    )
    assert {"screening", "what-matters"} <= {entry["name"] for entry in listed}
    command = [sys.executable, "-m", "zhizao", "sweep"]
    done = subprocess.run([*command, "mine.toml"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "8 of 8 runs are stored, 0 of them failed" in done.stdout
    assert "sweep: 8 of 8 runs" in done.stderr
    told = subprocess.run(
        [*command, "--status", "runs/mine", "--format", "json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    status = json.loads(told.stdout)
    assert (status["runs"], status["done"], status["failed"], status["complete"]) == (8, 8, 0, True)


def test_a_wrong_design_ends_with_2(tmp_path):
    (tmp_path / "mine.toml").write_text(TEXT.replace("draws = 2", "draws = 0"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "zhizao", "sweep", "mine.toml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.strip() == "mine.toml: draws = 0 must be a whole number from 1 to 1000000"


def test_crews_end_their_workers():
    before = threading.active_count()
    with crew_of(plan_of(small()), workers=2, kind="processes", cluster=None) as crew:
        assert crew.idle == 2
    assert not multiprocessing.active_children()
    assert threading.active_count() == before
    assert sweep_store.FORMAT == 1
