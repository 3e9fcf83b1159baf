"""Government: three tiers of money, applications and their decisions, services, and both ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhizao.mesa_model.firm_agent import FirmAgent
from zhizao.mesa_model.project import Claim, Project
from zhizao.parameters.registry import Parameters
from zhizao.policy.levers import INSTRUMENTS
from zhizao.rules import support
from zhizao.sectors import TIERS

__all__ = ["SERVICES", "TIER_OF", "Account", "Government", "Investment"]

_NATIONAL, _MUNICIPAL, _DISTRICT = TIERS
_TIER_BY_INSTRUMENT = {
    "tax": _NATIONAL, "provider_discount": _NATIONAL, "diagnosis": _NATIONAL, "awards": _MUNICIPAL,
    "loans": _MUNICIPAL, "infrastructure": _MUNICIPAL, "providers": _MUNICIPAL,
}  # fmt: skip
TIER_OF: dict[str, str] = {name: _TIER_BY_INSTRUMENT.get(name, _DISTRICT) for name in INSTRUMENTS}
"""Tier that pays for each instrument but grants, which draw on all three."""

SERVICES: tuple[str, ...] = INSTRUMENTS[INSTRUMENTS.index("specialists") :]
"""Instruments that are services and conditions; those before them give money to firms."""

_FIRST_COME = 0
_LEDGER_TOLERANCE = 1e-9


@dataclass
class Account:
    """One tier's money for one instrument since 2018-01, million RMB.

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
    """The firms' ledger since 2018-01, million RMB: spending = own money + grants + loans."""

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


