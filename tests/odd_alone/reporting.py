"""Reports, levels, awards and yearly lists: elements 2, 7.13 and 7.14 of docs/ODD.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CUTS = (20.0, 40.0, 60.0, 80.0)


def level(score: float) -> int:
    return sum(score >= cut for cut in CUTS)


def eroded(score: float, erosion: float) -> float:
    return max(score - erosion, 0.0)


@dataclass
class Assessment:
    spread: float
    inflation: float
    stake_inflation: float
    inflation_cut: float
    target_pressure: float


def stake(assessment: Assessment, awards_by_level: Sequence[float]) -> float:
    return 1.0 if any(award > 0.0 for award in awards_by_level) else assessment.target_pressure


def reported(score: float, normal_draw: float, assessment: Assessment, hangs_on_it: float) -> float:
    added = (assessment.inflation + assessment.stake_inflation * hangs_on_it) * (1.0 - assessment.inflation_cut)
    return min(max(score + assessment.spread * normal_draw + added, 0.0), 100.0)


def level_awards(best: int, now: int, award: Sequence[float]) -> float:
    """Paid in December for a level reported for the first time: those of levels 2, 3 and 4 in between."""
    return sum(award[which - 2] for which in (2, 3, 4) if best < which <= now)


def finished(score: float, gain: float, part: float) -> float:
    """The score after a project: ``part`` is 1 after success, ``building.failed_gain`` after failure."""
    return score + part * gain * (1.0 - score / 100.0)


@dataclass
class Candidate:
    slot: int
    reported: float
    workshops_built: int
    workshops: int
    factories_built: int
    factories: int
    draw: float


def workshop_list(firms: Sequence[Candidate], chance: float, places: float) -> list[int]:
    """Slots on the list of May."""
    able = [firm for firm in firms if firm.workshops_built > firm.workshops and firm.draw < chance]
    return _best(able, places)


def factory_list(firms: Sequence[Candidate], chance: float, places: float, workshops_each: float) -> list[int]:
    able = [
        firm
        for firm in firms
        if firm.factories_built > firm.factories
        and firm.draw < chance
        and firm.workshops_built >= workshops_each * (firm.factories + 1)
    ]
    return _best(able, places)


def _best(able: list[Candidate], places: float) -> list[int]:
    able.sort(key=lambda firm: (-firm.reported, firm.slot))
    return sorted(firm.slot for firm in able[: int(places)])
