"""Renew the tables of docs/SENSITIVITY.md from two stored sweeps.

Run: ``python docs/make_sensitivity.py STORE GROUP_STORE``, the stores of the designs ``what-matters`` and
``what-matters-groups``. Each may be unfinished; how much of it was used is written with every table.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from marks import put

from zhizao.results.outcomes import Outcome
from zhizao.studies.sensitivity.sensitivity import Analysed, Sensitivity, sensitivity

COMMAND = "python docs/make_sensitivity.py"
FILE = Path(__file__).resolve().parent / "SENSITIVITY.md"
OUTCOMES = ("target_met", "level2_share_end", "cost_per_additional_level2_firm", "level2_firms_per_million")
SHOWN = 0.02
"""Factors whose total index is below this share stand together in one line."""


def main(store: str, group_store: str) -> None:
    """Analyse both stores and put the tables in place."""
    single, grouped = sensitivity(store, OUTCOMES), sensitivity(group_store, OUTCOMES)
    text = FILE.read_text(encoding="utf-8")
    for entry in single.outcomes:
        text = put(text, entry.outcome.name, COMMAND, [*summary(entry), "", *factors(single, entry)])
    text = put(text, "groups", COMMAND, groups(grouped))
    FILE.write_text(text, encoding="utf-8")


def summary(entry: Analysed) -> list[str]:
    """Say what was analysed, and what the factors explain each by itself."""
    together = entry.explained
    assert together is not None
    lines = [
        f"{entry.kept:,} blocks ({entry.rows:,} points) used, {entry.dropped:,} not (not run yet, or without this "
        f"outcome). Mean {written(entry.mean, entry.outcome)}, standard deviation {written(entry.sd, entry.outcome)}."
    ]
    if entry.outcome.name == "target_met":
        lines.append(f"The plan is met in {round(entry.mean * entry.rows):,} of the {entry.rows:,} points.")
    if entry.infinite:
        lines.append(f"Infinite in {percent(entry.infinite, 2)} of them.")
    if entry.ranks:
        lines.append("On ranks.")
    low, high = percent(together.low), percent(together.high)
    lines.append(f"By themselves the factors explain {percent(together.share)} ({low} to {high}) of the variance.")
    return lines


def factors(found: Sensitivity, entry: Analysed) -> list[str]:
    """Return the table of single factors, the largest total index first."""
    table = found.table[found.table["outcome"] == entry.outcome.name].sort_values("total", ascending=False)
    shown = table[table["total"] >= SHOWN]
    rows = [
        f"| `{row['factor']}` | {row['group']} | {cell(row, 'first')} | {cell(row, 'total')} |"
        for _, row in shown.iterrows()
    ]
    rest = len(table) - len(shown)
    if rest:
        largest = table["total"].iloc[len(shown)]
        rows.append(f"| {rest} others | | | each at most {largest:.3f} |")
    return ["| factor | group | first | total |", "|---|---|---|---|", *rows]


def groups(found: Sensitivity) -> list[str]:
    """Return two tables of groups: total indices and first-order ones, a column for each outcome."""
    events = next(entry for entry in found.outcomes if entry.outcome.name == "target_met")
    lines = [
        f"{events.kept:,} blocks ({events.rows:,} points) used, {events.dropped:,} not. The plan is met in "
        f"{round(events.mean * events.rows):,} of these points."
    ]
    for name in ("total", "first"):
        lines += ["", f"| {name} | {' | '.join(entry.outcome.english for entry in found.outcomes)} |"]
        lines.append(f"|---|{'---|' * len(found.outcomes)}")
        for group in dict.fromkeys(found.table["group"]):
            rows = found.table[found.table["group"] == group].set_index("outcome")
            cells = [cell(rows.loc[entry.outcome.name], name) for entry in found.outcomes]
            lines.append(f"| {group} | {' | '.join(cells)} |")
    return lines


def cell(row: pd.Series, name: str) -> str:
    """Write an index and its interval."""
    return f"{row[name]:.2f} ({row[f'{name}_low']:.2f} to {row[f'{name}_high']:.2f})".replace("-", "−")


def written(value: float, outcome: Outcome) -> str:
    """Write a number in its unit."""
    return percent(value, 1) if outcome.unit.startswith("share") else f"{value:.2f} {outcome.unit}"


def percent(value: float, digits: int = 0) -> str:
    """Write a share."""
    return f"{100.0 * value:.{digits}f} %".replace("-", "−")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
