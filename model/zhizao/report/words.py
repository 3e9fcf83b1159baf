"""The words that pages, charts and commands have in common, and how months, money and scenarios are written in them."""

from __future__ import annotations

from zhizao.results.ensembles import FUNDING
from zhizao.results.wording import Language, Words, either, number
from zhizao.scenario import Scenario

__all__ = [
    "COMMON_WORDS", "money_in_words", "month_in_words", "percent", "scenario_question",
    "scenario_title", "yearly_money",
]  # fmt: skip

COMMON_WORDS = Words({
    "levels reported": ("as reported", "自评"),
    "levels true": ("true", "真实"),
    "points": ("percentage points", "百分点"),
    "median": ("median", "中位数"),
    "unit million RMB": ("million RMB", "百万元"),
    "part additional": ("additional", "额外带动"),
    "part pulled_forward": ("pulled forward", "提前实施"),
    "part committed_before": ("promised before 2024", "2024年前已承诺"),
    "part deadweight": ("deadweight", "无谓损失"),
    "part captured": ("captured by providers", "被服务商获取"),
    "part administration": ("services, administration", "服务与管理"),
    "cost_effect title": ("What public money buys", "财政资金换来什么"),
    "more money": ("additional public money, million RMB", "额外的财政支出（百万元）"),
    "more firms": ("additional SMEs truly at level 2", "额外达到二级的中小企业（真实，家）"),
    "outstanding": ("promised, not yet paid", "已承诺未支付"),
})  # fmt: skip
"""What more than one table needs; the others have their words beside what shows them."""


def scenario_title(scenario: Scenario, language: Language) -> str:
    """Return the title of a scenario; in English where it has no Chinese one."""
    return either(scenario.title, scenario.title_zh, language)


def scenario_question(scenario: Scenario, language: Language) -> str:
    """Return the question of a scenario; in English where it has no Chinese one."""
    return either(scenario.question, scenario.question_zh, language)


def yearly_money(funding: str, scenario: Scenario) -> tuple[str, float]:
    """Return a reading of the yearly public money, ``own`` if the scenario sets it, and the sum, million RMB."""
    own = scenario.parameter_changes.get("funding.annual_fund")
    return (funding, FUNDING[funding]) if own is None else ("own", float(own))


def month_in_words(month: str, language: Language) -> str:
    """Return a month such as ``"2025-12"`` as it is written in a language."""
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月" if language == "zh" else month


def money_in_words(millions: float, language: Language) -> str:
    """Return an amount given in million RMB as a sentence has it; in Chinese in 亿元, or 万元 where it is less."""
    if language == "en":
        return f"{millions:,.0f} million RMB"
    return f"{millions / 100.0:.3g}亿元" if millions >= 100.0 else f"{100.0 * millions:.0f}万元"


def percent(share: float, language: Language) -> str:
    """Write a share as per cent, its sign as it is set in the language and on the same line as the number."""
    return number(share, "share of", language).replace(" %", "%" if language == "zh" else "\u00a0%")
