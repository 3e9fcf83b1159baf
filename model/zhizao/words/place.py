"""What texts say of the district in force: its name, months, plan, levels, firms and money, in two languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from zhizao.calendar import BEFORE_BRANCH, BRANCH, HORIZON, SELF_ASSESSMENT_MONTH, START, TARGET, YEAR_MONTH
from zhizao.district.in_force import DISTRICT

__all__ = ["money_in_words", "month_in_words", "of_place", "placeholders", "scaled_money", "year_or_month"]

_Language = str

_OWN = DISTRICT.own
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NUMERALS = "零一二三四五六七八九"


def of_place(text: str, language: _Language, /, **values: object) -> str:
    """Return a text with what it says of the district in force in place, such as ``{level}``, and with `values`."""
    return text.format(**{**placeholders(language), **values})


@cache
def placeholders(language: _Language) -> Mapping[str, str]:
    """Return what texts say where they name something of the district in force.

    The names are in `zhizao.district.texts.PLACEHOLDERS`: those of the place and of its money (``coin`` is one unit of
    it); what its firms are called and from which revenue they are in scope; the level of the plan, the two above it
    (``Level`` begins a sentence) and the plan's share (also in tenths, as Chinese has it); its months, with ``_short``
    the year alone where that says as much; and months of the year.
    """
    return {**_names(language), **_firms(language), **_plan(language), **_months(language)}


def _names(language: _Language) -> dict[str, str]:
    if language == "zh":
        return {
            "place": _OWN.name_zh,
            "place_short": _OWN.short_zh,
            "currency": _OWN.currency_zh,
            "currency_in_full": "人民币" if _OWN.currency_zh == "元" else _OWN.currency_zh,
            "coin": _OWN.currency_zh,
        }
    return {
        "place": _OWN.name,
        "place_short": _OWN.short,
        "currency": _OWN.currency,
        "currency_in_full": _OWN.currency,
        "coin": _OWN.currency_unit or _OWN.currency,
    }


def _firms(language: _Language) -> dict[str, str]:
    rule = _OWN.size_rule
    if language == "zh":
        threshold = f"{rule.in_scope_zh or '纳入统计的'}标准"
        smes, full, firm, firms, industrial = (
            *(f"{rule.in_scope_zh_short}中小企业", f"{rule.in_scope_zh}中小企业"),
            *(f"{rule.in_scope_zh}企业", f"{rule.in_scope_zh}企业", f"{rule.in_scope_zh}工业企业"),
        )
    else:
        smes, firm, firms, industrial = (
            f"{rule.in_scope} {noun}".strip() for noun in ("SMEs", "firm", "firms", "industrial firms")
        )
        full, threshold = smes, f"{rule.in_scope} threshold".strip()
    return {
        "smes": smes,
        "Smes": _capital(smes),
        "smes_in_full": full,
        "firm_in_scope": firm,
        "firms_in_scope": firms,
        "industrial_firms": industrial,
        "threshold_name": threshold,
        "in_scope_revenue": money_in_words(rule.in_scope_revenue, language),
    }


def _plan(language: _Language) -> dict[str, str]:
    plan = _OWN.plan
    share = f"{100.0 * plan.share:g}{'%' if language == 'zh' else ' %'}"
    tenths = round(10.0 * plan.share)
    whole = language == "zh" and tenths < 10 and abs(10.0 * plan.share - tenths) < 1e-9
    level = _level(plan.level, language)
    return {
        "level": level,
        "Level": _capital(level),
        "level_above": _level(plan.level + 1, language),
        "level_two_above": _level(plan.level + 2, language),
        "highest_level": str(len(_OWN.levels.cut_points)),
        "plan_share": share,
        "plan_in_tenths": f"{_NUMERALS[tenths]}成" if whole else share,
    }


def _months(language: _Language) -> dict[str, str]:
    months = {"start": START, "branch": BRANCH, "before_branch": BEFORE_BRANCH, "target": TARGET, "horizon": HORIZON}
    named = {name: month_in_words(month, language) for name, month in months.items()}
    years = {
        f"{name}_short": _only_year(months[name], language, "-12" if name == "before_branch" else "-01")
        for name in ("start", "branch", "before_branch")
    }
    ends = ("{}年底", "{}年末") if language == "zh" else ("the end of {}", "the end of {}")
    at_end = [end.format(TARGET[:4]) if TARGET.endswith("-12") else month_in_words(TARGET, language) for end in ends]
    return {
        **named,
        **years,
        "target_end": at_end[0],
        "target_year_end": at_end[1],
        "assessment_month": _month_of_year(SELF_ASSESSMENT_MONTH, language),
        "year_end": _month_of_year((YEAR_MONTH - 1) % 12, language),
    }


def _level(number: int, language: _Language) -> str:
    """Return what a level is called: by its name, or by its number where levels have no names."""
    names = _OWN.levels.chinese if language == "zh" else _OWN.levels.english
    if number < len(names):
        return f"“{names[number]}”" if language == "zh" else f"level '{names[number]}'"
    return f"{_NUMERALS[number] if number < 10 else number}级" if language == "zh" else f"level {number}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _only_year(month: str, language: _Language, ending: str) -> str:
    """Return the year of a month where that is as good as the month, as a year is for its January."""
    if not month.endswith(ending):
        return month_in_words(month, language)
    return f"{month[:4]}年" if language == "zh" else month[:4]


def _month_of_year(place: int, language: _Language) -> str:
    return f"{place + 1}月" if language == "zh" else _MONTHS[place]


def year_or_month(month: str, language: _Language) -> str:
    """Return a month as it is written in a language, and the last one of a year as the year."""
    return month[:4] if month.endswith("-12") else month_in_words(month, language)


def month_in_words(month: str, language: _Language) -> str:
    """Return a month such as ``"YYYY-MM"`` as it is written in a language."""
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月" if language == "zh" else month


_SIZES: dict[str, tuple[tuple[float, str], ...]] = {
    "zh": ((100.0, "亿"), (0.01, "万"), (1e-6, "")),
    "en": ((1000.0, "billion "), (1.0, "million "), (0.001, "thousand "), (1e-6, "")),
}
"""Sizes in which money is said, in millions, the largest first; any other language has them in English."""


def money_in_words(millions: float, language: _Language) -> str:
    """Return an amount given in millions as people say it: in Chinese in 亿 or 万, else in billions or millions."""
    sizes = _SIZES.get(language, _SIZES["en"])
    numbers = [(_three_digits(abs(millions) / size), name) for size, name in sizes]
    number, name = next((found for found in numbers if float(found[0].replace(",", "")) >= 1.0), ("0", ""))
    sign = "−" if millions < 0.0 and number != "0" else ""
    coin = _OWN.currency_zh if language == "zh" else f" {_OWN.currency}"
    return f"{sign}{number}{name if language == 'zh' else f' {name}'.rstrip()}{coin}"


def _three_digits(value: float) -> str:
    """Write a number with three digits that count, and no more zeros behind the point than there are."""
    if value >= 1000.0:
        return f"{value:,.0f}" if value >= 10_000.0 else f"{value:.0f}"
    decimals = 0 if value >= 100.0 else 1 if value >= 10.0 else 2
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def scaled_money(millions: Sequence[float], unit: str, language: _Language) -> tuple[float, str]:
    """Return by what amounts in millions are multiplied to be said in one size, and their unit in that size.

    Parameters
    ----------
    millions
        The amounts; the largest of them decides.
    unit
        What the unit is called in millions, such as ``"百万元/户"`` or ``"million RMB per year"``.
    """
    most = max((abs(value) for value in millions), default=0.0)
    if language == "zh":
        size, name = next((pair for pair in _SIZES["zh"][:2] if most >= pair[0]), _SIZES["zh"][1])
        return 1.0 / size, unit.replace("百万", name, 1)
    if most >= _SIZES["en"][0][0]:
        return 0.001, unit.replace("million", "billion", 1)
    return 1.0, unit
