"""A user's own files, also where they are called like shipped ones: every command means the file it was given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import zhizao as zz
from zhizao.commands import calibrate as calibrate_command
from zhizao.commands.cli import program

FEW = ("--n-firms", "40", "--quiet")
"""A district that runs in a moment."""


def own_file(title: str, count: float) -> str:
    return (
        f'format = 1\ntitle = "{title}"\ntitle_zh = "{title} 中"\nquestion = "?"\nsource = "assumption: a test"\n'
        f'extends = "baseline"\n[[changes]]\nfrom = "2024-01"\n[changes.set]\n"specialists.count" = {count}\n'
    )


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own working directory, with files that are called as shipped scenarios are."""
    (tmp_path / "baseline.toml").write_text(own_file("My own baseline", 300), encoding="utf-8")
    (tmp_path / "ideas").mkdir()
    (tmp_path / "ideas" / "no-grants.toml").write_text(own_file("My own idea", 0), encoding="utf-8")
    (tmp_path / "mine.toml").write_text(own_file("Mine, as no other", 250), encoding="utf-8")
    (tmp_path / "best.toml").write_text(own_file("Best of all", 10), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def zhizao(*arguments: object) -> Result:
    return CliRunner().invoke(program, [str(part) for part in arguments])


def done(*arguments: object) -> Result:
    result = zhizao(*arguments)
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.parametrize(
    ("file", "title"), [("baseline.toml", "My own baseline"), ("ideas/no-grants.toml", "My own idea")]
)
def test_one_run_is_that_of_the_file_with_its_title(elsewhere: Path, file: str, title: str) -> None:
    assert done("run", file, *FEW).output.startswith(title)
    assert done("run", file, *FEW, "--lang", "zh").output.startswith(f"{title} 中")
    told = json.loads(done("run", file, *FEW, "--format", "json").output)
    assert told["outcomes"] == zz.run(elsewhere / file, n_firms=40).to_dict()["outcomes"]
    assert told["outcomes"] != zz.run(Path(file).stem, n_firms=40).to_dict()["outcomes"]


@pytest.mark.parametrize("file", ["mine.toml", "./baseline.toml", "ideas/no-grants.toml", "best.toml"])
def test_a_search_goes_on_from_the_file(elsewhere: Path, file: str) -> None:
    given = ("--draws", 3, "--tries", 10, "--dial", "awards.level2=0:0.5", *FEW)
    printed = done("reach", file, *given)
    assert Path(file).stem in printed.output
    done("reach", file, *given, "--lang", "zh", "--funding", "brief")
    told = json.loads(done("reach", file, *given, "--format", "json").output)
    assert told["base"] == Path(file).stem
    found = zz.reach(0.9, base=file, draws=3, tries=10, dials=["awards.level2=0:0.5"], n_firms=40)
    assert found.scenario.path == Path(file)
    assert found.baseline.cost == told["baseline"]["cost"]
    assert len(found.table().columns) == 2 + len(found.others)  # no column has taken another's name


def test_a_comparison_tells_a_file_from_the_shipped_scenario_of_its_name(elsewhere: Path) -> None:
    scenarios = ("baseline", "baseline.toml", "no-grants", "ideas/no-grants.toml")
    files = ("--out", "stored", "--chart", "chart.png", "--workbook", "book.xlsx")
    result = done("compare", *scenarios, "--draws", 3, *files, "--full", *FEW)
    for title in ("My own baseline", "My own idea"):
        assert title in result.output
    read = zz.read(elsewhere / "stored")
    means = read.to_frame().query("variable == 'level2_share_true_end'").groupby("scenario")["value"].mean()
    assert sorted(means.index) == ["baseline", "baseline (2)", "no-grants", "no-grants (2)"]
    alone = zz.compare(["baseline", elsewhere / "baseline.toml"], draws=3, n_firms=40)
    assert means["baseline (2)"] == pytest.approx(alone.compared[1].outcomes["level2_share_true_end"].mean())
    assert read.record["settings"]["scenarios"][1] == "baseline.toml"


@pytest.mark.slow
def test_a_report_shows_the_titles_of_the_files(elsewhere: Path) -> None:
    pytest.importorskip("altair")
    done("report", "page", "baseline.toml", "ideas/no-grants.toml", "--short", "--draws", 3, *FEW)
    page = (elsewhere / "page" / "report.html").read_text(encoding="utf-8")
    assert "My own baseline" in page
    assert "My own idea" in page


def test_a_sweep_of_own_files_and_what_is_asked_of_it(elsewhere: Path) -> None:
    pytest.importorskip("ema_workbench")
    pytest.importorskip("SALib")
    text = (
        'format = 1\ntitle = "Mine"\nquestion = "?"\nscenarios = ["./ideas/no-grants.toml", "mine.toml"]\n'
        'calibration = "plan"\nseries = false\n[sample]\nmethod = "latin-hypercube"\nsize = 110\n'
        '[set]\n"population.firms" = 30\n[[factor]]\nkey = "awards.level2"\nlow = 0.0\nhigh = 1.0\n'
        '[[factor]]\nkey = "campaign.rate"\nlow = 0.0\nhigh = 3.0\n'
    )
    (elsewhere / "designs").mkdir()
    (elsewhere / "designs" / "grants-and-specialists.toml").write_text(text, encoding="utf-8")
    for name in ("ideas/no-grants.toml", "mine.toml"):  # a design names files beside it
        target = elsewhere / "designs" / name
        target.parent.mkdir(exist_ok=True)
        target.write_text((elsewhere / name).read_text(encoding="utf-8"), encoding="utf-8")
    done("sweep", "designs/grants-and-specialists.toml", "--out", "sweep", "--threads", "--workers", 1, "--quiet")
    runs = zz.read(elsewhere / "sweep").scalars(["scenario", "service_cost_total"])
    costs = runs.groupby("scenario")["service_cost_total"].mean()
    assert costs["no-grants"] < costs["mine"]  # none of the file's specialists, and 250 of the other's
    asked = ("discover", "sweep", "--scenario", "no-grants", "--fails", "level2_share_true_end < 0.8")
    assert "no-grants" in done(*asked).output
    done("sensitivity", "sweep", "--scenario", "mine", "--outcome", "level2_share_true_end")


def test_a_sweep_of_two_scenarios_of_one_name_is_refused(elsewhere: Path) -> None:
    text = 'format = 1\ntitle = "Two"\nquestion = "?"\nscenarios = ["no-grants", "ideas/no-grants.toml"]\ndraws = 2\n'
    (elsewhere / "two.toml").write_text(text, encoding="utf-8")
    result = zhizao("sweep", "two.toml", "--out", "sweep", "--quiet")
    assert result.exit_code == 2
    assert "two scenarios are called no-grants" in result.output
    assert not (elsewhere / "sweep").exists()


# ------------------------------------------------------------------------- what cannot be written is said at once


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("compare", "--chart", "a.gif", "--workbook", "b.xls", "--out", "new"), ("a.gif", ".png", "b.xls", ".xlsx")),
        (("compare", "--chart", "none/a.png"), ("the folder none does not exist",)),
        (("compare", "--workbook", "ideas.xlsx"), ("is not a file",)),
        (("compare", "--out", "mine.toml"), ("is a file; name a folder",)),
        (("run", "baseline", "--chart", "a\0.png"), ("its name cannot be a path",)),
        (("run", "baseline", "--out", "ideas"), ("holds other files",)),
        (("report", "mine.toml"), ("cannot be written",)),
        (("calibrate", "--out", "mine.toml"), ("cannot be made",)),
    ],
)
def test_files_that_cannot_be_written_are_said_before_anything_runs(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    (elsewhere / "ideas.xlsx").mkdir()

    def nothing(*given: Any, **more: Any) -> None:
        pytest.fail("runs were begun")

    for name in ("run", "compare", "report", "calibrate"):
        module = __import__(f"zhizao.commands.{name}", fromlist=["command"])
        for study in ("run", "compare", "calibrate"):
            if hasattr(module, study):
                monkeypatch.setattr(module, study, nothing)
    assert calibrate_command.calibrate is nothing
    result = zhizao(*arguments)
    assert result.exit_code == 2, result.output
    for word in words:
        assert word in result.output
    assert not (elsewhere / "new").exists()


def test_charts_that_cannot_be_drawn_are_said_before_anything_runs(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib import util

    find = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name, *more: None if name == "matplotlib" else find(name, *more))
    result = zhizao("compare", "--chart", "a.png", "--draws", 100_000)
    assert result.exit_code == 2
    assert "pip install matplotlib" in result.output


def test_a_command_that_is_refused_leaves_no_folder_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    asked = (
        ("compare", "nonsense", "--out", "a/b"),
        ("run", "nonsense", "--out", "c"),
        ("report", "d", "nonsense"),
        ("compare", "--set", "specialists.count=9e9", "--out", "e"),
        ("report", "f", "--firms", "nowhere.csv"),
    )
    (tmp_path / "mine").mkdir()
    for arguments in asked:
        assert zhizao(*arguments).exit_code == 2
    assert zhizao("run", "nonsense", "--out", "mine").exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]  # what was there stays
