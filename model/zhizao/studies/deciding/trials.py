"""Policies tried in many futures: structures, readings of the money, and draws of parameters and luck.

A draw has the same number, and so the same luck, in every structure and under every policy, so that policies are
compared on the same futures and nothing depends on how many workers there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from zhizao.arrays import FloatArray, IntArray
from zhizao.engine.branching import arena_of_thread
from zhizao.errors import InputError
from zhizao.evidence.measure import Measure, evaluate
from zhizao.for_each import for_each
from zhizao.parallel import Progress
from zhizao.parameters.registry import Parameters
from zhizao.results.for_decisions import decision_values
from zhizao.scenario.scenario import Scenario, list_scenarios
from zhizao.studies.evidence_check import needs_log, run_record
from zhizao.studies.lanes import Futures, each_future, prepare, values_used
from zhizao.studies.options import Options, ScenarioLike, check_options, scenarios_of, with_remarks
from zhizao.studies.own_ideas import OwnIdeas
from zhizao.studies.parameter_draws import ParameterDraw, parameter_draws
from zhizao.studies.structures import WeighedStructure

__all__ = ["Trials", "checked_under", "policies_or_all", "try_policies"]

DrawsOf = Callable[[WeighedStructure, Options], tuple[ParameterDraw, ...]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Trials:
    """What policies have given.

    Attributes
    ----------
    policies
        Their names.
    scenarios
        The policies themselves, as they are under the first structure.
    options
        What was asked for, under the first structure.
    outcomes
        By name: policies by futures.
    structure, draw
        The number of the structure and of the draw of each future.
    drawn
        By key of a drawn number: what it was in each future; not a number in structures that have none of it.
    measured
        By name of a measure: what the first policy gave for it in each future.
    """

    policies: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    options: Options
    outcomes: dict[str, FloatArray]
    structure: IntArray
    draw: IntArray
    drawn: dict[str, FloatArray] = field(default_factory=dict)
    measured: dict[str, FloatArray] = field(default_factory=dict)


def checked_under(worlds: Sequence[WeighedStructure], asked: Mapping[str, Any]) -> list[Options]:
    """Return checked options for each structure; a register of firms is read once."""
    found: list[Options] = []
    given = dict(asked)
    for one in worlds:
        found.append(check_options(**{**given, "calibration": one.calibration, "funding": one.funding}))
        if found[0].register is not None:
            given["firms"] = found[0].register
    if len(found) > 1 and found[0].firms_file is not None:
        found = [replace(one, firms_file=found[0].firms_file) for one in found]
    return found


def try_policies(
    policies: ScenarioLike | Iterable[ScenarioLike] | None,
    worlds: Sequence[WeighedStructure],
    options: Sequence[Options],
    *,
    names: Sequence[str],
    draws_of: DrawsOf | None = None,
    measures: Mapping[str, Measure] | None = None,
    progress: Progress | None = None,
) -> Trials:
    """Run every policy in every future.

    Parameters
    ----------
    policies
        At least two; all of the district but what befalls it (theme ``shock``) if not given.
    worlds, options
        Structures, and what is asked for under each.
    names
        The outcomes to keep.
    draws_of
        Gives the draws of a structure; those of `compare` if not given.
    measures
        What else is read from the run of the first policy.
    progress
        Called with how many draws are done, of how many.

    Raises
    ------
    InputError
        If there are fewer than two policies, or something is wrong with one.
    """
    jobs: list[tuple[int, ParameterDraw]] = []
    made: list[Futures] = []
    first: tuple[Scenario, ...] = ()
    for place, (world, asked) in enumerate(zip(worlds, options, strict=True)):
        wanted = _policies(policies, asked)
        first = first or wanted
        made.append(prepare(wanted, asked.months, asked.register, model=asked.ideas.model))
        jobs += [(place, draw) for draw in (draws_of or _draws_of_compare)(world, asked)]
    ideas = options[0].ideas
    apart = not ideas.any and not any(scenario.instruments for scenario in first)
    task = partial(_one_future, tuple(made), ideas, tuple(names), dict(measures or {}))
    done = for_each(task, jobs, options[0].workers, progress, apart=apart)
    values = np.array([outcomes for outcomes, _, _ in done])
    keys = tuple(dict.fromkeys(key for _, drawn, _ in done for key in drawn))
    return Trials(
        policies=tuple(future.label for future in made[0].futures),
        scenarios=first,
        options=with_remarks(options[0], first),
        outcomes={name: values[:, :, column].T.copy() for column, name in enumerate(names)},
        structure=np.array([place for place, _ in jobs]),
        draw=np.array([draw.number for _, draw in jobs]),
        drawn={key: np.array([drawn.get(key, np.nan) for _, drawn, _ in done]) for key in keys},
        measured={key: np.array([found[key] for _, _, found in done]) for key in measures or ()},
    )


def _draws_of_compare(world: WeighedStructure, asked: Options) -> tuple[ParameterDraw, ...]:
    return parameter_draws(asked.draws, seed=asked.seed, funding=world.funding, calibration=world.calibration)


def policies_or_all(policies: ScenarioLike | Iterable[ScenarioLike] | None) -> list[ScenarioLike]:
    """Return the policies that are named; every shipped scenario but shocks, which nobody chooses, if none is."""
    if policies is None:
        return [one for one in list_scenarios() if not one.is_shock]
    return [policies] if isinstance(policies, Scenario | str | Path) else list(policies)


def _policies(policies: ScenarioLike | Iterable[ScenarioLike] | None, asked: Options) -> tuple[Scenario, ...]:
    wanted = scenarios_of(policies_or_all(policies), asked.settings)
    if len(wanted) < 2:
        raise InputError(f"policies: there is only {wanted[0].name}; name at least two to choose from")
    for scenario in wanted:
        Parameters().changed(scenario.parameter_changes)  # a wrong value is reported before anything runs
    return wanted


def _one_future(
    made: tuple[Futures, ...],
    ideas: OwnIdeas,
    names: tuple[str, ...],
    measures: Mapping[str, Measure],
    job: tuple[int, ParameterDraw],
) -> tuple[list[list[float]], dict[str, float], dict[str, float]]:
    """Run every policy in one future; return outcomes by policy, what was drawn, and what was measured."""
    place, draw = job
    futures = made[place]
    arena = arena_of_thread() if not ideas.outcomes else None  # an outcome of the user's may keep what it has seen
    found: dict[str, list[float]] = {}
    measured: dict[str, float] = {}
    log = needs_log(measures.values())
    for future, lane, reference in each_future(futures, draw.values, draw.seed, keep_log=log, arena=arena):
        values = decision_values(names, lane.run.history, reference.run.history)
        values |= ideas.values(replace(lane.run, reference=reference.run))
        found[future.label] = [values[name] for name in names]
        if measures and future is futures.futures[0]:
            assert lane.world is not None  # measures are refused where another model is run
            measured = evaluate(measures, run_record(lane.world), draw.readings)
    changes = futures.futures[0].scenario.parameter_changes
    used = values_used(draw.values, changes, futures.register)
    drawn = {key: float(used[key]) for key in draw.values if key not in changes}
    return [found[future.label] for future in futures.futures], drawn, measured
