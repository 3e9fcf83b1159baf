"""A sweep: every run of a design, put into a store that outlives whatever happens."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhizao.errors import InputError
from zhizao.results.sweep_store import StoreFullError, SweepStore, open_store
from zhizao.studies.options import cores
from zhizao.studies.parallel import Progress
from zhizao.studies.sweeps.chunk import ChunkResult, Job
from zhizao.studies.sweeps.crews import Crew, Died, Done, Kind, crew_of
from zhizao.studies.sweeps.design import Design, read_design
from zhizao.studies.sweeps.plan import Plan, plan_of

__all__ = ["default_folder", "sweep"]

_TRIES = 2
_MOST_DEATHS = 10


def sweep(
    design: str | Path | Design,
    out: str | Path | None = None,
    *,
    workers: int | None = None,
    kind: Kind = "processes",
    cluster: str | None = None,
    changes: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> SweepStore:
    """Make every run of a design that its store does not hold yet.

    A run that fails is stored with its error, and the others go on. A process that dies is replaced, and its chunk
    is run again; a unit that ends every process it is run in is stored as failed. Stopped in any way, the same call
    goes on from what is stored, and the finished store is the same to the byte.

    Parameters
    ----------
    design
        Name of a shipped design, path of a file, or a `Design`.
    out
        The folder of the store; ``runs/`` and the design's name if not given.
    workers
        How many processes or threads; one for each processor if not given.
    kind
        ``processes`` or ``threads``. A script that is run as a file must call this under
        ``if __name__ == "__main__":`` to use processes, as with all of `multiprocessing`.
    cluster
        Address of a Dask scheduler whose workers do the runs, such as ``"tcp://10.0.0.5:8786"``.
    changes
        Values that hold instead of the design's, as for `read_design`.
    progress
        Is told after every chunk how many runs are stored, and of how many.

    Raises
    ------
    InputError
        If the design is wrong, the folder holds another sweep, or there is no room for more.
    """
    if workers is not None and not 1 <= workers <= 1024:
        raise InputError(f"workers = {workers} must be a whole number from 1 to 1024")
    found = design if isinstance(design, Design) else read_design(design, changes)
    plan = plan_of(found)
    store = open_store(default_folder(found) if out is None else out, plan.record())
    with store.writing():
        work = _Work(plan, store, progress or (lambda done, total: None))
        if work.left:
            with crew_of(plan, workers=workers or cores(), kind=kind, cluster=cluster) as crew:
                work.run(crew)
    return store


def default_folder(design: Design) -> Path:
    """Return the folder of a design's store where none is named."""
    return Path("runs") / design.name


class _Work:
    """What is left to do of a plan, and what has gone wrong with it so far."""

    def __init__(self, plan: Plan, store: SweepStore, tell: Progress) -> None:
        done = store.chunks_done()
        self._plan = plan
        self._store = store
        self._tell = tell
        self._done = sum(len(plan.chunk(number)) for number in done) * len(plan.scenarios)
        self.left = deque(Job(chunk=number) for number in range(plan.chunks) if number not in done)
        self._deaths: dict[int, int] = {}
        self._deaths_in_a_row = 0
        self._probed: dict[int, dict[int, bool]] = {}
        tell(self._done, plan.runs)

    def run(self, crew: Crew) -> None:
        """Give out jobs and store what comes back, until nothing is left."""
        in_hand = self._give(crew)
        while in_hand:
            done = crew.finished()
            in_hand += self._give(crew) - len(done)  # first, so that nobody waits until what came back is stored
            for job, result in done:
                self._count(result)
                if job.only is not None:
                    self._take_probe(job, alive=not isinstance(result, Died))
                elif isinstance(result, Died):
                    self._take_death(job)
                else:
                    self._take_chunk(job, result)
            in_hand += self._give(crew)

    def _give(self, crew: Crew) -> int:
        """Give out as many jobs as the crew can take now; return how many."""
        given = 0
        while self.left and crew.idle:
            crew.give(self.left.popleft())
            given += 1
        return given

    def _count(self, result: Done) -> None:
        """Give up where nothing lives: that is no fault of a run, and must not be stored as one."""
        self._deaths_in_a_row = self._deaths_in_a_row + 1 if isinstance(result, Died) else 0
        if self._deaths_in_a_row > _MOST_DEATHS:
            raise InputError(
                f"{self._deaths_in_a_row} processes in a row have ended without a result, most likely for want of "
                f"memory; {self._stored}. Ask for fewer firms or --workers, and give the same command again"
            )

    @property
    def _stored(self) -> str:
        return f"{self._done:,} of {self._plan.runs:,} runs are stored"

    def _take_chunk(self, job: Job, result: ChunkResult) -> None:
        try:
            self._store.put(job.chunk, result.scalars, result.series)
        except StoreFullError as error:
            raise StoreFullError(
                f"{error.problems[0]}; {self._stored}. Make room and give the same command again"
            ) from error
        self._done += result.runs
        self._tell(self._done, self._plan.runs)

    def _take_death(self, job: Job) -> None:
        """Have the chunk run again; if it has ended two processes, find out which of its units does so."""
        deaths = self._deaths[job.chunk] = self._deaths.get(job.chunk, 0) + 1
        units = self._plan.chunk(job.chunk)
        if deaths % _TRIES:
            self.left.appendleft(job)
        elif deaths == _TRIES:
            self._probed[job.chunk] = {}
            self.left.extendleft(Job(chunk=job.chunk, only=unit) for unit in units)
        else:  # each unit lives, and all together do not
            self.left.appendleft(Job(chunk=job.chunk, without=frozenset(units)))

    def _take_probe(self, job: Job, *, alive: bool) -> None:
        assert job.only is not None
        probed = self._probed[job.chunk]
        probed[job.only] = alive
        if len(probed) == len(self._plan.chunk(job.chunk)):
            dead = frozenset(unit for unit, lives in probed.items() if not lives)
            self.left.appendleft(Job(chunk=job.chunk, without=dead))
