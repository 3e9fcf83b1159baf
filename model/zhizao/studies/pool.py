"""Two places in one fit: our members, weighted by what the facts of another place say of the numbers both share.

What firms are like is shared, more or less; what is true of one place only (how many firms there are, how digital they
were, what its lists ask for) is not. How alike the two places are is not known, so several likenesses are tried, and
each counts by how well it goes with the facts of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.district.folder import find_district
from zhizao.district.in_force import DISTRICT
from zhizao.district.reader import DistrictData, read_district
from zhizao.errors import InputError
from zhizao.evidence.ensembles import FIRST_READING, READING, Ensemble, read_ensemble, read_other_fit
from zhizao.fitting.alike import PlaceLikelihood, mixed, place_likelihood, prior_moments, scores
from zhizao.fitting.bank import effective_size, log_mean, normalised
from zhizao.fitting.prior import Marginal
from zhizao.parallel import Progress, Tell
from zhizao.studies.calibration.findings import predict
from zhizao.studies.calibration.fit import INTERVALS, CalibrationSettings, prior_of_study
from zhizao.studies.calibration.simulator import EFFECTS, effects_known
from zhizao.studies.calibration.tied import Tied, fit_in_light_of
from zhizao.studies.deciding.criteria import quantiles
from zhizao.studies.describe import INTERVAL
from zhizao.studies.options import cores
from zhizao.studies.update import Move, chosen_fit, moves_of, worth_of

__all__ = ["DIFFERENCE", "LIKENESSES", "Pooled", "PooledRow", "pool"]

LIKENESSES: tuple[float, ...] = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)
"""How alike two places may be: the correlation of their numbers. Before the facts none counts more than another."""
DIFFERENCE = "service_less_subsidy"
"""The name of the effect of services less that of grants."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PooledRow:
    """What the other place makes of our fit if the two are alike to some degree.

    Attributes
    ----------
    likeness
        The correlation of their numbers; None for all likenesses together.
    weight
        How likely this likeness is after the facts of both, of those that were tried.
    size
        Effective members that are left.
    effects
        Median and ends of the 90 % interval of each effect, percentage points truly at the plan's level at its end.
    """

    likeness: float | None
    weight: float
    size: float
    effects: dict[str, dict[str, float]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Pooled:
    """Our fit in the light of another place's facts.

    Attributes
    ----------
    place
        The other place, by its short name.
    shared
        Keys of the numbers that both places draw and that are not true of one place only.
    directions
        In how many directions of these the other place's facts say something.
    members
        Members of our fit that were used.
    rows
        One for each likeness, then one over all.
    moves
        How our numbers move over all likenesses, in the order of the fit.
    """

    place: str
    shared: tuple[str, ...]
    directions: int
    members: int
    rows: tuple[PooledRow, ...]
    moves: tuple[Move, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain lists and dictionaries."""
        rows = [
            {"likeness": one.likeness, "weight": one.weight, "effective_size": one.size, "effects": one.effects}
            for one in self.rows
        ]
        return {
            "place": self.place,
            "shared": list(self.shared),
            "directions": self.directions,
            "members": self.members,
            "likenesses": rows,
            "moves": [move.to_dict() for move in self.moves],
        }


def pool(
    place: str,
    *,
    treatment: str | None = None,
    funding: str = FIRST_READING,
    likenesses: Sequence[float] = LIKENESSES,
    members: int = 1000,
    fit: CalibrationSettings | None = None,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
    tell: Tell = lambda line: None,
) -> Pooled:
    """Look at our fit in the light of what the facts of another place say of the numbers that both places share.

    Parameters
    ----------
    place
        The other place: the name of a shipped district, or the path of a folder. It must have been fitted to its facts.
    treatment, funding
        Which of our fits; the first if no treatment is given.
    likenesses
        Correlations to try, 0 to 1 each.
    members
        Members of our fit that are used, the first ones.
    fit
        Fit again, to our facts and the bell of theirs, instead of weighting the members of the fit that there is.
    seed, workers, progress
        Of the luck of their runs; threads; called with how many runs are done.
    tell
        Called with a line on each step of a new fit.

    Raises
    ------
    InputError
        If there is no such place or fit, it is our own or one whose fit ours began from, or a likeness is none.
    """
    _check(likenesses, members)
    other = read_district(find_district(place))
    _refuse_ourselves(other)
    before = read_ensemble(*chosen_fit(treatment, funding))
    theirs = read_other_fit(other, "facts", other.own.money[0].key if other.own.money else "declared")
    shared = _shared(before, theirs, other)
    bell = _likelihood(theirs, other, shared)
    tied = Tied(bell=bell, shared=shared, likenesses=tuple(likenesses))
    ensemble = before if fit is None else fit_in_light_of(tied, before.treatment, funding, fit, progress, tell)
    used = min(members, ensemble.members)
    found = _effects(ensemble, used, seed, workers or cores(), progress)
    logarithms = tied.logarithms(ensemble.values[:used])
    counted = 0.0 if fit is None else mixed(logarithms)  # a fit of both has the mean of all likenesses already
    chances = normalised(np.array([log_mean(one - counted) for one in logarithms]))
    weights = np.array([normalised(one - counted) for one in logarithms])
    whole = np.asarray(chances @ weights)
    worth = worth_of(ensemble)
    every = zip([*likenesses, None], [*map(float, chances), 1.0], [*weights, whole], strict=True)
    return Pooled(
        place=other.own.short,
        shared=shared,
        directions=bell.directions,
        members=used,
        rows=tuple(
            PooledRow(likeness=one, weight=chance, size=effective_size(by) * worth, effects=_ends(found, by))
            for one, chance, by in every
        ),
        moves=_moves(before, ensemble, whole),
    )


def _check(likenesses: Sequence[float], members: int) -> None:
    problems = [f"likeness = {one:g} must be from 0 to 1" for one in likenesses if not 0.0 <= one <= 1.0]
    problems += [] if likenesses else ["no likeness is given; give at least one, from 0 to 1"]
    problems += [] if members >= 100 else [f"members = {members} must be at least 100: weights leave few of them"]
    if problems:
        raise InputError(problems)


def _refuse_ourselves(other: DistrictData) -> None:
    if other.folder.resolve() == DISTRICT.folder.resolve():
        raise InputError(f"{other.own.short} is the place in force itself; name another one")
    begun = DISTRICT.own.prior
    if begun is not None and begun.from_ == other.folder.name:
        raise InputError(
            f"the fit of {DISTRICT.own.short} begins from that of {other.own.short}, whose facts would count twice; "
            f"take [prior] out of its district.toml and fit it by itself, or use --district {other.folder.name}"
        )


def _shared(ensemble: Ensemble, theirs: Ensemble, other: DistrictData) -> tuple[str, ...]:
    """Return the keys that both draw, in our order, but for what either place calls its own."""
    own = {key for prior in (DISTRICT.own.prior, other.own.prior) if prior is not None for key in prior.except_}
    named = {marginal.name: marginal for marginal in prior_of_study().marginals}
    found = tuple(
        key
        for key in ensemble.names
        if key in theirs.names and not (key in own or key.startswith(READING) or named[key].whole)
    )
    if not found:
        raise InputError(f"{other.own.short} and {DISTRICT.own.short} draw no number that both share")
    return found


def _likelihood(theirs: Ensemble, other: DistrictData, shared: tuple[str, ...]) -> PlaceLikelihood:
    intervals = theirs.record.get(INTERVALS)
    if not isinstance(intervals, dict) or not all(key in intervals for key in shared):
        raise InputError(
            f"the fit of {other.own.short} does not say from which intervals it drew; make it again with "
            f"`zhizao calibrate --district {other.folder.name} --treatment facts`"
        )
    before = tuple(Marginal(**intervals[key]) for key in shared)
    ours = tuple(one for one in prior_of_study().marginals if one.name in shared)
    values = theirs.values[:, [theirs.names.index(key) for key in shared]]
    size = theirs.members * worth_of(theirs)
    return place_likelihood(scores(values, ours), *prior_moments(before, ours), size)


def _effects(
    ensemble: Ensemble, members: int, seed: int, workers: int, progress: Progress | None
) -> dict[str, FloatArray]:
    if not effects_known():
        return {}
    predicted = predict(ensemble, members=members, seed=seed, workers=workers, progress=progress)
    found = {name: predicted.found[name] for name in EFFECTS}
    return found | {DIFFERENCE: found["service_effect"] - found["subsidy_effect"]}


def _moves(before: Ensemble, after: Ensemble, weights: FloatArray) -> tuple[Move, ...]:
    """Return how each number moves: by weights from the same members, or from one fit to another."""
    used = replace(after, values=after.values[: len(weights)])
    found = moves_of(used, weights)
    if after is before:
        return found
    first = before.values.mean(axis=0), before.values.std(axis=0)
    return tuple(
        replace(move, before=float(mean), spread_before=float(spread))
        for move, mean, spread in zip(found, *first, strict=True)
    )


def _ends(found: dict[str, FloatArray], weights: FloatArray) -> dict[str, dict[str, float]]:
    """Return the median and the ends of the 90 % interval of each effect, by weight."""
    if not found:
        return {}
    values = np.array(list(found.values()))
    shares = {"median": 0.5, "low": INTERVAL[0], "high": INTERVAL[1]}
    ends = {end: quantiles(values, weights[None, :], share)[0] for end, share in shares.items()}
    return {name: {end: float(row[place]) for end, row in ends.items()} for place, name in enumerate(found)}
