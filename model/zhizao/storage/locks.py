"""Who writes into a folder: one at a time, and the others learn who."""

from __future__ import annotations

import contextlib
import datetime
import errno
import json
import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path

from zhizao.errors import InputError, Message, printable
from zhizao.storage.whole import cannot_be_written, lock_open_file, open_regular

__all__ = ["LOCK", "only_writer"]

LOCK = ".zhizao-lock"
_OURS = '{"program": "zhizao"'
_MOST_BYTES = 1000
_PAUSE = 0.05


@contextlib.contextmanager
def only_writer(folder: Path, who: str, *, patience: float = 0.0) -> Iterator[None]:
    """Be the only one that writes into a folder; the lock is gone afterwards, also after a crash.

    Parameters
    ----------
    folder
        An existing folder.
    who
        What kind of thing writes, for the message to those who come second.
    patience
        Seconds to wait for others before giving up.

    Raises
    ------
    InputError
        If somebody else is writing, or the folder cannot be written.
    """
    file = folder / LOCK
    until = time.monotonic() + patience
    try:
        while (descriptor := _taken(file)) is None:
            if time.monotonic() >= until:
                raise InputError(_taken_by_another(folder, who, _holder(file)))
            time.sleep(_PAUSE)
    except OSError as error:
        raise cannot_be_written(folder, error, "folder") from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.unlink(file)
        os.close(descriptor)


def _taken_by_another(folder: Path, who: str, holder: str) -> Message:
    return Message(
        f"{folder}: another {who} is writing here ({holder}); wait for it, or stop it",
        f"{folder}：另一个进程正在写入（{holder}）；请等待其结束，或先将其停止",
    )


def _taken(file: Path) -> int | None:
    """Take the lock and return its descriptor, or None if somebody else holds it."""
    try:
        descriptor = open_regular(file, write=True)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EINVAL, errno.ENXIO, errno.EISDIR):
            raise InputError(f"{file}: is not a lock of zhizao; move it away") from error
        raise
    kept = False
    try:
        if lock_open_file(descriptor) is False:
            return None
        with contextlib.suppress(FileNotFoundError):
            there = os.stat(file, follow_symlinks=False)
            kept = (there.st_ino, there.st_dev) == _identity(descriptor)
        if not kept:  # the one before took its lock away in this moment
            return None
        found = os.pread(descriptor, _MOST_BYTES, 0) if hasattr(os, "pread") else b""
        if found and not found.decode("utf-8", "replace").startswith(_OURS):
            kept = False
            raise InputError(f"{file}: is not a lock of zhizao; move it away")
        with contextlib.suppress(OSError):  # a full disk: the lock holds without saying who has it
            os.ftruncate(descriptor, 0)
            os.write(descriptor, _own_entry().encode())
    except BaseException:
        kept = False
        raise
    finally:
        if not kept:
            os.close(descriptor)
    return descriptor


def _identity(descriptor: int) -> tuple[int, int]:
    found = os.fstat(descriptor)
    return found.st_ino, found.st_dev


def _own_entry() -> str:
    since = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    entry = {"program": "zhizao", "process": os.getpid(), "computer": platform.node(), "since": since}
    return json.dumps(entry)


def _holder(file: Path) -> str:
    """Return who holds a lock, in words."""
    try:
        descriptor = open_regular(file)
        with os.fdopen(descriptor, "rb") as stream:
            found = json.loads(stream.read(_MOST_BYTES))
        return printable(f"process {found['process']} on {found['computer']} since {found['since']}", 200)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return "it does not say who"
