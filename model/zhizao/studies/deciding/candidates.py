"""Facts that somebody could find out: what each would be about, and with what error it would be known.

What a fact would say is read from each run of the model, as one would read it from the world, and the error of finding
it out is drawn; so facts are valued with all that they have in common with what is known already.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import BEFORE_BRANCH, BRANCH_MONTH, START, month_name, month_of_year
from zhizao.district.in_force import DISTRICT
from zhizao.draws import number_of_id
from zhizao.errors import InputError, in_words
from zhizao.evidence.catalogue import catalogue
from zhizao.evidence.measure import Measure, Statistic, View, measure
from zhizao.toml_rows import read_rows

__all__ = ["Candidate", "Datum", "load_candidates", "measures_of", "seen"]

_FILE = Path(__file__).with_name("candidates.toml")
_STREAM = 0xFAC7
"""Names the streams of random numbers for errors of facts; each fact has its own by its key."""


@dataclass(frozen=True, kw_only=True)
class Datum:
    """A number that a fact holds; its keys are those of a fact in ``evidence.toml``, in the series' own unit.

    Attributes
    ----------
    series, at, over, group, stat, view
        What it is, as for a fact; ``{last}`` and the like stand for months (`words_for_months`).
    firms
        How many firms are asked, for a share of firms; None: all of them.
    error
        Standard error as a share of the number.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    series: str
    at: str | None = None
    over: str | None = None
    group: str | None = None
    stat: Statistic | None = None
    view: View | None = None
    firms: int | None = None
    error: float = 0.0

    @property
    def measure(self) -> Measure:
        """What is read from a run for it.

        Raises
        ------
        InputError
            If series, group, statistic and month do not fit together.
        """
        places = words_for_months() | {"level": str(DISTRICT.own.plan.level)}
        series, at, over = (_filled(text, places) for text in (self.series, self.at, self.over))
        known = catalogue().get(series or "")
        unit = "share" if self.stat == "growth per year" else known.unit if known else ""
        return measure(series or "", unit=unit, at=at, over=over, group=self.group, stat=self.stat, view=self.view)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A fact that somebody could find out.

    Attributes
    ----------
    key, title, title_zh
        What it is called.
    reason
        How it could be had, and where its error comes from.
    datum
        The numbers that it holds.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    key: str
    title: str
    reason: str
    datum: tuple[Datum, ...]
    title_zh: str = ""

    def names(self) -> list[str]:
        """Return what its numbers are called among measures."""
        return [f"{self.key}/{place}" for place in range(len(self.datum))]


def words_for_months() -> dict[str, str]:
    """Return the words that stand for months of the district, and these."""
    first = next((month for month in range(BRANCH_MONTH) if month_of_year(month) == 11), BRANCH_MONTH - 1)
    year = month_name(min(11, BRANCH_MONTH - 1))
    return {
        "last": BEFORE_BRANCH,
        "last_year": f"{month_name(max(BRANCH_MONTH - 12, 0))}..{BEFORE_BRANCH}",
        "first_december": month_name(first),
        "first_year": f"{START}..{year}",
    }


def _filled(text: str | None, places: Mapping[str, str]) -> str | None:
    for name, word in places.items():
        text = text.replace(f"{{{name}}}", word) if text else text
    return text


def load_candidates(path: str | Path | None = None) -> tuple[Candidate, ...]:
    """Read facts that could be found out, those that ship with the package if no file is named.

    Raises
    ------
    InputError
        With everything that is wrong with them.
    """
    if path is None:
        return _shipped()
    file = Path(path)
    if not file.is_file():
        raise InputError(f"{file}: there is no such file; name a file of [[candidate]] rows (docs/DECIDING.md)")
    return _read(file)


@cache
def _shipped() -> tuple[Candidate, ...]:
    return _read(_FILE)


def _read(file: Path) -> tuple[Candidate, ...]:
    return read_rows(file, "candidate", Candidate, faults=_faults)


def _faults(row: Candidate) -> list[str]:
    problems = [] if row.datum else ["datum is empty; say which series it would be"]
    for one in row.datum:
        try:
            read = one.measure
        except InputError as error:
            problems += error.problems
            continue
        if read.months > BRANCH_MONTH:
            problems.append(f"{one.series}: is about a month after {BEFORE_BRANCH}, which nobody can know yet")
        if read.series.needs_log:
            problems.append(f"{one.series}: needs the log of projects, which is not kept here; name another series")
        if one.firms is not None and not (one.firms >= 1 and read.series.unit.startswith("share")):
            problems.append(f"firms = {one.firms}: is for shares of firms, and at least 1")
        if not (math.isfinite(one.error) and 0.0 <= one.error <= 1.0):
            problems.append(f"error = {in_words(one.error)}: write a share of the number from 0 to 1")
    return problems


def measures_of(candidates: Sequence[Candidate]) -> dict[str, Measure]:
    """Return what is read from a run for all of them, by name."""
    return {name: one.measure for fact in candidates for name, one in zip(fact.names(), fact.datum, strict=True)}


def seen(fact: Candidate, measured: Mapping[str, FloatArray], seed: int, times: int) -> list[FloatArray]:
    """Return what would be seen of a fact in each draw, several times with new errors: draws by numbers.

    Parameters
    ----------
    fact
        The fact.
    measured
        By name: what is so in each draw.
    seed
        Of the errors.
    times
        How often; once where there is no error.
    """
    luck = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, _STREAM, number_of_id(fact.key)])))
    exact = all(one.firms is None and one.error == 0.0 for one in fact.datum)
    found = []
    for _ in range(1 if exact else times):
        columns = [_with_error(one, measured[name], luck) for name, one in zip(fact.names(), fact.datum, strict=True)]
        found.append(np.column_stack(columns))
    return found


def _with_error(one: Datum, values: FloatArray, luck: np.random.Generator) -> FloatArray:
    if one.firms is not None:
        share = np.clip(np.nan_to_num(values, nan=0.0), 0.0, 1.0)
        values = luck.binomial(one.firms, share) / one.firms
    return np.asarray(values * (1.0 + one.error * luck.standard_normal(values.size))) if one.error else values
