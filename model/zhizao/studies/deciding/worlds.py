"""The structures that a decision is looked at under, and how much each of them weighs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.errors import InputError, in_words
from zhizao.evidence.ensembles import FIRST_READING, FUNDING, fitted_treatments
from zhizao.parameters.specification import nearest
from zhizao.studies.parameter_draws import CALIBRATIONS
from zhizao.studies.structures import WeighedStructure, weighed_structures

__all__ = ["BY_EVIDENCE", "WEIGHTS", "chosen_worlds", "reweighed", "weights_of"]

BY_EVIDENCE = "evidence"
WEIGHTS = (BY_EVIDENCE, "equal")
"""How structures can be weighed: by what the facts say of each, or all alike."""
_PRIOR = "prior"


def chosen_worlds(named: Iterable[str] | None = None) -> tuple[WeighedStructure, ...]:
    """Return the structures with the readings of the money that are asked for: all that are fitted if none is named.

    Where nothing is fitted, the declared intervals are the only one.

    Parameters
    ----------
    named
        Each ``KEY`` or ``KEY:READING``, such as ``facts``, ``plan``, ``approval-first`` or ``facts:brief``.

    Raises
    ------
    InputError
        If one is not fitted or not known, or is named twice.
    """
    wanted = list(named or ())
    fitted = weighed_structures() if fitted_treatments(FIRST_READING) else ()
    if not wanted:
        return fitted or (_not_fitted(FIRST_READING),)
    known = {_name(one): one for one in fitted}
    found: list[WeighedStructure] = []
    problems: list[str] = []
    for text in wanted:
        key, _, reading = str(text).partition(":")
        name = f"{key}:{reading or FIRST_READING}"
        if key == _PRIOR and (reading or FIRST_READING) in FUNDING:
            known.setdefault(name, _not_fitted(reading or FIRST_READING))
        if name not in known:
            problems.append(f"structure = {in_words(str(text))} {_what_is_there(str(text), key, known)}")
        elif known[name] in found:
            problems.append(f"structure = {in_words(str(text))} is named twice; name it once")
        else:
            found.append(known[name])
    if problems:
        raise InputError(problems)
    return tuple(found)


def _what_is_there(text: str, key: str, known: dict[str, WeighedStructure]) -> str:
    names = [_short(name) for name in known]
    if key in CALIBRATIONS and not nearest(text, names):
        return f"is not fitted; there are {', '.join(names)}"
    return f"is not one of the fitted structures{nearest(text[:80], names) or '; there are ' + ', '.join(names)}"


def _name(one: WeighedStructure) -> str:
    return f"{one.calibration}:{one.funding}"


def _short(name: str) -> str:
    return name.removesuffix(f":{FIRST_READING}")


def _not_fitted(funding: str) -> WeighedStructure:
    return WeighedStructure(
        calibration=_PRIOR, funding=funding, title="", title_zh="", log_evidence=math.nan, second=math.nan
    )


def weights_of(worlds: Iterable[WeighedStructure], kind: str) -> FloatArray:
    """Return the weights of structures; they sum to 1.

    What the evidence says nothing of (the plan) weighs nothing beside what it weighs; where it weighs none of them, all
    are alike.

    Raises
    ------
    InputError
        If `kind` is not one of `WEIGHTS`.
    """
    if kind not in WEIGHTS:
        raise InputError(f"weights = {in_words(str(kind))} must be one of {', '.join(WEIGHTS)}")
    given = np.nan_to_num(np.array([one.weight for one in worlds]), nan=0.0)
    if kind != BY_EVIDENCE or not given.sum() > 0.0:
        given = np.ones_like(given)
    return np.asarray(given / given.sum())


def reweighed(worlds: Iterable[WeighedStructure], weights: FloatArray) -> tuple[WeighedStructure, ...]:
    """Return structures with other weights."""
    return tuple(replace(one, weight=float(weight)) for one, weight in zip(worlds, weights, strict=True))
