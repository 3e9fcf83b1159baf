"""The files that a command makes, and the line about each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from zhizao.commands.console import print_lines, remark
from zhizao.commands.options import CSV_FORMATS
from zhizao.commands.words import word
from zhizao.errors import InputError, in_language
from zhizao.report.charts.style import checked_file
from zhizao.report.workbook import checked_workbook
from zhizao.results.stored import prepare_folder, refuse_inputs
from zhizao.results.table_files import TableForm
from zhizao.words.tables import Language

__all__ = ["check_files", "notes_as_lines", "print_notes", "say_notes", "say_written", "write_tables"]


class Stored(Protocol):
    """A result that can be written into a folder."""

    def write(self, folder: str | Path, form: TableForm = ..., *, replace: bool = ...) -> Path:
        """Write it and return the folder."""


def check_files(
    *, out: str | None = None, chart: str | None = None, workbook: str | None = None, inputs: Sequence[Any] = ()
) -> None:
    """Find out before anything runs whether what a command is to write can be written; `InputError` names all.

    Parameters
    ----------
    out, chart, workbook
        What the command was asked to write, if anything.
    inputs
        Files that it reads, and names that may be of files; none of them may be written over.
    """
    read = [entry for entry in inputs if isinstance(entry, str | Path)]
    problems: list[str] = []
    checks = ((chart, checked_file), (workbook, checked_workbook), (out, prepare_folder))
    for path, check in checks:
        try:
            if path is None:
                continue
            if check is not prepare_folder:
                refuse_inputs([path], read)
                check(path)
            elif not problems:  # it makes the folder
                prepare_folder(path, read)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def print_notes(notes: Iterable[str], language: Language) -> None:
    """Print what the user should know of a register of firms, a line each, above the tables of a result."""
    print_lines(*notes_as_lines(notes, language))


def notes_as_lines(notes: Iterable[str], language: Language) -> list[str]:
    """Return what the user should know of a register of firms, a line each, with an empty one at the end if any."""
    lines = [word("remark", language, text=in_language(note, language)) for note in notes]
    return [*lines, ""] if lines else []


def say_notes(notes: Iterable[str], output_format: str, language: Language, *, quiet: bool) -> None:
    """Say on standard error what stands above the tables where no tables are printed."""
    if output_format != "table":
        for note in notes:
            remark(word("remark", language, text=in_language(note, language)), quiet=quiet)


def say_written(file: Path, language: Language, *, quiet: bool) -> None:
    """Say where something was written."""
    remark(word("written", language, folder=file), quiet=quiet)


def write_tables(
    done: Stored, out: str | None, output_format: str, language: Language, *, quiet: bool, replace: bool = False
) -> None:
    """Write the tables and the record of a result into a folder if one was named, in CSV if that is what is printed."""
    if out is not None:
        form: TableForm = "csv" if output_format in CSV_FORMATS else "parquet"
        say_written(done.write(out, form, replace=replace), language, quiet=quiet)
