"""Which project of a firm is which in its twin: the starts of two runs paired one to one, firm by firm."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from zhizao.arrays import BoolArray, FloatArray, IntArray
from zhizao.compiled import compiled
from zhizao.engine.state import World
from zhizao.sectors import KIND_COUNT

__all__ = [
    "Pairs",
    "Starts",
    "counted_moves",
    "log_by_firm",
    "pair_starts",
    "paired",
    "paired_moves",
    "starts_since",
    "written",
]


class Starts(NamedTuple):
    """Projects begun in a run, sorted by firm and, within a firm, by month; one entry each.

    Attributes
    ----------
    slot, month, kind
        The firm, the month (0 is the first) and the kind, in the order of `zhizao.sectors.PROJECT_TYPES`.
    supported
        Whether a grant was promised, or can still be for a registered project.
    cost, grant
        What the firm pays for the project and the grant promised, million RMB.
    registered, paid_month
        Whether support for it is claimed after the fact, and the month in which that was paid, -1 if it was not.
    """

    slot: IntArray
    month: IntArray
    kind: IntArray
    supported: BoolArray
    cost: FloatArray
    grant: FloatArray
    registered: BoolArray
    paid_month: IntArray


class Pairs(NamedTuple):
    """The projects of a run and what became of each in the twin; one entry for each project begun here.

    Attributes
    ----------
    starts, others
        What was begun here and in the twin.
    has_pair
        Whether the twin begins it too.
    gain
        Months by which it begins earlier than in the twin; 0 where it has no pair.
    newcomer
        Whether it belongs to a firm that the twin never has.
    """

    starts: Starts
    others: Starts
    has_pair: BoolArray
    gain: IntArray
    newcomer: BoolArray


def pair_starts(starts: Starts, others: Starts, slots: int) -> Pairs:
    """Pair what was begun here with what was begun in the twin, which has had so many places for firms in use."""
    return Pairs(starts, others, *paired_moves(starts, others, slots))


@compiled
def paired_moves(starts: Starts, others: Starts, slots: int) -> tuple[BoolArray, IntArray, BoolArray]:
    """Return of each project whether it has a pair in the twin, months gained on it, and if a newcomer begins it."""
    pair = paired(starts.slot, starts.kind, others.slot, others.kind)
    gain, has_pair = np.zeros(pair.size, np.int64), np.zeros(pair.size, np.bool_)
    newcomer = np.zeros(pair.size, np.bool_)
    for place in range(pair.size):
        newcomer[place] = starts.slot[place] >= slots
        if pair[place] >= 0:
            gain[place] = others.month[pair[place]] - starts.month[place]
            has_pair[place] = True
    return has_pair, gain, newcomer


def written(world: World) -> np.ndarray[Any, Any]:
    """Return the log of starts, in the order of months; a plain array, since a recarray is slow to read."""
    return world.log.view(np.ndarray)[: int(world.district.view(np.ndarray)["logged"][0])]


def starts_since(world: World, first: int) -> Starts:
    """Return what a run that kept its log began from month `first` on."""
    return Starts(*log_by_firm(written(world), first, world.due.shape[1]))


@compiled
def log_by_firm(log: np.ndarray[Any, Any], first: int, slots: int) -> tuple[np.ndarray[Any, Any], ...]:
    """Sort the starts of a log by firm, and leave them in the order of the log within each."""
    place = np.zeros(slots + 1, np.int64)
    begin = log.size
    while begin > 0 and log[begin - 1].month >= first:
        begin -= 1
        place[log[begin].slot + 1] += 1
    for number in range(slots):
        place[number + 1] += place[number]
    size = log.size - begin
    slot, month = np.empty(size, np.int64), np.empty(size, np.int64)
    kind, paid_month = np.empty(size, np.int64), np.empty(size, np.int64)
    supported, registered = np.empty(size, np.bool_), np.empty(size, np.bool_)
    cost, grant = np.empty(size), np.empty(size)
    for number in range(begin, log.size):
        one = log[number]
        to = place[one.slot]
        place[one.slot] += 1
        slot[to], month[to], kind[to], paid_month[to] = one.slot, one.month, one.kind, one.paid_month
        supported[to], registered[to] = one.supported == 1, one.registered == 1
        cost[to], grant[to] = one.cost, one.grant
    return slot, month, kind, supported, cost, grant, registered, paid_month


@compiled
def paired(slot: IntArray, kind: IntArray, other_slot: IntArray, other_kind: IntArray) -> IntArray:
    """Return, for every project here, the place of its pair among the twin's, or -1 if it has none.

    A project can be paired with one of its kind or above. Kinds are taken from the top down: the factories of a
    firm, in the order in which they begin, with the twin's factories in theirs, the first with the first and the
    n-th with the n-th; then its workshops with the workshops and factories that are left; and so on. Nothing is
    paired twice. So for every firm, what is unpaired here less what is unpaired in the twin is exactly how many
    more projects the firm begins here; and since whatever suits a higher kind suits a lower one, no other pairing
    leaves fewer unpaired.
    """
    pair = np.full(slot.size, -1, np.int64)
    taken = np.zeros(other_slot.size, np.bool_)
    for wanted in range(KIND_COUNT - 1, -1, -1):
        other = 0
        for place in range(slot.size):
            if kind[place] != wanted:
                continue
            while other < other_slot.size and (
                other_slot[other] < slot[place]
                or (other_slot[other] == slot[place] and (taken[other] or other_kind[other] < wanted))
            ):
                other += 1
            if other < other_slot.size and other_slot[other] == slot[place]:
                pair[place] = other
                taken[other] = True
    return pair


@compiled
def counted_moves(
    has_pair: BoolArray, gain: IntArray, supported: BoolArray, newcomer: BoolArray, which: BoolArray
) -> tuple[int, ...]:
    """Return what `zhizao.accounts.subsidy_account.ProjectMoves` holds of some projects, in the order of its fields."""
    begun = additional = forward = unchanged = delayed = slowed = entrants = gained = lost = 0
    for place in range(which.size):
        if not which[place]:
            continue
        begun += 1
        if not has_pair[place]:
            additional += 1
            entrants += int(newcomer[place])
        elif gain[place] > 0:
            forward += 1
            gained += gain[place]
        elif gain[place] == 0:
            unchanged += 1
        else:
            delayed += int(supported[place])
            slowed += int(not supported[place])
            lost -= gain[place]
    return begun, additional, forward, unchanged, delayed, slowed, entrants, gained, lost
