"""A whole calibration: four fits, and everything that is to be said of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from zhizao.evidence.ensembles import FUNDING, TREATMENTS, Ensemble
from zhizao.evidence.wordings import Wording
from zhizao.fitting.bank import Bank
from zhizao.fitting.diagnostics import Recovery, recovery
from zhizao.fitting.targets import Between
from zhizao.parallel import Progress, Tell
from zhizao.studies.calibration import findings as found
from zhizao.studies.calibration.fit import FIRST, CalibrationSettings, Fit, calibration_bank, checked, fit, targets_of
from zhizao.studies.calibration.inputs import check_inputs, fitted_facts
from zhizao.studies.calibration.money_years import money_years
from zhizao.studies.calibration.simulator import EFFECTS

__all__ = ["TRUTHS", "Findings", "calibrate", "report_of"]

Pair = tuple[str, str]
TRUTHS = 32_768
"""How many synthetic districts are fitted to see whether known truths are recovered; at most as many as the bank has.

About one in twelve rests on enough runs to be used, so some 2,700."""
_LEAST_SIZE = 100.0
"""Effective runs that each must rest on: of 50, intervals hold up to two points too few, whatever the fit."""
_MEMBERS = 1000
"""Members of each ensemble that are run again, under fresh luck, for the report."""
_RECOVERY_SEED = 20231207


class Findings:
    """What a calibration found.

    Attributes
    ----------
    bank, recovered
        The bank of prior runs under the report's money, and whether known truths are recovered from it.
    ensembles, predicted, money
        By treatment of the plan and reading of the money; of the money what `money_years` gives.
    """

    bank: Bank
    recovered: Recovery

    def __init__(self) -> None:
        self.ensembles: dict[Pair, Ensemble] = {}
        self.predicted: dict[Pair, found.Predicted] = {}
        self.money: dict[Pair, dict[str, dict[str, dict[str, float]]]] = {}


def calibrate(
    settings: CalibrationSettings, *, progress: Progress | None = None, tell: Tell = lambda line: None
) -> Findings:
    """Fit all four ensembles, and gather what is to be said of them; the work in progress is kept in its own folder.

    Parameters
    ----------
    progress, tell
        Called with how far the runs of a stage are, and with a line on what has been done.

    Raises
    ------
    InputError
        If something given is wrong, or the work in progress is another problem's.
    """
    check_inputs()  # what is wrong with a file is said before hours of runs
    result = Findings()
    banks = {}
    for funding in FUNDING:
        tell(f"{funding}: the bank of prior runs")
        banks[funding] = calibration_bank(settings, progress, funding=funding, effects=funding == FIRST)
    result.bank = banks[FIRST]
    tell("known truths recovered")
    result.recovered = recovered(result.bank, min(TRUTHS, len(result.bank.places)), settings.workers)
    for (treatment, funding), fitted in _fits(banks, settings, tell, progress).items():
        result.ensembles[treatment, funding] = fitted.ensemble
        result.predicted[treatment, funding] = found.predict(
            fitted.ensemble, members=_MEMBERS, seed=settings.seed, workers=settings.workers, progress=progress
        )
        result.money[treatment, funding] = money_years(
            fitted.ensemble, seed=settings.seed, workers=settings.workers, progress=progress
        )
    return result


def _fits(
    banks: dict[str, Bank], settings: CalibrationSettings, tell: Tell, progress: Progress | None
) -> dict[Pair, Fit]:
    """Fit all four, once more from another seed, and check each."""
    rounds: list[dict[Pair, Fit]] = [{}, {}]
    for again, done in enumerate(rounds):
        for treatment in TREATMENTS:
            for funding in FUNDING:
                tell(f"{treatment} · {funding}{', from another seed' if again else ''}")
                bank = banks[funding]
                done[treatment, funding] = fit(treatment, bank, settings, funding=funding, again=bool(again), tell=tell)
    final = {}
    for pair, first in rounds[0].items():
        tell(f"{' · '.join(pair)}: checked")
        final[pair] = checked(first, rounds[1][pair], banks[pair[1]], settings, progress)
    return final


def recovered(bank: Bank, truths: int, workers: int = 1) -> Recovery:
    """Fit synthetic districts, drawn from the prior, by reweighting the bank; see `recovery`."""
    return recovery(
        bank,
        report_of,
        truths=truths,
        seed=_RECOVERY_SEED,
        derived=tuple(EFFECTS),
        least_size=_LEAST_SIZE,
        workers=workers,
    )


def report_of(figures: dict[str, float], draws: np.random.Generator, softer: float = 1.0) -> Sequence[Between]:
    """Return what would be reported of a synthetic district, worded and rounded as the real one's facts are.

    Each number is first seen with the scatter that its softness stands for.

    Parameters
    ----------
    figures
        What the district's run gave, by key of the fact.
    draws
        The scatter.
    softer
        How many times as soft as the real ones its facts are.
    """
    found = []
    wordings = {fact.key: fact.wording for fact in fitted_facts("facts")}
    for real in targets_of("facts"):
        target = replace(real, softness=softer * real.softness)
        seen = figures[target.name] + target.softness * draws.standard_normal()
        low, high = _reported(wordings.get(target.name, "exactly"), target, seen)
        found.append(Between(name=target.name, low=low, high=high, softness=target.softness))
    return found


def _reported(wording: Wording, target: Between, seen: float) -> tuple[float, float]:
    """Return the room of a number that is seen, if it is worded and rounded like that of a target.

    "Over" is the last round number below, of the size of the target's room; a number itself is printed with as many
    digits as the target's; any other room keeps its width; of an open one it is said on which side of its end it lies.
    """
    width = target.high - target.low
    if not math.isfinite(width):
        limit = target.low if math.isfinite(target.low) else target.high
        return (limit, math.inf) if seen >= limit else (-math.inf, limit)
    if wording == "over":
        step = 10.0 ** round(math.log10(width))
        low = math.floor(seen / step) * step
        return low, low + step
    low = (round(seen / width) * width if wording == "exactly" else seen) - width / 2.0
    return low, low + width


def plain(value: Any) -> Any:
    """Return numbers of NumPy as Python's own, in whatever holds them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value
