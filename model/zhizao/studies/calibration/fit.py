"""The fit itself: from a bank of prior runs an ensemble for each treatment, from these the other reading's."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from zhizao.errors import InputError
from zhizao.files import shipped
from zhizao.fitting.aimed import aimed_runs
from zhizao.fitting.bank import Bank, effective_size, make_bank
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.fitting.evaluate import Evaluator, Progress
from zhizao.fitting.prior import Marginal, Prior
from zhizao.fitting.sampler import Sample, SamplerSettings, carry, sample
from zhizao.fitting.targets import Between
from zhizao.results.ensembles import Ensemble
from zhizao.results.variables import FloatArray
from zhizao.studies.calibration.inputs import drawn_numbers, load_targets
from zhizao.studies.calibration.simulator import DistrictSimulator
from zhizao.version import version

__all__ = [
    "FIRST", "CalibrationSettings", "Fit", "calibration_bank", "checked", "fit", "fit_other_money", "prior_of_study",
    "targets_of",
]  # fmt: skip

Tell = Callable[[str], None]
FIRST = "report"
"""The reading of the money that is fitted first, from a bank; the other begins from what that gives."""
_PROBES = 5


@dataclass(frozen=True, kw_only=True)
class CalibrationSettings:
    """How a calibration is done.

    Attributes
    ----------
    particles
        Members of each ensemble.
    bank
        Runs of the bank that each begins from; rounded up to a power of two.
    seed
        Of everything drawn; the second ensemble, made to see whether the first can be trusted, has the next seed.
    workers
        Processes.
    folder
        Where work in progress is kept, so that it can be resumed.
    """

    particles: int = 4000
    bank: int = 65_536
    seed: int = 1
    workers: int = 1
    folder: Path

    def __post_init__(self) -> None:
        wrong = [
            f"{name} = {getattr(self, name)} must be from {low} to {high}"
            for name, low, high in (
                ("particles", 100, 1_000_000), ("bank", 256, 2**24), ("seed", 0, 2**63), ("workers", 1, 1024)
            )
            if not low <= getattr(self, name) <= high
        ]  # fmt: skip
        if wrong:
            raise InputError(wrong)


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A fitted ensemble and the sample that it was made from."""

    ensemble: Ensemble
    sample: Sample


def prior_of_study() -> Prior:
    """Return the prior: an even draw of everything in `drawn_numbers`."""
    return Prior([Marginal(name=n.key, low=n.low, high=n.high, whole=n.whole) for n in drawn_numbers()])


def targets_of(treatment: str) -> list[Between]:
    """Return the targets of a treatment of the plan."""
    return [
        Between(
            name=target.variable,
            low=target.low,
            high=math.inf if target.high is None else target.high,
            softness=target.softness,
        )
        for target in load_targets()
        if treatment in target.treatments
    ]


def calibration_bank(settings: CalibrationSettings, progress: Progress | None = None) -> Bank:
    """Return the bank of prior runs under the report's money, with the effects of the programme's parts."""
    checkpoint = _checkpoint(settings, FIRST, "bank", {"seed": settings.seed})  # a larger bank begins with this one
    simulator = DistrictSimulator(funding=FIRST, effects=True)
    with Evaluator(simulator, settings.workers) as evaluate:
        return make_bank(
            prior_of_study(), evaluate, size=settings.bank, seed=settings.seed, checkpoint=checkpoint,
            progress=progress,
        )  # fmt: skip


