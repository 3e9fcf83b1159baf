"""Work apart: a function is called in a process of its own that may take so much memory and time, and no more.

What a stranger's file does to the library that reads it then ends that process, and nothing else.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from zhizao.errors import InputError, out_of_resources
from zhizao.isolation import isolated_start
from zhizao.limits import limit, over_limit
from zhizao.processes import end_with_parent

__all__ = ["call_apart"]

Result = TypeVar("Result")
_SPARE_SECONDS = 1
_AT_ONCE = threading.BoundedSemaphore(2)


def call_apart(function: Callable[..., Result], *arguments: Any, libraries: Sequence[str] = ()) -> Result:
    """Return what a function gives, called in a process of its own within the limits of memory and time.

    Parameters
    ----------
    function, arguments
        What is called: a function of a module, and arguments that can be sent. Two calls go on at once; more wait.
    libraries
        Modules that the function loads; they are loaded before its memory is counted.

    Raises
    ------
    InputError
        If the function raises one, or takes too much memory or time.
    """
    with _AT_ONCE:
        context = multiprocessing.get_context("spawn")
        mine, theirs = context.Pipe(duplex=False)
        bounds = (limit("guarded_memory"), limit("guarded_seconds"))
        call = (theirs, function, arguments, tuple(libraries), bounds)
        process = context.Process(target=_answer, args=call, daemon=True)
        with isolated_start():
            process.start()
        theirs.close()
        try:
            if not mine.poll(limit("guarded_seconds")):
                raise InputError(over_limit("guarded_seconds"))
            answer = mine.recv()
        except EOFError:
            raise InputError(over_limit("guarded_memory")) from None
        finally:
            process.kill()
            process.join()
            mine.close()
    if isinstance(answer, Exception):
        raise answer
    return answer[0]  # type: ignore[no-any-return]


def _answer(
    line: Connection,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    libraries: Sequence[str],
    bounds: tuple[int, int],
) -> None:
    """Call the function and send what it gives; a process that dies sends nothing, which is an answer, too."""
    end_with_parent()
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # others take more at once than may be counted
    for name in libraries:
        importlib.import_module(name)
    _bound(*bounds)
    answer: Any
    try:
        answer = (function(*arguments),)
    except InputError as error:
        answer = error
    except Exception as error:
        if out_of_resources(error) is None:
            answer = error
        else:
            os._exit(1)
    with suppress(OSError):
        line.send(answer)


def _bound(memory: int, seconds: int) -> None:
    """Let this process take up to this many bytes and seconds of a processor more than it has now.

    The one that started it counts seconds as well. But if that is gone, and what is called lets no other thread of
    this process go on, only the system can end it.
    """
    with suppress(ImportError, OSError, ValueError):  # not on Windows: only the time is bounded there
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        used = resource.getrusage(resource.RUSAGE_SELF)
        last = int(used.ru_utime + used.ru_stime) + seconds + _SPARE_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (last, last))
