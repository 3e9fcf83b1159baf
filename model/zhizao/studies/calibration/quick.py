"""A quick fit: an ensemble in minutes, from a bank and as many runs aimed at where it agrees with the facts."""

from __future__ import annotations

import time
from dataclasses import asdict

import numpy as np

from zhizao.evidence.ensembles import Ensemble
from zhizao.fitting.bank import Bank
from zhizao.fitting.evaluate import Evaluator
from zhizao.fitting.quick import WeightedRuns, quick_runs, resampled
from zhizao.parallel import Progress, Tell
from zhizao.studies.calibration.fit import (
    FIRST,
    CalibrationSettings,
    checkpoint_of,
    minutes_on,
    record_of,
    stored_ensemble,
    targets_of,
    without_effects,
)
from zhizao.studies.calibration.simulator import DistrictSimulator

__all__ = ["quick_fit"]

QUICK_ROUNDS = 4
"""Rounds of aimed runs of a quick fit; together they are as many as the bank."""


def quick_fit(
    treatment: str,
    bank: Bank,
    settings: CalibrationSettings,
    *,
    funding: str = FIRST,
    progress: Progress | None = None,
    tell: Tell = lambda line: None,
) -> Ensemble:
    """Fit an ensemble in minutes: rounds of runs aimed at where the weights of the bank lie; see `quick_runs`.

    Raises
    ------
    InputError
        If no run agrees with the targets, or the folder of work in progress cannot be written.
    """
    began = time.perf_counter()
    asked = {"targets": [asdict(target) for target in targets_of(treatment)], "seed": settings.seed}
    checkpoint = checkpoint_of(settings, funding, f"{treatment}-quick", asked | {"bank": settings.bank})
    with Evaluator(DistrictSimulator(funding=funding), settings.workers) as evaluate:
        found = quick_runs(
            without_effects(bank),
            targets_of(treatment),
            evaluate,
            rounds=QUICK_ROUNDS,
            size=max(settings.bank // QUICK_ROUNDS, 128),
            seed=settings.seed,
            checkpoint=checkpoint,
            progress=progress,
            tell=tell,
        )
    return _quick_ensemble(treatment, funding, found, settings, minutes_on(checkpoint, began))


def _quick_ensemble(
    treatment: str, funding: str, found: WeightedRuns, settings: CalibrationSettings, minutes: float
) -> Ensemble:
    draws = np.random.Generator(np.random.Philox(np.random.SeedSequence([settings.seed, 0x9C1D])))
    chosen = resampled(found.weights, settings.particles, draws)
    quality = {
        "method": "quick",
        "effective_sample_size": round(found.effective_size),
        "effective_sample_size_median": round(found.effective_size),
        "distinct": len(np.unique(chosen)),
        "simulations": len(found.places) - settings.bank,
        "minutes": minutes,
        "log_evidence": round(found.log_evidence, 3),
    }
    record = record_of("zhizao calibrate --quick", settings, quality)
    return stored_ensemble(
        treatment,
        funding,
        (found.places[chosen], found.seeds[chosen], found.names, found.summaries[chosen]),
        settings.seed,
        record,
    )
