"""What a fact is about, as a function of a finished run: series, group, statistic, month or span, unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar, get_args

from zhizao.arrays import FloatArray
from zhizao.calendar import month_name
from zhizao.errors import InputError, printable
from zhizao.evidence.catalogue import REPORTED, RunRecord, Series, catalogue
from zhizao.evidence.spans import START, Span, at_month, over_span
from zhizao.evidence.units import Scale, scale_between
from zhizao.parameters.specification import nearest

__all__ = ["STATISTICS", "Measure", "Statistic", "StatisticRule", "View", "evaluate", "measure", "months_needed"]

Statistic = Literal["stock", "share", "flow", "flow per year", "mean", "change", "change per year", "growth per year"]
View = Literal["reported", "true"]


class StatisticRule(NamedTuple):
    """Which kinds of series a statistic is for, whether it is at a month or over a span, and what it says."""

    kinds: tuple[str, ...]
    at: bool
    over: bool
    english: str
    chinese: str


STATISTICS: dict[Statistic, StatisticRule] = {
    "stock": StatisticRule(("stock", "start"), True, False, "at the end of the month", "月末值"),
    "share": StatisticRule(
        ("stock", "start", "flow"), True, True, "a share; with `of`, one group's part of another's", "占比"
    ),
    "flow": StatisticRule(("flow",), True, True, "the sum over the span, or that of one month", "期间合计"),
    "flow per year": StatisticRule(("flow",), False, True, "the sum over the span, by its years", "年均合计"),
    "mean": StatisticRule(
        ("stock", "flow", "rate"), True, True, "the mean over the months; of a rate, weighted", "月均"
    ),
    "change": StatisticRule(("stock",), False, True, "the end of the span less the month before it", "期间变化"),
    "change per year": StatisticRule(("stock",), False, True, "the same, by its years", "年均变化"),
    "growth per year": StatisticRule(
        ("stock", "flow"),
        False,
        True,
        "of a stock, mean growth a year from the month before the span to its end; of a flow, against the same "
        "months a year earlier",
        "年均增长",
    ),
}
"""Every statistic."""

Made = TypeVar("Made")


@dataclass(frozen=True, kw_only=True, eq=False)
class Measure:
    """What is read from a run for one fact.

    Attributes
    ----------
    series, group, of
        The series, the group of firms and, for a share, the group that it is a part of.
    stat, span
        The statistic, and when.
    scale
        From the series' unit to the fact's.
    """

    series: Series
    group: str
    of: str
    stat: Statistic
    span: Span
    scale: Scale

    @property
    def months(self) -> int:
        """How many months a run must have."""
        return self.span.last + 1

    def value(self, seen: _Seen, readings: Mapping[str, float]) -> float:
        """Return the number that a run gives."""
        return _WAYS[self.stat](self, seen, self.span.first_month(readings))

    def scaled(self, value: float) -> float:
        """Return a number of the series in the fact's unit."""
        return self.scale.times * value / self.scale.over


class _Seen:
    """A run, and the series of it that have been worked out."""

    def __init__(self, run: RunRecord) -> None:
        self.run = run
        self._known: dict[tuple[str, str], FloatArray] = {}

    def series(self, series: Series, group: str) -> FloatArray:
        """Return a series of a group, month by month."""
        key = series.name, group
        if key not in self._known:
            self._known[key] = series.read(self.run, group)
        return self._known[key]

    def total(self, series: Series, group: str, first: int, last: int) -> float:
        """Return the sum of a flow over months; of a running total, the difference of its ends."""
        if series.running:
            line = self.run.history.line(series.running)
            return float(line[last] - line[first - 1]) if first > 0 else float(line[last])
        return float(self.series(series, group)[first : last + 1].sum())


