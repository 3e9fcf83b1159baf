"""Thousands of damaged folders of results, targets and pieces of work: taken as they are, or refused in words."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import zhizao as zz
from examples import examples
from toy_simulators import Toy
from zhizao.errors import InputError
from zhizao.evidence.facts import load_evidence
from zhizao.files import shipped
from zhizao.fitting.bank import in_blocks
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.fitting.evaluate import Evaluator
from zhizao.results.stored import RECORD, Stored, read
from zhizao.results.sweep_manifest import MANIFEST
from zhizao.results.sweep_store import SweepStore
from zhizao.studies.rerun import rerun
from zhizao.studies.run import run
from zhizao.studies.sweeps.sweep import sweep

JUNK: list[Any] = [
    *(None, True, -1, 0, 1.5, 10**30, -0.0, "", "x", "../x", "/etc/passwd", "2024-13", "\x1b[2J", "é" * 50, "a" * 1500),
    *([], [[]], [1, "a", {}], {}, {"a": 1}, {"name": 1, "sha256": []}, [{"name": "a"}], [None]),
]
MANY = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@pytest.fixture(scope="module", params=["parquet", pytest.param("csv", marks=pytest.mark.slow)])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run on disk, in either form."""
    done = run("services-surge", seed=1, until="2024-02", n_firms=20)
    return done.write(tmp_path_factory.mktemp("whole") / "run", request.param)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "run"


def refused(what: Callable[[], Any]) -> Any:
    """Return what is read, or the lines of the refusal, each of them printable and short."""
    try:
        return what()
    except InputError as error:
        lines = error.problems
    assert lines
    for line in lines:
        assert line.isprintable(), line
        assert len(line) < 1200
    return lines


@st.composite
def places(draw: st.DrawFn, value: Any) -> list[Any]:
    """The way to some entry of nested tables and lists."""
    way: list[Any] = []
    while isinstance(value, dict | list) and value and (not way or draw(st.integers(0, 3))):
        keys = sorted(value) if isinstance(value, dict) else list(range(len(value)))
        way.append(draw(st.sampled_from(keys)))
        value = value[way[-1]]
    return way


def damage_record(draw: Any, record: dict[str, Any]) -> dict[str, Any]:
    """Take away, rename or replace one to three entries."""
    record = copy.deepcopy(record)
    for _ in range(draw(st.integers(1, 3))):
        way = draw(places({name: value for name, value in record.items() if name not in ("parameters", "resolved")}))
        if not way:
            continue
        inside: Any = record
        for step in way[:-1]:
            inside = inside[step]
        kind = draw(st.integers(0, 3))
        if kind == 0:
            del inside[way[-1]]
        elif kind == 1 and isinstance(inside, dict):
            inside[draw(st.sampled_from(["x", "", "../x.parquet", "series.pickle"]))] = inside.pop(way[-1])
        else:
            inside[way[-1]] = copy.deepcopy(draw(st.sampled_from(JUNK)))
    return record


def lay(whole: Path, damaged: Path, record: dict[str, Any] | bytes) -> Path:
    """Put the record beside the tables; what an earlier damage left is fixed or gone."""
    damaged.mkdir(exist_ok=True)
    tables = {file.name: file for file in whole.iterdir() if file.name != RECORD}
    for file in damaged.iterdir():
        if file.name not in tables:
            file.unlink()
    for name, file in tables.items():
        copied = damaged / name
        if not copied.exists() or copied.stat().st_mtime_ns != file.stat().st_mtime_ns:
            shutil.copy2(file, copied)
    text = record if isinstance(record, bytes) else json.dumps(record).encode()
    (damaged / RECORD).write_bytes(text)
    return damaged


@settings(max_examples=examples(800), **MANY)
@given(data=st.data())
def test_a_damaged_record_is_read_or_refused_in_words(whole: Path, damaged: Path, data: st.DataObject) -> None:
    record = damage_record(data.draw, json.loads((whole / RECORD).read_text(encoding="utf-8")))
    folder = lay(whole, damaged, record)
    found = refused(lambda: read(folder))
    assert isinstance(found, Stored) or all(str(folder) in line for line in found)


