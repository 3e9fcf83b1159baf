"""Several files of one folder, put in place all at once: the earlier result whole or the new one, never a mixture.

All new files are written aside, into one hidden folder. Then a journal takes its name: it says which of them belong
where, with their SHA-256, and which earlier files go. From that moment the new result holds; before it, the earlier
one. The files are then renamed one by one, and the journal is removed. A process that is killed on the way leaves a
journal: readers look through it, without writing, and the next writer finishes what it says.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zhizao.errors import InputError
from zhizao.limits import after, limit, over_limit
from zhizao.storage.checksum import json_text, read_record, sealed_record, sha256
from zhizao.storage.locks import only_writer
from zhizao.storage.whole import read_whole, remove_leftovers, sha256_of, sync_folder, write_whole

__all__ = ["JOURNAL", "Snapshot", "Writer", "writer"]

JOURNAL = ".zhizao-journal.json"
_STAGE = re.compile(r"\.zhizao-new-[0-9a-f]{16}", re.ASCII)
_NAME = re.compile(r"(?:\w[\w .+-]{0,99}/)?\w[\w .+-]{0,199}")
_MAX_JOURNAL_BYTES = 10_000_000
_PATIENCE = 20.0
_FIX = "make the results again"


class Snapshot:
    """The files of a folder as its last whole result has them, also where that is not all in place yet.

    Parameters
    ----------
    folder
        The folder; a journal of the folder above it counts too.

    Raises
    ------
    InputError
        If there is a journal and it is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staged: dict[str, tuple[Path, str]] = {}
        self._gone: set[str] = set()
        for at, prefix in ((folder.absolute().parent, f"{folder.absolute().name}/"), (folder, "")):
            journal = _read_journal(at)
            if journal is None:
                continue
            for name, entry in journal["files"].items():
                if name.startswith(prefix):
                    self._staged[name[len(prefix) :]] = at / journal["staged"] / entry["staged"], entry["sha256"]
            self._gone |= {name[len(prefix) :] for name in journal["remove"] if name.startswith(prefix)}

    def read(self, name: str, most: int | None = None) -> bytes:
        """Return what a file holds.

        Raises
        ------
        OSError
            If it is not there, or cannot be read.
        """
        if name in self._staged:
            staged, digest = self._staged[name]
            with contextlib.suppress(FileNotFoundError):
                content = read_whole(staged, most)
                if sha256(content) == digest:
                    return content
        elif name in self._gone:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self._folder / name))
        return read_whole(self._folder / name, most)

    def record(self, name: str, fix: str) -> Any:
        """Return what a record (JSON) holds, as `read_record` does.

        Raises
        ------
        OSError
            If it is not there, or cannot be read.
        InputError
            If it is too large or damaged; `fix` says what to do.
        """
        file = self._folder / name
        try:
            content = self.read(name, limit("json_bytes"))
        except OSError as error:
            if error.errno != errno.EFBIG:
                raise
            raise InputError(after(str(file), over_limit("json_bytes"))) from error
        return read_record(content, file, fix)

    def holds(self, name: str) -> bool:
        """Whether there is such a file."""
        return name in self._staged or (name not in self._gone and (self._folder / name).is_file())

    def changed(self, files: Mapping[str, str]) -> list[str]:
        """Return which of the files that are there, of those named with their SHA-256, hold something else now."""
        found = []
        for name, digest in files.items():
            try:
                if self.holds(name) and self._digest(name) != digest:
                    found.append(name)
            except OSError:
                found.append(name)
        return found

    def _digest(self, name: str) -> str:
        """Return the SHA-256 of a file, however large it has become."""
        if name in self._staged:
            staged, digest = self._staged[name]
            with contextlib.suppress(FileNotFoundError):
                if sha256_of(staged) == digest:
                    return digest
        return sha256_of(self._folder / name)


