"""Sweeps: the same store however it is made, whatever stops it, and nothing lost when a run or a process fails."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from pyarrow import parquet

from small_district import python
from zhizao.commands.cli import program
from zhizao.errors import InputError
from zhizao.ideas import file as ideas_file
from zhizao.ideas.file import VARIABLE
from zhizao.parallel import Died
from zhizao.processes import Processes
from zhizao.results.stored import read
from zhizao.results.sweep_manifest import FORMAT
from zhizao.results.sweep_parts import scalar_bytes
from zhizao.results.sweep_store import StoreFullError, open_store
from zhizao.storage.checksum import sealed_record
from zhizao.studies.rerun import rerun
from zhizao.studies.run import run
from zhizao.studies.sweeps import chunk, cluster
from zhizao.studies.sweeps.answers import stored_design
from zhizao.studies.sweeps.chunk import Job, run_job
from zhizao.studies.sweeps.cluster import ClusterAddress, ClusterCrew
from zhizao.studies.sweeps.crews import crew_of
from zhizao.studies.sweeps.design import Design, design_of
from zhizao.studies.sweeps.run_table import run_table_of
from zhizao.studies.sweeps.sweep import _Runs, sweep

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
    """Every file of a store but the lock, and the codebook, which is written beside what a crew has made."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in (".lock", "codebook.csv"))
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
    settings = {"population.firms": 60} | {key: row[key] for key in ("attention.spontaneous_rate", "specialists.count")}
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
    assert {"levels.start_mean", "digital_projects"} <= set(scalars.columns)
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
    assert few["digital_projects"].mean() < many["digital_projects"].mean()


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


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tls://127.0.0.1:1", "carrier-pigeon://roof", "nowhere"])
def test_a_cluster_that_is_not_there_is_told(address, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "_PATIENCE", 0.3)
    with pytest.raises(InputError, match=rf"--cluster {address}: no Dask scheduler answers there"):
        sweep(small(), tmp_path, cluster=address)


@pytest.fixture
def local_cluster():
    """A scheduler of this machine, with as many workers as asked for."""
    distributed = pytest.importorskip("distributed")
    begun = []

    def begin(workers: int, processes: bool = False) -> Any:
        begun.append(
            distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=None,
                processes=processes,
                worker_dashboard_address=None,
                protocol="tcp://",
            )
        )
        return begun[-1]

    yield begin
    for each in begun:
        each.close()


def test_workers_of_a_cluster_are_waited_for(local_cluster, undisturbed, tmp_path):
    local, lines = local_cluster(0), []

    def note(line: str) -> None:
        lines.append(line)
        local.scale(1)

    sweep(small(), tmp_path, cluster=ClusterAddress(address=local.scheduler_address, wait=60.0, note=note))
    assert lines[0].startswith(f"waiting for workers of {local.scheduler_address}")
    assert contents(tmp_path) == contents(undisturbed)


def test_a_cluster_without_workers_is_told(local_cluster, tmp_path):
    local = local_cluster(0)
    with pytest.raises(InputError, match=r"there has been no worker for 0 s; .* --cluster-wait"):
        sweep(small(), tmp_path, cluster=ClusterAddress(address=local.scheduler_address, wait=0.2))


