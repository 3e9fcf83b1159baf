"""The unit of a column: found in its header, a title, a comment, a note or the cells, or assumed and said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhizao.errors import Message
from zhizao.register.cells import number_of
from zhizao.register.columns import MONEY, MONEY_A_YEAR, Column, unit_in_words
from zhizao.register.layout import Named, Table
from zhizao.register.problems import Problems, column_name
from zhizao.register.text import folded, is_missing, shown
from zhizao.register.units import FOREIGN, Unit, unit_of
from zhizao.register.words import listed, quoted, refused, say

__all__ = ["Scale", "scale_of", "tells_units", "units_of_rows"]

_KIND_OF = {
    MONEY_A_YEAR: "money",
    MONEY: "money",
    "persons": "persons",
    "points": "points",
    "workshops": "count",
    "factories": "count",
}


_COLUMNS_OF_UNITS = {"单位", "计量单位", "货币单位", "金额单位", "unit", "units", "unit of money", "currency unit"}


def tells_units(table: Table, named: Named) -> bool:
    """Say whether a column does nothing but name the unit of money of each row."""
    if named.header is not None or folded(named.text) not in {folded(name) for name in _COLUMNS_OF_UNITS}:
        return False
    said = [unit_of(text) for text in set(table.cells[named.position]) if not is_missing(text)]
    return bool(said) and all(unit is not None and unit.kind in ("money", FOREIGN) for unit in said)


def units_of_rows(table: Table) -> list[tuple[Message, Unit]]:
    """Return the unit of money that a column of its own gives for all rows, with where.

    Raises
    ------
    InputError
        If rows are in several units, or some in none: then no amount can be trusted.
    """
    found = []
    for named in table.columns:
        if not tells_units(table, named):
            continue
        cells = table.cells[named.position]
        units = dict.fromkeys(unit for text in cells if not is_missing(text) and (unit := unit_of(text)))
        if len(units) > 1 or any(map(is_missing, cells)):
            words = listed([shown(unit.words) for unit in units])
            raise refused("units by row", column=quoted(named.text), units=words)
        found.append((say("column of units", header=shown(named.text)), next(iter(units))))
    return found


@dataclass(frozen=True, kw_only=True)
class Scale:
    """What to divide a column's numbers by; its unit as the file words it and where, if it gives one."""

    divisor: float = 1.0
    unit: Unit | None = None
    where: Message | None = None


def scale_of(
    column: Column, named: Named, general: Iterable[tuple[Message, Unit]], cells: Iterable[str], problems: Problems
) -> Scale:
    """Return the scale of a column; what contradicts itself becomes a problem.

    Parameters
    ----------
    general
        Units that the sheet states for the whole table, with where.
    cells
        The different texts of the column.
    """
    kind, place = _KIND_OF.get(column.unit), column_name(named.position, named.text, column.name)
    if kind is None:
        return Scale()
    if named.header is not None and named.header.unknown:
        problems.add("unknown unit", column=place, unit=unit_in_words(column.unit))
        return Scale()
    stated = list(named.sources)
    if any(unit.kind not in (kind, FOREIGN) for _, unit in stated):
        problems.add("unknown unit", column=place, unit=unit_in_words(column.unit))
        return Scale()
    stated += [source for source in general if source[1].kind in (kind, *((FOREIGN,) if kind == "money" else ()))]
    if foreign := next((unit for _, unit in stated if unit.kind == FOREIGN), None):
        problems.add("foreign", column=place, unit=shown(foreign.words), wanted=unit_in_words(column.unit))
        return Scale()
    in_cells = {found[1] for text in cells if not is_missing(text) and (found := number_of(text))}
    units = {unit for unit in in_cells if unit is not None}
    if any(unit.kind != kind for unit in units):
        other = next(unit for unit in units if unit.kind != kind)
        key = "foreign" if other.kind == FOREIGN else "unknown unit"
        problems.add(
            key,
            column=place,
            unit=unit_in_words(column.unit) if key == "unknown unit" else shown(other.words),
            wanted=unit_in_words(column.unit),
        )
        return Scale()
    if None in in_cells and units and not stated:
        problems.add("some units", column=place, unit=shown(next(iter(units)).words))
        return Scale()
    if stated:
        stated += [(say("cells"), unit) for unit in units]
    elif len(units) == 1:
        stated = [(say("cells"), next(iter(units)))]
    elif units:  # every cell states its own
        return Scale(unit=next(iter(units)), where=say("cells"))
    if len({unit for _, unit in stated}) > 1:
        different = {unit: where for where, unit in reversed(stated)}
        words = [
            Message(f"{shown(unit.words)} ({where})", f"{shown(unit.words)}（{where.chinese}）")
            for unit, where in different.items()
        ]
        problems.add("units differ", column=place, units=listed(words[::-1]))
        return Scale()
    if not stated:
        return Scale()
    where, unit = stated[0]
    return Scale(divisor=unit.divisor, unit=unit, where=where)
