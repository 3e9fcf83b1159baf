"""Renew what the README takes from the model: the plan's three sentences, the table and the picture.

Run: ``python docs/make_readme.py``. The sentences come from ``calibration/fitted/findings.json``, which
``zhizao calibrate`` writes, the table and the picture from ``zhizao compare``.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import replace
from pathlib import Path

from marks import put

from zhizao.commands.report import TELLING
from zhizao.report.calibration_report import what_it_takes
from zhizao.report.charts import save_chart
from zhizao.results.outcomes import OUTCOMES
from zhizao.studies.compare import compare
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python docs/make_readme.py"
BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}
HEADERS = (
    "policy", "level 2, reported, %", "level 2, true, %", "difference, true, points", "plan met, plan · facts, %",
    "public money", "of it deadweight, %", "cost per SME truly added",
)  # fmt: skip


def span(entry: dict[str, float], scale: float = 1.0, digits: int = 0, sign: str = "") -> str:
    """Write a mean and its interval."""
    numbers = (f"{scale * entry[name]:{sign}.{digits}f}".replace("-", "−") for name in ("mean", "low", "high"))
    middle, low, high = numbers
    return f"{middle} ({low} to {high})"


def row(done: Comparison, entry: Compared) -> str:
    """Return one scenario's line of the table."""
    reported, true, spend, cost = (
        entry.summary(BY_NAME[name])
        for name in (
            "level2_share_end",
            "level2_share_true_end",
            "public_spend_total",
            "cost_per_additional_level2_firm",
        )
    )
    first = entry is done.first
    change = "–" if first else span(entry.difference(BY_NAME["level2_share_true_end"], done.first), 100.0, 1, "+")
    met = done.target_probability(entry.label)
    cells = (
        f"`{entry.label}`", span(reported, 100.0), span(true, 100.0), change,
        " · ".join("–" if met[name] is None else f"{100.0 * met[name]:.1f}" for name in ("plan", "facts")),
        span(spend), f"{100.0 * entry.account.shares()['deadweight']:.0f}",
        "–" if entry.label == "no-programme" else f"{cost['mean']:.1f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Compare all scenarios; put the table of all and a picture of the telling ones in place."""
    done = compare()
    first, *others = done.compared
    others.sort(key=lambda entry: -entry.outcomes["level2_share_true_end"].mean())
    lines = [
        f"| {' | '.join(HEADERS)} |",
        f"|{'---|' * len(HEADERS)}",
        *(row(done, entry) for entry in (first, *others)),
    ]
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
