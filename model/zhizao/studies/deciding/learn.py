"""What to find out next: what it is worth, for a decision, to know a number, a structure, or a fact better."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

import numpy as np

from zhizao.arrays import FloatArray, IntArray
from zhizao.errors import InputError, Message
from zhizao.evidence.ensembles import FUNDING, read_ensemble
from zhizao.parallel import Progress
from zhizao.results.shown import html_table
from zhizao.scenario.chain import own_scenarios
from zhizao.scenario.scenario import Scenario
from zhizao.studies.deciding.candidates import Candidate, load_candidates, measures_of, seen
from zhizao.studies.deciding.goal import Goal, goal_of
from zhizao.studies.deciding.information import Samples, Value, value_of_all, value_of_groups, value_of_numbers
from zhizao.studies.deciding.payoffs import payoffs_of, within_budget
from zhizao.studies.deciding.trials import Trials, checked_under, policies_or_all, try_policies
from zhizao.studies.deciding.worlds import BY_EVIDENCE, chosen_worlds, reweighed, weights_of
from zhizao.studies.describe import finite
from zhizao.studies.options import Options, ScenarioLike, made_by
from zhizao.studies.parameter_draws import ParameterDraw, parameter_draws
from zhizao.studies.structures import OUTCOME, WeighedStructure
from zhizao.studies.study_options import CompareOptions, takes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "Learning", "Thing", "learn"]

Kind = Literal["all", "structure", "whether", "reading", "parameters", "group", "parameter", "fact", "check"]
KINDS: tuple[Kind, ...] = (
    "all",
    "structure",
    "whether",
    "reading",
    "parameters",
    "group",
    "fact",
    "parameter",
    "check",
)
"""Kinds of what could be known, in the order of tables."""
RIDGE = ("no-grants", "no-services")
"""Policies without one part and without the other, whose difference the evidence leaves open."""
_FEWEST_STRUCTURES = 3
_LEAST_WEIGHT = 1e-4
"""Structures that weigh less are not run."""
_TIMES = 4
"""How often the error of a fact is drawn in each draw."""
_STREAM = 0xC011
"""Names the stream of random numbers that know nothing."""


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something that could be known.

    Attributes
    ----------
    kind
        One of `KINDS`.
    key
        Of a parameter, a group of them, a fact, or a structure (``whether`` it holds); else the kind.
    title, title_zh
        What a fact or a structure is called.
    value
        What it is worth.
    """

    kind: Kind
    key: str
    value: Value
    title: str = ""
    title_zh: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Learning:
    """What it is worth to know more, for one decision.

    Attributes
    ----------
    goal
        What is decided by.
    policies, now
        Names of the policies, and of the one that is chosen without knowing more.
    scenarios
        All that were run: the policies, those that are over the budget, and the two of the ridge.
    expected
        Expected payoff of that one.
    structures
        The structures that were run, with the weights that were used.
    things
        What could be known, by kind and then by value.
    ridge
        The two policies between whose effects the evidence leaves a ridge; empty if none was asked for.
    ridge_mean, ridge_spread
        Mean and standard deviation of the difference between what the part is worth that the first lacks, and what the
        part is worth that the second lacks, in the outcome as it is counted.
    draws, effective
        How many draws there were, and as how many of one structure they count.
    options, seconds
        What was asked for, and how long it took.
    """

    goal: Goal
    policies: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    now: str
    expected: float
    structures: tuple[WeighedStructure, ...]
    things: tuple[Thing, ...]
    ridge: tuple[str, ...]
    ridge_mean: float
    ridge_spread: float
    draws: int
    effective: float
    options: Options
    seconds: float = 0.0

    def __repr__(self) -> str:
        facts = [one.key for one in self.things if one.kind == "fact"][:3]
        return f"<Learning for a choice among {len(self.policies)} policies, now {self.now}; first: {', '.join(facts)}>"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.table())

    def of(self, key: str) -> Value:
        """Return the value of something by its key, or of a kind that there is one of by the kind.

        Raises
        ------
        KeyError
            If there is nothing of that key.
        """
        for one in self.things:
            if one.key == key:
                return one.value
        raise KeyError(f"{key} is not among {', '.join(one.key for one in self.things)}")

    def table(self) -> pd.DataFrame:
        """Return a row for everything that could be known."""
        import pandas as pd  # here, because it is heavy

        return pd.DataFrame(self.rows()).set_index(["kind", "key"])

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of `table`: values and errors in `Goal.unit`; what is left of the ridge as a share."""
        return [
            {
                "kind": one.kind,
                "key": one.key,
                "value": one.value.value,
                "error": one.value.error,
                "unseen": one.value.unseen,
                "unseen_error": one.value.unseen_error,
                **({"ridge_left": one.value.left, "ridge_left_error": one.value.left_error} if self.ridge else {}),
            }
            for one in self.things
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything in the form that the command line prints as JSON."""
        return {
            **made_by(self.options),
            "calibration": [one.name for one in self.structures],
            "outcome": self.goal.outcome.name,
            "unit": self.goal.unit,
            "worth": self.goal.worth,
            "budget": self.goal.budget,
            "structures": [{"structure": one.name, "weight": finite(one.weight)} for one in self.structures],
            "policies": list(self.policies),
            "now": self.now,
            "expected": self.expected,
            "draws_in_all": self.draws,
            "effective_draws": self.effective,
            "ridge": {"between": list(self.ridge), "mean": self.ridge_mean, "spread": self.ridge_spread}
            if self.ridge
            else None,
            "things": self.rows(),
            "seconds": round(self.seconds, 3),
        }


