"""When Python looks for objects that nothing uses any more: not while things are loaded, nor among what stays.

To look, it goes through all objects that there are, again and again as more are made: a seventh of a short command.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

__all__ = ["kept_apart", "loading_for_good", "not_looked_for"]

_for_good = False  # to ask the collector takes as long as to count what it leaves alone


@contextmanager
def not_looked_for() -> Iterator[None]:
    """Do not look for unused objects meanwhile: most of what is made here is in use until the end."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def loading_for_good() -> Iterator[None]:
    """Load what the process needs until its end: nothing is looked for meanwhile, and never among what was loaded.

    For processes that are the program's own; in others, what their users have made would stay for good too.
    """
    global _for_good
    with not_looked_for():
        yield
        gc.freeze()
        _for_good = True


@contextmanager
def kept_apart() -> Iterator[None]:
    """Look for unused objects only among what is made meanwhile: going through all else takes long.

    Where what was loaded is left alone for good, so is what was made before the first study, and nothing more.
    """
    if _for_good:
        _leave_once()
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@cache
def _leave_once() -> None:
    gc.freeze()
