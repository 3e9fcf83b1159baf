"""The page of checks names what exists, and hides no failure."""

from __future__ import annotations

import ast
from pathlib import Path

import limits
import mechanisms
import run_all
from checks import Check, largest, markdown, plain, within

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "VERIFICATION.md").read_text(encoding="utf-8")
TABLE = PAGE.partition(run_all.BEGIN)[2].partition(run_all.END)[0].strip().splitlines()


def test_every_point_of_the_list_has_a_line_and_none_failed():
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in TABLE[2:]]
    assert {int(row[0]) for row in rows} == set(range(1, 13))
    assert {row[5] for row in rows} == {"pass", "reported"}
    assert len(rows) >= len(run_all.TESTS) + len(limits.LIMITS) + len(mechanisms.MECHANISMS)


def test_every_entry_names_tests_that_exist():
    for tests in run_all.TESTS:
        tree = ast.parse((ROOT / "tests" / f"{tests.file}.py").read_text(encoding="utf-8"))
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert all(any(name.startswith(word) for name in names) for word in tests.names), tests
        assert any(tests.what in line and f"tests/{tests.file}.py" in line for line in TABLE), tests


def test_every_textbook_file_is_used():
    scripts = (ROOT / "benchmarks" / "verification" / f"{name}.py" for name in ("limits", "mechanisms"))
    text = "".join(script.read_text(encoding="utf-8") for script in scripts)
    shown = "\n".join(TABLE)
    files = {path.stem for path in (ROOT / "scenarios" / "limits").glob("*.toml")}
    assert files >= {"textbook", "bass", "bass-one-park", "ring", "probit", "option-value"}
    for name in files - {"textbook", "everyone-moves", "nothing-moves"}:
        assert f'"{name}"' in text
    assert "bass-one-park.toml" in shown


def test_a_check_outside_its_tolerance_fails_and_is_shown_as_such():
    good, bad = (within(4, "a|b", 1.0, seen, 0.1, "here") for seen in (1.1 - 1e-12, 1.11))
    assert (good.passed, bad.passed) == (True, False)
    assert not within(4, "no number", 1.0, float("nan"), 0.1, "here").passed
    assert not largest(6, "all", "theory", 1.01, "3 standard errors", "here").passed
    assert not largest(6, "all", "theory", float("nan"), "3 standard errors", "here").passed
    reported = Check(point=12, what="c", expected="d", tolerance="e", seen="f", passed=None, where="g")
    assert [line.split(" | ")[5] for line in markdown([good, bad, reported]).splitlines()[2:]] == [
        "pass",
        "FAIL",
        "reported",
    ]
    assert "a\\|b" in markdown([good])
    assert plain(bad).startswith("FAIL")
