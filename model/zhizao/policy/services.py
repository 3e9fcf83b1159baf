"""Instruments that are services and conditions, and the groups of levers that spend nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from zhizao.policy.declaring import Instrument, LeverGroup, lever, lever_choice, lever_for_each, lever_level
from zhizao.sectors import LEVELS, SECTOR_KEYS, SIZE_CLASSES

__all__ = [
    "Assessment",
    "Attraction",
    "Campaign",
    "Context",
    "Handling",
    "Infrastructure",
    "Leaders",
    "Lists",
    "Matchmaking",
    "ProviderBuilding",
    "Response",
    "Specialists",
]


@dataclass(frozen=True, kw_only=True)
class Specialists:
    """Service specialists who visit firms on a rota."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Service specialists", chinese="服务专员", tier="district", direct=False, account="services"
    )
    count: float = lever(
        0.0,
        unit="specialists",
        high=1e6,
        name=("Service specialists", "服务专员人数"),
        meaning=("service specialists", "联系和走访企业的服务专员人数"),
    )
    caseload: float = lever(
        5.6,
        unit="firms per specialist",
        high=1000.0,
        name=("Firms that one specialist looks after", "每名专员联系企业数"),
        meaning=("firms that one looks after", "每名专员负责联系的企业数"),
    )
    visits: float = lever(
        4.1,
        unit="visits per specialist per year",
        high=300.0,
        name=("Visits by each specialist", "每名专员走访次数"),
        meaning=("visits that one makes", "每名专员每年走访企业的次数"),
    )
    order: str = lever_choice(
        "all",
        choices=("all", "small-first", "large-first"),
        name=("Who has a specialist if too few", "专员不足时优先服务对象"),
        meaning=("who has a specialist when there are too few", "专员不足时优先联系哪些企业"),
    )
    lowest_level: float = lever_level(
        0,
        name=("Visited from reported level", "走访企业的最低自评等级"),
        meaning=("lowest reported level of the firms that are visited", "走访对象的最低自评等级"),
    )
    highest_level: float = lever_level(
        len(LEVELS) - 1,
        name=("Visited up to reported level", "走访企业的最高自评等级"),
        meaning=("highest reported level of the firms that are visited", "走访对象的最高自评等级"),
    )
    sizes: tuple[float, ...] = lever_for_each(
        SIZE_CLASSES,
        1.0,
        name=("Size classes that are visited", "走访的企业规模"),
        meaning=(
            "whether firms of a size class are visited: 1, or 0 if not",
            "是否走访该规模的企业：1为走访，0为不走访",
        ),
    )
    sectors: tuple[float, ...] = lever_for_each(
        SECTOR_KEYS,
        1.0,
        name=("Sectors that are visited", "走访的行业"),
        meaning=("whether firms of a sector are visited: 1, or 0 if not", "是否走访该行业的企业：1为走访，0为不走访"),
    )


@dataclass(frozen=True, kw_only=True)
class Matchmaking:
    """Matching firms with solution providers."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Matchmaking", chinese="供需对接", tier="district", direct=False, account="services"
    )
    cost_cut: float = lever(
        0.0,
        unit="share of search cost",
        high=1.0,
        name=("Matchmaking: search for a provider saved", "供需对接：搜寻成本降幅"),
        meaning=("search cost saved", "供需对接为企业节省的服务商搜寻成本"),
    )


@dataclass(frozen=True, kw_only=True)
class Handling:
    """How applications are handled: one-stop, online, at weekends."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Handling of applications", chinese="申报办理", tier="district", direct=False, account="services"
    )
    processing_days: float = lever(
        120.0,
        unit="days",
        high=720.0,
        name=("From application to decision", "申报到最早批复的时间"),
        meaning=("days from application to the earliest decision", "从提交申报到最早作出批复的天数"),
    )
    online_share: float = lever(
        0.0,
        unit="share",
        high=1.0,
        name=("Handled online in one stop", "一网通办比例"),
        meaning=("share of handling done online in one stop", "申报事项中一站式网上办理的比例"),
    )
    online_cut: float = lever(
        0.5,
        unit="share",
        high=1.0,
        name=("Burden saved if all is online", "全程网办可减少的申报负担"),
        meaning=("burden saved when all is online", "全部网办时减少的申报负担"),
    )
    monthly_capacity: float = lever(
        1e6,
        unit="applications per month",
        high=1e9,
        name=("Applications decided", "每月可办理的申报数"),
        meaning=("applications that can be decided in a month", "每月最多可作出批复的申报件数"),
    )
    weekend_share: float = lever(
        0.0,
        unit="share",
        high=1.0,
        name=("Weekends with opening hours", "周末开放办理的比例"),
        meaning=("share of weekends with opening hours", "开放办理窗口的周末所占比例"),
    )


@dataclass(frozen=True, kw_only=True)
class Response:
    """The call-and-response platform that clears obstacles."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Call and response", chinese="诉求响应", tier="district", direct=False, account="services"
    )
    days: float = lever(
        0.0,
        unit="days",
        high=3650.0,
        name=("Days to clear an obstacle (0: no platform)", "诉求平均办结时间（0为未开通）"),
        meaning=("mean days to clear an obstacle; 0 is off", "通过平台解决一项障碍的平均天数，0为未开通平台"),
    )


@dataclass(frozen=True, kw_only=True)
class Leaders:
    """Chain leaders ask their partners for level 2 and share templates."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Chain leaders", chinese="链主带动", tier="district", direct=False, account="services"
    )
    share: float = lever(
        0.0,
        unit="share of chain leaders",
        high=1.0,
        name=("Chain leaders that take part", "参与带动的链主企业比例"),
        meaning=("leaders that take part", "参与带动上下游转型的链主企业比例"),
    )
    template_cut: float = lever(
        0.0,
        unit="share of light projects' cost",
        high=0.9,
        name=("Saved by a shared template", "共享模板节省的成本"),
        meaning=("cost saved by a shared template", "使用链主共享模板节省的项目费用"),
    )


