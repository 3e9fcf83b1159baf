"""The same task for every draw, on all processors; results never depend on who was first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

__all__ = ["Progress", "for_each"]

Progress = Callable[[int, int], None]
"""Is told after every draw how many are done, and of how many."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def for_each(
    task: Callable[[Item], Result], items: Sequence[Item], workers: int, progress: Progress | None = None
) -> list[Result]:
    """Do `task` for each of `items` in `workers` threads (the engine releases the interpreter).

    The first is done alone, so that code is compiled once. A fault or an interrupt stops the rest.
    """
    tell = progress or (lambda done, total: None)
    total = len(items)
    results: dict[int, Result] = {}
    tell(0, total)
    for number in range(total if workers == 1 else min(total, 1)):
        results[number] = task(items[number])
        tell(number + 1, total)
    if len(results) < total:
        with ThreadPoolExecutor(max_workers=workers) as pool:
            waiting = {pool.submit(task, items[number]): number for number in range(1, total)}
            try:
                for done in as_completed(waiting):
                    results[waiting[done]] = done.result()
                    tell(len(results), total)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
    return [results[number] for number in range(total)]
