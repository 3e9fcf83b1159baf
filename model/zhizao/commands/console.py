"""What is printed, and where: results on standard output, progress and remarks on standard error."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table

from zhizao.errors import printable
from zhizao.results.stored import json_text

__all__ = ["console_on", "print_as", "print_csv", "print_json", "print_lines", "print_table", "remark"]

_WIDE = 400  # columns where nobody looks at a terminal: nothing is cut
_LONGEST = 2000


def console_on(stream: TextIO) -> Console:
    """Return a console that prints text as it is, and cuts nothing where it is no terminal."""
    width = None if stream.isatty() else _WIDE
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


def _clean(text: str) -> str:
    """Return text that cannot steer a terminal; lines within it stay."""
    return "\n".join(printable(line, _LONGEST) for line in text.split("\n"))


def print_lines(*lines: str) -> None:
    """Print lines of text."""
    console = console_on(sys.stdout)
    for line in lines:
        console.print(_clean(line), soft_wrap=not console.is_terminal)


def print_table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), lines: bool = False
) -> None:
    """Print a table.

    Parameters
    ----------
    right
        Numbers of the columns that are aligned to the right.
    lines
        Whether a line stands between rows, for rows of several lines.
    """
    table = Table(box=box.SIMPLE_HEAD, show_lines=lines, pad_edge=False)
    for place, header in enumerate(headers):
        justify: JustifyMethod = "right" if place in right else "left"
        table.add_column(_clean(header), justify=justify, overflow="fold", min_width=_least(rows, place))
    for row in rows:
        table.add_row(*(_clean(cell) for cell in row))
    console_on(sys.stdout).print(table)


def _least(rows: Sequence[Sequence[str]], place: int) -> int | None:
    """Return the least width of a column: the first must hold the names in it, the others may fold."""
    return max((cell_len(row[0].partition("\n")[0]) for row in rows), default=None) if place == 0 else None


def print_json(value: Any) -> None:
    """Print one JSON value and nothing else."""
    sys.stdout.write(json_text(value))


def print_csv(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows as CSV under the names of the first; what is unknown stays empty."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if rows:
        writer.writerow(rows[0].keys())
    for row in rows:
        writer.writerow(["" if value is None or value != value else value for value in row.values()])


def print_as(
    output_format: str, *, table: Callable[[], None], rows: Callable[[], Sequence[Mapping[str, Any]]],
    value: Callable[[], Any] | None = None,
) -> None:  # fmt: skip
    """Print a result in the form that was asked for.

    Parameters
    ----------
    output_format
        ``table``, ``json`` or ``csv``.
    table
        Prints it for people.
    rows
        Gives what is printed as CSV.
    value
        Gives what is printed as JSON; the rows if not given.
    """
    if output_format == "json":
        print_json((value or rows)())
    elif output_format == "csv":
        print_csv(rows())
    else:
        table()


def remark(text: str, *, quiet: bool) -> None:
    """Say something on standard error."""
    if not quiet:
        sys.stderr.write(f"{_clean(text)}\n")
        sys.stderr.flush()
