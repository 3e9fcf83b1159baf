"""Files of text: CSV and its kin, in the encodings and with the separators that offices use."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice

from zhizao.register.columns import header_of
from zhizao.register.sheet import Sheet, check_size, columns_of, sheet_of
from zhizao.register.text import MAX_TEXT, clean, shown
from zhizao.register.words import refused

__all__ = ["read_delimited"]

_SEPARATORS = ",;\t|，；"
_LOOKED_AT = 60
_NAMED_SEPARATOR = re.compile(r"\ufeff?sep=(.)\r?\n", re.I)
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "")
    if not encoding and b"\0" in data:
        even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
        if len(data) % 2 or max(even, odd) < 4 * min(even, odd):  # 一 (U+4E00) has a zero byte on the other side
            raise refused("not text")
        encoding = "utf-16-le" if odd > even else "utf-16-be"
    if encoding.startswith("utf-16"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            raise refused("not text") from None
        if "\0" in text:
            raise refused("not text")
        return text
    if b"\0" in data:
        raise refused("not text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        damaged = data.decode("utf-8", "replace")
        # Valid Chinese in UTF-8 is all but impossible in a file that is GB18030.
        if len(re.findall(r"[^\0-\x7f\ufffd]", damaged)) > damaged.count("\ufffd"):
            raise refused("not utf-8", line=data.count(b"\n", 0, error.start) + 1) from None
        return data.decode("gb18030")


def _known_names(text: str, separator: str) -> tuple[int, int]:
    """Return how many names of columns the best of the first lines has if split, and into how many cells it splits."""
    best = (0, 0)
    try:
        for cells in islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), _LOOKED_AT):
            found = [header_of(clean(cell)) for cell in cells[:200]]
            best = max(best, (len({header.column.name for header in found if header}), len(cells)))
    except csv.Error:
        pass
    return best


def _separator(text: str) -> str:
    """Return the separator under which the most names of columns are found; a comma if none is better."""
    start = "\n".join(text[:65536].replace("\r\n", "\n").replace("\r", "\n").split("\n")[:_LOOKED_AT])
    present = [mark for mark in _SEPARATORS if mark in start]
    return max(present, key=lambda mark: _known_names(start, mark), default=",")


def _check_quotes(rows: list[list[str]], widths: list[int], separator: str) -> None:
    """Refuse a cell that has swallowed the rows up to the next quotation mark: its lines split as rows do."""
    usual = Counter(widths).most_common(1)[0][0] if widths else 1
    if usual < 2:
        return
    for number, cells in enumerate(rows, 1):
        for place, cell in enumerate(cells):
            if separator not in cell or not ("\n" in cell or "\r" in cell):
                continue
            found = [line.count(separator) for line in cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
            first, last = usual - 1 - place, place + usual - len(cells)
            if found == [first, *[usual - 1] * (len(found) - 2), last]:
                raise refused("swallowed", rows=[number], count=f"{len(found):,}")


def read_delimited(data: bytes) -> Sheet:
    """Read a file of text.

    Raises
    ------
    InputError
        If it is not text, cannot be split into cells, or exceeds a limit.
    """
    check_size("register_rows", max(data.count(b"\n"), data.count(b"\r")))
    text = _decoded(data)
    named = _NAMED_SEPARATOR.match(text)
    if named:  # Excel's own line; it stays a row, so that rows count as in the file
        text = "\n" + text[named.end() :]
    separator = named[1] if named else _separator(text)
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    check_size("register_cells", text.count(separator) + len(lines))
    if not re.search('["\r]', text.replace("\r\n", "\n")) and len({line.count(separator) for line in lines}) == 1:
        width = lines[0].count(separator) + 1  # the short way for a plain table
        check_size("register_columns", width)
        cells = separator.join(lines).split(separator)
        return sheet_of([cells[place::width] for place in range(width)])
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise refused("quotes", rows=[len(rows) + 1], reason=shown(str(error), MAX_TEXT)) from None
    widths = [len(row) for row in rows]
    _check_quotes(rows, widths, separator)
    return sheet_of(columns_of(rows), widths=widths)
