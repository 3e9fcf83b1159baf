"""A new folder with all that it holds, or nothing.

It is made aside, in the folder above, under a name that nobody can guess, and takes its own name by one rename.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from zhizao.storage.whole import lock_open_file, sync_folder, write_whole

__all__ = ["write_folder"]

_STAGE = re.compile(r"\.zhizao-folder-[0-9a-f]{16}", re.ASCII)
_LOCKS = hasattr(os, "O_DIRECTORY")  # not on Windows: there an open folder cannot be locked or renamed
_AS_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_TRIES = 10


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder, or leave everything as it was.

    Parameters
    ----------
    folder
        It does not exist, or is empty; the folder above it exists.
    files
        What each file holds, by its name in the folder.

    Raises
    ------
    OSError
        If it cannot be made, or holds anything.
    """
    above = folder.absolute().parent
    _remove_leftovers(above)
    stage, descriptor = _open_stage(above)
    try:
        for name, content in files.items():
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(stage / name, content)
        os.replace(stage, folder)
    finally:
        _remove(stage)  # it has its own name by now, unless something went wrong
        if descriptor >= 0:
            os.close(descriptor)
    sync_folder(above)


def _open_stage(above: Path) -> tuple[Path, int]:
    """Make a hidden folder; it is locked while it is open, which distinguishes it from what a crash has left."""
    for _ in range(_TRIES):
        stage = above / f".zhizao-folder-{secrets.token_hex(8)}"
        os.mkdir(stage)
        if not _LOCKS:
            return stage, -1
        with contextlib.suppress(FileNotFoundError):
            descriptor = os.open(stage, _AS_FOLDER)
            if lock_open_file(descriptor) is not False and os.path.lexists(stage):
                return stage, descriptor
            os.close(descriptor)  # somebody took it for what a crash has left, in the moment before it was locked
    raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN), str(above))


def _remove_leftovers(above: Path) -> None:
    """Remove what crashes have left; what is still being written stays."""
    with contextlib.suppress(OSError):
        for name in os.listdir(above) if _LOCKS else ():
            if _STAGE.fullmatch(name):
                _remove_leftover(above / name)


def _remove_leftover(stage: Path) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(stage, _AS_FOLDER)
        try:
            if lock_open_file(descriptor):
                _remove(stage)
        finally:
            os.close(descriptor)


def _remove(stage: Path) -> None:
    """Remove a folder of files that were not put in place; what is neither file nor folder stays."""
    with contextlib.suppress(OSError):
        for folder, _, names in os.walk(stage, topdown=False):
            for file in (os.path.join(folder, name) for name in names):
                if stat.S_ISREG(os.lstat(file).st_mode):
                    os.unlink(file)
            os.rmdir(folder)
