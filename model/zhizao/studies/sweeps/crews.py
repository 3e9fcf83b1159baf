"""Who runs the chunks of a sweep: processes or threads of this machine, or the workers of a Dask cluster.

All take jobs and give results; what a job gives never depends on who has run it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Literal

from zhizao.parallel import Crew, Threads
from zhizao.processes import Processes
from zhizao.studies.sweeps.chunk import ChunkResult, Job, run_job
from zhizao.studies.sweeps.cluster import ClusterAddress, ClusterCrew
from zhizao.studies.sweeps.run_table import RunTable

__all__ = ["Kind", "crew_of"]

Kind = Literal["processes", "threads"]


@contextmanager
def crew_of(
    table: RunTable, *, workers: int, kind: Kind, cluster: ClusterAddress | None = None
) -> Iterator[Crew[Job, ChunkResult]]:
    """Give a crew for a plan, and end it afterwards.

    Parameters
    ----------
    workers
        How many processes or threads.
    kind
        Which of them.
    cluster
        A Dask scheduler; its workers are used instead.

    Raises
    ------
    InputError
        If there is no such scheduler, Dask is not installed, or no process can be started.
    """
    crew: Crew[Job, ChunkResult]
    if cluster is not None:
        crew = ClusterCrew(table, cluster)
    else:
        task = partial(run_job, table)
        crew = Processes(task, workers) if kind == "processes" else Threads(task, workers)
    try:
        yield crew
    finally:
        crew.stop()
