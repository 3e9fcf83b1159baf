"""How far a chart of differences reaches, so that a few extreme rows do not squeeze all others.

Charts that are drawn and those on a page take the same range from here, and mark what runs beyond it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

__all__ = ["shown_range"]

_FEWEST = 8
"""With fewer rows than this everything is shown."""
_KEPT = 0.85
"""Share of the rows that are shown whole on either side of 0."""
_EXTREME = 1.6
"""A side is cut only where its furthest row reaches this many times as far as the rows that are kept."""
_MARGIN = 1.06


def shown_range(spans: Iterable[tuple[float, float]]) -> tuple[float, float] | None:
    """Return from where to where a chart reaches; None where it can show every row whole.

    Parameters
    ----------
    spans
        The lower and the upper end of each row.
    """
    known = [(low, high) for low, high in spans if math.isfinite(low) and math.isfinite(high)]
    if len(known) < _FEWEST:
        return None
    below, above = (
        [max(0.0, end) for end in ends] for ends in ((-low for low, _ in known), (high for _, high in known))
    )
    down, up = _reach(below, max(above)), _reach(above, max(below))
    if down >= max(below) and up >= max(above):
        return None
    room = (_MARGIN - 1.0) * (down + up)
    return -down - room, up + room


def _reach(ends: Sequence[float], other_side: float) -> float:
    """Return how far one side is shown."""
    kept = sorted(ends)[math.ceil(_KEPT * len(ends)) - 1]
    enough = max(kept, min(other_side, max(ends)) / 4.0)
    return enough if max(ends) > _EXTREME * enough else max(ends)
