"""A sheet as it was read: columns of text, and what the file says beside the cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from zhizao.limits import LIMITS, VARIABLE, limit
from zhizao.register.text import clean
from zhizao.register.words import refused, say

__all__ = ["Sheet", "check_size", "columns_of", "sheet_of"]

_UNITS = {"rows": "rows unit", "cells": "cells unit", "characters in a cell": "characters"}
_PLAIN = re.compile(r"[!-&(-<>-~]*")  # neither blank, nor full-width, nor the marks of a formula or of text


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet.

    Attributes
    ----------
    name
        Of the sheet in a workbook, otherwise empty.
    rows
        Numbers of the rows that hold anything, as in the file, from 1.
    columns
        Texts by column, as many in each as there are `rows`.
    widths
        Cells in each row where a file of text gives rows of different lengths, otherwise empty.
    merged
        First row, first column, last row and last column of each range of merged cells, from 1.
    comments
        Texts by row and column, from 1.
    """

    name: str = ""
    rows: list[int]
    columns: list[list[str]]
    widths: list[int] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def row(self, index: int) -> list[str]:
        """Return the cells of the row at an index of `rows`."""
        return [column[index] for column in self.columns]


def check_size(name: str, size: int, *, so_far: bool = False) -> None:
    """Refuse what exceeds a limit, in words for the file's name to precede.

    Parameters
    ----------
    so_far
        Whether more of it may follow.

    Raises
    ------
    InputError
        With how to raise the limit.
    """
    if size > limit(name):
        unit = {"rows": "rows unit", "cells": "cells unit", "characters in a cell": "characters"}.get(
            LIMITS[name][1], LIMITS[name][1]
        )
        raise refused(
            "over limit",
            size=f"{size:,}",
            unit=say(unit),
            limit=f"{limit(name):,}",
            setting=f"{VARIABLE}={name}={4 * size if so_far else size}",
        )


def columns_of(rows: Iterable[list[str]]) -> list[list[str]]:
    """Return rows as columns, short rows filled up with empty cells, until there are too many."""
    columns: list[list[str]] = []
    for count, cells in enumerate(rows):
        if len(cells) > len(columns):
            check_size("register_columns", len(cells), so_far=True)
            columns += [[""] * count for _ in cells[len(columns) :]]
        if count % 1000 == 0:
            check_size("register_cells", count * len(columns), so_far=True)
        cells += [""] * (len(columns) - len(cells))
        for column, text in zip(columns, cells, strict=True):
            column.append(text)
    return columns


def sheet_of(columns: list[list[str]], *, numbers: list[int] | None = None, **beside: object) -> Sheet:
    """Make a sheet of columns of raw text: cells are cleaned and rows that hold nothing left out.

    Parameters
    ----------
    numbers
        Of the rows, where they do not count from 1 without a gap.
    beside
        The other fields of `Sheet`; `widths` as many as there are rows.
    """
    for column in columns:
        different = set(column)
        check_size("register_cell_characters", max(map(len, different), default=0))
        if not all(map(_PLAIN.fullmatch, different)):
            cleaned = {text: clean(text) for text in different}
            column[:] = [cleaned[text] for text in column]
    kept = [index for index, cells in enumerate(zip(*columns, strict=True)) if any(cells)]
    numbers = numbers or list(range(1, len(columns[0]) + 1 if columns else 1))
    if columns and len(kept) < len(columns[0]):
        columns = [[column[index] for index in kept] for column in columns]
    if widths := beside.get("widths"):
        assert isinstance(widths, list)
        beside["widths"] = [widths[index] for index in kept]
    return Sheet(rows=[numbers[index] for index in kept], columns=columns, **beside)  # type: ignore[arg-type]
