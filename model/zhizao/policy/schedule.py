"""Dated changes of policy: months, single changes, and how their settings are checked and taken apart.

Rows of numbers are taken apart on the way in, so that ``grants.rate = {light = 0.3}`` becomes
``{"grants.rate.light": 0.3}``: changes then merge, and the origin of every number is known, entry by entry.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from zhizao.calendar import MONTHS
from zhizao.errors import Message, in_words, within
from zhizao.parameters.registry import change_groups, parameter_specifications
from zhizao.parameters.specification import Specification, check_value, meant, nearest
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.signposts import Signpost

__all__ = [
    "EVERYTHING",
    "GROUPS",
    "MAX_PROBLEMS",
    "Block",
    "Settings",
    "entries",
    "gather_settings",
    "read_value",
    "unknown_key",
]

MAX_PROBLEMS = 100
"""Problems of one file that are listed before the reader gives up."""

Settings = dict[str, float | str]
"""Values by dotted key; an entry of a row of numbers has its own, such as ``grants.rate.light``."""

GROUPS: tuple[str, ...] = tuple(group.name for group in dataclasses.fields(Policy))
"""Instruments and the other groups of levers that a change can name."""

EVERYTHING: tuple[str, ...] = tuple(name for name in GROUPS if name != "context")
"""What ``off = ["everything"]`` switches off: all policy, and not what happens around the district."""


_MOST_KEPT = 64


@dataclass(frozen=True, kw_only=True)
class Block:
    """One dated change of policy.

    Attributes
    ----------
    start, end
        First and last month in which it holds, as numbers from 0, the district's first.
    off
        Groups of levers that are switched off first.
    settings
        Then set: values by key.
    factors
        Then multiplied: factors by key.
    file
        Name of the file it came from.
    place
        Which change of that file it is, in words.
    announced
        Month from which it is known, with its last month; None if nobody knows of it before it begins, or of its end.
    reasons
        What its file says beside its numbers, in English and Chinese, by the key as it is written there.
    source
        Where all numbers of its file come from.
    when
        What it depends on: it holds only if that does. None if it holds whatever happens.
    """

    start: int
    end: int = MONTHS - 1
    announced: int | None = None
    when: Signpost | None = None
    off: tuple[str, ...] = ()
    settings: Settings = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    file: str
    place: str
    reasons: Mapping[str, tuple[str, str]] = field(default_factory=dict, compare=False)
    source: str = field(default="", compare=False)

    def applied(self, policy: Policy) -> tuple[Policy, list[str]]:
        """Return `policy` after this change, and what a factor has carried out of bounds.

        What was found last is kept: scenarios share the changes of the file that they extend.
        """
        found = self._found.get(policy)
        if found is None:
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            found = self._found[policy] = self._worked_out(policy)
        changed, problems = found
        return changed, list(problems)

    @cached_property
    def _found(self) -> dict[Policy, tuple[Policy, list[str]]]:
        return {}

    def _worked_out(self, policy: Policy) -> tuple[Policy, list[str]]:
        if self.off:
            policy = dataclasses.replace(policy, **{name: type(getattr(policy, name))() for name in self.off})
        if self.settings:
            policy, _ = change_groups(policy, lever_specifications(), self.settings)
        if not self.factors:
            return policy, []
        before = {key: read_value(policy, key) for key in self.factors}
        after = {key: float(before[key]) * factor + 0.0 for key, factor in self.factors.items()}
        problems = []
        for key in after:
            found = change_groups(policy, lever_specifications(), {key: after[key]})[1]
            made = f"{before[key]:g}", f"{self.factors[key]:g}"
            why = (f" ({made[0]} in force times {made[1]})", f"（现行值 {made[0]} 乘以 {made[1]}）")
            problems += [within(line, after=why) for line in found]
        changed, _ = change_groups(policy, lever_specifications(), after)
        return changed, problems

    def keys(self) -> Iterator[str]:
        """Yield the keys of the levers whose values this change decides."""
        for spec in lever_specifications().values():
            if spec.key.partition(".")[0] in self.off:
                yield from entries(spec)
        yield from self.settings
        yield from self.factors


def entries(spec: Specification) -> Iterator[str]:
    """Yield the keys of a declared number: its own, or one for each entry of a row."""
    yield from (f"{spec.key}.{name}" for name in spec.axis) if spec.axis else (spec.key,)


def read_value(groups: Any, key: str) -> Any:
    """Return the value of an entry (as `entries` names it) in a dataclass of groups."""
    group, name, *entry = key.split(".")
    value = getattr(getattr(groups, group), name)
    if entry:
        specs = lever_specifications() if isinstance(groups, Policy) else parameter_specifications()
        return value[specs[f"{group}.{name}"].axis.index(entry[0])]
    return value


def gather_settings(
    table: Mapping[str, Any], known: Mapping[str, Specification], *, factors: bool = False
) -> tuple[Settings, list[str]]:
    """Take apart a table of settings, dotted or nested, and check each against its declaration.

    Parameters
    ----------
    table
        As in the file: ``{"grants.cap": {...}, "grants": {"rate": ...}}``.
    known
        The declarations to go by.
    factors
        Whether the values are factors to multiply by instead of values.

    Returns
    -------
    tuple
        Values by the keys that `entries` names, and problems, each beginning with its key.
    """
    found: Settings = {}
    problems: list[str] = []
    for key, value in _flat(table, "", known):
        base, entry = (key, "") if key in known else key.rsplit(".", 1) if "." in key else (key, "")
        if base not in known or (entry and not known[base].axis):
            problems.append(unknown_key(key, value, known))
        else:
            given = {entry: value} if entry else value
            parts, wrong = (_factors if factors else _values)(known[base], given)
            problems += wrong
            problems += [f"{name} is given twice; keep one" for name in parts if name in found]
            found |= parts
        if len(problems) > MAX_PROBLEMS:
            break
    return found, problems


def _flat(table: Mapping[str, Any], prefix: str, known: Mapping[str, Specification]) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if key not in known and "." not in key and isinstance(value, Mapping) and value:
            yield from _flat(value, f"{key}.", known)
        else:
            yield key, value


def unknown_key(key: str, value: Any, known: Mapping[str, Specification]) -> str:
    """Say that a key is not known, and what may have been meant."""
    levers, parameters = lever_specifications(), parameter_specifications()
    base, shown = key.rpartition(".")[0], in_words(key)[1:-1]
    members = [name.partition(".")[2] for name in known if name.startswith(f"{key}.")]
    if members:
        given, names = f"{shown} = {in_words(value)}", ", ".join(members)
        return Message(f"{given}: it must be a table with some of {names}", f"{given}：须为表，可用的键：{names}")
    if known is not parameters and (key in parameters or base in parameters):
        return Message(
            f"{shown} is a parameter, not a lever of policy; set it under [parameters]",
            f"{shown} 是参数，不是政策杠杆；请写在 [parameters] 下",
        )
    if known is not levers and (key in levers or base in levers):
        return Message(
            f"{shown} is a lever of policy, not a parameter; set it in a change, under [changes.set]",
            f"{shown} 是政策杠杆，不是参数；请写在改变的 [changes.set] 下",
        )
    if base in known and not known[base].axis:
        return Message(
            f"{shown} is not known: {base} is not a row of numbers; set {base}",
            f"没有 {shown}：{base} 不是一组数值；请设定 {base}",
        )
    same = [name for name in known if name.partition(".")[2] == key]
    hint = meant(same[0]) if same else nearest(key[:80], list(known))
    listed = Message("; the command `zhizao params` lists what is", "；可用的键见 zhizao params")
    return within(hint or listed, (f"{shown} is not known", f"没有 {shown}"))


def _values(spec: Specification, value: Any) -> tuple[Settings, list[str]]:
    if isinstance(value, Mapping) and (not spec.axis or not value):
        plain = f"{spec.bounds}, in {spec.unit}, not a table"
        wanted = f"some of {', '.join(spec.axis)}" if spec.axis else plain
        return {}, [f"{spec.key} = {in_words(value)}: it must be {wanted}"]
    checked, problems = check_value(spec, _without_dates(value))
    if problems:
        return {}, problems
    if spec.choices:
        return {spec.key: checked}, []
    if not spec.axis:
        return {spec.key: checked + 0.0}, []  # + 0.0: no negative zero
    names = value if isinstance(value, Mapping) else spec.axis
    return {f"{spec.key}.{name}": checked[spec.axis.index(name)] + 0.0 for name in names}, []


def _factors(spec: Specification, value: Any) -> tuple[Settings, list[str]]:
    if spec.choices:
        return {}, [f"{spec.key} is {spec.bounds} and cannot be multiplied; set it instead"]
    factor = dataclasses.replace(spec, low=0.0, high=1e9, unit="multiples of the value in force", whole=False)
    if not spec.axis or isinstance(value, Mapping):
        return _values(factor, value)
    parts, problems = _values(dataclasses.replace(factor, axis=()), value)
    return dict.fromkeys(entries(spec), parts[spec.key]) if parts else {}, problems


def _without_dates(value: Any) -> Any:
    """Return the value with dates as text, which is how messages should show them."""
    if isinstance(value, Mapping):
        return {name: _without_dates(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_without_dates(entry) for entry in value]
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else value
