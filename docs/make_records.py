"""Renew the types in model/zhizao/records from the declarations in the code.

Run: ``python docs/make_records.py``; with ``--check`` it changes nothing, names the files that are stale, and ends
with 1.
"""

from __future__ import annotations

import dataclasses
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from firm_fields import AT_START

from zhizao.engine import state
from zhizao.engine.firm_record import FIRM, FIRM_FIELDS
from zhizao.parameters.registry import Parameters
from zhizao.parameters.specification import specifications
from zhizao.policy.levers import Policy
from zhizao.policy.offer_rows import OFFER_FIELDS
from zhizao.population.synthetic import FIRM_AT_START

COMMAND = "python docs/make_records.py"
FOLDER = Path(__file__).resolve().parents[1] / "model" / "zhizao" / "records"
WIDTH = 120

Field = tuple[str, str, str]
"""Name, type and what it means."""


def type_of(dtype: np.dtype[Any]) -> str:
    """Return the Python type of a field of a record."""
    kind = "float" if dtype.base.kind == "f" else "int"
    return f"Row[{kind}]" if dtype.shape else kind


def record(name: str, doc: str, fields: Iterable[Field]) -> Iterator[str]:
    """Yield the lines of one class."""
    yield from ("", "", f"class {name}:", f'    """{doc}"""', "")
    for field, kind, meaning in fields:
        yield f"    {field}: {kind}"
        if meaning:
            lines = textwrap.wrap(meaning, WIDTH - 10, break_long_words=False)
            yield from textwrap.indent('"""' + "\n".join(lines) + '"""', "    ").split("\n")


def declared(groups: type[Any]) -> Iterator[Field]:
    """Yield the fields of a record of parameters or of levers, each with its declaration."""
    for group in dataclasses.fields(groups):
        kind: Any = group.default_factory
        for name, spec in specifications(group.name, kind):
            where = f"{kind.__module__.removeprefix('zhizao.')}.{kind.__name__}.{name}"
            unit = spec.bounds if spec.choices else spec.unit
            yield f"{group.name}_{name}", "Row[float]" if spec.axis else "float", f"{spec.meaning}; {unit} (`{where}`)"


def of_dtype(dtype: np.dtype[Any], meanings: Mapping[str, tuple[str, str]] | None = None) -> Iterator[Field]:
    """Yield the fields of a record that is declared as a NumPy type, with meaning and unit where they are known."""
    for name in dtype.names or ():
        unit, meaning = (meanings or {}).get(name, ("", ""))
        yield name, type_of(dtype[name]), f"{meaning}; {unit}" if meaning else ""


def parameters() -> Iterator[str]:
    """Yield the record of parameters."""
    yield from record("ParameterRecord", "All parameters, as compiled code reads them.", declared(Parameters))


def offers() -> Iterator[str]:
    """Yield the record of a month's offers."""
    beside = of_dtype(np.dtype(list(OFFER_FIELDS)))
    yield from record(
        "OfferRecord",
        "The offers in force in a month: the levers, and what follows from them (`policy.offer_rows.OFFER_FIELDS`).",
        [*declared(Policy), *beside],
    )


def firms() -> Iterator[str]:
    """Yield the two records of a firm."""
    yield from record(
        "StartRecord", "A firm as it appears (`population.synthetic.FIRM_AT_START`).", of_dtype(FIRM_AT_START, AT_START)
    )
    meanings = {one.name: (one.unit, one.meaning) for one in FIRM_FIELDS}
    yield from record("FirmRecord", "A firm that moves (`engine.firm_record`).", of_dtype(FIRM, meanings))


def district() -> Iterator[str]:
    """Yield the records of which there is one for the district, a park, a market or a start of a project."""
    for name, what, dtype in (
        ("ParkRecord", "A park (`engine.state.PARK`).", state.PARK),
        ("MarketRecord", "The providers of one kind of project (`engine.state.MARKET`).", state.MARKET),
        ("TermsRecord", "What a firm's own rate makes of each kind of project (`engine.state.TERMS`).", state.TERMS),
        ("SizesRecord", "What a firm's revenue makes of each kind of project (`engine.state.SIZES`).", state.SIZES),
        ("DistrictRecord", "What there is once in a district (`engine.state.DISTRICT`).", state.DISTRICT),
        ("LogRecord", "A line of the log of starts (`engine.state.LOG`).", state.LOG),
    ):
        yield from record(name, what, of_dtype(dtype))


def state_records() -> Iterator[str]:
    """Yield all records but that of the parameters."""
    yield from offers()
    yield from firms()
    yield from district()


FILES: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "parameters.py": ("The type of the record of parameters.", parameters),
    "state.py": ("The types of the records of offers, firms, parks, markets, the district and the log.", state_records),
}


def renewed(file: str) -> str:
    """Return the text of a file as the code declares it now."""
    doc, made = FILES[file]
    lines = list(made())
    classes = sorted(line.split()[1].rstrip(":") for line in lines if line.startswith("class "))
    names = ", ".join(f'"{name}"' for name in classes)
    one_line = [f"__all__ = [{names}]"]
    head = [
        f'"""{doc}',
        "",
        f"Made by ``{COMMAND}``: change the declarations, not this file.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from zhizao.records.rows import Row",
        "",
        *(one_line if len(one_line[0]) <= WIDTH else ["__all__ = [", *(f'    "{name}",' for name in classes), "]"]),
    ]
    return "\n".join([*head, *lines]) + "\n"


def main() -> None:
    """Renew all files, or with ``--check`` say which are stale."""
    stale = []
    for file in FILES:
        path = FOLDER / file
        if not path.exists() or path.read_text(encoding="utf-8") != renewed(file):
            stale.append(file)
            if "--check" not in sys.argv:
                path.write_text(renewed(file), encoding="utf-8")
    if stale and "--check" in sys.argv:
        raise SystemExit(f"stale in model/zhizao/records: {', '.join(stale)}; run {COMMAND}")


if __name__ == "__main__":
    main()
