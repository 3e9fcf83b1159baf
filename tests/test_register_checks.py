"""Of which month a register is, how far it is from what the fit knows, and that every output says so."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import zhizao as zz
from test_registered import firm, register_of
from zhizao.commands.cli import program
from zhizao.errors import InputError, Message, in_language
from zhizao.register import Register
from zhizao.studies.options import check_options
from zhizao.studies.register_checks import check_register

ASK = "of which month are the firms"


def rows(count: int = 300, **columns: Any) -> list[dict[str, Any]]:
    return [firm(number) | columns for number in range(count)]


def notes_of(register: Register, firms_as_of: str | None = None) -> str:
    checked = check_register(register, firms_as_of)
    assert not checked.problems
    assert all(in_language(note, "zh") != note for note in checked.notes), "a note without Chinese"
    return "\n".join(checked.notes)


def refused(register: Register, firms_as_of: str | None = None) -> str:
    checked = check_register(register, firms_as_of)
    assert checked.problems
    assert all(in_language(line, "zh") != line for line in checked.problems)
    return "\n".join(checked.problems)


def stated(register: Register, month: str) -> Register:
    """The register as if its file said a month."""
    return replace(register, periods=((Message("column 'as_of'", "列“as_of”"), month),))


# ------------------------------------------------------------------------------------------------ the month


def test_a_register_that_says_nothing_is_taken_as_of_the_start_and_that_is_said(tmp_path):
    said = notes_of(register_of(tmp_path / "a.csv", rows()))
    assert "taken as of 2018-01" in said
    assert "--firms-as-of" in said


def test_a_month_that_is_given_is_enough(tmp_path):
    said = notes_of(register_of(tmp_path / "a.csv", rows()), "2018-01")
    assert "of which month" not in said


@pytest.mark.parametrize("month", ["2023-12", "2018-02", "2017-11"])
def test_another_month_is_refused_with_what_to_do(tmp_path, month):
    said = refused(register_of(tmp_path / "a.csv", rows(30)), month)
    assert month in said
    assert "digital_score" in said
    assert "--firms-as-of 2018-01" in said


@pytest.mark.parametrize("month", ["2018", "18-01", "2018-13", "soon", "2018-1", "２０１８-01"])
def test_what_is_no_month_is_refused(tmp_path, month):
    assert "is not a month" in refused(register_of(tmp_path / "a.csv", rows(30)), month)


@pytest.mark.parametrize("month", ["2018-01", "2017-12", "2017"])
def test_a_file_that_is_of_the_start_is_used(tmp_path, month):
    said = notes_of(stated(register_of(tmp_path / "a.csv", rows(30)), month))
    assert f"column 'as_of' says {month}" in said
    assert "nothing says" not in said


@pytest.mark.parametrize("month", ["2023", "2023-12", "2018", "2016-12"])
def test_a_file_that_is_of_another_month_is_refused_unless_it_is_to_be_taken_so(tmp_path, month):
    register = stated(register_of(tmp_path / "a.csv", rows(30)), month)
    assert month in refused(register)
    said = notes_of(register, "2018-01")
    assert f"although column 'as_of' says {month}" in said


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"digital_score": 50}, "digital_score"),
        ({"robots": "yes"}, "robots"),
        ({"workshops": 1}, "workshops"),
        ({"workshops": 2, "factories": 1}, "factories"),
    ],
)
def test_what_is_too_far_on_for_the_start_is_asked_about(tmp_path, columns, name):
    register = register_of(tmp_path / "a.csv", rows(**columns))
    said = refused(register)
    assert ASK in said
    assert f"column '{name}'" in said
    assert "although" in notes_of(register, "2018-01")


def test_scores_that_the_model_itself_could_have_drawn_are_plausible(tmp_path):
    """A mean at the upper end of the prior, as of few firms, is not a reason to ask."""
    chance = np.random.default_rng(3)
    for count in (5, 40, 300):
        scored = [
            row | {"digital_score": f"{s:.1f}"}
            for row, s in zip(rows(count), np.clip(chance.normal(37, 15, count), 0, 90), strict=True)
        ]
        notes_of(register_of(tmp_path / f"{count}.csv", scored))


def test_the_bound_follows_the_firms(tmp_path):
    """Large firms begin further on than small ones, and may have workshops."""
    large = {"employees": 2000, "revenue": 3000, "workshops": 1}
    notes_of(register_of(tmp_path / "large.csv", rows(60, **large)))
    assert ASK in refused(register_of(tmp_path / "small.csv", rows(60, employees=50, revenue=50, workshops=1)))


def test_a_month_without_firms_is_refused():
    with pytest.raises(InputError, match="give the firms"):
        check_options(firms_as_of="2018-01")


# ------------------------------------------------------------------------------------------------ far from the fit


def test_a_register_like_the_fit_has_no_remark_on_its_size_or_mix(tmp_path):
    fit = [row | {"sector": sector} for row, sector in zip(rows(500), SECTORS_OF_FIT, strict=True)]
    said = notes_of(register_of(tmp_path / "a.csv", fit), "2018-01")
    assert "fit" not in said


SECTORS_OF_FIT = [
    sector
    for sector, share in {
        "vehicles": 150,
        "electronics": 80,
        "equipment": 70,
        "consumer_goods": 60,
        "software": 25,
        "materials": 50,
        "display": 20,
        "new_energy": 25,
        "new_star": 20,
    }.items()
    for _ in range(share)
]


@pytest.mark.parametrize(
    ("count", "columns", "words"),
    [
        (6000, {}, "6,000 firms, and the fit is of a district of 350 to 900"),
        (200, {}, "200 firms, and the fit"),
        (8, {}, "8 firms are few"),
        (400, {"sector": "software"}, "100% software, there 5%"),
        (400, {"employees": 3000, "revenue": 5000}, "no firm of the register is small or medium"),
        (400, {"employees": 500, "revenue": 500}, "mix of sizes is far"),
    ],
)
def test_a_register_far_from_the_fit_is_remarked_on(tmp_path, count, columns, words):
    assert words in notes_of(register_of(tmp_path / "a.csv", rows(count, digital_score="", **columns)))


def test_a_register_without_smes_gives_unknown_shares_and_no_warning(tmp_path):
    file = tmp_path / "a.csv"
    register_of(file, rows(40, employees=3000, revenue=5000))
    done = zz.compare(["baseline"], draws=2, firms=file, settings={"turnover.entry_rate": 0.0})
    assert any("no firm of the register is small or medium" in note for note in done.options.notes)
    assert done.to_dict()["scenarios"][0]["outcomes"]["level2_share_end"]["mean"] is None


# ------------------------------------------------------------------------------------------------ said everywhere


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small register, and a run, a comparison and a sweep of it."""
    folder = tmp_path_factory.mktemp("said")
    register_of(folder / "firms.csv", rows(30))
    (folder / "design.toml").write_text(
        'format = 1\ntitle = "Small"\nfirms = "firms.csv"\ndraws = 1\n[sample]\nmethod = "latin-hypercube"\n'
        "size = 100\n"
        '[[factor]]\nkey = "levels.erosion"\nlow = 0.0\nhigh = 2.0\n[[factor]]\nkey = "specialists.count"\nlow = 0.0\n'
        "high = 100.0\n",
        encoding="utf-8",
    )
    zz.sweep(folder / "design.toml", folder / "sweep", kind="threads", workers=1)
    return folder


