"""Every command on a real terminal of 60 to 160 columns, in both languages: no cell is lost, no number broken."""

from __future__ import annotations

import csv
import functools
import importlib
import io
import json
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len

from known_store import design_text, known_store
from zhizao.commands.console import width_of
from zhizao.results.variables import VARIABLES
from zhizao.results.wording import number
from zhizao.words.tables import LANGUAGES, Language

pytest.importorskip("fcntl")
from screens import command_screen, printed, process_screen, screen

WIDTHS = (60, 80, 100, 120, 160)
SMALL = ["--n-firms", "60", "--quiet"]
FEW = [*SMALL, "--draws", "2", "--workers", "1"]
Rows = list[dict[str, str]]
STUDIES = {
    "run": "run",
    "compare": "compare",
    "reach": "reach",
    "evidence": "check_evidence",
    "rerun": "rerun",
    "calibrate": "check_ensembles",
    "sensitivity": "sensitivity",
    "discover": "discover",
}
"""What takes long in a command; here it is computed once for all widths, languages and forms."""


@pytest.fixture(scope="module", autouse=True)
def computed_once() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COLUMNS", raising=False)  # which pytest-xdist sets
        for command, name in STUDIES.items():
            module = importlib.import_module(f"zhizao.commands.{command}")
            patch.setattr(module, name, _remembered(getattr(module, name)))
        yield


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
    return {name: str(home / name) for name in ("sobol", "futures", "run")}


# ------------------------------------------------------------------- what must be on the screen, from CSV or JSON


def of_run(rows: Rows, _: Language) -> list[str]:
    kinds = {variable.name: variable for variable in VARIABLES}
    cells = []
    for first in range(0, len(rows), 12):
        year = rows[first : first + 12]
        cells.append(year[-1]["month"])
        for name in (
            "level2_share",
            "level2_share_true",
            "projects_started",
            "public_spend",
            "service_cost",
            "private_investment",
            "workshops",
            "factories",
            "robot_share",
            "firms",
        ):
            values = [float(row[name]) for row in year]
            value = values[-1] if kinds[name].kind == "stock" else math.fsum(values)
            digits = 1 if kinds[name].kind == "flow" or kinds[name].unit != "share of firms" else 15
            cells.append(number(round(value, digits), kinds[name].unit))
    return cells


def of_comparison(rows: Rows, language: Language) -> list[str]:
    """All that `compare --full` shows of outcomes and differences."""
    shown = (
        "level2_share_end",
        "level2_share_true_end",
        "public_spend_total",
        "service_cost_total",
        "projects_started_total",
        "cost_per_additional_level2_firm",
    )
    cells = []
    for row in rows:
        unit = row["unit"]
        if row["outcome"] in shown:
            cells.append(number(known(row["mean"]), unit, language))
            cells += [number(known(row[name]), unit, language).removesuffix(" %") for name in ("low", "high")]
        if row["outcome"] in shown and row["scenario"] != "baseline":
            apart = "points" if unit.startswith("share of") else unit
            cells += [
                number(known(row[f"difference_{name}"]), apart, language, sign=True) for name in ("mean", "low", "high")
            ]
    return cells


def of_short_comparison(rows: Rows, language: Language) -> list[str]:
    cells = []
    for row in rows:
        if row["outcome"] in ("level2_share_end", "level2_share_true_end"):
            mean, low, high = (f"{100.0 * float(row[name]):.0f}" for name in ("mean", "low", "high"))
            cells.append(f"{mean} ({low}至{high})" if language == "zh" else f"{mean} ({low} to {high})")
    return cells


def known(cell: str) -> float:
    return float(cell) if cell else math.nan


def of_evidence(rows: Rows, _: Language) -> list[str]:
    cells = []
    for row in rows:
        cells.append(row["key"])
        cells += [f"{float(row[name]):,.2f}".rstrip("0").rstrip(".") for name in ("median", "low", "high") if row[name]]
    return cells


def of_parameters(rows: Rows, language: Language) -> list[str]:
    names = ("key", "default") if language == "zh" else tuple(rows[0])
    return [row[name] for row in rows for name in names]


