"""Compiled parts and wholes, and the world by reference: the same results however this Numba lets them be linked."""

from __future__ import annotations

import gc
import re
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest

from small_district import python
from zhizao.arrays import FloatArray
from zhizao.by_reference import by_reference
from zhizao.compiled import compiled, internal, verb, whole_run


class Two(NamedTuple):
    given: FloatArray
    found: FloatArray


@compiled
def halved(number: float) -> float:
    return number / 2.0


@internal
def more(two: Two, place: int) -> float:
    return halved(two.given[place]) + 1.0


@verb
def fill(two: Two, last: int) -> None:
    for place in range(last):
        two.found[place] = more(two, place)


@whole_run
def by_place(two: Two, last: int) -> None:
    two = by_reference(two)
    fill(two, last)
    two.found[0] += more(two, 0)


@whole_run
def by_copy(two: Two, last: int) -> None:
    fill(two, last)
    two.found[0] += more(two, 0)


@internal
def misspelt(two: Two) -> float:
    return float(two.fund[0])


@whole_run
def wrong(two: Two) -> float:
    return misspelt(by_reference(two))


def two_of(*numbers: float) -> Two:
    return Two(np.array(numbers), np.zeros(len(numbers)))


def test_parts_do_what_they_say_by_reference_and_by_copy():
    expected = [4.0, 3.0, 0.0]
    for whole in (by_place, by_copy):
        two = two_of(2.0, 4.0, 6.0)
        whole(two, 2)
        assert two.found.tolist() == expected
        assert two.given.tolist() == [2.0, 4.0, 6.0]


def test_what_compiled_code_calls_can_still_be_called_from_python():
    by_place(two_of(2.0), 1)
    assert halved(5.0) == 2.5


def test_no_two_wholes_hold_functions_of_one_name():
    """The loader would take them for one, whatever the optimiser made of each."""
    held = []
    for whole in (by_place, by_copy):
        whole(two_of(2.0), 1)
        [code] = [found.library for found in whole.overloads.values()]
        held.append(set(re.findall(r"^define [^@]*@\"?([^\"(]+)", code.get_llvm_str(), re.MULTILINE)))
    assert all(held)
    assert not held[0] & held[1]


def test_a_name_that_a_tuple_has_not_is_an_error():
    with pytest.raises(numba.TypingError, match="fund"):
        wrong(two_of(1.0))


def test_unused_objects_are_looked_for_again_after_a_compilation():
    by_copy(Two(np.ones(2), np.zeros(2)), 1)
    assert gc.isenabled()


def test_kept_code_is_machine_code_alone_and_serves_at_later_starts_those_that_call_it_too(tmp_path):
    code = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_linking import by_place, halved, two_of
print(halved(5.0), sum(halved.stats.cache_hits.values()))
if "{{both}}" == "yes":
    two = two_of(2.0, 4.0, 6.0)
    by_place(two, 2)
    print(two.found.tolist(), sum(by_place.stats.cache_hits.values()))
"""
    told = [
        python(code.replace("{both}", both), ZHIZAO_CACHE_DIR=str(tmp_path)).splitlines()
        for both in ("no", "yes", "yes")
    ]
    assert told == [["2.5 0"], ["2.5 1", "[4.0, 3.0, 0.0] 0"], ["2.5 1", "[4.0, 3.0, 0.0] 1"]]
    two = two_of(2.0, 4.0, 6.0)
    by_place(two, 2)
    [library] = [found.library for found in by_place.overloads.values()]
    [kept] = tmp_path.rglob("*by_place*.nbc")
    names, whole = library.serialize_using_object_code()[2][1], library._get_module_for_linking().as_bitcode()
    assert len(names) < len(whole) / 2
    assert whole not in kept.read_bytes()


UNUSUAL = {
    "another Numba keeps code elsewhere": "import numba.core.codegen; del numba.core.codegen.JITCodeLibrary",
    "another Numba optimises otherwise": "import zhizao.linking as l; l._WholeLibrary._optimize_final_module = None",
    "another Numba calls its steps otherwise": "import zhizao.linking as l; l._PartLowering.run_pass = None",
}


@pytest.mark.parametrize("case", UNUSUAL)
def test_with_another_numba_results_are_the_same(case, tmp_path):
    code = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
{UNUSUAL[case]}
from test_linking import by_copy, by_place, halved, two_of
for whole in (by_place, by_copy):
    two = two_of(2.0, 4.0, 6.0)
    whole(two, 2)
    print(two.found.tolist(), halved(5.0))
"""
    assert python(code, ZHIZAO_CACHE_DIR=str(tmp_path)).split("\n")[:2] == ["[4.0, 3.0, 0.0] 2.5"] * 2