def evaluate(
    measures: Mapping[str, Measure], run: RunRecord, readings: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return what a run gives for each of several measures, by name; not a number where it cannot be known.

    Parameters
    ----------
    run
        A run of as many months as the measures need (`months_needed`); of a shorter one, what lies beyond is not a
        number.
    readings
        Drawn readings of the report, by name.
    """
    seen, drawn = _Seen(run), readings or {}
    return {
        name: one.value(seen, drawn) if one.months <= run.months else float("nan") for name, one in measures.items()
    }


def months_needed(measures: Iterable[Measure]) -> int:
    """Return how many months must be simulated."""
    return max((one.months for one in measures), default=1)


# ------------------------------------------------------------------------------------------------- the statistics


def _at(one: Measure, seen: _Seen, month: int) -> float:
    values = seen.series(one.series, one.group)
    return one.scaled(float(values[0 if one.series.kind == "start" else month]))


def _stock(one: Measure, seen: _Seen, first: int) -> float:
    return _at(one, seen, one.span.last)


def _share(one: Measure, seen: _Seen, first: int) -> float:
    if not one.of:
        return _at(one, seen, one.span.last)
    if one.series.kind == "flow":
        part, whole = (seen.total(one.series, group, first, one.span.last) for group in (one.group, one.of))
    else:
        part, whole = (float(seen.series(one.series, group)[one.span.last]) for group in (one.group, one.of))
    return one.scaled(part / whole) if whole > 0.0 else float("nan")


def _flow(one: Measure, seen: _Seen, first: int) -> float:
    return one.scaled(seen.total(one.series, one.group, first, one.span.last))


def _flow_per_year(one: Measure, seen: _Seen, first: int) -> float:
    return _flow(one, seen, first) / _years(one, first)


def _mean(one: Measure, seen: _Seen, first: int) -> float:
    months = slice(first, one.span.last + 1)
    if one.series.kind == "rate" and one.series.parts:
        top, bottom = (float(seen.run.history.column(name, one.group)[months].sum()) for name in one.series.parts)
        return one.scaled(top / bottom) if bottom > 0.0 else float("nan")
    return one.scaled(float(seen.series(one.series, one.group)[months].mean()))


def _change(one: Measure, seen: _Seen, first: int) -> float:
    return _at(one, seen, one.span.last) - _at(one, seen, first - 1)


def _change_per_year(one: Measure, seen: _Seen, first: int) -> float:
    return _change(one, seen, first) / _years(one, first)


def _growth(one: Measure, seen: _Seen, first: int) -> float:
    last = one.span.last
    if one.series.kind == "flow":
        now, before = (seen.total(one.series, one.group, first - b, last - b) for b in (0, 12))
        years = 1.0
    else:
        values = seen.series(one.series, one.group)
        now, before, years = float(values[last]), float(values[first - 1]), _years(one, first)
    return one.scaled((now / before) ** (1.0 / years) - 1.0) if before > 0.0 else float("nan")


def _years(one: Measure, first: int) -> float:
    return (one.span.last + 1 - first) / 12.0


_WAYS: dict[Statistic, Callable[[Measure, _Seen, int], float]] = {
    "stock": _stock,
    "share": _share,
    "flow": _flow,
    "flow per year": _flow_per_year,
    "mean": _mean,
    "change": _change,
    "change per year": _change_per_year,
    "growth per year": _growth,
}


# -------------------------------------------------------------------------------------------- from what is written


def measure(
    series: str,
    *,
    unit: str,
    at: str | None = None,
    over: str | None = None,
    group: str | None = None,
    of: str | None = None,
    stat: Statistic | None = None,
    view: View | None = None,
    preferred: int | None = None,
) -> Measure:
    """Return the measure that a row of facts describes; the names and forms are those of its keys.

    Raises
    ------
    InputError
        Naming everything that is wrong, with what to write.
    """
    problems: list[str] = []

    def tried(made: Callable[[], Made]) -> Made | None:
        try:
            return made()
        except InputError as error:
            problems.extend(error.problems)
            return None

    known = tried(lambda: _series(series, view))
    span = tried(lambda: _span(at, over, preferred))
    if known is None or span is None:
        raise InputError(problems)
    chosen: Statistic = stat or _usual(known, at is not None, of is not None)
    problems += _statistic_faults(known, chosen, span, at)
    problems += _group_faults(known, group, of, chosen)
    scale = tried(lambda: _scale(known, chosen, span, unit, of))
    if problems or scale is None:
        raise InputError(problems)
    return Measure(series=known, group=group or known.groups[0], of=of or "", stat=chosen, span=span, scale=scale)


def _series(name: str, view: View | None) -> Series:
    found = catalogue()
    if name not in found:
        hint = nearest(name[:80], list(found)) or "; `zhizao evidence --series` lists them"
        raise InputError(f"series '{printable(name, 60)}' is nothing that the model gives{hint}")
    if view is None or view == "reported":
        return found[name]
    if (other := name + REPORTED[view]) not in found:
        held = ", ".join(key.removesuffix("_true") for key in found if key.endswith("_true"))
        raise InputError(f'view "{view}" is not kept of {name}; it is of {held}; remove view or use one of these')
    return found[other]


def _span(at: str | None, over: str | None, preferred: int | None) -> Span:
    if (at is None) == (over is None):
        raise InputError('give exactly one of at (a month: at = "2023-12") and over (a span: over = "2023")')
    if over is not None:
        return over_span(over, preferred)
    assert at is not None
    return at_month(at)


def _usual(series: Series, at: bool, of: bool) -> Statistic:
    """Return the statistic that is meant where none is named."""
    if of:
        return "share"
    if series.kind == "rate":
        return "mean"
    if series.kind == "flow":
        return "flow"
    if not at:
        return "mean"
    return "share" if series.unit.startswith("share") else "stock"


def _statistic_faults(series: Series, stat: Statistic, span: Span, at: str | None) -> list[str]:
    rule = STATISTICS[stat]
    faults = []
    if series.kind not in rule.kinds:
        fitting = ", ".join(f'"{name}"' for name, one in STATISTICS.items() if series.kind in one.kinds)
        faults.append(f'stat "{stat}" is not for {series.name}, a {series.kind}; write {fitting}')
    elif (at is not None and not rule.at) or (at is None and not rule.over):
        faults.append(f'stat "{stat}" needs {"at, a month" if rule.at else "over, a span"}')
    if (at == START) != (series.kind == "start"):
        faults.append(
            f'{series.name} is known at the start only; write at = "{START}"'
            if series.kind == "start"
            else f'at = "{START}" is for what is known at the start only; write the month, at = "{month_name(0)}"'
        )
    before = 12 if stat == "growth per year" and series.kind == "flow" else 1
    if stat in ("change", "change per year", "growth per year") and span.first is not None and span.first < before:
        faults.append(f"the model knows nothing before {month_name(0)}; begin over with {month_name(before)} or later")
    return faults


def _group_faults(series: Series, group: str | None, of: str | None, stat: Statistic) -> list[str]:
    faults = []
    for key, name in (("group", group), ("of", of)):
        if name is not None and name not in series.groups:
            hint = nearest(str(name)[:80], series.groups) or f"; write one of {', '.join(series.groups)}"
            faults.append(f"{key} '{printable(str(name), 60)}' is not one for which {series.name} is known{hint}")
    if of is not None and (stat != "share" or series.parts):
        faults.append(f'of is for the stat "share" of what can be added up, and {series.name} is not; remove it')
    if of is None and stat == "share" and not series.unit.startswith("share"):
        faults.append(f'{series.name} is not a share: name the group that it is a part of, such as of = "all"')
    return faults


def _scale(series: Series, stat: Statistic, span: Span, unit: str, of: str | None) -> Scale:
    whole_year = span.first is not None and span.years == 1.0
    yearly = stat in ("flow per year", "change per year", "growth per year") or (stat == "flow" and whole_year)
    own = f"share of {series.unit}" if of is not None else series.unit
    if series.kind == "start" and unit == own:
        return Scale(1.0, 1.0)
    return scale_between(
        own, unit, yearly=yearly, difference=stat in ("change", "change per year"), growth=stat == "growth per year"
    )


assert set(STATISTICS) == set(get_args(Statistic)) == set(_WAYS)
