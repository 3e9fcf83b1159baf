"""The description of docs/ODD.md followed by hand: firms and links as element 5 says, choices as element 7 does."""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from zhizao.draws import STREAMS, poisson_quantile, uniform
from zhizao.engine.appraisal import best_option
from zhizao.engine.simulation import Setting, run_history
from zhizao.engine.state import STATUS
from zhizao.parameters.registry import Parameters, change_groups
from zhizao.policy.levers import lever_specifications
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import build_district
from zhizao.scenario import load_scenario

SEED = 11
PAR = Parameters().changed({"population.firms": 300, "links.firms_per_park": 25, "links.reach": 120})
STEPS = {
    "size": (math.sqrt(5) - 1) / 2, "sector": math.sqrt(2) - 1, "rd_active": math.sqrt(3) - 1,
    "start_robots": math.sqrt(7) - 2, "start_workshops": math.sqrt(11) - 3, "coverage": math.sqrt(13) - 3,
    "visit": math.sqrt(17) - 4,
}  # fmt: skip


def u(stream: str, slot: int, month: int = 0) -> float:
    return float(uniform(np.uint64(SEED), STREAMS[stream].number, slot, month))


def z(stream: str, slot: int, month: int = 0) -> float:
    return float(ndtri(u(stream, slot, month)))


def place(stream: str, slot: int) -> float:
    return (u(stream, 0) + STEPS[stream] * slot) % 1.0


def class_of(at: float, shares: tuple[float, ...]) -> tuple[int, float]:
    ends = np.cumsum(shares)
    found = min(int(np.searchsorted(ends, at, side="right")), len(shares) - 1)
    low = ends[found] - shares[found]
    return found, (at - low) / (1.0 - low if found == len(shares) - 1 else shares[found])


def firm_by_the_page(i: int) -> dict[str, float]:
    pop, val, lev, fin = PAR.population, PAR.valuation, PAR.levels, PAR.finance
    c, p = class_of(place("size", i), pop.class_share)
    n = ndtri(p)
    smes = sum(pop.class_share[j] * (pop.lowest_revenue[j] + pop.mean_excess_revenue[j]) * pop.firms for j in range(2))
    large = max((pop.output - smes) / max(pop.firms * pop.class_share[2], 1) - pop.lowest_revenue[2], 0)
    excess = (*pop.mean_excess_revenue, large)[c]
    revenue = pop.lowest_revenue[c] + excess * math.exp(pop.revenue_spread[c] * n - pop.revenue_spread[c] ** 2 / 2)
    rho = pop.staff_correlation
    rank = ndtr(rho * n + math.sqrt(1 - rho**2) * z("staff", i))
    active = place("rd_active", i) < pop.rd_share
    x = pop.rd_capability * (active - pop.rd_share) + pop.size_capability * c
    capability = 1 / (1 + math.exp(-(x + pop.capability_spread * z("capability", i))))
    score = lev.start_mean + lev.start_capability * (capability - 0.5) + lev.start_spread * z("start_score", i)
    early = place("start_workshops", i) < pop.workshop_share[c]
    sigma = val.benefit_spread
    return {
        "size_class": c, "revenue": revenue,
        "employees": math.floor(pop.lowest_staff[c] + pop.staff_range[c] * rank ** pop.staff_shape[c]),
        "sector": class_of(place("sector", i), PAR.sectors.share)[0], "park": i // int(PAR.links.firms_per_park),
        "capability": capability, "score": min(max(max(score, 45) if early else score, 0), 95),
        "robots": early or place("start_robots", i) < pop.robot_share,
        "workshops": (2 if c == 2 else 1) if early else 0, "factories": 0,
        "intensity": math.exp(val.capability_effect * (capability - 0.5) - sigma**2 / 2 + sigma * z("intensity", i, 2)),
        "premium": fin.premium[c] * math.exp(fin.premium_spread * z("finance", i)),
        "cash": fin.cash_share * revenue * math.exp(fin.cash_spread * z("start_cash", i)),
        "aware": u("start_awareness", i) < PAR.awareness.start_share,
        "visit_phase": place("visit", i), "coverage_rank": place("coverage", i), "rd_active": active,
        "leader": c == 2 and u("leader", i) < PAR.links.leader_share, "leader_rank": u("leader", i, 1),
    }  # fmt: skip


@pytest.fixture(scope="module")
def district():
    return build_district(PAR, SEED)


