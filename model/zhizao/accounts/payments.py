"""What each project was paid and is owed, by instrument, and what it paid for higher prices.

The ledger knows to the yuan what every instrument paid; the log of starts knows what every project was promised. So
the money that an instrument paid since the branch is spread over the projects whose promises have fallen due, in
proportion to these. A project that failed, whose grant was never paid, takes part like any other: this is right on
average, not one by one. Prices are worked out from the starts in the log by the rule of the market itself; where
projects queue for providers, orders come earlier than starts, and prices are known a little less well.

Measured against a log that notes every payment and price, over 100 draws of the baseline: each part of the account is
off by less than 0.3 % of the spending on average, and by about 1 % (root mean square) in a single run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from zhizao.accounts.matching import BoolArray, FloatArray, IntArray, Pairs, Starts, written
from zhizao.compiled import compiled
from zhizao.engine.state import BUILDING, CLAIM, FLOWS, GROUPS, MONEY, RELIEF_SUM, STOCKS, World
from zhizao.policy.levers import INSTRUMENTS
from zhizao.rules import market

__all__ = [
    "Standing", "extra_cost", "level_awards_earned", "owed", "paid_since", "payments", "prices", "standing",
]  # fmt: skip

_GRANTS, _TAX, _LOANS, _RELIEF, _AWARDS, _DISCOUNT = (
    INSTRUMENTS.index(name) for name in ("grants", "tax", "loans", "relief", "awards", "provider_discount")
)
_RECOGNISED = ((2, "workshops"), (3, "factories"))
"""Kinds of project for which there are lists of recognition, and the name of what is counted."""


def paid_since(world: World, first: int) -> FloatArray:
    """Return what each instrument paid from month `first` on, net of advances taken back, in million RMB."""
    paid = world.money[:, len(MONEY) :]
    return np.array(paid[-1] - paid[first - 1] if first > 0 else paid[-1])


def _lever(world: World, name: str) -> np.ndarray[Any, Any]:
    """Return an offer month by month; plain arrays, since records that know attributes are slow to read."""
    return world.offers.view(np.ndarray)[name]


def _firms(world: World, name: str) -> np.ndarray[Any, Any]:
    return world.firms.view(np.ndarray)[name]


# ------------------------------------------------------------------------------------- grants and other money


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """How far the projects begun since the branch have come by the last month.

    Attributes
    ----------
    at_work
        The project has not come to its end.
    pending
        Its grant, or what was not advanced of it, is still to be paid.
    carried
        Its grant was promised before the branch.
    """

    at_work: BoolArray
    pending: BoolArray
    carried: BoolArray


def standing(world: World, pairs: Pairs) -> Standing:
    """Find out how far the projects of a run have come.

    A firm has one claim at a time: what is pending is that of its last supported project, and what was promised
    before the branch is the first grant of a firm in both runs (where grants are off in the twin, it has no others).
    """
    slot = pairs.starts.slot
    building = _firms(world, "status") == BUILDING
    waiting = (building & (_firms(world, "supported") == 1)) | (world.due[CLAIM] >= 0)
    carries = np.zeros(world.firms.size, np.bool_)
    carries[pairs.others.slot[pairs.others.supported]] = True
    supported = np.flatnonzero(pairs.starts.supported)
    firm = slot[supported]
    pending, carried = np.zeros(slot.size, np.bool_), np.zeros(slot.size, np.bool_)
    pending[supported] = _last_of_firm(firm) & waiting[firm]
    carried[supported] = _first_of_firm(firm) & carries[firm]
    return Standing(at_work=np.asarray(_last_of_firm(slot) & building[slot]), pending=pending, carried=carried)


def _first_of_firm(slot: IntArray) -> BoolArray:
    return np.append(True, slot[1:] != slot[:-1])[: slot.size]


def _last_of_firm(slot: IntArray) -> BoolArray:
    return np.append(slot[1:] != slot[:-1], True)[: slot.size]


def payments(world: World, starts: Starts, stand: Standing, first: int, money: FloatArray) -> FloatArray:
    """Return what each project was paid by each instrument (rows: `INSTRUMENTS`), in million RMB.

    Parameters
    ----------
    starts, stand
        The projects begun from month `first` on.
    money
        What each instrument paid since, less what the twin pays as well; 0 for instruments not asked about.
    """
    table = np.zeros((len(INSTRUMENTS), starts.slot.size))
    for place in (_GRANTS, _TAX, _LOANS, _DISCOUNT, _RELIEF):
        amount = money[place] - (_energy_relief(world, first) if place == _RELIEF else 0.0)
        if amount <= 0.0:
            continue
        due = _fallen_due(world, starts, stand, place)
        if (total := float(due.sum())) > 0.0:
            table[place] = due * (amount / total)
    if money[_AWARDS] > 0.0:
        table[_AWARDS] = _recognition_awards(world, starts, first)
    return table


def _fallen_due(world: World, starts: Starts, stand: Standing, instrument: int) -> FloatArray:
    """Return what each project was promised and should have been paid; of loans and relief, what that grows with."""
    month, cost = starts.month, starts.cost

    def then(lever: str) -> FloatArray:
        return np.asarray(_lever(world, lever)[month])

    if instrument == _GRANTS:
        paid_part = np.where(stand.pending, then("grants_advance_share"), 1.0)
        return np.asarray(starts.grant * paid_part * ~stand.carried)
    if instrument == _TAX:
        return np.asarray(cost * then("tax_credit_rate") * ~stand.at_work)
    if instrument == _LOANS:
        interest = then("loans_interest_points") * ~stand.at_work
        return np.asarray(cost * (interest + (then("loans_guarantee_share") > 0.0)))
    if instrument == _DISCOUNT:
        waived, added = then("provider_discount_waived_share"), then("provider_discount_state_share")
        entitled = (starts.kind == 0) & (_firms(world, "aware")[starts.slot] == 1)
        return np.asarray(cost * added / (1.0 - waived - added) * entitled)
    return np.asarray(cost * then("relief_interest_points"))


def owed(world: World, starts: Starts, stand: Standing) -> FloatArray:
    """Return what each project is promised and not yet paid at the horizon, by instrument, in million RMB."""
    table = np.zeros((len(INSTRUMENTS), starts.slot.size))
    still = 1.0 - _lever(world, "grants_advance_share")[starts.month]
    table[_GRANTS] = starts.grant * still * (stand.pending & ~stand.carried)
    table[_TAX] = _firms(world, "tax_due")[starts.slot] * stand.at_work
    table[_LOANS] = _firms(world, "interest_due")[starts.slot] * stand.at_work
    return table


def _energy_relief(world: World, first: int) -> float:
    """Return what was paid for energy bills from month `first` on; the rest of the relief is on loans."""
    energy_use = world.series[first:, GROUPS.index("all"), STOCKS.index("energy_use")]
    return float(energy_use @ np.diff(world.sums[RELIEF_SUM, first:]))


# ----------------------------------------------------------------------------------------------------- awards


def _recognition_awards(world: World, starts: Starts, first: int) -> FloatArray:
    """Awards of projects begun since `first`: lists take a firm's oldest workshop (or factory) first."""
    awards = np.zeros(starts.slot.size)
    log = written(world)
    before = log[: np.searchsorted(log["month"], first)]
    for kind, name in _RECOGNISED:
        listed = world.series[first:, GROUPS.index("all"), len(STOCKS) + FLOWS.index(f"{name}_new")]
        award = _lever(world, "awards_workshop" if kind == 2 else "awards_factory")[first:]
        if (money := float(listed @ award)) <= 0.0:
            continue
        older = np.bincount(before["slot"][before["kind"] == kind], minlength=world.firms.size)
        newer = _firms(world, name) - world.start.view(np.ndarray)[name].astype(np.int64) - older
        mine = np.flatnonzero(starts.kind == kind)
        slot = starts.slot[mine]
        number = np.arange(slot.size) - np.searchsorted(slot, slot)
        awards[mine] = np.where(number < newer[slot], money / listed.sum(), 0.0)
    return awards


