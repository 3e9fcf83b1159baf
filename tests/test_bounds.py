"""Files that strangers hand over: what would swallow the machine is refused quickly, with words that say what to do."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhizao.errors import InputError
from zhizao.limits import LIMITS, VARIABLE, check_limit, limit, over_limit, read_bytes
from zhizao.results.table_files import table_in
from zhizao.scenario.scenario import load_scenario, parse_setting
from zhizao.studies.mixes import read_dials
from zhizao.studies.sweeps.design import read_design
from zhizao.studies.sweeps.samples import points_of
from zhizao.toml_rows import read_document
from zhizao.toml_text import parse_toml

DESIGN = 'format = 1\ntitle = "t"\ndraws = 1\nseries = false\n'
FACTOR = '[[factor]]\nkey = "attention.spontaneous_rate"\n'


def write(folder: Path, text: str | bytes, name: str = "file.toml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refused(action, *arguments) -> str:
    """The words of a refusal, which must come within 5 seconds of work."""
    start = time.process_time()
    with pytest.raises(InputError) as caught:
        action(*arguments)
    assert time.process_time() - start < 5
    return str(caught.value)


def sample_table(folder: Path, name: str) -> str:
    design = write(folder, f'{DESIGN}[sample]\nmethod = "table"\nfile = "{name}"\n', "design.toml")
    return refused(lambda: points_of(read_design(design)))


# ------------------------------------------------------------------------------------------------- limits


def test_a_limit_is_raised_by_the_environment(monkeypatch):
    monkeypatch.setenv(VARIABLE, "table_rows=7, toml_depth = 3")
    assert (limit("table_rows"), limit("toml_depth"), limit("toml_keys")) == (7, 3, LIMITS["toml_keys"][0])
    check_limit("table_rows", 7)
    with pytest.raises(InputError, match=r"^t\.csv: holds 8 rows; .* is 7; .* set ZHIZAO_LIMITS=table_rows=8$"):
        check_limit("table_rows", 8, "t.csv")


@pytest.mark.parametrize("text", ["rows=3", "table_rows", "table_rows=-1", "table_rows=1e9", "table_rows=0", "=", "x"])
def test_a_wrong_limit_is_refused(monkeypatch, text):
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(InputError, match=r"^ZHIZAO_LIMITS: "):
        limit("table_rows")


# ------------------------------------------------------------------------------------ files that are no files

READERS = {
    "scenario": load_scenario,
    "design": read_design,
    "dials": read_dials,
    "rows": lambda path: read_document(path, ("target",)),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_pipes_devices_and_folders_are_refused_at_once(tmp_path, read):
    pipe, folder, link = tmp_path / "pipe.toml", tmp_path / "folder.toml", tmp_path / "link.toml"
    os.mkfifo(pipe)
    folder.mkdir()
    link.symlink_to("/dev/zero")
    assert "is a device or a pipe" in refused(read, pipe)
    assert "is a device or a pipe" in refused(read, link)
    assert "is a folder" in refused(read, folder)
    assert "there is no such file" in refused(read, tmp_path / "none.toml")


def test_a_file_without_end_is_read_no_further_than_its_limit(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "toml_bytes=10")
    assert read_bytes(write(tmp_path, "x" * 10), "toml_bytes") == b"x" * 10
    assert "more bytes than the limit of 10" in refused(read_bytes, write(tmp_path, "x" * 11), "toml_bytes")


# ------------------------------------------------------------------------------------------------------ TOML

TOML_BOMBS = {
    "one key of 200,000 parts": "a." * 200_000 + "a = 1\n",
    "a heading of 200,000 parts": "[" + "a." * 200_000 + "a]\n",
    "keys with blanks around their dots": "a . " * 100_000 + "a = 1\n",
    "quoted parts": '"a".' * 100_000 + "a = 1\n",
    "single quotes": "'a'." * 100_000 + "a = 1\n",
    "many keys of many parts": "".join(f"{'a.' * 60}k{n} = 1\n" for n in range(5_000)),
    "many keys of sixteen parts": "".join(f"{'a.' * 14}k{n} = 1\n" for n in range(20_000)),
    "brackets": "x = " + "[" * 400_000,
    "braces": "x = " + "{a=" * 200_000,
    "closed brackets": "x = " + "[" * 200_000 + "]" * 200_000,
    "a million keys": "".join(f"k{n}=1\n" for n in range(600_000)),
    "a million tables": "[[p]]\n" * 600_000,
    "a list of a million": "x = [" + "1," * 1_500_000 + "]\n",
    "a long key after a text with quotes": 'x = "\\"#"\n' + "a." * 200_000 + "a = 1\n",
    "a long key after a text of many lines": 'x = """\n"" # \\""" """\n' + "a." * 200_000 + "a = 1\n",
    "a text that never ends": '\\"""' * 400_000,
    "texts that never end": "\"'" * 1_000_000,
}


