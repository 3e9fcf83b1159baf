"""Names and texts that do harm where they are shown, closed and full streams, names of files that are not UTF-8."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from zhizao.commands import cli
from zhizao.errors import InputError
from zhizao.report.charts import save_chart
from zhizao.report.page_tables import policies_table
from zhizao.report.words import scenario_question, scenario_title
from zhizao.results.stored import read_study
from zhizao.scenario.scenario import load_scenario
from zhizao.storage.checksum import json_text
from zhizao.studies.compare import compare
from zhizao.studies.sweeps.design import read_design

ODD = os.fsdecode(b"\xff\xe6odd")
ONE = ["--n-firms", "40", "--quiet"]
FEW = [*ONE, "--draws", "1", "--workers", "1"]
ESCAPES = "\x1b]0;owned\x07\x1b[31m\x9b31m\u202e<script>\x00"
TEXT = 'format = 1\ntitle = "{title}"\nquestion = "q"\nsource = "assumption: a test"\nextends = "baseline"\n'


def zhizao(*arguments: str) -> Result:
    return CliRunner().invoke(cli.program, list(arguments), prog_name="zhizao")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory that takes names which are not UTF-8."""
    monkeypatch.chdir(tmp_path)
    try:
        (tmp_path / f"{ODD}.toml").write_text(TEXT.format(title="Odd"))
    except OSError:
        pytest.skip("this file system takes no such names")
    return tmp_path


# --------------------------------------------------------------------------------------- names that are not UTF-8


def test_files_whose_names_are_not_utf_8_are_read_and_written(home: Path) -> None:
    asked = ["compare", "baseline", f"{ODD}.toml", *FEW, "--out", f"{ODD}-out", "--workbook", f"{ODD}.xlsx"]
    found = zhizao(*asked, "--chart", f"{ODD}.svg", "--format", "csv")
    assert found.exit_code == 0, found.output
    for name in (f"{ODD}.xlsx", f"{ODD}.svg", f"{ODD}-out/summary.csv"):
        assert (home / name).is_file()
    record = json.loads((home / f"{ODD}-out" / "run.json").read_bytes())
    assert record["settings"]["scenarios"][1].endswith(f"{ODD}.toml")
    assert zhizao("rerun", f"{ODD}-out", "--quiet").exit_code == 0
    assert zhizao("run", f"{ODD}.toml", *ONE, "--format", "json").exit_code == 0
    assert zhizao("scenarios", "show", f"{ODD}.toml", "--resolved").exit_code == 0
    assert zhizao("reach", f"{ODD}.toml", *FEW, "--tries", "10").exit_code == 0


@pytest.mark.slow
def test_a_report_of_odd_files_is_whole(home: Path) -> None:
    pytest.importorskip("altair")
    found = zhizao("report", f"{ODD}-report", "baseline", f"{ODD}.toml", "--short", *FEW)
    assert found.exit_code == 0, found.output
    page = (home / f"{ODD}-report" / "report.html").read_bytes().decode("utf-8")
    assert "\\udcff" in page


def test_a_design_and_a_sweep_with_odd_names_work(home: Path) -> None:
    (home / f"{ODD}-design.toml").write_text(
        'format = 1\ntitle = "t"\ncalibration = "prior"\nseries = false\ndraws = 2\n[set]\n"population.firms" = 40\n'
    )
    for arguments in (
        ["sweep", f"{ODD}-design.toml", "--out", f"{ODD}-sweep", "--threads", "--workers", "1", "--quiet"],
        ["sweep", "--status", f"{ODD}-sweep", "--format", "json"],
    ):
        found = zhizao(*arguments)
        assert found.exit_code == 0, found.output


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_registers_with_odd_names_are_read(home: Path, ending: str) -> None:
    frame = pd.DataFrame(
        {
            "id": [f"f{number}" for number in range(40)],
            "sector": "vehicles",
            "employees": range(50, 90),
            "revenue_million_rmb": [30.0 + number for number in range(40)],
        }
    )
    content = io.BytesIO()
    {"csv": frame.to_csv, "xlsx": frame.to_excel, "parquet": frame.to_parquet}[ending](content, index=False)
    (home / f"{ODD}.{ending}").write_bytes(content.getvalue())
    found = zhizao("run", "--firms", f"{ODD}.{ending}", "--out", "out", "--format", "json")
    assert found.exit_code == 0, found.output
    assert ODD in json.loads((home / "out" / "run.json").read_bytes())["settings"]["firms"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "{odd}-none.toml"],
        ["run", "--firms", "{odd}.csv"],
        ["rerun", "{odd}"],
        ["sweep", "{odd}-none.toml"],
        ["sweep", "--status", "{odd}"],
        ["sensitivity", "{odd}"],
        ["discover", "{odd}"],
        ["scenarios", "show", "{odd}"],
        ["run", "--chart", "{odd}/c.png"],
        ["compare", "--workbook", "{odd}.doc"],
        ["evidence", "--firms", "{odd}"],
        ["params", "{odd}"],
        ["run", "--set", "{odd}=1"],
    ],
)
def test_odd_names_of_what_is_not_there_give_a_line(home: Path, arguments: list[str]) -> None:
    found = zhizao(*(part.format(odd=ODD) for part in arguments))
    assert found.exit_code == 2
    assert found.stderr.strip()
    assert "fault" not in found.stderr


