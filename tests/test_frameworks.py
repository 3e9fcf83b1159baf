"""The small model that frameworks are measured by: all builds simulate the same, and a build that does not is found."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
FIRMS = 600
SEEDS = 6


@pytest.fixture(scope="module", autouse=True)
def benchmarks():
    """Scripts of the benchmarks can be imported while these tests run."""
    folders = [str(BENCHMARKS / "other_frameworks"), str(BENCHMARKS)]
    sys.path[:0] = folders
    yield
    for folder in folders:
        sys.path.remove(folder)


@pytest.fixture(scope="module")
def driver() -> ModuleType:
    return importlib.import_module("measure")


def curves(name: str, first_seed: int) -> np.ndarray:
    """Histories of one build under several seeds: runs, months, series."""
    prepare, run = importlib.import_module("run_one").runs_of(name)
    traits = importlib.import_module("workload").make_firms(FIRMS)
    return np.array([run(prepare(traits, first_seed + number)) for number in range(SEEDS)])


@pytest.fixture(scope="module")
def found() -> dict[str, np.ndarray]:
    names = ("compiled:push", "numpy", "mesa")
    return {name: curves(name, 100 * number) for number, name in enumerate(names)}


def test_telling_partners_gives_the_same_history_as_asking_everyone(found):
    assert np.allclose(curves("compiled:every", 0), found["compiled:push"], rtol=0.0, atol=1e-9)


def test_builds_agree(driver, found):
    assert max(driver.disagreement(found).values()) < driver.STANDARD_ERRORS


def test_a_build_of_another_model_is_found(driver, found, monkeypatch):
    monkeypatch.setattr(importlib.import_module("workload"), "Q", 0.9)
    apart = driver.disagreement(found | {"numpy": curves("numpy", 900)})
    assert max(apart, key=apart.__getitem__) == "numpy"
    assert apart["numpy"] > driver.STANDARD_ERRORS


def test_firms_adopt_and_the_network_matters(found):
    shares = found["numpy"][:, :, 0].mean(axis=0)
    assert shares[0] < 0.15
    assert 0.3 < shares[-1] < 0.8


def test_the_network_is_mutual_and_has_mean_degree_eight():
    firms = importlib.import_module("workload").make_firms(FIRMS)
    source = np.repeat(np.arange(FIRMS), np.diff(firms.partner_start))
    links = set(zip(source.tolist(), firms.partners.tolist(), strict=True))
    assert all((other, one) in links and one != other for one, other in links)
    assert len(links) == firms.partners.size
    assert 7.5 < firms.partners.size / FIRMS <= 8.0


def test_what_is_not_installed_is_named_and_skipped(driver, monkeypatch, capsys):
    monkeypatch.setattr(driver, "ask", lambda _, name, *rest: {"missing": "no"} if name == "mesa" else {"version": "1"})
    assert driver.installed(["numpy", "mesa"], {}) == {"numpy": "1"}
    assert "Mesa: skipped" in capsys.readouterr().out


def test_one_measurement_in_a_process_of_its_own(driver):
    answer = driver.ask(sys.executable, "numpy", 60, 1, 2, "--keep")
    assert len(answer["runs"]) == 2
    assert np.shape(answer["runs"][1]["history"]) == (96, 4)
    assert answer["megabytes"] > 0.0
