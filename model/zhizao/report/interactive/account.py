"""Where the public money went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhizao.report.chart_rows import ACCOUNT_PARTS, account_rows
from zhizao.report.interactive.style import (
    ROW,
    coloured,
    finished,
    lines_of,
    marks,
    names_axis,
    need_altair,
    number_tip,
    text_tips,
    wrapped_names,
)
from zhizao.report.interactive.words import say
from zhizao.report.palette import PART_COLOURS
from zhizao.studies.comparison import Comparison
from zhizao.words.place import month_in_words, scaled_money
from zhizao.words.tables import Language

if TYPE_CHECKING:
    import altair

__all__ = ["subsidy_account"]


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
        for row in found
    ]
    bars = (
        marks()
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("mean:Q", title=lines_of(title, language)),
            y=names_axis(list(names.values())),
            color=coloured("part", list(parts.values()), [PART_COLOURS[part] for part in ACCOUNT_PARTS]),
            order=alt.Order("place:Q"),
            tooltip=[
                *text_tips(language, scenario="name", part="part"),
                number_tip("mean", unit, ",.1f" if scale >= 1.0 else ",.2f"),
                number_tip("share", say("percent of money", language), ".0f"),
            ],
        )
    )
    return finished(alt.layer(bars), alt.Step(ROW), say("alt subsidy_account", language), rows)
