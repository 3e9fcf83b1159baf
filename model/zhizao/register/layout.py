"""Where the firms are in a sheet: the rows of names, what is above and below them, and what is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from zhizao.errors import Message
from zhizao.register.columns import Header, header_of, is_beside_names, part_of_year
from zhizao.register.sheet import Sheet
from zhizao.register.text import clean, folded, is_missing
from zhizao.register.units import Unit, stated_units
from zhizao.register.words import refused, rows_of, say

__all__ = ["Named", "Table", "count_of_names", "lay_out"]

_LOOKED_AT = 60
_FEWEST_NAMES = 3
_TOTAL = re.compile(
    r"(.{0,20})?(总\s*计|合\s*计|小\s*计|共\s*计|累\s*计|总\s*和|汇\s*总|平均值?|均值|sub-?\s*totals?|(grand\s+)?totals?|sum|average|mean)"
    r"\s*([(:：].*)?",
    re.I | re.S,
)
_NOTE = re.compile(
    r"[*※]*\s*(注|备注|说明|附注|附|注释|数据来源|资料来源|来源|审核人?|复核人?|制表人?|制表单位|填表人?|填报人?|填报单位|编制人?|编制单位|制单人?|"
    r"单位负责人|统计负责人|负责人|联系人|联系电话|联系方式|打印日期|打印时间|导出时间|填表日期|填报日期|报出日期|日期|截至|截止|单位|金额单位|"
    r"notes?|sources?|remarks?|prepared( by)?|checked( by)?|date|units?)\s*([:：.、(（\d].*|$)|"
    r"[(（]?续表?[)）]?\s*\d*|接上页.*|转下页.*|见下页.*|"
    r"第\s*\d+\s*页.*|共\s*\d+\s*(页|家|条|户).*|以上.*|.*[。；].*|page\s+\d+.*|end of (list|table).*",
    re.I | re.S,
)
_NUMBERING = re.compile(r"[甲乙丙丁戊己庚辛壬癸]|\(?\d{1,2}\)?")
_NEUTRAL = re.compile(r"合计|总计|总数|数值|金额|(本年|本期|全年|当年)?(累计|实际|完成)?|年末|期末|total", re.I)
_OTHER_FIGURE = re.compile(
    r"(上年|去年|上期|上年同期|同期)(累计|实际|完成)?|(同比)?(增速|增长率?|增减|变动)?\W*%?\W*", re.I
)
"""What stands below the name of a group and makes a figure of its own: last year's, or the change since."""
_LONGEST_OF_YEAR = 12
"""Letters of such a cell, at most, where it gives part of a year."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A column of a sheet: its place, its text as shown, and what its header says if that is known.

    `sources` holds the units that it is given, with where; `years` those that its header states.
    """

    position: int
    text: str
    header: Header | None
    years: tuple[int, ...] = ()
    sources: tuple[tuple[Message, Unit], ...] = ()
    hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """The firms of a sheet.

    Attributes
    ----------
    columns
        The columns of the sheet by their names.
    rows, cells
        Numbers of the rows of firms, and their texts by column.
    header_row
        Number of the row of names.
    general
        Units that titles, notes and the sheet's name state for the whole table, with where.
    words
        Titles and the name of the sheet, with where: they may say of what year the table is.
    notes
        What was left out.
    """

    columns: list[Named]
    rows: list[int]
    cells: list[list[str]]
    header_row: int
    widths: list[int]
    general: list[tuple[Message, Unit]]
    words: list[tuple[Message, str]]
    notes: list[Message] = field(default_factory=list)


def count_of_names(sheet: Sheet) -> set[str]:
    """Return the names of the register's columns in the row of a sheet that has the most of them."""
    best: set[str] = set()
    for index in range(min(len(sheet.rows), _LOOKED_AT)):
        found = {header.column.name for cell in sheet.row(index) if cell and (header := header_of(cell))}
        best = max(best, found, key=len)
    return best


