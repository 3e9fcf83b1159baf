"""Texts in two languages: they pass through errors, copies and pickles, and are worded at the end."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from zhizao.errors import InputError, Message, in_language


def test_a_message_is_its_english_text_and_knows_its_chinese():
    message = Message("no unit", "没有单位")
    assert message == "no unit"
    assert json.dumps(message) == '"no unit"'
    assert [in_language(message, language) for language in ("en", "zh")] == ["no unit", "没有单位"]
    assert in_language("plain", "zh") == "plain"
    assert in_language(Message("only English"), "zh") == "only English"


@pytest.mark.parametrize("again", [copy.deepcopy, lambda message: pickle.loads(pickle.dumps(message))])
def test_a_message_survives_copies(again):
    assert in_language(again(Message("no unit", "没有单位")), "zh") == "没有单位"


def test_an_error_words_its_problems_in_the_language_asked_for():
    error = InputError([Message("no unit", "没有单位"), "plain"])
    assert error.problems == ("no unit", "plain")
    assert error.in_language("zh") == ("没有单位", "plain")
    assert str(error) == "no unit\nplain"


def test_what_cannot_be_printed_is_replaced_in_both_languages():
    error = InputError(Message("a\x1bb", "甲\x1b乙"))
    assert error.in_language("en") == ("a?b",)
    assert error.in_language("zh") == ("甲?乙",)
