"""Results on disk: tidy tables and `run.json`, the record of what made them.

A folder is whole or it is refused: all files of a result take their places at once, the record holds the SHA-256 of
every table and its own checksum, and only files that a record of ours names are ever replaced or removed. Nothing in
such a folder is ever run.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhizao.errors import InputError, Message
from zhizao.files import make_folder
from zhizao.results.same_study import study_differences
from zhizao.results.shown import html_table, listed
from zhizao.results.sweep_manifest import MANIFEST
from zhizao.results.sweep_store import SweepStore, open_store
from zhizao.results.table_files import TableForm, table_bytes, table_in
from zhizao.storage.checksum import json_text, sealed_record, sha256
from zhizao.storage.together import JOURNAL, Snapshot, writer
from zhizao.storage.whole import cannot_be_written, changed_since, not_ours

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FORMAT",
    "RECORD",
    "TABLES",
    "Stored",
    "earlier_results",
    "prepare_folder",
    "read",
    "read_study",
    "refuse_foreign",
    "refuse_inputs",
    "refuse_other_study",
    "result_files",
    "write_results",
]

FORMAT = 1
"""The format of folders of results that this version writes and reads."""
RECORD = "run.json"
TABLES: tuple[str, ...] = (
    "series",
    "outcomes",
    "variables",
    "summary",
    "subsidy_account",
    "groups",
    "ranks",
    "monthly",
    "parameters",
    "codebook",
)
"""Names of the tables of a run or a comparison."""

_TIDY = ("scenario", "draw", "seed", "month", "group", "variable", "value")
_MAIN = {"run": "series", "comparison": "outcomes"}
_MOST_TABLES = 1000
_TABLE_NAME = re.compile(r"[a-z][a-z0-9_]*\.(parquet|csv)", re.ASCII)
_TABLE_FILES = tuple(f"{name}.{form}" for name in TABLES for form in ("parquet", "csv"))
_PATIENCE = 10.0
"""Seconds for which a reader tries again while somebody replaces the results again and again."""
_CLOCK_TICK = 0.02
"""Seconds after which a file written again certainly has another time: file systems count in steps of 4 to 10 ms."""


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

    def __repr__(self) -> str:
        return f"<Stored {self.kind} with the tables {listed(self.tables, 12)}; see .to_frame(), .record>"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.tables["summary" if "summary" in self.tables else _MAIN[self.kind]])

    def to_frame(self) -> pd.DataFrame:
        """Return the main table: scenario, draw, seed, month, group, variable, value."""
        return self.tables[_MAIN[self.kind]]


def result_files(
    record: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], form: TableForm = "parquet"
) -> dict[str, bytes]:
    """Return what every file of a folder of results holds: the tables, and the record that names them.

    Parameters
    ----------
    record
        What made the results: the kind, the settings, the inputs.
    tables
        Tables by name, of those in `TABLES`.
    form
        ``parquet`` or ``csv``.
    """
    files = {f"{name}.{form}": table_bytes(table, form) for name, table in tables.items()}
    outputs = {name: sha256(content) for name, content in files.items()}
    whole = sealed_record({"format": FORMAT, "program": "zhizao", **record, "outputs": outputs})
    return {**files, RECORD: json_text(whole).encode()}


def write_results(
    folder: str | Path,
    record: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    form: TableForm = "parquet",
    *,
    replace: bool = False,
) -> Path:
    """Write tables and their record into a folder, all at once; return the folder.

    Parameters
    ----------
    folder
        A new or empty folder, or one that holds earlier results of the same study, which are replaced.
    record, tables, form
        As for `result_files`.
    replace
        Whether the results of another study are replaced as well.

    Raises
    ------
    InputError
        If the folder holds something else, or cannot be written.
    """
    folder = prepare_folder(folder)
    if not replace:
        refuse_other_study(folder, record)
    try:
        files = result_files(record, tables, form)
        with writer(folder) as place:
            earlier = earlier_results(folder)
            refuse_foreign(folder, [name for name in files if name not in earlier])
            place.put(files, {name: digest for name, digest in earlier.items() if name not in files})
    except OSError as error:
        raise cannot_be_written(folder, error, "folder") from error
    return folder


def refuse_other_study(folder: str | Path, record: Mapping[str, Any]) -> None:
    """Refuse a folder that holds another study than that of a record; it need not be there.

    Raises
    ------
    InputError
        Naming what differs, and what to do.
    """
    folder = Path(folder)
    snapshot = Snapshot(folder)
    if not folder.is_dir() or not snapshot.holds(RECORD):
        return
    if differ := study_differences(_read_record(folder, snapshot), record):
        raise InputError(
            f"{folder}: holds another study ({', '.join(differ)}); name another folder, or replace it with --replace "
            "(in Python: replace=True)"
        )


def prepare_folder(folder: str | Path, inputs: Sequence[str | Path | None] = ()) -> Path:
    """Make a folder for results, or find out early that it cannot be one.

    Parameters
    ----------
    inputs
        Files that the study reads, which must not be among those that it writes.

    Raises
    ------
    InputError
        If it holds something else than results, if what it holds was changed since it was written, if an input would
        be written over, or if it cannot be made or written to.
    """
    folder = Path(folder)
    try:
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder}: is a file; name a folder for the results")
        make_folder(folder)
        others = any(not path.name.startswith(".") for path in folder.iterdir())
        refuse_inputs([folder / name for name in (RECORD, *_TABLE_FILES)], inputs)
        earlier = earlier_results(folder)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise cannot_be_written(folder, error, "folder") from error
    if others and not earlier:
        raise InputError(
            Message(
                f"{folder}: holds other files and no results; name a new or empty folder",
                f"{folder}：其中有其他文件而没有结果；请指定新的或空的文件夹",
            )
        )
    if not os.access(folder, os.W_OK):
        raise InputError(f"{folder}: cannot be written (permission denied); name another folder")
    return folder


def earlier_results(folder: Path) -> dict[str, str]:
    """Return the files of earlier results in a folder, with the SHA-256 that each of them has.

    Raises
    ------
    InputError
        If there is a record that zhizao has not written, or a file was changed since: neither is to be lost.
    """
    snapshot = Snapshot(folder)
    if not snapshot.holds(RECORD):
        return {}
    record = _read_record(folder, snapshot)
    outputs = {name: str(digest) for name, digest in record["outputs"].items()}
    if changed := snapshot.changed(outputs):
        raise InputError([changed_since(folder / name) for name in changed])
    there = {name: digest for name, digest in outputs.items() if snapshot.holds(name)}
    return {**there, RECORD: sha256(snapshot.read(RECORD))}


def refuse_foreign(folder: Path, names: Iterable[str]) -> None:
    """Refuse to write over files that no record names.

    Raises
    ------
    InputError
        If there are any.
    """
    if foreign := [name for name in names if os.path.lexists(folder / name)]:
        raise InputError([not_ours(folder / name) for name in foreign])


def refuse_inputs(outputs: Iterable[str | Path | None], inputs: Iterable[str | Path | None]) -> None:
    """Refuse to write over a file that is read.

    Parameters
    ----------
    outputs, inputs
        Files that will be written, and files that will be read; what is None or not there is left out.

    Raises
    ------
    InputError
        If a file is both.
    """
    read = [Path(path) for path in inputs if path is not None]
    for output in (Path(path) for path in outputs if path is not None):
        if any(_same_file(output, path) for path in read):
            raise InputError(
                Message(
                    f"{output}: is an input and would be overwritten; name another file or folder",
                    f"{output}：既是输入又会被覆盖；请指定另一个文件或文件夹",
                )
            )


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


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
        one that the record names.
    """
    folder = Path(path)
    if folder.name == RECORD:
        folder = folder.parent
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        before = _stamp(folder)
        with contextlib.suppress(InputError):
            return _read_study(folder)
        time.sleep(_CLOCK_TICK)
        if _stamp(folder) == before:
            break  # it is as it is: nobody is replacing it just now
    return _read_study(folder)


