"""Adaptive tempered sequential Monte Carlo with a simulator that has luck of its own.

Particles start from a bank of prior runs. Wave by wave the likelihood is raised to a higher power, chosen so that the
weights stay even enough (Del Moral, Doucet and Jasra 2012); particles are resampled and then moved by Metropolis and
Hastings' rule until they have forgotten where they began. A particle is a point with the luck of its run; steps keep
the luck and change the point, aimed draws take a new point where the particles lie, and fresh luck. Seen over the
points alone that is exact for the prior times the likelihood averaged over luck, as in pseudo-marginal Metropolis
(Andrieu and Roberts 2009; Deligiannidis, Doucet and Pitt 2018 for luck that is kept). Luck itself is never fitted: it
is averaged over, and no study uses it again.

All draws are functions of (seed, wave, move), so neither workers nor interruptions change a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.errors import InputError
from zhizao.fitting.bank import Bank, effective_size, log_mean, normalised
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.fitting.evaluate import Evaluator
from zhizao.fitting.prior import Prior
from zhizao.fitting.proposals import Proposal, adapted, propose
from zhizao.fitting.quick import resampled
from zhizao.fitting.targets import Target, log_likelihood
from zhizao.parallel import Tell

__all__ = ["Sample", "SamplerSettings", "sample"]


@dataclass(frozen=True, kw_only=True)
class SamplerSettings:
    """How the sampler works.

    Attributes
    ----------
    particles
        How many.
    seed
        Of everything that is drawn.
    even_share
        The effective sample size that a rise of the temperature must leave, as a share of the particles.
    wave_memory, last_memory
        Particles are moved until, on the mean over the parameters, the correlation of where they are with where the
        wave began has fallen to this; the second holds for the last wave, which is what is kept.
    most_moves
        Moves of one wave at most.
    """

    particles: int = 3000
    seed: int = 1
    even_share: float = 0.5
    wave_memory: float = 0.4
    last_memory: float = 0.2
    most_moves: int = 120

    def __post_init__(self) -> None:
        if self.particles < 10:
            raise InputError(f"particles = {self.particles}: at least 10 are needed")
        for name in ("even_share", "wave_memory", "last_memory"):
            if not 0.0 < getattr(self, name) < 1.0:
                raise InputError(f"{name} = {getattr(self, name):g} must be between 0 and 1")


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Particles on their way to the posterior; finished when `temperature` is 1 and `forgotten` is true.

    Attributes
    ----------
    places, seeds, summaries, likelihood
        Of each particle: its point of the unit cube, its luck, what its run gave, and the logarithm of its likelihood.
    founders
        The run of the bank that each particle descends from.
    began
        Where each particle was when the wave began.
    temperature
        The power of the likelihood that they stand for.
    log_evidence
        Logarithm of the prior's mean likelihood: how well prior and targets agree.
    wave, move
        How far the work is.
    simulations
        Runs of the simulator beyond the bank.
    proposal
        How far particles try to move.
    forgotten
        Whether they have forgotten where the wave began.
    waves
        A row for each finished wave: temperature, effective sample size at its start, moves, acceptance, memory left.
    """

    names: tuple[str, ...]
    places: FloatArray
    seeds: NDArray[np.uint64]
    summaries: FloatArray
    likelihood: FloatArray
    founders: NDArray[np.int64]
    began: FloatArray
    temperature: float
    log_evidence: float
    wave: int
    move: int
    simulations: int
    proposal: Proposal
    forgotten: bool
    waves: FloatArray = field(default_factory=lambda: np.zeros((0, 5)))

    @property
    def finished(self) -> bool:
        """Whether this is the posterior."""
        return self.temperature >= 1.0 and self.forgotten

    def effective_sample_sizes(self) -> FloatArray:
        """Return, by parameter, to how many independent draws the particles are equal.

        Particles that share a founder may still be alike. The variance of a mean is estimated from the sums over
        the descendants of each founder (Lee and Whiteley 2018), which sees both the copies that resampling made and
        moves too few to tell them apart.
        """
        centred = self.places - self.places.mean(axis=0)
        _, families = np.unique(self.founders, return_inverse=True)
        sums = np.zeros((families.max() + 1, centred.shape[1]))
        np.add.at(sums, families, centred)
        of_mean = (sums**2).sum(axis=0) / len(centred) ** 2
        with np.errstate(divide="ignore", invalid="ignore"):
            found = centred.var(axis=0) / of_mean
        return np.where(of_mean > 0, np.minimum(found, len(centred)), 0.0)


