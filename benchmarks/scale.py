"""How time and memory grow: ``python benchmarks/scale.py [--largest 5000000] [--out docs/scale.csv]``.

Districts from 500 firms to China's above-scale industry (500,000) and its manufacturing SMEs (5 million), with money,
staff and output in step, each built and run in a process of its own, the baseline to 2025-12; then half and twice as
many months at 50,000 firms. Prints seconds to build the district and its network, seconds to run it, the largest
memory of the process, and the exponents of growth, fitted by least squares on logarithms from 10,000 firms on (of
memory: what is above that of the smallest district, which is the program itself).
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from speed import SEED, inputs
from zhizao.engine.simulation import Setting, run_one
from zhizao.policy.offers import monthly_offers
from zhizao.population.district import build_district
from zhizao.report.charts.scale import scale_chart
from zhizao.report.charts.style import save_figure

SIZES = (500, 2_000, 10_000, 50_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000)
MONTHS = (48, 96, 156)
LEAST_FITTED = 10_000
FIELDS = ("firms", "months", "build_seconds", "seconds", "gigabytes", "links")


def one(firms: int, months: int) -> dict[str, float]:
    """Build and run one district here; return what it cost."""
    run_small(months)  # load the compiled code, which is not part of the cost
    parameters, policies = inputs(firms)
    policies = (policies + policies[-1:] * months)[:months]
    begun = time.perf_counter()
    district = build_district(parameters, SEED, months=months)
    built = time.perf_counter()
    run_one(Setting(district=district, parameters=parameters, seed=SEED), monthly_offers(policies, parameters))
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "firms": firms,
        "months": months,
        "build_seconds": built - begun,
        "seconds": done - built,
        "gigabytes": peak / 1e9,
        "links": district.partners.size // 2,
    }


def run_small(months: int) -> None:
    """Run a small district once."""
    parameters, policies = inputs(500)
    policies = (policies + policies[-1:] * months)[:months]
    district = build_district(parameters, SEED, months=months)
    run_one(Setting(district=district, parameters=parameters, seed=SEED), monthly_offers(policies, parameters))


def measured(firms: int, months: int) -> dict[str, float]:
    """Return what a district costs in a process of its own."""
    command = [sys.executable, __file__, "--one", str(firms), str(months)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(
        f"{firms:>9,} firms, {months:>3} months, {found['links']:>10,} links: build {found['build_seconds']:6.2f} s, "
        f"run {found['seconds']:6.2f} s ({firms * months / found['seconds'] / 1e6:5.1f} M firm-months/s), "
        f"{found['gigabytes']:.2f} GB",
        flush=True,
    )
    return found


def exponent(rows: list[dict[str, float]], along: str, what: str) -> float:
    """Return the slope of the logarithm of `what` along the logarithm of `along`."""
    logs = np.log([[row[along], row[what]] for row in rows])
    return float(np.polyfit(logs[:, 0], logs[:, 1], 1)[0])


def _above_the_smallest(rows: list[dict[str, float]]) -> list[dict[str, float]]:
    """Return the larger districts with the memory that they need above the smallest."""
    least = rows[0]["gigabytes"]
    return [row | {"gigabytes": row["gigabytes"] - least} for row in rows if row["firms"] >= 200_000]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--one", type=int, nargs=2, metavar=("FIRMS", "MONTHS"))
    asked.add_argument("--largest", type=int, default=SIZES[-1])
    asked.add_argument("--out", type=Path, help="a CSV file of all rows; the chart is drawn beside it")
    given = asked.parse_args()
    if given.one:
        print(json.dumps(one(*given.one)))
        return
    by_firms = [measured(firms, 96) for firms in SIZES if firms <= given.largest]
    by_months = [measured(50_000, months) for months in MONTHS]
    large = [row for row in by_firms if row["firms"] >= LEAST_FITTED]
    if given.largest >= 500_000:
        print(
            f"with firms: seconds grow as firms^{exponent(large, 'firms', 'seconds'):.2f}, building as "
            f"firms^{exponent(large, 'firms', 'build_seconds'):.2f}, memory as firms^"
            f"{exponent(_above_the_smallest(by_firms), 'firms', 'gigabytes'):.2f}"
        )
    print(f"with months: seconds grow as months^{exponent(by_months, 'months', 'seconds'):.2f}")
    if given.out:
        with given.out.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, FIELDS, lineterminator="\n")
            writer.writeheader()
            rows = [{name: round(row[name], 4) for name in FIELDS} for row in (*by_firms, *by_months)]
            writer.writerows(rows)
        save_figure(scale_chart(pd.read_csv(given.out)), given.out.with_suffix(".png"))


if __name__ == "__main__":
    main()
