"""Where the public money went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhizao.report.chart_rows import ACCOUNT_PARTS, account_rows
from zhizao.report.interactive.labels import room_of
from zhizao.report.interactive.style import (
    coloured,
    finished,
    lines_of,
    marks,
    names_axis,
    need_altair,
    number_tip,
    row_height,
    text_tips,
    wrapped_names,
)
from zhizao.report.interactive.words import say
from zhizao.report.palette import BLUE, PART_COLOURS
from zhizao.studies.comparison import Comparison
from zhizao.words.place import month_in_words, scaled_money
from zhizao.words.tables import Language

if TYPE_CHECKING:
    import altair

__all__ = ["subsidy_account"]

_PERCENT, _EDGES = 32, 4
"""Width that a share in per cent needs, and that of both edges of a bar, pixels."""
_LETTERS, _LEADING = 12, 13
"""Height of letters on bars, and of their lines, pixels."""


def subsidy_account(comparison: Comparison, language: Language = "en") -> altair.LayerChart:
    """Return where the public money of each scenario went, as stacked bars: million RMB, means over the draws."""
    alt = need_altair()
    names = wrapped_names(comparison, language)
    parts = {part: say(f"part {part}", language) for part in ACCOUNT_PARTS}
    until = month_in_words(comparison.options.until, language)
    found = account_rows(comparison)
    scale, title = scaled_money([row["total"] for row in found], say("axis money", language, until=until), language)
    _, unit = scaled_money([row["total"] for row in found], say("unit money", language), language)
    rows = [
        row
        | {end: scale * row[end] for end in ("mean", "low", "high", "total")}
        | {"name": names[row["scenario"]], "part": parts[row["part"]], "place": ACCOUNT_PARTS.index(row["part"])}
        | {"room": _EDGES + 0.9 * room_of(parts[row["part"]]), "dark": PART_COLOURS[row["part"]] == BLUE}
        for row in found
    ]
    ends: dict[str, float] = {}
    for row in rows:  # the parts of a scenario follow each other
        row["start"] = ends.get(row["scenario"], 0.0)
        row["end"] = ends[row["scenario"]] = row["start"] + row["mean"]
    y = names_axis(list(names.values()))
    bars = (
        marks()
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("start:Q", title=lines_of(title, language)),
            x2="end:Q",
            y=y,
            color=coloured("part", list(parts.values()), [PART_COLOURS[part] for part in ACCOUNT_PARTS]),
            tooltip=[
                *text_tips(language, scenario="name", part="part"),
                number_tip("mean", unit, ",.1f" if scale >= 1.0 else ",.2f"),
                number_tip("share", say("percent of money", language), ".0f"),
            ],
        )
    )
    return finished(
        alt.layer(bars, _named(y)), alt.Step(row_height(names.values())), say("alt subsidy_account", language), rows
    )


def _named(y: Any) -> Any:
    """Return shares on the bars wherever there is room, and the names of parts above them where these have room."""
    alt = need_altair()
    across = "(scale('x', datum.end) - scale('x', datum.start))"
    share = "format(datum.share, '.0f') + '%'"
    text = f"{across} > datum.room ? [datum.part, {share}] : {across} > {_PERCENT} ? {share} : ''"
    return (
        marks()
        .transform_calculate(middle="(datum.start + datum.end) / 2")
        .mark_text(
            text={"expr": text},
            color={"expr": "datum.dark ? 'white' : 'black'"},
            dy={"expr": f"{across} > datum.room ? {-_LEADING / 2} : 0"},
            fontSize=_LETTERS,
            lineHeight=_LEADING,
            baseline="middle",
        )
        .encode(x=alt.X("middle:Q"), y=y)
    )
