"""Work apart: what takes too much memory or time, or crashes, ends its own process and nothing else."""

from __future__ import annotations

import operator
import os
import time

import pytest

from zhizao.errors import InputError, Message
from zhizao.guarded import call_apart
from zhizao.limits import VARIABLE, check_limit
from zhizao.register.words import Located


def fail(error: Exception) -> None:
    raise error


def test_what_is_called_apart_gives_its_result():
    assert call_apart(operator.add, 2, 3) == 5
    assert call_apart(os.getpid) != os.getpid()


def test_errors_come_back_as_they_are():
    with pytest.raises(InputError, match=r"^t: holds 99,999,999 rows"):
        call_apart(check_limit, "table_rows", 99_999_999, "t")
    problems = ("a: wrong", Message("b: wrong", "b：不对"))
    with pytest.raises(InputError) as caught:
        call_apart(fail, InputError(problems))
    assert caught.value.problems == problems
    assert caught.value.in_language("zh") == ("a: wrong", "b：不对")
    with pytest.raises(ZeroDivisionError):
        call_apart(operator.truediv, 1, 0)


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setenv(VARIABLE, "guarded_memory=100000000")
    assert len(call_apart(operator.mul, b"x", 10_000_000)) == 10_000_000
    with pytest.raises(InputError, match="more bytes of memory while it is read than the limit of 100,000,000"):
        call_apart(operator.mul, b"x", 2_000_000_000)


def test_time_is_bounded(monkeypatch):
    monkeypatch.setenv(VARIABLE, "guarded_seconds=3")
    start = time.monotonic()
    with pytest.raises(InputError, match="more seconds while it is read than the limit of 3"):
        call_apart(time.sleep, 600)
    assert time.monotonic() - start < 10


def test_a_crash_is_noticed():
    with pytest.raises(InputError, match="more bytes of memory"):
        call_apart(os.abort)


def test_lines_about_a_register_keep_their_rows_and_columns():
    line = Located.of("f.csv", Message("row 3", "第 3 行"), Message("'id'", "“id”"), Message("is wrong", "不对"))
    with pytest.raises(InputError) as caught:
        call_apart(fail, InputError([line]))
    found = caught.value.problems[0]
    assert isinstance(found, Located)
    assert (found, found.chinese, found.rows, found.column, found.problem.chinese) == (
        "f.csv, row 3, column 'id': is wrong",
        "f.csv，第 3 行，“id”列：不对",
        "row 3",
        "'id'",
        "不对",
    )
