"""Textbook limits, reached by the scenario files in ``scenarios/limits``: ``python benchmarks/verification/limits.py``.

Each function runs one file, with other parameters if asked to, and holds the model's history against theory.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import theory
from checks import Check, largest, plain, within

from zhizao.engine.adapting import Adapting
from zhizao.engine.simulation import Setting, run_branches, run_one
from zhizao.engine.state import APPLYING, FLOWS, MONEY, PROMISED, QUEUED, STOCKS, World
from zhizao.parameters.registry import Parameters
from zhizao.policy.levers import INSTRUMENTS
from zhizao.policy.offers import foreseen_offers, monthly_offers
from zhizao.population.district import build_district
from zhizao.rules import value
from zhizao.scenario.adapting import adaptive_plan
from zhizao.scenario.scenario import MONTHS, load_scenario

__all__ = [
    "LIMITS",
    "Limit",
    "bass",
    "budget",
    "convergence",
    "log_benefit",
    "option",
    "prices",
    "probit",
    "providers",
    "ring",
    "run",
]

_COLUMNS = (*STOCKS, *FLOWS)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A finished run of one of the files.

    Attributes
    ----------
    world
        The final state, series included.
    parameters
        The numbers of the district.
    firms
        Firms at the start, who all stay.
    """

    world: World
    parameters: Parameters
    firms: int

    def flow(self, name: str) -> np.ndarray:
        """Return a count of each month, over all firms."""
        return self.world.series[:, 0, _COLUMNS.index(name)]

    def money(self, name: str) -> np.ndarray:
        """Return a line of the money table, month by month."""
        return self.world.money[:, MONEY.index(name)]

    @property
    def adopters(self) -> np.ndarray:
        """Share of firms that have done their project by the end of each month."""
        return np.cumsum(self.flow("projects_completed")) / self.firms


def run(name: str, changes: dict[str, Any] | None = None, *, seed: int = 1, months: int = MONTHS) -> Limit:
    """Run a file of ``scenarios/limits`` over its own district, with other values of what `changes` names."""
    scenario = load_scenario(f"limits/{name}").with_changes(changes or {}, start="2018-01")
    parameters = Parameters().changed(scenario.parameter_changes)
    district = build_district(parameters, seed, months=months, network=scenario.network)
    setting = Setting(district=district, parameters=parameters, seed=seed)
    policies = scenario.policies(months)
    offers = monthly_offers(policies, parameters)
    foreseen = foreseen_offers(offers, policies, scenario.announced(months), parameters)
    plan = adaptive_plan(scenario, months)
    if plan is None:
        world = run_one(setting, offers, foreseen)
    else:
        world = run_branches(setting, {name: offers}, adapting={name: Adapting(plan, parameters)})[name]
    return Limit(world=world, parameters=parameters, firms=district.count)


def _epidemic(p: float, q: float, firms: int) -> dict[str, Any]:
    return {"attention.spontaneous_rate": p, "attention.contagion_rate": q, "population.firms": firms}


def _share_of_room(runs: Sequence[np.ndarray], expected: np.ndarray, more: float) -> float:
    """Largest difference of the runs' mean from what is expected, over three standard errors and `more`."""
    sample = np.array(runs)
    error = sample.std(axis=0, ddof=1) / math.sqrt(len(sample))
    return float(np.max(np.abs(sample.mean(axis=0) - expected) / (3.0 * error + more)))


def bass(p: float = 0.03, q: float = 0.38, firms: int = 500, *, seeds: int = 100, file: str = "bass") -> list[Check]:
    """Everybody sees everybody: the discrete Bass recursion."""
    changes = _epidemic(p, q, firms)
    shares = [run(file, changes, seed=seed).adopters for seed in range(seeds)]
    share = _share_of_room(shares, theory.bass_discrete(p, q, MONTHS), 2.0 / firms)
    what = f"Bass diffusion, {file}.toml, p {p:g}, q {q:g}, {firms:,} firms, {seeds} seeds, every month"
    return [largest(6, what, "the discrete recursion", share, "3 standard errors + 2/N", "limits.py bass")]


