"""Passes over all slots that touch little: who has something to do this month?

Every verb that concerns few firms first collects their slots from a narrow array, a block at a time, and only then
opens their records. So the pass itself has no branches to guess wrong, and while one firm is dealt with the records of
those that come after it are on their way into the cache.
"""

from __future__ import annotations

import math

import numpy as np

from zhizao import draws
from zhizao.arrays import IntArray
from zhizao.compiled import fetch_ahead, internal
from zhizao.engine.firm_record import FIRM
from zhizao.engine.state import CLAIM, KNOWING, LINKED, SIZES, TERMS, VALUING, WHOLE, World
from zhizao.population.synthetic import FIRM_AT_START
from zhizao.records.rows import WordArray
from zhizao.rules import ASK_EVERYONE, business

__all__ = [
    "draw_block",
    "draw_normals",
    "fetch_later",
    "fetch_slot",
    "firm_draw",
    "slots_below",
    "slots_due",
    "slots_unaware",
    "slots_visited",
    "take",
    "take_with_partners",
    "word_above",
]

_AHEAD = 4
"""How far ahead in a list records are fetched: about as long as memory takes to answer."""
_TWO_32 = 4294967296.0
_LINE = 64
_FIRM_SIZE, _START_SIZE = FIRM.itemsize, FIRM_AT_START.itemsize
_TERMS_SIZE, _SIZES_SIZE = TERMS.itemsize, SIZES.itemsize


@internal
def _luck_number(world: World, slot: int) -> int:
    """Return what a firm's luck depends on: its id's number in a register, else its place among the other firms.

    In a synthetic district, where no firm is registered, that is the slot.
    """
    registered = world.luck.size
    return int(world.luck[slot]) if slot < registered else slot - registered


@internal
def firm_draw(world: World, stream: int, slot: int, month: int) -> float:
    """Return the uniform draw of the firm in a slot in one month."""
    return draws.uniform(world.district[0].seed, stream, _luck_number(world, slot), month)


@internal
def draw_block(world: World, stream: int, month: int, first: int, last: int) -> None:
    """Put the words of the draws of slots from `first` up to `last` (at most `BLOCK`) into ``world.words``."""
    seed = world.district[0].seed
    if world.luck.size == 0:  # neighbouring numbers share their work
        needed = (last - first + 3) // 4 * 4
        draws.words(seed, stream, month, first, world.words[:needed])
        return
    for index in range(last - first):
        world.words[index] = draws.word(seed, stream, _luck_number(world, first + index), month)


@internal
def draw_normals(world: World, stream: int, month: int, first: int, last: int) -> None:
    """Put the standard normal draws of the slots of a block into ``world.normals``."""
    draw_block(world, stream, month, first, last)
    draws.normals(world.words, world.normals[: last - first], world.slots_found)


@internal
def word_above(probability: float) -> np.uint32:
    """Return a 32-bit word such that no draw at or above it lies below `probability`.

    Under rules of the user's own no bound holds, and every draw lies below the word.
    """
    if ASK_EVERYONE:
        return np.uint32(_TWO_32 - 1.0)
    return np.uint32(min(math.ceil(probability * (1.0 + 1e-9) * _TWO_32) + 1.0, _TWO_32 - 1.0))


@internal
def slots_below(world: World, bounds: WordArray, first: int, last: int) -> int:
    """Collect in ``world.slots_found`` the slots of the block whose drawn words lie below their own bounds."""
    count = 0
    bounds = bounds[first:last]  # indices from zero need no check for being negative
    for index in range(bounds.size):
        world.slots_found[count] = first + index
        count += 1 if world.words[index] < bounds[index] else 0
    return count


@internal
def slots_unaware(world: World, bound: np.uint32, first: int, last: int) -> int:
    """Collect in ``world.slots_found`` the slots of unaware firms of the block whose drawn words lie below `bound`."""
    count = 0
    unaware = world.unaware[first:last]
    for index in range(unaware.size):
        world.slots_found[count] = first + index
        count += int(world.words[index] < bound) & int(unaware[index])
    return count


@internal
def slots_due(world: World, row: int, month: int, first: int, last: int) -> int:
    """Collect in ``world.slots_found`` the slots of the block for which this row of ``world.due`` names this month."""
    count = 0
    due = world.due[row, first:last]
    for index in range(due.size):
        world.slots_found[count] = first + index
        count += 1 if due[index] == month else 0
    return count


@internal
def slots_visited(world: World, before: float, after: float, first: int, last: int) -> int:
    """Collect in ``world.slots_found`` the slots of the block that the rota reaches as its rounds go on."""
    count = 0
    phases = world.visit_phase[first:last]
    for index in range(phases.size):
        world.slots_found[count] = first + index
        count += 1 if business.visited(phases[index], before, after) else 0
    return count


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
    if part[0] == VALUING[0]:
        _fetch_from(world.terms.ctypes.data + slot * _TERMS_SIZE, _TERMS_SIZE)
        _fetch_from(world.sizes.ctypes.data + slot * _SIZES_SIZE, _SIZES_SIZE)
        fetch_ahead(world.pilot_draw.ctypes.data + slot * world.pilot_draw.itemsize)
    if part[0] > KNOWING[0]:
        fetch_ahead(world.due[CLAIM].ctypes.data + slot * world.due.itemsize)


@internal
def take(world: World, slots: IntArray, index: int, part: tuple[int, int]) -> int:
    """Return the slot at an index of a list, and have the records of a later one fetched meanwhile.

    `part` is how far they are needed. Called for each index in order; it changes nothing.
    """
    if index == 0:
        for ahead in range(min(_AHEAD, slots.size)):
            fetch_slot(world, int(slots[ahead]), part)
    if index + _AHEAD < slots.size:
        fetch_slot(world, int(slots[index + _AHEAD]), part)
    return int(slots[index])


@internal
def take_with_partners(world: World, slots: IntArray, index: int) -> int:
    """Return the slot at an index of a list, as `take` does; what its partners know is fetched as well.

    Where a firm's partners stand is itself to be fetched, so that goes before.
    """
    if index + 3 * _AHEAD < slots.size:
        later = int(slots[index + 3 * _AHEAD])
        fetch_ahead(world.partner_start.ctypes.data + later * world.partner_start.itemsize)
    if index + 2 * _AHEAD < slots.size:
        first = world.partner_start[slots[index + 2 * _AHEAD]]
        fetch_ahead(world.partners.ctypes.data + first * world.partners.itemsize)
    if index + _AHEAD < slots.size:
        soon = int(slots[index + _AHEAD])
        for link in range(world.partner_start[soon], world.partner_start[soon + 1]):
            partner = int(world.partners[link])
            _fetch_from(world.firms.ctypes.data + partner * _FIRM_SIZE, LINKED)
            fetch_ahead(world.attention_bound.ctypes.data + partner * world.attention_bound.itemsize)
    return take(world, slots, index, WHOLE)


@internal
def fetch_later(world: World, slot: int, part: tuple[int, int]) -> None:
    """Have the record of a firm some slots on fetched, in a pass over all of them; changes nothing."""
    _fetch_from(world.firms.ctypes.data + min(slot + 2 * _AHEAD, world.firms.size - 1) * _FIRM_SIZE, part[0])
