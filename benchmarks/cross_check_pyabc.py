"""The shipped posterior against another method and another program: ``python benchmarks/cross_check_pyabc.py``.

Needs ``pip install pyabc`` (BSD licence, some 400 MB with what it brings; no dependency of zhizao) and some minutes.
pyABC draws from the prior and keeps each run with the probability of being reported so (the likelihood, relative to
the middle of every interval): plain rejection, without waves, weights or moves. Its means are printed beside those of
the shipped ensemble ``facts · report``, in prior standard deviations. Nothing is asserted: 600 draws leave an error of
about 0.04 in each mean, so the largest of two dozen differences is expected near 0.1.

pyABC's sequential sampler is of no use here: its normal kernel leaves even priors in two dozen dimensions, and of 300
particles 7 were effective after five generations.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pyabc

from zhizao.evidence.ensembles import read_ensemble
from zhizao.fitting.targets import Between
from zhizao.studies.calibration.fit import targets_of
from zhizao.studies.calibration.inputs import Drawn, drawn_numbers
from zhizao.studies.calibration.simulator import DistrictSimulator

SIMULATOR = DistrictSimulator(funding="report")
NUMBERS = drawn_numbers()
TARGETS = targets_of("facts")


def safe(key: str) -> str:
    """pyABC keeps names in a database and does not like dots."""
    return key.replace(".", "__")


def simulate(places: pyabc.Parameter) -> dict[str, float]:
    """Run the district at a point of the unit cube, under newly drawn luck."""
    point = np.array([value(number, places[safe(number.key)]) for number in NUMBERS])
    seed = int(np.random.randint(0, 2**62))  # noqa: NPY002 - pyABC seeds NumPy's own generator in every worker
    found = dict(zip(SIMULATOR.names, map(float, SIMULATOR(point, seed)), strict=True))
    return {target.name: found[target.name] for target in TARGETS}


def value(number: Drawn, place: float) -> float:
    """The value at a place of a number's interval."""
    if number.whole:
        return float(min(np.floor(number.low + place * (number.high + 1.0 - number.low)), number.high))
    return number.low + place * (number.high - number.low)


def turned_down(found: dict[str, float], _: dict[str, float]) -> float:
    """Return 0 with the probability that a run is reported as the district was, else 1."""
    logarithms = (target.log_likelihood(np.array([found[target.name], middle(target)])) for target in TARGETS)
    chance = np.exp(sum(float(here - best) for here, best in logarithms))
    return float(np.random.random() >= chance)  # noqa: NPY002 - as above


def middle(target: Between) -> float:
    """Return where a report is likeliest: the middle of its interval."""
    return 0.5 * (target.low + target.high)


def main() -> None:
    """Draw, and print both posteriors side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--population", type=int, default=600)
    asked = parser.parse_args()
    prior = pyabc.Distribution(**{safe(number.key): pyabc.RV("uniform", 0.0, 1.0) for number in NUMBERS})
    with tempfile.TemporaryDirectory() as folder:
        study = pyabc.ABCSMC(
            simulate,
            prior,
            turned_down,
            population_size=asked.population,
            eps=pyabc.ListEpsilon([0.5]),
            sampler=pyabc.MulticoreEvalParallelSampler(),
        )
        study.new(f"sqlite:///{Path(folder) / 'runs.db'}", dict.fromkeys((target.name for target in TARGETS), 0.0))
        history = study.run(max_nr_populations=1)
        frame, weights = history.get_distribution()
        simulations = history.total_nr_simulations
    size = float(weights.sum() ** 2 / (weights**2).sum())
    print(f"pyABC {pyabc.__version__}: {simulations:,} simulations, {size:.0f} effective")
    shipped = read_ensemble("facts", "report")
    print(f"{'drawn number':45} {'pyABC':>8} {'shipped':>8}  (mean, prior standard deviations from the prior's)")
    gaps = []
    for column, number in zip(shipped.values.T, NUMBERS, strict=True):
        theirs = (float(frame[safe(number.key)] @ weights) - 0.5) * np.sqrt(12.0)
        ours = (column.mean() - (number.low + number.high) / 2.0) / (number.high - number.low) * np.sqrt(12.0)
        gaps.append(abs(theirs - ours))
        print(f"{number.key:45} {theirs:8.2f} {ours:8.2f}")
    print(f"largest difference {max(gaps):.2f}, root mean square {np.sqrt(np.mean(np.square(gaps))):.3f}")


if __name__ == "__main__":
    main()
