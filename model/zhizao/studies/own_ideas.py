"""The user's own outcomes, instruments and models in a study: what was given, checked, and what it gives."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from zhizao.accounts.subsidy_account import PARTS, Split, SubsidyAccount, split_of
from zhizao.calendar import BRANCH_MONTH
from zhizao.errors import InputError, at_place
from zhizao.ideas.declare import OwnOutcome
from zhizao.ideas.file import ideas_in_force
from zhizao.results.finished import FinishedRun
from zhizao.results.outcomes import OUTCOMES, OUTCOMES_BY_NAME, Outcome
from zhizao.scenario.scenario import Scenario
from zhizao.studies.lanes import FinishedLane

__all__ = ["OwnIdeas", "account_of", "own_ideas"]


@dataclass(frozen=True, kw_only=True)
class OwnIdeas:
    """What a study takes from its user beside numbers.

    Attributes
    ----------
    outcomes
        The user's own outcomes.
    model
        A Mesa model that runs in place of the engine, if any.
    file, sha256
        The file of ideas in force; empty if there is none.
    """

    outcomes: tuple[OwnOutcome, ...] = ()
    model: type[Any] | None = None
    file: str = ""
    sha256: str = ""

    @property
    def any(self) -> bool:
        """Whether the user has brought any."""
        return bool(self.outcomes) or self.model is not None

    @property
    def all_outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes of the model and, after them, the user's own."""
        own = (
            Outcome(
                name=item.name, unit=item.unit, english=item.english, chinese=item.chinese, better=item.better, own=True
            )
            for item in self.outcomes
        )
        return (*OUTCOMES, *own)

    def values(self, run: FinishedRun) -> dict[str, float]:
        """Return the user's own outcomes of a run.

        Raises
        ------
        InputError
            If one of them fails or gives no number.
        """
        return {item.name: _value(item, run) for item in self.outcomes}


def _value(item: OwnOutcome, run: FinishedRun) -> float:
    try:
        value = item.function(run)
    except InputError as error:
        raise InputError([at_place(f"outcome {item.name}", line) for line in error.problems]) from error
    except Exception as error:
        raise InputError(f"outcome {item.name}: {type(error).__name__}: {error}; correct its function") from error
    found: Any = value  # whatever the user's function gives
    if not hasattr(found, "__float__"):
        raise InputError(f"outcome {item.name}: gives {type(found).__name__} and not a number; correct its function")
    return float(found)


def own_ideas(outcomes: Iterable[OwnOutcome] = (), model: type[Any] | None = None) -> tuple[OwnIdeas, list[str]]:
    """Join what was given with the file of ideas in force; say also what is wrong with it."""
    try:
        file = ideas_in_force()
    except InputError as error:
        return OwnIdeas(), list(error.problems)
    given = tuple(outcomes)
    problems = [
        f"outcomes: {item!r} is not an outcome; declare it with @zhizao.outcome(unit=...)"
        for item in given
        if not isinstance(item, OwnOutcome)
    ]
    if problems:
        return OwnIdeas(), problems
    together = (*file.outcomes.values(), *(item for item in given if file.outcomes.get(item.name) is not item))
    names = [item.name for item in together]
    for name in dict.fromkeys(names):
        if name in OUTCOMES_BY_NAME or names.count(name) > 1:
            problems.append(f"outcome {name} exists already; give yours another name")
    if model is not None and not (isinstance(model, type) and hasattr(model, "firm_class")):
        problems.append(f"model = {model!r} must be zhizao.mesa.DistrictModel or a subclass of it")
    found = OwnIdeas(outcomes=together, model=model or file.model, file=file.file, sha256=file.sha256)
    return found, problems


def account_of(lane: FinishedLane, reference: FinishedLane, scenario: Scenario) -> SubsidyAccount:
    """Return the subsidy account of a scenario, with the money that the user's own instruments spent.

    What they spent is administration where they are services, and else deadweight, since nothing says what it changed.
    The user's own model keeps no log of its projects: of its account only the spending is known.
    """
    if lane.logged is None or reference.logged is None:
        paid = lane.run.history.line("public_spend")
        unknown = Split(**dict.fromkeys((*PARTS, "committed_before", "entrants", "spending"), math.nan))
        spending = float(paid[-1] - paid[BRANCH_MONTH - 1])
        known = SubsidyAccount(**vars(unknown) | {"spending": spending})
        return replace(known, outstanding=unknown, elsewhere=math.nan)
    account = split_of(lane.logged, reference.logged)
    return account + _own_splits(lane.spent, scenario) if lane.spent else account


def _own_splits(spent: Mapping[str, Any], scenario: Scenario) -> SubsidyAccount:
    together = SubsidyAccount()
    for kind in scenario.instruments:
        amount = float(spent[kind.name].sum())
        split = Split(**{"spending": amount, "administration" if kind.service else "deadweight": amount})
        own = SubsidyAccount(**vars(split))
        together = together + replace(own, by_instrument={kind.name: split} if amount else {})
    return together
