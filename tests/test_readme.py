"""Both READMEs: the same numbers and commands, as the model gives them, and the picture of the first command."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from zhizao.commands import cli
from zhizao.commands.picture import PICTURE
from zhizao.commands.report import telling
from zhizao.report.words import scenario_title
from zhizao.scenario.scenario import load_scenario
from zhizao.studies.compare import compare

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
TEXTS = {language: path.read_text("utf-8") for language, path in PAGES.items()}
NUMBER = re.compile(r"[-−+]?\d[\d,]*(?:\.\d+)?")


@pytest.fixture(scope="module")
def maker() -> dict[str, Any]:
    """What is in the script that renews the pages."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        return runpy.run_path(str(ROOT / "docs" / "make_readme.py"))
    finally:
        sys.path.remove(str(ROOT / "docs"))


def block(text: str, name: str) -> str:
    found = re.search(f"<!-- {name}: .*?-->(.*?)<!-- end of {name} -->", text, flags=re.DOTALL)
    assert found is not None
    return found.group(1)


def cells(text: str) -> list[list[str]]:
    """The cells of numbers of a Markdown table, as numbers."""
    lines = [line for line in text.split("\n") if line.startswith("| ")][1:]
    return [NUMBER.findall(cell) for line in lines for cell in line.split("|")[2:-1]]


def test_both_pages_have_the_same_commands() -> None:
    commands = {
        language: [
            line.split("  ")[0][:41].replace("--lang zh", "").rstrip()
            for line in re.findall(r"^(?:\| `)?((?:zhizao|python3) [^`\n]*)", text, re.M)
        ]
        for language, text in TEXTS.items()
    }
    assert commands["en"] == commands["zh"]


def test_both_pages_have_the_same_numbers() -> None:
    readings, chinese = (cells(block(TEXTS[language], "readings")) for language in ("en", "zh"))
    assert readings == chinese
    assert len(readings) > 30
    table, chinese = (cells(block(TEXTS[language], "table")) for language in ("en", "zh"))
    assert len(table) == len(chinese) == 5 * len(telling())
    for place, (one, other) in enumerate(zip(table, chinese, strict=True)):
        if place % 5 != 3:  # money, which is in another unit
            assert one == other
    assert set(NUMBER.findall(block(TEXTS["zh"], "plan"))) <= set(NUMBER.findall(block(TEXTS["en"], "plan")))


def test_the_first_screen_has_the_answer_the_picture_and_the_two_commands() -> None:
    for language, text in TEXTS.items():
        first = text.split("\n## ")[0]
        order = [first.index(part) for part in ("<!-- answer", "docs/compare", "zhizao compare", "pytest -n auto")]
        assert order == sorted(order)
        assert PAGES["zh" if language == "en" else "en"].name in first
        assert len(block(text, "answer").strip().split("\n- ")) == 4


def test_the_pages_are_made_from_what_is_compared(maker: dict[str, Any]) -> None:
    done = compare(draws=2, n_firms=60)
    for language in ("en", "zh"):
        lines = maker["table"](done, language)
        assert len(lines) == 2 + len(telling())
        assert len(maker["answer"](done, language)) >= 4
        assert "\n".join(maker["changes"](language)) == block(TEXTS[language], "changes").strip()


def test_the_policy_whose_levers_are_shown_is_the_one_that_the_answer_names(maker: dict[str, Any]) -> None:
    for language in ("en", "zh"):
        assert scenario_title(load_scenario(maker["BEST"]), language) in block(TEXTS[language], "answer")


@pytest.mark.slow
def test_the_pages_are_current(maker: dict[str, Any]) -> None:
    made = maker["pages"](compare())
    assert {name: (ROOT / name).read_bytes() == content for name, content in made.items()} == dict.fromkeys(made, True)


# ---------------------------------------------------------------------------------------------- the picture


def run(*arguments: str) -> Any:
    words = ["compare", "--draws", "2", "--n-firms", "60", "--workers", "1", *arguments]
    found = CliRunner().invoke(cli.program, words, prog_name="zhizao")
    assert found.exit_code == 0, found.output
    return found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_first_command_draws_a_picture_says_where_and_renews_its_own(here: Path) -> None:
    first = run()
    file = here / PICTURE
    assert str(file) in first.stderr
    drawn = file.read_bytes()
    assert drawn.startswith(b"\x89PNG")
    run("--seed", "5")
    assert file.read_bytes() != drawn
    run()
    assert file.read_bytes() == drawn


@pytest.mark.parametrize("other", [b"", b"notes", b"\x89PNG\r\n\x1a\n" + bytes(200)])
def test_nobody_else_s_file_is_replaced(here: Path, other: bytes) -> None:
    file = here / PICTURE
    file.write_bytes(other)
    assert "no picture" in run().stderr
    assert file.read_bytes() == other


def test_a_picture_that_was_changed_stays(here: Path) -> None:
    run()
    file = here / PICTURE
    changed = file.read_bytes().replace(b"IDAT", b"IDAt", 1)
    file.write_bytes(changed)
    assert "no picture" in run().stderr
    assert file.read_bytes() == changed


def test_what_a_link_leads_to_stays(here: Path) -> None:
    target = here / "target"
    (here / PICTURE).symlink_to(target)
    assert "no picture" in run().stderr
    assert not target.exists()


@pytest.mark.parametrize(
    "asked", [["--no-picture"], ["--format", "csv"], ["baseline", "no-grants"], ["--chart", "x.png"]]
)
def test_no_picture_is_drawn_where_none_is_wanted(here: Path, asked: list[str]) -> None:
    run(*asked)
    assert not (here / PICTURE).exists()


def test_where_nothing_can_be_written_the_command_says_so_and_goes_on(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhizao.files.os.access", lambda *_: False)
    found = run()
    assert "permission denied" in found.stderr
    assert "no-programme" in found.stdout
