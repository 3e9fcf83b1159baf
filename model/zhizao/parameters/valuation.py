"""What a project is worth to a firm, what support adds, how it is paid for and chosen: how a firm decides."""

from __future__ import annotations

from dataclasses import dataclass

from zhizao.parameters.of_district import of_district
from zhizao.parameters.specification import FROM_DISTRICT, number
from zhizao.sectors import SIZE_CLASSES

__all__ = ["Choosing", "Finance", "Support", "Valuation"]


@dataclass(frozen=True, kw_only=True)
@of_district("valuation")
class Valuation:
    """What a project is worth to a firm, and how much of that it sees."""

    benefit_level: float = number(
        1.0,
        unit="multiple",
        low=0.0,
        high=20.0,
        prior=(0.6, 1.6),
        source="assumption: scales the catalogue's effects; 1 gives median paybacks of 2-4 years",
        meaning="level of all benefits of projects",
        chinese="项目收益的总体水平",
    )
    benefit_spread: float = number(
        0.7,
        unit="standard deviation of the logarithm",
        low=0.0,
        high=3.0,
        prior=(0.4, 1.0),
        source="assumption: 0.4-1.0, rank effects in probit models of adoption (Karshenas and Stoneman 1993)",
        meaning="how much firms differ in what they gain from a project",
        chinese="企业之间项目收益的差异",
    )
    capability_effect: float = number(
        0.8,
        unit="logarithm per unit of capability",
        low=0.0,
        high=5.0,
        source="assumption: absorptive capacity; the most capable gain about twice what the least do",
        meaning="how much more capable firms gain",
        chinese="企业能力对项目收益的提升",
    )
    doubt: float = number(
        0.6,
        unit="variance of the logarithm",
        low=0.0,
        high=5.0,
        prior=(0.3, 1.0),
        source="assumption: firms know the benefit within a factor of about two before any evidence",
        meaning="doubt about benefits before evidence (tau squared)",
        chinese="见到证据前对项目收益的疑虑",
    )
    doubt_aversion: float = number(
        1.0,
        unit="per unit of variance",
        low=0.0,
        high=10.0,
        source="assumption: log utility over a log-normal benefit gives about one",
        meaning="how much doubt lowers the value seen (rho)",
        chinese="疑虑对所见价值的压低程度",
    )
    partner_evidence: float = number(
        0.5,
        unit="observations",
        low=0.0,
        high=10.0,
        source="assumption: two partners' results tell as much as one's own trial",
        meaning="evidence gained when a partner finishes a project well",
        chinese="伙伴成功完成项目带来的证据",
    )
    visit_evidence: float = number(
        0.4,
        unit="observations",
        low=0.0,
        high=10.0,
        prior=(0.0, 1.0),
        source="assumption: a diagnosis shows less than a trial",
        meaning="evidence gained at the first visit of a specialist",
        chinese="专员首次走访带来的证据",
    )
    diagnosis_evidence: float = number(
        1.0,
        unit="observations",
        low=0.0,
        high=10.0,
        source="assumption: a paid diagnosis is worth one trial",
        meaning="evidence gained from a diagnosis voucher",
        chinese="诊断券带来的证据",
    )
    waiting_multiple: float = number(
        1.4,
        unit="multiple",
        low=1.0,
        high=5.0,
        prior=(1.0, 2.0),
        source="Dixit and Pindyck (1994): beta/(beta-1), 1.0-2.4 over usual volatilities; 1 switches it off",
        meaning="how far value must exceed cost, since waiting is an option",
        chinese="等待期权要求的价值与成本之比",
    )
    repeat_effect: float = number(
        0.55,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption: the second project of a type finds about half as much to improve",
        meaning="benefit of a project relative to the one of that type before it",
        chinese="再做同类项目的收益（相对上一次）",
    )
    order_at_risk: float = number(
        0.03,
        unit="share of revenue",
        low=0.0,
        high=1.0,
        source="assumption: a small part of orders depends on a chain leader's request",
        meaning="revenue that a firm expects to keep by meeting a chain leader's request",
        chinese="满足链主要求预期可保住的营业收入",
    )
    price_outlook: float = number(
        0.5,
        unit="share",
        low=0.0,
        high=1.0,
        prior=(0.0, 1.0),
        source="assumption: anything from 0 (the present is not looked at) to 1 (it is expected to last as long as "
        "the outlook says); surveys of firms usually find that they expect the present to last",
        meaning="how far today's demand and energy bills, not those of the start, enter what a project is worth",
        chinese="当前需求与能源费用（而非起始时水平）计入项目价值的程度",
    )
    outlook_years: float = number(
        3.0,
        unit="years",
        low=0.1,
        high=1000.0,
        prior=(1.0, 10.0),
        source="assumption: firms expect a slump or a price to last about three years on average",
        meaning="how long firms expect today's demand and energy bills to last, on average",
        chinese="企业预期当前需求与能源费用平均持续的时间",
    )


