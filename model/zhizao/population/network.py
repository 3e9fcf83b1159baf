"""Who trades with whom: the supply network, with chain leaders and parks; and the plain networks of theory.

A firm seeks its partners among the firms before it in the list, so a firm added at the end adds links but
changes none. Partners lie near each other in the list, which also keeps large districts fast.
"""

from __future__ import annotations

import numpy as np

from zhizao import draws
from zhizao.arrays import IntArray
from zhizao.compiled import compiled, internal
from zhizao.records.parameters import ParameterRecord
from zhizao.records.rows import Records
from zhizao.records.state import StartRecord

__all__ = ["NETWORKS", "links_to_table", "plain_links", "supply_links"]

NETWORKS: tuple[str, ...] = ("supply", "complete", "ring", "empty")
"""Kinds of network: the supply network of the model, and three for comparison with theory."""

_DEGREE = draws.STREAMS["degree"].number
_PARTNER = draws.STREAMS["partner"].number
_LEADER_LINK = draws.STREAMS["leader_link"].number
_REMEMBERED_LEADERS = 32
_STEPS = 40


@internal
def _add(links: IntArray, count: int, first: int, firm: int, partner: int) -> int:
    """Add the link unless it is there among the links that `firm` has sought (from place `first` on)."""
    for place in range(first, count):
        if links[place, 1] == partner:
            return count
    links[count, 0] = firm
    links[count, 1] = partner
    return count + 1


@internal
def _seek_in_sector(firms: Records[StartRecord], slot: int, start: int, lowest: int) -> int:
    """Nearest firm of the same sector at or below `start`, within a few dozen steps; -1 if there is none."""
    candidate = start
    for _ in range(_STEPS):
        if candidate < lowest:
            return -1
        if firms[candidate].sector == firms[slot].sector:
            return int(candidate)
        candidate -= 1
    return -1


@compiled
def supply_links(firms: Records[StartRecord], seed: np.uint64, par: ParameterRecord) -> IntArray:
    """Return the links of the supply network as an array of pairs (firm, partner with a smaller slot).

    Each firm seeks about ``links.partners`` partners, some in its own park, the rest within reach, and perhaps
    a chain leader of its sector; a chain leader seeks suppliers of its own sector.
    """
    reach = int(par.links_reach)
    leaders = np.full((par.sectors_share.size, _REMEMBERED_LEADERS), -1, dtype=np.int64)
    known = np.zeros(par.sectors_share.size, dtype=np.int64)
    links = np.empty((max(1024, 8 * firms.size), 2), dtype=np.int32)
    count = 0
    for slot in range(firms.size):
        firm = firms[slot]
        first = count
        sought = draws.poisson_quantile(draws.uniform(seed, _DEGREE, slot, 0), par.links_partners)
        led = draws.poisson_quantile(draws.uniform(seed, _DEGREE, slot, 1), par.links_leader_partners)
        needed = count + sought + (led if firm.leader == 1 else 0) + 1
        if needed > links.shape[0]:
            larger = np.empty((2 * needed, 2), dtype=np.int32)
            for place in range(count):  # compiles sooner than all at once
                larger[place, 0] = links[place, 0]
                larger[place, 1] = links[place, 1]
            links = larger
        lowest = max(0, slot - reach)
        park_first = max(lowest, slot - slot % int(par.links_firms_per_park))
        for link in range(sought):
            local = draws.uniform(seed, _PARTNER, slot, 2 * link) < par.links_same_park
            start = park_first if local else lowest
            width = slot - start
            if width > 0:
                chosen = start + int(draws.uniform(seed, _PARTNER, slot, 2 * link + 1) * width)
                count = _add(links, count, first, slot, min(chosen, slot - 1))
        if firm.leader == 1:
            for link in range(led):
                width = slot - lowest
                if width > 0:
                    chosen = slot - 1 - int(draws.uniform(seed, _PARTNER, slot, 1000 + link) * width)
                    partner = _seek_in_sector(firms, slot, max(chosen, lowest), lowest)
                    if partner >= 0:
                        count = _add(links, count, first, slot, partner)
        remembered = min(known[firm.sector], _REMEMBERED_LEADERS)
        if remembered > 0 and draws.uniform(seed, _LEADER_LINK, slot, 0) < par.links_leader_link:
            place = min(int(draws.uniform(seed, _LEADER_LINK, slot, 1) * remembered), remembered - 1)
            leader = leaders[firm.sector, place]
            if leader >= lowest:
                count = _add(links, count, first, slot, leader)
        if firm.leader == 1:
            leaders[firm.sector, known[firm.sector] % _REMEMBERED_LEADERS] = slot
            known[firm.sector] += 1
    return links[:count].copy()


def plain_links(kind: str, firms: int) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """Return the links of a complete, ring or empty network over `firms` firms, as pairs."""
    if kind == "complete":
        later, earlier = np.tril_indices(firms, -1)
        return np.stack([later, earlier], axis=1).astype(np.int32)
    if kind == "ring" and firms > 1:
        around = np.arange(firms, dtype=np.int32)
        pairs = np.stack([around, (around + 1) % firms], axis=1)
        return pairs if firms > 2 else pairs[:1]
    return np.empty((0, 2), dtype=np.int32)


@compiled
def links_to_table(links: IntArray, firms: int) -> tuple[IntArray, IntArray]:
    """Return ``(start, partners)``: partners of slot i are ``partners[start[i]:start[i + 1]]``."""
    start = np.zeros(firms + 1, dtype=np.int64)
    for place in range(links.shape[0]):
        start[links[place, 0] + 1] += 1
        start[links[place, 1] + 1] += 1
    for slot in range(firms):
        start[slot + 1] += start[slot]
    filled = start[:-1].copy()
    partners = np.empty(start[firms], dtype=np.int32)
    for place in range(links.shape[0]):
        a = links[place, 0]
        b = links[place, 1]
        partners[filled[a]] = b
        filled[a] += 1
        partners[filled[b]] = a
        filled[b] += 1
    return start, partners
