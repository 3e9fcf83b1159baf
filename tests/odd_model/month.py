"""Element 3: a district, and the twelve verbs of its month in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from odd_model import earning, seeking, working
from odd_model.choice import Ahead, View
from odd_model.entities import Firm, Luck, Market, Offer
from odd_model.initialisation import make_firms
from odd_model.ledger import Ledger
from odd_model.observation import Record
from odd_model.offers import ahead_of, offer_of
from odd_model.register import Row
from odd_model.signposts import Outlook
from zhizao.parameters.registry import Parameters
from zhizao.policy.adapting import AdaptivePlan
from zhizao.policy.announced import Announcement
from zhizao.policy.levers import Policy

VERBS = (
    seeking.announce,
    seeking.spread_word,
    seeking.serve,
    seeking.appraise,
    seeking.award,
    working.contract,
    working.build,
    working.mature,
    earning.produce,
    earning.turn_over,
    earning.settle,
)
"""All but the last: `Record.close_month` is `record`."""


class District:
    """One district under one policy for each month, and one seed.

    Parameters
    ----------
    parameters
        Numbers of the district.
    policies
        The policy in force in each month from 2018-01 on.
    seed
        Seed of all luck.
    network
        ``supply``, or one of the plain networks.
    announced
        What is announced in each month, if anything ever is.
    adaptive
        What the policies depend on, and what becomes of them, if they adapt.
    rows
        The firms of a register, if there is one; ``population.firms`` says how many they are.
    """

    def __init__(
        self,
        parameters: Parameters,
        policies: Sequence[Policy],
        seed: int,
        *,
        network: str = "supply",
        announced: Sequence[Announcement | None] = (),
        adaptive: AdaptivePlan | None = None,
        rows: Sequence[Row] = (),
    ) -> None:
        self.parameters = parameters
        self.offers: list[Offer] = [offer_of(policy, parameters, month) for month, policy in enumerate(policies)]
        self.coming = [ahead_of(one, policies, parameters, month) for month, one in enumerate(announced)]
        self.outlook = Outlook(adaptive)
        self.luck = Luck(seed)
        self.ledger = Ledger()
        self.month = 0
        self.firms = make_firms(parameters, self.luck, len(policies), network, rows)
        self.waiting_room: Iterator[Firm] = iter(self.firms)
        for _ in range(self.firms_at_start):
            earning.enter(self, next(self.waiting_room))
        self.markets = [Market(smoothed=self.normal_orders(kind)) for kind in range(len(self.parameters.projects.cost))]
        self.orders: list[Firm] = []
        self.applications: list[Firm] = []
        self.success_rate = parameters.support.start_success
        self.decided = self.funded = 0
        self.rounds = 0.0
        self.samples: set[int] = set()
        self.record = Record(self)

    def run(self) -> Record:
        """Run all months."""
        for month in range(len(self.offers)):
            self.month = month
            self.outlook.decide(self)
            for verb in VERBS:
                verb(self)
            self.record.close_month()
        return self.record

    @property
    def offer(self) -> Offer:
        return self.offers[self.month]

    @property
    def ahead(self) -> Ahead | None:
        return self.coming[self.month] if self.coming else None

    @property
    def firms_at_start(self) -> int:
        return int(self.parameters.population.firms)

    @property
    def view(self) -> View:
        prices = tuple(market.price for market in self.markets)
        return View(
            self.parameters,
            self.offer,
            self.month,
            prices,
            self.success_rate,
            self.wait,
            lambda firm: self.luck.u("pilot", firm.number),
            frozenset(self.samples),
        )

    def standing(self) -> list[Firm]:
        return [firm for firm in self.firms if firm.stands]

    def usual(self, kind: int) -> float:
        providers = self.parameters.providers
        return providers.capacity[kind] * providers.capacity_level * self.parameters.population.firms / 12

    def capacity(self, kind: int, offer: Offer) -> float:
        """Starts of a kind that providers can make in a month (7.11)."""
        own = self.usual(kind) * self.markets[kind].scale
        return own * (1 + offer.providers_capacity_gain) * offer.context_provider_capacity

    def wait(self, kind: int, offer: Offer) -> float:
        """Months that the queue of a kind would take (7.6)."""
        queue, capacity = len(self.markets[kind].queue), self.capacity(kind, offer)
        if not queue:
            return 0.0
        return min(queue / capacity, 1200.0) if capacity > 0 else 1200.0

    def normal_orders(self, kind: int) -> float:
        return self.usual(kind) * self.parameters.providers.normal_use

    def exposures(self, marked: set[int]) -> dict[int, float]:
        """Return each standing firm's exposure to the firms of the slots that are marked (7.2)."""
        weight = self.parameters.attention.partner_weight
        standing = self.standing()
        parks: dict[int, list[int]] = {}
        for firm in standing:
            counts = parks.setdefault(firm.park, [0, 0])
            counts[0] += firm.slot in marked
            counts[1] += 1
        exposed = {}
        for firm in standing:
            partners = firm.standing_partners()
            among_partners = share(sum(partner.slot in marked for partner in partners), len(partners))
            ahead, here = parks[firm.park]
            among_neighbours = share(ahead - (firm.slot in marked), here - 1)
            exposed[firm.slot] = weight * among_partners + (1 - weight) * among_neighbours
        return exposed


def share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
