"""Stored studies run again: the same numbers, or a clear word on why not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import zhizao as zz
from zhizao.commands import cli
from zhizao.errors import InputError
from zhizao.storage.checksum import sealed_record
from zhizao.studies.compare import compare
from zhizao.studies.run import run

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
    (target / "run.json").write_text(json.dumps(sealed_record(record)), encoding="utf-8")
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
    other = changed(stored, tmp_path / "other", settings=settings_of(stored) | {"seed": 4})
    again = zz.rerun(other)
    assert not again.same
    assert 0 < again.differing < again.values
    assert again.furthest > 0.0
    shown = CliRunner().invoke(cli.program, ["rerun", str(other), "--quiet"])
    assert shown.exit_code == 1
    assert "Not the same" in shown.stdout


@pytest.mark.parametrize("text", [OWN.replace("2.0", "3.0"), "no scenario at all", None])
def test_a_scenario_file_that_has_changed_or_is_gone_is_named_and_taken_from_the_record(
    stored: Path, text: str | None
) -> None:
    own = stored.parent / "own.toml"
    own.unlink() if text is None else own.write_text(text, encoding="utf-8")
    try:
        again = zz.rerun(stored)
        assert again.same
        assert "own.toml: its files have changed since or are gone" in " ".join(again.notes)
    finally:
        own.write_text(OWN, encoding="utf-8")
    assert zz.rerun(stored).notes == ()


def test_a_scenario_that_was_changed_in_python_comes_back(tmp_path: Path) -> None:
    changed_one = zz.load_scenario("baseline").with_changes(
        {"grants.rate": 0.33, "levels.erosion": 0.5}, name="mine", title="Mine"
    )
    done = zz.compare(["baseline", changed_one], draws=2, n_firms=50, workers=1)
    assert zz.rerun(done.write(tmp_path / "out")).same


def test_a_folder_that_has_moved_is_run_again_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by relative paths there, and run again elsewhere, where a file of the same name says something else."""
    there, elsewhere = tmp_path / "there", tmp_path / "elsewhere"
    there.mkdir()
    elsewhere.mkdir()
    lines = "".join(f"f{n},equipment,{60 + n},{30 + 5 * n}\n" for n in range(30))
    (there / "own.toml").write_text(OWN, encoding="utf-8")
    (there / "firms.csv").write_text(f"id,sector,employees,revenue\n{lines}", encoding="utf-8")
    (elsewhere / "own.toml").write_text(OWN.replace("2.0", "5.0"), encoding="utf-8")
    monkeypatch.chdir(there)
    arguments = ["run", "own.toml", "--firms", "firms.csv", "--out", "runs/mine", "--quiet"]
    assert CliRunner().invoke(cli.program, arguments).exit_code == 0
    monkeypatch.chdir(elsewhere)
    assert zz.rerun(there / "runs" / "mine").same  # the register lies where it did, seen from the record
    shutil.move(there / "runs" / "mine", elsewhere / "copy")
    with pytest.raises(InputError, match=r"firms\.csv"):
        zz.rerun("copy")
    shutil.copy(there / "firms.csv", elsewhere / "copy.csv")
    shutil.move(elsewhere / "copy.csv", elsewhere / "copy" / ".." / "firms.csv")
    again = zz.rerun("copy")
    assert again.same
    assert again.notes
    result = CliRunner().invoke(cli.program, ["rerun", "copy"])
    assert result.exit_code == 0, result.output
    assert "taken from the record" in result.output


# --------------------------------------------------------------------------------------- another study in the folder


