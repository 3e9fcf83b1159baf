"""Whole runs: one district, one seed, one or several policies that share a history."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from zhizao.calendar import START
from zhizao.engine.adapting import Adapting
from zhizao.engine.branching import Arena, copy_world
from zhizao.engine.history import history_of
from zhizao.engine.month import simulate
from zhizao.engine.own_instruments import ActingInstruments
from zhizao.engine.state import MONEY, World, new_world, unknown_sizes, unknown_terms
from zhizao.parameters.registry import Parameters
from zhizao.policy.offers import first_difference, replace_offer
from zhizao.population.district import District
from zhizao.records.parameters import ParameterRecord
from zhizao.records.rows import Records, copy_of
from zhizao.records.state import OfferRecord

__all__ = ["LedgerError", "Setting", "continue_run", "each_branch", "run_branches", "run_history", "run_one"]

_LEDGER_TOLERANCE = 1e-9
_LOG_LINES_PER_SLOT = 12
_RESIDUAL = MONEY.index("residual")


class LedgerError(RuntimeError):
    """A ledger did not close: a fault of the model, never of the user."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a run needs besides its policy."""

    district: District
    parameters: Parameters
    seed: int
    keep_log: bool = False


def run_one(setting: Setting, offers: Records[OfferRecord], foreseen: Records[OfferRecord] | None = None) -> World:
    """Run one policy from the first month to the end of its offers and return the final state, series included.

    `foreseen` is what has been announced (`zhizao.policy.offers.foreseen_offers`); nothing if not given.
    """
    return run_branches(setting, {"only": offers}, foreseen={} if foreseen is None else {"only": foreseen})["only"]


def run_branches(
    setting: Setting,
    offers_by_name: Mapping[str, Records[OfferRecord]],
    acting: Mapping[str, ActingInstruments] | None = None,
    arena: Arena | None = None,
    foreseen: Mapping[str, Records[OfferRecord]] | None = None,
    adapting: Mapping[str, Adapting] | None = None,
) -> dict[str, World]:
    """Run several policies on the same district and luck, sharing all months before they first differ.

    Parameters
    ----------
    setting
        District, parameters and seed.
    offers_by_name
        Monthly offers of each policy, all of one length. The first is the trunk from which the others branch.
    acting
        The user's own instruments in some of the policies, by name.
    arena
        Where branches are put, if not in memory of their own.
    foreseen
        What has been announced in some of the policies, by name.
    adapting
        What some of the policies depend on, by name; their offers are those while nothing is decided.

    Returns
    -------
    dict
        The final state of each policy, in the same order. Equal policies give equal states to the bit.

    Raises
    ------
    LedgerError
        If the government's or the firms' ledger is off by more than 1e-9 relative in any month.
    """
    finished = dict(each_branch(setting, offers_by_name, acting, arena, foreseen, adapting))
    return {name: finished[name] for name in offers_by_name}


def each_branch(
    setting: Setting,
    offers_by_name: Mapping[str, Records[OfferRecord]],
    acting: Mapping[str, ActingInstruments] | None = None,
    arena: Arena | None = None,
    foreseen: Mapping[str, Records[OfferRecord]] | None = None,
    adapting: Mapping[str, Adapting] | None = None,
    *,
    early: Collection[str] = (),
) -> Iterator[tuple[str, World]]:
    """Yield what `run_branches` returns as soon as each is finished, so that its memory can be used for the next.

    Parameters
    ----------
    setting, offers_by_name, acting, arena, foreseen, adapting
        As for `run_branches`.
    early
        Those that are run before others that branch in the same month.
    """
    names, acting, adapting = list(offers_by_name), acting or {}, adapting or {}
    trunk_offers = offers_by_name[names[0]]
    months = int(trunk_offers.size)
    seen = {**offers_by_name, **(foreseen or {})}
    branch_month = {name: first_difference(trunk_offers, offers_by_name[name]) for name in names}
    if foreseen:
        branch_month |= {
            name: min(month, first_difference(seen[names[0]], seen[name])) for name, month in branch_month.items()
        }
    branch_month |= {name: min(branch_month[name], own.first) for name, own in acting.items()}
    branch_month |= {name: min(branch_month[name], *own.months) for name, own in adapting.items()}
    trunk = _start(setting, trunk_offers, seen[names[0]])
    done = 0
    for name in sorted(names, key=lambda name: (branch_month[name], name not in early)):
        stop = branch_month[name]
        if stop > done:
            simulate(trunk, done, stop)
            done = stop
        world = trunk
        if stop < months:
            own, turns = acting.get(name), adapting.get(name)
            offers = offers_by_name[name] if own is None and turns is None else copy_of(offers_by_name[name])
            foreseen_now = offers if seen[name] is offers_by_name[name] else seen[name]
            world = copy_world(trunk, offers, stop, arena, foreseen_now)
            if own is not None:
                world = _simulate_by_month(world, stop, own, turns, setting.parameters)
            elif turns is not None:
                world = turns.go_on(world, stop, months)
            else:
                simulate(world, stop, months)
        _check(name, world)
        yield name, world


