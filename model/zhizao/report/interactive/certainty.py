"""What more certainty of meeting the plan costs: the cheapest mix found for each probability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zhizao.report.interactive.style import INK, ON_WHITE, finished, marks, need_altair, number_tip, rule
from zhizao.report.interactive.words import say
from zhizao.report.palette import BLUE, GREY
from zhizao.words.place import scaled_money
from zhizao.words.tables import Language

if TYPE_CHECKING:
    import altair

__all__ = ["certainty"]

_HEIGHT = 300
"""Height of the chart, pixels."""


def certainty(numbers: Mapping[str, Any], language: Language = "en") -> altair.LayerChart:
    """Return what `zhizao reach` has found: public money promised across, in how many draws the plan is met upwards.

    Parameters
    ----------
    numbers
        What the command prints as JSON.
    """
    alt = need_altair()
    base = numbers["baseline"]
    found = [(one["cost"], one["probability"], False) for one in numbers["frontier"]]
    points = sorted({*found, (base["cost"], base["probability"], True)})
    scale, across = scaled_money([cost for cost, *_ in points], say("axis promised", language), language)
    rows = [{"cost": scale * cost, "met": 100.0 * met, "base": is_base} for cost, met, is_base in points]
    x = alt.X("cost:Q", title=across, scale=alt.Scale(zero=False, padding=24))
    y = alt.Y("met:Q", title=say("axis met", language), scale=alt.Scale(domain=[0, 100]))
    tips = [number_tip("cost", across, ",.3~f"), number_tip("met", say("axis met", language), ".0f")]
    mixes, begun = (marks().transform_filter(f"{sign}datum.base") for sign in ("!", ""))
    layers = [
        rule("y", 100.0 * numbers["target"]["probability"], strokeDash=[4, 3]),
        mixes.mark_line(color=BLUE, interpolate="step-after").encode(x=x, y=y, order="cost:Q"),
        mixes.mark_point(filled=True, size=90, opacity=1, color=BLUE).encode(x=x, y=y, tooltip=tips),
        begun.mark_point(filled=True, size=240, opacity=1, shape="diamond", color=GREY).encode(x=x, y=y, tooltip=tips),
        *(
            begun.mark_text(align="left", dx=10, dy=14, color=INK, **more).encode(
                x=x, y=y, text=alt.value(say("begun from", language))
            )
            for more in ON_WHITE
        ),
    ]
    return finished(alt.layer(*layers), _HEIGHT, say("alt certainty", language), rows)
