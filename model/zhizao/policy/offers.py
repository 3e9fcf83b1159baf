"""The offers in force month by month: what firms and officials see, worked out once from the policies.

What one month's offer holds is in `zhizao.policy.offer_rows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from zhizao.calendar import month_of_year
from zhizao.compiled import compiled
from zhizao.parameters.registry import Parameters
from zhizao.policy.announced import Announcement
from zhizao.policy.levers import Policy
from zhizao.policy.offer_rows import (
    asked_of,
    follow_up,
    grants_on,
    levers_in_force,
    numbers_of,
    offer_fields,
    offer_of,
    open_and_deadline,
    phase_of,
    place_numbers,
    put_numbers,
    year_of,
)
from zhizao.records.rows import Records, copy_of, records_of
from zhizao.records.state import OfferRecord

__all__ = [
    "OfferPlan",
    "first_difference",
    "foreseen_offers",
    "monthly_offers",
    "plain_offer",
    "put_offers",
    "replace_offer",
]


class OfferPlan:
    """The offers of a course of policy, worked out but for what depends on the numbers of the district.

    Parameters
    ----------
    policies
        The policy in force in each month from the first on.
    announced
        What is known in each of later policy, if anything is ever announced.
    """

    def __init__(self, policies: Sequence[Policy], announced: Sequence[Announcement | None] = ()) -> None:
        self._course = (policies, announced)
        places = {id(policy): policy for policy in policies}
        self._policies = tuple(places.values())
        self._asked = tuple(map(asked_of, self._policies))
        order = {one: place for place, one in enumerate(places)}
        self._which = np.array([order[id(policy)] for policy in policies], dtype=np.intp)
        self._phases = np.array([phase_of(month) for month in range(len(policies))], dtype=np.intp)
        self._made: dict[tuple[tuple[bool, ...], bool], np.ndarray[Any, Any]] = {}

    def under(self, parameters: Parameters) -> Records[OfferRecord]:
        """Return the offers of each month under the numbers of a district, in an array of their own."""
        place = place_numbers(parameters)
        on = tuple(grants_on(asked, place) for asked in self._asked)
        made = self._without_numbers(on, stakes=parameters.attention.stake_rate > 0.0)
        offers = records_of(copy_of(made), OfferRecord)
        numbers = np.array([numbers_of(asked, is_on, place) for asked, is_on in zip(self._asked, on, strict=True)])
        put_numbers(offers, self._which, numbers, self._phases, np.array(parameters.phases.drive))
        return offers

    def foreseen(self, offers: Records[OfferRecord], parameters: Parameters) -> Records[OfferRecord]:
        """Return what firms can count on later under the numbers of a district, given its `offers` (`under`)."""
        return foreseen_offers(offers, *self._course, parameters)

    def _without_numbers(self, on: tuple[bool, ...], *, stakes: bool) -> np.ndarray[Any, Any]:
        """Return the offers but for numbers of the district; what is the same for many draws is made once."""
        if (on, stakes) not in self._made:
            rows = [levers_in_force(*one) for one in zip(self._policies, on, strict=True)]
            offers = np.array([row[0] for row in rows], dtype=offer_fields())[self._which]
            opening = np.array([year_of(*one) for one in zip(self._policies, rows, strict=True)])
            months = [month_of_year(month) for month in range(offers.size)]
            offers["grants_open"], offers["deadline_on"] = opening[self._which, months].T
            follow_up(offers, stakes=stakes)
            self._made[on, stakes] = offers
        return self._made[on, stakes]


def monthly_offers(policies: Sequence[Policy], parameters: Parameters) -> Records[OfferRecord]:
    """Return the offers of each month from the first on.

    Parameters
    ----------
    policies
        The policy in force in each month.
    parameters
        Numbers of the district, some of which bear on offers (yearly money, firms, time to clear obstacles).
    """
    return OfferPlan(policies).under(parameters)


def foreseen_offers(
    offers: Records[OfferRecord],
    policies: Sequence[Policy],
    announced: Sequence[Announcement | None],
    parameters: Parameters,
) -> Records[OfferRecord]:
    """Return, for each month, what firms that look ahead can count on later; `offers` itself where nobody does.

    Parameters
    ----------
    offers, policies
        What is offered in each month, and the policy that it follows from.
    announced
        What is known of later policy in each month, as `zhizao.policy.announced` has it.
    parameters
        Numbers of the district.
    """
    if not any(announced) or parameters.choosing.anticipation == 0.0:
        return offers
    now, rows = offers.view(np.ndarray), copy_of(offers.view(np.ndarray))
    awaited = np.zeros(len(rows))
    for month, one in enumerate(announced):
        if one is None:
            continue
        row = offer_of(one.policy, parameters)
        used = _first_open(one, row)
        rows[month] = row[0]
        rows["grants_open"][month], _ = open_and_deadline(one.policy, row, 1 + month_of_year(used))
        rows["ahead_months"][month] = used - month
        rows["opens_anyway"][month], _ = open_and_deadline(
            policies[month], now[month : month + 1], 1 + month_of_year(used)
        )
        awaited[used : used + 1] = 1.0
    rows["awaited"] = awaited
    return records_of(rows, OfferRecord)


def _first_open(one: Announcement, row: np.ndarray[Any, Any]) -> int:
    """Return the first month in which applications are open under what is announced; if they never are, its first."""
    for month in range(one.first, min(one.last, one.first + 11) + 1):
        if open_and_deadline(one.policy, row, 1 + month_of_year(month))[0]:
            return month
    return one.first


def replace_offer(offers: Records[OfferRecord], month: int, policy: Policy, parameters: Parameters) -> None:
    """Put what another policy offers in place in one month of `offers`, which nothing else may share."""
    rows = offers.view(np.ndarray)
    row = offer_of(policy, parameters)
    rows[month] = row[0]
    rows["grants_open"][month], rows["deadline_on"][month] = open_and_deadline(policy, row, 1 + month_of_year(month))
    rows["drive"][month] = parameters.phases.drive[phase_of(month)]
    follow_up(rows, stakes=parameters.attention.stake_rate > 0.0)


def put_offers(offers: Records[OfferRecord], month: int, chosen: Records[OfferRecord], parameters: Parameters) -> None:
    """Put other offers in place from a month on in `offers`, which nothing else may share."""
    rows = offers.view(np.ndarray)
    rows[month:] = chosen.view(np.ndarray)[month : rows.size]
    follow_up(rows, stakes=parameters.attention.stake_rate > 0.0)


def plain_offer(offer: Any) -> OfferRecord:
    """Return a month's offers with plain numbers and tuples in place of array fields."""
    plain = {}
    for name in offer.dtype.names:
        held = offer[name].tolist()
        plain[name] = tuple(held) if isinstance(held, list) else held
    return cast(OfferRecord, SimpleNamespace(**plain))


def first_difference(one: np.recarray[Any, Any], other: np.recarray[Any, Any]) -> int:
    """Return the first month in which two runs of offers differ; their common length if they never do."""
    months = min(one.size, other.size)
    words = [offers.view(np.ndarray)[:months].view(np.uint64) for offers in (one, other)]
    return int(_first_apart(*words)) * months // words[0].size if months else 0


@compiled
def _first_apart(one: Any, other: Any) -> int:
    """Return the first place at which two arrays differ; their size if they never do."""
    for place in range(one.size):
        if one[place] != other[place]:
            return place
    return int(one.size)
