"""Five mechanisms of version 2, written from docs/ODD.md alone (`odd_alone`), say what the model does.

Unlike `odd_model`, which is a whole model, these are small functions of numbers, so a difference names its sentence.
The Mesa model runs random scenarios; wherever it decides, the functions are asked with the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from odd_alone import announced, looking, providers, reporting, signposts
from test_twins import Case, random_case
from zhizao.calendar import MONTHS
from zhizao.draws import normal_quantile
from zhizao.engine.history import history_of
from zhizao.engine.simulation import Setting, run_one
from zhizao.evidence.published import published, published_value
from zhizao.parameters.registry import change_groups
from zhizao.policy.announced import Announcement, announcements
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.offers import foreseen_offers, monthly_offers
from zhizao.policy.schedule import Block, gather_settings
from zhizao.policy.signposts import Signpost
from zhizao.rules.attention import looking_probability
from zhizao.sectors import PROJECT_KINDS

mesa_model = pytest.importorskip("zhizao.mesa_model")

CASES = range(4)
TOLERANCE = 1e-12


@dataclass
class Compared:
    """What the model and the text gave, by mechanism."""

    pairs: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def note(self, mechanism: str, model: float, text: float) -> None:
        self.pairs.setdefault(mechanism, []).append((float(model), float(text)))

    def check(self) -> dict[str, int]:
        """Demand that both agree, and return how often each mechanism was asked."""
        for mechanism, pairs in self.pairs.items():
            model, text = np.array(pairs).T
            assert text == pytest.approx(model, rel=TOLERANCE, abs=TOLERANCE), mechanism
        return {mechanism: len(pairs) for mechanism, pairs in self.pairs.items()}


compared = Compared()


class Asked(mesa_model.FirmAgent):
    """A firm beside which the functions of the text are asked."""

    def offer_of(self, kind: int) -> looking.Offer:
        """Numbers of the page: names are those of elements 2 and 7."""
        offer, par, light = self.offer, self.parameters, PROJECT_KINDS[kind].light
        taken_off = offer.provider_discount_waived_share + offer.provider_discount_state_share if light else 0.0
        expected = reporting.finished(self.score, par.projects.score_gain[kind], 1.0)
        awards = (offer.awards_level2, offer.awards_level3, offer.awards_level4)
        cap = reporting.level(expected) - 2
        grants = offer.grants_lowest_level <= self.level <= offer.grants_highest_level
        recognition = {
            "workshop": par.levels.recognition * offer.awards_workshop,
            "factory": par.levels.factory_recognition * offer.awards_factory,
        }
        return looking.Offer(
            feasible=self.can_do(kind),
            whole_cost=self.quoted_cost(kind) / (1.0 - taken_off),
            taken_off=taken_off,
            credit_rate=offer.tax_credit_rate,
            level_awards=reporting.level_awards(reporting.level(self.reported), reporting.level(expected), awards),
            recognition_award=recognition.get(PROJECT_KINDS[kind].recognised_as or "", 0.0),
            may_apply=bool(
                self.aware
                and offer.grants_open
                and self.claim is None
                and self.filing is None
                and grants
                and offer.grants_size_factor[self.size_class] > 0.0
                and offer.grants_sectors[self.sector] == 1.0
            ),
            rate=offer.grants_rate[kind],
            cap=offer.grants_cap[kind],
            floor=offer.grants_floor[kind],
            size_factor=offer.grants_size_factor[self.size_class],
            pilot=light and self.on_pilot_list,
            pilot_rate=offer.pilot_rate,
            pilot_cap=offer.pilot_cap[cap] if cap >= 0 else 0.0,
            pilot_paid=self.pilot_paid,
        )

    def offered_share(self) -> float:
        share = super().offered_share()
        compared.note("offered share", share, looking.offered_share([self.offer_of(kind) for kind in range(4)]))
        return share

    def looking_rate(self) -> float:
        rate = super().looking_rate()
        attention = self.parameters.attention
        rates = looking.Rates(
            spontaneous=attention.spontaneous_rate,
            contagion=attention.contagion_rate,
            visit=attention.visit_rate,
            deadline=attention.deadline_rate,
            leader=attention.leader_rate,
            stake=attention.stake_rate,
            drive=self.offer.drive,
        )
        near = [one.ahead for one in self.partners]
        around = [one.ahead for one in self.model.firms if one.park == self.park]
        seen = looking.exposure(
            attention.partner_weight, (sum(near), len(near)), (sum(around), len(around)), self.ahead
        )
        compared.note("exposure", self.exposure_to("ahead"), seen)
        deadline = self.offer.deadline_on > 0.0 and self.grants_are_for_it()
        share = looking.offered_share([self.offer_of(kind) for kind in range(4)]) if self.aware else 0.0
        asked = self.level < 2 and any(
            one.is_leader and one.leader_rank < self.offer.leaders_share for one in self.partners
        )
        chance = looking.looking(rates, seen, self.is_helped(), deadline, asked, self.aware, share)
        compared.note("looking", looking_probability(rate), chance)
        return rate

    def acts_on(self, option: Any, month: int | None = None) -> bool:
        acts = super().acts_on(option, month)
        draw = self.model.draw("taste", self.slot, month)
        spread = self.parameters.choosing.taste_spread
        compared.note("acting", acts, announced.acts(option.index, spread, draw))
        compared.note("surplus", self.surplus_of(option, month), announced.surplus(option.index, spread, draw))
        return acts

    def waits_rather_than(self, option: Any, taste_month: int) -> bool:
        waits = super().waits_rather_than(option, taste_month)
        ahead, spread = self.model.foreseen[self.model.month], self.parameters.choosing.taste_spread
        plain = type(self.offer)(**(vars(self.offer) | {"grants_open": ahead.opens_anyway}))
        indices = [self.best_if(offer, ahead.ahead_months) for offer in (ahead, plain)]
        draw = self.model.draw("taste", self.slot, taste_month)
        text = announced.waits(
            announced.Weighed(option.index, *indices),
            spread,
            draw,
            self.discount_rate(),
            int(ahead.ahead_months),
            int(self.parameters.choosing.foresight_months),
        )
        compared.note("waiting for what is announced", waits, text)
        return waits

    def life_of(self, kind: int) -> float:
        life = super().life_of(kind)
        compared.note(
            "life left", life, announced.life_left(self.parameters.projects.life[kind], int(self.months_put_off))
        )
        return life

    def after_the_queue(self, kind: int, gains: float) -> float:
        counted = super().after_the_queue(kind, gains)
        market = self.model.providers.markets[kind]
        capacity = providers.capacity(terms_of(market, self.offer), market.scale)
        wait = providers.expected_wait(self.parameters.providers.queue_foresight, len(market.queue), capacity)
        compared.note("queue foreseen", counted, gains * providers.put_off(self.discount_rate(), wait))
        return counted

    def lose_patience(self) -> None:
        par, project = self.parameters, self.project
        assert project is not None
        compared.note(
            "patience",
            True,
            providers.loses_patience(par.providers.patience_months, self.model.month - project.queued_month),
        )
        elsewhere = providers.buys_elsewhere(project.surplus, par.providers.outside_premium, par.building.search_share)
        super().lose_patience()
        compared.note("elsewhere or cancelled", self.status == "building", elsewhere)

    def assess_itself(self) -> None:
        super().assess_itself()
        offer, levels = self.offer, self.parameters.levels
        terms = reporting.Assessment(
            spread=levels.assessment_spread,
            inflation=levels.inflation,
            stake_inflation=levels.stake_inflation,
            inflation_cut=offer.assessment_inflation_cut,
            target_pressure=offer.assessment_target_pressure,
        )
        stake = reporting.stake(terms, (offer.awards_level2, offer.awards_level3, offer.awards_level4))
        normal = normal_quantile(self.model.draw("assessment", self.slot))
        text = reporting.reported(self.score, normal, terms, stake)
        compared.note("reported score", self.reported, text)
        compared.note("reported level", self.level, reporting.level(text))

    def report_of_the_year(self) -> None:
        score, best, cash = self.score, self.best_level, self.cash
        super().report_of_the_year()
        compared.note("erosion", self.score, reporting.eroded(score, self.parameters.levels.erosion))
        offer = self.offer
        paid = reporting.level_awards(best, self.level, (offer.awards_level2, offer.awards_level3, offer.awards_level4))
        compared.note("awards", self.cash, cash + paid)


def terms_of(market: Any, offer: Any) -> providers.Terms:
    par = market.parameters
    return providers.Terms(
        usual=market.normal_starts,
        normal_use=par.normal_use,
        capacity_gain=offer.providers_capacity_gain,
        context=offer.context_provider_capacity,
        smoothing_months=par.smoothing_months,
        inverse_supply_elasticity=par.inverse_supply_elasticity,
        lowest_price=par.lowest_price,
        highest_price=par.highest_price,
        adjustment_months=par.adjustment_months,
        lowest_scale=par.lowest_scale,
    )


class District(mesa_model.DistrictModel):
    """The Mesa model, with firms that are asked by the text too."""

    firm_class = Asked

    def contract(self) -> None:
        before = [
            (
                providers.Market(one.credit, one.orders, one.price, one.scale),
                terms_of(one, self.offer),
                len(one.newcomers),
                len(one.queue),
            )
            for one in self.providers.markets
        ]
        super().contract()
        for market, (start, terms, orders, waiting) in zip(self.providers.markets, before, strict=True):
            credit, smoothed, _ = providers.month(start, terms, orders, waiting)
            price, scale = providers.after(start, terms, smoothed, len(market.queue))
            text = {"credit": credit, "orders": smoothed, "price": price, "scale": scale}
            for name, value in text.items():
                compared.note(f"providers: {name}", getattr(market, name), value)

    def publish_list(self, listed: str, places: float) -> None:
        candidates = [self.candidate(firm, listed) for firm in self.firms]
        before = {firm.slot: self.number(firm, listed) for firm in self.firms}
        super().publish_list(listed, places)
        levels = self.parameters.levels
        if listed == "workshop":
            text = reporting.workshop_list(candidates, levels.recognition, places)
        else:
            text = reporting.factory_list(candidates, levels.factory_recognition, places, levels.workshops_per_factory)
        new = sorted(firm.slot for firm in self.firms if self.number(firm, listed) > before[firm.slot])
        compared.note(f"list: {listed}", new == text, True)

    def number(self, firm: Any, listed: str) -> int:
        return int(firm.workshops if listed == "workshop" else firm.factories)

    def candidate(self, firm: Any, listed: str) -> reporting.Candidate:
        stream = "recognition" if listed == "workshop" else "factory_recognition"
        return reporting.Candidate(
            slot=firm.slot,
            reported=firm.reported,
            workshops_built=firm.workshops_built,
            workshops=firm.workshops,
            factories_built=firm.factories_built,
            factories=firm.factories,
            draw=self.draw(stream, firm.slot),
        )


def mesa_of(case: Case) -> District:
    return District(
        rng=case.seed,
        parameters=case.parameters,
        district=case.district,
        policies=case.policies,
        announced=case.announced,
    )


def test_five_mechanisms_say_what_the_model_does() -> None:
    for number in CASES:
        case = random_case(number)
        model = mesa_of(case)
        for _ in case.policies:
            model.step()
    asked = compared.check()
    assert len(asked) == 20
    assert min(asked.values()) >= 20, asked
    assert sum(asked.values()) > 50_000, asked


# ----------------------------------------------------------------------------------- policy that is known or seen


def random_changes(chance: np.random.Generator) -> Iterator[announced.Change]:
    for _ in range(int(chance.integers(1, 6))):
        first = int(chance.integers(1, MONTHS))
        last = int(chance.integers(first, MONTHS))
        known = int(chance.integers(0, first + 1)) if chance.random() < 0.7 else None
        yield announced.Change(float(chance.choice([0.1, 0.2, 0.3])), first, last, known)


def as_block(change: announced.Change) -> Block:
    found, problems = gather_settings({"tax.credit_rate": change.value}, lever_specifications())
    assert not problems
    assert change.last is not None
    return Block(start=change.first, end=change.last, announced=change.announced, settings=found, file="", place="")


def test_what_is_known_of_later_policy() -> None:
    chance = np.random.default_rng(19)
    for _ in range(60):
        changes = sorted(random_changes(chance), key=lambda change: change.first)
        blocks = [as_block(change) for change in changes]
        policies = []
        for month in range(MONTHS):
            held = Policy()
            for block in blocks:
                held = block.applied(held)[0] if block.start <= month <= block.end else held
            policies.append(held)
        default = Policy().tax.credit_rate
        rates = [announced.policy(changes, month, default) for month in range(MONTHS)]
        assert rates == [policy.tax.credit_rate for policy in policies]
        model = announcements(blocks, policies) or [None] * MONTHS
        text = [announced.announced(changes, month, MONTHS - 1, default) for month in range(MONTHS)]
        assert text == [one and (one.first, one.policy.tax.credit_rate) for one in model]


def test_when_what_is_announced_can_be_used() -> None:
    """Windows of all kinds: the first open month, or the first month if none of twelve, or of those there are, is."""
    chance = np.random.default_rng(21)
    case = random_case(1)
    par = case.parameters.changed({"choosing.anticipation": 1.0})
    for _ in range(60):
        opens, closes = (int(month) for month in chance.integers(1, 13, 2))
        settings = {"grants.window_open": opens, "grants.window_close": closes, "grants.additional_budget": (9.0,) * 3}
        policy, problems = change_groups(
            Policy(), lever_specifications(), {**settings, "grants.rate": (0.5,) * 4, "grants.cap": (1.0,) * 4}
        )
        assert not problems
        first = int(chance.integers(40, 80))
        last = first + int(chance.choice([0, 1, 3, 8, 30]))
        policies = [Policy()] * MONTHS
        told = [Announcement(policy, first, last)] * (first - 1) + [None] * (MONTHS - first + 1)
        model = foreseen_offers(monthly_offers(policies, par), policies, told, par)
        month = int(chance.integers(20, 39))
        year = [opens <= one <= closes if opens <= closes else one >= opens or one <= closes for one in range(1, 13)]
        is_open = [year[one % 12] for one in range(MONTHS + 12)]
        assert month + model[month].ahead_months == announced.used_from(is_open, first, last + 1)


def test_what_a_government_sees() -> None:
    chance = np.random.default_rng(20)
    case = random_case(2)
    setting = Setting(district=case.district, parameters=case.parameters, seed=case.seed)
    history = history_of(run_one(setting, case.offers, case.foreseen))
    months = len(case.policies)
    for name, one in published().items():
        flow = one.kind == "flow"
        stocks = [
            published_value(Signpost(at=at, series=name, relation="<", bound=0.0, over=int(flow)), history)
            for at in range(1, months)
        ]
        for _ in range(8):
            at, over = int(chance.integers(1, months)), int(chance.integers(1, 16))
            value = published_value(
                Signpost(at=at, series=name, relation="<", bound=0.0, over=over if flow else 0), history
            )
            for relation in (signposts.BELOW, signposts.AT_MOST, signposts.ABOVE, signposts.AT_LEAST):
                bound = float(chance.choice([stocks[at - 1], value, value + 1.0, 0.0]))
                text = signposts.Signpost(relation, bound, at, over, flow)
                assert signposts.seen(text, stocks) == pytest.approx(value, rel=1e-9, abs=1e-9), name
                model = Signpost(at=at, series=name, relation=relation, bound=bound, over=over if flow else 0)  # type: ignore[arg-type]
                near = abs(value - bound) <= 1e-9 * max(1.0, abs(value))
                assert near or signposts.holds(text, stocks) == model.holds(value)
