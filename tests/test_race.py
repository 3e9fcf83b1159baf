"""Mixes tried on few draws where another already beats them there: which are given up, and what they count for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import zhizao as zz
from zhizao.studies.mixes import Tried
from zhizao.studies.race import Race, Target

DRAWS = 100
LUCK = np.random.Generator(np.random.Philox(4)).normal(size=DRAWS)
TARGET = Target(share=0.9, probability=0.8)


class Made:
    """A place in which `money` brings firms to the level, and `waste` only costs; luck is the same for all mixes."""

    def __init__(self, draws: int = DRAWS) -> None:
        self.draws, self.made = draws, 0

    def __call__(self, mixes: Sequence[Mapping[str, float]], some: slice) -> list[Tried]:
        luck = LUCK[: self.draws][some]
        self.made += len(mixes) * luck.size
        return [
            Tried(
                mix=dict(mix),
                shares=0.85 + mix["money"] / 2000.0 + 0.02 * luck,
                costs=mix["money"] + mix["waste"] + 5.0 * luck,
            )
            for mix in mixes
        ]

    def race(self) -> Race:
        return Race(self, self.draws, TARGET)


def mix(money: float, waste: float = 0.0) -> dict[str, float]:
    return {"money": money, "waste": waste}


def whole(entered: dict[str, float]) -> Tried:
    [tried] = Made()([entered], slice(DRAWS))
    return tried


def test_what_another_beats_is_given_up_on_the_first_draws_and_all_else_is_tried_on_all():
    made = Made()
    race = made.race()
    race.enter([mix(140.0)])
    counts = race.enter([mix(140.0, waste=30.0), mix(150.0), mix(130.0), mix(141.0, waste=-2.0)])
    assert [one.mix for one in race.given_up] == [mix(140.0, waste=30.0)]
    assert [one.mix for one in race.tried] == [mix(140.0), mix(150.0), mix(130.0), mix(141.0, waste=-2.0)]
    assert made.made == 4 * DRAWS + 8
    for entered, found in zip(race.tried[1:], counts[1:], strict=True):
        assert (entered.shares == whole(entered.mix).shares).all()
        assert (entered.costs == whole(entered.mix).costs).all()
        assert found == TARGET.penalised(whole(entered.mix))


def test_what_is_given_up_counts_for_what_it_would_have_cost_where_luck_is_common():
    race = Made().race()
    [best] = race.enter([mix(140.0)])
    [found] = race.enter([mix(140.0, waste=30.0)])
    assert best == pytest.approx(whole(mix(140.0)).cost)
    assert found == pytest.approx(whole(mix(140.0, waste=30.0)).cost)


@pytest.mark.parametrize(("money", "waste"), [(20.0, 10.0), (60.0, 1.0), (139.0, 5.0), (140.0, 0.0)])
def test_nothing_that_is_given_up_counts_for_less_than_what_beats_it(money, waste):
    race = Made().race()
    for better in (mix(20.0), mix(60.0), mix(139.0), mix(140.0)):
        race.enter([better])
    [found] = race.enter([mix(money, waste)])
    [given_up] = race.given_up
    assert found >= TARGET.penalised(given_up.better)
    assert given_up.better.cost <= whole(mix(money, waste)).cost
    assert not TARGET.met(whole(mix(money, waste))) or TARGET.met(given_up.better)


def test_one_that_does_not_meet_the_target_on_its_draws_counts_for_none_that_does():
    race = Made().race()
    [met] = race.enter([mix(140.0)])
    [found] = race.enter([mix(60.0, waste=200.0)])
    assert race.given_up
    assert found > 1e6 > met


@pytest.mark.parametrize("seed", range(5))
def test_the_search_finds_what_trying_all_on_all_draws_finds(seed):
    chance = np.random.Generator(np.random.Philox(seed))
    mixes = [mix(float(money), float(waste)) for money, waste in chance.uniform([0, 0], [300, 100], (200, 2))]
    made = Made()
    race = made.race()
    counts = race.enter(mixes)
    everything = [TARGET.penalised(whole(one)) for one in mixes]
    assert int(np.argmin(counts)) == int(np.argmin(everything))
    assert min(race.tried, key=TARGET.penalised).mix == mixes[int(np.argmin(everything))]
    assert len(race.tried) + len(race.given_up) == len(mixes)
    assert made.made < 0.5 * len(mixes) * DRAWS
    for level in (0.5, 0.8, 0.95):  # and for each probability the same cheapest mix
        cheapest = min((one for one in map(whole, mixes) if one.probability(0.9) >= level), key=lambda one: one.cost)
        kept = min((one for one in race.tried if one.probability(0.9) >= level), key=lambda one: one.cost)
        assert kept.mix == cheapest.mix


def test_what_was_given_up_can_be_finished_and_is_then_as_if_tried_on_all_draws_at_once():
    race = Made().race()
    race.enter([mix(140.0)])
    race.enter([mix(140.0, waste=30.0)])
    finished = race.finish(race.given_up[0])
    assert (finished.shares == whole(mix(140.0, waste=30.0)).shares).all()
    assert (finished.costs == whole(mix(140.0, waste=30.0)).costs).all()


def test_few_draws_are_all_made():
    made = Made(draws=15)
    race = made.race()
    race.enter([mix(140.0)])
    race.enter([mix(140.0, waste=30.0)])
    assert race.given_up == []
    assert made.made == 2 * 15


def test_a_search_gives_up_most_of_what_it_tries_and_what_it_answers_was_tried_on_all_draws():
    given: dict[str, Any] = {"draws": 40, "tries": 100, "n_firms": 40, "dials": ["specialists.count=0:200"]}
    done = zz.reach(0.75, probability=0.6, workers=1, **given)
    assert 0 < done.given_up < done.tried
    for one in (done.baseline, done.best, *done.others, *done.frontier.values()):
        assert one.shares.size == one.costs.size == 40
    costs = [one.cost for one in done.frontier.values()]
    assert all(low <= high for low, high in pairwise(costs))
    assert zz.reach(0.75, probability=0.6, workers=2, **given).to_dict() == done.to_dict()
