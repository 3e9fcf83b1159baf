"""The store of a sweep: a folder that only grows, readable at any moment, whole after any crash.

``sweep.json`` says what the sweep is. ``scalars/`` and ``series/`` hold one Parquet file for each chunk of runs,
written aside and put in place at once, the scalars last. A chunk is done when both are there, whole: the scalars hold
a seal of the two. A folder is of one design, under one version of the model; another is refused. The same design gives
the same files to the byte.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from zhizao.errors import InputError, Message, printable
from zhizao.results.shown import html_table, listed
from zhizao.results.sweep_manifest import MANIFEST, Shape, read_manifest, same_sweep, shape_of, write_manifest
from zhizao.results.sweep_parts import ERROR, KEYS, Seal, read_scalars, read_series, seal_of, sealed
from zhizao.storage.locks import only_writer
from zhizao.storage.whole import cannot_be_written, read_whole, remove_leftovers, write_whole

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StoreFullError", "SweepStatus", "SweepStore", "open_store"]

SCALARS, SERIES = "scalars", "series"
_PART = re.compile(r"part-(\d{8})\.parquet", re.ASCII)
_OLD_ASIDE = re.compile(r"\.part-\d{8}\.parquet\.partial", re.ASCII)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_READERS = 4
_SHOWN = 20
Found = TypeVar("Found")


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
    missing
        Parts of which the series are not there, or not whole; their runs count as not done.
    damaged
        What is wrong with parts that were changed since they were written; their runs count as not done.
    chunks
        Numbers of the chunks that are stored, whole and undamaged.
    """

    runs: int
    done: int
    failed: int
    size: int
    errors: tuple[tuple[str, int], ...]
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    chunks: frozenset[int] = frozenset()

    @property
    def complete(self) -> bool:
        """Whether every run is stored, with all that belongs to it."""
        return self.done == self.runs


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A part that is done.

    Attributes
    ----------
    number
        Of its chunk.
    seal
        What its seal says, if it has one.
    table
        Columns of its scalars.
    size
        Bytes of all its files.
    """

    number: int
    seal: Seal | None
    table: Any
    size: int


@dataclass(frozen=True)
class _NotDone:
    """A part that is not done: `file` is missing or not whole, or `damage` says what is wrong with it."""

    file: str
    damage: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SweepStore:
    """A folder with the runs of one sweep, and its manifest."""

    folder: Path
    manifest: dict[str, Any]

    def __repr__(self) -> str:
        runs, design = self.manifest["runs"], self.manifest["design"]
        return f"<Sweep of {runs:,} runs in {self.folder}: {design.get('title', '')}; see .status(), .scalars()>"

    def _repr_html_(self) -> str:
        import pandas as pd  # here, because it is heavy

        status = self.status()
        numbers = {"runs": status.runs, "stored": status.done, "failed": status.failed, "bytes": status.size}
        return html_table(repr(self), pd.DataFrame([numbers]))

    @cached_property
    def shape(self) -> Shape:
        """What the parts must hold."""
        return shape_of(self.manifest)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of the register of firms that the sweep was made of, if it was of one."""
        english, chinese = (self.manifest.get(key) for key in ("notes", "notes_zh"))
        if not isinstance(english, list) or not isinstance(chinese, list) or len(english) != len(chinese):
            return ()
        pairs = zip(english, chinese, strict=True)
        return tuple(Message(printable(str(one)), printable(str(two))) for one, two in pairs)

    def chunks_with_failures(self) -> set[int]:
        """Return the numbers of the chunks that hold runs which failed."""
        found = self._every(lambda number: self._part(number, (ERROR,)))
        return {part.number for part in found if _is_done(part) and any(part.table[ERROR].to_pylist())}

    def put(self, chunk: int, scalars: bytes, series: bytes) -> None:
        """Store a chunk.

        Nothing waits until it is on the disk: a part that a loss of power has damaged is found by its seal and made
        again, while waiting twice for every chunk would keep many processors idle.

        Raises
        ------
        StoreFullError
            If there is no room.
        InputError
            If the folder cannot be written.
        """
        if series:
            self.write(f"{SERIES}/{_name(chunk)}", series)
        self.write(f"{SCALARS}/{_name(chunk)}", sealed(scalars, series, chunk, self.shape))

    def write(self, name: str, content: bytes) -> None:
        """Put a file into the folder, and raise as `put` does."""
        file = self.folder / name
        try:
            file.parent.mkdir(exist_ok=True)
            write_whole(file, content, durable=False)
        except OSError as error:
            if error.errno in _FULL:
                raise StoreFullError(f"{self.folder}: there is no room for more ({error.strerror})") from error
            raise InputError(f"{file}: cannot be written ({error.strerror})") from error

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Keep others from writing into the folder, and take away what a crash has left half-written.

        Raises
        ------
        InputError
            If somebody else is writing, or the folder cannot be written.
        """
        with only_writer(self.folder, "sweep"):
            for name in (SCALARS, SERIES):
                inner = self.folder / name
                if inner.is_symlink():
                    raise InputError(f"{inner}: is a link, and nothing is written behind links; put the folder there")
                try:
                    inner.mkdir(exist_ok=True)
                except OSError as error:
                    raise cannot_be_written(inner, error, "folder") from error
                remove_leftovers(inner)
                _remove_old_leftovers(inner)
            remove_leftovers(self.folder)
            yield

    def status(self) -> SweepStatus:
        """Return how far the sweep is; every byte that is stored is read and checked."""
        found = self._every(lambda number: self._part(number, (ERROR,), whole=True))
        errors: dict[str, int] = {}
        parts = [part for part in found if _is_done(part)]
        for text in (text for part in parts for text in part.table[ERROR].to_pylist() if text):
            errors[text] = errors.get(text, 0) + 1
        ordered = sorted(errors.items(), key=lambda item: (-item[1], item[0]))
        others = [entry for entry in found if isinstance(entry, _NotDone)]
        return SweepStatus(
            runs=int(self.manifest["runs"]),
            done=sum(part.table.num_rows for part in parts),
            failed=sum(errors.values()),
            size=sum(part.size for part in parts),
            errors=tuple(ordered),
            missing=tuple(entry.file for entry in others if not entry.damage),
            damaged=tuple(line for entry in others for line in entry.damage),
            chunks=frozenset(part.number for part in parts),
        )

    def scalars(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a row for each run that is done, in order: what it is, its inputs, its outcomes, what went wrong.

        Parameters
        ----------
        columns
            The columns wanted; all of them if not given.

        Raises
        ------
        InputError
            If a part is damaged, a column is not kept, or there are no runs yet.
        """
        kept = (*KEYS, *self.shape.inputs, *self.shape.outcomes, ERROR)
        self._check_columns(columns, kept)
        return _joined(self, [part.table for part in self._done(None if columns is None else tuple(columns))])

    def series(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the monthly series of every stored run: run, month, and a column for each series.

        A million runs do not fit into memory: name the columns that are wanted, or read the folder with DuckDB or
        Polars.
        """
        if not self.shape.series:
            raise InputError(f"{self.folder}: its design keeps no series; set series = true and sweep again")
        self._check_columns(columns, ("run", "month", *self.shape.series))
        parts = self._done(("run",))

        def one(part: _Part) -> Any:
            file = self.folder / SERIES / _name(part.number)
            return read_series(_bytes(file), file, part.number, self.shape, part.seal, columns)

        with ThreadPoolExecutor(_READERS) as pool:
            return _joined(self, list(pool.map(one, parts)))

    def to_frame(self) -> pd.DataFrame:
        """Return every outcome of every run as a long table, in the month of the horizon.

        Its columns are run, point, draw, scenario, seed, month, group, variable and value.
        """
        keys = list(KEYS)
        names = self.manifest["columns"]["outcomes"]
        found = self.scalars([*keys, *names]).melt(id_vars=keys, var_name="variable", value_name="value")
        found.insert(len(keys), "month", self.manifest["until"])
        found.insert(len(keys) + 1, "group", "all")
        return found

    def _check_columns(self, columns: Sequence[str] | None, kept: Sequence[str]) -> None:
        if missing := [name for name in columns or () if name not in kept]:
            raise InputError(f"{self.folder}: keeps no column {repr(missing[0])[:60]}; it has {listed(kept)}")

    def _done(self, columns: tuple[str, ...] | None) -> list[_Part]:
        """Return every part that is done, or refuse if one is damaged."""
        found = self._every(lambda number: self._part(number, columns))
        if damage := [line for entry in found if isinstance(entry, _NotDone) for line in entry.damage]:
            raise InputError(damage[:_SHOWN])
        parts = [part for part in found if _is_done(part)]
        if not parts:
            raise InputError(f"{self.folder}: holds no runs yet; sweep first")
        return parts

    def _every(self, look: Callable[[int], Found]) -> list[Found]:
        """Look at every part, some at the same time."""
        names = sorted(name for name in _names(self.folder / SCALARS) if _PART.fullmatch(name))
        with ThreadPoolExecutor(_READERS) as pool:
            return list(pool.map(look, [int(name[5:13]) for name in names]))

    def _part(self, number: int, columns: tuple[str, ...] | None, *, whole: bool = False) -> _Part | _NotDone:
        """Read columns of the scalars of a part, and see that the part is done; if `whole`, by every byte of it."""
        file = self.folder / SCALARS / _name(number)
        try:
            if number >= self.shape.parts:
                raise InputError(f"{file}: is not part of this sweep, which has {self.shape.parts:,}; remove it")
            content = _bytes(file)
            seal = seal_of(content, file, number, self.shape)
            table = read_scalars(
                content, file, number, self.shape, columns or ("run",) if columns is not None else None
            )
            size = self._size_of_series(number, seal)
            if size is None:
                return _NotDone(str(self.folder / SERIES / _name(number)))
            if whole and size:
                other = self.folder / SERIES / _name(number)
                read_series(_bytes(other), other, number, self.shape, seal, () if seal else None)
        except InputError as error:
            return _NotDone(str(file), error.problems)
        return _Part(number=number, seal=seal, table=table, size=len(content) + size)

    def _size_of_series(self, number: int, seal: Seal | None) -> int | None:
        """Return how many bytes the series of a part have, 0 where none are kept; None if they are not all there."""
        if not self.shape.series:
            return 0
        try:
            found = os.stat(self.folder / SERIES / _name(number))
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode) or not found.st_size or (seal and found.st_size != seal.size):
            return None
        return found.st_size


def _is_done(part: _Part | _NotDone) -> TypeGuard[_Part]:
    return isinstance(part, _Part)


def _name(chunk: int) -> str:
    return f"part-{chunk:08d}.parquet"


def _bytes(file: Path) -> bytes:
    try:
        return read_whole(file)
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); give the sweep's command again") from error


def _joined(store: SweepStore, tables: Sequence[Any]) -> pd.DataFrame:
    """Put the tables of all parts one below the other; an input may be whole numbers in some and not in others."""
    import pyarrow as pa  # here, because it is heavy

    try:
        found: pd.DataFrame = pa.concat_tables(tables, promote_options="permissive").to_pandas(use_threads=False)
    except (pa.ArrowException, ValueError) as error:
        raise InputError(
            f"{store.folder}: its parts do not fit together ({str(error)[:100]}); sweep again into a new folder"
        ) from error
    return found


def _remove_old_leftovers(folder: Path) -> None:
    """Remove what a crash of version 1.0 has left of a part."""
    for name in _names(folder):
        if _OLD_ASIDE.fullmatch(name):
            with contextlib.suppress(OSError):
                if stat.S_ISREG(os.lstat(folder / name).st_mode):
                    os.unlink(folder / name)


def open_store(folder: str | Path, manifest: Mapping[str, Any] | None = None) -> SweepStore:
    """Open the store of a sweep; with a `manifest`, make it if the folder is new or empty.

    Raises
    ------
    InputError
        If the folder holds something else or another sweep, if its manifest is damaged, or if it cannot be written.
    """
    folder = Path(folder)
    if manifest is None:
        return SweepStore(folder=folder, manifest=read_manifest(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = [name for name in os.listdir(folder) if not name.startswith(".") and not _is_empty(folder, name)]
        if MANIFEST in others:
            return SweepStore(folder=folder, manifest=same_sweep(folder, manifest))
        if others:
            raise InputError(f"{folder}: holds other files and no sweep; name a new or empty folder")
        whole = write_manifest(folder, manifest)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise cannot_be_written(folder, error, "folder") from error
    return SweepStore(folder=folder, manifest=whole)


def _is_empty(folder: Path, name: str) -> bool:
    """Whether something is an empty folder for parts, which a first start that was cut short has left."""
    return name in (SCALARS, SERIES) and (folder / name).is_dir() and not os.listdir(folder / name)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
