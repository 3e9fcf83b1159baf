"""Arrays of records and rows of numbers, as types: what an element is, which NumPy's own types do not say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, Protocol, SupportsIndex, TypeVar, cast, overload

import numpy as np

__all__ = ["Records", "Row", "WordArray", "copy_of", "records_of"]

Record = TypeVar("Record")
Number = TypeVar("Number", int, float)
Array = TypeVar("Array", bound=np.ndarray[Any, Any])

"""Whole numbers of any width."""
WordArray = np.ndarray[Any, np.dtype[np.uint32]]


class Row(Protocol[Number]):
    """A row of numbers within a record, one for each name along its axis."""

    @property
    def size(self) -> int:
        """How many there are."""

    def __getitem__(self, index: SupportsIndex, /) -> Number: ...

    def __iter__(self) -> Iterator[Number]: ...

    def __setitem__(self, index: SupportsIndex | slice, number: Number, /) -> None: ...


class Records(np.recarray[Any, Any], Generic[Record]):
    """A record array whose elements have the fields of `Record`; a name for annotations, of which there are none."""

    @overload  # type: ignore[override]
    def __getitem__(self, index: int | np.integer[Any], /) -> Record: ...

    @overload
    def __getitem__(self, index: slice, /) -> Records[Record]: ...

    @overload
    def __getitem__(self, index: str | np.ndarray[Any, Any], /) -> np.ndarray[Any, Any]: ...

    def __getitem__(self, index: Any, /) -> Any:
        """Return an element, some of them, or one field of all."""
        return super().__getitem__(index)


def copy_of(records: Array) -> Array:
    """Return a copy of an array of records, as bytes: NumPy copies them field by field, in many times as long."""
    array: np.ndarray[Any, Any] = records
    return cast("Array", array.view(np.ndarray).view(np.uint8).copy().view(array.dtype).view(type(array)))


def records_of(array: np.ndarray[Any, Any], _: type[Record]) -> Records[Record]:
    """Return an array of records as one whose elements have the fields of a class."""
    return cast("Records[Record]", array.view(np.recarray))
