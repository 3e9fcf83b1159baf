"""How results show themselves in a notebook: a line, and a table of HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["html_table", "listed"]

_MOST_NAMES = 6
_MOST_ROWS = 60


def listed(names: Iterable[str], most: int = _MOST_NAMES) -> str:
    """Return names with commas between them, of a long list the first ones and how many more there are."""
    known = [str(name) for name in names]
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return f"{', '.join(known[:most])}{more}"


def html_table(title: str, table: pd.DataFrame) -> str:
    """Return a table as HTML under a line of text; whatever comes from files is escaped."""
    return f"<p>{html.escape(title)}</p>{table.to_html(max_rows=_MOST_ROWS, escape=True, na_rep='–')}"
