"""A sweep: every run of a design, put into a store that outlives whatever happens."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zhizao.errors import InputError
from zhizao.parallel import Crew, Died, Progress, Tell, Work
from zhizao.results.csv_form import csv_bytes
from zhizao.results.sweep_store import StoreFullError, SweepStore, open_store
from zhizao.studies.codebook import sweep_codebook
from zhizao.studies.options import cores
from zhizao.studies.sweeps.chunk import ChunkResult, Job
from zhizao.studies.sweeps.cluster import ClusterAddress
from zhizao.studies.sweeps.crews import Kind, crew_of
from zhizao.studies.sweeps.design import Design, read_design
from zhizao.studies.sweeps.run_table import RunTable, run_table_of

__all__ = ["default_folder", "sweep"]

_CODEBOOK = "codebook.csv"
_CHUNKS_SHOWN = 10


def sweep(
    design: str | Path | Design,
    out: str | Path | None = None,
    *,
    workers: int | None = None,
    kind: Kind = "processes",
    cluster: str | ClusterAddress | None = None,
    changes: Mapping[str, Any] | None = None,
    retry_failed: bool = False,
    progress: Progress | None = None,
    note: Tell = lambda line: None,
) -> SweepStore:
    """Make every run of a design that its store does not hold yet.

    A run that fails is stored with its error, and the others go on. A process that dies is replaced, and its chunk
    is run again. Only a run that ends process after process by itself, with nothing else running, is stored as
    failed; where processes are killed from outside again and again, their chunk is left for the next call. Stopped in
    any way, the same call goes on from what is stored, and the finished store is the same to the byte.

    Parameters
    ----------
    design
        Name of a shipped design, path of a file, or a `Design`.
    out
        The folder of the store; ``runs/`` and the design's name if not given.
    workers
        How many processes or threads; one for each processor if not given.
    kind
        ``processes`` or ``threads``. Processes load nothing of the program that calls this, nor what is beside it.
    cluster
        Address of a Dask scheduler whose workers do the runs, such as ``"tcp://10.0.0.5:8786"``, or a `ClusterAddress`
        that also says how long to wait for workers.
    changes
        Values that hold instead of the design's, as for `read_design`.
    retry_failed
        Make the runs that are stored as failed again, too, and store what comes out instead.
    progress
        Called after every chunk with how many runs are stored, and of how many.
    note
        Is called with a line about each stored part that is damaged or not whole, and is made again.

    Raises
    ------
    InputError
        If the design is wrong, the folder holds another sweep, there is no room for more, or some runs could not be
        finished.
    """
    if workers is not None and not 1 <= workers <= 1024:
        raise InputError(f"workers = {workers} must be a whole number from 1 to 1024")
    found = design if isinstance(design, Design) else read_design(design, changes)
    table = run_table_of(found)
    store = open_store(default_folder(found) if out is None else out, table.record())
    with store.writing():
        runs = _Runs(table, store, progress or (lambda done, total: None), retry_failed=retry_failed, note=note)
        runs.write_codebook()
        if runs.left:
            there = ClusterAddress(address=cluster) if isinstance(cluster, str) else cluster
            with crew_of(table, workers=workers or cores(), kind=kind, cluster=there) as crew:
                runs.run(crew)
    return store


def default_folder(design: Design) -> Path:
    """Return the folder of a design's store where none is named."""
    return Path("runs") / design.name


@dataclass
class _Suspect:
    """A chunk that has ended the workers that ran it, and what is known of its parts, each run by itself.

    Attributes
    ----------
    waiting
        How many parts are still being run.
    apart, deadly
        As in a `Job`.
    unknown
        Why it cannot be known whether a part can be run, if so.
    """

    waiting: int = 0
    apart: set[int] = field(default_factory=set)
    deadly: list[tuple[int, int, str]] = field(default_factory=list)
    unknown: str = ""


