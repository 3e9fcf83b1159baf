"""What the model is fitted to, the fit on easy targets, the shipped ensembles, and the report on them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from zhizao.commands import cli
from zhizao.errors import InputError
from zhizao.evidence import facts as evidence_facts
from zhizao.evidence.ensembles import FUNDING, TREATMENTS, ensemble_file, ensemble_files, read_ensemble
from zhizao.evidence.experiments import fitted_experiments
from zhizao.evidence.facts import load_facts
from zhizao.files import shipped
from zhizao.fitting.targets import Between
from zhizao.parameters.registry import Parameters
from zhizao.report.calibration_folder import prepare_calibration_folder, write_calibration_report
from zhizao.studies.calibration import calibrate as calibrate_module
from zhizao.studies.calibration import findings, fit, inputs
from zhizao.studies.calibration.calibrate import calibrate, report_of
from zhizao.studies.calibration.check import check_ensembles
from zhizao.studies.calibration.fit import CalibrationSettings, targets_of
from zhizao.studies.calibration.inputs import drawn_numbers, fitted_facts, fitted_keys
from zhizao.studies.calibration.simulator import EFFECTS, DistrictSimulator, experiment_name
from zhizao.studies.parameter_draws import parameter_draws

PAIRS = [(treatment, funding) for funding in FUNDING for treatment in TREATMENTS]


def middle() -> np.ndarray:
    return np.array([(round if one.whole else float)((one.low + one.high) / 2.0) for one in drawn_numbers()])


# What goes in


def test_what_is_fitted_says_why():
    fitted = {fact.key: fact for fact in load_facts() if fact.use == "fit"}
    assert {*fitted} == {fact.key for treatment in TREATMENTS for fact in fitted_facts(treatment)}
    assert all(fact.reason for fact in fitted.values())
    assert [key for key, fact in fitted.items() if fact.fitted_in == ("plan",)] == ["level2_target_2025"]


def test_few_parameters_are_meant_to_be_fitted_and_all_are_drawn():
    keys = [number.key for number in drawn_numbers()]
    assert len(fitted_keys()) <= 4
    assert {row.key for row in fitted_keys()} <= set(keys)
    assert "reading.years_counted" in keys
    assert "population.firms" in keys


def test_files_are_checked_before_any_run(tmp_path, monkeypatch):
    """A calibration of hours does not end in a name that nothing gives; the problems of all files are named."""
    text = (shipped("districts/yubei") / "evidence.toml").read_text(encoding="utf-8")
    assert 'series = "robot_share"' in text
    facts, readings = tmp_path / "evidence.toml", tmp_path / "readings.toml"
    facts.write_text(text.replace('series = "robot_share"', 'series = "robot_shares"'), encoding="utf-8")
    own = shipped("districts/yubei") / "readings.toml"
    readings.write_text(own.read_text("utf-8").replace("low = 3", 'low = "few"'), encoding="utf-8")
    monkeypatch.setattr(evidence_facts, "evidence_file", lambda: facts)
    monkeypatch.setattr(inputs, "district_folder", lambda: tmp_path)
    inputs._readings_file.cache_clear()
    monkeypatch.setattr(calibrate_module, "calibration_bank", lambda *_: pytest.fail("runs were begun"))
    settings = CalibrationSettings(particles=100, bank=512, folder=tmp_path / "work")
    with pytest.raises(InputError) as error:
        calibrate(settings)
    assert "evidence.toml: fact robot_share" in str(error.value)
    assert "readings.toml: reading years_counted: low is 'few'" in str(error.value)
    assert not (tmp_path / "out").exists()
    inputs._readings_file.cache_clear()


def test_the_simulator_gives_the_same_for_the_same_luck_and_for_what_is_stored():
    simulator, point = DistrictSimulator(funding="report"), middle()
    found = simulator(point, 3)
    assert (found == simulator(point.astype(np.float32).astype(float), 3)).all()
    assert (found != simulator(point, 4)).any()
    assert dict(zip(simulator.names, found, strict=True))["workshops_stock"] >= 0


def test_effects_are_what_a_part_of_the_programme_adds():
    simulator = DistrictSimulator(funding="report", effects=True)
    found = np.array([simulator(middle(), seed) for seed in range(6)])
    means = dict(zip(simulator.names, found.mean(axis=0), strict=True))
    assert means["programme_effect"] > means["service_effect"] > 0
    assert set(EFFECTS) < set(simulator.names)


def test_a_synthetic_district_is_reported_as_the_real_one_is():
    truth = {"workshops_new_2023": 20.0, "workshops_stock": 50.0, "robot_share": 57.3, "digital_projects": 412.0}
    truth |= {f"money_used_{year}": 90.0 for year in (2021, 2022, 2023)} | {"O8c": 52.0, "O8d": 17.0}
    truth |= {experiment_name(one): one.found for one in fitted_experiments()}
    draws = np.random.Generator(np.random.Philox(1))
    reports = [{target.name: target for target in report_of(truth, draws)} for _ in range(300)]
    assert set(reports[0]) == {target.name for target in targets_of("facts")} == set(truth)
    for money in (report["money_used_2022"] for report in reports):  # of an open room only the side of its end is said
        assert (money.low, money.high) in {(100.0, np.inf), (-np.inf, 100.0)}
    robots = {(report["robot_share"].low, report["robot_share"].high) for report in reports}
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
    # 1,000 members, of which moves leave few alike: the last temperature of a fit to a dozen facts is hard to move at
    assert ensemble.members == 1000
    assert ensemble.record["sampler"]["effective_sample_size"] >= 600
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


def written(folder, ensemble):
    for name, content in ensemble_files(ensemble).items():
        (folder / name).write_bytes(content)
    return folder / ensemble_file(ensemble.treatment, ensemble.funding)


def test_an_ensemble_written_and_read_is_the_same(tmp_path):
    ensemble = read_ensemble("plan", "report")
    file = written(tmp_path, dataclasses.replace(ensemble, treatment="facts"))
    again = read_ensemble("facts", "report", tmp_path)
    assert (again.values == ensemble.values).all()
    assert (again.seeds == ensemble.seeds).all()
    assert all((again.summaries[name] == values).all() for name, values in ensemble.summaries.items())
    assert file.stat().st_size < 600_000


@pytest.mark.parametrize("damage", ["missing", "cut", "other", "record"])
def test_a_damaged_ensemble_is_refused_with_its_mend(tmp_path, damage):
    file = written(tmp_path, dataclasses.replace(read_ensemble("plan", "report"), funding="brief"))
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
        if row["use"] == "fit":
            fitted = [name for name in found["money"] if name.startswith("plan") or row["key"] != "level2_target_2025"]
            # The money the report gives is used; of ten times as much, as the brief has it, a tenth at most would be:
            # no parameter closes that, and the findings say so.
            spent = row["key"].startswith("money_used")
            expected = {name: not (spent and name.endswith("brief")) for name in fitted}
            assert {name: row[name]["inside"] for name in fitted} == expected, row["key"]
    # Truths are recovered by reweighting a bank: with ten targets about 20 runs are left for one (median_size), and
    # intervals of so few are a little short of 90 %.
    shares = np.array(list(found["recovery"]["coverage"].values()))
    assert 0.885 <= shares.mean() <= 0.91
    assert ((shares >= 0.87) & (shares <= 0.92)).all()


# A whole calibration, on a target that is easy to meet


def easy(treatment: str) -> list[Between]:
    return [target for target in targets_of(treatment) if target.name == "robot_share"]


@pytest.mark.slow
def test_a_whole_calibration_with_its_report(tmp_path, monkeypatch):
    monkeypatch.setattr(fit, "targets_of", easy)
    settings = CalibrationSettings(particles=100, bank=512, workers=1, folder=tmp_path / "work")
    told: list[str] = []
    done = calibrate(settings, tell=told.append)
    file = write_calibration_report(done, tmp_path)
    text = file.read_text(encoding="utf-8")
    assert "What would have to be true" in text
    assert all(f"`{number.key}`" in text for number in drawn_numbers())
    for name in ("learned", "ridge", "ranks"):
        assert (tmp_path / "figures" / f"{name}.png").stat().st_size > 10_000
    again = calibrate(settings)  # from the work that is kept
    for pair in PAIRS:
        assert (again.ensembles[pair].values == done.ensembles[pair].values).all()


@pytest.mark.parametrize(
    "name", ["REPORT.md", "figures/ridge.png", "fitted/findings.json", "fitted/plan-report.parquet"]
)
def test_a_folder_with_files_of_somebody_else_is_refused_before_any_run(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("# My own report")
    with pytest.raises(InputError, match=Path(name).name):
        prepare_calibration_folder(tmp_path)
    assert (tmp_path / name).read_text() == "# My own report"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--particles", "3"], "particles = 3 must be from 100"),
        (["--bank", "1"], "bank = 1 must be from 512"),
        (["--seed", "-1"], "seed = -1"),
    ],
)
def test_the_command_refuses_what_makes_no_sense(arguments, words, tmp_path):
    found = CliRunner().invoke(cli.program, ["calibrate", *arguments, "--work", str(tmp_path), "--quiet"])
    assert found.exit_code == 2
    assert words in found.output
