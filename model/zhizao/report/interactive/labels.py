"""Which names in a chart of points can be written without one running over another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["LEADING", "Label", "clear_of_each_other"]

LEADING = 14
"""Height of a line of a name, pixels."""
_UNDER = 8
"""Pixels between a point and a name below it."""
_LETTER = {"narrow": 7.0, "wide": 13.0}


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

    def box(self) -> tuple[float, float, float, float]:
        """Return left, right, bottom and top of the name, pixels."""
        lines = self.text.split("\n")
        width = max(sum(_LETTER["wide" if ord(letter) > 0x2E80 else "narrow"] for letter in line) for line in lines)
        left = self.x - width if self.leftwards else self.x
        bottom = self.y - LEADING * len(lines) - _UNDER if self.below else self.y
        return left, left + width, bottom, bottom + LEADING * len(lines)


def clear_of_each_other(labels: Iterable[Label]) -> list[bool]:
    """Say of every name, the most important first, whether it is clear of those before it that are."""
    taken: list[tuple[float, float, float, float]] = []
    shown = []
    for label in labels:
        left, right, bottom, top = box = label.box()
        clear = all(right <= a or b <= left or top <= c or d <= bottom for a, b, c, d in taken)
        shown.append(clear)
        if clear:
            taken.append(box)
    return shown
