"""Registered firms as the model sees them: in an order, and with luck, that their ids alone decide.

So neither the order of the rows of a file nor who else is in it changes what happens to a firm by chance.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.draws import number_of_id
from zhizao.register import Register

__all__ = ["RegisteredFirms", "registered_firms"]


@dataclass(frozen=True, kw_only=True, eq=False)
class RegisteredFirms:
    """A register in the order of its firms' luck numbers.

    Attributes
    ----------
    register
        The register with its firms in that order, and its parks in the order in which these name them.
    luck
        The firms' luck numbers, ascending.
    """

    register: Register
    luck: NDArray[np.int64]

    @property
    def know_partners(self) -> NDArray[np.bool_]:
        """Whether the register says who the partners of a firm are."""
        partners = self.register.partners
        known = [one is not None for one in partners] if partners else [False] * self.luck.size
        return np.array(known, dtype=np.bool_)

    @property
    def named_links(self) -> NDArray[np.int32]:
        """Every link that the register names, as a pair of a firm and a partner with a smaller slot."""
        pairs = {
            (max(firm, partner), min(firm, partner))
            for firm, named in enumerate(self.register.partners or ())
            for partner in (() if named is None else named.tolist())
        }
        return np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)


@lru_cache(maxsize=8)  # a study builds the district again for every draw
def registered_firms(register: Register) -> RegisteredFirms:
    """Put the firms of a register into the order of their luck numbers."""
    luck = np.array([number_of_id(identity) for identity in register.ids], dtype=np.int64)
    order = np.argsort(luck, kind="stable")
    changes: dict[str, Any] = {
        item.name: getattr(register, item.name)[order]
        for item in fields(register)
        if isinstance(getattr(register, item.name), np.ndarray)
    }
    changes["ids"] = tuple(register.ids[row] for row in order)
    changes["park"], changes["park_names"] = _parks(register, order)
    changes["partners"] = _partners(register, order)
    luck = luck[order]
    luck.setflags(write=False)
    return RegisteredFirms(register=replace(register, **changes), luck=luck)


def _parks(register: Register, order: NDArray[np.int64]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Return each firm's park, and the parks in the order in which firms in `order` name them."""
    named = register.park[order]
    first = list(dict.fromkeys(park for park in named.tolist() if park >= 0))
    index = {park: place for place, park in enumerate(first)} | {-1: -1}
    return np.array([index[park] for park in named.tolist()], np.int32), tuple(register.park_names[p] for p in first)


def _partners(register: Register, order: NDArray[np.int64]) -> tuple[NDArray[np.int32] | None, ...] | None:
    if register.partners is None:
        return None
    slot = np.empty(order.size, np.int32)
    slot[order] = np.arange(order.size, dtype=np.int32)
    named = [register.partners[row] for row in order]
    return tuple(None if partners is None else np.sort(slot[partners]) for partners in named)
