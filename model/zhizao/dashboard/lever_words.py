"""What levers, their groups, units, rows and choices are called on the page, in English and Chinese.

The registry says what each means; here are names short enough for an input. A test holds them complete.
"""

from __future__ import annotations

from zhizao.parameters.specification import Specification
from zhizao.policy.levers import lever_specifications
from zhizao.report.words import COMMON_WORDS
from zhizao.results.wording import Language, Words

__all__ = ["choice_name", "group_title", "lever_label", "lever_name", "unit_name"]

group_title = Words(
    {
        "grants": ("Grants", "项目补贴"),
        "diagnosis": ("Diagnosis vouchers", "诊断券"),
        "loans": ("Loans", "贷款支持"),
        "tax": ("Tax credit", "税收抵免"),
        "awards": ("Awards", "认定与达级奖励"),
        "provider_discount": ("Vouchers for light projects", "轻量化改造让利"),
        "specialists": ("Service specialists", "服务专员"),
        "matchmaking": ("Matchmaking", "供需对接"),
        "handling": ("Handling of applications", "申报办理"),
        "response": ("Call and response", "诉求响应"),
        "leaders": ("Chain leaders", "链主带动"),
        "providers": ("Building up providers", "服务商培育"),
        "campaign": ("Information campaign", "政策宣讲"),
        "attraction": ("Attraction of plants", "招商引资"),
        "relief": ("Relief on bills", "降本减负"),
        "infrastructure": ("Infrastructure", "基础设施"),
        "assessment": ("Assessment", "等级评估"),
        "context": ("Surroundings", "外部环境"),
    }
)
"""What a group of levers is called."""

_name = Words(
    {
        "grants.rate": ("Grant rate", "补贴比例"),
        "grants.cap": ("Most that one project can get", "单个项目补贴上限"),
        "grants.floor": ("Least cost that is eligible", "项目投资额门槛"),
        "grants.size_factor": ("Multiple by size of firm", "不同规模企业的补贴倍数"),
        "grants.fund_multiple": ("Part of the yearly digital money for grants", "年度数字化资金用于补贴的倍数"),
        "grants.additional_budget": ("Budget beside the yearly money", "年度资金以外的补贴预算"),
        "grants.allocation": ("Who comes first when money is short", "资金不足时的分配顺序"),
        "grants.advance_share": ("Paid in advance", "预付比例"),
        "grants.clawback_share": ("Advance taken back after failure", "项目失败后预付款追回比例"),
        "grants.payment_delay": ("From acceptance to payment", "验收到拨付的时间"),
        "grants.window_open": ("First month of applications", "申报开始月份"),
        "grants.window_close": ("Last month of applications", "申报截止月份"),
        "grants.deadline_months": ("Deadline is felt before closing", "截止前的紧迫期"),
        "grants.carry_over": ("Money left in December is kept", "年末结余是否结转"),
        "diagnosis.value": ("Diagnosis voucher (0: none)", "诊断券面额（0为不发放）"),
        "loans.interest_points": ("Interest paid for the firm", "贷款贴息点数"),
        "loans.interest_years": ("Interest paid for", "贴息年限"),
        "loans.guarantee_share": ("More credit under public guarantee", "政府担保新增授信额度"),
        "loans.guarantee_cost": ("Public cost of a guaranteed loan", "担保贷款的预期财政成本"),
        "tax.credit_rate": ("Tax credit", "税收抵免比例"),
        "awards.workshop": ("Award for a digital workshop", "数字化车间认定奖励"),
        "awards.factory": ("Award for a smart factory", "智能工厂认定奖励"),
        "awards.level2": ("Award for level 2, reported", "首次达到二级奖励"),
        "awards.level3": ("Award for level 3, reported", "首次达到三级奖励"),
        "awards.level4": ("Award for level 4, reported", "首次达到四级奖励"),
        "provider_discount.waived_share": ("Waived by the provider", "服务商让利比例"),
        "provider_discount.state_share": ("Voucher for light projects", "轻量化改造服务券（财政补助）"),
        "specialists.count": ("Service specialists", "服务专员人数"),
        "specialists.caseload": ("Firms that one specialist looks after", "每名专员联系企业数"),
        "specialists.visits": ("Visits by each specialist", "每名专员走访次数"),
        "specialists.order": ("Who has a specialist if too few", "专员不足时优先服务对象"),
        "matchmaking.cost_cut": ("Matchmaking: search for a provider saved", "供需对接：搜寻成本降幅"),
        "handling.processing_days": ("From application to decision", "申报到最早批复的时间"),
        "handling.online_share": ("Handled online in one stop", "一网通办比例"),
        "handling.online_cut": ("Burden saved if all is online", "全程网办可减少的申报负担"),
        "handling.monthly_capacity": ("Applications decided", "每月可办理的申报数"),
        "handling.weekend_share": ("Weekends with opening hours", "周末开放办理的比例"),
        "response.days": ("Days to clear an obstacle (0: no platform)", "诉求平均办结时间（0为未开通）"),
        "leaders.share": ("Chain leaders that take part", "参与带动的链主企业比例"),
        "leaders.template_cut": ("Saved by a shared template", "共享模板节省的成本"),
        "providers.capacity_gain": ("More capacity of providers", "服务商能力增量"),
        "providers.competence_gain": ("More competence of providers", "服务商水平提升"),
        "campaign.rate": ("Information campaign: firms hear sooner", "政策宣讲：知晓速度增量"),
        "attraction.entry_gain": ("More entries", "新增入驻企业比例"),
        "attraction.score_gain": ("Higher digital score of entrants", "新入驻企业数字化得分增量"),
        "relief.energy_share": ("Energy bill paid by the public", "财政承担的能源费用比例"),
        "relief.interest_points": ("Cheaper credit for everyone", "普惠性融资成本降幅"),
        "infrastructure.cost_cut": ("Cheaper connected equipment", "联网设备成本的降幅"),
        "assessment.inflation_cut": ("Inflation of reports removed by checks", "核查消除的自评虚高比例"),
        "assessment.target_pressure": ("A public target inflates reports", "公开目标对自评的推高程度"),
        "context.demand": ("Demand, to trend", "市场需求（相对趋势）"),
        "context.provider_capacity": ("Providers from elsewhere, capacity", "区外服务商能力"),
    }
)

