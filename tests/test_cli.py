"""The command line: what it prints where, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from zhizao.commands import cli
from zhizao.results.outcomes import OUTCOMES
from zhizao.results.stored import read
from zhizao.results.variables import VARIABLES
from zhizao.scenario.scenario import list_scenarios

SMALL = ["--n-firms", "60"]
FEW = [*SMALL, "--draws", "3", "--workers", "1"]
ONE = [*SMALL, "--draws", "1", "--workers", "1", "--quiet"]


def zhizao(*arguments: str) -> Result:
    """Run the program in this process."""
    return CliRunner().invoke(cli.program, list(arguments), prog_name="zhizao")


def in_process(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    command = [sys.executable, "-m", "zhizao.commands.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **more)  # type: ignore[call-overload,no-any-return]


# Starting


def test_help_is_quick_and_lists_every_command() -> None:
    in_process("--help")
    began = time.perf_counter()
    found = in_process("--help")
    assert time.perf_counter() - began < 1.0
    assert found.returncode == 0
    for name, purpose in cli.COMMANDS.items():
        assert name in found.stdout
        assert purpose in " ".join(found.stdout.split())


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import zhizao", "numpy numba pandas mesa matplotlib scipy pydantic click rich"),
        ("import zhizao.commands.cli", "numpy numba pandas mesa matplotlib scipy pydantic rich"),
        ("import zhizao.studies.compare", "pandas mesa matplotlib scipy.stats pyarrow"),
        ("import zhizao.commands.params", "numba pandas mesa matplotlib scipy"),
        ("import zhizao.commands.scenarios", "numba pandas mesa matplotlib scipy"),
    ],
)
def test_importing_is_light(code: str, heavy: str) -> None:
    check = f"{code}; import sys; print([name for name in {heavy.split()} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_package_refuses_another_name(tmp_path: Path) -> None:
    (tmp_path / "model").symlink_to(Path(cli.__file__).resolve().parents[1])
    code = "import model.zhizao"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert found.returncode == 1
    assert "this package is called zhizao" in found.stderr


def test_public_names_are_all_there() -> None:
    code = (
        "import zhizao as zz\n"
        "names = [name for name in zz.__all__ if name != 'mesa']\n"
        "print(all(getattr(zz, name) is not None for name in names), sorted(zz.__all__) == dir(zz))\n"
        "try:\n    zz.nonsense\nexcept AttributeError as error:\n    print(error)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines() == ["True True", "module 'zhizao' has no attribute 'nonsense'"]


def test_version() -> None:
    found = zhizao("--version")
    assert found.exit_code == 0
    assert found.stdout.startswith("zhizao ")


@pytest.mark.parametrize("name", list(cli.COMMANDS))
def test_every_command_has_help_with_an_example(name: str) -> None:
    found = zhizao(name, "--help")
    assert found.exit_code == 0
    assert f"zhizao {name}" in found.stdout
    assert "Example" in found.stdout


# What is printed


def test_run_prints_a_table(tmp_path: Path) -> None:
    found = zhizao("run", "services-surge", "--seed", "7", *SMALL)
    assert found.exit_code == 0
    assert "the plan being met" in found.stdout
    assert "0.2 bn" in found.stdout
    assert "2025-12" in found.stdout
    assert "…" not in found.stdout.replace(" … ", "")


def test_run_as_json_and_csv() -> None:
    as_json = zhizao("run", *SMALL, "--format", "json", "--until", "2024-06")
    found = json.loads(as_json.stdout)
    assert found["scenario"] == "baseline"
    assert found["calibration"].startswith("plan")
    assert list(found["series"]) == [variable.name for variable in VARIABLES]
    assert len(found["months"]) == len(found["series"]["output"]) == 78
    assert found["outcomes"]["target_met"] is None
    rows = list(csv.DictReader(io.StringIO(zhizao("run", *SMALL, "--format", "csv", "--until", "2024-06").stdout)))
    assert [row["month"] for row in rows] == found["months"]
    assert [float(row["output"]) for row in rows] == found["series"]["output"]


def test_compare_prints_a_table_in_both_languages() -> None:
    english = zhizao("compare", "baseline", "no-grants", *FEW, "--full")
    assert english.exit_code == 0
    for words in (
        "Fitted to the report's figures",
        "0.2 bn",
        "2 bn",
        "The plan: 90.0 %",
        "2025-12",
        "no-grants",
        "Paired differences",
    ):
        assert words in english.stdout
    assert "6 of 6 draws" in english.stderr  # three for each treatment of the plan
    chinese = zhizao(
        "compare", "baseline", "no-grants", *FEW, "--lang", "zh", "--quiet", "--full", "--funding", "brief"
    )
    for words in ("按报道数据拟合", "20亿元", "规划目标", "情景", "配对差值"):
        assert words in chinese.stdout
    assert not chinese.stderr
    prior = zhizao("compare", "baseline", "no-grants", *FEW, "--calibration", "prior", "--quiet")
    assert "Uncalibrated" in prior.stdout


def test_compare_prints_a_line_a_scenario_and_says_where_the_rest_is() -> None:
    found = zhizao("compare", "baseline", "no-programme", "no-grants", *FEW, "--quiet")
    names = [line.split()[0] for line in found.stdout.splitlines() if line.startswith(("baseline", "no-"))]
    assert names[0] == "baseline"
    assert sorted(names[1:]) == ["no-grants", "no-programme"]
    assert "--full" in found.stdout
    assert "Paired differences" not in found.stdout
    assert "plan met, plan · facts, %" in found.stdout


def test_compare_shows_who_moved_and_how_sure_the_order_is() -> None:
    asked = ["--by", "size", "--by", "start-level", "--by", "park", "--by", "sector", "--by", "rank"]
    found = zhizao("compare", "baseline", "no-programme", *FEW, *asked, "--quiet")
    assert found.exit_code == 0
    for words in ("Who moved", "weakest tenth of parks", "level 4", "new energy", "best in"):
        assert words in found.stdout
    chinese = zhizao("compare", "baseline", "no-programme", *FEW, *asked, "--quiet", "--lang", "zh")
    for words in ("变化分布", "最弱一成园区", "4级", "新能源及新型储能", "最优"):
        assert words in chinese.stdout
    assert zhizao("compare", "--by", "colour").exit_code == 2


def test_compare_as_json_is_one_object_and_nothing_else() -> None:
    found = in_process("compare", *FEW, "--format", "json")
    assert found.returncode == 0
    loaded = json.loads(found.stdout)
    assert [entry["name"] for entry in loaded["scenarios"]] == [scenario.name for scenario in list_scenarios()]
    assert "draws" in found.stderr


def test_compare_as_csv() -> None:
    found = zhizao("compare", "baseline", "no-programme", *FEW, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert len(rows) == 2 * len(OUTCOMES)
    assert {"scenario", "outcome", "unit", "mean", "low", "high", "difference_mean", "p_better"} <= set(rows[0])
    unknown = [row for row in rows if row["scenario"] == "no-programme" and row["outcome"] == "leverage"]
    assert unknown[0]["mean"] == ""


@pytest.mark.parametrize("form", ["table", "csv"])
def test_out_writes_a_folder_that_can_be_read(tmp_path: Path, form: str) -> None:
    for command in (["run", *SMALL], ["compare", "baseline", *FEW]):
        folder = tmp_path / command[0]
        found = zhizao(*command, "--out", str(folder), "--format", form)
        assert found.exit_code == 0
        assert str(folder) in found.stderr
        stored = read(folder)
        assert stored.record["settings"]["seed"] == 0
        assert len(stored.to_frame()) > 10
        assert (folder / "variables.csv").exists() == (form == "csv")


def test_own_firms_and_settings(tmp_path: Path) -> None:
    file = tmp_path / "firms.csv"
    file.write_text("id,sector,employees,revenue\n" + "".join(f"f{n},vehicles,50,{30 + n}\n" for n in range(30)))
    found = zhizao("run", "--firms", str(file), "--set", "grants.rate=0.5", "--set", "attention.spontaneous_rate=0.3")
    assert found.exit_code == 0
    assert "Remark: imputed: park (30 of 30 firms)" in found.stdout  # with the numbers, wherever they are piped
    assert "imputed" not in found.stderr


def test_scenarios_are_listed_and_shown() -> None:
    assert "baseline" in zhizao("scenarios").stdout
    assert "补贴" in zhizao("scenarios", "--lang", "zh").stdout
    listed = json.loads(zhizao("scenarios", "--format", "json").stdout)
    assert set(listed[0]) == {"name", "title", "question", "extends", "path"}
    shown = json.loads(zhizao("scenarios", "show", "services-surge", "--format", "json").stdout)
    assert shown["extends"] == "baseline"
    assert any(change["file"] == "services-surge.toml" for change in shown["changes"])
    resolved = zhizao("scenarios", "show", "services-surge", "--resolved", "--format", "json")
    values = {row["key"]: row for row in json.loads(resolved.stdout)["resolved"]}
    assert values["specialists.count"] == {
        "key": "specialists.count",
        "value": 178.0,
        "unit": "specialists",
        "file": "services-surge.toml",
    }
    earlier = zhizao("scenarios", "show", "services-surge", "--month", "2023-12", "--format", "json")
    values = {row["key"]: row for row in json.loads(earlier.stdout)["resolved"]}
    assert values["specialists.count"]["file"] == "baseline.toml"
    assert "specialists.count" in zhizao("scenarios", "show", "services-surge", "--resolved").stdout
    assert "services-surge.toml" in zhizao("scenarios", "show", "services-surge", "--full").stdout
    assert json.loads(zhizao("scenarios", "schema").stdout)["type"] == "object"


def test_params_are_listed() -> None:
    found = json.loads(zhizao("params", "--format", "json").stdout)
    keys = {entry["key"]: entry for entry in found}
    assert keys["grants.rate"]["role"] == "lever"
    assert keys["attention.contagion_rate"]["prior"] == [0.2, 0.6]
    assert all(entry["source"] and entry["unit"] and entry["meaning"] for entry in found)
    some = list(csv.DictReader(io.StringIO(zhizao("params", "attention", "--format", "csv").stdout)))
    assert 0 < len(some) < len(found)
    assert "attention.contagion_rate" in zhizao("params", "attention").stdout


def test_evidence_is_listed() -> None:
    found = json.loads(zhizao("evidence", *ONE, "--format", "json").stdout)
    assert set(found["figures"][0]) == {
        "key",
        "value",
        "unit",
        "wording",
        "use",
        "median",
        "low",
        "high",
        "inside",
        "ensembles",
    }
    assert found["calibration"].startswith("plan")
    assert "digital_projects" in zhizao("evidence", *ONE).stdout
    assert "按报道数据拟合" in zhizao("evidence", *ONE, "--lang", "zh").stdout


def test_text_of_a_scenario_is_printed_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "bold.toml"
    title = "[bold]red[/bold] :smile:"
    file.write_text(f'format = 1\ntitle = "{title}"\nquestion = "q"\nsource = "assumption: a test"\n')
    found = zhizao("run", str(file), *SMALL)
    assert found.exit_code == 0
    assert "[bold]red[/bold] :smile:" in found.stdout


# How it ends


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "there is no command"),
        (["comparee"], "did you mean 'compare'"),
        (["run", "basline"], "did you mean 'baseline'"),
        (["run", "/no/such/file.toml"], "file.toml"),
        (["run", "--nonsense"], "No such option"),
        (["run", "a", "b"], "unexpected extra argument"),
        (["run", "--seed", "-1"], "seed = -1"),
        (["run", "--seed", "one"], "not a valid integer"),
        (["run", "--until", "2022-12"], "branch in 2024-01"),
        (["run", "--until", "2031-01"], "is not a month"),
        (["run", "--funding", "rumour"], "'rumour'"),
        (["run", "--format", "xml"], "'xml'"),
        (["run", "--lang", "fr"], "'fr'"),
        (["run", "--set", "grants.rate=2"], "between 0 and 1"),
        (["run", "--set", "grants.rat=0.2"], "did you mean 'grants.rate'"),
        (["run", "--set", "grants.rate"], "key=value"),
        (["run", "--firms", "/no/such/firms.csv"], "firms.csv"),
        (["run", "--firms", "firms.csv", "--n-firms", "9"], "exclude each other"),
        (["run", "--n-firms", "0"], "n_firms = 0"),
        (["compare", "--draws", "0"], "draws = 0"),
        (["compare", "--workers", "0"], "workers = 0"),
        (["compare", "baseline", "nope"], "'nope' is not a shipped scenario"),
        (["evidence", "--draws", "-5"], "draws = -5"),
        (["scenarios", "show"], "Missing argument"),
        (["scenarios", "show", "nope"], "'nope' is not a shipped scenario"),
        (["scenarios", "show", "baseline", "--month", "1999-01"], "is not a month"),
        (["params", "zzzz"], "no key has 'zzzz' in it"),
    ],
)
def test_what_the_user_can_mend_ends_with_two(arguments: list[str], message: str) -> None:
    found = zhizao(*arguments)
    assert found.exit_code == 2
    assert message in found.stderr
    assert not found.stdout
    assert "Traceback" not in found.stderr


def test_a_folder_that_cannot_take_results_is_told_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for target in (tmp_path, tmp_path / "notes.txt", tmp_path / "notes.txt" / "deeper"):
        found = zhizao("compare", *FEW, "--out", str(target))
        assert found.exit_code == 2
        assert str(target) in found.stderr
        assert "draws" not in found.stderr


def test_our_own_fault_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a ledger is off")

    monkeypatch.setattr("zhizao.commands.run.run", broken)
    found = zhizao("run", *SMALL)
    assert found.exit_code == 1
    assert "a ledger is off" in found.stderr
    assert "please report it" in found.stderr
    assert "Traceback" not in found.stderr
    assert "Traceback" in zhizao("--debug", "run", *SMALL).stderr
    monkeypatch.setenv("ZHIZAO_DEBUG", "1")
    assert "Traceback" in zhizao("run", *SMALL).stderr


def test_too_little_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("zhizao.commands.run.run", greedy)
    found = zhizao("run", *SMALL)
    assert found.exit_code == 2
    assert "fewer firms" in found.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes and signals as on POSIX")
def test_a_reader_that_goes_away_and_an_interrupt_are_no_faults() -> None:
    program = f"{sys.executable} -m zhizao.commands.cli"
    piped = subprocess.run(
        f"{program} params --format json | head -1", shell=True, capture_output=True, text=True, check=False
    )
    assert piped.stdout == "[\n"
    assert not piped.stderr
    assert in_process("run", *SMALL).returncode == 0  # the engine is compiled now: that cannot be interrupted
    command = [*program.split(), "compare", "--draws", "100000", "--workers", "2"]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a shell that runs jobs in the background may have told its children to ignore interrupts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        time.sleep(4)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    finally:
        running.kill()
    # Python ends by the signal itself where it met the interrupt while it ran code from text; a shell sees 130 for both
    assert running.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in err
    assert err.rstrip().endswith("stopped; nothing was left half-written")
    assert not out
