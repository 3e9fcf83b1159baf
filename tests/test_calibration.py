"""What the model is fitted to, the fit on easy targets, the shipped ensembles, and the report on them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from zhizao import cli
from zhizao.errors import InputError
from zhizao.evidence import load_figures
from zhizao.files import shipped
from zhizao.parameters.registry import Parameters
from zhizao.report.calibration_report import write_calibration_report
from zhizao.results.ensembles import FUNDING, TREATMENTS, read_ensemble, write_ensemble
from zhizao.studies.calibration import findings, fit, inputs
from zhizao.studies.calibration.calibrate import calibrate, report_of
from zhizao.studies.calibration.check import check_ensembles
from zhizao.studies.calibration.fit import CalibrationSettings
from zhizao.studies.calibration.inputs import drawn_numbers, fitted_keys, load_targets
from zhizao.studies.calibration.simulator import EFFECTS, DistrictSimulator
from zhizao.studies.evidence_check import FIGURES
from zhizao.studies.parameter_draws import parameter_draws

PAIRS = [(treatment, funding) for funding in FUNDING for treatment in TREATMENTS]


def middle() -> np.ndarray:
    return np.array([(number.low + number.high) / 2.0 for number in drawn_numbers()])


# What goes in


def test_every_target_answers_to_a_figure_that_is_meant_to_be_one():
    uses = {figure.key: figure.use for figure in load_figures()}
    for target in load_targets():
        assert uses[target.figure] == "target"
        assert target.variable in FIGURES
        assert target.reason
    assert {use for use in uses if uses[use] == "target"} == {target.figure for target in load_targets()}
    only_planned = [target.figure for target in load_targets() if target.treatments == ("plan",)]
    assert only_planned == ["level2_target_2025"]


def test_few_parameters_are_meant_to_be_fitted_and_all_are_drawn():
    keys = [number.key for number in drawn_numbers()]
    assert len(fitted_keys()) <= 4
    assert {row.key for row in fitted_keys()} <= set(keys)
    assert "reading.years_counted" in keys
    assert "population.firms" in keys


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('figure = "robot_share"', 'figure = "robots"', "target robots: is no figure"),
        ("low = 50", "low = 70", "target robot_share: low 70 must lie below high 60"),
        ("softness = 10.0", "softness = 0.0", "target digital_projects: softness 0 must be above 0"),
        ('treatments = ["plan"]', "treatments = []", "treatments is empty"),
        ("low = 50", 'low = "half"', "robot_share: low is 'half'"),
        ("format = 1", "format = 2", "format is 2"),
        ("low = 50", "lowest = 50", "lowest is not a known field"),
    ],
)
def test_damaged_targets_are_refused_with_place_and_mend(tmp_path, old, new, words):
    text = (shipped("calibration") / "targets.toml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "targets.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_targets(file)
    assert "targets.toml" in str(error.value)
    assert words in str(error.value)


def test_the_simulator_gives_the_same_for_the_same_luck_and_for_what_is_stored():
    simulator, point = DistrictSimulator(funding="report"), middle()
    found = simulator(point, 3)
    assert (found == simulator(point.astype(np.float32).astype(float), 3)).all()
    assert (found != simulator(point, 4)).any()
    assert dict(zip(simulator.names, found, strict=True))["workshops_2023"] >= 0


def test_effects_are_what_a_part_of_the_programme_adds():
    simulator = DistrictSimulator(funding="report", effects=True)
    found = np.array([simulator(middle(), seed) for seed in range(6)])
    means = dict(zip(simulator.names, found.mean(axis=0), strict=True))
    assert means["programme_effect"] > means["service_effect"] > 0
    assert set(EFFECTS) < set(simulator.names)


def test_a_synthetic_district_is_reported_as_the_real_one_is():
    truth = {
        "workshops_new_2023": 20.0, "workshops_2023": 50.0, "robot_share_2023": 57.3,
        "supported_projects_counted": 412.0,
    }  # fmt: skip
    draws = np.random.Generator(np.random.Philox(1))
    reports = [{target.name: target for target in report_of(truth, draws)} for _ in range(300)]
    assert set(reports[0]) == {target.variable for target in load_targets() if "facts" in target.treatments}
    robots = {(report["robot_share_2023"].low, report["robot_share_2023"].high) for report in reports}
    assert robots >= {(50.0, 60.0)}
    assert all(high - low == 10.0 for low, high in robots)
    counts = np.array([report["workshops_new_2023"].low + 0.5 for report in reports])
    softness = reports[0]["workshops_new_2023"].softness
    assert counts.mean() == pytest.approx(20.0, abs=4 * softness / np.sqrt(300))
    assert counts.std() == pytest.approx(softness, rel=0.2)


# The shipped ensembles


@pytest.mark.parametrize(("treatment", "funding"), PAIRS)
def test_a_shipped_ensemble_is_whole_and_large_enough(treatment, funding):
    ensemble = read_ensemble(treatment, funding)
    numbers = drawn_numbers()
    assert ensemble.names == tuple(number.key for number in numbers)
    for column, number in zip(ensemble.values.T, numbers, strict=True):
        assert column.min() >= np.float32(number.low)
        assert column.max() <= np.float32(number.high)
    assert ensemble.record["sampler"]["effective_sample_size"] >= 1000
    Parameters().changed(ensemble.parameters(0))
    assert ensemble.readings(0)["years_counted"] in (3, 4, 5, 6)
    assert ensemble.parameters(ensemble.members) == ensemble.parameters(0)


def test_the_shipped_ensembles_are_the_fit_of_this_model():
    for found in check_ensembles(members=5).values():
        assert found.matches
        assert found.run == 5


def test_the_first_member_is_central():
    ensemble = read_ensemble("facts", "report")
    places = (ensemble.values - ensemble.values.mean(axis=0)) / ensemble.values.std(axis=0)
    distances = (places**2).sum(axis=1)
    assert (distances < distances[0]).mean() < 0.01


def test_draws_come_from_the_ensemble_with_their_readings_and_fresh_luck():
    draws = parameter_draws(3, calibration="facts", funding="brief")
    ensemble = read_ensemble("facts", "brief")
    assert draws[2].values == {"funding.annual_fund": 2000.0, **ensemble.parameters(2)}
    assert draws[2].readings == ensemble.readings(2)
    assert draws[2].seed != int(ensemble.seeds[2])


def test_an_ensemble_written_and_read_is_the_same(tmp_path):
    ensemble = read_ensemble("plan", "report")
    file = write_ensemble(tmp_path, dataclasses.replace(ensemble, treatment="facts"))
    again = read_ensemble("facts", "report", tmp_path)
    assert (again.values == ensemble.values).all()
    assert (again.seeds == ensemble.seeds).all()
    assert all((again.summaries[name] == values).all() for name, values in ensemble.summaries.items())
    assert file.stat().st_size < 600_000


@pytest.mark.parametrize("damage", ["missing", "cut", "other", "record"])
def test_a_damaged_ensemble_is_refused_with_its_mend(tmp_path, damage):
    file = write_ensemble(tmp_path, dataclasses.replace(read_ensemble("plan", "report"), funding="brief"))
    if damage == "missing":
        file.unlink()
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[:1000])
    elif damage == "other":
        file.write_bytes((shipped("calibration/fitted") / "facts-report.parquet").read_bytes())
    else:
        file.with_suffix(".json").write_text("{")
    with pytest.raises(InputError, match="zhizao calibrate"):
        read_ensemble("plan", "brief", tmp_path)


def test_what_was_not_learned_is_called_so():
    rows = {row["key"]: row for row in findings.learned(read_ensemble("facts", "report"))}
    assert rows["population.firms"]["label"] == ""
    assert rows["population.firms"]["ratio"] < 0.9
    for row in rows.values():
        assert (row["ratio"] > 0.9) == (row["label"] == "not learned")
    assert sum(row["label"] != "" for row in rows.values()) > len(rows) / 2


def test_the_check_says_which_fit_is_stale(monkeypatch):
    shifted = dataclasses.replace(
        read_ensemble("plan", "report"), seeds=read_ensemble("plan", "report").seeds + np.uint64(1)
    )
    monkeypatch.setattr("zhizao.studies.calibration.check.read_ensemble", lambda *pair: shifted)
    assert not any(found.matches for found in check_ensembles(members=3).values())


def test_the_shipped_findings_belong_to_the_shipped_ensembles():
    found = json.loads((shipped("calibration/fitted") / "findings.json").read_text(encoding="utf-8"))
    for treatment, funding in PAIRS:
        assert found["sampler"][f"{treatment} · {funding}"] == read_ensemble(treatment, funding).record["sampler"]
    for row in found["evidence"]:
        if row["use"] == "target":
            fitted = [name for name in found["money"] if name.startswith("plan") or row["key"] != "level2_target_2025"]
            assert all(row[name]["inside"] for name in fitted)
    assert all(0.88 <= share <= 0.92 for share in found["recovery"]["coverage"].values())


# A whole calibration, on a target that is easy to meet


def easy(_: Path | None = None) -> tuple[inputs.ReportedFigure, ...]:
    return tuple(target for target in load_targets() if target.figure == "robot_share")


@pytest.mark.slow
def test_a_whole_calibration_with_its_report(tmp_path, monkeypatch):
    monkeypatch.setattr(fit, "load_targets", easy)
    settings = CalibrationSettings(particles=100, bank=512, workers=1, folder=tmp_path / "work")
    told: list[str] = []
    done = calibrate(settings, tmp_path / "fitted", tell=told.append)
    file = write_calibration_report(done, tmp_path)
    text = file.read_text(encoding="utf-8")
    assert "What would have to be true" in text
    assert all(f"`{number.key}`" in text for number in drawn_numbers())
    for name in ("learned", "ridge", "ranks"):
        assert (tmp_path / "figures" / f"{name}.png").stat().st_size > 10_000
    again = calibrate(settings, tmp_path / "fitted")  # from the work that is kept
    for pair in PAIRS:
        assert (again.ensembles[pair].values == done.ensembles[pair].values).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--particles", "3"], "particles = 3 must be from 100"),
        (["--bank", "1"], "bank = 1 must be from 256"),
        (["--seed", "-1"], "seed = -1"),
    ],
)
def test_the_command_refuses_what_makes_no_sense(arguments, words, tmp_path):
    found = CliRunner().invoke(cli.program, ["calibrate", *arguments, "--work", str(tmp_path), "--quiet"])
    assert found.exit_code == 2
    assert words in found.output
