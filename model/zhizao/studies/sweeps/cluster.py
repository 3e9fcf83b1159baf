"""The workers of a Dask cluster as a crew: waited for, checked, and done without a fault when they go away.

A cluster is trusted: what its workers send back is unpickled here, and what is sent to them is unpickled there.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import platform
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing.reduction import ForkingPickler
from typing import Any

from zhizao.compiled import engine_fingerprint, numba
from zhizao.errors import InputError
from zhizao.parallel import Died, done_or_died
from zhizao.studies.sweeps.chunk import ChunkResult, Job, run_job
from zhizao.studies.sweeps.run_table import RunTable
from zhizao.version import version

__all__ = ["ClusterAddress", "ClusterCrew"]

_AHEAD = 2
_MOST_LOSSES = 3
"""How often a job may be lost with all that the workers held; Dask allows as many by itself for a worker's end."""
_LOST = Died(why="was lost with the workers that ran it", inside=False)
_TRIES = 5
"""How often workers are met that come and go at that very moment."""
_PATIENCE = 30.0
_LOOK_EVERY = 2.0
_SAY_EVERY = 30.0


@dataclass(frozen=True, kw_only=True)
class ClusterAddress:
    """Where a cluster is, and how long to wait for its workers.

    Attributes
    ----------
    address
        Of the scheduler, such as ``"tcp://10.0.0.5:8786"``; with ``tls://``, certificates are those of Dask's own
        configuration.
    wait
        Seconds to wait for a worker, at the beginning and whenever all have gone.
    note
        Called with a line, now and then, while there is none.
    """

    address: str
    wait: float = 600.0
    note: Callable[[str], None] = lambda line: None


