"""Mechanisms of version 2 in their limits, by the scenario files in ``scenarios/limits``.

``python benchmarks/verification/mechanisms.py`` runs each file over its own district and holds what happens against
what must. Textbooks are in ``limits.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import limits
import numpy as np
import theory
from checks import Check, largest, plain, within

from zhizao.calendar import MONTHS
from zhizao.engine.state import FLOWS, GONE, STOCKS

__all__ = [
    "MECHANISMS",
    "asked_how",
    "awaited",
    "capacity_follows",
    "entrants",
    "list_places",
    "only_some",
    "patience",
    "phases",
    "pilot_city",
    "recorded",
    "refused",
    "rivals",
    "seen",
    "support_draws",
    "todays_prices",
]

_SMALL = 1e-9


def _hazard(what: str, found: limits.Limit, hazards: np.ndarray, where: str) -> Check:
    """Shares of adopters against hazards by month; every month must lie within four standard errors."""
    expected = 1.0 - np.exp(-np.cumsum(hazards))
    room = 4.0 * np.sqrt(expected * (1.0 - expected) / found.firms) + 2.0 / found.firms
    share = float(np.max(np.abs(found.adopters - expected) / room))
    return largest(6, what, "1 - exp(-rate t)", share, "4 standard errors + 2/N", f"mechanisms.py {where}")


def _share(what: str, expected: float, seen: float, count: float, where: str, more: float = 0.0) -> Check:
    """A share of `count` against a chance."""
    room = 3.0 * math.sqrt(expected * (1.0 - expected) / count) + more
    return within(6, what, expected, seen, room, f"mechanisms.py {where}")


def support_draws(rate: float = 1.6, credit: float = 0.25) -> list[Check]:
    """Firms that only support draws look at the rate times the share of cost that is on offer."""
    found = limits.run("support-draws", {"attention.stake_rate": rate, "tax.credit_rate": credit})
    what = f"Support draws: stake rate {rate:g}, {credit:g} of the cost on offer, {found.firms:,} firms, every month"
    return [_hazard(what, found, np.full(MONTHS, rate * credit / 12.0), "support_draws")]


def phases(first: float = 0.4, second: float = 2.0, third: float = 0.0) -> list[Check]:
    """The drive of a phase multiplies the rate at which firms look of themselves."""
    found = limits.run("phases", {"phases.drive": (first, second, third)})
    drive = np.repeat([first, second, third], [36, 36, MONTHS - 72])
    what = f"Phases of policy: drive {first:g}, {second:g}, {third:g}, {found.firms:,} firms, every month"
    rate = found.parameters.attention.spontaneous_rate
    return [_hazard(what, found, rate * drive / 12.0, "phases")]


def asked_how(days: float = 120) -> list[Check]:
    """Approval first costs the months of the decision; after the fact costs none."""
    checks = []
    for regime, months in (("approval-first", math.ceil(days / 30.4)), ("after-the-fact", 0)):
        found = limits.run("asked-how", {"grants.regime": regime, "handling.processing_days": days})
        waited = found.flow("waiting_months").sum() / found.flow("projects_started").sum()
        what = f"How support is asked for: {regime}, {days:g} days, months from choice to work, mean"
        checks.append(within(6, what, months, float(waited), _SMALL, "mechanisms.py asked_how"))
    return checks


def refused(alone: float = 0.5) -> list[Check]:
    """Refused at once, a share weighs going alone: it thins the hazard of adoption."""
    found = limits.run("refused", {"support.alone_after_refusal": alone})
    looks = -math.expm1(-found.parameters.attention.spontaneous_rate / 12.0)
    what = f"Refusal: all refused, {alone:g} weigh going alone, {found.firms:,} firms, every month"
    return [_hazard(what, found, np.full(MONTHS, -math.log1p(-looks * alone)), "refused")]


def _probit(what: str, found: limits.Limit, benefit: float, support: float, where: str) -> list[Check]:
    par = found.parameters
    spread, taste = par.valuation.benefit_spread, par.choosing.taste_spread
    blurred = theory.probit_blurred(benefit, spread, support, taste, MONTHS)
    plainly = theory.probit_share(benefit, spread, support)
    seen = float(found.adopters[-1])
    return [_share(what, blurred, seen, found.firms, where, more=abs(blurred - plainly))]


def todays_prices(demand: float = 1.5, outlook: float = 5.0) -> list[Check]:
    """What a project is worth at the demand of today, whose departure from the usual fades."""
    found = limits.run("todays-prices", {"context.demand": demand, "valuation.outlook_years": outlook})
    life = found.parameters.projects.life[0]
    factor = 1.0 + (demand - 1.0) * -math.expm1(-life / outlook) * outlook / life
    what = f"Today's prices: demand {demand:g} expected to last {outlook:g} years, share that adopts"
    return _probit(what, found, limits.log_benefit(found) + math.log(factor), 0.0, "todays_prices")


def patience(premium: float = 0.3) -> list[Check]:
    """Where nobody is served here, who adopts is who finds the project worth its price elsewhere."""
    found = limits.run("patience", {"providers.outside_premium": premium})
    what = f"Patience: nobody served here, {premium:g} dearer elsewhere, share that buys there"
    elsewhere = int(found.flow("bought_elsewhere").sum() - found.flow("projects_started").sum())
    return [
        *_probit(what, found, limits.log_benefit(found), -premium, "patience"),
        within(6, "Patience: bought elsewhere less projects begun", 0.0, elsewhere, 0.0, "mechanisms.py patience"),
    ]


def capacity_follows(seeds: int = 60) -> list[Check]:
    """Capacity settles where orders are its normal use, wherever it began; the price is then 1."""
    scales, logs = [], []
    for seed in range(seeds):
        found = limits.run("capacity-follows", seed=seed)
        market = found.world.markets[0]
        scales.append(float(market["scale"]))
        logs.append(math.log(float(market["price"])))
    par = found.parameters
    orders = found.firms * -math.expm1(-par.attention.spontaneous_rate / 12.0)
    expected = orders / (par.providers.capacity[0] * found.firms / 12.0 * par.providers.normal_use)
    error, blur = (float(np.std(one, ddof=1)) / math.sqrt(seeds) for one in (scales, logs))
    what = f"Providers follow orders: {orders:.4g} a month, {seeds} seeds"
    where = "mechanisms.py capacity_follows"
    return [
        within(6, f"{what}: capacity, to the first month's", expected, float(np.mean(scales)), 3.0 * error, where),
        within(6, f"{what}: log price", 0.0, float(np.mean(logs)), 3.0 * blur + 0.005, where),
    ]


def list_places(places: int = 90, firms: int = 1000) -> list[Check]:
    """What is recognised by a May is the least of what was built till an earlier one and places since."""
    found = limits.run("list-places", {"lists.workshop_places": places, "population.firms": firms})
    built = np.cumsum(found.flow("projects_completed"))[4::12]
    seen = np.cumsum(found.flow("workshops_new"))[4::12]
    recognised, expected = 0.0, []
    for by_may in built:
        recognised += min(by_may - recognised, places)
        expected.append(recognised)
    waiting = int(np.max(built - expected))
    what = f"Places of a list: {places} a year, {firms:,} firms, {waiting} waiting at most: gap in any May"
    gap = float(np.max(np.abs(seen - expected)))
    return [within(6, what, 0.0, gap, 0.0, "mechanisms.py list_places")]


def pilot_city(share: float = 0.3, rate: float = 0.5, cap: float = 0.4) -> list[Check]:
    """Every firm of the list is paid the rate of its cost (1 million RMB), up to the cap of its level."""
    given = {"pilot.share": share, "pilot.rate": rate, "pilot.cap.level3": cap}
    found = limits.run("pilot-city", given)
    paid = found.world.firms["pilot_paid"][: found.firms]
    each = min(rate, cap)
    listed = paid > 0.0
    what = f"Pilot city: {share:g} of SMEs listed, {rate:g} of the cost, {cap:g} million at most"
    where = "mechanisms.py pilot_city"
    return [
        _share(f"{what}: firms paid", share, float(listed.mean()), found.firms, "pilot_city"),
        within(
            6, f"{what}: most and least paid, less {each:g}", 0.0, float(np.ptp([*paid[listed], each])), _SMALL, where
        ),
        within(6, f"{what}: paid in all, million RMB", paid.sum(), float(found.money("public_spend")[-1]), 1e-6, where),
    ]


def recorded(chance: float = 0.3) -> list[Check]:
    """Each project without a grant is recorded with its own chance."""
    found = limits.run("recorded", {"projects.recorded.light": chance})
    begun = found.flow("projects_started").sum()
    seen = float(found.flow("projects_recorded").sum() / begun)
    return [_share(f"Recorded projects: {chance:g} of {begun:,.0f} begun", chance, seen, begun, "recorded")]


def entrants(media: float = 0.1, turnover: float = 0.1) -> list[Check]:
    """Firms that come know what firms of their day know, so the share that knows grows as without turnover."""
    changes = {"awareness.media_rate": media, "turnover.exit_rate": turnover, "turnover.entry_rate": turnover}
    found = limits.run("entrants", changes)
    firms = found.world.firms[: int(found.world.district[0]["slots_used"])]
    standing = firms[firms["status"] != GONE]
    expected = 1.0 - (1.0 - found.parameters.awareness.start_share) * math.exp(-media * MONTHS / 12.0)
    entered = int(found.flow("entries").sum())
    what = f"Entrants: {entered:,} came, share of {standing.size:,} firms that knows of support at the end"
    # those who come copy a share that is itself of chance: as if the sample were of both
    return [_share(what, expected, float((standing["aware"] == 1).mean()), standing.size / 2.0, "entrants")]


def awaited(share: float = 0.6) -> list[Check]:
    """Before an announced grant of nine tenths of the cost, only firms that do not look ahead begin."""
    first = 8
    found = limits.run("awaited", {"choosing.anticipation": share}, months=24)
    begun = np.cumsum(found.flow("projects_started"))
    rate = found.parameters.attention.spontaneous_rate
    reached = -math.expm1(-rate * first / 12.0)
    before, after = float(begun[first - 1]) / found.firms, float(begun[first]) / found.firms
    then = -math.expm1(-rate * (first + 1) / 12.0)  # those who waited, and everybody as if nobody had
    what = f"Announced grant: {share:g} look ahead, {found.firms:,} firms"
    return [
        _share(f"{what}: begun before it", (1.0 - share) * reached, before, found.firms, "awaited"),
        _share(f"{what}: begun by the end of its first month", then, after, found.firms, "awaited"),
    ]


def rivals() -> list[Check]:
    """With rivalry 1 a sector sells what it would without projects: nothing grows here but by projects."""
    found = limits.run("rivals", months=120)
    revenue = found.world.series[:, 0, STOCKS.index("revenue")]
    lost = found.world.series[:, 0, len(STOCKS) + FLOWS.index("output_lost")]
    sold = revenue / 12.0 - lost
    start = found.world.start["revenue"][: found.firms].sum() / 12.0
    gap = float(np.max(np.abs(sold / start - 1.0)))
    gained = float(revenue[-1] / 12.0 / start - 1.0)
    what = f"Rivals: firms gain {gained:.2%} by projects, the district's output, largest departure in any month"
    return [within(6, what, 0.0, gap, _SMALL, "mechanisms.py rivals")]


def only_some(sector: str = "vehicles", place: int = 0) -> list[Check]:
    """Where only one sector may apply and nobody goes alone, exactly its firms adopt."""
    found = limits.run("only-some", {"grants.sectors": tuple(float(one == place) for one in range(9))})
    done = found.world.firms["repeats"][: found.firms, 0] > 0
    inside = found.world.start["sector"][: found.firms] == place
    what = f"Support for {sector} only, {int(inside.sum())} of {found.firms:,} firms: firms on the wrong side"
    return [within(6, what, 0.0, int((done != inside).sum()), 0.0, "mechanisms.py only_some")]


def seen() -> list[Check]:
    """A change that depends on what surely holds comes in its month; one that depends on what never holds, never."""
    found = limits.run("seen")
    attention = found.parameters.attention
    rates = np.full(MONTHS, attention.spontaneous_rate)
    rates[72:] += attention.stake_rate * 0.5
    what = f"Signposts: sure and impossible, {found.firms:,} firms, every month"
    return [_hazard(what, found, rates / 12.0, "seen")]


MECHANISMS: tuple[Callable[[], list[Check]], ...] = (
    support_draws,
    phases,
    asked_how,
    refused,
    todays_prices,
    patience,
    capacity_follows,
    list_places,
    pilot_city,
    recorded,
    entrants,
    awaited,
    rivals,
    only_some,
    seen,
)
"""Every mechanism, with the numbers of its file."""


if __name__ == "__main__":
    for mechanism in MECHANISMS:
        for check in mechanism():
            print(plain(check))
