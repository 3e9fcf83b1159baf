"""The facts of a district: what is known of it from outside the model, each a row of its ``evidence.toml``.

Any series of the catalogue, for a month or a span, a group of firms and a statistic, can be a fact. How it is worded
says what it leaves open and how soft that is; its use says whether the model is fitted to it, held against it, or
only read.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal

from zhizao.district.folder import district_folder
from zhizao.errors import InputError, in_words
from zhizao.evidence.measure import Measure, Statistic, View, measure
from zhizao.evidence.old_rows import old_rows_refused
from zhizao.evidence.wordings import Room, Wording, room_of
from zhizao.toml_rows import FORMAT, read_rows
from zhizao.toml_text import read_toml
from zhizao.words.tables import Language, either

__all__ = [
    "REPORT",
    "Evidence",
    "Fact",
    "Use",
    "evidence_file",
    "fitted_digest",
    "former_names",
    "load_evidence",
    "load_facts",
    "measured",
    "report_title",
]

Use = Literal["fit", "holdout", "initial", "input", "context"]
Mark = Literal["read", "remembered", "derived", "not found"]
Treatment = Literal["plan", "facts"]
REPORT = "report"
"""The source of a fact that the district's main document gives."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact; `zhizao.evidence.fact_schema` says what each of its keys means."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    key: str
    meaning: str
    wording: Wording
    use: Use
    source: str
    unit: str = ""
    meaning_zh: str = ""
    value: int | float | str | None = None
    series: str | None = None
    at: str | None = None
    over: str | None = None
    preferred: int | None = None
    group: str | None = None
    of: str | None = None
    stat: Statistic | None = None
    view: View | None = None
    low: float | None = None
    high: float | None = None
    softness: float | str | None = None
    agrees: tuple[float, float] | None = None
    treatments: tuple[Treatment, ...] | None = None
    reason: str = ""
    scope: str = ""
    period: str = ""
    where: str = ""
    original: str = ""
    ambiguity: str = ""
    topic: str = ""
    mark: Mark | None = None
    formerly: str = ""

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs: the row, and not what has been worked out of it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def measure(self) -> Measure | None:
        """What is read from a run for it, if anything is.

        Raises
        ------
        InputError
            If series, group, statistic, month or unit do not fit together.
        """
        if self.series is None:
            return None
        return measure(
            self.series,
            unit=self.unit,
            at=self.at,
            over=self.over,
            group=self.group,
            of=self.of,
            stat=self.stat,
            view=self.view,
            preferred=self.preferred,
        )

    @property
    def number(self) -> float | None:
        """Its value, if that is a number."""
        if self.value is None or isinstance(self.value, str):
            return None
        try:
            return float(self.value)
        except OverflowError:  # a whole number with hundreds of digits
            return math.inf

    @property
    def room(self) -> Room | None:
        """What its wording allows, and how soft the ends are, in its unit; None if nothing can be said."""
        return room_of(self.wording, self.number, self.low, self.high, _softness(self.softness, self.number))

    @property
    def shown(self) -> tuple[float | None, float | None]:
        """The ends within which the model counts as agreeing; None for an open one, both None for no such ends."""
        if self.agrees is not None:
            return self.agrees
        room = self.room if self.series is not None else None
        if room is None:
            return None, None
        low, high = (end if math.isfinite(end) else None for end in (room.low, room.high))
        return low, high

    @property
    def fitted_in(self) -> tuple[Treatment, ...]:
        """The treatments of the plan in which the model is fitted to it."""
        if self.use != "fit":
            return ()
        if self.treatments is not None:
            return self.treatments
        return ("plan",) if self.wording == "plan" else ("facts", "plan")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a file of facts holds.

    Attributes
    ----------
    facts
        The facts, in the order of the file: likelihoods are added up in this order.
    title, title_zh
        What the main document is called that gives the facts with the source ``report``; may be empty.
    """

    facts: tuple[Fact, ...]
    title: str = ""
    title_zh: str = ""


def evidence_file() -> Path:
    """Return the file of facts of the district in force."""
    return district_folder() / "evidence.toml"


def load_evidence(path: Path | None = None) -> Evidence:
    """Read a file of facts; that of the district in force if none is given.

    Raises
    ------
    InputError
        If the file is damaged or of version 1; every problem is named with file, fact, key and fix.
    """
    file = path or evidence_file()
    document = read_toml(file, file.name)
    if problems := old_rows_refused(document, file.name, _written_now):
        raise InputError(problems)
    form, report, rows = document.pop("format", None), document.pop("report", {}), document.pop("fact", None)
    problems = [f"{file.name}: '{key}' is not known; remove it" for key in document]
    if form != FORMAT:
        problems.append(f"{file.name}: format is {in_words(form)}; this version reads {FORMAT}; add format = {FORMAT}")
    if not isinstance(report, Mapping) or any(
        key not in ("title", "title_zh") or not isinstance(text, str) for key, text in report.items()
    ):
        problems.append(f"{file.name}: [report] holds title and title_zh, both texts; remove anything else")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        problems.append(f"{file.name}: there are no facts; write each as a table under [[fact]]")
        raise InputError(problems)
    try:
        facts = read_rows(file, "fact", Fact, faults=_faults, rows=rows)
        problems += _formerly_twice(facts, file.name)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return Evidence(facts=facts, **report)


@cache
def _facts_of(file: Path, changed: int) -> tuple[Fact, ...]:
    return load_evidence(file).facts


def load_facts(path: Path | None = None) -> tuple[Fact, ...]:
    """Read the facts of a file, in its order; parameters and errors as for `load_evidence`."""
    file = path or evidence_file()
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _facts_of(file, changed)


def measured(facts: Collection[Fact]) -> dict[str, Measure]:
    """Return what is read from a run for those of some facts for which something is, by key."""
    return {fact.key: fact.measure for fact in facts if fact.measure is not None}


def fitted_digest() -> str:
    """Return a digest of what the facts in force ask of a fit, however they are written and whatever else is known."""
    rows = []
    for fact in load_facts():
        one, room = fact.measure, fact.room
        if fact.use == "fit" and one is not None and room is not None:
            what = [one.series.name, one.group, one.of, one.stat, list(asdict(one.span).values()), list(one.scale)]
            rows.append([fact.key, *what, [repr(end) for end in room], list(fact.fitted_in)])
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


@cache
def former_names() -> dict[str, str]:
    """Return the key of the fact that answers to each name of version 1, in the district in force."""
    return {fact.formerly: fact.key for fact in load_facts() if fact.formerly}


def report_title(language: Language) -> str:
    """Return what the main document of the district in force is called."""
    evidence = load_evidence()
    return either(evidence.title, evidence.title_zh, language) or either("the district's report", "本区报道", language)


def _written_now() -> dict[str, str]:
    """Return, for each name of version 1, the keys of the fact in force that answers to it, as a row has them."""
    keys = ("series", "at", "over", "preferred", "group", "stat", "view")
    found = {}
    for fact in load_facts():
        given = {key: getattr(fact, key) for key in keys if getattr(fact, key) is not None}
        found[fact.formerly] = ", ".join(
            f'{k} = "{v}"' if isinstance(v, str) else f"{k} = {v}" for k, v in given.items()
        )
    return found


# ------------------------------------------------------------------------------------------------------- what is wrong


def _softness(given: float | str | None, value: float | None) -> float | None:
    """Return a softness in the fact's unit; `InputError` says what to write."""
    if not isinstance(given, str):
        return given
    text = given.removesuffix("%").strip()
    try:
        share = float(text) / 100.0 if given.endswith("%") else math.nan
    except ValueError:
        share = math.nan
    if not math.isfinite(share):
        raise InputError(f'softness is {in_words(given)}; write a number in the unit, or per cent of the value: "5 %"')
    if value is None:
        raise InputError("softness in per cent needs a value that is a number; give it in the unit")
    return abs(value) * share


