"""Months as numbers and as words: months count from 0, which is the first month of the district in force."""

from __future__ import annotations

from zhizao.district.declared import MONTH, MONTH_OF_YEAR
from zhizao.district.in_force import DISTRICT
from zhizao.errors import InputError, in_words

__all__ = [
    "BEFORE_BRANCH",
    "BRANCH",
    "BRANCH_MONTH",
    "FIRST_OF_YEAR",
    "FIRST_YEAR",
    "HORIZON",
    "LAST_YEAR",
    "LISTS_MONTH",
    "MONTHS",
    "MONTHS_A_YEAR",
    "MONTHS_TO_TARGET",
    "MONTH_PATTERN",
    "SELF_ASSESSMENT_MONTH",
    "START",
    "START_YEAR",
    "TARGET",
    "TARGET_MONTH",
    "WORDS",
    "YEAR_MONTH",
    "month_index",
    "month_name",
    "month_names",
    "month_of",
    "month_of_change",
    "month_of_year",
]

_OWN = DISTRICT.own
START, BRANCH, HORIZON = _OWN.months.start, _OWN.months.branch, _OWN.months.horizon
"""The first month of every run, the first that is not history, and the last that a run can reach."""
TARGET = _OWN.plan.by
"""The month by which the plan is to be met."""

MONTHS_A_YEAR = 12
FIRST_YEAR, LAST_YEAR = int(START[:4]), int(HORIZON[:4])
FIRST_OF_YEAR = int(START[5:]) - 1
"""The first month's place in its year: 0 for January."""
START_YEAR = FIRST_YEAR + FIRST_OF_YEAR / MONTHS_A_YEAR
"""When the first month begins, as a number of years: what charts count from."""
MONTHS = MONTHS_A_YEAR * (LAST_YEAR - FIRST_YEAR) + int(HORIZON[5:]) - FIRST_OF_YEAR
"""Months that a history can have."""

YEAR_MONTH, LISTS_MONTH, SELF_ASSESSMENT_MONTH = (
    month - 1 for month in (_OWN.calendar.year, _OWN.calendar.lists, _OWN.calendar.self_assessment)
)
"""The months of the year, 0 for January, in which the accounting year begins, lists come out and firms assess
themselves."""

_LONG_AGO = "1900-01"
MONTH_PATTERN = f"^({'|'.join(str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1))})-{MONTH_OF_YEAR}$"


WORDS: dict[str, str] = {"start": START, "branch": BRANCH, "target": TARGET, "horizon": HORIZON}
"""Words that stand for a month of the district, so that one scenario can serve many."""


def month_of(text: str) -> str:
    """Return the month that a word of `WORDS` stands for; any other text as it is."""
    return WORDS.get(text, text) if isinstance(text, str) else text


def month_index(text: str) -> int:
    """Return the number of a month, 0 for the first; `InputError` names the wanted form."""
    if isinstance(text, str) and MONTH.fullmatch(text):
        index = (int(text[:4]) - FIRST_YEAR) * MONTHS_A_YEAR + int(text[5:]) - 1 - FIRST_OF_YEAR
        if 0 <= index < MONTHS:
            return index
    raise InputError(f'{in_words(text)} is not a month: write "YYYY-MM", from "{START}" to "{HORIZON}"')


def month_of_change(text: str) -> int:
    """Return the number of the month of a dated change, below 0 for one before the first month of the district.

    A policy that began before the runs begin is in force from their first month on.

    Raises
    ------
    InputError
        If it is not a month, or is after the last one.
    """
    if isinstance(text, str) and MONTH.fullmatch(text) and _LONG_AGO <= text < START:
        return (int(text[:4]) - FIRST_YEAR) * MONTHS_A_YEAR + int(text[5:]) - 1 - FIRST_OF_YEAR
    return month_index(month_of(text))


def month_name(index: int) -> str:
    """Return the month of a number, `START` for 0."""
    if not 0 <= index < MONTHS:
        raise InputError(f"{index} is not a month: months count from 0 ({START}) to {MONTHS - 1} ({HORIZON})")
    return _name(index)


def _name(index: int) -> str:
    years, month = divmod(FIRST_OF_YEAR + index, MONTHS_A_YEAR)
    return f"{FIRST_YEAR + years}-{month + 1:02d}"


def month_names(months: int) -> tuple[str, ...]:
    """Return the months of a history: `START`, the one after it, and so on."""
    return tuple(_name(month) for month in range(months))


def month_of_year(index: int) -> int:
    """Return a month's place in its year: 0 for January."""
    return (FIRST_OF_YEAR + index) % MONTHS_A_YEAR


BRANCH_MONTH = month_index(BRANCH)
"""The first month that is not history: totals at the horizon count from here."""
BEFORE_BRANCH = month_name(BRANCH_MONTH - 1)
"""The last month of history."""
TARGET_MONTH = month_index(TARGET)
"""The month by which the plan is to be met."""
MONTHS_TO_TARGET = TARGET_MONTH + 1
"""Months of a history that ends when the plan is to be met."""
