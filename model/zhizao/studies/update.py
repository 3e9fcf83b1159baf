"""New facts for a fit that there is: its members are weighted by what they make of them, without fitting again.

A member is a point with the luck that it was accepted with, so what it gives for a new fact is a draw of the joint
distribution that the fit stands for; weighting by the fact's likelihood is then exact, up to the members that are left.
How many are left in effect is said, and from too few nothing is made.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.errors import InputError, in_words
from zhizao.evidence.ensembles import (
    FIRST_READING,
    Ensemble,
    ensemble_file,
    ensemble_files,
    fitted_folder,
    fitted_treatments,
    read_ensemble,
    refuse_others,
)
from zhizao.evidence.facts import Fact, load_evidence
from zhizao.fitting.bank import effective_size, normalised
from zhizao.fitting.evaluate import Evaluator
from zhizao.fitting.quick import resampled
from zhizao.fitting.targets import Between
from zhizao.parallel import Progress
from zhizao.storage.checksum import sha256
from zhizao.storage.together import writer
from zhizao.storage.whole import cannot_be_written, read_whole
from zhizao.studies.calibration.simulator import DistrictSimulator
from zhizao.studies.options import cores
from zhizao.version import version

__all__ = ["LEAST_EFFECTIVE", "FactUpdate", "Move", "Update", "chosen_fit", "moves_of", "update", "worth_of"]

LEAST_EFFECTIVE = 100
"""Below this effective size an update is refused: a mean would be known to a tenth of its standard deviation only."""
_FARTHEST = 5.0
"""A fact contradicts a fit none of whose members comes within so many softnesses of what it allows."""
_MAX_BYTES = 10_000_000


@dataclass(frozen=True, kw_only=True)
class FactUpdate:
    """A new fact, what the fit gave for it before, and what the fact leaves of the fit.

    Attributes
    ----------
    fact
        The fact.
    low, median, high
        The 90 % interval of the fit before, in the fact's unit.
    effective_share
        The effective size that the fact alone leaves, as a share of the members.
    """

    fact: Fact
    low: float
    median: float
    high: float
    effective_share: float


@dataclass(frozen=True, kw_only=True)
class Move:
    """How a drawn number moved: mean and standard deviation before and after, in its unit."""

    key: str
    before: float
    after: float
    spread_before: float
    spread_after: float

    @property
    def moved(self) -> float:
        """How far the mean moved, in standard deviations before."""
        return (self.after - self.before) / self.spread_before if self.spread_before > 0 else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return it as a plain dictionary, with how far it moved."""
        return {**vars(self), "moved": self.moved}


@dataclass(frozen=True, kw_only=True, eq=False)
class Update:
    """A fit after new facts.

    Attributes
    ----------
    before, after
        The ensembles; all members of the new one count alike.
    facts
        A row for each new fact.
    kept
        The effective size that the facts leave of the members.
    effective_size
        The same, less what the fit itself had lost.
    moves
        How each drawn number moved, in the order of the ensemble.
    """

    before: Ensemble
    after: Ensemble
    facts: tuple[FactUpdate, ...]
    kept: float
    effective_size: float
    moves: tuple[Move, ...]

    @property
    def needs_refit(self) -> bool:
        """Whether too little is left; see `LEAST_EFFECTIVE`."""
        return self.effective_size < LEAST_EFFECTIVE

    @property
    def sentence(self) -> str:
        """What the update is worth, and what to do if that is too little."""
        said = (
            f"effective size {self.effective_size:,.0f}: {self.kept:,.0f} of {self.before.members:,} members agree "
            "with the new facts in effect"
        )
        if not self.needs_refit:
            return said
        return (
            f"{said}; that is below {LEAST_EFFECTIVE}, so a refit is needed: add the facts to evidence.toml, then "
            "`zhizao calibrate` (with --quick for a first look)"
        )

    def write(self, folder: Path | None = None) -> Path:
        """Write the new ensemble in place of the old one, or into another folder; return its file.

        Raises
        ------
        InputError
            If too little is left, the folder cannot be written, or it holds other files of these names.
        """
        if self.needs_refit:
            raise InputError(self.sentence)
        place = folder or fitted_folder()
        try:
            place.mkdir(parents=True, exist_ok=True)
            refuse_others(place, [(self.after.treatment, self.after.funding)])
            with writer(place) as held:
                held.put(ensemble_files(self.after), {})
        except OSError as error:
            raise cannot_be_written(place, error, "folder") from error
        read_ensemble.cache_clear()
        return place / ensemble_file(self.after.treatment, self.after.funding)


