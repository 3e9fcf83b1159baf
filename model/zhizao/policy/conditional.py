"""Dated changes that depend on what is seen: their signposts, and which changes are in force if some hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from zhizao.policy.schedule import Block
from zhizao.policy.signposts import Signpost

__all__ = ["outcomes_of", "signposts_of", "standing"]


def signposts_of(blocks: Sequence[Block]) -> tuple[Signpost, ...]:
    """Return what dated changes depend on, each once, by month."""
    found = dict.fromkeys(block.when for block in blocks if block.when is not None)
    return tuple(sorted(found, key=lambda one: one.at))


def standing(blocks: Sequence[Block], held: Collection[Signpost]) -> tuple[int, ...]:
    """Return the places of the changes that are in force in their months if these conditions hold and no others."""
    return tuple(place for place, block in enumerate(blocks) if block.when is None or block.when in held)


def outcomes_of(blocks: Sequence[Block]) -> Iterator[tuple[Signpost, ...]]:
    """Yield every set of conditions that can hold together, none of them first."""
    found = signposts_of(blocks)
    for count in range(len(found) + 1):
        yield from combinations(found, count)
