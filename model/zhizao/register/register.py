"""The firms of a register, checked: what every reader gives and every study takes."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from zhizao.district.in_force import DISTRICT
from zhizao.errors import Message

__all__ = ["IN_SCOPE_REVENUE", "NEEDS_BOTH", "SIZE_FLOORS", "Register"]

IN_SCOPE_REVENUE = DISTRICT.own.size_rule.in_scope_revenue
"""Revenue from which a firm counts, millions a year."""
SIZE_FLOORS = tuple((size.least_staff, size.least_revenue) for size in DISTRICT.own.size_class[1:])
"""Employees and millions a year from which a firm is of each size class but the lowest."""
NEEDS_BOTH = DISTRICT.own.size_rule.needs == "both"
"""Whether a firm must reach both floors of a class, or one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Register:
    """The firms of a register, in the file's order; the arrays cannot be written to.

    Attributes
    ----------
    ids
        The firms' own ids.
    sector
        Index into `zhizao.sectors.SECTORS`.
    employees, revenue
        Persons, and million RMB a year.
    size_class
        Index into `zhizao.sectors.SIZE_CLASSES` by the national rule of 2011 for industry: a class needs
        both its employees and its revenue, or the firm falls to the class below.
    park, park_names
        Index into `park_names`, -1 where absent.
    digital_score, cash
        Points from 0 to 100, and million RMB; NaN where absent.
    robots, rd_active, leader
        1 yes, 0 no, -1 where absent.
    workshops, factories
        Counts, -1 where absent.
    partners
        For each firm the rows of its partners, ascending, or None where they are unknown: its cell is empty. A cell
        that says "none" gives an empty array. A link that either firm names counts for both, so it is in the entry
        of each of the two whose partners are known. None in place of the tuple if no firm's partners are known.
    imputed
        Each column that is absent or partly empty, as in ``park (12 of 499 firms)``.
    assumed
        What the file does not say and was assumed, such as a unit.
    notes
        What the user should know although nothing needs fixing: what was left out, mapped or read as empty.
    periods
        Years (``YYYY``) and months (``YYYY-MM``) that titles, headers or a column of dates state, with where.

    The texts of the last four are `zhizao.errors.Message`: English, and Chinese where it is asked for.
    """

    ids: tuple[str, ...]
    sector: NDArray[np.int8]
    employees: NDArray[np.float64]
    revenue: NDArray[np.float64]
    size_class: NDArray[np.int8]
    park: NDArray[np.int32]
    park_names: tuple[str, ...]
    digital_score: NDArray[np.float64]
    robots: NDArray[np.int8]
    rd_active: NDArray[np.int8]
    leader: NDArray[np.int8]
    workshops: NDArray[np.int32]
    factories: NDArray[np.int32]
    cash: NDArray[np.float64]
    partners: tuple[NDArray[np.int32] | None, ...] | None
    imputed: tuple[Message, ...]
    notes: tuple[Message, ...]
    assumed: tuple[Message, ...] = ()
    periods: tuple[tuple[Message, str], ...] = ()

    def __repr__(self) -> str:
        return f"<Register of {len(self.ids):,} firms; notes: {len(self.notes)}>"

    def __post_init__(self) -> None:
        arrays = [getattr(self, item.name) for item in fields(self)] + list(self.partners or ())
        for array in arrays:
            if isinstance(array, np.ndarray):
                array.setflags(write=False)
