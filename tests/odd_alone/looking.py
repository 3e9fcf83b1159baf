"""Support weighed before looking: elements 7.4, 7.8 and 7.18 of docs/ODD.md."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

HIGHEST = 1.0 - 2.0**-20


@dataclass
class Offer:
    """What is on offer for one kind of project, to one firm."""

    feasible: bool
    whole_cost: float  # that of 7.7 without the discount of providers
    taken_off: float  # waived and state share, for light projects
    credit_rate: float
    level_awards: float
    recognition_award: float
    may_apply: bool
    rate: float
    cap: float
    floor: float
    size_factor: float
    pilot: bool  # a light project of a firm on the list
    pilot_rate: float
    pilot_cap: float  # of the level expected
    pilot_paid: float


def exposure(weight: float, partners: tuple[int, int], park: tuple[int, int], itself: bool) -> float:
    """Of partners and of neighbours: how many are so, of how many; the firm is not its own neighbour."""
    near = partners[0] / partners[1] if partners[1] else 0.0
    neighbours = park[1] - 1
    around = (park[0] - itself) / neighbours if neighbours > 0 else 0.0
    return weight * near + (1.0 - weight) * around


def grant(cost: float, rate: float, cap: float, floor: float, size_factor: float) -> float:
    if cost < floor:
        return 0.0
    return min(rate * size_factor * cost, cap * size_factor, cost)


def pilot_payment(cost: float, rate: float, cap: float, paid: float) -> float:
    return min(rate * cost, max(cap - paid, 0.0))


def offered_share(offers: list[Offer]) -> float:
    shares = [0.0]
    for offer in offers:
        if not offer.feasible:
            continue
        cost = offer.whole_cost * (1.0 - offer.taken_off)
        asked = grant(cost, offer.rate, offer.cap, offer.floor, offer.size_factor) if offer.may_apply else 0.0
        city = pilot_payment(cost, offer.pilot_rate, offer.pilot_cap, offer.pilot_paid) if offer.pilot else 0.0
        money = offer.credit_rate * cost + offer.level_awards + offer.recognition_award + max(asked, city)
        shares.append(min(money / offer.whole_cost + offer.taken_off, 1.0))
    return max(shares)


@dataclass
class Rates:
    spontaneous: float
    contagion: float
    visit: float
    deadline: float
    leader: float
    stake: float
    drive: float


def looking(rates: Rates, seen: float, fresh: bool, deadline: bool, asked: bool, aware: bool, share: float) -> float:
    """The chance to look this month; ``deadline``: one is felt, and grants are for firms like it."""
    rate = rates.spontaneous * rates.drive + rates.contagion * seen
    if fresh:
        rate += rates.visit
    if deadline and aware:
        rate += rates.deadline
    if asked:
        rate += rates.leader
    if aware:
        rate += rates.stake * share
    return min(1.0 - exp(-rate / 12.0), HIGHEST)
