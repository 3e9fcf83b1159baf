"""Whether numbers can be right: revenue an employee, cash against revenue, and the scale of digital scores.

A unit that is wrong by a hundred or a thousand times shows in the median of a register. China's above-scale industry
had a revenue of 133 trillion RMB and about 74 million employees in 2023, 1.8 million RMB a head (National Bureau of
Statistics, main indicators of above-scale industrial firms, 2023). No division is above 10 million (petroleum and
tobacco have about 7); a median below 0.03 million would not pay the minimum wage (about 2,000 RMB a month). So
a list with a true median from 0.1 to 3 falls outside if it is read a hundred times too large or too small; medians
below 0.07 and above 6 are remarked on. Single firms 300 times off the median are remarked on too; where one in twenty
is 30 times off, two units are mixed or columns exchanged: with the spread that firms have (a standard deviation of the
logarithm of about 1) that many never are.
Cash in hand is a tenth of a year's revenue or so; a median above 3 or below 0.001 of it means another unit.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.district.in_force import DISTRICT, in_currency
from zhizao.errors import Message
from zhizao.register.problems import Problems
from zhizao.register.words import rows_of, say

__all__ = ["check_cash", "check_revenue", "check_scores"]

_LOWEST, _HIGHEST = 0.03, 10.0
_USUAL_LOW, _USUAL_HIGH = 0.07, 6.0
_OUTLIER = 300.0
_MIXED = 30.0
_LEAST_FIRMS = 5
_LEAST_ODD, _LEAST_ODD_SHARE = 3, 0.05
"""How many firms, and which share of all, are more than slips in single cells."""
_CASH_LOWEST, _CASH_HIGHEST = 0.001, 3.0
_USUAL = DISTRICT.own.size_rule.usual_productivity
_TIMES = _USUAL / 1.8 if _USUAL else 1.0
"""Revenue an employee that is usual here, against that of China's industry."""
_IS_KNOWN = bool(_USUAL) or DISTRICT.own.currency == "RMB"
"""Whether anything is known of what is usual."""


def _unit(english: str, chinese: str) -> Message:
    """Return a unit of money in the district's currency."""
    own = in_currency(chinese)
    return Message(f"{chinese} ({english})" if own == chinese else in_currency(english), own)


_GUESSES = (
    (1e2, _unit("10k RMB", "万元")),
    (1e3, _unit("thousand RMB", "千元")),
    (1e6, _unit("RMB", "元")),
    (1e-2, _unit("100 million RMB", "亿元")),
    (1.0, _unit("million RMB", "百万元")),
)
_Floats = NDArray[np.float64]
_Place = tuple[int, Message]


def _medians(values: _Floats) -> tuple[float, float]:
    """Return the lower and the upper median: of an even number of values, the two in the middle."""
    ordered = np.sort(values)
    return float(ordered[(ordered.size - 1) // 2]), float(ordered[ordered.size // 2])


def _round(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 1e-4 else f"{value:.1e}"


def _guess(median: float, divisor: float, usual: float) -> Message:
    """Name the unit under which a median would be nearest to the usual, if that is plain."""
    off = [
        (abs(math.log10(median * divisor / scale / usual)), words)
        for scale, words in _GUESSES
        if scale != divisor or scale == 1.0
    ]
    least = min(off, key=lambda item: item[0])
    return say("is it", unit=least[1]) if least[0] < 1.0 else say("no guess")


def _say_here(key: str, **values: Any) -> tuple[str, dict[str, Any]]:
    """Return a text's key and values: what is usual is China's industry, or what the district says."""
    return (f"{key} here", {**values, "usual": f"{_USUAL:g}"}) if _USUAL else (key, values)


def check_revenue(
    revenue: _Floats, employees: _Floats, rows: list[int], divisor: float, column: _Place, problems: Problems
) -> tuple[list[Message], float]:
    """Refuse what no register can have in revenue an employee; return remarks, and the median."""
    ratio = revenue / employees
    valid = np.isfinite(ratio) & (ratio > 0)
    if not valid.any():
        return [], math.nan
    low, high = _medians(ratio[valid])
    lowest, highest = _LOWEST * _TIMES, _HIGHEST * _TIMES
    if _IS_KNOWN and (low > highest or high < lowest):
        median = low if low > highest else high
        guess = _guess(median, divisor, _TIMES)
        key, values = _say_here(
            "per head", median=_round(median), guess=guess, low=f"{lowest:.3g}", high=f"{highest:.3g}"
        )
        problems.add(key, column=column, **values)
        return [], median
    notes = []
    if _IS_KNOWN and (low > _USUAL_HIGH * _TIMES or high < _USUAL_LOW * _TIMES):
        key, values = _say_here("unusual", median=_round(low if low > _USUAL_HIGH * _TIMES else high))
        notes.append(say(key, **values))
    if valid.sum() >= _LEAST_FIRMS:
        off = np.abs(np.log(ratio[valid] / low))
        mixed, far = (
            [rows[at] for at in np.flatnonzero(valid)[off > math.log(x)].tolist()] for x in (_MIXED, _OUTLIER)
        )
        if _is_systematic(len(mixed), int(valid.sum())):
            problems.add("mixed units", rows=mixed, column=column, times=f"{_MIXED:.0f}", count=f"{len(mixed):,}")
        elif far:
            notes.append(say("outliers", times=f"{_OUTLIER:.0f}", rows=rows_of(far)))
    return notes, low


def _is_systematic(odd: int, firms: int) -> bool:
    """Say whether so many of the firms are odd that it is not a slip in single cells."""
    return odd >= _LEAST_ODD and odd >= _LEAST_ODD_SHARE * firms


def check_cash(cash: _Floats, revenue: _Floats, divisor: float, column: _Place, problems: Problems) -> None:
    """Refuse cash that cannot be in the unit that it is read in."""
    valid = (cash > 0) & (revenue > 0)
    if not valid.any():
        return
    low, high = _medians(cash[valid] / revenue[valid])
    if low > _CASH_HIGHEST or high < _CASH_LOWEST:
        median = low if low > _CASH_HIGHEST else high
        problems.add(
            "cash ratio",
            column=column,
            median=_round(median),
            guess=_guess(median, divisor, 0.1),
            low=_CASH_LOWEST,
            high=f"{_CASH_HIGHEST:.0f}",
        )


def check_scores(
    scores: _Floats, rows: list[int], column: _Place, problems: Problems, *, percent: bool
) -> list[Message]:
    """Refuse scores that look like fractions, levels or a scale of ten, and two scales in one column; return remarks.

    Parameters
    ----------
    percent
        Whether every cell has its sign.
    """
    known = scores[~np.isnan(scores)]
    if not known.size or percent or known.max() <= 0:
        return []
    if known.max() <= 1:
        problems.add("fractions", column=column)
    elif known.max() <= 5 and (known == np.floor(known)).all():
        problems.add("levels", column=column)
    elif known.max() <= 10 and known.size >= 3:
        problems.add("ten points", column=column)
    else:
        below = [rows[at] for at in np.flatnonzero((scores > 0) & (scores < 1)).tolist()]
        if _is_systematic(len(below), known.size):
            problems.add("some fractions", rows=below, column=column, count=f"{len(below):,}")
        elif below:
            return [say("low scores", rows=rows_of(below))]
    return []
