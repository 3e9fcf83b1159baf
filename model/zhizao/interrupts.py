"""Ctrl-C, or a request to end, stops a process within seconds, whatever it is doing.

Python raises `KeyboardInterrupt` in the main thread once that runs Python code again. A compiler may be at work for a
minute before it does; and a library written in C that asks Python for something may drop the exception, so that all
goes on as if nothing had been said. So a thread looks whether a process that was asked to end does end. Where the
exception was lost, it is raised again. Where the main thread does not come back, the process is ended at once:
files are written whole or not at all, so that only work that was not finished is lost.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

__all__ = ["STOPPED", "exit_status", "heed_interrupts", "interrupts_are_over"]

STOPPED = "stopped; nothing was left half-written"
_HEEDED = (signal.SIGINT, signal.SIGTERM)
_LOOK_EVERY = 0.5
_LONGEST_WITHOUT_NOTICE = 4.0
"""Seconds that the main thread may take until it notices; as long as machine code runs there, it cannot."""
_LONGEST_ENDING = 15.0
"""Seconds that a process may take to put away what it has begun."""
_SHOW_CURSOR = "\x1b[?25h"
_MOST_CAUSES = 50


@dataclass
class _Asked:
    """Whether this process was asked to end, by which signal, and how far it is."""

    number: int = 0
    over: bool = False


_asked = _Asked()


def heed_interrupts() -> None:
    """Let Ctrl-C and requests to end stop this process; for one that runs nothing but this program.

    A process that was started to ignore Ctrl-C, as shells start those in the background, goes on ignoring it.
    """
    for number in _HEEDED:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _interrupt)
    sys.unraisablehook = _without_interrupts
    if os.name != "posix":  # elsewhere Python cannot be woken like this
        return
    with suppress(OSError, RuntimeError):  # no more files or threads are allowed; Ctrl-C then works as Python has it
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        threading.Thread(target=_watch, args=(reader,), daemon=True).start()
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)


def exit_status() -> int:
    """Return the exit status of a process that was stopped, by the signal that stopped it."""
    return 128 + (_asked.number or signal.SIGINT)


def interrupts_are_over() -> None:
    """Say that all has been put away, so that the exception is not raised again on the last steps."""
    _asked.over = True


def _interrupt(number: int, _: Any) -> None:
    """Raise the exception, unless it is being dealt with just now: what is put away is put away whole."""
    _asked.number = _asked.number or number
    if not _asked.over and not _is_dealt_with(sys.exc_info()[1]):
        raise KeyboardInterrupt


def _is_dealt_with(error: BaseException | None) -> bool:
    for _ in range(_MOST_CAUSES):
        if error is None or isinstance(error, KeyboardInterrupt):
            break
        error = error.__context__
    return isinstance(error, KeyboardInterrupt)


def _without_interrupts(lost: Any) -> None:
    """Report an exception that Python had to drop; an interrupt is raised again, so there is nothing to report."""
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)


def _watch(reader: int) -> None:
    """Wait for a signal, and then for the end; other programs' handlers, as of a server, are left alone."""
    while number := os.read(reader, 1):
        if number[0] in _HEEDED and signal.getsignal(number[0]) is _interrupt:
            _see_to_the_end(number[0])


def _see_to_the_end(number: int) -> None:
    began = time.monotonic()
    main = threading.main_thread().ident
    while main is not None:
        time.sleep(_LOOK_EVERY)
        if time.monotonic() - began > (_LONGEST_ENDING if _asked.number else _LONGEST_WITHOUT_NOTICE):
            cursor = _SHOW_CURSOR if os.isatty(2) else ""
            with suppress(OSError):
                os.write(2, f"{cursor}{STOPPED}\n".encode())
            os._exit(128 + number)
        if _asked.number and not _asked.over:
            signal.pthread_kill(main, number)
