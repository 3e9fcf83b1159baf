"""Renew what the README takes from the model: the plan's three sentences, the table and the picture.

Run: ``python docs/make_readme.py``. The sentences come from ``calibration/fitted/findings.json``, which
``zhizao calibrate`` writes, the table and the picture from ``zhizao compare``.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from marks import put

from zhizao.commands.comparison_table import short_headers, short_rows
from zhizao.commands.report import TELLING
from zhizao.report.calibration_report import what_it_takes
from zhizao.report.charts import save_chart
from zhizao.studies.compare import compare

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python docs/make_readme.py"


def line(cells: Sequence[str]) -> str:
    """Return a line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Compare all scenarios; put the table of all and a picture of the telling ones in place."""
    done = compare()
    headers = short_headers(done, "en")
    rows = [[f"`{name}`", *cells] for name, *cells in short_rows(done, "en")]
    lines = [line(headers), f"|{'---|' * len(headers)}", *map(line, rows)]
    found = json.loads((ROOT / "calibration" / "fitted" / "findings.json").read_text(encoding="utf-8"))
    file = ROOT / "README.md"
    text = put(file.read_text(encoding="utf-8"), "plan", COMMAND, wrapped(what_it_takes(found["needed"])))
    file.write_text(put(text, "table", COMMAND, lines), encoding="utf-8")
    telling = {
        treatment: tuple(entry for entry in compared if entry.label in TELLING)
        for treatment, compared in done.by_treatment.items()
    }
    save_chart(replace(done, by_treatment=telling), ROOT / "docs" / "compare.png")


def wrapped(sentences: list[str]) -> list[str]:
    """Break numbered sentences into lines."""
    return [line for sentence in sentences for line in textwrap.wrap(sentence, 118, subsequent_indent="   ")]


if __name__ == "__main__":
    main()