def fit(
    treatment: str, bank: Bank, settings: CalibrationSettings, *, again: bool = False, tell: Tell = lambda line: None
) -> Fit:
    """Fit an ensemble under the report's money, from the bank.

    Parameters
    ----------
    bank
        The bank of `calibration_bank`.
    again
        Use the next seed, to see whether the first can be trusted.
    tell
        Is told in a line what has been done.

    Raises
    ------
    InputError
        If no run of the bank agrees with the targets, or the folder holds work on another problem.
    """
    began = time.perf_counter()
    targets = targets_of(treatment)
    chosen = SamplerSettings(particles=settings.particles, seed=settings.seed + again)
    checkpoint = _checkpoint(
        settings, FIRST, f"{treatment}-{chosen.seed}", _asked(chosen, treatment, bank=settings.bank)
    )
    with Evaluator(DistrictSimulator(funding=FIRST), settings.workers) as evaluate:
        found = sample(_without_effects(bank), targets, evaluate, settings=chosen, checkpoint=checkpoint, tell=tell)
    return _fit(treatment, FIRST, found, settings, _minutes(checkpoint, began))


def fit_other_money(
    first: Fit, funding: str, settings: CalibrationSettings, *, again: bool = False, tell: Tell = lambda line: None
) -> Fit:
    """Fit the same treatment under another reading of the money, from the ensemble under the report's.

    The two differ little, since budgets hardly bind: what is left to do is to weigh, and to move for a while.
    """
    began = time.perf_counter()
    treatment = first.ensemble.treatment
    chosen = SamplerSettings(particles=settings.particles, seed=settings.seed + again)
    asked = _asked(chosen, treatment, bank=settings.bank)
    checkpoint = _checkpoint(settings, funding, f"{treatment}-{chosen.seed}", asked)
    with Evaluator(DistrictSimulator(funding=funding), settings.workers) as evaluate:
        found = carry(
            first.sample, prior_of_study(), targets_of(treatment), evaluate, settings=chosen, checkpoint=checkpoint,
            tell=tell,
        )  # fmt: skip
    return _fit(treatment, funding, found, settings, _minutes(checkpoint, began))


def checked(one: Fit, other: Fit, bank: Bank, settings: CalibrationSettings, progress: Progress | None = None) -> Fit:
    """Return the first fit with a record of how far its means lie from other ways to the same posterior.

    These are the second fit, from another seed; the bank of prior runs, reweighted; and a bank aimed at where the
    fit lies. The prior's bank is of the report's money only, and says little where few of its runs agree.

    Parameters
    ----------
    one, other
        The fits from two seeds.
    bank
        The bank of prior runs.
    """
    treatment, funding = one.ensemble.treatment, one.ensemble.funding
    targets, means = targets_of(treatment), one.sample.places.mean(axis=0)
    asked = _asked(SamplerSettings(particles=settings.particles, seed=settings.seed), treatment, bank=settings.bank)
    checkpoint = _checkpoint(settings, funding, f"{treatment}-{settings.seed}-aimed", asked)
    with Evaluator(DistrictSimulator(funding=funding), settings.workers) as evaluate:
        aimed = aimed_runs(
            one.sample.places, prior_of_study(), targets, evaluate, size=settings.bank, seed=settings.seed,
            checkpoint=checkpoint, progress=progress,
        )  # fmt: skip
    record: dict[str, Any] = {
        "seeds_differ_most": _apart(means, other.sample.places.mean(axis=0)),
        "aimed_differs_most": _apart(means, aimed.means),
        "aimed_effective_size": round(aimed.effective_size),
        "log_evidence_second": round(other.sample.log_evidence, 3),
        "log_evidence_aimed": round(aimed.log_evidence, 3),
        "bank_differs_most": None,
        "bank_effective_size": None,
    }
    if funding == FIRST:
        weights = bank.weights(targets)
        record["bank_differs_most"] = _apart(means, weights @ bank.places)
        record["bank_effective_size"] = round(effective_size(weights), 1)
    sampler = one.ensemble.record["sampler"] | record
    return replace(one, ensemble=replace(one.ensemble, record=one.ensemble.record | {"sampler": sampler}))


def _apart(means: FloatArray, others: FloatArray) -> float:
    """Return the largest difference of means, in standard deviations of the prior."""
    return round(float(np.abs(means - others).max()) * math.sqrt(12.0), 4)


