"""What a firm is, what it hears and sees, how it values projects, and how it chooses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import mesa

from zhizao.mesa_model.project import FACTORY, KINDS, LIGHT, WORKSHOP, Claim, Option, Project
from zhizao.parameters.registry import Parameters
from zhizao.rules import attention, business, progress, support, value

__all__ = ["MONTHS_AHEAD", "DecidingFirm"]

MONTHS_AHEAD = 12
"""Months for which a project that went well puts a firm ahead."""

_MOST_SAVED = 0.9


class DecidingFirm(mesa.Agent):  # type: ignore[misc]
    """A firm up to its decision; `FirmAgent` adds what follows from it.

    Money is in million RMB, revenue is per year, months count from 2018-01. `model` is the `DistrictModel`.
    """

    def __init__(self, model: Any, slot: int) -> None:
        super().__init__(model)
        self.parameters: Parameters = model.parameters
        start = model.district.firms[slot]
        # what it is, for good
        self.slot = slot
        self.sector = int(start["sector"])
        self.size_class = int(start["size_class"])
        self.park = int(start["park"])
        self.is_leader = bool(start["leader"])
        self.leader_rank = float(start["leader_rank"])
        self.capability = float(start["capability"])
        self.premium = float(start["premium"])
        self.intensity = tuple(float(gain) for gain in start["intensity"])
        self.visit_phase = float(start["visit_phase"])
        self.coverage_rank = float(start["coverage_rank"])
        # its business
        self.revenue = float(start["revenue"])
        self.cash = float(start["cash"])
        self.saved = 0.0
        self.labour_factor = self.energy_factor = self.defect_factor = 1.0
        self.loan_payment = 0.0
        self.loan_end = 0
        self.distressed = False
        # its digital standing
        self.score = float(start["score"])
        self.reported = 0.0
        self.level = self.best_level = self.start_level = 0
        self.robots = bool(start["robots"])
        self.workshops = self.workshops_built = int(start["workshops"])
        self.factories = self.factories_built = int(start["factories"])
        self.projects_of_kind = [0, 0, 0, 0]
        # what it knows, and what others see of it
        self.aware = bool(start["aware"])
        self.evidence = 0.0
        self.ever_visited = False
        self.visit_fresh_until = -1
        self.diagnosed = False
        self.last_success = -MONTHS_AHEAD
        self.ahead = False
        self.supported_before = False
        self.partners: list[DecidingFirm] = []
        self.neighbours: list[DecidingFirm] = []  # all firms of its park, itself among them
        # what it is doing
        self.status = "idle"  # idle, applying, queued, building, gone
        self.project: Project | None = None
        self.claim: Claim | None = None

    # --- hearing, looking -------------------------------------------------------------------------------

    def exposure_to(self, trait: str) -> float:
        """Weighted share of partners and park neighbours of whom `trait` (``ahead``, ``supported_before``) is true."""
        others = [firm for firm in self.neighbours if firm is not self]
        return attention.exposure(
            self.parameters.attention.partner_weight,
            sum(getattr(partner, trait) for partner in self.partners),
            len(self.partners),
            sum(getattr(neighbour, trait) for neighbour in others),
            len(others),
        )

    def hears_of_support(self) -> bool:
        """Whether an unaware firm hears of support this month: from notices, campaigns, or firms that had it."""
        awareness = self.parameters.awareness
        probability = attention.hearing_probability(
            awareness.media_rate,
            self.model.offer.campaign_rate,
            awareness.word_rate,
            self.exposure_to("supported_before"),
        )
        return bool(self.model.draw("awareness", self.slot) < probability)

    def has_specialist(self) -> bool:
        """Whether the firm is among those that a specialist looks after."""
        offer = self.model.offer
        small, medium, _ = self.parameters.population.class_share
        return bool(
            business.covered(
                self.size_class, self.coverage_rank, offer.coverage, int(offer.specialists_order), small, medium
            )
        )

    def receive_visit(self) -> None:
        """A specialist informs the firm and helps it for some months; the first visit shows what projects bring."""
        self.aware = True
        self.visit_fresh_until = self.model.month + int(self.parameters.attention.visit_months)
        if not self.ever_visited:
            self.ever_visited = True
            self.evidence += self.parameters.valuation.visit_evidence
        self.model.note("visits", self)

    def is_helped(self) -> bool:
        """Whether a specialist's visit is still fresh."""
        return bool(self.visit_fresh_until > self.model.month)

    def is_asked_by_leader(self) -> bool:
        """Whether a chain leader that takes part asks for level 2, which the firm does not report yet."""
        taking_part = self.model.offer.leaders_share
        return self.level < 2 and any(
            partner.is_leader and partner.leader_rank < taking_part for partner in self.partners
        )

    def looking_rate(self) -> float:
        """Rate (per year) at which the firm looks at projects this month."""
        rates = self.parameters.attention
        feels_deadline = self.aware and self.model.offer.deadline_on > 0.0
        return attention.looking_rate(
            rates.spontaneous_rate,
            rates.contagion_rate,
            self.exposure_to("ahead"),
            rates.visit_rate if self.is_helped() else 0.0,
            rates.deadline_rate if feels_deadline else 0.0,
            rates.leader_rate if self.is_asked_by_leader() else 0.0,
        )

    def looks_at_projects(self) -> bool:
        """Whether the firm looks at projects this month."""
        return bool(self.model.draw("attention", self.slot) < attention.looking_probability(self.looking_rate()))

    def use_voucher(self) -> None:
        """Have the firm diagnosed at public cost, once, if it knows that there are vouchers."""
        voucher = self.model.offer.diagnosis_value
        if voucher > 0.0 and self.aware and not self.diagnosed:
            self.diagnosed = True
            self.evidence += self.parameters.valuation.diagnosis_evidence
            self.model.government.spend("diagnosis", voucher)
            self.model.note("diagnoses", self)

    # --- valuing, choosing ------------------------------------------------------------------------------

    def savings_by_channel(self, kind: int) -> tuple[float, float, float, float]:
        """Gain of the next project of a kind: shares of labour, energy and defect cost saved, and output added."""
        projects, valuation = self.parameters.projects, self.parameters.valuation
        scale = valuation.benefit_level * value.repeated(
            self.intensity[kind], valuation.repeat_effect, self.projects_of_kind[kind]
        )
        return (
            min(projects.labour_effect[kind] * scale, _MOST_SAVED),
            min(projects.energy_effect[kind] * scale, _MOST_SAVED),
            min(projects.quality_effect[kind] * scale, _MOST_SAVED),
            min(projects.capacity_effect[kind] * scale, _MOST_SAVED),
        )

    def saving_share(self, kind: int) -> float:
        """Yearly gain of the next project of a kind, as a share of revenue."""
        sectors = self.parameters.sectors
        labour, energy, defects, output = self.savings_by_channel(kind)
        return value.saving_share(
            labour * sectors.labour_share[self.sector] * self.labour_factor,
            energy * sectors.energy_share[self.sector] * self.energy_factor,
            defects * sectors.defect_share[self.sector] * self.defect_factor,
            output * sectors.contribution[self.sector],
        )

    def discount_rate(self) -> float:
        """The firm's own yearly rate, after public relief on interest."""
        relief = self.model.offer.relief_interest_points
        return support.discount_rate(self.parameters.finance.prime_rate, self.premium, relief)

    def success_chance(self, helped: bool) -> float:
        """Probability that a project of this firm works as hoped."""
        building = self.parameters.building
        competence = self.parameters.providers.competence + self.model.offer.providers_competence_gain
        return progress.success_probability(
            building.success_intercept,
            building.success_capability,
            self.capability,
            building.success_competence,
            min(competence, 1.0),
            building.success_help,
            helped,
        )

    def value_of(self, kind: int) -> float:
        """What the firm counts on from a project, today: gains over its life, as far as seen, hoped, worth the wait."""
        valuation = self.parameters.valuation
        worth = (
            self.saving_share(kind)
            * self.revenue
            * value.annuity(self.discount_rate(), self.parameters.projects.life[kind])
        )
        seen = value.seen_share(valuation.doubt, self.evidence, valuation.doubt_aversion)
        chance = self.success_chance(self.is_helped())
        hoped = chance + (1.0 - chance) * self.parameters.building.failed_gain
        return worth * seen * hoped / valuation.waiting_multiple

    def can_do(self, kind: int) -> bool:
        """Whether the firm stands high enough; each smart factory needs two digital workshops of its own."""
        if self.score < self.parameters.projects.lowest_score[kind]:
            return False
        return kind != FACTORY or self.workshops_built >= 2 * (self.factories_built + 1)

    def quoted_cost(self, kind: int) -> float:
        """What a provider asks of this firm, after templates, infrastructure and discounts."""
        projects, offer = self.parameters.projects, self.model.offer
        cost = value.project_cost(
            projects.cost[kind] * projects.cost_level,
            math.log(self.revenue / projects.reference_revenue),
            projects.cost_elasticity[kind],
            self.model.providers.markets[kind].price,
            projects.connected[kind] * offer.infrastructure_cost_cut,
        )
        if kind == LIGHT and self.is_asked_by_leader():
            cost *= 1.0 - offer.leaders_template_cut
        if kind == LIGHT and self.aware:
            cost *= 1.0 - offer.provider_discount_waived_share - offer.provider_discount_state_share
        return cost

    def search_cost(self, cost: float) -> float:
        """Cost of finding a provider; specialists match firms with providers."""
        search = self.parameters.building.search_share * cost
        if self.is_helped():
            search *= 1.0 - self.model.offer.matchmaking_cost_cut
        return search

    def other_money(self, kind: int, cost: float) -> float:
        """What comes without an application, today: tax credit, awards, and orders kept with a chain leader."""
        offer, projects, levels = self.model.offer, self.parameters.projects, self.parameters.levels
        rate = self.discount_rate()
        expected = progress.score_after(self.score, projects.score_gain[kind], 1.0)
        after_work = offer.tax_credit_rate * cost + support.level_awards(
            self.reported, expected, offer.awards_level2, offer.awards_level3, offer.awards_level4
        )
        if kind == WORKSHOP:
            after_work += levels.recognition * offer.awards_workshop
        if kind == FACTORY:
            after_work += levels.factory_recognition * offer.awards_factory
        total = after_work * value.discount(rate, projects.duration[kind])
        if self.is_asked_by_leader() and self.score < 40.0 <= expected:
            at_risk = self.parameters.valuation.order_at_risk * self.revenue
            kept = at_risk * self.parameters.sectors.contribution[self.sector]
            total += kept * value.annuity(rate, projects.life[kind])
        return float(total)

    def means(self) -> float:
        """Cash and credit line together: what a project may cost at most."""
        finance = self.parameters.finance
        debt = business.balance(self.loan_payment, self.loan_end, self.model.month)
        guarantee = self.model.offer.loans_guarantee_share if self.aware else 0.0
        credit = support.credit_left(finance.credit_share[self.size_class], guarantee, self.revenue, debt)
        return max(self.cash, 0.0) + credit

    def interest_support(self, need: float) -> float:
        """Interest that the public pays on what the firm must borrow to meet `need`, if it knows of it."""
        offer = self.model.offer
        if not self.aware or offer.loans_interest_points <= 0.0:
            return 0.0
        return support.interest_support(
            max(need - max(self.cash, 0.0), 0.0),
            offer.loans_interest_points,
            offer.loans_interest_years,
            self.parameters.finance.loan_months,
        )

    def application_hours(self) -> float:
        """Staff hours of one application, after one-stop handling and a specialist's help."""
        rules, offer = self.parameters.support, self.model.offer
        return support.application_burden(
            rules.application_hours,
            offer.handling_online_share,
            offer.handling_online_cut,
            self.is_helped(),
            rules.helped_burden_cut,
        )

    def can_apply(self) -> bool:
        """Whether the firm knows of grants, the window is open, and no earlier grant is still to be paid."""
        return self.aware and self.model.offer.grants_open > 0.0 and self.claim is None

    def options(self) -> Iterator[Option]:
        """Yield every project that is feasible and can be paid for: alone first, then with support."""
        for kind in KINDS:
            if not self.can_do(kind):
                continue
            cost = self.quoted_cost(kind)
            need = cost + self.search_cost(cost)
            net = self.value_of(kind) - cost - self.search_cost(cost) + self.other_money(kind, cost)
            if need <= self.means():
                alone = net + self.interest_support(need)
                yield Option(index=alone / cost, kind=kind, applies=False, cost=cost)
            if self.can_apply():
                yield from self.supported_option(kind, cost, need, net)

    def supported_option(self, kind: int, cost: float, need: float, net: float) -> Iterator[Option]:
        """Yield the option to apply for a grant, if there is one to be had and it can be paid for meanwhile."""
        offer, rules = self.model.offer, self.parameters.support
        grant = support.grant_amount(
            offer.grants_rate[kind],
            offer.grants_cap[kind],
            offer.grants_floor[kind],
            offer.grants_size_factor[self.size_class],
            cost,
        )
        need_now = need - grant * offer.grants_advance_share
        if grant <= 0.0 or need_now > self.means():
            return
        rate, wait = self.discount_rate(), offer.processing_months
        soon = value.discount(rate, wait)
        promised = support.promised_value(
            grant,
            self.model.government.success_rate * self.success_chance(self.is_helped()),
            offer.grants_advance_share,
            soon,
            value.discount(rate, wait + self.parameters.projects.duration[kind] + offer.grants_payment_delay),
        )
        burden = rules.hour_cost * rules.burden_multiple * self.application_hours()
        own = net + self.interest_support(need_now)
        supported = min(own, own * soon) + promised - burden
        yield Option(index=supported / cost, kind=kind, applies=True, cost=cost, grant=grant)

    def best_option(self) -> Option | None:
        """Return the option of the highest index (the first of equals), or None if there is none."""
        return max(self.options(), key=lambda option: option.index, default=None)

    def acts_on(self, option: Option) -> bool:
        """Whether the firm acts on its best option: one logistic taste draw."""
        spread = self.parameters.choosing.taste_spread
        return bool(value.acts(option.index, spread, self.model.draw("taste", self.slot)))
