"""Running a simulator at many points, here or in several processes; results never depend on which."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Evaluator", "Progress", "Simulator"]

FloatArray = NDArray[np.float64]
SeedArray = NDArray[np.uint64]
Progress = Callable[[int, int], None]
"""Is told how many simulations are done, and of how many."""
_CHUNK = 50
_REBUILDS = 3


class Simulator(Protocol):
    """A function from the values of the parameters and a seed of luck to simulated figures."""

    @property
    def names(self) -> Sequence[str]:
        """The names of the figures, in order."""

    def __call__(self, point: FloatArray, seed: int) -> FloatArray:
        """Run once: one value a parameter in, one value a figure out."""


class Evaluator:
    """Runs a simulator at many points; a context manager, so that its processes end.

    Parameters
    ----------
    simulator
        What is run; with more than one worker it must be picklable.
    workers
        Processes; with one, everything runs here.

    Notes
    -----
    A worker that dies takes its pool with it: the pool is built again, at most three times in a row without any
    result in between, and only chunks that are not finished are run again.
    """

    def __init__(self, simulator: Simulator, workers: int = 1) -> None:
        self.simulator = simulator
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def __call__(self, points: FloatArray, seeds: SeedArray, progress: Progress | None = None) -> FloatArray:
        """Return the simulated figures: points by figures.

        Parameters
        ----------
        points
            Points by parameters.
        seeds
            The luck of each point.
        progress
            Is told after every chunk.
        """
        chunks = [slice(first, first + _CHUNK) for first in range(0, len(points), _CHUNK)]
        found: dict[int, FloatArray] = {}
        done, failures = 0, 0
        while len(found) < len(chunks):
            left = [number for number in range(len(chunks)) if number not in found]
            try:
                for number, rows in self._results(points, seeds, {n: chunks[n] for n in left}):
                    found[number] = rows
                    done, failures = done + len(rows), 0
                    if progress is not None:
                        progress(done, len(points))
            except BrokenProcessPool:
                failures += 1
                self._close()
                if failures > _REBUILDS:
                    raise
        return np.vstack([found[number] for number in range(len(chunks))])

    def _results(
        self, points: FloatArray, seeds: SeedArray, chunks: dict[int, slice]
    ) -> Iterator[tuple[int, FloatArray]]:
        """Yield number and results of every chunk, as they are done."""
        if self.workers == 1:
            for number, chunk in chunks.items():
                yield number, _run_chunk(self.simulator, points[chunk], seeds[chunk])
            return
        if self._pool is None:
            context = multiprocessing.get_context("forkserver")
            # an interrupt is for this process to deal with: it cancels what waits and lets the workers end
            self._pool = ProcessPoolExecutor(
                self.workers, mp_context=context, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)
            )
        numbers: dict[Future[FloatArray], int] = {
            self._pool.submit(_run_chunk, self.simulator, points[chunk], seeds[chunk]): number
            for number, chunk in chunks.items()
        }
        waiting = set(numbers)
        while waiting:
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                yield numbers[future], future.result()


def _run_chunk(simulator: Simulator, points: FloatArray, seeds: SeedArray) -> FloatArray:
    return np.array([simulator(point, int(seed)) for point, seed in zip(points, seeds, strict=True)])
