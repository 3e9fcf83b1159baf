"""The response board: experiments are read strictly and repeated with and without, on the same firms and luck."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from zhizao.calendar import BRANCH_MONTH
from zhizao.commands.cli import program
from zhizao.engine.history import history_of
from zhizao.engine.simulation import Setting, run_one
from zhizao.errors import InputError
from zhizao.evidence import experiments as declared
from zhizao.evidence.ensembles import FUNDING, READING, made_from_now
from zhizao.evidence.experiments import experiment_files, experiments_digest, fitted_experiments, load_experiments
from zhizao.files import shipped
from zhizao.parameters.registry import Parameters
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import build_district
from zhizao.scenario.scenario import load_scenario
from zhizao.studies.calibration import simulator
from zhizao.studies.calibration.fit import targets_of
from zhizao.studies.calibration.inputs import check_inputs, drawn_numbers
from zhizao.studies.compare import compare
from zhizao.studies.experiments import arms, experiments

FILE = """format = 1
key = "own"
title = "Twice the grants"
experiment = "A doubling"
source = "assumption: a test"
found = 3.0
unit = "%"
low = -100.0
high = 100.0
reason = "a test"

[measure]
series = "projects_started"
months = 24
compare = "change"

[treated]
"grants.rate.light" = 0.8
"""
FEW = {"draws": 3, "n_firms": 60, "calibration": "prior", "workers": 1}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "own.toml"
    file.write_text(FILE, "utf-8")
    return file


def test_shipped_experiments_are_read_and_have_different_keys():
    found = load_experiments()
    assert len(found) == len(experiment_files()) >= 7
    assert all(one.source and one.reason and one.low <= one.found <= one.high for one in found)
    assert all(one.title_zh and one.experiment_zh for one in found)


def test_an_experiment_is_the_paired_difference_that_compare_gives(own):
    [row] = experiments([own], **FEW)
    both = compare(["baseline"], **FEW), compare(["baseline"], settings={"grants.rate.light": 0.8}, **FEW)
    starts = [done.first.outcomes["projects_started_total"] for done in both]
    assert row.effects == pytest.approx(100.0 * (starts[1] - starts[0]) / starts[0])


def test_an_experiment_that_changes_nothing_finds_nothing(own):
    own.write_text(FILE.replace("= 0.8", "= 0.3").replace("rate.light", "floor.factory"), "utf-8")
    assert not experiments([own], **FEW)[0].effects.any()


@pytest.mark.parametrize(
    ("compare", "low", "high"),
    [("difference", -1e9, 1e9), ("additional", -1e9, 100.0), ("additional per firm", -1e9, 1e4)],
)
def test_ways_to_compare(own, compare, low, high):
    own.write_text(FILE.replace('"change"', f'"{compare}"'), "utf-8")
    effects = experiments([own], **FEW)[0].effects
    assert all(low <= effect <= high for effect in effects)


def test_what_is_left_after_an_experiment_has_ended(own):
    own.write_text(
        FILE.replace('compare = "change"', 'compare = "left"\nlater = 48').replace(
            "found =", "treated_months = 12\nfound ="
        ),
        "utf-8",
    )
    text = own.read_text("utf-8").replace('"grants.rate.light" = 0.8', '"specialists.count" = 300')
    own.write_text(text.replace('"projects_started"', '"level2_share"\nview = "true"'), "utf-8")
    effects = experiments([own], **{**FEW, "n_firms": 300})[0].effects
    assert any(math.isfinite(effect) for effect in effects)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("low = -100.0", "low = 200.0", "low 200 must be below high 100"),
        ('"grants.rate.light" = 0.8', '"grants.rat" = 0.8', "treated.grants.rat is not a lever"),
        ('series = "projects_started"', 'series = "projects"', "measure: series"),
        ("months = 24", "months = 0", "measure.months is 0; give 1 to"),
        ('"change"', '"left"', 'compare = "left" and later go together'),
        ("found = 3.0", 'found = "many"', "found is 'many'"),
        ("format = 1", "format = 9", "format is 9; this version reads 1"),
        ("found = 3.0", 'found = 3.0\nuse = "fit"', "use is not a known key"),  # that is said in readings.toml
        ("reason", "raison", "raison is not a known key"),
    ],
)
def test_mistakes_are_named(own, old, new, said):
    own.write_text(FILE.replace(old, new), "utf-8")
    with pytest.raises(InputError) as error:
        load_experiments([own])
    assert said in "\n".join(error.value.problems)
    assert all("own.toml" in line for line in error.value.problems)


def test_two_experiments_of_one_key_are_refused(own, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text(FILE, "utf-8")
    with pytest.raises(InputError, match="experiment own is in two files"):
        load_experiments([own, other])


def test_the_command(own):
    asked = ["experiments", str(own), "--draws", "3", "--n-firms", "60", "--calibration", "prior", "--quiet"]
    done = CliRunner().invoke(program, [*asked, "--format", "json"])
    [row] = json.loads(done.stdout)["experiments"]
    assert row["key"] == "own"
    assert row["inside"] is True
    table = CliRunner().invoke(program, [*asked, "--lang", "zh"])
    assert "1项中有1项的中位数落入范围" in table.stdout


def test_a_number_that_no_draw_gives_is_unknown_and_not_outside(own):
    [row] = experiments([own], draws=2, n_firms=60, calibration="prior")
    unknown = replace(row, effects=np.full(2, np.nan))
    assert unknown.inside is None
    assert unknown.to_dict()["inside"] is None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zhizao.commands.experiments.experiments", lambda *_, **__: [row, unknown])
        for language, words in (("en", "Of 1 the model gives no number"), ("zh", "另有1项模型给不出数值")):
            done = CliRunner().invoke(program, ["experiments", "--draws", "2", "--quiet", "--lang", language])
            assert words in done.stdout
            assert "nan" not in done.stdout


# ------------------------------------------------------------------------------------------- fitted to


@pytest.fixture
def fitted_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Put a district in force for a moment whose fits use these experiments; `own` is a file of its folder."""

    def put(rows: str, own: str = FILE) -> None:
        readings = (shipped("districts/yubei") / "readings.toml").read_text("utf-8").split("[[experiment]]")[0]
        (tmp_path / "readings.toml").write_text(readings + rows, "utf-8")
        (tmp_path / "experiments").mkdir(exist_ok=True)
        (tmp_path / "experiments" / "own.toml").write_text(own, "utf-8")
        forget()

    def forget() -> None:
        for kept in (declared._chosen, declared.fitted_experiments, simulator._futures):
            kept.cache_clear()

    monkeypatch.setattr(declared, "DISTRICT", replace(declared.DISTRICT, folder=tmp_path))
    forget()
    yield put
    monkeypatch.undo()
    forget()


