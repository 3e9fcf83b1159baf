"""Whose code runs: a folder full of modules and settings with common names changes nothing, whatever is run in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zhizao.isolation import module_path

NAMES = (
    "random",
    "calendar",
    "types",
    "secrets",
    "typing",
    "enum",
    "json",
    "string",
    "token",
    "copy",
    "queue",
    "socket",
    "signal",
    "logging",
    "inspect",
    "select",
    "tempfile",
    "statistics",
    "__future__",
    "runpy",
    "site",
    "sitecustomize",
    "usercustomize",
    "numpy",
    "click",
    "pandas",
    "numba",
    "llvmlite",
    "pyarrow",
    "rich",
    "pydantic",
    "scipy",
    "yaml",
    "matplotlib",
    "streamlit",
    "openpyxl",
    "distributed",
    "sklearn",
    "SALib",
    "ema_workbench",
    "zhizao",
    "multiprocessing",
    "concurrent",
    "altair",
    "jinja2",
    "report",
    "words",
)
"""Names of modules that a student's folder may hold, from the standard library, the libraries and this package."""
BAD_SETTINGS = {
    "matplotlibrc": b"text.usetex: True\nsavefig.dpi: 3\nbackend: module://random\n\xff\xfe",
    ".numba_config.yaml": b"disable_jit: 1\nboundscheck: 1\ndebug_jit: 1\ncache_dir: stolen\n",
    ".streamlit/config.toml": b"[server]\nenableCORS = false\nenableXsrfProtection = false\n[theme]\nbase = 'dark'\n",
    ".streamlit/secrets.toml": b"[auth]\ncookie_secret = 'known'\n",
    ".env": b"ZHIZAO_LIMITS=toml_depth=1\n",
    "pyproject.toml": b"[tool.zhizao]\n",
    "dask.yaml": b"distributed: {}\n",
}
DESIGN = """
format = 1
title = "small"
draws = 2
series = false
references = false
chunk = 1
[set]
population.firms = 30
[sample]
method = "latin-hypercube"
size = 12
[[factor]]
key = "attention.spontaneous_rate"
[[factor]]
key = "awareness.start_share"
"""
SCENARIO = """
format = 1
title = "m"
question = "q"
source = "s"
extends = "baseline"
[parameters]
population.firms = 40
"""
STARTED = "marker-"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that marks whatever is loaded from it."""
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text(
            f"open({str(tmp_path / STARTED)!r} + {name!r}, 'w').close()\nraise SystemExit(77)\n"
        )
    for name, content in BAD_SETTINGS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "design.toml").write_text(DESIGN)
    (tmp_path / "mine.toml").write_text(SCENARIO)
    return tmp_path


def program() -> list[str]:
    script = Path(sys.executable).with_name("zhizao")
    return [str(script)] if script.is_file() else [sys.executable, "-P", "-m", "zhizao"]


def run_in(folder: Path, *command: str, code: int = 0, **environment: str) -> str:
    left_out = ("PYTHONPATH", "PYTHONSAFEPATH")
    clean = {name: value for name, value in os.environ.items() if name not in left_out}
    done = subprocess.run(
        command, cwd=folder, env=clean | environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert loaded(folder) == [], done.stderr[-1000:]
    assert done.returncode == code, done.stderr[-2000:]
    assert "fault of zhizao" not in done.stderr
    return done.stdout


def loaded(folder: Path) -> list[str]:
    return sorted(path.name.removeprefix(STARTED) for path in folder.glob(f"{STARTED}*"))


def test_the_marks_work(folder):
    subprocess.run([sys.executable, "-c", "import random"], cwd=folder, capture_output=True, check=False)
    assert loaded(folder) == ["random"]


QUICK: dict[str, list[str]] = {
    "help": ["--help"],
    "scenarios": ["scenarios"],
    "params": ["params"],
    "run": ["run", "mine.toml", "--seed", "3", "--quiet"],
    "sweep": ["sweep", "design.toml", "--out", "swept", "--workers", "2", "--quiet"],
}
FITTED = ("--district", "example", "--treatment", "facts", "--quick", "--particles", "100", "--bank", "512")
SLOW: dict[str, list[str]] = {
    "compare": [
        "compare",
        "baseline",
        "mine.toml",
        "--draws",
        "2",
        "--n-firms",
        "40",
        "--workbook",
        "w.xlsx",
        "--chart",
        "c.png",
    ],
    "report": ["report", "out", "baseline", "no-grants", "--short", "--draws", "2", "--n-firms", "40"],
    "reach": ["reach", "--draws", "2", "--tries", "10", "--n-firms", "40"],
    "evidence": ["evidence"],
    "calibrate": ["calibrate", *FITTED, "--out", "out"],
    "check": ["calibrate", "--check"],
    "show": ["scenarios", "show", "mine.toml", "--resolved"],
}


@pytest.mark.parametrize("arguments", QUICK.values(), ids=QUICK)
def test_no_command_loads_what_lies_in_its_folder(folder, arguments):
    run_in(folder, *program(), *arguments)


@pytest.mark.slow
def test_the_module_loads_nothing_either_once_python_has_found_it(folder):
    """`python -m` itself looks for `runpy` and the package in the working directory, before any of our code."""
    for name in ("runpy", "zhizao", "types", "typing", "enum", "inspect", "token", "copy"):
        (folder / f"{name}.py").unlink()
    # what `runpy` needs is Python's to find; all that the program needs beyond that is not taken from here
    run_in(folder, sys.executable, "-m", "zhizao", "run", "mine.toml", "--seed", "3", "--quiet")
    assert "small" in run_in(
        folder, sys.executable, "-m", "zhizao", "sweep", "design.toml", "--out", "swept", "--workers", "2"
    )


def test_a_program_of_the_user_sweeps_without_lending_its_folder_to_workers(folder):
    """In a notebook or `python -c` the folder is the user's own, but no process looks there."""
    code = """
import sys
here = sys.path.pop(0)
import zhizao as zz
zz.sweep, zz.compare
import multiprocessing.popen_forkserver, pyarrow.parquet, pandas, pydantic, scipy.stats
sys.path.insert(0, here)
zz.sweep("design.toml", "swept", workers=2)
print(sys.path[0] == here, sys.modules["__main__"].here == here)
"""
    assert run_in(folder, sys.executable, "-c", code).strip() == "True True"