class ClusterCrew:
    """The workers of a Dask cluster; they need zhizao, and nothing else of this machine.

    Raises
    ------
    InputError
        If Dask is not installed, no scheduler answers, no worker comes, or one has another version.
    """

    def __init__(self, table: RunTable, cluster: ClusterAddress) -> None:
        try:
            import distributed  # here, because it is heavy and may not be installed
        except ImportError:
            raise InputError("--cluster needs Dask; install it with: pip install 'zhizao[cluster]'") from None
        self._dask: Any = distributed
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what it complains of is said here in words
        self._cluster = cluster
        self._table = table
        self._shared: Any = None
        self._fetching: dict[str, Any] = {}
        self._jobs: dict[Any, Job] = {}
        self._losses: dict[Job, int] = {}
        self._met: dict[str, int] = {}
        try:
            self._client: Any = self._dask.Client(cluster.address, timeout=_PATIENCE)
        except (OSError, ValueError, TypeError, RuntimeError, ImportError) as error:
            raise InputError(
                f"--cluster {cluster.address}: no Dask scheduler answers there ({error}); an address is like "
                "tcp://10.0.0.5:8786, and tls:// needs the certificates of Dask's configuration (distributed.comm.tls)"
            ) from error
        try:
            self._meet_workers()
        except BaseException:
            self.stop()
            raise

    @property
    def idle(self) -> int:
        """How many more jobs can be given out now."""
        return max(_AHEAD * sum(self._met.values()) - len(self._jobs), 0 if self._jobs else 1)

    def give(self, job: Job) -> None:
        """Give out a job."""
        with self._scheduler_there():
            self._jobs[self._client.submit(_loadable(_run_packed), self._shared, _packed(job), pure=False)] = job

    def finished(self) -> list[tuple[Job, ChunkResult | Died]]:
        """Wait until some job is done; return all that are."""
        while True:
            with suppress(TimeoutError, CancelledError):  # what is cancelled is done, too, and dealt with below
                self._dask.wait(list(self._jobs), timeout=_LOOK_EVERY, return_when="FIRST_COMPLETED")
            self._meet_workers()
            found: list[tuple[Job, ChunkResult | Died]] = []
            for future in [future for future in self._jobs if future.done()]:
                with suppress(TimeoutError):  # its worker went before it could be fetched: it is being done again
                    result = self._result(future)
                    job = self._jobs.pop(future)
                    if result is None:
                        self.give(job)
                    else:
                        self._losses.pop(job, None)
                        found.append((job, result))
            if found:
                return found

    def stop(self) -> None:
        """Let go of the cluster; what it has in hand is lost."""
        with suppress(Exception):  # there may be nothing left to let go of
            self._client.close(timeout=5)

    def _result(self, future: Any) -> ChunkResult | Died | None:
        """Return what came of a job; None if it was lost with all that the workers held, and is to be given again."""
        if future.cancelled():
            return self._lost(future)
        error = future.exception() if future.status == "error" else None
        if isinstance(error, self._dask.KilledWorker):
            return _LOST
        if isinstance(error, ImportError):
            raise InputError(f"--cluster {self._cluster.address}: {_lacking(error)}") from error
        if error is not None:
            raise error
        try:
            found = future.result(timeout=_PATIENCE)
        except TimeoutError:
            raise
        except (OSError, RuntimeError, asyncio.CancelledError, CancelledError):
            self._workers()  # unless it is the scheduler that is gone
            return self._lost(future)  # it was done, and went with the workers before it could be fetched
        if not isinstance(found, ChunkResult | Died):
            raise InputError(f"--cluster {self._cluster.address}: a worker has sent something that is not a result")
        return found

    def _lost(self, future: Any) -> Died | None:
        """Count that a job was lost; return None, or after too many losses that it cannot be done."""
        job = self._jobs[future]
        self._losses[job] = self._losses.get(job, 0) + 1
        return _LOST if self._losses[job] > _MOST_LOSSES else None

    def _meet_workers(self) -> None:
        """Wait until there is a worker; check those that are new, and share with them what is to be run.

        Workers come and go meanwhile, and on a busy machine each step takes seconds: where one fails, it is tried again
        with those that are there then.
        """
        for left in reversed(range(_TRIES)):
            there = self._wait_for_workers()
            new = sorted(set(there) - set(self._met))
            try:
                if new:
                    self._check(new)
                self._share(there, new)
            except InputError:
                raise
            except (Exception, asyncio.CancelledError) as error:  # Dask has many for a worker that it finds no more
                self._workers()  # unless it is the scheduler that is gone
                if not left:
                    raise InputError(
                        f"--cluster {self._cluster.address}: the scheduler answers, but a worker can neither be "
                        f"asked for its version nor given the runs ({type(error).__name__}: {error}); end it or see "
                        "what it says, and give the same command again"
                    ) from error
                time.sleep(_LOOK_EVERY / 2.0)
            else:
                self._met = there
                return

    def _wait_for_workers(self) -> dict[str, int]:
        """Return the workers as soon as there are some.

        Raises
        ------
        InputError
            If there are none for too long, or the scheduler is gone.
        """
        begun = said = time.monotonic()
        while not (there := self._workers()):
            now = time.monotonic()
            if now - begun > self._cluster.wait:
                raise InputError(
                    f"--cluster {self._cluster.address}: the scheduler answers, but there has been no worker for "
                    f"{self._cluster.wait:.0f} s; start some, or wait longer with --cluster-wait, and give the same "
                    "command again"
                )
            if now - said >= _SAY_EVERY or said == begun:
                said = now + 1e-6
                self._cluster.note(f"waiting for workers of {self._cluster.address}: {now - begun:.0f} s")
            time.sleep(min(_LOOK_EVERY, max(self._cluster.wait / 4.0, 0.05)))
        return there

    def _share(self, there: dict[str, int], new: list[str]) -> None:
        """Let every worker have the table of runs: Dask gives jobs first to those that have what these need.

        Where all workers went that had it, it is gone, and so is every job that was given out with it. Each worker
        fetches it for a job of its own. Dask's ways to give it to several at once never end if one of them dies.
        """
        if self._shared is None or self._shared.status != "finished":
            self._shared, new = self._client.scatter(_packed(self._table), hash=False), list(there)
        self._fetching = {worker: future for worker, future in self._fetching.items() if worker in there}
        for worker in new:
            fetched = self._client.submit(_loadable(_fetch), self._shared, workers=[worker], pure=False)
            self._fetching[worker] = fetched

    def _workers(self) -> dict[str, int]:
        """Return the number of threads of each worker, by its address."""
        with self._scheduler_there():
            return dict(self._client.nthreads())

    def _check(self, workers: list[str]) -> None:
        """Refuse workers without the package, or with other code than is here.

        Raises
        ------
        InputError
            If there are such.
        OSError
            If one cannot be asked.
        """
        answers = self._client.run(_loadable(_identity), workers=workers, on_error="return")
        here, problems = self._identity_here(), []
        for worker, answer in answers.items():
            if isinstance(answer, OSError):
                raise answer
            if isinstance(answer, ImportError):
                problems.append(f"worker {worker}: {_lacking(answer)}")
            elif isinstance(answer, Exception):
                problems.append(f"worker {worker}: cannot be asked for its version ({type(answer).__name__})")
            elif answer != here:
                problems.append(
                    f"worker {worker} has {answer['versions']}, here is {here['versions']}"
                    f"{', of other code' if answer['versions'] == here['versions'] else ''}; install the same on both"
                )
        if problems:
            raise InputError([f"--cluster {self._cluster.address}: {line}" for line in sorted(problems)[:5]])

    @staticmethod
    def _identity_here() -> dict[str, str]:
        return _identity()

    @contextmanager
    def _scheduler_there(self) -> Iterator[None]:
        """Say in words that the scheduler is gone; what is stored stays."""
        try:
            yield
        except TimeoutError:
            raise
        except (OSError, asyncio.CancelledError, CancelledError, RuntimeError) as error:
            raise InputError(
                f"--cluster {self._cluster.address}: the scheduler has gone away ({type(error).__name__}); start it "
                "again, and give the same command"
            ) from error


def _lacking(error: ImportError) -> str:
    package = (error.name or "zhizao").partition(".")[0]
    return f"it lacks the package {package}; install there what is installed here: pip install 'zhizao[cluster]'"


def _identity() -> dict[str, str]:
    """Return what the code of a process is made of."""
    versions = f"zhizao {version()}, Numba {numba.__version__}, Python {platform.python_version()}"
    return {"versions": versions, "engine": engine_fingerprint()}


def _loadable(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of this module as one that a worker can load that has no zhizao, so that it says what it lacks.

    What a worker cannot load ends it. So there is nothing of zhizao in what it is sent, but packed as bytes.
    """
    module, name = function.__module__, function.__name__

    def called(*given: Any) -> Any:
        found = getattr(importlib.import_module(module), name, None)
        if found is None:  # an earlier version
            raise ImportError(f"{module} has no {name}", name=module)
        return found(*given)

    return called


def _fetch(packed: bytes) -> None:
    """Do nothing with a table of runs: having it is enough."""


def _run_packed(packed: bytes, job: bytes) -> ChunkResult | Died:
    """Run a job on a worker of a cluster."""
    return done_or_died(partial(run_job, _unpacked(packed)), ForkingPickler.loads(job))


def _packed(found: RunTable | Job) -> bytes:
    return bytes(ForkingPickler.dumps(found))


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> RunTable:
    found: RunTable = ForkingPickler.loads(packed)
    return found
