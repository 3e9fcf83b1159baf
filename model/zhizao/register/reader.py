"""Read a register of firms from a file: the kind of file, the sheet, the table, the firms."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

from zhizao.errors import InputError, Message
from zhizao.limits import limit
from zhizao.register.building import build_register
from zhizao.register.delimited import read_delimited
from zhizao.register.layout import count_of_names, lay_out
from zhizao.register.old_workbook import OldWorkbook
from zhizao.register.parquet import read_parquet
from zhizao.register.register import Register
from zhizao.register.sheet import Sheet, check_size
from zhizao.register.text import MAX_TEXT, shown
from zhizao.register.words import NOWHERE, Located, listed, refused, say
from zhizao.register.workbook import Workbook

__all__ = ["KINDS_OF_FILES", "file_and_sheet", "read_register"]

KINDS_OF_FILES = (".csv", ".xlsx", ".parquet", ".xls", ".xlsm", ".tsv", ".txt")
_TEXT = (".csv", ".tsv", ".txt")
_XLS, _ZIP, _PARQUET = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"PAR1"
_NOT_READ = {
    (".numbers", ".et", ".ods", ".xlsb", ".xlt", ".fods", ".dbf", ".sav", ".dta"): ("kind spreadsheet", "fix xls"),
    (".pdf", ".doc", ".docx", ".wps", ".ppt", ".pptx", ".jpg", ".png", ".html", ".htm"): (
        "kind document",
        "fix document",
    ),
    (".gz", ".zip", ".rar", ".7z", ".bz2", ".xz", ".tar"): ("kind packed", "fix packed"),
}
_LOOKED_AT = 80
_FEWEST_NAMES = 3


def file_and_sheet(path: str | Path) -> tuple[Path, str]:
    """Take a file's name and the sheet that may be named behind it, as in ``firms.xlsx#2023``, apart."""
    text = os.fspath(path)
    file, mark, sheet = text.rpartition("#")
    try:
        whole = not mark or Path(text).exists()
    except (OSError, ValueError):
        whole = True
    return (Path(text), "") if whole or Path(file).suffix.lower() not in KINDS_OF_FILES else (Path(file), sheet)


def read_register(path: str | Path) -> Register:
    """Read a register of firms.

    Parameters
    ----------
    path
        A file (.csv, .tsv, .txt, .xlsx, .xlsm, .xls or .parquet). Of a workbook with several registers, the sheet to
        read is named behind it, as in ``firms.xlsx#2023``. Its columns are those of `REGISTER_COLUMNS`, named in
        English or Chinese, with units as people write them: docs/REGISTERS.md says what is understood.

    Raises
    ------
    InputError
        With one line for each thing that is wrong (the first 50 in the order of the sheet, and how many more).
    """
    file, wanted = file_and_sheet(path)
    try:
        sheet, notes = _sheet(file, wanted)
        register = build_register(lay_out(sheet), sheet.merged)
    except InputError as error:
        name = shown(file.name or str(file), MAX_TEXT)
        raise InputError([_within(name, problem) for problem in error.problems]) from error
    return replace(register, notes=(*notes, *register.notes))


def _within(name: str, problem: str) -> Message:
    if isinstance(problem, Located):
        return problem.within(name)
    return Located.of(name, NOWHERE, NOWHERE, Message(problem))


def _sheet(file: Path, wanted: str) -> tuple[Sheet, list[Message]]:
    """Return the sheet with the firms, and what is said of those that were left out."""
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise refused("folder")
        kind = _kind(file)
        if kind != ".parquet":
            check_size("register_bytes", status.st_size)
        if not status.st_size:
            raise refused("no firms")
        if kind == ".parquet":
            return _only(read_parquet(file), wanted)
        data = file.read_bytes()[: limit("register_bytes") + 1]
        if kind in _TEXT:
            return _only(read_delimited(data), wanted)
        return _chosen(Workbook(data) if kind == ".xlsx" else OldWorkbook(data), wanted)
    except (InputError, MemoryError):
        raise
    except Exception as error:  # what the libraries raise on a damaged file can be of any kind
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise refused("unreadable", reason=shown(reason, MAX_TEXT)) from error


def _kind(file: Path) -> str:
    """Return the kind of a file by its name, or by its first bytes where a workbook has another's name."""
    ending = file.suffix.lower()
    for endings, (what, fix) in _NOT_READ.items():
        if ending in endings:
            raise refused("other kind", what=say(what), fix=say(fix))
    if ending not in KINDS_OF_FILES:
        raise refused("no kind", kinds=", ".join(KINDS_OF_FILES[:4]))
    with file.open("rb") as stream:
        start = stream.read(512)
    if start.startswith(_XLS):
        return ".xls"
    if start.startswith(_ZIP):
        return ".xlsx" if ending != ".parquet" else ending
    if start.startswith(_PARQUET):
        return ".parquet"
    if ending == ".xls":  # as many systems export: a page or plain text under the name of a workbook
        if b"<" in start[:100]:
            raise refused("other kind", what=say("kind html"), fix=say("fix xls"))
        return ".csv"
    return ".xlsx" if ending == ".xlsm" else ending


def _only(sheet: Sheet, wanted: str) -> tuple[Sheet, list[Message]]:
    if wanted:
        raise refused("sheets only", sheet=shown(wanted))
    return sheet, []


def _chosen(book: Workbook | OldWorkbook, wanted: str) -> tuple[Sheet, list[Message]]:
    """Return the one sheet of a workbook that looks like a register, or the one that is wanted."""
    names = book.names
    if wanted:
        if wanted not in names:
            raise refused("no such sheet", sheet=shown(wanted), sheets=listed([_quoted(book, name) for name in names]))
        return book.read(wanted), _said_of_sheets(book, wanted, names)
    if not names:
        raise refused("no firms")
    visible = [name for name in names if not book.is_hidden(name)]
    if len(names) == 1 and visible:
        return book.read(names[0]), []
    alike = [name for name in visible if _looks_like_a_register(book, name)]
    if len(alike) > 1:
        raise refused("several sheets", sheets=listed([_quoted(book, name) for name in alike]), first=shown(alike[0]))
    if not alike:
        hidden = [name for name in names if name not in visible and _looks_like_a_register(book, name)]
        if hidden:
            raise refused("hidden sheet only", sheet=shown(hidden[0]))
    chosen = (
        alike[0]
        if alike
        else next((name for name in visible if book.read(name, _LOOKED_AT).rows), (visible or names)[0])
    )
    return book.read(chosen), _said_of_sheets(book, chosen, names)


def _looks_like_a_register(book: Workbook | OldWorkbook, name: str) -> bool:
    sheet = book.read(name, _LOOKED_AT)
    return len(sheet.rows) > 1 and len(count_of_names(sheet)) >= _FEWEST_NAMES


def _said_of_sheets(book: Workbook | OldWorkbook, chosen: str, names: list[str]) -> list[Message]:
    others = [_quoted(book, name) for name in names if name != chosen]
    return [say("used sheet", sheet=shown(chosen), others=listed(others))] if others else []


def _quoted(book: Workbook | OldWorkbook, name: str) -> Message:
    return say("hidden" if book.is_hidden(name) else "visible", sheet=shown(name))
