"""Tables at any width: what goes in comes out, numbers whole, in as many cells as there are."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from zhizao.commands.tables import Table, fold, table_lines

WIDTHS = (40, 60, 80, 100, 120, 160, 400)


def tokens(*texts: str) -> Counter[str]:
    return Counter(word for text in texts for word in text.split())


numbers = st.builds(
    lambda value, form: format(value, form).replace("-", "−"),
    st.floats(-1e6, 1e6),
    st.sampled_from([",.0f", ".1f", "+.2f", ".3f"]),
)
intervals = st.builds(
    lambda a, b, c, form: form.format(a, b, c),
    numbers,
    numbers,
    numbers,
    st.sampled_from(["{0} ({1} to {2})", "{0}\n{1} … {2}", "{0} %", "{0} % · {1} %", "no end", "{1} – {2}", "–", ""]),
)
texts = st.sampled_from(
    [
        "",
        "baseline",
        "utility-and-finance-relief",
        "Additional SMEs truly at level 2 per million RMB",
        "财政支出",
        "每新增一家真实二级中小企业的财政成本（百万元，2024年起）",
        "of it promised before",
        "levels.stake_inflation",
        "a/path/that/is/longer/than/any/column/of/a/table/could/reasonably/be.toml",
        "目标达成：以规划为条件 · 仅按事实",
    ]
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns, rows = draw(st.integers(1, 12)), draw(st.integers(0, 5))
    right = draw(st.sets(st.integers(1, max(columns - 1, 1)))) if columns > 1 else set()
    headers = [draw(texts) for _ in range(columns)]
    cells = [[draw(intervals if place in right else texts) for place in range(columns)] for _ in range(rows)]
    return Table(headers, cells, frozenset(right), draw(st.booleans()))


@given(tables(), st.sampled_from(WIDTHS))
def test_nothing_is_lost_or_too_wide_and_no_number_is_broken(table: Table, width: int) -> None:
    lines = table_lines(table, width)
    assert max((cell_len(line) for line in lines), default=0) <= width
    shown = tokens(*lines)
    wanted = tokens(*(row[place] for row in table.rows for place in table.right))
    assert not wanted - shown
    joined = sorted("".join("".join(lines).split()).replace("─", ""))
    every = sorted("".join("".join(cell.split()) for row in table.rows for cell in row))
    assert not Counter(every) - Counter(joined)


def test_what_fits_stands_in_one_table() -> None:
    lines = table_lines(Table(["name", "money"], [["one", "1,234.5"], ["two", "2"]], frozenset([1])), 80)
    assert lines == ["name    money", "────  ───────", "one   1,234.5", "two         2"]


def test_a_header_is_folded_before_anything_else() -> None:
    table = Table(["scenario", "cost per SME truly added", "money"], [["baseline", "8.6", "182"]], frozenset([1, 2]))
    assert table_lines(table, 26) == [
        "           cost per",
        "          SME truly",
        "scenario      added  money",
        "────────  ─────────  ─────",
        "baseline        8.6    182",
    ]


def test_a_table_of_numbers_is_split_and_each_part_says_whose_numbers_they_are() -> None:
    names = ["baseline", "no-grants"]
    headers = ["scenario", *(f"number {place}" for place in range(8))]
    rows = [[name, *(f"{100 * place}.5 (1 to {place})" for place in range(8))] for name in names]
    lines = table_lines(Table(headers, rows, frozenset(range(1, 9))), 60)
    assert [line.split()[0] for line in lines if line].count("scenario") == 2
    assert sum(line.startswith("no-grants") for line in lines) == 2
    assert "(1 to 7)" in "\n".join(lines)


def test_a_table_of_sentences_turns() -> None:
    sentence = "what can be read only in one piece and along the row"
    table = Table(["key", "meaning", "source"], [[key, sentence, sentence] for key in ("one.key", "other.key")])
    assert table_lines(table, 120)[0].split() == ["key", "meaning", "source"]
    narrow = table_lines(table, 30)
    assert narrow[0] == "one.key"
    assert narrow[1].startswith("  meaning  what can")
    assert "other.key" in narrow


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("89 (85 to 92)", 13, ["89 (85 to 92)"]),
        ("89 (85 to 92)", 12, ["89", "(85 to 92)"]),
        ("89 (85 to 92)", 9, ["89 (85 to", "92)"]),
        ("85.3 … 93.4", 10, ["85.3 …", "93.4"]),
        ("it is 89.5 %", 8, ["it is", "89.5 %"]),
        ("共试236种组合", 6, ["共试", "236种", "组合"]),
        ("规划，目标（真实）", 6, ["规划，", "目标", "（真", "实）"]),
        ("grants.rate.light", 12, ["grants.rate.", "light"]),
        ("  indented words", 12, ["  indented", "words"]),
        ("one\ntwo", 10, ["one", "two"]),
        ("x" * 12, 5, ["xxxxx", "xxxxx", "xx"]),
        ("", 5, [""]),
    ],
)
def test_lines_are_broken_where_a_reader_expects_it(text: str, width: int, lines: list[str]) -> None:
    assert fold(text, width) == lines


def test_a_line_under_the_headers_needs_no_special_characters() -> None:
    assert table_lines(Table(["a"], [["1"]]), 80, "-") == ["a", "-", "1"]
    assert not table_lines(Table([], []), 80)
    assert re.fullmatch("-+", table_lines(Table(["abc"], []), 80, "-")[1])