class _Runs:
    """What is left to do of a plan, and what has gone wrong with it so far.

    A chunk that ends its workers is taken apart: each of its units is run by itself, with nothing else running, and
    each scenario of a unit that ends them then, too. What ends them even so, from the inside, is stored as failed.
    Where they were killed from outside nothing is known of the runs, and the chunk is left for the next time.
    """

    def __init__(
        self, table: RunTable, store: SweepStore, tell: Progress, *, retry_failed: bool, note: Tell = lambda line: None
    ) -> None:
        status = store.status()
        for line in (*status.damaged, *status.missing):
            note(line)
        done = status.chunks - (store.chunks_with_failures() if retry_failed else set())
        self._plan = table
        self._store = store
        self._tell = tell
        self._done = sum(len(table.chunk(number)) for number in done) * len(table.scenarios)
        self.left = [Job(chunk=number) for number in range(table.chunks) if number not in done]
        self._suspects: dict[int, _Suspect] = {}
        self._unfinished: dict[int, str] = {}
        tell(self._done, table.runs)

    def write_codebook(self) -> None:
        """Say beside the parts what their columns mean, unless that is there already."""
        if not os.path.lexists(self._store.folder / _CODEBOOK):
            columns = self._store.manifest["columns"]
            content = csv_bytes(sweep_codebook(columns["inputs"], columns["outcomes"], columns["series"]))
            with self._saying_what_is_stored():
                self._store.write(_CODEBOOK, content)

    def run(self, crew: Crew[Job, ChunkResult]) -> None:
        """Give out jobs and store what comes back, until nothing is left.

        Raises
        ------
        InputError
            If chunks are left that could not be finished.
        """
        work = Work(crew, self.left)
        with self._saying_what_is_stored():
            for job, result in work.results():
                if job.unit is not None:
                    work.apart(self._taken_part(job, result))
                elif not isinstance(result, Died):
                    self._store_chunk(job, result)
                elif job.chunk not in self._suspects:
                    work.apart(self._taken_apart(job.chunk))
                else:
                    self._unfinished[job.chunk] = result.why
        if self._unfinished:
            raise InputError(self._what_is_unfinished())

    @contextmanager
    def _saying_what_is_stored(self) -> Iterator[None]:
        try:
            yield
        except StoreFullError as error:
            problem = f"{error.problems[0]}; {self._stored}. Make room and give the same command again"
            raise StoreFullError(problem) from error
        except InputError as error:
            raise type(error)([*error.problems, f"{self._stored}, none of them as failed for this reason"]) from error

    @property
    def _stored(self) -> str:
        return f"{self._done:,} of {self._plan.runs:,} runs are stored"

    def _store_chunk(self, job: Job, result: ChunkResult) -> None:
        self._store.put(job.chunk, result.scalars, result.series)
        self._done += result.runs
        self._tell(self._done, self._plan.runs)

    def _taken_apart(self, chunk: int) -> list[Job]:
        """Return the units of a chunk, each to be run by itself."""
        jobs = [Job(chunk=chunk, unit=unit) for unit in self._plan.chunk(chunk)]
        self._suspects[chunk] = _Suspect(waiting=len(jobs))
        return jobs

    def _taken_part(self, job: Job, result: ChunkResult | Died) -> list[Job]:
        """Tell how a part of a chunk went; return what has to be run next to know more, and last the chunk again."""
        assert job.unit is not None
        suspect = self._suspects[job.chunk]
        suspect.waiting -= 1
        more: list[Job] = []
        if isinstance(result, Died):
            if not result.inside:
                suspect.unknown = result.why
            elif job.scenario is not None:
                suspect.deadly.append((job.unit, job.scenario, f"the process that ran it, alone, {result.why}"))
            else:
                suspect.apart.add(job.unit)
                more = [replace(job, scenario=number) for number in range(len(self._plan.scenarios))]
                suspect.waiting += len(more)
        if suspect.waiting:
            return more
        if suspect.unknown:
            self._unfinished[job.chunk] = suspect.unknown
            return []
        return [Job(chunk=job.chunk, apart=frozenset(suspect.apart), deadly=tuple(sorted(suspect.deadly)))]

    def _what_is_unfinished(self) -> str:
        chunks = sorted(self._unfinished)
        shown = ", ".join(map(str, chunks[:_CHUNKS_SHOWN])) + (" ..." if len(chunks) > _CHUNKS_SHOWN else "")
        return (
            f"{self._stored}; not finished: chunk {shown}, as what ran it {self._unfinished[chunks[0]]} each time. No "
            "run was stored as failed for that. Give the same command again; if memory is short, with fewer --workers"
        )
