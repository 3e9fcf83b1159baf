"""The district as a Mesa model: one month is twelve verbs, and each verb asks everyone whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from zhizao import calendar
from zhizao.calendar import MONTHS, month_index, month_name, month_of_year
from zhizao.draws import STREAMS, poisson_quantile, uniform
from zhizao.evidence.ensembles import FIRST_CALIBRATION, FIRST_READING, central_parameters
from zhizao.mesa_model.collector import MonthlyCollector
from zhizao.mesa_model.firm_agent import FirmAgent
from zhizao.mesa_model.government import Government
from zhizao.mesa_model.numbers import share, variable_reporter, with_floats
from zhizao.mesa_model.providers import Providers
from zhizao.mesa_model.rivals import losses_to_rivals
from zhizao.mesa_model.signposts import Outlook
from zhizao.mesa_model.variables import VARIABLES, variables_of
from zhizao.parameters.registry import Parameters
from zhizao.policy.adapting import AdaptivePlan
from zhizao.policy.announced import Announcement
from zhizao.policy.levers import SERVICES, Policy
from zhizao.policy.offers import foreseen_offers, monthly_offers, plain_offer
from zhizao.population.district import District, build_district
from zhizao.records.state import OfferRecord
from zhizao.rules import business
from zhizao.rules.constants import MONTHS_PER_YEAR
from zhizao.scenario.adapting import adaptive_plan
from zhizao.scenario.scenario import Scenario, load_scenario

__all__ = ["FIRM_REPORTERS", "VERBS", "DistrictModel"]

VERBS: tuple[str, ...] = (
    "announce",
    "spread_word",
    "serve",
    "appraise",
    "award",
    "contract",
    "build",
    "mature",
    "produce",
    "turn_over",
    "settle",
    "record",
)
"""The twelve verbs, in order: the same in the engine and in the documentation."""

FIRM_REPORTERS: dict[str, str] = {
    "slot": "slot",
    "level": "level",
    "true_level": "true_level",
    "score": "score",
    "revenue": "revenue",
    "cash": "cash",
    "status": "status",
    "aware": "aware",
}
"""A few agent reporters to hand over as `agent_reporters`: what each firm is at the end of each month."""


class DistrictModel(mesa.Model):  # type: ignore[misc]
    """The firms of one district, its government and its solution providers, month by month from the first month.

    Parameters
    ----------
    scenario
        Name of a shipped scenario, path of a file, or a loaded `Scenario`.
    rng
        Seed of the run; it decides every draw. None takes a new one from the operating system. Newer releases of
        `mesa.batch_run` have an `rng` of their own, and give the model that one whatever its parameters say.
    calibration, funding
        Where the numbers of the district come from: the most central member of the fitted ensemble ``plan`` or
        ``facts``, or the declared ones (``prior``), under a reading of the public money (``report``, ``brief``).
    parameters
        Numbers of the district before the scenario's own, in place of `calibration` and `funding`.
    months, until
        Length of the history, as a number of months or by its last month (``"YYYY-MM"``).
    n_firms
        Number of firms at the start, if not that of the parameters.
    district
        Firms and links, if they are not to be made from the parameters.
    policies, announced
        The policy of each month, in place of the scenario's, and what is known in each of later policy
        (`Scenario.announced`); their length is that of the history.
    adaptive
        What the policies depend on, if they adapt (`zhizao.policy.adapting`).
    model_reporters, agent_reporters
        Reporters for the `DataCollector` beside the variables of the model. Collecting from every firm every month
        takes time, so no agent reporters are set unless given (`FIRM_REPORTERS` has some). Rows of the model and
        ``Step`` of the firms, in its tables and in `mesa.batch_run`, count months from 0, which is the first.

    Attributes
    ----------
    month
        The month in progress; between steps, the one to come.
    firms
        The firms that exist, in the order of their slots.
    offer
        The offers in force in the month in progress.
    variables
        Last month's values of the variables that the `DataCollector` holds.
    """

    firm_class: type[FirmAgent] = FirmAgent
    """The class of firms: name your own in a subclass of the model."""

    def __init__(
        self,
        scenario: str | Path | Scenario = "baseline",
        rng: int | None = 7,
        *,
        calibration: str = FIRST_CALIBRATION,
        funding: str = FIRST_READING,
        parameters: Parameters | None = None,
        months: int = MONTHS,
        until: str | None = None,
        n_firms: int | None = None,
        district: District | None = None,
        policies: Sequence[Policy] | None = None,
        announced: Sequence[Announcement | None] = (),
        adaptive: AdaptivePlan | None = None,
        model_reporters: Mapping[str, Any] | None = None,
        agent_reporters: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(rng=rng)
        self.run_seed = np.uint64(self.rng.integers(2**63) if rng is None else rng)
        parameters = parameters or Parameters().changed(central_parameters(calibration, funding))
        network = "supply"
        if policies is None:
            plan = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
            policies = plan.policies(months if until is None else month_index(until) + 1)
            announced = plan.announced(len(policies))
            adaptive = adaptive_plan(plan, len(policies))
            parameters = parameters.changed(plan.parameter_changes)
            network = plan.network
        if district is not None and district.ids:
            n_firms = len(district.ids)  # a register says how many firms there are
        if n_firms is not None:
            parameters = parameters.changed({"population.firms": n_firms})
        self.parameters = with_floats(parameters)
        self.months = len(policies)
        self.district = district or build_district(parameters, int(self.run_seed), months=self.months, network=network)
        offers = monthly_offers(policies, parameters)
        self.offers = list(map(plain_offer, offers))
        self.foreseen = list(map(plain_offer, foreseen_offers(offers, policies, announced, parameters)))
        self.outlook = None if adaptive is None else Outlook(adaptive)
        self.imagined: OfferRecord | None = None
        self.month = 0
        self.visit_rounds = self.coverage = 0.0
        self.samples: set[int] = set()
        self.notes: list[tuple[str, FirmAgent, float, int]] = []
        self.government = Government(self)
        self.providers = Providers(self.parameters)
        self.variables: dict[str, float] = {}
        self.paid_before = self.promised_before = self.paid_for_services_before = 0.0
        self.firms: list[FirmAgent] = []
        self.neighbours_by_park: dict[int, list[FirmAgent]] = {}
        self.standing: dict[int, FirmAgent] = {}
        self.next_slot = 0
        for _ in range(self.district.count):
            self.add_firm(head_start=0.0)
        reporters = {name: variable_reporter(name) for name in VARIABLES}
        self.datacollector = MonthlyCollector(
            model_reporters={**reporters, **(model_reporters or {})}, agent_reporters=agent_reporters
        )

    # --- the month --------------------------------------------------------------------------------------

    def step(self) -> None:
        """Go through one month. This order is the model."""
        if self.month >= self.months:
            raise RuntimeError(f"the history ends with {month_name(self.months - 1)}")
        self.announce()  # the policy in force: windows, rates, deadlines, budgets
        self.spread_word()  # awareness spreads along links and inside parks
        self.serve()  # specialists visit on their rota
        self.appraise()  # attentive firms value projects: wait, go alone, or apply
        self.award()  # applications are decided; the budget binds here
        self.contract()  # providers accept work up to capacity; prices move
        self.build()  # projects advance, get stuck, get unstuck, end
        self.mature()  # scores rise and erode; assessment and recognition
        self.produce()  # revenue, savings, cash
        self.turn_over()  # exits and entries
        self.settle()  # grants paid or taken back; services booked
        self.record()  # the month's aggregates
        self.month += 1
        self.running = self.month < self.months

    def announce(self) -> None:
        """The policy in force this month becomes known, some of it by what is seen; budgets open or lapse."""
        if self.outlook:
            self.outlook.look(self)
        self.notes.clear()
        self.government.open_budgets()

    def spread_word(self) -> None:
        """Firms hear of support from notices, campaigns, partners and neighbours.

        Evidence of results spreads along the same links at the moment a project ends well (`mature`).
        """
        for firm in self.firms:
            if not firm.aware and firm.hears_of_support():
                firm.aware = True

    def serve(self) -> None:
        """Specialists visit the firms whose turn it is on the rota."""
        rounds_before = self.visit_rounds
        self.visit_rounds += self.visits_to_each()
        for firm in self.firms:
            is_due = business.visited(firm.visit_phase, rounds_before, self.visit_rounds)
            if is_due and firm.has_specialist():
                firm.receive_visit()

    def appraise(self) -> None:
        """Attentive firms value every feasible project: wait, go alone, or apply for support."""
        for firm in self.firms:
            if firm.status == "idle" and firm.looks_at_projects():
                firm.use_voucher()
                firm.decide()

    def award(self) -> None:
        """Applications that are due are decided; the budget binds here and nowhere else."""
        for firm in self.government.decide_applications():
            self.providers.take_order(firm)

    def contract(self) -> None:
        """Providers accept work up to capacity; the rest queues; prices move."""
        for market in self.providers.markets:
            for firm in market.accept_work(self.offer):
                firm.begin_project()
            for firm in market.release_impatient(self.month):
                firm.lose_patience()
            market.follow_orders()

    def build(self) -> None:
        """Projects advance, get stuck, get unstuck, and come to their end, well or badly."""
        for firm in self.firms:
            if firm.status == "building":
                firm.work_on_project()

    def mature(self) -> None:
        """Scores rise with what was finished; once a year lists of recognition come out, and firms report."""
        for firm in self.firms:
            if firm.project is not None and firm.project.finished:
                firm.put_to_use()
        if month_of_year(self.month) == calendar.LISTS_MONTH:
            self.publish_list("workshop", self.offer.lists_workshop_places)
            self.publish_list("factory", self.offer.lists_factory_places)
        for firm in self.firms:
            if month_of_year(self.month) == calendar.SELF_ASSESSMENT_MONTH:
                firm.report_of_the_year()
            firm.see_whether_ahead()

    def produce(self) -> None:
        """Revenue grows when the year begins; every month output is sold and cash put aside."""
        for firm in self.firms:
            if month_of_year(self.month) == calendar.YEAR_MONTH and self.month > 0:
                firm.grow()
            firm.earn()

    def turn_over(self) -> None:
        """Firms leave and enter; better services attract more, and more digital, entrants."""
        for firm in [firm for firm in self.firms if firm.closes()]:
            self.remove_firm(firm)
        turnover = self.parameters.turnover
        mean = self.district.count * turnover.entry_rate / MONTHS_PER_YEAR * (1.0 + self.offer.attraction_entry_gain)
        head_start = business.head_start(
            turnover.entrant_score, turnover.entrant_gain, self.offer.attraction_score_gain, self.month
        )
        awareness = self.parameters.awareness
        informed = business.informed_share(
            awareness.start_share, share(firm.aware for firm in self.firms), awareness.entrants_follow
        )
        for _ in range(poisson_quantile(self.draw_of_district("entry"), mean)):
            entrant = self.add_firm(head_start)
            if awareness.entrants_follow > 0.0:
                entrant.aware = self.draw("start_awareness", entrant.slot, 0) < informed
            entrant.earn()
            self.note("entries", entrant)

    def settle(self) -> None:
        """Grants are paid on acceptance and taken back on failure, services are booked, the ledgers are checked."""
        for firm in self.firms:
            if firm.project is not None and firm.project.finished:
                self.government.close_project(firm)
            self.government.pay_claim(firm)
        self.government.book_services()
        self.government.check_ledgers()

    def record(self) -> None:
        """The month's variables are worked out and collected."""
        if self.parameters.production.rivalry > 0.0:
            this_month = self.offer.context_demand / MONTHS_PER_YEAR
            for firm, lost in losses_to_rivals(self.firms, self.parameters.production.rivalry * this_month):
                self.note("output_lost", firm, lost)
        self.variables = variables_of(self)
        money = self.government
        self.paid_before, self.promised_before = money.total("paid"), money.total("promised")
        self.paid_for_services_before = money.total("paid", SERVICES)
        if self.outlook:
            self.outlook.publish(self)
        self.datacollector.collect(self)

    # --- what the verbs rest on ---------------------------------------------------------------------------

    @property
    def offer(self) -> OfferRecord:
        """The offers in force this month: levers by name, such as ``grants_rate``, and what follows from them.

        While a firm weighs what it would be offered otherwise, what it imagines (`imagined`).
        """
        return self.offers[self.month] if self.imagined is None else self.imagined

    @property
    def calendar_month(self) -> int:
        """Month of the year, 1 to 12."""
        return 1 + month_of_year(self.month)

    def draw(self, stream: str, slot: int, month: int | None = None) -> float:
        """Return the draw of a slot's firm in a month (this one if None), from a named stream of `zhizao.draws`."""
        number = self.district.luck_number(slot)
        return uniform(self.run_seed, STREAMS[stream].number, number, self.month if month is None else month)

    def draw_of_district(self, stream: str) -> float:
        """Return this month's uniform draw of what concerns the district and no firm."""
        return uniform(self.run_seed, STREAMS[stream].number, 0, self.month)

    def note(self, event: str, firm: FirmAgent, amount: float = 1.0) -> None:
        """Note an event of this month, with the level that the firm reports at that moment."""
        self.notes.append((event, firm, amount, firm.level))

    def total_noted(self, event: str) -> float:
        """Return how much of an event was noted this month."""
        return sum(amount for name, _, amount, _ in self.notes if name == event)

    def visits_to_each(self) -> float:
        """Return this month's visits to each firm that has a specialist, and find which share of the firms has one.

        Where only some firms are visited, specialists share out among those of them that stand.
        """
        offer = self.offer
        self.coverage = offer.coverage
        if not offer.visits_targeted:
            return offer.monthly_visits
        in_reach = sum(firm.may_be_visited() for firm in self.firms)
        looked_after = min(offer.specialists_count * offer.specialists_caseload, in_reach)
        if not looked_after:
            return 0.0
        self.coverage = looked_after / in_reach
        return offer.specialists_count * offer.specialists_visits / looked_after / MONTHS_PER_YEAR

    def publish_list(self, listed: str, places: float) -> None:
        """Put workshops or factories on the year's list: while there are places, the highest reported score first."""
        qualified = [firm for firm in self.firms if firm.qualifies_for(listed)]
        qualified.sort(key=lambda firm: (-firm.reported, firm.slot))
        for firm in qualified[: int(places)]:
            firm.be_recognised(listed)

    def leaders_taking_part(self) -> int:
        """Return how many chain leaders take part in the programme."""
        return sum(firm.is_leader and firm.leader_rank < self.offer.leaders_share for firm in self.firms)

    def add_firm(self, head_start: float) -> FirmAgent:
        """Let the firm of the next slot enter, and link it to those of its partners that exist."""
        slot = self.next_slot
        if slot >= self.district.slots:
            raise RuntimeError("more firms entered than the district has room for")
        self.next_slot += 1
        firm = self.firm_class(self, slot)
        first, last = self.district.partner_start[slot : slot + 2]
        for partner_slot in self.district.partners[first:last]:
            if partner := self.standing.get(int(partner_slot)):
                firm.partners.append(partner)
                partner.partners.append(firm)
        firm.neighbours = self.neighbours_by_park.setdefault(firm.park, [])
        firm.neighbours.append(firm)
        self.firms.append(firm)
        self.standing[slot] = firm
        firm.enter(head_start)
        return firm

    def remove_firm(self, firm: FirmAgent) -> None:
        """Let a firm leave: its promises are void, its order is struck out, its partners and its park lose it."""
        self.note("exits", firm)
        self.government.void_promises(firm)
        self.providers.forget(firm)
        firm.status = "gone"
        for partner in firm.partners:
            partner.partners.remove(firm)
        firm.neighbours.remove(firm)
        self.firms.remove(firm)
        del self.standing[firm.slot]
        firm.remove()