@pytest.mark.parametrize("text", TOML_BOMBS.values(), ids=TOML_BOMBS)
def test_toml_that_would_take_minutes(tmp_path, text):
    for head, read in ((DESIGN, read_design), ("format = 1\n", lambda path: read_document(path, ("target",)))):
        words = refused(read, write(tmp_path, head + text))
        assert words.startswith(("file.toml", str(tmp_path)))
    refused(load_scenario, write(tmp_path, text[:900_000]))


@pytest.mark.parametrize("text", ["a." * 20 + "a=1", "x=" + "[" * 20 + "]" * 20, "x=" + "[" * 100_000])
def test_a_setting_of_the_command_line_that_is_too_deep(text):
    assert "toml_depth" in refused(parse_setting, text if len(text) < 1000 and text[0] == "x" else f"x={'[' * 900}")


def test_texts_and_numbers_are_not_taken_for_keys():
    text = 'a = "b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t"\nb = [0.1, 0.2, 0.3]\n# a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a\n'
    text += "c = '''\n[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n'''\nd = \"[[[[[[[[[[[[[[[[[[[[[[[[[[ \\\" #\"\n"
    assert list(parse_toml(text)) == ["a", "b", "c", "d"]


def test_a_refusal_names_the_line():
    text = "a = '''\n\n'''\n" + "a." * 40 + "a = 1\n"
    assert refused(parse_toml, text, "f.toml").startswith("f.toml: line 4 holds 41 levels")


# ------------------------------------------------------------------------------------------- tables of points


def parquet(folder: Path, columns: dict, **options) -> str:
    pq.write_table(pa.table(columns), folder / "points.parquet", **options)
    return sample_table(folder, "points.parquet")


def test_parquet_tables_that_are_too_much(tmp_path):
    many = pa.DictionaryArray.from_arrays(pa.array([0] * 1_500_000, pa.int8()), ["merit"])
    assert "1,500,000 rows; the limit" in parquet(tmp_path, {"grants.allocation": many})
    wide = {f"k{n}": [1.0] for n in range(2_001)}
    assert "2,001 columns; the limit" in parquet(tmp_path, wide)
    zeros = pa.array([0.0]).take(pa.array([0] * 900_000))
    assert "cells; the limit" in parquet(tmp_path, {f"k{n}": zeros for n in range(6)})
    long = pa.array(["x" * 100_000] * 2_500)
    assert "bytes once unpacked" in parquet(tmp_path, {"a": long}, use_dictionary=False, compression="zstd")
    assert "100,000 characters in a cell" in parquet(tmp_path, {"a": long})
    assert (tmp_path / "points.parquet").stat().st_size < 1_000_000


@pytest.mark.parametrize(
    "cell",
    [{"a": 1}, [1.0], b"bytes", b"\xff\xfe", [{"b": [1]}], None],
    ids=["structure", "list", "bytes", "not text", "nested", "nothing"],
)
def test_parquet_cells_that_are_no_values(tmp_path, cell):
    words = parquet(tmp_path, {"attention.spontaneous_rate": [cell]})
    assert "points.parquet, column 'attention.spontaneous_rate': holds" in words
    assert "give numbers or text" in words


def test_an_empty_cell_of_text_is_named(tmp_path):
    words = parquet(tmp_path, {"grants.allocation": ["merit", None]})
    assert "design.toml: point 2: grants.allocation = nan must be one of first-come" in words


CSV_TABLES = {
    "a.b,c.d\n1,2,3\n": "line 2: has 3 cells, the header has 2",
    "a.b,c.d\n1,2\n1\n": "line 3: has 1 cells, the header has 2",
    "a.b,c.d\n1,2\n\n1,000,3\n": "line 4: has 3 cells, the header has 2",
    'a.b\n"1\n': "cannot be split into cells",
    "a.b\n" + "9" * 200_000 + "\n": "cannot be split into cells",
    "," * 2_000 + "\n1\n": "2,001 columns; the limit",
    "a.b\n" + "1\n" * 1_000_001: "1,000,001 rows; the limit",
    "a,b\n" + "1,\n" * 3_000_000: "cells; the limit",
    "a.b\n1\0\n": "",
}


