"""How a firm values projects, and how it chooses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

from zhizao.mesa_model.hearing_firm import HearingFirm
from zhizao.mesa_model.project import Option
from zhizao.records.state import OfferRecord
from zhizao.rules import business, progress, support, value
from zhizao.rules.constants import AFTER_THE_FACT, LEVEL2_SCORE, MOST_SAVED
from zhizao.sectors import KIND_COUNT, PROJECT_KINDS

__all__ = ["DecidingFirm"]


class DecidingFirm(HearingFirm):
    """A firm up to its decision; `FirmAgent` adds what follows from it, and is the class to subclass.

    A firm is one thing in three files, as in the engine, where seeking and the decision (`seeking`, `appraisal`) are
    apart from their consequences (`contracting`, `building`, `lifecycle`): a reader of one part does not need the
    others. All that a firm holds is set in `HearingFirm`, but a mark that only `FirmAgent` reads and writes can be set
    there.
    """

    def savings_by_channel(self, kind: int) -> tuple[float, float, float, float]:
        """Gain of the next project of a kind: shares of labour, energy and defect cost saved, and output added."""
        projects, valuation = self.parameters.projects, self.parameters.valuation
        scale = valuation.benefit_level * value.repeated(
            self.intensity[kind], valuation.repeat_effect, self.projects_of_kind[kind]
        )
        size = math.log(self.revenue / projects.reference_revenue)
        scale *= value.part_equipped(size, projects.cost_elasticity[kind], projects.size_alike)
        return (
            min(projects.labour_effect[kind] * scale, MOST_SAVED),
            min(projects.energy_effect[kind] * scale, MOST_SAVED),
            min(projects.quality_effect[kind] * scale, MOST_SAVED),
            min(projects.capacity_effect[kind] * scale, MOST_SAVED),
        )

    def saving_share(self, kind: int, energy_bill: float = 1.0) -> float:
        """Yearly gain of the next project of a kind, as a share of revenue; `energy_bill` is relative to 2018."""
        sectors = self.parameters.sectors
        labour, energy, defects, output = self.savings_by_channel(kind)
        return value.saving_share(
            labour * sectors.labour_share[self.sector] * self.labour_factor,
            energy * sectors.energy_share[self.sector] * self.energy_factor * energy_bill,
            defects * sectors.defect_share[self.sector] * self.defect_factor,
            output * sectors.contribution[self.sector],
        )

    def discount_rate(self) -> float:
        """The firm's own yearly rate, after public relief on interest."""
        relief = self.offer.relief_interest_points
        return support.discount_rate(self.parameters.finance.prime_rate, self.premium, relief)

    def success_chance(self, helped: bool) -> float:
        """Probability that a project of this firm works as hoped."""
        building = self.parameters.building
        competence = self.parameters.providers.competence + self.offer.providers_competence_gain
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
        valuation, offer = self.parameters.valuation, self.offer
        rate, life = self.discount_rate(), self.life_of(kind)
        worth = self.revenue * value.present_gain(
            self.saving_share(kind),
            self.saving_share(kind, offer.context_energy_price * (1.0 - offer.relief_energy_share)),
            offer.context_demand,
            value.annuity(rate, life),
            value.annuity(rate + 1.0 / valuation.outlook_years, life),
            valuation.price_outlook,
        )
        evidence = self.evidence + (self.offer.pilot_copy_evidence if self.copies_sample(kind) else 0.0)
        seen = value.seen_share(valuation.doubt, evidence, valuation.doubt_aversion)
        chance = self.success_chance(self.is_helped())
        hoped = chance + (1.0 - chance) * self.parameters.building.failed_gain
        return worth * seen * hoped / valuation.waiting_multiple

    def life_of(self, kind: int) -> float:
        """Years over which a project brings gains: fewer, if the firm weighs beginning it later."""
        return float(value.life_left(self.parameters.projects.life[kind], self.months_put_off))

    def after_the_queue(self, kind: int, gains: float) -> float:
        """Gains of a project as the firm counts them for the wait for a provider that it expects."""
        foresight = self.parameters.providers.queue_foresight
        wait = foresight * self.model.providers.markets[kind].expected_wait(self.offer)
        return gains * value.discount(self.discount_rate(), wait)

    def can_do(self, kind: int) -> bool:
        """Whether the firm stands high enough, for a smart factory also on the workshops that must come first."""
        if self.score < self.parameters.projects.lowest_score[kind]:
            return False
        if PROJECT_KINDS[kind].recognised_as != "factory":
            return True
        levels = self.parameters.levels
        first = levels.workshops_per_factory * levels.workshops_first
        return bool(progress.has_workshops(self.workshops_built, self.factories_built, first))

    def quoted_cost(self, kind: int) -> float:
        """What a provider asks of this firm, after templates, infrastructure and discounts."""
        projects, offer = self.parameters.projects, self.offer
        cost = value.project_cost(
            projects.cost[kind] * projects.cost_level,
            value.relative_cost(math.log(self.revenue / projects.reference_revenue), projects.cost_elasticity[kind]),
            self.model.providers.markets[kind].price,
            projects.connected[kind] * offer.infrastructure_cost_cut,
        )
        if PROJECT_KINDS[kind].light and self.is_asked_by_leader():
            cost *= 1.0 - offer.leaders_template_cut
        if PROJECT_KINDS[kind].light and self.aware:
            cost *= 1.0 - offer.provider_discount_waived_share - offer.provider_discount_state_share
        return cost

    def search_cost(self, cost: float) -> float:
        """Cost of finding a provider; specialists match firms with providers."""
        search = self.parameters.building.search_share * cost
        if self.is_helped():
            search *= 1.0 - self.offer.matchmaking_cost_cut
        return search

    def expected_score(self, kind: int) -> float:
        """Score after a success."""
        return float(progress.score_after(self.score, self.parameters.projects.score_gain[kind], 1.0))

    def certain_money(self, kind: int, cost: float) -> float:
        """What comes without an application when the work is done: tax credit and awards."""
        offer, levels = self.offer, self.parameters.levels
        after_work = offer.tax_credit_rate * cost + support.level_awards(
            self.reported, self.expected_score(kind), offer.awards_level2, offer.awards_level3, offer.awards_level4
        )
        if PROJECT_KINDS[kind].recognised_as == "workshop":
            after_work += levels.recognition * offer.awards_workshop
        if PROJECT_KINDS[kind].recognised_as == "factory":
            after_work += levels.factory_recognition * offer.awards_factory
        return float(after_work)

    def other_money(self, kind: int, cost: float) -> float:
        """What comes without an application, today: tax credit, awards, and orders kept with a chain leader."""
        projects, rate = self.parameters.projects, self.discount_rate()
        total = self.certain_money(kind, cost) * value.discount(rate, projects.duration[kind])
        if self.is_asked_by_leader() and self.score < LEVEL2_SCORE <= self.expected_score(kind):
            at_risk = self.parameters.valuation.order_at_risk * self.revenue
            kept = at_risk * self.parameters.sectors.contribution[self.sector]
            total += kept * value.annuity(rate, self.life_of(kind))
        return float(total)

    def pilot_price(self, kind: int, cost: float) -> float:
        """Cost of a project to the firm after the bulk price, and the copying, of the pilot city."""
        if PROJECT_KINDS[kind].light and self.on_pilot_list:
            cost *= 1.0 - self.offer.pilot_bulk_cut
            cost *= 1.0 - (self.offer.pilot_copy_cut if self.copies_sample(kind) else 0.0)
        return cost

    def pilot_money(self, kind: int, cost: float) -> float:
        """What the firm counts on from the pilot city for a project, today."""
        promised = self.pilot_promise(kind, cost)
        if promised == 0.0:
            return 0.0
        later = value.discount(self.discount_rate(), self.parameters.projects.duration[kind])
        return float(promised * self.success_chance(self.is_helped()) * later)

    def pilot_promise(self, kind: int, cost: float) -> float:
        """What the pilot city pays for a project once it is accepted; nothing to firms that are not on its list."""
        if not PROJECT_KINDS[kind].light or not self.on_pilot_list:
            return 0.0
        cap = self.model.government.pilot_cap(int(progress.level_of(self.expected_score(kind))))
        return float(support.pilot_money(self.offer.pilot_rate, cost, cap, self.pilot_paid))

    def means(self) -> float:
        """Cash and credit line together: what a project may cost at most."""
        finance = self.parameters.finance
        debt = business.balance(self.loan_payment, self.loan_end, self.model.month)
        guarantee = self.offer.loans_guarantee_share if self.aware else 0.0
        credit = support.credit_left(finance.credit_share[self.size_class], guarantee, self.revenue, debt)
        return max(self.cash, 0.0) + credit

    def interest_support(self, need: float) -> float:
        """Interest that the public pays on what the firm must borrow to meet `need`, if it knows of it."""
        offer = self.offer
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
        rules, offer = self.parameters.support, self.offer
        return support.application_burden(
            rules.application_hours,
            offer.handling_online_share,
            offer.handling_online_cut,
            self.is_helped(),
            rules.helped_burden_cut,
        )

    def can_apply(self) -> bool:
        """Whether the firm knows of grants, the window is open, no earlier one is open, and they are for it."""
        free = self.claim is None and self.filing is None
        return self.aware and self.offer.grants_open > 0.0 and free and self.grants_are_for_it()

    def grant_for(self, kind: int, cost: float) -> float:
        """Grant that can be asked for, 0 if there is none."""
        offer = self.offer
        return float(
            support.grant_amount(
                offer.grants_rate[kind],
                offer.grants_cap[kind],
                offer.grants_floor[kind],
                offer.grants_size_factor[self.size_class],
                cost,
            )
        )

    def options(self) -> Iterator[Option]:
        """Yield every project that is feasible and can be paid for: alone first, then with support."""
        for kind in range(KIND_COUNT):
            if not self.can_do(kind):
                continue
            cost = self.pilot_price(kind, self.quoted_cost(kind))
            need = cost + self.search_cost(cost)
            gains = self.value_of(kind) + self.other_money(kind, cost)
            net = self.after_the_queue(kind, gains) - cost - self.search_cost(cost)
            if need <= self.means():
                alone = net + self.pilot_money(kind, cost) + self.interest_support(need)
                yield Option(index=alone / cost, kind=kind, applies=False, cost=cost)
            if self.can_apply():
                yield from self.supported_option(kind, cost, need, net)

    def supported_option(self, kind: int, cost: float, need: float, net: float) -> Iterator[Option]:
        """Yield the option to apply for a grant, if there is one to be had and it can be paid for meanwhile."""
        offer, rules = self.offer, self.parameters.support
        grant = self.grant_for(kind, cost)
        after_the_fact = offer.grants_regime == AFTER_THE_FACT
        advance_share = 0.0 if after_the_fact else offer.grants_advance_share
        need_now = need - grant * advance_share
        if grant <= 0.0 or need_now > self.means():
            return
        rate, wait = self.discount_rate(), offer.processing_months
        soon = value.discount(rate, wait)
        promised = support.promised_value(
            grant,
            self.model.government.success_rate * self.success_chance(self.is_helped()),
            advance_share,
            soon,
            value.discount(rate, wait + self.parameters.projects.duration[kind] + offer.grants_payment_delay),
        )
        burden = rules.hour_cost * rules.burden_multiple * self.application_hours()
        own = net + self.interest_support(need_now)
        if not after_the_fact:
            own = min(own, own * soon)
        supported = own + promised - burden
        yield Option(index=supported / cost, kind=kind, applies=True, cost=cost, grant=grant)

    def best_option(self) -> Option | None:
        """Return the option of the highest index (the first of equals), or None if there is none."""
        return max(self.options(), key=lambda option: option.index, default=None)

    def best_if(self, offer: OfferRecord, months: float) -> float:
        """Return the best index under another offer, as the firm stands now, if it began `months` from now."""
        self.model.imagined, self.months_put_off = offer, months
        option = self.best_option()
        self.model.imagined, self.months_put_off = None, 0.0
        return -math.inf if option is None else option.index

    def looks_ahead(self) -> bool:
        """Whether something is announced that is near enough, and the firm knows of support and looks ahead."""
        choosing, months = self.parameters.choosing, self.model.foreseen[self.model.month].ahead_months
        if not (self.aware and 0 < months <= choosing.foresight_months):
            return False
        return bool(self.model.draw("foresight", self.slot, 0) < choosing.anticipation)

    def waits_rather_than(self, option: Option, taste_month: int) -> bool:
        """Whether announced support makes beginning later worth more than an option now, and than without it."""
        foreseen = self.model.foreseen[self.model.month]
        discounted = value.discount(self.discount_rate(), foreseen.ahead_months)
        window = {"grants_open": foreseen.opens_anyway}
        unchanged = cast(OfferRecord, SimpleNamespace(**(vars(self.offer) | window)))
        indices = [option.index, *(self.best_if(offer, foreseen.ahead_months) for offer in (foreseen, unchanged))]
        spread, draw = self.parameters.choosing.taste_spread, self.model.draw("taste", self.slot, taste_month)
        now, announced, without = (value.surplus(index, spread, draw) for index in indices)
        return bool(value.is_worth_waiting(now, announced, without, discounted))

    def acts_on(self, option: Option, month: int | None = None) -> bool:
        """Whether the firm acts on its best option: one logistic taste draw, of this month or of an earlier one."""
        spread = self.parameters.choosing.taste_spread
        return bool(value.acts(option.index, spread, self.model.draw("taste", self.slot, month)))

    def surplus_of(self, option: Option, month: int | None = None) -> float:
        """What acting on an option is worth to the firm beyond waiting, per unit of cost, its taste included."""
        spread = self.parameters.choosing.taste_spread
        return float(value.surplus(option.index, spread, self.model.draw("taste", self.slot, month)))
