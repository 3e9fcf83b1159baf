"""How far a study is: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from zhizao.commands.console import console_on, remark
from zhizao.commands.words import asked_language, word
from zhizao.compiled import cache_folder, why_no_cache
from zhizao.parallel import Progress as Told
from zhizao.words.of_errors import error_in
from zhizao.words.tables import Language

__all__ = ["progress", "say_if_compiling"]

_STEPS = 5
_SECONDS = 30.0


def say_if_compiling(*, quiet: bool) -> bool:
    """Say so if the engine is compiled now, which happens once, or each time where compiled code cannot be kept.

    Returns
    -------
    bool
        Whether it is compiled now.
    """
    if why := why_no_cache():
        remark(word("compiling again", asked_language(), why=error_in(asked_language(), why)), quiet=quiet)
        return True
    folder = cache_folder()
    if folder is None or any(folder.glob("*.nbc")):
        return False
    remark(word("compiling once", asked_language()), quiet=quiet)
    return True


@contextmanager
def progress(task: str, *, quiet: bool, unit: str = "draws") -> Iterator[Told | None]:
    """Give what shows how far `task` is: a bar on a terminal, some lines elsewhere, None if `quiet`."""
    if quiet:
        yield None
        return
    pace = _Pace(warming_up=say_if_compiling(quiet=quiet))
    if not sys.stderr.isatty():
        yield _Lines(task, unit, pace).tell
        return
    columns = (
        TextColumn(task),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console_on(sys.stderr), transient=True) as bar:
        shown = bar.add_task(task, total=None, rate="")

        def tell(done: int, total: int) -> None:
            bar.update(shown, completed=done, total=total, rate=pace.rate(done, unit))

        yield tell


class _Pace:
    """How fast work goes, from the first time that it is asked, or that work begins again with less done.

    With `warming_up` what is done first does not count: it waited for the compiler.
    """

    def __init__(self, *, warming_up: bool = False) -> None:
        self._first: tuple[float, int] | None = None
        self._last = 0
        self._warming_up = warming_up

    def per_second(self, done: int) -> float:
        """Return how many are done a second; 0 as long as that is not known."""
        now = time.monotonic()
        if self._first is None or done < self._last or (self._warming_up and not self._first[1]):
            self._first = (now, done)
        self._last, self._warming_up = done, self._warming_up and not done
        began, before = self._first
        return (done - before) / (now - began) if done > before and now > began else 0.0

    def rate(self, done: int, unit: str) -> str:
        """Return the pace in words, or nothing as long as it is not known."""
        found = self.per_second(done)
        pace = f"{found:,.{0 if found >= 10 else 1}f}"
        return word(f"pace {unit}", asked_language(), pace=pace) if found else ""


class _Lines:
    """Lines for where there is no terminal: at every fifth of the work, and every half minute."""

    def __init__(self, task: str, unit: str, pace: _Pace) -> None:
        self._task, self._unit = task, unit
        self._pace = pace
        self._step, self._time = 0, time.monotonic()

    def tell(self, done: int, total: int) -> None:
        """Write a line if one is due."""
        pace = self._pace.per_second(done)
        step, now = done * _STEPS // max(total, 1), time.monotonic()
        if not done or (step == self._step and now - self._time < _SECONDS):
            return
        self._step, self._time = step, now
        language = asked_language()
        line = word(f"done {self._unit}", language, task=self._task, done=f"{done:,}", total=f"{total:,}")
        if pace and done < total:
            left = _in_words((total - done) / pace, language)
            line = word("still to go", language, done=line, pace=self._pace.rate(done, self._unit), left=left)
        remark(line, quiet=False)


def _in_words(seconds: float, language: Language) -> str:
    minutes = round(seconds / 60.0)
    if minutes >= 60:
        return word("hours to go", language, hours=minutes // 60, minutes=minutes % 60)
    return (
        word("minutes to go", language, minutes=minutes)
        if minutes
        else word("seconds to go", language, seconds=f"{seconds:.0f}")
    )
