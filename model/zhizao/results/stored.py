"""Results on disk: tidy tables and `run.json`, the record of what made them.

A folder is whole or it is refused: every file is written aside and put in place at once, the record last, and
the record holds a fingerprint of every table. Nothing in such a folder is ever run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from zhizao.errors import InputError
from zhizao.results.sweep_store import MANIFEST, SweepStore, open_store

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FORMAT",
    "RECORD",
    "Stored",
    "TableForm",
    "json_text",
    "prepare_folder",
    "read",
    "read_study",
    "write_results",
]

FORMAT = 1
"""The format of folders of results that this version writes and reads."""
RECORD = "run.json"
TableForm = Literal["parquet", "csv"]

_TIDY = ("scenario", "draw", "seed", "month", "group", "variable", "value")
_TEXTS = ("scenario", "month", "group", "variable", "outcome", "unit", "name", "english", "chinese", "kind")
_MAIN = {"run": "series", "comparison": "outcomes"}
_TABLE_NAME = re.compile(r"[a-z][a-z0-9_]*\.(parquet|csv)", re.ASCII)
_MAX_RECORD_BYTES = 100_000_000


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A folder of results that was read.

    Attributes
    ----------
    kind
        What made it: ``run`` or ``comparison``.
    record
        The contents of `run.json`.
    tables
        Every table by name, such as ``series``, ``outcomes`` or ``variables``.
    """

    kind: str
    record: dict[str, Any]
    tables: dict[str, pd.DataFrame]

    def to_frame(self) -> pd.DataFrame:
        """Return the main table: scenario, draw, seed, month, group, variable, value."""
        return self.tables[_MAIN[self.kind]]


def json_text(value: Any) -> str:
    """Return JSON with a new line at its end; numbers that JSON has no word for must be gone by now."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def write_results(
    folder: str | Path,
    record: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    form: TableForm = "parquet",
) -> Path:
    """Write tables and their record into a folder; return the folder.

    Parameters
    ----------
    folder
        A new or empty folder, or one that holds earlier results, which are replaced.
    record
        What made the results: the kind, the settings, the inputs.
    tables
        Tables by name.
    form
        ``parquet`` or ``csv``.

    Raises
    ------
    InputError
        If the folder holds something else, or cannot be written.
    """
    folder = prepare_folder(folder)
    try:
        outputs = {}
        for name, table in tables.items():
            file = folder / f"{name}.{form}"
            _write_aside(file, _table_writer(table, form))
            outputs[file.name] = _fingerprint(file)
        text = json_text({"format": FORMAT, "program": "zhizao", **record, "outputs": outputs})
        _write_aside(folder / RECORD, lambda path: path.write_text(text, encoding="utf-8"))
        _remove_old_tables(folder, outputs)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror or error}); name another folder") from error
    return folder


def prepare_folder(folder: str | Path) -> Path:
    """Make a folder for results, or find out early that it cannot be one.

    Raises
    ------
    InputError
        If it holds something else than results, or cannot be made or written to.
    """
    folder = Path(folder)
    try:
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder}: is a file; name a folder for the results")
        folder.mkdir(parents=True, exist_ok=True)
        others = any(not path.name.startswith(".") for path in folder.iterdir())
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or "its name cannot be a path"
        raise InputError(f"{folder}: cannot be written ({reason}); name another folder") from error
    if others and not (folder / RECORD).exists():
        raise InputError(f"{folder}: holds other files and no results; name a new or empty folder")
    if not os.access(folder, os.W_OK):
        raise InputError(f"{folder}: cannot be written (permission denied); name another folder")
    return folder


def _table_writer(table: pd.DataFrame, form: TableForm) -> Callable[[Path], object]:
    if form == "csv":
        return lambda path: table.to_csv(path, index=False, lineterminator="\n")
    return lambda path: table.to_parquet(path, index=False)


def _write_aside(file: Path, write: Callable[[Path], object]) -> None:
    """Write beside the file's place, then put it there at once."""
    aside = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        write(aside)
        os.replace(aside, file)
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def _remove_old_tables(folder: Path, outputs: Mapping[str, str]) -> None:
    """Take away tables of earlier results, which the new record does not know."""
    for path in folder.iterdir():
        if _TABLE_NAME.fullmatch(path.name) and path.name not in outputs:
            path.unlink()


