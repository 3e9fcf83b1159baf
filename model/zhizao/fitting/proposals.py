"""How particles try to move: a step of all numbers under the same luck, or a new draw where they are, luck included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.fitting.aimed import Aim

__all__ = ["Proposal", "Tried", "adapted", "propose"]

_KINDS = 2
_STEP, _AIMED = range(_KINDS)
"""In turn: a step under the same luck; an aimed draw under fresh luck, by which a particle forgets all that it was."""
_WANTED = 0.23
"""Share of steps to be accepted; aimed draws have no length that could be adapted."""
_LONGEST, _SHORTEST = 3.0, 0.02


@dataclass(frozen=True, kw_only=True, eq=False)
class Proposal:
    """Spread of the particles, and how far their steps go.

    Attributes
    ----------
    root
        A square root of the covariance of the places.
    aim
        Where the places lie.
    reach
        The length of a step (1 is best for a normal posterior, Roberts and Rosenthal 2001).
    """

    root: FloatArray
    aim: Aim
    reach: float = 1.0

    @classmethod
    def first(cls, places: FloatArray) -> Self:
        """Return the proposal for particles that have not moved yet."""
        return cls(root=_root(places), aim=Aim.at(places))

    def spread_of(self, places: FloatArray) -> Proposal:
        """Return the same with the spread of other places."""
        return replace(self, root=_root(places), aim=Aim.at(places))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the proposal for a checkpoint."""
        return {"root": self.root, "reach": np.array(self.reach), **self.aim.to_arrays()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the proposal from a checkpoint."""
        return cls(root=arrays["root"], aim=Aim.from_arrays(arrays), reach=float(arrays["reach"]))


@dataclass(frozen=True, kw_only=True, eq=False)
class Tried:
    """Where particles try to go.

    Attributes
    ----------
    places, seeds
        The points, and the luck of their runs.
    log_favour
        Logarithm of how much more the way back is proposed than the way there, by which the likelihood's ratio is
        multiplied (Hastings 1970).
    """

    places: FloatArray
    seeds: NDArray[np.uint64]
    log_favour: FloatArray


def _root(places: FloatArray) -> FloatArray:
    dimensions = places.shape[1]
    covariance = np.atleast_2d(np.cov(places, rowvar=False)) + 1e-10 * np.eye(dimensions)
    return np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)


def propose(
    places: FloatArray, seeds: NDArray[np.uint64], proposal: Proposal, move: int, draws: np.random.Generator
) -> Tried:
    """Return where the particles try to go, and under which luck.

    A step goes along the spread of the particles and is symmetric in the unit cube, whose opposite walls are one.
    Aimed draws are not symmetric, and say by how much.
    """
    count, dimensions = places.shape
    if move % _KINDS == _AIMED:
        aimed = proposal.aim.draw(count, draws)
        fresh = np.asarray(draws.integers(0, 2**64, size=count, dtype=np.uint64))
        favour = proposal.aim.log_density(places) - proposal.aim.log_density(aimed)
        return Tried(places=aimed, seeds=fresh, log_favour=favour)
    length = proposal.reach * 2.38 / np.sqrt(dimensions)
    steps = length * draws.standard_normal((count, dimensions)) @ proposal.root.T
    return Tried(places=_wrapped(places + steps), seeds=seeds, log_favour=np.zeros(count))


def _wrapped(places: FloatArray) -> FloatArray:
    """Bring places back into [0, 1), where what leaves by one wall comes in by the opposite one.

    Folding back at the wall would not be symmetric: it turns the sign of a step's correlation with the others.
    """
    return np.minimum(places % 1.0, np.nextafter(1.0, 0.0))


def adapted(proposal: Proposal, move: int, accepted: NDArray[np.bool_]) -> Proposal:
    """Return the proposal with longer steps where many were accepted, shorter ones where few were."""
    if move % _KINDS == _AIMED:
        return proposal
    reach = proposal.reach * float(np.exp(accepted.mean() - _WANTED))
    return replace(proposal, reach=min(max(reach, _SHORTEST), _LONGEST))
