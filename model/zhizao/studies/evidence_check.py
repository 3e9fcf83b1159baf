"""The model beside the evidence: what the baseline gives for every figure that the evidence names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from zhizao.engine.state import World
from zhizao.evidence import Fact, Figure, FigureCheck, Modelled, check, load_facts, load_figures
from zhizao.policy.schedule import month_index
from zhizao.results.ensembles import FUNDING, TREATMENTS
from zhizao.results.variables import History, series
from zhizao.studies.describe import interval
from zhizao.studies.futures import Futures, history_of, prepare, run_futures
from zhizao.studies.options import Firms, Options, SettingsLike, check_options, scenarios_of
from zhizao.studies.parallel import Progress, for_each
from zhizao.studies.parameter_draws import ParameterDraw, parameter_draws

__all__ = ["FIGURES", "check_evidence", "modelled"]

FIGURES: tuple[str, ...] = (
    "rd_share", "robot_share_2023", "level2_share_2022", "level2_share_2025", "level2_share_true_2025",
    "level3_share_2022",
    "level2_gain_per_year", "workshops_2020", "workshops_2022", "workshops_2023", "workshops_new_2023",
    "factories_2022", "factories_2023", "factories_new_2023", "supported_projects_counted",
    "supported_projects_2023", "visits_2023", "public_money_appropriated_2023", "public_money_spent_2023",
    "output_2023_11m",
)  # fmt: skip
"""The modelled figures, by the names that the evidence uses for them."""
YEARS_COUNTED = 5
"""Over how many years the report counts its projects, where that is not drawn: the preferred reading."""


def check_evidence(
    *,
    draws: int = 200,
    seed: int = 0,
    calibration: str = "plan",
    funding: str = "report",
    workers: int | None = None,
    n_firms: int | None = None,
    register: Firms | None = None,
    settings: SettingsLike = (),
    progress: Progress | None = None,
) -> list[FigureCheck]:
    """Set every figure of the report, and every outside fact that names a variable, beside the model.

    The parameters are as for `compare`. Beside the ensemble asked for, all four fitted ones are run, unless
    nothing fitted is asked for (``calibration="prior"``).
    """
    options = check_options(
        seed=seed, draws=draws, until="2025-12", calibration=calibration, funding=funding, workers=workers,
        n_firms=n_firms, register=register, settings=settings,
    )  # fmt: skip
    wanted = [(calibration, funding)]
    if calibration in TREATMENTS:
        wanted += [(t, f) for f in FUNDING for t in TREATMENTS if (t, f) != (calibration, funding)]
    points = [
        draw for treatment, money in wanted
        for draw in parameter_draws(options.draws, seed=seed, funding=money, calibration=treatment)
    ]  # fmt: skip
    found = _all_modelled(options, points, progress)
    tables = {
        pair: _summarised(found[place * options.draws : (place + 1) * options.draws])
        for place, pair in enumerate(wanted)
    }
    figures: list[Figure | Fact] = [*load_figures()]
    figures += [fact for fact in load_facts() if fact.variable]
    named = {f"{t} · {f}": tables[t, f] for f in FUNDING for t in TREATMENTS if (t, f) in tables}
    return check(figures, tables[calibration, funding], named)


def _all_modelled(
    options: Options, points: Sequence[ParameterDraw], progress: Progress | None
) -> list[dict[str, float]]:
    futures = prepare(scenarios_of("baseline", options.settings), options.months, options.register, references=False)
    return for_each(partial(_one_draw, futures), points, options.workers, progress)


def _summarised(found: Sequence[Mapping[str, float]]) -> dict[str, Modelled]:
    return {name: Modelled(**interval(np.array([values[name] for values in found]))) for name in FIGURES}


def _one_draw(futures: Futures, draw: ParameterDraw) -> dict[str, float]:
    [world] = run_futures(futures, draw.values, draw.seed)
    return modelled(world, years_counted=int(draw.readings.get("years_counted", YEARS_COUNTED)))


def modelled(world: World, *, years_counted: int = YEARS_COUNTED) -> dict[str, float]:
    """Return every figure of `FIGURES` for a run to 2025-12 or later.

    Shares are in per cent and among above-scale SMEs where the evidence has SMEs; money is in the figure's
    own unit.

    Parameters
    ----------
    years_counted
        Years to the end of 2023 over which the report counts its 300-odd projects, from 1 to 6.
    """
    history = history_of(world)
    start_firms = int(world.district[0]["start_firms"])
    return {
        "rd_share": 100.0 * float(world.start["rd_active"][:start_firms].mean()),
        **_shares(series(history)),
        **_recognised(history),
        "supported_projects_counted": _total(history, "supported_started", f"{2024 - years_counted}-01", "2023-12"),
        "supported_projects_2023": _total(history, "supported_started", "2023-01", "2023-12"),
        "visits_2023": _total(history, "visits", "2023-01", "2023-12"),
        "public_money_appropriated_2023": _year_of_line(history, "appropriated"),
        "public_money_spent_2023": _year_of_line(history, "public_spend"),
        "output_2023_11m": _output(history) / 100.0,
    }


def _shares(found: Mapping[str, np.ndarray]) -> dict[str, float]:
    level2 = 100.0 * found["level2_share"]
    end = {year: month_index(f"{year}-12") for year in range(2018, 2026)}
    return {
        "robot_share_2023": 100.0 * float(found["robot_share"][end[2023]]),
        "level2_share_2022": float(level2[end[2022]]),
        "level2_share_2025": float(level2[end[2025]]),
        "level2_share_true_2025": 100.0 * float(found["level2_share_true"][end[2025]]),
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


def _year_of_line(history: History, name: str) -> float:
    """What a line of the whole programme's ledger grew by in 2023, million RMB."""
    line = history.line(name)
    return float(line[month_index("2023-12")] - line[month_index("2022-12")])


def _output(history: History) -> float:
    """Output of January to November 2023, million RMB."""
    return float(series(history)["output"][month_index("2023-01") : month_index("2023-11") + 1].sum())
