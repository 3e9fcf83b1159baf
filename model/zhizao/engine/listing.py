"""The yearly lists of recognised workshops and factories, and awards."""

from __future__ import annotations

from zhizao import draws
from zhizao.compiled import internal
from zhizao.engine import money
from zhizao.engine.awarding import sort_by_keys
from zhizao.engine.firm import active, count, settle_cash, tally
from zhizao.engine.slot_scan import fetch_later, firm_draw
from zhizao.engine.state import FLOWS, SCRATCH, VALUING, World, place_of
from zhizao.records.state import FirmRecord
from zhizao.rules import progress

__all__ = ["give_award", "publish_lists"]

_RECOGNITION = draws.STREAMS["recognition"].number
_FACTORY_RECOGNITION = draws.STREAMS["factory_recognition"].number

_WORKSHOPS_NEW = place_of("workshops_new", FLOWS)
_FACTORIES_NEW = place_of("factories_new", FLOWS)

_EVERYONE = -1.0
"""A score that everybody reports more than."""


@internal
def publish_lists(world: World, month: int) -> None:
    """One workshop and one factory of a firm can be put on the list each year, while there are places."""
    offer = world.offers[month]
    workshop_score, workshop_slot = _last_place(world, month, False, offer.lists_workshop_places)
    factory_score, factory_slot = _last_place(world, month, True, offer.lists_factory_places)
    for slot in range(world.district[0].slots_used):
        fetch_later(world, slot, VALUING)
        firm = world.firms[slot]
        if active(firm) and (firm.workshops_built > firm.workshops or firm.factories_built > firm.factories):
            workshop = _workshop_qualifies(world, slot, month) and _placed(firm, slot, workshop_score, workshop_slot)
            factory = _factory_qualifies(world, slot, month) and _placed(firm, slot, factory_score, factory_slot)
            _recognise(world, slot, month, workshop, factory)


@internal
def _workshop_qualifies(world: World, slot: int, month: int) -> bool:
    firm = world.firms[slot]
    if firm.workshops_built <= firm.workshops or not active(firm):
        return False
    return firm_draw(world, _RECOGNITION, slot, month) < world.par[0].levels_recognition


@internal
def _factory_qualifies(world: World, slot: int, month: int) -> bool:
    firm = world.firms[slot]
    par = world.par[0]
    if firm.factories_built <= firm.factories or not active(firm):
        return False
    if not progress.has_workshops(firm.workshops_built, firm.factories, par.levels_workshops_per_factory):
        return False
    return firm_draw(world, _FACTORY_RECOGNITION, slot, month) < par.levels_factory_recognition


@internal
def _last_place(world: World, month: int, factories: bool, places: float) -> tuple[float, int]:
    """Return reported score and slot of the firm that gets the last place of a list; nobody after it has one."""
    slots = world.district[0].slots_used
    if places >= slots:
        return _EVERYONE, 0
    if places < 1.0:
        return 1e300, 0
    qualified = world.lists[SCRATCH]
    found = 0
    for slot in range(slots):
        if _factory_qualifies(world, slot, month) if factories else _workshop_qualifies(world, slot, month):
            world.sort_keys[found] = -world.firms[slot].reported
            qualified[found] = slot
            found += 1
    if found <= places:
        return _EVERYONE, 0
    sort_by_keys(world.sort_keys, qualified[:found])
    last = int(qualified[int(places) - 1])
    return world.firms[last].reported, last


@internal
def _placed(firm: FirmRecord, slot: int, score: float, last: int) -> bool:
    return bool(firm.reported > score or (firm.reported == score and slot <= last))


@internal
def _recognise(world: World, slot: int, month: int, workshop: bool, factory: bool) -> None:
    """Put a workshop or a factory of the firm on the list, both or neither; recognition can carry an award."""
    firm = world.firms[slot]
    offer = world.offers[month]
    settle_cash(world.par[0], world.sums, firm, month)
    tally(world.stocks, world.par[0], firm, -1.0)
    if workshop:
        firm.workshops += 1
        give_award(world, firm, offer.awards_workshop)
        count(world.flows, firm, _WORKSHOPS_NEW, 1.0)
    if factory:
        firm.factories += 1
        give_award(world, firm, offer.awards_factory)
        count(world.flows, firm, _FACTORIES_NEW, 1.0)
    tally(world.stocks, world.par[0], firm, 1.0)


@internal
def give_award(world: World, firm: FirmRecord, amount: float) -> None:
    """Pay an award, if there is one."""
    if amount > 0.0:
        money.spend(world, money.AWARDS, amount)
        firm.cash += amount