def of_names(rows: Rows, language: Language) -> list[str]:
    return [row["name"] for row in rows] + [row["title"] for row in rows if language == "en"]


def of_changes(rows: Rows, _: Language) -> list[str]:
    return [shown(row[name]) for row in rows for name in ("from", "until", "file", "value")]


def shown(cell: str) -> str:
    try:
        return f"{float(cell):g}"
    except ValueError:
        return cell


def of_resolved(rows: Rows, _: Language) -> list[str]:
    return [shown(row["value"]) for row in rows if row["file"] != "default"]


def of_reach(rows: Rows, _: Language) -> list[str]:
    return [f"{float(row[name]):g}" for row in rows[:-3] for name in row if name not in ("dial", "unit")]


def of_indices(rows: Rows, _: Language) -> list[str]:
    names = [end for name in ("first", "total") for end in (name, f"{name}_low", f"{name}_high")]
    return [f"{float(row[name]):.3f}".replace("-", "−") for row in rows for name in names if row[name]]


def of_boxes(rows: Rows, _: Language) -> list[str]:
    return [f"{float(row['quasi_p']):.2g}" for row in rows] + [row["input"] for row in rows]


def of_designs(rows: Rows, _: Language) -> list[str]:
    return [cell for row in rows for cell in row.values()]


COMMANDS: dict[str, tuple[list[str], Callable[[Rows, Language], list[str]]]] = {
    "run": (["run", *SMALL], of_run),
    "compare": (["compare", "baseline", "no-grants", "utility-and-finance-relief", *FEW], of_short_comparison),
    "compare --full": (
        ["compare", "baseline", "no-grants", "utility-and-finance-relief", *FEW, "--full"],
        of_comparison,
    ),
    "reach": (
        ["reach", *FEW, "--tries", "10", "--dial", "specialists.count=0:200", "--dial", "grants.rate.light"],
        of_reach,
    ),
    "evidence": (["evidence", *FEW], of_evidence),
    "params": (["params"], of_parameters),
    "scenarios": (["scenarios"], of_names),
    "scenarios show": (["scenarios", "show", "services-surge"], of_changes),
    "scenarios show --resolved": (["scenarios", "show", "services-surge", "--resolved"], of_resolved),
    "sweep": (["sweep"], of_designs),
    "sensitivity": (["sensitivity", "{sobol}", "--outcome", "level2_share_end"], of_indices),
    "discover": (["discover", "{futures}"], of_boxes),
}


def words(text: str) -> Counter[str]:
    """The words on a screen, without what may stand right beside a number."""
    for mark in "()（）%至到次种,，；、：。─":
        text = text.replace(mark, "," if mark == "," else " ")
    return Counter(word.strip(",") for word in text.split())


def is_number(word: str) -> bool:
    return any(letter.isdigit() for letter in word) and not any(letter.isalpha() for letter in word)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_no_cell_is_lost_at_any_width(command: str, language: Language, stored: dict[str, str]) -> None:
    given, expected = COMMANDS[command]
    arguments = [part.format(**stored) for part in given]
    if arguments[0] in ("sensitivity", "discover"):
        pytest.importorskip("SALib" if arguments[0] == "sensitivity" else "ema_workbench")
    rows = list(csv.DictReader(io.StringIO(printed(*arguments, "--format", "csv"))))
    cells = [cell for cell in expected(rows, language) if cell]
    assert len(cells) >= 2
    wide = printed(*arguments, "--lang", language)
    for width in WIDTHS:
        lines = command_screen(width, *arguments, "--lang", language)
        assert max(cell_len(line) for line in lines.splitlines()) <= width, width
        seen, joined = words(lines), "".join(lines.split())
        numbers = Counter(word for cell in cells for word in words(cell).elements() if is_number(word))
        assert not numbers - seen, (width, numbers - seen)
        assert not [cell for cell in cells if not any(map(str.isdigit, cell)) and lost(cell, joined)], width
        # and everything else that is a number where nothing is folded
        everything = Counter({word: times for word, times in words(wide).items() if is_number(word)})
        assert not everything - seen, (width, everything - seen)


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
