"""Grants and the other money a project can bring; the burden of applying; finance."""

from __future__ import annotations

from zhizao.compiled import compiled
from zhizao.rules.constants import (
    LEVEL2_SCORE,
    LEVEL3_SCORE,
    LEVEL4_SCORE,
    LOTTERY,
    MEAN_BALANCE,
    MERIT,
    MONTHS_PER_YEAR,
    NEWS_WEIGHT,
    SMALL_FIRST,
)

__all__ = [
    "application_burden",
    "credit_left",
    "discount_rate",
    "expected_success",
    "grant_amount",
    "in_reach",
    "interest_support",
    "level_awards",
    "loan_payment",
    "offered_share",
    "pilot_money",
    "priority",
    "promised_value",
    "state_part",
]


@compiled
def grant_amount(rate: float, cap: float, floor: float, size_factor: float, cost: float) -> float:
    """Grant for a project of eligible `cost` (million RMB): the rate up to the cap, nothing below the floor."""
    if cost < floor:
        return 0.0
    return min(rate * size_factor * cost, cap * size_factor, cost)


@compiled
def offered_share(money: float, whole: float, taken_off: float) -> float:
    """Share of a project's `whole` cost (million RMB) that support pays, 0 to 1.

    `money` (million RMB) is what the firm is handed, `taken_off` the share by which a voucher lowers the cost.
    """
    return min(money / whole + taken_off, 1.0)


@compiled
def promised_value(grant: float, chance: float, advance_share: float, soon: float, late: float) -> float:
    """What an application is worth today: chance times grant, the advance soon, the rest after acceptance.

    `soon` and `late` are what one paid at the decision, and after acceptance, is worth today (`value.discount`).
    """
    return chance * grant * (advance_share * soon + (1.0 - advance_share) * late)


@compiled
def application_burden(hours: float, online_share: float, online_cut: float, helped: bool, helped_cut: float) -> float:
    """Staff hours of one application, after one-stop handling and a specialist's help."""
    with_service = hours * (1.0 - online_share * online_cut)
    return with_service * (1.0 - helped_cut) if helped else with_service


@compiled
def level_awards(reported: float, expected: float, award2: float, award3: float, award4: float) -> float:
    """Awards (million RMB) for levels not yet reported that the expected score would reach."""
    total = 0.0
    if reported < LEVEL2_SCORE <= expected:
        total += award2
    if reported < LEVEL3_SCORE <= expected:
        total += award3
    if reported < LEVEL4_SCORE <= expected:
        total += award4
    return total


@compiled
def interest_support(loan: float, points: float, years: float, term_months: float) -> float:
    """Interest (million RMB) paid for the firm on a loan repaid evenly: points on the mean balance."""
    return loan * points * min(years, term_months / MONTHS_PER_YEAR) * MEAN_BALANCE


@compiled
def expected_success(before: float, funded: float, decided: float, start: float) -> float:
    """Success rate of applications that firms expect in a new year: half of what they expected, half of the news.

    The news is last year's rate, or the rate expected at the start after a year without decisions. So a year in
    which all are turned down is remembered, and forgotten.
    """
    news = funded / decided if decided > 0.0 else start
    return NEWS_WEIGHT * (before + news)


@compiled
def state_part(paid: float, waived_share: float, state_share: float) -> float:
    """What the state adds (million RMB) to what the firm pays, when the provider waives a share of the cost."""
    return paid / (1.0 - waived_share - state_share) * state_share


@compiled
def discount_rate(prime: float, premium: float, relief: float) -> float:
    """The firm's own rate per year: prime plus its premium, less public relief; never negative."""
    return max(prime + premium - relief, 0.0)


@compiled
def credit_left(credit_share: float, guarantee_share: float, revenue: float, debt: float) -> float:
    """What a firm can still borrow (million RMB) for investment."""
    return max((credit_share + guarantee_share) * revenue - debt, 0.0)


@compiled
def loan_payment(old_balance: float, loan: float, rate: float, months: float) -> float:
    """Monthly payment (million RMB) once `loan` joins the old balance, spread evenly over `months`.

    Interest is simple, on the mean balance.
    """
    return (old_balance + loan * (1.0 + MEAN_BALANCE * rate * months / MONTHS_PER_YEAR)) / months


@compiled
def priority(rule: int, applied: float, draw: float, capability: float, size: float) -> float:
    """Key by which applications are funded when money is short, smallest first.

    `rule` is 0 first-come (month of application, then the draw), 1 merit (capability), 2 lottery, 3 small-first.
    """
    if rule == MERIT:
        return 1.0 - capability
    if rule == LOTTERY:
        return draw
    if rule == SMALL_FIRST:
        return size + draw
    return applied + draw


@compiled
def in_reach(level: int, lowest: float, highest: float, size: float, sector: float) -> bool:
    """Whether an offer is for a firm of this reported level; `size` and `sector` are 0 where its kind is shut out."""
    return lowest <= level <= highest and size > 0.0 and sector > 0.0


@compiled
def pilot_money(rate: float, cost: float, cap: float, paid: float) -> float:
    """What the pilot city pays for an accepted project (million RMB): a rate, up to what the level reached leaves."""
    return min(rate * cost, max(cap - paid, 0.0))
