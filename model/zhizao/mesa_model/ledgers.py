"""The two ledgers: public money by tier and instrument, and what firms have spent. Both close every month."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Account", "Investment"]


@dataclass
class Account:
    """One tier's money for one instrument since the first month, million RMB.

    Appropriated = promised + lapsed + left, and promised = paid + clawed back + outstanding.
    """

    appropriated: float = 0.0
    promised: float = 0.0
    paid: float = 0.0
    clawed_back: float = 0.0
    outstanding: float = 0.0
    lapsed: float = 0.0
    left: float = 0.0

    def appropriate(self, amount: float) -> None:
        """Put money at the disposal of the programme."""
        self.appropriated += amount
        self.left += amount

    def lapse(self) -> None:
        """Return what is left to the treasury."""
        self.lapsed += self.left
        self.left = 0.0

    def promise(self, amount: float) -> None:
        """Promise money out of what is left."""
        self.left -= amount
        self.promised += amount
        self.outstanding += amount

    def promise_beyond_budget(self, amount: float) -> None:
        """Promise money that everyone who qualifies gets: its appropriation follows it."""
        self.appropriated += amount
        self.promised += amount
        self.outstanding += amount

    def pay(self, amount: float) -> None:
        """Pay money promised before."""
        self.paid += amount
        self.outstanding -= amount

    def void(self, amount: float) -> None:
        """Withdraw a promise that will not be paid."""
        self.clawed_back += amount
        self.outstanding -= amount

    def take_back(self, amount: float) -> None:
        """Take back an advance that was paid."""
        self.paid -= amount
        self.clawed_back += amount

    def gap(self) -> float:
        """How far the account is from closing, relative to what was appropriated."""
        one = self.appropriated - self.promised - self.lapsed - self.left
        other = self.promised - self.paid - self.clawed_back - self.outstanding
        return max(abs(one), abs(other)) / max(self.appropriated, 1.0)


@dataclass
class Investment:
    """The firms' ledger since the first month, million RMB: spending = own money + grants + loans."""

    spending: float = 0.0
    own: float = 0.0
    grant: float = 0.0
    loan: float = 0.0

    def add(self, *, spending: float, own: float, grant: float, loan: float) -> None:
        """Book a project."""
        self.spending += spending
        self.own += own
        self.grant += grant
        self.loan += loan

    def refund(self, amount: float) -> None:
        """Book public money that comes after the firm has paid; negative when an advance is taken back."""
        self.own -= amount
        self.grant += amount

    def gap(self) -> float:
        """How far the ledger is from closing, relative to spending."""
        return abs(self.spending - self.own - self.grant - self.loan) / max(self.spending, 1.0)
