"""Renew the tables of docs/ODD.md and docs/TABLES.md from the declarations in the code.

Run: ``python docs/make_odd.py``; with ``--check`` it changes nothing, names the pages that are stale, and ends with 1.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from firm_fields import AT_START, Meanings
from marks import put

from zhizao.draws import STREAMS
from zhizao.engine.firm_record import FIRM, FIRM_FIELDS
from zhizao.engine.state import FLOWS, GROUPS, LEDGER_LINES, STATUS, STOCKS
from zhizao.evidence.catalogue import catalogue
from zhizao.evidence.published import published, why_unseen
from zhizao.parameters.registry import parameter_specifications
from zhizao.parameters.specification import Specification
from zhizao.policy.levers import DECLARED, INSTRUMENTS, lever_specifications
from zhizao.policy.offer_rows import OFFER_FIELDS
from zhizao.population.synthetic import FIRM_AT_START
from zhizao.register import REGISTER_COLUMNS, Column
from zhizao.results.outcomes import OUTCOMES
from zhizao.results.variables import VARIABLES
from zhizao.sectors import SECTOR_KEYS, SECTORS

COMMAND = "python docs/make_odd.py"
DOCS = Path(__file__).resolve().parent
Lines = list[str]


def table(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> Lines:
    """Return the lines of a Markdown table."""
    headers = list(headers)
    body = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return [f"| {' | '.join(headers)} |", "|" + "---|" * len(headers), *body]


def default_of(spec: Specification) -> str:
    """Return a declared value as the tables show it."""
    if isinstance(spec.default, tuple):
        values = [f"{value:g}" for value in spec.default]
        return values[0] + " each" if len(set(values)) == 1 and len(values) > 1 else ", ".join(values)
    return spec.default if isinstance(spec.default, str) else f"{spec.default:g}"


def prior_of(spec: Specification) -> str:
    """Return the interval from which a number is drawn, in brackets, or nothing."""
    if not spec.prior:
        return ""
    shape = ", evenly in the logarithm" if spec.prior_shape == "log-even" else ""
    return f" ({spec.prior[0]:g} to {spec.prior[1]:g}{shape})"


def unit_and_bounds(spec: Specification) -> str:
    """Return unit, what a row runs over, and bounds."""
    if spec.choices:
        return spec.bounds
    axis = "" if not spec.axis else f"; by {'sector' if spec.axis == SECTOR_KEYS else ', '.join(spec.axis)}"
    return f"{spec.unit}, {spec.bounds}{axis}"


def parameters() -> Lines:
    """Return every parameter with value, interval, unit and bounds, meaning and source."""
    rows = [
        (f"`{spec.key}`", default_of(spec) + prior_of(spec), unit_and_bounds(spec), spec.meaning, spec.source)
        for spec in parameter_specifications().values()
    ]
    return table(("parameter", "value (drawn from)", "unit, bounds", "meaning", "source"), rows)


def levers() -> Lines:
    """Return every lever of policy with its value where not set, unit and bounds, and meaning."""
    rows = [
        (f"`{spec.key}`", default_of(spec), unit_and_bounds(spec), spec.meaning)
        for spec in lever_specifications().values()
    ]
    return table(("lever", "where not set", "unit, bounds", "meaning"), rows)


def instruments() -> Lines:
    """Return every instrument with who pays for it and what its money is, in the order of the ledger."""
    rows = [
        (
            f"`{name}`",
            one.english,
            one.chinese,
            one.tier or "all three, in order",
            "to firms" if one.direct else "for a service",
            one.account.replace("_", " "),
        )
        for name, one in DECLARED.items()
    ]
    headers = ("instrument", "name", "in Chinese", "tier that pays", "its money goes", "group in the account")
    return table(headers, rows)


def variables() -> Lines:
    """Return every monthly series."""
    rows = [
        (f"`{v.name}`", v.english, v.chinese, v.unit, v.kind, v.group if v.by_group else "district only")
        for v in VARIABLES
    ]
    return table(("variable", "meaning", "in Chinese", "unit", "kind", "group, where none is named"), rows)


def seen() -> Lines:
    """Return the series that a government can see when it decides."""
    rows = [
        (f"`{one.name}`", one.english, one.chinese, one.unit, one.kind, one.groups[0]) for one in published().values()
    ]
    return table(("series", "meaning", "in Chinese", "unit", "kind", "of which firms"), rows)


def unseen() -> Lines:
    """Return the series that no government sees, with the reason."""
    rows = [(f"`{one.name}`", reason) for one in catalogue().values() if (reason := why_unseen(one))]
    return table(("series", "why not"), rows)


def outcomes() -> Lines:
    """Return every outcome at the horizon."""
    better = {1: "more", -1: "less", 0: ""}
    rows = [
        (
            f"`{outcome.name}`",
            outcome.english + (f" (`{outcome.over}` / `{outcome.under}`)" if outcome.over else ""),
            outcome.chinese,
            outcome.unit,
            better[outcome.better],
        )
        for outcome in OUTCOMES
    ]
    return table(("outcome", "meaning", "in Chinese", "unit", "better is"), rows)


def streams() -> Lines:
    """Return every stream of draws."""
    rows = [(str(int(stream.number)), f"`{name}`", stream.purpose) for name, stream in STREAMS.items()]
    return table(("number", "stream", "decision"), rows)


def fields(dtype: np.dtype[np.void], meanings: Meanings) -> Lines:
    """Return the fields of a record; `SystemExit` if one has no meaning written down, or is no longer there."""
    names = dtype.names or ()
    if set(names) != set(meanings):
        raise SystemExit(f"docs/firm_fields.py and the record differ in: {', '.join(set(names) ^ set(meanings))}")
    rows = []
    for name in names:
        kind = dtype[name]
        size = f" × {kind.shape[0]}" if kind.shape else ""
        rows.append((f"`{name}`", f"{kind.base.name}{size}", *meanings[name]))
    return table(("field", "type", "unit", "meaning"), rows)


def register_row(column: Column) -> tuple[str, ...]:
    """Return one column of a register as a row of the table."""
    bounds = f"{'above ' if column.above else ''}{column.low:,.0f} to {column.high:,.0f}" if column.unit else ""
    needed = "yes" if column.needed else "imputed if absent"
    return f"`{column.name}`", ", ".join(column.chinese), column.meaning, column.unit, bounds, needed


def register() -> Lines:
    """Return the columns of a district's own register of firms."""
    headers = ("column", "Chinese headers", "meaning", "unit", "bounds", "needed")
    return table(headers, map(register_row, REGISTER_COLUMNS))


