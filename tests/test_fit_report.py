"""`REPORT.md` of a district's fit: what is fitted in which treatment, and fits that are already there."""

from __future__ import annotations

import json

import numpy as np
import pytest

from zhizao.evidence.ensembles import Ensemble, ensemble_files
from zhizao.files import shipped
from zhizao.report.calibration_report import report_lines
from zhizao.report.fit_report import missed, worth, write_fit
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
        "## facts · report",
        "## plan · report",
        "## What is missed",
    ]
    assert f"| `{PLAN}` | not fitted here |" in text
    assert f"| `{PLAN}` | fitted |" in text


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
