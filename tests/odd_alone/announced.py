"""Waiting for what is announced: elements 6 and 7.9 of docs/ODD.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log


def surplus(index: float, taste_spread: float, draw: float) -> float:
    value = index + taste_spread * log(draw / (1.0 - draw))
    return min(max(value, -1e6), 1e6)


def acts(index: float, taste_spread: float, draw: float) -> bool:
    return index / taste_spread + log(draw / (1.0 - draw)) > 0.0


@dataclass
class Weighed:
    """Best index now, and again in both ways with the years until then taken off the lives of projects."""

    now: float
    announced: float
    unchanged: float


def waits(weighed: Weighed, taste_spread: float, draw: float, rate: float, months: int, horizon: int) -> bool:
    """Of a firm that looks ahead, knows of support, and would act now."""
    if months > horizon:
        return False
    then = surplus(weighed.announced, taste_spread, draw)
    as_it_is = surplus(weighed.unchanged, taste_spread, draw)
    return then > as_it_is and exp(-rate * months / 12.0) * then > surplus(weighed.now, taste_spread, draw)


def life_left(life: float, months: int) -> float:
    return max(life - months / 12.0, 0.0)


@dataclass
class Change:
    """A dated change of one lever: its months (the last one included, None without end) and since when it is known."""

    value: float
    first: int
    last: int | None
    announced: int | None

    def holds(self, month: int) -> bool:
        return self.first <= month and (self.last is None or month <= self.last)


def policy(changes: Sequence[Change], month: int, default: float) -> float:
    value = default
    for change in sorted(changes, key=lambda change: change.first):
        if change.holds(month):
            value = change.value
    return value


def known(changes: Sequence[Change], now: int, later: int, default: float) -> float:
    """The known policy of a later month: announced changes that hold then as far as announced, the others as now."""
    value = default
    for change in sorted(changes, key=lambda change: change.first):
        if change.holds(now) if change.announced is None else change.announced <= now and change.holds(later):
            value = change.value
    return value


def announced(changes: Sequence[Change], now: int, last: int, default: float) -> tuple[int, float] | None:
    """The first known policy that differs from that of now, and its first month; None where there is none."""
    today = policy(changes, now, default)
    for later in range(now + 1, last + 1):
        value = known(changes, now, later, default)
        if value != today:
            return later, value
    return None


def used_from(is_open: Sequence[bool], first: int, next_turn: int) -> int:
    """The month from which what is announced can be used; ``is_open``: applications under it, by month."""
    for month in range(first, min(first + 12, next_turn)):
        if is_open[month]:
            return month
    return first