def sectors() -> Lines:
    """Return the nine sectors with what the parameters say of each."""
    specs = parameter_specifications()
    numbers = ("share", "growth", "labour_share", "energy_share", "defect_share")
    rows = []
    for place, sector in enumerate(SECTORS):
        values = []
        for name in numbers:
            default = specs[f"sectors.{name}"].default
            assert isinstance(default, tuple)
            values.append(f"{default[place]:g}")
        rows.append((f"`{sector.key}`", f"{sector.english} {sector.chinese}", sector.cluster, *values))
    return table(("sector", "name", "cluster", *(name.replace("_", " ") for name in numbers)), rows)


def names() -> Lines:
    """Return the names along the axes of what is recorded."""
    lists = {
        "status of a slot": STATUS,
        "groups of firms": GROUPS,
        "stocks": STOCKS,
        "flows": FLOWS,
        "lines of the ledger": LEDGER_LINES,
        "instruments": INSTRUMENTS,
        "fields of a month's offers beside the levers": [field[0] for field in OFFER_FIELDS],
    }
    return table(
        ("list", "names, in order"), ((title, ", ".join(f"`{n}`" for n in row)) for title, row in lists.items())
    )


PAGES: dict[str, dict[str, Callable[[], Lines]]] = {
    "ODD.md": {
        "firm at start": lambda: fields(FIRM_AT_START, AT_START),
        "firm": lambda: fields(FIRM, {one.name: (one.unit, one.meaning) for one in FIRM_FIELDS}),
        "sectors": sectors,
    },
    "TABLES.md": {
        "parameters": parameters,
        "instruments": instruments,
        "levers": levers,
        "variables": variables,
        "seen": seen,
        "unseen": unseen,
        "outcomes": outcomes,
        "streams": streams,
        "register": register,
        "names": names,
    },
}
"""The tables of each page, by their marks."""


def renewed(page: str, text: str) -> str:
    """Return the text of a page with its tables as the code declares them now."""
    for mark, lines in PAGES[page].items():
        text = put(text, mark, COMMAND, lines())
    return text


def main() -> None:
    """Renew all pages, or with ``--check`` say which are stale."""
    stale = []
    for page in PAGES:
        file = DOCS / page
        text = file.read_text(encoding="utf-8")
        if (new := renewed(page, text)) != text:
            stale.append(page)
            if "--check" not in sys.argv:
                file.write_text(new, encoding="utf-8")
    if stale and "--check" in sys.argv:
        raise SystemExit(f"stale: {', '.join(stale)}; run {COMMAND}")


if __name__ == "__main__":
    main()
