"""The fit itself: from a bank of prior runs under each reading of the money an ensemble for each treatment."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.errors import InputError
from zhizao.evidence.ensembles import FIRST_READING, TREATMENTS, Ensemble, made_from_now
from zhizao.evidence.experiments import Experiment, fitted_experiments
from zhizao.evidence.structures import structure_settings, structures
from zhizao.fitting.aimed import aimed_runs
from zhizao.fitting.bank import Bank, effective_size, make_bank
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.fitting.evaluate import Evaluator, Simulator
from zhizao.fitting.prior import Prior
from zhizao.fitting.sampler import Sample, SamplerSettings, sample
from zhizao.fitting.targets import Between, Target
from zhizao.parallel import Progress, Tell
from zhizao.studies.calibration.inputs import drawn_numbers, fitted_facts
from zhizao.studies.calibration.simulator import DistrictSimulator, effects_known, experiment_name
from zhizao.version import version

__all__ = [
    "FIRST",
    "INTERVALS",
    "CalibrationSettings",
    "Fit",
    "calibration_bank",
    "checked",
    "checkpoint_of",
    "fit",
    "minutes_on",
    "prior_of_study",
    "record_of",
    "sampled",
    "simulator_of",
    "stored_ensemble",
    "targets_of",
    "without_effects",
]

FIRST = FIRST_READING
"""The reading of the money whose bank also has the effects of the programme's parts."""
_PROBES = 5
_SECOND, _LEAST_PARTICLES = 3, 100
"""The second fit has so many times fewer particles, and the bank that is aimed at a fit half as many runs: a check
needs less than what is shipped."""
_NORMAL_90 = 3.29
"""Standard deviations of a normal distribution between the ends of its middle 90 %."""
MOMENTS, INTERVALS = "moments", "intervals"
"""Under these names a record has mean and standard deviation of each drawn number, and from where to where it was drawn
before the fit, and whether evenly in the logarithm."""


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

    particles: int = 1000
    bank: int = 32_768
    seed: int = 1
    workers: int = 1
    folder: Path

    def __post_init__(self) -> None:
        wrong = [
            f"{name} = {getattr(self, name)} must be from {low} to {high}"
            for name, low, high in (
                ("particles", 100, 1_000_000),
                ("bank", 512, 2**24),
                ("seed", 0, 2**63),
                ("workers", 1, 1024),
            )
            if not low <= getattr(self, name) <= high
        ]
        if wrong:
            raise InputError(wrong)


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A fitted ensemble and the sample that it was made from."""

    ensemble: Ensemble
    sample: Sample


def prior_of_study() -> Prior:
    """Return the prior: an even draw of everything in `drawn_numbers`."""
    return Prior([number.marginal for number in drawn_numbers()])


def targets_of(treatment: str) -> list[Between]:
    """Return what is fitted in a treatment of the plan: facts with the room of their wording, then experiments.

    A structure is fitted to what ``facts`` is.
    """
    found = []
    for fact in fitted_facts("facts" if treatment in structures() else treatment):
        room = fact.room
        assert room is not None  # a fact that is fitted has one, or its file is refused
        found.append(Between(name=fact.key, low=room.low, high=room.high, softness=room.softness))
    return [*found, *map(_of_experiment, fitted_experiments())]


def _of_experiment(one: Experiment) -> Between:
    """Return what was found in an experiment as a target: printed to the unit, and as soft as its ends are wide."""
    softness = (one.high - one.low) / _NORMAL_90
    return Between(name=experiment_name(one), low=one.found - 0.5, high=one.found + 0.5, softness=softness)


def calibration_bank(
    settings: CalibrationSettings,
    progress: Progress | None = None,
    *,
    funding: str = FIRST,
    effects: bool = True,
    structure: str = "",
) -> Bank:
    """Return the bank of prior runs under a reading of the money, with the effects of the programme's parts or not."""
    name = f"{structure or 'bank'}{'' if effects else '-without-effects'}"
    asked = {"seed": settings.seed} | ({"structure": structure_settings(structure)} if structure else {})
    checkpoint = checkpoint_of(settings, funding, name, asked)  # a larger bank begins with this one
    simulator = DistrictSimulator(funding=funding, effects=effects, structure=structure)
    with Evaluator(simulator, settings.workers) as evaluate:
        return make_bank(
            prior_of_study(), evaluate, size=settings.bank, seed=settings.seed, checkpoint=checkpoint, progress=progress
        )


