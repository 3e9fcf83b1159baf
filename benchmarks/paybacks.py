"""Print the years in which projects pay back by size of firm, over the draws of the shipped ensembles.

Run: ``python benchmarks/paybacks.py``, with settings such as ``projects.size_alike=1`` to see what they change.
"""

from __future__ import annotations

import sys

import numpy as np

from zhizao.parameters.registry import Parameters
from zhizao.population.district import build_district
from zhizao.sectors import PROJECT_TYPES, SIZE_CLASSES
from zhizao.studies.parameter_draws import luck, parameter_draws
from zhizao.studies.paybacks import payback_table

DRAWS = 50


def main(settings: dict[str, float]) -> None:
    """Print the median and in brackets the tenth and ninetieth percentile, each averaged over draws."""
    for calibration in ("facts", "plan"):
        print(f"{calibration}  {settings or ''}")
        tables = []
        for number, draw in enumerate(parameter_draws(DRAWS, funding="report", calibration=calibration)):
            parameters = Parameters().changed({**draw.values, **settings})
            tables.append(payback_table(build_district(parameters, luck(0, number), months=96), parameters))
        for size in SIZE_CLASSES:
            cells = []
            for kind in PROJECT_TYPES:
                low, middle, high = np.mean([table[size][kind] for table in tables], axis=0)
                cells.append(f"{kind} {middle:.2f} ({low:.2f} to {high:.2f})")
            print(f"  {size:7s} {'   '.join(cells)}")


if __name__ == "__main__":
    pairs = (argument.partition("=") for argument in sys.argv[1:])
    main({key: float(value) for key, _, value in pairs})
