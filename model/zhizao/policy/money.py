"""Instruments that hand money to firms: grants, loans, credits, awards, vouchers and relief."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from zhizao.policy.declaring import Instrument, lever, lever_choice, lever_for_each, lever_level
from zhizao.sectors import LEVELS, PLAN_LEVEL, PROJECT_TYPES, SECTOR_KEYS, SIZE_CLASSES, TIERS

__all__ = ["PILOT_LEVELS", "Awards", "Diagnosis", "Grants", "Loans", "PilotCity", "ProviderDiscount", "Relief", "Tax"]

PILOT_LEVELS = LEVELS[PLAN_LEVEL:]
"""Levels for which the pilot city pays."""


@dataclass(frozen=True, kw_only=True)
class Grants:
    """Grants for projects, applied for, decided against a budget, paid after acceptance."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Grants", chinese="项目补贴", tier=None, direct=True, account="grants"
    )
    rate: tuple[float, ...] = lever(
        (0.0,) * len(PROJECT_TYPES),
        axis=PROJECT_TYPES,
        unit="share of eligible cost",
        high=1.0,
        name=("Grant rate", "补贴比例"),
        meaning=("grant rate", "补贴占合格投资额的比例"),
    )
    cap: tuple[float, ...] = lever(
        (0.0,) * len(PROJECT_TYPES),
        axis=PROJECT_TYPES,
        unit="million RMB",
        high=1e4,
        name=("Most that one project can get", "单个项目补贴上限"),
        meaning=("most that one project can get", "一个项目最多可获得的补贴"),
    )
    floor: tuple[float, ...] = lever(
        (0.0,) * len(PROJECT_TYPES),
        axis=PROJECT_TYPES,
        unit="million RMB",
        high=1e6,
        name=("Least cost that is eligible", "项目投资额门槛"),
        meaning=("least cost that is eligible", "可申报补贴的最低投资额"),
    )
    size_factor: tuple[float, ...] = lever(
        (1.0,) * len(SIZE_CLASSES),
        axis=SIZE_CLASSES,
        unit="multiple",
        high=20.0,
        name=("Multiple by size of firm", "不同规模企业的补贴倍数"),
        meaning=("multiple of rate and cap by size class", "按企业规模对补贴比例和上限的倍数"),
    )
    lowest_level: float = lever_level(
        0,
        name=("May apply from reported level", "可申报企业的最低自评等级"),
        meaning=("lowest reported level of the firms that may apply", "可申报补贴的企业的最低自评等级"),
    )
    highest_level: float = lever_level(
        len(LEVELS) - 1,
        name=("May apply up to reported level", "可申报企业的最高自评等级"),
        meaning=("highest reported level of the firms that may apply", "可申报补贴的企业的最高自评等级"),
    )
    sectors: tuple[float, ...] = lever_for_each(
        SECTOR_KEYS,
        1.0,
        name=("Sectors that may apply", "可申报的行业"),
        meaning=("whether firms of a sector may apply: 1, or 0 if not", "该行业企业能否申报：1为可以，0为不可以"),
    )
    fund_multiple: float = lever(
        0.0,
        unit="multiple",
        high=100.0,
        name=("Part of the yearly digital money for grants", "年度数字化资金用于补贴的倍数"),
        meaning=(
            "part of the yearly digital money (funding.*) that goes to grants",
            "用于补贴的资金相当于年度数字化资金（funding.*）的倍数",
        ),
    )
    additional_budget: tuple[float, ...] = lever(
        (0.0,) * len(TIERS),
        axis=TIERS,
        unit="million RMB per year",
        high=1e6,
        name=("Budget beside the yearly money", "年度资金以外的补贴预算"),
        meaning=("budget beside the yearly money", "年度资金之外另行安排的补贴预算"),
    )
    allocation: str = lever_choice(
        "first-come",
        choices=("first-come", "merit", "lottery", "small-first"),
        name=("Who comes first when money is short", "资金不足时的分配顺序"),
        meaning=("who comes first when money is short", "资金不足时哪些申报优先获得补贴"),
    )
    advance_share: float = lever(
        0.0,
        unit="share",
        high=1.0,
        name=("Paid in advance", "预付比例"),
        meaning=("part of the grant paid at the start", "项目开工时先行拨付的补贴比例"),
    )
    clawback_share: float = lever(
        1.0,
        unit="share",
        high=1.0,
        name=("Advance taken back after failure", "项目失败后预付款追回比例"),
        meaning=("part of the advance taken back after failure", "项目失败后追回的预付补贴比例"),
    )
    payment_delay: float = lever(
        6,
        unit="months",
        high=60,
        whole=True,
        name=("From acceptance to payment", "验收到拨付的时间"),
        meaning=("months from acceptance to payment", "从项目验收到补贴拨付的月数"),
    )
    window_open: float = lever(
        1,
        low=1,
        unit="calendar month",
        high=12,
        whole=True,
        name=("First month of applications", "申报开始月份"),
        meaning=("first month of applications", "每年开始受理申报的月份"),
    )
    window_close: float = lever(
        12,
        low=1,
        unit="calendar month",
        high=12,
        whole=True,
        name=("Last month of applications", "申报截止月份"),
        meaning=("last month of applications", "每年受理申报的最后一个月"),
    )
    deadline_months: float = lever(
        2,
        unit="months",
        high=12,
        whole=True,
        name=("Deadline is felt before closing", "截止前的紧迫期"),
        meaning=("months before closing in which the deadline is felt", "截止前多少个月内企业感到申报紧迫"),
    )
    carry_over: str = lever_choice(
        "no",
        choices=("no", "yes"),
        name=("Money left in {year_end} is kept", "年末结余是否结转"),
        meaning=(
            "whether money left in {year_end} is kept for the next year",
            "{year_end}末未用完的资金是否结转下年使用",
        ),
    )
    regime: str = lever_choice(
        "approval-first",
        choices=("approval-first", "after-the-fact"),
        name=("How support is asked for", "补贴申报方式"),
        meaning=(
            "whether a grant is decided before work begins, or claimed for a registered project once it is done",
            "先审批后开工，或先备案建设、完工后再申领补贴",
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """Vouchers for a diagnosis of the firm."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Diagnosis vouchers", chinese="诊断券", tier="national", direct=True, account="services"
    )
    value: float = lever(
        0.0,
        unit="million RMB per firm",
        high=10.0,
        name=("Diagnosis voucher (0: none)", "诊断券面额（0为不发放）"),
        meaning=("value of the voucher; 0 is off", "数字化诊断券的面额，0为不发放"),
    )


@dataclass(frozen=True, kw_only=True)
class Loans:
    """Interest support and guarantees."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Loans", chinese="贷款支持", tier="municipal", direct=True, account="other_project_money"
    )
    interest_points: float = lever(
        0.0,
        unit="per year",
        high=0.2,
        name=("Interest paid for the firm", "贷款贴息点数"),
        meaning=("points of interest paid for the firm", "财政替企业承担的贷款利率"),
    )
    interest_years: float = lever(
        2.0,
        unit="years",
        high=10.0,
        name=("Interest paid for", "贴息年限"),
        meaning=("years for which they are paid", "贷款贴息持续的年数"),
    )
    guarantee_share: float = lever(
        0.0,
        unit="share of yearly revenue",
        high=2.0,
        name=("More credit under public guarantee", "政府担保新增授信额度"),
        meaning=("additional credit line under public guarantee", "政府性融资担保下新增的授信额度"),
    )
    guarantee_cost: float = lever(
        0.02,
        unit="share of loan",
        high=1.0,
        name=("Public cost of a guaranteed loan", "担保贷款的预期财政成本"),
        meaning=("expected public cost of a guaranteed loan", "担保贷款预期由财政承担的成本"),
    )


@dataclass(frozen=True, kw_only=True)
class Tax:
    """Tax credit: no application, later, certain."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Tax credit", chinese="税收抵免", tier="national", direct=True, account="other_project_money"
    )
    credit_rate: float = lever(
        0.0,
        unit="share of cost",
        high=1.0,
        name=("Tax credit", "税收抵免比例"),
        meaning=("tax credit", "投资额中可抵免税收的比例"),
    )


@dataclass(frozen=True, kw_only=True)
class Awards:
    """Awards on recognition, and on reaching a reported level (pay for results)."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Awards", chinese="认定与达级奖励", tier="municipal", direct=True, account="awards"
    )
    workshop: float = lever(
        0.0,
        unit="million RMB",
        high=1e3,
        name=("Award for a digital workshop", "数字化车间认定奖励"),
        meaning=("award for a recognised digital workshop", "数字化车间通过认定后的奖励"),
    )
    factory: float = lever(
        0.0,
        unit="million RMB",
        high=1e3,
        name=("Award for a smart factory", "智能工厂认定奖励"),
        meaning=("award for a recognised smart factory", "智能工厂通过认定后的奖励"),
    )
    level2: float = lever(
        0.0,
        unit="million RMB",
        high=1e3,
        name=("Award for {level}, reported", "首次达到{level}奖励"),
        meaning=("award on first reporting {level}", "企业自评首次达到{level}的奖励"),
    )
    level3: float = lever(
        0.0,
        unit="million RMB",
        high=1e3,
        name=("Award for {level_above}, reported", "首次达到{level_above}奖励"),
        meaning=("award on first reporting {level_above}", "企业自评首次达到{level_above}的奖励"),
    )
    level4: float = lever(
        0.0,
        unit="million RMB",
        high=1e3,
        name=("Award for {level_two_above}, reported", "首次达到{level_two_above}奖励"),
        meaning=("award on first reporting {level_two_above}", "企业自评首次达到{level_two_above}的奖励"),
    )