@dataclass(frozen=True, kw_only=True)
class ProviderBuilding:
    """Building up providers."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Building up providers", chinese="服务商培育", tier="municipal", direct=False, account="services"
    )
    capacity_gain: float = lever(
        0.0,
        unit="share of capacity",
        high=20.0,
        name=("More capacity of providers", "服务商能力增量"),
        meaning=("additional capacity", "在现有基础上新增的服务商能力"),
    )
    competence_gain: float = lever(
        0.0,
        unit="share",
        high=1.0,
        name=("More competence of providers", "服务商水平提升"),
        meaning=("additional competence", "在现有基础上提高的服务商水平"),
    )


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """Information campaigns."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Information campaign", chinese="政策宣讲", tier="district", direct=False, account="services"
    )
    rate: float = lever(
        0.0,
        unit="per year",
        high=20.0,
        name=("Information campaign: firms hear sooner", "政策宣讲：知晓速度增量"),
        meaning=("additional rate of hearing of support", "政策宣讲使企业知晓扶持政策的速率提高多少"),
    )


@dataclass(frozen=True, kw_only=True)
class Attraction:
    """Attraction of new plants."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Attraction of plants", chinese="招商引资", tier="district", direct=False, account="services"
    )
    entry_gain: float = lever(
        0.0,
        unit="share of entries",
        high=1.0,
        name=("More entries", "新增入驻企业比例"),
        meaning=("additional entries", "招商引资额外带来的入驻企业"),
    )
    score_gain: float = lever(
        0.0,
        unit="score points",
        high=50.0,
        name=("Higher digital score of entrants", "新入驻企业数字化得分增量"),
        meaning=("additional digital score of entrants", "新入驻企业的数字化得分额外提高多少"),
    )


@dataclass(frozen=True, kw_only=True)
class Infrastructure:
    """5G and platform infrastructure."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Infrastructure", chinese="基础设施", tier="municipal", direct=False, account="services"
    )
    cost_cut: float = lever(
        0.0,
        unit="share of connected cost",
        high=0.9,
        name=("Cheaper connected equipment", "联网设备成本的降幅"),
        meaning=("lower cost of connected equipment", "数字基础设施使联网设备成本降低多少"),
    )


NO_LIMIT = 1e6
"""Places on a list that nobody fills."""


@dataclass(frozen=True, kw_only=True)
class Lists:
    """How many places the yearly lists of recognition have; who reports the highest score is first."""

    DECLARED: ClassVar[LeverGroup] = LeverGroup(english="Yearly lists", chinese="年度认定名单")
    workshop_places: float = lever(
        NO_LIMIT,
        unit="places a year",
        high=1e9,
        whole=True,
        name=("Places for digital workshops", "数字化车间认定名额"),
        meaning=("digital workshops that one yearly list can hold", "每年名单最多认定的数字化车间数"),
    )
    factory_places: float = lever(
        NO_LIMIT,
        unit="places a year",
        high=1e9,
        whole=True,
        name=("Places for smart factories", "智能工厂认定名额"),
        meaning=("smart factories that one yearly list can hold", "每年名单最多认定的智能工厂数"),
    )


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """How strictly self-assessments are checked."""

    DECLARED: ClassVar[LeverGroup] = LeverGroup(english="Assessment", chinese="等级评估")
    inflation_cut: float = lever(
        0.0,
        unit="share",
        high=1.0,
        name=("Inflation of reports removed by checks", "核查消除的自评虚高比例"),
        meaning=("inflation of reports removed by checks", "自评虚高中被核查消除的部分"),
    )
    target_pressure: float = lever(
        0.0,
        unit="share",
        high=1.0,
        name=("A public target inflates reports", "公开目标对自评的推高程度"),
        meaning=("how far a public target inflates reports, as money would", "公开目标像资金一样推高自评的程度"),
    )


@dataclass(frozen=True, kw_only=True)
class Context:
    """What happens around the district: not policy, but part of a scenario."""

    DECLARED: ClassVar[LeverGroup] = LeverGroup(english="Surroundings", chinese="外部环境")
    demand: float = lever(
        1.0,
        unit="multiple",
        high=10.0,
        name=("Demand, to trend", "市场需求（相对趋势）"),
        meaning=("demand relative to trend", "市场需求相当于趋势水平的倍数"),
    )
    provider_capacity: float = lever(
        1.0,
        unit="multiple",
        high=100.0,
        name=("Providers from elsewhere, capacity", "区外服务商能力"),
        meaning=("capacity of providers from elsewhere", "区外服务商能力的倍数"),
    )
    energy_price: float = lever(
        1.0,
        unit="multiple",
        high=10.0,
        name=("Price of energy, to {start_short}", "能源价格（相对{start_short}）"),
        meaning=("price of energy relative to that of {start_short}", "能源价格相当于{start_short}的倍数"),
    )