def _stamp(folder: Path) -> tuple[bool, int, int]:
    """Return what changes when results are replaced, also by such as were there before: each is a new file."""
    with contextlib.suppress(OSError):
        record = os.stat(folder / RECORD)
        return os.path.lexists(folder / JOURNAL), record.st_ino, record.st_mtime_ns
    return os.path.lexists(folder / JOURNAL), 0, 0


def _read_study(folder: Path) -> Stored:
    try:
        snapshot = Snapshot(folder)
        record = _read_record(folder, snapshot)
        tables = {name.rpartition(".")[0]: _read_table(folder, name, record, snapshot) for name in record["outputs"]}
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


def _read_record(folder: Path, snapshot: Snapshot) -> dict[str, Any]:
    file = folder / RECORD
    if not snapshot.holds(RECORD):
        if os.path.lexists(file):
            raise InputError(f"{file}: is not a record of zhizao; name a folder that --out has written")
        raise InputError(f"{folder}: holds no {RECORD}; name a folder that --out has written")
    record = snapshot.record(RECORD, "run the study again into another folder")
    if not isinstance(record, dict) or record.get("program") != "zhizao":
        raise InputError(f"{file}: is not a record of zhizao; name a folder that --out has written")
    found = record.get("format")
    if type(found) is not int or found != FORMAT:
        raise InputError(
            f"{file}: format is {repr(found)[:40]}; this version reads {FORMAT}, use the one that wrote it"
        )
    outputs, kind = record.get("outputs"), record.get("kind")
    if not isinstance(outputs, dict) or len(outputs) > _MOST_TABLES or not isinstance(kind, str) or kind not in _MAIN:
        raise InputError(f"{file}: is damaged (kind or outputs); run the study again")
    if wrong := [name for name in outputs if not _TABLE_NAME.fullmatch(str(name))]:
        raise InputError(f"{file}: {repr(wrong[0])[:40]} is not a name of a table; run the study again")
    return record


def _read_table(folder: Path, name: str, record: Mapping[str, Any], snapshot: Snapshot) -> pd.DataFrame:
    file = folder / name
    if not snapshot.holds(name):
        raise InputError(f"{file}: is missing; run the study again")
    content = snapshot.read(name)
    if sha256(content) != record["outputs"][name]:
        raise InputError(f"{file}: is not the table that {RECORD} names; run the study again")
    return table_in(file, content)
