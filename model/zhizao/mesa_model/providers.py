"""Solution providers: one market per kind of project, each with its capacity, queue and price."""

from __future__ import annotations

from typing import Any

from zhizao.mesa_model.firm_agent import FirmAgent
from zhizao.mesa_model.project import KINDS
from zhizao.parameters.registry import Parameters
from zhizao.rules import market

__all__ = ["Market", "Providers"]


class Market:
    """The providers of one kind of project.

    Attributes
    ----------
    normal_starts
        Starts a month at usual capacity.
    credit
        Starts that can be made: capacity adds up month by month, a little is kept.
    orders
        Orders a month, averaged; they move the price.
    price
        Price index; 1 is normal.
    newcomers, queue
        Firms that ordered this month, and firms that wait, in the order in which they will begin.
    """

    def __init__(self, kind: int, parameters: Parameters) -> None:
        providers = parameters.providers
        self.kind = kind
        self.parameters = providers
        self.normal_starts = providers.capacity[kind] * parameters.population.firms / 12.0
        self.credit = 0.0
        self.orders = self.normal_starts * providers.normal_use
        self.price = 1.0
        self.newcomers: list[FirmAgent] = []
        self.queue: list[FirmAgent] = []

    def accept_work(self, offer: Any) -> list[FirmAgent]:
        """Return the firms whose projects begin this month: up to capacity, the longest waiting first."""
        capacity = self.normal_starts * (1.0 + offer.providers_capacity_gain) * offer.context_provider_capacity
        self.credit = market.available_starts(self.credit, capacity)
        self.orders = market.smoothed_orders(self.orders, float(len(self.newcomers)), self.parameters.smoothing_months)
        self.queue += sorted(self.newcomers, key=lambda firm: (firm.place_in_queue(), firm.slot))
        self.newcomers = []
        starts = int(self.credit)
        beginning, self.queue = self.queue[:starts], self.queue[starts:]
        self.credit -= len(beginning)
        return beginning

    def set_price(self) -> None:
        """Let the price follow the orders."""
        self.price = market.price_index(
            self.orders,
            self.normal_starts * self.parameters.normal_use,
            self.parameters.inverse_supply_elasticity,
            self.parameters.lowest_price,
            self.parameters.highest_price,
        )


class Providers:
    """All solution providers of the district."""

    def __init__(self, parameters: Parameters) -> None:
        self.markets = [Market(kind, parameters) for kind in KINDS]

    def take_order(self, firm: FirmAgent) -> None:
        """Note that the firm wants to begin its project; in `contract` it does, or joins the queue."""
        assert firm.project is not None
        self.markets[firm.project.kind].newcomers.append(firm)

    def forget(self, firm: FirmAgent) -> None:
        """Strike out the order of a firm that leaves."""
        for one in self.markets:
            one.queue = [waiting for waiting in one.queue if waiting is not firm]

    @property
    def mean_price(self) -> float:
        """Price index, averaged over the kinds of project."""
        return sum(one.price / len(self.markets) for one in self.markets)

    @property
    def backlog(self) -> int:
        """Firms that wait for a provider."""
        return sum(len(one.queue) for one in self.markets)
