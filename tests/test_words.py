"""The tables of words: whole in both languages, nothing said twice, nothing left over."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import zhizao.results.wording
from edited_package import edited, output_of
from zhizao.commands import analysis_words
from zhizao.commands import words as command_words
from zhizao.dashboard import words as dashboard_words
from zhizao.district.texts import PLACEHOLDERS, text_problems
from zhizao.evidence.ensembles import FUNDING
from zhizao.files import shipped
from zhizao.parameter_words import names
from zhizao.report import changes, page_words
from zhizao.report import words as report_words
from zhizao.report.brief import words as brief_words
from zhizao.report.charts import words as chart_words
from zhizao.report.interactive import words as interactive_words
from zhizao.words import tables
from zhizao.words.place import placeholders
from zhizao.words.tables import LANGUAGES, Words, fact_of, words_of

PACKAGE = Path(zhizao.results.wording.__file__).parent.parent
TABLES = {
    f"{module.__name__}.{name}": table
    for module in (
        analysis_words,
        command_words,
        names,
        dashboard_words,
        page_words,
        changes,
        brief_words,
        report_words,
        chart_words,
        interactive_words,
    )
    for name, table in vars(module).items()
    if isinstance(table, Words)
}
LOOKED_UP = ("group_title", "choice_name", "group_name")
"""Tables whose keys come from the registry of levers, and from the data of the district."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
THE_SAME = {"district", "list mark", "fingerprint", "mu_star", "mu", "sigma"}
"""What needs no hanzi in Chinese either."""


def places(text: str) -> list[str]:
    """The values that a text asks for; those of the district are there for every text."""
    return sorted(set(re.findall(r"{(\w+)}", text)) - PLACEHOLDERS)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_word_is_there_in_every_language_with_the_same_places(table: Words) -> None:
    for key, texts in table.own.items():
        assert all(texts), f"{key} has an empty text"
        assert CHINESE.search(texts[1]) or key in THE_SAME, f"{key} has no Chinese text"
        for language, text in zip(LANGUAGES, texts, strict=False):
            assert places(text) == places(texts[0]), f"{key} in {language}: {text}"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_no_table_says_again_what_a_lower_one_says(table: Words) -> None:
    below = {pair for key, pair in table.texts.items() if key not in table.own}
    assert not {key: pair for key, pair in table.own.items() if pair in below}


def texts(node: ast.AST, *, tables: bool) -> Iterator[str]:
    """Patterns of every text in code: what is filled in is left open; tables of words are passed over if so asked."""
    if isinstance(node, ast.Dict) and not tables:
        return
    if isinstance(node, ast.JoinedStr):
        parts = [re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in node.values]
        if any(len(part) > 2 for part in parts):
            yield "".join(parts)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    for child in ast.iter_child_nodes(node):
        yield from texts(child, tables=tables)


def test_every_word_is_asked_for_somewhere() -> None:
    asked = {re.escape(reading) for reading in FUNDING}  # readings of the money are the district's
    for path in PACKAGE.rglob("*.py"):
        asked |= set(texts(ast.parse(path.read_text("utf-8")), tables=not path.name.endswith("words.py")))
    for path in PACKAGE.rglob("*.html"):
        for text, open_end in re.findall(r"'([^'\n]+)'( ~)?", path.read_text("utf-8")):
            asked.add(re.escape(text) + (".+" if open_end else ""))
    known = re.compile("|".join(asked))
    keys = {f"{name} {key}" for name, table in TABLES.items() if not name.endswith(LOOKED_UP) for key in table.own}
    assert not {key for key in keys if not known.fullmatch(key.partition(" ")[2])}


def test_a_word_that_no_table_has_is_named() -> None:
    with pytest.raises(KeyError, match="no words for 'nothing'"):
        Words({}, report_words.COMMON_WORDS)("nothing", "en")


def test_every_language_says_the_same_of_itself() -> None:
    for key in ("name", "html", "letters in a line", "large numbers"):
        assert all(fact_of(language, key) for language in LANGUAGES), key


