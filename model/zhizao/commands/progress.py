"""How far a study is: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from zhizao.commands.console import console_on, remark
from zhizao.compiled import cache_folder
from zhizao.studies.parallel import Progress as Told

__all__ = ["progress", "say_if_compiling"]

_STEPS = 5


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
        yield _lines(task, unit)
        return
    columns = (TextColumn(task), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console_on(sys.stderr), transient=True) as bar:
        shown = bar.add_task(task, total=None)
        yield lambda done, total: bar.update(shown, completed=done, total=total)


def _lines(task: str, unit: str) -> Told:
    def tell(done: int, total: int) -> None:
        step = max(total // _STEPS, 1)
        if done and (done % step == 0 or done == total):
            remark(f"{task}: {done} of {total} {unit}", quiet=False)

    return tell