def test_a_scheduler_that_goes_away_leaves_a_store_that_goes_on(local_cluster, undisturbed, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE", 3.0)
    local = local_cluster(1)

    def end(done: int, total: int) -> None:
        if done and local.status.name == "running":
            local.close()

    with pytest.raises(InputError, match=r"the scheduler has gone away|there has been no worker") as caught:
        sweep(small(), tmp_path, cluster=ClusterAddress(address=local.scheduler_address, wait=1.0), progress=end)
    assert "of 48 runs are stored" in str(caught.value)
    status = open_store(tmp_path).status()
    assert (status.failed, status.complete) == (0, False)
    sweep(small(), tmp_path, kind="threads")
    assert contents(tmp_path) == contents(undisturbed)


def test_workers_with_other_code_are_refused_before_they_run(local_cluster, tmp_path, monkeypatch):
    local = local_cluster(1, processes=True)
    here = cluster._identity() | {"versions": "zhizao 9.9"}
    monkeypatch.setattr(ClusterCrew, "_identity_here", staticmethod(lambda: here))
    with pytest.raises(InputError, match=r"worker tcp://.* has zhizao .*, here is zhizao 9.9; install the same"):
        sweep(small(), tmp_path, cluster=local.scheduler_address)


def test_a_worker_with_another_engine_is_refused():
    plan = run_table_of(small())
    object.__setattr__(plan, "fingerprint", "another")
    with pytest.raises(InputError, match="another version of zhizao"):
        run_job(plan, Job(chunk=0))


def test_a_file_of_ideas_is_read_once_in_a_process_and_another_one_is_refused(tmp_path, monkeypatch):
    own = tmp_path / "ideas.py"
    own.write_text("import zhizao as zz\n@zz.outcome(unit='firms')\ndef last(run): return 7.0\n", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(own))
    plan = run_table_of(small())
    chunk._ideas.cache_clear()
    reads, source = [], ideas_file._source
    monkeypatch.setattr(ideas_file, "_source", lambda named: (reads.append(named), source(named))[1])
    for job in (Job(chunk=0), Job(chunk=1)):
        done = run_job(plan, job)
        assert done.runs > 1
        assert set(parquet.read_table(BytesIO(done.scalars))["last"].to_pylist()) == {7.0}
    assert len(reads) <= 2  # to know which file it is, and to run it
    own.write_text(own.read_text("utf-8").replace("7.0", "8.0"), encoding="utf-8")
    chunk._ideas.cache_clear()
    with pytest.raises(InputError, match="lacks the file of ideas"):
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
    good = chunk.finish

    def sometimes(futures: Any, values: Any, seed: int, **more: Any) -> Any:
        if values["attention.spontaneous_rate"] == bad and any("no-grants" in lane.name for lane in futures.lanes):
            raise FloatingPointError("a number\nwithout end")
        return good(futures, values, seed, **more)

    bad = run_table_of(small()).unit(7).values["attention.spontaneous_rate"]
    monkeypatch.setattr(chunk, "finish", sometimes)
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
    give = Processes.give

    def noted(self: Any, job: Job) -> None:
        given.append(job.chunk)
        give(self, job)

    def kill_one(done: int, total: int) -> None:
        if done and len(killed) == 0:
            killed.append(multiprocessing.active_children()[0])
            os.kill(killed[0].pid, signal.SIGKILL)

    killed: list[Any] = []
    monkeypatch.setattr(Processes, "give", noted)
    sweep(small(), tmp_path, workers=2, progress=kill_one)
    assert killed
    assert len(given) <= run_table_of(small()).chunks + 1
    assert contents(tmp_path) == contents(undisturbed)


CRASH = Died(why="crashed (SIGSEGV)", inside=True)
KILL = Died(why="was killed from outside (SIGKILL)", inside=False)


class Deadly:
    """A crew of one in which some runs end what runs them, in the way given, as often as given."""

    def __init__(self, plan: Any, deaths: dict[tuple[int, int | None], Died], often: int = 10**9) -> None:
        self.plan, self.deaths, self.often, self.jobs = plan, deaths, often, []

    idle = 1

    def give(self, job: Job) -> None:
        self.jobs.append(job)
        self.idle = 0

    def finished(self) -> list[Any]:
        job = self.jobs.pop()
        self.idle = 1
        units = {job.unit} if job.unit is not None else set(self.plan.chunk(job.chunk))
        known = {(unit, scenario) for unit, scenario, _ in job.deadly}
        for (unit, scenario), died in self.deaths.items():
            alone = job.scenario is not None or unit in job.apart
            met = job.scenario in (None, scenario) if scenario is not None else not alone
            if unit in units and met and (unit, scenario) not in known and self.often:
                self.often -= 1
                return [(job, died)]
        return [(job, run_job(self.plan, job))]


def runs_of(plan: Any, folder: Path) -> _Runs:
    return _Runs(plan, open_store(folder, plan.record()), lambda done, total: None, retry_failed=False)


def test_a_run_that_ends_its_process_by_itself_is_found_and_kept_as_failed(undisturbed, tmp_path):
    plan = run_table_of(small())
    runs_of(plan, tmp_path).run(Deadly(plan, {(6, 1): CRASH, (20, 0): CRASH, (20, 1): CRASH}))
    store = open_store(tmp_path)
    scalars, whole = store.scalars(), read(undisturbed).scalars()
    failed = scalars["error"] != ""
    assert list(scalars["run"][failed]) == [13, 40, 41]
    assert set(scalars["error"][failed]) == {"the process that ran it, alone, crashed (SIGSEGV)"}
    pd.testing.assert_frame_equal(
        scalars[~failed].drop(columns="error"), whole[~failed].drop(columns="error"), check_categorical=False
    )
    assert store.status().complete
    sweep(small(), tmp_path, kind="threads")
    assert open_store(tmp_path).status().failed == 3
    sweep(small(), tmp_path, kind="threads", retry_failed=True)
    assert contents(tmp_path) == contents(undisturbed)


def test_a_unit_that_ends_its_process_only_as_a_whole_loses_no_run(undisturbed, tmp_path):
    plan = run_table_of(small())
    runs_of(plan, tmp_path).run(Deadly(plan, {(8, None): CRASH}))
    assert contents(tmp_path) == contents(undisturbed)


@pytest.mark.parametrize("often", [1, 2, 5])
@pytest.mark.parametrize("how", [CRASH, KILL])
def test_deaths_that_do_not_come_back_leave_no_trace(how, often, undisturbed, tmp_path, monkeypatch):
    monkeypatch.setattr("zhizao.parallel._LONGEST_PAUSE", 0.0)
    plan = run_table_of(small())
    runs_of(plan, tmp_path).run(Deadly(plan, {(6, 1): how}, often))
    assert contents(tmp_path) == contents(undisturbed)


def test_a_run_that_is_killed_from_outside_each_time_is_left_for_later(undisturbed, tmp_path, monkeypatch):
    monkeypatch.setattr("zhizao.parallel._LONGEST_PAUSE", 0.0)
    plan = run_table_of(small())
    with pytest.raises(InputError, match=r"38 of 48 runs are stored; not finished: chunk 1, .*SIGKILL.*same command"):
        runs_of(plan, tmp_path).run(Deadly(plan, {(6, 1): KILL}))
    status = open_store(tmp_path).status()
    assert (status.done, status.failed, status.complete) == (RUNS - 10, 0, False)
    sweep(small(), tmp_path, kind="threads")
    assert contents(tmp_path) == contents(undisturbed)


@pytest.mark.parametrize("how", [CRASH, KILL])
def test_where_every_process_ends_at_once_nothing_is_blamed(how, tmp_path, monkeypatch):
    monkeypatch.setattr("zhizao.parallel._LONGEST_PAUSE", 0.0)
    plan = run_table_of(small(TEXT.replace("chunk = 5", "chunk = 24")))
    with pytest.raises(InputError, match="workers in a row have ended") as caught:
        runs_of(plan, tmp_path).run(Deadly(plan, {(unit, None): how for unit in range(24)}))
    assert "0 of 48 runs are stored, none of them as failed" in str(caught.value)
    assert open_store(tmp_path).status().done == 0


def test_a_full_disk_is_told_and_the_sweep_goes_on_afterwards(undisturbed, tmp_path):
    """A limit on the size of files stands in for a full disk: the same system call fails."""
    (tmp_path / "small.toml").write_text(TEXT, "utf-8")
    limited = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (12000, 12000))
