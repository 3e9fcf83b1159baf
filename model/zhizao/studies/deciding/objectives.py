"""What a frontier is about: objectives, worked out from what mixes of policy give in each draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from zhizao.accounts.subsidy_account import LoggedRun, split_of
from zhizao.arrays import FloatArray
from zhizao.calendar import TARGET_MONTH
from zhizao.engine.branching import arena_of_thread
from zhizao.engine.state import GROUPS, STOCKS, World
from zhizao.errors import InputError
from zhizao.for_each import for_each
from zhizao.parameter_words.units import unit_name
from zhizao.parameters.specification import nearest
from zhizao.results.outcomes import TARGET_SHARE
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import is_share
from zhizao.scenario.adapting import without_programme
from zhizao.scenario.scenario import Scenario
from zhizao.studies.mixes import PastRun, Plans, future, plans_of, promised, share_of
from zhizao.words.tables import Language, either, words_of

__all__ = ["COLUMNS", "OBJECTIVES", "Objective", "mix_title", "objectives_of", "try_all"]

_say = words_of("frontier")
_TRUE, _REPORTED = (STOCKS.index(name) for name in ("level2_true", "level2"))
_SME, _SMALL = GROUPS.index("sme"), GROUPS.index("small")
COLUMNS = ("money", "true", "small", "met", "deadweight", "spent")
"""What is kept of each draw."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Objective:
    """Something that a mix of policy should do well in.

    Attributes
    ----------
    name, unit, english, chinese
        How it is called in files, what it is measured in, and what it is called in print.
    better
        1 if more is better, -1 if less is.
    over_draws
        Works it out from what each draw has given: draws by `COLUMNS`, for any number of mixes before them.
    needs_log
        Whether runs must keep their log for it.
    """

    name: str
    unit: str
    english: str
    chinese: str
    better: Literal[1, -1]
    over_draws: Callable[[FloatArray], FloatArray]
    needs_log: bool = False

    @property
    def is_share(self) -> bool:
        """Whether it is a share, which tables and charts show in per cent."""
        return is_share(self.unit)

    def shown(self, values: Mapping[str, float]) -> float:
        """Return its value, by name among others, as tables and charts show it."""
        return values[self.name] * (100.0 if self.is_share else 1.0)

    def title(self, language: Language) -> str:
        """Return what it is called in print."""
        return either(self.english, self.chinese, language)

    def unit_shown(self, language: Language) -> str:
        """Return the unit of `shown`, in words."""
        return "%" if self.is_share else unit_name(self.unit, language)


def _mean(column: str) -> Callable[[FloatArray], FloatArray]:
    place = COLUMNS.index(column)
    return lambda draws: np.asarray(draws[..., place].mean(axis=-1))


def _ratio(over: str, under: str) -> Callable[[FloatArray], FloatArray]:
    one, other = COLUMNS.index(over), COLUMNS.index(under)

    def of(draws: FloatArray) -> FloatArray:
        top, bottom = draws[..., one].sum(axis=-1), draws[..., other].sum(axis=-1)
        return np.asarray(np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0.0))

    return of


OBJECTIVES: dict[str, Objective] = {
    one.name: one
    for one in (
        Objective(
            name="money",
            unit=MONEY_UNIT,
            english="public money promised",
            chinese="承诺的财政资金",
            better=-1,
            over_draws=_mean("money"),
        ),
        Objective(
            name="true_share",
            unit="share of firms",
            english="SMEs truly at the level",
            chinese="真实达标中小企业占比",
            better=1,
            over_draws=_mean("true"),
        ),
        Objective(
            name="small_share",
            unit="share of firms",
            english="small firms truly at the level",
            chinese="真实达标小型企业占比",
            better=1,
            over_draws=_mean("small"),
        ),
        Objective(
            name="plan",
            unit="share of draws",
            english="probability of meeting the plan",
            chinese="规划目标实现的概率",
            better=1,
            over_draws=_mean("met"),
        ),
        Objective(
            name="deadweight",
            unit="share of money",
            english="public money that changed nothing",
            chinese="未起作用的财政资金",
            better=-1,
            over_draws=_ratio("deadweight", "spent"),
            needs_log=True,
        ),
    )
}
"""Every objective; money counts what is promised from the branch on, paid or not, as `reach` does."""


def objectives_of(names: Sequence[str]) -> tuple[Objective, ...]:
    """Return objectives by name.

    Raises
    ------
    InputError
        Naming what is not one, with the nearest; or if there are fewer than two.
    """
    wrong = [name for name in names if name not in OBJECTIVES]
    problems = [
        f"objective = '{str(name)[:80]}' is not one of {', '.join(OBJECTIVES)}"
        f"{nearest(str(name)[:80], list(OBJECTIVES))}"
        for name in wrong
    ]
    if len(dict.fromkeys(names)) < 2:
        problems.append("objective: name at least two, each once; with one there is no frontier, and `reach` finds it")
    elif len(dict.fromkeys(names)) < len(names):
        problems.append("objective: each can be named once")
    if problems:
        raise InputError(problems)
    return tuple(OBJECTIVES[name] for name in names)


def mix_title(name: str, language: Language) -> str:
    """Return what a named mix is called in words: ``best money``, ``balanced``, ``plan 80``."""
    kind, _, what = name.partition(" ")
    if kind == "best":
        return _say("best", language, objective=OBJECTIVES[what].title(language))
    return _say(kind, language, share=what)


def try_all(
    mixes: Sequence[Scenario], pasts: Sequence[PastRun], months: int, workers: int, *, accounts: bool
) -> FloatArray:
    """Go on from every history under every mix; return what each has given: mixes by draws by `COLUMNS`.

    Parameters
    ----------
    mixes
        Scenarios that differ from the branch on.
    pasts
        Histories; with `accounts`, such as kept their log.
    months
        Months of the runs.
    workers
        How many threads.
    accounts
        Whether to work out deadweight, against no programme from the branch on.
    """
    plans = [plans_of(mix, months) for mix in mixes]
    reference = plans_of(without_programme(mixes[0]), months) if accounts else None
    rows = for_each(partial(_under_all, plans, reference), pasts, workers)
    return np.array(rows).transpose(1, 0, 2)


def _under_all(plans: Sequence[Plans], reference: Plans | None, past: PastRun) -> FloatArray:
    arena = arena_of_thread()
    twin = None if reference is None else LoggedRun(world=future(reference, past))
    rows = np.zeros((len(plans), len(COLUMNS)))
    for place, one in enumerate(plans):
        rows[place] = _row(future(one, past, arena), twin)
        arena.take_back()
    return rows


def _row(world: World, twin: LoggedRun | None) -> FloatArray:
    series = world.series
    wasted = spent = 0.0
    if twin is not None:
        account = split_of(LoggedRun(world=world), twin)
        wasted, spent = account.deadweight, account.spending
    by_target = min(TARGET_MONTH, len(series) - 1)
    return np.array(
        [
            promised(world),
            share_of(series[-1, _SME], _TRUE),
            share_of(series[-1, _SMALL], _TRUE),
            float(share_of(series[by_target, _SME], _REPORTED) >= TARGET_SHARE),
            wasted,
            spent,
        ]
    )
