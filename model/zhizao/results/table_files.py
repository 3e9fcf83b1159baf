"""One table as a file, Parquet or CSV: numbers come back to the last bit from either."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from zhizao.bounded_tables import check_parquet, plain_texts
from zhizao.errors import InputError
from zhizao.results.csv_form import BYTE_ORDER_MARK, changed_texts, clean_text, csv_bytes, original_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TableForm", "table_bytes", "table_in"]

TableForm = Literal["parquet", "csv"]
_TEXTS = (
    "scenario",
    "month",
    "group",
    "variable",
    "outcome",
    "unit",
    "name",
    "english",
    "chinese",
    "kind",
    "instrument",
    "line",
    "table",
    "label_en",
    "label_zh",
    "missing",
    "missing_zh",
    "key",
)
_LIMITS = {"rows": "result_rows", "cells": "result_cells", "unpacked": "result_unpacked_bytes"}


def table_bytes(table: pd.DataFrame, form: TableForm) -> bytes:
    """Return what the file of a table holds."""
    if form == "csv":
        return csv_bytes(table)
    content: bytes = changed_texts(table, clean_text).to_parquet(None, index=False, write_page_checksum=True)
    return content


def table_in(file: Path, content: bytes) -> pd.DataFrame:
    """Return a table; numbers come back to the last bit from either form."""
    import pyarrow as pa  # here, because it is heavy
    from pyarrow import csv, parquet

    try:
        if file.suffix == ".csv":
            kinds = {name: pa.string() for name in _TEXTS}
            kinds |= {"seed": pa.uint64(), "draw": pa.int64(), "value": pa.float64()}
            found = csv.read_csv(
                pa.py_buffer(content),
                csv.ReadOptions(use_threads=False),
                convert_options=csv.ConvertOptions(column_types=kinds),
            )
        else:
            with parquet.ParquetFile(pa.BufferReader(content)) as source:
                words = check_parquet(source, str(file), **_LIMITS)
            found = parquet.ParquetFile(pa.BufferReader(content), read_dictionary=words).read(use_threads=False)
            found = plain_texts(found, str(file), _LIMITS["unpacked"])
        found.validate(full=True)  # texts too: bytes that are none would only be noticed when they are sorted
        table: pd.DataFrame = found.to_pandas(use_threads=False)
        if file.suffix == ".csv" and content.startswith(BYTE_ORDER_MARK.encode("utf-8")):  # not before 2.0
            table = changed_texts(table, original_text)
    except InputError:
        raise
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError) as error:
        raise InputError(f"{file}: cannot be read as a table; run the study again") from error
    return table