@settings(max_examples=examples(300), **MANY)
@given(data=st.data())
def test_a_damaged_record_is_run_again_or_refused_in_words(whole: Path, damaged: Path, data: st.DataObject) -> None:
    record = damage_record(data.draw, json.loads((whole / RECORD).read_text(encoding="utf-8")))
    folder = lay(whole, damaged, record)
    refused(lambda: rerun(folder, workers=1))


@settings(max_examples=examples(400), **MANY)
@given(cut=st.floats(0, 1), junk=st.binary(max_size=20), length=st.integers(0, 400))
def test_a_record_with_other_bytes(whole: Path, damaged: Path, cut: float, junk: bytes, length: int) -> None:
    content = (whole / RECORD).read_bytes()
    place = int(cut * len(content))
    folder = lay(whole, damaged, content[:place] + junk + content[place + length :])
    refused(lambda: read(folder))


@settings(max_examples=examples(400), **MANY)
@given(data=st.data())
def test_a_table_with_other_bytes_and_a_record_that_speaks_of_them(
    whole: Path, damaged: Path, data: st.DataObject
) -> None:
    """Even with a fingerprint that fits: it is read, or refused, and numbers that differ are said to."""
    record = json.loads((whole / RECORD).read_text(encoding="utf-8"))
    folder = lay(whole, damaged, record)
    file = folder / data.draw(st.sampled_from(sorted(record["outputs"])))
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content)))
        length = data.draw(st.sampled_from([0, 1, 8, 500]))
        content[place : place + length] = data.draw(st.binary(max_size=12))
    file.write_bytes(content)
    record["outputs"][file.name] = hashlib.sha256(content).hexdigest()
    (folder / RECORD).write_text(json.dumps(record), encoding="utf-8")
    found = refused(lambda: read(folder))
    if isinstance(found, Stored) and data.draw(st.integers(0, 9)) == 0:
        refused(lambda: rerun(folder, workers=1))


# ----------------------------------------------------------------------------------------- stores of sweeps

DESIGN = """
format = 1
title = "A small sweep"
scenarios = ["baseline"]
draws = 1
chunk = 2
series = ["level2_share"]
[set]
population.firms = 20
[sample]
method = "sobol"
size = 4
[[factor]]
key = "attention.spontaneous_rate"
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep on disk."""
    folder = tmp_path_factory.mktemp("store")
    (folder / "design.toml").write_text(DESIGN, encoding="utf-8")
    return sweep(folder / "design.toml", folder / "sweep", workers=1).folder


def read_all(folder: Path) -> None:
    """Read all that a store gives."""
    found = read(folder)
    assert isinstance(found, SweepStore)
    for part in (found.status, found.scalars, found.series, found.to_frame):
        refused(part)


@settings(max_examples=examples(500), **MANY)
@given(data=st.data())
def test_a_damaged_manifest_is_read_or_refused_in_words(store: Path, data: st.DataObject) -> None:
    file = store / MANIFEST
    content = file.read_bytes()
    try:
        record = damage_record(data.draw, json.loads(content))
        file.write_text(json.dumps(record), encoding="utf-8")
        refused(lambda: read_all(store))
    finally:
        file.write_bytes(content)


@settings(max_examples=examples(300), **MANY)
@given(data=st.data())
def test_a_damaged_part_of_a_sweep_is_read_or_refused_in_words(store: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(sorted(store.rglob("part-*.parquet"))))
    content = file.read_bytes()
    other = bytearray(content)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(other)))
        length = data.draw(st.sampled_from([0, 1, 8, 500]))
        other[place : place + length] = data.draw(st.binary(max_size=12))
    try:
        file.write_bytes(other)
        refused(lambda: read_all(store))
    finally:
        file.write_bytes(content)


