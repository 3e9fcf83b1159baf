"""The district's industries: the "2335" cluster system of the report, with its six mapped industries.

The report of December 2023 names 2 leading, 3 pillar, 3 speciality and 5 new-star clusters, and six
industries that the city's map of advanced manufacturing places in the district. The five new-star clusters
are small and are held here as one sector. Numbers that describe a sector (its share of firms, its cost
shares, its growth) are parameters and live in `zhizao.parameters`; this file only names the sectors.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LEVELS", "PROJECT_TYPES", "SECTORS", "SECTOR_KEYS", "SIZE_CLASSES", "TIERS", "Sector"]


@dataclass(frozen=True, kw_only=True)
class Sector:
    """One sector: its key in files, its names, its tier of cluster, and the mapped industry within it."""

    key: str
    english: str
    chinese: str
    cluster: str
    industry: str = ""


SECTORS: tuple[Sector, ...] = (
    Sector(
        key="vehicles",
        english="Intelligent connected new-energy vehicles",
        chinese="智能网联新能源汽车",
        cluster="leading",
        industry="智能网联新能源乘用车",
    ),
    Sector(
        key="electronics",
        english="New-generation electronics (smartphones)",
        chinese="新一代电子信息制造业",
        cluster="leading",
        industry="智能手机",
    ),
    Sector(
        key="equipment",
        english="Intelligent equipment",
        chinese="智能装备",
        cluster="pillar",
        industry="智能制造装备",
    ),
    Sector(
        key="consumer_goods",
        english="Consumer goods (leisure food)",
        chinese="消费品制造",
        cluster="pillar",
        industry="休闲食品",
    ),
    Sector(
        key="software",
        english="Software and information (vehicle software)",
        chinese="软件信息",
        cluster="pillar",
        industry="汽车软件",
    ),
    Sector(
        key="materials",
        english="Advanced materials (fibres and composites)",
        chinese="先进材料",
        cluster="speciality",
        industry="纤维及复合材料",
    ),
    Sector(key="display", english="New displays", chinese="新型显示", cluster="speciality"),
    Sector(key="new_energy", english="New energy and storage", chinese="新能源及新型储能", cluster="speciality"),
    Sector(key="new_star", english="New-star clusters", chinese="战略性新星产业", cluster="new-star"),
)
"""The nine sectors, in the order that arrays over sectors follow."""

SECTOR_KEYS: tuple[str, ...] = tuple(sector.key for sector in SECTORS)

SIZE_CLASSES: tuple[str, ...] = ("small", "medium", "large")
"""Size classes of the 2011 national rule; small and medium firms together are the SMEs."""

PROJECT_TYPES: tuple[str, ...] = ("light", "equipment", "workshop", "factory")
"""The catalogue of digital-transformation projects, lightest first; 'above' in the subsidy account follows it."""

TIERS: tuple[str, ...] = ("national", "municipal", "district")
"""The tiers of government whose money is spent, in the order in which an award draws on them."""

LEVELS: tuple[str, ...] = ("level0", "level1", "level2", "level3", "level4")
"""Digital levels by score: unrated below 20, then 20-40, 40-60, 60-80, 80 and above."""
