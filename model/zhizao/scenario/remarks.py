"""Levers that a scenario sets and that never take effect, each with the reason.

A lever may need another: a rate of grants gives nothing without a fund. Some needs show in the monthly offers, which
are then the same with the lever and without it; the others are declared here (`NEEDS`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from zhizao.calendar import month_name
from zhizao.errors import Message
from zhizao.parameters.registry import Parameters
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.offers import first_difference, monthly_offers
from zhizao.policy.schedule import Block, entries, read_value
from zhizao.sectors import PROJECT_TYPES, SECTOR_KEYS, SIZE_CLASSES

__all__ = ["NEEDS", "alone_remarks", "lever_remarks"]

NEEDS: dict[str, tuple[str, ...]] = {
    **{f"grants.rate.{kind}": (f"grants.cap.{kind}",) for kind in PROJECT_TYPES},
    **{f"grants.cap.{kind}": (f"grants.rate.{kind}",) for kind in PROJECT_TYPES},
    **{f"grants.floor.{kind}": (f"grants.rate.{kind}", f"grants.cap.{kind}") for kind in PROJECT_TYPES},
    "grants.clawback_share": ("grants.advance_share",),
    "loans.interest_years": ("loans.interest_points",),
    "loans.guarantee_cost": ("loans.guarantee_share",),
    "specialists.caseload": ("specialists.count",),
    "specialists.visits": ("specialists.count",),
    "specialists.order": ("specialists.count",),
    "specialists.lowest_level": ("specialists.count",),
    "specialists.highest_level": ("specialists.count",),
    **{f"specialists.sizes.{size}": ("specialists.count",) for size in SIZE_CLASSES},
    **{f"specialists.sectors.{sector}": ("specialists.count",) for sector in SECTOR_KEYS},
    "handling.online_cut": ("handling.online_share",),
    "leaders.template_cut": ("leaders.share",),
}
"""Levers, and those that must be above 0 for them to change anything."""
_AFTER = "after-the-fact"
_GRANTS = ("rate", "cap", "size_factor")
_PILOT = ("sectors", "share", "rate", "cap")


def lever_remarks(
    blocks: Sequence[Block], own: Sequence[Block], months: int, parameters: Parameters
) -> Iterator[Message]:
    """Yield what is to be said of levers that are set and never take effect.

    Parameters
    ----------
    blocks
        All changes of a scenario, in the order in which they hold.
    own
        Those of them that are asked about.
    months
        Months from the first on that are looked at.
    parameters
        Numbers of the district.
    """
    for block in own:
        beside = [other for other in blocks if other.when in (None, block.when)]
        last = max(number for number, other in enumerate(beside) if other.file == block.file)
        look = _Look(beside[: last + 1], block, months, parameters)
        dead: dict[str, list[str]] = {}
        for key in (*block.settings, *block.factors):
            if reason := look.reason(key):
                dead.setdefault(reason, []).append(key)
        yield from (_told(block, keys, reason) for reason, keys in dead.items())
        if block.announced is not None and block.announced < block.start and not parameters.choosing.anticipation:
            yield _needing(block, "announced", "has", "announced", ["choosing.anticipation"])


def alone_remarks(blocks: Sequence[Block]) -> list[Message]:
    """Return what is to be said of the changes of a file that extends no other: that before the first there is nothing.

    A policy that begins with the first month, as the current one does, is meant to stand by itself.
    """
    first = min(blocks, key=lambda block: block.start, default=None)
    if first is None or first.start == 0:
        return []
    month = month_name(first.start)
    return [
        Message(
            f"{first.file} extends no other scenario: before {month}, and in all that it does not set, there is no "
            f'policy at all; if it changes the current policy, write extends = "baseline" at its top',
            f"{first.file} 没有继承其他情景：{month}之前以及它没有设定的各项都没有任何政策；"
            '如果它是在现行政策上的改动，请在文件开头写 extends = "baseline"',
        )
    ]


def _policies(blocks: Sequence[Block], months: int) -> list[Policy]:
    """Return the policy of each month; equal ones are one object."""
    done: dict[tuple[int, ...], Policy] = {}
    found = []
    for month in range(months):
        active = tuple(number for number, block in enumerate(blocks) if block.start <= month <= block.end)
        if active not in done:
            policy = Policy()
            for number in active:
                policy = blocks[number].applied(policy)[0]
            done[active] = policy
        found.append(done[active])
    return found


class _Look:
    """One change of a file, looked at with all that comes before it and the rest of its file."""

    def __init__(self, blocks: Sequence[Block], block: Block, months: int, parameters: Parameters) -> None:
        self._blocks = blocks
        self._block = block
        self._parameters = parameters
        self._policies = _policies(blocks, months)
        self._offers = monthly_offers(self._policies, parameters)
        self._active = range(block.start, min(block.end + 1, months))

    def reason(self, key: str) -> str:
        """Return why a lever never takes effect, "zero", "again", "after" or "needs" with what; nothing if it does."""
        block = self._block
        bare = replace(block, settings=_without(block.settings, key), factors=_without(block.factors, key))
        without = _policies([bare if other is block else other for other in self._blocks], len(self._policies))
        moved = [m for m in self._active if read_value(self._policies[m], key) != read_value(without[m], key)]
        if not moved:
            return self._unmoved(key, without)
        offers = monthly_offers(without, self._parameters)
        announced = self._offers["grants_on"] + offers["grants_on"]
        if key.startswith("grants.") and not announced[moved].any():
            return self._grants_lack(key, moved)
        if key.startswith("pilot.") and not (self._offers["pilot_on"] + offers["pilot_on"])[moved].any():
            return self._pilot_lacks(key, moved)
        if key == "grants.advance_share" and all(self._policies[m].grants.regime == _AFTER for m in moved):
            return "after"
        missing = [name for name in NEEDS.get(key, ()) if not any(read_value(self._policies[m], name) for m in moved)]
        if missing:
            return f"needs {' '.join(missing)}"
        if first_difference(self._offers, offers) < len(self._policies):
            return ""
        return self._grants_lack(key, moved)

    def _unmoved(self, key: str, without: Sequence[Policy]) -> str:
        """Say of a lever with the same values without the change whether it multiplies nothing, or is set again."""
        block = self._block
        if key in block.factors:
            row = [name for name in block.factors if _row(name) == _row(key)]
            some = block.factors[key] == 1.0 or any(read_value(without[m], name) for m in self._active for name in row)
            return "" if some else "zero"
        kept = any(read_value(self._policies[month], key) == block.settings[key] for month in self._active)
        return "again" if self._active and not kept else ""

    def _pilot_lacks(self, key: str, months: Sequence[int]) -> str:
        """Name what the pilot city has none of, so that it is not even announced."""
        pilots = {id(self._policies[month]): self._policies[month].pilot for month in months}.values()
        lack = [f"pilot.{name}" for name in _PILOT if not any(np.any(getattr(pilot, name)) for pilot in pilots)]
        missing = [name for name in lack if name != _row(key)]
        return f"needs {' '.join(missing)}" if missing else ""

    def _grants_lack(self, key: str, months: Sequence[int]) -> str:
        """Name what grants have none of, so that they are not even announced."""
        policies = {id(self._policies[month]): self._policies[month] for month in months}.values()
        lack = [f"grants.{name}" for name in _GRANTS if not any(any(getattr(p.grants, name)) for p in policies)]
        if not any(p.grants.fund_multiple or any(p.grants.additional_budget) for p in policies):
            lack.append("grants.fund_multiple")
        lack = [name for name in lack if name != _row(key)] or ["grants.rate", "grants.cap", "grants.fund_multiple"]
        return f"needs {' '.join(lack)}"


def _row(key: str) -> str:
    """Return the lever that an entry of a row belongs to."""
    return ".".join(key.split(".")[:2])


def _whole_rows(keys: Sequence[str]) -> list[str]:
    """Return keys with the name of the lever in place of all entries of its row."""
    known = lever_specifications()
    rows = {_row(key) for key in keys if set(entries(known[_row(key)])) <= set(keys)}
    return list(dict.fromkeys(_row(key) if _row(key) in rows else key for key in keys))


def _without(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != key}


def _told(block: Block, keys: Sequence[str], reason: str) -> Message:
    kind, _, names = reason.partition(" ")
    keys = _whole_rows(keys)
    levers, chinese = ", ".join(keys), "、".join(keys)
    have = "has" if len(keys) == 1 else "have"
    start = month_name(block.start)
    place = f"{block.file}, {block.place}"
    if kind == "needs":
        return _needing(block, levers, have, chinese, names.split())
    if kind == "after":
        return Message(
            f"{place}: {levers} {have} no effect while grants.regime is {_AFTER}: nothing is promised before the work",
            f"{block.file}，自{start}：{chinese}不起作用，因为grants.regime为{_AFTER}，开工前不承诺补贴",
        )
    if kind == "zero":
        return Message(
            f"{place}: {levers} {have} no effect: 0 before the multiplication; set a value instead",
            f"{block.file}，自{start}：{chinese}不起作用，因为相乘之前为0；请改为直接设定",
        )
    return Message(
        f"{place}: {levers} {have} no effect: a later change of the file sets it again in all of these months",
        f"{block.file}，自{start}：{chinese}不起作用，因为后面的变更在其全部月份中重新设定了它",
    )


def _needing(block: Block, levers: str, have: str, chinese: str, needed: Sequence[str]) -> Message:
    are = "is" if len(needed) == 1 else "are"
    return Message(
        f"{block.file}, {block.place}: {levers} {have} no effect while {' and '.join(needed)} {are} 0",
        f"{block.file}，自{month_name(block.start)}：{chinese}不起作用，因为{'、'.join(needed)}为0",
    )