@pytest.mark.parametrize(("text", "words"), CSV_TABLES.items(), ids=range(len(CSV_TABLES)))
def test_csv_tables_that_are_wrong_or_too_much(tmp_path, text, words):
    write(tmp_path, text, "points.csv")
    assert words in sample_table(tmp_path, "points.csv")


def test_a_packed_table_is_not_unpacked(tmp_path):
    for name in ("points.csv.gz", "points.ZIP", "points.csv.zst"):
        write(tmp_path, b"\x1f\x8b" + b"\0" * 50, name)
        assert "is a packed file; unpack it" in sample_table(tmp_path, name)
    write(tmp_path, b"\x1f\x8b\xff" + b"\0" * 50, "points.csv")
    assert "is not text in UTF-8" in sample_table(tmp_path, "points.csv")


@pytest.mark.parametrize("method", ["sobol", "latin-hypercube", "morris", "saltelli"])
def test_a_sample_that_fills_memory_is_refused(tmp_path, method):
    text = f'{DESIGN}[sample]\nmethod = "{method}"\nsize = 8388608\nfactors = "uncertain"\n'
    assert "values (points times factors)" in refused(lambda: points_of(read_design(write(tmp_path, text))))


def test_a_table_within_its_limits_is_read_as_before(tmp_path):
    write(tmp_path, "grants.rate.light,grants.allocation\n0.1,merit\n 0.30000000000000004,lottery\n", "points.csv")
    design = write(tmp_path, f'{DESIGN}[sample]\nmethod = "table"\nfile = "points.csv"\n', "design.toml")
    points = points_of(read_design(design))
    assert [points.at(n) for n in range(2)] == [
        {"grants.rate.light": 0.1, "grants.allocation": "merit"},
        {"grants.rate.light": 0.30000000000000004, "grants.allocation": "lottery"},
    ]
    table = pa.table(
        {"grants.rate.light": [0.1, 0.2], "grants.allocation": pa.array(["merit"] * 2).dictionary_encode()}
    )
    pq.write_table(table, tmp_path / "points.parquet")
    design = write(tmp_path, f'{DESIGN}[sample]\nmethod = "table"\nfile = "points.parquet"\n', "design.toml")
    assert points_of(read_design(design)).at(1) == {"grants.rate.light": 0.2, "grants.allocation": "merit"}


def test_refusals_are_worded_in_chinese_too(tmp_path):
    with pytest.raises(InputError) as caught:
        check_limit("table_rows", 2_000_000, "t.csv")
    assert caught.value.in_language("zh") == (
        "t.csv：有 2,000,000 行，取值表的上限为 1,000,000；请缩小，或设置 ZHIZAO_LIMITS=table_rows=2000000",
    )
    with pytest.raises(InputError) as caught:
        read_design(write(tmp_path, DESIGN + "a." * 50 + "a = 1\n"))
    assert caught.value.in_language("zh")[0].startswith(
        "file.toml：第 5 行有 51 层表、列表或带点的键，TOML 文件的上限为 16"
    )
    with pytest.raises(InputError) as caught:
        read_design(tmp_path)
    assert caught.value.in_language("zh")[0].endswith("：是文件夹；请给出文件本身")
    for name in LIMITS:
        assert over_limit(name).chinese != over_limit(name)


def test_stored_tables_that_are_too_much_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "result_rows=2,result_unpacked_bytes=300")
    for table, words in (
        (pa.table({"a": [1, 2, 3]}), "3 rows; the limit for a table of results is 2"),
        (pa.table({"a": ["x" * 200] * 2}), "bytes once unpacked; the limit for a table of results is 300"),
        (pa.table({"a": [{"b": 1}]}), "give numbers or text"),
    ):
        content = pa.BufferOutputStream()
        pq.write_table(table, content)
        assert words in refused(table_in, tmp_path / "t.parquet", content.getvalue().to_pybytes())
    content = pa.BufferOutputStream()
    pq.write_table(pa.table({"a": ["x", None], "b": [0.1, 2]}), content)
    found = table_in(tmp_path / "t.parquet", content.getvalue().to_pybytes())
    assert found["a"].tolist()[0] == "x"
    assert found["a"].isna().tolist() == [False, True]
    assert found["b"].tolist() == [0.1, 2.0]


def test_every_limit_stands_in_the_docs():
    """The table in docs/SAFETY.md is that of the code."""
    page = (Path(__file__).resolve().parents[1] / "docs" / "SAFETY.md").read_text("utf-8")
    for name, (value, unit, what) in LIMITS.items():
        assert f"| `{name}` | {value:,} | {unit} | {what} |" in page
