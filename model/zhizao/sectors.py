"""Along what rows of numbers run: the district's sectors, size classes, tiers and levels, and the kinds of project.

What the district in force has is read from its folder (`zhizao.district`); the catalogue of projects is the model's.
Numbers that describe a sector or a class (shares, costs, growth) are parameters and live in `zhizao.parameters`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zhizao.district.declared import Sector
from zhizao.district.in_force import DISTRICT

__all__ = [
    "BRINGS_ROBOTS",
    "CUT_POINTS",
    "IS_FACTORY",
    "IS_LIGHT",
    "IS_WORKSHOP",
    "KIND_COUNT",
    "KIND_DRAW",
    "LARGE",
    "LEVELS",
    "PLAN_LEVEL",
    "PROJECT_KINDS",
    "PROJECT_TYPES",
    "SECTORS",
    "SECTOR_KEYS",
    "SIZE_CLASSES",
    "SIZE_COUNT",
    "SME_COUNT",
    "TIERS",
    "TIER_COUNT",
    "TIER_FOR",
    "ProjectKind",
]


_OWN = DISTRICT.own

SECTORS: tuple[Sector, ...] = _OWN.sector
"""The district's sectors, in the order that arrays over sectors follow."""

SECTOR_KEYS: tuple[str, ...] = tuple(sector.key for sector in SECTORS)

SIZE_CLASSES: tuple[str, ...] = tuple(size.key for size in _OWN.size_class)
"""Size classes, from the smallest; the last is that of large firms, and all others are SMEs."""

SIZE_COUNT = len(SIZE_CLASSES)
LARGE = SIZE_COUNT - 1
SME_COUNT = LARGE
"""How many size classes, from the smallest on, are SMEs."""


@dataclass(frozen=True, kw_only=True)
class ProjectKind:
    """One kind of project in the catalogue; what it costs and brings is in `zhizao.parameters.projects`.

    Attributes
    ----------
    key, english, chinese
        Its key in files and its names.
    draw
        The fixed number of its draws, as a stream's number: never changed, and never used for another kind.
    light
        Whether it is a light one: templates of chain leaders and discounts of providers are for these.
    robots
        Whether it brings robots.
    recognised_as
        What it is put on the list as once it stands: a digital workshop, a smart factory, or nothing.
    """

    key: str
    english: str
    chinese: str
    draw: int
    light: bool = False
    robots: bool = False
    recognised_as: Literal["workshop", "factory", ""] = ""


PROJECT_KINDS: tuple[ProjectKind, ...] = (
    ProjectKind(key="light", english="light projects", chinese="轻量化项目", draw=0, light=True),
    ProjectKind(key="equipment", english="equipment", chinese="数字化装备", draw=1, robots=True),
    ProjectKind(
        key="workshop", english="digital workshops", chinese="数字化车间", draw=2, robots=True, recognised_as="workshop"
    ),
    ProjectKind(key="factory", english="smart factories", chinese="智能工厂", draw=3, recognised_as="factory"),
)
"""The catalogue of digital-transformation projects, lightest first; 'above' in the subsidy account follows it."""

PROJECT_TYPES: tuple[str, ...] = tuple(kind.key for kind in PROJECT_KINDS)
KIND_COUNT = len(PROJECT_KINDS)
KIND_DRAW: tuple[int, ...] = tuple(kind.draw for kind in PROJECT_KINDS)
IS_LIGHT: tuple[bool, ...] = tuple(kind.light for kind in PROJECT_KINDS)
BRINGS_ROBOTS: tuple[bool, ...] = tuple(kind.robots for kind in PROJECT_KINDS)
IS_WORKSHOP: tuple[bool, ...] = tuple(kind.recognised_as == "workshop" for kind in PROJECT_KINDS)
IS_FACTORY: tuple[bool, ...] = tuple(kind.recognised_as == "factory" for kind in PROJECT_KINDS)
"""The traits of kinds, for compiled code."""

TIERS: tuple[str, ...] = tuple(tier.key for tier in _OWN.tier)
"""The tiers of government whose money is spent, in the order in which an award draws on them."""

TIER_COUNT = len(TIERS)

TIER_FOR: dict[str, str] = {role: tier.key for tier in _OWN.tier for role in (tier.pays_for or (tier.key,))}
"""The district's tier that pays what an instrument books to ``national``, ``municipal`` or ``district``."""

CUT_POINTS: tuple[float, ...] = _OWN.levels.cut_points
"""Score points from which a firm is at level 1, 2 and so on."""

LEVELS: tuple[str, ...] = tuple(f"level{level}" for level in range(len(CUT_POINTS) + 1))
"""Digital levels by score, from level 0, below the first cut-point."""

PLAN_LEVEL = _OWN.plan.level
"""The level that the plan is about: "level 2" in the names of series and levers, whatever its number here."""
