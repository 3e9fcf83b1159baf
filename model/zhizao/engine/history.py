"""The series of a finished run, with their names."""

from __future__ import annotations

import numpy as np

from zhizao.engine.state import FLOWS, GROUPS, MONEY, STOCKS, World
from zhizao.policy.levers import INSTRUMENTS
from zhizao.results.variables import History

__all__ = ["history_of"]


def history_of(world: World, months: int | None = None) -> History:
    """Return the series of a run with their names, of its first `months` if not of all."""
    until = slice(None, months)
    return History(
        table=world.series[until],
        money=world.money[until],
        demand=world.offers.view(np.ndarray)["context_demand"][until],
        groups=GROUPS,
        columns=(*STOCKS, *FLOWS),
        lines=(*MONEY, *INSTRUMENTS),
    )
