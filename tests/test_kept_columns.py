"""Tables kept beside the compiled code: the same numbers, read only if whole and our own, and never in the way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from small_district import python
from zhizao.code_cache import folder_for
from zhizao.kept_columns import kept_columns

DIGEST = "0123abcd"
COLUMNS = {
    "a.b": np.array([0.1, -2.5e300, np.inf]),
    "reading.x": np.array([0.1, 3.0, 5.0], np.float32),
    "seed": np.array([0, 2**64 - 1, 7], np.uint64),
}


class Table:
    """Counts how often it is read."""

    def __init__(self) -> None:
        self.read = 0

    def __call__(self) -> dict[str, Any]:
        self.read += 1
        return {name: values.copy() for name, values in COLUMNS.items()}

    def is_right(self) -> bool:
        found = kept_columns(DIGEST, self)
        assert list(found) == list(COLUMNS)
        return all(
            found[name].dtype == values.dtype and found[name].tobytes() == values.tobytes()
            for name, values in COLUMNS.items()
        )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZHIZAO_CACHE_DIR", str(tmp_path))
    return folder_for("columns")


@pytest.fixture
def table(folder: Path) -> Table:
    """A table that has been read and kept."""
    table = Table()
    assert table.is_right()
    return table


def test_a_table_is_read_once_and_the_same_numbers_come_back(table, folder):
    assert table.is_right()
    assert table.read == 1
    [file] = folder.glob("*.npy")
    assert file.stat().st_mode & 0o777 == 0o600


def test_another_table_is_not_taken_for_it(table, folder):
    other = kept_columns("4567", lambda: {"c": np.arange(2.0)})
    assert list(other) == ["c"]
    assert len(list(folder.glob("*.npy"))) == 2


def test_of_very_many_tables_the_last_are_kept(folder):
    for number in range(70):
        kept_columns(f"{number:04d}", lambda: {"c": np.arange(2.0)})
        os.utime(folder / f"{number:04d}.npy", (number, number))
    assert sorted(file.stem for file in folder.glob("*.npy")) == [f"{number:04d}" for number in range(6, 70)]


@pytest.mark.parametrize("damage", ["cut", "one byte", "empty", "text", "open to others", "a folder"])
def test_what_is_damaged_or_may_be_another_s_is_not_used(table, folder, damage):
    [file] = folder.glob("*.npy")
    content = file.read_bytes()
    if damage == "cut":
        file.write_bytes(content[:-1])
    elif damage == "one byte":
        file.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "text":
        file.write_text("columns = 3\n" * 40, "utf-8")
    elif damage == "open to others":
        file.chmod(0o666)
    else:
        file.unlink()
        file.mkdir()
    assert table.is_right()
    assert table.read == 2


def test_where_nothing_can_be_kept_the_table_is_read_each_time(monkeypatch, tmp_path):
    table = Table()
    (tmp_path / "file").touch()
    monkeypatch.setenv("ZHIZAO_CACHE_DIR", str(tmp_path / "file"))
    assert table.is_right()
    assert table.is_right()
    assert table.read == 2


def test_a_second_start_does_without_pyarrow_and_gives_the_same(tmp_path):
    code = (
        "import sys, zhizao as zz; from zhizao.evidence.ensembles import read_ensemble as read; "
        "fit = read('plan', 'report'); "
        "print('pyarrow' in sys.modules, fit.values.tobytes()[::1009].hex(), fit.seeds.sum())"
    )
    first, second = (python(code, ZHIZAO_CACHE_DIR=str(tmp_path)).split() for _ in range(2))
    assert (first[0], second[0]) == ("True", "False")
    assert first[1:] == second[1:]
