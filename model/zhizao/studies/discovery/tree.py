"""A shallow tree of futures: which thresholds of which inputs tell failing runs from others (scikit-learn)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Leaf", "Rule", "Tree", "grow_tree"]

_FOLDS = 5
_LEAST_LEAF = 0.02
_FEWEST_RUNS = 10
_LEAST_GAIN = 0.005


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What an input must be: above `low` and at most `high`, or (a choice) one of `values`."""

    input: str
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """Futures that the tree does not tell apart: their rules, how many runs, and which share of these fails."""

    rules: tuple[Rule, ...]
    runs: int
    fails: float


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A tree.

    Attributes
    ----------
    depth
        Its depth, chosen by cross-validation.
    explained
        Share of the variance of failing (1 or 0) that it explains in runs that neither it nor the choice of its depth
        has seen; below 0 it is worse than knowing the share of failing runs alone.
    leaves
        Its leaves, those that fail most first.
    """

    depth: int
    explained: float
    leaves: tuple[Leaf, ...]


def grow_tree(inputs: pd.DataFrame, fails: NDArray[np.bool_], *, depth: int, seed: int) -> Tree:
    """Grow a tree of at most `depth` questions, as deep as five-fold cross-validation finds it of use.

    Every leaf holds at least 2 % of the runs, and every question explains at least half a per cent of the variance.
    Points by Saltelli or Morris are near-copies of each other, so that runs left out of a fold are hardly unseen: ask a
    tree about designs of other kinds. `seed` decides the folds, and which of two equally good questions is
    asked.
    """
    try:
        from sklearn.metrics import r2_score
        from sklearn.model_selection import GridSearchCV, KFold, cross_val_predict
        from sklearn.tree import DecisionTreeRegressor
    except ImportError:
        raise InputError("discover needs scikit-learn; install it with: pip install 'zhizao[discovery]'") from None
    columns = list(_columns(inputs))
    matrix = np.column_stack([values for _, _, values in columns])
    target = fails.astype(np.float64)
    grower = GridSearchCV(
        DecisionTreeRegressor(
            min_samples_leaf=max(_FEWEST_RUNS, round(_LEAST_LEAF * len(target))),
            min_impurity_decrease=_LEAST_GAIN * float(target.var()), random_state=seed,
        ),
        {"max_depth": list(range(1, depth + 1))}, scoring="neg_mean_squared_error",
        cv=KFold(_FOLDS, shuffle=True, random_state=seed),
    )  # fmt: skip
    # the depth is chosen anew without each outer fold, so that no run judges a tree it has helped to choose
    unseen = cross_val_predict(grower, matrix, target, cv=KFold(_FOLDS, shuffle=True, random_state=seed + 1))
    best = grower.fit(matrix, target).best_estimator_
    leaves = sorted(_leaves(best.tree_, [(name, word) for name, word, _ in columns]), key=lambda leaf: -leaf.fails)
    words = {name: tuple(sorted(set(inputs[name]))) for name, word, _ in columns if word}
    return Tree(
        depth=int(best.get_depth()), explained=float(r2_score(target, unseen)),
        leaves=tuple(_in_words(leaf, words) for leaf in leaves),
    )  # fmt: skip


def _columns(inputs: pd.DataFrame) -> Iterator[tuple[str, str, NDArray[np.float64]]]:
    """Yield columns of numbers: name of the input, word that a column of 0 and 1 stands for, values."""
    for name in inputs.columns:
        values = inputs[name]
        if values.dtype.kind == "f":
            yield name, "", values.to_numpy(dtype=np.float64)
        else:
            for word in sorted(set(values)):
                yield name, word, (values == word).to_numpy(dtype=np.float64)


Path = tuple[tuple[int, bool, float], ...]
"""Questions on the way to a leaf: column, whether its value is at most the threshold, threshold."""


def _leaves(tree: Any, columns: list[tuple[str, str]]) -> Iterator[Leaf]:
    waiting: list[tuple[int, Path]] = [(0, ())]
    while waiting:
        node, path = waiting.pop()
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left == right:  # both are -1 in a leaf
            rules = tuple(_merged(path, columns))
            yield Leaf(rules=rules, runs=int(tree.n_node_samples[node]), fails=float(tree.value[node].item()))
            continue
        column, threshold = int(tree.feature[node]), float(tree.threshold[node])
        waiting.append((right, (*path, (column, False, threshold))))
        waiting.append((left, (*path, (column, True, threshold))))


def _merged(path: Path, columns: list[tuple[str, str]]) -> Iterator[Rule]:
    """Yield one rule for each column on a path, in the order of the first question about it."""
    for column in dict.fromkeys(column for column, _, _ in path):
        name, word = columns[column]
        lows = [threshold for other, below, threshold in path if other == column and not below]
        highs = [threshold for other, below, threshold in path if other == column and below]
        yield Rule(
            input=name, low=max(lows, default=None), high=min(highs, default=None), values=(word,) if word else ()
        )


def _in_words(leaf: Leaf, words: dict[str, tuple[str, ...]]) -> Leaf:
    """Return a leaf whose questions about words are put as the words that are left."""
    left: dict[str, set[str]] = {}
    for rule in leaf.rules:
        if rule.values:
            [word] = rule.values
            here = {word} if rule.low is not None else set(words[rule.input]) - {word}
            left[rule.input] = left.get(rule.input, set(words[rule.input])) & here
    numbers = [rule for rule in leaf.rules if not rule.values]
    choices = [Rule(input=name, values=tuple(sorted(some))) for name, some in left.items()]
    return Leaf(rules=(*numbers, *choices), runs=leaf.runs, fails=leaf.fails)
