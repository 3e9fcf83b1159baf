"""Facts against the prior, before any fit: which are within reach, and which bounds hold back those that are not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.errors import InputError
from zhizao.evidence.ensembles import FIRST_READING
from zhizao.evidence.facts import Fact, load_facts
from zhizao.evidence.figures import room_words, use_words
from zhizao.evidence.units import unit_in_chinese
from zhizao.evidence.wordings import Room
from zhizao.fitting.bank import effective_size, normalised
from zhizao.fitting.evaluate import Evaluator
from zhizao.fitting.targets import Between, log_likelihood
from zhizao.parallel import Progress
from zhizao.parameter_words.names import meaning
from zhizao.parameter_words.parameters import READINGS
from zhizao.parameters.registry import parameter_specifications
from zhizao.studies.calibration.fit import prior_of_study
from zhizao.studies.calibration.inputs import Drawn, drawn_numbers
from zhizao.studies.calibration.simulator import DistrictSimulator
from zhizao.studies.describe import interval
from zhizao.studies.options import cores
from zhizao.studies.parameter_draws import luck
from zhizao.words.tables import Language, words_of

__all__ = ["Binding", "FactReach", "PriorCheck", "prior_check"]

Verdict = Literal["within reach", "at the edge", "out of reach"]
_EDGE = 2.0
"""So many softnesses beyond its room a fact is still reached, at the edge."""
_CLEAR = 3.0
"""A rank correlation counts from so many of its standard errors on."""
_MOST_BINDING = 3
_AT_ENDS = 128
"""Runs with the binding numbers at their ends."""
_FAR_LARGER = 5.0
"""So many times as many draws agree without a fact that contradicts the others."""

say = words_of("prior_check")


@dataclass(frozen=True, kw_only=True)
class Binding:
    """A drawn number whose interval ends before a fact is reached.

    Attributes
    ----------
    number
        What is drawn.
    end
        The end that lies towards the fact, in the number's unit.
    correlation
        Rank correlation, over the prior, of the number with what the model gives; above 0, more of it gives more.
    """

    number: Drawn
    end: float
    correlation: float


@dataclass(frozen=True, kw_only=True)
class FactReach:
    """A fact beside the prior.

    Attributes
    ----------
    fact, room
        The fact, and what its wording allows.
    median, low, high
        What the prior gives: median and 90 % interval, in the fact's unit.
    inside
        Share of the draws inside the room.
    verdict
        Within reach if the interval meets the room; at the edge if only some draw comes within two softnesses of it;
        otherwise out of reach.
    binding
        Where it is not within reach: the numbers that move it most, each with the end that holds it back; empty if
        no drawn number moves it.
    nearest
        Where it is not within reach: what comes nearest to it, and the median, with these numbers at these ends and
        all others drawn.
    """

    fact: Fact
    room: Room
    median: float
    low: float
    high: float
    inside: float
    verdict: Verdict
    binding: tuple[Binding, ...] = ()
    nearest: tuple[float, float] | None = None

    def sentence(self, language: Language = "en") -> str:
        """Return what is to be said of the fact, with the bounds that bind where it is not within reach."""
        unit = unit_in_chinese(self.fact.unit) if language == "zh" else self.fact.unit
        said = say(
            "said",
            language,
            key=self.fact.key,
            verdict=say(self.verdict, language),
            allowed=room_words(self.fact),
            unit=unit,
            low=f"{self.low:.4g}",
            high=f"{self.high:.4g}",
        )
        if self.verdict == "within reach":
            return said
        space = " " if language == "en" else ""
        if not self.binding or self.nearest is None:
            return f"{said}{space}{say('fixed', language)}"
        bounds = ("; " if language == "en" else "；").join(_in_words(one, language) for one in self.binding)
        nearest, median = (f"{value:.4g}" for value in self.nearest)
        return f"{said}{space}{say('binds', language, bounds=bounds, median=median, nearest=nearest)}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain numbers and texts; an open end is None."""
        low, high = (None if math.isinf(end) else end for end in self.room[:2])
        return {
            "key": self.fact.key,
            "use": self.fact.use,
            "unit": self.fact.unit,
            "allowed_low": low,
            "allowed_high": high,
            "median": self.median,
            "low": self.low,
            "high": self.high,
            "inside": self.inside,
            "verdict": self.verdict,
            "binding": [
                {"key": one.number.key, "end": one.end, "unit": one.number.unit, "correlation": one.correlation}
                for one in self.binding
            ],
            "nearest": None if self.nearest is None else self.nearest[0],
        }