def test_a_text_that_one_file_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"en": {"common": {"a": "A", "b": "B"}}, "zh": {"common": {"a": "甲", "c": "丙"}}}
    monkeypatch.setattr(tables, "_texts", texts.__getitem__)
    with pytest.raises(KeyError, match=r"words.common: en.toml lacks c, zh.toml lacks b"):
        words_of("common")
    with pytest.raises(KeyError, match=r"words.nothing: no such section"):
        words_of("nothing")


def in_capitals(section: dict[str, object]) -> str:
    """Return a section in a language that is English in capitals, so that every text is known by sight."""
    lines = []
    for key, text in section.items():
        if isinstance(text, str):
            parts = re.split(r"({[^}]*})", text)
            text = "".join(part if part.startswith("{") else part.upper() for part in parts)
        lines.append(f"{json.dumps(key)} = {json.dumps(text)}")
    return "\n".join(lines)


def test_a_third_language_is_a_file_and_its_code(tmp_path: Path) -> None:
    folder = edited(tmp_path, {"words/tables.py": [('Literal["en", "zh"]', 'Literal["en", "zh", "xx"]')]})
    words = folder / "zhizao" / "words"
    english = tomllib.loads((words / "en.toml").read_text("utf-8"))
    english["declared"] = {"SMEs at level 2, reported": "smes at level 2, reported", "Grant rate": "grant rate"}
    text = "".join(f"[{json.dumps(name)}]\n{in_capitals(section)}\n\n" for name, section in english.items())
    (words / "xx.toml").write_text(text, encoding="utf-8")
    script = """
import json
from click.testing import CliRunner
from zhizao.commands.cli import program
from zhizao.parameter_words.names import lever_name
from zhizao.report.charts.style import styled
from zhizao.words.place import money_in_words, month_in_words
shown = CliRunner().invoke(program, ["run", "--lang", "xx", "--n-firms", "10", "--until", "2024-01", "--quiet"])
with styled("xx") as say:
    note = say.with_notes("a", ["b", "c"])
print(json.dumps([shown.exit_code, shown.output, lever_name("grants.rate", "xx"), note,
                  month_in_words("2025-12", "xx"), money_in_words(20.0, "xx")]))
"""
    code, shown, lever, note, month, money = json.loads(output_of(script, folder))
    assert code == 0, shown
    assert "OUTCOME" in shown
    assert "FITTED" in shown
    assert (lever, month, money) == ("GRANT RATE", "2025-12", "20 million RMB")
    assert "B; C" in note.upper()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_texts_can_say_of_the_district_is_there_in_both_languages(language) -> None:
    assert placeholders(language).keys() == PLACEHOLDERS
    assert all(placeholders(language).values())


def test_a_district_in_its_own_words_is_refused_with_every_mistake() -> None:
    wrong = {
        "fr": {},
        "en": {
            "page": {
                "caveat 4": "about {sum} from {branch}",
                "no such key": "text",
                "funding audited": "{sum}, audited",
            },
            "charts": {"funding own": "{other}", "outside": "{meaning"},
            "nothing": {},
        },
        "zh": {"page": {"caveat 4": 4, "funding audited": "每年{sum}"}},
    }
    known = ", ".join(section for section in tables._texts("en") if section != "language")
    assert [line.removeprefix("words.toml: ") for line in text_problems(wrong)] == [
        "fr is not a language; write [en.SECTION] and [zh.SECTION]",
        "en.page 'no such key' is not one of the program's texts; correct the key",
        "en.charts 'funding own' uses {other}, which has no value there; use one of branch, place, sum, target",
        "en.charts 'outside' has braces that do not fit; write {name}, or {{ for a brace",
        f"en.nothing is not a section of texts; there are {known}",
        "zh.page 'caveat 4' must be text of at most 2000 characters",
        *(
            f"{key} is there in one language only; write it in both"
            for key in ("charts.funding own", "charts.outside", "page.no such key")
        ),
    ]


def test_the_texts_of_the_shipped_districts_fit() -> None:
    for path in shipped("districts").glob("*/words.toml"):
        texts = tomllib.loads(path.read_text("utf-8"))
        assert texts.pop("format") == 1
        assert text_problems(texts) == []