class Writer:
    """The only one that writes into a folder now; see `writer`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, files: Mapping[str, bytes], remove: Mapping[str, str]) -> None:
        """Put files in place, and remove others, at once.

        Parameters
        ----------
        files
            What each file holds, by its name in the folder, at most one folder below it.
        remove
            Files to remove, with the SHA-256 that they have; one that holds something else stays.

        Raises
        ------
        OSError
            If something cannot be written; then everything is as it was.
        """
        folder = self._folder
        _check_places(folder, [*files, *remove])
        stage = folder / f".zhizao-new-{secrets.token_hex(8)}"
        entries = {}
        os.mkdir(stage)
        try:
            for number, (name, content) in enumerate(files.items()):
                write_whole(stage / str(number), content)
                entries[name] = {"staged": str(number), "sha256": sha256(content)}
            journal = {
                "program": "zhizao",
                "staged": stage.name,
                "files": entries,
                "remove": {name: digest for name, digest in remove.items() if name not in files},
            }
            for name in files:
                (folder / name).parent.mkdir(exist_ok=True)
            write_whole(folder / JOURNAL, json_text(sealed_record(journal)).encode())
        except BaseException:
            if not os.path.lexists(folder / JOURNAL):
                _remove_stage(stage)
                raise
            finish(folder)  # interrupted after the moment from which the new result holds
            raise
        try:
            finish(folder)
        except KeyboardInterrupt:
            finish(folder)
            raise


@contextlib.contextmanager
def writer(folder: Path, who: str = "zhizao") -> Iterator[Writer]:
    """Be the only one that writes into an existing folder; what a crash has left there is finished or removed first.

    Raises
    ------
    InputError
        If somebody else writes for too long, or the folder cannot be written.
    """
    with only_writer(folder, who, patience=_PATIENCE):
        finish(folder)
        remove_leftovers(folder)
        for name in os.listdir(folder):
            if _STAGE.fullmatch(name):
                _remove_stage(folder / name)
        yield Writer(folder)


def finish(folder: Path) -> None:
    """Do what the journal of a folder says, if there is one, and remove it; some of it may be done already.

    Raises
    ------
    InputError
        If the journal is damaged.
    OSError
        If something cannot be renamed or removed.
    """
    journal = _read_journal(folder)
    if journal is None:
        return
    _check_places(folder, [*journal["files"], *journal["remove"]])
    stage = folder / journal["staged"]
    for name, entry in journal["files"].items():
        staged = stage / entry["staged"]
        with contextlib.suppress(FileNotFoundError):  # done before
            if sha256_of(staged) != entry["sha256"]:
                raise InputError(f"{staged}: is damaged; remove {folder / JOURNAL}, then {_FIX}")
            os.replace(staged, folder / name)
    for name, digest in journal["remove"].items():
        with contextlib.suppress(FileNotFoundError):
            if not _is_changed(folder / name, digest):
                os.unlink(folder / name)
    for name in {str(Path(name).parent) for name in journal["files"]}:
        sync_folder(folder / name)
    os.unlink(folder / JOURNAL)
    sync_folder(folder)
    _remove_stage(stage)


def _is_changed(file: Path, digest: str) -> bool:
    """Whether a file that is there holds something else now; so does one that has become too large for us."""
    try:
        return sha256_of(file) != digest
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return True


def _check_places(folder: Path, names: list[str]) -> None:
    """Refuse places outside the folder, behind links, or taken by something that is not a file."""
    for name in names:
        if not _NAME.fullmatch(name):
            raise OSError(errno.EINVAL, f"'{name[:60]}' is not a name of a file here")
        inner, file = (folder / name).parent, folder / name
        if inner != folder and inner.is_symlink():
            raise OSError(errno.ELOOP, f"{inner.name} is a link, and nothing is written behind links")
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            kind = os.lstat(file).st_mode
            if not stat.S_ISREG(kind) and not stat.S_ISLNK(kind):
                raise OSError(errno.EINVAL, f"{name} is there and is not a regular file")


def _read_journal(folder: Path) -> dict[str, Any] | None:
    """Return what the journal of a folder says, or None where there is none."""
    file = folder / JOURNAL
    try:
        content = read_whole(file, _MAX_JOURNAL_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG or (os.path.lexists(file) and not os.path.isfile(file)):
            raise InputError(f"{file}: is not a journal of zhizao; move it away") from None
        return None
    found = read_record(content, file, f"remove it, then {_FIX}")
    if not _is_journal(found):
        raise InputError(f"{file}: is damaged; remove it, then {_FIX}")
    return dict(found)


def _is_journal(found: Any) -> bool:
    if not isinstance(found, dict) or found.get("program") != "zhizao" or "checksum" not in found:
        return False
    staged, files, remove = (found.get(key) for key in ("staged", "files", "remove"))
    if not isinstance(staged, str) or not _STAGE.fullmatch(staged):
        return False
    if not isinstance(files, dict) or not isinstance(remove, dict):
        return False
    return all(_NAME.fullmatch(name) for name in (*files, *remove)) and all(
        isinstance(entry, dict) and str(entry.get("staged")).isdecimal() and isinstance(entry.get("sha256"), str)
        for entry in files.values()
    )


def _remove_stage(stage: Path) -> None:
    """Remove a folder of files that were not put in place, and nothing that is not of them."""
    with contextlib.suppress(OSError):
        if stage.is_symlink():
            return
        remove_leftovers(stage)
        for name in os.listdir(stage):
            if name.isdecimal():
                os.unlink(stage / name)
        os.rmdir(stage)
