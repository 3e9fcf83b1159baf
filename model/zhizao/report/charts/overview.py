"""A comparison in one picture: the road to the plan, and what the other scenarios would change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zhizao.report.charts.differences import draw_differences, says_cut
from zhizao.report.charts.style import checked_file, frame, new_figure, row_height, save_figure, styled
from zhizao.report.charts.target import draw_road, name_lines
from zhizao.report.findings import finding
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["comparison_chart", "save_chart"]

_ROOM = 1.75
"""Width for names, inches."""


def save_chart(done: Comparison, path: str | Path, language: Language = "en") -> Path:
    """Draw the comparison into a PNG, SVG or PDF file, as `save_figure` does."""
    checked_file(path)
    return save_figure(comparison_chart(done, language), path)


def comparison_chart(done: Comparison, language: Language = "en") -> Figure:
    """Draw the road of the first scenario to the plan, and beside it what the others would change at the end.

    Left: the share of SMEs at level 2, reported and true, median and 90 % interval over the draws.
    Right: paired differences from the first scenario at the horizon, in percentage points, with 90 % intervals.
    """
    with styled(language) as say:
        height = row_height(say.scenarios(done.compared), _ROOM, 0.25)
        figure = new_figure(max(4.2, 1.9 + height * len(done.compared)))
        road, change = figure.subplots(1, 2, width_ratios=(1.0, 1.05))
        draw_road(road, done.first, say)
        road.set_ylabel(say("% of SMEs"))
        road.set_title(say.scenario(done.first.scenario))
        name_lines(road, done.first, say)
        draw_differences(change, done, say, room=_ROOM)
        change.set_title(say("change", month=say.month(done.options.until)))
        return frame(
            figure,
            title=finding("overview", done, done.first, say.language),
            note=say.shows(say("overview title"), say("overview note") + says_cut(done, say)),
            source=say.draws(done),
        )
