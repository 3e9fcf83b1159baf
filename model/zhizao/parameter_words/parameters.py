"""Words of what is neither lever nor parameter: readings of the report, luck, entries of rows of numbers."""

from __future__ import annotations

from zhizao.district.in_force import DISTRICT
from zhizao.policy.money import PILOT_LEVELS
from zhizao.results.groups import GROUP_NAMES
from zhizao.sectors import PROJECT_KINDS

__all__ = ["ENTRIES", "FACTOR_GROUPS", "PARAMETER_GROUPS", "READINGS"]

READINGS: dict[str, tuple[str, str]] = {
    "reading.funding": ("reading of the public money", "财政资金口径"),
    "reading.calibration": ("what the model is fitted to", "参数拟合方式"),
    "reading.years_counted": ("years in which the projects counted were begun", "报道统计三百余个项目的年数"),
    "luck": ("luck", "随机性"),
}
"""What the readings of the report, and luck, are called."""

ENTRIES: dict[str, tuple[str, str]] = {
    **{kind.key: (kind.english, kind.chinese) for kind in PROJECT_KINDS},
    **{size.key: (f"{size.english} firms", f"{size.chinese}企业") for size in DISTRICT.own.size_class},
    **{tier.key: (tier.english, tier.chinese) for tier in DISTRICT.own.tier},
    **{level: GROUP_NAMES[level] for level in PILOT_LEVELS},
    **{phase.key: (phase.english, phase.chinese) for phase in DISTRICT.own.phase},
}
"""What the entries of a row of numbers are called; those of sectors are in `zhizao.results.groups`."""

FACTOR_GROUPS: dict[str, str] = {
    "policy": "政策",
    "behaviour": "企业行为",
    "projects and levels": "项目与等级",
    "initial state": "初始状态",
    "readings": "报道口径",
    "luck": "随机性",
    "interactions": "交互作用",
}
"""What groups of factors are called in Chinese."""

PARAMETER_GROUPS: dict[str, tuple[str, str]] = {
    "attention": ("attention", "关注"),
    "awareness": ("awareness", "政策知晓"),
    "valuation": ("valuation", "收益判断"),
    "support": ("support", "申报与审批"),
    "finance": ("finance", "融资"),
    "choosing": ("choosing", "企业选择"),
    "projects": ("projects", "项目"),
    "building": ("building", "实施"),
    "levels": ("levels", "数字化等级"),
    "providers": ("providers", "服务商"),
    "population": ("population", "企业构成"),
    "sectors": ("sectors", "行业"),
    "links": ("links", "企业关联"),
    "production": ("production", "产出"),
    "turnover": ("entry and exit", "企业进入与退出"),
    "funding": ("funding", "财政资金"),
    "public_costs": ("public costs", "公共成本"),
    "phases": ("phases", "政策阶段"),
}
"""What parameters whose keys begin alike are called together."""
