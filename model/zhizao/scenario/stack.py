"""Several scenarios at once, as in ``baseline+chain-leaders+light-vouchers``: what each changes, all together.

Scenarios form a tree by what they extend. A stack takes every file of every member once, parents first. Where two
members decide the same thing differently it is refused, so that the order of the members never matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

from zhizao.calendar import month_name
from zhizao.errors import InputError, Message, at_place, printable
from zhizao.files import resolved_path
from zhizao.policy.levers import Policy
from zhizao.policy.schedule import read_value
from zhizao.scenario.chain import is_scenario
from zhizao.scenario.file import ScenarioFile

__all__ = ["Member", "split_stack", "stacked_files", "topmost"]

SIGN = "+"
_MAX_MEMBERS = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class Member:
    """One scenario of a stack.

    Attributes
    ----------
    name
        As the stack names it.
    files
        The files of its chain, the root first.
    policies
        Its policy of each month when it stands alone.
    """

    name: str
    files: tuple[ScenarioFile, ...]
    policies: tuple[Policy, ...]

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """Where its files are."""
        return tuple(resolved_path(file.path) for file in self.files)

    def own_files(self, other: Member) -> tuple[ScenarioFile, ...]:
        """Return what it does not share with another."""
        return tuple(file for file, path in zip(self.files, self.paths, strict=True) if path not in other.paths)


def split_stack(text: str) -> list[str]:
    """Return the members that `text` names; one, if it has no plus sign or is the path of a file with one in it."""
    pieces = text.split(SIGN)
    if len(pieces) == 1 or len(pieces) > _MAX_MEMBERS or is_scenario(text):
        return [text]
    members = []
    while pieces:
        joined = (SIGN.join(pieces[:many]) for many in range(len(pieces), 0, -1))
        member = next((name for name in joined if is_scenario(name.strip())), pieces[0])
        members.append(member.strip())
        pieces = pieces[1 + member.count(SIGN) :]
    if text.endswith(".toml") and not any(is_scenario(member) for member in members):
        return [text]  # the path of a file that is missing
    return members


def stacked_files(members: Sequence[Member]) -> list[ScenarioFile]:
    """Return every file of the members once, parents before children.

    Raises
    ------
    InputError
        Naming members given twice, without a common parent, or that decide the same thing differently.
    """
    problems = []
    for one, other in combinations(members, 2):
        if one.paths == other.paths:
            problems.append(Message(f"{one.name} is named twice; remove one", f"{one.name} 出现两次；请去掉一个"))
        elif one.paths[0] != other.paths[0]:
            begin = one.files[0].path.name, other.files[0].path.name
            problems.append(
                Message(
                    f"{one.name} and {other.name} have no scenario in common (they begin at {begin[0]} and "
                    f"{begin[1]}); let both extend the same scenario",
                    f"{one.name} 与 {other.name} 没有共同的上级情景（分别始于 {begin[0]} 和 {begin[1]}）；"
                    "请让两者扩展同一情景",
                )
            )
        elif found := list(_differences(one, other)):
            problems.append(_conflict(one, other, found))
    if problems:
        label = SIGN.join(member.name for member in members)
        label = printable(label, 500)
        raise InputError([at_place(label, problem, 500) for problem in dict.fromkeys(problems)])
    merged = {path: file for member in members for path, file in zip(member.paths, member.files, strict=True)}
    return list(merged.values())


def topmost(members: Sequence[Member]) -> list[Member]:
    """Return the members that no other member extends: those that make the stack what it is."""
    return [one for one in members if all(one is other or one.own_files(other) for other in members)]


Difference = tuple[str, Any, Any, str]
"""What both decide, the value under each, and in words since when (nothing, if throughout)."""


def _differences(one: Member, other: Member) -> Iterator[Difference]:
    """Yield what both members decide, each in its own files, and not alike; each lever in its first such month."""
    mine, yours = one.own_files(other), other.own_files(one)
    values = [{key: value for file in files for key, value in file.parameters.items()} for files in (mine, yours)]
    for key in sorted(values[0].keys() & values[1].keys()):
        if values[0][key] != values[1][key]:
            yield key, values[0][key], values[1][key], ""
    networks = [[file.network for file in files if file.network] for files in (mine, yours)]
    if networks[0] and networks[1] and networks[0][-1] != networks[1][-1]:
        yield "network", networks[0][-1], networks[1][-1], ""
    reported: set[str] = set()
    for month, policies in enumerate(zip(one.policies, other.policies, strict=True)):
        keys, factors, hanging = _decided(mine, month)
        other_keys, other_factors, other_hanging = _decided(yours, month)
        for key in sorted((keys & other_keys) - reported):
            first, second = (read_value(policy, key) for policy in policies)
            # even where they agree, two factors would multiply each other, and a set value undo a factor before it;
            # what depends on something is not in these values
            multiplied = first != 0.0 and key in factors | other_factors
            if first != second or multiplied or key in hanging | other_hanging:
                reported.add(key)
                yield key, first, second, f" in {month_name(month)}"


def _decided(files: Sequence[ScenarioFile], month: int) -> tuple[set[str], set[str], set[str]]:
    """Return the keys of the levers that files decide in a month, which by a factor, and which if something holds."""
    active = [block for file in files for block in file.blocks if block.start <= month <= block.end]
    hanging = [block for block in active if block.when is not None]
    return (
        set().union(*(block.keys() for block in active)),
        set().union(*(block.factors for block in active)),
        set().union(*(block.keys() for block in hanging)),
    )


def _conflict(one: Member, other: Member, found: Sequence[Difference]) -> Message:
    (key, first, second, when), *others = sorted(found, key=lambda difference: difference[1] == difference[2])
    values = [f"{value:g}" if isinstance(value, float) else str(value) for value in (first, second)]
    more = "" if not others else f", and {others[0][0]}"
    more += "" if len(others) < 2 else f" and {len(others) - 1} more"
    besides = "" if not others else f"，另有 {others[0][0]}" + (f" 等{len(others)}项" if len(others) > 1 else "")
    since = f"，自{when.removeprefix(' in ')}起" if when else ""
    return Message(
        f"{one.name} and {other.name} both decide {key} ({values[0]} and {values[1]}{when}){more}; write a file that "
        f"extends one of them and sets the values that are to hold, and name it in place of both",
        f"{one.name} 与 {other.name} 对 {key} 的设定不同（{values[0]} 和 {values[1]}{since}）{besides}；请写一个扩展"
        "其中之一的文件，设定应采用的值，并用它代替这两个情景",
    )
