"""Our fit in the light of another place's facts: what is taken over, and what is refused."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import zhizao as zz
from zhizao.commands import cli
from zhizao.district.declared import PriorFrom
from zhizao.district.making import make_district
from zhizao.evidence.ensembles import Ensemble, ensemble_files, read_ensemble
from zhizao.fitting.alike import PlaceLikelihood, mixed
from zhizao.fitting.targets import Told
from zhizao.studies import pool as pooling
from zhizao.studies.calibration.fit import INTERVALS, CalibrationSettings, prior_of_study
from zhizao.studies.calibration.tied import Tied
from zhizao.studies.pool import Pooled

NARROW = "choosing.taste_spread"
MEMBERS = 120


def fit_into(folder: Path, *, low: float | None, intervals: bool = True) -> Path:
    """A place with a fit of 400 members: like the prior, but for one number that its facts put into the low tenth."""
    if not folder.exists():
        make_district(folder, folder.name)
    prior = prior_of_study()
    draws = np.random.Generator(np.random.Philox(7))
    places = draws.random((400, prior.dimensions))
    if low is not None:
        places[:, prior.names.index(NARROW)] *= low
    ensemble = Ensemble(
        treatment="facts",
        funding="declared",
        names=prior.names,
        values=prior.values(places),
        seeds=draws.integers(0, 2**32, size=400, dtype=np.uint64),
        summaries={},
        record={INTERVALS: {one.name: asdict(one) for one in prior.marginals}} if intervals else {},
    )
    (folder / "fitted").mkdir(exist_ok=True)
    for name, content in ensemble_files(ensemble).items():
        (folder / "fitted" / name).write_bytes(content)
    return folder


def found_with(place: Path, **given: Any) -> Pooled:
    return zz.pool(str(place), members=MEMBERS, workers=1, **given)


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fit_into(tmp_path_factory.mktemp("places") / "telling", low=0.1)


@pytest.fixture(scope="module")
def pooled(telling: Path) -> Pooled:
    return found_with(telling)


def test_a_number_that_the_other_place_knows_moves_there(pooled: Pooled):
    [move] = [move for move in pooled.moves if move.key == NARROW]
    assert pooled.directions == 1
    assert move.moved < -0.1
    others = [abs(one.moved) for one in pooled.moves if one.key != NARROW]
    assert max(others) < 1.0
    sizes = [row.size for row in pooled.rows[:-1]]
    assert sizes[0] > sizes[-1]


def test_places_that_are_not_alike_leave_the_fit_as_it_is(pooled: Pooled):
    alone = pooled.rows[0]
    ensemble = read_ensemble("plan", "report")
    assert alone.likeness == 0.0
    assert alone.size == pytest.approx(MEMBERS * ensemble.record["sampler"]["effective_sample_size"] / ensemble.members)
    assert sum(row.weight for row in pooled.rows[:-1]) == pytest.approx(1.0)


def test_all_likenesses_together_lie_between_them(pooled: Pooled):
    last = pooled.rows[-1]
    assert last.likeness is None
    for name, ends in last.effects.items():
        medians = [row.effects[name]["median"] for row in pooled.rows[:-1]]
        assert min(medians) - 0.2 <= ends["median"] <= max(medians) + 0.2
        assert ends["low"] <= ends["median"] <= ends["high"]


def test_a_place_whose_facts_say_nothing_changes_nothing(tmp_path):
    found = found_with(fit_into(tmp_path / "silent", low=None))
    assert found.directions == 0
    assert all(abs(move.moved) < 1e-9 for move in found.moves)


def test_what_a_place_calls_its_own_is_not_shared(tmp_path):
    place = fit_into(tmp_path / "own", low=0.1)
    with (place / "district.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[prior]\nfrom = "yubei"\nexcept = ["{NARROW}"]\nsource = "assumption: a test"\n')
    shared = found_with(place).shared
    assert NARROW not in shared
    assert "attention.spontaneous_rate" in shared
    assert "population.firms" not in found_with(fit_into(tmp_path / "other", low=0.1)).shared


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"likenesses": [1.5]}, "likeness = 1.5 must be from 0 to 1"),
        ({"likenesses": [float("nan")]}, "likeness = nan must be from 0 to 1"),
        ({"likenesses": []}, "no likeness is given"),
        ({"members": 5}, "members = 5 must be at least 100"),
        ({"treatment": "plans"}, "plans-report.parquet is missing"),
    ],
)
def test_what_cannot_be_asked_is_refused(telling, given, said):
    with pytest.raises(zz.InputError, match=said):
        zz.pool(str(telling), **({"members": MEMBERS} | given))


def test_places_without_a_fit_that_says_its_intervals_are_refused(tmp_path):
    make_district(tmp_path / "bare", "bare")
    with pytest.raises(zz.InputError, match=r"has no fit facts-declared\.parquet; make it with `zhizao calibrate"):
        found_with(tmp_path / "bare")
    with pytest.raises(zz.InputError, match="does not say from which intervals it drew"):
        found_with(fit_into(tmp_path / "old", low=0.1, intervals=False))
    with pytest.raises(zz.InputError, match="is the place in force itself"):
        zz.pool("yubei")


def test_a_damaged_fit_of_the_other_place_is_noticed(tmp_path):
    place = fit_into(tmp_path / "damaged", low=0.1)
    table = place / "fitted" / "facts-declared.parquet"
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(content)
    with pytest.raises(zz.InputError, match="is not the file its record describes"):
        found_with(place)


def test_facts_do_not_count_twice(telling, monkeypatch):
    """A place whose fit began from the other's has that one's facts already."""
    own = pooling.DISTRICT
    prior = PriorFrom(from_=telling.name, source="assumption: a test")
    monkeypatch.setattr(pooling, "DISTRICT", replace(own, own=replace(own.own, prior=prior)))
    with pytest.raises(zz.InputError, match="whose facts would count twice"):
        found_with(telling)


def test_a_point_says_the_mean_over_likenesses():
    """What is fitted to is the likelihood with every likeness alike, and nothing beyond the shared numbers counts."""
    shared = (NARROW, "attention.spontaneous_rate")
    bell = PlaceLikelihood(precision=np.diag([4.0, 0.0]), pull=np.array([-4.0, 0.0]), directions=1)
    tied = Tied(bell=bell, shared=shared, likenesses=(0.0, 0.9))
    values = prior_of_study().values(np.random.Generator(np.random.Philox(3)).random((50, prior_of_study().dimensions)))
    logarithms = tied.logarithms(values)
    assert np.ptp(logarithms[0]) == pytest.approx(0.0, abs=1e-12)
    assert np.exp(mixed(logarithms)) == pytest.approx(np.exp(logarithms).mean(axis=0))
    choosy = values[:, prior_of_study().names.index(NARROW)]
    low, high = choosy.argmin(), choosy.argmax()
    assert logarithms[1, low] > logarithms[1, high]
    assert Told(name="x").log_likelihood(logarithms[1]).tolist() == logarithms[1].tolist()


@pytest.mark.slow
def test_a_fit_of_both_agrees_with_weights(telling, pooled, tmp_path):
    """Weights and a fit are two ways to one posterior."""
    settings = CalibrationSettings(particles=100, bank=1024, workers=2, folder=tmp_path)
    fitted = zz.pool(str(telling), treatment="facts", fit=settings, members=100, workers=2)
    weighted = zz.pool(str(telling), treatment="facts", workers=2)
    one, other = ({move.key: move for move in found.moves} for found in (fitted, weighted))
    assert one[NARROW].after == pytest.approx(other[NARROW].after, abs=0.7 * other[NARROW].spread_after)
    for name, ends in fitted.rows[-1].effects.items():
        assert ends["median"] == pytest.approx(weighted.rows[-1].effects[name]["median"], abs=0.8)


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_the_command_prints_what_was_found(telling, pooled, form):
    asked = ["pool", str(telling), "--members", str(MEMBERS), "--quiet", "--format", form]
    done = CliRunner().invoke(cli.program, asked)
    assert done.exit_code == 0, done.output
    if form == "json":
        assert json.loads(done.stdout)["directions"] == pooled.directions
        assert len(json.loads(done.stdout)["likenesses"]) == len(pooled.rows)
    assert NARROW in done.stdout
