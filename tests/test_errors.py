"""Texts in two languages: they pass through errors, copies and pickles, and are worded at the end."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from zhizao.errors import InputError, Message, at_place, in_language, within
from zhizao.scenario.scenario import load_scenario


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


def test_words_around_a_message_are_in_its_languages_and_plain_text_stays_plain():
    around = within(Message("too low", "过低"), ("rate is ", "比例"), (" here", "（此处）"))
    assert [in_language(around, language) for language in ("en", "zh")] == ["rate is too low here", "比例过低（此处）"]
    assert in_language(at_place("a.toml", around, 6), "zh") == "a.toml：比例过..."
    assert in_language(at_place("a.toml", "plain"), "zh") == "a.toml: plain"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("light-voucher", "是否应为“light-vouchers”？"),
        ("nowhere.toml", "没有这个文件"),
        ("double-grants+no-grants", "设定不同（6 和 0，自2024-01起）"),
        ("no-grants+no-grants", "出现两次"),
        ("baseline+limits/nothing-moves", "没有共同的上级情景"),
    ],
)
def test_what_is_wrong_with_names_of_policies_is_said_in_chinese(names, words):
    with pytest.raises(InputError) as error:
        load_scenario(names)
    assert words in "\n".join(error.value.in_language("zh"))
    assert words not in str(error.value)


def test_what_is_wrong_in_a_scenario_file_is_said_in_chinese(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'format = 1\ntitle = "x"\nsorce = "y"\nextends = "baselin"\n[[changes]]\nfrom = "2024-01"\n'
        '[changes.set.grants]\nrat = 3\ncap = -1\nallocation = "merrit"\n'
    )
    with pytest.raises(InputError) as error:
        load_scenario(str(file))
    lines = error.value.in_language("zh")
    assert len(lines) == len(error.value.problems) == 7
    assert all("：" in line and not line.endswith(error.value.problems) for line in lines)
