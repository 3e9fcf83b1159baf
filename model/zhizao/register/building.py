"""From a table of firms to a checked register."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import Message
from zhizao.register.cells import is_none, value_of
from zhizao.register.choosing import choose_columns
from zhizao.register.closed import closed_firms
from zhizao.register.columns import KINDS, REGISTER_COLUMNS
from zhizao.register.draft import Draft, add_wrong_cells, check_plausible, fill_merged, read_column
from zhizao.register.layout import Named, Table
from zhizao.register.parks import parks_alike
from zhizao.register.partners import Links, links_of
from zhizao.register.periods import periods_of
from zhizao.register.problems import Problems
from zhizao.register.register import IN_SCOPE_REVENUE, NEEDS_BOTH, SIZE_FLOORS, Register
from zhizao.register.scaling import units_of_rows
from zhizao.register.sectors_of import sectors_of
from zhizao.register.text import is_missing, shown
from zhizao.register.words import NOWHERE, listed, quoted, say

__all__ = ["build_register"]

_LONG_NUMBER = re.compile(r"[0-9]{16,}")


def build_register(table: Table, merged: Sequence[tuple[int, int, int, int]] = ()) -> Register:
    """Build a register from a table of firms.

    Parameters
    ----------
    merged
        Ranges of merged cells in the sheet.

    Raises
    ------
    InputError
        With a line for every cause.
    """
    problems = Problems()
    chosen, notes = choose_columns(table, problems)
    notes += closed_firms(table)
    table = replace(table, general=[*table.general, *units_of_rows(table)])
    table = _without_strays(table, chosen, problems)
    draft = Draft(table, chosen, problems, [*table.notes, *notes])
    if any(width > table.widths[0] for width in table.widths):
        problems.raise_any()  # where rows are longer than the names, no cell can be trusted
    fill_merged(draft, merged)
    for column in REGISTER_COLUMNS:
        read_column(draft, column)
    check_plausible(draft)
    add_wrong_cells(draft)
    _check_ids(draft)
    _check_buildings(draft)
    sector = _read_sectors(draft)
    partners = _read_partners(draft)
    problems.raise_any()
    _say_marks(draft)
    return _register(draft, sector, partners)


def _without_strays(table: Table, chosen: dict[str, Named], problems: Problems) -> Table:
    """Return the table without rows that name no firm: a problem each, since they may be totals or notes."""
    names = [table.cells[chosen[name].position] for name in ("id", "sector", "industry_code") if name in chosen]
    both = len(names) >= 2
    stray = {index for index, cells in enumerate(zip(*names, strict=True)) if both and all(map(is_missing, cells))}
    filled = zip(*([bool(cell) for cell in column] for column in table.cells), strict=True)
    if len(table.columns) >= 4:
        stray |= {index for index, cells in enumerate(filled) if sum(cells) <= 1}
    if not stray or len(stray) == len(table.rows):
        return table
    for index in sorted(stray):
        first = next((column[index] for column in table.cells if column[index]), "")
        problems.add("no firm", rows=[table.rows[index]], sample=first)
    kept = [index for index in range(len(table.rows)) if index not in stray]
    widths = [table.widths[0], *(table.widths[index + 1] for index in kept)] if table.widths else []
    cells = [[column[index] for index in kept] for column in table.cells]
    return replace(table, rows=[table.rows[index] for index in kept], cells=cells, widths=widths)


def _check_ids(draft: Draft) -> None:
    ids = draft.texts["id"]
    rows = draft.table.rows
    if "id" not in draft.chosen:
        return
    keys = ["".join(name.split()).casefold() for name in ids]
    first = dict(zip(reversed(keys), reversed(rows), strict=True))
    repeated = [(row, name, key) for row, name, key in zip(rows, ids, keys, strict=True) if key and first[key] != row]
    for row, name, key in repeated:
        draft.problems.add(
            "duplicate" if len(repeated) <= 5 else "duplicates",
            rows=[row],
            column=draft.place("id"),
            sample=name,
            cause=row if len(repeated) <= 5 else "",
            row=first[key],
        )
    long = [name for name in ids if _LONG_NUMBER.fullmatch(name)]
    if len(long) > 1 and 2 * sum(name.endswith("000") for name in long) > len(long):
        draft.problems.add("rounded ids", column=draft.place("id"))


def _check_buildings(draft: Draft) -> None:
    for firm in np.flatnonzero(draft.values["workshops"] < 2 * draft.values["factories"]).tolist():
        draft.problems.add("two workshops", rows=[draft.table.rows[firm]], column=draft.place("factories"))


def _read_sectors(draft: Draft) -> NDArray[np.int8]:
    codes = draft.chosen.get("industry_code")
    name = "sector" if "sector" in draft.chosen else "industry_code"
    if name not in draft.chosen:
        return np.zeros(len(draft.table.rows), np.int8)
    both = codes is not None and name == "sector"
    sector, notes = sectors_of(
        draft.table.cells[draft.chosen[name].position],
        draft.table.cells[codes.position] if codes is not None and both else None,
        draft.table.rows,
        REGISTER_COLUMNS[1],
        draft.place(name),
        draft.place("industry_code") if both else None,
        draft.problems,
    )
    draft.notes += notes
    return sector


def _read_partners(draft: Draft) -> Links | None:
    cells, ids = draft.texts["partners"], draft.texts["id"]
    unread = np.isnan(draft.values["partners"])
    cells = ["" if wrong and not is_missing(cell) else cell for cell, wrong in zip(cells, unread, strict=True)]
    if "partners" not in draft.chosen or not any(ids):
        return None
    partners, strangers = links_of(cells, ids)
    names = draft.chosen.get("firm_name")
    if strangers and names is not None:
        by_name, unknown = links_of(cells, ids, draft.table.cells[names.position])
        if len(unknown) < len(strangers):
            partners, strangers = by_name, unknown
            draft.notes.append(say("partners by name", header=shown(names.text)))
    column = REGISTER_COLUMNS[-1]
    for firm, name in strangers:
        draft.problems.add(
            "wrong",
            rows=[draft.table.rows[firm]],
            column=draft.place("partners"),
            sample=name,
            wrong=KINDS["partners"][0],
            hint=NOWHERE,
            fix=column.fix,
            written=NOWHERE,
        )
    return partners if any(known is not None for known in partners) else None


def _say_marks(draft: Draft) -> None:
    """Say which marks were read as empty cells, and where 无 was read as zero."""
    marks, zeros = [], []
    for column in REGISTER_COLUMNS:
        named = draft.chosen.get(column.name)
        if named is None or column.needed:
            continue
        texts = draft.texts[column.name]
        for text in sorted({text for text in texts if text and is_missing(text)}):
            if column.kind == "flag" and value_of(text, column, 1.0) == 0.0:
                continue
            if (column.kind == "partners" and is_none(text)) or (column.kind == "whole" and text in ("无", "没有")):
                zeros.append(quoted(named.text))
                continue
            count = sum(cell == text for cell in texts)
            mark = quoted(text)
            marks.append(
                Message(f"{mark} in {quoted(named.text)} ({count:,})", f"{named.text}：{mark.chinese} {count:,}")
            )
    if marks:
        draft.notes.append(say("read as empty", marks=listed(marks)))
    if zeros:
        draft.notes.append(say("read as zero", columns=listed(list(dict.fromkeys(zeros)))))


def _size_classes(employees: NDArray[np.float64], revenue: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return the size class of firms by the district's rule: the highest up to which they reach all floors."""
    found = np.zeros(employees.size, dtype=np.int8)
    standing = np.ones(employees.size, dtype=bool)
    for staff, turnover in SIZE_FLOORS:
        enough = employees >= staff, revenue >= turnover
        standing &= (enough[0] & enough[1]) if NEEDS_BOTH else (enough[0] | enough[1])
        found += standing
    return found


