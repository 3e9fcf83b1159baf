"""Structures: what no interval can express, such as how support is asked for, fitted one by one and weighed.

A structure is the model with a few levers and parameters set throughout, from the first month on, and fitted to the
same facts. The evidence for each, against that of the model as it is declared, says how far the facts tell them apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from zhizao.district.in_force import DISTRICT
from zhizao.evidence.experiments import rows_of_readings
from zhizao.parameters.registry import Parameters, change_groups, parameter_specifications
from zhizao.parameters.specification import nearest
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.schedule import entries
from zhizao.words.tables import Language, either

__all__ = ["Structure", "structure_settings", "structure_title", "structures"]

_KEY = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TAKEN = ("plan", "facts", "prior")
"""What ``--calibration`` knows beside structures."""


@dataclass(frozen=True, kw_only=True)
class Structure:
    """A row of ``[[structure]]`` in a district's ``readings.toml``.

    Attributes
    ----------
    key
        Its name; a study asks for it with ``--calibration KEY``.
    title, title_zh
        What it is called in tables.
    set
        Levers and parameters that hold throughout, by dotted key.
    reason
        Why it is plausible, and what it stands against.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    key: str
    title: str
    set: dict[str, float | str]
    reason: str
    title_zh: str = ""


@cache
def structures() -> dict[str, Structure]:
    """Return the structures of the district in force, by key.

    Raises
    ------
    InputError
        If a row is damaged, is called like a treatment, or sets what no lever or parameter can be.
    """
    return {row.key: row for row in rows_of_readings(DISTRICT.folder, "structure", Structure, faults=_faults)}


def _faults(row: Structure) -> list[str]:
    found = []
    if not _KEY.fullmatch(row.key) or row.key in _TAKEN:
        found.append(f"key must be small letters, digits and dashes, and none of {', '.join(_TAKEN)}; rename it")
    if not row.set:
        found.append("set is empty; name what the structure sets, or remove it")
    levers, parameters = lever_specifications(), parameter_specifications()
    of_levers = {key for spec in levers.values() for key in (spec.key, *entries(spec))}
    of_both = of_levers | {key for spec in parameters.values() for key in (spec.key, *entries(spec))}
    found += [
        f"set.{key} is not a lever or parameter{nearest(key, list(of_both))}" for key in row.set if key not in of_both
    ]
    given = {key: value for key, value in row.set.items() if key in of_both}
    found += change_groups(Policy(), levers, _within(given, of_levers))[1]
    found += change_groups(Parameters(), parameters, _within(given, of_both - of_levers))[1]
    return found


def _within(values: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key in keys}


def structure_title(calibration: str, language: Language) -> str:
    """Return what the structure of a calibration is called; nothing if it is none."""
    found = structures().get(calibration)
    return either(found.title, found.title_zh or found.title, language) if found else ""


def structure_settings(calibration: str) -> dict[str, Any]:
    """Return what holds throughout under a calibration: what its structure sets, nothing if it is none."""
    found = structures().get(str(calibration))
    return dict(found.set) if found else {}
