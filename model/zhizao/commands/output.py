"""The files that a command makes, and the line about each."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from zhizao.commands.console import remark
from zhizao.commands.words import word
from zhizao.results.stored import TableForm
from zhizao.results.wording import Language

__all__ = ["say_written", "write_tables"]


class Stored(Protocol):
    """A result that can be written into a folder."""

    def write(self, folder: str | Path, form: TableForm = ...) -> Path:
        """Write it and return the folder."""


def say_written(file: Path, language: Language, *, quiet: bool) -> None:
    """Say where something was written."""
    remark(word("written", language, folder=file), quiet=quiet)


def write_tables(done: Stored, out: str | None, output_format: str, language: Language, *, quiet: bool) -> None:
    """Write the tables and the record of a result into a folder if one was named, in CSV if that is what is printed."""
    if out is not None:
        say_written(done.write(out, "csv" if output_format == "csv" else "parquet"), language, quiet=quiet)
