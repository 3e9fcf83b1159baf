"""Running a simulator at many points, here or in several processes; results never depend on which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.errors import InputError
from zhizao.parallel import Died, Progress, Work
from zhizao.processes import Processes

__all__ = ["Evaluator", "Simulator"]

SeedArray = NDArray[np.uint64]
_CHUNK = 50


class Simulator(Protocol):
    """A function from the values of the parameters and a seed of luck to simulated figures."""

    @property
    def names(self) -> Sequence[str]:
        """The names of the figures, in order."""

    def __call__(self, point: FloatArray, seed: int) -> FloatArray:
        """Run once: one value a parameter in, one value a figure out."""


@dataclass(frozen=True, eq=False)
class _Chunk:
    """Points that are run together, and where they stand."""

    number: int
    points: FloatArray
    seeds: SeedArray


class Evaluator:
    """Runs a simulator at many points; a context manager, so that its processes end.

    Parameters
    ----------
    simulator
        What is run; with more than one worker it must be picklable.
    workers
        Processes; with one, everything runs here.
    """

    def __init__(self, simulator: Simulator, workers: int = 1) -> None:
        self.simulator = simulator
        self.workers = workers
        self._crew: Processes[_Chunk, FloatArray] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._crew is not None:
            self._crew.stop()
            self._crew = None

    def __call__(self, points: FloatArray, seeds: SeedArray, progress: Progress | None = None) -> FloatArray:
        """Return the simulated figures: points by figures.

        Parameters
        ----------
        points
            Points by parameters.
        seeds
            The luck of each point.
        progress
            Called after every chunk.

        Raises
        ------
        InputError
            If processes end again and again without a result.
        """
        parts = [slice(first, first + _CHUNK) for first in range(0, len(points), _CHUNK)]
        chunks = [_Chunk(number, points[part], seeds[part]) for number, part in enumerate(parts)]
        found: dict[int, FloatArray] = {}
        done = 0
        for chunk, rows in self._results(chunks):
            found[chunk.number] = rows
            done += len(rows)
            if progress is not None:
                progress(done, len(points))
        return np.vstack([found[number] for number in range(len(chunks))])

    def _results(self, chunks: Sequence[_Chunk]) -> Iterator[tuple[_Chunk, FloatArray]]:
        """Yield every chunk and its results, as they are done."""
        if self.workers == 1:
            for chunk in chunks:
                yield chunk, _run_chunk(self.simulator, chunk)
            return
        if self._crew is None:
            users_own = not type(self.simulator).__module__.startswith("zhizao.")
            self._crew = Processes(partial(_run_chunk, self.simulator), self.workers, main=users_own)
        work = Work(self._crew, chunks)
        tried: set[_Chunk] = set()
        for chunk, result in work.results():
            if not isinstance(result, Died):
                yield chunk, result
            elif chunk not in tried:
                tried.add(chunk)
                work.apart([chunk])
            else:
                raise InputError(
                    f"the same {len(chunk.points)} runs have ended worker after worker; the last one {result.why}. "
                    "What was done before is kept: give the same command again"
                )


def _run_chunk(simulator: Simulator, chunk: _Chunk) -> FloatArray:
    return np.array([simulator(point, int(seed)) for point, seed in zip(chunk.points, chunk.seeds, strict=True)])
