"""Histories that are kept, so that one more policy under the same draws goes on from them.

What happened before the branch does not depend on a lever that is moved from then on. Those who try one policy after
another, as on the page, need not run it again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock

from zhizao.engine.state import World

__all__ = ["Pasts"]

_MOST_BYTES = 250_000_000
"""Room for some hundred draws of a district of 500 firms; what comes when it is full is run each time."""


class Pasts:
    """Histories up to the branch, by what they depend on; for all threads of one process.

    Parameters
    ----------
    most_bytes
        What is kept takes no more memory than this.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._left = most_bytes
        self._found: dict[Hashable, World] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._found)

    def get(self, key: Hashable, make: Callable[[], World]) -> World:
        """Return the history of `key`, which is made if it is not kept; nobody may change it."""
        with self._lock:
            if key in self._found:
                return self._found[key]
        world = make()
        size = sum(array.nbytes for array in world)
        with self._lock:
            if key not in self._found and size <= self._left:
                self._left -= size
                self._found[key] = world
        return world
