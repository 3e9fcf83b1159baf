"""What is printed, and where: results on standard output, progress and remarks on standard error."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TextIO

from rich.console import Console

from zhizao.commands.options import CSV_FORMATS
from zhizao.commands.tables import Table, fold, table_lines
from zhizao.errors import printable, writing_output
from zhizao.results.csv_form import BYTE_ORDER_MARK, cell
from zhizao.storage.checksum import json_text

__all__ = ["console_on", "print_as", "print_csv", "print_json", "print_lines", "print_table", "remark", "width_of"]

_WIDE = 400
"""Columns where nobody looks at a terminal."""
_USUAL, _NARROWEST = 80, 20
_LONGEST = 2000


def width_of(stream: TextIO) -> int:
    """Return how many columns a stream has: of a terminal its own, unless COLUMNS says another; else many."""
    if not stream.isatty():
        return _WIDE
    asked = os.environ.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and int(asked[:6]) > 0:
        return max(int(asked[:6]), _NARROWEST)
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return max(columns or _USUAL, _NARROWEST)


def console_on(stream: TextIO) -> Console:
    """Return a console that prints text as it is, as wide as the stream."""
    return Console(file=stream, width=width_of(stream), markup=False, highlight=False, emoji=False)


def _clean(text: str) -> str:
    """Return text that cannot steer a terminal; lines within it stay."""
    return "\n".join(printable(line, _LONGEST) for line in text.split("\n"))


def _write(text: str) -> None:
    with writing_output():
        sys.stdout.write(text)


def print_lines(*lines: str) -> None:
    """Print lines of text, folded to the width of a terminal."""
    texts = [_clean(line) for line in lines]
    if sys.stdout.isatty():
        width = width_of(sys.stdout)
        texts = ["\n".join(fold(text, width)) for text in texts]
    _write("".join(f"{text}\n" for text in texts))


def print_table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), lines: bool = False
) -> None:
    """Print a table that is as wide as the terminal at most: it folds, splits or turns, and nothing is cut.

    Parameters
    ----------
    right
        Numbers of the columns that are aligned to the right: those of numbers, which are never broken.
    lines
        Whether a line stands between rows, for rows of several lines.
    """
    table = Table(
        [_clean(header) for header in headers],
        [[_clean(cell) for cell in row] for row in rows],
        frozenset(right),
        lines,
    )
    rule = "─" if (sys.stdout.encoding or "").lower().startswith("utf") else "-"
    print_lines(*table_lines(table, width_of(sys.stdout), rule), "")


def print_json(value: Any) -> None:
    """Print one JSON value and nothing else."""
    _write(json_text(value))


def print_csv(rows: Sequence[Mapping[str, Any]], *, excel: bool = False) -> None:
    """Print rows as CSV under the names of the first, by the rules of `csv_form`.

    Parameters
    ----------
    excel
        Whether it begins with a byte order mark, without which Excel does not read Chinese; pipes do without.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if rows:
        writer.writerow(map(cell, rows[0]))
    for row in rows:
        writer.writerow(map(cell, row.values()))
    if excel and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    _write((BYTE_ORDER_MARK if excel else "") + text.getvalue())


def print_as(
    output_format: str,
    *,
    table: Callable[[], None],
    rows: Callable[[], Sequence[Mapping[str, Any]]],
    value: Callable[[], Any] | None = None,
) -> None:
    """Print a result in the form that was asked for.

    Parameters
    ----------
    output_format
        ``table``, ``json``, ``csv`` or ``excel-csv``.
    table
        Prints it for people.
    rows
        Gives what is printed as CSV.
    value
        Gives what is printed as JSON; the rows if not given.
    """
    if output_format == "json":
        print_json((value or rows)())
    elif output_format in CSV_FORMATS:
        print_csv(rows(), excel=output_format == "excel-csv")
    else:
        table()


def remark(text: str, *, quiet: bool) -> None:
    """Say something on standard error; that it takes no more is not a reason to end the work."""
    if not quiet:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{_clean(text)}\n")
            sys.stderr.flush()
