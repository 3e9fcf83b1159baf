"""Work in progress on disk: each piece is put in place at once, so that a crash loses none that is done."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError
from zhizao.storage.checksum import json_text, read_record, sealed_record, sha256
from zhizao.storage.whole import read_whole, remove_leftovers, write_whole

__all__ = ["Checkpoint", "OtherProblemError"]

_OWNER = "problem.json"
_MAX_OWNER_BYTES = 100_000
_TRAILER = b"\nzhizao sha256 "
Found = TypeVar("Found")


class OtherProblemError(InputError):
    """A folder of work in progress holds work on another problem."""


@dataclass(frozen=True)
class Checkpoint:
    """A folder that holds the pieces of one problem.

    Parameters
    ----------
    folder
        Where; made if it does not exist. Without one nothing is kept.
    fingerprint
        What the problem is. A folder of another problem is refused.

    Raises
    ------
    OtherProblemError
        If the folder belongs to another problem.
    InputError
        If it cannot be written.
    """

    folder: Path | None
    fingerprint: str

    def __post_init__(self) -> None:
        if self.folder is None:
            return
        owner = self.folder / _OWNER
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            remove_leftovers(self.folder)
            if not os.path.lexists(owner):
                write_whole(owner, json_text(sealed_record({"fingerprint": self.fingerprint})).encode())
                return
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "its name cannot be a path"
            raise InputError(f"{self.folder}: cannot be used ({reason}); name another folder") from error
        try:
            content = read_whole(owner, _MAX_OWNER_BYTES)
        except OSError as error:
            raise InputError(f"{owner}: cannot be used ({error.strerror}); name another folder") from error
        found = read_record(content, owner, "name another folder")
        if not isinstance(found, dict) or found.get("fingerprint") != self.fingerprint:
            raise OtherProblemError(
                f"{self.folder}: holds work on another problem (its priors, targets, settings or rules were "
                "others); remove the folder or name a new one"
            )

    @classmethod
    def beside_others(cls, folder: Path, fingerprint: str) -> Checkpoint:
        """Return the checkpoint of a problem in a folder, or in one beside it if that holds work on another problem.

        So facts, numbers or settings can be changed and changed back: no work is refused, and none is lost.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        try:
            return cls(folder, fingerprint)
        except OtherProblemError:
            return cls(folder.with_name(f"{folder.name}-{fingerprint[:12]}"), fingerprint)

    def load(self, name: str) -> dict[str, NDArray[Any]] | None:
        """Return the arrays of a piece, or None if it is not there."""
        return self.read(name, lambda arrays: arrays)

    def read(self, name: str, build: Callable[[dict[str, NDArray[Any]]], Found]) -> Found | None:
        """Return what is built of the arrays of a piece, or None if it is not there.

        Parameters
        ----------
        build
            Gets the arrays by name; what it finds missing or misshapen it raises as a `LookupError`, `TypeError` or
            `ValueError`.

        Raises
        ------
        InputError
            If the piece is damaged, or of another problem.
        """
        if self.folder is None:
            return None
        file = self.folder / f"{name}.npz"
        if not os.path.lexists(file):
            return None
        try:
            content = self._checked(name, read_whole(file))
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                return build({key: stored[key] for key in stored.files})
        except (OSError, ValueError, LookupError, TypeError, EOFError, AttributeError, BadZipFile) as error:
            raise InputError(f"{file}: is damaged; remove it, and what it held is done again") from error

    def save(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Write the arrays of a piece in place of what it held."""
        if self.folder is None:
            return
        file = self.folder / f"{name}.npz"
        stream = io.BytesIO()
        np.savez(stream, **dict(arrays))  # type: ignore[arg-type]
        try:
            write_whole(file, stream.getvalue() + self._trailer(name, stream.getvalue()))
        except OSError as error:
            raise InputError(f"{file}: cannot be written ({error.strerror}); what was done before is kept") from error

    def _trailer(self, name: str, content: bytes) -> bytes:
        """Return what stands behind the archive of a piece: a checksum of it, its name and the problem."""
        return _TRAILER + sha256(content + f"{name} {self.fingerprint}".encode()).encode()

    def _checked(self, name: str, content: bytes) -> bytes:
        """Return the archive of a piece without its trailer; a piece of version 1.0 has none."""
        place = len(content) - len(_TRAILER) - 64
        if place < 0 or content[place : place + len(_TRAILER)] != _TRAILER:
            return content
        if content[place:] != self._trailer(name, content[:place]):
            raise ValueError("the checksum does not fit")
        return content[:place]
