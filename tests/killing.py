"""Work that is killed, or interrupted, at a chosen call of the system."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

STEPS = ("open", "write", "replace", "unlink", "fsync", "mkdir", "rmdir", "close", "ftruncate")
"""Calls of the system between which a process may be ended."""


def count_down(step: int, end: Callable[[], object]) -> list[int]:
    """Do `end` before the call of the system with this number, once; return a counter that goes below 0 by then."""
    left = [step]

    def counted(call: Any, *given: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == -1:
            end()
        return call(*given, **named)

    for name in STEPS:
        setattr(os, name, partial(counted, getattr(os, name)))
    return left


def _in_a_process(work: Callable[[], object]) -> int:
    """Do some work in a process of its own; return its status."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except KeyboardInterrupt:
            os._exit(2)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do some work in a process that is killed at its n-th call of the system; whether it was."""

    def counted() -> None:
        count_down(step, lambda: os.kill(os.getpid(), signal.SIGKILL))
        work()

    status = _in_a_process(counted)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def interrupted_at(step: int, work: Callable[[], object]) -> bool:
    """Do some work in a process in which Ctrl-C comes at its n-th call of the system; whether it came."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    def counted() -> None:
        count_down(step, interrupt)
        work()

    status = _in_a_process(counted)
    assert os.WIFEXITED(status)
    assert os.WEXITSTATUS(status) in (0, 2)
    return os.WEXITSTATUS(status) == 2


def calls_of(work: Callable[[], object]) -> int:
    """Return how often some work calls the system."""
    reader, writer = os.pipe()

    def counted() -> None:
        write = os.write
        left = count_down(1 << 30, lambda: None)
        work()
        write(writer, str((1 << 30) - left[0]).encode())

    status = _in_a_process(counted)
    os.close(writer)
    with os.fdopen(reader) as stream:
        found = stream.read()
    assert status == 0
    return int(found)