def _asked(chosen: SamplerSettings, treatment: str, **more: int) -> dict[str, Any]:
    return asdict(chosen) | {"targets": [asdict(target) for target in targets_of(treatment)], **more}


def _minutes(checkpoint: Checkpoint, began: float) -> float:
    """Return the minutes of work on a fit, over all the times that it was taken up and not killed."""
    before = checkpoint.load("spent")
    seconds = time.perf_counter() - began + (float(before["seconds"]) if before else 0.0)
    checkpoint.save("spent", {"seconds": np.array(seconds)})
    return round(seconds / 60.0, 1)


def _fit(treatment: str, funding: str, found: Sample, settings: CalibrationSettings, minutes: float) -> Fit:
    sizes = found.effective_sample_sizes()
    quality = {
        "effective_sample_size": round(float(sizes.min())),
        "effective_sample_size_median": round(float(np.median(sizes))),
        "distinct": len(np.unique(found.places, axis=0)),
        "simulations": found.simulations,
        "minutes": minutes,
        "waves": [dict(zip(WAVE, map(float, row), strict=True)) for row in found.waves],
        "log_evidence": round(found.log_evidence, 3),
    }
    record = {
        "program": "zhizao calibrate",
        "version": version(),
        "settings": {"particles": settings.particles, "bank": settings.bank, "seed": settings.seed},
        "inputs": _inputs(),
        "sampler": quality,
    }
    return Fit(ensemble=_ensemble(treatment, funding, found, settings, record), sample=found)


def _ensemble(
    treatment: str, funding: str, found: Sample, settings: CalibrationSettings, record: dict[str, Any]
) -> Ensemble:
    """Return the particles as an ensemble: the most central first, the others in random order."""
    centred = (found.places - found.places.mean(axis=0)) / found.places.std(axis=0)
    order = np.random.Generator(np.random.Philox(settings.seed)).permutation(len(centred))
    central = int((centred[order] ** 2).sum(axis=1).argmin())
    order = np.concatenate([order[[central]], np.delete(order, central)])
    kept = {target.variable for target in load_targets()}
    prior = prior_of_study()
    return Ensemble(
        treatment=treatment,
        funding=funding,
        names=prior.names,
        values=prior.values(found.places)[order].astype(np.float32).astype(np.float64),
        seeds=found.seeds[order],
        summaries={name: found.summaries[order, place] for place, name in enumerate(found.names) if name in kept},
        record=record,
    )


WAVE = ("temperature", "distinct_at_start", "moves", "acceptance", "memory")
"""What is recorded of a wave."""


def _without_effects(bank: Bank) -> Bank:
    names = DistrictSimulator(funding=FIRST).names
    columns = [bank.names.index(name) for name in names]
    return Bank(
        prior=bank.prior, places=bank.places, seeds=bank.seeds, names=names, summaries=bank.summaries[:, columns]
    )


def _checkpoint(settings: CalibrationSettings, funding: str, name: str, asked: dict[str, Any]) -> Checkpoint:
    problem = json.dumps([funding, asked, [asdict(number) for number in drawn_numbers()]], sort_keys=True)
    problem += _behaviour(funding)
    return Checkpoint(settings.folder / f"{funding}-{name}", hashlib.sha256(problem.encode()).hexdigest())


def _inputs() -> dict[str, str]:
    """Return the fingerprints of the files that say what is fitted."""
    folder = shipped("calibration")
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("targets.toml", "priors.toml")}


@cache
def _behaviour(funding: str) -> str:
    """Return a fingerprint of what the model does, from a few runs: work on other rules must not be mixed with this.

    A change of the code that changes no result leaves it as it is.
    """
    draws = np.random.Generator(np.random.Philox(20231207))
    simulator = DistrictSimulator(funding=funding, effects=True)
    places = draws.random((_PROBES, len(drawn_numbers())))
    found = [simulator(point, seed) for seed, point in enumerate(prior_of_study().values(places))]
    return json.dumps([[f"{value:.9g}" for value in row] for row in found])
