"""The inputs for levers, made from the registry: what kind of input, from where to where, in which steps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from zhizao.calendar import BRANCH_MONTH
from zhizao.policy.levers import lever_specifications
from zhizao.policy.schedule import Settings, entries, read_value
from zhizao.scenario.scenario import Scenario
from zhizao.studies.mixes import read_dials

__all__ = ["LeverInput", "all_inputs", "first_inputs", "in_force", "moved"]

_LONGEST_SLIDER = 60.0
"""Up to such a range a lever is a slider; beyond, bounds only keep out nonsense, and a number is typed."""
_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class LeverInput:
    """How one lever, or one entry of a row, is set on the page.

    Attributes
    ----------
    key
        Its dotted name, such as ``grants.rate.light``.
    kind
        ``slider``, ``number`` (typed) or ``choice``.
    low, high, step
        Of the input, in the unit of the lever. A slider of the first rank goes as far as ``reach`` searches; bounds
        of the registry hold for what is typed.
    whole
        Whether only whole numbers make sense.
    percent
        Whether it is shown in per cent.
    choices
        The words of a choice.
    reason
        Why a slider ends where it does, where a file says so.
    """

    key: str
    kind: Literal["slider", "number", "choice"]
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    whole: bool = False
    percent: bool = False
    choices: tuple[str, ...] = ()
    reason: str = ""


def first_inputs() -> tuple[LeverInput, ...]:
    """Return the inputs shown first: the levers that ``zhizao reach`` turns, over the same ranges."""
    by_key = {made.key: made for made in all_inputs()}
    shown = []
    for dial in read_dials():
        made = by_key[dial.key]
        step = 1.0 if dial.high - dial.low > 20 else 0.1 if dial.high - dial.low > 1 else made.step
        shown.append(
            LeverInput(
                key=dial.key,
                kind="slider",
                low=dial.low,
                high=dial.high,
                step=step,
                whole=made.whole,
                percent=made.percent,
                reason=dial.reason,
            )
        )
    return tuple(shown)


def all_inputs() -> tuple[LeverInput, ...]:
    """Return an input for every lever of the registry, entry by entry, in its order."""
    made = []
    for spec in lever_specifications().values():
        for key in entries(spec):
            if spec.choices:
                made.append(LeverInput(key=key, kind="choice", choices=spec.choices))
                continue
            reach = spec.high - spec.low
            made.append(
                LeverInput(
                    key=key,
                    kind="slider" if reach <= _LONGEST_SLIDER else "number",
                    low=spec.low,
                    high=spec.high,
                    step=1.0 if spec.whole else _step(reach),
                    whole=spec.whole,
                    percent=spec.unit.startswith("share"),
                )
            )
    return tuple(made)


def _step(reach: float) -> float:
    return 0.005 if reach <= 0.5 else 0.01 if reach <= 2.0 else 0.1


def in_force(scenario: Scenario) -> Settings:
    """Return the value of every lever in the month of the branch, by key."""
    policy = scenario.policies(BRANCH_MONTH + 1)[BRANCH_MONTH]
    found: Settings = {}
    for spec in lever_specifications().values():
        for key in entries(spec):
            value = read_value(policy, key)
            found[key] = value if isinstance(value, str) else float(value)
    return found


def moved(values: Mapping[str, float | str], start: Mapping[str, float | str]) -> Settings:
    """Return what is other than at the start; what a slider adds to a number by rounding does not count."""
    found: Settings = {}
    for key, value in values.items():
        before = start[key]
        if isinstance(value, str) or isinstance(before, str):
            if value != before:
                found[key] = value
        elif not math.isclose(value, before, rel_tol=1e-9, abs_tol=1e-9):
            found[key] = round(float(value), _DIGITS)
    return found
