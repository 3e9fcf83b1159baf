"""Element 5: the firms of a seed, and the links between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
from scipy.special import ndtr

from odd_model.entities import LARGE, Firm, Luck, held
from odd_model.register import OF_AN_ID, Row, registered_firms, registered_links, set_parks
from zhizao.draws import normal_quantile, poisson_quantile
from zhizao.parameters.registry import Parameters

STEPS = {
    "size": (math.sqrt(5) - 1) / 2,
    "sector": math.sqrt(2) - 1,
    "rd_active": math.sqrt(3) - 1,
    "start_robots": math.sqrt(7) - 2,
    "start_workshops": math.sqrt(11) - 3,
    "coverage": math.sqrt(13) - 3,
    "visit": math.sqrt(17) - 4,
}
LEAST_PLACE = 1e-12
RING = 32
SEARCH = 40


def make_firms(parameters: Parameters, luck: Luck, months: int, network: str, rows: Sequence[Row] = ()) -> list[Firm]:
    """Return the firms of the start and room for all who may enter, linked; nobody stands yet."""
    start = int(parameters.population.firms)
    entrants = 2 * start * parameters.turnover.entry_rate * months / 12
    slots = start + math.ceil(entrants + 6 * math.sqrt(entrants) + 12)
    made = [make_firm(parameters, luck, number) for number in range(slots - len(rows))]
    firms = [*registered_firms(parameters, luck, rows, make_firm), *made]
    for slot, firm in enumerate(firms):
        firm.slot = slot
    if rows:
        set_parks(firms, rows, parameters, luck)
    if network != "supply":
        found = plain_links(start, network)
    elif rows:
        found = registered_links(firms, rows, parameters, luck)
    else:
        found = supply_links(firms, parameters, luck)
    for one, other in sorted(found):
        firms[one].partners.append(firms[other])
        firms[other].partners.append(firms[one])
    return firms


def place(luck: Luck, stream: str, number: int) -> float:
    if number >= OF_AN_ID:
        return luck.u(stream, number)
    return held((luck.u(stream, 0) + STEPS[stream] * number) % 1.0, LEAST_PLACE, 1 - LEAST_PLACE)


def share_met(shares: tuple[float, ...], at: float) -> tuple[int, float]:
    """Return which share a place falls into, the last being all that is left of 1, and where within it (0 to 1)."""
    before = 0.0
    for number, share in enumerate(shares[:-1]):
        if at < before + share:
            return number, (at - before) / share
        before += share
    return len(shares) - 1, (at - before) / (1 - before)


def make_firm(parameters: Parameters, luck: Luck, number: int, given: tuple[int, float] | None = None) -> Firm:
    """Return the firm of a luck number, in the order of the page; size class and revenue may be given."""
    people, levels, finance = parameters.population, parameters.levels, parameters.finance
    z, at = partial(luck.z, number=number), partial(place, luck, number=number)
    size, within = share_met(people.class_share, at("size"))
    spread = people.revenue_spread[size]
    normal = normal_quantile(within)
    revenue = people.lowest_revenue[size] + excess(parameters, size) * math.exp(spread * normal - spread**2 / 2)
    if given is not None:
        size, revenue = given
    rho = people.staff_correlation
    rank = ndtr(rho * normal + math.sqrt(1 - rho**2) * z("staff"))
    sector, _ = share_met(parameters.sectors.share, at("sector"))
    active = at("rd_active") < people.rd_share
    x = people.rd_capability * (active - people.rd_share) + people.size_capability * size
    capability = 1 / (1 + math.exp(-(x + people.capability_spread * z("capability"))))
    score = levels.start_mean + levels.start_capability * (capability - 0.5) + levels.start_spread * z("start_score")
    robots = at("start_robots") < people.robot_share
    workshops = 0
    if at("start_workshops") < people.workshop_share[size]:
        workshops, robots, score = (2 if size == LARGE else 1), True, max(score, 45.0)
    effect, sigma = parameters.valuation.capability_effect, parameters.valuation.benefit_spread
    return Firm(
        slot=number,
        number=number,
        sector=sector,
        size_class=size,
        park=number // int(parameters.links.firms_per_park),
        rd_active=active,
        capability=capability,
        revenue=revenue,
        employees=math.floor(people.lowest_staff[size] + people.staff_range[size] * rank ** people.staff_shape[size]),
        score=held(score, 0.0, 95.0),
        robots=robots,
        workshops=workshops,
        workshops_built=workshops,
        intensity=[
            math.exp(effect * (capability - 0.5) - sigma**2 / 2 + sigma * z("intensity", month=kind))
            for kind in range(len(parameters.projects.cost))
        ],
        premium=finance.premium[size] * math.exp(finance.premium_spread * z("finance")),
        cash=finance.cash_share * revenue * math.exp(finance.cash_spread * z("start_cash")),
        aware=luck.u("start_awareness", number) < parameters.awareness.start_share,
        visit_phase=float(np.float32(at("visit"))),
        coverage_rank=float(np.float32(at("coverage"))),
        leader=size == LARGE and luck.u("leader", number) < parameters.links.leader_share,
        leader_rank=float(np.float32(luck.u("leader", number, 1))),
    )


def excess(parameters: Parameters, size: int) -> float:
    """Return the mean revenue above the least of a size class."""
    people = parameters.population
    if size != LARGE:
        return people.mean_excess_revenue[size]
    of_smes = sum(
        people.class_share[c] * (people.lowest_revenue[c] + people.mean_excess_revenue[c]) for c in range(LARGE)
    )
    large = max(people.firms * people.class_share[LARGE], 1.0)
    return max((people.output - people.firms * of_smes) / large - people.lowest_revenue[LARGE], 0.0)


def plain_links(start: int, network: str) -> set[tuple[int, int]]:
    """Return the links of a network for comparison with theory, between the firms of the start."""
    if network == "complete":
        return {(one, other) for one in range(start) for other in range(one)}
    if network == "ring" and start > 1:
        return {(max(one, (one + 1) % start), min(one, (one + 1) % start)) for one in range(start)}
    return set()


def supply_links(firms: list[Firm], parameters: Parameters, luck: Luck) -> set[tuple[int, int]]:
    """Return all supply links, each as (later slot, earlier slot)."""
    found: set[tuple[int, int]] = set()
    rings: dict[int, list[int]] = {}
    for firm in firms:
        ring = rings.setdefault(firm.sector, [])
        sought = [*_of_anyone(firm, parameters, luck), *_of_leader(firm, firms, parameters, luck)]
        found |= {(firm.slot, other) for other in [*sought, *_to_leader(firm, ring, parameters, luck)]}
        if firm.leader:
            ring.append(firm.slot)
    return found


def _lowest(firm: Firm, parameters: Parameters) -> int:
    return max(0, firm.slot - int(parameters.links.reach))


def _of_anyone(firm: Firm, parameters: Parameters, luck: Luck) -> list[int]:
    i, lowest = firm.slot, _lowest(firm, parameters)
    found = []
    for j in range(poisson_quantile(luck.u("degree", i, 0), parameters.links.partners)):
        near = luck.u("partner", i, 2 * j) < parameters.links.same_park
        start = max(lowest, firm.park * int(parameters.links.firms_per_park)) if near else lowest
        if start < i:
            found.append(start + math.floor(luck.u("partner", i, 2 * j + 1) * (i - start)))
    return found


def _of_leader(firm: Firm, firms: list[Firm], parameters: Parameters, luck: Luck) -> list[int]:
    i, lowest = firm.slot, _lowest(firm, parameters)
    found: list[int] = []
    if not firm.leader or i == lowest:
        return found
    for j in range(poisson_quantile(luck.u("degree", i, 1), parameters.links.leader_partners)):
        top = max(i - 1 - math.floor(luck.u("partner", i, 1000 + j) * (i - lowest)), lowest)
        same = (slot for slot in range(top, max(top - SEARCH, lowest - 1), -1) if firms[slot].sector == firm.sector)
        found += [slot for slot in [next(same, None)] if slot is not None]
    return found


def _to_leader(firm: Firm, leaders: list[int], parameters: Parameters, luck: Luck) -> list[int]:
    i, number = firm.slot, min(len(leaders), RING)
    if not number or luck.u("leader_link", i, 0) >= parameters.links.leader_link:
        return []
    ring = [0] * number
    for order, slot in enumerate(leaders):
        ring[order % RING] = slot
    leader = ring[math.floor(luck.u("leader_link", i, 1) * number)]
    return [leader] if leader >= _lowest(firm, parameters) else []
