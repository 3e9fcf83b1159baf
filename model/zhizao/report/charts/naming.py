"""Names beside what they name: above a panel, each in the colour of its line, so that no key is needed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from zhizao.report.charts.style import width_of, wrapped
from zhizao.report.palette import GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["head_rows", "name_above", "name_parts", "spread_out"]

_SIZE, _LINE, _GAP = 7.5, 10.0, 4.0
"""Size of the names, the height of a line of them, and the gap to what is below, points of print."""
_BRIGHTNESS, _LIGHT, _DARKER = (0.30, 0.59, 0.11), 135.0, 0.68
"""How bright red, green and blue are, from where on a colour is light, and what is left of one that is made darker."""
_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.3}
_PART_SIZE, _PART_ROOM, _APART = 7.0, 0.74, 6.0
"""Size of the names of parts, how wide they may be (inches), and the gap between two of them, points of print."""


def name_above(axes: Axes, names: Sequence[tuple[str, str]], *, gap: float = _GAP) -> None:
    """Write names above a panel, one below the other, each in its colour.

    Parameters
    ----------
    names
        Names and colours, from the top down.
    gap
        Room between the last name and the panel, points of print.
    """
    for place, (name, colour) in enumerate(reversed(names)):
        axes.annotate(
            name,
            (0.0, 1.0),
            xycoords="axes fraction",
            xytext=(0.0, gap + _LINE * place),
            textcoords="offset points",
            color=_legible(colour),
            fontsize=_SIZE,
            va="bottom",
        )


def _legible(colour: str) -> str:
    """Return a colour in which small letters can be read on white: a light one is made darker."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    light = sum(share * part for share, part in zip(_BRIGHTNESS, parts, strict=True)) > _LIGHT
    return "#" + "".join(f"{int(_DARKER * part):02X}" for part in parts) if light else colour


def head_rows(names: Sequence[str]) -> float:
    """Return how many rows of a chart of bars the names of their parts take."""
    return 0.75 + 0.38 * max(wrapped(name, _PART_ROOM, _PART_SIZE).count("\n") + 1 for name in names)


def name_parts(axes: Axes, parts: Sequence[tuple[str, float, str]], top: float) -> None:
    """Name the parts of the first bar of a chart above it, each with a line in its colour to its middle.

    Rows go down from 0; `head_rows` above the first bar are free. Call it when the axes have their place.

    Parameters
    ----------
    parts
        Name, middle and colour of each part, in order; a part that the first bar does not have has its place.
    top
        Where the first bar ends upwards.
    """
    per_point = axes.figure.dpi / 72.0
    axes.set_xlim(axes.get_xlim())  # lines that are drawn from here on move nothing
    left, right = (axes.transData.transform((end, 0.0))[0] / per_point for end in axes.get_xlim())
    texts = [wrapped(name, _PART_ROOM, _PART_SIZE) for name, _, _ in parts]
    middles = [axes.transData.transform((middle, 0.0))[0] / per_point for _, middle, _ in parts]
    places = spread_out(middles, [width_of(text, _PART_SIZE) for text in texts], left, right)
    at = axes.transData.inverted()
    for text, place, (_, middle, colour) in zip(texts, places, parts, strict=True):
        x = at.transform((place * per_point, 0.0))[0]
        axes.plot((x, middle), (top - 0.45, top), color=colour, linewidth=1.2, clip_on=False)
        looks: dict[str, Any] = {"fontsize": _PART_SIZE, "linespacing": 1.0, "color": GREY, "bbox": _WHITE}
        axes.text(x, top - 0.5, text, ha="center", va="bottom", **looks)


def spread_out(middles: Sequence[float], widths: Sequence[float], left: float, right: float) -> list[float]:
    """Return middles for names near `middles`, in the same order, apart, and between two ends.

    It is halfway between names that make room to the right only, and such as make it to the left only.
    """
    gaps = [(one + other) / 2.0 + _APART for one, other in pairwise(widths)]
    least, most = left + widths[0] / 2.0, right - widths[-1] / 2.0
    rightwards = _pushed_left(_pushed_right(middles, gaps, least), gaps, most)
    leftwards = _pushed_right(_pushed_left(middles, gaps, most), gaps, least)
    return [(one + other) / 2.0 for one, other in zip(rightwards, leftwards, strict=True)]


def _pushed_right(places: Sequence[float], gaps: Sequence[float], least: float) -> list[float]:
    found = [max(places[0], least)]
    for place, gap in zip(places[1:], gaps, strict=True):
        found.append(max(place, found[-1] + gap))
    return found


def _pushed_left(places: Sequence[float], gaps: Sequence[float], most: float) -> list[float]:
    mirrored = _pushed_right([-place for place in reversed(places)], list(reversed(gaps)), -most)
    return [-place for place in reversed(mirrored)]