def lay_out(sheet: Sheet) -> Table:
    """Find the firms of a sheet.

    Raises
    ------
    InputError
        If it holds none, or rows with firms are hidden.
    """
    if len(sheet.rows) < 2:
        raise refused("no firms")
    top, bottom = _rows_of_names(sheet)
    columns = _names(sheet, top, bottom)
    _check_second_list(sheet, top, bottom, columns)
    firms, notes, note_rows = _rows_of_firms(sheet, bottom + 1, columns)
    if not firms:
        raise refused("no firms")
    if hidden := [sheet.rows[index] for index in firms if sheet.rows[index] in sheet.hidden_rows]:
        raise refused("hidden rows", rows=hidden, count=f"{len(hidden):,}")
    above = [(say("title", row=sheet.rows[index]), " ".join(filter(None, sheet.row(index)))) for index in range(top)]
    cells_above = [
        (say("title", row=sheet.rows[index]), cell) for index in range(top) for cell in sheet.row(index) if cell
    ]
    below = [(say("title", row=sheet.rows[index]), cell) for index in note_rows for cell in sheet.row(index) if cell]
    words = [*above, *([(say("sheet name"), clean(sheet.name))] if sheet.name else [])]
    if above:
        listed_rows = rows_of([sheet.rows[index] for index in range(top)])
        notes.insert(0, say("titles", row=sheet.rows[bottom], rows=listed_rows))
    if len(firms) == len(sheet.rows) - bottom - 1:
        cells = [column[bottom + 1 :] for column in sheet.columns]
    else:
        cells = [[column[index] for index in firms] for column in sheet.columns]
    return Table(
        columns=columns,
        rows=[sheet.rows[index] for index in firms],
        cells=cells,
        header_row=sheet.rows[bottom],
        widths=[sheet.widths[index] for index in (bottom, *firms)] if sheet.widths else [],
        general=[
            (where, unit) for where, text in [*cells_above, *below, *words[len(above) :]] for unit in stated_units(text)
        ],
        words=words,
        notes=notes,
    )


# ------------------------------------------------------------------------------------------------ rows of names


def _rows_of_names(sheet: Sheet) -> tuple[int, int]:
    """Return the indices of the first and the last row that hold names of columns."""
    best, most = 0, 1
    for index in range(min(len(sheet.rows), _LOOKED_AT)):
        found = {header.column.name for cell in sheet.row(index) if cell and (header := header_of(cell))}
        if len(found) > most:
            best, most = index, len(found)
    top = bottom = best
    while bottom + 1 < len(sheet.rows) and _continues_names(sheet, best, bottom + 1):
        bottom += 1
    while top > 0 and _groups_names(sheet, top - 1, top):
        top -= 1
    return top, bottom


def _continues_names(sheet: Sheet, names: int, index: int) -> bool:
    """Say whether a row below the names belongs to them: names, units, years or numbers of columns alone."""
    cells = [cell for cell in sheet.row(index) if cell]
    if _is_numbering(cells):
        return True
    number = sheet.rows[index]
    if any(first <= sheet.rows[names] and number <= last for first, _, last, _ in sheet.merged if first < last):
        return True  # a cell that is merged over both rows
    if folded("".join(sheet.row(index))) == folded("".join(sheet.row(names))):
        return False  # the names once more: left out as such
    return bool(cells) and all(_is_below_a_name(cell) or header_of(cell) for cell in cells)


def _is_below_a_name(text: str) -> bool:
    if len(text) <= _LONGEST_OF_YEAR and part_of_year(text):
        return True
    return bool(is_beside_names(text) or _NEUTRAL.fullmatch(text) or _OTHER_FIGURE.fullmatch(text))


def _is_numbering(cells: list[str]) -> bool:
    numbers = [int(cell.strip("()")) for cell in cells if cell.strip("()").isdecimal()]
    letters = sum(not cell.strip("()").isdecimal() for cell in cells)
    return (
        len(cells) >= 3
        and all(_NUMBERING.fullmatch(cell) for cell in cells)
        and numbers == list(range(1, len(numbers) + 1))
        and (letters > 0 or len(numbers) >= 4)
    )


