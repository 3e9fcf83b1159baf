"""Scenarios compared: the same firms and the same luck in each, over many draws of what is not known."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from zhizao.accounts.subsidy_account import SubsidyAccount, subsidy_account
from zhizao.parameters.registry import Parameters
from zhizao.results.ensembles import TREATMENTS
from zhizao.results.groups import GROUP_KINDS, group_shares
from zhizao.results.outcomes import OUTCOMES, outcomes
from zhizao.results.variables import FloatArray, series
from zhizao.scenario import list_scenarios
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import CHART_SERIES, Comparison
from zhizao.studies.futures import Future, Futures, history_of, prepare, run_futures, standing_firms
from zhizao.studies.options import Firms, ScenarioLike, SettingsLike, check_options, scenarios_of
from zhizao.studies.parallel import Progress, for_each
from zhizao.studies.parameter_draws import ParameterDraw, parameter_draws

__all__ = ["compare"]


def compare(
    scenarios: ScenarioLike | Iterable[ScenarioLike] | None = None,
    *,
    draws: int = 200,
    seed: int = 0,
    until: str = "2025-12",
    calibration: str = "plan",
    funding: str = "report",
    workers: int | None = None,
    n_firms: int | None = None,
    register: Firms | None = None,
    settings: SettingsLike = (),
    progress: Progress | None = None,
) -> Comparison:
    """Compare scenarios with the first of them, over draws of the uncertain parameters.

    Every draw has its own parameters and its own luck, the same in every scenario, so that differences are
    paired. Results do not depend on `workers`.

    Parameters
    ----------
    scenarios
        Names of shipped scenarios, paths of files, or `Scenario` objects; all shipped ones if not given.
    draws
        How many draws of each treatment of the plan; draw 0 is the most central one.
    seed
        Seed of all luck; draw d has the seed ``(seed * 1_000_003 + d) % 2**64``.
    until
        Last month, from ``"2024-01"`` to ``"2030-12"``.
    calibration
        ``plan`` or ``facts``: which treatment of the plan the results are for; the other is run as well, since
        the probability of meeting the plan is always shown for both. ``prior``: nothing is fitted.
    funding
        ``report`` (0.2 bn RMB a year) or ``brief`` (2 bn).
    workers
        Threads; as many as there are processors if not given.
    n_firms
        How many firms there are at the start, instead of a draw.
    register
        The district's own firms instead of synthetic ones: a file, a `Register`, or a district made from one.
    settings
        Levers from 2024-01 and parameters throughout, in every scenario; they are not drawn.
    progress
        Is told after every draw how many are done, and of how many.

    Raises
    ------
    InputError
        Naming everything that is wrong with what was given.
    """
    began = time.perf_counter()
    options = check_options(
        seed=seed, draws=draws, until=until, calibration=calibration, funding=funding, workers=workers,
        n_firms=n_firms, register=register, settings=settings,
    )  # fmt: skip
    wanted = scenarios_of(list_scenarios() if scenarios is None else scenarios, options.settings)
    futures = prepare(wanted, options.months, options.register)
    treatments = (options.calibration, *(name for name in TREATMENTS if name != options.calibration))
    treatments = treatments if options.calibration in TREATMENTS else (options.calibration,)
    points = {
        treatment: parameter_draws(options.draws, seed=options.seed, funding=options.funding, calibration=treatment)
        for treatment in treatments
    }
    for scenario in wanted:
        Parameters().changed(scenario.parameter_changes)  # a wrong value is told before anything runs
    everything = [(draw, treatment == options.calibration) for treatment in treatments for draw in points[treatment]]
    done = for_each(partial(_one_draw, futures), everything, options.workers, progress)
    by_treatment = {
        treatment: tuple(
            _gathered(future, done[place * options.draws : (place + 1) * options.draws]) for future in futures.futures
        )
        for place, treatment in enumerate(treatments)
    }
    return Comparison(
        options=options,
        draws=points[options.calibration],
        by_treatment=by_treatment,
        seconds=time.perf_counter() - began,
    )


@dataclass(frozen=True, kw_only=True)
class _OneDraw:
    """What a scenario gives in one draw; there is no account where only the plan is asked after."""

    outcomes: dict[str, float]
    monthly: dict[str, FloatArray]
    groups: dict[str, FloatArray]
    account: SubsidyAccount | None


def _one_draw(futures: Futures, job: tuple[ParameterDraw, bool]) -> dict[str, _OneDraw]:
    """Run every scenario under one draw; `job` says also whether public money is to be accounted for."""
    draw, accounted = job
    worlds = run_futures(futures, draw.values, draw.seed, keep_log=accounted)
    histories = [history_of(world) for world in worlds]
    results = {}
    for future in futures.futures:
        found = series(histories[future.lane], names=CHART_SERIES)
        results[future.label] = _OneDraw(
            outcomes=outcomes(histories[future.lane], histories[future.reference]),
            monthly={name: found[name].copy() for name in CHART_SERIES},
            groups=group_shares(standing_firms(worlds[future.lane])),
            account=subsidy_account(worlds[future.lane], worlds[future.reference]) if accounted else None,
        )
    return results


def _gathered(future: Future, done: list[dict[str, _OneDraw]]) -> Compared:
    mine = [results[future.label] for results in done]
    return Compared(
        label=future.label,
        scenario=future.scenario,
        outcomes={item.name: np.array([entry.outcomes[item.name] for entry in mine]) for item in OUTCOMES},
        monthly={name: np.array([entry.monthly[name] for entry in mine]) for name in CHART_SERIES},
        groups={kind: np.array([entry.groups[kind] for entry in mine]) for kind in GROUP_KINDS},
        accounts=tuple(entry.account for entry in mine if entry.account is not None),
    )
