"""What each policy would change: paired differences from the first scenario, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhizao.report.charts.style import frame, new_figure, row_height, row_labels, styled
from zhizao.report.charts.words import Say
from zhizao.report.edges import shown_range
from zhizao.report.findings import finding
from zhizao.report.palette import BLUE, GREY, ORANGE
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.studies.compared import Compared, is_shock
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["differences_chart", "draw_differences", "says_cut"]

_SHARES = (("level2_share_end", BLUE, "reported", -0.15), ("level2_share_true_end", ORANGE, "true", 0.15))
_NUMBER = 24.0
"""Width of a mean beyond an edge, points of print."""
_ORDERED_BY = "level2_share_true_end"
_ROOM = 2.6
"""Width for names, inches."""


def differences_chart(done: Comparison, language: Language = "en") -> Figure:
    """Draw the paired differences of every scenario from the first one, in its last month, best first."""
    with styled(language) as say:
        first = say.scenario(done.first.scenario)
        height = row_height(say.scenarios(done.compared), _ROOM, 0.26)
        figure = new_figure(2.15 + height * max(len(done.compared) - 1, 2))
        axes = figure.subplots()
        draw_differences(axes, done, say, room=_ROOM)
        return frame(
            figure,
            title=finding("differences", done, done.compared[-1], say.language)
            if len(done.compared) > 1
            else say("differences title", first=first),
            note=say.shows(
                say("differences title", first=first),
                say("differences note", month=say.month(done.options.until)) + says_cut(done, say),
            ),
            source=say.draws(done),
            key=[axes],
        )


def draw_differences(axes: Axes, done: Comparison, say: Say, *, room: float) -> None:
    """Draw means and intervals of the differences; hollow where the interval holds 0.

    Parameters
    ----------
    axes, done, say
        Where, what, and in which words.
    room
        Width for the scenarios' names in inches.
    """
    names = dict(zip([entry.label for entry in done.compared], say.scenarios(done.compared), strict=True))
    others = sorted(done.compared[1:], key=lambda entry: (is_shock(entry), -_points(entry, done.first, _ORDERED_BY)[0]))
    edges = _edges(done)
    for column, (outcome, colour, name, offset) in enumerate(_SHARES):
        for place, entry in enumerate(others):
            _draw_row(axes, place + offset, _points(entry, done.first, outcome), colour, edges, column)
        axes.plot([], [], "o-", markersize=4.5, linewidth=1.3, color=colour, label=say(f"levels {name}"))
    if edges is not None:
        axes.set_xlim(edges)
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    row_labels(axes, [names[entry.label] for entry in others] or [""], room)
    if not others:
        axes.text(0.5, 0.5, say("nothing to compare"), transform=axes.transAxes, ha="center", color=GREY)
    axes.set_xlabel(say("points"))
    axes.locator_params(axis="x", nbins=7, steps=(1, 2, 5, 10))


def says_cut(done: Comparison, say: Say) -> str:
    """Return what is said of rows that run beyond the edge; nothing where none does."""
    return "" if _edges(done) is None else say("beyond the edge")


def _edges(done: Comparison) -> tuple[float, float] | None:
    rows = [_points(entry, done.first, outcome) for entry in done.compared[1:] for outcome, *_ in _SHARES]
    return shown_range((low, high) for _, low, high in rows)


def _draw_row(
    axes: Axes, y: float, row: tuple[float, float, float], colour: str, edges: tuple[float, float] | None, column: int
) -> None:
    """Draw a mean and its interval; what runs beyond an edge ends there in a triangle, with its mean if that does."""
    middle, low, high = row
    least, most = edges or (-np.inf, np.inf)
    axes.plot((max(low, least), min(high, most)), (y, y), color=colour, linewidth=1.3)
    for sign, edge, beyond in (("<", least, low < least), (">", most, high > most)):
        if beyond:
            axes.plot(edge, y, sign, markersize=5.5, color=colour, markeredgewidth=0, clip_on=False, zorder=4)
    if least <= middle <= most:
        settled = low > 0.0 or high < 0.0
        axes.plot(
            middle,
            y,
            "o",
            markersize=4.5,
            color=colour,
            markeredgewidth=1.2,
            markerfacecolor=colour if settled else "white",
        )
        return
    left, inwards = middle < least, 6.0 + _NUMBER * column  # numbers of one policy stay beside each other
    axes.annotate(
        f"{middle:+.1f}".replace("-", "−"),
        (least if left else most, y),
        xytext=(inwards if left else -inwards, 0.0),
        textcoords="offset points",
        ha="left" if left else "right",
        va="center",
        fontsize=6.5,
        color=colour,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
    )


def _points(entry: Compared, first: Compared, outcome: str) -> tuple[float, float, float]:
    """Return mean and interval of a difference in percentage points."""
    found = entry.difference(OUTCOMES_BY_NAME[outcome], first)
    middle, low, high = (100.0 * np.array([found[name] for name in ("mean", "low", "high")])).tolist()
    return middle, min(low, middle), max(high, middle)
