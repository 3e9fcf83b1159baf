"""Branches of a run: copies of its state that go another way, in memory that is used again for later runs."""

from __future__ import annotations

import threading
from typing import Any, cast

import numpy as np

from zhizao.engine.state import CACHE_LINE, World, aligned_bytes
from zhizao.records.rows import Records
from zhizao.records.state import OfferRecord

__all__ = ["Arena", "arena_of_thread", "copy_world"]

_SHARED = frozenset(
    {
        "par",
        "offers",
        "foreseen",
        "start",
        "luck",
        "partner_start",
        "partners",
        "park_start",
        "park_firms",
        "leader_slots",
        "visit_phase",
    }
)
"""What never changes in a run: branches share it."""
_APART = tuple(place for place, name in enumerate(World._fields) if name not in _SHARED)
_SLACK = 1.25
"""Room is made for states somewhat larger than the first, since districts differ in size from draw to draw."""


class Arena:
    """Memory for the branches of one run after another; for one thread at a time.

    A system that hands out memory fills it with zeros first, page by page, which costs as much as the copy itself.
    """

    def __init__(self) -> None:
        self._spare: list[np.ndarray[Any, Any]] = []
        self._lent: list[np.ndarray[Any, Any]] = []

    def lend(self, size: int) -> np.ndarray[Any, Any]:
        """Return `size` bytes, whatever they hold."""
        block = self._spare.pop() if self._spare else np.zeros(0, np.uint8)
        if block.size < size:
            block = aligned_bytes(int(size * _SLACK))
        self._lent.append(block)
        return block[:size]

    def take_back(self) -> None:
        """Have all that was lent for use again: the branches in it are over, and nobody looks at them any more."""
        self._spare += self._lent
        self._lent.clear()


_OF_THREAD = threading.local()


def arena_of_thread() -> Arena:
    """Return the arena of the thread that asks."""
    if not hasattr(_OF_THREAD, "arena"):
        _OF_THREAD.arena = Arena()
    return cast(Arena, _OF_THREAD.arena)


def copy_world(
    world: World,
    offers: Records[OfferRecord],
    months: int,
    arena: Arena | None = None,
    foreseen: Records[OfferRecord] | None = None,
) -> World:
    """Return a copy that can go another way under other `offers`; what never changes is shared.

    Parameters
    ----------
    months
        How many months have been run; what the others will write is not copied.
    arena
        Where the copy is put, if not in memory of its own.
    foreseen
        What has been announced under these offers, if anything.
    """
    sizes = [-(-world[place].nbytes // CACHE_LINE) * CACHE_LINE for place in _APART]
    block = aligned_bytes(sum(sizes)) if arena is None else arena.lend(sum(sizes))
    fields: list[Any] = list(world)
    logged = int(world.district.view(np.ndarray)["logged"][0])
    written = {"series": months, "money": months, "log": logged}
    first = 0
    for place, size in zip(_APART, sizes, strict=True):
        array = world[place]
        copy = block[first : first + array.nbytes].view(array.dtype).reshape(array.shape)
        used = written.get(World._fields[place], array.shape[0])
        copy[:used] = array.view(np.ndarray)[:used]
        fields[place] = copy.view(type(array))
        first += size
    fields[World._fields.index("offers")] = offers
    fields[World._fields.index("foreseen")] = offers if foreseen is None else foreseen
    return World(*fields)
