"""The tables of words: whole in both languages, nothing said twice, nothing left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import zhizao.results.wording
from zhizao.commands import analysis_words
from zhizao.commands import words as command_words
from zhizao.dashboard import words as dashboard_words
from zhizao.parameter_words import names
from zhizao.report import page_words
from zhizao.report import words as report_words
from zhizao.report.charts import words as chart_words
from zhizao.report.interactive import words as interactive_words
from zhizao.results.wording import Words

PACKAGE = Path(zhizao.results.wording.__file__).parent.parent
TABLES = {
    f"{module.__name__}.{name}": table
    for module in (analysis_words, command_words, names, dashboard_words, page_words, report_words, chart_words,
                   interactive_words)
    for name, table in vars(module).items()
    if isinstance(table, Words)
}  # fmt: skip
LOOKED_UP = {"zhizao.parameter_words.names.group_title", "zhizao.parameter_words.names.choice_name"}
"""Tables whose keys come from the registry of levers."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
THE_SAME = {"list mark", "fingerprint", "mu_star", "mu", "sigma"}
"""What needs no hanzi in Chinese either."""


def places(text: str) -> list[str]:
    return sorted(re.findall(r"{\w+}", text))


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_word_is_there_in_both_languages_with_the_same_places(table: Words) -> None:
    for key, (english, chinese) in table.own.items():
        assert english
        assert CHINESE.search(chinese) or key in THE_SAME, key
        assert places(english) == places(chinese), key


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_no_table_says_again_what_a_lower_one_says(table: Words) -> None:
    below = {pair for key, pair in table.pairs.items() if key not in table.own}
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
    asked = set()
    for path in PACKAGE.rglob("*.py"):
        asked |= set(texts(ast.parse(path.read_text("utf-8")), tables=not path.name.endswith("words.py")))
    for path in PACKAGE.rglob("*.html"):
        for text, open_end in re.findall(r"'([^'\n]+)'( ~)?", path.read_text("utf-8")):
            asked.add(re.escape(text) + (".+" if open_end else ""))
    known = re.compile("|".join(asked))
    keys = {f"{name} {key}" for name, table in TABLES.items() if name not in LOOKED_UP for key in table.own}
    assert not {key for key in keys if not known.fullmatch(key.partition(" ")[2])}


def test_a_word_that_no_table_has_is_named() -> None:
    with pytest.raises(KeyError, match="no words for 'nothing'"):
        Words({}, report_words.COMMON_WORDS)("nothing", "en")
