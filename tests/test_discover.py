"""Futures in which a policy fails: planted boxes and thresholds are found, from the store to the printed rule."""

from __future__ import annotations

import functools
import inspect
import json
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from known_store import FACTORS, KEYS, design_text, known_store
from zhizao.commands.cli import program
from zhizao.errors import InputError
from zhizao.studies.discovery.boxes import find_boxes
from zhizao.studies.discovery.condition import condition_of
from zhizao.studies.discovery.discover import discover
from zhizao.studies.discovery.tree import grow_tree

pytest.importorskip("ema_workbench")
pytest.importorskip("sklearn")

OUTCOME = "level2_share_end"
DRAWS = 'format = 1\ntitle = "Futures"\ncalibration = "prior"\nseries = false\ndraws = 800'
A, B, C = 2, 5, 9
"""Places of the inputs that matter below; every other uncertain number is noise."""


def unscaled(place, share):
    factor = FACTORS[KEYS[place]]
    return factor.low + share * (factor.high - factor.low)


def planted_box(x):
    return np.where((x[:, A] > 0.6) & (x[:, B] < 0.5), 0.5, 0.95)


@functools.cache
def _answer(asked):
    return discover(**dict(asked))


def known(folder, **options):
    """What `discover` answers, asked once for every test of this file: a search takes seconds."""
    asked = inspect.signature(discover).bind(str(folder), **options)
    asked.apply_defaults()
    return _answer(tuple(asked.arguments.items()))


