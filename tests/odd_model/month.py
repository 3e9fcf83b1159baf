"""Element 3 of docs/ODD.md: the twelve verbs of a month, with the submodels that they name."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from types import SimpleNamespace

from odd_model import choice
from odd_model.entities import (
    APPLYING, BUILDING, CUTS, EMPTY, EQUIPMENT, FACTORY, GONE, IDLE, LIKELIEST, QUEUED, WORKSHOP,
    Claim, Firm, Luck, Market, Offer, Project, held, level_of,
)  # fmt: skip
from odd_model.initialisation import make_firms
from odd_model.ledger import Ledger
from odd_model.observation import Record
from zhizao.draws import poisson_quantile
from zhizao.parameters.registry import Parameters

FIRST_COME, MERIT, LOTTERY, SMALL_FIRST = range(4)
ALL, SMALLEST_FIRST, LARGEST_FIRST = range(3)
JANUARY, MAY, DECEMBER = 0, 4, 11
EARLY_SUCCESS = 12


class Model:
    """One district under one policy and one seed."""

    def __init__(self, parameters: Parameters, offers: Sequence[Offer], seed: int) -> None:
        self.parameters = parameters
        self.offers = offers
        self.luck = Luck(seed)
        self.ledger = Ledger()
        self.record_of = Record(self)
        self.month = 0
        start = round(parameters.population.firms)
        expected = start * parameters.turnover.entry_rate / 12 * 2 * len(offers)
        self.firms = make_firms(parameters, self.luck, start + math.ceil(expected + 6 * math.sqrt(expected)) + 1)
        self.entered = 0
        while self.entered < start:
            self._enter()
        self.markets = [Market(credit=0.0, smoothed=self.normal_orders(kind)) for kind in range(4)]
        self.success_rate = parameters.support.start_success
        self.decided = self.funded = 0
        self.rounds = 0.0
        self.applications: list[Firm] = []

    # --- what the verbs share ------------------------------------------------------------------------------------

    @property
    def offer(self) -> Offer:
        return self.offers[self.month]

    def standing(self) -> Iterator[Firm]:
        return (firm for firm in self.firms if firm.stands)

    def usual(self, kind: int) -> float:
        return self.parameters.providers.capacity[kind] * self.parameters.population.firms / 12

    def normal_orders(self, kind: int) -> float:
        return self.usual(kind) * self.parameters.providers.normal_use

    def ahead(self, firm: Firm) -> bool:
        recent = firm.last_success is not None and self.month <= firm.last_success + EARLY_SUCCESS
        return firm.level >= 2 or recent

    def exposure(self, marked: set[int], firm: Firm) -> float:
        """Return the exposure of a firm to those that are marked (7.2)."""
        weight = self.parameters.attention.partner_weight
        neighbours = [other for other in self.standing() if other.park == firm.park and other is not firm]
        exposure = 0.0
        for share, others in ((weight, firm.standing_partners()), (1 - weight, neighbours)):
            if others:
                exposure += share * sum(other.slot in marked for other in others) / len(others)
        return exposure

    def orders(self, kind: int) -> list[Firm]:
        """Return the firms that queue for a provider since this month."""
        return [f for f in self.standing() if f.status == QUEUED and f.project.kind == kind and f.queued == self.month]

    # --- the month -----------------------------------------------------------------------------------------------

    def run(self) -> Record:
        for self.month in range(len(self.offers)):
            self.record_of.open_month()
            for verb in (
                self.announce, self.spread_word, self.serve, self.appraise, self.award, self.contract, self.build,
                self.mature, self.produce, self.turn_over, self.settle,
            ):  # fmt: skip
                verb()
            self.record_of.close_month()
        return self.record_of

    def announce(self) -> None:
        """7.1."""
        january = self.month % 12 == JANUARY and self.month > 0
        if january:
            support = self.parameters.support
            news = self.funded / self.decided if self.decided else support.start_success
            self.success_rate = (self.success_rate + news) / 2
            self.funded = self.decided = 0
        if (january and not self.offer.grants_carry_over) or not self.offer.grants_on:
            self.ledger.lapse()
        self.ledger.appropriate(self.offer.monthly_budget)

    def spread_word(self) -> None:
        """7.2."""
        awareness = self.parameters.awareness
        supported = {firm.slot for firm in self.standing() if firm.supported_before}
        for firm in self.standing():
            if firm.aware:
                continue
            rate = awareness.media_rate + self.offer.campaign_rate
            rate += awareness.word_rate * self.exposure(supported, firm)
            firm.aware = self.luck.u("awareness", firm.slot, self.month) < happens(rate)

    def serve(self) -> None:
        """7.3."""
        before, self.rounds = self.rounds, self.rounds + self.offer.monthly_visits
        for firm in self.standing():
            turn = math.floor(self.rounds + firm.visit_phase) > math.floor(before + firm.visit_phase)
            if turn and self.covered(firm):
                firm.aware = True
                firm.visited_until = self.month + int(self.parameters.attention.visit_months)
                if not firm.visited:
                    firm.visited = True
                    firm.evidence += self.parameters.valuation.visit_evidence
                self.record_of.count(firm, "visits")

    def covered(self, firm: Firm) -> bool:
        if self.offer.specialists_order == ALL:
            return firm.coverage_rank < self.offer.coverage
        shares = self.parameters.population.class_share
        earlier = range(firm.size_class)
        if self.offer.specialists_order == LARGEST_FIRST:
            earlier = range(firm.size_class + 1, 3)
        before = sum(shares[size] for size in earlier)
        return before + firm.coverage_rank * shares[firm.size_class] < self.offer.coverage

    def appraise(self) -> None:
        """7.4 to 7.9."""
        ahead = {firm.slot for firm in self.standing() if self.ahead(firm)}
        view = choice.View(
            self.parameters, self.offer, self.month, tuple(market.price for market in self.markets), self.success_rate
        )
        for firm in self.standing():
            if firm.status != IDLE or not self.looks(firm, ahead):
                continue
            if firm.aware and not firm.diagnosed and self.offer.diagnosis_value > 0:
                firm.diagnosed = True
                firm.evidence += self.parameters.valuation.diagnosis_evidence
                self.ledger.spend("diagnosis", self.offer.diagnosis_value)
                self.record_of.count(firm, "diagnoses")
            option = choice.choose(firm, view, self.luck.u("taste", firm.slot, self.month))
            if option is not None:
                self.act(firm, option)

    def looks(self, firm: Firm, ahead: set[int]) -> bool:
        """7.4."""
        attention = self.parameters.attention
        rate = attention.spontaneous_rate + attention.contagion_rate * self.exposure(ahead, firm)
        rate += attention.visit_rate * firm.fresh_visit(self.month)
        rate += attention.deadline_rate * bool(self.offer.deadline_on and firm.aware)
        rate += attention.leader_rate * choice.is_asked(firm, self.offer)
        return self.luck.u("attention", firm.slot, self.month) < happens(rate)

    def act(self, firm: Firm, option: choice.Option) -> None:
        firm.project = Project(
            kind=option.kind, cost=option.cost, need=option.need, state_part=option.state_part, since=self.month
        )
        if not option.applies:
            firm.status, firm.queued = QUEUED, self.month
            return
        firm.status = APPLYING
        self.applications.append(firm)
        firm.project.grant = option.grant
        self.record_of.count(firm, "applications")
        self.record_of.count(firm, "burden_hours", option.hours)
        self.record_of.count(firm, "grant_asked", option.grant)

    # --- award ---------------------------------------------------------------------------------------------------

    def award(self) -> None:
        """7.10."""
        waiting = [firm for firm in self.applications if firm.status == APPLYING]
        if not self.offer.grants_on:
            self.applications = []
            for firm in waiting:
                self.reject(firm)
            return
        due = [firm for firm in waiting if self.month >= firm.project.since + self.offer.processing_months]
        self.applications = [firm for firm in waiting if firm not in due]
        gain = self.parameters.support.weekend_gain * self.offer.handling_weekend_share
        capacity = math.floor(self.offer.handling_monthly_capacity * (1 + gain))
        if len(due) > capacity:
            due.sort(key=lambda firm: self.in_line(firm))
            due, late = due[:capacity], due[capacity:]
            self.applications += late
        if sum(firm.project.grant for firm in due) <= self.ledger.left.sum():
            for firm in due:
                self.fund(firm)
            return
        self.ration(sorted(due, key=lambda firm: self.allocation_key(firm)))

    def ration(self, due: list[Firm]) -> None:
        """Decide on what does not all fit, in the order of the rule; none overtakes one that waits for money."""
        first_come, blocked = self.offer.grants_allocation == FIRST_COME, False
        for firm in due:
            in_time = self.month - firm.project.since < self.parameters.support.longest_wait
            if not blocked and firm.project.grant <= self.ledger.left.sum():
                self.fund(firm)
            elif first_come and in_time:
                blocked = True
                self.applications.append(firm)
            else:
                self.reject(firm)

    def in_line(self, firm: Firm) -> float:
        """Return the firm's place by month and draw."""
        return firm.project.since + self.lottery(firm)

    def lottery(self, firm: Firm) -> float:
        return self.luck.u("queue", firm.slot, firm.project.since)

    def allocation_key(self, firm: Firm) -> float:
        keys = {
            FIRST_COME: self.in_line(firm),
            MERIT: 1 - firm.capability,
            LOTTERY: self.lottery(firm),
            SMALL_FIRST: firm.size_class + self.lottery(firm),
        }
        return keys[int(self.offer.grants_allocation)]

    def fund(self, firm: Firm) -> None:
        project = firm.project
        project.by_tier = self.ledger.promise_grant(project.grant)
        project.supported = firm.supported_before = True
        firm.status, firm.queued = QUEUED, self.month
        self.funded += 1
        self.decided += 1
        self.record_of.count(firm, "awards")

    def reject(self, firm: Firm) -> None:
        firm.status, firm.project = IDLE, None
        self.decided += 1
        self.record_of.count(firm, "rejections")

    # --- contract ------------------------------------------------------------------------------------------------

    def contract(self) -> None:
        """7.11."""
        providers = self.parameters.providers
        for kind, market in enumerate(self.markets):
            orders = sorted(self.orders(kind), key=lambda firm: self.lottery(firm))
            market.queue += orders
            usual = self.usual(kind)
            gained = usual * (1 + self.offer.providers_capacity_gain) * self.offer.context_provider_capacity
            market.credit = min(market.credit + gained, gained + 1)
            market.smoothed += (len(orders) - market.smoothed) / providers.smoothing_months
            starts = min(math.floor(market.credit), len(market.queue))
            for firm in market.queue[:starts]:
                self.begin(firm)
            market.queue = market.queue[starts:]
            market.credit -= starts
            market.price = self.price(market, kind)

    def price(self, market: Market, kind: int) -> float:
        providers = self.parameters.providers
        if providers.inverse_supply_elasticity == 0:
            return 1.0
        if market.smoothed <= 0:
            return providers.lowest_price
        use = market.smoothed / self.normal_orders(kind) if self.normal_orders(kind) > 0 else math.inf
        return held(use**providers.inverse_supply_elasticity, providers.lowest_price, providers.highest_price)

    def begin(self, firm: Firm) -> None:
        """When work begins (7.11)."""
        parameters, offer, project = self.parameters, self.offer, firm.project
        firm.status = BUILDING
        project.helped = firm.fresh_visit(self.month)
        if project.helped and offer.matchmaking_cost_cut > 0:
            self.ledger.spend("matchmaking", parameters.public_costs.match)
            self.record_of.count(firm, "matches")
        search = choice.search_cost(project.cost, parameters, offer, helped=project.helped)
        project.advance = project.grant * offer.grants_advance_share
        for tier in range(3):
            self.ledger.pay_tier("grants", tier, project.by_tier[tier] * offer.grants_advance_share)
        needed = project.cost + search - project.advance
        own = min(needed, max(firm.cash, 0.0))
        firm.cash -= own
        self.borrow(firm, needed - own)
        if project.state_part > 0:
            self.ledger.spend("provider_discount", project.state_part)
        project.tax_due = offer.tax_credit_rate * project.cost
        self.ledger.promise("tax", project.tax_due)
        self.ledger.promise("loans", project.interest_due)
        self.plan_work(firm)
        self.record_of.count(firm, "projects_started")
        self.record_of.count(firm, "supported_started", float(project.supported))
        self.record_of.count(firm, "private_investment", needed)
        self.record_of.count(firm, "waiting_months", self.month - project.since)

    def borrow(self, firm: Firm, loan: float) -> None:
        if loan <= 0:
            return
        parameters, offer, months = self.parameters, self.offer, self.parameters.finance.loan_months
        view = choice.View(parameters, offer, self.month, (), 0.0)
        above = loan - choice.credit_line(firm, view, guarantee=False)
        if above > 0 and firm.aware and offer.loans_guarantee_share > 0:
            self.ledger.spend("loans", above * offer.loans_guarantee_cost)
        if offer.relief_interest_points > 0:
            self.ledger.spend("relief", loan * offer.relief_interest_points * months / 12 / 2)
        firm.project.interest_due = choice.interest_support(loan, firm, parameters, offer)
        rate = choice.loan_rate(firm, parameters, offer)
        firm.loan_payment = (firm.debt(self.month) + loan * (1 + rate / 2 * months / 12)) / months
        firm.loan_end = self.month + int(months)

    def plan_work(self, firm: Firm) -> None:
        building, project = self.parameters.building, firm.project
        duration = int(self.parameters.projects.duration[project.kind])
        if self.luck.u("obstacle", firm.slot, self.month) < building.obstacle_probability:
            done = min(math.floor(self.luck.u("obstacle_month", firm.slot, self.month) * duration), duration - 1)
            project.obstacle_month = self.month + done
            project.work_left = duration - done
        else:
            project.end_month = self.month + duration - 1

    # --- build and mature ----------------------------------------------------------------------------------------

    def build(self) -> None:
        """7.12."""
        for firm in self.standing():
            if firm.status != BUILDING:
                continue
            project = firm.project
            if project.stuck and self.luck.u("clearing", firm.slot, self.month) < self.offer.clearing:
                project.stuck = False
                project.end_month = self.month + project.work_left
                self.record_of.count(firm, "obstacles_cleared")
            if project.obstacle_month == self.month:
                project.stuck = True
            if project.end_month == self.month:
                chance = choice.chance_of_success(firm, self.parameters, self.offer, helped=project.helped)
                project.succeeded = self.luck.u("success", firm.slot, self.month) < chance
                self.record_of.count(firm, "projects_completed" if project.succeeded else "projects_failed")

    def mature(self) -> None:
        """7.13 and 7.14."""
        for firm in self.standing():
            if firm.project is not None and firm.project.succeeded is not None:
                self.leave_results(firm)
        if self.month % 12 == MAY:
            self.recognise()
        if self.month % 12 == DECEMBER:
            for firm in self.standing():
                firm.score = max(firm.score - self.parameters.levels.erosion, 0.0)
                self.assess(firm)
                self.award_levels(firm)

    def leave_results(self, firm: Firm) -> None:
        """7.13."""
        parameters, kind, s = self.parameters, firm.project.kind, firm.sector
        part = 1.0 if firm.project.succeeded else parameters.building.failed_gain
        effect = choice.effects(firm, kind, parameters)
        margin = parameters.sectors.contribution[s] - parameters.sectors.margin[s]
        firm.saved += part * (choice.savings(firm, effect, parameters) + effect.output * margin)
        firm.labour_factor *= 1 - part * effect.labour
        firm.energy_factor *= 1 - part * effect.energy
        firm.defect_factor *= 1 - part * effect.defects
        firm.revenue *= 1 + part * effect.output
        firm.score = choice.score_after(firm, kind, part, parameters)
        firm.repeats[kind] += 1
        firm.robots = firm.robots or kind in (EQUIPMENT, WORKSHOP)
        if firm.project.succeeded:
            firm.workshops_built += kind == WORKSHOP
            firm.factories_built += kind == FACTORY
            firm.evidence += 1
            firm.last_success = self.month
            for partner in firm.standing_partners():
                partner.evidence += parameters.valuation.partner_evidence

    def recognise(self) -> None:
        """The yearly lists of 7.13."""
        levels, offer = self.parameters.levels, self.offer
        for firm in self.standing():
            if firm.workshops < firm.workshops_built:
                if self.luck.u("recognition", firm.slot, self.month) < levels.recognition:
                    firm.workshops += 1
                    self.give(firm, offer.awards_workshop)
                    self.record_of.count(firm, "workshops_new")
            if firm.factories < firm.factories_built:
                if self.luck.u("factory_recognition", firm.slot, self.month) < levels.factory_recognition:
                    firm.factories += 1
                    self.give(firm, offer.awards_factory)
                    self.record_of.count(firm, "factories_new")

    def give(self, firm: Firm, award: float) -> None:
        firm.cash += award
        self.ledger.spend("awards", award)

    def assess(self, firm: Firm) -> None:
        """7.14."""
        levels, offer = self.parameters.levels, self.offer
        stake = 1.0 if any(choice.level_awards(offer)) else offer.assessment_target_pressure
        noise = levels.assessment_spread * self.luck.z("assessment", firm.slot, self.month)
        inflation = (levels.inflation + levels.stake_inflation * stake) * (1 - offer.assessment_inflation_cut)
        firm.reported = held(firm.score + noise + inflation, 0.0, 100.0)
        firm.level = level_of(firm.reported)

    def award_levels(self, firm: Firm) -> None:
        for level, award in zip((2, 3, 4), choice.level_awards(self.offer), strict=True):
            if firm.best_level < level <= firm.level:
                self.give(firm, award)
        firm.best_level = max(firm.best_level, firm.level)

    # --- produce, turn_over, settle ------------------------------------------------------------------------------

    def produce(self) -> None:
        """7.15."""
        sectors, spread = self.parameters.sectors, self.parameters.production.growth_spread
        for firm in self.standing():
            s = firm.sector
            if self.month % 12 == JANUARY and self.month > 0:
                luck = math.exp(spread * self.luck.z("growth", firm.slot, self.month) - spread**2 / 2)
                firm.revenue *= (1 + sectors.growth[s]) * luck
                firm.distressed = firm.cash < 0
            self.sell(firm)

    def sell(self, firm: Firm) -> None:
        """Put a month's money aside."""
        sectors, demand, s = self.parameters.sectors, self.offer.context_demand, firm.sector
        kept = self.parameters.finance.retained_share * (sectors.margin[s] + firm.saved) * demand
        relieved = sectors.energy_share[s] * firm.energy_factor * demand * self.offer.relief_energy_share
        firm.cash += firm.revenue * (kept + relieved) / 12
        firm.cash -= firm.loan_payment if self.month < firm.loan_end else 0.0

    def turn_over(self) -> None:
        """7.16."""
        turnover = self.parameters.turnover
        for firm in self.standing():
            rate = turnover.exit_rate[firm.size_class] * (turnover.distress_multiple if firm.distressed else 1.0)
            if self.luck.u("exit", firm.slot, self.month) < happens(rate):
                self.leave(firm)
        mean = self.parameters.population.firms * turnover.entry_rate / 12 * (1 + self.offer.attraction_entry_gain)
        for _ in range(poisson_quantile(self.luck.u("entry", 0, self.month), mean)):
            firm = self.firms[self.entered]
            firm.score = held(firm.score + turnover.entrant_score + self.offer.attraction_score_gain, 0.0, 95.0)
            self._enter()
            self.sell(firm)
            self.record_of.count(firm, "entries")

    def _enter(self) -> None:
        firm = self.firms[self.entered]
        assert firm.status == EMPTY
        firm.status = IDLE
        self.assess(firm)
        firm.best_level = firm.level
        self.entered += 1

    def leave(self, firm: Firm) -> None:
        self.record_of.count(firm, "exits")
        if firm.project is not None:
            self.void(firm.project)
            for market in self.markets:
                market.queue = [other for other in market.queue if other is not firm]
        if firm.claim is not None:
            for tier in range(3):
                self.ledger.void_tier("grants", tier, firm.claim.by_tier[tier])
        firm.status, firm.project, firm.claim = GONE, None, None

    def void(self, project: Project) -> None:
        """Take back all promises to a project that are not paid."""
        if project.supported:
            self.void_grant(project)
        self.ledger.void("tax", project.tax_due)
        self.ledger.void("loans", project.interest_due)

    def void_grant(self, project: Project) -> None:
        for tier, part in enumerate(self.rest_of_grant(project)):
            self.ledger.void_tier("grants", tier, part)

    def rest_of_grant(self, project: Project) -> list[float]:
        """Return what the tiers owe of a grant beyond the advance."""
        paid = project.advance / project.grant if project.grant else 0.0
        return [part * (1 - paid) for part in project.by_tier]

    def settle(self) -> None:
        """7.17."""
        for firm in self.standing():
            if firm.project is not None and firm.project.succeeded is not None:
                self.settle_project(firm)
            if firm.claim is not None and firm.claim.due <= self.month:
                for tier, part in enumerate(firm.claim.by_tier):
                    self.ledger.pay_tier("grants", tier, part)
                    firm.cash += part
                firm.claim = None
        self.book_services()

    def settle_project(self, firm: Firm) -> None:
        project = firm.project
        firm.cash += project.tax_due + project.interest_due
        self.ledger.pay("tax", project.tax_due)
        self.ledger.pay("loans", project.interest_due)
        if project.supported and project.succeeded:
            due = self.month + int(self.offer.grants_payment_delay)
            firm.claim = Claim(self.rest_of_grant(project), due)
        elif project.supported:
            self.void_grant(project)
            for tier, part in enumerate(project.by_tier):
                share = project.advance / project.grant * self.offer.grants_clawback_share
                self.ledger.claw_back(tier, part * share)
                firm.cash -= part * share
        firm.status, firm.project = IDLE, None

    def book_services(self) -> None:
        offer, costs = self.offer, self.parameters.public_costs
        leaders = [f for f in self.standing() if f.leader and f.leader_rank < offer.leaders_share]
        handling = self.record_of.this_month("applications") * costs.handling
        handling += (offer.handling_online_share * costs.online_year + offer.handling_weekend_share * costs.weekend_year) / 12
        gain = offer.attraction_entry_gain
        spend = self.ledger.spend
        spend("specialists", offer.specialists_count * costs.specialist_year / 12)
        spend("handling", handling)
        spend("response", costs.response_year / 12 if offer.response_days > 0 else 0.0)
        spend("leaders", len(leaders) * costs.leader_year / 12)
        spend("providers", (
            offer.providers_capacity_gain * costs.capacity_year
            + offer.providers_competence_gain / 0.1 * costs.competence_year
        ) / 12)  # fmt: skip
        spend("campaign", offer.campaign_rate * costs.campaign_year / 12)
        spend("infrastructure", offer.infrastructure_cost_cut / 0.1 * costs.infrastructure_year / 12)
        spend("attraction", self.record_of.this_month("entries") * gain / (1 + gain) * costs.attraction_plant)
        bills = sum(f.revenue * self.parameters.sectors.energy_share[f.sector] * f.energy_factor for f in self.standing())
        spend("relief", bills * offer.relief_energy_share * offer.context_demand / 12)


def happens(rate: float) -> float:
    """Return the probability that something of a yearly rate happens within a month."""
    return min(1 - math.exp(-rate / 12), LIKELIEST)


def offers_of(rows: Sequence[Offer]) -> list[Offer]:
    """Return each month's offers with plain numbers."""
    return [SimpleNamespace(**{name: row[name].tolist() for name in row.dtype.names}) for row in rows]


def observed(score: float) -> bool:
    return score >= CUTS[1]
