"""Where compiled code is kept between starts, and by whom it may be read: it is a help, and never in the way.

What is kept is run when it is read. So it is only read from files that belong to the user of this process and that
nobody else may write to, and only if it is whole. Where there is no such folder, or it is full or damaged, code is
compiled again.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import stat
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from zhizao.errors import InputError
from zhizao.storage.whole import write_whole

__all__ = ["CodeCache", "CodeCacheWarning", "folder_for", "keep", "read_kept"]

_MARKER = "made-by-zhizao"
_PREFIX = "compiled-"
_KEPT_FOLDERS = 8
_IN_USE = 86_400.0
"""Seconds since a folder was last used in which nobody but its user takes it away: a program may still be at it."""
_ROOM = 64_000_000
_FORMAT = b"zhizao compiled code 1\n"
_DIGEST = 32
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)


class CodeCacheWarning(UserWarning):
    """Compiled code cannot be kept, so that the next start takes as long as this one."""


def folder_for(fingerprint: str) -> Path:
    """Return the folder for the compiled code of a source; make it, and take away those of older sources.

    Raises
    ------
    InputError
        Saying why none can be used.
    """
    home = _home()
    folder = home / f"{_PREFIX}{fingerprint}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            (folder / _MARKER).touch(mode=0o600)
        if not _is_ours(folder.lstat(), stat.S_IFDIR):
            raise InputError(f"{folder} is not a folder of this user alone")
        with suppress(PermissionError):  # whether it can be written to is asked next
            os.utime(folder)
        if not os.access(folder, os.W_OK):
            raise InputError(f"{folder} cannot be written to")
        _remove_old_folders(home, folder)
        if shutil.disk_usage(folder).free < _ROOM:
            raise InputError(f"there is too little room on the disk of {folder}; free some")
    except OSError as error:
        raise InputError(f"{error.filename or folder}: {error.strerror or error}") from error
    return folder


def _home() -> Path:
    if chosen := os.environ.get("ZHIZAO_CACHE_DIR"):
        return Path(chosen)
    if chosen := os.environ.get("XDG_CACHE_HOME"):
        return Path(chosen) / "zhizao"
    try:
        return Path.home() / ".cache" / "zhizao"
    except RuntimeError as error:
        raise InputError("this user has no home folder; set HOME") from error


def _is_ours(status: os.stat_result, kind: int) -> bool:
    """Return whether what a status is of is of a kind, belongs to this user, and cannot be written by others."""
    ours = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    closed = os.name != "posix" or not status.st_mode & _WRITABLE_BY_OTHERS
    return stat.S_IFMT(status.st_mode) == kind and ours and closed


def _remove_old_folders(home: Path, current: Path) -> None:
    """Take away the folders of older sources: only such as were made here, by this user, and are no longer used."""
    found = [
        (path.lstat().st_mtime, path)
        for path in home.glob(f"{_PREFIX}*")
        if path != current and _is_ours(path.lstat(), stat.S_IFDIR) and _has_marker(path)
    ]
    for used, old in sorted(found, reverse=True)[_KEPT_FOLDERS - 1 :]:
        if time.time() - used > _IN_USE:
            shutil.rmtree(old, ignore_errors=True)


def _has_marker(folder: Path) -> bool:
    try:
        return _is_ours((folder / _MARKER).lstat(), stat.S_IFREG)
    except OSError:
        return False


class CodeCache:
    """Keeps what Numba compiles of one function: a file for each signature, put in place at once.

    Numba calls it in place of its own cache. It is not built on that one, so that how Numba is loaded is decided where
    it is used.

    Parameters
    ----------
    function
        The function in Python.
    folder
        From `folder_for`.
    """

    def __init__(self, function: Callable[..., Any], folder: Path) -> None:
        self._function = function
        self._folder = folder
        self._source = hashlib.sha256(Path(function.__code__.co_filename).read_bytes()).hexdigest()

    @property
    def cache_path(self) -> str:
        """The folder."""
        return str(self._folder)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return what is kept for a signature, or None if there is nothing that can be used."""
        _load_array_functions()
        target_context.refresh()
        key = self._key(sig, target_context.codegen())
        body = read_kept(self._file(key))
        if body is None:
            return None
        try:
            kept, payload = _numba("serialize").loads(body)
            return _numba("compiler").CompileResult._rebuild(target_context, *payload) if kept == key else None
        except Exception:  # whatever is wrong with it, it can be compiled again
            return None

    def save_overload(self, sig: Any, cres: Any) -> None:
        """Keep what was compiled for a signature; say so if that cannot be done."""
        if any(not lifted.can_cache for lifted in cres.lifted) or cres.library.has_dynamic_globals:
            return
        key = self._key(sig, cres.codegen)
        file = self._file(key)
        try:
            keep(file, _numba("serialize").dumps((key, cres._reduce())))
        except Exception as error:
            reason = getattr(error, "strerror", None) or error
            warnings.warn(
                f"compiled code cannot be kept in {self._folder} ({reason}); the next start compiles it again",
                CodeCacheWarning,
                stacklevel=2,
            )

    def _key(self, sig: Any, codegen: Any) -> tuple[str, ...]:
        """Return what the code depends on beside the package's own source, which the folder is named after."""
        closed_over = [cell.cell_contents for cell in self._function.__closure__ or ()]
        inside = hashlib.sha256(_numba("serialize").dumps(closed_over)).hexdigest() if closed_over else ""
        return (
            self._function.__module__,
            self._function.__qualname__,
            self._source,
            repr(sig),
            repr(codegen.magic_tuple()),
            inside,
        )

    def _file(self, key: tuple[str, ...]) -> Path:
        return self._folder / f"{key[0]}.{key[1]}-{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}.nbc"


@cache
def _load_array_functions() -> None:
    """Have Numba load its functions for arrays without its first look whether there is linear algebra.

    To look, it loads all that SciPy has of it, which takes a tenth of a short command. Code that multiplies matrices
    looks again when it is compiled.
    """
    with suppress(ImportError, AttributeError):
        linalg: Any = importlib.import_module("numba.np.linalg")
        look, linalg.ensure_blas = linalg.ensure_blas, lambda: None
        try:
            importlib.import_module("numba.np.arraymath")
        finally:
            linalg.ensure_blas = look


def _numba(module: str) -> Any:
    return importlib.import_module(f"numba.core.{module}")


def keep(file: Path, body: bytes) -> None:
    """Keep something for the next start, in a file of this user alone.

    Raises
    ------
    OSError
        If that cannot be done.
    """
    write_whole(file, _FORMAT + hashlib.sha256(body).digest() + body, durable=False)
    file.chmod(0o600)


def read_kept(file: Path) -> bytes | None:
    """Return what is kept in a file; None if there is nothing whole that belongs to this user alone."""
    try:
        content = _read_ours(file)
    except OSError:
        return None
    body = content[len(_FORMAT) + _DIGEST :]
    return body if content == _FORMAT + hashlib.sha256(body).digest() + body else None


def _read_ours(file: Path) -> bytes:
    """Return the content of a file of this user that nobody else may write to; `OSError` if it is none."""
    with os.fdopen(os.open(file, os.O_RDONLY | _NO_LINKS | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:
        if not _is_ours(os.fstat(stream.fileno()), stat.S_IFREG):
            raise PermissionError(f"{file} is not a file of this user alone")
        return stream.read()
