"""What public money buys: cost against effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhizao.report.chart_rows import Row, cost_rows, display_names
from zhizao.report.interactive.labels import LEADING, Label, clear_of_each_other
from zhizao.report.interactive.style import (
    INK,
    finished,
    lines_of,
    marks,
    need_altair,
    number_tip,
    rule,
    text_tips,
    wrapped_names,
)
from zhizao.report.interactive.words import say
from zhizao.report.palette import BLUE, GREY, LIGHT
from zhizao.studies.comparison import Comparison
from zhizao.words.place import month_in_words, scaled_money
from zhizao.words.tables import Language

if TYPE_CHECKING:
    import altair

__all__ = ["cost_effect"]

_HEIGHT, _COMMON_WIDTH = 360, 700
"""Height of the chart, and a width that it often has, pixels."""


def cost_effect(comparison: Comparison, language: Language = "en") -> altair.LayerChart:
    """Return what public money buys, with the frontier: both against no programme from the branch on.

    Across: additional public money, million RMB; upwards: additional SMEs truly at level 2, firms. Scenarios on the
    line are those that no other beats: none does as much for less.
    """
    alt = need_altair()
    names, texts = display_names(comparison, language), wrapped_names(comparison, language)
    first = comparison.first.label
    until = month_in_words(comparison.options.until, language)
    found = cost_rows(comparison)
    scale, title = scaled_money([row["cost"] for row in found], say("axis cost", language, until=until), language)
    rows = [
        row
        | {end: scale * row[end] for end in ("cost", "cost_low", "cost_high")}
        | {"name": names[row["scenario"]], "first": row["scenario"] == first, "text": texts[row["scenario"]]}
        for row in found
    ]
    _place_names(rows)
    across, upwards = lines_of(title, language), say("more firms", language)
    base = marks()
    x, y = alt.X("cost:Q", title=across), alt.Y("mean:Q", title=upwards)
    best = base.transform_filter("datum.frontier")
    point = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=x,
        y=y,
        color=alt.condition("datum.frontier", alt.value(BLUE), alt.value(GREY)),
        tooltip=[
            *text_tips(language, name="policy", scenario="name"),
            number_tip("cost", across[0], ",.0f" if scale >= 1.0 else ",.2f"),
            number_tip("mean", upwards),
        ],
    )
    layers = [
        rule("x", 0.0),
        rule("y", 0.0),
        base.mark_rule(color=LIGHT).encode(x=x, y=alt.Y("low:Q", title=upwards), y2="high:Q"),
        base.mark_rule(color=LIGHT).encode(x=alt.X("cost_low:Q", title=across), x2="cost_high:Q", y=y),
        best.mark_line(color=BLUE, interpolate="step-after").encode(x=x, y=y, order="cost:Q"),
        *_labels(base, x, y),
        point,
    ]
    return finished(alt.layer(*layers), _HEIGHT, say("alt cost_effect", language), rows)


def _place_names(rows: list[Row]) -> None:
    """Say in each row whether its name is written, to which side of its point, and in how many lines.

    The first scenario and those on the frontier are named, where names keep clear of each other on a chart of common
    size. Names run towards the middle, above their points; that of the first stands below, to the right.
    """
    right, top = max(row["cost_high"] for row in rows), max(row["high"] for row in rows)
    bottom = min(row["low"] for row in rows)
    labels = []
    for row in rows:
        row["lines"] = row["text"].count("\n") + 1
        row["leftwards"] = not row["first"] and 2.0 * row["cost"] > right
        x = _COMMON_WIDTH * row["cost"] / right if right > 0.0 else 0.0
        y = _HEIGHT * (row["mean"] - bottom) / (top - bottom) if top > bottom else 0.0
        labels.append(Label(text=row["text"], x=x, y=y, leftwards=row["leftwards"], below=row["first"]))
    order = sorted(
        (place for place, row in enumerate(rows) if row["first"] or row["frontier"]),
        key=lambda place: (not rows[place]["first"], -rows[place]["mean"]),
    )
    clear = dict(zip(order, clear_of_each_other([labels[place] for place in order]), strict=True))
    for place, row in enumerate(rows):
        row["named"] = clear.get(place, False)


def _labels(points: Any, x: Any, y: Any) -> list[Any]:
    """Return the names beside points, on a white rim so that lines do not cross them."""
    place = {
        "align": {"expr": "datum.leftwards ? 'right' : 'left'"},
        "dx": {"expr": "datum.leftwards ? -6 : 6"},
        "dy": {"expr": f"datum.first ? 17 : 5 - {LEADING} * datum.lines"},
    }
    rim = {"stroke": "white", "strokeWidth": 4, "strokeOpacity": 0.9}
    return [
        points.transform_filter("datum.named")
        .mark_text(lineBreak="\n", lineHeight=LEADING, color=INK, **place, **more)
        .encode(x=x, y=y, text="text:N")
        for more in (rim, {})
    ]
