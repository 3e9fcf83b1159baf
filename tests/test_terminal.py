"""Every command on a real terminal of 60 to 160 columns, in both languages: no cell is lost, no number broken."""

from __future__ import annotations

import csv
import dataclasses
import functools
import importlib
import io
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import click
import numpy as np
import pytest
from rich.cells import cell_len

from known_store import design_text, known_store
from zhizao.commands import cli
from zhizao.commands.console import width_of
from zhizao.evidence.ensembles import Ensemble, read_ensemble
from zhizao.words.tables import LANGUAGES, Language

pytest.importorskip("fcntl")
from screens import command_screen, printed, process_screen, screen
from terminal_cells import COMMANDS, FEW, SMALL

WIDTHS = (60, 80, 100, 120, 160)
MEMBERS = 400
STUDIES = (
    ("run", "run"),
    ("compare", "compare"),
    ("reach", "reach"),
    ("evidence", "check_evidence"),
    ("evidence", "prior_check"),
    ("rerun", "rerun"),
    ("calibrate", "check_ensembles"),
    ("sensitivity", "sensitivity"),
    ("discover", "discover"),
    ("structures", "weigh_structures"),
    ("choose", "choose"),
    ("learn", "learn"),
    ("watch", "watch"),
    ("frontier", "frontier"),
    ("experiments", "experiments"),
    ("responses", "responses"),
    ("update", "update"),
    ("pool", "pool"),
    ("district", "check_district_folder"),
)
"""What takes long in a command; here it is computed once for all widths, languages and forms."""
SAID_IN_SIZE = (
    *("run", "compare", "compare --full", "reach", "structures", "choose", "learn", "watch", "frontier", "responses"),
    *("experiments", "sensitivity", "discover", "pool"),
)
"""Commands that print money, in Chinese in 亿元 or 万元."""
FACTS = (
    'format = 1\n[[fact]]\nkey = "new"\nvalue = 70\nunit = "workshops"\nwording = "between"\nlow = 40\nhigh = 200\n'
    'softness = 20\nuse = "fit"\nseries = "workshops"\nat = "2023-12"\nsource = "list"\nmeaning = "recognised"\n'
    'meaning_zh = "认定"\n'
)


@pytest.fixture(scope="module", autouse=True)
def computed_once() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COLUMNS", raising=False)  # which pytest-xdist sets
        for command, name in STUDIES:
            module = importlib.import_module(f"zhizao.commands.{command}")
            patch.setattr(module, name, _remembered(getattr(module, name)))
        few = functools.cache(lambda *given: _first_members(read_ensemble(*given)))
        patch.setattr("zhizao.studies.update.read_ensemble", few)
        yield


def _first_members(fit: Ensemble) -> Ensemble:
    values, seeds = fit.values[:MEMBERS], fit.seeds[:MEMBERS]
    summaries = {name: found[:MEMBERS] for name, found in fit.summaries.items()}
    return dataclasses.replace(fit, values=values, seeds=seeds, summaries=summaries)


