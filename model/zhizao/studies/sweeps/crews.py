"""Who runs the chunks of a sweep: processes or threads of this machine, or the workers of a Dask cluster.

All take jobs and give results; what a job gives never depends on who has run it. A worker that dies takes only its
own job with it.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_any
from typing import Any, Literal, Protocol

from zhizao.errors import InputError
from zhizao.studies.sweeps.chunk import ChunkResult, Job, run_job
from zhizao.studies.sweeps.plan import Plan

__all__ = ["Crew", "Died", "Done", "Kind", "crew_of"]

Kind = Literal["processes", "threads"]
_AHEAD = 2
_PATIENCE = 30.0


@dataclass(frozen=True)
class Died:
    """The worker that had a job has ended without a result."""


Done = ChunkResult | Died


class Crew(Protocol):
    """Workers that take jobs one by one."""

    @property
    def idle(self) -> int:
        """How many more jobs can be given out now."""

    def give(self, job: Job) -> None:
        """Give out a job."""

    def finished(self) -> list[tuple[Job, Done]]:
        """Wait until some job is done; return all that are."""

    def stop(self) -> None:
        """End the workers; what they have in hand is lost."""


@contextmanager
def crew_of(plan: Plan, *, workers: int, kind: Kind, cluster: str | None) -> Iterator[Crew]:
    """Give a crew for a plan, and end it afterwards.

    Parameters
    ----------
    workers
        How many processes or threads.
    kind
        Which of them.
    cluster
        Address of a Dask scheduler; its workers are used instead.

    Raises
    ------
    InputError
        If there is no such scheduler, or Dask is not installed.
    """
    crew: Crew
    if cluster is not None:
        crew = _Cluster(plan, cluster)
    else:
        crew = _Processes(plan, workers) if kind == "processes" else _Threads(plan, workers)
    try:
        yield crew
    finally:
        crew.stop()


class _Process:
    """One process and the line to it."""

    def __init__(self, plan: Plan) -> None:
        context = multiprocessing.get_context("forkserver")
        self.line, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other, plan), daemon=True)
        self.process.start()
        other.close()  # only the process holds it now, so that its death is heard at this end
        self.job: Job | None = None

    def end(self) -> None:
        """End the process at once: it has nothing that would be lost but what is in its hands."""
        self.line.close()
        self.process.kill()
        self.process.join()


def _serve(line: Connection, plan: Plan) -> None:
    """Run jobs until the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the one who gave out the jobs
    while True:
        try:
            job = line.recv()
            line.send(_tried(plan, job))
        except (EOFError, OSError):
            return


def _tried(plan: Plan, job: Job) -> ChunkResult | BaseException:
    try:
        return run_job(plan, job)
    except Exception as error:
        return error


class _Processes:
    """Processes of this machine, each with a line of its own."""

    def __init__(self, plan: Plan, workers: int) -> None:
        self._plan = plan
        self._processes = [_Process(plan) for _ in range(workers)]

    @property
    def idle(self) -> int:
        return sum(process.job is None for process in self._processes)

    def give(self, job: Job) -> None:
        place = next(place for place, process in enumerate(self._processes) if process.job is None)
        self._processes[place].job = job
        with suppress(OSError):  # it may have died meanwhile; `finished` hears so
            self._processes[place].line.send(job)

    def finished(self) -> list[tuple[Job, Done]]:
        busy = {process.line: place for place, process in enumerate(self._processes) if process.job is not None}
        found: list[tuple[Job, Done]] = []
        for line in wait_for_any(list(busy)):
            place = busy[line]  # type: ignore[index]
            process = self._processes[place]
            job, process.job = process.job, None
            assert job is not None
            try:
                result: Any = process.line.recv()
            except (EOFError, OSError):
                process.end()
                self._processes[place] = _Process(self._plan)
                result = Died()
            if isinstance(result, BaseException):
                raise result
            found.append((job, result))
        return found

    def stop(self) -> None:
        for process in self._processes:
            process.end()


class _Threads:
    """Threads of this process: the engine releases the interpreter while it runs."""

    def __init__(self, plan: Plan, workers: int) -> None:
        self._plan = plan
        self._workers = workers
        self._pool = ThreadPoolExecutor(max_workers=workers)
        self._jobs: dict[Future[ChunkResult], Job] = {}

    @property
    def idle(self) -> int:
        return self._workers - len(self._jobs)

    def give(self, job: Job) -> None:
        self._jobs[self._pool.submit(run_job, self._plan, job)] = job

    def finished(self) -> list[tuple[Job, Done]]:
        ready, _ = wait(self._jobs, return_when=FIRST_COMPLETED)
        return [(self._jobs.pop(future), future.result()) for future in ready]

    def stop(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


class _Cluster:
    """The workers of a Dask cluster; they need zhizao, and nothing else of this machine."""

    def __init__(self, plan: Plan, address: str) -> None:
        try:
            import distributed  # here, because it is heavy and may not be installed
        except ImportError:
            raise InputError("--cluster needs Dask; install it with: pip install 'zhizao[cluster]'") from None
        self._dask: Any = distributed
        self._address = address
        try:
            self._client: Any = self._dask.Client(address, timeout=_PATIENCE)
        except (OSError, ValueError, TimeoutError) as error:
            raise InputError(f"--cluster {address}: no Dask scheduler answers there ({error})") from error
        self._plan = self._client.scatter(plan, broadcast=True)
        self._jobs: dict[Any, Job] = {}

    @property
    def idle(self) -> int:
        threads = sum(self._client.nthreads().values())
        return max(_AHEAD * int(threads) - len(self._jobs), 0 if self._jobs else 1)

    def give(self, job: Job) -> None:
        self._jobs[self._client.submit(run_job, self._plan, job, pure=False)] = job

    def finished(self) -> list[tuple[Job, Done]]:
        try:
            ready = self._dask.wait(list(self._jobs), return_when="FIRST_COMPLETED").done
            return [(self._jobs.pop(future), self._result(future)) for future in ready]
        except (OSError, TimeoutError, self._dask.client.FutureCancelledError) as error:
            raise InputError(
                f"--cluster {self._address}: the scheduler has gone away ({type(error).__name__})"
            ) from error

    def _result(self, future: Any) -> Done:
        try:
            found: ChunkResult = future.result()
        except self._dask.KilledWorker:
            return Died()
        return found

    def stop(self) -> None:
        self._client.close()
