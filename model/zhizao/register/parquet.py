"""Parquet files, looked at before they are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zhizao.errors import InputError
from zhizao.register.columns import header_of
from zhizao.register.sheet import Sheet, check_size, sheet_of
from zhizao.register.text import clean, shown
from zhizao.register.words import NOWHERE, Located, quoted, refused, say

__all__ = ["read_parquet"]

_AT_ONCE = 65_536
_LONGEST_FOOTER = 16_000_000


def _check_sizes(parquet: Any, names: list[str]) -> None:
    metadata = parquet.metadata
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    check_size("register_columns", metadata.num_columns)
    for rows in (metadata.num_rows, sum(group.num_rows for group in groups)):
        check_size("register_rows", rows)
        check_size("register_cells", rows * len(names))
    columns = [group.column(number) for group in groups for number in range(group.num_columns)]
    wanted = [column for column in columns if column.path_in_schema in names]
    check_size("register_unpacked_bytes", sum(column.total_uncompressed_size for column in wanted))
    for column in wanted:  # a dictionary of few rows and many bytes holds texts that are too long
        share = column.total_uncompressed_size // max(column.num_values, 1)
        check_size("register_cell_characters", share // 4)


def _check_types(fields: list[Any]) -> list[str]:
    """Return the columns of text; refuse those that hold anything but text, numbers, yes or no, or dates."""
    import pyarrow as pa  # here, because it is heavy

    texts, problems = [], []
    plain = (
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_boolean,
        pa.types.is_decimal,
        pa.types.is_null,
        pa.types.is_date,
        pa.types.is_timestamp,
    )
    for item in fields:
        inner = item.type.value_type if pa.types.is_dictionary(item.type) else item.type
        if pa.types.is_string(inner) or pa.types.is_large_string(inner):
            texts.append(item.name)
        elif not any(test(inner) for test in plain):
            problems.append(Located.of("", NOWHERE, quoted(item.name), say("nested", what=shown(str(item.type)))))
    if problems:
        raise InputError(problems)
    return texts


def _texts(column: Any) -> list[str]:
    """Return a column as texts; a word that occurs in many rows is kept once."""
    import pyarrow as pa  # here, because it is heavy

    texts: list[str] = []
    for chunk in column.chunks:
        if pa.types.is_dictionary(chunk.type):
            words = [*chunk.dictionary.cast(pa.string()).to_pylist(), None]
            check_size("register_cell_characters", max((len(word) for word in words if word), default=0))
            places = chunk.indices.fill_null(len(words) - 1).to_pylist()
            texts += [words[place] or "" for place in places]
        else:
            texts += chunk.cast(pa.string()).fill_null("").to_pylist()
    return texts


def read_parquet(file: Path) -> Sheet:
    """Read the columns of a Parquet file that a register knows; the others give their names only.

    Raises
    ------
    InputError
        If it exceeds a limit, or a column that is needed holds structures or bytes.
    """
    import pyarrow.parquet  # here, because it is heavy

    with file.open("rb") as stream:
        stream.seek(-8, 2)
        footer, mark = int.from_bytes(stream.read(4), "little"), stream.read(4)
    if mark == b"PAR1" and _LONGEST_FOOTER < footer < file.stat().st_size:
        check_size("register_unpacked_bytes", footer * 100)  # what describes the table would take that much by itself
    # opened here, since the library takes no names that are not UTF-8
    with file.open("rb") as stream, pyarrow.parquet.ParquetFile(stream, page_checksum_verification=True) as parquet:
        schema = parquet.schema_arrow
        wanted = [item for item in schema if header_of(clean(item.name))]
        names = [item.name for item in wanted]
        if not names:
            raise refused("no names")
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise refused("twice", rows=[1], column=quoted(twice))
        _check_sizes(parquet, names)
        texts = _check_types(wanted)
        count = parquet.metadata.num_rows
    options = {"page_checksum_verification": True, "read_dictionary": texts}
    with file.open("rb") as stream, pyarrow.parquet.ParquetFile(stream, **options) as parquet:
        table = parquet.read(columns=names, use_threads=False)
    return sheet_of([[name, *(_texts(table[name]) if name in names else [""] * count)] for name in schema.names])
