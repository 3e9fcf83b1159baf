"""Plain records from the tables of a TOML file, and what is wrong with the file: every mistake at once."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from zhizao.errors import printable
from zhizao.toml_rows import complaint_in_words

__all__ = ["built", "shape_problems"]

Kind = TypeVar("Kind")


def built(kind: type[Kind], table: Mapping[str, Any]) -> Kind:
    """Return the dataclass that a table stands for; tables and arrays within become dataclasses and tuples.

    The table must be in shape: see `shape_problems`.
    """
    hints = _hints(kind)
    given = {
        name if name in hints else f"{name}_": value for name, value in table.items()
    }  # "from" cannot be the name of a field
    return kind(**{name: _value(hints[name], value) for name, value in given.items()})


def _hints(kind: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _value(hint: Any, value: Any) -> Any:
    if typing.get_origin(hint) is tuple:
        return tuple(_value(typing.get_args(hint)[0], item) for item in value)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = typing.get_args(hint)[0]
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return built(hint, value)
    return float(value) if hint is float else value


def shape_problems(kind: type[Any], table: Mapping[str, Any], file: str) -> list[str]:
    """Return what is wrong with the shape of a table: keys that are missing or unknown, values of another kind."""
    from pydantic import TypeAdapter, ValidationError  # here, because it is heavy

    try:
        TypeAdapter(kind).validate_python(dict(table))
    except ValidationError as error:
        return [f"{file}: {_complaint(table, found)}" for found in error.errors()]
    return []


def _complaint(table: Mapping[str, Any], found: Any) -> str:
    """Return one complaint of the validator in words, an entry of a list named by its key."""
    where = ""
    at: Any = table
    for part in found["loc"]:
        at = _inside(at, part)
        if isinstance(part, int):
            name = at.get("key") if isinstance(at, Mapping) else None
            where += f" {name}" if isinstance(name, str) and name else f" number {part + 1}"
        else:
            where += f".{part}" if where else str(part)
    return complaint_in_words(found, printable(where, 200))


def _inside(at: Any, part: str | int) -> Any:
    try:
        return at[part]
    except (KeyError, IndexError, TypeError):
        return None
