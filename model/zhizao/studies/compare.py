"""Scenarios compared: the same firms and the same luck in each, over many draws of what is not known."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import Unpack

import numpy as np

from zhizao.accounts.many import Accounts
from zhizao.accounts.subsidy_account import NUMBERS, SubsidyAccount, numbers_of
from zhizao.arrays import FloatArray
from zhizao.engine.branching import arena_of_thread
from zhizao.evidence.ensembles import TREATMENTS, fitted_treatments
from zhizao.for_each import each_done
from zhizao.parallel import Progress
from zhizao.parameters.registry import Parameters
from zhizao.policy.signposts import Seen
from zhizao.results.group_shares import group_shares
from zhizao.results.groups import GROUP_KINDS, GROUPED
from zhizao.results.outcomes import outcomes as outcomes_of
from zhizao.results.variables import series
from zhizao.scenario.scenario import list_scenarios
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import CHART_SERIES, Comparison
from zhizao.studies.lanes import Futures, each_future, prepare
from zhizao.studies.options import ScenarioLike, check_options, scenarios_of, with_remarks
from zhizao.studies.own_ideas import OwnIdeas, account_of
from zhizao.studies.parameter_draws import ParameterDraw, parameter_draws
from zhizao.studies.pasts import Pasts
from zhizao.studies.renamed import renamed
from zhizao.studies.study_options import CompareOptions, takes

__all__ = ["compare"]


@renamed(register="firms")
@takes(CompareOptions)
def compare(
    scenarios: ScenarioLike | Iterable[ScenarioLike] | None = None,
    *,
    progress: Progress | None = None,
    pasts: Pasts | None = None,
    **options: Unpack[CompareOptions],
) -> Comparison:
    """Compare scenarios with the first of them, over draws of the uncertain parameters.

    Every draw has its own parameters and its own luck, the same in every scenario, so that differences are
    paired. Results do not depend on `workers`. Of `plan` and `facts`, results are for the one that is asked for as
    `calibration`; the other is run as well, since the probability of meeting the plan is always shown for both.

    Parameters
    ----------
    scenarios
        Names of shipped scenarios, paths of files, or `Scenario` objects; all shipped ones if not given.
    progress
        Called after every draw with how many are done, and of how many.
    pasts
        Where histories are kept for the next comparison under the same options, and found if they are there already;
        then threads do the work. They are not kept if not given.
    **options
        As declared in `CompareOptions`.

    Raises
    ------
    InputError
        Naming everything that is wrong with what was given.
    """
    began = time.perf_counter()
    checked = check_options(**options)
    wanted = scenarios_of(list_scenarios() if scenarios is None else scenarios, checked.settings)
    checked = with_remarks(checked, wanted)
    futures = prepare(wanted, checked.months, checked.register, model=checked.ideas.model, pasts=pasts)
    others = fitted_treatments(checked.funding) if checked.calibration in TREATMENTS else ()
    treatments = (checked.calibration, *(name for name in others if name != checked.calibration))
    points = {
        treatment: parameter_draws(checked.draws, seed=checked.seed, funding=checked.funding, calibration=treatment)
        for treatment in treatments
    }
    for scenario in wanted:
        Parameters().changed(scenario.parameter_changes)  # a wrong value is reported before anything runs
    everything = [(draw, treatment == checked.calibration) for treatment in treatments for draw in points[treatment]]
    apart = pasts is None and not checked.ideas.any and not any(scenario.instruments for scenario in wanted)
    gathered = [_AllDraws(checked.draws) for _ in treatments]
    task = partial(_one_draw, futures, checked.ideas)
    with closing(each_done(task, everything, checked.workers, progress, apart=apart)) as done:
        for number, one in done:
            gathered[number // checked.draws].put(number % checked.draws, one)
    return Comparison(
        options=checked,
        draws=points[checked.calibration],
        by_treatment={
            treatment: _compared(futures, draws, checked.ideas)
            for treatment, draws in zip(treatments, gathered, strict=True)
        },
        seconds=time.perf_counter() - began,
    )


@dataclass(frozen=True, kw_only=True)
class _OneDraw:
    """What all scenarios give in one draw, a row each; few and large arrays, which are quickly sent from a process.

    Groups and accounts are not worked out for the second treatment, which is not asked for. Accounts of
    scenarios with the user's own instruments or model are apart, by place.
    """

    outcomes: FloatArray
    monthly: FloatArray
    groups: FloatArray
    accounts: FloatArray
    own_accounts: dict[int, SubsidyAccount]
    seen: tuple[tuple[Seen, ...], ...]


def _one_draw(futures: Futures, ideas: OwnIdeas, job: tuple[ParameterDraw, bool]) -> _OneDraw:
    """Run every scenario under one draw; `job` says also whether public money is to be accounted for."""
    draw, accounted = job
    arena = arena_of_thread() if not ideas.outcomes else None  # an outcome of the user's may keep what it has seen
    places = {future.label: place for place, future in enumerate(futures.futures)}
    scenarios, wanted = len(places), ideas.all_outcomes
    outcomes = np.empty((scenarios, len(wanted)))
    monthly = np.empty((scenarios, len(CHART_SERIES), futures.months))
    groups = np.empty((scenarios, _GROUPS, len(GROUPED)) if accounted else (scenarios, 0, 0))
    accounts = np.zeros((scenarios, NUMBERS) if accounted else (scenarios, 0))
    own_accounts: dict[int, SubsidyAccount] = {}
    seen: dict[int, tuple[Seen, ...]] = {}
    for future, lane, reference in each_future(futures, draw.values, draw.seed, keep_log=accounted, arena=arena):
        place = places[future.label]
        seen[place] = lane.seen
        values = outcomes_of(lane.run.history, reference.run.history)
        if ideas.outcomes:
            values |= ideas.values(replace(lane.run, reference=reference.run))
        outcomes[place] = [values[item.name] for item in wanted]
        found = series(lane.run.history, names=CHART_SERIES)
        for row, name in enumerate(CHART_SERIES):
            monthly[place, row] = found[name]
        if accounted:
            groups[place] = group_shares(lane.run)
            if lane.logged is None or reference.logged is None or lane.spent:
                own_accounts[place] = account_of(lane, reference, future.scenario)
            else:
                accounts[place] = numbers_of(lane.logged, reference.logged)
    return _OneDraw(
        outcomes=outcomes,
        monthly=monthly,
        groups=groups,
        accounts=accounts,
        own_accounts=own_accounts,
        seen=tuple(seen[place] for place in sorted(seen)),
    )


_GROUPS = sum(map(len, GROUP_KINDS.values()))


class _AllDraws:
    """What all scenarios give in all draws of a treatment: scenarios by draws by what it is.

    Each draw is copied to its place as soon as it is done, so that nothing is held twice.
    """

    def __init__(self, draws: int) -> None:
        self._arrays: dict[str, FloatArray] = {}
        self._seen: list[tuple[tuple[Seen, ...], ...]] = [()] * draws
        self._own_accounts: list[dict[int, SubsidyAccount]] = [{}] * draws

    def put(self, draw: int, one: _OneDraw) -> None:
        """Put a draw into its place."""
        for name in ("outcomes", "monthly", "groups", "accounts"):
            found: FloatArray = getattr(one, name)
            if name not in self._arrays:
                self._arrays[name] = np.empty((found.shape[0], len(self._seen), *found.shape[1:]))
            self._arrays[name][:, draw] = found
        self._seen[draw], self._own_accounts[draw] = one.seen, one.own_accounts

    def __getitem__(self, name: str) -> FloatArray:
        return self._arrays[name]

    def seen(self, place: int) -> tuple[tuple[Seen, ...], ...]:
        """Return what was seen under one scenario, by draw."""
        return tuple(seen[place] for seen in self._seen)

    def accounts_of(self, place: int) -> Sequence[SubsidyAccount]:
        """Return the accounts of one scenario, one a draw; none where none was asked for."""
        numbers = self["accounts"][place]
        if not numbers.size:
            return ()
        own = [accounts[place] for accounts in self._own_accounts if place in accounts]
        return tuple(own) if own else Accounts(numbers)


def _compared(futures: Futures, done: _AllDraws, ideas: OwnIdeas) -> tuple[Compared, ...]:
    """Return the scenarios, each with what it gave in every draw."""
    outcomes, monthly, groups = (done[name] for name in ("outcomes", "monthly", "groups"))
    lasts = tuple(accumulate(map(len, GROUP_KINDS.values()))) if groups.size else ()
    return tuple(
        Compared(
            label=future.label,
            scenario=future.scenario,
            outcomes={item.name: outcomes[place, :, column].copy() for column, item in enumerate(ideas.all_outcomes)},
            monthly={name: monthly[place, :, row] for row, name in enumerate(CHART_SERIES)},
            groups={
                kind: groups[place, :, last - len(names) : last]
                for (kind, names), last in zip(GROUP_KINDS.items(), lasts, strict=False)
            },
            accounts=done.accounts_of(place),
            seen=done.seen(place),
        )
        for place, future in enumerate(futures.futures)
    )
