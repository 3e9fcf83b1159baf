"""The store of a sweep: a folder that only grows, readable at any moment, whole after any crash.

``sweep.json`` says what the sweep is. ``scalars/`` and ``series/`` hold one Parquet file for each chunk of runs,
written aside and put in place at once, the scalars last: a chunk is done when its scalars are there. A folder is of
one design, under one version of the model; another is refused. The same design gives the same files to the byte.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError
from zhizao.results.variables import FloatArray, month_names

try:
    import fcntl
except ImportError:  # not on Windows: nobody is kept from writing into one folder twice there
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ERROR",
    "MANIFEST",
    "StoreFullError",
    "SweepStatus",
    "SweepStore",
    "open_store",
    "scalar_bytes",
    "series_bytes",
]

FORMAT = 1
"""The format of stores that this version writes and reads."""
MANIFEST = "sweep.json"
ERROR = "error"
"""The column that says what went wrong with a run; empty if nothing did."""

_PART = re.compile(r"part-(\d{8})\.parquet", re.ASCII)
_KEYS = ("run", "point", "draw", "scenario", "seed")
_TEXT_KEYS = ("scenario", ERROR)
_MAX_MANIFEST_BYTES = 100_000_000
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StoreFullError(InputError):
    """There is no room for the next part; what is stored stays good."""


@dataclass(frozen=True, kw_only=True)
class SweepStatus:
    """How far a sweep is.

    Attributes
    ----------
    runs, done, failed
        Runs of the design, runs that are stored, and those of them that failed.
    size
        Bytes on disk.
    errors
        What went wrong, and in how many runs, the most frequent first.
    """

    runs: int
    done: int
    failed: int
    size: int
    errors: tuple[tuple[str, int], ...]

    @property
    def complete(self) -> bool:
        """Whether every run is stored."""
        return self.done == self.runs


@dataclass(frozen=True, kw_only=True)
class SweepStore:
    """A folder with the runs of one sweep, and its manifest."""

    folder: Path
    manifest: dict[str, Any]

    def chunks_done(self) -> set[int]:
        """Return the numbers of the chunks that are stored."""
        return {int(found[1]) for name in _names(self.folder / "scalars") if (found := _PART.fullmatch(name))}

    def put(self, chunk: int, scalars: bytes, series: bytes) -> None:
        """Store a chunk.

        Raises
        ------
        StoreFullError
            If there is no room.
        InputError
            If the folder cannot be written.
        """
        name = f"part-{chunk:08d}.parquet"
        if series:
            self._write(self.folder / "series" / name, series)
        self._write(self.folder / "scalars" / name, scalars)

    def _write(self, file: Path, content: bytes) -> None:
        aside = file.with_name(f".{file.name}.partial")
        try:
            with aside.open("wb") as stream:
                stream.write(content)
            aside.replace(file)
        except OSError as error:
            with contextlib.suppress(OSError):
                aside.unlink(missing_ok=True)
            if error.errno in _FULL:
                raise StoreFullError(f"{self.folder}: there is no room for more ({error.strerror})") from error
            raise InputError(f"{file}: cannot be written ({error.strerror})") from error

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Keep others from writing into the folder, and take away what a crash has left half-written.

        Raises
        ------
        InputError
            If somebody else is writing.
        """
        with (self.folder / ".lock").open("w") as lock:
            if fcntl is not None:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError as error:
                    raise InputError(
                        f"{self.folder}: another sweep is writing here; wait for it, or stop it"
                    ) from error
            for name in ("scalars", "series"):
                for left in (self.folder / name).glob(".*.partial"):
                    left.unlink(missing_ok=True)
            yield

    def status(self) -> SweepStatus:
        """Return how far the sweep is."""
        files = self._files("scalars")
        errors: dict[str, int] = {}
        done = 0
        for file in files:
            told = _read(file, [ERROR])[ERROR].to_pylist()
            done += len(told)
            for text in filter(None, told):
                errors[text] = errors.get(text, 0) + 1
        size = sum(file.stat().st_size for file in (*files, *self._files("series")))
        ordered = sorted(errors.items(), key=lambda item: (-item[1], item[0]))
        return SweepStatus(
            runs=int(self.manifest["runs"]), done=done, failed=sum(errors.values()), size=size, errors=tuple(ordered)
        )

    def scalars(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a row for each stored run, in order: what it is, its inputs, its outcomes, what went wrong.

        Parameters
        ----------
        columns
            The columns wanted; all of them if not given.
        """
        return self._table("scalars", columns)

    def series(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the monthly series of every stored run: run, month, and a column for each series.

        A million runs do not fit into memory: name the columns that are wanted, or read the folder with DuckDB or
        Polars.
        """
        if not self.manifest["columns"]["series"]:
            raise InputError(f"{self.folder}: its design keeps no series; set series = true and sweep again")
        return self._table("series", columns)

    def to_frame(self) -> pd.DataFrame:
        """Return every outcome of every run as a long table, in the month of the horizon.

        Its columns are run, point, draw, scenario, seed, month, group, variable and value.
        """
        keys = list(_KEYS)
        names = self.manifest["columns"]["outcomes"]
        found = self.scalars([*keys, *names]).melt(id_vars=keys, var_name="variable", value_name="value")
        found.insert(len(keys), "month", self.manifest["until"])
        found.insert(len(keys) + 1, "group", "all")
        return found

    def _files(self, table: str) -> list[Path]:
        return [self.folder / table / name for name in sorted(_names(self.folder / table)) if _PART.fullmatch(name)]

    def _table(self, table: str, columns: Sequence[str] | None) -> pd.DataFrame:
        import pyarrow as pa  # here, because it is heavy

        files = self._files(table)
        if not files:
            raise InputError(f"{self.folder}: holds no runs yet; sweep first")
        parts = [_read(file, columns) for file in files]
        found: pd.DataFrame = pa.concat_tables(parts).to_pandas()
        return found


def open_store(folder: str | Path, manifest: Mapping[str, Any] | None = None) -> SweepStore:
    """Open the store of a sweep; with a `manifest`, make it if the folder is new or empty.

    Raises
    ------
    InputError
        If the folder holds something else or another sweep, if its manifest is damaged, or if it cannot be written.
    """
    folder = Path(folder)
    if manifest is None:
        return SweepStore(folder=folder, manifest=_read_manifest(folder))
    wanted = {"format": FORMAT, "program": "zhizao", **manifest}
    text = json.dumps(wanted, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
        if MANIFEST in others:
            return SweepStore(folder=folder, manifest=_same(folder, json.loads(text)))
        if others:
            raise InputError(f"{folder}: holds other files and no sweep; name a new or empty folder")
        for name in ("scalars", "series"):
            (folder / name).mkdir(exist_ok=True)
        aside = folder / f".{MANIFEST}.partial"
        aside.write_text(text, encoding="utf-8")
        aside.replace(folder / MANIFEST)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or "its name cannot be a path"
        raise InputError(f"{folder}: cannot be written ({reason}); name another folder") from error
    return SweepStore(folder=folder, manifest=json.loads(text))


def _same(folder: Path, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest that is there, if it is of the same sweep under the same code."""
    found = _read_manifest(folder)
    if found == wanted:
        return found
    differ = [key for key in wanted if found.get(key) != wanted[key]]
    told = {
        "engine": "another version of the model, of Numba or of Python", "version": "another version of zhizao",
        "parameters": "other declared parameters", "inputs": "other scenario files, register or ensembles",
        "points": "other points (the design, SciPy or SALib has changed)", "design": "another design",
    }  # fmt: skip
    why = "; ".join(told[key] for key in told if key in differ) or ", ".join(differ)
    raise InputError(f"{folder}: holds a sweep with {why}; name another folder, or go back to what made this one")


def _read_manifest(folder: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    if not file.is_file():
        raise InputError(f"{folder}: holds no {MANIFEST}; name a folder that `zhizao sweep` has written")
    try:
        too_large = file.stat().st_size > _MAX_MANIFEST_BYTES
        found = None if too_large else json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: is not JSON; sweep again into a new folder") from error
    if not isinstance(found, dict) or found.get("program") != "zhizao" or found.get("kind") != "sweep":
        raise InputError(f"{file}: is no manifest of a sweep; name a folder that `zhizao sweep` has written")
    if type(found.get("format")) is not int or found["format"] != FORMAT:
        other = repr(found.get("format"))[:40]
        raise InputError(f"{file}: format is {other}; this version reads {FORMAT}, use the one that wrote it")
    columns: Any = found.get("columns")
    whole = (
        isinstance(found.get("runs"), int)
        and isinstance(found.get("until"), str)
        and isinstance(found.get("design"), dict)
        and isinstance(columns, dict)
    )
    if not whole or not all(isinstance(columns.get(name), list) for name in ("inputs", "outcomes", "series")):
        raise InputError(f"{file}: is damaged (runs, design or columns); sweep again into a new folder")
    return found


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _read(file: Path, columns: Sequence[str] | None) -> Any:
    import pyarrow as pa  # here, because it is heavy
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(file) as part:
            names = part.schema_arrow.names
            missing = [name for name in columns or () if name not in names]
            found = None if missing else part.read(columns=list(columns) if columns is not None else None)
        if found is not None:
            found.validate(full=True)  # damaged text and words that stand in no list, which reading does not notice
    except (OSError, ValueError, pa.ArrowException) as error:
        raise InputError(f"{file}: cannot be read; remove it and give the sweep's command again") from error
    if missing:
        raise InputError(f"{file.parent.parent}: keeps no column {repr(missing[0])[:60]}; it has {', '.join(names)}")
    return found


def scalar_bytes(columns: Mapping[str, Any]) -> bytes:
    """Return the table of scalars as Parquet: one row for each run."""
    import pyarrow as pa  # here, because it is heavy

    arrays = {name: pa.array(values) for name, values in columns.items()}
    for name in _TEXT_KEYS:
        arrays[name] = arrays[name].dictionary_encode()
    texts = [name for name, array in arrays.items() if not _is_number(array)]
    return _parquet(pa.table(arrays), keys=[*_KEYS, *texts])


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


def _is_number(array: Any) -> bool:
    import pyarrow as pa  # here, because it is heavy

    return bool(pa.types.is_floating(array.type) or pa.types.is_integer(array.type))


def _parquet(table: Any, keys: Sequence[str]) -> bytes:
    """Return a table as Parquet, in the encodings that measured best: keys by dictionary, numbers by byte streams."""
    import pyarrow as pa  # here, because it is heavy
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    numbers = [name for name in table.column_names if name not in keys and _is_number(table[name])]
    parquet.write_table(
        table, sink, compression="zstd", compression_level=1, use_dictionary=list(dict.fromkeys(keys)),
        use_byte_stream_split=numbers,
    )  # fmt: skip
    return bytes(sink.getvalue())
