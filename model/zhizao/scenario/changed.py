"""What one policy changes against another: each lever and parameter, since when, from what to what, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zhizao.calendar import MONTHS, month_index, month_name
from zhizao.errors import Message
from zhizao.parameters.registry import Parameters, parameter_specifications
from zhizao.parameters.specification import Specification
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.schedule import GROUPS, Block, entries, read_value
from zhizao.policy.signposts import Signpost
from zhizao.scenario.scenario import Scenario
from zhizao.scenario.settings import COMMAND_LINE

__all__ = ["Change", "policy_changes"]

_BY_HAND = {
    COMMAND_LINE: Message("set on the command line", "在命令行中设定"),
    "changes": Message("set beside the scenario file", "在情景文件之外设定"),
    "settings": Message("set beside the scenario file", "在情景文件之外设定"),
}
Value = float | str


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that a policy has otherwise than another.

    Attributes
    ----------
    key
        Of a lever, a parameter or an entry of one; of a group of levers that is switched off; ``network``; or the name
        of an own instrument.
    unit
        As it is declared; empty where there is none.
    before, after
        The values; None where something is not there.
    start, end
        First and last month, ``"YYYY-MM"``; both empty for what holds throughout, `end` for what holds to the end.
    reason
        What its file says beside it, or of all its numbers; it knows its Chinese.
    file
        The file that sets it.
    when
        What it depends on, if it does not hold whatever happens; `before` is then what holds without it.
    """

    key: str
    unit: str
    before: Value | None
    after: Value | None
    start: str = ""
    end: str = ""
    reason: str = ""
    file: str = ""
    when: Signpost | None = None

    @property
    def switched_off(self) -> bool:
        """Whether it is a whole group of levers that is in force before and not after."""
        return self.key in GROUPS


def policy_changes(after: Scenario, before: Scenario, until: str = "") -> tuple[Change, ...]:
    """Return all that `after` has otherwise than `before`, in the order in which levers are declared.

    Parameters
    ----------
    after, before
        The policy, and the one that it is compared with.
    until
        Last month that counts, ``"YYYY-MM"``; the last there is if not given.
    """
    months = min(MONTHS, month_index(until) + 1) if until else MONTHS
    mine, yours = after.policies(months), before.policies(months)
    found = [*_groups_switched_off(mine, yours, after)]
    off = {change.key for change in found}
    for spec in lever_specifications().values():
        if spec.key.partition(".")[0] not in off:
            for key in entries(spec):
                found += _of_lever(key, spec, (mine, yours), after)
    depending = _of_conditions(after, before, months)
    return (*found, *depending, *_of_parameters(after, before), *_of_the_rest(after, before))


def _spans(pairs: list[tuple[Any, Any]]) -> Iterator[tuple[int, int, Any, Any]]:
    """Yield first and last place of each stretch of the same two values that differ, with the values."""
    start = 0
    for place in range(1, len(pairs) + 1):
        if place == len(pairs) or pairs[place] != pairs[start]:
            if pairs[start][0] != pairs[start][1]:
                yield start, place - 1, *pairs[start]
            start = place


def _groups_switched_off(mine: list[Policy], yours: list[Policy], after: Scenario) -> Iterator[Change]:
    """Yield the groups of levers that a change switches off, and leaves off, while they are in force otherwise."""
    for group in GROUPS:
        pairs = [(getattr(old, group), getattr(new, group)) for old, new in zip(yours, mine, strict=True)]
        for start, end, _, _ in _spans([(False, old != new and new == type(new)()) for old, new in pairs]):
            block = _deciding(after, start, group, off=True)
            if block is not None:
                yield Change(
                    key=group,
                    unit="",
                    before=None,
                    after=None,
                    start=month_name(start),
                    end=_last(end, len(mine)),
                    reason=_reason_of(block, group),
                    file=block.file,
                )


def _of_lever(
    key: str, spec: Specification, policies: tuple[list[Policy], list[Policy]], after: Scenario
) -> Iterator[Change]:
    mine, yours = policies
    pairs = [(read_value(old, key), read_value(new, key)) for old, new in zip(yours, mine, strict=True)]
    for start, end, before, value in _spans(pairs):
        block = _deciding(after, start, key)
        yield Change(
            key=key,
            unit=spec.unit if not spec.choices else "",
            before=_plain(before),
            after=_plain(value),
            start=month_name(start),
            end=_last(end, len(pairs)),
            reason=_reason_of(block, key) if block else "",
            file=block.file if block else "",
        )


def _of_conditions(after: Scenario, before: Scenario, months: int) -> Iterator[Change]:
    """Yield what changes if something is seen, against what holds without it."""
    policies = after.policies(months)
    for block in after.blocks:
        if block.when is None or block in before.blocks or block.start >= months:
            continue
        old = policies[block.start]
        new, _ = block.applied(old)
        for spec in lever_specifications().values():
            for key in entries(spec):
                values = [read_value(policy, key) for policy in (old, new)]
                if values[0] != values[1]:
                    yield Change(
                        key=key,
                        unit=spec.unit if not spec.choices else "",
                        before=_plain(values[0]),
                        after=_plain(values[1]),
                        start=month_name(block.start),
                        end=_last(min(block.end, months - 1), months),
                        reason=_reason_of(block, key),
                        file=block.file,
                        when=block.when,
                    )


def _deciding(scenario: Scenario, month: int, key: str, *, off: bool = False) -> Block | None:
    """Return the last change of a scenario that holds in a month and sets a lever, or switches a group off."""
    active = (block for block in reversed(scenario.fixed_blocks) if block.start <= month <= block.end)
    return next((block for block in active if (key in block.off if off else key in set(block.keys()))), None)


def _reason_of(block: Block, key: str) -> str:
    """Return the reason beside a lever, or a group that is off, in its change; else the source of the file."""
    if block.file in _BY_HAND:
        return _BY_HAND[block.file]
    is_set = key in block.settings or key in block.factors
    for name in (key, key.rpartition(".")[0]) if is_set else ("off",):
        english, chinese = block.reasons.get(name, ("", ""))
        if english or chinese:
            return Message(english or chinese, chinese or english)
    return block.source


def _of_parameters(after: Scenario, before: Scenario) -> Iterator[Change]:
    declared = Parameters()
    for spec in parameter_specifications().values():
        for key in entries(spec):
            own = [scenario.parameter_changes.get(key) for scenario in (before, after)]
            if own[0] == own[1]:
                continue
            values = [read_value(declared, key) if value is None else value for value in own]
            file = after.parameter_files.get(key, "")
            yield Change(
                key=key,
                unit=spec.unit if not spec.choices else "",
                before=_plain(values[0]),
                after=_plain(values[1]),
                reason=_BY_HAND.get(file, after.source),
                file=file,
            )


def _of_the_rest(after: Scenario, before: Scenario) -> Iterator[Change]:
    if after.network != before.network:
        yield Change(key="network", unit="", before=before.network, after=after.network, reason=after.source)
    for kind in after.instruments:
        if kind not in before.instruments:
            yield Change(key=kind.name, unit="", before=None, after=Message(kind.english, kind.chinese))


def _plain(value: Any) -> Value:
    return value if isinstance(value, str) else float(value)


def _last(month: int, months: int) -> str:
    """Return the last month of a change; empty where it holds to the end."""
    return month_name(month) if month < months - 1 else ""
