"""What units are called in English and Chinese."""

from __future__ import annotations

from zhizao.district.in_force import in_currency
from zhizao.errors import InputError
from zhizao.results.variables import PRICE_INDEX
from zhizao.words.place import of_place
from zhizao.words.tables import Language

__all__ = ["UNITS", "problems_in", "unit_name"]

_UNITS: dict[str, str] = {
    "share": "比例",
    "share of eligible cost": "占合格投资额",
    "share of cost": "占投资额",
    "share of project cost": "占项目投资额",
    "share of yearly revenue": "占年营业收入",
    "share of revenue": "占营业收入",
    "share of profit": "占利润",
    "share of loan": "占贷款额",
    "share of light projects' cost": "占轻量化项目费用",
    "share of search cost": "占搜寻成本",
    "share of chain leaders": "占链主企业",
    "share of capacity": "占现有能力",
    "share of entries": "占新入驻企业",
    "share of energy bill": "占能源费用",
    "share of energy cost": "占能源成本",
    "share of labour cost": "占人工成本",
    "share of cost of defects": "占质量缺陷损失",
    "share of connected cost": "占联网设备成本",
    "share of firms": "占企业",
    "share of refused firms": "占未获批企业",
    "share of large firms": "占大型企业",
    "share of links": "占供应关系",
    "share of runs": "占抽样",
    "share of money": "占资金",
    "per year, share of firms": "每年，占企业比例",
    "million RMB": "百万元",
    "million RMB per year": "百万元/年",
    "million RMB per firm": "百万元/户",
    "million RMB per firm matched": "百万元/户",
    "million RMB per hour": "百万元/工时",
    "million RMB per application": "百万元/件",
    "million RMB per specialist per year": "百万元/人·年",
    "million RMB per leader per year": "百万元/户·年",
    "million RMB per additional plant": "百万元/户",
    "million RMB at reference revenue": "百万元（参考收入下）",
    "million RMB at constant prices": "百万元（不变价）",
    "RMB per RMB": "元/元",
    "firms per million RMB": "家/百万元",
    "multiple": "倍",
    "elasticity": "弹性",
    "exponent": "幂指数",
    "correlation": "相关系数",
    "index": "指数",
    "profitability index": "现值指数",
    "observations": "次观测",
    "standard deviation of the logarithm": "对数标准差",
    "standard deviation of the logarithm per year": "对数标准差/年",
    "variance of the logarithm": "对数方差",
    "per unit of variance": "每单位方差",
    "logarithm per unit of capability": "对数/单位能力",
    "logit": "对数几率",
    "logit per unit": "对数几率/单位",
    "logit per size class": "对数几率/规模档",
    "probability": "概率",
    "probability per year": "概率/年",
    "months": "个月",
    "calendar month": "月份",
    "per year": "每年",
    "years": "年",
    "days": "天",
    "staff hours": "工时",
    "specialists": "人",
    "employees": "人",
    "firms per specialist": "户/人",
    "visits per specialist per year": "次/人·年",
    "applications": "件",
    "applications per month": "件/月",
    "score points": "分",
    "score points per year": "分/年",
    "score points at score 0": "分（起点为0分时）",
    "score points per unit of capability": "分/单位能力",
    "firms": "家",
    "projects": "个",
    "visits": "次",
    "projects per firm of the district per year": "个/户·年",
    "workshops": "个",
    "places a year": "个/年",
    "level": "级",
    "1 or 0": "1或0",
    "share of SMEs": "占中小企业",
    "factories": "家",
    "links": "条",
    "links per firm": "条/户",
    "choice": "选项",
    "reading": "口径",
    "seed": "种子",
}
UNITS: dict[str, str] = {in_currency(unit): in_currency(chinese) for unit, chinese in _UNITS.items()} | {
    PRICE_INDEX: of_place("指数，{start_short}为1", "zh")
}
"""Units in Chinese, those of money in the district's own."""


def unit_name(unit: str, language: Language, *, percent: bool = True) -> str:
    """Return what a unit is called.

    Parameters
    ----------
    percent
        Whether shares are shown in per cent, or as numbers from 0 to 1.
    """
    if language == "zh":
        if unit == "share":
            return "%" if percent else UNITS[unit]
        return f"{UNITS[unit]}{'%' if percent else '比例'}" if unit.startswith("share of") else UNITS[unit]
    return f"%{unit.removeprefix('share')}" if percent and unit.startswith("share") else unit


def problems_in(error: InputError, language: Language) -> tuple[str, ...]:
    """Return what is wrong with what the user gave, in a language, with its units."""
    if language == "en":
        return error.problems
    shares = {f"%{unit.removeprefix('share')}": "%" for unit in UNITS if unit.startswith("share of")}
    return error.in_language(language, shares | {unit: unit_name(unit, language, percent=False) for unit in UNITS})
