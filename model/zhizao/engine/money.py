"""Public money: promise, pay, take back. Every yuan passes through these few functions."""

from __future__ import annotations

from zhizao.compiled import internal
from zhizao.engine.state import APPROPRIATED, CLAWED_BACK, LAPSED, LEFT, OUTSTANDING, PAID, PROMISED, World, place_of
from zhizao.policy.levers import DECLARED, INSTRUMENTS
from zhizao.records.rows import Row
from zhizao.records.state import FirmRecord
from zhizao.sectors import TIER_COUNT, TIER_FOR, TIERS

__all__ = [
    "AWARDS",
    "DIAGNOSIS",
    "GRANTS",
    "LOANS",
    "MATCHMAKING",
    "PILOT",
    "PROVIDER_DISCOUNT",
    "RELIEF",
    "TAX",
    "TIER_OF",
    "appropriate",
    "lapse",
    "over_tiers",
    "pay_promised",
    "promise_entitlement",
    "promise_grant",
    "spend",
    "take_back",
    "void",
]

GRANTS = place_of("grants", INSTRUMENTS)
DIAGNOSIS = place_of("diagnosis", INSTRUMENTS)
LOANS = place_of("loans", INSTRUMENTS)
TAX = place_of("tax", INSTRUMENTS)
AWARDS = place_of("awards", INSTRUMENTS)
PROVIDER_DISCOUNT = place_of("provider_discount", INSTRUMENTS)
PILOT = place_of("pilot", INSTRUMENTS)
MATCHMAKING = place_of("matchmaking", INSTRUMENTS)
RELIEF = place_of("relief", INSTRUMENTS)

_LAST_TIER = TIER_COUNT - 1
TIER_OF: tuple[int, ...] = tuple(
    TIERS.index(TIER_FOR[one.tier]) if one.tier else TIER_COUNT - 1 for one in DECLARED.values()
)
"""Tier that pays for each instrument but grants, which draw on all three."""


@internal
def over_tiers(amounts: Row[float]) -> float:
    """Sum of amounts by tier."""
    total = 0.0
    for tier in range(TIER_COUNT):
        total += amounts[tier]
    return total


@internal
def appropriate(world: World, tier: int, amount: float) -> None:
    """Put money at the disposal of the grant programme."""
    world.ledger[APPROPRIATED, tier, GRANTS] += amount
    world.ledger[LEFT, tier, GRANTS] += amount
    world.district[0].left[tier] += amount


@internal
def lapse(world: World) -> None:
    """Return what the grant programme has left to the treasury."""
    for tier in range(TIER_COUNT):
        left = world.district[0].left[tier]
        world.ledger[LAPSED, tier, GRANTS] += left
        world.ledger[LEFT, tier, GRANTS] -= left
        world.district[0].left[tier] = 0.0


@internal
def promise_grant(world: World, firm: FirmRecord, amount: float) -> None:
    """Promise a grant, drawing on the tiers in order; the caller has checked that the budget reaches."""
    remaining = amount
    for tier in range(TIER_COUNT):
        part = min(remaining, world.district[0].left[tier])
        if tier == _LAST_TIER:
            part = remaining
        firm.grant[tier] = part
        world.district[0].left[tier] -= part
        world.ledger[LEFT, tier, GRANTS] -= part
        world.ledger[PROMISED, tier, GRANTS] += part
        world.ledger[OUTSTANDING, tier, GRANTS] += part
        remaining -= part


@internal
def promise_entitlement(world: World, instrument: int, amount: float) -> None:
    """Promise money that everyone who qualifies gets: its appropriation follows it."""
    tier = TIER_OF[instrument]
    world.ledger[APPROPRIATED, tier, instrument] += amount
    world.ledger[PROMISED, tier, instrument] += amount
    world.ledger[OUTSTANDING, tier, instrument] += amount


@internal
def pay_promised(world: World, tier: int, instrument: int, amount: float) -> None:
    """Pay money promised before."""
    world.ledger[PAID, tier, instrument] += amount
    world.ledger[OUTSTANDING, tier, instrument] -= amount


@internal
def void(world: World, tier: int, instrument: int, amount: float) -> None:
    """Withdraw a promise that will not be paid."""
    world.ledger[CLAWED_BACK, tier, instrument] += amount
    world.ledger[OUTSTANDING, tier, instrument] -= amount


@internal
def take_back(world: World, tier: int, amount: float) -> None:
    """Take back an advance that was paid."""
    world.ledger[PAID, tier, GRANTS] -= amount
    world.ledger[CLAWED_BACK, tier, GRANTS] += amount


@internal
def spend(world: World, instrument: int, amount: float) -> None:
    """Spend money at once: services, awards, relief."""
    promise_entitlement(world, instrument, amount)
    pay_promised(world, TIER_OF[instrument], instrument, amount)
