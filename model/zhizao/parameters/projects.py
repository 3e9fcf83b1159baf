"""The catalogue of projects, and who builds them."""

from __future__ import annotations

from dataclasses import dataclass

from zhizao.parameters.of_district import of_district
from zhizao.parameters.specification import FROM_DISTRICT, number
from zhizao.sectors import PROJECT_TYPES

__all__ = ["Projects", "Providers"]


@dataclass(frozen=True, kw_only=True)
@of_district("projects")
class Projects:
    """The catalogue: light (software and process), equipment, digital workshop, smart factory."""

    cost: tuple[float, ...] = number(
        (0.9, 6.0, 12.0, 25.0),
        unit="million RMB at reference revenue",
        low=0.0,
        high=10000.0,
        axis=PROJECT_TYPES,
        source="light 0.3-1.5, heavy 5-50 million RMB; one smart line several to over ten million (outside facts O10)",
        meaning="cost of a project for a firm of reference revenue",
        chinese="参考收入企业的项目投资额",
    )
    cost_level: float = number(
        1.0,
        unit="multiple",
        low=0.01,
        high=20.0,
        prior=(0.7, 1.4),
        source="assumption: the catalogue's costs are known within about a third",
        meaning="level of all project costs",
        chinese="项目投资额的总体水平",
    )
    reference_revenue: float = number(
        FROM_DISTRICT,
        unit="million RMB per year",
        low=1.0,
        high=100000.0,
        meaning="revenue at which the catalogue's costs hold",
        chinese="项目目录投资额所对应的营业收入",
    )
    cost_elasticity: tuple[float, ...] = number(
        (0.5, 0.65, 0.65, 0.65),
        unit="elasticity",
        low=0.0,
        high=2.0,
        axis=PROJECT_TYPES,
        source="assumption: between a fixed cost (0) and one that grows with size (1); six-tenths rule of plant costs",
        meaning="elasticity of project cost to revenue",
        chinese="项目投资额对营业收入的弹性",
    )
    duration: tuple[float, ...] = number(
        (4, 8, 10, 15),
        unit="months",
        low=1,
        high=60,
        whole=True,
        axis=PROJECT_TYPES,
        source="assumption: products light and fast within a quarter or two; pilot term two years bounds the rest",
        meaning="months of work without obstacles",
        chinese="无障碍时的建设周期",
    )
    life: tuple[float, ...] = number(
        (5, 8, 8, 10),
        unit="years",
        low=1,
        high=40,
        axis=PROJECT_TYPES,
        source="assumption: software five, machinery eight to ten years, near tax depreciation lives",
        meaning="years over which a firm counts the benefits",
        chinese="企业计算收益的年限",
    )
    lowest_score: tuple[float, ...] = number(
        (0.0, 15.0, 28.0, 45.0),
        unit="score points",
        low=0.0,
        high=100.0,
        axis=PROJECT_TYPES,
        source="assumption: each step builds on the one before; city rules ask workshops before a factory",
        meaning="digital score needed to begin",
        chinese="开工所需的最低数字化得分",
    )
    score_gain: tuple[float, ...] = number(
        (16.0, 12.0, 20.0, 26.0),
        unit="score points at score 0",
        low=0.0,
        high=100.0,
        axis=PROJECT_TYPES,
        source="assumption: one to two light projects lift an average firm by a level",
        meaning="gain of score, before it shrinks near 100",
        chinese="项目带来的得分提升（接近100分时递减）",
    )
    labour_effect: tuple[float, ...] = number(
        (0.015, 0.08, 0.09, 0.14),
        unit="share of labour cost",
        low=0.0,
        high=1.0,
        axis=PROJECT_TYPES,
        source="robots and employment -12 to -16 % in Guangdong (matching; outside facts O7), shared out by type",
        meaning="labour cost saved",
        chinese="项目节省的人工成本",
    )
    energy_effect: tuple[float, ...] = number(
        (0.01, 0.03, 0.05, 0.08),
        unit="share of energy cost",
        low=0.0,
        high=1.0,
        axis=PROJECT_TYPES,
        source="population prior: operating cost -3 to -12 % (outside facts O7), the smaller part of it energy",
        meaning="energy cost saved",
        chinese="项目节省的能源成本",
    )
    quality_effect: tuple[float, ...] = number(
        (0.06, 0.08, 0.16, 0.25),
        unit="share of cost of defects",
        low=0.0,
        high=1.0,
        axis=PROJECT_TYPES,
        source="demonstration projects: defects -40.7 % (outside facts O7), an upper tail, so a fraction of it",
        meaning="cost of defects saved",
        chinese="项目减少的质量缺陷损失",
    )
    capacity_effect: tuple[float, ...] = number(
        (0.006, 0.012, 0.028, 0.05),
        unit="share of revenue",
        low=0.0,
        high=1.0,
        axis=PROJECT_TYPES,
        source="population prior: efficiency +5 to +25 % (outside facts O7); only part of it can be sold",
        meaning="additional output that can be sold",
        chinese="项目新增的可售产出",
    )
    size_alike: float = number(
        0.9,
        unit="share",
        low=0.0,
        high=1.0,
        prior=(0.8, 1.0),
        source="assumption: one project equips one part of a large plant; 0 would let large firms have their money "
        "back within months, 1 in as many years as small ones",
        meaning="how far the gains of a project grow with the size of the firm as its cost does",
        chinese="项目收益随企业规模增长的程度与投资额一致的比例",
    )
    recorded: tuple[float, ...] = number(
        (0.5,) * len(PROJECT_TYPES),
        unit="probability",
        low=0.0,
        high=1.0,
        axis=PROJECT_TYPES,
        prior=(0.1, 1.0),
        source="assumption: the city registers projects begun, whether paid for or not, and districts certify those "
        "below 30 million RMB (outside-2 C6); how many are registered is not known",
        meaning="probability that a project begun without a grant is registered (supported ones always are)",
        chinese="未获补贴的开工项目被登记入库的概率（获补贴项目全部登记）",
    )
    connected: tuple[float, ...] = number(
        (0.0, 1.0, 1.0, 1.0),
        unit="share of cost",
        low=0.0,
        high=1.0,
        axis=PROJECT_TYPES,
        source="assumption: heavy projects use connected equipment, light ones do not",
        meaning="part of the cost that platform infrastructure can lower",
        chinese="投资额中可由平台基础设施降低的部分",
    )