_UNITS: dict[str, str] = {
    "share": "%",
    "share of eligible cost": "占合格投资额",
    "share of cost": "占投资额",
    "share of yearly revenue": "占年营业收入",
    "share of loan": "占贷款额",
    "share of light projects' cost": "占轻量化项目费用",
    "share of search cost": "占搜寻成本",
    "share of chain leaders": "占链主企业",
    "share of capacity": "占现有能力",
    "share of entries": "占新入驻企业",
    "share of energy bill": "占能源费用",
    "share of connected cost": "占联网设备成本",
    "million RMB": "百万元",
    "million RMB per year": "百万元/年",
    "million RMB per firm": "百万元/户",
    "multiple": "倍",
    "months": "个月",
    "calendar month": "月份",
    "per year": "每年",
    "years": "年",
    "specialists": "人",
    "firms per specialist": "户/人",
    "visits per specialist per year": "次/人·年",
    "days": "天",
    "applications per month": "件/月",
    "score points": "分",
    "choice": "选项",
    "share of firms": "占企业",
    "share of runs": "占抽样",
    "share of revenue": "占营业收入",
    "projects": "个",
    "applications": "件",
    "firms": "家",
    "workshops": "个",
    "factories": "家",
    "staff hours": "工时",
    "index, 1 is 2018": "指数，2018年为1",
    "million RMB at constant prices": "百万元（不变价）",
    "RMB per RMB": "元/元",
    "firms per million RMB": "家/百万元",
}

_entry = Words(
    {
        "light": ("light projects", "轻量化项目"),
        "equipment": ("equipment", "数字化装备"),
        "workshop": ("digital workshops", "数字化车间"),
        "factory": ("smart factories", "智能工厂"),
        "small": ("small firms", "小型企业"),
        "medium": ("medium firms", "中型企业"),
        "large": ("large firms", "大型企业"),
        "national": ("national", "中央"),
        "municipal": ("municipal", "市级"),
        "district": ("district", "区级"),
    }
)

choice_name = Words({
    "first-come": ("first come, first served", "先到先得"),
    "merit": ("by merit", "择优"),
    "lottery": ("by lot", "抽签"),
    "small-first": ("small firms first", "小企业优先"),
    "large-first": ("large firms first", "大企业优先"),
    "all": ("all alike", "不分先后"),
}, COMMON_WORDS)  # fmt: skip
"""What one choice of a lever is called."""


def unit_name(unit: str, language: Language) -> str:
    """Return what a unit is called; shares are shown in per cent."""
    if language == "zh":
        return f"{_UNITS[unit]}%" if unit.startswith("share of") else _UNITS[unit]
    return f"%{unit.removeprefix('share')}" if unit.startswith("share") else unit


def lever_name(key: str, language: Language) -> str:
    """Return what a lever is called, or an entry of one, such as ``grants.rate.light``."""
    spec, entry = _lever(key)
    name = _name(spec.key, language)
    return f"{name} · {_entry(entry, language)}" if entry else name


def lever_label(key: str, language: Language) -> str:
    """Return name and unit of a lever or an entry of one; choices have no unit."""
    spec, _ = _lever(key)
    name = lever_name(key, language)
    if spec.choices:
        return name
    unit = unit_name(spec.unit, language)
    return f"{name}（{unit}）" if language == "zh" else f"{name} ({unit})"


def _lever(key: str) -> tuple[Specification, str]:
    """Return the declaration of a lever and the entry of its row, if `key` names one."""
    levers = lever_specifications()
    if key in levers:
        return levers[key], ""
    base, _, entry = key.rpartition(".")
    return levers[base], entry
