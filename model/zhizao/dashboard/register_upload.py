"""A register of firms handed in through the page: read as any other, its problems told by row and column."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from zhizao.errors import InputError
from zhizao.population.register import REGISTER_COLUMNS, Register, read_register
from zhizao.population.tables import shown

__all__ = ["ENDINGS", "LARGEST", "Place", "Upload", "empty_register", "places", "read_upload"]

ENDINGS = ("csv", "xlsx", "parquet")
LARGEST = 50
"""Largest file that can be handed in, in MB."""

_PLACED = re.compile(r"(?:, row (?P<row>\d+))?(?:, column '(?P<column>.*?)'(?: \('.*?'\))?)?: (?P<problem>.*)", re.S)


@dataclass(frozen=True, kw_only=True)
class Place:
    """One problem of a register: row and column of the sheet (empty for the whole file), and what to mend."""

    row: str
    column: str
    problem: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Upload:
    """What a file that was handed in holds: a register, or problems; `digest` is the SHA-256 of its bytes."""

    name: str
    register: Register | None
    problems: tuple[Place, ...] = ()
    digest: str = ""


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
        return Upload(
            name=label, register=None, problems=places("", [f": is larger than {LARGEST} MB; give fewer firms"])
        )
    with tempfile.TemporaryDirectory(prefix="zhizao-") as folder:
        file = Path(folder) / f"register{ending}"
        file.write_bytes(content)
        try:
            return Upload(name=label, register=read_register(file), digest=hashlib.sha256(content).hexdigest())
        except InputError as error:
            return Upload(name=label, register=None, problems=places(file.name, error.problems))


def places(file: str, problems: tuple[str, ...] | list[str]) -> tuple[Place, ...]:
    """Take the lines about a register apart into row, column and what to mend."""
    found = []
    for line in problems:
        rest = line.removeprefix(file)
        match = _PLACED.fullmatch(rest)
        parts = match.groupdict(default="") if match else {"row": "", "column": "", "problem": rest}
        found.append(Place(row=parts["row"], column=parts["column"], problem=parts["problem"]))
    return tuple(found)


def empty_register() -> str:
    """Return a register with no firms: the Chinese and English names of the columns, as CSV to be filled in."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(column.name for column in REGISTER_COLUMNS)
    return text.getvalue()
