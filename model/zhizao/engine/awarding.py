"""The verb `award`: applications are decided against the budget; and the order in which firms are taken."""

from __future__ import annotations

from zhizao import draws
from zhizao.arrays import FloatArray, IntArray
from zhizao.compiled import internal, verb
from zhizao.engine import money
from zhizao.engine.choosing import strike_support, weigh_going_alone
from zhizao.engine.firm import count, place_order, rebound
from zhizao.engine.slot_scan import firm_draw, take, take_with_partners
from zhizao.engine.state import (
    APPLYING,
    CLAIM,
    FILED,
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
from zhizao.records.state import FirmRecord
from zhizao.rules import support
from zhizao.rules.constants import FIRST_COME

__all__ = ["award", "sort_by_keys", "sort_slots"]

_QUEUE = draws.STREAMS["queue"].number

_AWARDS = place_of("awards", FLOWS)
_REJECTIONS = place_of("rejections", FLOWS)


@verb
def award(world: World, month: int) -> None:
    """Applications that are due are decided; the budget binds here and nowhere else."""
    offer = world.offers[month]
    state = world.district[0]
    pending = world.lists[PENDING]
    due = world.lists[SCRATCH]
    waiting = pending[: state.pending]
    count = 0
    kept = 0
    for index in range(waiting.size):
        slot = take(world, waiting, index, KNOWING)
        firm = world.firms[slot]
        if firm.status != APPLYING and firm.registered != FILED:
            continue
        if offer.grants_on == 0.0:
            _reject(world, slot, month)
        elif _asked_month(firm) + int(offer.processing_months) <= month:
            due[count] = slot
            count += 1
        else:
            pending[kept] = slot
            kept += 1
    state.pending = kept
    if count > 0:
        _decide(world, due[:count], month)


@internal
def _asked_month(firm: FirmRecord) -> int:
    """Month of the application, or in which the claim for a registered project was filed."""
    return int(firm.filed_month) if firm.registered == FILED else int(firm.since_month)


@internal
def _decide(world: World, due: IntArray, month: int) -> None:
    """Decide as many as the office can handle, in the order of the rule, while the money lasts."""
    offer = world.offers[month]
    state = world.district[0]
    weekend = 1.0 + world.par[0].support_weekend_gain * offer.handling_weekend_share
    capacity = int(offer.handling_monthly_capacity * weekend)
    if due.size > capacity:
        sort_slots(world, due, FIRST_COME, True)
        for index in range(capacity, due.size):
            _keep_pending(world, int(due[index]))
        due = due[:capacity]
    asked = 0.0
    for index in range(due.size):
        asked += world.firms[take(world, due, index, WHOLE)].grant[0]
    budget = money.over_tiers(state.left)
    if asked <= budget:
        for index in range(due.size):
            _fund(world, take_with_partners(world, due, index), month)
        return
    rule = int(offer.grants_allocation)
    sort_slots(world, due, rule, True)
    blocked = False
    for index in range(due.size):
        slot = int(due[index])
        budget = money.over_tiers(state.left)
        if not blocked and world.firms[slot].grant[0] <= budget:
            _fund(world, slot, month)
        elif rule == FIRST_COME and month - _asked_month(world.firms[slot]) < world.par[0].support_longest_wait:
            blocked = True  # first come, first served: nobody overtakes the one who waits for money
            _keep_pending(world, slot)
        else:
            _reject(world, slot, month)


@internal
def sort_slots(world: World, slots: IntArray, rule: int, asking: bool) -> None:
    """Put slots in the order in which a rule takes them; ties by slot.

    The month that counts is that in which they asked for support, if they are `asking`, else that of their choice.
    """
    keys = world.sort_keys
    for index in range(slots.size):
        slot = take(world, slots, index, JUDGING)
        firm = world.firms[slot]
        since = _asked_month(firm) if asking else int(firm.since_month)
        draw = firm_draw(world, _QUEUE, slot, since)
        keys[index] = support.priority(rule, float(since), draw, world.start[slot].capability, float(firm.size_class))
    sort_by_keys(keys, slots)


@internal
def sort_by_keys(keys: FloatArray, slots: IntArray) -> None:
    """Put slots in the order of their keys, smallest first; ties by slot. A heap sort, in place."""
    for root in range(slots.size // 2 - 1, -1, -1):
        _sift_down(keys, slots, root, slots.size)
    for last in range(slots.size - 1, 0, -1):
        keys[0], keys[last] = keys[last], keys[0]
        slots[0], slots[last] = slots[last], slots[0]
        _sift_down(keys, slots, 0, last)


@internal
def _sift_down(keys: FloatArray, slots: IntArray, root: int, size: int) -> None:
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
def _before(keys: FloatArray, slots: IntArray, one: int, other: int) -> bool:
    return bool(keys[one] < keys[other] or (keys[one] == keys[other] and slots[one] < slots[other]))


@internal
def _keep_pending(world: World, slot: int) -> None:
    state = world.district[0]
    world.lists[PENDING, state.pending] = slot
    state.pending += 1


@internal
def _reject(world: World, slot: int, month: int) -> None:
    firm = world.firms[slot]
    world.district[0].decided_year += 1.0
    count(world.flows, firm, _REJECTIONS, 1.0)
    if firm.registered == FILED:
        firm.registered = 0
        strike_support(world, firm)
        return
    firm.grant[0] = 0.0
    firm.status = IDLE
    if not weigh_going_alone(world, slot, month):
        rebound(world, slot, month)


@internal
def _fund(world: World, slot: int, month: int) -> None:
    """Promise the grant; its partners and park hear that it was supported.

    An applicant can now order; a claim is paid after the delay.
    """
    firm = world.firms[slot]
    state = world.district[0]
    money.promise_grant(world, firm, firm.grant[0])
    claims = firm.registered == FILED
    if claims:
        firm.registered = 0
        world.due[CLAIM, slot] = month + int(world.offers[month].grants_payment_delay)
    else:
        firm.status = QUEUED
        firm.supported = 1
    state.decided_year += 1.0
    state.funded_year += 1.0
    count(world.flows, firm, _AWARDS, 1.0)
    if firm.supported_before == 0:
        firm.supported_before = 1
        world.parks[firm.park].supported += 1
        for index in range(world.partner_start[slot], world.partner_start[slot + 1]):
            world.firms[world.partners[index]].partners_supported += 1
    if not claims:
        place_order(world, slot)