def level_awards_earned(here: World, twin: World, first: int) -> float:
    """Return awards for levels at which firms truly stand, and that the twin's firms neither reach nor report.

    Everything else that was paid for levels (million RMB) was paid for what firms would have reported anyway, or for
    a report without the level.
    """
    earned = 0.0
    for level in (2, 3, 4):
        award = float(_lever(here, f"awards_level{level}")[first:].max())
        if award > 0.0:
            reported = (_firms(here, "best_level") >= level) & (_firms(twin, "best_level") < level)
            reached = (_firms(here, "level_true") >= level) & (_firms(twin, "level_true") < level)
            earned += award * float(np.count_nonzero(reported & reached))
    return earned


# ----------------------------------------------------------------------------------------------------- prices


def extra_cost(here: World, twin: World, starts: Starts) -> FloatArray:
    """Return how much more each project costs here than it would at the twin's prices, at least 0, in million RMB.

    A price is that of the month of the order; a supported project was ordered when the firm applied.
    """
    wait = np.where(starts.supported, _lever(here, "processing_months")[starts.month], 0.0)
    ordered = np.maximum(starts.month - wait.astype(np.int64), 0)
    other, price = prices(twin)[ordered, starts.kind], prices(here)[ordered, starts.kind]
    relative = np.divide(other, price, out=np.ones_like(price), where=price > 0.0)
    return np.asarray(starts.cost * np.maximum(1.0 - relative, 0.0))


def prices(world: World) -> FloatArray:
    """Return the price index that firms meet, by month and kind, as the starts in the log imply it."""
    par = world.par.view(np.ndarray)[0]
    months = world.money.shape[0]
    log = written(world)
    place = log["month"].astype(np.int64) * 4 + log["kind"]
    begun = np.bincount(place, minlength=4 * months).reshape(months, 4).astype(np.float64)
    usual = np.asarray(par["providers_capacity"] * (par["population_firms"] * par["providers_normal_use"] / 12.0))
    return _prices(
        begun, usual, float(par["providers_smoothing_months"]), float(par["providers_inverse_supply_elasticity"]),
        float(par["providers_lowest_price"]), float(par["providers_highest_price"]),
    )  # fmt: skip


@compiled
def _prices(
    begun: FloatArray, normal: FloatArray, smoothing: float, inverse_elasticity: float, lowest: float, highest: float
) -> FloatArray:
    """Follow each market from its start, at normal orders and price 1; a month meets the price of the one before."""
    found = np.ones(begun.shape)
    for kind in range(begun.shape[1]):
        orders = normal[kind]
        for month in range(begun.shape[0] - 1):
            orders = market.smoothed_orders(orders, begun[month, kind], smoothing)
            found[month + 1, kind] = market.price_index(orders, normal[kind], inverse_elasticity, lowest, highest)
    return found
