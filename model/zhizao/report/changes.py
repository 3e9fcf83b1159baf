"""What a policy changes, in words: one table for the page, the app, the workbook, the brief and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhizao.calendar import month_name
from zhizao.errors import in_language, printable
from zhizao.evidence.catalogue import Series
from zhizao.evidence.published import published
from zhizao.parameter_words.amounts import amounts
from zhizao.parameter_words.names import group_title, input_name, lever_name
from zhizao.policy.levers import lever_specifications
from zhizao.policy.signposts import Signpost
from zhizao.report.words import scenario_title
from zhizao.results.variables import VARIABLES
from zhizao.results.wording import label
from zhizao.scenario.changed import Change, policy_changes
from zhizao.scenario.scenario import Scenario
from zhizao.words.place import month_in_words
from zhizao.words.tables import Language, either, words_of

__all__ = [
    "CHANGE_COLUMNS",
    "ChangeInWords",
    "changes_in_words",
    "changes_note",
    "changes_title",
    "say_change",
    "worded",
]

CHANGE_COLUMNS: tuple[str, ...] = ("lever", "unit", "before", "after", "holds", "reason")
"""The columns of the table; their names are the words of ``column ...``."""

_LONGEST = 300
_OF_TABLES = {item.name: item for item in VARIABLES}

say_change = words_of("changes")
"""A word or sentence about what a policy changes."""


@dataclass(frozen=True, kw_only=True)
class ChangeInWords:
    """One row of the table; `key` is of the lever, as it is set."""

    key: str
    lever: str
    unit: str
    before: str
    after: str
    holds: str
    reason: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts of the columns, in the order of `CHANGE_COLUMNS`."""
        return tuple(getattr(self, name) for name in CHANGE_COLUMNS)

    @property
    def step(self) -> str:
        """What it is before and after in one line, the unit below it."""
        line = f"{self.before} → {self.after}"
        return f"{line}\n{self.unit}" if self.unit else line


def changes_in_words(after: Scenario, before: Scenario, language: Language, until: str = "") -> list[ChangeInWords]:
    """Return what a policy has otherwise than another; the rest is as for `policy_changes`."""
    return worded(policy_changes(after, before, until), language)


def worded(changes: Iterable[Change], language: Language) -> list[ChangeInWords]:
    """Return changes in words."""
    return [_in_words(change, language) for change in changes]


def changes_title(after: Scenario, language: Language) -> str:
    """Return the title of the table."""
    return say_change("title", language, policy=scenario_title(after, language))


def changes_note(after: Scenario, before: Scenario, language: Language, *, any_: bool) -> str:
    """Return what is to be said of the table, or in its place where there is nothing to show."""
    names = {"policy": scenario_title(after, language), "first": scenario_title(before, language)}
    return say_change("note", language, first=names["first"]) if any_ else say_change("nothing", language, **names)


def _in_words(change: Change, language: Language) -> ChangeInWords:
    if change.switched_off:
        values, unit = [say_change(key, language) for key in ("in force", "off")], ""
    else:
        values, unit = amounts([change.before, change.after], change.unit, language)
    return ChangeInWords(
        key=change.key,
        lever=_name(change, language),
        unit=unit,
        before=values[0],
        after=values[1],
        holds=_when(change, language),
        reason=printable(in_language(change.reason, language), _LONGEST) or "–",
    )


def _name(change: Change, language: Language) -> str:
    if change.switched_off:
        return say_change("all levers", language, group=group_title(change.key, language))
    if change.key == "network":
        return say_change("network", language)
    levers = lever_specifications()
    if change.key in levers or change.key.rpartition(".")[0] in levers:
        return lever_name(change.key, language)
    return input_name(change.key, language)


def _when(change: Change, language: Language) -> str:
    if change.when is not None:
        return say_change("depending", language, holds=_months(change, language), **_seen(change.when, language))
    return _months(change, language)


def _seen(signpost: Signpost, language: Language) -> dict[str, str]:
    """Return what a change depends on, in words."""
    series = published()[signpost.series]
    bound, unit = amounts([signpost.bound], series.unit, language)
    at = month_in_words(month_name(signpost.at), language)
    return {
        "series": _series_name(series, language),
        "relation": signpost.relation,
        "bound": f"{bound[0]} %" if series.unit.startswith("share") else f"{bound[0]} {unit}".strip(),
        "looked": say_change("looked over", language, at=at, over=str(signpost.over))
        if signpost.over
        else say_change("looked at", language, at=at),
    }


def _series_name(series: Series, language: Language) -> str:
    """Return what a series is called: as tables call it, or as facts do."""
    if series.name in _OF_TABLES:
        return label(_OF_TABLES[series.name], language)
    return either(series.english, series.chinese, language)


def _months(change: Change, language: Language) -> str:
    start, end = (month_in_words(month, language) if month else "" for month in (change.start, change.end))
    if not start:
        return say_change("throughout", language)
    return (
        say_change("from month to month", language, start=start, end=end)
        if end
        else say_change("from month", language, start=start)
    )
