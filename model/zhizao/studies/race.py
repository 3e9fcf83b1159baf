"""Mixes of policy tried on the same draws, of which one that another beats on the first draws is given up.

Most of what a search tries is far from the best, and a few draws show it: all mixes go on from the same histories under
the same luck. So only those that may still matter are tried on all draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from zhizao.studies.mixes import Tried

__all__ = ["GivenUp", "Race", "Target"]

_FIRST_LOOK = 8
"""Draws after which a mix is first held against others. In one search 1,153 mixes were all tried on all of 100 draws:
with looks after 8, 16 and 32, a sixth of the draws would have been made and the best for every probability kept."""
_UNREACHED = 1e9

_AT_ONCE = 8
"""How many mixes are tried side by side, so that all processors have work; among themselves they are not compared."""

Look = Callable[[Sequence[Mapping[str, float]], slice], list[Tried]]
"""What gives each of some mixes on some of the draws."""


@dataclass(frozen=True)
class Target:
    """A share of SMEs at level 2 that is to be reached with a probability."""

    share: float
    probability: float

    def met(self, mix: Tried) -> bool:
        """Whether a mix meets the target on the draws that it was tried on."""
        return mix.probability(self.share) >= self.probability

    def penalised(self, mix: Tried) -> float:
        """Return the cost of a mix that meets the target, and for others more the further they are from it."""
        if self.met(mix):
            return mix.cost
        return _UNREACHED * (1.0 + self.share - mix.share_reached(self.probability))


@dataclass(frozen=True, kw_only=True, eq=False)
class GivenUp:
    """A mix that another beats on the first draws: that one costs no more, meets the target at least as often, and
    brings at least as many SMEs to level 2 on average.

    Attributes
    ----------
    first
        The mix, on the draws that it was tried on.
    better
        One that beats it, on all draws.
    """

    first: Tried
    better: Tried

    @property
    def mix(self) -> dict[str, float]:
        """Values of the dials by key."""
        return self.first.mix

    @property
    def cost(self) -> float:
        """What it would cost on all draws, if it is as much dearer there as on the first: million RMB."""
        return self.better.cost + self.first.cost - float(self.better.costs[: self.first.costs.size].mean())

    def penalised(self, target: Target) -> float:
        """Return what it counts for in a search: never for less than the one that beats it."""
        if target.met(self.first) and target.met(self.better):
            return self.cost
        return max(target.penalised(self.better), target.penalised(self.first))


class Race:
    """Mixes tried a few at a time, on all draws only where none tried before beats them on the first.

    They are held against each other after 8 draws, and whenever there are twice as many, up to half of all.

    Parameters
    ----------
    look
        What gives each of some mixes on some of the draws.
    draws
        How many draws there are.
    target
        What is to be met.
    """

    def __init__(self, look: Look, draws: int, target: Target) -> None:
        self._look, self._draws, self._target = look, draws, target
        self.tried: list[Tried] = []
        self.given_up: list[GivenUp] = []

    def enter(self, mixes: Sequence[Mapping[str, float]]) -> list[float]:
        """Try mixes; return what each counts for: its cost if it meets the target, else more the further it is off."""
        found: list[float] = []
        for first in range(0, len(mixes), _AT_ONCE):
            found += self._side_by_side(mixes[first : first + _AT_ONCE])
        return found

    def _side_by_side(self, mixes: Sequence[Mapping[str, float]]) -> list[float]:
        counts_for: dict[int, float] = {}
        running: dict[int, Tried] = {}
        seen = 0
        for last in _looks(self._draws):
            left = [place for place in range(len(mixes)) if place not in counts_for]
            more = self._look([mixes[place] for place in left], slice(seen, last)) if left else []
            for place, tried in zip(left, more, strict=True):
                running[place] = _together(running[place], tried) if seen else tried
                if last < self._draws and (better := self._better_than(running[place])) is not None:
                    self.given_up.append(GivenUp(first=running[place], better=better))
                    counts_for[place] = self.given_up[-1].penalised(self._target)
            seen = last
        for place, tried in running.items():
            if place not in counts_for:
                self.tried.append(tried)
                counts_for[place] = self._target.penalised(tried)
        return [counts_for[place] for place in range(len(mixes))]

    def finish(self, given_up: GivenUp) -> Tried:
        """Try a mix that was given up on the other draws, too."""
        first = given_up.first
        [others] = self._look([first.mix], slice(first.shares.size, self._draws))
        return _together(first, others)

    def _better_than(self, first: Tried) -> Tried | None:
        """Return the one that counts for least of those tried on all draws that beat a mix on its draws."""
        if not self.tried:
            return None
        seen = slice(first.shares.size)
        shares = np.array([mix.shares[seen] for mix in self.tried])
        costs = np.array([mix.costs[seen] for mix in self.tried])
        beats = costs.mean(axis=1) <= first.cost
        beats &= (shares >= self._target.share).mean(axis=1) >= first.probability(self._target.share)
        beats &= shares.mean(axis=1) >= first.shares.mean()
        better = [mix for mix, beaten in zip(self.tried, beats, strict=True) if beaten]
        return min(better, key=self._target.penalised) if better else None


def _looks(draws: int) -> Iterator[int]:
    """Yield after how many draws a mix is held against others; at last, all of them."""
    look = _FIRST_LOOK
    while look <= draws // 2:
        yield look
        look *= 2
    yield draws


def _together(first: Tried, others: Tried) -> Tried:
    shares, costs = (np.concatenate([getattr(one, name) for one in (first, others)]) for name in ("shares", "costs"))
    return Tried(mix=first.mix, shares=shares, costs=costs)
