"""Government: three tiers of money, applications and their decisions, services, and both ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhizao.calendar import YEAR_MONTH, month_of_year
from zhizao.mesa_model.firm_agent import FirmAgent
from zhizao.mesa_model.ledgers import Account, Investment
from zhizao.mesa_model.project import Claim, Filing, Project
from zhizao.parameters.registry import Parameters
from zhizao.policy.levers import DECLARED, INSTRUMENTS
from zhizao.records.state import OfferRecord
from zhizao.rules import support
from zhizao.rules.constants import AFTER_THE_FACT, FIRST_COME, MONTHS_PER_YEAR, TENTH
from zhizao.sectors import PLAN_LEVEL, TIER_FOR, TIERS

__all__ = ["TIER_OF", "Government"]

TIER_OF: dict[str, str] = {name: TIER_FOR[one.tier] for name, one in DECLARED.items() if one.tier}
"""Tier that pays for each instrument but grants, which draw on all three."""

_LEDGER_TOLERANCE = 1e-9


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

    @property
    def offer(self) -> OfferRecord:
        """The offers in force this month."""
        offer: OfferRecord = self.model.offer
        return offer

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
        return sum(account.left for account in self.grant_accounts)

    # --- grants -----------------------------------------------------------------------------------------

    def open_budgets(self) -> None:
        """Budgets open or lapse; when the year begins, the share of applications funded in the year before is known."""
        offer, new_year = self.offer, month_of_year(self.model.month) == YEAR_MONTH
        if new_year and self.model.month > 0:
            self.success_rate = support.expected_success(
                self.success_rate,
                float(self.funded_this_year),
                float(self.decided_this_year),
                self.parameters.support.start_success,
            )
            self.decided_this_year = self.funded_this_year = 0
        if not offer.grants_on or (new_year and not offer.grants_carry_over):
            for account in self.grant_accounts:
                account.lapse()
        for account, amount in zip(self.grant_accounts, offer.monthly_budget, strict=True):
            account.appropriate(amount)

    def receive_application(self, firm: FirmAgent) -> None:
        """Take the firm's application, to be decided now, or after the fact once its claim is filed."""
        assert firm.project is not None
        if self.offer.grants_regime != AFTER_THE_FACT:
            self.pending.append(firm)
        self.model.note("applications", firm)
        self.model.note("burden_hours", firm, firm.application_hours())
        self.model.note("grant_asked", firm, firm.project.grant_asked)

    def decide_applications(self) -> list[FirmAgent]:
        """Decide those that are due, as many as can be handled, and return the firms that are funded."""
        offer, month = self.offer, self.model.month
        due: list[FirmAgent] = []
        waiting, self.pending = self.pending, []
        for firm in waiting:
            _, asked_month = firm.asked_for()
            if not offer.grants_on:
                self.reject(firm)
            elif asked_month + int(offer.processing_months) <= month:
                due.append(firm)
            else:
                self.pending.append(firm)
        weekend = 1.0 + self.parameters.support.weekend_gain * offer.handling_weekend_share
        capacity = int(offer.handling_monthly_capacity * weekend)
        if len(due) > capacity:
            due = in_order(due, FIRST_COME)
            self.pending += due[capacity:]
            due = due[:capacity]
        return self.fund(due)

    def fund(self, due: list[FirmAgent]) -> list[FirmAgent]:
        """Fund all if the money reaches, else one by one in the order of the rule while it lasts.

        Returned are the applicants that can now order.
        """
        asked = 0.0
        for firm in due:
            asked += firm.asked_for()[0]
        if asked <= self.budget_left():
            return [firm for firm in due if self.promise_grant(firm)]
        rule = int(self.offer.grants_allocation)
        funded: list[FirmAgent] = []
        someone_waits = False
        for firm in in_order(due, rule):
            amount, asked_month = firm.asked_for()
            waited = self.model.month - asked_month
            if not someone_waits and amount <= self.budget_left():
                funded += [firm] if self.promise_grant(firm) else []
            elif rule == FIRST_COME and waited < self.parameters.support.longest_wait:
                someone_waits = True  # nobody overtakes the one who waits for money
                self.pending.append(firm)
            else:
                self.reject(firm)
        return funded

    def promise_grant(self, firm: FirmAgent) -> bool:
        """Promise the grant, drawing on the tiers in order; return whether the firm can now order its project."""
        remaining, _ = firm.asked_for()
        parts = []
        for tier, account in enumerate(self.grant_accounts):
            last = tier == len(TIERS) - 1
            part = remaining if last else min(remaining, account.left)
            account.promise(part)
            parts.append(part)
            remaining -= part
        firm.supported_before = True
        self.decided_this_year += 1
        self.funded_this_year += 1
        self.model.note("awards", firm)
        if firm.filing is not None:
            delay = int(self.offer.grants_payment_delay)
            firm.filing, firm.claim = None, Claim(amounts=tuple(parts), due_month=self.model.month + delay)
            return False
        assert firm.project is not None
        firm.project.grant, firm.project.supported = parts, True
        firm.status = "queued"
        return True

    def reject(self, firm: FirmAgent) -> None:
        """Turn the application down; the firm is free to look again, and may go alone at once."""
        self.decided_this_year += 1
        self.model.note("rejections", firm)
        if firm.filing is not None:
            firm.filing = None
            return
        assert firm.project is not None
        applied, firm.project = firm.project.decided_month, None
        firm.status = "idle"
        firm.weigh_going_alone(applied)

    def pay_advance(self, project: Project) -> None:
        """Pay the part of the grant that comes at the start."""
        if not project.supported:
            return
        share = self.offer.grants_advance_share
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
        if project.pilot and project.succeeded:
            self.pay_pilot(firm, project)
        if project.supported and project.succeeded:
            late = tuple(grant - early for grant, early in zip(project.grant, project.advance, strict=True))
            delay = int(self.offer.grants_payment_delay)
            firm.claim = Claim(amounts=late, due_month=self.model.month + delay)
        elif project.supported:
            self.take_back(firm, project)
        elif project.registered and project.succeeded:
            firm.filing = Filing(amount=project.grant_asked, month=self.model.month)
            self.pending.append(firm)
        firm.project = None

    def pilot_cap(self, level: int) -> float:
        """Most that the pilot city pays a firm of a level, in all (million RMB)."""
        return float(self.offer.pilot_cap[level - PLAN_LEVEL]) if level >= PLAN_LEVEL else 0.0

    def pay_pilot(self, firm: FirmAgent, project: Project) -> None:
        """Pay for an accepted project of the pilot city, up to what the level reached leaves."""
        cap = self.pilot_cap(firm.true_level)
        amount = support.pilot_money(self.offer.pilot_rate, project.cost, cap, firm.pilot_paid)
        self.spend("pilot", amount)
        self.investment.refund(amount)
        firm.pilot_paid += amount
        firm.cash += amount

    def take_back(self, firm: FirmAgent, project: Project) -> None:
        """After failure nothing more is paid, and part of the advance comes back."""
        for tier, account in enumerate(self.grant_accounts):
            back = project.advance[tier] * self.offer.grants_clawback_share
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
        firm.filing = None
        if firm.claim is not None:
            for account, amount in zip(self.grant_accounts, firm.claim.amounts, strict=True):
                account.void(amount)
        if firm.project is not None:
            project = firm.project
            self.void_grant(project)
            self.accounts[TIER_OF["tax"], "tax"].void(project.tax_credit)
            self.accounts[TIER_OF["loans"], "loans"].void(project.interest_support)

    def void_grant(self, project: Project) -> None:
        """Withdraw what was promised as a grant beyond the advance."""
        for tier, account in enumerate(self.grant_accounts):
            account.void(project.grant[tier] - project.advance[tier])

    # --- services ---------------------------------------------------------------------------------------

    def book_services(self) -> None:
        """Book what services cost this month, used or not, and relief on energy bills."""
        offer, costs, model = self.offer, self.parameters.public_costs, self.model
        self.spend("handling", model.total_noted("applications") * costs.handling)
        yearly = {
            "specialists": offer.specialists_count * costs.specialist_year,
            "handling": offer.handling_online_share * costs.online_year
            + offer.handling_weekend_share * costs.weekend_year,
            "response": costs.response_year if offer.response_days > 0.0 else 0.0,
            "leaders": model.leaders_taking_part() * costs.leader_year,
            "providers": offer.providers_capacity_gain * costs.capacity_year
            + offer.providers_competence_gain / TENTH * costs.competence_year,
            "campaign": offer.campaign_rate * costs.campaign_year,
            "infrastructure": offer.infrastructure_cost_cut / TENTH * costs.infrastructure_year,
        }
        for instrument, cost in yearly.items():
            self.spend(instrument, cost / MONTHS_PER_YEAR)
        gain = offer.attraction_entry_gain
        attracted = model.total_noted("entries") * gain / (1.0 + gain)
        self.spend("attraction", attracted * costs.attraction_plant)
        relief = offer.context_demand / MONTHS_PER_YEAR * offer.relief_energy_share * offer.context_energy_price
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
