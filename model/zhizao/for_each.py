"""The same done for each of many items, in threads or in processes."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from typing import Generic, TypeVar

from zhizao.garbage import kept_apart
from zhizao.parallel import Crew, Died, Progress, Threads, Work
from zhizao.processes import Processes

__all__ = ["each_done", "for_each"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_WORTH_PROCESSES = 5.0
"""Seconds of work from which processes pay for their start; meanwhile this one works."""
_LONG = 5.0
"""Seconds of a first item after which no second is done alone, to see how long one takes when all is loaded."""


def for_each(
    task: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int,
    progress: Progress | None = None,
    *,
    apart: bool = False,
) -> list[Result]:
    """Do `task` for each of `items` with `workers`; return the results in the order of the items.

    The first is done alone, so that code is compiled once; where processes may follow, so is the second, to see how
    long one takes. A fault or an interrupt stops the rest.

    Parameters
    ----------
    workers
        How many threads, or processes.
    apart
        Whether processes may do it where that is worth their start: task and items can be sent to them, and hold
        nothing that the user's own program defines. Threads share one interpreter; processes do not.
    """
    results = dict(each_done(task, items, workers, progress, apart=apart))
    return [results[number] for number in range(len(items))]


def each_done(
    task: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int,
    progress: Progress | None = None,
    *,
    apart: bool = False,
) -> Generator[tuple[int, Result], None, None]:
    """Do the same as `for_each`, and give each result as soon as it is there, with the number of its item.

    For results that are large and need not be kept as they are. Who does not take them all must close this.
    """
    with kept_apart():
        yield from _each_done(task, items, workers, progress or (lambda done, total: None), apart)


def _each_done(
    task: Callable[[Item], Result], items: Sequence[Item], workers: int, tell: Progress, apart: bool
) -> Generator[tuple[int, Result], None, None]:
    total = len(items)
    tell(0, total)
    seconds, done = 0.0, 0
    for number in range(total if workers == 1 else min(total, 2 if apart else 1)):
        if number == 1 and workers > 1 and seconds > _LONG:
            break
        began = time.perf_counter()
        result = task(items[number])
        seconds = time.perf_counter() - began
        yield number, result
        done += 1
        tell(done, total)
    if done == total:
        return
    apart = apart and seconds * (total - done) > _WORTH_PROCESSES
    crew = _crew(task, items, min(workers, total - done), apart=apart)
    try:
        for number, answer in Work(crew, range(done, total)).results():
            if isinstance(answer, Died):
                raise MemoryError(answer.why)
            yield number, answer
            done += 1
            tell(done, total)
    finally:
        crew.stop()


def _crew(task: Callable[[Item], Result], items: Sequence[Item], workers: int, *, apart: bool) -> Crew[int, Result]:
    if apart:
        return Processes(_Numbered(task, items), workers, here=True)
    return Threads(_Numbered(task, items), workers)


class _Numbered(Generic[Item, Result]):
    """A task for the numbers of items."""

    def __init__(self, task: Callable[[Item], Result], items: Sequence[Item]) -> None:
        self._task, self._items = task, items

    def __call__(self, number: int) -> Result:
        return self._task(self._items[number])
