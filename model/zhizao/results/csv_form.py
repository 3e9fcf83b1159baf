"""CSV as spreadsheets, Python, R and Stata read it alike: its rules, once for all files and for what is printed.

- Files are UTF-8 and begin with a byte order mark, without which Excel takes Chinese for another encoding.
- What is unknown is empty; what has no end (money and nothing for it) is ``inf`` or ``-inf``.
- Text that a spreadsheet could take for a formula has an apostrophe in front; numbers never do.
- No control characters: what cannot be printed is "?".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zhizao.errors import printable

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BYTE_ORDER_MARK",
    "cell",
    "changed_texts",
    "clean_text",
    "column_name",
    "csv_bytes",
    "original_text",
    "safe_text",
]

BYTE_ORDER_MARK = "\ufeff"
LONGEST_NAME = 32
"""Characters that Stata allows in the name of a column."""

_FORMULA = re.compile(r"['=+\-@]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def column_name(key: str) -> str:
    """Return a key of a parameter as the name of a column in R and Stata: no dots, at most 32 characters.

    The codebook says which key each name stands for.
    """
    return re.sub(r"\W", "_", key)[:LONGEST_NAME]


def clean_text(text: str) -> str:
    """Return a text in which nothing can steer a terminal, a page or a picture; lines within it stay."""
    return "\n".join(printable(line) for line in text.splitlines()) if text else text


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe."""
    text = clean_text(text)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def original_text(text: str) -> str:
    """Return what `safe_text` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def cell(value: Any) -> Any:
    """Return a value as written in CSV; what is unknown is empty."""
    if value is None or value != value:
        return ""
    return safe_text(value) if isinstance(value, str) else value


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as the contents of a CSV file."""
    safe = changed_texts(table, safe_text).rename(columns=lambda name: safe_text(str(name)))
    text: str = safe.to_csv(index=False, lineterminator="\n")
    return (BYTE_ORDER_MARK + text).encode("utf-8")


def changed_texts(table: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    """Return a table with every text changed; numbers, and what is unknown, stay."""
    changed = {}
    for name in table.columns:
        if table[name].dtype.kind == "O":
            texts = {value: change(value) for value in table[name].unique() if isinstance(value, str)}
            if any(before != after for before, after in texts.items()):
                changed[name] = table[name].map(lambda value, texts=texts: texts.get(value, value))
    return table.assign(**changed) if changed else table
