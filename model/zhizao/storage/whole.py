"""One file, whole or not at all.

What is written goes into a file aside first, in the same folder, under a name that nobody can guess, and takes the
place of the earlier file by one rename. A full disk, an interrupt or a kill leaves the earlier file as it was. A
link is never written through, and only regular files are read, so that a pipe or a device never makes anybody wait.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import stat
from functools import cache
from io import BufferedReader
from pathlib import Path

from zhizao.errors import InputError, Message

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

__all__ = [
    "cannot_be_written",
    "changed_since",
    "lock_open_file",
    "not_ours",
    "open_regular",
    "read_whole",
    "refuse_link",
    "remove_leftovers",
    "sha256_of",
    "sync_folder",
    "write_output",
    "write_whole",
]

_LOCKS = fcntl is not None
_ASIDE = re.compile(r"\.zhizao-[0-9a-f]{16}\.partial", re.ASCII)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_TRIES = 10


def write_whole(file: str | Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file, or leave the earlier one as it was.

    Parameters
    ----------
    file
        The file; its folder exists. A link is replaced, and what it leads to is left alone.
    content
        All of it.
    durable
        Whether to wait until it is on the disk, so that a loss of power cannot take it.

    Raises
    ------
    OSError
        If it cannot be written, or something other than a regular file is there.
    """
    file = Path(file)
    mode = _mode_of(file)
    aside, descriptor = _open_aside(file.parent)
    try:
        try:
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(descriptor, mode)
            _write_all(descriptor, content)
            if durable:
                os.fsync(descriptor)
            if not _LOCKS:  # an open file cannot be renamed there
                os.close(descriptor)
                descriptor = -1
            os.replace(aside, file)
        finally:
            if descriptor >= 0:
                os.close(descriptor)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        raise
    if durable:
        sync_folder(file.parent)


def write_output(file: Path, content: bytes) -> Path:
    """Write a file that a user has named, where a crash may have left an earlier try; return the file.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    remove_leftovers(file.parent)
    try:
        write_whole(file, content)
    except OSError as error:
        raise cannot_be_written(file, error, "file") from error
    return file


def _mode_of(file: Path) -> int | None:
    """Return the permissions of the file that is there, if one is and it may be replaced."""
    try:
        there = os.lstat(file)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(there.st_mode):
        return None
    if not stat.S_ISREG(there.st_mode):
        raise OSError(errno.EINVAL, "something other than a regular file is there", str(file))
    if not os.access(file, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
    return stat.S_IMODE(there.st_mode)


def _open_aside(folder: Path) -> tuple[Path, int]:
    """Make a new file in a folder; it is locked while it is open, which distinguishes it from what a crash has left."""
    for _ in range(_TRIES):
        aside = folder / f".zhizao-{secrets.token_hex(8)}.partial"
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | _BINARY, 0o666)
        if lock_open_file(descriptor) is not False and os.fstat(descriptor).st_nlink == 1:
            return aside, descriptor
        os.close(descriptor)  # somebody took it for what a crash has left, in the moment before it was locked
    raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN), str(folder))


def _write_all(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left[: 1 << 30]) :]


def lock_open_file(descriptor: int) -> bool | None:
    """Lock an open file if nobody else holds it: whether that was done, or None where files cannot be locked."""
    if not _LOCKS:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # some disks of a network know no locks
        return None
    return True


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where that can be asked for."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def open_regular(file: str | Path, *, write: bool = False) -> int:
    """Open a regular file and return its descriptor; to `write`, it is made if need be, and a link is refused.

    Raises
    ------
    OSError
        If it cannot be opened, or is a folder, a pipe or a device.
    """
    flags = os.O_RDWR | os.O_CREAT | _NO_LINK if write else os.O_RDONLY
    descriptor = os.open(file, flags | _NO_WAIT | _BINARY, 0o666)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "is not a regular file", str(file))
    return descriptor


def read_whole(file: str | Path, most: int | None = None) -> bytes:
    """Read a regular file.

    Parameters
    ----------
    most
        Bytes that it may hold at most, if there is a limit.

    Raises
    ------
    OSError
        If it cannot be read, is not a regular file, or is larger; also if it is larger than the memory of this machine.
    """
    with _opened(file, most) as stream:
        return stream.read()


def sha256_of(file: str | Path) -> str:
    """Return the SHA-256 of a regular file, however large; OSError as for `read_whole`."""
    with _opened(file) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _opened(file: str | Path, most: int | None = None) -> BufferedReader:
    """Open a regular file that can be what we wrote: it came out of memory in one piece, so it fits there."""
    stream = os.fdopen(open_regular(file), "rb")
    size = os.fstat(stream.fileno()).st_size
    for limit, words in ((most, f"is larger than {most or 0:,} bytes"), (_memory(), "is larger than all memory here")):
        if limit is not None and size > limit:
            stream.close()
            raise OSError(errno.EFBIG, words, str(file))
    return stream


@cache
def _memory() -> int | None:
    """Bytes of memory of this machine, if it says so."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return None


def remove_leftovers(folder: Path) -> None:
    """Remove what crashes of `write_whole` have left in a folder; what is still being written stays."""
    if not _LOCKS:
        return
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if _ASIDE.fullmatch(name):
                _remove_leftover(folder / name)


def _remove_leftover(aside: Path) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(aside, os.O_RDONLY | _NO_LINK | _NO_WAIT)
        try:
            if stat.S_ISREG(os.fstat(descriptor).st_mode) and lock_open_file(descriptor):
                os.unlink(aside)
        finally:
            os.close(descriptor)


def changed_since(file: Path) -> Message:
    """Return what is wrong with a file of ours that is about to be replaced and holds something else now."""
    return Message(
        f"{file}: was changed since zhizao wrote it; move it away to keep it, or name another folder",
        f"{file}：写入后已被改动；如需保留请将其移走，或指定另一个文件夹",
    )


def not_ours(file: Path) -> Message:
    """Return the refusal to write over a file that no record of zhizao names."""
    return Message(
        f"{file}: is there already, and zhizao has not written it; name another folder",
        f"{file}：已存在，且不是由zhizao写入的；请指定另一个文件夹",
    )


def refuse_link(folder: Path) -> None:
    """Refuse a folder that is a link: nothing is written behind those."""
    if folder.is_symlink():
        raise InputError(
            Message(
                f"{folder}: is a link, and nothing is written behind links; name another folder",
                f"{folder}：是链接，不会写入链接所指之处；请指定另一个文件夹",
            )
        )


def cannot_be_written(path: str | Path, error: OSError | ValueError, what: str) -> InputError:
    """Return the refusal of a path that cannot be written; the fix is to name another `what`, file or folder."""
    reason = getattr(error, "strerror", None) or ("its name cannot be a path" if isinstance(error, ValueError) else "")
    other = {"file": "文件", "folder": "文件夹"}.get(what, what)
    return InputError(
        Message(
            f"{path}: cannot be written ({reason or error}); name another {what}",
            f"{path}：无法写入（{reason or error}）；请指定另一个{other}",
        )
    )