def chosen_fit(treatment: str | None, funding: str) -> tuple[str, str]:
    """Return the treatment and the reading of the fit that is meant: the first that the district has."""
    return treatment or next(iter(fitted_treatments(funding)), "facts"), funding


def update(
    facts: str | Path,
    *,
    treatment: str | None = None,
    funding: str = FIRST_READING,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Update:
    """Weight the fitted ensemble of the district in force by new facts; nothing is written before `Update.write`.

    Parameters
    ----------
    facts
        A file of facts, of the form of ``evidence.toml``; those with ``use = "fit"`` count.
    treatment, funding
        Which ensemble; if no treatment is given, the first that is fitted.
    seed
        Of the choice of members.
    workers
        Processes; all that there are if not given. Results do not depend on it.
    progress
        Called with how many runs are done.

    Raises
    ------
    InputError
        If the file is damaged or holds nothing new to fit to, there is no such fit, or a fact contradicts it.
    """
    path = Path(facts)
    ensemble = read_ensemble(*chosen_fit(treatment, funding))
    new = _new_facts(path, ensemble)
    with Evaluator(DistrictSimulator(funding=funding, facts=new), workers or cores()) as evaluate:
        given = evaluate(ensemble.values, ensemble.seeds, progress)
    logarithms = np.column_stack([_log_likelihood(fact, given[:, column]) for column, fact in enumerate(new)])
    _refuse_contradictions(path.name, new, given)
    weights = normalised(logarithms.sum(axis=1))
    kept = effective_size(weights)
    rows = tuple(_row(fact, given[:, n], logarithms[:, n]) for n, fact in enumerate(new))
    size = kept * worth_of(ensemble)
    after = _resampled(ensemble, weights, seed, _entry(path, new, kept, size, seed))
    return Update(
        before=ensemble, after=after, facts=rows, kept=kept, effective_size=size, moves=moves_of(ensemble, weights)
    )


def _new_facts(path: Path, ensemble: Ensemble) -> tuple[Fact, ...]:
    if not os.path.lexists(path):
        raise InputError(f"{path}: there is no such file; name a file of facts (docs/FACTS.md)")
    found = tuple(f for f in load_evidence(path).facts if f.use == "fit" and f.measure is not None)
    if not found:
        raise InputError(f'{path.name}: no fact has a series and use = "fit", so nothing would change; mark some')
    before = {*ensemble.summaries}.union(*(entry["facts"] for entry in ensemble.record.get("updates", [])))
    problems = [
        f"{path.name}: fact {fact.key}: the fit rests on a fact of this key already; give a new fact another key, or "
        "fit again if the old one was wrong"
        for fact in found
        if fact.key in before
    ]
    if problems:
        raise InputError(problems)
    return found


def _target(fact: Fact) -> Between:
    room = fact.room
    assert room is not None  # a fact about a series has room, or its file is refused
    return Between(name=fact.key, **room._asdict())


def _log_likelihood(fact: Fact, given: FloatArray) -> FloatArray:
    return _target(fact).log_likelihood(given)


def _refuse_contradictions(name: str, facts: Sequence[Fact], given: FloatArray) -> None:
    """Refuse facts that no member comes near to, and facts that none comes near to together, by name."""
    problems = []
    near = np.ones(len(given), dtype=bool)
    for column, fact in enumerate(facts):
        target, values = _target(fact), given[:, column]
        away = np.maximum(np.maximum(target.low - values, values - target.high), 0.0) / target.softness
        close = np.isfinite(values) & (away <= _FARTHEST)
        near &= close
        if not close.any():
            low, high = ("…" if math.isinf(end) else f"{end:g}" for end in (target.low, target.high))
            known = values[np.isfinite(values)]
            gives = f"{known.min():,.4g} to {known.max():,.4g}" if known.size else "no number"
            problems.append(
                f"{name}: fact {fact.key} contradicts the fit: it allows {low} to {high} {fact.unit} (softness "
                f"{target.softness:.3g}), all members give {gives}; check the fact and its unit, or fit again with it"
            )
    if not problems and not near.any():
        keys = ", ".join(fact.key for fact in facts)
        problems.append(f"{name}: no member agrees with {keys} together; give them one by one, or fit again with them")
    if problems:
        raise InputError(problems)


def _row(fact: Fact, given: FloatArray, logarithms: FloatArray) -> FactUpdate:
    low, median, high = (float(end) for end in np.nanquantile(given, (0.05, 0.5, 0.95)))
    share = effective_size(normalised(logarithms)) / len(given)
    return FactUpdate(fact=fact, low=low, median=median, high=high, effective_share=share)


def worth_of(ensemble: Ensemble) -> float:
    """Return the effective size of the fit itself as a share of its members, at most 1."""
    size = float(ensemble.record.get("sampler", {}).get("effective_sample_size", ensemble.members))
    return min(size / ensemble.members, 1.0)


def _entry(path: Path, facts: Sequence[Fact], kept: float, size: float, seed: int) -> dict[str, Any]:
    return {
        "program": "zhizao update",
        "version": version(),
        "file": in_words(path.name),
        "sha256": sha256(read_whole(path, _MAX_BYTES)),
        "facts": [fact.key for fact in facts],
        "kept": round(kept, 1),
        "effective_size": round(size, 1),
        "seed": seed,
    }


def _resampled(ensemble: Ensemble, weights: FloatArray, seed: int, entry: dict[str, Any]) -> Ensemble:
    """Return an ensemble whose members count alike: the most central first, the others in random order."""
    draws = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, 0x0FAC])))
    chosen = draws.permutation(resampled(weights, ensemble.members, draws))
    values = ensemble.values[chosen]
    spread = values.std(axis=0)
    centred = (values - values.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    central = int((centred**2).sum(axis=1).argmin())
    order = np.concatenate([chosen[[central]], np.delete(chosen, central)])
    values = ensemble.values[order]
    sampler = ensemble.record.get("sampler", {}) | {
        "effective_sample_size": round(entry["effective_size"]),
        "distinct": len(np.unique(values, axis=0)),
    }
    moments = [[float(m), float(s)] for m, s in zip(values.mean(axis=0), values.std(axis=0), strict=True)]
    record = ensemble.record | {
        "sampler": sampler,
        "moments": dict(zip(ensemble.names, moments, strict=True)),
        "updates": [*ensemble.record.get("updates", []), entry],
    }
    return replace(
        ensemble,
        values=values,
        seeds=ensemble.seeds[order],
        summaries={name: column[order] for name, column in ensemble.summaries.items()},
        record=record,
    )


def moves_of(ensemble: Ensemble, weights: FloatArray) -> tuple[Move, ...]:
    """Return how weights move each number of a fit, in its order."""
    before, after = ensemble.values.mean(axis=0), weights @ ensemble.values
    spread = ensemble.values.std(axis=0)
    left = np.sqrt(np.maximum(weights @ (ensemble.values - after) ** 2, 0.0))
    return tuple(
        Move(
            key=key,
            before=float(before[n]),
            after=float(after[n]),
            spread_before=float(spread[n]),
            spread_after=float(left[n]),
        )
        for n, key in enumerate(ensemble.names)
    )
