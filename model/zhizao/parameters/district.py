"""The district itself: its firms, sectors, links, growth, exits and entries."""

from __future__ import annotations

from dataclasses import dataclass

from zhizao.parameters.of_district import of_district
from zhizao.parameters.specification import FROM_DISTRICT, number
from zhizao.sectors import SECTOR_KEYS, SIZE_CLASSES

__all__ = ["Links", "Population", "Production", "Sectors", "Turnover"]


@dataclass(frozen=True, kw_only=True)
@of_district("population")
class Population:
    """How many firms there are, and of what kind, at the start."""

    firms: float = number(
        FROM_DISTRICT,
        unit="firms",
        low=1,
        high=50_000_000,
        whole=True,
        meaning="{industrial_firms}",
        chinese="{industrial_firms}数",
    )
    class_share: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="share of firms",
        low=0.0,
        high=1.0,
        axis=SIZE_CLASSES,
        meaning="firms by size class",
        chinese="企业的规模构成",
    )
    lowest_revenue: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="million RMB per year",
        low=0.0,
        high=1e6,
        axis=SIZE_CLASSES,
        meaning="least revenue in the class",
        chinese="本规模企业营业收入下限",
    )
    mean_excess_revenue: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="million RMB per year",
        low=0.0,
        high=1e7,
        axis=SIZE_CLASSES[:-1],
        meaning="mean revenue of SMEs above the least in the class",
        chinese="中小企业营业收入超出下限的均值",
    )
    output: float = number(
        FROM_DISTRICT,
        unit="million RMB per year",
        low=0.0,
        high=1e12,
        meaning="the district's output at the start; what SMEs do not make is shared out among the large firms",
        chinese="起始时全区工业产值（中小企业以外由大型企业分摊）",
    )
    revenue_spread: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="standard deviation of the logarithm",
        low=0.0,
        high=3.0,
        axis=SIZE_CLASSES,
        meaning="spread of revenue above the least in the class",
        chinese="营业收入超出下限部分的离散程度",
    )
    lowest_staff: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="employees",
        low=0.0,
        high=1e6,
        axis=SIZE_CLASSES,
        meaning="least staff in the class",
        chinese="本规模企业从业人员下限",
    )
    staff_range: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="employees",
        low=0.0,
        high=1e6,
        axis=SIZE_CLASSES,
        meaning="range of staff above the least in the class",
        chinese="从业人员超出下限的范围",
    )
    staff_shape: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="exponent",
        low=0.01,
        high=20.0,
        axis=SIZE_CLASSES,
        meaning="how far staff lies toward the least in the class",
        chinese="从业人员向下限集中的程度",
    )
    staff_correlation: float = number(
        0.7,
        unit="correlation",
        low=-1.0,
        high=1.0,
        source="assumption: usual rank correlation of staff and revenue",
        meaning="rank correlation of staff with revenue",
        chinese="从业人员与营业收入的秩相关",
    )
    rd_share: float = number(
        FROM_DISTRICT,
        unit="share of firms",
        low=0.0,
        high=1.0,
        meaning="firms with R&D activity",
        chinese="有研发活动的企业",
    )
    rd_capability: float = number(
        0.7,
        unit="logit",
        low=0.0,
        high=10.0,
        source="assumption: R&D builds absorptive capacity (Cohen and Levinthal 1990)",
        meaning="how R&D activity raises capability",
        chinese="研发活动对企业能力的提升",
    )
    size_capability: float = number(
        0.5,
        unit="logit per size class",
        low=0.0,
        high=10.0,
        source="assumption: larger firms have engineers",
        meaning="how size raises capability",
        chinese="企业规模对企业能力的提升",
    )
    capability_spread: float = number(
        0.8,
        unit="logit",
        low=0.0,
        high=10.0,
        source="assumption: management practices differ widely within industries (Bloom and Van Reenen 2007)",
        meaning="spread of capability",
        chinese="企业能力的离散程度",
    )
    robot_share: float = number(
        FROM_DISTRICT,
        unit="share of firms",
        low=0.0,
        high=1.0,
        meaning="firms with robots at the start",
        chinese="起始时使用机器人的企业",
    )
    workshop_share: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="share of firms",
        low=0.0,
        high=1.0,
        axis=SIZE_CLASSES,
        meaning="firms with recognised workshops at the start (a large firm then has two, others one)",
        chinese="起始时已有认定数字化车间的企业（大型企业两个，其他一个）",
    )


