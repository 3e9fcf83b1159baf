"""What a register of firms means to the model: of which month it is, and how far it is from what the fit knows.

A run begins in `start_month`. A register that is said to be of another month is refused; one that says nothing is
taken as of that month, with a remark, unless what it holds is implausible for it. What is plausible is not a matter of
taste: it is what the model itself, drawn from its prior, gives for these very firms in that month.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from zhizao.calendar import month_name
from zhizao.district.declared import MONTH
from zhizao.district.in_force import DISTRICT
from zhizao.errors import Message
from zhizao.evidence.facts import REPORT, load_facts
from zhizao.parameters.registry import Parameters, parameter_specifications
from zhizao.population.district import build_district
from zhizao.population.registered import registered_firms
from zhizao.register import Register
from zhizao.sectors import SECTORS, SIZE_CLASSES
from zhizao.studies.parameter_draws import parameter_draws

__all__ = ["Checked", "check_register", "start_month"]

_DRAWS, _FEWEST_DRAWS, _FIRMS_IN_ALL = 100, 20, 200_000
_SPREADS = 3.0
"""A mean this many standard deviations above that of the draws is implausible: for a normal one, 1 in 700."""
_FEW = 20
_PERIODS_SHOWN = 3
_FAR = 0.3
"""Total variation distance from which two mixes count as far apart: this share of the firms differs in kind."""
_PER_CENT = 100.0


def start_month() -> str:
    """Return the month in which runs begin, and of which a register therefore has to be."""
    return month_name(0)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What there is to say of a register, and what is wrong with using it."""

    notes: tuple[Message, ...] = ()
    problems: tuple[Message, ...] = ()


def check_register(register: Register, firms_as_of: str | None) -> Checked:
    """Say what a register means to the model.

    Parameters
    ----------
    register
        The firms.
    firms_as_of
        The month that they are to be taken as of, if the user says one.
    """
    month = _month(register, firms_as_of)
    if month.problems:
        return month
    assumed = [Message(f"assumed: {line}", f"假定：{line.chinese}") for line in register.assumed]
    return Checked(notes=(*month.notes, *assumed, *_far_from_the_fit(register), *register.notes, *_imputed(register)))


def _imputed(register: Register) -> list[Message]:
    """Return one line that names all columns that are wholly or partly imputed."""
    if not register.imputed:
        return []
    chinese = "、".join(line.chinese for line in register.imputed)
    return [Message(f"imputed: {', '.join(register.imputed)}", f"推算补齐：{chinese}")]


# ------------------------------------------------------------------------------------------------ the month


def _month(register: Register, asked: str | None) -> Checked:
    start = start_month()
    if asked is not None:
        return _asked(register, asked)
    if others := _other_periods(register):
        return Checked(problems=(_other_month(others),))
    if register.periods:
        said = _in_list(register.periods)
        return Checked(notes=(Message(f"firms as of {start}: {said}", f"企业数据视为{start}：{said.chinese}"),))
    if implausible := _implausible(register):
        return Checked(problems=tuple(_unlikely(line) for line in implausible))
    return Checked(
        notes=(
            Message(
                f"nothing says of which month the firms are; they are taken as of {start}, where runs begin. If they "
                f"are of another month, results are wrong: say it (--firms-as-of YYYY-MM, or a column as_of)",
                f"未说明企业数据属于哪个月份；现按运行起点{start}处理。若数据属于其他月份，结果将是错误的："
                "请用 --firms-as-of YYYY-MM 或 as_of（数据截至）列说明",
            ),
        )
    )


def _other_periods(register: Register) -> tuple[tuple[Message, str], ...]:
    """Return the years and months that the file states and that are not of the start, with where it states them."""
    return tuple((where, period) for where, period in register.periods if not _is_start(period))


