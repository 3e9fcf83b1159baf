"""Excel workbooks (.xlsx, .xlsm): sheets read row by row, with what belongs to the cells.

Nothing in a workbook is run. The package is looked at before it is unpacked, and a sheet is read as a stream, so that
a small file cannot take all memory.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from zhizao.limits import VARIABLE, limit
from zhizao.register.formats import shown_number
from zhizao.register.sheet import Sheet, check_size, sheet_of
from zhizao.register.text import DATE, FORMULA
from zhizao.register.words import refused

__all__ = ["Workbook", "check_package"]

_SMALL, _MIDDLE = 1_000_000, 8_000_000
_SMALL_RATIO, _MIDDLE_RATIO = 200, 60
"""Parts of real workbooks are packed at most about thirtyfold; only made-up ones unpack to hundreds of times."""
_LONGEST_SMALL_PART = 20_000_000
_COLUMN = re.compile(r"[A-Z]+")


def check_package(archive: zipfile.ZipFile) -> None:
    """Refuse a package whose parts unpack to too much, before any is unpacked.

    Raises
    ------
    InputError
        Naming the part.
    """
    parts = archive.infolist()
    check_size("register_unpacked_bytes", sum(part.file_size for part in parts))
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        squeezed = (part.file_size > _SMALL and ratio > _SMALL_RATIO) or (
            part.file_size > _MIDDLE and ratio > _MIDDLE_RATIO
        )
        usual = limit("register_unpacked_bytes") <= 200_000_000
        if usual and squeezed:
            raise refused(
                "squeezed",
                part=part.filename[-40:],
                ratio=f"{ratio:,.0f}",
                setting=f"{VARIABLE}=register_unpacked_bytes={max(part.file_size * 2, 200_000_001)}",
            )
        content = not re.search(r"worksheets/|sharedStrings|media/|\.bin$|drawings/|charts/", part.filename)
        if usual and content and part.file_size > _LONGEST_SMALL_PART:
            check_size("register_unpacked_bytes", limit("register_unpacked_bytes") + part.file_size)


class Workbook:
    """An open workbook: the names and states of its sheets, each read when it is asked for."""

    def __init__(self, data: bytes) -> None:
        import openpyxl  # here, because it is heavy

        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_package(archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        self._sheets = {sheet.title: sheet for sheet in self._book.worksheets}

    @property
    def names(self) -> list[str]:
        """Names of the sheets, in order."""
        return list(self._sheets)

    def is_hidden(self, name: str) -> bool:
        """Say whether a sheet is hidden."""
        return bool(self._sheets[name].sheet_state != "visible")

    def read(self, name: str, most_rows: int | None = None) -> Sheet:
        """Read a sheet, or its first rows.

        Raises
        ------
        InputError
            If it exceeds a limit.
        """
        from openpyxl.worksheet._reader import WorkSheetParser  # here, because it is heavy

        class Parser(WorkSheetParser):  # type: ignore[misc]
            """Marks formulas whose value was never stored, which the library gives as empty cells."""

            def parse_cell(self, element: Any) -> Any:
                cell = super().parse_cell(element)
                # a formula that gives empty text is stored as such, with the type "str"
                if cell["value"] is None and element.get("t") != "str" and element.find("{*}f") is not None:
                    cell["value"] = FORMULA
                return cell

        book, sheet = self._book, self._sheets[name]
        with warnings.catch_warnings(), book._archive.open(sheet._worksheet_path) as stream:
            warnings.simplefilter("ignore")
            parser = Parser(
                stream,
                sheet._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            numbers, columns = self._columns(parser.parse(), most_rows)
        whole = most_rows is None
        merged = parser.merged_cells.mergeCell if whole and parser.merged_cells else ()
        return sheet_of(
            columns,
            numbers=numbers,
            name=name,
            hidden_rows=frozenset(int(row) for row, said in parser.row_dimensions.items() if _hides(said, "ht")),
            hidden_columns=_hidden_columns(parser.column_dimensions.values()),
            merged=tuple((area.min_row, area.min_col, area.max_row, area.max_col) for area in merged),
            comments=self._comments(sheet._worksheet_path) if whole else {},
        )

    def _columns(self, rows: Iterator[Any], most_rows: int | None) -> tuple[list[int], list[list[str]]]:
        """Return the numbers of the rows that hold cells, and their texts by column."""
        numbers: list[int] = []
        columns: list[list[str]] = []
        most_columns, cells_read = limit("register_columns"), 0
        for number, cells in rows:
            if most_rows is not None and len(numbers) >= most_rows:
                break
            texts = {cell["column"]: self._text(cell) for cell in cells if cell["value"] is not None}
            cells_read += len(cells)
            if not any(texts.values()):
                check_size("register_cells", cells_read, so_far=True)
                continue
            if (last := max(texts)) > len(columns):
                check_size("register_columns", last)
                columns += [[""] * len(numbers) for _ in range(len(columns), min(last, most_columns))]
            numbers.append(number)
            check_size("register_rows", len(numbers), so_far=True)
            check_size("register_cells", max(cells_read, len(numbers) * len(columns)), so_far=True)
            for place, column in enumerate(columns, 1):
                column.append(texts.get(place, ""))
        return numbers, columns

    def _text(self, cell: dict[str, Any]) -> str:
        """Return a cell as Excel shows it, but with all its digits."""
        value = cell["value"]
        if isinstance(value, str):
            return value
        if cell["data_type"] == "d":
            return f"{DATE}{value.date() if isinstance(value, datetime) else value if isinstance(value, date) else ''}"
        if isinstance(value, bool):
            return str(value)
        return shown_number(value, self._format(cell["style_id"]))

    def _format(self, style: int) -> str:
        from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE  # here, because it is heavy

        styles = self._book._cell_styles
        number = styles[style].numFmtId if 0 <= style < len(styles) else 0
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return str(BUILTIN_FORMATS.get(number, "General"))
        own = self._book._number_formats
        place = number - BUILTIN_FORMATS_MAX_SIZE
        return str(own[place]) if place < len(own) else "General"

    def _comments(self, path: str) -> dict[tuple[int, int], str]:
        """Return the comments on the cells of a sheet, by row and column."""
        from openpyxl.comments.comment_sheet import CommentSheet
        from openpyxl.packaging.relationship import get_dependents, get_rels_path
        from openpyxl.utils.cell import coordinate_to_tuple
        from openpyxl.xml.constants import COMMENTS_NS
        from openpyxl.xml.functions import fromstring

        archive, found = self._book._archive, {}
        if get_rels_path(path) in archive.namelist():
            for relation in get_dependents(archive, get_rels_path(path)).find(COMMENTS_NS):
                for place, comment in CommentSheet.from_tree(fromstring(archive.read(relation.target))).comments:
                    found[coordinate_to_tuple(place)] = comment.text or ""
        return found


def _hides(said: dict[str, str], size: str) -> bool:
    return said.get("hidden") in ("1", "true") or said.get(size) in ("0", "0.0")


def _hidden_columns(dimensions: Any) -> frozenset[int]:
    spans = [(int(said["min"]), int(said["max"])) for said in dimensions if _hides(said, "width")]
    return frozenset(number for first, last in spans for number in range(first, min(last, first + 500) + 1))
