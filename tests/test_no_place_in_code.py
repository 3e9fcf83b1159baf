"""What is true of one district is in its folder: no name, month, sector or size rule of it is left in the package."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import zhizao.draws

PACKAGE = Path(zhizao.draws.__file__).parent
DATA = ("register/data/", "district/template/", "data/")
"""Names under which lists of firms give things, the template of a new district, and in a wheel the districts."""

OF_ONE_DISTRICT = {
    "its name": re.compile(r"yubei|渝北|chongqing|重庆", re.IGNORECASE),
    "its months": re.compile(r"2018-01|2023-12|2024-01|2025-12|2030-12|2024年1月|2025年12月|2025年底"),
    "its readings of the money": re.compile(r"\b0\.2 (?:bn|billion)|\b2 (?:bn|billion)|2亿元|20亿元"),
    "its sectors": re.compile(
        r"""["'](?:vehicles|electronics|consumer_goods|new_energy|new_star)["']|new-star|"2335\""""
    ),
    "its scope": re.compile(r"above.scale|规上|规模以上", re.IGNORECASE),
}

EXCEPTIONS = {
    ("district/folder.py", "its name"): "the shipped district that is in force if none is named",
    ("commands/district.py", "its name"): "an example names a shipped district",
    ("district/declared.py", "its scope"): "an example of what firms in scope are called",
    ("records/parameters.py", "its scope"): "made from the declarations, with the shipped district in force",
    ("register/plausible.py", "its scope"): "the source of what is usual in China's industry",
    ("words/glossary.toml", "its scope"): "the key of a term, whose text is the district's",
    ("evidence/spans.py", "its months"): "examples of how a span is written",
    ("evidence/fact_schema.py", "its months"): "examples of how a month and a span are written",
    ("evidence/measure.py", "its months"): "examples of how a month and a span are written",
    ("evidence/fact_pages.py", "its months"): "an example of a fact",
    ("evidence/fact_pages.py", "its scope"): "an example of a fact",
}
"""Where one of them may be, and why."""


def lines() -> Iterator[tuple[str, int, str]]:
    """Every line of code, words and pages, with its file and number."""
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE).as_posix()
        if path.suffix in (".py", ".toml", ".html", ".js", ".css") and not name.startswith(DATA):
            for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
                yield name, number, line


@pytest.mark.parametrize("what", OF_ONE_DISTRICT)
def test_nothing_of_one_district_is_left_in_the_package(what: str) -> None:
    found = [
        (name, f"{name}, line {number}: {line.strip()[:100]}")
        for name, number, line in lines()
        if OF_ONE_DISTRICT[what].search(line)
    ]
    left = [where for name, where in found if (name, what) not in EXCEPTIONS]
    assert not left, "move it into the folder of the district, or say here why it stays"
    idle = {name for name, of in EXCEPTIONS if of == what} - {name for name, _ in found}
    assert not idle, "no longer needed; take it off the list"


FLOORS_OF_CLASSES = {20, 300, 400, 1000}
"""Revenue and employees from which firms are in scope, medium or large in the shipped district."""


def test_no_comparison_knows_the_size_rule_of_one_district() -> None:
    found = []
    for folder in ("register", "population", "results", "studies"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Compare):
                    numbers = {at.value for at in ast.walk(node) if isinstance(at, ast.Constant)}
                    text = ast.unparse(node)
                    if numbers & FLOORS_OF_CLASSES and re.search(r"revenue|employees|staff", text):
                        found.append(f"{path.name}, line {node.lineno}: {text}")
    assert not found
