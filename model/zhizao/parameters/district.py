"""The district itself: its firms, sectors, links, growth, exits and entries, and what public services cost."""

from __future__ import annotations

from dataclasses import dataclass

from zhizao.parameters.specification import number
from zhizao.sectors import SECTOR_KEYS, SIZE_CLASSES, TIERS

__all__ = ["Funding", "Links", "Population", "Production", "PublicCosts", "Sectors", "Turnover"]


@dataclass(frozen=True, kw_only=True)
class Population:
    """How many firms there are, and of what kind, in 2018-01."""

    firms: float = number(
        500, unit="firms", low=1, high=50_000_000, whole=True, prior=(350, 900),
        source="not published; 330-890 from output per firm, base about 500 (outside facts O3d)",
        meaning="above-scale industrial firms",
    )  # fmt: skip
    class_share: tuple[float, ...] = number(
        (0.875, 0.102, 0.023), unit="share of firms", low=0.0, high=1.0, axis=SIZE_CLASSES,
        source="Chongqing: SMEs 97.7 % of above-scale (2020); 738 medium firms in 2022 (outside facts O5)",
        meaning="firms by size class",
    )  # fmt: skip
    lowest_revenue: tuple[float, ...] = number(
        (20.0, 60.0, 400.0), unit="million RMB per year", low=0.0, high=1e6, axis=SIZE_CLASSES,
        source="above-scale threshold 20; large from 400 million RMB (2011 size rule, outside facts O5)",
        meaning="least revenue in the class",
    )  # fmt: skip
    mean_excess_revenue: tuple[float, ...] = number(
        (108.0, 740.0), unit="million RMB per year", low=0.0, high=1e7, axis=SIZE_CLASSES[:2],
        source="SME mean 197 million RMB (Chongqing 2020, outside facts O5)",
        meaning="mean revenue of SMEs above the least in the class",
    )  # fmt: skip
    output: float = number(
        270_000.0, unit="million RMB per year", low=0.0, high=1e12,
        source="report: over 310 bn RMB in the first eleven months of 2023; less the sectors' growth since 2018",
        meaning="the district's output in 2018; what SMEs do not make is shared out among the large firms",
    )  # fmt: skip
    revenue_spread: tuple[float, ...] = number(
        (1.0, 0.9, 1.0), unit="standard deviation of the logarithm", low=0.0, high=3.0, axis=SIZE_CLASSES,
        source="assumption: log-normal within a class, as firm sizes are",
        meaning="spread of revenue above the least in the class",
    )  # fmt: skip
    lowest_staff: tuple[float, ...] = number(
        (20.0, 300.0, 1000.0), unit="employees", low=0.0, high=1e6, axis=SIZE_CLASSES,
        source="2011 size rule (outside facts O5)",
        meaning="least staff in the class",
    )  # fmt: skip
    staff_range: tuple[float, ...] = number(
        (279.0, 699.0, 9000.0), unit="employees", low=0.0, high=1e6, axis=SIZE_CLASSES,
        source="2011 size rule (outside facts O5); the top of the large is an assumption",
        meaning="range of staff above the least in the class",
    )  # fmt: skip
    staff_shape: tuple[float, ...] = number(
        (2.0, 1.7, 3.0), unit="exponent", low=0.01, high=20.0, axis=SIZE_CLASSES,
        source="set so that the SME mean is 157 employees (Chongqing 2020, outside facts O5)",
        meaning="how far staff lies toward the least in the class",
    )  # fmt: skip
    staff_correlation: float = number(
        0.7, unit="correlation", low=-1.0, high=1.0,
        source="assumption: usual rank correlation of staff and revenue",
        meaning="rank correlation of staff with revenue",
    )  # fmt: skip
    rd_share: float = number(
        0.65, unit="share of firms", low=0.0, high=1.0,
        source="report: 65 % of above-scale firms with R&D activity in 2023",
        meaning="firms with R&D activity",
    )  # fmt: skip
    rd_capability: float = number(
        0.7, unit="logit", low=0.0, high=10.0,
        source="assumption: R&D builds absorptive capacity (Cohen and Levinthal 1990)",
        meaning="how R&D activity raises capability",
    )  # fmt: skip
    size_capability: float = number(
        0.5, unit="logit per size class", low=0.0, high=10.0,
        source="assumption: larger firms have engineers",
        meaning="how size raises capability",
    )  # fmt: skip
    capability_spread: float = number(
        0.8, unit="logit", low=0.0, high=10.0,
        source="assumption: management practices differ widely within industries (Bloom and Van Reenen 2007)",
        meaning="spread of capability",
    )  # fmt: skip
    robot_share: float = number(
        0.28, unit="share of firms", low=0.0, high=1.0, prior=(0.18, 0.38),
        source="China 13 % of firms in 2017 (remembered, O8); above it as the district is an advanced one",
        meaning="firms with robots in 2018-01",
    )  # fmt: skip
    workshop_share: tuple[float, ...] = number(
        (0.0, 0.04, 0.35), unit="share of firms", low=0.0, high=1.0, axis=SIZE_CLASSES,
        source="assumption: city workshops 359 at the end of 2020, growing 39 % a year, so about ten here in 2018",
        meaning="firms with recognised workshops in 2018-01 (a large firm then has two, others one)",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Sectors:
    """What differs by sector; growth is of nominal output."""

    share: tuple[float, ...] = number(
        (0.30, 0.16, 0.14, 0.12, 0.05, 0.10, 0.04, 0.05, 0.04), unit="share of firms", low=0.0, high=1.0,
        axis=SECTOR_KEYS,
        source="assumption: cars were over 70 % of output in 2010; 62 firms in the new-energy car chain (report)",
        meaning="firms by sector",
    )  # fmt: skip
    growth: tuple[float, ...] = number(
        (0.03, 0.06, 0.05, 0.03, 0.08, 0.05, 0.06, 0.09, 0.08), unit="per year", low=-0.5, high=1.0,
        axis=SECTOR_KEYS,
        source="assumption: strategic industries gained 27.2 points of share 2015-2022 (report)",
        meaning="growth of demand",
    )  # fmt: skip
    labour_share: tuple[float, ...] = number(
        (0.11, 0.10, 0.13, 0.12, 0.30, 0.10, 0.11, 0.09, 0.14), unit="share of revenue", low=0.0, high=1.0,
        axis=SECTOR_KEYS,
        source="assumption: labour 10-13 % of sales in Chinese manufacturing, more in software",
        meaning="labour cost",
    )  # fmt: skip
    energy_share: tuple[float, ...] = number(
        (0.02, 0.015, 0.02, 0.03, 0.01, 0.05, 0.03, 0.03, 0.02), unit="share of revenue", low=0.0, high=1.0,
        axis=SECTOR_KEYS,
        source="assumption: 1-5 % of sales outside heavy industry",
        meaning="energy cost",
    )  # fmt: skip
    defect_share: tuple[float, ...] = number(
        (0.03, 0.03, 0.03, 0.02, 0.02, 0.03, 0.04, 0.03, 0.03), unit="share of revenue", low=0.0, high=1.0,
        axis=SECTOR_KEYS,
        source="assumption: cost of poor quality 2-4 % of sales in scrap, rework and returns",
        meaning="cost of defects",
    )  # fmt: skip
    margin: tuple[float, ...] = number(
        (0.076,) * 9, unit="share of revenue", low=-0.5, high=0.9, axis=SECTOR_KEYS,
        source="Chongqing above-scale SMEs 2020: profit margin 7.6 % (outside facts O5)",
        meaning="profit margin before savings",
    )  # fmt: skip
    contribution: tuple[float, ...] = number(
        (0.25,) * 9, unit="share of revenue", low=0.0, high=1.0, axis=SECTOR_KEYS,
        source="assumption: a quarter of additional sales is left after variable cost",
        meaning="contribution margin on additional output",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Links:
    """The supply network and the parks."""

    firms_per_park: float = number(
        60, unit="firms", low=1, high=1e9, whole=True,
        source="assumption: about eight parks and towns with industry in the district",
        meaning="firms in one park",
    )  # fmt: skip
    partners: float = number(
        2.5, unit="links per firm", low=0.0, high=100.0,
        source="assumption: core suppliers and customers within the district",
        meaning="mean number of partners that a firm seeks; it has about twice as many",
    )  # fmt: skip
    same_park: float = number(
        0.4, unit="share of links", low=0.0, high=1.0,
        source="assumption: clusters; the report has suppliers settle beside their customers",
        meaning="links within the park",
    )  # fmt: skip
    reach: float = number(
        600, unit="firms", low=1, high=1e9, whole=True,
        source="assumption: partners are found within one district, about the size of this one",
        meaning="how far back in the list of firms a partner may stand",
    )  # fmt: skip
    leader_share: float = number(
        0.7, unit="share of large firms", low=0.0, high=1.0,
        source="assumption: most large firms lead a chain; the report names chain leaders in cars and electronics",
        meaning="large firms that lead a chain",
    )  # fmt: skip
    leader_link: float = number(
        0.5, unit="probability", low=0.0, high=1.0,
        source="assumption: half of the suppliers sell to a leader of their sector in the district",
        meaning="probability that a firm trades with a chain leader of its sector",
    )  # fmt: skip
    leader_partners: float = number(
        12.0, unit="links", low=0.0, high=1000.0,
        source="assumption: a leader's core suppliers in the district",
        meaning="partners that a chain leader seeks",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Production:
    """Growth of the single firm."""

    growth_spread: float = number(
        0.12, unit="standard deviation of the logarithm per year", low=0.0, high=2.0,
        source="assumption: Gibrat growth with the usual spread of established firms",
        meaning="spread of a firm's own yearly growth",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Turnover:
    """Exits and entries."""

    exit_rate: tuple[float, ...] = number(
        (0.03, 0.015, 0.003), unit="per year", low=0.0, high=5.0, axis=SIZE_CLASSES,
        source="assumption: few per cent of above-scale firms leave the register each year",
        meaning="rate of exit",
    )  # fmt: skip
    distress_multiple: float = number(
        3.0, unit="multiple", low=1.0, high=100.0,
        source="assumption: firms without cash leave three times as often",
        meaning="rate of exit of firms with negative cash at the turn of the year, relative to others",
    )  # fmt: skip
    entry_rate: float = number(
        0.035, unit="per year, share of firms", low=0.0, high=1.0,
        source="assumption: the register is about stable before attraction; investment grew 28.7 % in 2023 (report)",
        meaning="entries relative to the firms at the start",
    )  # fmt: skip
    entrant_score: float = number(
        0.0, unit="score points", low=-100.0, high=100.0,
        source="assumption: new plants are more digital than the mean, firms that grew past the threshold less",
        meaning="head start of entrants in digital score, in 2018-01",
    )  # fmt: skip
    entrant_gain: float = number(
        1.25, unit="score points per year", low=-20.0, high=20.0, prior=(0.5, 2.0),
        source="assumption: about what the mean of the firms already there gains in the model, 1.1 to 1.7 a year",
        meaning="how much more digital entrants are from year to year",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Funding:
    """What the report's sum of public money means."""

    annual_fund: float = number(
        200.0, unit="million RMB per year", low=0.0, high=1e6,
        source="report: over 200 million RMB a year from three tiers (the brief of this project says 2 bn)",
        meaning="yearly public money put into industry's digital transformation",
    )  # fmt: skip
    digital_share: float = number(
        0.5, unit="share", low=0.0, high=1.0, prior=(0.2, 1.0),
        source="not published; an outside notice calls the same money industrial support in general (O1)",
        meaning="part of the yearly money that goes to digital projects",
    )  # fmt: skip
    tier_share: tuple[float, ...] = number(
        (0.3, 0.4, 0.3), unit="share", low=0.0, high=1.0, axis=TIERS,
        source="assumption: the report names all three tiers and no shares; the city's catalogue pays most",
        meaning="tiers' shares of the yearly money",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PublicCosts:
    """What services cost the public, so that they compare with grants at equal money."""

    specialist_year: float = number(
        0.16, unit="million RMB per specialist per year", low=0.0, high=10.0,
        source="assumption: pay and overheads of a public employee in Chongqing; part-time service would cost less",
        meaning="cost of one service specialist",
    )  # fmt: skip
    match: float = number(
        0.005, unit="million RMB per firm matched", low=0.0, high=10.0,
        source="assumption: two days of an engineer and a meeting",
        meaning="cost of matching a firm with a provider",
    )  # fmt: skip
    handling: float = number(
        0.004, unit="million RMB per application", low=0.0, high=10.0,
        source="assumption: expert review and acceptance of one application",
        meaning="cost of handling an application",
    )  # fmt: skip
    online_year: float = number(
        1.5, unit="million RMB per year", low=0.0, high=1000.0,
        source="assumption: running cost of a district system of handling online, at full share",
        meaning="cost of handling everything online",
    )  # fmt: skip
    weekend_year: float = number(
        1.0, unit="million RMB per year", low=0.0, high=1000.0,
        source="assumption: weekend pay of a service hall, 4,291 cases in 2023 (report), industry being a part",
        meaning="cost of full weekend opening",
    )  # fmt: skip
    response_year: float = number(
        1.2, unit="million RMB per year", low=0.0, high=1000.0,
        source="assumption: a platform desk of six persons",
        meaning="cost of the call-and-response platform",
    )  # fmt: skip
    leader_year: float = number(
        0.3, unit="million RMB per leader per year", low=0.0, high=1000.0,
        source="assumption: templates and meetings, two staff",
        meaning="cost of the programme per chain leader that takes part",
    )  # fmt: skip
    capacity_year: float = number(
        20.0, unit="million RMB per year", low=0.0, high=10000.0,
        source="assumption: training and settling-in support to double provider capacity",
        meaning="cost of doubling provider capacity",
    )  # fmt: skip
    competence_year: float = number(
        5.0, unit="million RMB per year", low=0.0, high=10000.0,
        source="assumption: certification and training for 0.1 of competence",
        meaning="cost of 0.1 more competence of providers",
    )  # fmt: skip
    campaign_year: float = number(
        2.0, unit="million RMB per year", low=0.0, high=1000.0,
        source="assumption: events and visits for a rate of awareness of one per year",
        meaning="cost of a campaign of rate one per year",
    )  # fmt: skip
    attraction_plant: float = number(
        3.0, unit="million RMB per additional plant", low=0.0, high=10000.0,
        source="assumption: settling-in support, land cost not counted",
        meaning="cost per additional entrant attracted",
    )  # fmt: skip
    infrastructure_year: float = number(
        30.0, unit="million RMB per year", low=0.0, high=10000.0,
        source="assumption: 5G and platform subsidies of a district for a tenth less cost of connected equipment",
        meaning="cost of a tenth less cost of connected equipment",
    )  # fmt: skip
