"""From a table of firms to a checked register."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import Message
from zhizao.register.cells import EXCEL_ERROR, amount_of, is_none, value_of
from zhizao.register.choosing import choose_columns
from zhizao.register.closed import closed_firms
from zhizao.register.columns import (
    HELPERS,
    KINDS,
    MONEY,
    MONEY_A_YEAR,
    REGISTER_COLUMNS,
    Column,
    part_of_year,
    unit_in_words,
)
from zhizao.register.layout import Named, Table
from zhizao.register.parks import parks_alike
from zhizao.register.partners import Links, links_of
from zhizao.register.periods import periods_of
from zhizao.register.plausible import check_cash, check_revenue, check_scores
from zhizao.register.problems import Problems, column_name
from zhizao.register.register import IN_SCOPE_REVENUE, NEEDS_BOTH, SIZE_FLOORS, Register
from zhizao.register.scaling import Scale, scale_of, units_of_rows
from zhizao.register.sectors_of import sectors_of
from zhizao.register.text import DATE, FORMULA, is_missing, shown
from zhizao.register.words import NOWHERE, listed, quoted, say

__all__ = ["build_register"]

_ID, _NAME = REGISTER_COLUMNS[0], HELPERS[1]
_LONG_NUMBER = re.compile(r"[0-9]{16,}")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})*,[0-9]+|[+-]?[0-9]+,[0-9]+")


@dataclass
class _Draft:
    """What is known so far of a register that is being built."""

    table: Table
    chosen: dict[str, Named]
    problems: Problems
    notes: list[Message] = field(default_factory=list)
    assumed: list[Message] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    scales: dict[str, Scale] = field(default_factory=dict)
    wrong: list[tuple[Column, str, list[int]]] = field(default_factory=list)

    def place(self, name: str) -> tuple[int, Message]:
        """Return index and words of a column."""
        named = self.chosen[name]
        return column_name(named.position, named.text, name)

    def amounts(self, name: str) -> NDArray[np.float64] | None:
        """Return the numbers of a column whatever their bounds; None if it has a problem or says "checked"."""
        named = self.chosen.get(name)
        if named is None or self.problems.concerns(named.position) or (named.header and named.header.checked):
            return None
        divisor = self.scales[name].divisor
        said = {text: amount_of(text, divisor) for text in set(self.texts[name])}
        return np.array([said[text] for text in self.texts[name]], dtype=np.float64)


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
    draft = _Draft(table, chosen, problems, [*table.notes, *notes])
    if any(width > table.widths[0] for width in table.widths):
        problems.raise_any()  # where rows are longer than the names, no cell can be trusted
    _fill_merged(draft, merged)
    for column in REGISTER_COLUMNS:
        _read_column(draft, column)
    _check_plausible(draft)
    _add_wrong_cells(draft)
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


# ------------------------------------------------------------------------------------------------ columns


def _fill_merged(draft: _Draft, merged: Sequence[tuple[int, int, int, int]]) -> None:
    """Fill a merged name of a park or a sector into all rows that it covers; refuse other merged cells."""
    index = {row: place for place, row in enumerate(draft.table.rows)}
    for name, named in draft.chosen.items():
        cells, filled = draft.table.cells[named.position], 0
        for top, left, bottom, right in merged:
            if not left - 1 <= named.position <= right - 1 or bottom == top:
                continue
            rows = [
                row
                for row in range(max(top, draft.table.rows[0]), min(bottom, draft.table.rows[-1]) + 1)
                if row in index
            ]
            if len(rows) < 2:
                continue
            if name not in ("park", "sector", "industry_code"):
                if name in draft.values or name in _OWN_NAMES:
                    draft.problems.add("merged", rows=rows, column=draft.place(name))
                continue
            text = cells[index[rows[0]]]
            for row in rows[1:]:
                if not cells[index[row]]:
                    cells[index[row]] = text
                    filled += 1
        if filled:
            draft.notes.append(say("filled down", header=shown(named.text), count=f"{filled:,}"))
        elif name == "park" and _looks_merged(cells):
            draft.problems.add("looks merged", column=draft.place(name))


_OWN_NAMES = {column.name for column in REGISTER_COLUMNS}


def _looks_merged(cells: list[str]) -> bool:
    """Say whether each name stands once, at the head of a run of empty cells, as merged cells do when saved as text."""
    filled = [cell for cell in cells if cell]
    return bool(
        len(cells) >= 8
        and len(filled) >= 2
        and cells[0]
        and len(set(filled)) == len(filled)
        and 2 * len(filled) <= len(cells)
    )


def _read_column(draft: _Draft, column: Column) -> None:
    """Read the cells of a column into texts and values; what is wrong becomes problems."""
    count = len(draft.table.rows)
    named = draft.chosen.get(column.name)
    if named is None:
        draft.texts[column.name] = [""] * count
        draft.values[column.name] = np.full(count, np.nan)
        return
    cells = draft.texts[column.name] = draft.table.cells[named.position]
    different = dict.fromkeys(cells)  # in their order, which a set would not keep
    scale = draft.scales[column.name] = scale_of(column, named, draft.table.general, different, draft.problems)
    if column.unit == MONEY_A_YEAR and named.header is not None:
        titles = [] if named.header.years else [text for _, text in draft.table.words]
        if partial := next(filter(None, [named.header.part_of_year, *map(part_of_year, titles)]), ""):
            draft.problems.add("part of a year", column=draft.place(column.name), words=shown(partial))
    kind = _NAME if column is _ID and named.header is not None and named.header.column is not _ID else column
    said = {text: value_of(text, kind, scale.divisor) for text in different}
    if column is _ID:
        said |= {text: None for text in different if is_missing(text)}
    draft.values[column.name] = np.array([said[text] for text in cells], dtype=np.float64)
    if column.kind == "sector":
        return
    for text in (text for text, value in said.items() if value is None):
        rows = [row for row, cell in zip(draft.table.rows, cells, strict=True) if cell == text]
        draft.wrong.append((column, text, rows))


def _add_wrong_cells(draft: _Draft) -> None:
    """Make problems of wrong cells, except in columns whose unit is wrong: there, all would be wrong for one cause."""
    one_cause = {column.name for column, _, _ in draft.wrong if draft.problems.concerns(draft.place(column.name)[0])}
    for column, text, rows in draft.wrong:
        if column.name not in one_cause:
            _add_wrong_cell(draft, column, text, rows)


def _add_wrong_cell(draft: _Draft, column: Column, text: str, rows: list[int]) -> None:
    place, scale = draft.place(column.name), draft.scales[column.name]
    if not text or text == FORMULA or text.startswith(DATE):
        key = "empty" if not text else "formula" if text == FORMULA else "date"
        draft.problems.add(key, rows=rows, column=place, fix=column.fix)
    elif EXCEL_ERROR.fullmatch(text):
        draft.problems.add("excel error", rows=rows, column=place, sample=text, fix=column.fix)
    else:
        written = NOWHERE
        if scale.unit is not None and scale.where is not None:
            key = "written in" if scale.where == say("header") else "written in, elsewhere"
            written = say(key, unit=shown(scale.unit.words), where=scale.where)
        draft.problems.add(
            "wrong",
            rows=rows,
            column=place,
            sample=text,
            wrong=KINDS[column.kind][0],
            hint=say("decimal comma") if column.unit and _DECIMAL_COMMA.fullmatch(text) else NOWHERE,
            fix=column.fix,
            written=written,
        )


def _check_ids(draft: _Draft) -> None:
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


def _check_buildings(draft: _Draft) -> None:
    for firm in np.flatnonzero(draft.values["workshops"] < 2 * draft.values["factories"]).tolist():
        draft.problems.add("two workshops", rows=[draft.table.rows[firm]], column=draft.place("factories"))


def _read_sectors(draft: _Draft) -> NDArray[np.int8]:
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


def _read_partners(draft: _Draft) -> Links | None:
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


# ------------------------------------------------------------------------------------------------ the whole


def _check_plausible(draft: _Draft) -> None:
    """Refuse numbers that cannot be in the unit that they are read in, and say which unit was assumed."""
    median = float("nan")
    revenue, cash, score = (draft.amounts(name) for name in ("revenue", "cash", "digital_score"))
    if revenue is not None and "employees" in draft.chosen:
        notes, median = check_revenue(
            revenue,
            draft.values["employees"],
            draft.table.rows,
            draft.scales["revenue"].divisor,
            draft.place("revenue"),
            draft.problems,
        )
        draft.notes += notes
    if cash is not None:
        scale = draft.scales.get("revenue", Scale())
        if draft.scales["cash"].unit is None and scale.unit is not None and scale.divisor != 1.0:
            other, unit = quoted(draft.chosen["revenue"].text), shown(scale.unit.words)
            draft.problems.add("unit elsewhere", column=draft.place("cash"), other=other, unit=unit)
        elif revenue is not None:
            check_cash(cash, revenue, draft.scales["cash"].divisor, draft.place("cash"), draft.problems)
    named = draft.chosen.get("digital_score")
    if score is not None and named is not None and named.header is not None and not named.header.whole_scale:
        signed = all("%" in text for text in draft.texts["digital_score"] if not is_missing(text))
        percent = signed or draft.scales["digital_score"].divisor != 1.0
        place = draft.place("digital_score")
        draft.notes += check_scores(score, draft.table.rows, place, draft.problems, percent=percent)
    _say_units(draft, median)


def _say_units(draft: _Draft, median: float) -> None:
    """Say which unit was assumed, and which was found elsewhere than in the header."""
    for name in ("revenue", "cash"):
        if name in draft.chosen and draft.scales[name].unit is None and any(map(bool, draft.texts[name])):
            unit_name = unit_in_words(MONEY_A_YEAR if name == "revenue" else MONEY)
            header = shown(draft.chosen[name].text)
            if name == "revenue" and np.isfinite(median):
                draft.assumed.append(
                    say("assumed unit per head", header=header, unit=unit_name, median=f"{median:.3g}")
                )
            else:
                draft.assumed.append(say("assumed unit", header=header, unit=unit_name))
    for name, scale in draft.scales.items():
        if (
            scale.where is not None
            and scale.unit is not None
            and scale.where != say("header")
            and scale.unit.words != "%"
        ):
            draft.notes.append(
                say(
                    "units found",
                    header=shown(draft.chosen[name].text),
                    unit=shown(scale.unit.words),
                    where=scale.where,
                )
            )


def _say_marks(draft: _Draft) -> None:
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


def _register(draft: _Draft, sector: NDArray[np.int8], partners: Links | None) -> Register:
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
