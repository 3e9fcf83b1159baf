"""The subsidy account of a run against its twin, in numbers: from the starts of both to a row for each instrument."""

from __future__ import annotations

import numpy as np

from zhizao.accounts.matching import Starts, counted_moves, paired_moves
from zhizao.accounts.payments import LookedAt, extra_costs, level_awards_earned, owed, payments, project_state
from zhizao.arrays import BoolArray, FloatArray, IntArray
from zhizao.compiled import compiled
from zhizao.engine.state import place_of
from zhizao.policy.levers import DECLARED, INSTRUMENTS

__all__ = ["OUTSTANDING", "ROWS", "TOTAL", "fill_account"]

_IN_ALL = len(INSTRUMENTS)
TOTAL, OUTSTANDING, ROWS = _IN_ALL, _IN_ALL + 1, _IN_ALL + 2
"""Rows of an account after those of the instruments: all of them together, and what is promised and not yet paid."""
_SPENDING, _ADDITIONAL, _PULLED_FORWARD, _DEADWEIGHT, _CAPTURED, _ADMINISTRATION, _COMMITTED, _ENTRANTS = range(8)
"""Columns: the fields of `zhizao.accounts.subsidy_account.Split`."""
_TO_FIRMS: tuple[bool, ...] = tuple(one.account != "services" for one in DECLARED.values())
_GRANTS, _AWARDS = place_of("grants", INSTRUMENTS), place_of("awards", INSTRUMENTS)


@compiled
def fill_account(
    runs: tuple[LookedAt, LookedAt],
    both: tuple[Starts, Starts],
    price: tuple[FloatArray, FloatArray],
    paid_by: tuple[FloatArray, FloatArray],
    asked: tuple[BoolArray, int, int],
    out: tuple[FloatArray, FloatArray],
    tables: FloatArray,
) -> None:
    """Fill an account; each pair is of the run and of its twin.

    Parameters
    ----------
    runs, both, price, paid_by
        What is looked at of the runs, the projects begun in them, prices, and what each instrument paid.
    asked
        Which instruments are asked about, from which month on, and how many places for firms the twin has used.
    out
        Rows of instruments, `TOTAL` and `OUTSTANDING`; and in a row money elsewhere, projects crowded out, and the
        moves of all projects and of the supported ones.
    tables
        Two of instruments by projects, for use within.
    """
    (here, twin), (starts, others), (paid, paid_in_twin) = runs, both, paid_by
    chosen, since, slots = asked
    rows, counts = out
    has_pair, gain, newcomer = paired_moves(starts, others, slots)
    state = project_state(here, starts, others)
    left = np.zeros(_IN_ALL)
    for row in range(_IN_ALL):
        if chosen[row]:
            rows[row, _COMMITTED] = min(paid[row], paid_in_twin[row]) if _TO_FIRMS[row] else 0.0
            left[row] = paid[row] - rows[row, _COMMITTED]
    received, promised = tables[0], tables[1]
    payments(here, starts, state, since, left, received)
    owed(here, starts, state, promised)
    for row in range(_IN_ALL):
        if not chosen[row]:
            promised[row, :] = 0.0
    captured = extra_costs(here, starts, price[0], price[1])
    _to_shares(captured, received, promised, starts.grant)
    fates = (has_pair, gain, newcomer)
    for row in range(_IN_ALL):
        _split_money(received[row], captured, fates, rows[row])
        _split_money(promised[row], captured, fates, rows[OUTSTANDING])
        for place in range(promised.shape[1]):
            rows[OUTSTANDING, _SPENDING] += promised[row, place]
    if chosen[_AWARDS]:
        awards = rows[_AWARDS]
        earned = level_awards_earned(here, twin, since)
        awards[_ADDITIONAL] += max(min(earned, paid[_AWARDS] - _parts_of(awards)), 0.0)
    for row in range(_IN_ALL):
        rows[row, _SPENDING] = paid[row]
        rows[row, _DEADWEIGHT if _TO_FIRMS[row] else _ADMINISTRATION] += paid[row] - _parts_of(rows[row])
        if chosen[row]:
            for column in range(rows.shape[1]):
                rows[TOTAL, column] += rows[row, column]
        else:
            counts[0] += paid[row] - paid_in_twin[row]
        if not chosen[row] or paid[row] == 0.0:
            rows[row, :] = 0.0
    _fill_counts(counts, fates, starts.supported, others.slot.size)


@compiled
def _parts_of(row: FloatArray) -> float:
    """Sum of the five parts of a row."""
    total = 0.0
    for column in range(_ADDITIONAL, _ADMINISTRATION + 1):
        total += row[column]
    return total


@compiled
def _to_shares(extra: FloatArray, received: FloatArray, promised: FloatArray, grant: FloatArray) -> None:
    """Put in place of what each project costs more the share of the money for it that this takes, 0 to 1.

    Of a grant it is a share of the whole, whether that has been paid or not.
    """
    for place in range(extra.size):
        money = 0.0
        for row in range(_IN_ALL):
            money += received[row, place] + promised[row, place]
        granted = received[_GRANTS, place] + promised[_GRANTS, place]
        if granted > 0.0:
            money += grant[place] - granted
        extra[place] = min(extra[place], money) / money if money > 0.0 else 0.0


@compiled
def _split_money(
    money: FloatArray, captured: FloatArray, fates: tuple[BoolArray, IntArray, BoolArray], row: FloatArray
) -> None:
    """Add the money for projects to the parts that it belongs to, and what entrants keep of it."""
    has_pair, gain, newcomer = fates
    for place in range(money.size):
        if money[place] == 0.0:
            continue
        kept = money[place] * (1.0 - captured[place])
        row[_CAPTURED] += money[place] * captured[place]
        if not has_pair[place]:
            row[_ADDITIONAL] += kept
        elif gain[place] > 0:
            row[_PULLED_FORWARD] += kept
        else:
            row[_DEADWEIGHT] += kept
        if newcomer[place]:
            row[_ENTRANTS] += kept


@compiled
def _fill_counts(
    counts: FloatArray, fates: tuple[BoolArray, IntArray, BoolArray], supported: BoolArray, begun_in_twin: int
) -> None:
    """Count projects crowded out, and the moves of all and of supported projects."""
    has_pair, gain, newcomer = fates
    crowded_out, everything = begun_in_twin, np.ones(has_pair.size, np.bool_)
    for place in range(has_pair.size):
        crowded_out -= int(has_pair[place])
    counts[1] = crowded_out
    place = 2
    for number in counted_moves(has_pair, gain, supported, newcomer, everything):
        counts[place] = number
        place += 1
    for number in counted_moves(has_pair, gain, supported, newcomer, supported):
        counts[place] = number
        place += 1