def _register(draft: Draft, sector: NDArray[np.int8], partners: Links | None) -> Register:
    values, count = draft.values, len(draft.table.rows)
    employees, revenue = values["employees"], values["revenue"]
    parks = ["" if is_missing(text) else text for text in draft.texts["park"]]
    park_names = tuple(dict.fromkeys(filter(None, parks)))
    draft.notes += parks_alike(parks)
    park_of = {name: index for index, name in enumerate(("", *park_names), -1)}
    gaps = {column.name: int(np.isnan(values[column.name]).sum()) for column in REGISTER_COLUMNS}
    gaps["sector"] = 0
    gaps["partners"] = sum(known is None for known in partners) if partners is not None else count
    below = int((revenue < IN_SCOPE_REVENUE).sum())
    if below:
        firms = "1 firm is" if below == 1 else f"{below:,} firms are"
        draft.notes.append(say("below", firms=firms, count=f"{below:,}", threshold=f"{IN_SCOPE_REVENUE:.0f}"))
    imputed = [
        say("imputed", name=column.name, chinese=column.chinese[0], gap=f"{gaps[column.name]:,}", count=f"{count:,}")
        for column in REGISTER_COLUMNS
        if gaps[column.name]
    ]
    whole = {name: np.nan_to_num(values[name], nan=-1).astype(np.int32) for name in values}
    return Register(
        ids=tuple(draft.texts["id"]),
        sector=sector,
        employees=employees,
        revenue=revenue,
        size_class=_size_classes(employees, revenue),
        park=np.array([park_of[name] for name in parks], np.int32),
        park_names=park_names,
        digital_score=values["digital_score"],
        robots=whole["robots"].astype(np.int8),
        rd_active=whole["rd_active"].astype(np.int8),
        leader=whole["leader"].astype(np.int8),
        workshops=whole["workshops"],
        factories=whole["factories"],
        cash=values["cash"],
        partners=partners,
        imputed=tuple(imputed),
        assumed=tuple(draft.assumed),
        notes=tuple(draft.notes),
        periods=periods_of(draft.table, draft.chosen),
    )
