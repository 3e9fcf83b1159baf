"""What the evidence says of each structure, and what policies do under each: which answers hold in all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Unpack

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.errors import InputError
from zhizao.evidence.ensembles import FIRST_READING, FUNDING, fitted_structures, fitted_treatments, read_ensemble
from zhizao.evidence.structures import structures
from zhizao.parallel import Progress
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.studies.compare import compare
from zhizao.studies.describe import differences, finite, interval
from zhizao.studies.options import ScenarioLike
from zhizao.studies.study_options import DrawsOptions, takes

__all__ = ["Weighed", "WeighedStructure", "weigh_structures", "weighed_structures"]

OUTCOME = "level2_share_true_end"
"""What policies are compared by, if nothing is named."""
_SURE = 0.9
_FACTS = "facts"


@dataclass(frozen=True, kw_only=True)
class WeighedStructure:
    """A structure and what the facts say of it.

    Attributes
    ----------
    calibration, funding
        How a study asks for it.
    title, title_zh
        What it is called.
    log_evidence, second
        Logarithm of the probability of the facts under it, from two seeds; nan where only one was run.
    weight
        Posterior probability, if all are as likely before; nan for the plan, which is fitted to more.
    """

    calibration: str
    funding: str
    title: str
    title_zh: str
    log_evidence: float
    second: float
    weight: float = math.nan

    @property
    def name(self) -> str:
        """How it is called in tables."""
        return f"{self.calibration} · {self.funding}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Weighed:
    """Structures, and differences of policies from the first one under each.

    Attributes
    ----------
    structures
        The structures, that of the declared model first.
    first
        Name of the policy that the others are compared with.
    policies
        Names of these others.
    outcome
        Name of the outcome.
    differences
        By policy and name of the structure: the outcome with the policy less that with the first, one a draw; of
        shares in percentage points.
    """

    structures: tuple[WeighedStructure, ...]
    first: str
    policies: tuple[str, ...]
    outcome: str
    differences: dict[tuple[str, str], FloatArray]

    def over_all(self, policy: str) -> FloatArray:
        """Return the differences under all structures, each as often as its weight says."""
        parts = []
        for one in self.structures:
            values = self.differences[policy, one.name]
            if one.weight > 0.0:
                count = max(round(one.weight * _POOL), 1)
                parts.append(np.quantile(values, (np.arange(count) + 0.5) / count))
        return np.concatenate(parts)

    def holds(self, policy: str) -> int:
        """Return 1 or -1 if the policy is better or worse in at least 90 % of draws under every structure, else 0."""
        signs = set()
        for one in self.structures:
            values = self.differences[policy, one.name]
            signs.add(1 if np.mean(values > 0.0) >= _SURE else -1 if np.mean(values < 0.0) >= _SURE else 0)
        return signs.pop() if len(signs) == 1 else 0

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain numbers and texts."""
        rows = []
        for policy in self.policies:
            for one in self.structures:
                values = self.differences[policy, one.name]
                better = float(np.mean(values > 0.0))
                rows.append({"scenario": policy, "structure": one.name, **interval(values), "better": better})
            rows.append({"scenario": policy, "structure": "all", **interval(self.over_all(policy))})
        return {
            "outcome": self.outcome,
            "first": self.first,
            "structures": [
                {
                    "structure": one.name,
                    "title": one.title,
                    "log_evidence": finite(one.log_evidence),
                    "log_evidence_second": finite(one.second),
                    "weight": finite(one.weight),
                }
                for one in self.structures
            ],
            "differences": rows,
            "holds": {policy: self.holds(policy) for policy in self.policies},
        }


_POOL = 10_000
"""Points that stand for the mixture of all structures."""


@takes(DrawsOptions, draws=100)
def weigh_structures(
    scenarios: Iterable[ScenarioLike] = ("baseline", "no-grants", "no-services", "no-programme"),
    *,
    outcome: str = OUTCOME,
    progress: Progress | None = None,
    **options: Unpack[DrawsOptions],
) -> Weighed:
    """Weigh structures by the evidence, and compare policies with the first of them under each.

    Structures are the readings of the money, what the district's ``readings.toml`` has as ``[[structure]]``, as far as
    they are fitted, and the treatment ``plan``. Their weights are for equal odds before the facts.

    Parameters
    ----------
    scenarios
        Policies; the others are compared with the first.
    outcome
        Name of the outcome, as in tables of `compare`.
    progress
        Called with how many draws are done, and of how many, under one structure after the other.
    **options
        As declared in `DrawsOptions`; calibration and funding are those of the structures.

    Raises
    ------
    InputError
        If nothing is fitted, or something given is wrong.
    """
    if outcome not in OUTCOMES_BY_NAME:
        raise InputError(f"outcome '{outcome}' is not one of {', '.join(OUTCOMES_BY_NAME)}")
    weighed = weighed_structures()
    scale = 100.0 if OUTCOMES_BY_NAME[outcome].unit.startswith("share") else 1.0
    found: dict[tuple[str, str], FloatArray] = {}
    policies: tuple[str, ...] = ()
    name = ""
    for one in weighed:
        asked: Any = {**options, "calibration": one.calibration, "funding": one.funding}
        done = compare(list(scenarios), progress=progress, **asked)
        first, *others = done.compared
        name, policies = first.label, tuple(entry.label for entry in others)
        for entry in others:
            found[entry.label, one.name] = scale * differences(entry.outcomes[outcome], first.outcomes[outcome])
    return Weighed(structures=weighed, first=name, policies=policies, outcome=outcome, differences=found)


def weighed_structures() -> tuple[WeighedStructure, ...]:
    """Return what is fitted to the facts, weighed, and then the plan.

    Raises
    ------
    InputError
        If nothing is fitted.
    """
    to_facts = [(_FACTS, funding) for funding in FUNDING if _FACTS in fitted_treatments(funding)]
    to_facts += [(key, FIRST_READING) for key in fitted_structures()]
    if not to_facts:
        raise InputError("nothing is fitted to the facts of this district; fit with `zhizao calibrate`")
    found = [_of(*pair) for pair in to_facts]
    logs = np.array([np.nanmean([one.log_evidence, one.second]) for one in found])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    weighed = [replace(one, weight=float(weight)) for one, weight in zip(found, weights, strict=True)]
    plan = [_of("plan", FIRST_READING)] if "plan" in fitted_treatments(FIRST_READING) else []
    return (*weighed, *plan)


def _of(calibration: str, funding: str) -> WeighedStructure:
    sampler = read_ensemble(calibration, funding).record["sampler"]
    declared = structures().get(calibration)
    return WeighedStructure(
        calibration=calibration,
        funding=funding,
        title=declared.title if declared else "",
        title_zh=declared.title_zh if declared else "",
        log_evidence=float(sampler["log_evidence"]),
        second=float(sampler.get("log_evidence_second", math.nan)),
    )