def convergence(p: float = 0.1, q: float = 0.3, *, seeds: int = 4) -> list[Check]:
    """Shorter steps: the distance from the continuous Bass curve falls in proportion to the step.

    A month of the model stands for 16, 8, 4 and 2 months of the curve, by rates as many times as high.
    """
    steps, years = (16, 8, 4, 2), 16
    errors = []
    for step in steps:
        changes = _epidemic(p * step, q * step, 200_000)
        months = years * 12 // step
        shares = [run("bass-one-park", changes, seed=seed, months=months).adopters for seed in range(seeds)]
        curve = theory.bass_continuous(p, q, np.arange(1, months + 1) * step / 12.0)
        errors.append(float(np.max(np.abs(np.mean(shares, axis=0) - curve))))
    order = float(np.polyfit(np.log(steps), np.log(errors), 1)[0])
    what = f"Bass diffusion: order of convergence in the step (largest errors {errors[0]:.4f} to {errors[-1]:.4f})"
    return [within(6, what, 1.0, order, 0.15, "limits.py convergence")]


def ring(p: float = 0.03, q: float = 0.38, firms: int = 20_000, *, seeds: int = 12) -> list[Check]:
    """Two partners each: the exact law in steps of a month, and the closed form that it nears."""
    shares = [run("ring", _epidemic(p, q, firms), seed=seed).adopters for seed in range(seeds)]
    exact = theory.ring_discrete(p, q, MONTHS)
    curve = theory.ring_continuous(p, q, np.arange(1, MONTHS + 1) / 12.0)
    finer = np.max(np.abs(theory.ring_discrete(p / 2, q / 2, 2 * MONTHS)[1::2] - curve))
    coarse = np.max(np.abs(exact - curve))
    what = f"Ring network, p {p:g}, q {q:g}, {firms:,} firms, {seeds} seeds, every month"
    where = "limits.py ring"
    room = float(coarse)
    return [
        largest(
            6,
            what,
            "the exact law in monthly steps",
            _share_of_room(shares, exact, 2.0 / firms),
            "3 standard errors + 2/N",
            where,
        ),
        largest(
            6,
            what,
            "1 - exp(-(p+q)t + q(1-exp(-pt))/p)",
            _share_of_room(shares, curve, room + 2.0 / firms),
            f"3 standard errors + what a monthly step costs ({room:.4f})",
            where,
        ),
        within(
            6,
            "Ring network: cost of a step of a month over that of half a month",
            2.0,
            float(coarse / finer),
            0.1,
            where,
        ),
    ]


def log_benefit(found: Limit) -> float:
    """Mean of the logarithm of what a light project is worth over what it costs, from the numbers of the file."""
    par, light = found.parameters, 0
    saved = value.saving_share(
        par.projects.labour_effect[light] * par.sectors.labour_share[0],
        par.projects.energy_effect[light] * par.sectors.energy_share[0],
        par.projects.quality_effect[light] * par.sectors.defect_share[0],
        par.projects.capacity_effect[light] * par.sectors.contribution[0],
    )
    cost = par.projects.cost[light] * par.projects.cost_level / par.projects.reference_revenue
    worth = par.valuation.benefit_level * saved * par.projects.life[light]
    return math.log(worth / cost) - 0.5 * par.valuation.benefit_spread**2


_GRANT = {
    "tax.credit_rate": 0.0,
    "grants.cap": 10000.0,
    "grants.additional_budget": 1e6,
    "grants.payment_delay": 0,
    "handling.processing_days": 0,
}
"""The same support as a grant that is certain, at once and free of papers."""


def probit(support: float = 0.3, spread: float = 0.7, level: float = 0.25, *, grant: bool = False) -> list[Check]:
    """Share of firms whose benefit exceeds the cost that support leaves."""
    changes = {"valuation.benefit_spread": spread, "valuation.benefit_level": level}
    support_by = {**_GRANT, "grants.rate": support} if grant else {"tax.credit_rate": support}
    found = run("probit", changes | support_by)
    expected = theory.probit_share(log_benefit(found), spread, support)
    error = math.sqrt(expected * (1.0 - expected) / found.firms)
    by = "grant" if grant else "tax credit"
    what = f"Probit share, {by} {support:g}, sigma {spread:g}, benefit level {level:g}, {found.firms:,} firms"
    blurred = theory.probit_blurred(log_benefit(found), spread, support, found.parameters.choosing.taste_spread, MONTHS)
    seen, where = float(found.adopters[-1]), "limits.py probit"
    room = abs(blurred - expected)
    return [
        within(6, f"{what} (room of {room:.4f} for tastes)", expected, seen, 3.0 * error + room, where),
        within(6, f"{what}, tastes reckoned with", blurred, seen, 3.0 * error, where),
    ]


