"""A fit of our facts and of what another place's facts say of the numbers that both share, at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.evidence.ensembles import Ensemble
from zhizao.fitting.alike import PlaceLikelihood, mixed, scores
from zhizao.fitting.bank import Bank
from zhizao.fitting.sampler import SamplerSettings
from zhizao.fitting.targets import Told
from zhizao.parallel import Progress, Tell
from zhizao.storage.checksum import sha256
from zhizao.studies.calibration.fit import (
    CalibrationSettings,
    calibration_bank,
    prior_of_study,
    sampled,
    simulator_of,
    targets_of,
)
from zhizao.studies.calibration.simulator import DistrictSimulator

__all__ = ["Tied", "fit_in_light_of"]

_TOLD = "other place"
"""The name of what another place's facts say, beside the figures of a run."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tied:
    """What ties our numbers to another place's facts.

    Attributes
    ----------
    bell
        What those facts say of the shared numbers.
    shared
        Their keys, in the order of `bell`.
    likenesses
        How alike the two places may be.
    """

    bell: PlaceLikelihood
    shared: tuple[str, ...]
    likenesses: tuple[float, ...]

    def logarithms(self, values: FloatArray) -> FloatArray:
        """Return the logarithm of the likelihood by likeness and member, given everything that a member draws."""
        prior = prior_of_study()
        columns = [prior.names.index(key) for key in self.shared]
        marginals = tuple(prior.marginals[place] for place in columns)
        return self.bell.logarithms(scores(values[:, columns], marginals), self.likenesses)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Tying:
    """The model with one figure more: what another place's facts make of the point that was run."""

    simulator: DistrictSimulator
    tied: Tied

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.simulator.names, _TOLD)

    def __call__(self, point: FloatArray, seed: int) -> FloatArray:
        return np.append(self.simulator(point, seed), mixed(self.tied.logarithms(point[None, :])))


def fit_in_light_of(
    tied: Tied,
    treatment: str,
    funding: str,
    settings: CalibrationSettings,
    progress: Progress | None = None,
    tell: Tell = lambda line: None,
) -> Ensemble:
    """Fit to our facts and to the bell of another place's, every likeness counting alike before the facts.

    Parameters
    ----------
    tied
        What the other place says.
    treatment, funding
        As for `fit`.
    settings
        Particles, bank, seed, workers, and where work in progress is kept.
    progress, tell
        Called with how far the bank is, and with a line for each wave.
    """
    tell(f"{funding}: the bank of prior runs")
    bank = calibration_bank(settings, progress, funding=funding, effects=False)
    told = mixed(tied.logarithms(bank.values))
    known = Bank(
        prior=bank.prior,
        places=bank.places,
        seeds=bank.seeds,
        names=(*bank.names, _TOLD),
        summaries=np.column_stack([bank.summaries, told]),
    )
    return sampled(
        (treatment, funding),
        known,
        [*targets_of(treatment), Told(name=_TOLD)],
        _Tying(simulator=simulator_of(treatment, funding), tied=tied),
        settings,
        SamplerSettings(particles=settings.particles, seed=settings.seed),
        name=f"{treatment}-tied",
        tell=tell,
        likenesses=tied.likenesses,
        bell=sha256(tied.bell.precision.tobytes() + tied.bell.pull.tobytes()),
    ).ensemble
