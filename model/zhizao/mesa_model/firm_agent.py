"""One firm of the district, as a Mesa agent: what follows from its decisions, and its life beside them."""

from __future__ import annotations

from zhizao.draws import normal_quantile
from zhizao.mesa_model.deciding_firm import DecidingFirm
from zhizao.mesa_model.project import Option, Project
from zhizao.rules import business, progress, support
from zhizao.rules.constants import AFTER_THE_FACT, HIGHEST_STARTING_SCORE, MONTHS_AHEAD, MONTHS_PER_YEAR
from zhizao.sectors import PLAN_LEVEL, PROJECT_KINDS

__all__ = ["FirmAgent"]


class FirmAgent(DecidingFirm):
    """A firm: it looks at projects and chooses (`DecidingFirm`), builds, reports, earns, and perhaps closes.

    To try an idea, subclass it and override one method: `looking_rate`, `value_of`, `options` or `acts_on` are the
    likely ones. Then name the subclass as the model's `firm_class`.
    """

    # --- acting on a decision ---------------------------------------------------------------------------

    def decide(self) -> None:
        """Take up the best option, wait for support that has been announced, or do nothing."""
        month = self.model.month
        taste_month = self.waits_since if self.waits_until == month else month
        self.waits_until = -1
        option = self.best_option()
        if option is None or not self.acts_on(option, taste_month):
            return
        if self.looks_ahead() and self.waits_rather_than(option, taste_month):
            self.waits_until = month + int(self.model.foreseen[month].ahead_months)
            self.waits_since = taste_month
        else:
            self.take_up(option, taste_month)

    def take_up(self, option: Option, taste_month: int | None = None) -> None:
        """Apply for support, register, or order from a provider; its taste is of this month or an earlier one."""
        self.project = Project(
            kind=option.kind,
            cost=option.cost,
            price=self.model.providers.markets[option.kind].price,
            decided_month=self.model.month,
            grant_asked=option.grant,
            surplus=self.surplus_of(option, taste_month),
        )
        if PROJECT_KINDS[option.kind].light and self.aware:
            offer = self.offer
            self.project.public_part = support.state_part(
                option.cost, offer.provider_discount_waived_share, offer.provider_discount_state_share
            )
        if option.applies:
            self.model.government.receive_application(self)
        if option.applies and self.offer.grants_regime != AFTER_THE_FACT:
            self.status = "applying"
        else:
            self.project.registered = option.applies
            self.status = "queued"
            self.model.providers.take_order(self)

    def weigh_going_alone(self, applied: int) -> None:
        """After a refusal, decide again as in the month when it `applied`, by the same taste and without the grant."""
        if self.model.draw("refusal", self.slot) >= self.parameters.support.alone_after_refusal:
            return
        alone = [option for option in self.options() if not option.applies]
        option = max(alone, key=lambda option: option.index, default=None)
        if option is not None and self.acts_on(option, applied):
            self.take_up(option, applied)

    def asked_for(self) -> tuple[float, int]:
        """Return the grant that waits for a decision, and the month in which it was asked for or claimed."""
        if self.filing is not None:
            return self.filing.amount, self.filing.month
        assert self.project is not None
        return self.project.grant_asked, self.project.decided_month

    def priority(self, rule: int) -> float:
        """Key by which applications are funded when money is short, smallest first; `rule` as in `rules.support`."""
        _, month = self.asked_for()
        draw = self.model.draw("queue", self.slot, month)
        return support.priority(rule, float(month), draw, self.capability, float(self.size_class))

    def place_in_queue(self) -> float:
        """Place among the firms that order in the same month."""
        assert self.project is not None
        return float(self.model.draw("queue", self.slot, self.project.decided_month))

    # --- building ---------------------------------------------------------------------------------------

    def begin_project(self) -> None:
        """Sign the contract: draw the advance, pay, and learn whether an obstacle will come."""
        project, offer, model = self.project, self.offer, self.model
        assert project is not None
        self.status = "building"
        project.helped = self.is_helped()
        unsupported = not (project.supported or project.registered)
        project.pilot = unsupported and PROJECT_KINDS[project.kind].light and self.on_pilot_list
        search = self.search_cost(project.cost)
        if project.helped and offer.matchmaking_cost_cut > 0.0:
            model.government.spend("matchmaking", self.parameters.public_costs.match)
            model.note("matches", self)
        model.government.pay_advance(project)
        if project.public_part > 0.0:
            model.government.spend("provider_discount", project.public_part)
        self.pay_for(project, project.cost + search)
        project.tax_credit = offer.tax_credit_rate * project.cost
        if project.tax_credit > 0.0:
            model.government.promise("tax", project.tax_credit)
        model.note("projects_started", self)
        model.note("waiting_months", self, model.month - project.decided_month)
        if project.supported or project.registered:
            model.note("supported_started", self)
        chance = 1.0 if project.supported or project.registered else self.parameters.projects.recorded[project.kind]
        if model.draw("recording", self.slot) < chance:
            model.note("projects_recorded", self)
        self.plan_work(project)

    def lose_patience(self) -> None:
        """Buy from elsewhere at a premium if the project is still worth that to the firm, else cancel it."""
        project = self.project
        assert project is not None
        premium = self.parameters.providers.outside_premium
        if project.surplus > premium * (1.0 + self.parameters.building.search_share):
            project.cost *= 1.0 + premium
            project.price *= 1.0 + premium
            self.model.note("bought_elsewhere", self)
            self.begin_project()
        else:
            self.model.government.void_grant(project)
            self.model.note("projects_cancelled", self)
            self.project = None
            self.status = "idle"

    def pay_for(self, project: Project, need: float) -> None:
        """Pay `need` from the advance, then from cash, then with a loan."""
        model = self.model
        advance = sum(project.advance)
        rest = need - advance
        own = min(max(self.cash, 0.0), rest)
        project.loan = rest - own
        self.cash -= own
        if project.loan > 0.0:
            self.borrow(project)
        model.government.investment.add(
            spending=need + project.public_part, own=own, loan=project.loan, grant=advance + project.public_part
        )
        model.note("private_investment", self, own + project.loan)

    def borrow(self, project: Project) -> None:
        """Take up the loan; it joins what is still owed, and all is repaid evenly from this month on."""
        model, offer, finance = self.model, self.offer, self.parameters.finance
        months = int(finance.loan_months)
        owed = business.balance(self.loan_payment, self.loan_end, model.month)
        self.loan_payment = support.loan_payment(owed, project.loan, self.discount_rate(), months)
        self.loan_end = model.month + months
        points = offer.relief_interest_points
        if points > 0.0:
            model.government.spend(
                "relief", support.interest_support(project.loan, points, months / MONTHS_PER_YEAR, months)
            )
        if not self.aware:
            return
        if offer.loans_interest_points > 0.0:
            project.interest_support = support.interest_support(
                project.loan, offer.loans_interest_points, offer.loans_interest_years, finance.loan_months
            )
            model.government.promise("loans", project.interest_support)
        if offer.loans_guarantee_share > 0.0:
            own_line = support.credit_left(finance.credit_share[self.size_class], 0.0, self.revenue, owed)
            guaranteed = max(project.loan - own_line, 0.0)
            if guaranteed > 0.0:
                model.government.spend("loans", guaranteed * offer.loans_guarantee_cost)

    def plan_work(self, project: Project) -> None:
        """Set how many months the work takes, and after how many of them an obstacle comes, if one does."""
        months = int(self.parameters.projects.duration[project.kind])
        project.months_left = months
        if self.model.draw("obstacle", self.slot) < self.parameters.building.obstacle_probability:
            draw = self.model.draw("obstacle_month", self.slot)
            project.months_to_obstacle = progress.months_before_obstacle(draw, months)

    def work_on_project(self) -> None:
        """One month of work: it advances, gets stuck, gets unstuck (work goes on from the next month), or ends."""
        project = self.project
        assert project is not None
        if project.stuck:
            if self.model.draw("clearing", self.slot) < self.offer.clearing:
                project.stuck = False
                self.model.note("obstacles_cleared", self)
        elif project.months_to_obstacle == 0:
            project.stuck = True
            project.months_to_obstacle = None
        else:
            project.months_left -= 1
            if project.months_to_obstacle is not None:
                project.months_to_obstacle -= 1
            if project.months_left == 0:
                self.end_project(project)

    def end_project(self, project: Project) -> None:
        """The work is done, well or badly; the firm is free to look again."""
        project.finished = True
        project.succeeded = bool(self.model.draw("success", self.slot) < self.success_chance(project.helped))
        self.status = "idle"
        self.model.note("projects_completed" if project.succeeded else "projects_failed", self)

    def put_to_use(self) -> None:
        """The finished project raises the score and changes the business; a success is seen by partners."""
        project, par, sectors = self.project, self.parameters, self.parameters.sectors
        assert project is not None
        kind, sector = project.kind, self.sector
        part = 1.0 if project.succeeded else par.building.failed_gain
        labour, energy, defects, output = self.savings_by_channel(kind)
        self.saved += part * (
            labour * sectors.labour_share[sector] * self.labour_factor
            + energy * sectors.energy_share[sector] * self.energy_factor
            + defects * sectors.defect_share[sector] * self.defect_factor
            + output * (sectors.contribution[sector] - sectors.margin[sector])
        )
        self.labour_factor *= 1.0 - part * labour
        self.energy_factor *= 1.0 - part * energy
        self.defect_factor *= 1.0 - part * defects
        self.revenue *= 1.0 + part * output
        self.output_factor *= 1.0 + part * output
        self.projects_of_kind[kind] += 1
        self.score = progress.score_after(self.score, par.projects.score_gain[kind], part)
        made = PROJECT_KINDS[kind]
        if made.robots:
            self.robots = True
        if project.succeeded:
            self.workshops_built += made.recognised_as == "workshop"
            self.factories_built += made.recognised_as == "factory"
            if project.pilot:
                self.model.samples.add(self.sector)
            self.last_success = self.model.month
            self.evidence += 1.0
            for partner in self.partners:
                partner.evidence += par.valuation.partner_evidence

    # --- standing ---------------------------------------------------------------------------------------

    @property
    def true_level(self) -> int:
        """Digital level by the true score."""
        return int(progress.level_of(self.score))

    def see_whether_ahead(self) -> None:
        """A firm is ahead when it reports level 2 or finished a project well within the year."""
        self.ahead = self.level >= PLAN_LEVEL or self.model.month - self.last_success < MONTHS_AHEAD

    def qualifies_for(self, listed: str) -> bool:
        """Whether a ``workshop`` or ``factory`` of the firm can be put on this year's list, if there is a place."""
        levels, draw = self.parameters.levels, self.model.draw
        if listed == "workshop":
            return self.workshops_built > self.workshops and draw("recognition", self.slot) < levels.recognition
        return bool(
            self.factories_built > self.factories
            and progress.has_workshops(self.workshops_built, self.factories, levels.workshops_per_factory)
            and draw("factory_recognition", self.slot) < levels.factory_recognition
        )

    def be_recognised(self, listed: str) -> None:
        """A ``workshop`` or ``factory`` of the firm is put on the list; that can carry an award."""
        if listed == "workshop":
            self.workshops += 1
            self.receive_award(self.offer.awards_workshop)
            self.model.note("workshops_new", self)
        else:
            self.factories += 1
            self.receive_award(self.offer.awards_factory)
            self.model.note("factories_new", self)

    def receive_award(self, amount: float) -> None:
        """Cash an award."""
        if amount > 0.0:
            self.model.government.spend("awards", amount)
            self.cash += amount

    def assess_itself(self) -> None:
        """Report a score: the true one, noise, and inflation that grows when money or a target depends on it."""
        offer, levels = self.offer, self.parameters.levels
        money_at_stake = offer.awards_level2 + offer.awards_level3 + offer.awards_level4 > 0.0
        self.reported = progress.reported_score(
            self.score,
            normal_quantile(self.model.draw("assessment", self.slot)),
            levels.assessment_spread,
            levels.inflation,
            levels.stake_inflation,
            1.0 if money_at_stake else offer.assessment_target_pressure,
            offer.assessment_inflation_cut,
        )
        self.level = int(progress.level_of(self.reported))

    def report_of_the_year(self) -> None:
        """Once a year standards have risen, the firm assesses itself, and new levels can carry awards."""
        self.score = max(self.score - self.parameters.levels.erosion, 0.0)
        self.assess_itself()
        if self.level > self.best_level:
            offer = self.offer
            self.receive_award(
                support.level_awards(
                    progress.least_score(self.best_level),
                    progress.least_score(self.level),
                    offer.awards_level2,
                    offer.awards_level3,
                    offer.awards_level4,
                )
            )
            self.best_level = self.level

    # --- business ---------------------------------------------------------------------------------------

    def enter(self, head_start: float) -> None:
        """Take up business in this district."""
        self.score = min(max(self.score + head_start, 0.0), HIGHEST_STARTING_SCORE)
        self.assess_itself()
        self.best_level = self.start_level = self.level
        self.see_whether_ahead()

    def grow(self) -> None:
        """A year's growth; a firm that has run out of cash is in distress for the year."""
        growth = self.parameters.sectors.growth[self.sector]
        normal = normal_quantile(self.model.draw("growth", self.slot))
        self.revenue = business.grown_revenue(self.revenue, growth, normal, self.parameters.production.growth_spread)
        self.distressed = self.cash < 0.0

    def earn(self) -> None:
        """One month's cash: what is kept of profit and savings, relief on the energy bill, less the loan payment."""
        sectors, offer = self.parameters.sectors, self.offer
        demand = offer.context_demand / MONTHS_PER_YEAR
        self.cash += business.cash_flow(
            self.revenue,
            self.parameters.finance.retained_share,
            sectors.margin[self.sector],
            self.saved,
            sectors.energy_share[self.sector] * self.energy_factor,
            demand,
            demand * offer.relief_energy_share * offer.context_energy_price,
            demand * (offer.context_energy_price - 1.0),
        )
        if self.model.month < self.loan_end:
            self.cash -= self.loan_payment

    def closes(self) -> bool:
        """Whether the firm closes or leaves this month."""
        turnover = self.parameters.turnover
        probability = business.exit_probability(
            turnover.exit_rate[self.size_class], self.distressed, turnover.distress_multiple
        )
        return bool(self.model.draw("exit", self.slot) < probability)

    @property
    def labour_cost(self) -> float:
        """Labour cost, million RMB per year."""
        return self.revenue * self.parameters.sectors.labour_share[self.sector] * self.labour_factor

    @property
    def energy_cost(self) -> float:
        """Energy bill, million RMB per year."""
        return self.revenue * self.parameters.sectors.energy_share[self.sector] * self.energy_factor

    @property
    def defect_cost(self) -> float:
        """Cost of defects, million RMB per year."""
        return self.revenue * self.parameters.sectors.defect_share[self.sector] * self.defect_factor
