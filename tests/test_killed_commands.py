"""Commands that are killed at some moment: no process is left, and what they write is the earlier or the new, whole."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tampering import OUTCOME, sealed_stores
from test_workers import GONE, PATIENCE, alive, below, until
from zhizao.results.stored import Stored, read

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them"),
]

SMALL = ("--n-firms", "60", "--until", "2024-06")
PAIR = ("baseline", "no-grants", "--draws", "4", *SMALL, "--workers", "2")
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("run", "baseline", *SMALL, "--out", "out", "--replace"),
    "compare": ("compare", *PAIR, "--out", "out", "--replace", "--workbook", "book.xlsx"),
    "report": ("report", "out", *PAIR, "--short", "--replace"),
    "rerun": ("rerun", "earlier", "--workers", "2", "--out", "out", "--replace"),
    "reach": ("reach", *SMALL, "--draws", "2", "--workers", "2", "--tries", "20"),
    "sensitivity": ("sensitivity", "saltelli", "--outcome", OUTCOME, "--chart", "chart.png"),
    "discover": ("discover", "futures", "--fails", f"{OUTCOME} < 0.8"),
}
SEEDED = ("run", "compare", "report", "reach")
KILLS = 5


def begin(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "zhizao", *arguments],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def are_gone(processes: set[int]) -> bool:
    """Whether processes end by themselves."""
    return until(lambda: not any(map(alive, processes)), GONE)


def finished(folder: Path, *arguments: str) -> float:
    """Do a command to its end; return how many seconds it took."""
    begun = time.monotonic()
    program = begin(folder, *arguments)
    _, said = program.communicate(timeout=PATIENCE)
    assert program.returncode == 0, said
    return time.monotonic() - begun


def numbers(folder: Path) -> Any:
    """Return all numbers of the results in a folder, having seen that every other file there is whole."""
    if (folder / "book.xlsx").exists():
        assert zipfile.ZipFile(folder / "book.xlsx").testzip() is None
    for chart in folder.rglob("*.png"):
        assert chart.read_bytes().rstrip().endswith(b"IEND\xaeB`\x82")
    out = folder / "out"
    if not out.exists():
        return None
    found = read(out / "results" if (out / "results").exists() else out)
    assert isinstance(found, Stored)
    return {name: table.to_csv() for name, table in found.tables.items()}


def seeded(command: str, seed: int) -> tuple[str, ...]:
    return (*COMMANDS[command], *(("--seed", str(seed)) if command in SEEDED else ()))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_killed_command_leaves_no_process_and_a_whole_result(command: str, tmp_path: Path) -> None:
    if command in ("sensitivity", "discover"):
        sealed_stores(tmp_path)
    if command == "rerun":
        finished(tmp_path, "run", "baseline", *SMALL, "--out", "earlier")
    finished(tmp_path, *seeded(command, 1))
    old = numbers(tmp_path)
    new_folder = Path(shutil.copytree(tmp_path, tmp_path.with_name(f"{tmp_path.name}-new")))
    seconds = finished(new_folder, *seeded(command, 2))
    results, dice = (old, numbers(new_folder)), random.Random(command)
    for kill in range(KILLS):
        program = begin(tmp_path, *seeded(command, 2))
        time.sleep(seconds * dice.uniform(*((0.2, 0.9) if kill % 2 else (0.85, 1.05))))
        everyone = below(program.pid)
        program.send_signal(signal.SIGKILL)
        _, said = program.communicate(timeout=PATIENCE)
        assert "Traceback" not in said
        assert are_gone(everyone)
        assert numbers(tmp_path) in results
    finished(tmp_path, *seeded(command, 2))
    assert numbers(tmp_path) == results[1]
    assert not [file for file in tmp_path.rglob(".zhizao-*") if not file.name.endswith("lock")]


def test_a_killed_dashboard_leaves_no_process(tmp_path: Path) -> None:
    pytest.importorskip("streamlit", reason="the dashboard needs the extra app")
    program = begin(tmp_path, "app")
    assert program.stdout is not None
    line = program.stdout.readline()
    found = re.search(r"http://[\w.:]+", line)
    assert found, line
    address = found[0].rstrip(".")

    def answers() -> bool:
        try:
            return bool(urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).status == 200)
        except OSError:
            return False

    try:
        assert until(answers)
    finally:
        everyone = below(program.pid)
        program.kill()
        program.communicate(timeout=PATIENCE)
    assert are_gone(everyone)
    assert not answers()
