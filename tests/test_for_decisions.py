"""Outcomes that only decisions are about: the year that costs most, and groups of firms."""

from __future__ import annotations

import numpy as np
import pytest

from zhizao.calendar import BRANCH_MONTH
from zhizao.results.for_decisions import DEAREST_YEAR, DECISION_OUTCOMES, GROUPS_OF_DECISIONS, share_of_group
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.results.variables import History


def history_of(after: list[float]) -> History:
    """A history that has paid 7 a month before the branch, and then what is given."""
    paid = np.cumsum([7.0] * BRANCH_MONTH + after)
    groups = ("all", "sme", *GROUPS_OF_DECISIONS)
    table = np.zeros((paid.size, len(groups), 2))
    table[:, :, 0] = 10.0
    table[:, :, 1] = np.arange(len(groups))
    return History(
        table=table,
        money=paid[:, np.newaxis],
        demand=np.ones(paid.size),
        groups=groups,
        columns=("firms", "level2_true"),
        lines=("public_spend",),
    )


@pytest.mark.parametrize(
    ("after", "most"),
    [
        ([1.0] * 12 + [3.0] * 12, 36.0),
        ([3.0] * 12 + [1.0] * 12, 36.0),
        ([1.0] * 12 + [3.0] * 5, 15.0),  # the last year is cut short
        ([1.0] * 12 + [3.0] * 3, 12.0),
        ([2.0], 2.0),
    ],
)
def test_years_are_counted_from_the_branch(after: list[float], most: float) -> None:
    assert DEAREST_YEAR.formula is not None
    history = history_of(after)
    assert DEAREST_YEAR.formula(history, history) == pytest.approx(most)


def test_every_group_has_its_own_share() -> None:
    history = history_of([1.0])
    for place, group in enumerate(("sme", *GROUPS_OF_DECISIONS), start=1):
        one = DECISION_OUTCOMES[share_of_group(group)]
        assert one.formula is not None
        assert one.formula(history, history) == pytest.approx(place / 10.0)
        assert one.english
        assert one.chinese


def test_no_name_is_that_of_an_outcome_of_tables() -> None:
    assert not set(DECISION_OUTCOMES) & set(OUTCOMES_BY_NAME)
