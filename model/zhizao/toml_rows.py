"""Tables of rows in TOML files that people write: read strictly, every mistake named at once with its place."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from zhizao.errors import InputError

__all__ = ["FORMAT", "read_document", "read_rows"]

FORMAT = 1
"""The format of such files that this version reads."""


class Row(Protocol):
    """A row knows what it is called."""

    @property
    def key(self) -> str:
        """The name that no other row of its table has."""


Kind = TypeVar("Kind", bound=Row)


def read_document(path: Path, tables: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    """Read a file that holds ``format`` and the named arrays of tables, each with at least one row.

    Raises
    ------
    InputError
        If it cannot be read, is not TOML, has another format, or holds anything else.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); restore the file") from error
    except ValueError as error:
        raise InputError(f"{path.name}: is not TOML in UTF-8 ({error}); mend that place") from error
    form = document.pop("format", None)
    if form != FORMAT:
        raise InputError(f"{path.name}: format is {form!r}; this version reads {FORMAT}, use one that fits")
    found = {table: document.pop(table, None) for table in tables}
    whole = all(isinstance(rows, list) and rows and all(isinstance(r, dict) for r in rows) for rows in found.values())
    if document or not whole:
        extra = "".join(f"; remove '{key}'" for key in document)
        names = " and ".join(f"[[{table}]]" for table in tables)
        raise InputError(f"{path.name}: must hold format and {names} tables only{extra}")
    return {table: rows for table, rows in found.items() if rows is not None}


def read_rows(
    path: Path, table: str, kind: type[Kind], *, faults: Callable[[Kind], list[str]] = lambda row: [],
    rows: list[dict[str, Any]] | None = None,
) -> tuple[Kind, ...]:  # fmt: skip
    """Read every row of one table of a file, in the order of the file.

    Parameters
    ----------
    path, table, kind
        The file, the name of the table, and the dataclass that a row becomes.
    faults
        Says what is wrong with a row beyond the types of its fields.
    rows
        The rows, if `read_document` has read them already.

    Raises
    ------
    InputError
        If the file is damaged; every problem is named with file, row and mend.
    """
    from pydantic import TypeAdapter, ValidationError  # here, so that importing this module stays light

    rows = read_document(path, (table,))[table] if rows is None else rows

    def place(number: int) -> str:
        name = next((rows[number][key] for key in ("key", "id", "figure") if key in rows[number]), None)
        return f"{path.name}: {table} {name or f'number {number + 1}'}"

    try:
        items: tuple[Kind, ...] = TypeAdapter(tuple[kind, ...]).validate_python(rows)  # type: ignore[valid-type]
    except ValidationError as error:
        first = {complaint["loc"][:2]: complaint for complaint in reversed(error.errors())}
        problems = [f"{place(int(c['loc'][0]))}: {_message(c)}" for c in reversed(first.values())]
        raise InputError(problems) from error
    problems = [f"{place(number)}: {fault}" for number, item in enumerate(items) for fault in faults(item)]
    for key, count in Counter(item.key for item in items).items():
        if count > 1:
            problems.append(f"{path.name}: {table} {key} appears {count} times; keep one or rename the rest")
    if problems:
        raise InputError(problems)
    return items


def _message(error: Mapping[str, Any]) -> str:
    """Put one complaint of the validator into plain words, with its mend."""
    field, kind = error["loc"][1] if len(error["loc"]) > 1 else "the row", error["type"]
    if kind == "missing":
        return f"{field} is missing; add it"
    if kind == "unexpected_keyword_argument":
        return f"{field} is not a known field; remove it or correct its spelling"
    if kind == "literal_error":
        return f"{field} is {error['input']!r}; use one of {error['ctx']['expected']}"
    return f"{field} is {error['input']!r}; {error['msg'][:1].lower()}{error['msg'][1:]}"
