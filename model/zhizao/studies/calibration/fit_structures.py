"""The structures of a district fitted, each from a bank of its own, and once more from another seed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from zhizao.errors import InputError
from zhizao.evidence.ensembles import FIRST_READING, Ensemble
from zhizao.evidence.structures import structures
from zhizao.parallel import Progress, Tell
from zhizao.parameters.specification import nearest
from zhizao.studies.calibration.fit import CalibrationSettings, calibration_bank, fit
from zhizao.studies.calibration.inputs import check_inputs

__all__ = ["chosen_structures", "fit_structures"]


def chosen_structures(keys: Iterable[str]) -> list[str]:
    """Return the structures of the district that are to be fitted: those named, or all.

    Raises
    ------
    InputError
        If it has none, or none of such a name.
    """
    wanted = list(keys) or list(structures())
    if not wanted:
        raise InputError("readings.toml has no [[structure]], so there is none to fit; add one")
    if unknown := [key for key in wanted if key not in structures()]:
        raise InputError(
            [f"structure {key} is not one of the district's{nearest(key, list(structures()))}" for key in unknown]
        )
    return wanted


def fit_structures(
    keys: Iterable[str],
    settings: CalibrationSettings,
    *,
    progress: Progress | None = None,
    tell: Tell = lambda line: None,
) -> dict[str, Ensemble]:
    """Fit structures to the facts under the first reading of the money.

    Parameters
    ----------
    keys
        Of structures; all of the district if there is none.
    settings
        Particles, bank, seed and workers.
    progress, tell
        Called with how far the runs of a stage are, and with a line on what has been done.

    Raises
    ------
    InputError
        If the district has no such structure, or no run agrees with the facts.
    """
    check_inputs()
    found = {}
    for key in chosen_structures(keys):
        tell(f"{key}: the bank of prior runs")
        bank = calibration_bank(settings, progress, effects=False, structure=key)
        tell(key)
        first = fit(key, bank, settings, funding=FIRST_READING, tell=tell)
        second = fit(key, bank, settings, funding=FIRST_READING, again=True, tell=tell)
        sampler = first.ensemble.record["sampler"] | {"log_evidence_second": round(second.sample.log_evidence, 3)}
        found[key] = replace(first.ensemble, record=first.ensemble.record | {"sampler": sampler})
    return found
