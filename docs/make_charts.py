"""Render every chart into a folder, in both languages and both sizes, so that people can look at them.

Run: ``python docs/make_charts.py FOLDER``. Each chart is made as shown in the README (900 pixels wide)
and as it is printed (300 dots an inch). The indices of ``zhizao sensitivity`` and the runs of ``benchmarks/scale.py``
take long, so they are read from tables (CSV or Parquet) where these are named, and left out where not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

import zhizao as zz
from zhizao.evidence.ensembles import TREATMENTS, read_ensemble
from zhizao.report import charts
from zhizao.studies.calibration.findings import predict
from zhizao.studies.spread import spread

SIZES = {"readme": 112.5, "print": 300.0}
"""Dots per inch; charts are 8 inches wide."""
Draw = Callable[..., Any]


def gallery(draws: int, indices: Path | None, scale: Path | None) -> Iterator[tuple[str, Draw]]:
    """Return the name of every chart and what draws it in a language."""
    everything = zz.compare(draws=draws)
    both = zz.compare(["baseline", "services-surge"], draws=draws)
    for name, done in (("all", everything), ("two", both)):
        for chart in (
            charts.comparison_chart,
            charts.target_chart,
            charts.differences_chart,
            charts.account_chart,
            charts.cost_chart,
            charts.groups_chart,
        ):
            yield f"{chart.__name__.removesuffix('_chart')}-{name}", partial(chart, done)
    checks = zz.check_evidence(draws=draws)
    yield "evidence", partial(charts.evidence_chart, checks)
    yield "context", partial(charts.context_chart, checks)
    yield "run", partial(charts.run_chart, zz.run("baseline", seed=7))
    yield "network", partial(charts.network_chart, spread("baseline", seed=7))
    ensembles = {treatment: read_ensemble(treatment, "report") for treatment in TREATMENTS}
    yield "learned", partial(charts.learned_chart, ensembles)
    predicted = {name: predict(ensemble, members=4 * draws, workers=2) for name, ensemble in ensembles.items()}
    yield "ridge", partial(charts.ridge_chart, predicted)
    yield "reach", partial(charts.reach_chart, zz.reach(draws=draws))
    yield "choice", partial(charts.choice_chart, zz.choose(draws=draws))
    yield "learning", partial(charts.learning_chart, zz.learn(draws=draws, worth=25.0))
    yield "frontier", partial(charts.frontier_chart, zz.frontier(draws=draws))
    if indices is not None:
        yield "sobol", partial(charts.sobol_chart, table(indices))
        yield "tornado", partial(charts.tornado_chart, table(indices))
    if scale is not None:
        yield "scale", partial(charts.scale_chart, table(scale))


def table(file: Path) -> pd.DataFrame:
    """Read a table."""
    return pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file)


def main() -> None:
    """Render the gallery."""
    parser = argparse.ArgumentParser(description="Render every chart into a folder.")
    parser.add_argument("folder", type=Path, help="made if it does not exist")
    parser.add_argument("--draws", type=int, default=200, help="draws of every study (200)")
    parser.add_argument("--indices", type=Path, help="table of `zhizao sensitivity`")
    parser.add_argument("--scale", type=Path, help="table of benchmarks/scale.py")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name, draw in gallery(asked.draws, asked.indices, asked.scale):
        for language in ("en", "zh"):
            figure = draw(language)
            for size, dots in SIZES.items():
                file = charts.save_figure(figure, asked.folder / f"{name}-{language}-{size}.png", dots=dots)
                sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
