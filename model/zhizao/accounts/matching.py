"""Which project of a firm is which in its twin: the starts of two runs paired one to one, firm by firm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from zhizao.arrays import BoolArray, FloatArray, IntArray
from zhizao.compiled import compiled
from zhizao.engine.state import World
from zhizao.sectors import KIND_COUNT

__all__ = ["Pairs", "Starts", "pair_starts", "paired", "starts_since", "written"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Starts:
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
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
    pair = paired(starts, others)
    has_pair = pair >= 0
    gain = np.zeros_like(pair)
    gain[has_pair] = others.month[pair[has_pair]] - starts.month[has_pair]
    newcomer = starts.slot >= slots
    return Pairs(starts=starts, others=others, has_pair=has_pair, gain=gain, newcomer=newcomer)


def written(world: World) -> np.ndarray[Any, Any]:
    """Return the log of starts, in the order of months; a plain array, since a recarray is slow to read."""
    return world.log.view(np.ndarray)[: int(world.district.view(np.ndarray)["logged"][0])]


def starts_since(world: World, first: int) -> Starts:
    """Return what a run that kept its log began from month `first` on."""
    log = written(world)
    log = log[np.searchsorted(log["month"], first) :]
    log = log[np.argsort(log["slot"], kind="stable")]
    return Starts(
        slot=log["slot"].astype(np.int64),
        month=log["month"].astype(np.int64),
        kind=log["kind"].astype(np.int64),
        supported=log["supported"] == 1,
        cost=log["cost"].copy(),
        grant=log["grant"].copy(),
        registered=log["registered"] == 1,
        paid_month=log["paid_month"].astype(np.int64),
    )


def paired(here: Starts, twin: Starts) -> IntArray:
    """Return, for every project here, the place of its pair among the twin's, or -1 if it has none.

    A project can be paired with one of its kind or above. Kinds are taken from the top down: the factories of a
    firm, in the order in which they begin, with the twin's factories in theirs, the first with the first and the
    n-th with the n-th; then its workshops with the workshops and factories that are left; and so on. Nothing is
    paired twice. So for every firm, what is unpaired here less what is unpaired in the twin is exactly how many
    more projects the firm begins here; and since whatever suits a higher kind suits a lower one, no other pairing
    leaves fewer unpaired.
    """
    return np.asarray(_paired(here.slot, here.kind, twin.slot, twin.kind))


@compiled
def _paired(slot: IntArray, kind: IntArray, other_slot: IntArray, other_kind: IntArray) -> IntArray:
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
