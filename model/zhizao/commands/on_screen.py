"""A table that fits the screen: the columns that have room beside each other, and the rows that have room below."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rich.cells import cell_len

from zhizao.commands.console import print_lines, print_table, width_of
from zhizao.commands.tables import Table, fold, table_lines

__all__ = ["lines_of", "print_what_fits", "screen_height"]

_GAP = 2
_BROADEST_HEADER = 12
"""Cells in which a header of several words is still easy to read."""
_BELOW = 3
"""Lines for what comes after the table and for the prompt."""
_FEWEST = 3


def screen_height() -> int | None:
    """Return how many lines the terminal has; None where results go elsewhere."""
    if not sys.stdout.isatty():
        return None
    asked = os.environ.get("LINES", "")
    if asked.isascii() and asked.isdigit() and int(asked[:6]) > 0:
        return int(asked[:6])
    try:
        return os.get_terminal_size(sys.stdout.fileno()).lines or None
    except (OSError, ValueError):
        return None


def lines_of(texts: Sequence[str], headers: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return how many lines texts and a table of numbers take on the screen."""
    width = width_of(sys.stdout)
    right = frozenset(range(1, len(headers)))
    return sum(len(fold(text, width)) for text in texts) + len(table_lines(Table(headers, rows, right), width)) + 1


def print_what_fits(
    height: int, texts: Sequence[str], headers: Sequence[str], rows: Sequence[Sequence[str]], wanted: Sequence[int]
) -> int:
    """Print texts and of a table what fits the screen; return how many rows were left out.

    Parameters
    ----------
    height
        Lines of the screen.
    wanted
        Numbers of the columns, the most important ones first; the first column names the row.
    """
    width = width_of(sys.stdout)
    places = _columns(headers, rows, wanted, width)
    shown = [[row[place] for place in places] for row in rows]
    names = [headers[place] for place in places]
    head = lines_of(texts, names, shown) - len(rows)
    room = max(_FEWEST, height - head - _BELOW)
    print_lines(*texts)
    print_table(names, shown[:room], right=range(1, len(names)))
    return max(0, len(rows) - room)


def _columns(headers: Sequence[str], rows: Sequence[Sequence[str]], wanted: Sequence[int], width: int) -> list[int]:
    """Return the columns that have room beside each other, in the order of the table."""
    taken: list[int] = []
    left = width
    for place in wanted:
        words = max(cell_len(word) for word in headers[place].split() or [""])
        cells = max([cell_len(row[place]) for row in rows] + [min(cell_len(headers[place]), _BROADEST_HEADER), words])
        if not taken or cells + _GAP <= left:
            taken.append(place)
            left -= cells + _GAP
    return sorted(taken)
