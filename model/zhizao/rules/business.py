"""The rest of the firm's life: growth, cash, exit; and who is visited by whom."""

from __future__ import annotations

import math

from zhizao.compiled import compiled

__all__ = ["balance", "cash_flow", "covered", "exit_probability", "grown_revenue", "head_start", "visited"]


@compiled
def grown_revenue(revenue: float, growth: float, normal_draw: float, spread: float) -> float:
    """Yearly revenue after a year: the sector's growth and the firm's own luck (Gibrat), mean-preserving."""
    return revenue * (1.0 + growth) * math.exp(spread * normal_draw - 0.5 * spread * spread)


@compiled
def cash_flow(
    revenue: float, retained: float, margin: float, saved: float, energy: float, demand: float, relief: float
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
        Sum over the months of demand / 12 times the part of the energy bill that the public pays.
    """
    return revenue * (retained * (margin + saved) * demand + energy * relief)


@compiled
def balance(payment: float, last_month: int, month: int) -> float:
    """Loan payments still to come (million RMB) from `month` on; the last falls before `last_month`."""
    return payment * max(last_month - month, 0)


@compiled
def exit_probability(rate: float, distressed: bool, multiple: float) -> float:
    """Probability within a month that a firm closes or leaves."""
    return -math.expm1(-(rate * multiple if distressed else rate) / 12.0)


@compiled
def head_start(at_start: float, yearly: float, attracted: float, month: int) -> float:
    """How many points more digital an entrant of this month is than its like of 2018-01: firms come with what is usual.

    `attracted` is what services add for those they attract; months count from 0.
    """
    return at_start + yearly * month / 12.0 + attracted


@compiled
def covered(size: int, rank: float, coverage: float, order: int, small_share: float, medium_share: float) -> bool:
    """Whether a firm has a specialist, when `coverage` (share of firms) is all there is.

    `rank` is the firm's place in (0, 1); `order` is 0 all alike, 1 small firms first, 2 large firms first.
    """
    if order == 0:
        return rank < coverage
    large_share = 1.0 - small_share - medium_share
    if order == 1:
        before = 0.0 if size == 0 else (small_share if size == 1 else small_share + medium_share)
    else:
        before = 0.0 if size == 2 else (large_share if size == 1 else large_share + medium_share)
    own = small_share if size == 0 else (medium_share if size == 1 else large_share)
    return before + rank * own < coverage


@compiled
def visited(phase: float, rounds_before: float, rounds_after: float) -> bool:
    """Whether the rota reaches a firm this month.

    Rounds are visits per covered firm since the start; a firm's turn comes once a round, at its own `phase`.
    """
    return math.floor(rounds_after + phase) > math.floor(rounds_before + phase)
