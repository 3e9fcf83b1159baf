"""The columns of a register that is being built: what their cells say, and which of them are wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import Message
from zhizao.register.cells import EXCEL_ERROR, amount_of, value_of
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
from zhizao.register.plausible import check_cash, check_revenue, check_scores
from zhizao.register.problems import Problems, column_name
from zhizao.register.scaling import Scale, scale_of
from zhizao.register.text import DATE, FORMULA, is_missing, shown
from zhizao.register.words import NOWHERE, quoted, say

__all__ = ["Draft", "add_wrong_cells", "check_plausible", "fill_merged", "read_column"]

_ID, _NAME = REGISTER_COLUMNS[0], HELPERS[1]
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})*,[0-9]+|[+-]?[0-9]+,[0-9]+")


@dataclass
class Draft:
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


def fill_merged(draft: Draft, merged: Sequence[tuple[int, int, int, int]]) -> None:
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


def read_column(draft: Draft, column: Column) -> None:
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


def add_wrong_cells(draft: Draft) -> None:
    """Make problems of wrong cells, except in columns whose unit is wrong: there, all would be wrong for one cause."""
    one_cause = {column.name for column, _, _ in draft.wrong if draft.problems.concerns(draft.place(column.name)[0])}
    for column, text, rows in draft.wrong:
        if column.name not in one_cause:
            _add_wrong_cell(draft, column, text, rows)


def _add_wrong_cell(draft: Draft, column: Column, text: str, rows: list[int]) -> None:
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


def check_plausible(draft: Draft) -> None:
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


def _say_units(draft: Draft, median: float) -> None:
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