sys.argv = ["zhizao", "sweep", {str(tmp_path / "small.toml")!r}, "--out", {str(tmp_path / "store")!r}, "--threads"]
from zhizao.commands.cli import main
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
    store = open_store(tmp_path, run_table_of(small()).record())
    (tmp_path / "scalars").write_bytes(b"")
    with pytest.raises(InputError, match="cannot be written") as caught:
        store.put(0, scalar_bytes({"scenario": ["a"], "error": [""]}), b"")
    assert not isinstance(caught.value, StoreFullError)


# --------------------------------------------------------------------------------------------- damaged stores


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "sweep.json").write_text("{", "utf-8"), "is not JSON"),
        (lambda folder: (folder / "sweep.json").write_text("[]", "utf-8"), "is not a manifest"),
        (lambda folder: (folder / "sweep.json").unlink(), "holds no sweep.json"),
        (lambda folder: change(folder, format=99), "format is 99; this version reads 1"),
        (lambda folder: change(folder, columns=3), r"is damaged \(columns\)"),
        (lambda folder: change(folder, runs="many"), r"is damaged \(runs\)"),
        (lambda folder: change(folder, runs=47), r"is damaged \(runs\)"),
        (lambda folder: change(folder, draws=3), r"is damaged \(runs\)"),
        (lambda folder: change(folder, chunk=4), r"is damaged \(chunks\)"),
        (lambda folder: change(folder, until="2099"), r"is damaged \(until\)"),
        (lambda folder: change(folder, scenarios=["a", "a"]), r"is damaged \(scenarios\)"),
        (lambda folder: change(folder, factors=[{"key": 1}]), r"is damaged \(factors\)"),
        (
            lambda folder: (folder / "scalars" / "part-00000000.parquet").write_bytes(b"PAR1"),
            "part-00000000.parquet: is damaged or was changed",
        ),
    ],
)
def test_a_damaged_store_is_refused_in_words(damage, told, undisturbed, tmp_path):
    damage(copied(undisturbed, tmp_path))
    with pytest.raises(InputError, match=told):
        open_store(tmp_path).scalars()


