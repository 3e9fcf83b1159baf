"""Where the files that ship with the package are, and whether a file that is asked for can be written.

In a checkout they are beside ``pyproject.toml``, where people edit them; in an installed wheel they
are package data under ``zhizao/data``. Both are found the same way, so nothing else needs to know which.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from zhizao.errors import InputError, Message

__all__ = ["leave_no_empty_folders", "make_folder", "resolved_path", "shipped", "writable_file"]

_PACKAGE = Path(__file__).resolve().parent
_MADE: list[Path] = []
"""Folders that were made for results, each before those within it."""


def resolved_path(path: str | Path) -> Path:
    """Return where a path leads, by which a file can be distinguished from others; links may go round in a circle."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):  # a null character
        return Path(path).absolute()


def shipped(folder: str) -> Path:
    """Return the folder of shipped files called `folder`.

    Parameters
    ----------
    folder
        Path relative to the top of the repository, such as ``"scenarios"`` or ``"calibration/fitted"``.

    Raises
    ------
    FileNotFoundError
        If the installation holds no such folder.
    """
    in_wheel = _PACKAGE / "data" / folder
    if in_wheel.is_dir():
        return in_wheel
    for parent in _PACKAGE.parents:
        if (parent / "pyproject.toml").is_file():
            in_checkout = parent / folder
            if in_checkout.is_dir():
                return in_checkout
            break
    raise FileNotFoundError(f"this installation of zhizao lacks its folder '{folder}'; install it again")


def writable_file(path: str | Path, endings: Sequence[str], what: str) -> Path:
    """Return the path of a file that is to be written, or find out early that it cannot be.

    Parameters
    ----------
    path
        The file; it may be there already.
    endings
        What its name may end in, such as ``(".png", ".svg")``.
    what
        What is saved in it, for messages.

    Raises
    ------
    InputError
        If its ending is another, or it or its folder cannot be written.
    """
    file = Path(path)
    if file.suffix.lower() not in endings:
        known = ", ".join(endings)
        raise InputError(
            Message(
                f"{file}: {what} is saved as {known}; give the file such an ending",
                f"{file}：这里只能保存为 {known}；请使用这样的扩展名",
            )
        )
    try:
        if not file.parent.is_dir():
            raise InputError(
                Message(
                    f"{file}: the folder {file.parent} does not exist; make it first",
                    f"{file}：文件夹 {file.parent} 不存在；请先建立",
                )
            )
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISREG(os.stat(file).st_mode):
                raise InputError(f"{file}: is not a file; name another")
        allowed = os.access(file.parent, os.W_OK) and (not file.exists() or os.access(file, os.W_OK))
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or "its name cannot be a path"
        raise InputError(f"{str(file)!r}: cannot be written ({reason}); name another file") from error
    if not allowed:
        raise InputError(
            Message(
                f"{file}: cannot be written (permission denied); name another file",
                f"{file}：无法写入（没有权限）；请换一个文件",
            )
        )
    return file


def make_folder(folder: Path) -> None:
    """Make a folder and those that it is in, as far as there are none.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    _MADE.extend(one.absolute() for one in reversed(missing))


def leave_no_empty_folders() -> None:
    """Remove what `make_folder` has made and nothing was put into: a command that is refused leaves nothing behind."""
    while _MADE:
        with contextlib.suppress(OSError):  # it is not empty, or somebody else has removed it
            _MADE.pop().rmdir()
