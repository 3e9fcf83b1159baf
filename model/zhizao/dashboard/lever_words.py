"""What levers, their groups, units, rows and choices are called on the page, in English and Chinese.

English comes from the registry; the Chinese words stand here, one for each lever, and a test holds them complete.
"""

from __future__ import annotations

from zhizao.commands.words import Language
from zhizao.parameters.specification import Specification
from zhizao.policy.levers import lever_specifications

__all__ = ["choice_name", "group_title", "lever_label", "lever_name", "unit_name"]

_GROUPS: dict[str, tuple[str, str]] = {
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

_CHINESE: dict[str, str] = {
    "grants.rate": "补贴比例",
    "grants.cap": "单个项目补贴上限",
    "grants.floor": "项目投资额门槛",
    "grants.size_factor": "不同规模企业的补贴倍数",
    "grants.fund_multiple": "年度数字化资金用于补贴的倍数",
    "grants.additional_budget": "年度资金以外的补贴预算",
    "grants.allocation": "资金不足时的分配顺序",
    "grants.advance_share": "预付比例",
    "grants.clawback_share": "项目失败后预付款追回比例",
    "grants.payment_delay": "验收到拨付的时间",
    "grants.window_open": "申报开始月份",
    "grants.window_close": "申报截止月份",
    "grants.deadline_months": "截止前的紧迫期",
    "grants.carry_over": "年末结余是否结转",
    "diagnosis.value": "诊断券面额（0为不发放）",
    "loans.interest_points": "贷款贴息点数",
    "loans.interest_years": "贴息年限",
    "loans.guarantee_share": "政府担保新增授信额度",
    "loans.guarantee_cost": "担保贷款的预期财政成本",
    "tax.credit_rate": "税收抵免比例",
    "awards.workshop": "数字化车间认定奖励",
    "awards.factory": "智能工厂认定奖励",
    "awards.level2": "首次达到二级奖励",
    "awards.level3": "首次达到三级奖励",
    "awards.level4": "首次达到四级奖励",
    "provider_discount.waived_share": "服务商让利比例",
    "provider_discount.state_share": "财政补助比例（服务券）",
    "specialists.count": "服务专员人数",
    "specialists.caseload": "每名专员联系企业数",
    "specialists.visits": "每名专员走访次数",
    "specialists.order": "专员不足时优先服务对象",
    "matchmaking.cost_cut": "寻找服务商成本的降幅",
    "handling.processing_days": "申报到最早批复的时间",
    "handling.online_share": "一网通办比例",
    "handling.online_cut": "全程网办可减少的申报负担",
    "handling.monthly_capacity": "每月可办理的申报数",
    "handling.weekend_share": "周末开放办理的比例",
    "response.days": "诉求平均办结时间（0为未开通）",
    "leaders.share": "参与带动的链主企业比例",
    "leaders.template_cut": "共享模板节省的成本",
    "providers.capacity_gain": "服务商能力增量",
    "providers.competence_gain": "服务商水平提升",
    "campaign.rate": "企业获知政策的速度增量",
    "attraction.entry_gain": "新增入驻企业比例",
    "attraction.score_gain": "新入驻企业数字化得分增量",
    "relief.energy_share": "财政承担的能源费用比例",
    "relief.interest_points": "普惠性融资成本降幅",
    "infrastructure.cost_cut": "联网设备成本的降幅",
    "assessment.inflation_cut": "核查消除的自评虚高比例",
    "assessment.target_pressure": "公开目标对自评的推高程度",
    "context.demand": "市场需求（相对趋势）",
    "context.provider_capacity": "区外服务商能力",
}

_UNITS: dict[str, str] = {
    "share": "比例",
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
}

_ENTRIES: dict[str, tuple[str, str]] = {
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

_CHOICES: dict[str, tuple[str, str]] = {
    "first-come": ("first come, first served", "先到先得"),
    "merit": ("by merit", "择优"),
    "lottery": ("by lot", "抽签"),
    "small-first": ("small firms first", "小企业优先"),
    "large-first": ("large firms first", "大企业优先"),
    "all": ("all alike", "不分先后"),
    "no": ("no", "否"),
    "yes": ("yes", "是"),
}


def group_title(group: str, language: Language) -> str:
    """Return what a group of levers is called."""
    return _GROUPS[group][language == "zh"]


def unit_name(unit: str, language: Language) -> str:
    """Return what a unit is called."""
    return _UNITS[unit] if language == "zh" else unit


def choice_name(choice: str, language: Language) -> str:
    """Return what one choice of a lever is called."""
    return _CHOICES[choice][language == "zh"]


def lever_name(key: str, language: Language) -> str:
    """Return what a lever is called, or an entry of one, such as ``grants.rate.light``."""
    spec, entry = _lever(key)
    meaning = spec.meaning.partition("; ")[0]
    name = _CHINESE[spec.key] if language == "zh" else meaning[0].upper() + meaning[1:]
    if not entry:
        return name
    return f"{name} · {_ENTRIES[entry][language == 'zh']}"


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
