"""A run of the user's own Mesa model, kept in the form in which the engine keeps its runs.

Nothing here loads Mesa: the caller who passes a model class has loaded it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import month_name
from zhizao.engine.own_instruments import ActingInstruments
from zhizao.engine.simulation import Setting
from zhizao.engine.state import FLOWS, GROUPS, MONEY, STOCKS
from zhizao.errors import InputError
from zhizao.policy.adapting import AdaptivePlan
from zhizao.policy.announced import Announcement
from zhizao.policy.levers import INSTRUMENTS, SERVICES, Policy
from zhizao.policy.offers import foreseen_offers, monthly_offers, plain_offer, replace_offer
from zhizao.results.variables import History
from zhizao.sectors import LARGE, LEVELS, PLAN_LEVEL, SECTOR_KEYS, SIZE_CLASSES

__all__ = ["run_own_model"]

_FIRM = np.dtype(
    [
        ("level", np.uint8),
        ("level_true", np.uint8),
        ("start_level", np.uint8),
        ("size_class", np.uint8),
        ("sector", np.uint8),
        ("supported_before", np.uint8),
        ("aware", np.uint8),
        ("robots", np.uint8),
        ("park", np.int32),
        ("workshops", np.int16),
        ("factories", np.int16),
        ("score", np.float64),
        ("revenue", np.float64),
        ("cash", np.float64),
    ]
)
_FIRST_SIZE, _FIRST_LEVEL = GROUPS.index(SIZE_CLASSES[0]), GROUPS.index(LEVELS[0])
_FIRST_SECTOR = GROUPS.index(SECTOR_KEYS[0])


def run_own_model(
    model_class: type[Any],
    setting: Setting,
    policies: tuple[Policy, ...],
    announced: tuple[Announcement | None, ...],
    acting: ActingInstruments,
    adaptive: AdaptivePlan | None = None,
) -> tuple[History, np.ndarray[Any, Any]]:
    """Run a model class from the first month to the end of `policies`; return its history and the firms that exist.

    Raises
    ------
    InputError
        If the class cannot be made or stepped.
    """
    parameters = setting.parameters
    offers = monthly_offers(policies, parameters)
    foreseen = foreseen_offers(offers, policies, announced, parameters)
    months = len(policies)
    table = np.zeros((months, len(GROUPS), len(STOCKS) + len(FLOWS)))
    money = np.zeros((months, len(MONEY) + len(INSTRUMENTS)))
    history = History(
        table=table,
        money=money,
        demand=offers["context_demand"],
        groups=GROUPS,
        columns=(*STOCKS, *FLOWS),
        lines=(*MONEY, *INSTRUMENTS),
    )
    model = _tried(
        model_class,
        lambda: model_class(
            rng=setting.seed,
            parameters=parameters,
            policies=list(policies),
            district=setting.district,
            **({} if adaptive is None else {"adaptive": adaptive}),
        ),
    )
    model.foreseen = list(map(plain_offer, foreseen))
    for month in range(months):
        if adaptive is not None:
            model.outlook.look(model)
            acting.policies = model.outlook.policies
        if month >= acting.first:

            def put(policy: Policy, month: int = month) -> None:
                replace_offer(offers, month, policy, parameters)
                model.offers[month] = plain_offer(offers[month])

            before = replace(history, table=table[:month], money=money[:month], demand=history.demand[:month])
            acting.act(month, before, put)
        _tried(model_class, model.step, month_name(month))
        table[month] = _table(model)
        money[month] = _money(model)
    return history, _firms(model)


def _tried(model_class: type[Any], call: Callable[[], Any], month: str = "") -> Any:
    try:
        return call()
    except InputError:
        raise
    except Exception as error:
        when = f", {month}" if month else ""
        raise InputError(
            f"model {model_class.__name__}{when}: {type(error).__name__}: {error}; correct it (it is made with "
            "rng, parameters, policies and district, like zhizao.mesa.DistrictModel)"
        ) from error


def _table(model: Any) -> FloatArray:
    """Return the month's stocks and flows by group, as the engine keeps them."""
    table = np.zeros((len(GROUPS), len(STOCKS) + len(FLOWS)))
    for firm in model.firms:
        stocks = (
            1.0,
            firm.level >= PLAN_LEVEL,
            firm.true_level >= PLAN_LEVEL,
            firm.level >= PLAN_LEVEL + 1,
            firm.robots,
            firm.workshops,
            firm.factories,
            firm.revenue,
            firm.labour_cost,
            firm.energy_cost,
            firm.defect_cost,
            *(firm.level >= level for level in range(1, len(LEVELS))),
            *(firm.true_level >= level for level in range(1, len(LEVELS))),
        )
        for group in _groups(firm, firm.level):
            table[group, : len(STOCKS)] += stocks
    for event, firm, amount, level in model.notes:
        column = len(STOCKS) + FLOWS.index(event)
        for group in _groups(firm, level):
            table[group, column] += amount
    return table


def _groups(firm: Any, level: int) -> tuple[int, ...]:
    own = (_FIRST_SIZE + firm.size_class, _FIRST_SECTOR + firm.sector, _FIRST_LEVEL + level)
    sme = () if firm.size_class == LARGE else (GROUPS.index("sme"),)
    return (GROUPS.index("all"), *sme, *own)


def _money(model: Any) -> FloatArray:
    government, providers = model.government, model.providers
    firms = government.investment
    lines = {
        "public_spend": government.total("paid"),
        "public_committed": government.total("promised"),
        "service_cost": government.total("paid", SERVICES),
        "appropriated": government.total("appropriated"),
        "budget_left": government.budget_left(),
        "provider_price": providers.mean_price,
        "provider_backlog": providers.backlog,
        "residual": 0.0,  # the model itself refuses to go on if a ledger does not close
        "spending": firms.spending,
        "own": firms.own,
        "grant": firms.grant,
        "loan": firms.loan,
        "clawed_back": government.total("clawed_back"),
    }
    return np.array([*(lines[name] for name in MONEY), *(government.total("paid", (name,)) for name in INSTRUMENTS)])


def _firms(model: Any) -> np.ndarray[Any, Any]:
    """Return a record for each firm that stands."""
    names = {"level_true": "true_level"}
    assert _FIRM.names is not None
    rows = [tuple(getattr(firm, names.get(name, name)) for name in _FIRM.names) for firm in model.firms]
    return np.array(rows, dtype=_FIRM)