@takes(CompareOptions, draws=300)
def learn(
    policies: ScenarioLike | Iterable[ScenarioLike] | None = None,
    *,
    outcome: str = OUTCOME,
    group: str | None = None,
    worth: float | None = None,
    budget: float | None = None,
    budget_a_year: float | None = None,
    structures: Iterable[str] | None = None,
    weights: str = BY_EVIDENCE,
    facts: str | Path | None = None,
    ridge: tuple[str, str] | None = RIDGE,
    progress: Progress | None = None,
    **options: Unpack[CompareOptions],
) -> Learning:
    """Say what it is worth to know more before choosing among policies.

    Of a fitted structure every draw is a member with the luck that it was accepted with, so that what is known already
    is worth nothing; there are as many draws as members at most. Results do not depend on `workers`.

    Parameters
    ----------
    policies, outcome, group, worth, budget, budget_a_year, structures, weights
        The decision, as for `choose`. Structures that weigh less than 0.0001 are left out.
    facts
        A file of facts that could be found out (``[[candidate]]``); those that ship if not given.
    ridge
        Two policies, each without one part of the programme: how much better the difference between the effects of the
        two parts would be known. None, or policies that the district lacks: not asked.
    progress
        Called after every draw with how many are done, and of how many.
    **options
        As declared in `CompareOptions`; `draws` are those of each structure, calibration and funding those of the
        structures.

    Raises
    ------
    InputError
        Naming everything that is wrong with what was given.
    """
    began = time.perf_counter()
    candidates = load_candidates(facts)
    worlds = chosen_worlds(structures)
    used = reweighed(worlds, weights_of(worlds, weights))
    light = [one for one in used if one.weight < _LEAST_WEIGHT]
    used = tuple(one for one in used if one.weight >= _LEAST_WEIGHT)
    used = reweighed(used, np.array([one.weight for one in used]) / sum(one.weight for one in used))
    checked = checked_under(used, options)
    if checked[0].ideas.model is not None:
        raise InputError("model: facts are read from the engine; leave out the model of your own")
    goal = goal_of(
        outcome,
        group=group,
        worth=worth,
        budget=budget,
        budget_a_year=budget_a_year,
        known=checked[0].ideas.all_outcomes,
    )
    given = policies_or_all(policies)
    pair = () if ridge is None or not {*ridge} <= {*own_scenarios(), *map(_name_of, given)} else tuple(ridge)
    extra = [name for name in pair if name not in map(_name_of, given)]
    if len(given) < 2:
        raise InputError("policies: name at least two to choose from")
    trials = try_policies(
        [*given, *extra],
        used,
        checked,
        names=goal.names,
        draws_of=_members,
        measures=measures_of(candidates),
        progress=progress,
    )
    notes = [_left_out(one) for one in light]
    trials = replace(trials, options=replace(trials.options, notes=(*trials.options.notes, *notes)))
    return _valued(trials, len(given), used, goal, candidates, pair, began)


def _name_of(policy: ScenarioLike) -> str:
    return policy.name if isinstance(policy, Scenario) else str(policy)


def _left_out(one: WeighedStructure) -> Message:
    return Message(
        f"{one.name} weighs less than {_LEAST_WEIGHT:g} and is left out",
        f"{one.name}的权重小于{_LEAST_WEIGHT:g}，未计入",
    )


def _members(world: WeighedStructure, asked: Options) -> tuple[ParameterDraw, ...]:
    """Return members of the structure's ensemble with the luck that each was accepted with."""
    if world.calibration == "prior":
        return parameter_draws(asked.draws, seed=asked.seed, funding=world.funding, calibration="prior")
    ensemble = read_ensemble(world.calibration, world.funding)
    return tuple(
        ParameterDraw(
            number=number,
            values={"funding.annual_fund": FUNDING[world.funding]} | ensemble.parameters(number),
            seed=int(ensemble.seeds[number]),
            readings=ensemble.readings(number),
        )
        for number in range(min(asked.draws, ensemble.members))
    )


# -------------------------------------------------------------------------------------------------- what it is worth


