"""The parts of a sweep's store: made, sealed and read.

A part is a Parquet file of scalars, and one of series where the sweep keeps them. The footer of the scalars holds the
seal of both: which part of which sweep it is, size and SHA-256 of the series, and the SHA-256 of the file itself (with
zeros in place of that). So the rename that puts the scalars in place also says what the whole part is, and a
changed byte anywhere is noticed. Parts of version 1.0 have no seal; what they hold is compared with the manifest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.calendar import month_names
from zhizao.errors import InputError, Message
from zhizao.results.sweep_manifest import Shape
from zhizao.storage.checksum import sha256

__all__ = ["ERROR", "KEYS", "Seal", "read_scalars", "read_series", "scalar_bytes", "seal_of", "sealed", "series_bytes"]

ERROR = "error"
"""The column that says what went wrong with a run; empty if nothing did."""
KEYS = ("run", "point", "draw", "scenario", "seed")
"""Columns of the scalars that say which run a row is of."""
_TEXT_KEYS = ("scenario", ERROR)
_SEAL = "part={:08d} sweep={} series={} bytes={:012d} sha256={}"
_SEALED = re.compile(rb"part=(\d{8}) sweep=([0-9a-f]{64}) series=([0-9a-f]{64}) bytes=(\d{12}) sha256=([0-9a-f]{64})")
_NONE = "0" * 64
_SEAL_KEY = "zhizao.seal"
_OPEN_SEAL = _SEAL.format(0, _NONE, _NONE, 0, _NONE).encode()
_BYTES_A_VALUE = 100
_FIX = "give the sweep's command again, which makes this part again"


@dataclass(frozen=True)
class Seal:
    """What the seal of a part says of its series: their SHA-256 and how many bytes they have."""

    series: str
    size: int


# ----------------------------------------------------------------------------------------------------- making


def scalar_bytes(columns: Mapping[str, Any]) -> bytes:
    """Return the table of scalars as Parquet: one row for each run. It has room for a seal."""
    import pyarrow as pa  # here, because it is heavy

    arrays = {name: pa.array(values) for name, values in columns.items()}
    for name in _TEXT_KEYS:
        arrays[name] = arrays[name].dictionary_encode()
    texts = [name for name, array in arrays.items() if not _is_number(array.type)]
    table = pa.table(arrays).replace_schema_metadata({_SEAL_KEY: _OPEN_SEAL})
    return _parquet(table, keys=[*KEYS, *texts])


def series_bytes(runs: NDArray[np.int64], months: int, monthly: Mapping[str, FloatArray]) -> bytes:
    """Return monthly series as Parquet: one row for each run and month.

    Parameters
    ----------
    runs
        Numbers of the runs.
    months
        Months of each run.
    monthly
        Series by name, the months of the first run first.
    """
    import pyarrow as pa  # here, because it is heavy

    names = pa.array(month_names(months))
    places = pa.array(np.tile(np.arange(months, dtype=np.int32), runs.size))
    keys = {"run": pa.array(np.repeat(runs, months)), "month": pa.DictionaryArray.from_arrays(places, names)}
    return _parquet(pa.table(keys | {name: pa.array(values) for name, values in monthly.items()}), keys=list(keys))


def _parquet(table: Any, keys: Sequence[str]) -> bytes:
    """Return a table as Parquet, in the encodings that measured best: keys by dictionary, numbers by byte streams."""
    import pyarrow as pa  # here, because it is heavy
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    numbers = [name for name in table.column_names if name not in keys and _is_number(table.schema.field(name).type)]
    parquet.write_table(
        table,
        sink,
        compression="zstd",
        compression_level=1,
        use_dictionary=list(dict.fromkeys(keys)),
        use_byte_stream_split=numbers,
        write_page_checksum=True,
    )
    return bytes(sink.getvalue())


def sealed(scalars: bytes, series: bytes, part: int, shape: Shape) -> bytes:
    """Return the scalars of a part with the seal of the whole part.

    Parameters
    ----------
    scalars, series
        What `scalar_bytes` and `series_bytes` gave; no bytes where no series are kept.
    """
    place = scalars.rfind(_OPEN_SEAL)
    if place < 0:
        raise ValueError("the scalars have no room for a seal; they must be made by scalar_bytes")
    before, after = scalars[:place], scalars[place + len(_OPEN_SEAL) :]
    sweep, digest = shape.checksum or _NONE, sha256(series)
    text = _SEAL.format(part, sweep, digest, len(series), _NONE).encode()
    return before + _SEAL.format(part, sweep, digest, len(series), sha256(before + text + after)).encode() + after


# ---------------------------------------------------------------------------------------------------- reading


def seal_of(scalars: bytes, file: Path, part: int, shape: Shape) -> Seal | None:
    """Return the seal of a part if it fits the scalars, the part and the sweep; None for parts of version 1.0.

    Raises
    ------
    InputError
        If it does not fit, or is missing where the manifest has a checksum.
    """
    found = None
    for found in _SEALED.finditer(scalars):  # noqa: B007  # the last one; there is only one but by malice
        pass
    if found is None:
        if shape.checksum:
            raise _damaged(file)
        return None
    number, sweep, series, size, digest = (group.decode() for group in found.groups())
    hashed = hashlib.sha256(memoryview(scalars)[: found.start(5)])
    hashed.update(_NONE.encode())
    hashed.update(memoryview(scalars)[found.end(5) :])
    if hashed.hexdigest() != digest:
        raise _damaged(file)
    if int(number) != part or sweep != (shape.checksum or _NONE):
        raise InputError(f"{file}: is part {int(number)} of another sweep, or has another name; {_FIX}")
    return Seal(series=series, size=int(size))


def read_scalars(content: bytes, file: Path, part: int, shape: Shape, columns: Sequence[str] | None = None) -> Any:
    """Return the table of scalars of a part whose seal has been checked.

    Raises
    ------
    InputError
        If it is not what the manifest says.
    """
    wanted = {
        **dict.fromkeys(KEYS, "number"),
        **dict.fromkeys(shape.inputs, "input"),
        **dict.fromkeys(shape.outcomes, "float"),
        "scenario": "text",
        ERROR: "text",
    }
    runs = shape.runs(part)
    read = None if columns is None else list(dict.fromkeys([*KEYS[:4], *columns]))
    table = _table(content, file, wanted, runs.size, read)
    for name, expected in shape.keys(part).items():
        found = table[name].combine_chunks()
        if name == "scenario":
            expected = np.array(shape.scenarios, dtype=object)[expected]
            same = found.to_pylist() == expected.tolist()
        else:
            same = not found.null_count and np.array_equal(found.to_numpy(zero_copy_only=False), expected)
        if not same:
            raise InputError(f"{file}: holds other runs than its name says (column {name}); {_FIX}")
    for name in (name for name in table.column_names if name in shape.inputs):
        if not _is_known(table[name]):
            raise InputError(f"{file}: column {name} must hold a finite number or a word in every row; {_FIX}")
    return table if columns is None else table.select(list(columns))


def read_series(
    content: bytes, file: Path, part: int, shape: Shape, seal: Seal | None, columns: Sequence[str] | None = None
) -> Any:
    """Return the table of series of a part.

    Raises
    ------
    InputError
        If it is not what the seal of the part and the manifest say.
    """
    if seal is not None and (len(content) != seal.size or sha256(content) != seal.series):
        raise _damaged(file)
    wanted = {"run": "number", "month": "text", **dict.fromkeys(shape.series, "float")}
    runs, months = shape.runs(part), shape.months
    read = None if columns is None or seal is not None else list(dict.fromkeys(["run", "month", *columns]))
    table = _table(content, file, wanted, runs.size * len(months), read if seal is None else columns)
    if seal is None:  # otherwise its bytes are known to be right
        same = np.array_equal(table["run"].to_numpy(), np.repeat(runs, len(months)))
        if not same or table["month"].to_pylist() != list(months) * runs.size:
            raise InputError(f"{file}: holds other runs or months than its name says; {_FIX}")
    return table if columns is None else table.select(list(columns))


def _damaged(file: Path) -> InputError:
    return InputError(
        Message(
            f"{file}: is damaged or was changed (its checksum does not match); {_FIX}",
            f"{file}：已损坏或被改动（校验和不符）；请重复原命令，该部分会重新运行",
        )
    )


def _table(content: bytes, file: Path, wanted: Mapping[str, str], rows: int, columns: Sequence[str] | None) -> Any:
    """Return columns of a Parquet file that has just the columns wanted, in their order, and this many rows."""
    import pyarrow as pa  # here, because it is heavy
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(pa.BufferReader(content), page_checksum_verification=True) as part:
            problem = next(_problems(part, wanted, rows), None)
            found = part.read(columns=columns, use_threads=False) if problem is None else None
        if found is not None:
            found.validate(full=True)  # damaged text and words that are in no list, which reading does not notice
    except (OSError, ValueError, MemoryError, pa.ArrowException) as error:
        raise InputError(f"{file}: cannot be read; {_FIX}") from error
    if problem is not None:
        raise InputError(f"{file}: {problem}; {_FIX}")
    return found


def _problems(part: Any, wanted: Mapping[str, str], rows: int) -> Iterator[str]:
    """Yield what is wrong with a Parquet file, before it is read."""
    schema = part.schema_arrow
    names = list(schema.names)
    if names != list(wanted):
        odd = next((name for name in (*names, *wanted) if names.count(name) != 1 or name not in wanted), "their order")
        yield f"its columns are not those of the sweep ({odd[:60]!r})"
        return
    for name, kind in wanted.items():
        if not _fits(schema.field(name).type, kind):
            yield f"column {name} is of another kind ({str(schema.field(name).type)[:60]})"
    if part.metadata.num_rows != rows:
        yield f"holds {part.metadata.num_rows:,} rows instead of {rows:,}"
    groups = (part.metadata.row_group(number) for number in range(part.metadata.num_row_groups))
    if sum(group.total_byte_size for group in groups) > _BYTES_A_VALUE * rows * len(names) + 1_000_000:
        yield "would be far larger in memory than any part"


def _fits(kind: Any, wanted: str) -> bool:
    import pyarrow as pa  # here, because it is heavy

    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    text = bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))
    if wanted == "text":
        return text
    if wanted == "input":
        return text or _is_number(kind)
    return bool(pa.types.is_float64(kind) if wanted == "float" else pa.types.is_integer(kind))


def _is_number(kind: Any) -> bool:
    import pyarrow as pa  # here, because it is heavy

    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _is_known(column: Any) -> bool:
    """Whether every row holds a finite number or a word."""
    if column.null_count:
        return False
    return not _is_number(column.type) or bool(np.isfinite(column.to_numpy().astype(np.float64)).all())
