"""A register of firms uploaded through the page: read as any other, its problems listed by row and column."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from zhizao.errors import InputError, Message
from zhizao.guarded import call_apart
from zhizao.limits import limit, over_limit
from zhizao.register import REGISTER_COLUMNS, Register, read_register
from zhizao.register.reader import KINDS_OF_FILES
from zhizao.register.text import shown
from zhizao.register.words import Located

__all__ = [
    "ENDINGS",
    "LARGEST",
    "Place",
    "Upload",
    "digest_of",
    "empty_register",
    "file_of",
    "read_upload",
    "register_of",
]

ENDINGS = tuple(ending.removeprefix(".") for ending in KINDS_OF_FILES)
LARGEST = 20
"""Largest file that can be uploaded, in MB."""
_LIBRARIES = ("pandas", "pyarrow.parquet", "openpyxl")


@dataclass(frozen=True, kw_only=True)
class Place:
    """One problem of a register: row and column of the sheet (empty for the whole file), and what to fix."""

    row: str
    column: str
    problem: str

    @classmethod
    def of(cls, line: str) -> Place:
        """Take the line of an error apart."""
        if isinstance(line, Located):
            return cls(
                row=Message(re.sub("^rows? ", "", line.rows), line.rows.chinese.strip("第行 ")),
                column=Message(line.column.partition("' (")[0].strip("'"), line.column.chinese.strip("“”")),
                problem=line.problem,
            )
        return cls(row="", column="", problem=line)


@dataclass(frozen=True, kw_only=True, eq=False)
class Upload:
    """What an uploaded file holds: a register, or problems; `digest` is the SHA-256 of its bytes."""

    name: str
    register: Register | None
    problems: tuple[Place, ...] = ()
    digest: str = ""


def register_of(upload: Upload | None) -> Register | None:
    """Return the firms of an upload; None if there is none, or it holds none."""
    return upload.register if upload is not None else None


def file_of(upload: Upload | None) -> str | None:
    """Return what the user calls the file whose firms are used, if any are."""
    return upload.name if upload is not None and upload.register is not None else None


def digest_of(upload: Upload | None) -> str:
    """Return what distinguishes the firms that are used from others; nothing if none were uploaded."""
    return upload.digest if upload is not None and upload.register is not None else ""


def read_upload(name: str, content: bytes) -> Upload:
    """Read a register from the bytes of a file; cells are values only, nothing in it is ever run.

    Parameters
    ----------
    name
        As the user calls the file; only its ending decides how it is read, and it is never used as a path.
    """
    ending = Path(name).suffix.lower()
    if ending.removeprefix(".") not in ENDINGS:
        ending = ".unknown"
    label = shown(Path(name).name or "file")
    if len(content) > LARGEST * 2**20:
        text = Message(f"is larger than {LARGEST} MB; give fewer firms", f"大于 {LARGEST} MB；请减少企业数")
        return Upload(name=label, register=None, problems=(Place.of(text),))
    with tempfile.TemporaryDirectory(prefix="zhizao-") as folder:
        file = Path(folder) / f"register{ending}"
        file.write_bytes(content)
        try:
            register = call_apart(read_register, file, libraries=_LIBRARIES)
            if len(register.ids) > limit("dashboard_firms"):
                raise InputError(over_limit("dashboard_firms", len(register.ids)))
            return Upload(name=label, register=register, digest=hashlib.sha256(content).hexdigest())
        except InputError as error:
            return Upload(name=label, register=None, problems=tuple(map(Place.of, error.problems)))


def empty_register() -> str:
    """Return a register with no firms: the Chinese and English names of the columns, as CSV to be filled in."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(column.name for column in REGISTER_COLUMNS)
    return text.getvalue()