def copied(folder: Path, to: Path) -> Path:
    """Copy a store, the lock left out."""
    for name, content in contents(folder).items():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_bytes(content)
    return to


@pytest.mark.parametrize("loss", ["removed", "emptied", "cut", "all"])
def test_a_sweep_is_not_complete_without_its_series(loss, undisturbed, tmp_path):
    store = copied(undisturbed, tmp_path)
    file = store / "series" / "part-00000002.parquet"
    if loss == "removed":
        file.unlink()
    elif loss == "all":
        shutil.rmtree(store / "series")
    else:
        file.write_bytes(b"" if loss == "emptied" else file.read_bytes()[:-1])
    status = open_store(store).status()
    lost = 5 if loss == "all" else 1
    assert (status.complete, status.runs - status.done, len(status.missing)) == (False, RUNS if lost == 5 else 10, lost)
    assert loss == "all" or status.missing == (str(file),)
    if loss == "all":
        with pytest.raises(InputError, match="holds no runs yet"):
            open_store(store).series()
        return
    assert len(open_store(store).series()) == (RUNS - 10) * 96
    assert len(open_store(store).scalars()) == RUNS - 10
    kept = (store / "scalars" / "part-00000000.parquet").stat().st_mtime_ns
    notes: list[str] = []
    sweep(small(), store, kind="threads", note=notes.append)
    assert notes == [str(file)]
    assert (store / "scalars" / "part-00000000.parquet").stat().st_mtime_ns == kept
    assert contents(store) == contents(undisturbed)


