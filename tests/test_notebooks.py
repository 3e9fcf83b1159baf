"""The notebooks: each is a script and a notebook of the same cells, whose outputs are those of these cells."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

jupytext = pytest.importorskip("jupytext", reason="the extra notebooks is not installed")
pytest.importorskip("nbclient", reason="the extra notebooks is not installed")

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
SCRIPTS = sorted(FOLDER.glob("*.py"))
AGAIN = "run: python docs/make_notebooks.py"
MOST_BYTES = 300_000


def cells(notebook: Any) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def test_every_notebook_is_one_of_a_pair() -> None:
    assert SCRIPTS
    assert {file.stem for file in SCRIPTS} == {file.stem for file in FOLDER.glob("*.ipynb")}


@pytest.fixture(scope="module")
def maker() -> Any:
    """The script that runs notebooks and keeps what they show."""
    return SimpleNamespace(**runpy.run_path(str(FOLDER.parent / "docs" / "make_notebooks.py")))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_pair_has_the_same_cells_and_outputs_of_these_cells(script: Path, maker: Any) -> None:
    file = script.with_suffix(".ipynb")
    notebook = jupytext.read(file)
    assert cells(notebook) == cells(jupytext.read(script)), AGAIN
    assert notebook.metadata["zhizao"]["code"] == maker.code_mark(notebook), AGAIN
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = [output for cell in code for output in cell.outputs]
    assert maker.printed(notebook) or any("image/png" in output.get("data", {}) for output in shown)
    assert not [output for output in shown if output.output_type == "error" or output.get("name") == "stderr"]
    assert file.stat().st_size < MOST_BYTES


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_teaches_in_words_and_pictures(script: Path) -> None:
    notebook = jupytext.read(script.with_suffix(".ipynb"))
    words = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    pictures = [
        output for cell in notebook.cells for output in cell.get("outputs", []) if "image/png" in output.get("data", {})
    ]
    assert len(words) >= 4
    assert pictures


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_gives_again_what_it_shows(script: Path, maker: Any) -> None:
    kept = jupytext.read(script.with_suffix(".ipynb"))
    again = maker.tidied(maker.executed(script, kept.metadata["zhizao"]["draws"]), kept.metadata["zhizao"]["draws"])
    assert maker.printed(again) == maker.printed(kept), AGAIN
