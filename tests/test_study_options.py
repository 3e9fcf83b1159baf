"""An option of studies is declared once: signatures, help, commands, records and reruns follow from that."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import zhizao as zz
from edited_package import edited, output_of
from zhizao.commands import cli, compare, evidence, reach, report, run
from zhizao.commands.study import as_arguments
from zhizao.errors import InputError
from zhizao.studies.options import check_options
from zhizao.studies.spread import spread
from zhizao.studies.study_options import CompareOptions, DrawsOptions, RunOptions, StudyOptions, declared, part_of

STUDIES: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "run": (zz.run, RunOptions, {}),
    "compare": (zz.compare, CompareOptions, {}),
    "reach": (zz.reach, DrawsOptions, {"draws": 100}),
    "check_evidence": (zz.check_evidence, DrawsOptions, {}),
    "spread": (spread, StudyOptions, {}),
}
COMMANDS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "run": (run.command, RunOptions, {}),
    "compare": (compare.command, CompareOptions, {}),
    "report": (report.command, CompareOptions, {}),
    "reach": (reach.command, DrawsOptions, {"draws": 100}),
    "evidence": (evidence.command, DrawsOptions, {}),
}
PACKAGE = Path(inspect.getfile(check_options)).parents[1]


@pytest.mark.parametrize("name", STUDIES)
def test_help_shows_every_option_with_its_default_and_its_meaning(name: str) -> None:
    study, kind, own = STUDIES[name]
    shown = inspect.signature(study).parameters
    text = inspect.getdoc(study)
    assert text is not None
    for option, (_, one) in declared(kind).items():
        assert shown[option].kind is inspect.Parameter.KEYWORD_ONLY
        assert shown[option].default == own.get(option, one.default), option
        assert f"\n{option}\n    " in text, f"help({name}) does not say what {option} means"
    assert "**options" not in text
    assert all(one.kind is not inspect.Parameter.VAR_KEYWORD for one in shown.values())


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_have_every_option_that_has_a_text(name: str) -> None:
    command, kind, own = COMMANDS[name]
    there = {one.name: one for one in command.params}
    for option, (_, one) in declared(kind).items():
        if one.command_line is None:
            assert option not in there
            continue
        assert there[option].opts == [one.flag or f"--{option.replace('_', '-')}"]
        assert there[option].get_default(click.Context(command)) == own.get(option, one.default), option


@pytest.mark.parametrize("name", declared())
def test_texts_are_in_both_languages(name: str) -> None:
    _, one = declared()[name]
    assert one.meaning.endswith(".")
    if one.command_line is not None:
        english, chinese = one.command_line
        assert english.endswith("."), f"option {name} has no English text for the command line"
        assert re.search(r"[\u4e00-\u9fff].*。$", chinese), f"option {name} has no Chinese text for the command line"


def test_help_is_in_the_language_of_the_command() -> None:
    shown = CliRunner().invoke(cli.program, ["run", "--lang", "zh", "--help"]).output
    assert "全部随机数的种子。" in shown
    assert "Seed of all luck." not in shown
    assert "Seed of all luck." in CliRunner().invoke(cli.program, ["run", "--help"]).output


@pytest.mark.parametrize("name", declared())
def test_every_option_is_read_by_something(name: str) -> None:
    """An option that nothing reads would be shown, checked and recorded, and change nothing."""
    read = re.compile(rf"""asked\["{name}"\]|(options|checked|design)\.{name}\b""")
    texts = [path.read_text("utf-8") for path in PACKAGE.rglob("*.py") if path.name != "study_options.py"]
    assert any(map(read.search, texts)), f"option {name} is declared and nothing reads it"


def test_records_hold_every_option_that_decides_numbers() -> None:
    recorded = check_options(seed=5, draws=3, until="2024-06").to_dict()
    assert set(recorded) == {name for name, (_, one) in declared().items() if one.recorded} | {"ideas"}
    assert (recorded["seed"], recorded["draws"], recorded["until"]) == (5, 3, "2024-06")


def test_an_unknown_keyword_is_named_with_the_nearest_known_one() -> None:
    with pytest.raises(TypeError, match=r"compare\(\) got an unexpected keyword argument 'sed'; did you mean 'seed'"):
        zz.compare(sed=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"run\(\) got an unexpected keyword argument 'draws'"):
        zz.run(draws=3)  # type: ignore[call-arg]


def test_everything_wrong_is_said_at_once() -> None:
    wrong: Any = {"seed": -1, "draws": True, "workers": 0, "n_firms": 1.5, "calibration": "none", "until": "2019-01"}
    with pytest.raises(InputError) as caught:
        check_options(**wrong, funding=["report"])
    said = " ".join(caught.value.problems)
    assert all(f"{name} = " in said for name in (*wrong, "funding"))
    assert len(caught.value.problems) == len(wrong) + 1


def test_options_as_a_shell_takes_them_are_read_back() -> None:
    asked = {"seed": 3, "funding": "brief", "n_firms": None, "settings": ("grants.rate=0.2", "levels.erosion=0.5")}
    written = as_arguments(asked)
    assert written == [
        *("--seed", "3", "--funding", "brief", "--set", "grants.rate=0.2", "--set", "levels.erosion=0.5")
    ]
    assert part_of({"draws": 3, "until": "2024-06", "seed": 1}, DrawsOptions) == {"draws": 3, "seed": 1}


NEW = """    gentle: Annotated[
        bool,
        Option(
            default=False,
            command_line=("Begin gently.", "平缓开始。"),
            meaning="Whether to begin gently.",
        ),
    ]


class RunOptions("""


def test_a_new_option_is_one_declaration(tmp_path: Path) -> None:
    """Help, command, record and rerun have it without another line; a record from before has its default."""
    folder = edited(tmp_path, {"studies/study_options.py": [("\n\nclass RunOptions(", NEW)]})
    script = f"""
import json, os
from pathlib import Path
import zhizao as zz
from zhizao.commands.cli import program
from click.testing import CliRunner
os.chdir({str(tmp_path)!r})
help = CliRunner().invoke(program, ["compare", "--help"]).output
asked = ["run", "--gentle", "--n-firms", "10", "--until", "2024-01", "--quiet", "--out", "out"]
ended = CliRunner().invoke(program, asked)
record = json.loads(Path("out/run.json").read_text())
again = zz.rerun("out")
print(json.dumps([
    "--gentle" in help and "Begin gently." in help,
    zz.compare.__doc__.count("Whether to begin gently."),
    ended.exit_code,
    record["settings"]["gentle"],
    again.same,
    again.result.options.asked["gentle"],
    repr(again.result).count("gentle True"),
    zz.run(n_firms=10, until="2024-01").options.asked["gentle"],
]))
"""
    found = json.loads(output_of(script, folder))
    assert found == [True, 1, 0, True, True, True, 1, False]
