"""The model beside the evidence: what the baseline gives for every fact that is about one of its series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Unpack

import numpy as np

from zhizao.calendar import BRANCH_MONTH, month_name
from zhizao.engine.history import history_of
from zhizao.engine.state import World
from zhizao.evidence.catalogue import RunRecord
from zhizao.evidence.ensembles import FUNDING, TREATMENTS
from zhizao.evidence.facts import REPORT, load_facts, measured
from zhizao.evidence.figures import FigureCheck, Modelled, check
from zhizao.evidence.measure import Measure, evaluate, months_needed
from zhizao.for_each import for_each
from zhizao.parallel import Progress
from zhizao.studies.describe import interval
from zhizao.studies.lanes import Futures, prepare, run_futures
from zhizao.studies.options import Options, check_options, scenarios_of
from zhizao.studies.parameter_draws import ParameterDraw, parameter_draws
from zhizao.studies.renamed import renamed
from zhizao.studies.study_options import DrawsOptions, takes

__all__ = ["check_evidence", "needs_log", "run_record"]


@renamed(register="firms")
@takes(DrawsOptions)
def check_evidence(*, progress: Progress | None = None, **options: Unpack[DrawsOptions]) -> list[FigureCheck]:
    """Set every fact of the district's report, and every fact from elsewhere that names a series, beside the model.

    Beside the ensemble asked for, all four fitted ones are run, unless nothing fitted is asked for
    (``calibration="prior"``).

    Parameters
    ----------
    progress
        Called after every draw with how many are done, and of how many.
    **options
        As declared in `DrawsOptions`.

    Raises
    ------
    InputError
        Naming everything that is wrong with what was given.
    """
    facts = load_facts()
    measures = measured(facts)
    until = month_name(max(months_needed(measures.values()) - 1, BRANCH_MONTH))
    checked = check_options(until=until, **options)
    calibration, funding = checked.calibration, checked.funding
    wanted = [(calibration, funding)]
    if calibration in TREATMENTS:
        wanted += [(t, f) for f in FUNDING for t in TREATMENTS if (t, f) != (calibration, funding)]
    points = [
        draw
        for treatment, money in wanted
        for draw in parameter_draws(checked.draws, seed=checked.seed, funding=money, calibration=treatment)
    ]
    found = _all_modelled(checked, measures, points, progress)
    tables = {
        pair: _summarised(measures, found[place * checked.draws : (place + 1) * checked.draws])
        for place, pair in enumerate(wanted)
    }
    shown = [fact for fact in facts if fact.source == REPORT or fact.series is not None]
    named = {f"{t} · {f}": tables[t, f] for f in FUNDING for t in TREATMENTS if (t, f) in tables}
    return check(shown, tables[calibration, funding], named)


def _all_modelled(
    options: Options, measures: Mapping[str, Measure], points: Sequence[ParameterDraw], progress: Progress | None
) -> list[dict[str, float]]:
    futures = prepare(scenarios_of("baseline", options.settings), options.months, options.register, references=False)
    return for_each(partial(_one_draw, futures, measures), points, options.workers, progress)


def _summarised(measures: Mapping[str, Measure], found: Sequence[Mapping[str, float]]) -> dict[str, Modelled]:
    return {name: Modelled(**interval(np.array([values[name] for values in found]))) for name in measures}


def _one_draw(futures: Futures, measures: Mapping[str, Measure], draw: ParameterDraw) -> dict[str, float]:
    [world] = run_futures(futures, draw.values, draw.seed, keep_log=needs_log(measures.values()))
    return evaluate(measures, run_record(world), draw.readings)


def needs_log(measures: Iterable[Measure]) -> bool:
    """Return whether a run must keep its log of projects for some measures."""
    return any(one.series.needs_log for one in measures)


def run_record(world: World) -> RunRecord:
    """Return what a finished run leaves behind for facts to be read from."""
    district = world.district.view(np.ndarray)[0]
    logged = int(district["logged"])
    return RunRecord(
        history=history_of(world),
        start=world.start.view(np.ndarray)[: int(district["start_firms"])],
        log=world.log.view(np.ndarray)[:logged] if world.log.size else None,
        firms=world.firms.view(np.ndarray),
    )
