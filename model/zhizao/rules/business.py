"""The rest of the firm's life: growth, cash, exit; and who is visited by whom."""

from __future__ import annotations

import math

from zhizao.compiled import compiled
from zhizao.records.rows import Row
from zhizao.rules.constants import MONTHS_PER_YEAR, NO_ORDER, SMALL_FIRMS_FIRST
from zhizao.sectors import LARGE

__all__ = [
    "balance",
    "cash_flow",
    "covered",
    "exit_probability",
    "gained_revenue",
    "grown_revenue",
    "head_start",
    "informed_share",
    "lost_output",
    "visited",
]


@compiled
def grown_revenue(revenue: float, growth: float, normal_draw: float, spread: float) -> float:
    """Yearly revenue after a year: the sector's growth and the firm's own luck (Gibrat), mean-preserving."""
    return revenue * (1.0 + growth) * math.exp(spread * normal_draw - 0.5 * spread * spread)


@compiled
def gained_revenue(revenue: float, output_factor: float) -> float:
    """Yearly revenue that a firm would not have without its projects.

    `output_factor` is its output relative to that without projects, at least 1.
    """
    return revenue * (1.0 - 1.0 / output_factor)


@compiled
def lost_output(revenue: float, sector_revenue: float, taken: float) -> float:
    """Output that a firm loses of what firms of its sector take from each other, which is `taken` in all.

    Each loses in proportion to what it sells, so that together they lose what is taken.
    """
    return taken * revenue / sector_revenue if sector_revenue > 0.0 else 0.0


@compiled
def cash_flow(
    revenue: float,
    retained: float,
    margin: float,
    saved: float,
    energy: float,
    demand: float,
    relief: float,
    surcharge: float,
) -> float:
    """Cash put aside (million RMB) over a stretch of time.

    Parameters
    ----------
    revenue
        Yearly revenue at demand 1.
    retained, margin, saved, energy
        Share of profit kept; margin, savings of projects, and energy bill as shares of revenue.
    demand
        Sum over the months of demand / 12.
    relief
        Sum over the months of demand / 12 times what the public pays of the energy bill, relative to the bill at the
        energy price of 2018.
    surcharge
        Sum over the months of demand / 12 times what energy costs more than in 2018, relative to the same.
    """
    return revenue * (retained * (margin + saved) * demand + energy * (relief - retained * surcharge))


@compiled
def balance(payment: float, last_month: int, month: int) -> float:
    """Loan payments still to come (million RMB) from `month` on; the last falls before `last_month`."""
    return payment * max(last_month - month, 0)


@compiled
def exit_probability(rate: float, distressed: bool, multiple: float) -> float:
    """Probability within a month that a firm closes or leaves."""
    return -math.expm1(-(rate * multiple if distressed else rate) / MONTHS_PER_YEAR)


@compiled
def head_start(at_start: float, yearly: float, attracted: float, month: int) -> float:
    """How many points more digital an entrant of this month is than one of the first: firms come with what is usual.

    `attracted` is what services add for those they attract; months count from 0.
    """
    return at_start + yearly * month / MONTHS_PER_YEAR + attracted


@compiled
def informed_share(at_start: float, today: float, follow: float) -> float:
    """Share of entrants that know of support, given that of the firms at the start and of those here `today`."""
    return at_start + follow * (today - at_start)


@compiled
def covered(size: int, rank: float, coverage: float, order: int, class_share: Row[float]) -> bool:
    """Whether a firm has a specialist, when `coverage` (share of firms) is all there is.

    `rank` is the firm's place in (0, 1); `order` is 0 all alike, 1 small firms first, 2 large firms first;
    `class_share` is the share of firms in each size class, from the smallest.
    """
    if order == NO_ORDER:
        return rank < coverage
    large_share = 1.0
    for other in range(LARGE):
        large_share -= class_share[other]
    before = 0.0
    if order == SMALL_FIRMS_FIRST:
        for other in range(size):
            before += class_share[other]
    elif size < LARGE:
        before = large_share
        for other in range(LARGE - 1, size, -1):
            before += class_share[other]
    own = large_share if size == LARGE else class_share[size]
    return before + rank * own < coverage


@compiled
def visited(phase: float, rounds_before: float, rounds_after: float) -> bool:
    """Whether the rota reaches a firm this month.

    Rounds are visits per covered firm since the start; a firm's turn comes once a round, at its own `phase`.
    """
    return math.floor(rounds_after + phase) > math.floor(rounds_before + phase)