ENGLISH, CHINESE = "taken as of 2018-01", "未说明企业数据属于哪个月份"
COMMANDS: dict[str, list[str]] = {
    "run": ["run", "--firms", "firms.csv"],
    "compare": ["compare", "baseline", "--draws", "2", "--firms", "firms.csv"],
    "compare --full": ["compare", "baseline", "--draws", "2", "--firms", "firms.csv", "--full"],
    "reach": ["reach", "--draws", "2", "--tries", "10", "--dial", "specialists.count=0:50", "--firms", "firms.csv"],
    "evidence": ["evidence", "--draws", "2", "--calibration", "prior", "--firms", "firms.csv"],
    "experiments": ["experiments", "--draws", "2", "--calibration", "prior", "--firms", "firms.csv"],
    "responses": ["responses", "specialists.count", "--draws", "2", "--calibration", "prior", "--firms", "firms.csv"],
    "structures": ["structures", "baseline", "no-grants", "--draws", "2", "--firms", "firms.csv"],
    "choose": ["choose", "baseline", "no-grants", "--draws", "2", "--structure", "prior", "--firms", "firms.csv"],
    "learn": ["learn", "baseline", "no-grants", "--draws", "2", "--structure", "prior", "--firms", "firms.csv"],
    "watch": [
        "watch",
        "what-if/services-if-short",
        "--worth",
        "9",
        "--draws",
        "2",
        "--calibration",
        "prior",
        "--firms",
        "firms.csv",
    ],
    **(
        {
            "frontier": [
                "frontier",
                "--draws",
                "2",
                "--tries",
                "60",
                "--dial",
                "specialists.count",
                "--firms",
                "firms.csv",
            ]
        }
        if find_spec("pymoo")
        else {}
    ),
    "sweep --status": ["sweep", "--status", "sweep"],
    "sensitivity": ["sensitivity", "sweep", "--outcome", "level2_share_end"],
    "discover": ["discover", "sweep", "--fails", "level2_share_true_end < 0.7"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_it_in_both_languages_and_in_json(folder, command, monkeypatch):
    monkeypatch.chdir(folder)
    for language, words in (("en", ENGLISH), ("zh", CHINESE)):
        done = CliRunner().invoke(program, [*COMMANDS[command], "--lang", language])
        assert done.exit_code == 0, done.output
        assert words in done.stdout
    done = CliRunner().invoke(program, [*COMMANDS[command], "--format", "json"])
    told = json.loads(done.stdout)
    assert any(ENGLISH in note for note in told["notes"])
    assert any(CHINESE in note for note in told["notes_zh"])
    done = CliRunner().invoke(program, [*COMMANDS[command], "--format", "csv"])
    assert ENGLISH in done.stderr
    assert ENGLISH not in done.stdout


def test_what_is_stored_says_it_and_is_run_again(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder)
    zz.compare(["baseline"], draws=2, firms="firms.csv", firms_as_of="2018-01").write(tmp_path / "kept")
    record = json.loads((tmp_path / "kept" / "run.json").read_text("utf-8"))
    assert record["settings"]["firms"] == "firms.csv"
    assert record["settings"]["firms_as_of"] == "2018-01"
    assert any("imputed: " in note and "robots (30 of 30 firms)" in note for note in record["notes"])
    assert len(record["notes"]) == len(record["notes_zh"])
    done = CliRunner().invoke(program, ["rerun", str(tmp_path / "kept")])
    assert done.exit_code == 0, done.output
    assert "robots (30 of 30 firms)" in done.stdout


@pytest.mark.slow
def test_page_workbook_and_charts_say_it(folder, tmp_path, monkeypatch):
    pytest.importorskip("vl_convert")
    from openpyxl import load_workbook

    monkeypatch.chdir(folder)
    for language, words in (("en", ENGLISH), ("zh", CHINESE)):
        out = tmp_path / language
        done = CliRunner().invoke(
            program,
            [
                "report",
                str(out),
                "baseline",
                "no-grants",
                "--short",
                "--draws",
                "2",
                "--firms",
                "firms.csv",
                "--lang",
                language,
            ],
        )
        assert done.exit_code == 0, done.output
        [page] = out.glob("*.html")
        text = page.read_text("utf-8")
        assert words in text
        [book] = out.glob("*.xlsx")
        cells = [str(cell.value) for row in load_workbook(book).worksheets[0].rows for cell in row]
        assert any(words in cell for cell in cells)


def footnotes(figure: Any) -> str:
    return "".join("".join(text.get_text().split()) for text in figure.texts)


def test_charts_have_it_as_a_footnote(folder, monkeypatch):
    pytest.importorskip("matplotlib")
    from zhizao.report import charts

    monkeypatch.chdir(folder)
    done = zz.compare(["baseline", "no-grants"], draws=2, firms="firms.csv")
    for language, words in (("en", ENGLISH.replace(" ", "")), ("zh", CHINESE)):
        for draw in (done.plot.target, done.plot.differences, done.plot.account, done.plot.cost, done.plot.groups):
            assert words in footnotes(draw(language)), draw
        found = zz.sensitivity("sweep", ["level2_share_end"])
        assert words in footnotes(charts.sensitivity_chart(found, language))


def test_a_sweep_without_a_register_has_the_manifest_it_had(tmp_path):
    design = tmp_path / "d.toml"
    design.write_text('format = 1\ntitle = "x"\nset = {"population.firms" = 20}\n', encoding="utf-8")
    store = zz.sweep(design, tmp_path / "sweep", kind="threads", workers=1)
    assert "notes" not in store.manifest
    assert store.notes == ()


def test_a_sweep_of_firms_of_another_month_is_refused(folder):
    other = folder / "other.toml"
    text = (folder / "design.toml").read_text("utf-8")
    other.write_text(text.replace('firms = "firms.csv"', 'firms = "firms.csv"\nfirms_as_of = "2023-12"'), "utf-8")
    with pytest.raises(InputError, match="2023-12"):
        zz.sweep(other, folder / "other")


# ------------------------------------------------------------------------------------------------ one name


def test_the_old_name_of_the_argument_is_understood_with_a_warning(folder):
    file = folder / "firms.csv"
    with pytest.warns(DeprecationWarning, match="register is called firms"):
        old = zz.run("baseline", register=file)  # type: ignore[call-arg]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        new = zz.run("baseline", firms=file)
    assert old.outcomes == new.outcomes
    with pytest.raises(TypeError, match="give firms only"):
        zz.run("baseline", register=file, firms=file)  # type: ignore[call-arg]


def test_notes_survive_being_copied(folder):
    done = zz.run("baseline", firms=folder / "firms.csv")
    assert all(isinstance(note, Message) for note in done.notes)
    assert replace(done.options).notes == done.notes
