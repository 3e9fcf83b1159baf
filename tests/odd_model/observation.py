"""The verb record: stocks and flows by group of firms, and the district's own series."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from odd_model.entities import LARGE, QUEUED, Firm, level_of
from odd_model.ledger import INSTRUMENTS, SERVICES
from zhizao.sectors import SECTOR_KEYS, SIZE_CLASSES

if TYPE_CHECKING:
    from odd_model.month import District


class Record:
    """What is written down, one entry for each month.

    Attributes
    ----------
    by_group
        Amount by variable (stocks at the month's end, flows within it) and group of firms.
    district
        Running totals of money, and the price and backlog of providers.
    """

    def __init__(self, district: District) -> None:
        self._of = district
        self._flows: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.by_group: list[defaultdict[tuple[str, str], float]] = []
        self.district: list[dict[str, float]] = []

    def count(self, firm: Firm, flow: str, amount: float = 1.0) -> None:
        for group in groups_of(firm):
            self._flows[flow, group] += amount

    def this_month(self, flow: str) -> float:
        return self._flows[flow, "all"]

    def close_month(self) -> None:
        self._count_losses()
        row, self._flows = self._flows, defaultdict(float)
        for firm in self._of.standing():
            for stock, amount in self._stocks(firm).items():
                for group in groups_of(firm):
                    row[stock, group] += amount
        self.by_group.append(row)
        self.district.append(self._district())

    def _count_losses(self) -> None:
        """What firms of a sector take from each other, in the accounts of output (element 4)."""
        rivalry, demand = self._of.parameters.production.rivalry, self._of.offer.context_demand
        sectors: defaultdict[int, list[Firm]] = defaultdict(list)
        for firm in self._of.standing():
            sectors[firm.sector].append(firm)
        for firms in sectors.values():
            gained = sum(firm.revenue * (1 - 1 / firm.output_factor) for firm in firms)
            sold = sum(firm.revenue for firm in firms)
            for firm in firms:
                self.count(firm, "output_lost", rivalry * gained * firm.revenue / sold * demand / 12)

    def _stocks(self, firm: Firm) -> dict[str, float]:
        sectors, s = self._of.parameters.sectors, firm.sector
        return {
            "firms": 1.0,
            "level2": float(firm.level >= 2),
            "level2_true": float(level_of(firm.score) >= 2),
            "level3": float(firm.level >= 3),
            "robots": float(firm.robots),
            "workshops": float(firm.workshops),
            "factories": float(firm.factories),
            "revenue": firm.revenue,
            "labour_cost": firm.revenue * sectors.labour_share[s] * firm.labour_factor,
            "energy_use": firm.revenue * sectors.energy_share[s] * firm.energy_factor,
            "defect_cost": firm.revenue * sectors.defect_share[s] * firm.defect_factor,
            **{f"reported{level}": float(firm.level >= level) for level in (1, 2, 3, 4)},
            **{f"truly{level}": float(level_of(firm.score) >= level) for level in (1, 2, 3, 4)},
        }

    def _district(self) -> dict[str, float]:
        ledger, markets = self._of.ledger, self._of.markets
        return {
            "public_spend": ledger.total("paid"),
            "public_committed": ledger.total("promised"),
            "service_cost": ledger.total("paid", SERVICES),
            "appropriated": ledger.total("appropriated"),
            "budget_left": ledger.grants_left,
            "provider_price": sum(market.price for market in markets) / len(markets),
            "provider_backlog": float(sum(firm.status == QUEUED for firm in self._of.standing())),
            "spending": ledger.spending,
            "own": ledger.own,
            "grant": ledger.grant,
            "loan": ledger.loan,
            "clawed_back": ledger.total("clawed_back"),
            **{name: ledger.total("paid", [name]) for name in INSTRUMENTS},
        }


def groups_of(firm: Firm) -> list[str]:
    smes = ["sme"] if firm.size_class != LARGE else []
    return ["all", *smes, SIZE_CLASSES[firm.size_class], SECTOR_KEYS[firm.sector], f"level{firm.level}"]
