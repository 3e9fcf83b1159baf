"""What `benchmarks/work.py` counts of a function, step by step."""

import math
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def work_counted(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import work_counted

    yield work_counted
    for name in ("work_counted", "speed"):
        sys.modules.pop(name, None)


def step_of_a_month(firm, prices):
    firm.cost = firm.revenue * 2.0 - prices[0]
    firm.worth = math.exp(-firm.cost)
    return firm.cost > 1.0


def test_steps_are_counted_by_what_they_do_and_modules_are_no_state(work_counted):
    kinds = Counter(work_counted.kinds(step_of_a_month.__code__).values())
    assert kinds == {"arithmetic": 3, "places": 6, "comparisons": 1}


def test_a_curve_is_counted_and_gives_what_it_gave(work_counted):
    before = work_counted.counts["exponentials"]
    assert work_counted.counted(math.exp)(1.0) == math.e
    assert work_counted.counts["exponentials"] == before + 1


def test_only_functions_of_engine_and_rules_are_followed(work_counted):
    frame = SimpleNamespace(f_code=step_of_a_month.__code__)
    assert work_counted.called(frame, "call", None) is None
