"""What several test files share: small districts, policies made of a few settings, states compared to the bit."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.recfunctions import repack_fields

from zhizao.engine.simulation import Setting, run_one
from zhizao.engine.state import EMPTY, FLOWS, GONE, GROUPS, MONEY, STOCKS, World
from zhizao.parameters.registry import Parameters, change_groups
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import build_district

Settings = Mapping[str, Any]

COLUMNS = (*STOCKS, *FLOWS)

GRANTS: Settings = {
    "grants.rate": (0.3, 0.1, 0.1, 0.1),
    "grants.cap": (0.3, 3.0, 3.0, 5.0),
    "grants.fund_multiple": 1.0,
    "handling.processing_days": 60,
}
"""An ordinary grant programme."""

SERVICES: Settings = {
    "specialists.count": 15,
    "handling.online_share": 0.6,
    "response.days": 30,
    "matchmaking.cost_cut": 0.3,
    "leaders.share": 0.5,
    "leaders.template_cut": 0.1,
    "campaign.rate": 0.3,
}
"""Ordinary services."""

FIXED_PROVIDERS: Settings = {
    "providers.capacity_level": 1.0,
    "providers.adjustment_months": 0.0,
    "providers.queue_foresight": 0.0,
    "providers.patience_months": 0,
    "providers.outside_premium": 1000.0,
}
"""Providers of one size, whose queues nobody sees or leaves; nobody buys elsewhere."""

OFF: Settings = {
    "attention.stake_rate": 0.0,
    "awareness.entrants_follow": 0.0,
    "support.alone_after_refusal": 0.0,
    "valuation.price_outlook": 0.0,
    "projects.size_alike": 0.0,
    "projects.recorded": 0.0,
    "levels.workshops_per_factory": 2,
    "levels.workshops_first": 1.0,
    "phases.drive": 1.0,
    **FIXED_PROVIDERS,
}
"""All mechanisms off that are on by default and can be off, so that a test can look at one alone."""

CHEAP: Settings = {"projects.cost_level": 0.3, "attention.spontaneous_rate": 1.5, "awareness.start_share": 0.8}
"""Parameters under which a small district is busy, so that little remains untried."""


def parameters(changes: Settings | None = None, *, firms: int = 80) -> Parameters:
    return Parameters().changed({"population.firms": firms, **(changes or {})})


def policy(*changes: Settings) -> Policy:
    changed, problems = change_groups(Policy(), lever_specifications(), {k: v for c in changes for k, v in c.items()})
    assert not problems, problems
    return changed  # type: ignore[no-any-return]


def setting(par: Parameters, *, seed: int = 7, months: int = 72, network: str = "supply", more: int = 0) -> Setting:
    district = build_district(par, seed, months=months, network=network, additional_firms=more)
    return Setting(district=district, parameters=par, seed=seed)


def run(par: Parameters, policies: Policy | Sequence[Policy], *, seed: int = 7, months: int = 72, **more: Any) -> World:
    """Run one policy, or one for each month, over a district of its own."""
    dated = [policies] * months if isinstance(policies, Policy) else policies
    return run_one(setting(par, seed=seed, months=months, **more), monthly_offers(dated, par))


def series(world: World, column: str, group: str = "all") -> np.ndarray[Any, Any]:
    return world.series[:, GROUPS.index(group), COLUMNS.index(column)]


def total(world: World, flow: str) -> float:
    return float(series(world, flow).sum())


def money(world: World, column: str) -> np.ndarray[Any, Any]:
    return world.money[:, MONEY.index(column)]


def standing(world: World) -> np.ndarray[Any, Any]:
    """Slots whose firm has entered and not left."""
    return np.flatnonzero(~np.isin(world.firms["status"], (EMPTY, GONE)))


def bits(array: np.ndarray[Any, Any]) -> bytes:
    """The bytes of an array, without those that lie unused between the fields of a record."""
    plain = array.view(np.ndarray)
    return (repack_fields(plain) if plain.dtype.names else plain).tobytes()


def differences(one: World, other: World, *, leave_out: Sequence[str] = ("offers",)) -> list[str]:
    """Names of the arrays that are not the same to the bit; offers are what is put in, not what comes out.

    Whose sizes have been asked for, and so worked out, is no part of the outcome.
    """
    apart = {*leave_out, "sizes"} | ({"foreseen"} if "offers" in leave_out else set())
    return [
        name for name in World._fields if name not in apart and bits(getattr(one, name)) != bits(getattr(other, name))
    ]


def python(code: str, **environment: str) -> str:
    """Run code in a fresh interpreter in which every warning and floating-point error is an error."""
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