@dataclass(frozen=True, kw_only=True)
@of_district("providers")
class Providers:
    """Solution providers: one market per project type."""

    capacity: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="projects per firm of the district per year",
        low=0.0,
        high=1e9,
        axis=PROJECT_TYPES,
        meaning="projects that providers can begin",
        chinese="服务商可开工的项目",
    )
    capacity_level: float = number(
        1.5,
        unit="multiple",
        low=0.01,
        high=100.0,
        prior=(0.7, 3.0),
        prior_shape="log-even",
        source="assumption: the capacity above is set to the model's own orders, and equipment is also sold by "
        "providers from outside the district",
        meaning="level of all capacities of providers",
        chinese="服务商能力的总体水平",
    )
    adjustment_months: float = number(
        12.0,
        unit="months",
        low=0.0,
        high=240.0,
        prior=(6.0, 24.0),
        source="assumption: a year or two to hire and train; 0 would keep capacity as it is",
        meaning="months over which capacity follows orders; 0: never",
        chinese="服务商能力随订单调整所需的月数（0为不调整）",
    )
    lowest_scale: float = number(
        0.5,
        unit="multiple",
        low=0.01,
        high=1.0,
        source="assumption: providers keep half of their staff through a slump, since they also work elsewhere",
        meaning="least to which capacity shrinks with orders, relative to that of the first month",
        chinese="服务商能力随订单收缩的下限（相对{start}）",
    )
    queue_foresight: float = number(
        0.75,
        unit="share",
        low=0.0,
        high=1.0,
        prior=(0.5, 1.0),
        source="assumption: providers quote dates, so firms expect most of the wait; 0 would let them walk into any "
        "queue",
        meaning="part of the wait for a provider that a firm expects when it values a project",
        chinese="企业评估项目时预计到的服务商排队时间比例",
    )
    patience_months: float = number(
        3,
        unit="months",
        low=0.0,
        high=240.0,
        whole=True,
        prior=(1.0, 6.0),
        source="assumption: up to half a year, the length of a small project; 0 would let them wait without end",
        meaning="months in a provider's queue after which a firm buys from elsewhere or cancels; 0: never",
        chinese="排队多少个月后企业改向区外采购或取消项目（0为一直等待）",
    )
    outside_premium: float = number(
        0.15,
        unit="share of project cost",
        low=0.0,
        high=1000.0,
        prior=(0.05, 0.3),
        source="assumption: travel, and providers who do not know the firm; at the upper bound nobody would buy "
        "elsewhere",
        meaning="what providers from elsewhere ask more, of a firm that has lost patience",
        chinese="等待过久的企业向区外服务商采购的溢价",
    )
    normal_use: float = number(
        0.6,
        unit="share of capacity",
        low=0.01,
        high=1.0,
        source="assumption: usual use of capacity in project trades",
        meaning="use of capacity at which the price index is 1",
        chinese="价格指数为1时的服务商能力利用率",
    )
    inverse_supply_elasticity: float = number(
        0.25,
        unit="elasticity",
        low=0.0,
        high=10.0,
        prior=(0.0, 0.6),
        source="Goolsbee (1998) against Whelan (1999): pass-through between none and most; 0 switches prices off",
        meaning="how much prices rise with orders",
        chinese="服务商价格随订单上涨的程度",
    )
    smoothing_months: float = number(
        12,
        unit="months",
        low=1,
        high=60,
        whole=True,
        source="assumption: quotations follow a year of orders",
        meaning="months over which orders are averaged for the price",
        chinese="服务商定价所平均的订单月数",
    )
    lowest_price: float = number(
        0.8,
        unit="index",
        low=0.0,
        high=1.0,
        source="assumption: providers do not work far below cost",
        meaning="floor of the price index",
        chinese="服务商价格指数下限",
    )
    highest_price: float = number(
        1.6,
        unit="index",
        low=1.0,
        high=10.0,
        source="assumption: beyond this firms turn to providers from elsewhere",
        meaning="ceiling of the price index",
        chinese="服务商价格指数上限",
    )
    competence: float = number(
        0.5,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption: the middle of the scale",
        meaning="competence of providers",
        chinese="服务商水平",
    )
