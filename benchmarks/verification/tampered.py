"""Damaged folders of results through every command: ``python benchmarks/verification/tampered.py``.

Runs, comparisons, sweeps, ensembles, reports and work of a calibration are damaged in twelve ways and given to the
commands, which must end with 2 and the name of a file or folder, or answer as for the undamaged parts. It prints how
often which command ended how, and ends with 1 if one did anything else. Calibrations fit a formula instead of the
model, since runs of the model take most of their time and have nothing to do with files.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests"))

from every_command import DEAR, QUICK, Folders, try_commands  # noqa: E402

WEIGHTS = {"saltelli": 1.5, "futures": 1.5, "report": 0.5, "calibration": 0.5}
"""How many folders there are of some kinds, compared with the others."""


def main() -> None:
    """Print a line for each kind of folder, and what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="how many folders are damaged, all kinds together")
    parser.add_argument("--kinds", nargs="*", default=[*QUICK, *DEAR], choices=[*QUICK, *DEAR])
    parser.add_argument("--seed", default="1")
    given = parser.parse_args()
    weights = {kind: WEIGHTS.get(kind, 1.0) for kind in given.kinds}
    wrong = tried = 0
    with tempfile.TemporaryDirectory() as place:
        folders = Folders(Path(place)).make(tuple(given.kinds))
        for kind in given.kinds:
            dice, counts, begun = random.Random(f"{given.seed} {kind}"), Counter[str](), time.monotonic()
            count = round(given.count * weights[kind] / sum(weights.values()))
            for number in range(count):
                tried += 1
                if number and number % 25 == 0:
                    print(f"{kind}: {number} of {count}, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
                try:
                    try_commands(folders, kind, dice, counts)
                except AssertionError as error:
                    wrong += 1
                    print(f"WRONG {error} {error.__cause__!r}"[:2000], flush=True)
            ends = ", ".join(f"{told} {count}" for told, count in sorted(counts.items()))
            print(f"{kind}, {time.monotonic() - begun:.0f} s: {ends}", flush=True)
    print(f"{tried:,} damaged folders, {wrong} of them neither refused by name nor answered rightly")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
