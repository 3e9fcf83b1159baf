"""Tables of text for any width: nothing is cut, and no number is broken.

A table that is too wide folds its headers and texts. If that is not enough, a table of numbers becomes several tables,
one below the other, each with the first column; one of texts turns: one block of lines for each row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len, chop_cells

__all__ = ["Table", "fold", "table_lines"]

_GAP = 2
_INDENT = 2
_TALLEST = 6
"""Lines of a folded cell from which on a table is harder to read than blocks."""
_MOST_PARTS = 5
"""Tables one below the other, from which on blocks are easier to read."""
_LEAST_TEXT = 18
"""Cells that a column of sentences needs to be readable."""
_LEAST_HEADER = 8
_FEW_FOLDED = 0.3
"""Share of folded rows above which an empty line between rows helps."""
_LONGEST_WORD = 32
"""Cells above which a word of a text may be broken, such as a long path."""

_GLUE = "\x00"  # a blank that should not end a line; texts hold no control characters
_GLUED = (
    (re.compile(r"[(（][^()（）]{1,40}[)）]"), lambda found: found[0].replace(" ", _GLUE)),  # (85 to 92)
    (re.compile(r"(?<=\S) ([…·–]) (?=\S)"), lambda found: f"{_GLUE}{found[1]}{_GLUE}"),  # 85 … 92
    (re.compile(r"(?<=\d) %|no end"), lambda found: found[0].replace(" ", _GLUE)),
)
_WIDE = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
    "\U00020000-\U0003fffd"
)
_OPENING, _CLOSING = "（《「『“‘", "，。、；：？！）》」』”’％"
_ATOM = re.compile(rf"[{_OPENING}]*(?:[{_WIDE}]|[^{_WIDE}{_OPENING}]+)[{_CLOSING}]*|[{_OPENING}]+")
"""What stays together within a word: one wide character or all up to the next one, with the punctuation of it."""
_JOINT = re.compile(r"(?<=[._\-+/\\=,;:@&?])(?=[^\W\d])")
"""Where a word that is too long is broken best: after a mark and before a letter, never within a number."""


@dataclass(frozen=True)
class Table:
    """A table of text.

    Attributes
    ----------
    headers, rows
        What it holds; a cell may have several lines.
    right
        Indices of the columns that are aligned to the right: numbers, which are never broken.
    spaced
        Whether an empty line stands between rows.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int] = field(default_factory=frozenset)
    spaced: bool = False

    def columns(self, indices: Sequence[int]) -> Table:
        """Return a table of some of the columns."""
        return Table(
            [self.headers[index] for index in indices],
            [[row[index] for index in indices] for row in self.rows],
            frozenset(at for at, index in enumerate(indices) if index in self.right),
            self.spaced,
        )


def table_lines(table: Table, width: int, rule: str = "─") -> list[str]:
    """Return the lines of a table that is at most `width` cells wide, if its longest number is not wider.

    Parameters
    ----------
    rule
        The character of the line under the headers.
    """
    if not table.headers:
        return []
    lines: list[str] = []
    for indices in _arranged(table, width):
        part = table.columns(indices)
        widths = _widths(part, width)
        if widths is None:
            return _blocks(table, width)
        lines += [*([""] if lines else []), *_drawn(part, widths, rule)]
    return lines or _blocks(table, width)


def _arranged(table: Table, width: int) -> list[list[int]]:
    """Return the columns of each table that a table is split into; none if it is better turned."""
    places = range(len(table.headers))
    widths = _widths(table, width)
    texts = any(_is_text(table, index) for index in places[1:])
    if widths is not None and _tallest(table, widths) <= _TALLEST:
        numbers = [(row[at], widths[at]) for row in table.rows for at in table.right]
        if texts or not any(_natural([cell]) > room for cell, room in numbers):
            return [[*places]]
    if texts:
        return []
    parts = _parts(table, width)
    return parts if len(parts) <= _MOST_PARTS else []


