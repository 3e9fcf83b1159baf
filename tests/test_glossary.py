"""One term for one thing: the glossary, its page, and the words that people read."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

import zhizao.words.tables
from zhizao.words.glossary import Term, glossary

WORDS = Path(zhizao.words.tables.__file__).parent
DOCS = Path(__file__).resolve().parent.parent / "docs"
ENGLISH, CHINESE = (tomllib.loads((WORDS / f"{name}.toml").read_text("utf-8")) for name in ("en", "zh"))
for texts in (ENGLISH, CHINESE):
    del texts["language"]  # facts of the language, such as how long a line is
HANZI = re.compile(r"[\u4e00-\u9fff]")

LONGER = "one is a label or a heading, the other a sentence of a page or a note"
NARROW = "short, for a column of a table in a terminal"
OWN_CHART = "each explains its own chart"
OTHER = "another thing that happens to have the same key"
NUMBERED = "one follows a number, or has it inside"

SAID_TWICE = {
    "agrees": OTHER,
    "high": OTHER,
    "key": OTHER,
    "low": OTHER,
    "note": OWN_CHART,
    "level2_share_true_end": NARROW,
    "level2_share_end": NARROW,
    "projects_started_total": NARROW,
    "public_spend_total": NARROW,
    "points": NUMBERED,
    "part committed_before": NARROW,
    "outstanding": NARROW,
    "name": LONGER,
    "plan line": NUMBERED,
    "group": OTHER,
    "kind sector": "the interactive chart says of which firms; of the printed chart its note does",
    "kind start_level": "the interactive chart says of which firms; of the printed chart its note does",
    "kind park": "the interactive chart says of which firms; of the printed chart its note does",
    "road note": OWN_CHART,
    "differences title": OWN_CHART,
    "differences note": OWN_CHART,
    "met plan": LONGER,
    "met facts": LONGER,
    "met prior": LONGER,
    "account": LONGER,
    "account note": OWN_CHART,
    "total": OTHER,
    "evidence note": OWN_CHART,
    "inside": OTHER,
    "policy": LONGER,
    **dict.fromkeys(("best", "found", "how_many", "largest", "mean", "meaning", "money", "plan"), OTHER),
    **dict.fromkeys(("question", "unseen", "value", "what"), OTHER),
    "everywhere": OTHER,
    "outside": OTHER,
    "seed": LONGER,
    "draws": LONGER,
    "calibration plan": LONGER,
    "calibration facts": LONGER,
    "calibration prior": LONGER,
    "until": LONGER,
    "input": OTHER,
    "funding declared": LONGER,
    "funding read": LONGER,
    "funding own": LONGER,
    "groups note": OWN_CHART,
    "run note": OWN_CHART,
    "prior": NARROW,
    "first": OTHER,
    "title": OTHER,
    "outcome": NARROW,
    "interval": NUMBERED,
    "better": NUMBERED,
    "ranks": LONGER,
    "constant": OTHER,
}
"""Keys that two sections of the words have with different texts, and why."""


@pytest.fixture(scope="module")
def make_glossary():
    """`docs/make_glossary.py` as a module."""
    sys.path.insert(0, str(DOCS))
    try:
        import make_glossary

        yield make_glossary
    finally:
        sys.path.remove(str(DOCS))


def texts(words: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    return [(f"{section}.{key}", text) for section, table in words.items() for key, text in table.items()]


def unwanted(term: Term) -> list[str]:
    """Texts that name a thing by a word that is not its term."""
    lines = []
    for wrong in term.not_english:
        word = re.compile(rf"\b{re.escape(wrong)}\b", re.IGNORECASE)
        lines += [
            f"en {name}: write '{term.english}', not '{wrong}'" for name, text in texts(ENGLISH) if word.search(text)
        ]
    for wrong in term.not_chinese:
        lines += [f"zh {name}: 写“{term.chinese}”，不写“{wrong}”" for name, text in texts(CHINESE) if wrong in text]
    return lines


def test_there_is_a_glossary():
    assert len(glossary()) >= 25
    assert {"deadweight", "additional", "pulled_forward", "captured", "take_up", "sme", "level_2"} <= set(glossary())
    assert {"reported", "true", "draw", "luck", "seed", "lever", "plan", "treatment", "reading"} <= set(glossary())


@pytest.mark.parametrize("term", glossary().values(), ids=glossary())
def test_a_term_is_whole(term: Term):
    assert term.english
    assert HANZI.search(term.chinese)
    assert HANZI.search(term.meaning_chinese)
    assert bool(term.short) == bool(term.short_chinese)
    for meaning in (term.meaning, term.meaning_chinese):
        assert meaning.endswith((".", "。"))
        assert "|" not in meaning, "the page is a table"
        assert "\n" not in meaning
    assert not {term.english.lower(), term.short.lower()} & {word.lower() for word in term.not_english}
    assert not {term.chinese, term.short_chinese} & set(term.not_chinese)


@pytest.mark.parametrize("pick", [lambda term: term.english.lower(), lambda term: term.chinese], ids=["en", "zh"])
def test_no_two_things_share_a_term(pick):
    terms = [pick(term) for term in glossary().values()]
    assert len(set(terms)) == len(terms)


@pytest.mark.parametrize("term", glossary().values(), ids=glossary())
def test_a_thing_is_called_by_its_term(term: Term):
    assert not unwanted(term)


def test_another_wording_would_be_seen(monkeypatch):
    monkeypatch.setitem(ENGLISH["charts"], "tested", "Random numbers of a run")
    monkeypatch.setitem(CHINESE["charts"], "tested", "随机种子")
    assert unwanted(glossary()["luck"]) == ["en charts.tested: write 'luck', not 'random numbers'"]
    assert unwanted(glossary()["seed"]) == ["zh charts.tested: 写“随机数种子”，不写“随机种子”"]


def test_the_page_is_current(make_glossary):
    assert make_glossary.PAGE.read_text("utf-8") == make_glossary.page(), "run: python docs/make_glossary.py"


def test_the_page_has_every_term(make_glossary):
    rows = [line for line in make_glossary.page().splitlines() if line.startswith("| **")]
    assert len(rows) == len(glossary())
    assert all(row.count("|") == 5 for row in rows)


def said_twice() -> set[str]:
    """Keys with different texts in different sections, but for capitals."""
    seen: dict[str, set[tuple[str, str]]] = {}
    for section, table in ENGLISH.items():
        for key, text in table.items():
            seen.setdefault(key, set()).add((text.lower(), CHINESE[section][key]))
    return {key for key, pairs in seen.items() if len(pairs) > 1}


def test_a_key_has_one_text_unless_there_is_a_reason():
    assert sorted(said_twice() - set(SAID_TWICE)) == [], "unify the texts, or say why they differ"
    assert sorted(set(SAID_TWICE) - said_twice()) == [], "no longer said twice; take it off the list"
