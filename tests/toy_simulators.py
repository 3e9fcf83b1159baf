"""Small simulators whose posteriors are known, for the tests of fitting; also a program that can be killed."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zhizao.fitting.bank import Bank, make_bank
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.fitting.evaluate import Evaluator
from zhizao.fitting.prior import Marginal, Prior
from zhizao.fitting.sampler import Sample, SamplerSettings, sample
from zhizao.fitting.targets import Between


@dataclass(frozen=True)
class Toy:
    """The first number through `form`, plus luck of standard deviation `noise`; the others do nothing."""

    form: str = "line"
    noise: float = 0.0
    pause: float = 0.0
    names: tuple[str, ...] = ("figure",)

    def __call__(self, point, seed):
        if self.pause:
            time.sleep(self.pause)
        value = {"line": lambda x: x, "square": lambda x: x * x + 0.4 * x}[self.form](point[0])
        luck = np.random.Generator(np.random.Philox(seed)).standard_normal() if self.noise else 0.0
        return np.array([value + self.noise * luck])


def toy_prior(low: float = -5.0, high: float = 5.0) -> Prior:
    others = [Marginal(name="idle", low=0.0, high=1.0), Marginal(name="count", low=1, high=6, whole=True)]
    return Prior([Marginal(name="x", low=low, high=high), *others])


def fitted(
    toy: Toy,
    prior: Prior,
    targets: list[Between],
    *,
    folder: Path | None = None,
    workers: int = 1,
    seed: int = 1,
    particles: int = 2000,
    bank_size: int = 2048,
) -> tuple[Bank, Sample]:
    checkpoint = Checkpoint(folder, "toy")
    with Evaluator(toy, workers) as evaluate:
        bank = make_bank(prior, evaluate, size=bank_size, seed=1, checkpoint=checkpoint)
        settings = SamplerSettings(particles=particles, seed=seed)
        return bank, sample(bank, targets, evaluate, settings=settings, checkpoint=checkpoint)


SLOW = Toy(noise=0.3, pause=0.0005)
SLOW_TARGETS = [Between(name="figure", low=4.2, high=4.4, softness=0.05)]

if __name__ == "__main__":
    fitted(SLOW, toy_prior(), SLOW_TARGETS, folder=Path(sys.argv[1]), particles=200, bank_size=256)
