"""One place's fit as another's prior: intervals follow its means and widened deviations, within what holds here."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from zhizao.district.making import make_district
from zhizao.district.reader import read_district
from zhizao.errors import InputError
from zhizao.storage.checksum import json_text, sealed_record

PRIOR = '\n[prior]\nfrom = "../other"\nwidening = 2.0\nsource = "assumption: neighbours"\n'
MOMENTS = {
    "levels.start_mean": [32.0, 0.5],
    "levels.recognition": [0.8, 0.1],
    "population.firms": [340.0, 1.0],
    "awareness.start_share": [5.0, 0.1],
    "reading.years": [4.0, 1.0],
}


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """Two made-up places; the second takes the first one's fit, which is returned as a folder beside it."""
    for name in ("other", "city"):
        make_district(tmp_path / name, name)
    (tmp_path / "other" / "fitted").mkdir()
    record = {"sha256": "ab", "moments": MOMENTS}
    (tmp_path / "other" / "fitted" / "facts-declared.json").write_text(json_text(sealed_record(record)), "utf-8")
    with (tmp_path / "city" / "district.toml").open("a", encoding="utf-8") as file:
        file.write(PRIOR)
    return tmp_path


def test_intervals_are_the_other_places_posterior_widened(places):
    inherited = read_district(places / "city").inherited
    half = math.sqrt(3.0) * 2.0
    assert inherited.narrowed("levels.start_mean", (28.0, 38.0), whole=False) == pytest.approx(
        (32.0 - half * 0.5, 32.0 + half * 0.5)
    )
    low, high = inherited.narrowed("levels.recognition", (0.3, 0.9), whole=False)
    assert (low, high) == pytest.approx((0.8 - half * 0.1, 0.9))  # never wider than what holds here


def test_what_is_true_of_one_place_only_is_not_taken_over(places):
    inherited = read_district(places / "city").inherited
    assert inherited.narrowed("population.firms", (250.0, 350.0), whole=True) == (250.0, 350.0)
    assert inherited.narrowed("awareness.start_share", (0.1, 0.5), whole=False) == (0.1, 0.5)  # it lies beyond
    assert inherited.narrowed("never.drawn", (0.0, 1.0), whole=False) == (0.0, 1.0)


def test_the_model_draws_from_the_narrower_interval(places):
    code = (
        "from zhizao.parameters.registry import parameter_specifications as s\n"
        "from zhizao.district.in_force import made_from\n"
        "one = s()['levels.start_mean']; print(one.prior, one.source, sorted(made_from()))"
    )
    environment = os.environ | {"ZHIZAO_DISTRICT": str(places / "city")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "(30.26" in done.stdout
    assert "33.73" in done.stdout
    assert "fit of other, spread times 2 (assumption: neighbours)" in done.stdout
    assert "the fit that [prior] names" in done.stdout  # a fit here is stale when that one changes


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("../other", "../nowhere", "there is no such district"),
        ("../other", "../city", "names this place itself"),
        ("2.0", "0", "prior.widening is 0"),
        ("2.0", "nan", "prior.widening is nan"),
        ("2.0", '"two"', "prior.widening is 'two'"),
        ("assumption: neighbours", "", "prior.source is empty"),
        ('from = "../other"\n', "", "prior.from is missing"),
        ("widening", "wideness", "prior.wideness is not a known key"),
        ("widening = 2.0", 'treatment = "plan"', "it has no fit plan-declared.json"),
        ("widening = 2.0", 'funding = "../../x"', "prior.funding is"),
    ],
)
def test_mistakes_name_the_key(places, old, new, said):
    path = places / "city" / "district.toml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(InputError) as error:
        read_district(places / "city")
    assert said in str(error.value)
    assert all(line.startswith("city/district.toml: ") for line in error.value.problems)


def test_a_fit_that_says_no_means_is_refused(places):
    file = places / "other" / "fitted" / "facts-declared.json"
    file.write_text(json_text(sealed_record({"sha256": "ab"})), "utf-8")
    with pytest.raises(InputError, match="has no means and deviations; fit it with `zhizao calibrate"):
        read_district(places / "city")
    file.write_text("{", "utf-8")
    with pytest.raises(InputError, match="is not JSON"):
        read_district(places / "city")
