"""Small files that would take all memory: each is refused within seconds and little memory, or read within both."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from small_district import python

_SECONDS, _MEGABYTES = 5.0, 500.0
_TRIAL = """
import json, os, resource, sys, time
from pathlib import Path
import numpy, openpyxl, pyarrow.parquet
from zhizao.errors import InputError
from zhizao.register import read_register

def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def read(file):
    before, start = memory(), time.process_time()
    try:
        said = f"read {len(read_register(file).ids)}"
    except InputError as error:
        said = error.problems[0]
    return time.process_time() - start, memory() - before, said

folder = Path(os.environ["FOLDER"])
for file in folder.glob("usual.*"):
    read_register(file)
for file in sorted(folder.iterdir()):
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        print(json.dumps([file.name, *read(file)]), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""
_HEADER = ["id", "sector", "employees", "revenue"]
_ROW = ["F1", "display", "30", "50"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a usual register of each kind."""
    folder = tmp_path_factory.mktemp("bombs")
    (folder / "usual.csv").write_text("\n".join(",".join(row) for row in (_HEADER, _ROW)))
    book = openpyxl.Workbook()
    book.active.append(_HEADER)
    book.active.append(_ROW)
    book.save(folder / "usual.xlsx")
    pq.write_table(pa.table({name: [cell] for name, cell in zip(_HEADER, _ROW, strict=True)}), folder / "usual.parquet")
    return folder


def _with_part(file: Path, usual: Path, part: str, text: str) -> None:
    """Write a workbook in which one part is replaced."""
    with zipfile.ZipFile(usual) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            new.writestr(item, text if item == part else old.read(item))


def _sheet(rows: str, more: str = "") -> str:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{more}</worksheet>'


def _cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


_GOOD = "".join(
    f'<row r="{number}">'
    + "".join(_cell(f"{'ABCD'[place]}{number}", text) for place, text in enumerate(row))
    + "</row>"
    for number, row in ((1, _HEADER), (2, _ROW))
)


def _corner(place: str) -> str:
    return _sheet(_GOOD + f'<row r="{place.lstrip("ABCDEFX")}">{_cell(place, "x")}</row>')


_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {"abcdefghijk"[level]} "' + f"&{'abcdefghijk'[level - 1]};" * 10 + '">' for level in range(1, 10)
    )
    + "]>"
)
_WORKSHEET = "xl/worksheets/sheet1.xml"
_STRINGS = '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</sst>'


def _dictionary(file: Path, rows: int, length: int) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * length]))
    columns = {
        name: words if name == "id" else pa.array([cell] * rows) for name, cell in zip(_HEADER, _ROW, strict=True)
    }
    pq.write_table(pa.table(columns), file, compression="zstd")


_WORKBOOKS: dict[str, str] = {
    "last corner": _corner("XFD1048576"),
    "last row": _corner("A1048576"),
    "last column": _sheet(_GOOD + f'<row r="3">{_cell("XFD3", "x")}</row>'),
    "row beyond": _corner("A99999999"),
    "many empty cells": _sheet(_GOOD + '<row r="3">' + '<c r="A3" s="0"/>' * 1_000_000 + "</row>"),
    "many empty rows": _sheet(_GOOD + "".join(f'<row r="{row}"/>' for row in range(3, 200_000))),
    "merged whole sheet": _sheet(_GOOD, '<mergeCells count="1"><mergeCell ref="A3:XFD1048576"/></mergeCells>'),
    "many merged": _sheet(_GOOD, "<mergeCells>" + '<mergeCell ref="A3:B4"/>' * 200_000 + "</mergeCells>"),
    "long cell": _sheet(_GOOD + f'<row r="3">{_cell("A3", "x" * 10_000_000)}</row>'),
    "hidden columns": _sheet(_GOOD).replace(
        "<sheetData>", '<cols><col min="1" max="16384" hidden="1"/></cols><sheetData>'
    ),
    "billion laughs": _LAUGHS + _corner("A3").partition("?>")[2].replace(">x<", ">&j;<"),
}


_PARTS = {
    "xl/styles.xml": "<cellXfs>" + "<xf/>" * 1_000_000 + "</cellXfs>",
    "docProps/core.xml": "<a>" * 500_000 + "</a>" * 500_000,
    "xl/theme/theme1.xml": "x" * 20_000_000,
    "xl/workbook.xml": "<sheets>" + '<sheet name="a"/>' * 300_000 + "</sheets>",
}
_OTHERS: dict[str, Callable[[Path], object]] = {
    "commas.csv": lambda file: file.write_bytes(b"id,sector,employees,revenue\n" + b"," * 30_000_000),
    "lines.csv": lambda file: file.write_bytes(b"id,sector,employees,revenue\n" + b"\n" * 30_000_000),
    "carriage.csv": lambda file: file.write_bytes(b"id,sector,employees,revenue\r" + b"\r" * 30_000_000),
    "wide.csv": lambda file: file.write_bytes(b",".join([b"x"] * 100_000) + b"\n" + b"," * 99_999),
    "quote.csv": lambda file: file.write_bytes(b'id,sector,employees,revenue\n"' + b"x" * 10_000_000),
    "ragged.csv": lambda file: file.write_bytes(b'"id"\n' * 90_000 + b"," * 400 + b"\n"),
    "zeros.csv": lambda file: _sparse(file, 2**33),
    "zeros.xlsx": lambda file: _sparse(file, 2**33),
    "zeros.xls": lambda file: _sparse(file, 2**33),
    "zeros.parquet": lambda file: _sparse(file, 2**33),
    "words.parquet": lambda file: _dictionary(file, 200_000, 1_000),
    "long words.parquet": lambda file: _dictionary(file, 10, 100_000_000),
    "rows.parquet": lambda file: _dictionary(file, 3_000_000, 10),
    "columns.parquet": lambda file: pq.write_table(pa.table({f"c{i}": [1] for i in range(5_000)}), file),
}
_NESTED = {
    "binary": pa.binary(),
    "struct": pa.struct({"a": pa.int64()}),
    "list": pa.list_(pa.int64()),
    "map": pa.map_(pa.string(), pa.int64()),
}


def _sparse(file: Path, size: int) -> None:
    with file.open("wb") as stream:
        stream.truncate(size)


def _nested(file: Path, name: str, kind: pa.DataType) -> None:
    columns = {name: pa.array([cell]) for name, cell in zip(_HEADER, _ROW, strict=True)}
    pq.write_table(pa.table(columns | {name: pa.nulls(1, kind)}), file)


@pytest.fixture(scope="module")
def trials(folder: Path) -> dict[str, tuple[float, float, str]]:
    """Seconds, megabytes above the usual, and what is said, of every file; each is read in a process of its own."""
    for name, sheet in _WORKBOOKS.items():
        _with_part(folder / f"{name}.xlsx", folder / "usual.xlsx", _WORKSHEET, sheet)
    for part, text in _PARTS.items():
        text = f'<?xml version="1.0"?><x>{text}</x>'
        _with_part(folder / f"{part.replace('/', ' ')}.xlsx", folder / "usual.xlsx", part, text)
    for name, make in _OTHERS.items():
        make(folder / name)
    for name, kind in _NESTED.items():
        _nested(folder / f"used {name}.parquet", "park", kind)
        _nested(folder / f"unused {name}.parquet", "more", kind)
    try:
        lines = python(_TRIAL, FOLDER=str(folder)).splitlines()
    finally:
        for file in folder.iterdir():
            file.unlink()
    return {name: (seconds, megabytes, said) for name, seconds, megabytes, said in map(json.loads, lines)}


_NAMES = [
    *(f"{name}.xlsx" for name in _WORKBOOKS),
    *(f"{part.replace('/', ' ')}.xlsx" for part in _PARTS),
    *_OTHERS,
    *(f"{use} {name}.parquet" for name in _NESTED for use in ("used", "unused")),
]


@pytest.mark.parametrize("name", _NAMES)
def test_a_file_that_swells_is_refused_or_read_soon_and_in_little_memory(
    trials: dict[str, tuple[float, float, str]], name: str
) -> None:
    seconds, megabytes, said = trials[name]
    assert seconds <= _SECONDS
    assert megabytes <= _MEGABYTES
    assert said.startswith(("read ", name))
    assert "fault" not in said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("last corner.xlsx", "columns; the limit for a register is 500"),
        ("lines.csv", "rows; the limit for a register is 1,000,000"),
        ("rows.parquet", "rows; the limit for a register is 1,000,000"),
        ("xl styles.xml.xlsx", "part xl/styles.xml unpacks to "),
        ("zeros.csv", "bytes; the limit for a register is 200,000,000"),
        ("used struct.parquet", ", column 'park': holds struct<a: int64>"),
        ("used binary.parquet", ", column 'park': holds binary"),
        ("unused struct.parquet", "read 1"),
        ("unused list.parquet", "read 1"),
    ],
)
def test_a_file_that_swells_is_refused_for_the_right_reason(
    trials: dict[str, tuple[float, float, str]], name: str, words: str
) -> None:
    assert words in trials[name][2]
