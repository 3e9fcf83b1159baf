"""The verb `award`: applications are decided against the budget; and the order in which firms are taken."""

from __future__ import annotations

from typing import Any

from zhizao import draws
from zhizao.compiled import internal
from zhizao.engine import money
from zhizao.engine.firm import (
    count,
    place_order,
    rebound,
)
from zhizao.engine.scan import take, take_with_partners
from zhizao.engine.state import (
    APPLYING,
    FLOWS,
    IDLE,
    JUDGING,
    KNOWING,
    PENDING,
    QUEUED,
    SCRATCH,
    WHOLE,
    World,
    place_of,
)
from zhizao.rules import support

__all__ = ["award", "sort_slots"]

_QUEUE = draws.STREAMS["queue"].number

_AWARDS = place_of("awards", FLOWS)
_REJECTIONS = place_of("rejections", FLOWS)


@internal
def award(world: World, month: int) -> None:
    """Applications that are due are decided; the budget binds here and nowhere else."""
    offer = world.offers[month]
    state = world.district[0]
    pending = world.lists[PENDING]
    due = world.lists[SCRATCH]
    waiting = pending[: state.pending]
    many = 0
    kept = 0
    for place in range(waiting.size):
        slot = take(world, waiting, place, KNOWING)
        firm = world.firms[slot]
        if firm.status != APPLYING:
            continue
        if offer.grants_on == 0.0:
            _reject(world, slot, month)
        elif firm.since_month + int(offer.processing_months) <= month:
            due[many] = slot
            many += 1
        else:
            pending[kept] = slot
            kept += 1
    state.pending = kept
    if many > 0:
        _decide(world, due[:many], month)


@internal
def _decide(world: World, due: Any, month: int) -> None:
    """Decide as many as the office can handle, in the order of the rule, while the money lasts."""
    offer = world.offers[month]
    state = world.district[0]
    weekend = 1.0 + world.par[0].support_weekend_gain * offer.handling_weekend_share
    capacity = int(offer.handling_monthly_capacity * weekend)
    if due.size > capacity:
        sort_slots(world, due, 0)
        for place in range(capacity, due.size):
            _keep_pending(world, int(due[place]))
        due = due[:capacity]
    asked = 0.0
    for place in range(due.size):
        asked += world.firms[take(world, due, place, WHOLE)].grant[0]
    budget = state.left[0] + state.left[1] + state.left[2]
    if asked <= budget:
        for place in range(due.size):
            _fund(world, take_with_partners(world, due, place), month)
        return
    rule = int(offer.grants_allocation)
    sort_slots(world, due, rule)
    blocked = False
    for place in range(due.size):
        slot = int(due[place])
        budget = state.left[0] + state.left[1] + state.left[2]
        if not blocked and world.firms[slot].grant[0] <= budget:
            _fund(world, slot, month)
        elif rule == 0 and month - world.firms[slot].since_month < world.par[0].support_longest_wait:
            blocked = True  # first come, first served: nobody overtakes the one who waits for money
            _keep_pending(world, slot)
        else:
            _reject(world, slot, month)


@internal
def sort_slots(world: World, slots: Any, rule: int) -> None:
    """Put slots in the order in which an allocation rule takes them; ties by slot. A heap sort, in place."""
    seed = world.district[0].seed
    keys = world.sort_keys
    for place in range(slots.size):
        slot = take(world, slots, place, JUDGING)
        firm = world.firms[slot]
        draw = draws.uniform(seed, _QUEUE, slot, int(firm.since_month))
        keys[place] = support.priority(
            rule, float(firm.since_month), draw, world.start[slot].capability, float(firm.size_class)
        )
    for root in range(slots.size // 2 - 1, -1, -1):
        _sift_down(keys, slots, root, slots.size)
    for last in range(slots.size - 1, 0, -1):
        keys[0], keys[last] = keys[last], keys[0]
        slots[0], slots[last] = slots[last], slots[0]
        _sift_down(keys, slots, 0, last)


@internal
def _sift_down(keys: Any, slots: Any, root: int, size: float) -> None:
    while True:
        child = 2 * root + 1
        if child >= size:
            return
        if child + 1 < size and _before(keys, slots, child, child + 1):
            child += 1
        if not _before(keys, slots, root, child):
            return
        keys[root], keys[child] = keys[child], keys[root]
        slots[root], slots[child] = slots[child], slots[root]
        root = child


@internal
def _before(keys: Any, slots: Any, one: float, other: float) -> bool:
    return bool(keys[one] < keys[other] or (keys[one] == keys[other] and slots[one] < slots[other]))


@internal
def _keep_pending(world: World, slot: int) -> None:
    state = world.district[0]
    world.lists[PENDING, state.pending] = slot
    state.pending += 1


@internal
def _reject(world: World, slot: int, month: int) -> None:
    firm = world.firms[slot]
    firm.grant[0] = 0.0
    firm.status = IDLE
    world.district[0].decided_year += 1.0
    count(world.flows, firm, _REJECTIONS, 1.0)
    rebound(world, slot, month)


@internal
def _fund(world: World, slot: int, month: int) -> None:
    """Promise the grant and let the firm order; its partners and park hear that it was supported."""
    firm = world.firms[slot]
    state = world.district[0]
    money.promise_grant(world, firm, firm.grant[0])
    firm.status = QUEUED
    firm.supported = 1
    state.decided_year += 1.0
    state.funded_year += 1.0
    count(world.flows, firm, _AWARDS, 1.0)
    if firm.supported_before == 0:
        firm.supported_before = 1
        world.parks[firm.park].supported += 1
        for place in range(world.partner_start[slot], world.partner_start[slot + 1]):
            world.firms[world.partners[place]].partners_supported += 1
    place_order(world, slot)
