"""Passes over all slots that touch little: who has something to do this month?

Every verb that concerns few firms first collects their slots from a narrow array, a block at a time, and only then
opens their records. So the pass itself has no branches to guess wrong, and while one firm is dealt with the records of
those that come after it are on their way into the cache.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from zhizao import draws
from zhizao.compiled import fetch_ahead, internal
from zhizao.engine.state import CLAIM, FIRM, KNOWING, LINKED, WHOLE, World
from zhizao.population.synthetic import FIRM_AT_START
from zhizao.rules import business

__all__ = [
    "draw_block", "draw_normals", "fetch_later", "fetch_slot", "slots_below", "slots_due", "slots_unaware",
    "slots_visited", "take", "take_with_partners", "word_above",
]  # fmt: skip

_AHEAD = 4
"""So many places on in a list, records are fetched: about as long as memory takes to answer."""
_TWO_32 = 4294967296.0
_LINE = 64
_FIRM_SIZE, _START_SIZE = FIRM.itemsize, FIRM_AT_START.itemsize


@internal
def draw_block(world: World, stream: int, month: int, first: int, last: int) -> None:
    """Put the words of the draws of slots from `first` up to `last` (at most `BLOCK`) into ``world.words``."""
    needed = (last - first + 3) // 4 * 4
    draws.words(world.district[0].seed, stream, month, first, world.words[:needed])


@internal
def draw_normals(world: World, stream: int, month: int, first: int, last: int) -> None:
    """Put the standard normal draws of the slots of a block into ``world.normals``."""
    draw_block(world, stream, month, first, last)
    draws.normals(world.words, world.normals[: last - first], world.found)


@internal
def word_above(probability: float) -> Any:
    """Return a 32-bit word such that no draw at or above it lies below `probability`."""
    return np.uint32(min(math.ceil(probability * (1.0 + 1e-9) * _TWO_32) + 1.0, _TWO_32 - 1.0))


@internal
def slots_below(world: World, bounds: Any, first: int, last: int) -> int:
    """Collect in ``world.found`` the slots of the block whose drawn words lie below their own bounds."""
    many = 0
    bounds = bounds[first:last]  # indices from zero need no check for being negative
    for place in range(bounds.size):
        world.found[many] = first + place
        many += 1 if world.words[place] < bounds[place] else 0
    return many


@internal
def slots_unaware(world: World, bound: Any, first: int, last: int) -> int:
    """Collect in ``world.found`` the slots of unaware firms of the block whose drawn words lie below `bound`."""
    many = 0
    unaware = world.unaware[first:last]
    for place in range(unaware.size):
        world.found[many] = first + place
        many += int(world.words[place] < bound) & int(unaware[place])
    return many


@internal
def slots_due(world: World, row: int, month: int, first: int, last: int) -> int:
    """Collect in ``world.found`` the slots of the block for which this row of ``world.due`` names this month."""
    many = 0
    due = world.due[row, first:last]
    for place in range(due.size):
        world.found[many] = first + place
        many += 1 if due[place] == month else 0
    return many


@internal
def slots_visited(world: World, before: float, after: float, first: int, last: int) -> int:
    """Collect in ``world.found`` the slots of the block that the rota reaches as its rounds go on."""
    many = 0
    phases = world.visit_phase[first:last]
    for place in range(phases.size):
        world.found[many] = first + place
        many += 1 if business.visited(phases[place], before, after) else 0
    return many


@internal
def _fetch_from(address: int, size: int) -> None:
    """Have all cache lines of `size` bytes from `address` on fetched."""
    for offset in range(0, size, _LINE):
        fetch_ahead(address + offset)
    fetch_ahead(address + size - 1)


@internal
def fetch_slot(world: World, slot: int, part: tuple[int, int]) -> None:
    """Have as much of a slot's records fetched as is needed: `KNOWING`, `JUDGING`, `VALUING` or `WHOLE`."""
    _fetch_from(world.firms.ctypes.data + slot * _FIRM_SIZE, part[0])
    if part[1] > 0:
        _fetch_from(world.start.ctypes.data + slot * _START_SIZE, part[1])
    if part[0] > KNOWING[0]:
        fetch_ahead(world.due[CLAIM].ctypes.data + slot * world.due.itemsize)


@internal
def take(world: World, slots: Any, place: int, part: tuple[int, int]) -> int:
    """Return the slot at a place of a list, and have the records of one some places on fetched meanwhile.

    `part` is how far they are needed. Called for each place in order; it changes nothing.
    """
    if place == 0:
        for ahead in range(min(_AHEAD, slots.size)):
            fetch_slot(world, int(slots[ahead]), part)
    if place + _AHEAD < slots.size:
        fetch_slot(world, int(slots[place + _AHEAD]), part)
    return int(slots[place])


@internal
def take_with_partners(world: World, slots: Any, place: int) -> int:
    """Return the slot at a place of a list, as `take` does; what its partners know is fetched as well.

    Where a firm's partners stand is itself to be fetched, so that goes before.
    """
    if place + 3 * _AHEAD < slots.size:
        later = int(slots[place + 3 * _AHEAD])
        fetch_ahead(world.partner_start.ctypes.data + later * world.partner_start.itemsize)
    if place + 2 * _AHEAD < slots.size:
        first = world.partner_start[slots[place + 2 * _AHEAD]]
        fetch_ahead(world.partners.ctypes.data + first * world.partners.itemsize)
    if place + _AHEAD < slots.size:
        soon = int(slots[place + _AHEAD])
        for link in range(world.partner_start[soon], world.partner_start[soon + 1]):
            partner = int(world.partners[link])
            _fetch_from(world.firms.ctypes.data + partner * _FIRM_SIZE, LINKED)
            fetch_ahead(world.attention_bound.ctypes.data + partner * world.attention_bound.itemsize)
    return take(world, slots, place, WHOLE)


@internal
def fetch_later(world: World, slot: int, part: tuple[int, int]) -> None:
    """Have the record of a firm some slots on fetched, in a pass over all of them; changes nothing."""
    _fetch_from(world.firms.ctypes.data + min(slot + 2 * _AHEAD, world.firms.size - 1) * _FIRM_SIZE, part[0])
