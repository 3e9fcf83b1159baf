"""Policies that adapt, in the engine: a run stops where something is looked at, and goes on under what is decided.

The offers under every outcome are prepared; the compiled months know nothing of it, and nothing is done here for a
policy without signposts.
"""

from __future__ import annotations

from itertools import pairwise

from zhizao.engine.history import history_of
from zhizao.engine.month import simulate
from zhizao.engine.state import World
from zhizao.evidence.published import published_value
from zhizao.parameters.registry import Parameters
from zhizao.policy.adapting import AdaptivePlan
from zhizao.policy.levers import Policy
from zhizao.policy.offers import put_offers
from zhizao.policy.signposts import Seen, Signpost

__all__ = ["Adapting"]


class Adapting:
    """A policy that adapts, in one run.

    Parameters
    ----------
    plan
        Its courses.
    parameters
        The numbers of the run.

    Attributes
    ----------
    seen
        What has been looked at so far, in order.
    """

    def __init__(self, plan: AdaptivePlan, parameters: Parameters) -> None:
        self._plan, self._parameters = plan, parameters
        self.seen: list[Seen] = []

    @property
    def months(self) -> tuple[int, ...]:
        """The months in which something is looked at."""
        return self._plan.months

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policy of each month, as far as it is decided."""
        return tuple(self._plan.course(self._held).policies)

    @property
    def _held(self) -> frozenset[Signpost]:
        return frozenset(one.signpost for one in self.seen if one.held)

    def go_on(self, world: World, first: int, last: int) -> World:
        """Run the months from `first` up to `last`, with every decision that is due; the world's offers are its own.

        Returns
        -------
        World
            The same state, which may be under other offers.
        """
        stops = [first, *(month for month in self.months if first < month < last), last]
        for start, stop in pairwise(stops):
            world = self.decide(world, start)
            simulate(world, start, stop)
        return world

    def decide(self, world: World, month: int) -> World:
        """Look at what is due in a month, once and before it is run, and put what follows from it in force."""
        done = {one.signpost for one in self.seen}
        due = [one for one in self._plan.signposts if one.at == month and one not in done]
        if not due:
            return world
        history = history_of(world, month)
        values = [published_value(one, history) for one in due]
        before = self._held
        self.seen += [Seen(one, value, one.holds(value)) for one, value in zip(due, values, strict=True)]
        if self._held == before:
            return world
        plan = self._plan.offers(self._held)
        chosen = plan.under(self._parameters)
        foreseen = plan.foreseen(chosen, self._parameters)
        put_offers(world.offers, month, chosen, self._parameters)
        return world._replace(foreseen=world.offers if foreseen is chosen else foreseen)
