"""What public money buys: cost against effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zhizao.report.chart_rows import Row, cost_rows, display_names
from zhizao.report.interactive.labels import LEADING, Label, placed
from zhizao.report.interactive.style import (
    INK,
    ON_WHITE,
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

_HEIGHT = 360
"""Height of the chart, pixels."""
_COMMON = 560
"""From this width on, pixels, names are placed as in a chart that wide."""
_WIDTHS = {"wide": _COMMON, "narrow": 270}


def cost_effect(comparison: Comparison, language: Language = "en", shown: str | None = None) -> altair.LayerChart:
    """Return what public money buys, with the frontier: both against no programme from the branch on.

    Across: additional public money, million RMB; upwards: additional SMEs truly at level 2, firms. Scenarios on the
    line are those that no other beats: none does as much for less.

    Parameters
    ----------
    shown
        The scenario that is named before all others but the first, by its label.
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
    ends = _ends(rows, "cost_low", "cost_high"), _ends(rows, "low", "high")
    _place_names(rows, ends, shown)
    across, upwards = lines_of(title, language), say("more firms", language)
    base = marks()
    scales = [alt.Scale(domain=list(pair), nice=False) for pair in ends]  # so that it is known where points lie
    x, y = alt.X("cost:Q", title=across, scale=scales[0]), alt.Y("mean:Q", title=upwards, scale=scales[1])
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


def _place_names(rows: list[Row], ends: tuple[Sequence[float], Sequence[float]], shown: str | None) -> None:
    """Say in each row whether its name is written, on which side of its point, and in how many lines.

    The first scenario, the one shown and those on the frontier are named, these two and the greatest effects before
    others, where names are clear of each other and of points: in a chart of common width, and in one as wide as a
    telephone.
    """
    (left, right), (bottom, top) = ends
    named = [row for row in rows if row["first"] or row["frontier"] or row["scenario"] == shown]
    order = sorted(named, key=lambda row: (not row["first"], row["scenario"] != shown, -row["mean"]))
    for row in rows:
        row["lines"] = row["text"].count("\n") + 1
    for name, width in _WIDTHS.items():
        for row in rows:
            row |= {name: False, f"{name}_left": False, f"{name}_below": False}
            row["x"] = width * (row["cost"] - left) / (right - left)
            row["y"] = _HEIGHT * (row["mean"] - bottom) / (top - bottom)
        labels = [
            Label(text=row["text"], x=row["x"], y=row["y"], leftwards=2.0 * row["x"] > width, below=row["first"])
            for row in order
        ]
        found = placed(labels, [(row.pop("x"), row.pop("y")) for row in rows], (width, _HEIGHT))
        for row, label in zip(order, found, strict=True):
            if label is not None:
                row |= {name: True, f"{name}_left": label.leftwards, f"{name}_below": label.below}


def _ends(rows: Sequence[Row], low: str, high: str) -> tuple[float, float]:
    """Return from where to where an axis reaches: as far as the intervals, and to 0."""
    left, right = min(0.0, *(row[low] for row in rows)), max(0.0, *(row[high] for row in rows))
    return (left, right) if right > left else (left, left + 1.0)


def _labels(points: Any, x: Any, y: Any) -> list[Any]:
    """Return the names beside points, on a white rim so that lines do not cross them."""

    def either(field: str) -> str:
        """Return a field of the rows for as wide as the chart is."""
        return f"(width < {_COMMON} ? datum.narrow{field} : datum.wide{field})"

    place = {
        "align": {"expr": f"{either('_left')} ? 'right' : 'left'"},
        "dx": {"expr": f"{either('_left')} ? -6 : 6"},
        "dy": {"expr": f"{either('_below')} ? 17 : 5 - {LEADING} * datum.lines"},
    }
    return [
        points.transform_filter(either(""))
        .mark_text(lineBreak="\n", lineHeight=LEADING, color=INK, **place, **more)
        .encode(x=x, y=y, text="text:N")
        for more in ON_WHITE
    ]
