"""Branches of a run: copies of its state that go another way, in memory that is used again for later runs."""

from __future__ import annotations

import threading
import weakref
from itertools import accumulate
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
        "terms",
        "pilot_draw",
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
_WRITTEN_ONCE = tuple(World._fields.index(name) for name in ("series", "money"))
"""What has a row for each month, to which nobody writes later."""
_LOG = World._fields.index("log")
_COPIED_IN_PART = (*_WRITTEN_ONCE, _LOG)
_SLACK = 1.25
"""Room is made for states somewhat larger than the first, since districts differ in size from draw to draw."""
_Array = np.ndarray[Any, Any]


class _Block:
    """Memory for one branch at a time; it may hold the history of the run that the last one came from."""

    def __init__(self) -> None:
        self._room: _Array = np.zeros(0, np.uint8)
        self._trunk: weakref.ref[_Array] | None = None
        self._months = 0
        self._copies: list[tuple[_Array, _Array]] = []
        self.arrays: dict[int, _Array] = {}

    def prepare(self, world: World) -> None:
        """Have arrays for all that a branch of `world` has for itself, by place, whatever they hold."""
        if self._trunk is not None and self._trunk() is world.series:
            return
        like = [(array.shape, array.dtype) for array in self.arrays.values()]
        if like != [(world[place].shape, world[place].dtype) for place in _APART]:
            sizes = [-(-world[place].nbytes // CACHE_LINE) * CACHE_LINE for place in _APART]
            if self._room.size < sum(sizes):
                self._room = aligned_bytes(int(sum(sizes) * _SLACK))
            firsts = dict(zip(_APART, accumulate(sizes, initial=0), strict=False))
            self.arrays = {place: _like(world[place], self._room[first:]) for place, first in firsts.items()}
        self._copies = [
            (_bytes(copy), _bytes(world[place])) for place, copy in self.arrays.items() if place not in _COPIED_IN_PART
        ]
        self._trunk, self._months = weakref.ref(world.series), 0

    def copy(self, world: World, months: int) -> None:
        """Copy the state of `world`, and of its history up to `months` what is not there since an earlier branch."""
        for copy, original in self._copies:
            np.copyto(copy, original)
        for place in _WRITTEN_ONCE:
            self.arrays[place][self._months : months] = world[place][self._months : months]
        logged = int(world.district.view(np.ndarray)["logged"][0])
        np.copyto(_bytes(self.arrays[_LOG][:logged]), _bytes(world.log[:logged]))
        self._months = months


def _like(array: _Array, room: _Array) -> _Array:
    return room[: array.nbytes].view(array.dtype).reshape(array.shape).view(type(array))


def _bytes(array: _Array) -> _Array:
    """Return an array as bytes: records are copied field by field else, which takes ten times as long."""
    return array.view(np.ndarray).view(np.uint8)


class Arena:
    """Memory for the branches of one run after another; for one thread at a time.

    A system that hands out memory fills it with zeros first, page by page, which costs as much as the copy itself. What
    was given back last is lent first: it is still near the processor.
    """

    def __init__(self) -> None:
        self._spare: list[_Block] = []
        self._lent: dict[int, _Block] = {}

    def lend(self, world: World) -> _Block:
        """Return memory for a branch of `world`."""
        block = self._spare.pop() if self._spare else _Block()
        block.prepare(world)
        self._lent[id(block.arrays[_WRITTEN_ONCE[0]])] = block
        return block

    def take_back(self, branch: World | None = None) -> None:
        """Have what was lent for a branch, or for all, for use again: nobody looks at it any more."""
        for one in list(self._lent) if branch is None else [id(branch.series)]:
            if one in self._lent:
                self._spare.append(self._lent.pop(one))


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
    if arena is None:
        block = _Block()
        block.prepare(world)
    else:
        block = arena.lend(world)
    block.copy(world, months)
    fields: list[Any] = list(world)
    for place, copy in block.arrays.items():
        fields[place] = copy
    fields[World._fields.index("offers")] = offers
    fields[World._fields.index("foreseen")] = offers if foreseen is None else foreseen
    return World(*fields)
