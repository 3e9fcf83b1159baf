"""`REPORT.md` of a district's fit: what is fitted in which treatment, and fits that are already there."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
from click.testing import CliRunner

from zhizao.commands import calibrate as calibrate_command
from zhizao.commands.cli import program
from zhizao.errors import InputError
from zhizao.evidence.ensembles import Ensemble, ensemble_files
from zhizao.files import shipped
from zhizao.report.calibration_report import report_lines
from zhizao.report.fit_report import missed, prepare_fit_folder, worth, write_ensembles, write_fit
from zhizao.studies.calibration import some
from zhizao.studies.calibration.inputs import drawn_numbers
from zhizao.studies.calibration.some import FittedEnsemble, stored_fits

PLAN = "level2_target_2025"
"""A fact that is fitted in the treatment ``plan`` only."""


def fitted(treatment: str, size: int = 300, bank: int = 4096) -> FittedEnsemble:
    draws = np.random.default_rng(0)
    ensemble = Ensemble(
        treatment=treatment,
        funding="report",
        names=tuple(number.key for number in drawn_numbers()),
        values=draws.random((500, len(drawn_numbers()))),
        seeds=np.arange(500, dtype=np.uint64),
        summaries={},
        record={"sampler": {"effective_sample_size": size}, "settings": {"bank": bank}},
    )
    return FittedEnsemble(ensemble=ensemble, found={PLAN: np.linspace(10.0, 20.0, 500)})


def test_a_plan_is_not_missed_by_a_fit_that_leaves_it_out():
    fits = {(one, "report"): fitted(one) for one in ("plan", "facts")}
    assert [line.split(":")[0] for line in missed(fits)] == [f"{PLAN}, fitted, is missed by plan · report"]


def test_a_report_on_one_fit_keeps_the_others(tmp_path, monkeypatch):
    first = fitted("facts")
    write_fit({("facts", "report"): first}, tmp_path)
    monkeypatch.setattr(some, "predicted", lambda *_: first.found)
    others = stored_fits(tmp_path / "fitted", seed=1, workers=1, but=[("plan", "report")])
    text = write_fit({("plan", "report"): fitted("plan")}, tmp_path, others).read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## plan · report",
        "## facts · report",
        "## What is missed",
    ]
    assert f"| `{PLAN}` | not fitted here |" in text
    assert f"| `{PLAN}` | fitted |" in text


FOREIGN = ("facts-report.parquet", "facts-report.json")


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("report", [False, True])
def test_a_fit_is_not_written_over_files_of_others(tmp_path, name, report):
    ours = fitted("facts")
    if report:
        write_fit({("plan", "report"): fitted("plan")}, tmp_path)
    mine = tmp_path / "fitted" / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_bytes(b"{}")
    writers = (
        lambda: prepare_fit_folder(tmp_path, [("facts", "report")]),
        lambda: write_fit({("facts", "report"): ours}, tmp_path),
        lambda: write_ensembles([ours.ensemble], tmp_path),
    )
    for write in writers:
        with pytest.raises(InputError, match=f"{name}: is there already, and zhizao has not written it"):
            write()
    assert mine.read_bytes() == b"{}"


def test_a_table_that_was_changed_since_is_not_written_over(tmp_path):
    write_ensembles([fitted("facts").ensemble], tmp_path)
    write_ensembles([fitted("facts", size=200).ensemble], tmp_path)  # it is ours
    (tmp_path / "fitted" / FOREIGN[0]).write_bytes(b"mine")
    with pytest.raises(InputError, match=rf"{FOREIGN[0]}: was changed since zhizao wrote it"):
        write_ensembles([fitted("facts").ensemble], tmp_path)
    (tmp_path / "fitted" / FOREIGN[0]).unlink()
    write_ensembles([fitted("facts").ensemble], tmp_path)


def test_what_stands_in_the_way_of_a_fit_is_said_early(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "fitted").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "b").write_text("a file")
    os.mkfifo(tmp_path / "REPORT.md")
    pairs = [("facts", "report")]
    for folder, said in (
        (tmp_path / "a", "is a link"),
        (tmp_path / "b" / "c", "cannot be written"),
        (tmp_path, "is not"),
    ):
        with pytest.raises(InputError, match=said):
            prepare_fit_folder(folder, pairs)
    prepare_fit_folder(tmp_path, pairs, report=False)
    prepare_fit_folder(tmp_path / "new" / "one", pairs)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["REPORT.md", "a", "b", "elsewhere"]


def test_structures_are_not_fitted_where_files_of_others_are(tmp_path, monkeypatch):
    monkeypatch.setattr(calibrate_command, "fit_structures", lambda *given, **more: pytest.fail("it was fitted"))
    (tmp_path / "fitted").mkdir()
    mine = tmp_path / "fitted" / "no-stakes-report.parquet"
    mine.write_bytes(b"mine")
    done = CliRunner().invoke(program, ["calibrate", "--structure", "no-stakes", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert f"{mine}: is there already" in done.output
    assert mine.read_bytes() == b"mine"


def test_a_fit_that_is_older_than_the_files_is_named_and_left_out(tmp_path):
    old = fitted("facts").ensemble
    old.record["made_from"] = {"priors.toml": "other"}
    (tmp_path / "fitted").mkdir()
    for name, content in ensemble_files(old).items():
        (tmp_path / "fitted" / name).write_bytes(content)
    said: list[str] = []
    assert stored_fits(tmp_path / "fitted", seed=1, workers=1, tell=said.append) == {}
    assert len(said) == 1
    assert said[0].startswith("facts · report is not in the report: ")
    assert "priors.toml" in said[0]


def test_the_long_report_speaks_of_the_district_in_force():
    numbers = json.loads((shipped("calibration/fitted") / "findings.json").read_text("utf-8"))
    for row in numbers["evidence"]:
        row["treatments"] = ["plan"] if row["key"] == PLAN else ["plan", "facts"]
    text = " ".join(" ".join(report_lines(numbers)).split())
    for said in (
        "in per cent of above-scale SMEs, money is in million RMB",
        "The plan (`level2_target_2025`) is fitted",
        "paid out per supported project of 2023",
        "level 2 in 2025-12, reported, %",
        "Under the facts alone the reading report is 7·10^8 times likelier than brief",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("bank", "advice"),
    [(4096, "raise --bank (--bank 16384 goes on from these runs), or fit without --quick"), (65_536, "fit without")],
)
def test_a_fit_of_little_worth_says_what_to_do(bank, advice):
    assert advice in worth(fitted("plan", size=20, bank=bank).ensemble)
