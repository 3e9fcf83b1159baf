"""When a firm looks at projects and hears of support: the parameters of `zhizao.rules.attention`."""

from __future__ import annotations

from dataclasses import dataclass

from zhizao.district.in_force import DISTRICT
from zhizao.parameters.of_district import of_district
from zhizao.parameters.specification import FROM_DISTRICT, number

__all__ = ["PHASES", "Attention", "Awareness", "Phases"]


PHASES: tuple[str, ...] = tuple(phase.key for phase in DISTRICT.own.phase)
"""The district's phases of policy, such as before a plan, in it, and after it."""


@dataclass(frozen=True, kw_only=True)
@of_district("phases")
class Phases:
    """How hard officials push in each phase of policy: their drives make firms look at projects and hear of support."""

    drive: tuple[float, ...] = number(
        (1.0,) * len(PHASES),
        unit="multiple",
        low=0.0,
        high=20.0,
        axis=PHASES,
        prior=(0.6, 1.5),
        source="assumption: 1 is the average push; the city's projects went from 1,283 a year (2020) over 1,500 "
        "(2021-22, under a plan) to 500 (2023), part of which is what was counted (outside-2 C)",
        meaning="multiple of the rates at which firms look of themselves and hear of support from notices",
        chinese="政策推动使企业主动考察项目、从公告知晓政策的速率的倍数",
    )


@dataclass(frozen=True, kw_only=True)
@of_district("attention")
class Attention:
    """When a firm looks at projects: rates a year, added up in one hazard."""

    spontaneous_rate: float = number(
        0.25,
        unit="per year",
        low=0.0,
        high=5.0,
        prior=(0.03, 4.0),
        prior_shape="log-even",
        source="assumption: adoption comes of itself at 0.03 a year (Sultan, Farley and Lehmann 1990), looking is "
        "not adopting; wide on purpose, as looking often and being choosy fit the same counts",
        meaning="rate at which a firm looks at projects of its own accord",
        chinese="企业自发关注数字化项目的频率",
    )
    contagion_rate: float = number(
        0.38,
        unit="per year",
        low=0.0,
        high=5.0,
        prior=(0.2, 0.6),
        source="Sultan, Farley and Lehmann (1990): mean q 0.38",
        meaning="rate of looking added when all partners and park neighbours are ahead",
        chinese="伙伴与园区邻企全部领先时增加的关注频率",
    )
    partner_weight: float = number(
        0.6,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption: supply partners count for more than neighbours in the same park",
        meaning="weight of supply partners in exposure; the rest is the park's",
        chinese="供应链伙伴在同群影响中的权重（其余为园区）",
    )
    visit_rate: float = number(
        0.6,
        unit="per year",
        low=0.0,
        high=10.0,
        prior=(0.1, 1.2),
        source="assumption: a diagnosed firm looks about as often again as one with every partner ahead",
        meaning="rate of looking added while a specialist's visit is fresh",
        chinese="专员走访有效期内增加的关注频率",
    )
    visit_months: float = number(
        3,
        unit="months",
        low=0,
        high=24,
        whole=True,
        source="assumption: a visit is talked about for a quarter",
        meaning="how long a visit stays fresh",
        chinese="专员走访的有效期",
    )
    deadline_rate: float = number(
        0.5,
        unit="per year",
        low=0.0,
        high=10.0,
        source="assumption: applications crowd before a closing date",
        meaning="rate of looking added for an aware firm before a window closes",
        chinese="申报截止前知晓政策的企业增加的关注频率",
    )
    leader_rate: float = number(
        0.5,
        unit="per year",
        low=0.0,
        high=10.0,
        source="assumption: a request by the main customer weighs as much as a deadline",
        meaning="rate of looking added while a chain leader asks for {level}",
        chinese="链主要求达到{level}时增加的关注频率",
    )
    stake_rate: float = number(
        1.5,
        unit="per year",
        low=0.0,
        high=10.0,
        prior=(0.0, 4.0),
        source="assumption: 0 lets support draw nobody; wide, to be narrowed by the credit of 17 % that raised "
        "investment by 28 %, mostly of firms that would not have invested (Zhang, Chen and He 2018; Chen and "
        "others 2023)",
        meaning="rate of looking added for an aware firm to whom support offers the whole cost of a project",
        chinese="扶持资金可覆盖项目全部费用时，知晓政策的企业增加的关注频率（按可覆盖比例折算）",
    )


@dataclass(frozen=True, kw_only=True)
@of_district("awareness")
class Awareness:
    """How a firm comes to know of what is on offer."""

    start_share: float = number(
        FROM_DISTRICT,
        unit="share of firms",
        low=0.0,
        high=1.0,
        meaning="firms that know of support at the start",
        chinese="起始时知晓扶持政策的企业",
    )
    media_rate: float = number(
        0.15,
        unit="per year",
        low=0.0,
        high=5.0,
        source="assumption: half of the firms learn from notices within five years",
        meaning="rate at which a firm hears of support from notices",
        chinese="通过公告获知扶持政策的速率",
    )
    word_rate: float = number(
        0.8,
        unit="per year",
        low=0.0,
        high=10.0,
        prior=(0.2, 1.5),
        source="assumption: of the order of contagion in diffusion studies, faster as it costs nothing",
        meaning="rate of hearing of support when all partners and neighbours have had it",
        chinese="伙伴与邻企全部获得过扶持时的口碑知晓速率",
    )
    entrants_follow: float = number(
        1.0,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption: 0 switches it off, 1 is plausible: a plant that settles hears what its neighbours know",
        meaning="how far entrants' awareness is that of the firms of their day, rather than that of the start",
        chinese="新入驻企业知晓度跟随当期企业（而非期初）的程度",
    )