def budget(monthly: int = 10, firms: int = 1000, *, carried: bool = False, seed: int = 1) -> list[Check]:
    """First come, first served: granted to date is the least of demand till then and budget since."""
    changes = {
        "population.firms": firms,
        "grants.additional_budget.district": 12.0 * monthly,
        "grants.carry_over": "yes" if carried else "no",
    }
    found = run("budget-queue", changes, seed=seed)
    demand = np.cumsum(found.flow("applications"))
    expected = theory.budget_queue(demand, monthly, carried=carried)
    gap = float(np.max(np.abs(np.cumsum(found.flow("awards")) - expected)))
    queued = int(np.max(demand - expected))
    kept = "kept" if carried else "lapsing in December"
    what = f"Budget queue, {monthly} grants a month, {kept}, {firms:,} firms, longest queue {queued}: gap in any month"
    promised = float(found.world.ledger[PROMISED, :, INSTRUMENTS.index("grants")].sum())
    return [
        within(6, what, 0.0, gap, 0.0, "limits.py budget"),
        within(
            6,
            "Budget queue: million RMB promised, for as many grants of 1 million",
            float(expected[-1]),
            promised,
            1e-9,
            "limits.py budget",
        ),
    ]


def overtaken(monthly: int = 10) -> list[Check]:
    """Nobody who applied later was funded before one who still waits; tried in the midst of the queue."""
    found = run("budget-queue", {"grants.additional_budget.district": 12.0 * monthly}, months=40)
    firms = found.world.firms
    waiting = firms["since_month"][firms["status"] == APPLYING]
    funded = firms["since_month"][firms["supported"] == 1]
    late = int((funded > waiting.min()).sum())
    what = f"Budget queue: {waiting.size} waiting, {funded.size} funded; funded after a firm that still waits"
    return [within(6, what, 0.0, late, 0.0, "limits.py overtaken")]


def prices(inverse: float = 1.0, spread: float = 0.7, support: float = 0.1, *, seeds: int = 8) -> list[Check]:
    """Of a small subsidy, ``eta / (eta + epsilon)`` reaches firms; the price is that of the market's equilibrium."""
    name, changes = "price-pass-through", {"valuation.benefit_spread": spread}
    benefit = log_benefit(run(name, changes, months=1))
    changes |= {
        "tax.credit_rate": support,
        "providers.inverse_supply_elasticity": inverse,
        "providers.capacity": _normal_capacity(benefit, spread),
    }
    found = [run(name, changes, seed=seed) for seed in range(seeds)]
    # the index is the mean over four kinds; the other three are never ordered, and fall as their smoothed orders fade
    others = 3.0 * (11.0 / 12.0) ** (inverse * np.arange(1, MONTHS + 1))
    logs = [float(np.mean(np.log(4.0 * limit.money("provider_price") - others)[36:])) for limit in found]
    expected = math.log(theory.price_at(support, inverse, benefit, spread))
    error = float(np.std(logs, ddof=1)) / math.sqrt(seeds)
    reaches = 1.0 + float(np.mean(logs)) / math.log(1.0 - support)
    share = theory.pass_through(inverse, benefit, spread)
    eta = "infinite" if inverse == 0 else f"{1 / inverse:g}"
    what = f"Price pass-through, eta {eta}, sigma {spread:g}, subsidy {support:g}"
    where = "limits.py prices"
    curved = abs(1.0 + expected / math.log(1.0 - support) - share)
    room = 3.0 * error / -math.log(1.0 - support) + curved + 0.002
    return [
        within(6, f"{what}: log price", expected, float(np.mean(logs)), 3.0 * error + 1e-4, where),
        within(6, f"{what}: part that reaches firms, eta/(eta+epsilon)", share, reaches, room, where),
    ]


