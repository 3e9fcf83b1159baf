"""The charts of the page (Altair, which comes with Streamlit); each is drawn from the rows of `figures`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import altair as alt
import pandas as pd

from zhizao.commands.words import Language
from zhizao.dashboard.figures import MONEY_PARTS
from zhizao.dashboard.words import page_word
from zhizao.results.outcomes import TARGET_SHARE

__all__ = ["difference_chart", "group_chart", "group_difference_chart", "money_chart", "road_chart", "series_chart"]

# Okabe and Ito's palette, made to be told apart by the colour-blind.
GREY, BLUE, ORANGE, GREEN, SKY, YELLOW, PINK = (
    "#555555", "#0072B2", "#D55E00", "#009E73", "#56B4E9", "#F0E442", "#CC79A7",
)  # fmt: skip
_MONEY_COLOURS = (GREEN, SKY, PINK, YELLOW, ORANGE, "#999999")
_BRANCH = "2024-01"
_BAND = 0.18

Rows = Sequence[dict[str, Any]]
Drawn: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart


def road_chart(rows: Rows, labels: Sequence[str], language: Language) -> Drawn:
    """Draw the road to the plan: median and band of every scenario, the plan, and where policies part.

    Parameters
    ----------
    rows
        From `figures.path_rows`.
    labels
        The scenarios, the first one first.
    """
    table = _dated(rows)
    month = alt.X("month:T", title=None, axis=_years())
    colour = _colour(labels)
    share = page_word("share axis", language)
    scale = alt.Scale(domain=[0, 100])
    base = alt.Chart(table)
    bands = base.mark_area(opacity=_BAND).encode(
        x=month, y=alt.Y("low:Q", title=share, scale=scale), y2="high:Q", color=_colour(labels),
        tooltip=alt.value(None),
    )  # fmt: skip
    lines = [
        base.transform_filter(alt.datum.scenario == label)
        .mark_line(strokeWidth=2.5, strokeDash=[5, 3] if label == labels[0] != labels[-1] else [1, 0])
        .encode(x=month, y=alt.Y("median:Q", scale=scale), color=colour, tooltip=_path_tooltip(language))
        for label in reversed(labels)
    ]  # the first one dashed and on top, so that both show where they are one
    plan = pd.DataFrame({"share": [100.0 * TARGET_SHARE]})
    rule = alt.Chart(plan).mark_rule(strokeDash=[6, 4], color=GREY).encode(y="share:Q", tooltip=alt.value(None))
    words = alt.Chart(plan).mark_text(align="left", dy=-7, color=GREY, text=page_word("the plan", language)).encode(
        x=alt.value(6), y="share:Q", tooltip=alt.value(None)
    )  # fmt: skip
    part = (
        alt.Chart(pd.DataFrame({"month": pd.to_datetime([_BRANCH]), "y": [4.0]}))
        .mark_text(align="right", dx=-5, color=GREY, text=page_word("branch", language))
        .encode(x="month:T", y="y:Q", tooltip=alt.value(None))
    )
    return alt.layer(bands, *lines, rule, words, _branch(), part).properties(height=340)


def difference_chart(rows: Rows, language: Language) -> Drawn:
    """Draw paired differences month by month, reported and true (rows from `figures.difference_path`)."""
    table = _dated(rows)
    names = {name: page_word(f"levels {name}", language) for name in ("reported", "true")}
    table["levels"] = table["levels"].map(names)
    scale = alt.Scale(domain=list(names.values()), range=[BLUE, ORANGE])
    colour = alt.Color(
        "levels:N", title=None, scale=scale, legend=alt.Legend(orient="top", symbolOpacity=1.0, symbolType="square")
    )
    month = alt.X("month:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount=8, labelOverlap=True))
    points = page_word("difference axis", language)
    base = alt.Chart(table)
    bands = base.mark_area(opacity=_BAND).encode(
        x=month,
        y=alt.Y("low:Q", title=points),
        y2="high:Q",
        color=colour,
        tooltip=alt.value(None),
    )
    lines = base.mark_line(strokeWidth=2.5).encode(x=month, y="median:Q", color=colour, tooltip=_path_tooltip(language))
    zero = alt.Chart(pd.DataFrame({"y": [0.0]})).mark_rule(color=GREY).encode(y="y:Q", tooltip=alt.value(None))
    return alt.layer(bands, zero, lines).properties(height=320)


def money_chart(rows: Rows, labels: Sequence[str], language: Language) -> Drawn:
    """Draw where the public money went, one bar a scenario (rows from `figures.account_rows`)."""
    names = {part: page_word(part, language) for part in MONEY_PARTS}
    table = pd.DataFrame(rows)
    table["order"] = table["part"].map(list(MONEY_PARTS).index)
    table["part"] = table["part"].map(names)
    bars: Drawn = (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X("sum(amount):Q", title=page_word("million axis", language), scale=alt.Scale(zero=True)),
            y=alt.Y("scenario:N", title=None, sort=list(labels), axis=alt.Axis(labelLimit=220)),
            color=alt.Color(
                "part:N", title=None, sort=list(names.values()),
                scale=alt.Scale(domain=list(names.values()), range=list(_MONEY_COLOURS)),
                legend=alt.Legend(orient="top", columns=3, labelLimit=220),
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("scenario:N", title=page_word("policy", language)),
                alt.Tooltip("part:N", title=page_word("part", language)),
                alt.Tooltip("amount:Q", title=page_word("million axis", language), format=",.1f"),
                alt.Tooltip("share:Q", title=page_word("share", language), format=".1%"),
            ],
        )
        .properties(height=110 + 50 * len(labels))
    )  # fmt: skip
    return bars


def group_chart(rows: Rows, labels: Sequence[str], language: Language) -> Drawn:
    """Draw the share at level 2 of every group, a point and its interval for each scenario (`figures.group_rows`)."""
    scale = alt.Scale(domain=[0, 100])
    return _intervals(pd.DataFrame(rows), "", scale, labels, page_word("group axis", language), language)


def group_difference_chart(rows: Rows, labels: Sequence[str], language: Language) -> Drawn:
    """Draw how far every group moved against the first scenario, with its interval (rows of the policy alone)."""
    table = pd.DataFrame(rows)
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=GREY).encode(x="x:Q", tooltip=alt.value(None))
    points = page_word("difference axis", language)
    return _intervals(table, "difference_", alt.Scale(zero=True), labels, points, language, zero)


def _intervals(
    table: pd.DataFrame, prefix: str, scale: alt.Scale, labels: Sequence[str], title: str, language: Language,
    *below: Drawn,
) -> Drawn:  # fmt: skip
    """Draw a point and an interval for each group and scenario, on top of what is `below`."""
    order = table.sort_values("order")["group"].unique().tolist()
    group = alt.Y("group:N", title=None, sort=order, axis=alt.Axis(labelLimit=220))
    apart = alt.YOffset("scenario:N", sort=list(labels))
    words = {name: page_word(name, language) for name in ("mean", "low", "high")}
    tooltip = [
        alt.Tooltip("group:N", title=page_word("by", language)),
        alt.Tooltip("scenario:N", title=page_word("policy", language)),
        *(alt.Tooltip(f"{prefix}{name}:Q", title=words[name], format=".1f") for name in words),
    ]
    base = alt.Chart(table).encode(y=group, yOffset=apart)
    bars = base.mark_rule(strokeWidth=2).encode(
        x=alt.X(f"{prefix}low:Q", title=title, scale=scale), x2=f"{prefix}high:Q", color=_colour(labels)
    )
    dots = base.mark_point(filled=True, size=70, opacity=1.0).encode(
        x=alt.X(f"{prefix}mean:Q", scale=scale), color=_colour(labels), tooltip=tooltip
    )
    return alt.layer(*below, bars, dots).properties(height=90 + 34 * len(order))


def series_chart(months: Sequence[str], values: Sequence[float], title: str, language: Language) -> Drawn:
    """Draw one monthly series of a single run."""
    table = _dated([{"month": month, "value": value} for month, value in zip(months, values, strict=True)])
    line = (
        alt.Chart(table)
        .mark_line(color=BLUE, strokeWidth=2)
        .encode(
            x=alt.X("month:T", title=None, axis=_years()),
            y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=True)),
            tooltip=[
                alt.Tooltip("month:T", title=page_word("month", language), format="%Y-%m"),
                alt.Tooltip("value:Q", title=title, format=",.3~f"),
            ],
        )
    )
    return alt.layer(line, _branch()).properties(height=320)


def _dated(rows: Rows) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    table["month"] = pd.to_datetime(table["month"])
    return table


def _years() -> alt.Axis:
    return alt.Axis(format="%Y", tickCount="year", labelOverlap=True)


def _colour(labels: Sequence[str]) -> alt.Color:
    return alt.Color(
        "scenario:N", title=None, scale=alt.Scale(domain=list(labels), range=[GREY, BLUE][-len(labels) :]),
        legend=alt.Legend(orient="top", labelLimit=400, columns=1, symbolOpacity=1.0, symbolType="square"),
    )  # fmt: skip


def _path_tooltip(language: Language) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("month:T", title=page_word("month", language), format="%Y-%m"),
        *(
            alt.Tooltip(f"{name}:Q", title=page_word(name, language), format=".1f")
            for name in ("median", "low", "high")
        ),
    ]


def _branch() -> Drawn:
    """Mark 2024-01, where policies part."""
    table = pd.DataFrame({"month": pd.to_datetime([_BRANCH])})
    rule: Drawn = alt.Chart(table).mark_rule(strokeDash=[2, 3], color=GREY).encode(x="month:T", tooltip=alt.value(None))
    return rule
