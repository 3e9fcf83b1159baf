"""Which column of a sheet is which column of the register, and what is said of those that are not used."""

from __future__ import annotations

from zhizao.errors import Message
from zhizao.register.columns import (
    MONEY_A_YEAR,
    REGISTER_COLUMNS,
    header_of,
    near_column,
    part_of_year,
    whole_year_column,
)
from zhizao.register.layout import Named, Table
from zhizao.register.problems import Problems, column_name
from zhizao.register.scaling import tells_units
from zhizao.register.text import is_missing, shown
from zhizao.register.words import listed, quoted, refused, say

__all__ = ["choose_columns"]


def choose_columns(table: Table, problems: Problems) -> tuple[dict[str, Named], list[Message]]:
    """Return the columns by the register's names for them (helpers too), and what is said of the choice."""
    chosen: dict[str, Named] = {}
    notes: list[Message] = []
    candidates: dict[str, list[Named]] = {}
    for named in table.columns:
        if named.header is not None:
            candidates.setdefault(named.header.column.name, []).append(named)
    if len(candidates) <= 1 and _is_transposed(table):
        raise refused("transposed")
    if not any(name in _OWN for name in candidates):
        raise refused("no names")
    _check_side_by_side(table, candidates)
    for name, found in candidates.items():
        one = _one_of(found, table, problems)
        if one is not None:
            chosen[name] = one
            notes += _said_of_choice(name, one, found)
    _take_names_as_ids(table, chosen, notes)
    partly = _check_parts_of_years(table, candidates, problems)
    unused = [text for text in _check_unknown(table, chosen, problems) if text not in partly]
    used = {named.position for name, named in chosen.items() if name in _OWN}
    unused += [named.text for name, named in chosen.items() if name not in _USED_HELPERS and named.position not in used]
    if unused:
        in_order = [named.text for named in table.columns if named.text in unused]
        notes.append(say("not used", columns=listed([shown(text) for text in dict.fromkeys(in_order)], 30)))
    if hidden := [quoted(named.text) for named in chosen.values() if named.hidden]:
        notes.append(say("hidden columns", columns=listed(hidden)))
    for column in REGISTER_COLUMNS:
        if column.needed and column.name not in chosen and column.name not in candidates:
            if column.unit == MONEY_A_YEAR and partly:
                continue
            if column.name == "sector" and "industry_code" in chosen:
                continue
            own = quoted(column.name)
            names = Message(f"{own} ('{column.chinese[0]}')", f"“{column.chinese[0]}”（{column.name}）")
            problems.add("missing column", cause=column.name, names=names, fix=column.fix)
    return chosen, notes


_LOOKED_AT, _FEWEST_NAMES = 60, 3
_OWN = {column.name for column in REGISTER_COLUMNS}
_USED_HELPERS = {*_OWN, "industry_code", "as_of"}


def _is_transposed(table: Table) -> bool:
    """Say whether the first column holds what belongs into the row of names."""
    below = table.cells[0][:_LOOKED_AT] if table.cells else []
    headers = [header_of(text) for text in (table.columns[0].text, *below) if text]
    return len({header.column.name for header in headers if header is not None}) >= _FEWEST_NAMES


def _check_side_by_side(table: Table, candidates: dict[str, list[Named]]) -> None:
    """Refuse two tables beside each other: the same names again, at least three of them."""
    again = [found[0].text for found in candidates.values() if len({named.text for named in found}) < len(found)]
    if len(again) >= 3:
        raise refused("side by side", rows=[table.header_row], columns=listed([quoted(text) for text in again], 3))


def _check_parts_of_years(table: Table, candidates: dict[str, list[Named]], problems: Problems) -> list[str]:
    """Return the names of columns that hold part of a year's revenue, a problem each if no other has the year's."""
    partly = []
    for named in table.columns:
        if named.header is None and (found := whole_year_column(named.text)) and found[0].name not in candidates:
            place = column_name(named.position, named.text, found[0].name)
            problems.add("part of a year", column=place, words=shown(found[1]))
            partly.append(named.text)
    return partly


def _one_of(found: list[Named], table: Table, problems: Problems) -> Named | None:
    """Return the column to take of those that name the same thing; a contradiction becomes a problem."""
    filled = [named for named in found if not all(map(is_missing, table.cells[named.position]))] or found[:1]
    best = min(named.header.rank for named in filled if named.header)
    first = [named for named in filled if named.header and named.header.rank == best]
    if len(first) == 1:
        return first[0]
    name = first[-1].header.column.name if first[-1].header else ""
    place = column_name(first[-1].position, first[-1].text, name)
    years = sorted({year for named in first for year in named.years})
    if len(years) > 1:
        problems.add("years", rows=[table.header_row], column=place, years=listed([str(year) for year in years]))
    else:
        problems.add("twice", rows=[table.header_row], column=place)
    return None


def _said_of_choice(name: str, one: Named, found: list[Named]) -> list[Message]:
    assert one.header is not None
    others = [quoted(named.text) for named in found if named is not one]
    meaning = one.header.column.meaning
    if others and name in _OWN:
        return [say("not chosen", chosen=shown(one.text), meaning=meaning, others=listed(others))]
    differs = one.header.rank > 0 and name in ("employees", "revenue", "digital_score")
    return [say("stand-in", header=shown(one.text), meaning=meaning)] if differs else []


def _take_names_as_ids(table: Table, chosen: dict[str, Named], notes: list[Message]) -> None:
    """Where no column gives ids, take the firms' names, or else their numbers in the list."""
    for helper, key in (("firm_name", "names as ids"), ("list_number", "numbers as ids")):
        if "id" in chosen or helper not in chosen:
            continue
        texts = table.cells[chosen[helper].position]
        if all(not is_missing(text) for text in texts) and (len(set(texts)) == len(texts) or helper == "firm_name"):
            chosen["id"] = chosen.pop(helper)
            notes.append(say(key, header=shown(chosen["id"].text)))


def _check_unknown(table: Table, chosen: dict[str, Named], problems: Problems) -> list[str]:
    """Return the names of unknown columns; what has no name, or misspells a missing column, becomes a problem."""
    unused = []
    for named in table.columns:
        if named.header is not None:
            continue
        place = column_name(named.position, named.text)
        if not named.text:
            filled = [row for row, text in zip(table.rows, table.cells[named.position], strict=True) if text]
            if filled and (not table.widths or named.position < table.widths[0]):
                problems.add("no name", rows=filled, column=place)
            continue
        if tells_units(table, named):
            continue
        near = near_column(named.text) if not part_of_year(named.text) else None
        if near is not None and near.name not in chosen and near.name in _OWN:
            problems.add("not a column", rows=[table.header_row], column=place, near=near.name)
        else:
            unused.append(named.text)
    _check_widths(table, problems)
    return unused


def _check_widths(table: Table, problems: Problems) -> None:
    """Refuse rows of text that are longer than the row of names: their cells are under other names."""
    if table.widths:
        count, *widths = table.widths
        if longer := [row for row, width in zip(table.rows, widths, strict=True) if width > count]:
            problems.add("longer rows", rows=longer, count=count)
