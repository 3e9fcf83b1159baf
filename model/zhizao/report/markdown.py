"""Lines of Markdown that reports are put together from: tables, paragraphs and numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

__all__ = ["prose", "short", "table"]


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """Return the lines of a table."""
    yield f"| {' | '.join(headers)} |"
    yield f"|{'---|' * len(headers)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def short(value: float) -> str:
    """Write a number with three or four figures."""
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def prose(text: str) -> Iterable[str]:
    """Break a paragraph into lines; those of an item of a list are set in."""
    return textwrap.wrap(text, 118, subsequent_indent="  " if text.startswith("- ") else "")
