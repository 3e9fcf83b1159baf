"""The model beside the evidence: what the baseline gives for every figure that the evidence names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from zhizao.engine.state import World
from zhizao.evidence import Fact, Figure, FigureCheck, check, load_facts, load_figures
from zhizao.policy.schedule import month_index
from zhizao.results.variables import History, series
from zhizao.studies.describe import interval
from zhizao.studies.futures import Futures, history_of, prepare, run_futures
from zhizao.studies.options import Firms, SettingsLike, check_options, scenarios_of
from zhizao.studies.parallel import Progress, for_each
from zhizao.studies.parameter_draws import ParameterDraw, parameter_draws

__all__ = ["check_evidence", "modelled", "modelled_values"]


def check_evidence(
    *,
    draws: int = 200,
    seed: int = 0,
    funding: str = "report",
    workers: int | None = None,
    n_firms: int | None = None,
    register: Firms | None = None,
    settings: SettingsLike = (),
    progress: Progress | None = None,
) -> list[FigureCheck]:
    """Set every figure of the report, and every outside fact that names a variable, beside the model.

    The parameters are as for `compare`.
    """
    figures: list[Figure | Fact] = [*load_figures()]
    figures += [fact for fact in load_facts() if fact.variable]
    found = modelled_values(
        draws=draws, seed=seed, funding=funding, workers=workers, n_firms=n_firms, register=register,
        settings=settings, progress=progress,
    )  # fmt: skip
    return check(figures, found)


def modelled_values(
    *,
    draws: int = 200,
    seed: int = 0,
    funding: str = "report",
    workers: int | None = None,
    n_firms: int | None = None,
    register: Firms | None = None,
    settings: SettingsLike = (),
    progress: Progress | None = None,
) -> dict[str, tuple[float, float, float]]:
    """Return median, low and high (90 % interval) of every modelled figure over draws of the baseline."""
    options = check_options(
        seed=seed, draws=draws, until="2025-12", funding=funding, workers=workers, n_firms=n_firms,
        register=register, settings=settings,
    )  # fmt: skip
    futures = prepare(scenarios_of("baseline", options.settings), options.months, options.register, references=False)
    points = parameter_draws(options.draws, seed=options.seed, funding=options.funding)
    found = for_each(partial(_one_draw, futures), points, options.workers, progress)
    summaries = {name: interval(np.array([values[name] for values in found])) for name in found[0]}
    return {name: (row["median"], row["low"], row["high"]) for name, row in summaries.items()}


def _one_draw(futures: Futures, draw: ParameterDraw) -> dict[str, float]:
    [world] = run_futures(futures, draw.values, draw.seed)
    return modelled(world)


def modelled(world: World) -> dict[str, float]:
    """Return every modelled figure of a run to 2025-12 or later, by the name that the evidence uses.

    Shares are in per cent and among above-scale SMEs where the evidence has SMEs; money is in the figure's
    own unit.
    """
    history = history_of(world)
    start_firms = int(world.district[0]["start_firms"])
    return {
        "rd_share": 100.0 * float(world.start["rd_active"][:start_firms].mean()),
        **_shares(series(history)),
        **_recognised(history),
        "supported_projects_cumulative": _total(history, "supported_started", "2019-01", "2023-12"),
        "visits_2023": _total(history, "visits", "2023-01", "2023-12"),
        "public_money_appropriated_2023": _appropriated(history),
        "output_2023_11m": _output(history) / 100.0,
    }


def _shares(found: Mapping[str, np.ndarray]) -> dict[str, float]:
    level2 = 100.0 * found["level2_share"]
    end = {year: month_index(f"{year}-12") for year in range(2018, 2026)}
    return {
        "robot_share_2023": 100.0 * float(found["robot_share"][end[2023]]),
        "level2_share_2022": float(level2[end[2022]]),
        "level2_share_2025": float(level2[end[2025]]),
        "level3_share_2022": 100.0 * float(found["level3_share"][end[2022]]),
        "level2_gain_per_year": float(level2[end[2023]] - level2[end[2019]]) / 4.0,
    }


def _recognised(history: History) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, years in (("workshops", (2020, 2022, 2023)), ("factories", (2022, 2023))):
        stock = history.column(name)
        values |= {f"{name}_{year}": float(stock[month_index(f"{year}-12")]) for year in years}
        values[f"{name}_new_2023"] = _total(history, f"{name}_new", "2023-01", "2023-12")
    return values


def _total(history: History, column: str, first: str, last: str) -> float:
    return float(history.column(column)[month_index(first) : month_index(last) + 1].sum())


def _appropriated(history: History) -> float:
    """Public money put at the disposal of the whole programme in 2023, million RMB."""
    line = history.line("appropriated")
    return float(line[month_index("2023-12")] - line[month_index("2022-12")])


def _output(history: History) -> float:
    """Output of January to November 2023, million RMB."""
    return float(series(history)["output"][month_index("2023-01") : month_index("2023-11") + 1].sum())
