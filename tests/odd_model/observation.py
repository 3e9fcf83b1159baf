"""What is written down each month: stocks and flows by group of firms, and the district's own series."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from odd_model.entities import LARGE, QUEUED, Firm
from odd_model.ledger import LINES, SERVICES
from zhizao.sectors import SECTOR_KEYS

if TYPE_CHECKING:
    from odd_model.month import Model

SIZES = ("small", "medium", "large")
Row = dict[tuple[str, str], float]


class Record:
    """Monthly values by (variable, group) and by the district's variable."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.groups: list[Row] = []
        self.district: list[dict[str, float]] = []
        self.flows: Row = defaultdict(float)

    def open_month(self) -> None:
        self.flows = defaultdict(float)
        self.before = {line: self.model.ledger.total(line) for line in LINES}
        self.services_before = self.model.ledger.total("paid", SERVICES)

    def count(self, firm: Firm, flow: str, amount: float = 1.0) -> None:
        for group in groups_of(firm):
            self.flows[flow, group] += amount

    def this_month(self, flow: str) -> float:
        return self.flows.get((flow, "all"), 0.0)

    def close_month(self) -> None:
        row = defaultdict(float, self.flows)
        for firm in self.model.standing():
            for stock, amount in self.stocks(firm).items():
                for group in groups_of(firm):
                    row[stock, group] += amount
        self.groups.append(row)
        ledger = self.model.ledger
        self.district.append({
            "public_spend": ledger.total("paid") - self.before["paid"],
            "public_committed": ledger.total("promised") - self.before["promised"],
            "service_cost": ledger.total("paid", SERVICES) - self.services_before,
            "backlog": float(sum(firm.status == QUEUED for firm in self.model.standing())),
            "prices": [market.price for market in self.model.markets],
        })  # fmt: skip

    def stocks(self, firm: Firm) -> dict[str, float]:
        sectors, s = self.model.parameters.sectors, firm.sector
        return {
            "firms": 1.0,
            "level2": float(firm.level >= 2),
            "level2_true": float(firm.level_true >= 2),
            "level3": float(firm.level >= 3),
            "robots": float(firm.robots),
            "workshops": float(firm.workshops),
            "factories": float(firm.factories),
            "revenue": firm.revenue,
            "labour_cost": firm.revenue * sectors.labour_share[s] * firm.labour_factor,
            "energy_use": firm.revenue * sectors.energy_share[s] * firm.energy_factor,
            "defect_cost": firm.revenue * sectors.defect_share[s] * firm.defect_factor,
        }


def groups_of(firm: Firm) -> list[str]:
    size = SIZES[firm.size_class]
    return ["all", *(["sme"] if firm.size_class != LARGE else []), size, SECTOR_KEYS[firm.sector], f"level{firm.level}"]
