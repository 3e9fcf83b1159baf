"""The charts that are the page's own; the others are those of `zhizao.report.interactive`, and all look alike."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import streamlit as st

from zhizao.dashboard.figures import difference_path
from zhizao.dashboard.words import page_word
from zhizao.report.chart_rows import display_names, group_rows, road_rows
from zhizao.report.charts.style import figure_bytes
from zhizao.report.interactive.months import across, branch_marks, by_month, fan, named_at_ends, plan_marks
from zhizao.report.interactive.style import (
    INK,
    coloured,
    finished,
    interval_tips,
    intervals,
    marks,
    number_tip,
    rule,
    text_tips,
)
from zhizao.report.palette import BLUE, GREY, ORANGE
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "GROUP_ROW",
    "difference_chart",
    "group_chart",
    "road_chart",
    "series_chart",
    "show_chart",
    "show_figure",
    "show_names",
]

GROUP_ROW = 36
"""Height of a group's row, pixels, with a policy and the one that it is compared with."""
_HEIGHT = 340
_PER_CENT = (0, 100)


def road_chart(done: Comparison, treatment: str, known: str, language: Language) -> alt.LayerChart:
    """Return the road to the plan of the policy and of the scenario it is compared with, the latter dashed.

    Parameters
    ----------
    treatment
        Of the plan.
    known
        Which shares, ``reported`` or ``true``.
    """
    names = display_names(done, language)
    rows = [
        row | {"scenario": names[row["scenario"]], "dashed": row["scenario"] == done.first.label and len(names) > 1}
        for row in reversed(road_rows(done))  # the first one comes last, on top: both show where they are one
        if row["treatment"] == treatment and row["known"] == known
    ]
    dash = alt.StrokeDash("dashed:N", scale=alt.Scale(domain=[True, False], range=[[5, 3], [1, 0]]), legend=None)
    tooltip = [*text_tips(language, month="month", scenario="policy"), *interval_tips("median", language)]
    band, *lines = fan(
        marks(),
        page_word("axis share", language),
        _of_scenarios(names),
        tooltip,
        apart=["scenario"],
        domain=_PER_CENT,
        dash=dash,
    )
    chart = alt.layer(band, *plan_marks(language), *branch_marks(language), *lines)
    return finished(chart, _HEIGHT, page_word(f"road of {treatment}", language), rows)


def difference_chart(done: Comparison, language: Language) -> alt.LayerChart:
    """Return the policy's paired differences month by month, reported and true."""
    called = {name: page_word(f"levels {name}", language) for name in ("reported", "true")}
    rows = [row | {"known": called[row["known"]]} for row in difference_path(done)]
    tooltip = [*text_tips(language, month="month", known="level 2"), *interval_tips("median", language, form="+.1f")]
    colour = coloured("known", list(called.values()), [BLUE, ORANGE], legend=None)
    title = page_word("points", language)
    band, *lines = fan(marks(), title, colour, tooltip, apart=["known"], years=False)
    chart = alt.layer(band, rule("y", 0.0), *lines, *named_at_ends(rows, "known", title))
    first = display_names(done, language)[done.first.label]
    return finished(chart, _HEIGHT, page_word("difference over time", language, first=first), rows)


def group_chart(done: Comparison, kind: str, language: Language) -> alt.LayerChart:
    """Return the true share at level 2 of every group of a kind, a point and its interval for each scenario."""
    names = display_names(done, language)
    rows = [row | {"scenario": names[row["scenario"]]} for row in group_rows(done, language) if row["kind"] == kind]
    points = marks().encode(
        y=alt.Y("group:N", title=None, sort=list(dict.fromkeys(row["group"] for row in rows))),
        yOffset=alt.YOffset("scenario:N", sort=list(names.values())),
        color=_of_scenarios(names),
        tooltip=[
            *text_tips(language, group="group", scenario="policy"),
            *interval_tips("mean", language, prefix="share_"),
        ],
    )
    layers = intervals(points, page_word("group axis", language), prefix="share_", scale=alt.Scale(domain=_PER_CENT))
    row = alt.Step(GROUP_ROW, **{"for": "position"})
    return finished(alt.layer(*layers), row, page_word("groups", language), rows)


def series_chart(months: Sequence[str], values: Sequence[float], title: str, language: Language) -> alt.LayerChart:
    """Return one monthly series of a single run."""
    rows = [{"month": month, "value": value} for month, value in zip(months, values, strict=True)]
    tooltip = [*text_tips(language, month="month"), number_tip("value", title, ",.3~f")]
    line = by_month(marks()).mark_line(color=BLUE, strokeWidth=2.2)
    chart = line.encode(x=across(), y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=True)), tooltip=tooltip)
    return finished(alt.layer(*branch_marks(language), chart), _HEIGHT, title, rows)


def show_figure(found: Any, draw: Callable[[Any, Language], Figure], description: str, language: Language) -> None:
    """Show a drawn chart of what was found, described for those who cannot see it; it is drawn once a session.

    Parameters
    ----------
    draw
        Draws it in a language.
    """
    key = f"drawn {draw.__name__}"
    of, spoken, drawn = st.session_state.get(key, (None, None, ""))
    if of is not found or spoken != language:
        drawn = base64.b64encode(figure_bytes(draw(found, language), ".png", dots=144.0)).decode()
        st.session_state[key] = found, language, drawn
    st.html(f'<img style="width: 100%" alt="{html.escape(description)}" src="data:image/png;base64,{drawn}">')


def show_names(done: Comparison, language: Language, *, dashed: bool = False) -> None:
    """Show what the policies of a chart are called, each behind a line as it is drawn there: above, in one row.

    Parameters
    ----------
    dashed
        Whether the line of the one compared with is dashed.
    """
    names = display_names(done, language)
    entries = []
    for (label, name), colour in zip(names.items(), _colours(names), strict=True):
        line = "dashed" if dashed and label == done.first.label and len(names) > 1 else "solid"
        look = f"display: inline-block; width: 1.6rem; border-top: 3px {line} {colour}; margin: 0 0.4rem 0.25rem 0"
        entries.append(f'<span style="margin-right: 1.6rem"><span style="{look}"></span>{html.escape(name)}</span>')
    st.html(f'<p style="margin: 0; color: {INK}">{" ".join(entries)}</p>')


def show_chart(chart: alt.LayerChart) -> None:
    """Show a chart as it is: its numbers are within it, and its looks its own."""
    st.vega_lite_chart(spec=chart.to_dict(validate=False), theme=None)  # to check it takes longer than to draw it


def _colours(names: dict[str, str]) -> list[str]:
    """Return the colours of the scenarios: blue for the policy, grey for the one that it is compared with."""
    return [GREY, BLUE][-len(names) :]


def _of_scenarios(names: dict[str, str]) -> Any:
    """Return the same for a chart; `show_names` says above it which is which."""
    return coloured("scenario", list(names.values()), _colours(names), legend=None)