def fit(
    treatment: str,
    bank: Bank,
    settings: CalibrationSettings,
    *,
    funding: str = FIRST,
    again: bool = False,
    tell: Tell = lambda line: None,
) -> Fit:
    """Fit an ensemble from the bank, under the reading of the money that this is of.

    Parameters
    ----------
    bank
        The bank of `calibration_bank`.
    again
        Use the next seed and a third of the particles, to see whether the first can be trusted.
    tell
        Called with a line on what has been done.

    Raises
    ------
    InputError
        If no run of the bank agrees with the targets, or the folder of work in progress cannot be written.
    """
    particles = max(settings.particles // _SECOND, _LEAST_PARTICLES) if again else settings.particles
    chosen = SamplerSettings(particles=particles, seed=settings.seed + again)
    return sampled(
        (treatment, funding),
        without_effects(bank),
        targets_of(treatment),
        simulator_of(treatment, funding),
        settings,
        chosen,
        name=f"{treatment}-{chosen.seed}",
        tell=tell,
    )


def sampled(
    pair: tuple[str, str],
    bank: Bank,
    targets: Sequence[Target],
    simulator: Simulator,
    settings: CalibrationSettings,
    chosen: SamplerSettings,
    *,
    name: str,
    tell: Tell,
    **more: Any,
) -> Fit:
    """Move particles from a bank to where the targets are met, and return them as a fit.

    Parameters
    ----------
    pair
        Treatment of the plan and reading of the money.
    bank, targets, simulator
        What the particles begin from, what they are fitted to, and what runs them.
    settings, chosen
        Of the calibration, and of its sampler.
    name, more
        Under which its work is kept, and what that rests on besides the settings and the facts.
    tell
        Called with a line for each wave.
    """
    began = time.perf_counter()
    treatment, funding = pair
    checkpoint = checkpoint_of(settings, funding, name, _asked(chosen, treatment, bank=settings.bank, **more))
    with Evaluator(simulator, settings.workers) as evaluate:
        found = sample(bank, targets, evaluate, settings=chosen, checkpoint=checkpoint, tell=tell)
    return _fit(treatment, funding, found, settings, minutes_on(checkpoint, began))


def checked(one: Fit, other: Fit, bank: Bank, settings: CalibrationSettings, progress: Progress | None = None) -> Fit:
    """Return the first fit with a record of how far its means lie from other ways to the same posterior.

    These are the second fit, from another seed; the bank of prior runs, reweighted; and a bank aimed at where the
    fit lies. The prior's bank says little where few of its runs agree.

    Parameters
    ----------
    one, other
        The fits from two seeds.
    bank
        The bank of prior runs under the same reading of the money.
    """
    treatment, funding = one.ensemble.treatment, one.ensemble.funding
    targets, means = targets_of(treatment), one.sample.places.mean(axis=0)
    asked = _asked(SamplerSettings(particles=settings.particles, seed=settings.seed), treatment, bank=settings.bank)
    checkpoint = checkpoint_of(settings, funding, f"{treatment}-{settings.seed}-aimed", asked)
    with Evaluator(DistrictSimulator(funding=funding), settings.workers) as evaluate:
        aimed = aimed_runs(
            one.sample.places,
            prior_of_study(),
            targets,
            evaluate,
            size=settings.bank // 2,
            seed=settings.seed,
            checkpoint=checkpoint,
            progress=progress,
        )
    record: dict[str, Any] = {
        "seeds_differ_most": _apart(means, other.sample.places.mean(axis=0)),
        "aimed_differs_most": _apart(means, aimed.means),
        "aimed_effective_size": round(aimed.effective_size),
        "log_evidence_second": round(other.sample.log_evidence, 3),
        "log_evidence_aimed": round(aimed.log_evidence, 3),
    }
    weights = bank.weights(targets)
    record["bank_differs_most"] = _apart(means, weights @ bank.places)
    record["bank_effective_size"] = round(effective_size(weights), 1)
    sampler = one.ensemble.record["sampler"] | record
    return replace(one, ensemble=replace(one.ensemble, record=one.ensemble.record | {"sampler": sampler}))


def _apart(means: FloatArray, others: FloatArray) -> float:
    """Return the largest difference of means, in standard deviations of the prior."""
    return round(float(np.abs(means - others).max()) * math.sqrt(12.0), 4)


def simulator_of(calibration: str, funding: str, *, effects: bool = False) -> DistrictSimulator:
    """Return the model under a treatment of the plan, or under a structure."""
    structure = calibration if calibration in structures() else ""
    return DistrictSimulator(funding=funding, effects=effects, structure=structure)


def _asked(chosen: SamplerSettings, treatment: str, **more: Any) -> dict[str, Any]:
    found = asdict(chosen) | {"targets": [asdict(target) for target in targets_of(treatment)], **more}
    return found | ({"structure": structure_settings(treatment)} if treatment in structures() else {})


def minutes_on(checkpoint: Checkpoint, began: float) -> float:
    """Return the minutes of work on a fit, over all the times that it was taken up and not killed."""
    before = checkpoint.read("spent", lambda stored: float(stored["seconds"]))
    seconds = time.perf_counter() - began + (before or 0.0)
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
    record = record_of("zhizao calibrate", settings, quality)
    if treatment in structures():
        record["structure"] = structure_settings(treatment)
    particles = (found.places, found.seeds, found.names, found.summaries)
    return Fit(ensemble=stored_ensemble(treatment, funding, particles, settings.seed, record), sample=found)


def record_of(program: str, settings: CalibrationSettings, quality: dict[str, Any]) -> dict[str, Any]:
    """Return what an ensemble was made from, and how well."""
    return {
        "program": program,
        "version": version(),
        "settings": {"particles": settings.particles, "bank": settings.bank, "seed": settings.seed},
        "made_from": made_from_now(),
        "sampler": quality,
    }


Particles = tuple[FloatArray, NDArray[np.uint64], tuple[str, ...], FloatArray]
"""Places of the unit cube, luck, names of what runs gave, and what they gave: particles by names."""


def stored_ensemble(treatment: str, funding: str, particles: Particles, seed: int, record: dict[str, Any]) -> Ensemble:
    """Return particles as an ensemble: the most central first, the others in random order.

    The record gets mean and standard deviation of each drawn number, so that another district can begin from them, and
    its interval before the fit, so that what this place's facts say can be separated from what was assumed.
    """
    places, seeds, names, summaries = particles
    spread = places.std(axis=0)
    centred = (places - places.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    order = np.random.Generator(np.random.Philox(seed)).permutation(len(centred))
    central = int((centred[order] ** 2).sum(axis=1).argmin())
    order = np.concatenate([order[[central]], np.delete(order, central)])
    kept = {target.name for treatment in TREATMENTS for target in targets_of(treatment)}
    prior = prior_of_study()
    values = prior.values(places)
    moments = {
        name: [float(mean), float(deviation)]
        for name, mean, deviation in zip(prior.names, values.mean(axis=0), values.std(axis=0), strict=True)
    }
    return Ensemble(
        treatment=treatment,
        funding=funding,
        names=prior.names,
        values=values[order].astype(np.float32).astype(np.float64),
        seeds=seeds[order],
        summaries={name: summaries[order, place] for place, name in enumerate(names) if name in kept},
        record=record | {MOMENTS: moments, INTERVALS: {one.name: asdict(one) for one in prior.marginals}},
    )


WAVE = ("temperature", "distinct_at_start", "moves", "acceptance", "memory")
"""What is recorded of a wave."""


def without_effects(bank: Bank) -> Bank:
    """Return the bank with what a run without effects gives."""
    names = DistrictSimulator(funding=FIRST).names
    columns = [bank.names.index(name) for name in names]
    return Bank(
        prior=bank.prior, places=bank.places, seeds=bank.seeds, names=names, summaries=bank.summaries[:, columns]
    )


def checkpoint_of(settings: CalibrationSettings, funding: str, name: str, asked: dict[str, Any]) -> Checkpoint:
    """Return where the work of this name is kept, apart from work that was asked for otherwise."""
    problem = json.dumps([funding, asked, [asdict(number) for number in drawn_numbers()]], sort_keys=True)
    problem += _behaviour(funding)
    fingerprint = hashlib.sha256(problem.encode()).hexdigest()
    return Checkpoint.beside_others(settings.folder / f"{funding}-{name}", fingerprint)


@cache
def _behaviour(funding: str) -> str:
    """Return a fingerprint of what the model does, from a few runs: work on other rules must not be mixed with this.

    A change of the code that changes no result leaves it as it is.
    """
    draws = np.random.Generator(np.random.Philox(20231207))
    simulator = DistrictSimulator(funding=funding, effects=effects_known())
    places = draws.random((_PROBES, len(drawn_numbers())))
    found = [simulator(point, seed) for seed, point in enumerate(prior_of_study().values(places))]
    return json.dumps([[f"{value:.9g}" for value in row] for row in found])
