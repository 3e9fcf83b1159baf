"""A fit of one treatment and reading, or of all, without all that is to be said of four: for any district."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.errors import InputError, in_words
from zhizao.evidence.ensembles import FUNDING, TREATMENTS, Ensemble, ensemble_file, read_ensemble
from zhizao.fitting.bank import Bank
from zhizao.fitting.evaluate import Evaluator
from zhizao.parallel import Progress, Tell
from zhizao.studies.calibration.calibrate import Pair
from zhizao.studies.calibration.fit import CalibrationSettings, calibration_bank, fit
from zhizao.studies.calibration.inputs import check_inputs, fitted_facts
from zhizao.studies.calibration.quick import quick_fit
from zhizao.studies.calibration.simulator import DistrictSimulator
from zhizao.studies.parameter_draws import luck

__all__ = ["FittedEnsemble", "chosen_pairs", "fit_some", "predicted", "stored_fits"]

_FEW, _MOVED = 100, 300
"""Effective members below which aimed runs are not enough, and particles that are moved instead."""
_MEMBERS = 500
"""Members of each ensemble that are run again, under fresh luck, for the report."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedEnsemble:
    """An ensemble, and what its members give under fresh luck.

    Attributes
    ----------
    ensemble
        The ensemble.
    found
        By key of the fact and by name of what every report needs: one value for each member that was run.
    """

    ensemble: Ensemble
    found: dict[str, FloatArray]


def chosen_pairs(treatment: str | None, funding: str | None) -> list[Pair]:
    """Return treatments of the plan and readings of the money to be fitted, each as a pair.

    Parameters
    ----------
    treatment, funding
        One of each; all if not given. Without a fact that only the treatment ``plan`` is fitted to, both treatments
        would be the same fit, so ``facts`` alone is meant.

    Raises
    ------
    InputError
        If the district has no such reading, or the plan is asked for and is not a fact.
    """
    if funding is not None and funding not in FUNDING:
        raise InputError(f"funding = {in_words(funding)} must be one of {', '.join(FUNDING)}")
    has_plan = fitted_facts("plan") != fitted_facts("facts")
    if treatment == "plan" and not has_plan:
        raise InputError(
            'treatment plan: evidence.toml has no fact of wording "plan" with use = "fit", so it would be the same fit '
            "as facts; add the plan as such a fact, or fit facts"
        )
    treatments = TREATMENTS if has_plan else ("facts",)
    return [
        (one, money)
        for one in ((treatment,) if treatment else treatments)
        for money in ((funding,) if funding else FUNDING)
    ]


def fit_some(
    pairs: list[Pair],
    settings: CalibrationSettings,
    *,
    quick: bool = False,
    progress: Progress | None = None,
    tell: Tell = lambda line: None,
) -> dict[Pair, FittedEnsemble]:
    """Fit the chosen pairs, each reading of the money from a bank of its own.

    Parameters
    ----------
    pairs
        Of `chosen_pairs`.
    settings
        Particles, bank, seed and workers.
    quick
        Weigh runs that are aimed at where the bank lies; where these leave fewer than 100 effective members, move 300
        particles. Minutes instead of an hour.
    progress, tell
        Called with how far the runs of a stage are, and with a line on what has been done.

    Raises
    ------
    InputError
        If something given is wrong, or no run agrees with the facts.
    """
    check_inputs()
    result = {}
    for money in dict.fromkeys(money for _, money in pairs):
        tell(f"{money}: the bank of prior runs")
        bank = calibration_bank(settings, progress, funding=money, effects=False)
        for treatment in (one for one, other in pairs if other == money):
            tell(f"{treatment} · {money}")
            if quick:
                ensemble = _first_fit(treatment, money, bank, settings, progress, tell)
            else:
                ensemble = fit(treatment, bank, settings, funding=money, tell=tell).ensemble
            found = predicted(ensemble, settings.seed, settings.workers, progress)
            result[treatment, money] = FittedEnsemble(ensemble=ensemble, found=found)
    return result


def _first_fit(
    treatment: str, money: str, bank: Bank, settings: CalibrationSettings, progress: Progress | None, tell: Tell
) -> Ensemble:
    """Weigh aimed runs; where few of them agree with the facts, move a few particles instead."""
    ensemble = quick_fit(treatment, bank, settings, funding=money, progress=progress, tell=tell)
    size = ensemble.record["sampler"]["effective_sample_size"]
    if size >= _FEW:
        return ensemble
    count = min(settings.particles, _MOVED)
    tell(f"{treatment} · {money}: aimed runs leave {size:.0f} effective members, so {count} particles are moved")
    moved = replace(settings, particles=count)
    return fit(treatment, bank, moved, funding=money, tell=tell).ensemble


def stored_fits(
    folder: Path,
    *,
    seed: int,
    workers: int,
    but: Iterable[Pair] = (),
    progress: Progress | None = None,
    tell: Tell = lambda line: None,
) -> dict[Pair, FittedEnsemble]:
    """Return the fits that a folder holds, so that a report on one of them does not forget the others.

    Parameters
    ----------
    folder
        The folder ``fitted`` of a district.
    seed, workers
        Of their runs under fresh luck.
    but
        Treatments and readings that are not wanted.
    progress, tell
        Called with how far the runs are, and with a line on each fit that is left out because it is damaged or older
        than the district's files.
    """
    result = {}
    pairs = [(treatment, money) for money in FUNDING for treatment in TREATMENTS]
    for pair in pairs:
        if pair in but or not (folder / ensemble_file(*pair)).is_file():
            continue
        try:
            ensemble = read_ensemble(*pair, folder)
        except InputError as error:
            tell(f"{' · '.join(pair)} is not in the report: {error}")
            continue
        result[pair] = FittedEnsemble(ensemble=ensemble, found=predicted(ensemble, seed, workers, progress))
    return result


def predicted(ensemble: Ensemble, seed: int, workers: int, progress: Progress | None = None) -> dict[str, FloatArray]:
    """Return what the first members of an ensemble give under fresh luck, by name."""
    members = min(_MEMBERS, ensemble.members)
    seeds = np.array([luck(seed, number) for number in range(members)], dtype=np.uint64)
    simulator = DistrictSimulator(funding=ensemble.funding)
    with Evaluator(simulator, workers) as evaluate:
        rows = evaluate(ensemble.values[:members], seeds, progress)
    return dict(zip(simulator.names, rows.T, strict=True))