class Government:
    """The public side: money by tier and instrument, applications, and what services cost.

    Attributes
    ----------
    accounts
        The public ledger: an `Account` by tier and instrument.
    investment
        The firms' ledger.
    pending
        Firms whose applications wait for a decision.
    success_rate
        Share of applications funded in the last year with any decision, which all firms know.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self.parameters: Parameters = model.parameters
        self.accounts = {(tier, name): Account() for tier in TIERS for name in INSTRUMENTS}
        self.grant_accounts = [self.accounts[tier, "grants"] for tier in TIERS]
        self.investment = Investment()
        self.pending: list[FirmAgent] = []
        self.success_rate = self.parameters.support.start_success
        self.decided_this_year = 0
        self.funded_this_year = 0

    # --- money ------------------------------------------------------------------------------------------

    def promise(self, instrument: str, amount: float) -> None:
        """Promise money that everyone who qualifies gets."""
        self.accounts[TIER_OF[instrument], instrument].promise_beyond_budget(amount)

    def pay(self, instrument: str, amount: float) -> None:
        """Pay money promised before."""
        self.accounts[TIER_OF[instrument], instrument].pay(amount)

    def spend(self, instrument: str, amount: float) -> None:
        """Spend money at once: services, awards, relief."""
        self.promise(instrument, amount)
        self.pay(instrument, amount)

    def total(self, line: str, instruments: Sequence[str] = INSTRUMENTS) -> float:
        """Return one line of the ledger (such as ``paid``), summed over tiers and `instruments`."""
        total = 0.0
        for name in instruments:
            for tier in TIERS:
                total += getattr(self.accounts[tier, name], line)
        return total

    def budget_left(self) -> float:
        """Money that can still be promised as grants."""
        national, municipal, district = self.grant_accounts
        return national.left + municipal.left + district.left

    # --- grants -----------------------------------------------------------------------------------------

    def open_budgets(self) -> None:
        """Budgets open or lapse; in January the share of applications funded in the year before is known."""
        offer, january = self.model.offer, self.model.calendar_month == 1
        if january and self.model.month > 0:
            self.success_rate = support.expected_success(
                self.success_rate,
                float(self.funded_this_year),
                float(self.decided_this_year),
                self.parameters.support.start_success,
            )
            self.decided_this_year = self.funded_this_year = 0
        if not offer.grants_on or (january and not offer.grants_carry_over):
            for account in self.grant_accounts:
                account.lapse()
        for account, amount in zip(self.grant_accounts, offer.monthly_budget, strict=True):
            account.appropriate(amount)

    def receive_application(self, firm: FirmAgent) -> None:
        """Put the firm's application with those that wait."""
        assert firm.project is not None
        self.pending.append(firm)
        self.model.note("applications", firm)
        self.model.note("burden_hours", firm, firm.application_hours())
        self.model.note("grant_asked", firm, firm.project.grant_asked)

    def decide_applications(self) -> list[FirmAgent]:
        """Decide those that are due, as many as can be handled, and return the firms that are funded."""
        offer, month = self.model.offer, self.model.month
        due: list[FirmAgent] = []
        waiting, self.pending = self.pending, []
        for firm in waiting:
            assert firm.project is not None
            if not offer.grants_on:
                self.reject(firm)
            elif firm.project.decided_month + int(offer.processing_months) <= month:
                due.append(firm)
            else:
                self.pending.append(firm)
        weekend = 1.0 + self.parameters.support.weekend_gain * offer.handling_weekend_share
        capacity = int(offer.handling_monthly_capacity * weekend)
        if len(due) > capacity:
            due = in_order(due, _FIRST_COME)
            self.pending += due[capacity:]
            due = due[:capacity]
        return self.fund(due)

    def fund(self, due: list[FirmAgent]) -> list[FirmAgent]:
        """Fund all if the money reaches, else one by one in the order of the rule while it lasts."""
        asked = 0.0
        for firm in due:
            assert firm.project is not None
            asked += firm.project.grant_asked
        if asked <= self.budget_left():
            for firm in due:
                self.promise_grant(firm)
            return due
        rule = int(self.model.offer.grants_allocation)
        funded: list[FirmAgent] = []
        someone_waits = False
        for firm in in_order(due, rule):
            project = firm.project
            assert project is not None
            waited = self.model.month - project.decided_month
            if not someone_waits and project.grant_asked <= self.budget_left():
                self.promise_grant(firm)
                funded.append(firm)
            elif rule == _FIRST_COME and waited < self.parameters.support.longest_wait:
                someone_waits = True  # nobody overtakes the one who waits for money
                self.pending.append(firm)
            else:
                self.reject(firm)
        return funded

    def promise_grant(self, firm: FirmAgent) -> None:
        """Promise the grant, drawing on the tiers in order."""
        project = firm.project
        assert project is not None
        remaining = project.grant_asked
        for tier, account in enumerate(self.grant_accounts):
            last = tier == len(TIERS) - 1
            part = remaining if last else min(remaining, account.left)
            account.promise(part)
            project.grant[tier] = part
            remaining -= part
        project.supported = True
        firm.supported_before = True
        firm.status = "queued"
        self.decided_this_year += 1
        self.funded_this_year += 1
        self.model.note("awards", firm)

    def reject(self, firm: FirmAgent) -> None:
        """Turn the application down; the firm is free to look again."""
        firm.project = None
        firm.status = "idle"
        self.decided_this_year += 1
        self.model.note("rejections", firm)

    def pay_advance(self, project: Project) -> None:
        """Pay the part of the grant that comes at the start."""
        if not project.supported:
            return
        share = self.model.offer.grants_advance_share
        for tier, account in enumerate(self.grant_accounts):
            project.advance[tier] = project.grant[tier] * share
            account.pay(project.advance[tier])

    def close_project(self, firm: FirmAgent) -> None:
        """Pay what is certain; make the grant a claim after success, take the advance back after failure."""
        project = firm.project
        assert project is not None
        if project.tax_credit > 0.0:
            self.pay("tax", project.tax_credit)
            self.investment.refund(project.tax_credit)
            firm.cash += project.tax_credit
        if project.interest_support > 0.0:
            self.pay("loans", project.interest_support)
            firm.cash += project.interest_support
        if project.supported and project.succeeded:
            late = tuple(grant - early for grant, early in zip(project.grant, project.advance, strict=True))
            delay = int(self.model.offer.grants_payment_delay)
            firm.claim = Claim(amounts=late, due_month=self.model.month + delay)
        elif project.supported:
            self.take_back(firm, project)
        firm.project = None

    def take_back(self, firm: FirmAgent, project: Project) -> None:
        """After failure nothing more is paid, and part of the advance comes back."""
        for tier, account in enumerate(self.grant_accounts):
            back = project.advance[tier] * self.model.offer.grants_clawback_share
            account.void(project.grant[tier] - project.advance[tier])
            account.take_back(back)
            self.investment.refund(-back)
            firm.cash -= back

    def pay_claim(self, firm: FirmAgent) -> None:
        """Pay the grant if it falls due this month."""
        if firm.claim is None or firm.claim.due_month != self.model.month:
            return
        for account, amount in zip(self.grant_accounts, firm.claim.amounts, strict=True):
            account.pay(amount)
            self.investment.refund(amount)
            firm.cash += amount
        firm.claim = None

    def void_promises(self, firm: FirmAgent) -> None:
        """What was promised to a firm that leaves and not yet paid will not be paid; advances are lost."""
        if firm in self.pending:
            self.pending.remove(firm)
        if firm.claim is not None:
            for account, amount in zip(self.grant_accounts, firm.claim.amounts, strict=True):
                account.void(amount)
        if firm.project is not None:
            project = firm.project
            for tier, account in enumerate(self.grant_accounts):
                account.void(project.grant[tier] - project.advance[tier])
            self.accounts[TIER_OF["tax"], "tax"].void(project.tax_credit)
            self.accounts[TIER_OF["loans"], "loans"].void(project.interest_support)

    # --- services ---------------------------------------------------------------------------------------

    def book_services(self) -> None:
        """Book what services cost this month, used or not, and relief on energy bills."""
        offer, costs, model = self.model.offer, self.parameters.public_costs, self.model
        self.spend("handling", model.total_noted("applications") * costs.handling)
        yearly = {
            "specialists": offer.specialists_count * costs.specialist_year,
            "handling": offer.handling_online_share * costs.online_year
            + offer.handling_weekend_share * costs.weekend_year,
            "response": costs.response_year if offer.response_days > 0.0 else 0.0,
            "leaders": model.leaders_taking_part() * costs.leader_year,
            "providers": offer.providers_capacity_gain * costs.capacity_year
            + offer.providers_competence_gain / 0.1 * costs.competence_year,
            "campaign": offer.campaign_rate * costs.campaign_year,
            "infrastructure": offer.infrastructure_cost_cut / 0.1 * costs.infrastructure_year,
        }
        for instrument, cost in yearly.items():
            self.spend(instrument, cost / 12.0)
        gain = offer.attraction_entry_gain
        attracted = model.total_noted("entries") * gain / (1.0 + gain)
        self.spend("attraction", attracted * costs.attraction_plant)
        relief = offer.context_demand / 12.0 * offer.relief_energy_share
        self.spend("relief", relief * sum(firm.energy_cost for firm in model.firms))

    def check_ledgers(self) -> None:
        """Refuse to go on if a ledger does not close."""
        gaps = {f"{name}, {tier}": account.gap() for (tier, name), account in self.accounts.items()}
        gaps["investment"] = self.investment.gap()
        worst = max(gaps, key=lambda place: gaps[place])
        if not gaps[worst] <= _LEDGER_TOLERANCE:
            raise ArithmeticError(
                f"the ledger of {worst} is off by {gaps[worst]:.3g} relative in month {self.model.month}"
            )


def in_order(firms: list[FirmAgent], rule: int) -> list[FirmAgent]:
    """Return firms in the order in which an allocation rule takes them; ties by slot."""
    return sorted(firms, key=lambda firm: (firm.priority(rule), firm.slot))
