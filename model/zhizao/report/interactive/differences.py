"""What policies change at the horizon: for the district, and for each kind of firm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zhizao.report.chart_rows import difference_rows, display_names, group_rows
from zhizao.report.edges import shown_range
from zhizao.report.interactive.style import (
    coloured,
    finished,
    interval_tips,
    intervals,
    lines_of,
    marks,
    names_axis,
    need_altair,
    number_tip,
    picker,
    row_height,
    rule,
    text_tips,
    wrapped_names,
)
from zhizao.report.interactive.words import say
from zhizao.report.palette import BLUE, GREEN, ORANGE, PINK
from zhizao.results.groups import GROUP_KINDS
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

if TYPE_CHECKING:
    import altair

__all__ = ["differences", "who_gains"]

_KIND_COLOURS = (BLUE, ORANGE, GREEN, PINK)
_GROUP = 21
"""Height of a group's row where all kinds are shown, pixels."""


def differences(comparison: Comparison, language: Language = "en") -> altair.LayerChart:
    """Return what every other scenario changes against the first, reported and true, with 90 % intervals.

    Percentage points of SMEs at level 2 in the last month, paired; best in truth at the top.
    """
    alt = need_altair()
    names, known = wrapped_names(comparison, language), {k: say(f"known {k}", language) for k in ("reported", "true")}
    rows = [row | {"name": names[row["scenario"]], "known": known[row["known"]]} for row in difference_rows(comparison)]
    first = display_names(comparison, language)[comparison.first.label]
    base = marks().encode(
        y=names_axis(list(dict.fromkeys(row["name"] for row in rows))),
        yOffset=alt.YOffset("known:N", sort=list(known.values())),
        color=coloured("known", list(known.values()), [BLUE, ORANGE]),
        tooltip=[
            *text_tips(language, scenario="name", known="level 2"),
            *interval_tips("mean", language, form="+.1f"),
            number_tip("p_better", say("p_better", language), ".0%"),
        ],
    )
    signs = alt.Scale(domain=list(known.values()), range=["circle", "diamond"])
    layers = intervals(
        base,
        lines_of(say("axis difference", language, first=first), language),
        edges=shown_range((row["low"], row["high"]) for row in rows),
        shape=alt.Shape("known:N", title=None, scale=signs),
    )
    chart = alt.layer(rule("x", 0.0), *layers)
    return finished(chart, alt.Step(row_height(names.values()) / 2), say("alt differences", language), rows)


def who_gains(
    comparison: Comparison,
    language: Language = "en",
    *,
    kinds: Sequence[str] = tuple(GROUP_KINDS),
    row: float = _GROUP,
    shown: str | None = None,
) -> altair.LayerChart:
    """Return for whom a scenario, chosen from a list, changes the true share at level 2 against the first scenario.

    Percentage points, paired, with 90 % intervals, by size class, sector, starting level and park. A comparison of one
    scenario has no differences: all are 0.

    Parameters
    ----------
    kinds
        The kinds of groups that are shown; a legend distinguishes several.
    row
        Height of a group's row, pixels.
    shown
        Label of the scenario that is shown at first; the second one if not given.
    """
    alt = need_altair()
    names = display_names(comparison, language)
    called = {kind: say(f"kind {kind}", language) for kind in kinds}
    rows = [
        line | {"scenario": names[line["scenario"]], "kind": called[line["kind"]]}
        for line in group_rows(comparison, language)
        if line["kind"] in called
    ]
    others = [names[entry.label] for entry in comparison.compared[1:]] or list(names.values())
    chosen, picked = picker("group_scenario", others, say("pick scenario", language), names.get(shown or ""))
    legend = {"legend": None} if len(called) == 1 else {}
    base = (
        marks()
        .transform_filter(picked)
        .encode(
            y=alt.Y("group:N", title=None, sort=list(dict.fromkeys(line["group"] for line in rows))),
            color=coloured("kind", list(called.values()), _KIND_COLOURS[: len(called)], **legend),
            tooltip=[
                *text_tips(language, kind="kind", group="group"),
                number_tip("share_mean", say("group share", language)),
                *interval_tips("mean", language, form="+.1f"),
            ],
        )
    )
    first = names[comparison.first.label]
    layers = intervals(base, lines_of(say("axis difference true", language, first=first), language))
    chart = alt.layer(rule("x", 0.0), *layers).add_params(chosen)
    return finished(chart, alt.Step(row), say("alt who_gains", language), rows)
