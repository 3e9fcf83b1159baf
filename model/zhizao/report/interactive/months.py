"""What charts over time share: months across, bands and medians, the plan, and from when policies differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhizao.calendar import BRANCH, month_name
from zhizao.report.chart_rows import Row
from zhizao.report.interactive.style import INK, ON_WHITE, need_altair
from zhizao.report.interactive.words import say
from zhizao.report.palette import GREY
from zhizao.results.outcomes import TARGET_SHARE
from zhizao.words.tables import Language

__all__ = ["across", "branch_marks", "by_month", "fan", "named_at_ends", "plan_marks"]

_NEAR_START = month_name(1)


def by_month(chart: Any) -> Any:
    """Turn the months of a chart's rows, ``"YYYY-MM"``, into dates, wherever the rows come from."""
    return chart.transform_calculate(date="toDate(datum.month + '-01T00:00:00')")


def across(*, years: bool = True) -> Any:
    """Return the axis of dates, with years, or with months where there are few."""
    alt = need_altair()
    ticks = {"format": "%Y", "tickCount": "year"} if years else {"format": "%Y-%m"}
    return alt.X("date:T", title=None, axis=alt.Axis(**ticks, grid=False, labelFlush=True, labelOverlap=True))


def fan(
    rows: Any,
    title: str,
    colour: Any,
    tooltip: Sequence[Any],
    *,
    apart: Sequence[str],
    banded: Any = None,
    domain: Sequence[float] | None = None,
    dash: Any = None,
    years: bool = True,
) -> list[Any]:
    """Return bands from low to high, median lines above them, and points that show their numbers when near.

    Parameters
    ----------
    rows
        Marks of rows with month, median, low and high.
    apart
        The fields that tell the lines apart.
    banded
        Which rows have a band; all if not given.
    domain
        Ends of the axis upwards, if it has fixed ones.
    dash
        Which lines are dashed.
    years
        Whether the axis across shows years, as for `across`.
    """
    alt = need_altair()
    rows = by_month(rows)
    upwards = alt.Y("median:Q", title=title, **({"scale": alt.Scale(domain=list(domain))} if domain else {}))
    near = alt.selection_point(name="near", on="pointerover", nearest=True, clear="pointerout", fields=["date", *apart])
    lines = rows.encode(x=across(years=years), y=upwards, color=colour)
    return [
        (rows if banded is None else rows.transform_filter(banded))
        .mark_area(opacity=0.18)
        .encode(x=across(years=years), y=alt.Y("low:Q", title=title), y2="high:Q", color=colour),
        lines.mark_line(strokeWidth=2.2).encode(**({} if dash is None else {"strokeDash": dash})),
        lines.mark_point(filled=True, size=60)
        .encode(opacity=alt.condition(near, alt.value(1), alt.value(0), empty=False), tooltip=list(tooltip))
        .add_params(near),
    ]


def named_at_ends(rows: Sequence[Row], field: str, title: str) -> list[Any]:
    """Return the names of lines at their last months: of the higher one above its line, of the lower one below.

    Parameters
    ----------
    rows
        With month, median and the name of the line in a field.
    title
        Of the axis upwards.
    """
    last = {row[field]: row for row in sorted(rows, key=lambda row: str(row["month"]))}
    order = sorted(last.values(), key=lambda row: -row["median"])
    ends = [row | {"dy": -12 if place == 0 else 14} for place, row in enumerate(order)]
    alt = need_altair()
    names = by_month(alt.Chart(alt.Data(values=ends)))
    looks = {"align": "right", "dx": -4, "dy": {"expr": "datum.dy"}, "color": INK}
    return [
        names.mark_text(**looks, **more).encode(x=alt.X("date:T"), y=alt.Y("median:Q", title=title), text=f"{field}:N")
        for more in ON_WHITE
    ]


def plan_marks(language: Language) -> list[Any]:
    """Return the plan as a line across, with its name."""
    return _named(_NEAR_START, 100.0 * TARGET_SHARE, say("plan line", language), "y", INK, [2, 2], align="left", dy=-8)


def branch_marks(language: Language) -> list[Any]:
    """Return the month from which policies differ as a line upwards, with its name at the foot."""
    return _named(BRANCH, 4.0, say("branch line", language), "x", GREY, [1, 3], align="right", dx=-5)


def _named(month: str, level: float, text: str, axis: str, colour: str, dash: list[int], **place: Any) -> list[Any]:
    alt = need_altair()
    mark = by_month(alt.Chart(alt.Data(values=[{"month": month, "level": level, "text": text}])))
    places = {"x": alt.X("date:T"), "y": alt.Y("level:Q")}
    return [
        mark.mark_rule(color=colour, strokeDash=dash).encode(**{axis: places[axis]}),
        mark.mark_text(color=colour, **place).encode(**places, text="text:N"),
    ]