def fold(text: str, width: int) -> list[str]:
    """Break text into lines of at most `width` cells, at blanks and between Chinese characters.

    Numbers with their per cent sign and intervals stay together where they fit; a single word that is too long is
    broken after a mark, and anywhere only if it has none.
    """
    return [line for part in text.split("\n") for line in _fold_line(part, max(width, 2))]


def _fold_line(text: str, width: int) -> list[str]:
    if cell_len(text) <= width:
        return [text]
    lines, line = [], " " * min(_blanks(text), width // 2)
    empty = True
    for blank, atom in _atoms(text.strip(" "), width):
        joined = f"{line}{' ' if blank and not empty else ''}{atom}"
        if empty or cell_len(joined) <= width:
            line = joined if cell_len(joined) <= width else atom
        else:
            lines.append(line)
            line = atom
        empty = False
    return [*lines, line]


def _atoms(text: str, width: int) -> list[tuple[bool, str]]:
    """Return what a line may be broken between: whether a blank stands before it, and its text."""
    for pattern, glued in _GLUED:
        text = pattern.sub(glued, text)
    atoms = []
    for group in text.split(" "):
        whole = group.replace(_GLUE, " ")
        for word in [whole] if cell_len(whole) <= width else group.split(_GLUE):
            pieces = [word] if cell_len(word) <= width and " " in word else _ATOM.findall(word)
            pieces = [short for piece in pieces for short in _shortened(piece, width)]
            atoms += [(place == 0, piece) for place, piece in enumerate(pieces)]
    return atoms


def _shortened(word: str, width: int) -> list[str]:
    """Return a word in pieces that fit."""
    if cell_len(word) <= width:
        return [word]
    return [
        short
        for piece in _JOINT.split(word)
        for short in ([piece] if cell_len(piece) <= width else chop_cells(piece, width))
    ]


def _cells(table: Table, index: int) -> list[str]:
    return [row[index] for row in table.rows]


def _natural(texts: Sequence[str]) -> int:
    """Return the cells of the longest line."""
    return max((cell_len(line) for text in texts for line in text.split("\n")), default=0)


def _is_text(table: Table, index: int) -> bool:
    """Return whether a column holds sentences, which are read along the row and not down the column."""
    return index not in table.right and _natural(_cells(table, index)) > _LEAST_TEXT


def _least(table: Table, index: int) -> int:
    """Return the cells below which a column is not to go: its numbers and names are whole."""
    cells = _cells(table, index)
    natural = _natural(cells)
    header = table.headers[index]
    heads = max(
        max((cell_len(atom) for _, atom in _atoms(header, _LEAST_TEXT)), default=1),
        min(_natural([header]), _LEAST_HEADER),
    )
    numeric = index in table.right
    lines = {line for cell in cells for line in cell.split("\n")}
    longest = max((_least_of(line, natural if numeric else _LONGEST_WORD) for line in lines), default=1)
    body = longest if numeric else max(longest, min(natural, _LEAST_TEXT))
    return max(body, heads, 1)


def _least_of(line: str, longest: int) -> int:
    """Return the cells that the widest part of a line needs which is not to be broken, with blanks before the line."""
    return _blanks(line) + max((cell_len(atom) for _, atom in _atoms(line.strip(" "), longest)), default=1)


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _widths(table: Table, width: int) -> list[int] | None:
    """Return the width of every column, or None if the table cannot be that narrow."""
    places = range(len(table.headers))
    room = width - _GAP * (len(places) - 1)
    wanted = [max(_natural(_cells(table, place)), _natural([table.headers[place]]), 1) for place in places]
    if sum(wanted) <= room:
        return wanted
    widths = [_least(table, place) for place in places]
    if sum(widths) > room:
        return None
    bodies = [_natural(_cells(table, place)) for place in places]
    for _ in range(room - sum(widths)):
        # texts first, the longest of them most; headers take what is left
        place = max(places, key=lambda at: (max(bodies[at] / widths[at], 1.0), wanted[at] / widths[at]))
        widths[place] += widths[place] < wanted[place]
    return widths


def _tallest(table: Table, widths: Sequence[int]) -> int:
    """Return the lines that folding gives the tallest cell, one if nothing is folded."""
    pairs = [(cell, width) for row in table.rows for cell, width in zip(row, widths, strict=True)]
    return max((len(fold(cell, width)) - cell.count("\n") for cell, width in pairs), default=1)


def _parts(table: Table, width: int) -> list[list[int]]:
    """Return the columns of each of several narrower tables, the first column in all of them.

    Intervals are on one line with their numbers if that takes two tables, or no more than otherwise.
    """
    places = range(len(table.headers))
    least = [_least(table, index) for index in places]
    whole = [max(least[at], _natural(_cells(table, at)) if at in table.right else 0) for at in places]
    tight, loose = _packed(least, width), _packed(whole, width)
    return loose if len(loose) <= max(len(tight), 2) else tight


def _packed(needed: Sequence[int], width: int) -> list[list[int]]:
    """Return groups of columns that fit beside the first one."""
    parts: list[list[int]] = []
    for index in range(1, len(needed)):
        if parts and sum(needed[at] + _GAP for at in (*parts[-1], index)) - _GAP <= width:
            parts[-1].append(index)
        else:
            parts.append([0, index])
    return parts or [[0]]


def _drawn(table: Table, widths: Sequence[int], rule: str) -> list[str]:
    """Return the lines of a table with columns of given widths."""
    heads = [fold(header, width) for header, width in zip(table.headers, widths, strict=True)]
    deepest = max(len(head) for head in heads)
    heads = [[""] * (deepest - len(head)) + head for head in heads]  # what is short is at the bottom
    body = [[fold(cell, width) for cell, width in zip(row, widths, strict=True)] for row in table.rows]
    folded = sum(
        any(len(lines) > cell.count("\n") + 1 for lines, cell in zip(lines_of, row, strict=True))
        for lines_of, row in zip(body, table.rows, strict=True)
    )
    spaced = table.spaced or folded > _FEW_FOLDED * len(table.rows)
    lines = _row(heads, table, widths)
    lines.append((" " * _GAP).join(rule * width for width in widths))
    for number, row in enumerate(body):
        lines += [*([""] if spaced and number else []), *_row(row, table, widths)]
    return [line.rstrip() for line in lines]


def _row(cells: Sequence[Sequence[str]], table: Table, widths: Sequence[int]) -> list[str]:
    lines = []
    for number in range(max(len(cell) for cell in cells)):
        texts = [cell[number] if number < len(cell) else "" for cell in cells]
        padded = []
        for place, (text, width) in enumerate(zip(texts, widths, strict=True)):
            blanks = " " * (width - cell_len(text))
            padded.append(blanks + text if place in table.right else text + blanks)
        lines.append((" " * _GAP).join(padded))
    return lines


def _blocks(table: Table, width: int) -> list[str]:
    """Return a table turned: for each row its first cell, and below it a line for every other one."""
    names = [" ".join(header.split()) for header in table.headers]
    room = min(_natural(names[1:]), max(width // 3, 6))
    lines: list[str] = []
    for row in table.rows:
        lines += [""] if lines else []
        lines += fold(row[0] or names[0], width)
        for index, (name, cell) in enumerate(zip(names[1:], row[1:], strict=True), 1):
            least = max(map(cell_len, cell.split()), default=1) if index in table.right else 1
            heads, values = fold(name, room), fold(cell, max(width - room - _INDENT - _GAP, least))
            for number in range(max(len(heads), len(values)) if cell else 0):
                head = heads[number] if number < len(heads) else ""
                value = values[number] if number < len(values) else ""
                lines.append(f"{'':{_INDENT}}{head}{' ' * (room - cell_len(head) + _GAP)}{value}".rstrip())
    return lines
