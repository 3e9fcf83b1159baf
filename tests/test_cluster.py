"""A sweep on a Dask cluster whose workers and scheduler are processes that go away, come late or lack the package."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from test_workers import DESIGN, GONE, PATIENCE, alive, below, parts, until
from zhizao.errors import InputError
from zhizao.results.sweep_store import open_store
from zhizao.studies.sweeps.design import design_of
from zhizao.studies.sweeps.sweep import sweep

pytest.importorskip("distributed", reason="needs Dask")
pytestmark = pytest.mark.slow

SIZE, LONG = 256, 4096
TEXT = DESIGN.format(size=SIZE)
LACKING = """
import sys
class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "zhizao":
            raise ModuleNotFoundError("No module named 'zhizao'", name="zhizao")
sys.meta_path.insert(0, Without())
"""


class Cluster:
    """A scheduler of its own, and workers, each a process that can be killed; and sweeps that use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "design.toml").write_text(TEXT, "utf-8")
        self.begun: list[subprocess.Popen[str]] = []
        where = folder / "scheduler.json"
        self.scheduler = self.start(
            "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(where)
        )
        assert until(lambda: where.exists() and where.read_text().strip().endswith("}"))
        self.address = json.loads(where.read_text())["address"]

    def start(self, module: str, *arguments: str, **more: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=self.folder,
            env={**os.environ, **more},
            text=True,
            stdout=subprocess.PIPE if module == "zhizao" else subprocess.DEVNULL,
            stderr=subprocess.PIPE if module == "zhizao" else subprocess.DEVNULL,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.begun.append(process)
        return process

    def worker(self, **more: str) -> subprocess.Popen[str]:
        given = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", str(PATIENCE))
        return self.start("distributed.cli.dask_worker", self.address, *given, **more)

    def worker_without_the_package(self) -> subprocess.Popen[str]:
        (self.folder / "lacking").mkdir()
        (self.folder / "lacking" / "sitecustomize.py").write_text(LACKING, "utf-8")
        return self.worker(PYTHONPATH=str(self.folder / "lacking"))

    def sweep(self, wait: float, size: int = SIZE) -> subprocess.Popen[str]:
        there = ("--cluster", self.address, "--cluster-wait", str(wait), "--size", str(size))
        return self.start("zhizao", "sweep", "design.toml", "--out", "store", "--quiet", *there)

    def wait_for_workers(self, count: int) -> None:
        """Wait until so many workers are there, neither more nor fewer."""
        from distributed import Client

        with Client(self.address, timeout=PATIENCE) as client:
            assert until(lambda: len(client.nthreads()) == count)

    @property
    def stored(self) -> int:
        return len(list((self.folder / "store" / "scalars").glob("part-*.parquet")))

    def wait_for_parts(self, program: subprocess.Popen[str], count: int) -> None:
        """Wait until a sweep that goes on has stored so many parts, however busy the machine is."""
        assert until(lambda: self.stored >= count or program.poll() is not None)
        assert program.poll() is None, program.communicate()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    found = Cluster(tmp_path)
    yield found
    for process in found.begun:
        process.kill()
        process.communicate()


def refused(program: subprocess.Popen[str], words: str) -> None:
    """See that a sweep ends by itself with 2, a clear line and nothing else, and no process of its own is left."""
    everyone = below(program.pid)
    _, said = program.communicate(timeout=PATIENCE)
    assert program.returncode == 2, said
    assert words in said
    assert "Traceback" not in said
    assert "fault of zhizao" not in said
    assert until(lambda: not any(map(alive, everyone)), GONE)


def made_here(folder: Path, **more: Any) -> None:
    """Do what is left of a sweep from this process."""
    sweep(design_of(TEXT, folder / "design.toml", {"size": SIZE}), folder / "store", **more)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    made_here(folder, kind="threads")
    return parts(folder / "store")


def goes_on(folder: Path, undisturbed: dict[str, bytes]) -> None:
    """See that the store is whole as far as it is, and that the rest can be made here, to the bit."""
    status = open_store(folder / "store").status()
    assert (status.failed, status.missing, status.damaged) == (0, (), ())
    assert 0 < status.done < status.runs
    made_here(folder, kind="threads")
    assert parts(folder / "store") == undisturbed


def test_a_worker_without_the_package_is_named_with_what_it_lacks(cluster):
    cluster.worker_without_the_package()
    refused(cluster.sweep(PATIENCE), "it lacks the package zhizao; install there what is installed here")
    assert cluster.stored == 0


def test_a_worker_without_the_package_that_comes_late_ends_the_sweep_and_no_run(cluster):
    cluster.worker()
    program = cluster.sweep(PATIENCE, LONG)
    cluster.wait_for_parts(program, 3)
    cluster.worker_without_the_package()
    refused(program, "it lacks the package zhizao")
    status = open_store(cluster.folder / "store").status()
    assert (status.failed, status.missing, status.damaged) == (0, (), ())


STEPS = ("run", "scatter", "submit")
"""What Dask is asked to do with workers that have just been counted: say what they have, have the runs, do them."""


def just_before(step: str, happens: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen once, just before Dask is asked to do a step."""
    from distributed import Client

    real, left = getattr(Client, step), [happens]

    def overtaken(client: Client, *given: object, **more: object) -> object:
        if left:
            left.pop()()
        return real(client, *given, **more)

    monkeypatch.setattr(Client, step, overtaken)


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_without_the_package_may_come_at_any_moment(cluster, step, monkeypatch):
    cluster.worker()
    cluster.wait_for_workers(1)

    def one_comes() -> None:
        cluster.worker_without_the_package()
        cluster.wait_for_workers(2)

    just_before(step, one_comes, monkeypatch)
    with pytest.raises(InputError, match="it lacks the package zhizao"):
        made_here(cluster.folder, cluster=cluster.address)
    assert open_store(cluster.folder / "store").status().failed == 0


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_may_go_at_any_moment(cluster, undisturbed, step, monkeypatch):
    there = [cluster.worker(), cluster.worker()]
    cluster.wait_for_workers(2)

    def the_last_goes() -> None:
        there.pop().kill()
        cluster.wait_for_workers(1)

    just_before(step, the_last_goes, monkeypatch)
    made_here(cluster.folder, cluster=cluster.address)
    assert not there[1:], "the step was never asked for"
    assert parts(cluster.folder / "store") == undisturbed


def test_all_workers_are_lost_and_none_comes(cluster, undisturbed):
    workers = [cluster.worker(), cluster.worker()]
    cluster.wait_for_workers(2)
    program = cluster.sweep(1.0)
    cluster.wait_for_parts(program, 3)
    for worker in workers:
        worker.kill()
    refused(program, "the scheduler answers, but there has been no worker for 1 s")
    goes_on(cluster.folder, undisturbed)


def test_all_workers_are_lost_and_others_come(cluster):
    worker = cluster.worker()
    program = cluster.sweep(PATIENCE)
    cluster.wait_for_parts(program, 3)
    worker.kill()
    time.sleep(1.0)
    cluster.worker()
    _, said = program.communicate(timeout=PATIENCE)
    assert program.returncode == 0, said
    status = open_store(cluster.folder / "store").status()
    assert status.complete
    assert status.failed == 0


def test_a_worker_that_comes_late_gets_work(cluster):
    from distributed import Client

    cluster.worker()
    program = cluster.sweep(PATIENCE, LONG)
    cluster.wait_for_parts(program, 3)
    cluster.worker()
    with Client(cluster.address) as client:
        assert until(lambda: len([jobs for jobs in client.processing().values() if jobs]) == 2)


def test_the_scheduler_is_lost(cluster, undisturbed):
    cluster.worker()
    program = cluster.sweep(PATIENCE)
    cluster.wait_for_parts(program, 3)
    cluster.scheduler.kill()
    refused(program, "the scheduler has gone away")
    goes_on(cluster.folder, undisturbed)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_sweep_that_is_stopped_leaves_the_cluster_to_the_next(cluster, undisturbed, how):
    from distributed import Client

    cluster.worker()
    program = cluster.sweep(PATIENCE)
    cluster.wait_for_parts(program, 3)
    everyone = below(program.pid)
    program.send_signal(how)
    _, said = program.communicate(timeout=PATIENCE)
    if how != signal.SIGKILL:
        assert program.returncode in (128 + how, -how)
        assert "the same command goes on from there" in said
    assert "Traceback" not in said
    assert until(lambda: not any(map(alive, everyone)), GONE)
    with Client(cluster.address) as client:
        assert until(lambda: not any(client.processing().values()))
    again = cluster.sweep(PATIENCE)
    assert until(lambda: cluster.stored > 10 or again.poll() is not None)
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=PATIENCE)
    goes_on(cluster.folder, undisturbed)
