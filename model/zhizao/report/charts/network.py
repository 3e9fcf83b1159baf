"""The supply network, and how level 2 spreads over it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.report.charts.style import frame, new_figure, styled
from zhizao.report.charts.words import Say
from zhizao.report.palette import BLUE, GREY, ORANGE
from zhizao.report.words import percent
from zhizao.sectors import PLAN_LEVEL
from zhizao.studies.spread import Spread
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["network_chart"]

_GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))
_SIZES = np.array([7.0, 16.0, 34.0])
"""Areas of the signs of small, medium and large firms, square points."""
_COLUMNS = 3
_MOST_LINKS = 4000
_LINK, _NOT_YET, _BEFORE, _NEW = "#D2D2D2", "#EEEEEE", BLUE, ORANGE


def network_chart(done: Spread, language: Language = "en") -> Figure:
    """Draw the district's firms by park, their links, and who is at level 2, once for each month looked at.

    Parameters
    ----------
    done
        Firms and links in several months, from `spread`.
    """
    with styled(language) as say:
        columns = min(_COLUMNS, len(done.months))
        rows = -(-len(done.months) // columns)
        figure = new_figure(1.5 + 2.45 * rows)
        panels = figure.subplots(rows, columns, squeeze=False).flatten()
        positions = _places(done.park)
        for number, axes in enumerate(panels):
            axes.axis("off")
            axes.set_aspect("equal")
            if number < len(done.months):
                _draw_month(axes, done, number, positions, say)
        _name_signs(panels[0], say)
        return frame(
            figure,
            title=_found(done, say),
            note=say.shows(say("network title", scenario=say.scenario(done.scenario)), say("network note")),
            source=say.run(done.options, done.scenario),
            key=panels[:1].tolist(),
        )


def _found(done: Spread, say: Say) -> str:
    """Return how far the level has spread from the first month looked at to the last, as a title."""
    first, last = (percent(done.share(place), say.language, decimals=0) for place in (0, -1))
    if len(done.months) == 1:
        return say("network found one", month=say.month(done.months[0]), share=first)
    ends = {"first": say.month(done.months[0]), "last": say.month(done.months[-1])}
    return say("network found", **ends, low=first, high=last)


def _draw_month(axes: Axes, done: Spread, number: int, positions: FloatArray, say: Say) -> None:
    standing = done.standing[number]
    there = done.level[number] >= PLAN_LEVEL
    before = (done.level[number - 1] >= PLAN_LEVEL) & done.standing[number - 1] if number else there
    drawn = done.links[standing[done.links].all(axis=1)]
    drawn = drawn[:: max(1, len(drawn) // _MOST_LINKS)]
    ends = positions[drawn]
    axes.plot(
        *(np.insert(ends[:, :, d], 2, np.nan, axis=1).ravel() for d in (0, 1)), color=_LINK, linewidth=0.2, zorder=1
    )
    for chosen, colour in ((~there, _NOT_YET), (there & before, _BEFORE), (there & ~before, _NEW)):
        for leads, sign in ((False, "o"), (True, "D")):
            these = standing & chosen & (done.leader == leads)
            axes.scatter(
                positions[these, 0],
                positions[these, 1],
                s=_SIZES[done.size_class[these]],
                color=colour,
                marker=sign,
                edgecolors=GREY,
                linewidths=0.3,
                zorder=2,
            )
    (left, bottom), (right, top) = positions.min(axis=0) - 0.1, positions.max(axis=0) + 0.1
    axes.set(xlim=(left, right), ylim=(bottom, top))
    share = f"{100.0 * done.share(number):.0f} %"
    axes.set_title(say("network month", month=say.month(done.months[number]), share=share), fontsize=8.5)


def _name_signs(axes: Axes, say: Say) -> None:
    for colour, word in ((_NOT_YET, "below level 2"), (_BEFORE, "at level 2"), (_NEW, "newly at level 2")):
        axes.plot([], [], "o", markersize=5, color=colour, markeredgecolor=GREY, markeredgewidth=0.3, label=say(word))
    axes.plot(
        [], [], "D", markersize=5, color="white", markeredgecolor=GREY, markeredgewidth=0.6, label=say("chain leader")
    )


def _places(park: FloatArray) -> FloatArray:
    """Return where firms lie: parks in rows, to and fro, so that neighbours stay near; a sunflower in each park."""
    names, which = np.unique(park, return_inverse=True)
    columns = max(1, math.ceil(math.sqrt(names.size * 1.2)))
    row, column = np.divmod(np.arange(names.size), columns)
    column = np.where(row % 2 == 0, column, columns - 1 - column)
    centres = np.column_stack([column, -row]).astype(float)
    rank = np.zeros(park.size)
    for number in range(names.size):
        members = np.flatnonzero(which == number)
        rank[members] = np.arange(members.size)
    largest = max(int(np.bincount(which).max()), 1)
    radius = 0.44 * np.sqrt((rank + 0.5) / largest)
    angle = rank * _GOLDEN_ANGLE
    return np.asarray(centres[which] + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))
