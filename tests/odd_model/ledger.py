"""The government's ledger and the firms': what is promised, paid, taken back, lapsed and left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

INSTRUMENTS = (
    "grants", "diagnosis", "loans", "tax", "awards", "provider_discount", "specialists", "matchmaking", "handling",
    "response", "leaders", "providers", "campaign", "attraction", "relief", "infrastructure",
)  # fmt: skip
LINES = ("appropriated", "promised", "paid", "clawed_back", "outstanding", "lapsed", "left")
NATIONAL, MUNICIPAL, DISTRICT = range(3)
TIER_OF = {
    "tax": NATIONAL, "provider_discount": NATIONAL, "diagnosis": NATIONAL,
    "awards": MUNICIPAL, "loans": MUNICIPAL, "infrastructure": MUNICIPAL, "providers": MUNICIPAL,
}  # fmt: skip
SERVICES = INSTRUMENTS[6:]


class Ledger:
    """Money by instrument, line and tier, in million RMB."""

    def __init__(self) -> None:
        self.lines = {name: {line: np.zeros(3) for line in LINES} for name in INSTRUMENTS}

    @property
    def left(self) -> np.ndarray:
        return self.lines["grants"]["left"]

    def appropriate(self, budget: Sequence[float]) -> None:
        self.lines["grants"]["appropriated"] += budget
        self.lines["grants"]["left"] += budget

    def lapse(self) -> None:
        grants = self.lines["grants"]
        grants["lapsed"] += grants["left"]
        grants["left"][:] = 0.0

    def promise_grant(self, amount: float) -> list[float]:
        """Promise a grant out of what is left, tier by tier, and return what each tier gives."""
        parts = []
        for tier in range(3):
            part = min(amount - sum(parts), float(self.left[tier]))
            parts.append(part)
            self.left[tier] -= part
            self._promise("grants", tier, part)
        return parts

    def promise(self, name: str, amount: float) -> None:
        """Promise certain money: what is promised is appropriated with it."""
        self.lines[name]["appropriated"][TIER_OF.get(name, DISTRICT)] += amount
        self._promise(name, TIER_OF.get(name, DISTRICT), amount)

    def pay(self, name: str, amount: float) -> None:
        self.pay_tier(name, TIER_OF.get(name, DISTRICT), amount)

    def spend(self, name: str, amount: float) -> None:
        """Promise and pay at once."""
        self.promise(name, amount)
        self.pay(name, amount)

    def void(self, name: str, amount: float) -> None:
        self.void_tier(name, TIER_OF.get(name, DISTRICT), amount)

    def pay_tier(self, name: str, tier: int, amount: float) -> None:
        self.lines[name]["outstanding"][tier] -= amount
        self.lines[name]["paid"][tier] += amount

    def void_tier(self, name: str, tier: int, amount: float) -> None:
        self.lines[name]["outstanding"][tier] -= amount
        self.lines[name]["clawed_back"][tier] += amount

    def claw_back(self, tier: int, amount: float) -> None:
        self.lines["grants"]["paid"][tier] -= amount
        self.lines["grants"]["clawed_back"][tier] += amount

    def _promise(self, name: str, tier: int, amount: float) -> None:
        self.lines[name]["promised"][tier] += amount
        self.lines[name]["outstanding"][tier] += amount

    def total(self, line: str, names: Sequence[str] = INSTRUMENTS) -> float:
        return float(sum(self.lines[name][line].sum() for name in names))