def _groups_names(sheet: Sheet, index: int, below: int) -> bool:
    """Say whether a row above the names groups them: some names or units, over columns that have names below."""
    cells = [(place, cell) for place, cell in enumerate(sheet.row(index)) if cell]
    known = [place for place, cell in cells if header_of(cell)]
    units = [place for place, cell in cells if is_beside_names(cell)]
    number = sheet.rows[index]
    merged_down = any(first == number and last >= sheet.rows[below] for first, _, last, _ in sheet.merged)
    return len(known) >= 1 or merged_down or (len(units) >= 2 and len(units) == len(cells))


def _names(sheet: Sheet, top: int, bottom: int) -> list[Named]:
    filled = [_filled(sheet, index, index < bottom, bottom) for index in range(top, bottom + 1)]
    named = []
    for position in range(len(sheet.columns)):
        parts = [(sheet.rows[top + offset], row[position]) for offset, row in enumerate(filled) if row[position]]
        own = [part for part in dict.fromkeys(text for _, text in parts) if not _NUMBERING.fullmatch(part)]
        header, header_text = _header(own)
        sources: list[tuple[Message, Unit]] = []
        years: list[int] = []
        if header is not None:
            for text in own:
                part = header_of(text) if text != header_text else header
                if part is not None:
                    sources += [(say("header"), unit) for unit in part.units]
                    years += part.years
                else:
                    sources += [(say("header"), unit) for unit in stated_units(f"({text.strip('()[]')})")]
                    years += [int(year) for year in re.findall(r"(?:19|20)\d\d", text)]
            for row in sheet.rows[top : bottom + 1]:
                comment = sheet.comments.get((row, position + 1), "")
                sources += [(say("comment"), unit) for unit in stated_units(_without_author(comment), free=True)]
        named.append(
            Named(
                position=position,
                text=" ".join(own),
                header=header,
                years=tuple(dict.fromkeys(years)),
                sources=tuple(sources),
                hidden=position + 1 in sheet.hidden_columns,
            )
        )
    return named


def _without_author(comment: str) -> str:
    return comment.partition("\n")[2] if re.match(r"[^\n]{1,20}[:：]\n", comment) else comment


def _filled(sheet: Sheet, index: int, spread: bool, bottom: int) -> list[str]:
    """Return a row of names with the names of groups spread over the columns that they group."""
    cells = [cell.strip() for cell in sheet.row(index)]
    if not spread:
        return cells
    number = sheet.rows[index]
    spans = [(left, right) for first, left, last, right in sheet.merged if first <= number <= last and right > left]
    for left, right in spans:
        for place in range(left, min(right, len(cells))):
            cells[place] = cells[place] or cells[left - 1]
    if not spans:  # in text, a group's name is in the first of its columns
        for place in range(1, len(cells)):
            below = sheet.columns[place][bottom]
            if not cells[place] and below and _is_below_a_name(below):
                cells[place] = cells[place - 1]
    return cells


def _header(parts: list[str]) -> tuple[Header | None, str]:
    """Return what the names of one column say together, and which of them names it."""
    for place in range(len(parts) - 1, -1, -1):
        header = header_of(parts[place])
        if header is not None:
            return header, parts[place]
        if not (is_beside_names(parts[place]) or _NEUTRAL.fullmatch(parts[place])):
            break  # a name of its own that is not known, whatever the name of its group
    return (header_of("".join(parts)), "".join(parts)) if len(parts) > 1 else (None, "")


# ------------------------------------------------------------------------------------------------ rows of firms


def _matching(sheet: Sheet, position: int, pattern: re.Pattern[str]) -> set[str]:
    return {text for text in set(sheet.columns[position]) if text and pattern.fullmatch(text)}


