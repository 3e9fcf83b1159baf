"""What solution providers do: how many projects they begin, and at what price."""

from __future__ import annotations

from zhizao.compiled import compiled

__all__ = ["adjusted_scale", "available_starts", "expected_wait", "monthly_capacity", "price_index", "smoothed_orders"]

_LONGEST_WAIT = 1200.0
"""Months that a firm expects to wait for providers who begin nothing (assumption: a century stands for never)."""


@compiled
def available_starts(credit: float, monthly_capacity: float) -> float:
    """Starts that providers can make this month: capacity adds up, but at most a month of it is kept."""
    return min(credit + monthly_capacity, monthly_capacity + 1.0)


@compiled
def smoothed_orders(before: float, orders: float, months: float) -> float:
    """Monthly orders, averaged over about `months`."""
    return before + (orders - before) / months


@compiled
def price_index(orders: float, normal_orders: float, inverse_elasticity: float, lowest: float, highest: float) -> float:
    """Price of a project relative to normal: supply of constant elasticity, within a floor and a ceiling.

    With supply elasticity eta and demand elasticity epsilon, eta / (eta + epsilon) of a subsidy reaches firms.
    """
    if inverse_elasticity <= 0.0 or normal_orders <= 0.0:
        return 1.0
    if orders <= 0.0:
        return lowest
    return float(min(max((orders / normal_orders) ** inverse_elasticity, lowest), highest))


@compiled
def monthly_capacity(usual: float, scale: float, gain: float, context: float) -> float:
    """Projects that providers can begin in a month.

    `usual` is that of the first month, `scale` what orders have made of it (`adjusted_scale`), `gain` what policy adds,
    and `context` what happens around the district.
    """
    return usual * scale * (1.0 + gain) * context


@compiled
def adjusted_scale(
    scale: float, orders: float, queue: float, normal_orders: float, months: float, lowest: float
) -> float:
    """Scale of capacity next month: in about `months` it follows orders, so that they are again the normal use of it.

    Orders are monthly, and the queue counts as if it were to be worked off within the same `months`. With 0 months, or
    without normal orders (those at scale 1), it stays as it is. It does not shrink below `lowest`.
    """
    if months <= 0.0 or normal_orders <= 0.0:
        return scale
    wanted = (orders + queue / max(months, 1.0)) / normal_orders
    return scale + (max(wanted, lowest) - scale) / max(months, 1.0)


@compiled
def expected_wait(queue: float, capacity: float) -> float:
    """Months until a queue of today's length has been worked off at today's capacity."""
    if queue <= 0.0:
        return 0.0
    if capacity * _LONGEST_WAIT <= queue:
        return _LONGEST_WAIT
    return queue / capacity
