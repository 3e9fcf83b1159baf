"""Sizes of Parquet tables, checked from their metadata before anything is loaded."""

from __future__ import annotations

from typing import Any

from zhizao.errors import InputError, printable
from zhizao.limits import check_limit

__all__ = ["check_parquet", "check_texts", "plain_texts"]


def check_parquet(source: Any, label: str, *, rows: str, cells: str, unpacked: str = "unpacked_bytes") -> list[str]:
    """Check an open `pyarrow.parquet.ParquetFile`; return the names of its columns of text.

    Read those columns with ``read_dictionary``: a word that occurs in a million rows is then kept once.

    Parameters
    ----------
    label
        What messages call the file.
    rows, cells, unpacked
        The limits of its rows, of its cells, and of its bytes once unpacked.

    Raises
    ------
    InputError
        If a limit is exceeded, two columns have one name, or a column holds anything but numbers, yes or no, or text.
    """
    metadata = source.metadata
    check_limit("table_columns", metadata.num_columns, label)
    check_limit(rows, metadata.num_rows, label)
    check_limit(cells, metadata.num_rows * metadata.num_columns, label)
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    check_limit(rows, sum(group.num_rows for group in groups), label)
    check_limit(unpacked, sum(group.total_byte_size for group in groups), label)
    columns = (group.column(number) for group in groups for number in range(group.num_columns))
    check_limit(unpacked, sum(column.total_uncompressed_size for column in columns), label)
    schema = source.schema_arrow
    names = schema.names
    if twice := {name for name in names if names.count(name) > 1}:
        raise InputError(f"{label}: two columns are called '{printable(min(twice), 60)}'; rename one")
    problems = [
        f"{label}, column '{printable(field.name, 60)}': holds {printable(str(field.type), 60)}; "
        "give numbers or text, one value a cell"
        for field in schema
        if not (_is_text(field.type) or _is_number(field.type))
    ]
    if problems:
        raise InputError(problems[:20])
    return [field.name for field in schema if _is_text(field.type)]


def check_texts(table: Any, label: str) -> None:
    """Refuse texts of a loaded `pyarrow.Table` that are longer than a cell may hold.

    Raises
    ------
    InputError
        Naming the first column with such a text.
    """
    import pyarrow.compute as pc  # here, because it is heavy

    for name, column in zip(table.column_names, table.columns, strict=True):
        if _is_text(column.type):
            for chunk in column.chunks:
                words = chunk.dictionary if hasattr(chunk, "dictionary") else chunk
                longest = pc.max(pc.utf8_length(words)).as_py() if len(words) else 0
                check_limit("cell_characters", longest or 0, f"{label}, column '{printable(name, 60)}'")


def plain_texts(table: Any, label: str, unpacked: str) -> Any:
    """Return a `pyarrow.Table` whose texts were read with ``read_dictionary`` with plain texts instead.

    Parameters
    ----------
    unpacked
        The limit of the bytes that the texts of a column may take then.

    Raises
    ------
    InputError
        If they would take more.
    """
    import pyarrow as pa  # here, because it is heavy
    import pyarrow.compute as pc

    for place, (name, column) in enumerate(zip(table.column_names, table.columns, strict=True)):
        if pa.types.is_dictionary(column.type) and _is_text(column.type):
            longest = max((pc.max(pc.binary_length(part.dictionary)).as_py() or 0 for part in column.chunks), default=0)
            check_limit(unpacked, longest * len(column), f"{label}, column '{printable(name, 60)}'")
            table = table.set_column(place, name, column.cast(column.type.value_type))
    return table


def _is_text(kind: Any) -> bool:
    import pyarrow as pa  # here, because it is heavy

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_number(kind: Any) -> bool:
    import pyarrow as pa  # here, because it is heavy

    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_decimal)
    return any(test(kind) for test in tests)