def test_a_store_copied_while_it_runs_opens_as_not_complete(undisturbed, tmp_path):
    """A copy takes the series first, then the scalars, and both have grown meanwhile."""
    for name, content in contents(undisturbed).items():
        if not (name.startswith("series") and name >= "series/part-00000002"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(content)
    status = open_store(tmp_path).status()
    assert (status.done, status.complete) == (20, False)
    assert len(status.missing) == 3


def test_damaged_parts_are_named_and_only_they_are_run_again(undisturbed, tmp_path):
    store = copied(undisturbed, tmp_path)
    scalars, series = (store / table / f"part-0000000{n}.parquet" for table, n in (("scalars", 1), ("series", 3)))
    for file in (scalars, series):
        content = bytearray(file.read_bytes())
        content[500] ^= 1
        file.write_bytes(content)
    found = CliRunner().invoke(program, ["sweep", "--status", str(store)])
    assert found.exit_code == 2
    assert all(f"{file.name}: is damaged or was changed" in found.stderr for file in (scalars, series))
    assert "28 of 48 runs are stored" in found.stdout
    kept = {path: path.stat().st_mtime_ns for path in store.rglob("part-*") if path.name[12] not in "13"}
    sweep(small(), store, kind="threads")
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert contents(store) == contents(undisturbed)


def test_swapped_parts_and_parts_of_another_sweep_are_refused(undisturbed, tmp_path):
    store = copied(undisturbed, tmp_path)
    one, other = (store / "scalars" / f"part-0000000{n}.parquet" for n in (0, 1))
    one.write_bytes(other.read_bytes())
    with pytest.raises(InputError, match=r"part-00000000\.parquet: is part 1 of another sweep, or has another name"):
        open_store(store).scalars()


def test_a_column_with_another_name_is_told_with_its_part(undisturbed, tmp_path):
    """Without checksums, too: parts of which the columns differ do not end in an error of the library."""
    store = copied(undisturbed, tmp_path)
    manifest = json.loads((store / "sweep.json").read_text("utf-8"))
    del manifest["checksum"]
    (store / "sweep.json").write_text(json.dumps(manifest), "utf-8")
    for file in store.rglob("part-*.parquet"):
        parquet.write_table(parquet.read_table(file).replace_schema_metadata(None), file)
    assert len(open_store(store).scalars()) == RUNS
    file = store / "scalars" / "part-00000002.parquet"
    table = parquet.read_table(file)
    parquet.write_table(table.rename_columns(["run", "point", "drav", *table.column_names[3:]]), file)
    with pytest.raises(InputError, match=r"part-00000002\.parquet: its columns are not those of the sweep \('drav'\)"):
        open_store(store).scalars()


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_stands_in_the_place_of_the_lock_is_left_alone(kind, undisturbed, tmp_path):
    store, mine = copied(undisturbed, tmp_path / "store"), tmp_path / "mine"
    mine.write_bytes(b"precious")
    lock = store / ".zhizao-lock"
    if kind == "link":
        lock.symlink_to(mine)
    else:
        os.mkfifo(lock)
    with pytest.raises(InputError, match=r"\.zhizao-lock: is not a lock of zhizao; move it away"):
        sweep(small(), store, kind="threads")
    assert mine.read_bytes() == b"precious"


def test_nothing_is_written_or_removed_behind_a_link(undisturbed, tmp_path):
    store, elsewhere = copied(undisturbed, tmp_path / "store"), tmp_path / "elsewhere"
    (store / "scalars").rename(elsewhere)
    (elsewhere / ".part-00000001.parquet.partial").write_bytes(b"theirs")
    (store / "scalars").symlink_to(elsewhere)
    before = {path.name: path.read_bytes() for path in elsewhere.iterdir()}
    with pytest.raises(InputError, match="scalars: is a link"):
        sweep(small(), store, kind="threads")
    assert {path.name: path.read_bytes() for path in elsewhere.iterdir()} == before


def test_a_first_start_that_was_cut_short_does_not_block_the_folder(undisturbed, tmp_path):
    for name in ("scalars", "series"):
        (tmp_path / name).mkdir()
    (tmp_path / ".sweep.json.partial").write_bytes(b"{")
    sweep(small(), tmp_path, kind="threads")
    (tmp_path / ".sweep.json.partial").unlink()
    assert contents(tmp_path) == contents(undisturbed)


def change(folder: Path, **values: Any) -> None:
    manifest = json.loads((folder / "sweep.json").read_text("utf-8"))
    (folder / "sweep.json").write_text(json.dumps(sealed_record(manifest | values)), "utf-8")


def test_a_column_that_is_not_kept_is_told(undisturbed):
    with pytest.raises(InputError, match="keeps no column 'profits'"):
        read(undisturbed).scalars(["run", "profits"])


def test_a_refusal_names_no_more_than_some_of_many_columns(undisturbed):
    with pytest.raises(InputError) as refused:
        read(undisturbed).scalars(["profits"])
    assert all(len(line) < 400 + len(str(undisturbed)) for line in refused.value.problems)


def test_a_manifest_with_other_factors_than_its_design_is_refused(undisturbed, tmp_path):
    """As a store of version 1.0, whose manifest has no checksum, may hold after a change by hand."""
    folder = tmp_path / "changed"
    shutil.copytree(undisturbed, folder)
    factors = json.loads((folder / "sweep.json").read_text("utf-8"))["factors"]
    change(folder, factors=[*factors, factors[0] | {"key": "another.key"}])
    with pytest.raises(InputError, match="name different factors"):
        stored_design(read(folder))


def test_a_sweep_is_no_study_to_run_again(undisturbed):
    with pytest.raises(InputError, match=r"holds no run\.json"):
        rerun(undisturbed)


# ----------------------------------------------------------------------------------------------- the command


def test_the_command_lists_runs_and_tells(tmp_path):
    (tmp_path / "mine.toml").write_text(TEXT.replace("size = 12", "size = 2"), "utf-8")
    listed = json.loads(
        python("from zhizao.commands.cli import main; import sys; sys.argv=['z','sweep','--format','json'];main()")
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
    with crew_of(run_table_of(small()), workers=2, kind="processes") as crew:
        while crew.idle < 2:
            assert crew.finished() == []
    assert not multiprocessing.active_children()
    assert threading.active_count() == before
    assert FORMAT == 1