def sample(
    bank: Bank,
    targets: Sequence[Target],
    evaluate: Evaluator,
    *,
    settings: SamplerSettings,
    checkpoint: Checkpoint,
    tell: Tell = lambda line: None,
) -> Sample:
    """Draw from the posterior.

    Parameters
    ----------
    bank
        Runs at prior points; the first wave begins from them.
    targets
        What is fitted.
    evaluate
        Runs the simulator.
    checkpoint
        Holds the work after every move; if it holds some, it goes on from there.

    Raises
    ------
    InputError
        If no run of the bank agrees with the targets at all, or a target's figure is not simulated.
    """
    stored = checkpoint.read("sample", partial(_from_arrays, bank.names, bank.prior.dimensions))
    now = _first(bank, targets, settings) if stored is None else stored
    return _finished(now, bank.prior, targets, evaluate, settings, checkpoint, tell)


def _finished(
    now: Sample,
    prior: Prior,
    targets: Sequence[Target],
    evaluate: Evaluator,
    settings: SamplerSettings,
    checkpoint: Checkpoint,
    tell: Tell,
) -> Sample:
    """Go on, wave by wave and move by move, until the particles stand for the posterior."""
    checkpoint.save("sample", _to_arrays(now))
    while not now.finished:
        now = _next_wave(now, settings) if now.forgotten else _moved(now, prior, targets, evaluate, settings)
        checkpoint.save("sample", _to_arrays(now))
        if now.forgotten:
            tell(_wave_line(now))
    return now


def _draws(settings: SamplerSettings, wave: int, move: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([settings.seed, wave, move])))


def _first(bank: Bank, targets: Sequence[Target], settings: SamplerSettings) -> Sample:
    """Take the first particles from the bank, at the highest temperature that leaves enough of it in use."""
    likelihood = bank.log_likelihood(targets)
    agree = np.isfinite(likelihood)
    if not agree.any():
        raise InputError("no run of the bank agrees with the targets at all; widen the priors or the targets")
    likelihood = np.where(agree, likelihood, -np.inf)
    wanted = min(settings.particles, 0.9 * float(agree.sum()))
    temperature = _risen(likelihood, 0.0, wanted)
    weights = normalised(temperature * likelihood)
    chosen = resampled(weights, settings.particles, _draws(settings, 0, 0))
    places = bank.places[chosen]
    return Sample(
        names=bank.names,
        places=places,
        seeds=bank.seeds[chosen],
        summaries=bank.summaries[chosen],
        likelihood=likelihood[chosen],
        founders=chosen,
        began=places,
        temperature=temperature,
        log_evidence=log_mean(temperature * likelihood),
        wave=0,
        move=0,
        simulations=0,
        proposal=Proposal.first(places),
        forgotten=False,
    )


def _next_wave(now: Sample, settings: SamplerSettings) -> Sample:
    """Raise the temperature and resample."""
    count = settings.particles
    temperature = _risen(now.likelihood, now.temperature, settings.even_share * count)
    steps = (temperature - now.temperature) * now.likelihood
    chosen = resampled(normalised(steps), count, _draws(settings, now.wave + 1, 0))
    return replace(
        now,
        places=now.places[chosen],
        seeds=now.seeds[chosen],
        summaries=now.summaries[chosen],
        likelihood=now.likelihood[chosen],
        founders=now.founders[chosen],
        began=now.places[chosen],
        temperature=temperature,
        log_evidence=now.log_evidence + log_mean(steps),
        wave=now.wave + 1,
        move=0,
        forgotten=False,
        proposal=now.proposal.spread_of(now.places[chosen]),
    )


