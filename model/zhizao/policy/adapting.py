"""A policy that adapts: one course for each of its outcomes, prepared before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from zhizao.policy.announced import Announcement
from zhizao.policy.levers import Policy
from zhizao.policy.offers import OfferPlan
from zhizao.policy.signposts import Signpost

__all__ = ["AdaptivePlan", "Course"]


class Course(NamedTuple):
    """The policy of each month, and what is known in each of later policy."""

    policies: Sequence[Policy]
    announced: Sequence[Announcement | None]


class AdaptivePlan:
    """A policy that adapts: its courses by the signposts whose conditions hold, each made when it is first needed.

    Parameters
    ----------
    signposts
        All of them, by month.
    course
        Returns the course of policy if some of them hold; until a month is reached, nothing that depends on it does.
    """

    def __init__(self, signposts: Sequence[Signpost], course: Callable[[frozenset[Signpost]], Course]) -> None:
        self.signposts = tuple(signposts)
        self._make = course
        self._courses: dict[frozenset[Signpost], Course] = {}
        self._offers: dict[frozenset[Signpost], OfferPlan] = {}

    @property
    def months(self) -> tuple[int, ...]:
        """The months in which something is looked at, in order."""
        return tuple(sorted({one.at for one in self.signposts}))

    def course(self, held: Collection[Signpost]) -> Course:
        """Return the course of policy if these hold."""
        key = frozenset(held)
        if key not in self._courses:
            self._courses[key] = self._make(key)
        return self._courses[key]

    def offers(self, held: Collection[Signpost]) -> OfferPlan:
        """Return the offers of that course."""
        key = frozenset(held)
        if key not in self._offers:
            self._offers[key] = OfferPlan(*self.course(key))
        return self._offers[key]
