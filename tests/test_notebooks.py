"""The notebooks: each is a script and a notebook of the same cells, without outputs, and all of them run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

jupytext = pytest.importorskip("jupytext", reason="the extra notebooks is not installed")
nbclient = pytest.importorskip("nbclient", reason="the extra notebooks is not installed")

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
SCRIPTS = sorted(FOLDER.glob("*.py"))
QUICK = "4"
"""Draws with which every notebook takes seconds."""


def cells(notebook: Any) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def test_every_notebook_is_one_of_a_pair() -> None:
    assert SCRIPTS
    assert {file.stem for file in SCRIPTS} == {file.stem for file in FOLDER.glob("*.ipynb")}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_pair_has_the_same_cells_and_no_outputs(script: Path) -> None:
    notebook = jupytext.read(script.with_suffix(".ipynb"))
    assert cells(notebook) == cells(jupytext.read(script)), "run: jupytext --sync notebooks/*.py"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code), "outputs are not kept; clear them"


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_runs(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIZAO_NOTEBOOK_DRAWS", os.environ.get("ZHIZAO_NOTEBOOK_DRAWS", QUICK))
    notebook = jupytext.read(script)
    client = nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    )
    client.execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    charts = [cell for cell in notebook.cells if cell.cell_type == "code" and "_chart(" in cell.source]
    pictures = [output for output in shown if "image/png" in output.get("data", {})]
    assert shown
    assert len(pictures) >= len(charts)
