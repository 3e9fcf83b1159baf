"""Providers whose capacity follows orders, and firms that wait for them: elements 7.6 and 7.11 of docs/ODD.md."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, floor


@dataclass
class Market:
    credit: float
    smoothed: float
    price: float
    scale: float


@dataclass
class Terms:
    usual: float
    normal_use: float
    capacity_gain: float
    context: float
    smoothing_months: float
    inverse_supply_elasticity: float
    lowest_price: float
    highest_price: float
    adjustment_months: float
    lowest_scale: float


def capacity(terms: Terms, scale: float) -> float:
    return terms.usual * scale * (1.0 + terms.capacity_gain) * terms.context


def month(market: Market, terms: Terms, orders: int, waiting: int) -> tuple[float, float, int]:
    """Credit and smoothed orders after a month in which so many orders came on top of those waiting; those begun."""
    this = capacity(terms, market.scale)
    credit = min(market.credit + this, this + 1.0)
    smoothed = market.smoothed + (orders - market.smoothed) / terms.smoothing_months
    begun = min(floor(credit), waiting + orders)
    return credit - begun, smoothed, begun


def after(market: Market, terms: Terms, smoothed: float, queue: int) -> tuple[float, float]:
    """Price and scale of the next month: of smoothed orders and the queue that is left."""
    normal = terms.usual * terms.normal_use
    if terms.inverse_supply_elasticity == 0.0 or normal == 0.0:
        price = 1.0
    elif smoothed <= 0.0:
        price = terms.lowest_price
    else:
        price = (smoothed / (normal * market.scale)) ** terms.inverse_supply_elasticity
        price = min(max(price, terms.lowest_price), terms.highest_price)
    scale = market.scale
    if terms.adjustment_months != 0.0 and normal != 0.0:
        over = max(terms.adjustment_months, 1.0)
        scale += (max((smoothed + queue / over) / normal, terms.lowest_scale) - scale) / over
    return price, scale


def expected_wait(foresight: float, queue: int, this_capacity: float) -> float:
    """In months; 0 without a queue."""
    if queue == 0:
        return 0.0
    return foresight * (min(queue / this_capacity, 1200.0) if this_capacity > 0.0 else 1200.0)


def put_off(rate: float, months: float) -> float:
    return exp(-rate * months / 12.0)


def loses_patience(patience_months: float, months_in_queue: int) -> bool:
    return patience_months > 0.0 and months_in_queue >= patience_months


def buys_elsewhere(surplus: float, premium: float, search_share: float) -> bool:
    return surplus > premium * (1.0 + search_share)
