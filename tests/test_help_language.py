"""Help in Chinese: whole, in any order of the options, by the language of the terminal, and within its width."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from zhizao.commands import cli
from zhizao.commands.help_language import help_file, language_of_help
from zhizao.commands.help_page import text_of, text_of_option
from zhizao.words.glossary import glossary

HANZI = re.compile(r"[\u4e00-\u9fff]")
TEXTS = tomllib.loads(help_file("zh").read_text("utf-8"))
TERMINAL = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}
KEPT = re.compile(r"--[a-z][a-z-]+|\b\d[\d.]*\b(?!-)|\b[A-Z][A-Z.]{2,}\b|`[^`]+`|\b\w+\.(?:toml|json|md|png|xlsx)\b")
"""What stays in another language: options, numbers, what stands for a value, code and files."""
OF_THE_PLACE = re.compile(r"\b\d{4}-\d\d\b|\b(?:[\d,]+ )?million RMB\b|\bSMEs\b|\blevel 2\b")
"""What is said in another way in Chinese: months, money, firms and levels."""


def tree(ctx: click.Context, path: str = "") -> Iterator[tuple[str, click.Context]]:
    """Every command, by its names after that of the program."""
    yield path, ctx
    if isinstance(ctx.command, click.Group):
        for name in ctx.command.list_commands(ctx):
            command = ctx.command.get_command(ctx, name)
            assert command is not None
            yield from tree(click.Context(command, parent=ctx, info_name=name), f"{path} {name}".strip())


TREE = dict(tree(click.Context(cli.program, info_name="zhizao", **cli.program.context_settings)))
COMMANDS = pytest.mark.parametrize("path", TREE, ids=lambda path: path or "zhizao")


def options_of(ctx: click.Context) -> list[click.Option]:
    return [one for one in ctx.command.get_params(ctx) if isinstance(one, click.Option)]


def shown(*arguments: str, columns: int = 80, **terminal: str) -> str:
    """What a terminal shows."""
    asked = CliRunner().invoke(
        cli.program, list(arguments), prog_name="zhizao", env={**TERMINAL, "COLUMNS": str(columns), **terminal}
    )
    assert asked.exit_code == 0, asked.output
    return asked.output


@COMMANDS
def test_every_command_and_option_has_a_chinese_text(path: str) -> None:
    """It names the same options, values, numbers and files as the English one."""
    english = re.split(r"\n\n *\x08", inspect.cleandoc(TREE[path].command.help or ""))[0]
    pairs = [(english, text_of(path, "zh"))]
    pairs += [(str(option.help), text_of_option(path, option, "zh")) for option in options_of(TREE[path])]
    for one, other in pairs:
        assert other is not None, f"words/help.zh.toml lacks, under [{path or 'zhizao'}]: {one}"
        assert HANZI.search(other)
        assert other.endswith(("。", "]", "'zhizao[app]'。"))
        lost = {word for word in KEPT.findall(OF_THE_PLACE.sub("", one)) if word.rstrip(".") not in other}
        assert not lost, f"{path}: {other} does not say what the English help says of {lost}"


def test_every_chinese_text_belongs_to_something() -> None:
    flags = {path or "zhizao": {flag for one in options_of(ctx) for flag in one.opts} for path, ctx in TREE.items()}
    every = set().union(*flags.values())
    tables = {name: set(texts) - {"text"} for name, texts in TEXTS.items()}
    for name in ("headings", "marks", "questions"):
        del tables[name]
    assert tables.pop("purposes") == set(cli.COMMANDS)
    assert tables.pop("options") <= every
    assert set(tables) == set(flags)
    assert {name: texts - flags[name] for name, texts in tables.items() if texts - flags[name]} == {}


def test_terms_are_those_of_the_glossary() -> None:
    texts = [text for table in TEXTS.values() for text in table.values()]
    wrong = [word for term in glossary().values() for word in term.not_chinese if any(word in text for text in texts)]
    assert wrong == []


@pytest.mark.parametrize("columns", [80, 120])
@COMMANDS
def test_chinese_help_has_no_english_sentence_and_fits_the_terminal(path: str, columns: int) -> None:
    text = shown(*path.split(), "--help", "--lang", "zh", columns=columns)
    assert text.startswith(f"用法：{' '.join(['zhizao', *path.split()])} ")
    own = [line for line in text.splitlines()[1:] if not re.search(r"^  .*  zhizao [a-zA-Z]", f"  {line}")]
    for line in own:
        assert not re.search(r"[A-Za-z,]+ [a-z,]+ [a-z]+", line), line
        assert cell_len(line) <= min(columns, 100) or not HANZI.search(line), line
    english = shown(*path.split(), "--help", columns=columns).split("\nOptions:\n")[0]
    examples = re.findall(r"(?<=  )zhizao [a-zC].*", english)
    assert examples
    assert examples == re.findall(r"(?<=  )zhizao [a-zC].*", text.split("\n选项：\n")[0])


def test_questions_and_headings_are_chinese() -> None:
    text = shown("--lang", "zh", "--help")
    for word in ("Usage", "Options", "Commands", "Examples", "Questions", "OPTIONS"):
        assert word not in text
    told = text.split("\n选项：\n")[0]
    lines = [line for line in told.splitlines() if "  zhizao " in line]
    assert len(lines) == len(TEXTS["questions"])
    assert all(HANZI.search(line) for line in lines)
    assert len({cell_len(line[: line.index("zhizao ")]) for line in lines}) == 1, "commands stand below each other"
    assert "[默认值：baseline]" in shown("responses", "--lang", "zh", "--help")


ORDERS = (
    "--lang zh run --help",
    "run --lang zh --help",
    "run --help --lang zh",
    "run --help --lang=zh",
    "run baseline --lang zh --seed 7 -h",
)


@pytest.mark.parametrize("line", ORDERS)
def test_the_language_stands_anywhere(line: str) -> None:
    assert shown(*line.split()) == shown("run", "--help", LC_ALL="zh_CN.UTF-8")


def test_help_of_the_program_and_of_commands_in_one_language_takes_it_too() -> None:
    whole = shown("--lang", "zh", "--help")
    assert whole.startswith("用法：")
    assert whole == shown("--help", "--lang", "zh") == shown("--help", LANG="zh_CN.UTF-8")
    assert shown("calibrate", "--lang", "zh", "--help").startswith("用法：")
    assert shown("district", "show", "--help", "--lang", "zh").startswith("用法：")


@pytest.mark.parametrize(
    ("terminal", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_MESSAGES": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh"}, "zh"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_without_it_the_terminal_decides(terminal: dict[str, str], language: str) -> None:
    assert shown("run", "--help", **terminal).startswith("用法" if language == "zh" else "Usage")
    assert shown("run", "--help", "--lang", "en", **terminal).startswith("Usage")


def test_only_help_follows_the_terminal() -> None:
    said = shown("scenarios", "show", "light-vouchers", LC_ALL="zh_CN.UTF-8")
    assert not re.match(r".*[\u4e00-\u9fff]", said)
    assert language_of_help(["run", "--lang", "zh"], {}) == ("zh", ["run", "--lang", "zh"])
    for after in (["--", "--lang", "zh"], ["--lang", "../x"], ["--lang"]):
        assert language_of_help(["run", "--help", *after], {}) == ("en", ["run", "--help", *after])


def test_a_language_that_is_not_there_is_still_an_error() -> None:
    asked = CliRunner().invoke(cli.program, ["run", "--lang", "xx", "--help"])
    assert asked.exit_code == 2
    assert "xx" in asked.output


def test_chinese_help_of_the_program_loads_nothing_heavy() -> None:
    heavy = ("numpy", "numba", "pandas", "rich.console", "zhizao.calendar")
    code = (
        "import sys; from zhizao.commands.cli import program\n"
        "program(['--help', '--lang', 'zh'], standalone_mode=False)\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "[]"


def test_a_terminal_without_chinese_letters_has_english_help() -> None:
    command = [sys.executable, "-m", "zhizao.commands.cli", "--help"]
    environment = {"LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(filter(None, sys.path))}
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert found.stdout.startswith("Usage")