def test_another_study_is_not_replaced_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    first = ["run", "own.toml", "--n-firms", "40", "--out", "out", "--quiet"]
    assert CliRunner().invoke(cli.program, first).exit_code == 0
    before = (tmp_path / "out" / "run.json").read_bytes()
    others = [
        ([*first, "--seed", "3"], "other seed"),
        (["run", "baseline", *first[2:]], "other scenarios"),
        (["compare", "own.toml", "--draws", "2", *first[2:]], "a run, not a comparison"),
    ]
    from zhizao.commands import compare as compare_command
    from zhizao.commands import run as run_command

    with monkeypatch.context() as patch:
        patch.setattr(run_command, "run", lambda *_, **__: pytest.fail("runs were begun"))
        patch.setattr(compare_command, "compare", lambda *_, **__: pytest.fail("runs were begun"))
        (tmp_path / "own.toml").write_text(OWN.replace("2.0", "3.0"), encoding="utf-8")
        for arguments, words in [*others, (first, "scenarios that have changed since")]:
            result = CliRunner().invoke(cli.program, arguments)
            assert result.exit_code == 2, result.output
            assert words in result.output
            assert "--replace" in result.output
    assert (tmp_path / "out" / "run.json").read_bytes() == before
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    assert CliRunner().invoke(cli.program, first).exit_code == 0  # the same study again
    assert CliRunner().invoke(cli.program, [*others[0][0], "--replace"]).exit_code == 0
    assert zz.read(tmp_path / "out").record["settings"]["seed"] == 3
    with pytest.raises(InputError, match="replace=True"):
        run("baseline", n_firms=40).write(tmp_path / "out")
    run("baseline", n_firms=40).write(tmp_path / "out", replace=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"settings": None}, "does not give settings"),
        ({"settings": {"seed": 1}}, "does not give scenarios, draws"),
        ({"kind": "sweep"}, "is damaged"),
        ({"format": 2}, "this version reads 1"),
    ],
)
def test_a_damaged_record_is_refused_with_its_mend(
    stored: Path, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        zz.rerun(changed(stored, tmp_path / "damaged", **change))


def test_a_record_that_was_edited_by_hand_is_refused(stored: Path, tmp_path: Path) -> None:
    """It would say of numbers that they came of a seed which they never had."""
    edited = changed(stored, tmp_path / "edited")
    text = (edited / "run.json").read_text(encoding="utf-8")
    assert zz.rerun(edited).same
    (edited / "run.json").write_text(text.replace('"seed": 3', '"seed": 4', 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"run\.json: is damaged or was changed"):
        zz.rerun(edited)
    shown = CliRunner().invoke(cli.program, ["rerun", str(edited), "--quiet"])
    assert shown.exit_code == 2
    assert "run.json" in shown.output


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


def test_a_study_of_another_district_is_refused_with_its_folder(stored: Path, tmp_path: Path) -> None:
    made_in = json.loads((stored / "run.json").read_text("utf-8"))["district"]
    assert made_in == {"name": "Yubei district, Chongqing", "folder": "yubei"}
    moved = changed(stored, tmp_path / "moved", district={"name": "Elsewhere", "folder": "my-city"})
    with pytest.raises(InputError, match="is a study of Elsewhere, in the folder my-city; the district in force is"):
        zz.rerun(moved)
    shown = CliRunner().invoke(cli.program, ["compare", "--draws", "2", "--out", str(moved), "--quiet"])
    assert shown.exit_code == 2
    assert "another district" in shown.output


def test_the_command_says_that_all_is_the_same(stored: Path, tmp_path: Path) -> None:
    shown = CliRunner().invoke(cli.program, ["rerun", str(stored / "run.json"), "--out", str(tmp_path / "again")])
    assert shown.exit_code == 0
    assert "The same numbers again" in shown.stdout
    assert zz.read(tmp_path / "again").kind == "comparison"


def test_a_file_whose_name_holds_escapes_is_run_again_and_shown_without_them(tmp_path, monkeypatch):
    """What is recorded is the name as it is, or the file would not be found."""
    monkeypatch.chdir(tmp_path)
    file = Path("na\x1b[31mme\u202e.toml")
    file.write_text(OWN, encoding="utf-8")
    run(str(file), n_firms=20, until="2024-02").write("results")
    assert zz.rerun("results").same
    file.unlink()
    done = CliRunner().invoke(cli.program, ["rerun", "results"])
    assert done.exit_code == 0
    assert "its policy is taken from the record" in done.stderr
    assert "\x1b" not in done.output
    assert "\u202e" not in done.output