ROW = '[[experiment]]\nkey = "{}"\nreason = "a test"\n'


def test_the_district_says_which_experiments_its_fits_use(fitted_to):
    assert [one.key for one in load_experiments() if one.use == "fit"] == []  # no readings.toml, so none
    fitted_to(ROW.format("own") + ROW.format("credit_2004"))
    assert [one.key for one in fitted_experiments()] == ["own", "credit_2004"]
    assert {one.key for one in load_experiments() if one.use == "fit"} == {"own", "credit_2004"}
    fitted_to("")
    assert fitted_experiments() == ()
    assert experiments_digest() == ""


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (ROW.format("credit_2005"), "readings.toml: experiment credit_2005 is not one of"),
        (ROW.format("own") * 2, "readings.toml: experiment own appears 2 times"),
        ('[[experiment]]\nkey = "own"\n', "readings.toml: experiment own: reason is missing; add it"),
        (ROW.format("own") + "weight = 2\n", "readings.toml: experiment own: weight is not a known key"),
    ],
)
def test_mistakes_in_what_is_fitted_are_named_before_any_run(fitted_to, rows, said):
    fitted_to(rows)
    with pytest.raises(InputError) as error:
        check_inputs()
    assert any(line.startswith(said) for line in error.value.problems)


def test_an_experiment_is_a_target_beside_the_facts(fitted_to):
    """As wide as what was found there was known: its ends hold nine tenths of a normal distribution."""
    fitted_to("")
    facts = targets_of("facts")
    fitted_to(ROW.format("own"), FILE.replace("= -100.0", "= -97.0").replace("= 100.0", "= 103.0"))
    *others, target = targets_of("facts")
    assert others == facts
    assert (target.name, target.low, target.high) == ("experiment.own", 2.5, 3.5)
    assert target.softness == pytest.approx(200.0 / (2.0 * 1.6449), rel=1e-3)
    assert targets_of("plan")[-1] == target


def test_the_simulator_of_a_fit_gives_what_the_experiment_finds(fitted_to):
    """The same runs as the response board makes, from the same numbers and the same luck."""
    fitted_to(ROW.format("own"), FILE.replace('"grants.rate.light" = 0.8', '"tax.credit_rate" = 0.3'))
    numbers = drawn_numbers()
    point = np.array([(round if one.whole else float)((one.low + one.high) / 2.0) for one in numbers])
    model = simulator.DistrictSimulator(funding="report")
    assert "experiment.own" in model.names
    found = dict(zip(model.names, model(point, 5), strict=True))
    values = {one.key: float(np.float32(number)) for one, number in zip(numbers, point, strict=True)}
    parameters = Parameters().changed(
        {key: value for key, value in values.items() if not key.startswith(READING)}
        | {"funding.annual_fund": FUNDING["report"]}
    )
    begun = []
    for scenario in arms(fitted_experiments()[0], load_scenario("baseline")):
        offers = monthly_offers(scenario.policies(96), parameters)
        district = build_district(parameters, 5, months=96)
        world = run_one(Setting(district=district, parameters=parameters, seed=5), offers)
        begun.append(history_of(world).column("projects_started")[BRANCH_MONTH:].sum())
    assert begun[0] > begun[1] > 0
    assert found["experiment.own"] == pytest.approx(100.0 * (begun[0] - begun[1]) / begun[1])


def test_a_fit_is_older_than_an_experiment_that_has_changed(fitted_to):
    """What was found, how it is measured and what is done count; words do not."""
    fitted_to(ROW.format("own"))
    before = made_from_now()
    fitted_to(ROW.format("own"), FILE.replace("Twice the grants", "Grants, doubled"))
    assert made_from_now() == before
    for old, new in (("found = 3.0", "found = 4.0"), ("months = 24", "months = 36"), ("= 0.8", "= 0.9")):
        fitted_to(ROW.format("own"), FILE.replace(old, new))
        assert {name for name, digest in made_from_now().items() if before.get(name) != digest} == {"experiments"}
    fitted_to("")
    assert "experiments" not in made_from_now()
