"""What solution providers do: how many projects they begin, and at what price."""

from __future__ import annotations

from zhizao.compiled import compiled

__all__ = ["available_starts", "price_index", "smoothed_orders"]


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
