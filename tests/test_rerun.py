"""Stored studies run again: the same numbers, or a clear word on why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import zhizao as zz
from zhizao import cli
from zhizao.errors import InputError
from zhizao.studies.compare import compare
from zhizao.studies.single import run

OWN = """
format = 1
title = "Twice the specialists"
question = "What would twice the specialists do?"
source = "assumption: a test"
extends = "baseline"

[[changes]]
from = "2024-01"

[changes.multiply]
"specialists.count" = 2.0
"""


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of a stack and of a file of one's own, on disk."""
    folder = tmp_path_factory.mktemp("stored")
    (folder / "own.toml").write_text(OWN, encoding="utf-8")
    scenarios = ["baseline", "chain-leaders+light-vouchers", str(folder / "own.toml")]
    done = compare(scenarios, draws=2, seed=3, n_firms=60, workers=1, settings={"grants.payment_delay": 2})
    return done.write(folder / "results")


def changed(folder: Path, target: Path, **changes: Any) -> Path:
    """Copy a folder of results with other entries in its record; an entry of None is taken away."""
    target.mkdir()
    for file in folder.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    record = json.loads((target / "run.json").read_text(encoding="utf-8")) | changes
    record = {name: value for name, value in record.items() if value is not None}
    (target / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return target


def settings_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))["settings"]
    return found


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_run_comes_back_to_the_bit(tmp_path: Path, form: Any) -> None:
    done = run("services-surge", seed=11, until="2024-06", n_firms=50, funding="brief")
    again = zz.rerun(done.write(tmp_path, form) / "run.json")
    assert again.same
    assert again.values == len(done.to_frame())
    assert again.result.to_dict() == done.to_dict()


def test_a_comparison_comes_back_to_the_bit_the_baseline_included(stored: Path) -> None:
    again = zz.rerun(stored, workers=2)
    assert again.same
    assert again.furthest == 0.0
    labels = set(again.result.to_frame()["scenario"])
    assert labels == {"baseline", "chain-leaders+light-vouchers", "own"}


def test_numbers_that_do_not_come_back_are_counted(stored: Path, tmp_path: Path) -> None:
    other = changed(stored, tmp_path / "other", settings=settings_of(stored) | {"settings": {"population.firms": 60}})
    again = zz.rerun(other)
    assert not again.same
    assert 0 < again.differing < again.values
    assert again.furthest > 0.0
    shown = CliRunner().invoke(cli.program, ["rerun", str(other), "--quiet"])
    assert shown.exit_code == 1
    assert "Not the same" in shown.stdout


def test_a_file_that_has_changed_since_is_named(stored: Path) -> None:
    own = stored.parent / "own.toml"
    own.write_text(OWN.replace("2.0", "3.0"), encoding="utf-8")
    try:
        with pytest.raises(InputError, match=r"own\.toml is not the file that was used .* put that one back"):
            zz.rerun(stored)
    finally:
        own.write_text(OWN, encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"settings": None}, "says nothing of settings"),
        ({"settings": {"seed": 1}}, "says nothing of scenarios, draws"),
        ({"kind": "sweep"}, "is damaged"),
        ({"format": 2}, "this version reads 1"),
    ],
)
def test_a_damaged_record_is_refused_with_its_mend(
    stored: Path, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        zz.rerun(changed(stored, tmp_path / "damaged", **change))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"scenarios": []}, "must be a list of names"),
        ({"scenarios": ["nobody-knows"]}, "nobody-knows"),
        ({"seed": "x"}, "seed = 'x'"),
        ({"until": "2019-01"}, "until"),
        ({"firms": "gone.csv"}, r"gone\.csv"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    stored: Path, tmp_path: Path, setting: dict[str, Any], words: str
) -> None:
    damaged = changed(stored, tmp_path / "damaged", settings=settings_of(stored) | setting)
    with pytest.raises(InputError, match=words):
        zz.rerun(damaged)
    assert CliRunner().invoke(cli.program, ["rerun", str(damaged), "--quiet"]).exit_code == 2


def test_the_command_says_that_all_is_the_same(stored: Path, tmp_path: Path) -> None:
    shown = CliRunner().invoke(cli.program, ["rerun", str(stored / "run.json"), "--out", str(tmp_path / "again")])
    assert shown.exit_code == 0
    assert "The same numbers again" in shown.stdout
    assert zz.read(tmp_path / "again").kind == "comparison"
