"""The catalogue of projects, how they are carried out, what level they bring, and who builds them."""

from __future__ import annotations

from dataclasses import dataclass

from zhizao.parameters.specification import number
from zhizao.sectors import PROJECT_TYPES

__all__ = ["Building", "Levels", "Projects", "Providers"]


@dataclass(frozen=True, kw_only=True)
class Projects:
    """The catalogue: light (software and process), equipment, digital workshop, smart factory."""

    cost: tuple[float, ...] = number(
        (0.9, 6.0, 12.0, 25.0), unit="million RMB at reference revenue", low=0.0, high=10000.0,
        axis=PROJECT_TYPES,
        source="light 0.3-1.5, heavy 5-50 million RMB; one smart line several to over ten million (outside facts O10)",
        meaning="cost of a project for a firm of reference revenue",
    )  # fmt: skip
    cost_level: float = number(
        1.0, unit="multiple", low=0.01, high=20.0, prior=(0.7, 1.4),
        source="assumption: the catalogue's costs are known within about a third",
        meaning="level of all project costs",
    )  # fmt: skip
    reference_revenue: float = number(
        197.0, unit="million RMB per year", low=1.0, high=100000.0,
        source="Chongqing above-scale SMEs 2020: 1,314.37 bn RMB over 6,681 firms (outside facts O5)",
        meaning="revenue at which the catalogue's costs hold",
    )  # fmt: skip
    cost_elasticity: tuple[float, ...] = number(
        (0.5, 0.65, 0.65, 0.65), unit="elasticity", low=0.0, high=2.0, axis=PROJECT_TYPES,
        source="assumption: between a fixed cost (0) and one that grows with size (1); six-tenths rule of plant costs",
        meaning="elasticity of project cost to revenue",
    )  # fmt: skip
    duration: tuple[float, ...] = number(
        (4, 8, 10, 15), unit="months", low=1, high=60, whole=True, axis=PROJECT_TYPES,
        source="assumption: products light and fast within a quarter or two; pilot term two years bounds the rest",
        meaning="months of work without obstacles",
    )  # fmt: skip
    life: tuple[float, ...] = number(
        (5, 8, 8, 10), unit="years", low=1, high=40, axis=PROJECT_TYPES,
        source="assumption: software five, machinery eight to ten years, near tax depreciation lives",
        meaning="years over which a firm counts the benefits",
    )  # fmt: skip
    lowest_score: tuple[float, ...] = number(
        (0.0, 15.0, 28.0, 45.0), unit="score points", low=0.0, high=100.0, axis=PROJECT_TYPES,
        source="assumption: each step stands on the one before; city rules ask workshops before a factory",
        meaning="digital score needed to begin",
    )  # fmt: skip
    score_gain: tuple[float, ...] = number(
        (16.0, 12.0, 20.0, 26.0), unit="score points at score 0", low=0.0, high=100.0, axis=PROJECT_TYPES,
        source="assumption: one to two light projects lift an average level-1 firm to level 2",
        meaning="gain of score, before it shrinks near 100",
    )  # fmt: skip
    labour_effect: tuple[float, ...] = number(
        (0.015, 0.08, 0.09, 0.14), unit="share of labour cost", low=0.0, high=1.0, axis=PROJECT_TYPES,
        source="robots and employment -12 to -16 % in Guangdong (matching; outside facts O7), shared out by type",
        meaning="labour cost saved",
    )  # fmt: skip
    energy_effect: tuple[float, ...] = number(
        (0.01, 0.03, 0.05, 0.08), unit="share of energy cost", low=0.0, high=1.0, axis=PROJECT_TYPES,
        source="population prior: operating cost -3 to -12 % (outside facts O7), the smaller part of it energy",
        meaning="energy cost saved",
    )  # fmt: skip
    quality_effect: tuple[float, ...] = number(
        (0.06, 0.08, 0.16, 0.25), unit="share of cost of defects", low=0.0, high=1.0, axis=PROJECT_TYPES,
        source="demonstration projects: defects -40.7 % (outside facts O7), an upper tail, so a fraction of it",
        meaning="cost of defects saved",
    )  # fmt: skip
    capacity_effect: tuple[float, ...] = number(
        (0.006, 0.012, 0.028, 0.05), unit="share of revenue", low=0.0, high=1.0, axis=PROJECT_TYPES,
        source="population prior: efficiency +5 to +25 % (outside facts O7); only part of it can be sold",
        meaning="additional output that can be sold",
    )  # fmt: skip
    connected: tuple[float, ...] = number(
        (0.0, 1.0, 1.0, 1.0), unit="share of cost", low=0.0, high=1.0, axis=PROJECT_TYPES,
        source="assumption: heavy projects use connected equipment, light ones do not",
        meaning="part of the cost that platform infrastructure can lower",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Building:
    """How projects advance, get stuck, and end well or badly."""

    search_share: float = number(
        0.08, unit="share of project cost", low=0.0, high=1.0,
        source="assumption: finding and vetting a provider costs as much as a consultant's usual fee",
        meaning="cost of finding a provider",
    )  # fmt: skip
    obstacle_probability: float = number(
        0.3, unit="probability", low=0.0, high=1.0,
        source="assumption: 92 cases brought to the district's platform against some hundreds of projects",
        meaning="probability that a project meets an obstacle",
    )  # fmt: skip
    clearing_days: float = number(
        120.0, unit="days", low=1.0, high=3650.0,
        source="assumption: four months without help",
        meaning="mean time to clear an obstacle without the platform",
    )  # fmt: skip
    success_intercept: float = number(
        1.6, unit="logit", low=-20.0, high=20.0,
        source="assumption: about 83 % success of an average firm; most recognised projects are reported as working",
        meaning="success of an average firm with an average provider",
    )  # fmt: skip
    success_capability: float = number(
        1.5, unit="logit per unit", low=0.0, high=20.0,
        source="assumption: absorptive capacity",
        meaning="how capability raises success",
    )  # fmt: skip
    success_competence: float = number(
        1.5, unit="logit per unit", low=0.0, high=20.0,
        source="assumption: as much as the firm's own capability",
        meaning="how a provider's competence raises success",
    )  # fmt: skip
    success_help: float = number(
        0.4, unit="logit", low=0.0, high=20.0,
        source="assumption: help is worth a quarter of the range of capability",
        meaning="how a specialist's help raises success",
    )  # fmt: skip
    failed_gain: float = number(
        0.5, unit="share", low=0.0, high=1.0,
        source="model text: failure gives half the gain and no grant",
        meaning="share of gain and benefit that a failed project leaves",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Levels:
    """Digital scores: how they start, erode, and are reported; recognition of workshops and factories."""

    start_mean: float = number(
        33.0, unit="score points", low=0.0, high=100.0, prior=(28.0, 38.0),
        source="assumption: set so that about half stand at level 2 at the end of 2022 (city survey, outside facts O8)",
        meaning="mean digital score in 2018-01",
    )  # fmt: skip
    start_spread: float = number(
        15.0, unit="score points", low=0.0, high=50.0,
        source="assumption: about one sixth at level 3 at the end of 2022 (outside facts O8)",
        meaning="spread of digital scores in 2018-01",
    )  # fmt: skip
    start_capability: float = number(
        25.0, unit="score points per unit of capability", low=0.0, high=100.0,
        source="assumption: capable firms began earlier",
        meaning="how capability raises the starting score",
    )  # fmt: skip
    erosion: float = number(
        0.8, unit="score points per year", low=0.0, high=20.0, prior=(0.3, 1.5),
        source="assumption: standards rise; the national standard was tightened between 2022 and 2024",
        meaning="score lost a year as standards rise",
    )  # fmt: skip
    assessment_spread: float = number(
        4.0, unit="score points", low=0.0, high=50.0,
        source="assumption: a self-assessment errs by a fifth of a level",
        meaning="noise of the self-assessment",
    )  # fmt: skip
    inflation: float = number(
        1.0, unit="score points", low=0.0, high=50.0,
        source="assumption: self-reported with a pledge of truth and no audit (outside facts O4)",
        meaning="how far reported scores stand above true ones",
    )  # fmt: skip
    stake_inflation: float = number(
        4.0, unit="score points", low=0.0, high=50.0, prior=(0.0, 8.0),
        source="assumption: reports rise by up to half a level when money or a target hangs on them",
        meaning="additional inflation when money or a target hangs on the result",
    )  # fmt: skip
    recognition: float = number(
        0.6, unit="probability per year", low=0.0, high=1.0, prior=(0.3, 0.9),
        source="assumption: one municipal list a year; set so that about 22 workshops are new in 2023",
        meaning="probability that a finished workshop is on this year's list",
    )  # fmt: skip
    factory_recognition: float = number(
        0.5, unit="probability per year", low=0.0, high=1.0,
        source="assumption: as for workshops, stricter",
        meaning="probability that a finished smart factory is on this year's list",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Providers:
    """Solution providers: one market per project type."""

    capacity: tuple[float, ...] = number(
        (0.25, 0.12, 0.06, 0.015), unit="projects per firm of the district per year", low=0.0, high=1e9,
        axis=PROJECT_TYPES,
        source="assumption: about a quarter above the district's orders of 2018-2023, so that surges queue",
        meaning="projects that providers can begin",
    )  # fmt: skip
    normal_use: float = number(
        0.6, unit="share of capacity", low=0.01, high=1.0,
        source="assumption: usual use of capacity in project trades",
        meaning="use of capacity at which the price index is 1",
    )  # fmt: skip
    inverse_supply_elasticity: float = number(
        0.25, unit="elasticity", low=0.0, high=10.0, prior=(0.0, 0.6),
        source="Goolsbee (1998) against Whelan (1999): pass-through between none and most; 0 switches prices off",
        meaning="how much prices rise with orders",
    )  # fmt: skip
    smoothing_months: float = number(
        12, unit="months", low=1, high=60, whole=True,
        source="assumption: quotations follow a year of orders",
        meaning="months over which orders are averaged for the price",
    )  # fmt: skip
    lowest_price: float = number(
        0.8, unit="index", low=0.0, high=1.0,
        source="assumption: providers do not work far below cost",
        meaning="floor of the price index",
    )  # fmt: skip
    highest_price: float = number(
        1.6, unit="index", low=1.0, high=10.0,
        source="assumption: beyond this firms turn to providers from elsewhere",
        meaning="ceiling of the price index",
    )  # fmt: skip
    competence: float = number(
        0.5, unit="share", low=0.0, high=1.0,
        source="assumption: the middle of the scale",
        meaning="competence of providers",
    )  # fmt: skip