def _in_list(periods: tuple[tuple[Message, str], ...]) -> Message:
    """Say which year or month stands where, the first few."""
    shown = periods[:_PERIODS_SHOWN]
    more = len(periods) - len(shown)
    english = [f"{where} says {period}" for where, period in shown] + ([f"and {more} more"] if more else [])
    chinese = [f"{where.chinese}写明{period}" for where, period in shown] + ([f"另有{more}处"] if more else [])
    return Message(", ".join(english), "，".join(chinese))


def _is_start(said: str) -> bool:
    """Whether figures of a month, or of a year, are those of the start: its first month, or what came just before."""
    year, month = (int(part) for part in start_month().split("-"))
    before = f"{year - 1}-12" if month == 1 else f"{year}-{month - 1:02d}"
    return said in (start_month(), before) or (month == 1 and said == str(year - 1))


def _asked(register: Register, asked: str) -> Checked:
    start = start_month()
    if not isinstance(asked, str) or not MONTH.fullmatch(asked):
        shown = str(asked)[:40]
        return Checked(
            problems=(
                Message(
                    f"firms_as_of = '{shown}' is not a month; write it as YYYY-MM, such as {start}",
                    f"firms_as_of = '{shown}' 不是月份；请写成 YYYY-MM，例如 {start}",
                ),
            )
        )
    if not _is_start(asked):
        option = Message("the option --firms-as-of (firms_as_of)", "选项 --firms-as-of（firms_as_of）")
        return Checked(problems=(_other_month(((option, asked),)),))
    others = _other_periods(register)
    against = [_against(others)] if others else []
    return Checked(notes=(*against, *(_taken_anyway(line) for line in _implausible(register))))


def _against(periods: tuple[tuple[Message, str], ...]) -> Message:
    start, said = start_month(), _in_list(periods)
    return Message(
        f"the firms are taken as if of {start}, as asked, although {said}: they are further on than "
        "firms were then, so levels come out too high and what policies add too low",
        f"按要求把企业数据当作{start}的数据，但{said.chinese}：企业已比当时先进，水平会被高估，政策增量会被低估",
    )


def _other_month(periods: tuple[tuple[Message, str], ...]) -> Message:
    start, said = start_month(), _in_list(periods)
    return Message(
        f"{said}, and runs begin in {start}: give figures of the start of "
        f"{start[:4]}; or leave out what changes with the years (digital_score, robots, workshops, factories, cash), "
        f"so that it is imputed for {start}, and say --firms-as-of {start} to take the rest as if of then; or make a "
        "district that starts in their month (zhizao district new DIR --like "
        f"{DISTRICT.folder.name}, then months.start and the numbers at the start)",
        f"{said.chinese}，而运行从{start}开始：请提供{start[:4]}年初的数据；"
        f"或去掉会随年份变化的列（数字化得分、机器人、数字化车间、智能工厂、现金），由模型按{start}推算，"
        f"并用 --firms-as-of {start} 表示其余各列按当时处理；"
        f"或新建一个从该月开始的地区（zhizao district new DIR --like {DISTRICT.folder.name}，"
        "再修改 months.start 和起始数值）",
    )


@dataclass(frozen=True, kw_only=True)
class _Implausible:
    """A mean of a register that lies above what is plausible at the start."""

    column: str
    words: Message
    value: float
    most: float
    reason: Message


def _unlikely(found: _Implausible) -> Message:
    start = start_month()
    return Message(
        f"{_in_words(found)}: of which month are the firms? Runs begin in {start}. Give figures of then, or leave out "
        f"column '{found.column}', so that it is imputed; to take the firms as of {start} all the same, say "
        f"--firms-as-of {start}",
        f"{_in_chinese(found)}：企业数据属于哪个月份？运行从{start}开始。请提供当时的数据，或去掉"
        f"“{found.column}”列由模型推算；若仍要按{start}处理，请用 --firms-as-of {start}",
    )


