"""What public money buys: cost against effect, and the efficient frontier."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.report.charts.style import frame, new_figure, styled, width_of, wrapped
from zhizao.report.charts.words import Say
from zhizao.report.findings import finding
from zhizao.report.frontier import chosen_by_nobody, frontier
from zhizao.report.palette import BLUE, GREY, LIGHT, ORANGE
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.words.place import scaled_money
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["cost_chart"]

_COST, _EFFECT = "additional_public_spend", "additional_level2_firms"
_KEY_SIZE = 7.5
_FEW = 6
"""With more scenarios than this only those of the frontier show their intervals."""


def cost_chart(done: Comparison, language: Language = "en") -> Figure:
    """Draw what every scenario costs and does against no programme from the branch on, and the efficient frontier.

    Points have the names of their scenarios where there is room for all of them; else numbers, with a list of names.
    """
    with styled(language) as say:
        if len(done.compared) <= _NAMED:
            figure, clear = _drawn(done, say, numbered=False)
            if clear:
                return figure
        return _drawn(done, say, numbered=True)[0]


def _drawn(done: Comparison, say: Say, *, numbered: bool) -> tuple[Figure, bool]:
    """Return the chart, and whether all that is written beside points is clear of everything else."""
    figure = new_figure(max(4.6, 1.7 + 0.165 * len(done.compared)))
    axes, *key = figure.subplots(1, 2, width_ratios=(1.0, 0.5)) if numbered else (figure.subplots(),)
    points = np.array([[_summary(entry, name)["mean"] for name in (_COST, _EFFECT)] for entry in done.compared])
    scale, unit = scaled_money(points[:, 0].tolist(), say("more money"), say.language)
    points[:, 0] *= scale
    best = frontier(points, chosen_by_nobody(done.compared))
    _draw_points(axes, done.compared, points, best, scale)
    axes.plot(*points[best].T, color=ORANGE, linewidth=1.2, zorder=2, drawstyle="steps-post")
    axes.set(xlabel=unit, ylabel=say("cost y"))
    axes.margins(0.06)
    names = say.scenarios(done.compared)
    for list_of_names in key:
        _draw_key(list_of_names, names, best)
    figure = frame(
        figure,
        title=finding("cost_effect", done, done.first, say.language),
        note=say.shows(say("cost_effect title"), say("cost note", month=say.month(done.options.until))),
        source=say.draws(done),
    )
    return figure, _name_points(axes, points, best, None if numbered else names)


def _summary(entry: Compared, name: str) -> dict[str, float]:
    return entry.summary(OUTCOMES_BY_NAME[name])


def _draw_points(
    axes: Axes, compared: Sequence[Compared], points: FloatArray, best: Sequence[int], scale: float
) -> None:
    for place, entry in enumerate(compared):
        x, y = points[place]
        if place in best or len(compared) <= _FEW:
            cost, effect = _summary(entry, _COST), _summary(entry, _EFFECT)
            axes.plot((scale * cost["low"], scale * cost["high"]), (y, y), color=LIGHT, linewidth=0.9, zorder=1)
            axes.plot((x, x), (effect["low"], effect["high"]), color=LIGHT, linewidth=0.9, zorder=1)
        axes.plot(x, y, "o", markersize=4.5, color=ORANGE if place in best else BLUE, zorder=3)


def _draw_key(axes: Axes, names: Sequence[str], best: Sequence[int]) -> None:
    """List the numbers of the points, those of the frontier in its colour."""
    axes.axis("off")
    step = 1.0 / max(len(names), 12)
    for place, name in enumerate(names):
        text = f"{place + 1}  {name}"
        colour = ORANGE if place in best else "black"
        axes.text(
            0.0,
            1.0 - step * (place + 0.5),
            wrapped(text, 2.6, _KEY_SIZE),
            fontsize=_KEY_SIZE,
            color=colour,
            va="center",
        )


_PLACES = np.array(
    [
        (dx, dy)
        for radius in (8, 14, 21, 30, 40, 52)
        for dx, dy in (
            (radius, radius * 0.6),
            (-radius, radius * 0.6),
            (radius, -radius * 0.6),
            (-radius, -radius * 0.6),
            (0, radius),
            (0, -radius),
            (radius, 0),
            (-radius, 0),
        )
    ]
)
"""Where what is written beside a point may stand, in points of print from it; the nearest free one is taken."""
_LED = 8
"""From this place on a line leads from it to the point."""
_SAME = 2.5
"""Points of print within which points are one, and share what is written."""
_IN_A_LINE = 6
_NAMED = 12
"""Up to this many scenarios their names are tried beside the points."""
_SIGN, _NAME_ROOM = 7.0, 1.8
"""Size of what is written beside points, and how wide a line of a name may be, inches."""


def _name_points(axes: Axes, points: FloatArray, best: Sequence[int], names: Sequence[str] | None) -> bool:
    """Put a number or a name to every point, where it covers nothing else; return whether that worked for all."""
    scale = axes.figure.dpi / 72.0
    centres = axes.transData.transform(points) / scale
    taken = [(centre, np.full(2, 5.0)) for centre in (*centres, *_along(centres[list(best)]))]
    left, bottom, right, top = (end / scale for end in axes.get_window_extent().extents)
    clear = True
    for together in _clusters(centres):
        text, size = _written(together, names)
        away = _PLACES + np.sign(_PLACES) * (size - (6.2, 9.0)) / 2.0
        at = centres[together[0]] + away
        room = np.array([min(_gap(place, size, *other) for other in taken) for place in at])
        if names is not None:
            inside = [at[:, 0] - size[0] / 2 - left, right - at[:, 0] - size[0] / 2, at[:, 1] - bottom, top - at[:, 1]]
            room = np.minimum(room, np.min(inside, axis=0))
        free = np.flatnonzero(room >= 0.0)
        clear = clear and free.size > 0
        chosen = int(free[0]) if free.size else int(np.argmax(room))
        taken.append((at[chosen], size))
        axes.annotate(
            text,
            points[together[0]],
            xytext=away[chosen],
            textcoords="offset points",
            fontsize=_SIGN,
            ha="center",
            va="center",
            color=ORANGE if set(together) & set(best) else "black",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.2},
            zorder=2.5,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.4, "shrinkA": 1, "shrinkB": 2}
            if chosen >= _LED
            else None,
        )
    return clear


def _written(together: Sequence[int], names: Sequence[str] | None) -> tuple[str, FloatArray]:
    """Return what is written beside points at one spot, their numbers or names, and its width and height in points."""
    if names is not None:
        lines = [line for place in together for line in wrapped(names[place], _NAME_ROOM, _SIGN).split("\n")]
        text = "\n".join(lines)
        return text, np.array([width_of(text, _SIGN) + 3.0, len(lines) * 9.5])
    numbers = [str(place + 1) for place in together]
    lines = [", ".join(numbers[first : first + _IN_A_LINE]) for first in range(0, len(numbers), _IN_A_LINE)]
    return "\n".join(lines), np.array([max(map(len, lines)) * 4.2 + 2.0, len(lines) * 9.0])


def _clusters(centres: FloatArray) -> list[list[int]]:
    """Put points at the same spot together."""
    found: list[list[int]] = []
    for place, centre in enumerate(centres):
        near = [group for group in found if np.hypot(*(centres[group[0]] - centre)) < _SAME]
        if near:
            near[0].append(place)
        else:
            found.append([place])
    return found


def _gap(one: FloatArray, size: FloatArray, other: FloatArray, other_size: FloatArray) -> float:
    """Return how far two boxes, given by centre and size, are apart; negative if they overlap."""
    return float((np.abs(one - other) - (size + other_size) / 2.0).max())


def _along(corners: FloatArray) -> FloatArray:
    """Return points along the steps of the frontier."""
    path = np.empty((2 * len(corners) - 1, 2))
    path[::2] = corners
    path[1::2] = np.column_stack([corners[1:, 0], corners[:-1, 1]])
    parts = [np.linspace(a, b, 12) for a, b in pairwise(path)]
    return np.concatenate(parts) if parts else np.empty((0, 2))
