"""How far a study is: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from zhizao.commands.console import console_on, remark
from zhizao.compiled import cache_folder
from zhizao.studies.parallel import Progress as Told

__all__ = ["progress", "say_if_compiling"]

_STEPS = 5
_SECONDS = 30.0


def say_if_compiling(*, quiet: bool) -> None:
    """Say so if the engine is compiled now, which happens once."""
    folder = cache_folder()
    if folder is None or not any(folder.rglob("*.nbc")):
        remark("compiling the model for the first time: a minute or two, once", quiet=quiet)


@contextmanager
def progress(task: str, *, quiet: bool, unit: str = "draws") -> Iterator[Told | None]:
    """Give what tells how far `task` is: a bar on a terminal, some lines elsewhere, None if `quiet`."""
    if quiet:
        yield None
        return
    say_if_compiling(quiet=quiet)
    if not sys.stderr.isatty():
        yield _Lines(task, unit).tell
        return
    columns = (TextColumn(task), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=console_on(sys.stderr), transient=True) as bar:
        shown = bar.add_task(task, total=None, rate="")
        pace = _Pace()

        def tell(done: int, total: int) -> None:
            bar.update(shown, completed=done, total=total, rate=pace.rate(done, unit))

        yield tell


class _Pace:
    """How fast work goes, from the first time that it is asked."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def per_second(self, done: int) -> float:
        """Return how many are done a second; 0 as long as that is not known."""
        now = time.monotonic()
        began, before = self._first = self._first or (now, done)
        return (done - before) / (now - began) if done > before and now > began else 0.0

    def rate(self, done: int, unit: str) -> str:
        """Return the pace in words, or nothing as long as it is not known."""
        found = self.per_second(done)
        return f"{found:,.{0 if found >= 10 else 1}f} {unit}/s" if found else ""


class _Lines:
    """Lines for where there is no terminal: at every fifth of the work, and every half minute."""

    def __init__(self, task: str, unit: str) -> None:
        self._task, self._unit = task, unit
        self._pace = _Pace()
        self._step, self._time = 0, time.monotonic()

    def tell(self, done: int, total: int) -> None:
        """Write a line if one is due."""
        pace = self._pace.per_second(done)
        step, now = done * _STEPS // max(total, 1), time.monotonic()
        if not done or (step == self._step and now - self._time < _SECONDS):
            return
        self._step, self._time = step, now
        left = f", {self._pace.rate(done, self._unit)}, {_in_words((total - done) / pace)} left" if pace else ""
        remark(f"{self._task}: {done:,} of {total:,} {self._unit}{left if done < total else ''}", quiet=False)


def _in_words(seconds: float) -> str:
    minutes = round(seconds / 60.0)
    return (
        f"{minutes // 60} h {minutes % 60} min"
        if minutes >= 60
        else f"{minutes} min"
        if minutes
        else f"{seconds:.0f} s"
    )