@dataclass(frozen=True, kw_only=True)
class ProviderDiscount:
    """Agreements under which the firm pays some, the provider waives some, the state adds some."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Vouchers for light projects",
        chinese="轻量化改造让利",
        tier="national",
        direct=True,
        account="other_project_money",
    )
    waived_share: float = lever(
        0.0,
        unit="share of light projects' cost",
        high=0.45,
        name=("Waived by the provider", "服务商让利比例"),
        meaning=("waived by the provider", "轻量化项目费用中由服务商让利的部分"),
    )
    state_share: float = lever(
        0.0,
        unit="share of light projects' cost",
        high=0.45,
        name=("Voucher for light projects", "轻量化改造服务券（财政补助）"),
        meaning=("added by the state", "轻量化项目费用中由财政补助的部分"),
    )


@dataclass(frozen=True, kw_only=True)
class PilotCity:
    """The pilot city as it is run: a list of SMEs in chosen sub-industries, whose light projects are paid by result."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Pilot city", chinese="试点城市", tier="national", direct=True, account="other_project_money"
    )
    sectors: tuple[float, ...] = lever_for_each(
        SECTOR_KEYS,
        0.0,
        name=("Chosen sub-industries", "试点细分行业"),
        meaning=(
            "whether a sector is among the chosen sub-industries: 1, or 0 if not",
            "该行业是否为试点细分行业：1为是，0为否",
        ),
    )
    share: float = lever(
        0.0,
        unit="share of SMEs",
        high=1.0,
        name=("SMEs of these on the list", "纳入试点名单的中小企业比例"),
        meaning=("SMEs of the chosen sub-industries that are on the list", "试点细分行业中纳入改造名单的中小企业比例"),
    )
    rate: float = lever(
        0.0,
        unit="share of light projects' cost",
        high=1.0,
        name=("Paid of light projects", "轻量化项目奖补比例"),
        meaning=("part of a light project's cost that is paid on acceptance", "轻量化项目验收后按费用奖补的比例"),
    )
    cap: tuple[float, ...] = lever(
        (0.0,) * len(PILOT_LEVELS),
        axis=PILOT_LEVELS,
        unit="million RMB per firm",
        high=1e3,
        name=("Most that a firm can get, by level", "按达到等级的单户奖补上限"),
        meaning=(
            "most that a firm can get in all, by the level that it has reached",
            "按改造后达到的等级，每户企业累计奖补的上限",
        ),
    )
    bulk_cut: float = lever(
        0.0,
        unit="share of light projects' cost",
        high=0.9,
        name=("Bulk price of the contractor", "总包服务商批量价降幅"),
        meaning=(
            "lower cost of light projects by a contractor for the sub-industry",
            "由细分行业总包服务商实施使轻量化项目费用降低的比例",
        ),
    )
    copy_cut: float = lever(
        0.0,
        unit="share of light projects' cost",
        high=0.9,
        name=("Saved by copying a sample firm", "复制样本企业节省的费用"),
        meaning=(
            "further cost saved once a sample firm of the sub-industry is finished",
            "细分行业样本企业建成后，复制推广进一步节省的费用",
        ),
    )
    copy_evidence: float = lever(
        0.0,
        unit="observations",
        high=100.0,
        name=("Evidence that a sample firm gives", "样本企业提供的成效证据"),
        meaning=(
            "evidence of light projects that a finished sample firm gives the others on the list",
            "样本企业建成后，为名单内其他企业提供的轻量化项目成效证据",
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Relief:
    """Relief on utility bills and on financing costs."""

    DECLARED: ClassVar[Instrument] = Instrument(
        english="Relief on bills", chinese="降本减负", tier="district", direct=False, account="relief"
    )
    energy_share: float = lever(
        0.0,
        unit="share of energy bill",
        high=1.0,
        name=("Energy bill paid by the public", "财政承担的能源费用比例"),
        meaning=("energy bill paid by the public", "能源费用中由财政承担的部分"),
    )
    interest_points: float = lever(
        0.0,
        unit="per year",
        high=0.1,
        name=("Cheaper credit for everyone", "普惠性融资成本降幅"),
        meaning=("cheaper credit for everyone", "面向所有企业的贷款利率降幅"),
    )