def _fingerprint(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read(path: str | Path) -> Stored | SweepStore:
    """Read a folder of results: a run, a comparison, or a sweep, however far it is.

    Raises
    ------
    InputError
        If it is no such folder, was written by another version's format, or is damaged.
    """
    folder = Path(path)
    if folder.name == MANIFEST:
        folder = folder.parent
    return open_store(folder) if (folder / MANIFEST).is_file() else read_study(path)


def read_study(path: str | Path) -> Stored:
    """Read the folder of a run or a comparison, or its `run.json`.

    Raises
    ------
    InputError
        If it is not such a folder, if it was written by another version's format, or if a table is not the
        one that the record speaks of.
    """
    folder = Path(path)
    if folder.name == RECORD:
        folder = folder.parent
    try:
        record = _read_record(folder)
        tables = {name.rpartition(".")[0]: _read_table(folder, name, record) for name in record["outputs"]}
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror or error})") from error
    kind = str(record["kind"])
    if _MAIN[kind] not in tables:
        raise InputError(f"{folder / RECORD}: names no table '{_MAIN[kind]}'; run the study again")
    if tuple(tables[_MAIN[kind]].columns) != _TIDY:
        raise InputError(f"{folder}: its table '{_MAIN[kind]}' must have the columns {', '.join(_TIDY)}")
    if tables[_MAIN[kind]]["value"].dtype.kind != "f":
        raise InputError(f"{folder}: column value of its table '{_MAIN[kind]}' must hold numbers; run the study again")
    return Stored(kind=kind, record=record, tables=tables)


def _read_record(folder: Path) -> dict[str, Any]:
    file = folder / RECORD
    if not file.is_file():
        raise InputError(f"{folder}: holds no {RECORD}; name a folder that --out has written")
    if file.stat().st_size > _MAX_RECORD_BYTES:
        raise InputError(f"{file}: is larger than any record; name a folder that --out has written")
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: is not JSON; run the study again") from error
    if not isinstance(record, dict) or record.get("program") != "zhizao":
        raise InputError(f"{file}: is no record of zhizao; name a folder that --out has written")
    found = record.get("format")
    if type(found) is not int or found != FORMAT:
        raise InputError(
            f"{file}: format is {repr(found)[:40]}; this version reads {FORMAT}, use the one that wrote it"
        )
    outputs, kind = record.get("outputs"), record.get("kind")
    if not isinstance(outputs, dict) or not isinstance(kind, str) or kind not in _MAIN:
        raise InputError(f"{file}: is damaged (kind or outputs); run the study again")
    if wrong := [name for name in outputs if not _TABLE_NAME.fullmatch(str(name))]:
        raise InputError(f"{file}: {repr(wrong[0])[:40]} is no name of a table; run the study again")
    return record


def _read_table(folder: Path, name: str, record: Mapping[str, Any]) -> pd.DataFrame:
    file = folder / name
    if not file.is_file():
        raise InputError(f"{file}: is missing; run the study again")
    if _fingerprint(file) != record["outputs"][name]:
        raise InputError(f"{file}: is not the table that {RECORD} speaks of; run the study again")
    return _table_in(file)


def _table_in(file: Path) -> pd.DataFrame:
    """Read a table; numbers come back to the last bit from either form."""
    import pyarrow as pa  # here, because they are heavy
    from pyarrow import csv, parquet

    try:
        if file.suffix == ".csv":
            kinds = {name: pa.string() for name in _TEXTS}
            kinds |= {"seed": pa.uint64(), "draw": pa.int64(), "value": pa.float64()}
            found = csv.read_csv(file, convert_options=csv.ConvertOptions(column_types=kinds))
        else:
            found = parquet.read_table(file)
        found.validate(full=True)  # texts too: bytes that are none would only be noticed when they are sorted
        table: pd.DataFrame = found.to_pandas()
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError) as error:
        raise InputError(f"{file}: cannot be read as a table; run the study again") from error
    return table
