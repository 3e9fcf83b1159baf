"""Which project is which in the twin: small cases by hand, and what must hold of any pairing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from examples import examples
from zhizao.accounts.matching import Starts, paired

LIGHT, EQUIPMENT, WORKSHOP, FACTORY = range(4)
Begun = list[tuple[int, int, int]]
"""Projects as (firm, month, kind)."""


def starts(begun: Begun) -> Starts:
    firm, month, kind = np.array(sorted(begun), np.int64).reshape(-1, 3).T
    nothing = np.zeros(firm.size)
    none = nothing > 0
    return Starts(
        slot=firm,
        month=month,
        kind=kind,
        supported=none,
        cost=nothing,
        grant=nothing,
        registered=none,
        paid_month=np.full(firm.size, -1),
    )


def fates(here: Begun, twin: Begun) -> list[int | None]:
    """For each project here, in order of firm and month: months gained on its pair, None if it has none."""
    one, other = starts(here), starts(twin)
    pair = paired(one.slot, one.kind, other.slot, other.kind)
    return [int(other.month[p] - one.month[i]) if p >= 0 else None for i, p in enumerate(pair)]


@pytest.mark.parametrize(
    ("here", "twin", "expected"),
    [
        ([], [], []),
        ([], [(0, 5, LIGHT)], []),
        ([(0, 5, LIGHT)], [], [None]),
        ([(0, 5, LIGHT)], [(0, 5, LIGHT)], [0]),
        ([(0, 5, LIGHT)], [(0, 3, LIGHT)], [-2]),
        ([(0, 5, LIGHT)], [(0, 9, LIGHT)], [4]),
        ([(0, 5, LIGHT)], [(1, 5, LIGHT)], [None]),  # another firm's project is not a pair
        ([(0, 5, LIGHT)], [(0, 3, FACTORY)], [-2]),  # a kind above is
        ([(0, 5, FACTORY)], [(0, 3, LIGHT)], [None]),  # one below is not
        ([(0, 5, LIGHT), (0, 9, LIGHT)], [(0, 7, LIGHT)], [2, None]),  # the first with the first
        ([(0, 5, LIGHT), (0, 9, LIGHT)], [(0, 4, LIGHT), (0, 9, LIGHT)], [-1, 0]),
        ([(0, 5, LIGHT), (0, 9, LIGHT)], [(0, 9, LIGHT), (0, 12, LIGHT)], [4, 3]),
        # one workshop of the twin cannot stand for two projects here: the workshop comes first
        ([(0, 5, LIGHT), (0, 9, WORKSHOP)], [(0, 3, WORKSHOP)], [None, -6]),
        ([(0, 5, LIGHT), (0, 9, WORKSHOP)], [(0, 3, WORKSHOP), (0, 8, EQUIPMENT)], [3, -6]),
        # what is left above is used in the order of months, not of kinds
        ([(0, 5, LIGHT)], [(0, 3, WORKSHOP), (0, 8, LIGHT)], [-2]),
        ([(0, 5, EQUIPMENT), (0, 7, EQUIPMENT)], [(0, 1, LIGHT), (0, 6, WORKSHOP)], [1, None]),
        ([(2, 5, LIGHT), (0, 5, LIGHT)], [(1, 5, LIGHT), (2, 7, LIGHT)], [None, 2]),
    ],
)
def test_by_hand(here, twin, expected):
    assert fates(here, twin) == expected


begun = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(0, 3)), max_size=25, unique_by=lambda p: p[:2]
)


@settings(max_examples=examples(300), deadline=None)
@given(begun, begun)
def test_nothing_is_paired_twice_or_across_firms_or_downwards(here, twin):
    one, other = starts(here), starts(twin)
    pair = paired(one.slot, one.kind, other.slot, other.kind)
    mine, theirs = np.flatnonzero(pair >= 0), pair[pair >= 0]
    assert len(set(theirs.tolist())) == theirs.size
    assert (one.slot[mine] == other.slot[theirs]).all()
    assert (one.kind[mine] <= other.kind[theirs]).all()


@settings(max_examples=examples(300), deadline=None)
@given(begun, begun)
def test_no_pairing_leaves_fewer_unpaired(here, twin):
    one, other = starts(here), starts(twin)
    possible = (one.slot[:, None] == other.slot) & (one.kind[:, None] <= other.kind)
    pairs = np.count_nonzero(paired(one.slot, one.kind, other.slot, other.kind) >= 0)
    best = maximum_bipartite_matching(csr_array(possible)) if possible.any() else np.array([-1])
    assert pairs == np.count_nonzero(best >= 0)


@settings(max_examples=examples(100), deadline=None)
@given(begun, begun)
def test_deadweight_needs_as_many_in_the_twin_by_then(here, twin):
    """Of any kind or above, no more projects are deadweight by any month than the twin has begun by it."""
    one, other = starts(here), starts(twin)
    pair = paired(one.slot, one.kind, other.slot, other.kind)
    has_pair = pair >= 0
    dead = np.zeros(pair.size, bool)
    dead[has_pair] = other.month[pair[has_pair]] <= one.month[has_pair]
    for firm in range(4):
        for kind in range(4):
            for month in range(31):
                mine = dead & (one.slot == firm) & (one.kind >= kind) & (one.month <= month)
                theirs = (other.slot == firm) & (other.kind >= kind) & (other.month <= month)
                assert mine.sum() <= theirs.sum()


@settings(max_examples=examples(100), deadline=None)
@given(begun)
def test_equal_runs_are_paired_with_themselves(here):
    one = starts(here)
    pair = paired(one.slot, one.kind, one.slot, one.kind)
    assert (one.month[pair] == one.month).all() or not here
    assert (pair >= 0).all()