def _normal_capacity(benefit: float, spread: float) -> float:
    """Capacity per firm and year at whose normal use (1 %) the market clears at price 1 without support."""
    looking = -math.expm1(-1.0 / 12.0)
    return 12.0 * looking * theory.probit_share(benefit, spread, 0.0) / 0.01


def providers(orders: float = 4.25, starts: int = 5, *, seeds: int = 400) -> list[Check]:
    """Queues for a provider: Lindley's recursion to the order, Little's law, and the mean of theory."""
    firms = 2000
    changes = {
        "attention.spontaneous_rate": -12.0 * math.log(1.0 - orders / firms),
        "providers.capacity.light": 12.0 * starts / firms,
    }
    gap, unexplained, means = 0.0, 0.0, []
    for seed in range(seeds):
        found = run("provider-queue", changes, seed=seed)
        queue = found.money("provider_backlog")
        begun = found.flow("projects_started")
        arrivals = np.diff(queue, prepend=0.0) + begun
        gap = max(gap, float(np.max(np.abs(queue - theory.lindley(arrivals, starts)))))
        still = found.world.firms["since_month"][found.world.firms["status"] == QUEUED]
        waited = found.flow("waiting_months").sum() + (MONTHS - still).sum()
        unexplained = max(unexplained, abs(float(queue.sum() - waited)))
        means.append(float(queue.mean()))
    what = f"Provider queue, {orders:g} orders and {starts} starts a month, {seeds} seeds"
    where = "limits.py providers"
    error = float(np.std(means, ddof=1)) / math.sqrt(seeds)
    expected = theory.queue_mean(orders, starts, MONTHS)
    return [
        within(6, f"{what}: Lindley's recursion, largest gap", 0.0, gap, 0.0, where),
        within(6, f"{what}: Little's law, firm-months in the queue less those waited", 0.0, unexplained, 0.0, where),
        within(6, f"{what}: mean queue", expected, float(np.mean(means)), 3.0 * error + 0.02 * expected, where),
    ]


def option(rate: float = 0.04, dividend: float = 0.04, volatility: float = 0.2) -> list[Check]:
    """Firms begin what is worth beta/(beta-1) times its cost and nothing below; tastes blur it a little."""
    multiple = theory.option_multiple(rate, dividend, volatility)
    found = run("option-value", {"valuation.waiting_multiple": multiple})
    worth = np.exp(log_benefit(found) + 0.5 * found.parameters.valuation.benefit_spread**2)
    ratios = worth * found.world.start["intensity"][: found.firms, 0]
    began = found.world.firms["repeats"][:, 0] > 0
    # the threshold that sorts best those who began from those who did not
    order = np.argsort(ratios)
    wrong = np.cumsum(began[order]) + np.concatenate([np.cumsum(~began[order][::-1])[::-1][1:], [0]])
    trigger = float(ratios[order][int(np.argmin(wrong))])
    what = f"Option multiple, r {rate:g}, delta {dividend:g}, sigma {volatility:g}"
    clear = np.abs(ratios / multiple - 1.0) > 0.02
    misplaced = int((began[clear] != (ratios[clear] > multiple)).sum())
    return [
        within(
            6,
            f"{what}: value over cost above which firms begin",
            multiple,
            trigger,
            0.01 * multiple,
            "limits.py option",
        ),
        within(
            6,
            f"{what}: firms on the wrong side, 2 % round the trigger left out",
            0.0,
            misplaced,
            0.0,
            "limits.py option",
        ),
    ]


LIMITS: tuple[Callable[[], list[Check]], ...] = (
    bass,
    lambda: bass(file="bass-one-park", firms=50_000, seeds=40),
    lambda: bass(0.01, 0.6, 300),
    convergence,
    ring,
    lambda: ring(0.08, 0.2, 5000),
    probit,
    lambda: probit(grant=True),
    lambda: probit(0.0, 1.0, 0.6),
    budget,
    lambda: budget(carried=True),
    lambda: budget(3, 500),
    overtaken,
    lambda: prices(0.0),
    prices,
    lambda: prices(10.0),
    lambda: prices(0.5, 1.2),
    providers,
    lambda: providers(0.8, 1),
    option,
    lambda: option(0.08, 0.05, 0.35),
)
"""Every limit, with its own parameters and with others."""


if __name__ == "__main__":
    for limit in LIMITS:
        for check in limit():
            print(plain(check))
