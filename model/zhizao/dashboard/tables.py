"""Tables of the page: those of words, whose lines break, and how wide columns are that sort."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from zhizao.dashboard.plain import plain

__all__ = ["show_table", "width_of"]

_EDGES = 18
_WIDTHS = (("fijlrt .,:;!'’|()[]-", 3.9), ("mwMW%…", 11.0))
"""Letters that are narrower or wider than others, and their width, pixels."""
_CAPITAL, _OTHER, _FULL = 8.0, 6.8, 14.0


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Show a table of text: what is too long for its column goes on in the next line, so that nothing is cut.

    On a telephone it is as wide as it has to be, and scrolls sideways.
    """
    cells = [[plain(cell) for cell in row] for row in rows]
    st.table(pd.DataFrame(cells, columns=[plain(column) for column in columns]), hide_index=True)


def width_of(texts: Iterable[str]) -> int:
    """Return how wide a column has to be for its texts, each in one line, pixels."""
    return round(_EDGES + max(sum(map(_letter, text)) for text in texts))


def _letter(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return _FULL
    for letters, width in _WIDTHS:
        if letter in letters:
            return width
    return _CAPITAL if letter.isupper() else _OTHER