def test_firms_are_made_as_the_page_says(district):
    for i in range(district.count):
        firm = district.firms[i]
        for name, value in firm_by_the_page(i).items():
            built = firm[name][2] if name == "intensity" else firm[name]
            assert float(built) == pytest.approx(float(value), rel=1e-6, abs=1e-7), (i, name)


def links_by_the_page(firms) -> set[tuple[int, int]]:
    par, found = PAR.links, set()
    rings, known = np.zeros((9, 32), int), np.zeros(9, int)
    reach, park_size = int(par.reach), int(par.firms_per_park)
    for i in range(firms.size):
        lowest, sector = max(0, i - reach), int(firms["sector"][i])
        for j in range(poisson_quantile(u("degree", i), par.partners)):
            start = max(lowest, i - i % park_size) if u("partner", i, 2 * j) < par.same_park else lowest
            if start < i:
                found.add((i, start + int(u("partner", i, 2 * j + 1) * (i - start))))
        for j in range(poisson_quantile(u("degree", i, 1), par.leader_partners) if firms["leader"][i] else 0):
            first = max(i - 1 - int(u("partner", i, 1000 + j) * (i - lowest)), lowest)
            for candidate in range(first, max(first - 40, lowest - 1), -1):
                if i > 0 and firms["sector"][candidate] == sector:
                    found.add((i, candidate))
                    break
        among = min(known[sector], 32)
        if among and u("leader_link", i) < par.leader_link:
            leader = int(rings[sector, int(u("leader_link", i, 1) * among)])
            if leader >= lowest:
                found.add((i, leader))
        if firms["leader"][i]:
            rings[sector, known[sector] % 32] = i
            known[sector] += 1
    return found


def test_links_are_made_as_the_page_says(district):
    built = {
        (i, int(partner))
        for i in range(district.slots)
        for partner in district.partners[district.partner_start[i] : district.partner_start[i + 1]]
        if partner < i
    }
    assert built == links_by_the_page(district.firms)
    assert len(built) > 500


# ------------------------------------------------------------------------------- element 7: what a firm weighs


@numba.njit(error_model="numpy")
def best_of(world, slot, month):
    """`best_option`, which only compiled code can call."""
    return best_option(world, slot, month)