@dataclass(frozen=True, kw_only=True)
@of_district("support")
class Support:
    """What applying for support costs a firm, beside waiting."""

    application_hours: float = number(
        240,
        unit="staff hours",
        low=0.0,
        high=5000.0,
        source="assumption: six working weeks for papers, audit and acceptance",
        meaning="staff hours of one application without help",
        chinese="无人协助时一次申报的工时",
    )
    hour_cost: float = number(
        0.00008,
        unit="million RMB per hour",
        low=0.0,
        high=0.01,
        source="assumption: 80 RMB an hour, about 160,000 RMB a year for a skilled clerk",
        meaning="cost of a staff hour",
        chinese="每工时的人工成本",
    )
    burden_multiple: float = number(
        3.0,
        unit="multiple",
        low=0.0,
        high=50.0,
        prior=(1.0, 6.0),
        source="assumption: firms shy from paperwork by more than its wage cost (Moynihan, Herd and Harvey 2015)",
        meaning="how heavily the burden of an application weighs against its wage cost",
        chinese="申报负担相对其人工成本的倍数",
    )
    helped_burden_cut: float = number(
        0.4,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption: a specialist does the routine part of the papers",
        meaning="cut of the burden for a firm with a fresh visit",
        chinese="专员走访有效期内申报负担的降幅",
    )
    start_success: float = number(
        0.7,
        unit="share",
        low=0.0,
        high=1.0,
        source="assumption: inside the take-up range 0.4-0.8 of eligible firms",
        meaning="success rate of applications that firms expect before any decision",
        chinese="尚无批复结果时企业预期的申报成功率",
    )
    weekend_gain: float = number(
        0.3,
        unit="share of capacity",
        low=0.0,
        high=5.0,
        source="assumption: a sixth working day and shorter queues on the others",
        meaning="applications handled in addition with full weekend opening",
        chinese="周末全面开放可多办理的申报",
    )
    longest_wait: float = number(
        12,
        unit="months",
        low=1,
        high=240,
        whole=True,
        source="assumption: an application not funded within a year is turned down",
        meaning="how long a first-come application waits for money",
        chinese="先到先得的申报等待资金的最长时间",
    )
    alone_after_refusal: float = number(
        0.75,
        unit="share of refused firms",
        low=0.0,
        high=1.0,
        prior=(0.5, 1.0),
        source="assumption: most firms that were ready to invest with a grant still have their plans when it is "
        "refused; 0 would let a refusal cost a firm its turn",
        meaning="refused firms that weigh at once whether to go alone",
        chinese="申报未获批后立即考虑自行实施的企业",
    )


@dataclass(frozen=True, kw_only=True)
@of_district("finance")
class Finance:
    """Cash, credit and the price of money."""

    prime_rate: float = number(
        0.0385,
        unit="per year",
        low=0.0,
        high=0.5,
        source="People's Bank of China, one-year loan prime rate, 2020-2022 about 3.85-3.65 % (remembered)",
        meaning="prime lending rate",
        chinese="贷款市场报价利率（LPR）",
    )
    premium: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="per year",
        low=0.0,
        high=0.5,
        axis=SIZE_CLASSES,
        meaning="premium over prime",
        chinese="在LPR基础上的利率加点",
    )
    premium_spread: float = number(
        0.3,
        unit="standard deviation of the logarithm",
        low=0.0,
        high=2.0,
        source="assumption: firms of one size differ by a third in their premium",
        meaning="how much firms of one size differ in their premium",
        chinese="同规模企业之间利率加点的差异",
    )
    credit_share: tuple[float, ...] = number(
        FROM_DISTRICT,
        unit="share of yearly revenue",
        low=0.0,
        high=2.0,
        axis=SIZE_CLASSES,
        meaning="credit line for investment",
        chinese="投资授信额度",
    )
    loan_months: float = number(
        36,
        unit="months",
        low=1,
        high=120,
        whole=True,
        source="assumption: usual term of equipment loans, three years",
        meaning="term of investment loans",
        chinese="投资贷款期限",
    )
    cash_share: float = number(
        0.03,
        unit="share of yearly revenue",
        low=0.0,
        high=5.0,
        source="assumption: ten days of revenue free for investment",
        meaning="median cash free for investment at the start",
        chinese="期初可用于投资的现金（中位数）",
    )
    cash_spread: float = number(
        0.8,
        unit="standard deviation of the logarithm",
        low=0.0,
        high=3.0,
        source="assumption: wide, as in firm surveys",
        meaning="how much firms differ in cash at the start",
        chinese="企业之间期初现金的差异",
    )
    retained_share: float = number(
        0.2,
        unit="share of profit",
        low=0.0,
        high=1.0,
        source="assumption: a fifth of profit is kept for renewal",
        meaning="profit put aside for investment",
        chinese="留作投资的利润",
    )


@dataclass(frozen=True, kw_only=True)
@of_district("choosing")
class Choosing:
    """The taste draw between acting and waiting, and who waits for support that has been announced."""

    taste_spread: float = number(
        0.35,
        unit="profitability index",
        low=0.001,
        high=10.0,
        prior=(0.05, 0.7),
        source="assumption: logit scale; a project worth a third over its cost is begun by about 70 % of lookers",
        meaning="spread of tastes about the best project's net value per unit of cost",
        chinese="企业对项目单位成本净价值的偏好差异",
    )
    anticipation: float = number(
        0.0,
        unit="share of firms",
        low=0.0,
        high=1.0,
        source="assumption: 0 (off) has no firm look ahead; 0.2 to 0.8 is plausible: tax cuts that were announced and "
        "not yet in force lowered investment (Mertens and Ravn 2012, United States), so some firms wait",
        meaning="firms that put a project off if support that has been announced makes it worth more later",
        chinese="会因已公布的更优扶持而推迟项目的企业",
    )
    foresight_months: float = number(
        12,
        unit="months",
        low=1,
        high=60,
        whole=True,
        source="assumption: a year, that of plans and budgets; a project is rarely kept waiting for longer",
        meaning="how far ahead those firms look",
        chinese="这类企业提前考虑的月数",
    )
