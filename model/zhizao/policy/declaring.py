"""How an instrument of policy and its levers are declared: once, with everything that follows from it.

An instrument is a group of levers, a dataclass in `money` or `services` that holds its declaration as `DECLARED`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from zhizao.parameters.specification import choice, number
from zhizao.sectors import LEVELS

__all__ = ["AccountGroup", "Instrument", "LeverGroup", "lever", "lever_choice", "lever_for_each", "lever_level"]

AccountGroup = Literal["grants", "other_project_money", "awards", "services", "relief"]
"""How the subsidy account looks at the money of an instrument: see `zhizao.accounts.subsidy_account`."""

_POLICY = "lever: set by the scenario file, which names its source"


@dataclass(frozen=True, kw_only=True)
class LeverGroup:
    """A group of levers that a scenario can set, change at a date, or switch off.

    Attributes
    ----------
    english, chinese
        What it is called.
    """

    english: str
    chinese: str


@dataclass(frozen=True, kw_only=True)
class Instrument(LeverGroup):
    """A group of levers that costs public money.

    Attributes
    ----------
    tier
        The tier of government that pays; None draws on all tiers in order, which only grants do (assumption: taxes
        are national, lists of recognised workshops municipal, services the district's own).
    direct
        Whether its money is handed to firms; what it pays for a service or a condition counts as service cost.
    account
        The group in which the subsidy account shows it.
    """

    tier: str | None
    direct: bool
    account: AccountGroup


def lever(
    default: float | tuple[float, ...],
    *,
    unit: str,
    high: float,
    name: tuple[str, str],
    meaning: tuple[str, str],
    low: float = 0.0,
    axis: tuple[str, ...] = (),
    whole: bool = False,
) -> Any:
    """Declare a lever; `name` (short enough for an input) and `meaning` (a line) are in English and Chinese."""
    return number(
        default,
        unit=unit,
        low=low,
        high=high,
        role="lever",
        source=_POLICY,
        meaning=meaning[0],
        axis=axis,
        whole=whole,
        english=name[0],
        chinese=name[1],
        chinese_meaning=meaning[1],
    )


def lever_level(default: float, *, name: tuple[str, str], meaning: tuple[str, str]) -> Any:
    """Declare a lever that is a reported level; `name` and `meaning` as for `lever`."""
    return lever(default, unit="level", high=len(LEVELS) - 1, whole=True, name=name, meaning=meaning)


def lever_for_each(axis: tuple[str, ...], default: float, *, name: tuple[str, str], meaning: tuple[str, str]) -> Any:
    """Declare a lever that says of each entry of a row whether it is meant, 1 or 0; the rest is as for `lever`."""
    return lever((default,) * len(axis), axis=axis, unit="1 or 0", high=1.0, whole=True, name=name, meaning=meaning)


def lever_choice(default: str, *, choices: tuple[str, ...], name: tuple[str, str], meaning: tuple[str, str]) -> Any:
    """Declare a lever that is a choice among words; `name` and `meaning` as for `lever`."""
    return choice(
        default,
        choices=choices,
        role="lever",
        source=_POLICY,
        meaning=meaning[0],
        english=name[0],
        chinese=name[1],
        chinese_meaning=meaning[1],
    )