def _taken_anyway(found: _Implausible) -> Message:
    start = start_month()
    return Message(
        f"the firms are taken as of {start}, as asked, although {_in_words(found)}",
        f"按要求将企业数据视为{start}的数据，但{_in_chinese(found)}",
    )


def _in_words(found: _Implausible) -> str:
    return f"{found.words} is {found.value:.3g}, and {found.reason} is at most {found.most:.3g}"


def _in_chinese(found: _Implausible) -> str:
    return f"{found.words.chinese}为{found.value:.3g}，而{found.reason.chinese}至多为{found.most:.3g}"


_WORDS = {
    "digital_score": ("score", Message("the mean digital score", "数字化得分均值")),
    "robots": ("robots", Message("the share of firms with robots", "使用机器人的企业占比")),
    "workshops": ("workshops", Message("the number of digital workshops per firm", "每家企业的数字化车间数")),
    "factories": ("factories", Message("the number of smart factories per firm", "每家企业的智能工厂数")),
}
"""Columns that change with the years: the field of a firm's record, and what the mean of the column is."""
_OF_MODEL = Message(
    "what the model gives for these firms at the start, over its prior (mean and three standard deviations)",
    "模型先验下这些企业在起点的数值（均值加三倍标准差）",
)
_OF_REPORT = Message(
    "what the report found in its district six years later, at the end of 2023 (with three standard deviations)",
    "报告中该区六年之后即2023年底的数值（加三倍标准差）",
)
_REPORTED = ("workshops", "factories")
"""Columns of a register that are series of the district: a fact may say how many it has."""


def _implausible(register: Register) -> list[_Implausible]:
    """Return the columns whose mean is too high for the start, worst first."""
    own = registered_firms(register).register
    stated = {name: np.asarray(getattr(own, name), dtype=np.float64) for name in _WORDS}
    known = {name: ~np.isnan(v) if name == "digital_score" else v >= 0 for name, v in stated.items()}
    if not any(where.any() for where in known.values()):
        return []
    means = _means_at_start(register)
    found = []
    for name, (_, words) in _WORDS.items():
        count = int(known[name].sum())
        if not count:
            continue
        drawn = np.array([mean[name][known[name]].mean() for mean in means])
        most, reason = float(drawn.mean() + _SPREADS * drawn.std()), _OF_MODEL
        rate = _reported_per_firm(name) if name in _REPORTED else None
        if rate is not None:  # few or none at the start: the report's district, years later, is the better bound
            later = rate + _SPREADS * float(np.sqrt(rate / count))
            most, reason = (later, _OF_REPORT) if later > most else (most, reason)
        value = float(stated[name][known[name]].mean())
        if value > most:
            found.append(_Implausible(column=name, words=words, value=value, most=most, reason=reason))
    return sorted(found, key=lambda one: one.most / one.value)


def _reported_per_firm(series: str) -> float | None:
    """Return what the district's report counts a firm, in the last month that it says of; None if it does not."""
    known = [fact for fact in load_facts() if fact.series == series and fact.at and fact.source == REPORT]
    numbers = [(fact.at or "", fact.number) for fact in known if fact.number is not None]
    return max(numbers)[1] / Parameters().population.firms if numbers else None