def _simulate_by_month(
    world: World, first: int, own: ActingInstruments, turns: Adapting | None, parameters: Parameters
) -> World:
    """Run the months from `first` on, and before each of them let the user's own instruments act."""
    for month in range(first, int(world.offers.size)):
        if turns is not None and month in turns.months:
            world = turns.decide(world, month)
            own.policies = turns.policies
        if month >= own.first:
            put = partial(replace_offer, world.offers, month, parameters=parameters)
            own.act(month, history_of(world, month), put)
        simulate(world, month, month + 1)
    return world


def run_history(
    setting: Setting, offers: Records[OfferRecord], months: int, foreseen: Records[OfferRecord] | None = None
) -> World:
    """Run one policy from the first month up to, not including, `months`: a history that futures go on from."""
    world = _start(setting, offers, foreseen)
    simulate(world, 0, months)
    return world


def continue_run(
    history: World,
    offers: Records[OfferRecord],
    first: int,
    parameters: Records[ParameterRecord] | None = None,
    arena: Arena | None = None,
    foreseen: Records[OfferRecord] | None = None,
    adapting: Adapting | None = None,
) -> World:
    """Go on from a history under `offers` from month `first` to their end; the history stays as it is.

    Parameters
    ----------
    parameters
        Numbers that hold from `first` on instead of those of the history (`Parameters.record`).
    arena
        Where the future is put, if not in memory of its own.
    foreseen
        What has been announced, if anything.
    adapting
        What the policy depends on, if it adapts.

    Raises
    ------
    LedgerError
        As for `run_branches`.
    """
    as_it_is = foreseen is offers
    if parameters is not None or adapting is not None:
        offers = copy_of(offers)
    branch = copy_world(history, offers, first, arena, offers if as_it_is else foreseen)
    branch = branch if adapting is None else adapting.decide(branch, first)
    if parameters is not None:
        offers["attention_changed"][first] = 1.0  # bounds on attention were set under other numbers
        slots = branch.terms.size
        branch = branch._replace(par=parameters, terms=unknown_terms(slots), sizes=unknown_sizes(slots))
    if adapting is None:
        simulate(branch, first, int(offers.size))
    else:
        branch = adapting.go_on(branch, first, int(offers.size))
    _check("a future", branch)
    return branch


def _start(setting: Setting, offers: Records[OfferRecord], foreseen: Records[OfferRecord] | None) -> World:
    lines = setting.district.slots * _LOG_LINES_PER_SLOT if setting.keep_log else 0
    record = setting.parameters.record()
    return new_world(setting.district, record, offers, setting.seed, foreseen=foreseen, log_slots=lines)


def _check(name: str, world: World) -> None:
    gaps = world.money[:, _RESIDUAL]
    month = int(gaps.argmax())  # of what is not a number, if there is such
    worst = float(gaps[month])
    if not worst <= _LEDGER_TOLERANCE:
        raise LedgerError(f"{name}: a ledger is off by {worst:.3g} relative in month {month} since {START}")
    if int(world.district.view(np.ndarray)["overflow"][0]):
        raise LedgerError(f"{name}: more firms entered than the district has room for")
