"""Tables of numbers kept beside the compiled code in a form that NumPy reads, so that a start need not load pyarrow.

That library takes 45 MB and a fifteenth of a short command, to read a table of a thousand rows that is always the same.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.code_cache import folder_for, keep, read_kept
from zhizao.errors import InputError

__all__ = ["kept_columns"]

_FOLDER = "columns"
_KEPT_TABLES = 64

Columns = dict[str, NDArray[Any]]


def kept_columns(digest: str, read: Callable[[], Columns]) -> Columns:
    """Return the columns of a table: those that are kept, or else what `read` gives, which is then kept.

    Parameters
    ----------
    digest
        SHA-256 of the table's file.
    read
        Reads the table: columns of numbers, all of one length. What it raises, this raises.

    Notes
    -----
    Like compiled code, a kept table is a help and never in the way: it is read only if it is whole and of this user
    alone, and where nothing can be kept, the table is read each time.
    """
    try:
        file = folder_for(_FOLDER) / f"{digest}.npy"
    except InputError:
        return read()
    body = read_kept(file)
    if body is not None:
        with suppress(ValueError):
            rows = np.load(io.BytesIO(body), allow_pickle=False)
            return {name: rows[name].copy() for name in rows.dtype.names}
    columns = read()
    rows = np.empty(len(next(iter(columns.values()))), dtype=[(name, one.dtype) for name, one in columns.items()])
    for name, one in columns.items():
        rows[name] = one
    stream = io.BytesIO()
    np.save(stream, rows, allow_pickle=False)
    with suppress(OSError):
        keep(file, stream.getvalue())
        _remove_all_but_the_last(file.parent)
    return columns


def _remove_all_but_the_last(folder: Path) -> None:
    """Take away the tables that were kept first; each new fit adds one."""
    kept = sorted(folder.glob("*.npy"), key=lambda file: file.lstat().st_mtime)
    for file in kept[:-_KEPT_TABLES]:
        file.unlink(missing_ok=True)
