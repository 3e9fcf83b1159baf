"""Known regression: a few baseline numbers, kept in ``known_numbers.json``.

``python benchmarks/verification/known_numbers.py`` runs them again and says what has moved;
``... --renew "LINE"`` writes what is now, and asks that the line is under **Results** in CHANGELOG.md, since people
quote these numbers.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np

from zhizao.studies.run import run

__all__ = ["FILE", "TOLERANCE", "explained", "known", "moved", "now", "renew"]

FILE = Path(__file__).with_name("known_numbers.json")
CHANGELOG = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
SCENARIOS = ("baseline", "no-programme", "no-grants", "services-surge", "pay-for-results")
CASES = (("prior", 0), ("prior", 1), ("plan", 0), ("facts", 0))
"""Numbers as declared under two seeds, and the central member of each treatment."""
CHECKED_MONTHS = ("2018-12", "2023-12", "2025-12")
CHECKED_SERIES = ("firms", "level2_share", "level2_share_true", "robot_share", "output", "provider_price")
TOLERANCE = 1e-9
"""Relative. What is counted is the same to the last firm; money may differ in the last digits between machines."""


def now() -> dict[str, float]:
    """Return every number by name, from this code."""
    found: dict[str, float] = {}
    for scenario in SCENARIOS:
        for calibration, seed in CASES:
            done = run(scenario, seed=seed, calibration=calibration)
            name = f"{scenario} · {calibration} · seed {seed}"
            found |= {f"{name} · {key}": value for key, value in done.outcomes.items() if math.isfinite(value)}
            for month in CHECKED_MONTHS:
                at = done.months.index(month)
                found |= {f"{name} · {key} {month}": float(done.series[key][at]) for key in CHECKED_SERIES}
    return found


def _record() -> dict[str, Any]:
    record: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return record


def known() -> dict[str, float]:
    """Return the numbers that are kept."""
    numbers: dict[str, float] = _record()["numbers"]
    return numbers


def moved(before: dict[str, float], after: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Return before and after of every number that is not the same, or is there in one only."""
    nothing = math.nan
    pairs = {key: (before.get(key, nothing), after.get(key, nothing)) for key in sorted(before.keys() | after.keys())}
    return {key: (old, new) for key, (old, new) in pairs.items() if not _same(old, new)}


def _same(old: float, new: float) -> bool:
    return bool(np.isclose(old, new, rtol=TOLERANCE, atol=0.0))


def explained(line: str) -> bool:
    """Whether the line is under a heading "Results" of the changelog."""
    heading, wanted = "", " ".join(line.split())
    entries: list[str] = []
    for text in CHANGELOG.read_text(encoding="utf-8").splitlines():
        if text.startswith("#"):
            heading = text.strip("# ")
        elif heading == "Results" and text.startswith("- "):
            entries.append(text[2:].strip())
        elif heading == "Results" and text.startswith("  ") and entries:
            entries[-1] += " " + text.strip()
    return bool(wanted) and wanted in entries


def renew(line: str) -> int:
    """Write the numbers of this code with the line of the changelog that explains them; return how many moved."""
    if not explained(line):
        raise SystemExit(f'CHANGELOG.md has no line "{line}" under Results; say there what moved and why, then renew')
    numbers = now()
    changed = moved(known() if FILE.exists() else {}, numbers)
    if changed and FILE.exists() and line == because():
        raise SystemExit(f'"{line}" explains the numbers that are kept; these have moved since: say again what moved')
    text = json.dumps({"because": line, "numbers": numbers}, ensure_ascii=False, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")
    return len(changed)


def because() -> str:
    """Return the line of the changelog that explains the numbers that are kept."""
    return str(_record()["because"])


def main() -> int:
    """Compare, or renew; the exit code is 1 if a number has moved."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--renew", metavar="LINE", help="line under Results of CHANGELOG.md that explains the change")
    asked = parser.parse_args().renew
    if asked is not None:
        print(f"{renew(asked)} numbers renewed in {FILE.name}")
        return 0
    changed = moved(known(), now())
    for key, (old, new) in changed.items():
        print(f"{key}: {old!r} is now {new!r}")
    print(f"{len(changed)} of {len(known())} known numbers have moved")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
