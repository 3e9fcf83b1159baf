"""How far a study is said to be: the pace, and what does not count for it."""

from __future__ import annotations

import numpy as np
import pytest

from toy_simulators import Toy, toy_prior
from zhizao.commands import progress
from zhizao.fitting.bank import in_blocks, make_bank
from zhizao.fitting.checkpoint import Checkpoint


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

    monkeypatch.setattr(progress.time, "monotonic", lambda: Clock.now)
    return Clock


def test_the_first_draw_does_not_count_while_the_model_is_compiled(clock):
    warm, cold = progress._Pace(), progress._Pace(warming_up=True)
    for done, seconds in ((0, 0.0), (1, 90.0), (11, 1.0)):
        clock.now += seconds
        rates = warm.per_second(done), cold.per_second(done)
    assert rates == (pytest.approx(11 / 91), pytest.approx(10.0))


def test_each_stage_of_a_fit_has_a_pace_of_its_own(clock):
    pace = progress._Pace()
    for done, seconds in ((0, 0.0), (1000, 1.0), (0, 50.0), (20, 2.0)):
        clock.now += seconds
        rate = pace.per_second(done)
    assert rate == pytest.approx(10.0)


def test_runs_that_are_only_read_again_are_no_measure_of_the_pace(tmp_path):
    class Ones:
        simulator = Toy()

        def __call__(self, values, seeds):
            return np.ones((len(values), 1))

    def told(count):
        lines = []
        given = np.zeros((count, toy_prior().dimensions))
        in_blocks(
            Ones(),
            given,
            np.zeros(count, dtype=np.uint64),
            Checkpoint(tmp_path, "one"),
            "bank",
            lambda *line: lines.append(line),
        )
        return lines

    assert told(4096) == [(2048, 4096), (4096, 4096)]
    assert told(8192) == [(6144, 8192), (8192, 8192)]
    assert told(8192) == [(8192, 8192)]


def test_a_larger_bank_goes_on_from_a_smaller_one_and_gives_the_same(tmp_path):
    """Also where the smaller one is not a whole block."""

    class Counted:
        simulator = Toy()
        runs = 0

        def __call__(self, values, seeds):
            self.runs += len(values)
            return values[:, :1] + seeds[:, None]

    counted, kept = Counted(), Checkpoint(tmp_path, "one")
    sizes = (512, 1024, 512, 4096)
    banks = [make_bank(toy_prior(), counted, size=size, seed=1, checkpoint=kept) for size in sizes]
    assert counted.runs == 4096
    fresh = make_bank(toy_prior(), counted, size=4096, seed=1, checkpoint=Checkpoint(None, ""))
    for size, bank in zip(sizes, banks, strict=True):
        assert (bank.summaries == fresh.summaries[:size]).all()