def _faults(fact: Fact) -> list[str]:
    """Say what is wrong with one row beyond the types of its fields."""
    wrong = _number_faults(fact)
    return [*wrong, *_measure_faults(fact, bool(wrong)), *_word_faults(fact)]


def _number_faults(fact: Fact) -> list[str]:
    faults = []
    if fact.number is not None and not fact.unit:
        faults.append("unit is missing; a number needs one")
    numbers = {"value": fact.number, "low": fact.low, "high": fact.high}
    for name, end in numbers.items():
        if end is not None and not math.isfinite(end):
            faults.append(f"{name} is {end:g}; write a number, or leave it out for an open end")
    if fact.low is not None and fact.high is not None and fact.low >= fact.high:
        faults.append(f"low {fact.low:g} must be below high {fact.high:g} ({fact.unit}); exchange them")
    if fact.agrees is not None and not fact.agrees[0] <= fact.agrees[1]:
        faults.append("agrees must begin with its lower end; exchange the two")
    try:
        softness = _softness(fact.softness, fact.number)
    except InputError as error:
        return [*faults, *error.problems]
    if softness is not None and not (softness > 0 and math.isfinite(softness)):
        faults.append(f"softness {softness:g} must be above 0 ({fact.unit}); a hundredth of the unit is hard enough")
    if fact.treatments == ():
        faults.append("treatments is empty; name plan, facts or both")
    return faults


def _measure_faults(fact: Fact, wrong_number: bool) -> list[str]:
    if fact.series is None:
        given = [n for n in ("at", "over", "preferred", "group", "of", "stat", "view") if getattr(fact, n) is not None]
        faults = [f"{name} says of which series? add series, or remove {name}" for name in given]
        if fact.use in ("fit", "holdout"):
            faults.append(f'use "{fact.use}" needs a series; name it, or write use = "context"')
        return faults
    try:
        _ = fact.measure
    except InputError as error:
        return list(error.problems)
    if not wrong_number and fact.room is None:
        return [f'wording "{fact.wording}" leaves open what {fact.key} allows; give low, high or both ({fact.unit})']
    return []


def _word_faults(fact: Fact) -> list[str]:
    faults = []
    if not fact.source and fact.mark in (None, "read"):
        faults.append("source is empty; give 'report' or an address, or a mark that says why there is none")
    if fact.series is not None and not fact.meaning_zh:
        faults.append("meaning_zh is missing; the model is compared with this fact, in both languages")
    return faults


def _formerly_twice(facts: tuple[Fact, ...], label: str) -> list[str]:
    seen: dict[str, str] = {}
    faults = []
    for fact in facts:
        if fact.formerly and (other := seen.setdefault(fact.formerly, fact.key)) != fact.key:
            faults.append(f"{label}: fact {fact.key}: formerly '{fact.formerly}' is {other}'s as well; remove one")
    return faults
