"""New facts for a fit that there is: members are weighted, what is left is told, and contradictions are refused."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from zhizao.commands import update as update_command
from zhizao.commands.cli import program
from zhizao.errors import InputError
from zhizao.evidence.ensembles import Ensemble, ensemble_file, read_ensemble
from zhizao.fitting.bank import Bank
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.fitting.prior import Marginal, Prior
from zhizao.fitting.quick import quick_runs
from zhizao.fitting.targets import Between
from zhizao.report import fit_report
from zhizao.report.fit_report import write_fit
from zhizao.studies import update as module
from zhizao.studies.calibration.some import FittedEnsemble
from zhizao.studies.update import LEAST_EFFECTIVE, Update, update

MEMBERS = 2000
FACT = (
    'format = 1\n[[fact]]\nkey = "{key}"\nvalue = {value}\nunit = "workshops"\nwording = "between"\n'
    'low = {low}\nhigh = {high}\nsoftness = {softness}\nuse = "{use}"\nseries = "workshops"\nat = "2025-12"\n'
    'source = "list of 2025"\n'
    'meaning = "recognised"\nmeaning_zh = "认定"\n'
)


@dataclass
class Runs:
    """Gives for every fact ten times the first number of a member, and notes under which luck it was run."""

    simulator: Any
    workers: int
    seeds: Any = None

    def __enter__(self) -> Runs:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, values: Any, seeds: Any, progress: Any = None) -> Any:
        assert seeds.dtype == np.uint64
        return np.repeat(10.0 * values[:, :1], len(self.simulator.facts), axis=1)


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> Ensemble:
    """A fit of two numbers: the first, even from 0 to 1, decides what answers to a fact; the second nothing."""
    draws = np.random.default_rng(0)
    ensemble = Ensemble(
        treatment="facts",
        funding="report",
        names=("levels.recognition", "levels.erosion"),
        values=draws.random((MEMBERS, 2)).astype(np.float32).astype(np.float64),
        seeds=draws.integers(0, 2**64, MEMBERS, dtype=np.uint64),
        summaries={"workshops_stock": draws.random(MEMBERS)},
        record={"sampler": {"effective_sample_size": MEMBERS // 2}},
    )
    monkeypatch.setattr(module, "read_ensemble", cache(lambda *_: ensemble))
    monkeypatch.setattr(module, "Evaluator", Runs)
    return ensemble


def file(tmp_path: Path, key: str = "new", low: float = 7, high: float = 9, softness: float = 0.5, use="fit") -> Path:
    path = tmp_path / "facts.toml"
    path.write_text(FACT.format(key=key, value=8, low=low, high=high, softness=softness, use=use), "utf-8")
    return path


def test_members_that_agree_are_kept(tmp_path, fitted):
    found = update(file(tmp_path))
    first, second = found.moves
    assert first.after == pytest.approx(0.8, abs=0.02)  # the middle of 7 to 9, over ten
    assert first.spread_after < 0.3 * first.spread_before * 1.5
    assert abs(second.moved) < 0.15  # nothing was said of it
    assert found.after.values[:, 0].mean() == pytest.approx(first.after, abs=0.01)
    assert found.kept == pytest.approx(MEMBERS * 0.24, rel=0.2)
    assert found.effective_size == pytest.approx(found.kept / 2)  # the fit itself was worth half of its members
    assert found.facts[0].effective_share == pytest.approx(found.kept / MEMBERS)
    assert found.after.record["sampler"]["effective_sample_size"] == round(found.effective_size, 0)
    assert found.after.record["updates"][0]["facts"] == ["new"]


def test_the_same_seed_gives_the_same_and_another_another(tmp_path, fitted):
    one, same, other = (update(file(tmp_path), seed=seed).after for seed in (1, 1, 2))
    assert np.array_equal(one.values, same.values)
    assert np.array_equal(one.seeds, same.seeds)
    assert not np.array_equal(one.values, other.values)


def test_members_keep_their_luck(tmp_path, fitted):
    after = update(file(tmp_path)).after
    luck = dict(zip(map(float, fitted.values[:, 1]), fitted.seeds, strict=True))
    assert all(luck[float(value)] == seed for value, seed in zip(after.values[:, 1], after.seeds, strict=True))


def test_the_new_fit_is_read_again(tmp_path, fitted):
    found = update(file(tmp_path))
    written = found.write(tmp_path / "out")
    assert written.name == ensemble_file("facts", "report")
    again = read_ensemble("facts", "report", tmp_path / "out")
    assert np.array_equal(again.values, found.after.values)
    assert again.record["updates"] == found.after.record["updates"]
    assert again.record["moments"]["levels.recognition"][0] == pytest.approx(0.8, abs=0.02)


def given(tmp_path: Path, *more: str) -> Result:
    facts = str(file(tmp_path))
    return CliRunner().invoke(
        program, ["update", facts, "--treatment", "facts", "--funding", "report", *more, "--quiet"]
    )


@pytest.mark.parametrize("name", ["facts-report.parquet", "facts-report.json"])
def test_files_of_others_are_refused_before_anything_runs(tmp_path, fitted, monkeypatch, name):
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_bytes(b"{}")
    with pytest.raises(InputError, match=f"{name}: is there already, and zhizao has not written it"):
        update(file(tmp_path)).write(out)
    monkeypatch.setattr(module, "Evaluator", lambda *_: pytest.fail("it was run"))
    done = given(tmp_path, "--out", str(out))
    assert done.exit_code == 2
    assert f"{out / name}: is there already" in done.output
    assert [(path.name, path.read_bytes()) for path in out.iterdir()] == [(name, b"{}")]


def test_an_earlier_update_is_replaced(tmp_path, fitted):
    for _ in range(2):
        assert given(tmp_path, "--out", str(tmp_path / "out")).exit_code == 0


def test_fit_and_report_change_at_once(tmp_path, fitted, monkeypatch):
    """Or neither of them, if the runs for the report are stopped."""
    monkeypatch.setattr(fit_report, "learned", lambda ensemble: [])
    place = tmp_path / "fitted"
    before = FittedEnsemble(ensemble=fitted, found={})
    report = write_fit({("facts", "report"): before}, tmp_path)
    for where in (module, update_command):
        monkeypatch.setattr(where, "fitted_folder", lambda: place)
    old = {path: path.read_bytes() for path in tmp_path.rglob("*report*")}

    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(update_command, "predicted", stopped)
    assert given(tmp_path).exit_code != 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*report*")} == old
    monkeypatch.setattr(update_command, "predicted", lambda *_: {})
    done = given(tmp_path)
    assert done.exit_code == 0, done.output
    assert "Weighted since by `zhizao update` with `new`" in report.read_text("utf-8")
    assert all(path.read_bytes() != content for path, content in old.items())


def test_a_fact_that_contradicts_is_refused_by_name(tmp_path, fitted):
    with pytest.raises(InputError, match=r"facts\.toml: fact new contradicts the fit: it allows 50 to 60 workshops"):
        update(file(tmp_path, low=50, high=60))


def test_facts_that_contradict_each_other_are_named_together(tmp_path, fitted):
    path = file(tmp_path, low=0, high=1, softness=0.1)
    more = FACT.format(key="other", value=8, low=8, high=9, softness=0.1, use="fit").removeprefix("format = 1\n")
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    with pytest.raises(InputError, match="no member agrees with new, other together"):
        update(path)


def test_from_too_few_nothing_is_made(tmp_path, fitted):
    found = update(file(tmp_path, low=8, high=8.01, softness=0.05))
    assert found.effective_size < LEAST_EFFECTIVE
    assert "a refit is needed" in found.sentence
    with pytest.raises(InputError, match="a refit is needed: add the facts to"):
        found.write(tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key": "workshops_stock"}, "the fit rests on a fact of this key already"),
        ({"use": "context"}, "so nothing would change"),
    ],
)
def test_what_is_nothing_new_is_refused(tmp_path, fitted, changes, said):
    with pytest.raises(InputError, match=said):
        update(file(tmp_path, **changes))


def test_a_second_update_knows_the_first(tmp_path, fitted, monkeypatch):
    first: Update = update(file(tmp_path))
    monkeypatch.setattr(module, "read_ensemble", cache(lambda *_: first.after))
    with pytest.raises(InputError, match="already"):
        update(file(tmp_path))
    second = update(file(tmp_path, key="more", low=0, high=20))
    assert [entry["facts"] for entry in second.after.record["updates"]] == [["new"], ["more"]]


def test_there_is_no_such_file(tmp_path, fitted):
    with pytest.raises(InputError, match="there is no such file"):
        update(tmp_path / "none.toml")
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(InputError, match=r"pipe\.toml: is a device or a pipe"):
        update(tmp_path / "pipe.toml")


class Line:
    """Gives the sum of two numbers, with luck."""

    names = ("sum",)

    def __call__(self, point: Any, seed: int) -> Any:
        return np.array([point.sum() + 0.01 * np.random.default_rng(seed).standard_normal()])


def _evaluated(values: Any, seeds: Any, progress: Any = None) -> Any:
    return np.array([Line()(point, int(seed)) for point, seed in zip(values, seeds, strict=True)])


def test_a_quick_fit_is_the_posterior():
    """The sum of two even draws is seen to be 1.8, with a scatter of 0.05: the posterior is known by a grid."""
    prior = Prior([Marginal(name="a", low=0, high=1), Marginal(name="b", low=0, high=1)])
    draws = np.random.default_rng(1)
    places = draws.random((512, 2))
    seeds = draws.integers(0, 2**63, 512).astype(np.uint64)
    bank = Bank(prior=prior, places=places, seeds=seeds, names=("sum",), summaries=_evaluated(places, seeds))
    _evaluated.simulator = Line()
    lines: list[str] = []
    found = quick_runs(
        bank,
        [Between(name="sum", low=1.79, high=1.81, softness=0.05)],
        _evaluated,
        rounds=3,
        size=256,
        seed=5,
        checkpoint=Checkpoint(None, ""),
        tell=lines.append,
    )
    grid = (np.arange(400) + 0.5) / 400
    a, b = np.meshgrid(grid, grid)
    density = np.exp(-0.5 * ((a + b - 1.8) / 0.051) ** 2)
    expected = float((density * a).sum() / density.sum())
    assert found.weights @ found.places == pytest.approx([expected, expected], abs=0.02)
    assert found.log_evidence == pytest.approx(np.log(density.mean() * 0.0795 * 2), abs=0.35)
    assert found.effective_size > 200
    assert lines[-1].startswith("round 3 of 3: 1,280 runs, effective size")
