"""Whether there is room to start at all: looked at before libraries are loaded that wait for ever if there is not."""

from __future__ import annotations

import os
import threading

from zhizao.errors import OutOfResourcesError, resources_message

try:
    import resource
except ImportError:  # not on Windows, which has no such limits
    resource = None  # type: ignore[assignment]

__all__ = ["check_room"]

_MEMORY = 600_000_000
_MEMORY_A_THREAD = 120_000_000
_MOST_THREADS = 64


def check_room() -> None:
    """See that this process may use the memory and the threads that numerical libraries take when they are loaded.

    OpenBLAS, which NumPy and SciPy each bring along, takes memory for a thread on each processor. Where it gets none,
    it asks again without end; where it gets no thread, it interrupts the process.

    Raises
    ------
    OutOfResourcesError
        If there is too little of either.
    """
    threads = _threads()
    if resource is not None:
        allowed, needed = resource.getrlimit(resource.RLIMIT_AS)[0], _MEMORY + threads * _MEMORY_A_THREAD
        if allowed != resource.RLIM_INFINITY and allowed < needed:
            raise OutOfResourcesError(
                f"there is too little memory to start: this process may use {allowed / 1e6:,.0f} MB (ulimit -v), and "
                f"needs {needed / 1e6:,.0f} MB on {threads} processors; allow more, or set OPENBLAS_NUM_THREADS=1"
            )
    end, waiting = threading.Event(), []
    try:
        for _ in range(threads):
            waiting.append(threading.Thread(target=end.wait, daemon=True))
            waiting[-1].start()
    except (RuntimeError, MemoryError):
        raise OutOfResourcesError(resources_message("processes or threads")) from None
    finally:
        end.set()
        for thread in waiting:
            if thread.is_alive():  # not one that found no room, nor one whose start was interrupted
                thread.join()


def _threads() -> int:
    """How many threads the numerical libraries use."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        if (chosen := os.environ.get(name, "")).isascii() and chosen.isdigit():
            return max(1, min(int(chosen), _MOST_THREADS))
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_THREADS)
