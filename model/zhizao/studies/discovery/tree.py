"""A shallow tree of futures: which thresholds of which inputs tell failing runs from others (scikit-learn).

Every question of the tree is judged by itself. From the top down, it is held against the best question about any input
once whole draws (or points) have changed places among the runs that it parts, and where chance would do as well, the
tree ends. A question that parts a share `w` of all runs must be `1 / w` times as sure as the first one: so the chance
that *any* question of a tree asks about an input that decides nothing stays at the level of one test (hierarchical
testing: N. Meinshausen, "Hierarchical testing of variable importance", Biometrika 95, 2008; trees that end where a test
does not reject: T. Hothorn, K. Hornik, A. Zeileis, "Unbiased recursive partitioning", Journal of Computational and
Graphical Statistics 15, 2006). What is lost: inputs that decide only together, and nothing each by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError
from zhizao.studies.discovery.chance import Judge, exchange_p, separate_futures
from zhizao.studies.sweeps.shared import Shared

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Leaf", "Rule", "Tree", "grow_tree"]

_NOT_INSTALLED = "discover needs scikit-learn; install it with: pip install 'zhizao[discovery]'"
_SURE = 0.05
_LEAST_LEAF = 0.02
_FEWEST_RUNS = 10
_LEAST_GAIN = 0.005
_NO_GAIN = 1e9


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What an input must be: above `low` and at most `high`, or (a choice) one of `values`.

    Attributes
    ----------
    p
        How often chance alone would let some input part the runs as well, where the question was asked; the largest,
        if there were several questions about this input. At most 0.05: other questions are not in the tree.
    """

    input: str
    p: float
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
        How many questions follow each other at most: a depth chosen by cross-validation, less the questions that
        chance could explain.
    explained
        Share of the variance of failing (1 or 0) that trees of at most its depth, grown in the same way, explain in
        runs of draws and points that neither they nor the choice of their depth have seen; below 0 they are worse than
        knowing the share of failing runs alone. None where it cannot be given, since there are too few draws and
        points to leave some out.
    p
        How often chance alone would let it agree as well with runs that it has not seen; None as above.
    leaves
        Its leaves, those that fail most first.
    """

    depth: int
    explained: float | None
    leaves: tuple[Leaf, ...]
    p: float | None = None

    @property
    def sure(self) -> bool:
        """Whether it explains something of what it has not seen, and more than chance would; each question does."""
        return bool(self.depth and self.explained and self.explained > 0.0 and self.p is not None and self.p <= _SURE)


def grow_tree(
    inputs: pd.DataFrame,
    fails: NDArray[np.bool_],
    *,
    depth: int,
    seed: int,
    shared: Shared | None = None,
    swept: Collection[str] = (),
) -> Tree:
    """Grow a tree of at most `depth` questions, as deep as cross-validation finds it useful.

    Folds share neither a draw nor a point. Of all depths, 0 included, the least is taken that does about as well as the
    best: within one standard error over the folds. Every leaf holds at least 2 % of the runs, and every question
    explains at least half a per cent of the variance, and more than chance would (see the head of this file).

    Parameters
    ----------
    inputs
        A row for each run; numbers as floats, choices as words.
    fails
        Which runs fail.
    depth
        How many questions may be asked one after the other.
    seed
        Decides the folds, which of two equally good questions is asked, and the exchanges by which chance is asked.
    shared
        What the runs share; nothing if not given.
    swept
        Inputs that belong to a point; the others come with a draw.
    """
    try:
        from sklearn.metrics import r2_score
    except ImportError:
        raise InputError(_NOT_INSTALLED) from None
    shared = separate_futures(len(fails)) if shared is None else shared
    grower = _Grower(inputs, fails, swept, depth, seed)
    generator = np.random.Generator(np.random.Philox(seed))
    best = grower.judged(shared, generator)
    explained, p = None, None
    if shared.testable:
        folds = shared.folds(generator, thorough=True)
        # the depth is chosen again without each outer fold: no run judges a tree that it helped to choose. Questions
        # are not judged there: with a part of few points or draws, no question could be sure
        expected = np.full(len(fails), np.nan)
        for learn, test in folds.pairs:
            deep = min(grower.depth_of_use(learn, shared.subset(learn), generator), best.depth)
            expected[test] = grower.grown(learn, deep).predict(grower.matrix[test])
        known = ~np.isnan(expected)
        explained = float(r2_score(grower.target[known], expected[known]))
        p = exchange_p(expected, grower.target, shared, folds, generator)
    leaves = sorted(best.leaves(grower.columns), key=lambda leaf: -leaf.fails)
    words = {name: tuple(sorted(set(inputs[name]))) for name, word in grower.columns if word}
    return Tree(depth=best.depth, explained=explained, p=p, leaves=tuple(_in_words(leaf, words) for leaf in leaves))


class _Grower:
    """Grows trees on some of the runs: as deep as is useful, and of questions that chance does not explain."""

    def __init__(
        self, inputs: pd.DataFrame, fails: NDArray[np.bool_], swept: Collection[str], depth: int, seed: int
    ) -> None:
        columns = list(_columns(inputs))
        self.columns = [(name, word) for name, word, _ in columns]
        self.matrix = np.column_stack([values for _, _, values in columns])
        self.target = fails.astype(np.float64)
        self._inputs = inputs
        self._fails = fails
        self._swept = swept
        self._depth = depth
        self._seed = seed

    def judged(self, shared: Shared, generator: np.random.Generator) -> _Pruned:
        """Return a tree that is grown on all runs, which ends where chance would ask as well."""
        every = np.arange(len(self.target))
        tree = self.grown(every, self.depth_of_use(every, shared, generator)).tree_
        least = _least_leaf(every.size) / every.size
        judge = Judge(self._inputs, self._fails, shared, self._swept, least, generator)
        chances, waiting = {}, [(0, every)]
        while waiting:
            node, here = waiting.pop()
            column = int(tree.feature[node])
            if column < 0:  # a leaf
                continue
            below = self.matrix[here, column] <= tree.threshold[node]
            # the part of all runs that it is about takes its part of the chance of one false question
            p = min(judge.question(self.columns[column][0], here, below) * every.size / here.size, 1.0)
            if p <= _SURE:
                chances[node] = p
                waiting.append((int(tree.children_left[node]), here[below]))
                waiting.append((int(tree.children_right[node]), here[~below]))
        return _Pruned(tree, chances)

    def grown(self, rows: NDArray[np.int64], depth: int) -> Any:
        """Return a tree of at most `depth` questions that is grown on some runs."""
        try:
            from sklearn.tree import DecisionTreeRegressor
        except ImportError:
            raise InputError(_NOT_INSTALLED) from None
        target = self.target[rows]
        tree = DecisionTreeRegressor(
            max_depth=max(depth, 1),
            min_samples_leaf=_least_leaf(len(target)),
            # a tree of no question: nothing gains as much
            min_impurity_decrease=_LEAST_GAIN * float(target.var()) if depth else _NO_GAIN,
            random_state=self._seed,
        )
        return tree.fit(self.matrix[rows], target)

    def depth_of_use(self, rows: NDArray[np.int64], shared: Shared, generator: np.random.Generator) -> int:
        """Return how many questions are useful in runs that were not seen; 0 if that cannot be found out."""
        if not shared.testable:
            return 0
        losses = []
        for learn, test in shared.folds(generator, thorough=False).pairs:
            learn, test = rows[learn], rows[test]
            losses.append(
                [
                    float(np.mean((self.grown(learn, depth).predict(self.matrix[test]) - self.target[test]) ** 2))
                    for depth in range(self._depth + 1)
                ]
            )
        table = np.array(losses)
        means = table.mean(axis=0)
        best = int(np.argmin(means))
        # the error of a difference: how hard a fold is for every tree is not a reason to doubt the better one
        errors = (table - table[:, [best]]).std(axis=0, ddof=1) / np.sqrt(len(table))
        return int(np.flatnonzero(means <= means[best] + errors)[0])


def _least_leaf(runs: int) -> int:
    return max(_FEWEST_RUNS, round(_LEAST_LEAF * runs))


def _columns(inputs: pd.DataFrame) -> Iterator[tuple[str, str, NDArray[np.float64]]]:
    """Yield columns of numbers: name of the input, word that a column of 0 and 1 stands for, values."""
    for name in inputs.columns:
        values = inputs[name]
        if values.dtype.kind == "f":
            yield name, "", values.to_numpy(dtype=np.float64)
        else:
            for word in sorted(set(values)):
                yield name, word, (values == word).to_numpy(dtype=np.float64)


class _Question(NamedTuple):
    """A question on the way to a leaf, and its answer."""

    column: int
    below: bool
    threshold: float
    p: float


class _Pruned:
    """A tree of scikit-learn that ends where a question was not kept."""

    def __init__(self, tree: Any, chances: dict[int, float]) -> None:
        self._tree = tree
        self._chances = chances
        """The nodes whose question is kept, and how often chance would do as well as it."""
        self._ends = dict(self._found())

    def _found(self) -> Iterator[tuple[int, tuple[_Question, ...]]]:
        waiting: list[tuple[int, tuple[_Question, ...]]] = [(0, ())]
        while waiting:
            node, path = waiting.pop()
            if node not in self._chances:
                yield node, path
                continue
            asked = int(self._tree.feature[node]), float(self._tree.threshold[node])
            for below, child in ((False, self._tree.children_right[node]), (True, self._tree.children_left[node])):
                waiting.append((int(child), (*path, _Question(asked[0], below, asked[1], self._chances[node]))))

    @property
    def depth(self) -> int:
        """How many questions follow each other at most."""
        return max(len(path) for path in self._ends.values())

    def leaves(self, columns: list[tuple[str, str]]) -> Iterator[Leaf]:
        """Yield its leaves; `columns` are the names of the inputs, with the word that a column stands for."""
        for node, path in self._ends.items():
            rules = tuple(_merged(path, columns))
            yield Leaf(
                rules=rules, runs=int(self._tree.n_node_samples[node]), fails=float(self._tree.value[node].item())
            )


def _merged(path: tuple[_Question, ...], columns: list[tuple[str, str]]) -> Iterator[Rule]:
    """Yield one rule for each column on a path, in the order of the first question about it."""
    for column in dict.fromkeys(question.column for question in path):
        name, word = columns[column]
        asked = [question for question in path if question.column == column]
        yield Rule(
            input=name,
            p=max(question.p for question in asked),
            low=max((question.threshold for question in asked if not question.below), default=None),
            high=min((question.threshold for question in asked if question.below), default=None),
            values=(word,) if word else (),
        )


def _in_words(leaf: Leaf, words: dict[str, tuple[str, ...]]) -> Leaf:
    """Return a leaf whose questions about words are put as the words that are left."""
    left: dict[str, set[str]] = {}
    chances: dict[str, float] = {}
    for rule in leaf.rules:
        if rule.values:
            [word] = rule.values
            chances[rule.input] = max(rule.p, chances.get(rule.input, 0.0))
            here = {word} if rule.low is not None else set(words[rule.input]) - {word}
            left[rule.input] = left.get(rule.input, set(words[rule.input])) & here
    numbers = [rule for rule in leaf.rules if not rule.values]
    choices = [Rule(input=name, p=chances[name], values=tuple(sorted(some))) for name, some in left.items()]
    return Leaf(rules=(*numbers, *choices), runs=leaf.runs, fails=leaf.fails)
