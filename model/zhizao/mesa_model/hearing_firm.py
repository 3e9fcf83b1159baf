"""What a firm is, what it hears of support and sees of others, and when it looks at projects."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np

from zhizao.mesa_model.project import Claim, Filing, Project
from zhizao.parameters.registry import Parameters
from zhizao.records.state import OfferRecord
from zhizao.rules import attention, business, support
from zhizao.rules.constants import MONTHS_AHEAD
from zhizao.sectors import KIND_COUNT, PLAN_LEVEL, PROJECT_KINDS, SME_COUNT

__all__ = ["HearingFirm"]


class HearingFirm(mesa.Agent):  # type: ignore[misc]
    """A firm up to the moment when it looks at projects; `DecidingFirm` adds how it values and chooses them.

    Money is in million RMB, revenue is per year, months count from the first. `model` is the `DistrictModel`.
    """

    def __init__(self, model: Any, slot: int) -> None:
        super().__init__(model)
        self.parameters: Parameters = model.parameters
        start = model.district.firms[slot]
        # what never changes
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
        self.output_factor = 1.0
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
        self.projects_of_kind = [0] * KIND_COUNT
        # what it knows, and what others see of it
        self.aware = bool(start["aware"])
        self.evidence = 0.0
        self.ever_visited = False
        self.visit_fresh_until = -1
        self.diagnosed = False
        self.last_success = -MONTHS_AHEAD
        self.ahead = False
        self.supported_before = False
        self.partners: list[Any] = []
        self.neighbours: list[Any] = []  # all firms of its park, itself among them
        # what it is doing
        self.status = "idle"  # idle, applying, queued, building, gone
        self.project: Project | None = None
        self.filing: Filing | None = None
        self.claim: Claim | None = None
        self.pilot_paid = 0.0
        # what it waits for: the month in which support that has been announced can be used, and that of its taste
        self.waits_until = self.waits_since = -1
        self.months_put_off = 0.0  # while it weighs what beginning later would be worth

    @property
    def offer(self) -> OfferRecord:
        """The offers in force this month: levers by name, such as ``grants_rate``, and what follows from them."""
        offer: OfferRecord = self.model.offer
        return offer

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
            awareness.media_rate * self.offer.drive,
            self.offer.campaign_rate,
            awareness.word_rate,
            self.exposure_to("supported_before"),
        )
        return bool(self.model.draw("awareness", self.slot) < probability)

    def has_specialist(self) -> bool:
        """Whether the firm is among those that a specialist looks after."""
        shares = np.array(self.parameters.population.class_share)
        coverage, order = self.model.coverage, int(self.offer.specialists_order)
        return self.may_be_visited() and bool(
            business.covered(self.size_class, self.coverage_rank, coverage, order, shares)
        )

    def may_be_visited(self) -> bool:
        """Whether specialists visit firms of this level, size and sector."""
        offer = self.offer
        return bool(
            support.in_reach(
                self.level,
                offer.specialists_lowest_level,
                offer.specialists_highest_level,
                offer.specialists_sizes[self.size_class],
                offer.specialists_sectors[self.sector],
            )
        )

    def grants_are_for_it(self) -> bool:
        """Whether grants are for firms of this level, size and sector."""
        offer = self.offer
        return bool(
            support.in_reach(
                self.level,
                offer.grants_lowest_level,
                offer.grants_highest_level,
                offer.grants_size_factor[self.size_class],
                offer.grants_sectors[self.sector],
            )
        )

    @property
    def on_pilot_list(self) -> bool:
        """Whether the firm is on the list of the pilot city: an SME of a chosen sub-industry, drawn once."""
        offer = self.offer
        chosen = offer.pilot_on and offer.pilot_sectors[self.sector] and self.size_class < SME_COUNT
        return bool(chosen and self.model.draw("pilot", self.slot, 0) < offer.pilot_share)

    def copies_sample(self, kind: int) -> bool:
        """Whether a project would copy a finished sample firm of the pilot city."""
        return PROJECT_KINDS[kind].light and self.on_pilot_list and self.sector in self.model.samples

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
        taking_part = self.offer.leaders_share
        return self.level < PLAN_LEVEL and any(
            partner.is_leader and partner.leader_rank < taking_part for partner in self.partners
        )

    def looking_rate(self) -> float:
        """Rate (per year) at which the firm looks at projects this month."""
        rates = self.parameters.attention
        feels_deadline = self.aware and self.offer.deadline_on > 0.0 and self.grants_are_for_it()
        return attention.looking_rate(
            rates.spontaneous_rate * self.offer.drive,
            rates.contagion_rate,
            self.exposure_to("ahead"),
            rates.visit_rate if self.is_helped() else 0.0,
            rates.deadline_rate if feels_deadline else 0.0,
            rates.leader_rate if self.is_asked_by_leader() else 0.0,
            rates.stake_rate * self.offered_share() if self.aware and rates.stake_rate > 0.0 else 0.0,
        )

    def offered_share(self) -> float:
        """Share of cost that support would pay of the firm's best supported feasible project, 0 to 1."""
        offer, best = self.offer, 0.0
        for kind in filter(self.can_do, range(KIND_COUNT)):
            taken_off = 0.0
            if PROJECT_KINDS[kind].light:
                taken_off = offer.provider_discount_waived_share + offer.provider_discount_state_share
            cost = self.quoted_cost(kind)
            promised = max(self.grant_for(kind, cost) if self.can_apply() else 0.0, self.pilot_promise(kind, cost))
            money = self.certain_money(kind, cost) + promised
            best = max(best, support.offered_share(money, cost / (1.0 - taken_off), taken_off))
        return best

    def looks_at_projects(self) -> bool:
        """Whether the firm looks at projects this month; one that waits does not before its month, and surely then."""
        if self.waits_until >= self.model.month:
            return bool(self.waits_until == self.model.month)
        return bool(attention.comes(self.model.draw("attention", self.slot), self.looking_rate()))

    def use_voucher(self) -> None:
        """Have the firm diagnosed at public cost, once, if it knows that there are vouchers."""
        voucher = self.offer.diagnosis_value
        if voucher > 0.0 and self.aware and not self.diagnosed:
            self.diagnosed = True
            self.evidence += self.parameters.valuation.diagnosis_evidence
            self.model.government.spend("diagnosis", voucher)
            self.model.note("diagnoses", self)