def _remembered(study: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[str, Any] = {}

    @functools.wraps(study)
    def recalled(*arguments: Any, **named: Any) -> Any:
        key = repr((arguments, sorted((name, value) for name, value in named.items() if name != "progress")))
        if key not in known:
            known[key] = study(*arguments, **named)
        return known[key]

    return recalled


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Folders that some commands read."""
    home = tmp_path_factory.mktemp("stored")
    text = design_text("saltelli", 64, "AAB")
    known_store(home / "sobol", text, {"level2_share_end": lambda x: x[:, 0] + 0.5 * x[:, 1] ** 2})
    draws = 'format = 1\ntitle = "Futures"\ncalibration = "prior"\nseries = false\ndraws = 400'
    known_store(home / "futures", draws, {"level2_share_end": lambda x: np.where(x[:, 2] < 0.3, 0.5, 0.95)})
    printed("run", *SMALL, "--out", str(home / "run"))
    (home / "facts").write_text(FACTS, "utf-8")
    return {name: str(home / name) for name in ("sobol", "futures", "run", "facts", "updated")}


def words(text: str) -> Counter[str]:
    """The words on a screen, without what may stand right beside a number."""
    for mark in "()（）%至到次种,，；、：。─·":
        text = text.replace(mark, "," if mark == "," else " ")
    return Counter(word.strip(",") for word in text.split())


def is_number(word: str) -> bool:
    return any(letter.isdigit() for letter in word) and not any(letter.isalpha() for letter in word)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_no_cell_is_lost_at_any_width(command: str, language: Language, stored: dict[str, str]) -> None:
    given, expected = COMMANDS[command]
    arguments = [part.format(**stored) for part in given]
    in_language = [*arguments, "--lang", language] if speaks_chinese(arguments) else arguments
    if arguments[0] in ("sensitivity", "discover"):
        pytest.importorskip("SALib" if arguments[0] == "sensitivity" else "ema_workbench")
    rows = list(csv.DictReader(io.StringIO(printed(*arguments, "--format", "csv"))))
    cells = [cell for cell in expected(rows, language) if cell]
    assert len(cells) >= 2
    wide = printed(*in_language)
    assert command not in SAID_IN_SIZE or not in_millions(wide)
    for width in WIDTHS:
        lines = command_screen(width, *in_language)
        assert max(cell_len(line) for line in lines.splitlines()) <= width, width
        seen, joined = words(lines), "".join(lines.split())
        numbers = Counter(word for cell in cells for word in words(cell).elements() if is_number(word))
        assert not numbers - seen, (width, numbers - seen)
        assert not [cell for cell in cells if not any(map(str.isdigit, cell)) and lost(cell, joined)], width
        # and everything else that is a number where nothing is folded
        everything = Counter({word: times for word, times in words(wide).items() if is_number(word)})
        assert not everything - seen, (width, everything - seen)


def in_millions(text: str) -> bool:
    """Whether Chinese money is in millions, but in the name and unit of firms per million."""
    return "百万" in text.replace("每百万元财政资金", "").replace("家/百万元", "")


def speaks_chinese(arguments: list[str]) -> bool:
    """Whether a command has words in both languages."""
    found: Any = cli.program.get_command(click.Context(cli.program), arguments[0])
    for name in arguments[1:2]:
        found = found.commands.get(name, found) if isinstance(found, click.Group) else found
    return any("--lang" in item.opts for item in found.params)


def lost(cell: str, joined: str) -> bool:
    """Whether a word of a cell is nowhere on the screen, however it is folded."""
    return any(word not in joined and len(word) < 20 and word.isascii() and "." not in word for word in cell.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_that_print_no_csv_keep_every_number_too(language: Language, stored: dict[str, str]) -> None:
    for arguments in (
        ["rerun", stored["run"], "--quiet"],
        ["sweep", "--status", stored["sobol"]],
        ["compare", "baseline", "no-grants", *FEW, "--by", "size", "--by", "sector", "--by", "rank"],
    ):
        wide = printed(*arguments, "--lang", language)
        numbers = Counter({word: times for word, times in words(wide).items() if is_number(word)})
        assert numbers
        for width in WIDTHS:
            lines = command_screen(width, *arguments, "--lang", language)
            assert max(cell_len(line) for line in lines.splitlines()) <= width
            assert not numbers - words(lines), (arguments, width)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
def test_a_long_comparison_fits_the_screen_and_says_how_to_see_the_rest(
    width: int, height: int, language: Language
) -> None:
    asked = ["compare", *FEW, "--lang", language]
    lines = command_screen(width, *asked, height=height).splitlines()
    assert height - 6 <= len(lines) < height
    assert all(cell_len(line) <= width for line in lines)
    assert "--full" in "".join(lines[-2:])
    assert sum(line.startswith("baseline") for line in lines) == 1
    shown = [line.split()[0] for line in lines if line[:1].isalpha()]
    assert "light-vouchers" in shown
    everything = command_screen(width, *asked, "--full", height=height)
    assert all(everything.count(name) for name in ("demand-slump", "no-programme"))


def test_the_check_of_the_ensembles_keeps_its_counts() -> None:
    wide = printed("calibrate", "--check", "--quiet")
    for width in WIDTHS:
        assert not words(wide) - words(command_screen(width, "calibrate", "--check", "--quiet")), width


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_process_on_a_terminal_shows_what_a_pipe_gets(width: int) -> None:
    code, lines = process_screen(width, "params", "grants", "attention")
    assert code == 0
    assert max(cell_len(line) for line in lines.splitlines()) <= width
    rows = csv.DictReader(io.StringIO(printed("params", "grants", "attention", "--format", "csv")))
    for row in rows:
        for word in row["default"].split():
            assert word in lines


def test_on_twelve_dozen_columns_run_shows_all_its_firms() -> None:
    code, lines = process_screen(80, "run", "--n-firms", "497", "--quiet")
    assert code == 0
    firms = json.loads(printed("run", "--n-firms", "497", "--quiet", "--format", "json"))["series"]["firms"]
    for value in firms[11::12]:
        assert f"{value:,.0f}" in lines.split()


# --------------------------------------------------------------------------- where there is no width to be known


@pytest.mark.parametrize(
    ("columns", "width"),
    [("0", 90), ("abc", 90), ("", 90), ("-5", 90), ("100", 100), ("7", 20), ("²", 90), ("1" * 5000, 111111)],
)
def test_columns_says_how_wide_a_terminal_is_if_it_is_a_number(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    found: list[int] = []
    import sys

    screen(90, lambda: found.append(width_of(sys.stdout)))
    assert found == [width]


@pytest.mark.parametrize(
    "env", [{"COLUMNS": "0"}, {"COLUMNS": "abc"}, {"TERM": "dumb"}, {"NO_COLOR": "1"}, {"TERM": ""}]
)
def test_a_table_is_whole_whatever_the_terminal_says_of_itself(env: dict[str, str]) -> None:
    code, lines = process_screen(80, "params", "grants.rate", env=env)
    assert code == 0
    assert "\x1b" not in lines
    assert words(lines) >= words("light 0, equipment 0, workshop 0, factory 0")
    assert process_screen(0, "params", "grants.rate", env=env) == (0, lines)  # a terminal that does not know: 80


def test_what_goes_into_a_file_is_wide_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = printed("params", "grants.rate").splitlines()
    assert len(lines) == 4  # headers, a line, one row, an empty line
    assert "light 0, equipment 0, workshop 0, factory 0" in lines[2]