def _check_second_list(sheet: Sheet, top: int, bottom: int, columns: list[Named]) -> None:
    """Refuse a row further down that names columns otherwise than the rows of names do: a second list."""
    own = {folded("".join(sheet.row(index))) for index in range(top, bottom + 1)}
    suspects: set[int] = set()
    for item in columns:
        if item.header is not None and item.header.column.needed and item.header.column.name != "id":
            column = sheet.columns[item.position]
            named = {text for text in set(column) if text and not text[0].isdecimal() and header_of(text)}
            suspects.update(index for index in range(bottom + 1, len(column)) if column[index] in named)
    for index in sorted(suspects):
        cells = sheet.row(index)
        found = {header.column.name for cell in cells if cell and (header := header_of(cell))}
        if len(found) >= _FEWEST_NAMES and folded("".join(cells)) not in own:
            raise refused("names again", rows=[sheet.rows[index]], row=sheet.rows[bottom])


def _rows_of_firms(sheet: Sheet, start: int, columns: list[Named]) -> tuple[list[int], list[Message], list[int]]:
    """Return the indices of rows with firms, what is said of those left out, and the indices of notes."""
    numbers = {item.position for item in columns if item.header and item.header.column.unit}
    places = {
        name: [item.position for item in columns if item.header and item.header.column.name == name]
        for name in ("id", "list_number", "employees", "revenue")
    }
    words = [position for position in range(len(columns)) if position not in numbers]
    totals = {position: _matching(sheet, position, _TOTAL) for position in words}
    notes = {position: _matching(sheet, position, _NOTE) for position in range(len(columns))}
    names = folded("".join(sheet.row(start - 1)))
    suspects = {position: totals.get(position, set()) | notes[position] for position in range(len(columns))}
    suspects = {position: texts for position, texts in suspects.items() if texts}
    firms: list[int] = []
    left: dict[str, list[int]] = {"left out": [], "repeated names": [], "only a number": []}
    note_rows: list[int] = []
    first_column = sheet.columns[words[0]] if words else sheet.columns[0]
    first_name = sheet.columns[words[0]][start - 1] if words else ""
    numbered = places["list_number"]
    id_columns = [sheet.columns[position] for position in places["id"]]
    for index in range(start, len(sheet.rows)):
        kind = "firm"
        if suspects and any(sheet.columns[position][index] in texts for position, texts in suspects.items()):
            kind = _kind_of_row(sheet, index, totals, notes, places)
        if first_column[index] == first_name and first_name and folded("".join(sheet.row(index))) == names:
            kind = "repeated names"
        elif numbered and kind == "firm" and all(not ids[index] for ids in id_columns):
            others = (cells[index] for place, cells in enumerate(sheet.columns) if place not in numbered)
            kind = "firm" if any(others) else "only a number"
        if kind == "firm":
            firms.append(index)
        else:
            left["left out" if kind in ("total", "note") else kind].append(index)
            note_rows += [index] if kind == "note" else []
    said = [say(key, rows=rows_of([sheet.rows[index] for index in found])) for key, found in left.items() if found]
    return firms, said, note_rows


def _kind_of_row(
    sheet: Sheet, index: int, totals: dict[int, set[str]], notes: dict[int, set[str]], places: dict[str, list[int]]
) -> str:
    filled = [position for position, column in enumerate(sheet.columns) if not is_missing(column[index])]
    first = filled[0] if filled else 0
    text = sheet.columns[first][index]

    def empty(name: str) -> bool:
        return all(is_missing(sheet.columns[position][index]) for position in places[name])

    no_id = empty("id") or any(sheet.columns[position][index] in totals.get(position, ()) for position in places["id"])
    if no_id and any(sheet.columns[position][index] in texts for position, texts in totals.items()):
        return "total"
    figures = [sheet.columns[position][index] for name in ("employees", "revenue") for position in places[name]]
    if text in notes.get(first, ()) and not any(re.match(r"[+-]?[\d.]", cell) for cell in figures):
        return "note"
    return "firm"