def _in_words(one: Binding, language: Language) -> str:
    number = one.number
    spec = parameter_specifications().get(number.key)
    means = number.meaning if spec is None else meaning(spec, language)
    if language == "zh":
        means = READINGS.get(number.key, ("", means))[1]
    unit = unit_in_chinese(number.unit) if language == "zh" else number.unit
    return say("bound", language, key=number.key, end=f"{one.end:g}", unit=unit, meaning=means)


@dataclass(frozen=True, kw_only=True)
class PriorCheck:
    """What the prior gives beside each fact.

    Attributes
    ----------
    facts
        One entry for each fact that is about a series.
    draws
        How many draws of the prior.
    effective_size
        How many of them agree with all fitted facts together, in effect.
    without
        The same without each fitted fact, by key: the one without which it is far larger contradicts the others.
    """

    facts: tuple[FactReach, ...]
    draws: int
    effective_size: float
    without: dict[str, float] = field(default_factory=dict)

    @property
    def out_of_reach(self) -> tuple[FactReach, ...]:
        """The facts that no draw of the prior comes near to."""
        return tuple(one for one in self.facts if one.verdict == "out of reach")

    def sentences(self, language: Language = "en") -> list[str]:
        """Return what is to be said: of each fact that is not within reach, and of the fitted facts together."""
        found = [one.sentence(language) for one in self.facts if one.verdict != "within reach"]
        size = f"{self.effective_size:.1f}"
        found.append(say("together", language, draws=f"{self.draws:,}", size=size))
        worst = max(self.without, key=lambda key: self.without[key], default="")
        if worst and self.without[worst] > _FAR_LARGER * self.effective_size:
            found.append(say("contradicts", language, key=worst, size=f"{self.without[worst]:.1f}"))
        return found

    def table(self, language: Language = "en") -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Return a row for each fact: the headers, then the rows, in words."""
        rows: list[tuple[str, ...]] = [
            (
                one.fact.key,
                use_words(one.fact.use, language),
                room_words(one.fact),
                f"{one.median:.4g}",
                f"{one.low:.4g} – {one.high:.4g}",
                f"{100 * one.inside:.1f}",
                say(one.verdict, language),
            )
            for one in self.facts
        ]
        return tuple(say("headers", language).split("|")), rows


def prior_check(
    facts: Sequence[Fact] | None = None,
    *,
    draws: int = 1024,
    seed: int = 0,
    funding: str = FIRST_READING,
    workers: int | None = None,
    progress: Progress | None = None,
) -> PriorCheck:
    """Set facts beside what the model gives before any fit, and find the bounds that keep a fact out of reach.

    Parameters
    ----------
    facts
        The facts; those of the district in force if not given.
    draws
        Draws of the prior, from 64 on; rounded up to a power of two. About 1,000 take ten seconds at 500 firms.
    seed
        Of what is drawn, and of all luck.
    funding
        Reading of the yearly public money, one of `FUNDING`.
    workers
        Processes; all that there are if not given. Results do not depend on it.
    progress
        Called with how many runs are done.

    Raises
    ------
    InputError
        If there are too few draws, or no fact is about a series.
    """
    from scipy.stats import qmc  # here, because it is heavy

    if not 64 <= draws <= 2**20:
        raise InputError(f"draws = {draws} must be from 64 to {2**20:,}")
    chosen = tuple(one for one in (load_facts() if facts is None else facts) if one.measure is not None)
    if not chosen:
        raise InputError("no fact is about a series, so there is nothing to check; add series, and at or over, to some")
    prior = prior_of_study()
    places = qmc.Sobol(prior.dimensions, scramble=True, rng=seed).random_base2((draws - 1).bit_length())
    seeds = np.array([luck(seed, number) for number in range(len(places))], dtype=np.uint64)
    with Evaluator(DistrictSimulator(funding=funding, facts=chosen), workers or cores()) as evaluate:
        values = prior.values(places)
        summaries = evaluate(values, seeds, progress)
        search = _Search(values=values, seeds=seeds, evaluate=evaluate)
        found = tuple(_reach(fact, column, summaries[:, column], search) for column, fact in enumerate(chosen))
    return PriorCheck(facts=found, draws=len(places), **_together(chosen, summaries))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Search:
    """The draws of the prior, and how to run more."""

    values: FloatArray
    seeds: NDArray[np.uint64]
    evaluate: Evaluator


def _reach(fact: Fact, column: int, given: FloatArray, search: _Search) -> FactReach:
    room = _allowed(fact)
    known = np.isfinite(given)
    ends = interval(given[known]) if known.any() else dict.fromkeys(("median", "low", "high"), math.nan)
    inside = float(((given >= room.low) & (given <= room.high)).mean())
    verdict = _verdict(room, given[known], ends)
    binding: tuple[Binding, ...] = ()
    nearest = None
    if verdict != "within reach" and known.any():
        more = ends["median"] < room.low
        binding = _binding(search.values[known], given[known], more)
        if binding:
            at_ends = _at_the_ends(binding, column, search)
            away = np.maximum(np.maximum(room.low - at_ends, at_ends - room.high), 0.0)
            nearest = (float(at_ends[away.argmin()]), float(np.median(at_ends)))
    return FactReach(fact=fact, room=room, inside=inside, verdict=verdict, binding=binding, nearest=nearest, **ends)


def _allowed(fact: Fact) -> Room:
    """Return the ends within which the model counts as agreeing with a fact, and how soft these are."""
    room = fact.room
    assert room is not None  # a fact about a series has room, or its file is refused
    low, high = fact.shown
    return Room(-math.inf if low is None else low, math.inf if high is None else high, room.softness)


def _verdict(room: Room, given: FloatArray, ends: dict[str, float]) -> Verdict:
    if ends["low"] <= room.high and ends["high"] >= room.low:
        return "within reach"
    slack = _EDGE * room.softness
    near = (given >= room.low - slack) & (given <= room.high + slack)
    return "at the edge" if near.any() else "out of reach"


def _binding(values: FloatArray, given: FloatArray, more: bool) -> tuple[Binding, ...]:
    """Return the numbers that move a fact most, each with the end that lies towards it."""
    correlations = _rank_correlations(values, given)
    clear = _CLEAR / math.sqrt(len(given))
    order = np.argsort(-np.abs(correlations), kind="stable")[:_MOST_BINDING]
    numbers = drawn_numbers()
    return tuple(
        Binding(
            number=numbers[column],
            end=numbers[column].high if (correlations[column] > 0) == more else numbers[column].low,
            correlation=float(correlations[column]),
        )
        for column in order
        if abs(correlations[column]) >= clear
    )


def _rank_correlations(values: FloatArray, given: FloatArray) -> FloatArray:
    """Return Spearman's rank correlation of each column with a row of numbers; 0 where either never varies."""
    from scipy.stats import rankdata  # here, because it is heavy

    ranks, own = rankdata(values, axis=0), rankdata(given)
    ranks, own = ranks - ranks.mean(axis=0), own - own.mean()
    norms = np.sqrt((ranks**2).sum(axis=0) * (own**2).sum())
    return np.asarray(np.divide(own @ ranks, norms, out=np.zeros(ranks.shape[1]), where=norms > 0.0))


def _at_the_ends(binding: Sequence[Binding], column: int, search: _Search) -> FloatArray:
    """Return what the model gives for a fact with the binding numbers at their ends, and all others as drawn."""
    keys = [number.key for number in drawn_numbers()]
    values = search.values[:_AT_ENDS].copy()
    for one in binding:
        values[:, keys.index(one.number.key)] = one.end
    return np.asarray(search.evaluate(values, search.seeds[:_AT_ENDS])[:, column])


def _together(facts: Sequence[Fact], summaries: FloatArray) -> dict[str, Any]:
    """Return how many draws agree with all fitted facts in effect, and how many without each of them."""
    names = [fact.key for fact in facts]
    targets = [Between(name=f.key, **f.room._asdict()) for f in facts if f.use == "fit" and f.room is not None]

    def size(chosen: Sequence[Between]) -> float:
        try:
            return effective_size(normalised(log_likelihood(chosen, names, summaries)))
        except InputError:  # no draw agrees at all
            return 0.0

    without = {target.name: size([other for other in targets if other is not target]) for target in targets}
    return {"effective_size": size(targets), "without": without}
