"""Changes that depend on what a government sees: element 6 of docs/ODD.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BELOW, AT_MOST, ABOVE, AT_LEAST = "<", "<=", ">", ">="


@dataclass
class Signpost:
    comparison: str
    number: float
    at: int
    over: int = 12
    flow: bool = False


def seen(signpost: Signpost, series: Sequence[float]) -> float:
    """What it reads at the beginning of its month, from a series by month."""
    if signpost.flow:
        return sum(series[max(signpost.at - signpost.over, 0) : signpost.at])
    return series[signpost.at - 1]


def holds(signpost: Signpost, series: Sequence[float]) -> bool:
    value = seen(signpost, series)
    return {
        BELOW: value < signpost.number,
        AT_MOST: value <= signpost.number,
        ABOVE: value > signpost.number,
        AT_LEAST: value >= signpost.number,
    }[signpost.comparison]


def in_force(signpost: Signpost, series: Sequence[float], month: int, first: int | None, last: int | None) -> bool:
    """Whether the change that depends on it holds in a month."""
    begin = signpost.at if first is None else first
    return month >= begin and (last is None or month <= last) and month >= signpost.at and holds(signpost, series)


def budget_used(promised: Sequence[float], appropriated: Sequence[float], at: int) -> float:
    """Money promised over money appropriated, of the twelve months before."""
    first = max(at - 12, 0)
    return sum(promised[first:at]) / max(sum(appropriated[first:at]), 1e-9)
