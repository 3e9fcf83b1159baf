"""Supply links among registered firms: whom a firm trades with depends on ids and not on places in a list.

All firms are placed on a circle, each at its own spot. A link looks for its partner from a spot of its own, among
the next few firms there, and takes the one that likes it best. So one more firm changes about as many links as it has
itself, wherever it is in the file. Circles of one park, one sector or one sector's chain leaders give partners
of that kind. Firms whose partners the register names seek nobody, and no other registered firm seeks them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhizao import draws
from zhizao.compiled import compiled, internal

__all__ = ["registered_links"]

_CIRCLE = draws.STREAMS["circle"].number
_CHOICE = draws.STREAMS["choice"].number
_DEGREE = draws.STREAMS["degree"].number
_PARTNER = draws.STREAMS["partner"].number
_LEADER_LINK = draws.STREAMS["leader_link"].number
_OF_LEADERS = 1000
_WINDOW = 16
"""Firms among which a link chooses: enough that no firm is sought much more often than another."""


class _Circle(NamedTuple):
    """Firms by group and, within it, in their order on the group's circle."""

    slots: Any
    at: Any
    start: Any


class _Firms(NamedTuple):
    """What the search for partners needs to know of all firms; those from `registered` on enter later."""

    numbers: Any
    sought: Any
    registered: int


def registered_links(
    firms: np.recarray[Any, Any], luck: NDArray[np.int64], known: NDArray[np.bool_], seed: np.uint64, par: Any
) -> NDArray[np.int32]:
    """Return supply links of the firms whose partners are not known, as pairs (firm, partner with a smaller slot).

    Parameters
    ----------
    firms
        All firms: those of the register, and those that will enter.
    luck
        Luck numbers of the registered firms.
    known
        Whether the register says who a firm's partners are; those firms are left alone.
    seed, par
        Seed of the run and record of parameters.
    """
    entrants = firms.size - luck.size
    numbers = np.concatenate([luck, np.arange(entrants, dtype=np.int64)])
    at = _places_on_circle(numbers, seed)
    sought = np.concatenate([~known, np.ones(entrants, np.bool_)])
    leading = firms["leader"] == 1
    sector = firms["sector"].astype(np.int64)
    circles = (
        _circle(at, np.zeros(firms.size, np.int64)),
        _circle(at, firms["park"].astype(np.int64)),
        _circle(at, sector),
        _circle(at, np.where(leading, sector, int(sector.max(initial=0)) + 1)),
    )
    facts = _Firms(numbers=numbers, sought=sought, registered=int(luck.size))
    pairs = _seek(firms, facts, circles, seed, par)
    return np.unique(np.sort(pairs, axis=1)[:, ::-1], axis=0).astype(np.int32).reshape(-1, 2)


def _circle(at: NDArray[np.float64], group: NDArray[np.int64]) -> _Circle:
    slots = np.lexsort((at, group))
    start = np.searchsorted(group[slots], np.arange(int(group.max(initial=0)) + 2))
    return _Circle(slots=slots, at=at[slots], start=start)


@compiled
def _places_on_circle(numbers: Any, seed: Any) -> Any:
    found = np.empty(numbers.size)
    for slot in range(numbers.size):
        found[slot] = draws.uniform(seed, _CIRCLE, int(numbers[slot]), 0)
    return found


@internal
def _choose(circle: Any, group: int, facts: Any, seed: Any, slot: int, word: Any) -> int:
    """Return the partner of one link of the firm in `slot`, -1 if there is none; `word` is the link's own draw.

    Registered firms seek registered ones; who enters later seeks any firm that was there or could be before.
    """
    first, last = circle.start[group], circle.start[group + 1]
    here = first + np.searchsorted(circle.at[first:last], draws.unit(word))
    before = facts.registered if slot < facts.registered else slot
    best, liking, seen = -1, -1.0, 0
    for step in range(last - first):
        place = here + step
        candidate = int(circle.slots[place if place < last else place - (last - first)])
        if candidate == slot or candidate >= before:
            continue
        if slot < facts.registered and not facts.sought[candidate]:
            continue
        draw = draws.uniform(seed, _CHOICE, int(facts.numbers[candidate]), word)
        if draw > liking:
            best, liking = candidate, draw
        seen += 1
        if seen == _WINDOW:
            break
    return best


@compiled
def _seek(firms: Any, facts: Any, circles: Any, seed: Any, par: Any) -> Any:
    """Return the links that firms seek, as pairs (firm, partner) in which the same pair may stand twice."""
    everywhere, parks, sectors, leaders = circles
    links = np.empty((max(1024, 8 * firms.size), 2), dtype=np.int32)
    count = 0
    for slot in range(firms.size):
        if not facts.sought[slot]:
            continue
        firm = firms[slot]
        number = int(facts.numbers[slot])
        partners = draws.poisson_quantile(draws.uniform(seed, _DEGREE, number, 0), par.links_partners)
        suppliers = 0
        if firm.leader == 1:
            suppliers = draws.poisson_quantile(draws.uniform(seed, _DEGREE, number, 1), par.links_leader_partners)
        if count + partners + suppliers + 1 > links.shape[0]:
            larger = np.empty((2 * (count + partners + suppliers + 1), 2), dtype=np.int32)
            for place in range(count):  # compiles sooner than all at once
                larger[place, 0] = links[place, 0]
                larger[place, 1] = links[place, 1]
            links = larger
        for link in range(partners + suppliers + 1):
            chosen = -1
            if link < partners:
                word = draws.word(seed, _PARTNER, number, 2 * link + 1)
                if draws.uniform(seed, _PARTNER, number, 2 * link) < par.links_same_park:
                    chosen = _choose(parks, int(firm.park), facts, seed, slot, word)
                if chosen < 0:  # also for a firm that is alone in its park
                    chosen = _choose(everywhere, 0, facts, seed, slot, word)
            elif link < partners + suppliers:
                word = draws.word(seed, _PARTNER, number, _OF_LEADERS + link - partners)
                chosen = _choose(sectors, int(firm.sector), facts, seed, slot, word)
            elif draws.uniform(seed, _LEADER_LINK, number, 0) < par.links_leader_link:
                word = draws.word(seed, _LEADER_LINK, number, 1)
                chosen = _choose(leaders, int(firm.sector), facts, seed, slot, word)
            if chosen >= 0:
                links[count, 0] = slot
                links[count, 1] = chosen
                count += 1
    return links[:count].copy()
