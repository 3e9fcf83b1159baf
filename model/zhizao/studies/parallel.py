"""The same task for every draw, on all processors; results never depend on who was first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
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
        _share_out(task, items, workers, results, tell)
    return [results[number] for number in range(total)]


def _share_out(
    task: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int,
    results: dict[int, Result],
    tell: Progress,
) -> None:
    """Let each thread take the next number that nobody has; only this thread touches `results`."""
    numbers = iter(range(len(results), len(items)))
    taking, stop = threading.Lock(), threading.Event()
    done: SimpleQueue[tuple[int, Result | BaseException]] = SimpleQueue()

    def work() -> None:
        while not stop.is_set():
            with taking:
                number = next(numbers, None)
            if number is None:
                return
            try:
                done.put((number, task(items[number])))
            except BaseException as fault:  # handed over to the thread that waits, whatever it is
                done.put((number, fault))
                return

    with ThreadPoolExecutor(max_workers=workers) as pool:
        try:
            for _ in range(workers):
                pool.submit(work)
            while len(results) < len(items):
                number, result = done.get()
                if isinstance(result, BaseException):
                    raise result
                results[number] = result
                tell(len(results), len(items))
        finally:
            stop.set()
