"""The fit itself: a bank of prior runs for each reading of the money, from it an ensemble for each treatment."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zhizao.errors import InputError
from zhizao.files import shipped
from zhizao.fitting.bank import Bank, effective_size, make_bank
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.fitting.evaluate import Evaluator, Progress
from zhizao.fitting.prior import Marginal, Prior
from zhizao.fitting.sampler import Sample, SamplerSettings, sample
from zhizao.fitting.targets import Between
from zhizao.results.ensembles import Ensemble
from zhizao.studies.calibration.inputs import drawn_numbers, load_targets
from zhizao.studies.calibration.simulator import DistrictSimulator
from zhizao.version import version

__all__ = ["CalibrationSettings", "Fit", "calibration_bank", "fit", "prior_of_study", "targets_of"]

Tell = Callable[[str], None]


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

    particles: int = 3000
    bank: int = 32_768
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


def calibration_bank(funding: str, settings: CalibrationSettings, progress: Progress | None = None) -> Bank:
    """Return the bank of prior runs under a reading of the money, with the effects of the programme's parts."""
    checkpoint = _checkpoint(settings, funding, "bank", {"size": settings.bank, "seed": settings.seed})
    simulator = DistrictSimulator(funding=funding, effects=True)
    with Evaluator(simulator, settings.workers) as evaluate:
        return make_bank(
            prior_of_study(), evaluate, size=settings.bank, seed=settings.seed, checkpoint=checkpoint,
            progress=progress,
        )  # fmt: skip


def fit(treatment: str, funding: str, bank: Bank, settings: CalibrationSettings, tell: Tell = lambda line: None) -> Fit:
    """Fit one ensemble, and a second one from another seed to see whether they agree.

    Parameters
    ----------
    bank
        The bank of the same reading of the money.
    tell
        Is told in a line what has been done.

    Raises
    ------
    InputError
        If no run of the bank agrees with the targets, or the folder holds work on another problem.
    """
    began = time.perf_counter()
    targets = targets_of(treatment)
    plain = _without_effects(bank)
    with Evaluator(DistrictSimulator(funding=funding), settings.workers) as evaluate:

        def sampled(seed: int) -> Sample:
            chosen = SamplerSettings(particles=settings.particles, seed=seed)
            asked = asdict(chosen) | {"targets": [asdict(target) for target in targets], "bank": settings.bank}
            checkpoint = _checkpoint(settings, funding, f"{treatment}-{seed}", asked)
            return sample(plain, targets, evaluate, settings=chosen, checkpoint=checkpoint, tell=tell)

        first = sampled(settings.seed)
        seconds = time.perf_counter() - began
        second = sampled(settings.seed + 1)
    record = {
        "program": "zhizao calibrate",
        "version": version(),
        "settings": {"particles": settings.particles, "bank": settings.bank, "seed": settings.seed},
        "inputs": _inputs(),
        "sampler": _quality(first, second, bank, targets) | {"seconds": round(seconds)},
    }
    return Fit(ensemble=_ensemble(treatment, funding, first, bank, settings, record), sample=first)


def _ensemble(
    treatment: str, funding: str, found: Sample, bank: Bank, settings: CalibrationSettings, record: dict[str, Any]
) -> Ensemble:
    """Return the particles as an ensemble: the most central first, the others in random order."""
    centred = (found.places - found.places.mean(axis=0)) / found.places.std(axis=0)
    order = np.random.Generator(np.random.Philox(settings.seed)).permutation(len(centred))
    central = int((centred[order] ** 2).sum(axis=1).argmin())
    order = np.concatenate([order[[central]], np.delete(order, central)])
    kept = {target.variable for target in load_targets()}
    return Ensemble(
        treatment=treatment,
        funding=funding,
        names=bank.prior.names,
        values=bank.prior.values(found.places)[order].astype(np.float32).astype(np.float64),
        seeds=found.seeds[order],
        summaries={name: found.summaries[order, place] for place, name in enumerate(found.names) if name in kept},
        record=record,
    )


def _quality(first: Sample, second: Sample, bank: Bank, targets: Sequence[Between]) -> dict[str, Any]:
    """Return how good a sample is: its effective size, and how far other ways to the same means lie from it."""
    deviation = math.sqrt(1.0 / 12.0)
    weights = bank.weights(targets)
    sizes = first.effective_sample_sizes()
    means = first.places.mean(axis=0)
    return {
        "effective_sample_size": round(float(sizes.min())),
        "effective_sample_size_median": round(float(np.median(sizes))),
        "distinct": len(np.unique(first.places, axis=0)),
        "simulations": first.simulations,
        "waves": [dict(zip(WAVE, map(float, row), strict=True)) for row in first.waves],
        "log_evidence": round(first.log_evidence, 3),
        "log_evidence_second": round(second.log_evidence, 3),
        "seeds_differ_most": float(np.abs(means - second.places.mean(axis=0)).max() / deviation),
        "bank_differs_most": float(np.abs(means - weights @ bank.places).max() / deviation),
        "bank_effective_size": round(effective_size(weights), 1),
    }


WAVE = ("temperature", "distinct_at_start", "moves", "acceptance", "memory")
"""What is recorded of a wave."""


def _without_effects(bank: Bank) -> Bank:
    names = DistrictSimulator(funding="report").names
    columns = [bank.names.index(name) for name in names]
    return Bank(
        prior=bank.prior, places=bank.places, seeds=bank.seeds, names=names, summaries=bank.summaries[:, columns]
    )


def _checkpoint(settings: CalibrationSettings, funding: str, name: str, asked: dict[str, Any]) -> Checkpoint:
    problem = json.dumps([funding, asked, [asdict(number) for number in drawn_numbers()], _rules()], sort_keys=True)
    return Checkpoint(settings.folder / f"{funding}-{name}", hashlib.sha256(problem.encode()).hexdigest())


def _inputs() -> dict[str, str]:
    """Return the fingerprints of the files that say what is fitted."""
    folder = shipped("calibration")
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("targets.toml", "priors.toml")}


def _rules() -> str:
    """Return a fingerprint of the model itself: work on other rules must not be mixed with this."""
    package = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for folder in ("engine", "parameters", "policy", "population", "rules"):
        for path in sorted((package / folder).glob("*.py")):
            digest.update(path.read_bytes())
    digest.update((shipped("scenarios") / "baseline.toml").read_bytes())
    return digest.hexdigest()
