"""Excel workbooks of the format before 2007 (.xls), read with the library xlrd."""

from __future__ import annotations

from typing import Any

from zhizao.errors import InputError
from zhizao.register.formats import shown_number
from zhizao.register.sheet import Sheet, check_size, sheet_of
from zhizao.register.text import DATE
from zhizao.register.words import refused, say

__all__ = ["OldWorkbook"]

_LARGEST = 30_000_000
"""Bytes; a sheet of this format holds at most 65,536 rows of 256 columns."""


class OldWorkbook:
    """An open workbook: the names and states of its sheets, each read when it is asked for."""

    def __init__(self, data: bytes) -> None:
        try:
            import xlrd  # here, because only these files need it
        except ImportError:
            raise refused("other kind", what=say("kind xls"), fix=say("fix xls")) from None
        self._xlrd = xlrd
        check_size("register_bytes", len(data) if len(data) <= _LARGEST else len(data) * 10)
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refused("other kind", what=say("kind locked"), fix=say("fix locked"))
        try:
            self._book = xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=_Silent())
        except InputError:
            raise
        except Exception as error:  # damaged files end in errors of any kind
            raise refused("other kind", what=say("kind xls"), fix=say("fix xls")) from error

    @property
    def names(self) -> list[str]:
        """Names of the sheets, in order."""
        return list(self._book.sheet_names())

    def is_hidden(self, name: str) -> bool:
        """Say whether a sheet is hidden."""
        return bool(self._book.sheet_by_name(name).visibility)

    def read(self, name: str, most_rows: int | None = None) -> Sheet:
        """Read a sheet, or its first rows."""
        sheet = self._book.sheet_by_name(name)
        check_size("register_cells", sheet.nrows * sheet.ncols)
        count = sheet.nrows if most_rows is None else min(sheet.nrows, most_rows)
        columns = [[self._text(sheet, row, column) for row in range(count)] for column in range(sheet.ncols)]
        whole = most_rows is None
        return sheet_of(
            columns,
            name=name,
            hidden_rows=frozenset(
                row + 1 for row, said in sheet.rowinfo_map.items() if said.hidden or said.height == 0
            ),
            hidden_columns=frozenset(place + 1 for place, said in sheet.colinfo_map.items() if said.hidden),
            merged=tuple((top + 1, left + 1, last, right) for top, last, left, right in sheet.merged_cells if whole),
            comments={(row + 1, place + 1): note.text for (row, place), note in sheet.cell_note_map.items()},
        )

    def _text(self, sheet: Any, row: int, column: int) -> str:
        xlrd, cell = self._xlrd, sheet.cell(row, column)
        if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
            return ""
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                return f"{DATE}{xlrd.xldate_as_datetime(cell.value, self._book.datemode).date()}"
            except (ValueError, OverflowError, xlrd.XLDateError):
                return DATE
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return str(bool(cell.value))
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
        if cell.ctype == xlrd.XL_CELL_NUMBER:
            style = self._book.xf_list[cell.xf_index]
            return shown_number(cell.value, self._book.format_map[style.format_key].format_str)
        return str(cell.value)


class _Silent:
    """Takes what the library prints about odd files."""

    def write(self, _: str) -> None:
        """Print nothing."""

    def flush(self) -> None:
        """Do nothing."""