@dataclass(frozen=True, kw_only=True)
@of_district("sectors")
class Sectors:
    """What differs by sector; growth is of nominal output."""

    share: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="share of firms",
        low=0.0,
        high=1.0,
        axis=SECTOR_KEYS,
        meaning="firms by sector",
        chinese="企业的行业构成",
    )
    growth: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="per year",
        low=-0.5,
        high=1.0,
        axis=SECTOR_KEYS,
        meaning="growth of demand",
        chinese="行业需求增速",
    )
    labour_share: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="share of revenue",
        low=0.0,
        high=1.0,
        axis=SECTOR_KEYS,
        meaning="labour cost",
        chinese="行业人工成本",
    )
    energy_share: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="share of revenue",
        low=0.0,
        high=1.0,
        axis=SECTOR_KEYS,
        meaning="energy cost",
        chinese="行业能源成本",
    )
    defect_share: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="share of revenue",
        low=0.0,
        high=1.0,
        axis=SECTOR_KEYS,
        meaning="cost of defects",
        chinese="行业质量缺陷损失",
    )
    margin: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="share of revenue",
        low=-0.5,
        high=0.9,
        axis=SECTOR_KEYS,
        meaning="profit margin before savings",
        chinese="行业利润率（不计项目节省）",
    )
    contribution: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="share of revenue",
        low=0.0,
        high=1.0,
        axis=SECTOR_KEYS,
        meaning="contribution margin on additional output",
        chinese="行业新增产出的边际贡献",
    )


@dataclass(frozen=True, kw_only=True)
@of_district("links")
class Links:
    """The supply network and the parks."""

    firms_per_park: float = number(
        FROM_DISTRICT,
        unit="firms",
        low=1,
        high=1e9,
        whole=True,
        meaning="firms in one park",
        chinese="每个园区的企业数",
    )
    partners: float = number(
        2.5,
        unit="links per firm",
        low=0.0,
        high=100.0,
        source="assumption: core suppliers and customers within the district",
        meaning="mean number of partners that a firm seeks; it has about twice as many",
        chinese="企业主动寻找的伙伴数均值（实际约为两倍）",
    )
    same_park: float = number(
        0.4,
        unit="share of links",
        low=0.0,
        high=1.0,
        source="assumption: clusters; suppliers settle beside their customers",
        meaning="links within the park",
        chinese="园区内的供应关系",
    )
    reach: float = number(
        FROM_DISTRICT,
        unit="firms",
        low=1,
        high=1e9,
        whole=True,
        meaning="how far back in the list of firms a partner may stand",
        chinese="企业名单中可选伙伴的回溯范围",
    )
    leader_share: float = number(
        0.7,
        unit="share of large firms",
        low=0.0,
        high=1.0,
        source="assumption: most large firms lead a chain",
        meaning="large firms that lead a chain",
        chinese="担任链主的大型企业",
    )
    leader_link: float = number(
        0.5,
        unit="probability",
        low=0.0,
        high=1.0,
        source="assumption: half of the suppliers sell to a leader of their sector in the district",
        meaning="probability that a firm trades with a chain leader of its sector",
        chinese="企业与本行业链主有供应关系的概率",
    )
    leader_partners: float = number(
        12.0,
        unit="links",
        low=0.0,
        high=1000.0,
        source="assumption: a leader's core suppliers in the district",
        meaning="partners that a chain leader seeks",
        chinese="链主寻找的伙伴数",
    )


@dataclass(frozen=True, kw_only=True)
@of_district("production")
class Production:
    """Growth of the single firm, and how far firms of one sector sell to the same customers."""

    growth_spread: float = number(
        0.12,
        unit="standard deviation of the logarithm per year",
        low=0.0,
        high=2.0,
        source="assumption: Gibrat growth with the usual spread of established firms",
        meaning="spread of a firm's own yearly growth",
        chinese="企业自身年增长的离散程度",
    )
    rivalry: float = number(
        0.0,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption: 0 (off) adds up single firms; 0 to 0.7 is plausible: firms that buy robots grow at the "
        "expense of competitors (Acemoglu, Lelarge and Restrepo 2020, France), of whom most are elsewhere",
        meaning="output added by projects that is taken from other firms of the sector, in the accounts of output",
        chinese="项目新增产值中取自同行业其他企业的比例（仅计入产值核算）",
    )


@dataclass(frozen=True, kw_only=True)
@of_district("turnover")
class Turnover:
    """Exits and entries."""

    exit_rate: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="per year",
        low=0.0,
        high=5.0,
        axis=SIZE_CLASSES,
        meaning="rate of exit",
        chinese="企业退出率",
    )
    distress_multiple: float = number(
        3.0,
        unit="multiple",
        low=1.0,
        high=100.0,
        source="assumption: firms without cash leave three times as often",
        meaning="rate of exit of firms with negative cash at the turn of the year, relative to others",
        chinese="岁末现金为负的企业退出率（相对其他企业）",
    )
    entry_rate: float = number(
        FROM_DISTRICT,
        unit="per year, share of firms",
        low=0.0,
        high=1.0,
        meaning="entries relative to the firms at the start",
        chinese="新入驻企业（相对期初企业数）",
    )
    entrant_score: float = number(
        0.0,
        unit="score points",
        low=-100.0,
        high=100.0,
        source="assumption: new plants are more digital than the mean, firms that grew past the threshold less",
        meaning="head start of entrants in digital score, at the start",
        chinese="新入驻企业数字化得分的领先幅度（起始时）",
    )
    entrant_gain: float = number(
        1.25,
        unit="score points per year",
        low=-20.0,
        high=20.0,
        prior=(0.5, 2.0),
        source="assumption: about what the mean of the firms already there gains in the model, 1.1 to 1.7 a year",
        meaning="how much more digital entrants are from year to year",
        chinese="新入驻企业数字化得分的逐年提高",
    )
