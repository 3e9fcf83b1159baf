"""Solution providers: one market per kind of project, each with its capacity, queue and price."""

from __future__ import annotations

from zhizao.mesa_model.firm_agent import FirmAgent
from zhizao.parameters.registry import Parameters
from zhizao.records.state import OfferRecord
from zhizao.rules import market
from zhizao.rules.constants import MONTHS_PER_YEAR
from zhizao.sectors import KIND_COUNT

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
    scale
        What orders have made of capacity, relative to the first month.
    newcomers, queue
        Firms that ordered this month, and firms that wait, in the order in which they will begin.
    """

    def __init__(self, kind: int, parameters: Parameters) -> None:
        providers = parameters.providers
        self.kind = kind
        self.parameters = providers
        capacity = providers.capacity[kind] * providers.capacity_level
        self.normal_starts = capacity * parameters.population.firms / MONTHS_PER_YEAR
        self.credit = 0.0
        self.orders = self.normal_starts * providers.normal_use
        self.price = self.scale = 1.0
        self.newcomers: list[FirmAgent] = []
        self.queue: list[FirmAgent] = []

    def capacity(self, offer: OfferRecord) -> float:
        """Projects that can be begun this month."""
        return market.monthly_capacity(
            self.normal_starts, self.scale, offer.providers_capacity_gain, offer.context_provider_capacity
        )

    def expected_wait(self, offer: OfferRecord) -> float:
        """Months that the queue of today would take."""
        return market.expected_wait(float(len(self.queue)), self.capacity(offer))

    def accept_work(self, offer: OfferRecord) -> list[FirmAgent]:
        """Return the firms whose projects begin this month: up to capacity, the longest waiting first."""
        self.credit = market.available_starts(self.credit, self.capacity(offer))
        self.orders = market.smoothed_orders(self.orders, float(len(self.newcomers)), self.parameters.smoothing_months)
        for firm in sorted(self.newcomers, key=lambda firm: (firm.place_in_queue(), firm.slot)):
            assert firm.project is not None
            firm.project.queued_month = firm.model.month
            self.queue.append(firm)
        self.newcomers = []
        starts = int(self.credit)
        beginning, self.queue = self.queue[:starts], self.queue[starts:]
        self.credit -= len(beginning)
        return beginning

    def release_impatient(self, month: int) -> list[FirmAgent]:
        """Return the firms that have waited too long; they leave the queue."""
        patience = int(self.parameters.patience_months)
        leaving = [firm for firm in self.queue if 0 < patience <= month - firm.project.queued_month]  # type: ignore[union-attr]
        self.queue = self.queue[len(leaving) :]
        return leaving

    def follow_orders(self) -> None:
        """Let the price follow the orders at once, and capacity slowly."""
        providers, normal = self.parameters, self.normal_starts * self.parameters.normal_use
        self.price = market.price_index(
            self.orders,
            normal * self.scale,
            providers.inverse_supply_elasticity,
            providers.lowest_price,
            providers.highest_price,
        )
        self.scale = market.adjusted_scale(
            self.scale, self.orders, float(len(self.queue)), normal, providers.adjustment_months, providers.lowest_scale
        )


class Providers:
    """All solution providers of the district."""

    def __init__(self, parameters: Parameters) -> None:
        self.markets = [Market(kind, parameters) for kind in range(KIND_COUNT)]

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
