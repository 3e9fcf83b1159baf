"""A copy of the package with a few lines changed, run in a process of its own: what a change by a user would do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import zhizao.draws
from zhizao.files import shipped

__all__ = ["Edits", "edited", "output_of"]

Edits = Mapping[str, Sequence[tuple[str, str]]]
"""By file of the package: each text to be found exactly once, and what takes its place."""

_PACKAGE = Path(zhizao.draws.__file__).parent


def edited(folder: Path, edits: Edits) -> Path:
    """Copy the package into a folder and change it; return the folder to import it from."""
    copy = folder / "zhizao"
    shutil.copytree(_PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    if not (copy / "data").exists():  # in a checkout the shipped files are beside the package
        (copy / "data").mkdir()
        for name in ("scenarios", "calibration"):
            (copy / "data" / name).symlink_to(shipped(name))
        shutil.copytree(shipped("districts"), copy / "data" / "districts")
    for name, changes in edits.items():
        text = (copy / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, f"{name} holds {text.count(old)} times: {old}"
            text = text.replace(old, new)
        (copy / name).write_text(text, encoding="utf-8")
    return copy.parent


def output_of(code: str, folder: Path | None = None) -> str:
    """Run code, without compiling, with the package of a folder (the one under test if there is none)."""
    source = folder or _PACKAGE.parent
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join((str(source), *sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
