"""The user's own instruments: what they do between the months of a run, in either build.

The compiled month knows nothing of them. Before each month they look at what the month before has left behind, give
levers other values for the month to come, and book what they spend; then the month runs as always. So they cost a call
from Python a month, and nothing where there are none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import month_index, month_name
from zhizao.district.in_force import in_currency
from zhizao.errors import InputError, at_place
from zhizao.ideas.declare import OwnInstrument
from zhizao.parameters.registry import change_groups
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.schedule import gather_settings
from zhizao.results.variables import History, series

__all__ = ["ActingInstruments"]


class ActingInstruments:
    """The user's own instruments in one run.

    Parameters
    ----------
    kinds
        Their classes; each run has instruments of its own.
    policies
        The policy of each month without them.

    Attributes
    ----------
    spent
        By instrument, what each month cost, in million RMB.
    first
        The first month in which any of them acts; the number of months where there are none.
    """

    def __init__(self, kinds: Sequence[type[OwnInstrument]], policies: Sequence[Policy]) -> None:
        self.policies = policies
        self.instruments = [(month_index(kind.start), kind()) for kind in kinds]
        self.spent: dict[str, FloatArray] = {kind.name: np.zeros(len(policies)) for kind in kinds}
        self._services = [kind.name for kind in kinds if kind.service]
        self.first = min((start for start, _ in self.instruments), default=len(policies))

    def act(self, month: int, history: History, put: Callable[[Policy], None]) -> None:
        """Let each of them act at the start of a month.

        Parameters
        ----------
        history
            The months before.
        put
            Puts another policy in force in this month.

        Raises
        ------
        InputError
            If one of them fails, or asks for what cannot be.
        """
        seen = _Month(month, self.with_spending(history), self.policies[month])
        for start, instrument in self.instruments:
            if start <= month:
                seen.spending = self.spent[instrument.name]
                try:
                    instrument.act(seen)
                except InputError as error:
                    where = f"instrument {instrument.name}, {month_name(month)}"
                    raise InputError([at_place(where, line) for line in error.problems]) from error
                except Exception as error:
                    where = f"instrument {instrument.name}, {month_name(month)}"
                    raise InputError(f"{where}: {type(error).__name__}: {error}; correct its `act`") from error
        if seen.policy != self.policies[month]:
            put(seen.policy)

    def with_spending(self, history: History) -> History:
        """Return a history with what they have spent in its months."""
        spent = {name: amounts[: history.months] for name, amounts in self.spent.items()}
        return _with_own_spending(history, spent, self._services)


class _Month:
    """The district at the start of a month: what `zhizao.ideas.declare.DistrictMonth` promises."""

    def __init__(self, month: int, history: History, policy: Policy) -> None:
        self.number = month
        self.history = history
        self.policy = policy
        self.spending: FloatArray = np.zeros(0)

    @property
    def month(self) -> str:
        """The month in progress."""
        return month_name(self.number)

    def last(self, variable: str, group: str | None = None) -> float:
        """Return a monthly series as it stood last month."""
        found = series(self.history, group, names=(variable,))
        if variable not in found:
            raise InputError(f"series {variable!r} is not known; `zhizao.results.variables` lists them")
        return float(found[variable][-1])

    def set(self, lever: str, value: float | str) -> None:
        """Give a lever another value in this month."""
        settings, problems = gather_settings({lever: value}, lever_specifications())
        if not problems:
            self.policy, problems = change_groups(self.policy, lever_specifications(), settings)
        if problems:
            raise InputError([at_place(f"set({lever!r})", line) for line in problems])

    def spend(self, amount: float) -> None:
        """Book public money spent this month, in million RMB."""
        if not (isinstance(amount, int | float | np.number) and math.isfinite(amount) and amount >= 0):
            raise InputError(in_currency(f"spend({amount!r}): give million RMB, a number from 0 up"))
        self.spending[self.number] += float(amount)


def _with_own_spending(history: History, spent: Mapping[str, FloatArray], services: Sequence[str]) -> History:
    """Add what the user's own instruments spent to the public money of a history, each under a line of its own.

    Parameters
    ----------
    spent
        By instrument, what each month cost.
    services
        Those of them that are services.
    """
    if not spent:
        return history
    money, running = history.money.copy(), {name: np.cumsum(amounts) for name, amounts in spent.items()}
    for line, names in (
        ("public_spend", spent),
        ("public_committed", spent),
        ("appropriated", spent),
        ("service_cost", services),
    ):
        money[:, history.lines.index(line)] += sum(running[name] for name in names)
    return replace(history, money=np.column_stack([money, *running.values()]), lines=(*history.lines, *running))
