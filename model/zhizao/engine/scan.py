"""Passes over all slots that touch little: who has something to do this month?

Every verb that concerns few firms first collects their slots from a narrow array, a block at a time, and only then
opens their records. So the pass itself has no branches to guess wrong, and what it found can be fetched into the cache
together instead of one firm at a time.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from zhizao import draws
from zhizao.compiled import fetch_ahead, internal
from zhizao.engine.state import CLAIM, FIRM, KNOWING, World
from zhizao.population.synthetic import CONSTANT, FIRM_AT_START
from zhizao.rules import business

__all__ = [
    "FEW", "draw_block", "draw_normals", "fetch", "fetch_partners",
    "slots_below", "slots_due", "slots_unaware", "slots_visited", "word_above",
]  # fmt: skip

FEW = 64
"""Slots of a list whose records are fetched together."""
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
def fetch(world: World, slots: Any, part: int) -> None:
    """Have the records of some slots fetched into the cache, all at once; changes nothing.

    `part` is how far they are needed: `KNOWING`, `VALUING` or `WHOLE`.
    """
    firms, starts, claims = world.firms.ctypes.data, world.start.ctypes.data, world.due[CLAIM].ctypes.data
    for place in range(slots.size):
        slot = int(slots[place])
        _fetch_from(firms + slot * _FIRM_SIZE, part)
        if part != KNOWING:
            _fetch_from(starts + slot * _START_SIZE, CONSTANT)
            fetch_ahead(claims + slot * world.due.itemsize)


@internal
def fetch_partners(world: World, slots: Any) -> None:
    """Have what the partners of some slots know fetched into the cache; changes nothing.

    In three rounds, since where a firm's partners stand is itself to be fetched.
    """
    firms, partners = world.firms.ctypes.data, world.partners.ctypes.data
    for number in range(slots.size):
        fetch_ahead(world.partner_start.ctypes.data + int(slots[number]) * world.partner_start.itemsize)
    for number in range(slots.size):
        fetch_ahead(partners + world.partner_start[slots[number]] * world.partners.itemsize)
    for number in range(slots.size):
        slot = int(slots[number])
        for place in range(world.partner_start[slot], world.partner_start[slot + 1]):
            _fetch_from(firms + int(world.partners[place]) * _FIRM_SIZE, KNOWING)
