"""Public money year by year under a fit: what is put up, promised and paid, and what comes to a project."""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import FIRST_OF_YEAR, FIRST_YEAR, MONTHS_TO_TARGET, TARGET
from zhizao.evidence.ensembles import FUNDING, Ensemble
from zhizao.evidence.measure import Measure, evaluate, measure
from zhizao.for_each import for_each
from zhizao.parallel import Progress
from zhizao.results.variables import MONEY_UNIT
from zhizao.studies.describe import interval
from zhizao.studies.evidence_check import run_record
from zhizao.studies.lanes import Futures, prepare, run_futures
from zhizao.studies.options import scenarios_of, throughout
from zhizao.studies.parameter_draws import luck

__all__ = ["MONEY_FLOWS", "money_years"]

MONEY_FLOWS: dict[str, tuple[str, str]] = {
    "put_up": ("public_appropriated", MONEY_UNIT),
    "promised": ("public_committed", MONEY_UNIT),
    "paid": ("public_spend", MONEY_UNIT),
    "recorded": ("projects_recorded", "projects"),
    "supported": ("supported_started", "projects"),
}
"""What is added up over each year: series and unit, by the name that it has here."""
_MEMBERS = 300


def money_years(
    ensemble: Ensemble, *, seed: int = 0, workers: int = 1, progress: Progress | None = None
) -> dict[str, dict[str, dict[str, float]]]:
    """Return median and 90 % interval of `MONEY_FLOWS`, and of money promised per project, by year.

    The first 300 members of the ensemble are run under fresh luck to the month of the plan. Years are whole calendar
    years, as text; the last may end with that month.
    """
    members = range(min(_MEMBERS, ensemble.members))
    rows = for_each(partial(_one_member, ensemble, seed), members, workers, progress)
    names = list(_measures())
    table = {name: np.array([row[place] for row in rows]) for place, name in enumerate(names)}
    found: dict[str, dict[str, dict[str, float]]] = {}
    for year in _years():
        flows = {name: table[f"{name} {year}"] for name in MONEY_FLOWS}
        found[year] = {name: interval(values) for name, values in flows.items()}
        for count in ("recorded", "supported"):
            found[year][f"promised_per_{count}"] = interval(_per(flows["promised"], flows[count]))
    return found


def _per(money: FloatArray, projects: FloatArray) -> FloatArray:
    return np.divide(money, projects, out=np.full_like(money, np.nan), where=projects > 0.0)


def _one_member(ensemble: Ensemble, seed: int, member: int) -> list[float]:
    values = {"funding.annual_fund": FUNDING[ensemble.funding]} | ensemble.parameters(member)
    futures = _baseline(ensemble.treatment)
    worlds = run_futures(futures, values, luck(seed, member), keep_log=False)
    found = evaluate(_measures(), run_record(worlds[futures.futures[0].lane]), ensemble.readings(member))
    return list(found.values())


@cache
def _baseline(calibration: str) -> Futures:
    return prepare(scenarios_of("baseline", throughout(calibration)), MONTHS_TO_TARGET, references=False)


@cache
def _measures() -> dict[str, Measure]:
    return {
        f"{name} {year}": measure(series, over=_span(year), unit=unit)
        for year in _years()
        for name, (series, unit) in MONEY_FLOWS.items()
    }


def _years() -> list[str]:
    """The whole calendar years up to the month of the plan; the year in which that lies is one."""
    first = FIRST_YEAR + (1 if FIRST_OF_YEAR > 0 else 0)
    return [str(year) for year in range(first, int(TARGET[:4]) + 1)]


def _span(year: str) -> str:
    return f"{year}-01..{TARGET}" if year == TARGET[:4] else year