@lru_cache(maxsize=4)
def _means_at_start(register: Register) -> tuple[dict[str, NDArray[np.float64]], ...]:
    """Return, over draws of the prior, what firms like these have in the first month, firm by firm."""
    count = len(register.ids)
    nothing = np.full(count, -1)
    blank = replace(
        register,
        digital_score=np.full(count, np.nan),
        robots=nothing,
        workshops=nothing,
        factories=nothing,
        partners=None,
    )
    draws = max(_FEWEST_DRAWS, min(_DRAWS, _FIRMS_IN_ALL // max(count, 1)))
    found = []
    for draw in parameter_draws(draws, calibration="prior"):
        parameters = Parameters().changed({**draw.values, "population.firms": float(count)})
        firms = build_district(parameters, draw.seed, months=1, network="empty", register=blank).firms[:count]
        found.append({name: firms[field].astype(np.float64) for name, (field, _) in _WORDS.items()})
    return tuple(found)


# ------------------------------------------------------------------------------------------------ far from the fit


def _far_from_the_fit(register: Register) -> list[Message]:
    """Say where a register is of another size or mix than the district that the fit is of."""
    count = len(register.ids)
    size = np.bincount(register.size_class, minlength=len(SIZE_CLASSES)) / max(count, 1)
    sector = np.bincount(register.sector, minlength=len(SECTORS)) / max(count, 1)
    return [*_size_of_district(count), *_no_smes(size), *_mix(size, sector)]


def _size_of_district(count: int) -> list[Message]:
    specification = parameter_specifications()["population.firms"]
    assert specification.prior is not None
    low, high = (int(end) for end in specification.prior)
    found = []
    if count < _FEW:
        found.append(
            Message(
                f"{count} firms are few: one firm is {_PER_CENT / count:.0f} points of any share",
                f"只有{count}家企业：一家企业就相当于任何占比的{_PER_CENT / count:.0f}个百分点",
            )
        )
    if not low <= count <= high:
        found.append(
            Message(
                f"{count:,} firms, and the fit is of a district of {low} to {high}: levers and money are absolute "
                "numbers (specialists.count, funding.annual_fund, handling.monthly_capacity …) and are not scaled; "
                "set them for this district",
                f"共{count:,}家企业，而拟合所依据的区有{low}至{high}家：政策杠杆和资金都是绝对数"
                "（specialists.count、funding.annual_fund、handling.monthly_capacity 等），不会按比例缩放；"
                "请按本区情况设定",
            )
        )
    return found


def _no_smes(size: NDArray[np.float64]) -> list[Message]:
    if size[:-1].sum() > 0:
        return []
    return [
        Message(
            "no firm of the register is small or medium: shares of SMEs, the plan among them, are only of firms that "
            "enter later, and unknown while there are none",
            "名录中没有中小企业：中小企业的各项占比（包括规划目标）只反映以后新进入的企业；没有这类企业时为未知",
        )
    ]


def _mix(size: NDArray[np.float64], sector: NDArray[np.float64]) -> list[Message]:
    found = []
    declared = Parameters()
    if _apart(size, declared.population.class_share) >= _FAR:
        shares = [
            ", ".join(f"{share:.0%} {name}" for share, name in zip(part, SIZE_CLASSES, strict=True))
            for part in (size, declared.population.class_share)
        ]
        chinese = [
            "、".join(f"{name}{share:.0%}" for share, name in zip(part, ("小型", "中型", "大型"), strict=True))
            for part in (size, declared.population.class_share)
        ]
        found.append(
            Message(
                f"the mix of sizes is far from that of the fit: {shares[0]}, there {shares[1]}",
                f"规模构成与拟合所依据的区相差很大：{chinese[0]}；拟合所依据的区：{chinese[1]}",
            )
        )
    if _apart(sector, declared.sectors.share) >= _FAR:
        most = int(np.abs(sector - np.asarray(declared.sectors.share)).argmax())
        share, there = float(sector[most]), float(declared.sectors.share[most])
        found.append(
            Message(
                f"the mix of sectors is far from that of the fit: {share:.0%} {SECTORS[most].key}, there {there:.0%}",
                f"行业构成与拟合所依据的区相差很大：{SECTORS[most].chinese}占{share:.0%}，拟合所依据的区为{there:.0%}",
            )
        )
    return found


def _apart(one: NDArray[np.float64], other: tuple[float, ...]) -> float:
    """Return the total variation distance between two mixes: the share of firms that are of other kinds."""
    shares = np.asarray(other, dtype=np.float64)
    return float(0.5 * np.abs(one - shares / shares.sum()).sum())
