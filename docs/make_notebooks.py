"""Run the notebooks and keep what they show: small pictures, tables and the mark of the cells that made them.

Run: ``python docs/make_notebooks.py [NAME ...]``. Cells come from the scripts beside the notebooks. A test runs them
again with as many draws as were used here and compares what they print.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import sys
from pathlib import Path
from typing import Any

import jupytext
import nbclient
from PIL import Image

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
DRAWS = 24
"""Draws with which the kept outputs are made: enough to see what a chart says, and quick to make again."""
WIDTH, COLOURS = 720, 48
"""Pixels across a kept picture, and its colours."""
OWN = "zhizao"
"""Where a notebook says how its outputs were made, in its metadata."""


def code_mark(notebook: Any) -> str:
    """Return the SHA-256 of all code cells: outputs of other cells are not current."""
    text = "\0".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return hashlib.sha256(text.encode()).hexdigest()


def executed(script: Path, draws: int) -> Any:
    """Return the notebook of a script with its outputs."""
    notebook = jupytext.read(script)
    before = os.environ.get("ZHIZAO_NOTEBOOK_DRAWS")
    os.environ["ZHIZAO_NOTEBOOK_DRAWS"] = str(draws)
    try:
        client = nbclient.NotebookClient(
            notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
        )
        client.execute()
    finally:
        if before is None:
            del os.environ["ZHIZAO_NOTEBOOK_DRAWS"]
        else:
            os.environ["ZHIZAO_NOTEBOOK_DRAWS"] = before
    return notebook


def printed(notebook: Any) -> list[str]:
    """Return what the cells print and show as text, without what says only where a figure is in memory."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stdout":
                found.append(output.text)
            elif output.output_type in ("execute_result", "display_data") and "image/png" not in output.data:
                found.append(output.data["text/plain"])
    return found


def tidied(notebook: Any, draws: int) -> Any:
    """Return a notebook with small pictures, without progress and remarks, and with the mark of its cells."""
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        cell.execution_count = number
        cell.metadata = {}
        cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
            if png := output.get("data", {}).get("image/png"):
                output.data["image/png"] = smaller(png)
                output.metadata = {}
    for cell in notebook.cells:
        cell.pop("id", None)
    notebook.nbformat_minor = 4  # cells have no ids, which would differ each time
    kept = {name: notebook.metadata[name] for name in ("jupytext", "kernelspec") if name in notebook.metadata}
    notebook.metadata = {**kept, OWN: {"code": code_mark(notebook), "draws": draws}}
    return notebook


def smaller(png: str) -> str:
    """Return a picture, as a notebook holds it, at `WIDTH` with few colours."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    if picture.width > WIDTH:
        picture = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)
    made = io.BytesIO()
    picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        made, "PNG", optimize=True
    )
    return base64.b64encode(made.getvalue()).decode()


def main() -> None:
    """Run the named notebooks, or all."""
    scripts = sorted(FOLDER.glob("*.py"))
    for script in scripts:
        if sys.argv[1:] and not any(name in script.stem for name in sys.argv[1:]):
            continue
        file = script.with_suffix(".ipynb")
        jupytext.write(tidied(executed(script, DRAWS), DRAWS), file)
        sys.stdout.write(f"{file.name}: {file.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    main()