def test_a_user_may_name_the_folder(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", ["", str(folder), *sys.path[1:]])
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert str(folder) in module_path()  # put there by somebody, and not by the start of Python
    monkeypatch.setattr(sys, "path", [str(folder), "", "relative", *sys.path[2:]])
    assert not {str(folder), "", "relative"} & set(module_path())
    monkeypatch.setenv("PYTHONPATH", str(folder))
    assert module_path()[0] == str(folder)


@pytest.mark.parametrize("kind", ["chart", "numba"])
def test_settings_in_the_folder_do_not_count(folder, kind):
    if kind == "numba":
        code = "from zhizao.compiled import numba; numba.core.config.reload_config()"
        code += "; print(numba.core.config.DISABLE_JIT)"
        assert run_in(folder, sys.executable, "-P", "-c", code).strip() == "0"
        return
    pytest.importorskip("matplotlib")
    draw = ["run", "baseline", "--n-firms", "30", "--seed", "1", "--quiet", "--chart"]
    run_in(folder, *program(), *draw, "here.png")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    run_in(elsewhere, *program(), *draw, "here.png")
    assert (folder / "here.png").read_bytes() == (elsewhere / "here.png").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("arguments", SLOW.values(), ids=SLOW)
def test_no_longer_command_loads_what_lies_in_its_folder(folder, arguments):
    run_in(folder, *program(), *arguments)


@pytest.mark.slow
def test_no_analysis_loads_what_lies_in_its_folder(folder):
    pytest.importorskip("SALib")
    pytest.importorskip("ema_workbench")
    many = ["--size", "120", "--draws", "1"]
    run_in(folder, *program(), "sweep", "design.toml", "--out", "swept", "--workers", "2", "--quiet", *many)
    run_in(folder, *program(), "sensitivity", "swept")
    run_in(folder, *program(), "discover", "swept")
    run_in(folder, *program(), "sweep", "--status", "swept")


def test_workers_of_a_fit_know_a_simulator_of_the_users_own_program(folder):
    for name in NAMES:
        (folder / f"{name}.py").unlink()
    (folder / "helper_of_mine.py").write_text("factor = 3.0\n")
    (folder / "other.py").write_text(
        "class Other:\n    names = ('one',)\n    def __call__(self, point, seed):\n        return point[:1]\n"
    )
    (folder / "mine.py").write_text("""
import helper_of_mine
from other import Other
import numpy as np
from zhizao.fitting.evaluate import Evaluator
class Mine:
    names = ("one",)
    def __call__(self, point, seed):
        return point[:1] * helper_of_mine.factor
if __name__ == "__main__":
    with Evaluator(Mine(), workers=2) as evaluate:
        print(evaluate(np.full((120, 2), 0.5), np.arange(120, dtype=np.uint64)).sum())
    with Evaluator(Other(), workers=2) as evaluate:
        print(evaluate(np.full((120, 2), 0.5), np.arange(120, dtype=np.uint64)).sum())
""")
    assert run_in(folder, sys.executable, "mine.py").split() == ["180.0", "60.0"]


def test_a_script_may_sweep_without_a_guard_around_it(folder):
    for name in NAMES:
        (folder / f"{name}.py").unlink()
    (folder / "study.py").write_text(
        "import zhizao as zz\nprint(len(zz.sweep('design.toml', 'swept', workers=2).scalars()))\n"
    )
    assert run_in(folder, sys.executable, "study.py").strip() == "24"
