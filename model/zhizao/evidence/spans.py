"""When a fact is about: a month, or a span of months that may begin by a reading of the report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from zhizao.calendar import HORIZON, WORDS, month_index, month_name, month_of
from zhizao.calendar import START as FIRST
from zhizao.errors import InputError, in_words, printable

__all__ = ["START", "Span", "at_month", "over_span"]

START = "start"
"""Says that a fact is about the firms that there are at the start."""
_READING = "[a-z][a-z0-9_]*"


@dataclass(frozen=True, kw_only=True)
class Span:
    """Months from `first` to `last`, both included, counted as in `zhizao.calendar`.

    Attributes
    ----------
    first
        The first month; None if a reading says how many years there are.
    last
        The last month.
    reading
        The drawn reading that gives the years, if one does.
    preferred
        Its years where it is not drawn.
    """

    first: int | None
    last: int
    reading: str = ""
    preferred: int = 0

    def first_month(self, readings: Mapping[str, float]) -> int:
        """Return the first month under these readings; never before the model's first."""
        if self.first is not None:
            return self.first
        years = int(readings.get(self.reading, self.preferred))
        return max(self.last + 1 - 12 * years, 0)

    @property
    def years(self) -> float:
        """How many years it has; not a number if a reading says it."""
        return (self.last + 1 - self.first) / 12.0 if self.first is not None else float("nan")


def at_month(text: str) -> Span:
    """Return the month of `at`, or of a word for one (`zhizao.calendar.WORDS`); `InputError` says what to write."""
    if text == START:
        return Span(first=0, last=0)
    month = month_index(month_of(text))
    return Span(first=month, last=month)


def over_span(text: str, preferred: int | None) -> Span:
    """Return the span of `over`: a year, two months or years with ``..`` between, or a reading and a last month.

    Parameters
    ----------
    preferred
        Years that the reading stands for where it is not drawn; needed if `text` names one.

    Raises
    ------
    InputError
        Saying what is wrong and what to write.
    """
    first, dots, last = str(text).partition("..")
    if dots and first not in WORDS and re.fullmatch(_READING, first, re.ASCII):
        if preferred is None:
            raise InputError(
                f"over begins by the reading {first}: give preferred as well, the years where it is not drawn"
            )
        if preferred < 1:
            raise InputError(f"preferred is {in_words(preferred)}; write a whole number of years from 1 on")
        return Span(first=None, last=_end(last), reading=first, preferred=preferred)
    if preferred is not None:
        raise InputError('preferred belongs to an over that begins by a reading ("years_counted..2023-12"); remove it')
    span = Span(first=_month(first, "01"), last=_end(last if dots else first))
    if span.first is not None and span.first > span.last:
        raise InputError(
            f"over ends with {month_name(span.last)}, before it begins with {month_name(span.first)}; exchange them"
        )
    return span


def _end(text: str) -> int:
    return _month(text, "12")


def _month(text: str, of_year: str) -> int:
    """Return a month, the month that a word stands for, or the first or last of a year."""
    whole = f"{text}-{of_year}" if re.fullmatch("[0-9]{4}", text, re.ASCII) else month_of(text)
    try:
        return month_index(whole)
    except InputError as error:
        raise InputError(
            f'"{printable(text, 40)}" is neither a year nor a month from {FIRST} to {HORIZON}: write a year, "2023", '
            'or "2021..2023", or months, "2021-10..2023-12"'
        ) from error