def run(*arguments):
    """The command, with answers that are known where the same was asked before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zhizao.commands.discover.discover", known)
        return CliRunner().invoke(program, ["discover", *map(str, arguments)])


@pytest.fixture(scope="module")
def futures(tmp_path_factory):
    """800 draws, a few of which have failed; the plan is missed in one box of two inputs."""
    folder = tmp_path_factory.mktemp("futures")
    answers = {
        OUTCOME: planted_box,
        "target_met": lambda x: (x[:, C] < 0.3).astype(float),
        "public_spend_total": lambda x: 5.0 + 0.0 * x[:, 0],
        "leverage": lambda x: np.where(x[:, 0] > 0.99, 1.0, 2.0),
    }
    known_store(folder, DRAWS, answers, failed={3, 500})
    return folder


def test_a_planted_box_is_found(futures):
    found = known(futures)
    assert (found.runs, found.dropped) == (798, 2)
    assert found.rate == pytest.approx(0.2, abs=0.05)
    box = found.boxes[0]
    assert box.dense
    assert box.density >= 0.8
    assert box.coverage > 0.9
    limits = {limit.input: limit for limit in box.limits}
    assert set(limits) == {KEYS[A], KEYS[B]}  # of more than twenty inputs
    width = unscaled(A, 0.1) - unscaled(A, 0.0)
    assert limits[KEYS[A]].low == pytest.approx(unscaled(A, 0.6), abs=width)
    assert limits[KEYS[A]].high is None
    assert limits[KEYS[B]].high == pytest.approx(unscaled(B, 0.5), abs=unscaled(B, 0.1) - unscaled(B, 0.0))
    assert max(limit.quasi_p for limit in box.limits) < 1e-6
    assert box.sure
    assert len(found.boxes) == 1 or found.boxes[1].dense


def test_a_planted_threshold_is_found_by_the_tree(futures):
    tree = known(futures, fails="target_met < 1", boxes=1).tree
    assert tree.depth == 1
    assert tree.explained > 0.95
    worst, best = tree.leaves
    assert (worst.fails, best.fails) == (1.0, 0.0)
    [rule] = worst.rules
    assert rule.input == KEYS[C]
    assert rule.low == pytest.approx(unscaled(C, 0.3), rel=0.05)


@pytest.mark.slow
def test_noise_is_told_as_noise(tmp_path):
    noise = np.random.Generator(np.random.PCG64(5))
    known_store(tmp_path, DRAWS.replace("draws = 800", "draws = 400"), {OUTCOME: lambda x: noise.random(len(x))})
    found = known(tmp_path, fails=f"{OUTCOME} < 0.3")
    assert found.tree.explained < 0.05
    assert not any(box.dense and box.sure for box in found.boxes)
    told = run(tmp_path, "--fails", f"{OUTCOME} < 0.3").output
    assert ("this is the densest" in told) != any(box.dense for box in found.boxes)
    assert ("Chance alone could explain" in told) == any(box.dense for box in found.boxes)


def test_choices_and_whole_numbers_can_restrict():
    import pandas as pd

    generator = np.random.Generator(np.random.PCG64(1))
    reading = generator.choice(["plan", "facts", "prior"], 900)
    frame = pd.DataFrame({"years": generator.integers(3, 7, 900).astype(float), "reading": reading.astype(object)})
    fails = (frame["reading"] != "facts").to_numpy() & (frame["years"] > 4).to_numpy()
    [box, *_] = find_boxes(frame, fails, threshold=0.9, min_mass=0.05, most=3)
    assert {limit.input: limit.values for limit in box.limits} == {"years": (), "reading": ("plan", "prior")}
    assert box.density == box.coverage == 1.0
    tree = grow_tree(frame, fails, depth=3, seed=0)
    assert tree.explained == pytest.approx(1.0)
    assert {leaf.fails for leaf in tree.leaves} == {0.0, 1.0}
    failing = [rule for leaf in tree.leaves if leaf.fails == 1.0 for rule in leaf.rules if rule.input == "reading"]
    assert {word for rule in failing for word in rule.values} == {"plan", "prior"}


@pytest.mark.slow
def test_a_second_box_lies_outside_the_first(tmp_path):
    known_store(
        tmp_path,
        DRAWS.replace("800", "400"),
        {OUTCOME: lambda x: np.where((x[:, A] > 0.8) | (x[:, B] < 0.2), 0.5, 0.95)},
    )
    found = discover(tmp_path, boxes=3)
    first, second = found.boxes[:2]
    assert {first.limits[0].input, second.limits[0].input} == {KEYS[A], KEYS[B]}
    assert first.coverage + second.coverage > 0.85


def test_nothing_everything_and_too_few_are_said_with_their_rates(futures):
    cases = (
        ("public_spend_total < 5", "Nothing fails"),
        ("public_spend_total <= 5", "Everything fails"),
        ("leverage < 2", "too few"),
    )
    for condition, told in cases:
        result = run(futures, "--fails", condition)
        assert result.exit_code == 0, result.output
        assert told in result.output
        assert "of 798 futures" in result.output
    often = known(futures, fails=f"{OUTCOME} > 0.9", threshold=0.6)
    assert often.boxes == ()
    assert "without any restriction" in run(futures, "--fails", f"{OUTCOME} > 0.9", "--threshold", 0.6).output


def test_swept_factors_are_inputs(tmp_path):
    text = design_text("latin-hypercube", 300, "ABC")
    known_store(tmp_path, text, {OUTCOME: lambda x: x[:, 0]})
    found = discover(tmp_path, fails=f"{OUTCOME} < 0.25")
    assert [limit.input for limit in found.boxes[0].limits] == [KEYS[0]]


def test_the_same_seed_gives_the_same_answer_and_no_global_generator_is_used(futures):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one, other = known(futures), discover(futures)
    assert one == other
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_the_command_prints_a_table_json_and_csv_in_both_languages(futures):
    table = run(futures)
    assert f"{KEYS[A]} >" in table.output
    assert FACTORS[KEYS[A]].unit in table.output
    assert "区域1" in run(futures, "--lang", "zh").output
    told = json.loads(run(futures, "--format", "json").output)
    assert told["boxes"][0]["limits"][0]["input"] in (KEYS[A], KEYS[B])
    lines = run(futures, "--format", "csv").output.splitlines()
    assert lines[0] == "box,coverage,density,mass,input,unit,low,high,values,quasi_p"
    assert len(lines) == 1 + sum(len(box["limits"]) for box in told["boxes"])


@pytest.mark.parametrize("text", ["a <= -1.5e3", " level2_share_end>0.9 ", "x.y < inf"])
def test_conditions_are_read(text):
    assert condition_of(text).number in (-1500.0, 0.9, np.inf)


@pytest.mark.parametrize(
    "text",
    ["", "level2_share_end", "a == 1", "a < b", "a < nan", "1 < a", "__import__('os') < 1", "a < 1; b", "a <" * 99],
)
def test_other_conditions_are_refused(text):
    with pytest.raises(InputError, match="write an outcome, one of"):
        condition_of(text)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fails", "level2_share_nd < 1"], "did you mean 'level2_share_end'"),
        (["--fails", "gap_small_large < 1"], "0 runs of baseline have a value of gap_small_large"),
        (["--scenario", "moonshot"], "it has baseline"),
        (["--threshold", "1.5", "--min-mass", "0", "--boxes", "0", "--depth", "11"], "depth = 11"),
    ],
)
def test_what_is_asked_wrongly_is_said(futures, arguments, told):
    result = run(futures, *arguments)
    assert result.exit_code == 2
    assert told in result.output


@pytest.mark.parametrize(("gone", "fails"), [("ema_workbench.analysis", "< 0.9"), ("sklearn.tree", "> 0.9")])
def test_what_to_install_is_said(futures, monkeypatch, gone, fails):
    monkeypatch.setitem(sys.modules, gone, None)
    with pytest.raises(InputError, match=r"pip install 'zhizao\[discovery\]'"):
        discover(futures, fails=f"{OUTCOME} {fails}", threshold=0.6)