def _valued(
    trials: Trials,
    count: int,
    structures: tuple[WeighedStructure, ...],
    goal: Goal,
    candidates: Sequence[Candidate],
    ridge: tuple[str, ...],
    began: float,
) -> Learning:
    decided = replace(
        trials,
        policies=trials.policies[:count],
        outcomes={name: values[:count] for name, values in trials.outcomes.items()},
    )
    sizes = np.bincount(trials.structure, minlength=len(structures))
    weights = (np.array([one.weight for one in structures]) / sizes)[trials.structure]
    payoffs = payoffs_of(decided, goal)
    allowed = within_budget(decided, goal, weights)
    samples = Samples(
        payoffs=payoffs[allowed],
        weights=weights,
        strata=trials.structure,
        difference=_difference(trials, goal, ridge),
        seed=trials.options.seed,
    )
    names = [name for name, keeps in zip(decided.policies, allowed, strict=True) if keeps]
    apart = np.zeros(1) if samples.difference is None else samples.difference
    by = weights if samples.difference is not None else np.ones(1)
    middle = float(by @ apart)
    return Learning(
        goal=goal,
        policies=tuple(names),
        scenarios=trials.scenarios,
        now=names[samples.now],
        expected=float((samples.payoffs @ weights).max()),
        structures=structures,
        things=_things(trials, samples.without_dominated(), structures, candidates),
        ridge=ridge,
        ridge_mean=middle,
        ridge_spread=float(np.sqrt(by @ (apart - middle) ** 2)),
        draws=weights.size,
        effective=1.0 / float((weights**2).sum()),
        options=trials.options,
        seconds=time.perf_counter() - began,
    )


def _difference(trials: Trials, goal: Goal, ridge: tuple[str, ...]) -> FloatArray | None:
    """Return what the part that the first policy lacks is worth, less what the part is worth that the second lacks."""
    if not ridge:
        return None
    effects = goal.effect(trials.outcomes)
    first, second = (effects[trials.policies.index(name)] for name in ridge)
    return np.asarray(second - first)


def _things(
    trials: Trials, samples: Samples, structures: tuple[WeighedStructure, ...], candidates: Sequence[Candidate]
) -> tuple[Thing, ...]:
    """Return everything that could be known with its value, by kind and then by value."""
    found = [Thing(kind="all", key="all", value=value_of_all(samples))]
    labelled: dict[Kind, list[str]] = {
        "structure": [one.calibration for one in structures],
        "reading": [one.funding for one in structures],
    }
    for kind, labels in labelled.items():
        if len(set(labels)) > 1:
            value = value_of_groups(samples, _numbered(labels)[trials.structure])
            found.append(Thing(kind=kind, key=kind, value=value))
    found += _whether(trials, samples, structures)
    drawn = {key: values for key, values in trials.drawn.items() if _differs(values)}
    groups: dict[str, list[str]] = {}
    for key in drawn:
        groups.setdefault(key.partition(".")[0], []).append(key)
    asked: list[tuple[Kind, str, list[FloatArray]]] = []
    if drawn:
        asked.append(("parameters", "parameters", [np.column_stack(list(drawn.values()))]))
    asked += [
        ("group", group, [np.column_stack([drawn[key] for key in keys])])
        for group, keys in groups.items()
        if len(keys) > 1
    ]
    asked += [("parameter", key, [values[:, np.newaxis]]) for key, values in drawn.items()]
    asked += [("fact", one.key, seen(one, trials.measured, samples.seed, _TIMES)) for one in candidates]
    luck = np.random.Generator(np.random.Philox(np.random.SeedSequence([samples.seed, _STREAM])))
    asked.append(("check", "check", [luck.standard_normal((samples.weights.size, 1))]))
    values = [_mean_value(samples, several) for _, _, several in asked]
    titles = {one.key: (one.title, one.title_zh) for one in candidates}
    for (of, key, _), known in zip(asked, values, strict=True):
        title, title_zh = titles.get(key, ("", "")) if of == "fact" else ("", "")
        found.append(Thing(kind=of, key=key, value=known, title=title, title_zh=title_zh))
    return tuple(sorted(found, key=lambda one: (KINDS.index(one.kind), -one.value.value, -one.value.unseen)))


def _whether(trials: Trials, samples: Samples, structures: tuple[WeighedStructure, ...]) -> list[Thing]:
    """Return what it is worth to know of each structure whether it holds; of two that is the same as which one does."""
    labels = [one.calibration for one in structures]
    titled = {one.calibration: one for one in structures if one.title}
    if len(set(labels)) < _FEWEST_STRUCTURES:
        return []
    return [
        Thing(
            kind="whether",
            key=key,
            value=value_of_groups(samples, _numbered([str(label == key) for label in labels])[trials.structure]),
            title=one.title,
            title_zh=one.title_zh,
        )
        for key, one in titled.items()
    ]


def _differs(values: FloatArray) -> bool:
    known = values[np.isfinite(values)]
    return bool(known.size and known.min() < known.max())


def _numbered(labels: list[str]) -> IntArray:
    return np.array([labels.index(one) for one in labels])


def _mean_value(samples: Samples, several: list[FloatArray]) -> Value:
    """Return the value of what is seen, over several draws of its errors."""
    values = [value_of_numbers(samples, numbers) for numbers in several]
    names = ("value", "error", "unseen", "unseen_error", "left", "left_error")
    return Value(**{name: float(np.mean([getattr(one, name) for one in values])) for name in names})