# --------------------------------------------------------------------------------- what a calibration is given

FACTS = "[[fact]]".join((shipped("districts/yubei") / "evidence.toml").read_text("utf-8").split("[[fact]]")[:12])
TOML = ["true", "-1", "nan", "inf", "[]", "{}", '""', '"x"', "2024-01-01", "9" * 400, "=", "[" * 300, '"\\u001b"']


@settings(max_examples=examples(1000), **MANY)
@given(data=st.data())
def test_damaged_facts_are_read_or_refused_in_words(tmp_path: Path, data: st.DataObject) -> None:
    lines = FACTS.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.integers(0, 4))
        if kind == 0:
            del lines[place : place + data.draw(st.integers(1, 4))]
            lines = lines or [""]
        elif kind == 1:
            lines.insert(place, lines[data.draw(st.integers(0, len(lines) - 1))])
        elif kind == 2:
            lines[place] = lines[place].split("=")[0] + "= " + data.draw(st.sampled_from(TOML))
        elif kind == 3:
            lines[place] = "x" + lines[place]
        else:
            lines.insert(place, data.draw(st.text(max_size=8)))
    file = tmp_path / "facts.toml"
    file.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    found = refused(lambda: load_evidence(file).facts)
    assert found
    if isinstance(found[0], str):
        assert all("facts.toml" in line for line in found)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x" * 500, "cut"])
def test_a_damaged_piece_of_a_calibration_is_refused_with_its_mend(tmp_path: Path, content: bytes | str) -> None:
    kept = Checkpoint(tmp_path, "problem")
    kept.save("wave", {"particles": np.arange(100.0)})
    file = tmp_path / "wave.npz"
    file.write_bytes(file.read_bytes()[:300] if isinstance(content, str) else content)
    with pytest.raises(InputError, match=r"wave\.npz: .*remove it"):
        kept.load("wave")


def test_pieces_in_the_place_of_others_or_of_another_problem_are_refused(tmp_path: Path) -> None:
    kept = Checkpoint(tmp_path / "one", "problem")
    kept.save("bank-00000", {"summaries": np.zeros((4, 2))})
    kept.save("bank-00001", {"summaries": np.ones((4, 2))})
    (tmp_path / "one" / "bank-00000.npz").write_bytes((tmp_path / "one" / "bank-00001.npz").read_bytes())
    other = Checkpoint(tmp_path / "two", "another problem")
    shutil.copy(tmp_path / "one" / "bank-00001.npz", tmp_path / "two")
    for folder, name in ((kept, "bank-00000"), (other, "bank-00001")):
        with pytest.raises(InputError, match=rf"{name}\.npz: is damaged; remove it"):
            folder.load(name)


@pytest.mark.parametrize(
    "arrays", [{}, {"summaries": np.zeros((3, 2))}, {"summaries": np.zeros(4)}, {"more": np.ones(4)}]
)
def test_a_block_without_a_checksum_that_holds_other_runs_is_refused(tmp_path: Path, arrays: dict[str, Any]) -> None:
    """As version 1.0 wrote them: what is in it is looked at."""
    kept = Checkpoint(tmp_path, "problem")
    np.savez(tmp_path / "bank-00000.npz", **arrays)
    with Evaluator(Toy(), 1) as evaluate, pytest.raises(InputError, match=r"bank-00000\.npz: is damaged; remove it"):
        in_blocks(evaluate, np.zeros((4, 1)), np.zeros(4, dtype=np.uint64), kept, "bank")


def test_a_piece_that_would_run_code_is_refused(tmp_path: Path) -> None:
    kept = Checkpoint(tmp_path, "problem")
    np.savez(tmp_path / "wave.npz", particles=np.array([{"a": 1}], dtype=object))  # NumPy pickles objects
    with pytest.raises(InputError, match=r"wave\.npz: .*remove it"):
        kept.load("wave")


def test_reading_by_the_front_door_is_the_same(whole: Path) -> None:
    assert zz.read(whole).kind == "run"