def _moved(
    now: Sample, prior: Prior, targets: Sequence[Target], evaluate: Evaluator, settings: SamplerSettings
) -> Sample:
    """Let every particle try one move."""
    draws = _draws(settings, now.wave, now.move + 1)
    tried = propose(now.places, now.seeds, now.proposal, now.move, draws)
    chances = draws.random(len(tried.places))
    summaries = evaluate(prior.values(tried.places), tried.seeds)
    likelihood = log_likelihood(targets, now.names, summaries)
    with np.errstate(invalid="ignore"):
        accepted = np.log(chances) < now.temperature * (likelihood - now.likelihood) + tried.log_favour
    keep = accepted[:, None]
    moved = np.where(keep, tried.places, now.places)
    memory = _memory(now.began, moved)
    last = now.temperature >= 1.0
    forgotten = memory <= (settings.last_memory if last else settings.wave_memory)
    forgotten = forgotten or now.move + 1 >= settings.most_moves
    row = (now.temperature, len(np.unique(now.began, axis=0)), now.move + 1, accepted.mean(), memory)
    return replace(
        now,
        places=moved,
        seeds=np.where(accepted, tried.seeds, now.seeds),
        summaries=np.where(keep, summaries, now.summaries),
        likelihood=np.where(accepted, likelihood, now.likelihood),
        move=now.move + 1,
        forgotten=forgotten,
        simulations=now.simulations + len(moved),
        proposal=adapted(now.proposal, now.move, accepted),
        waves=np.vstack([now.waves, row]) if forgotten else now.waves,
    )


def _risen(likelihood: FloatArray, temperature: float, wanted: float) -> float:
    """Return the highest temperature, at most 1, that leaves an effective sample size of `wanted`; by bisection."""

    def size(upper: float) -> float:
        return effective_size(normalised((upper - temperature) * likelihood))

    if size(1.0) >= wanted:
        return 1.0
    low, high = temperature, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if size(middle) >= wanted else (low, middle)
    return max(low, temperature + 1e-9)


def _memory(began: FloatArray, places: FloatArray) -> float:
    """Return the mean over the parameters of the correlation between where particles began and where they are."""
    one, other = began - began.mean(axis=0), places - places.mean(axis=0)
    spread = np.sqrt((one**2).sum(axis=0) * (other**2).sum(axis=0))
    return float(np.mean((one * other).sum(axis=0) / np.maximum(spread, 1e-300)))


def _wave_line(now: Sample) -> str:
    temperature, distinct, moves, acceptance, memory = now.waves[-1]
    return (
        f"wave {now.wave}: temperature {temperature:.4f}, {distinct:.0f} distinct at its start, {moves:.0f} moves, "
        f"{acceptance:.0%} accepted, memory {memory:.2f}, {now.simulations:,} simulations"
    )


_SCALARS = ("temperature", "log_evidence", "wave", "move", "simulations", "forgotten")
_ARRAYS = ("places", "seeds", "summaries", "likelihood", "founders", "began", "waves")


def _to_arrays(now: Sample) -> dict[str, NDArray[np.generic]]:
    scalars = {name: np.array(getattr(now, name)) for name in _SCALARS}
    return {name: getattr(now, name) for name in _ARRAYS} | scalars | now.proposal.to_arrays()


def _from_arrays(names: tuple[str, ...], dimensions: int, stored: dict[str, NDArray[Any]]) -> Sample:
    particles = len(stored["places"])
    shapes = {
        "places": (particles, dimensions),
        "began": (particles, dimensions),
        "summaries": (particles, len(names)),
        "seeds": (particles,),
        "likelihood": (particles,),
        "founders": (particles,),
    }
    if any(stored[name].shape != shape for name, shape in shapes.items()) or stored["waves"].ndim != 2:
        raise ValueError("the arrays are of another sample")
    kinds = {"wave": int, "move": int, "simulations": int, "forgotten": bool}
    scalars = {name: kinds.get(name, float)(stored[name]) for name in _SCALARS}
    arrays = {name: stored[name] for name in _ARRAYS}
    return Sample(names=names, proposal=Proposal.from_arrays(stored), **arrays, **scalars)  # type: ignore[arg-type]
