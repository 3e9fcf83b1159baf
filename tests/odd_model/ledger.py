"""Money (7.17): the government's ledger by instrument, line and tier; and the firms'."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

INSTRUMENTS = (
    "grants",
    "diagnosis",
    "loans",
    "tax",
    "awards",
    "provider_discount",
    "pilot",
    "specialists",
    "matchmaking",
    "handling",
    "response",
    "leaders",
    "providers",
    "campaign",
    "attraction",
    "relief",
    "infrastructure",
)
SERVICES = INSTRUMENTS[INSTRUMENTS.index("specialists") :]
LINES = ("appropriated", "promised", "paid", "clawed_back", "outstanding", "lapsed", "left")
NATIONAL, MUNICIPAL, DISTRICT = range(3)
TIER_OF = {
    "tax": NATIONAL,
    "provider_discount": NATIONAL,
    "pilot": NATIONAL,
    "diagnosis": NATIONAL,
    "awards": MUNICIPAL,
    "loans": MUNICIPAL,
    "infrastructure": MUNICIPAL,
    "providers": MUNICIPAL,
}

Tiers = Sequence[float]


class Ledger:
    """All money so far, in million RMB."""

    def __init__(self) -> None:
        self.lines = {line: {name: np.zeros(3) for name in INSTRUMENTS} for line in LINES}
        self.spending = self.own = self.grant = self.loan = 0.0

    def total(self, line: str, instruments: Sequence[str] = INSTRUMENTS) -> float:
        return float(sum(self.lines[line][name].sum() for name in instruments))

    # --- grants, which have a budget

    @property
    def grants_left(self) -> float:
        return float(self.lines["left"]["grants"].sum())

    def appropriate(self, budget: Tiers) -> None:
        self.lines["appropriated"]["grants"] += budget
        self.lines["left"]["grants"] += budget

    def lapse(self) -> None:
        left = self.lines["left"]["grants"]
        self.lines["lapsed"]["grants"] += left
        left[:] = 0.0

    def promise_grant(self, amount: float) -> tuple[float, ...]:
        """Promise a grant, drawing on the tiers in order, and return what each gives."""
        left = self.lines["left"]["grants"]
        national = min(amount, float(left[NATIONAL]))
        municipal = min(amount - national, float(left[MUNICIPAL]))
        parts = national, municipal, amount - national - municipal
        left -= parts
        self.lines["promised"]["grants"] += parts
        self.lines["outstanding"]["grants"] += parts
        return parts

    def pay_grant(self, parts: Tiers) -> None:
        self.lines["outstanding"]["grants"] -= parts
        self.lines["paid"]["grants"] += parts

    def void_grant(self, parts: Tiers) -> None:
        self.lines["outstanding"]["grants"] -= parts
        self.lines["clawed_back"]["grants"] += parts

    def claw_back(self, parts: Tiers) -> None:
        self.lines["paid"]["grants"] -= parts
        self.lines["clawed_back"]["grants"] += parts

    # --- certain money, whose appropriation follows the promise

    def promise(self, name: str, amount: float) -> None:
        self._move(name, amount, "appropriated", "promised", "outstanding")

    def pay(self, name: str, amount: float) -> None:
        self._move(name, -amount, "outstanding")
        self._move(name, amount, "paid")

    def void(self, name: str, amount: float) -> None:
        self._move(name, -amount, "outstanding")
        self._move(name, amount, "clawed_back")

    def spend(self, name: str, amount: float) -> None:
        """Promise and pay at once."""
        self.promise(name, amount)
        self.pay(name, amount)

    def _move(self, name: str, amount: float, *lines: str) -> None:
        for line in lines:
            self.lines[line][name][TIER_OF.get(name, DISTRICT)] += amount

    # --- the firms' ledger

    def book_start(self, *, own: float, loan: float, grant: float) -> None:
        self.spending += own + loan + grant
        self.own += own
        self.loan += loan
        self.grant += grant

    def book_later(self, amount: float) -> None:
        """Book what the public pays, or takes back, after the start: the firm's own part is so much less."""
        self.own -= amount
        self.grant += amount
