"""When Python looks for what nothing uses any more: put off while things are loaded, and not for good in a library."""

from __future__ import annotations

import gc
import weakref

import pytest

from small_district import python
from zhizao.garbage import kept_apart, not_looked_for


class Circle:
    def __init__(self) -> None:
        self.itself = self


@pytest.mark.parametrize("pause", [not_looked_for, kept_apart])
def test_after_a_pause_what_nothing_uses_is_found_again_even_if_it_failed(pause):
    circle, meanwhile = weakref.ref(Circle()), []

    def half_way() -> None:
        with pause():
            meanwhile.append(gc.isenabled())
            raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        half_way()
    assert meanwhile == [pause is kept_apart]
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    gc.collect()
    assert circle() is None


def test_who_has_put_it_off_for_longer_is_not_overruled():
    gc.disable()
    try:
        with not_looked_for():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_a_program_has_loaded_is_not_gone_through_again_and_what_it_makes_is():
    told = python(
        """if True:
        import gc, weakref
        from zhizao.garbage import kept_apart, loading_for_good
        class Circle: pass
        with loading_for_good():
            loaded = [[] for _ in range(1000)]
        with kept_apart():
            pass
        circle = Circle(); circle.itself = circle; before = weakref.ref(circle); del circle
        with kept_apart():
            circle = Circle(); circle.itself = circle; gone = weakref.ref(circle); del circle
        gc.collect()
        print(gc.isenabled(), gc.get_freeze_count() > 1000, gone() is None and before() is None)
        """
    )
    assert told.split() == ["True", "True", "True"]


def test_importing_the_package_leaves_the_collector_alone():
    assert python("import gc, zhizao; print(gc.isenabled(), gc.get_freeze_count())").split() == ["True", "0"]
