"""The road to level 2, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhizao.calendar import BRANCH_MONTH, month_names
from zhizao.evidence.structures import structure_title
from zhizao.report.chart_rows import Row, display_names, road_rows
from zhizao.report.interactive.months import branch_marks, fan, plan_marks
from zhizao.report.interactive.style import coloured, finished, interval_tips, marks, need_altair, picker, text_tips
from zhizao.report.interactive.words import say
from zhizao.report.palette import BLUE, TREATMENT_COLOURS
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

if TYPE_CHECKING:
    import altair

__all__ = ["road"]


def road(comparison: Comparison, language: Language = "en", *, shown: str | None = None) -> altair.LayerChart:
    """Return the road to level 2 of a scenario, chosen from a list, under every treatment of the plan that was run.

    Bands and solid lines are what firms report, dashed lines what is true: medians over the draws, % of SMEs, by month.

    Parameters
    ----------
    shown
        Label of the scenario that is shown at first; the first one if not given.
    """
    alt = need_altair()
    names, known = display_names(comparison, language), {k: say(f"known {k}", language) for k in ("reported", "true")}
    treatments = {
        name: structure_title(name, language) or say(f"treatment {name}", language) for name in comparison.by_treatment
    }
    rows = [
        row
        | {
            "scenario": names[row["scenario"]] if row["scenario"] else "",
            "treatment": treatments[row["treatment"]],
            "known": known[row["known"]],
        }
        for row in _without_copies(road_rows(comparison), comparison.first.label)
    ]
    chosen, picked = picker(
        "road_scenario", list(names.values()), say("pick scenario", language), names.get(shown or "")
    )
    dashes = alt.Scale(domain=list(known.values()), range=[[1, 0], [5, 4]])
    band, *lines = fan(
        marks().transform_filter(picked | (alt.datum.scenario == "")),
        say("axis share", language),
        coloured("treatment", list(treatments.values()), [TREATMENT_COLOURS.get(name, BLUE) for name in treatments]),
        [
            *text_tips(language, month="month", treatment="parameters", known="level 2"),
            *interval_tips("median", language),
        ],
        apart=["treatment", "known"],
        banded=alt.datum.known == known["reported"],
        domain=[0, 100],
        dash=alt.StrokeDash("known:N", title=None, scale=dashes),
    )
    chart = alt.layer(band, *plan_marks(language), *branch_marks(language), *lines).add_params(chosen)
    return finished(chart, 330, say("alt road", language), rows)


def _without_copies(rows: list[Row], first: str) -> list[Row]:
    """Return rows in which the past that all scenarios share stands once, with no scenario's name."""
    months = set(month_names(BRANCH_MONTH))
    past = {_place(row): row for row in rows if row["scenario"] == first and row["month"] in months}
    nobody = {"scenario": ""}
    if any(past.get(_place(row), row) | nobody != row | nobody for row in rows):
        return rows
    return [row | nobody for row in past.values()] + [row for row in rows if _place(row) not in past]


def _place(row: Row) -> tuple[str, str, str]:
    return row["treatment"], row["known"], row["month"]
