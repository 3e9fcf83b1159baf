"""How often 90 % intervals hold the truth: many made-up cities like the example, each fitted, its truths looked up.

Run ``python districts/example/many_cities.py`` from the top of the repository. Truths are runs of one bank of the
prior; each is published with the wording, rounding and scatter of the facts in ``evidence.toml``, fitted by weighting
all other runs of the bank, and looked up in its own posterior.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import zhizao as zz

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Make the bank, fit the cities, print the counts."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--cities", type=int, default=200)
    options.add_argument("--bank", type=int, default=4096)
    options.add_argument("--seed", type=int, default=3)
    options.add_argument("--work", type=Path, default=Path("runs/coverage"))
    asked = options.parse_args()
    zz.use_district(HERE)
    from zhizao.fitting.diagnostics import recovery
    from zhizao.studies.calibration.calibrate import report_of
    from zhizao.studies.calibration.fit import CalibrationSettings, calibration_bank
    from zhizao.studies.options import cores

    settings = CalibrationSettings(bank=asked.bank, seed=asked.seed, workers=cores(), folder=asked.work)
    bank = calibration_bank(settings, lambda done, total: print(f"{done:,} of {total:,} runs"), effects=False)
    figures = tuple(name for name in ("level3_2024", "started_2024", "level2_share_at_target") if name in bank.names)
    found = recovery(bank, report_of, truths=asked.cities, seed=asked.seed, derived=figures)
    held = np.abs(found.ranks - 0.5) <= 0.45
    print(f"{found.truths} of {len(found.sizes)} cities fitted; median effective size {np.median(found.sizes):.0f}")
    for name, column in zip(found.names, held.T, strict=True):
        print(f"{name:40} {column.sum():4d} of {column.size} intervals hold the truth ({column.mean():.1%})")
    print(f"{'all':40} {held.sum():4d} of {held.size} ({held.mean():.1%}); nominal 90 %")
    print("ranks that leave the bands of even ones:", ", ".join(found.uneven()) or "none")


if __name__ == "__main__":
    main()
