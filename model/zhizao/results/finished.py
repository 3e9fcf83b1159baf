"""A run that has come to its end, as the user's own outcome sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from zhizao.arrays import FloatArray, IntArray
from zhizao.calendar import month_names
from zhizao.errors import InputError
from zhizao.results.variables import VARIABLES, History, series

__all__ = ["FinishedRun"]


@dataclass(frozen=True, kw_only=True, eq=False)
class FinishedRun:
    """What one run leaves behind, and the same run without any programme from the branch on.

    Attributes
    ----------
    history
        Counts by month, group of firms and column, and the money by month and line.
    records
        A record for each firm and each place for one.
    find_standing
        Finds which of them are firms that exist at the end (`standing`).
    reference
        The same firms and luck without any programme from the branch on; None where it was not run.
    """

    history: History
    records: np.ndarray[Any, Any]
    find_standing: Callable[[], IntArray]
    reference: FinishedRun | None = None

    @cached_property
    def standing(self) -> IntArray:
        """Which records are firms that exist at the end."""
        return self.find_standing()

    @cached_property
    def firms(self) -> np.ndarray[Any, Any]:
        """A record for each firm that exists at the end.

        It has fields such as ``level``, ``level_true`` (0 to 4), ``score``, ``size_class`` (0 small, 1 medium,
        2 large), ``sector``, ``revenue`` and ``cash`` (million RMB).
        """
        return self.records[self.standing]

    @property
    def months(self) -> tuple[str, ...]:
        """The months of the run, as ``"YYYY-MM"``."""
        return month_names(self.history.months)

    def series(self, name: str, group: str | None = None) -> FloatArray:
        """Return a monthly series by name, of a group of firms or of the one that it is meant for.

        Raises
        ------
        InputError
            If there is no such series or group.
        """
        if group is not None and group not in self.history.groups:
            raise InputError(f"group {group!r} is not one of {', '.join(self.history.groups)}")
        found = series(self.history, group, names=(name,))
        if name not in found:
            raise InputError(f"series {name!r} is not one of {', '.join(variable.name for variable in VARIABLES)}")
        return found[name]