# -------------------------------------------------------------------------------------------- escapes and lengths


def test_texts_of_scenarios_and_designs_are_refused_if_they_steer_or_fill_the_screen(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    for text, words in (
        ("x" * 10_000, "10,000 characters"),
        ("\\u001b[31m", "control character"),
        ("\\u009b", "control"),
    ):
        file.write_text(TEXT.format(title=text))
        with pytest.raises(InputError, match=words):
            load_scenario(str(file))
        file.write_text(f'format = 1\ntitle = "{text}"\n')
        with pytest.raises(InputError, match=words):
            read_design(str(file))
        rows = f'[[factor]]\nkey = "grants.rate.light"\nlow = 0\nhigh = 1\ngroup = "{text}"\n'
        file.write_text(f'format = 1\ntitle = "t"\n{rows}[sample]\nmethod = "saltelli"\nsize = 2\n')
        with pytest.raises(InputError, match=words):
            read_design(str(file))
    file.write_text(TEXT.format(title="x" * 200))
    assert load_scenario(str(file)).title == "x" * 200


@pytest.mark.parametrize("text", [ESCAPES, "y" * 10_000, "长" * 10_000])
def test_texts_made_in_python_do_no_harm_either(tmp_path: Path, text: str) -> None:
    """Scenarios made in Python are not read from a file, which refuses such texts."""
    scenario = load_scenario("no-grants")
    made = dataclasses.replace(scenario, name=text, title=text, title_zh=text, question=text, question_zh=text)
    assert len(scenario_title(made, "en")) <= 200
    assert scenario_title(made, "zh").isprintable()
    assert len(scenario_question(made, "en")) <= 1000
    done = compare(["baseline", made], draws=1, n_firms=40, workers=1)
    assert all(len(entry.label) <= 100 and entry.label.isprintable() for entry in done.compared)
    for language in ("en", "zh"):
        table = policies_table(done, language)
        assert all(len(row[0]) <= 200 and row[0].isprintable() for row in table.rows)
    file = save_chart(done, tmp_path / "chart.svg")
    ElementTree.parse(file)
    content = file.read_text("utf-8")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", content)
    assert len(max(re.findall(r">([^<]*)<", content), key=len)) < 3000
    folder = done.write(tmp_path / "out", "csv")
    for written in folder.iterdir():
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ufeff]", written.read_text("utf-8-sig"))
    assert read_study(folder).tables["summary"]["scenario"].nunique() == 2
    json.loads(json_text(done.to_dict()))


def test_json_escapes_what_steers_a_terminal_and_gives_it_back() -> None:
    value = {"text": ESCAPES + "\udcff\u2028中文"}
    text = json_text(value)
    assert text.encode("utf-8")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]", text)
    assert "中文" in text
    assert json.loads(text) == value


# ------------------------------------------------------------------------------------ streams that take nothing

posix = pytest.mark.skipif(os.name != "posix", reason="streams as on POSIX")
PROGRAM = f"'{sys.executable}' -m zhizao.commands.cli"


def shell(line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=300, check=False)


@posix
@pytest.mark.parametrize(
    "command",
    ["params", "params --format json", "params --format csv", "--help", "params --help", "scenarios --lang zh"],
)
def test_closed_streams_end_quietly(command: str) -> None:
    found = shell(f"{PROGRAM} {command} >&-")
    assert found.returncode == 0
    assert "fault" not in found.stderr
    assert "Traceback" not in found.stderr
    assert shell(f"{PROGRAM} {command} 2>&- | tail -3").stdout.strip()
    assert shell(f"{PROGRAM} {command} <&- >&- 2>&-").returncode == 0


@posix
def test_an_error_ends_with_its_code_though_nobody_can_read_it() -> None:
    assert shell(f"{PROGRAM} run basline 2>&- >&-").returncode == 2


@posix
def test_a_run_without_any_stream_still_writes_its_folder(tmp_path: Path) -> None:
    found = shell(f"{PROGRAM} run --n-firms 40 --out '{tmp_path}/out' <&- >&- 2>&-")
    assert found.returncode == 0
    assert read_study(tmp_path / "out").kind == "run"


@posix
@pytest.mark.parametrize(
    "command", ["params", "params --format json", "params --format csv", "--help", "params --help"]
)
def test_a_reader_that_has_gone_ends_it_quietly(command: str) -> None:
    found = shell(f"{PROGRAM} {command} | head -c 1; echo ${{PIPESTATUS[0]}}")
    assert found.stdout[1:].strip() in ("0", "1")
    assert not found.stderr


@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
@pytest.mark.parametrize(
    "command",
    ["params", "params --format json", "params --format csv", "--help", "params --help", "run --n-firms 40 --quiet"],
)
def test_a_full_disk_behind_standard_output_is_said(command: str) -> None:
    found = shell(f"{PROGRAM} {command} > /dev/full")
    assert found.returncode == 2
    assert found.stderr == (
        "standard output cannot be written (No space left on device); what was printed there is not whole\n"
    )
