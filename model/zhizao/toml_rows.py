"""Tables of rows in TOML files that people write: read strictly, every mistake named at once with its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol, TypeVar

from zhizao.errors import InputError, at_place, in_words, printable
from zhizao.toml_text import read_toml

__all__ = ["FORMAT", "Kind", "complaint_in_words", "read_document", "read_rows"]

FORMAT = 1
"""The format of such files that this version reads."""


_FEW = 12
"""As many keys are named to anyone who misspells one; with more, they are looked up."""


class Row(Protocol):
    """A row knows what it is called."""

    @property
    def key(self) -> str:
        """The name that no other row of its table has."""


Kind = TypeVar("Kind", bound=Row)


def read_document(path: Path, tables: tuple[str, ...], *, optional: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Read a file that holds ``format`` and the named arrays of tables, each with at least one row.

    Parameters
    ----------
    path, tables
        The file, and the names of the tables.
    optional
        Whether a table may be left out; it then has no rows.

    Raises
    ------
    InputError
        If it cannot be read, is not TOML, has another format, or holds anything else.
    """
    document = read_toml(path, path.name)
    form = document.pop("format", None)
    if form != FORMAT:
        other = in_words(form)
        raise InputError(f"{path.name}: format is {other}; this version reads {FORMAT}; use the version it is for")
    found = {table: document.pop(table, [] if optional else None) for table in tables}
    whole = all(
        isinstance(rows, list) and (rows or optional) and all(isinstance(r, dict) for r in rows)
        for rows in found.values()
    )
    if document or not whole:
        extra = "".join(f"; remove '{key}'" for key in document)
        names = " and ".join(f"[[{table}]]" for table in tables)
        raise InputError(f"{path.name}: must hold format and {names} tables only{extra}")
    return {table: rows for table, rows in found.items() if rows is not None}


def read_rows(
    path: Path,
    table: str,
    kind: type[Kind],
    *,
    faults: Callable[[Kind], list[str]] = lambda row: [],
    rows: list[dict[str, Any]] | None = None,
) -> tuple[Kind, ...]:
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
        If the file is damaged; every problem is named with file, row and fix.
    """
    from pydantic import TypeAdapter, ValidationError  # here, so that importing this module stays light

    rows = read_document(path, (table,))[table] if rows is None else rows
    adapter = TypeAdapter(kind)
    items: list[Kind] = []
    problems: list[str] = []
    for number, row in enumerate(rows):
        name = next((row[key] for key in ("key", "id", "figure") if key in row), None)
        place = f"{path.name}: {table} {f'number {number + 1}' if name is None else printable(str(name), 60)}"
        try:
            item = adapter.validate_python(row)
        except ValidationError as error:
            first = {complaint["loc"][:1]: complaint for complaint in reversed(error.errors())}
            problems += [f"{place}: {_in_row(complaint, kind)}" for complaint in reversed(first.values())]
            continue
        problems += [at_place(place, fault) for fault in faults(item)]
        items.append(item)
    for key, count in Counter(item.key for item in items).items():
        if count > 1:
            problems.append(f"{path.name}: {table} {key} appears {count} times; keep one or rename the rest")
    if problems:
        raise InputError(problems)
    return tuple(items)


def _in_row(found: Mapping[str, Any], kind: type[Any]) -> str:
    known = [one.name for one in fields(kind)] if is_dataclass(kind) else []
    return complaint_in_words(found, printable(str(found["loc"][0]), 60) if found["loc"] else "the row", known)


def complaint_in_words(found: Mapping[str, Any], where: str, known: Sequence[str] = ()) -> str:
    """Put one complaint of the validator into plain words, with its fix.

    Parameters
    ----------
    found
        The complaint, as Pydantic gives it.
    where
        The key that it is about, with the table it is in where that is not clear.
    known
        The keys that there can be in that table, for a hint where one is misspelt.
    """
    kind = found["type"]
    if kind in ("missing", "missing_keyword_only_argument"):
        return f"{where} is missing; add it"
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        near = get_close_matches(str(found["loc"][-1])[:80], known, n=1, cutoff=0.5)
        fix = f"the keys here are {', '.join(known)}" if 0 < len(known) <= _FEW else "remove it or correct its spelling"
        fix = f"did you mean '{near[0]}'?" if near else fix
        return f"{where} is not a known key; {fix}"
    given = in_words(found["input"])
    if kind == "literal_error":
        expected = found["ctx"]["expected"]
        near = get_close_matches(str(found["input"])[:80], re.findall("'([^']*)'", expected), n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        return f"{where} is {given}; use one of {expected}{hint}"
    said = found["msg"][:1].lower() + found["msg"][1:]
    return f"{where} is {given}; {said.replace('input should', 'it should')}"
