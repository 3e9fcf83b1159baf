"""The groups of firms by which a comparison says who moved: size class, sector, starting level and park."""

from __future__ import annotations

from zhizao.district.in_force import DISTRICT
from zhizao.sectors import LEVELS, SECTOR_KEYS, SECTORS, SIZE_CLASSES

__all__ = ["GROUPED", "GROUP_KINDS", "GROUP_NAMES"]

GROUPED: tuple[str, ...] = ("level2_share", "level2_share_true", "supported_share")
"""What is reported of a group: reported and true share at level 2, and the share that was ever granted support."""
GROUP_KINDS: dict[str, tuple[str, ...]] = {
    "size": SIZE_CLASSES,
    "sector": SECTOR_KEYS,
    "start_level": LEVELS,
    "park": ("weakest tenth", "middle", "strongest tenth"),
}
"""Kinds of groups and their names. Sectors, levels and parks are of SMEs; the starting level is the one reported in
the first month or at entry. Parks differ from draw to draw, so they are described by their rank among all."""


def _level(number: int) -> tuple[str, str]:
    own = DISTRICT.own.levels
    return (
        own.english[number] if own.english else f"level {number}",
        own.chinese[number] if own.chinese else f"{number}级",
    )


GROUP_NAMES: dict[str, tuple[str, str]] = {
    **{size.key: (size.english, size.chinese) for size in DISTRICT.own.size_class},
    "weakest tenth": ("weakest tenth of parks", "最弱一成园区"),
    "middle": ("middle", "中等"),
    "strongest tenth": ("strongest tenth of parks", "最强一成园区"),
    **{key: _level(level) for level, key in enumerate(LEVELS)},
    **{sector.key: (sector.key.replace("_", " "), sector.chinese) for sector in SECTORS},
}
"""What a group is called in English and Chinese."""
