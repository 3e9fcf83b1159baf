"""Runs that share a draw or a point are not futures of their own: nothing is claimed that is not there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from discovery import REPEATS, made, row_of
from discovery import tree_of as tree_of_made

from zhizao.studies.discovery.tree import Tree, grow_tree
from zhizao.studies.sweeps.shared import Shared, shared_by

pytest.importorskip("sklearn")

INPUTS = 12


def design(seed: int, points: int, draws: int, *, planted: bool) -> tuple[pd.DataFrame, np.ndarray, Shared]:
    """Draws of twelve inputs, each repeated at every point; luck belongs to the draw, and one input may matter."""
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn, luck = generator.random((draws, INPUTS)), generator.random(draws)
    point, draw = np.divmod(np.arange(points * draws), draws)
    table = pd.DataFrame(drawn[draw], columns=[f"x{number}" for number in range(INPUTS)])
    runs = table.assign(point=point, draw=draw, seed=draw, s=generator.random(points)[point])
    shared = shared_by(runs, ["s"], list(table.columns), draws=draws, block=1, factorial=False)
    fails = luck[draw] < (np.where(drawn[draw, 0] > 0.6, 0.95, 0.05) if planted else 0.4)
    return runs[[*table.columns, "s"]].astype(float), fails, shared


def tree_of(seed: int, points: int, draws: int, *, planted: bool) -> Tree:
    inputs, fails, shared = design(seed, points, draws, planted=planted)
    return grow_tree(inputs, fails, depth=3, seed=0, shared=shared, swept=["s"])


@pytest.mark.parametrize(("points", "draws"), [(1, 120), (10, 40), (50, 40)])
def test_a_tree_claims_nothing_of_luck_that_draws_repeat(points: int, draws: int) -> None:
    found = [tree_of(seed, points, draws, planted=False) for seed in range(5)]
    assert sum(tree.sure for tree in found) <= 1
    assert np.mean([tree.explained for tree in found]) < 0.02


@pytest.mark.parametrize(("points", "draws"), [(1, 120), (10, 60), (50, 60)])
def test_a_tree_finds_what_is_there_however_often_draws_are_repeated(points: int, draws: int) -> None:
    found = [tree_of(seed, points, draws, planted=True) for seed in range(3)]
    assert sum(tree.sure and tree.leaves[0].rules[0].input == "x0" for tree in found) >= 2


def test_a_tree_asks_about_nothing_that_decides_nothing() -> None:
    for number in range(6):
        design = made("box of two inputs", 1, number)
        tree = tree_of_made(design)
        rules = [rule for leaf in tree.leaves for rule in leaf.rules]
        assert tree.sure
        assert {rule.input for rule in rules} == design.planted, number
        assert max(rule.p for rule in rules) <= 0.05


def test_folds_share_neither_a_draw_nor_a_point() -> None:
    _, _, shared = design(1, 20, 40, planted=False)
    for thorough in (False, True):
        pairs = shared.folds(np.random.Generator(np.random.PCG64(0)), thorough=thorough).pairs
        for learn, test in pairs:
            assert not set(shared.draws[learn]) & set(shared.draws[test])
            assert not set(shared.points[learn]) & set(shared.points[test])
        tested = np.concatenate([test for _, test in pairs])
        assert np.unique(tested).size == tested.size
        assert tested.size == (800 if thorough else 160)


def test_draws_of_the_same_parameters_or_the_same_luck_are_one_group() -> None:
    runs = pd.DataFrame(
        {
            "point": [0, 0, 0, 0],
            "draw": [0, 1, 2, 3],
            "seed": [5, 6, 7, 7],
            "a": [0.1, 0.2, 0.1, 0.4],
            "b": [1, 2, 1, 3],
        }
    )
    shared = shared_by(runs, [], ["a", "b"], draws=4, block=1, factorial=False)
    assert shared.draws.tolist() == [0, 1, 0, 0]  # 0 and 2 have their parameters in common, 2 and 3 their luck
    assert not shared.testable


def test_too_few_draws_are_no_ground_for_a_claim() -> None:
    inputs, fails, shared = design(1, 50, 4, planted=True)
    few = Shared(points=np.zeros_like(shared.points), draws=shared.draws, every_point=True)
    tree = grow_tree(inputs, fails, depth=3, seed=0, shared=few)
    assert (tree.explained, tree.p, tree.sure) == (None, None, False)


@pytest.mark.slow
@pytest.mark.parametrize("repeats", REPEATS)
def test_boxes_and_trees_claim_what_is_there_and_hardly_anything_else(repeats: int) -> None:
    pytest.importorskip("ema_workbench")
    nothing = row_of("none: luck of draws", repeats, 5)
    assert (nothing.false_boxes, nothing.false_trees) == (0, 0)
    step = row_of("step in a drawn parameter", repeats, 4)
    assert (step.false_boxes, step.false_trees) == (0, 0)
    assert step.found_boxes >= 3
    assert step.found_trees >= 3
