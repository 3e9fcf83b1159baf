"""Disks that are full or may not be written to, and nothing in the package that would run what a file says."""

from __future__ import annotations

import ast
import errno
import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import zhizao.draws
from zhizao.commands import cli
from zhizao.commands.console import remark

PACKAGE = Path(zhizao.draws.__file__).parent
RUNS_CODE = {"eval", "exec", "compile", "__import__"}
"""Calls that run what a text says. (``re.compile`` and imports by a name written in the source are others.)"""
OF_THE_USER = {("ideas/file.py", "compile"), ("ideas/file.py", "exec")}
"""A file of ideas is a program that the user names with ``--ideas`` or in Python; nothing else may name one."""
FORBIDDEN = {"pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib", "yaml"}
"""Modules that read objects, and so run code, from files."""


def calls(path: Path) -> Iterator[tuple[int, str, ast.Call]]:
    """Every call of a file: line, name and node."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func), node


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_runs_what_a_file_says(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    imported |= {
        (node.module or "").split(".")[0] for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)
    }
    assert not imported & FORBIDDEN
    for line, name, node in calls(path):
        where = f"{path.name}, line {line}"
        assert name not in RUNS_CODE or (f"{path.parent.name}/{path.name}", name) in OF_THE_USER, where
        assert not name.endswith((".system", ".popen", "read_pickle", "to_pickle", "read_hdf")), where
        given = {word.arg: ast.unparse(word.value) for word in node.keywords}
        assert given.get("allow_pickle", "False") == "False", where
        assert given.get("shell", "False") == "False", where
        if name.endswith("np.load"):
            assert given.get("allow_pickle") == "False", where


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of its own with the options given; skipped where none may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    done = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", request.param, "tmpfs", str(place)], capture_output=True, check=False
        )
        if os.geteuid() == 0
        else None
    )
    if done is None or done.returncode != 0:
        pytest.skip("no disk may be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


SMALL = ["--n-firms", "20", "--until", "2024-03", "--quiet"]
COMMANDS = {
    "run": ["run", "baseline", "--n-firms", "20", "--until", "2024-03", "--quiet", "--out"],
    "compare": ["compare", "baseline", "no-grants", "--draws", "2", *SMALL, "--out"],
}


@pytest.mark.parametrize("disk", ["size=16k"], indirect=True, ids=["full"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_told_in_a_line_and_leaves_nothing_half_written(disk: Path, command: str) -> None:
    found = CliRunner().invoke(cli.program, [*COMMANDS[command], str(disk / "results")])
    assert found.exit_code == 2, found.output
    assert "No space left" in found.output
    assert len(found.stderr.strip().splitlines()) == 1
    left = sorted(path.name for path in disk.rglob("*") if path.is_file())
    assert "run.json" not in left
    assert not [name for name in left if name.startswith(".") or "partial" in name]


@pytest.mark.parametrize("disk", ["ro"], indirect=True, ids=["read-only"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_disk_that_may_not_be_written_to_is_told_in_a_line(disk: Path, command: str) -> None:
    for folder in (disk / "results", disk):
        found = CliRunner().invoke(cli.program, [*COMMANDS[command], str(folder)])
        assert found.exit_code == 2, found.output
        assert "cannot be written" in found.output
        assert len(found.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("disk", ["size=4k", "ro"], indirect=True, ids=["full", "read-only"])
@pytest.mark.parametrize("option", ["--workbook out.xlsx", "--chart out.png"])
def test_a_workbook_or_chart_that_cannot_be_written(disk: Path, option: str) -> None:
    name, file = option.split()
    command = ["compare", "baseline", "no-grants", "--draws", "2", *SMALL, name, str(disk / file)]
    found = CliRunner().invoke(cli.program, command)
    assert found.exit_code == 2, found.output
    assert f"{file}: cannot be written" in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1
    assert not list(disk.iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_may_not_be_written_to(tmp_path: Path, command: str) -> None:
    tmp_path.chmod(0o500)
    found = CliRunner().invoke(cli.program, [*COMMANDS[command], str(tmp_path / "results")])
    tmp_path.chmod(0o700)
    assert found.exit_code == 2
    assert "cannot be written" in found.output


class FullStream(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_remarks_that_cannot_be_written_stop_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", FullStream())
    remark("compare: 1 of 8 draws", quiet=False)
