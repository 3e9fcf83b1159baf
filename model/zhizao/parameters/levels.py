"""How projects are carried out, what level they bring, and what is recognised."""

from __future__ import annotations

from dataclasses import dataclass

from zhizao.parameters.of_district import of_district
from zhizao.parameters.specification import FROM_DISTRICT, number

__all__ = ["Building", "Levels"]


@dataclass(frozen=True, kw_only=True)
@of_district("building")
class Building:
    """How projects advance, get stuck, and end well or badly."""

    search_share: float = number(
        0.08,
        unit="share of project cost",
        low=0.0,
        high=1.0,
        source="assumption: finding and vetting a provider costs as much as a consultant's usual fee",
        meaning="cost of finding a provider",
        chinese="寻找服务商的成本",
    )
    obstacle_probability: float = number(
        0.3,
        unit="probability",
        low=0.0,
        high=1.0,
        source="assumption: about one project in three needs something cleared by an office",
        meaning="probability that a project meets an obstacle",
        chinese="项目遇到障碍的概率",
    )
    clearing_days: float = number(
        120.0,
        unit="days",
        low=1.0,
        high=3650.0,
        source="assumption: four months without help",
        meaning="mean time to clear an obstacle without the platform",
        chinese="没有诉求平台时解决障碍的平均时间",
    )
    success_intercept: float = number(
        1.6,
        unit="logit",
        low=-20.0,
        high=20.0,
        source="assumption: about 83 % success of an average firm; most recognised projects are reported as working",
        meaning="success of an average firm with an average provider",
        chinese="一般企业配一般服务商时的项目成功率",
    )
    success_capability: float = number(
        1.5,
        unit="logit per unit",
        low=0.0,
        high=20.0,
        source="assumption: absorptive capacity",
        meaning="how capability raises success",
        chinese="企业能力对项目成功率的提升",
    )
    success_competence: float = number(
        1.5,
        unit="logit per unit",
        low=0.0,
        high=20.0,
        source="assumption: as much as the firm's own capability",
        meaning="how a provider's competence raises success",
        chinese="服务商水平对项目成功率的提升",
    )
    success_help: float = number(
        0.4,
        unit="logit",
        low=0.0,
        high=20.0,
        source="assumption: help is worth a quarter of the range of capability",
        meaning="how a specialist's help raises success",
        chinese="专员帮助对项目成功率的提升",
    )
    failed_gain: float = number(
        0.5,
        unit="share",
        low=0.0,
        high=1.0,
        source="model text: failure gives half the gain and no grant",
        meaning="share of gain and benefit that a failed project leaves",
        chinese="项目失败时仍保留的得分提升和收益",
    )


@dataclass(frozen=True, kw_only=True)
@of_district("levels")
class Levels:
    """Digital scores: how they start, erode, and are reported; recognition of workshops and factories."""

    start_mean: float = number(
        FROM_DISTRICT,
        unit="score points",
        low=0.0,
        high=100.0,
        meaning="mean digital score at the start",
        chinese="起始时数字化得分的均值",
    )
    start_spread: float = number(
        FROM_DISTRICT,
        unit="score points",
        low=0.0,
        high=50.0,
        meaning="spread of digital scores at the start",
        chinese="起始时数字化得分的离散程度",
    )
    start_capability: float = number(
        25.0,
        unit="score points per unit of capability",
        low=0.0,
        high=100.0,
        source="assumption: capable firms began earlier",
        meaning="how capability raises the starting score",
        chinese="企业能力对起始得分的提升",
    )
    erosion: float = number(
        0.8,
        unit="score points per year",
        low=0.0,
        high=20.0,
        prior=(0.3, 1.5),
        source="assumption: standards rise; the national standard was tightened between 2022 and 2024",
        meaning="score lost a year as standards rise",
        chinese="标准提高造成的得分流失",
    )
    assessment_spread: float = number(
        4.0,
        unit="score points",
        low=0.0,
        high=50.0,
        source="assumption: a self-assessment errs by a fifth of a level",
        meaning="noise of the self-assessment",
        chinese="自评的随机误差",
    )
    inflation: float = number(
        1.0,
        unit="score points",
        low=0.0,
        high=50.0,
        source="assumption: self-reported with a pledge of truth and no audit (outside facts O4)",
        meaning="how far reported scores stand above true ones",
        chinese="自评高于真实得分的幅度",
    )
    stake_inflation: float = number(
        4.0,
        unit="score points",
        low=0.0,
        high=50.0,
        prior=(0.0, 8.0),
        source="assumption: reports rise by up to half a level when money or a target depends on them",
        meaning="additional inflation when money or a target depends on the result",
        chinese="与资金或目标挂钩时自评额外虚高",
    )
    recognition: float = number(
        FROM_DISTRICT,
        unit="probability per year",
        low=0.0,
        high=1.0,
        meaning="probability that a finished workshop is on this year's list",
        chinese="建成车间入选当年认定名单的概率",
    )
    factory_recognition: float = number(
        0.5,
        unit="probability per year",
        low=0.0,
        high=1.0,
        prior=(0.2, 0.8),
        source="assumption: as for workshops, stricter",
        meaning="probability that a finished smart factory is on this year's list",
        chinese="建成智能工厂入选当年认定名单的概率",
    )
    workshops_per_factory: float = number(
        0,
        unit="workshops",
        low=0,
        high=20,
        whole=True,
        source="assumption: a smart factory holds its own workshops, so the test adds nothing; 1 to 3 of others "
        "before it would leave the district without recognised factories",
        meaning="digital workshops of its own that a smart factory holds, or it is not recognised",
        chinese="智能工厂认定所需的自有数字化车间数",
    )
    workshops_first: float = number(
        0.0,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption: the city's rules are of recognition, not of what may be begun",
        meaning="part of a factory's workshops that must stand before it may be begun",
        chinese="智能工厂开工前须先建成的车间所占比例",
    )
