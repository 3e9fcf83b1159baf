"""Work in progress on disk: each piece is put in place at once, so that a crash loses none that is done."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError

__all__ = ["Checkpoint"]

_OWNER = "problem.json"


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
    InputError
        If the folder belongs to another problem, or cannot be written.
    """

    folder: Path | None
    fingerprint: str

    def __post_init__(self) -> None:
        if self.folder is None:
            return
        owner = self.folder / _OWNER
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if owner.exists():
                found = json.loads(owner.read_text(encoding="utf-8"))
                if found != {"fingerprint": self.fingerprint}:
                    raise InputError(
                        f"{self.folder}: holds work on another problem (its priors, targets, settings or rules were "
                        "others); remove the folder or name a new one"
                    )
                return
            aside = owner.with_suffix(f".{os.getpid()}.partial")
            aside.write_text(json.dumps({"fingerprint": self.fingerprint}), encoding="utf-8")
            aside.replace(owner)
        except (OSError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            reason = getattr(error, "strerror", None) or "its record is damaged"
            raise InputError(f"{self.folder}: cannot be used ({reason}); name another folder") from error

    def load(self, name: str) -> dict[str, NDArray[Any]] | None:
        """Return the arrays of a piece, or None if it is not there."""
        if self.folder is None:
            return None
        file = self.folder / f"{name}.npz"
        if not file.exists():
            return None
        try:
            with np.load(file, allow_pickle=False) as stored:
                return {key: stored[key] for key in stored.files}
        except (OSError, ValueError, EOFError, AttributeError, BadZipFile) as error:
            raise InputError(f"{file}: is damaged; remove it, and what it held is done again") from error

    def save(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Write the arrays of a piece in place of what it held."""
        if self.folder is None:
            return
        file = self.folder / f"{name}.npz"
        aside = self.folder / f"{name}.{os.getpid()}.partial"
        try:
            with aside.open("wb") as stream:
                np.savez(stream, **dict(arrays))  # type: ignore[arg-type]
            aside.replace(file)
        except OSError as error:
            with contextlib.suppress(OSError):
                aside.unlink(missing_ok=True)
            raise InputError(f"{file}: cannot be written ({error.strerror}); what was done before is kept") from error
