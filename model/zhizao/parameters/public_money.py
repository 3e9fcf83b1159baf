"""Public money: how much there is a year, and what public services cost."""

from __future__ import annotations

from dataclasses import dataclass

from zhizao.parameters.of_district import of_district
from zhizao.parameters.specification import FROM_DISTRICT, number
from zhizao.sectors import TIERS

__all__ = ["Funding", "PublicCosts"]


@dataclass(frozen=True, kw_only=True)
@of_district("funding")
class Funding:
    """What the report's sum of public money means."""

    annual_fund: float = number(
        FROM_DISTRICT,
        unit="million RMB per year",
        low=0.0,
        high=1e6,
        meaning="yearly public money put into industry's digital transformation",
        chinese="每年投入工业数字化转型的财政资金",
    )
    digital_share: float = number(
        FROM_DISTRICT,
        unit="share",
        low=0.0,
        high=1.0,
        meaning="part of the yearly money that goes to digital projects",
        chinese="年度资金中用于数字化项目的部分",
    )
    tier_share: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="share",
        low=0.0,
        high=1.0,
        axis=TIERS,
        meaning="tiers' shares of the yearly money",
        chinese="年度资金由各级财政承担的比例",
    )


@dataclass(frozen=True, kw_only=True)
@of_district("public_costs")
class PublicCosts:
    """What services cost the public, so that they compare with grants at equal money."""

    specialist_year: float = number(
        FROM_DISTRICT,
        unit="million RMB per specialist per year",
        low=0.0,
        high=10.0,
        meaning="cost of one service specialist",
        chinese="一名服务专员的成本",
    )
    match: float = number(
        0.005,
        unit="million RMB per firm matched",
        low=0.0,
        high=10.0,
        source="assumption: two days of an engineer and a meeting",
        meaning="cost of matching a firm with a provider",
        chinese="为一家企业对接服务商的成本",
    )
    handling: float = number(
        0.004,
        unit="million RMB per application",
        low=0.0,
        high=10.0,
        source="assumption: expert review and acceptance of one application",
        meaning="cost of handling an application",
        chinese="办理一件申报的成本",
    )
    online_year: float = number(
        1.5,
        unit="million RMB per year",
        low=0.0,
        high=1000.0,
        source="assumption: running cost of a district system of handling online, at full share",
        meaning="cost of handling everything online",
        chinese="全部网办的成本",
    )
    weekend_year: float = number(
        FROM_DISTRICT,
        unit="million RMB per year",
        low=0.0,
        high=1000.0,
        meaning="cost of full weekend opening",
        chinese="周末全面开放的成本",
    )
    response_year: float = number(
        1.2,
        unit="million RMB per year",
        low=0.0,
        high=1000.0,
        source="assumption: a platform desk of six persons",
        meaning="cost of the call-and-response platform",
        chinese="诉求响应平台的成本",
    )
    leader_year: float = number(
        0.3,
        unit="million RMB per leader per year",
        low=0.0,
        high=1000.0,
        source="assumption: templates and meetings, two staff",
        meaning="cost of the programme per chain leader that takes part",
        chinese="每家参与带动的链主的项目成本",
    )
    capacity_year: float = number(
        20.0,
        unit="million RMB per year",
        low=0.0,
        high=10000.0,
        source="assumption: training and settling-in support to double provider capacity",
        meaning="cost of doubling provider capacity",
        chinese="服务商能力翻一番的成本",
    )
    competence_year: float = number(
        5.0,
        unit="million RMB per year",
        low=0.0,
        high=10000.0,
        source="assumption: certification and training for 0.1 of competence",
        meaning="cost of 0.1 more competence of providers",
        chinese="服务商水平提高0.1的成本",
    )
    campaign_year: float = number(
        2.0,
        unit="million RMB per year",
        low=0.0,
        high=1000.0,
        source="assumption: events and visits for a rate of awareness of one per year",
        meaning="cost of a campaign of rate one per year",
        chinese="知晓速率每年提高1的政策宣讲成本",
    )
    attraction_plant: float = number(
        3.0,
        unit="million RMB per additional plant",
        low=0.0,
        high=10000.0,
        source="assumption: settling-in support, land cost not counted",
        meaning="cost per additional entrant attracted",
        chinese="每多引进一家企业的成本",
    )
    infrastructure_year: float = number(
        30.0,
        unit="million RMB per year",
        low=0.0,
        high=10000.0,
        source="assumption: 5G and platform subsidies of a district for a tenth less cost of connected equipment",
        meaning="cost of a tenth less cost of connected equipment",
        chinese="联网设备成本降低一成的成本",
    )
