"""A whole calibration: four fits, and everything that is to be said of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zhizao.fitting.bank import Bank
from zhizao.fitting.diagnostics import Recovery, recovery
from zhizao.fitting.targets import Between
from zhizao.results.ensembles import FUNDING, TREATMENTS, Ensemble, write_ensemble
from zhizao.studies.calibration import findings as found
from zhizao.studies.calibration.fit import (
    FIRST,
    CalibrationSettings,
    Fit,
    calibration_bank,
    checked,
    fit,
    fit_other_money,
    targets_of,
)
from zhizao.studies.calibration.simulator import EFFECTS
from zhizao.studies.parallel import Progress

__all__ = ["TRUTHS", "Findings", "calibrate", "report_of"]

Tell = Callable[[str], None]
Pair = tuple[str, str]
TRUTHS = 2500
"""How many synthetic districts are fitted to see whether known truths are recovered; at most half of the bank."""
_MEMBERS = 1000
"""Members of each ensemble that are run again, under fresh luck, for the report."""
_RECOVERY_SEED = 20231207


class Findings:
    """What a calibration found.

    Attributes
    ----------
    bank, recovered
        The bank of prior runs under the report's money, and whether known truths are recovered from it.
    ensembles, predicted
        By treatment of the plan and reading of the money.
    """

    bank: Bank
    recovered: Recovery

    def __init__(self) -> None:
        self.ensembles: dict[Pair, Ensemble] = {}
        self.predicted: dict[Pair, found.Predicted] = {}


def calibrate(
    settings: CalibrationSettings,
    folder: Path,
    *,
    progress: Progress | None = None,
    tell: Tell = lambda line: None,
) -> Findings:
    """Fit all four ensembles, write them into a folder, and gather what is to be said of them.

    Parameters
    ----------
    folder
        Where the ensembles are written; made if it does not exist.
    progress, tell
        Are told how far the runs of a stage are, and in a line what has been done.

    Raises
    ------
    InputError
        If something given is wrong, or the work in progress is another problem's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    result = Findings()
    tell("the bank of prior runs")
    result.bank = calibration_bank(settings, progress)
    result.recovered = recovered(result.bank, min(TRUTHS, settings.bank // 2))
    for (treatment, funding), fitted in _fits(result.bank, settings, folder, tell, progress).items():
        result.ensembles[treatment, funding] = fitted.ensemble
        result.predicted[treatment, funding] = found.predict(
            fitted.ensemble, members=_MEMBERS, seed=settings.seed, workers=settings.workers, progress=progress
        )
    return result


def _fits(
    bank: Bank, settings: CalibrationSettings, folder: Path, tell: Tell, progress: Progress | None
) -> dict[Pair, Fit]:
    """Fit all four, once more from another seed, and check each; what is done is written at once."""
    rounds: list[dict[Pair, Fit]] = [{}, {}]
    for again, done in enumerate(rounds):
        for treatment in TREATMENTS:
            for funding in FUNDING:
                tell(f"{treatment} · {funding}{', from another seed' if again else ''}")
                if funding == FIRST:
                    fitted = fit(treatment, bank, settings, again=bool(again), tell=tell)
                else:
                    fitted = fit_other_money(done[treatment, FIRST], funding, settings, again=bool(again), tell=tell)
                done[treatment, funding] = fitted
                if not again:
                    write_ensemble(folder, fitted.ensemble)
    final = {}
    for pair, first in rounds[0].items():
        tell(f"{' · '.join(pair)}: checked")
        final[pair] = checked(first, rounds[1][pair], bank, settings, progress)
        write_ensemble(folder, final[pair].ensemble)
    return final


def recovered(bank: Bank, truths: int) -> Recovery:
    """Fit synthetic districts, drawn from the prior, by reweighting the bank; see `recovery`."""
    return recovery(bank, report_of, truths=truths, seed=_RECOVERY_SEED, derived=tuple(EFFECTS))


def report_of(figures: dict[str, float], draws: np.random.Generator) -> Sequence[Between]:
    """Return what a newspaper would print of a synthetic district, with the room that the real figures have.

    Each figure is first seen with the scatter that its softness stands for. Shares are then printed as "over" the
    last full ten per cent and projects as so many hundred "odd"; workshops are counted.

    Parameters
    ----------
    figures
        What the district's run gave, by variable.
    draws
        The scatter.
    """
    printed = {"robot_share_2023": 10.0, "supported_projects_counted": 100.0}
    found = []
    for target in targets_of("facts"):
        seen = figures[target.name] + target.softness * draws.standard_normal()
        step = printed.get(target.name, 1.0)
        low = math.floor(seen / step) * step if target.name in printed else round(seen) - 0.5
        found.append(Between(name=target.name, low=low, high=low + step, softness=target.softness))
    return found


def plain(value: Any) -> Any:
    """Return numbers of NumPy as Python's own, in whatever holds them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value
