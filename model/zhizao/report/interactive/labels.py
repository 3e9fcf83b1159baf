"""Where in a chart of points names can be written without one running over another, or over a point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

__all__ = ["LEADING", "Label", "placed", "room_of"]

LEADING = 14
"""Height of a line of a name, pixels."""
_UNDER = 8
"""Pixels between a point and a name below it."""
_LETTER = {"narrow": 7.0, "wide": 13.0}
_POINT = 5.0
"""Pixels that a point reaches to each side."""
_CORNERS = ((False, False), (False, True), (True, False), (True, True))
"""Leftwards or not, below or not, in the order in which they are tried."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Label:
    """A name beside a point.

    Attributes
    ----------
    text
        The name, with line breaks.
    x, y
        Where the point lies, pixels from the left and from the bottom.
    leftwards, below
        On which side of the point the name stands; to the right and above if neither.
    """

    text: str
    x: float
    y: float
    leftwards: bool = False
    below: bool = False

    def box(self) -> Box:
        """Return left, right, bottom and top of the name, pixels."""
        lines = self.text.split("\n")
        width = max(map(room_of, lines))
        left = self.x - width if self.leftwards else self.x
        bottom = self.y - LEADING * len(lines) - _UNDER if self.below else self.y
        return left, left + width, bottom, bottom + LEADING * len(lines)


def room_of(line: str) -> float:
    """Return about how wide a line of letters is, pixels."""
    return sum(_LETTER["wide" if ord(letter) > 0x2E80 else "narrow"] for letter in line)


def placed(
    labels: Sequence[Label], points: Iterable[tuple[float, float]], size: tuple[float, float]
) -> list[Label | None]:
    """Return each name, the most important first, at a corner of its point where it is clear, or None if at no corner.

    A name is clear if it lies within the chart and runs neither over a name before it nor over another point, save one
    that lies where its own does.

    Parameters
    ----------
    labels
        Names as they would stand best; another corner is taken where that one is not clear.
    points
        All points of the chart, as for `Label`.
    size
        Width and height of the chart, pixels.
    """
    dots = [(x, y, (x - _POINT, x + _POINT, y - _POINT, y + _POINT)) for x, y in points]
    taken: list[Box] = []
    found: list[Label | None] = []
    for label in labels:
        others = [box for x, y, box in dots if max(abs(x - label.x), abs(y - label.y)) > _POINT]
        first = (label.leftwards, label.below)
        for leftwards, below in sorted(_CORNERS, key=lambda corner: corner != first):
            there = replace(label, leftwards=leftwards, below=below)
            left, right, bottom, top = box = there.box()
            within = left >= 0.0 and right <= size[0] and bottom >= 0.0 and top <= size[1]
            if within and not any(_overlap(box, other) for other in (*taken, *others)):
                taken.append(box)
                found.append(there)
                break
        else:
            found.append(None)
    return found


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
