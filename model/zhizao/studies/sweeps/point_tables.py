"""Tables of points (CSV or Parquet): their size is checked before they are loaded, and no row is left out silently."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhizao.bounded_tables import check_parquet, check_texts
from zhizao.errors import InputError, printable
from zhizao.limits import check_limit, read_bytes
from zhizao.studies.sweeps.design import beside
from zhizao.studies.sweeps.factors import Value

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["table_points"]

_PACKED = (".gz", ".bz2", ".xz", ".zip", ".zst", ".tar")


def table_points(design: Path, name: str) -> tuple[dict[str, Value], ...]:
    """Read a table of points: a column for each factor.

    Parameters
    ----------
    design
        The file of the design, beside which the table is.
    name
        The name that the design gives.

    Raises
    ------
    InputError
        If the table cannot be read, exceeds a limit, or has rows that do not fit its header.
    """
    problems: list[str] = []
    file = beside(design, name, "sample.file", problems)
    if problems:
        raise InputError([f"{design.name}: {line}" for line in problems])
    if file.suffix.lower() in _PACKED:
        raise InputError(f"{file}: is a packed file; unpack it, and name the CSV or Parquet file in it")
    table = _parquet(file) if file.suffix == ".parquet" else _csv(file)
    if table.empty:
        raise InputError(f"{file}: holds no points; add rows below the names of the columns")
    rows = table.to_dict("records")
    return tuple({str(key): _plain(value) for key, value in row.items()} for row in rows)


def _plain(value: Any) -> Value:
    return value if isinstance(value, str) else float(value)


def _csv(file: Path) -> pd.DataFrame:
    import pandas as pd  # here, because it is heavy

    content = read_bytes(file, "table_bytes", str(file))
    check_limit("table_cells", content.count(b",") + content.count(b"\n"), str(file))
    _check_rows(content, file)
    try:
        return pd.read_csv(io.BytesIO(content), index_col=False)
    except (OSError, ValueError, OverflowError) as error:
        raise InputError(f"{file}: cannot be read as a table ({printable(str(error), 100)}); correct it") from error


def _check_rows(content: bytes, file: Path) -> None:
    """Refuse rows that are longer or shorter than the header, and cells that are too long; text is decoded by lines."""
    header: list[str] = []
    problems: list[str] = []
    count = 0
    lines = csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline=""), strict=True)
    try:
        for row in lines:
            if not row:
                continue
            if not header:
                header = row
                check_limit("table_columns", len(header), str(file))
                continue
            count += 1
            if len(row) != len(header) and len(problems) < 20:
                problems.append(
                    f"{file}, line {lines.line_num}: has {len(row):,} cells, the header has {len(header):,}; "
                    "give each value a named column, and put values that hold a comma in quotes"
                )
    except csv.Error as error:
        raise InputError(f"{file}, line {lines.line_num}: cannot be split into cells ({error}); correct it") from None
    except UnicodeDecodeError:
        raise InputError(f"{file}: is not text in UTF-8 (near line {lines.line_num}); save it as 'CSV UTF-8'") from None
    check_limit("table_rows", count, str(file))
    if problems:
        raise InputError(problems)


def _parquet(file: Path) -> pd.DataFrame:
    import pyarrow as pa  # here, because it is heavy
    from pyarrow import parquet

    content = read_bytes(file, "table_bytes", str(file))
    try:
        with parquet.ParquetFile(io.BytesIO(content)) as source:
            texts = check_parquet(source, str(file), rows="table_rows", cells="table_cells")
        with parquet.ParquetFile(io.BytesIO(content), read_dictionary=texts) as source:
            table = source.read(use_threads=False)
        table.validate(full=True)
        check_texts(table, str(file))
        found: pd.DataFrame = table.to_pandas(use_threads=False)
    except InputError:
        raise
    except (OSError, ValueError, LookupError, TypeError, NotImplementedError, pa.ArrowException) as error:
        raise InputError(f"{file}: cannot be read as a table ({printable(str(error), 100)}); correct it") from error
    words = found.select_dtypes("category").columns
    return found.astype(dict.fromkeys(words, object))