def options_by_the_page(par, offer, start, firm, claim_pending, prices, success_rate, month):
    """Every possible option of one firm (7.5 to 7.9), in order, as (index, kind, applies, cost, grant)."""
    fin, val, bld, sec, pro, sup = par.finance, par.valuation, par.building, par.sectors, par.projects, par.support
    c, s = int(firm["size_class"]), int(firm["sector"])
    aware, asked = firm["aware"] == 1, firm["asking_rank"] < offer["leaders_share"] and firm["level"] < 2
    helped = firm["visited_until"] > month
    r = max(fin.prime_rate + start["premium"] - offer["relief_interest_points"], 0)
    competence = min(par.providers.competence + offer["providers_competence_gain"], 1)
    x = bld.success_intercept + bld.success_capability * (start["capability"] - 0.5)
    x += bld.success_competence * (competence - 0.5) + (bld.success_help if helped else 0)
    chance = 1 / (1 + math.exp(-x))
    seen = math.exp(-0.5 * val.doubt_aversion * val.doubt / (1 + firm["evidence"]))
    counted = seen * (chance + (1 - chance) * bld.failed_gain) / val.waiting_multiple
    debt = firm["loan_payment"] * max(int(firm["loan_end"]) - month, 0)
    cash = max(firm["cash"], 0)
    line = fin.credit_share[c] + (offer["loans_guarantee_share"] if aware else 0)
    means = cash + max(line * firm["revenue"] - debt, 0)
    hours = sup.application_hours * (1 - offer["handling_online_share"] * offer["handling_online_cut"])
    burden = sup.hour_cost * sup.burden_multiple * hours * (1 - (sup.helped_burden_cut if helped else 0))

    def interest(borrowed):
        years = min(offer["loans_interest_years"], fin.loan_months / 12)
        return max(borrowed, 0) * offer["loans_interest_points"] * years / 2 if aware else 0

    found = []
    for k in range(4):
        if firm["score"] < pro.lowest_score[k]:
            continue
        if k == 3 and firm["workshops_built"] < 2 * (firm["factories_built"] + 1):
            continue
        scale = val.benefit_level * start["intensity"][k] * val.repeat_effect ** float(firm["repeats"][k])
        catalogue = (pro.labour_effect, pro.energy_effect, pro.quality_effect, pro.capacity_effect)
        labour, energy, defects, output = (min(row[k] * scale, 0.9) for row in catalogue)
        gain = (
            labour * sec.labour_share[s] * firm["labour_factor"] + energy * sec.energy_share[s] * firm["energy_factor"]
        )
        gain += defects * sec.defect_share[s] * firm["defect_factor"] + output * sec.contribution[s]
        years = (1 - math.exp(-r * pro.life[k])) / r
        worth = gain * firm["revenue"] * years * counted
        cost = pro.cost[k] * pro.cost_level * (firm["revenue"] / pro.reference_revenue) ** pro.cost_elasticity[k]
        cost *= prices[k] * (1 - pro.connected[k] * offer["infrastructure_cost_cut"])
        if k == 0 and asked:
            cost *= 1 - offer["leaders_template_cut"]
        if k == 0 and aware:
            cost *= 1 - offer["provider_discount_waived_share"] - offer["provider_discount_state_share"]
        need = cost * (1 + bld.search_share * (1 - (offer["matchmaking_cost_cut"] if helped else 0)))
        grant = 0.0
        if aware and offer["grants_open"] and not claim_pending and cost >= offer["grants_floor"][k]:
            factor = offer["grants_size_factor"][c]
            grant = min(offer["grants_rate"][k] * factor * cost, offer["grants_cap"][k] * factor, cost)
        expected = firm["score"] + pro.score_gain[k] * (1 - firm["score"] / 100)
        awards = sum(offer[f"awards_level{level}"] for level in (2, 3, 4) if firm["reported"] < 20 * level <= expected)
        awards += par.levels.recognition * offer["awards_workshop"] if k == 2 else 0
        awards += par.levels.factory_recognition * offer["awards_factory"] if k == 3 else 0
        done = math.exp(-r * pro.duration[k] / 12)
        other = (offer["tax_credit_rate"] * cost + awards) * done
        if asked and firm["score"] < 40 <= expected:
            other += val.order_at_risk * firm["revenue"] * sec.contribution[s] * years
        if need <= means:
            found.append(((worth - need + other + interest(need - cash)) / cost, k, False, cost, 0.0))
        advance = grant * offer["grants_advance_share"]
        if grant > 0 and need - advance <= means:
            own = worth - need + other + interest(need - advance - cash)
            wait = math.exp(-r * offer["processing_months"] / 12)
            paid = math.exp(-r * offer["grants_payment_delay"] / 12)
            share = offer["grants_advance_share"]
            promised = success_rate * chance * grant * (share * wait + (1 - share) * wait * done * paid)
            found.append(((min(own, own * wait) + promised - burden) / cost, k, True, cost, grant))
    return found


GENEROUS = {
    "grants.advance_share": 0.3, "loans.interest_points": 0.02, "loans.guarantee_share": 0.05, "tax.credit_rate": 0.05,
    "awards.level2": 0.2, "awards.level3": 0.4, "provider_discount.waived_share": 0.1,
    "provider_discount.state_share": 0.1, "relief.interest_points": 0.01,
}  # fmt: skip


@pytest.mark.parametrize("settings", [{}, GENEROUS], ids=["the policy that was", "every kind of support"])
def test_firms_weigh_their_options_as_the_page_says(settings):
    policies = [
        change_groups(policy, lever_specifications(), settings)[0] for policy in load_scenario("baseline").policies(90)
    ]
    offers = monthly_offers(policies, PAR)
    month = 77
    world = run_history(Setting(district=build_district(PAR, SEED), parameters=PAR, seed=SEED), offers, month)
    asked, applying = 0, 0
    for slot in range(int(world.district["slots_used"][0])):
        firm = world.firms[slot]
        if firm.status != STATUS.index("idle"):
            continue
        built = best_of(world, slot, month)
        by_page = options_by_the_page(
            PAR, offers.view(np.ndarray)[month], world.start.view(np.ndarray)[slot], world.firms.view(np.ndarray)[slot],
            world.due[1, slot] >= 0, world.markets["price"], float(world.district["success_rate"][0]), month,
        )  # fmt: skip
        if not by_page:
            assert built[1] == -1
            continue
        best = max(by_page, key=lambda option: option[0])
        assert built[1:3] == best[1:3]
        assert (built[0], built[3], built[4]) == pytest.approx((best[0], best[3], best[4]), rel=1e-9)
        asked += 1
        applying += best[2]
    assert asked > 100
    assert applying > 10
