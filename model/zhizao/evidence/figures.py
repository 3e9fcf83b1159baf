"""Facts beside the model: what it gives for each, whether the two agree, and both as tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from zhizao.errors import InputError
from zhizao.evidence.facts import Fact, Use
from zhizao.evidence.units import unit_in_chinese
from zhizao.evidence.wordings import WORDINGS
from zhizao.words.place import scaled_money
from zhizao.words.tables import LANGUAGES, Language, either, words_of

__all__ = [
    "FigureCheck",
    "Modelled",
    "as_said",
    "check",
    "counted",
    "ensemble_rows",
    "evidence_rows",
    "inside",
    "room_words",
    "use_words",
]


_SPOKEN = ("about", "over", "nearly", "at_least", "at_most", "less_than", "plan")
"""Wordings that stand before the number in a sentence; the others say how a number was come by."""


_YES_OR_NO = "flag"
_MILLION, _HUNDRED_MILLION = "million ", "100 million "


_OUT_OF_OTHERS = "derived"
"""A number that stands nowhere: what is printed is the sum that it comes from."""


class Modelled(NamedTuple):
    """What the model gives for a fact over an ensemble: its median and the ends of its 90 % interval."""

    median: float
    low: float
    high: float


class Said(NamedTuple):
    """A fact in the size in which a language says such amounts: number, unit, what the model gives, and its room."""

    value: float | str | None
    unit: str
    modelled: Modelled | None
    room: tuple[float | None, float | None]


@dataclass(frozen=True, kw_only=True)
class FigureCheck:
    """A fact beside what the model gives for it.

    Attributes
    ----------
    figure
        The fact.
    modelled
        What the model gives; `None` where it gives nothing.
    others
        The same of other ensembles, by name.
    """

    figure: Fact
    modelled: Modelled | None = None
    others: dict[str, Modelled] = field(default_factory=dict)

    @property
    def inside(self) -> bool | None:
        """Whether the fact falls inside the model's 90 % interval; see `inside`."""
        return inside(self.figure, self.modelled)

    def to_dict(self) -> dict[str, Any]:
        """Return the check in the form that the command line prints as JSON."""
        known = {name: getattr(self.figure, name) for name in ("key", "value", "unit", "wording", "use")}
        others = {name: _plain(self.figure, modelled) for name, modelled in self.others.items()}
        return known | _plain(self.figure, self.modelled) | {"ensembles": others}


def _plain(fact: Fact, modelled: Modelled | None) -> dict[str, float | bool | None]:
    numbers = dict.fromkeys(Modelled._fields) if modelled is None else modelled._asdict()
    return {**numbers, "inside": inside(fact, modelled)}


def inside(fact: Fact, modelled: Modelled | None) -> bool | None:
    """Say whether a fact falls inside the model's 90 % interval.

    A fact with room of its own (`Fact.shown`, a missing end open) does if any of that room is inside. The answer is
    `None` if the fact has no room, or if the model gives nothing or no number.
    """
    low, high = fact.shown
    if modelled is None or not all(map(math.isfinite, modelled)) or (low is None and high is None):
        return None
    return (low is None or modelled.high >= low) and (high is None or modelled.low <= high)


def check(
    facts: Sequence[Fact], modelled: Mapping[str, Modelled], others: Mapping[str, Mapping[str, Modelled]] | None = None
) -> list[FigureCheck]:
    """Set each fact beside what the model gives for it, in the same order.

    Parameters
    ----------
    facts
        The facts.
    modelled
        What the model gives, by key of the fact, in its unit.
    others
        The same of other ensembles, by their name.
    """
    return [
        FigureCheck(
            figure=fact,
            modelled=_known(modelled, fact),
            others={name: found for name, table in (others or {}).items() if (found := _known(table, fact))},
        )
        for fact in facts
    ]


def _known(modelled: Mapping[str, Modelled], fact: Fact) -> Modelled | None:
    found = modelled.get(fact.key)
    return found if found is not None and all(map(math.isfinite, found)) else None


_say = words_of("evidence", words_of("common"))


def use_words(use: Use, language: Language) -> str:
    """Return what the use of a fact is called."""
    return _say(f"used as {use}", language)


def _number(value: float | str | None) -> str:
    """Write a number with at most two decimals; words stay as they are."""
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def evidence_rows(checks: Sequence[FigureCheck], language: Language) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Lay checks out as a table in a language: the headers, then the rows.

    What the evidence says is as printed where the language is that of the report, Chinese, and else its number.
    """
    if language not in LANGUAGES:
        raise InputError(f"language is {language!r}; use {' or '.join(map(repr, LANGUAGES))}")
    verdicts = {True: _say("yes", language), False: _say("no", language), None: ""}
    rows: list[tuple[str, ...]] = []
    for entry in checks:
        figure = entry.figure
        meaning = either(figure.meaning, figure.meaning_zh, language)
        said = as_said(entry, language)
        says = _in_chinese(figure, said) if language == "zh" else _in_english(said.value, said.unit, figure.wording)
        median, interval = _written(said.modelled)
        use = use_words(figure.use, language)
        rows.append((figure.key, meaning, says, use, median, interval, verdicts[entry.inside]))
    return tuple(_say("figure headers", language).split("|")), rows


def _in_chinese(figure: Fact, said: Said) -> str:
    value = _number(said.value)
    is_sum = figure.wording == _OUT_OF_OTHERS and isinstance(figure.value, int | float)
    if figure.original and not is_sum:
        return figure.original
    wording = WORDINGS[figure.wording].chinese if value and figure.wording in _SPOKEN else ""
    return f"{wording}{value}{unit_in_chinese(said.unit)}{_say('worked out', 'zh') if is_sum else ''}"


def _in_english(number: float | str | None, unit: str, wording: str) -> str:
    value = _number(number)
    is_sum = wording == _OUT_OF_OTHERS
    before = "" if wording == "exactly" or is_sum or not value else wording.replace("_", " ")
    times = "× " if unit[:1].isdigit() else ""
    after = _say("worked out", "en") if value and is_sum else ""
    return f"{before} {value} {times}{unit if value and unit != _YES_OR_NO else ''}{after}".strip()


def as_said(entry: FigureCheck, language: Language) -> Said:
    """Return a fact and what the model gives in the size in which a language says such amounts.

    Hundreds of millions are a size in Chinese and millions are none; in other languages it is the other way round.
    """
    value, unit = entry.figure.value, entry.figure.unit
    size, each = (_MILLION, 1.0) if language == "zh" else (_HUNDRED_MILLION, 100.0)
    if not isinstance(value, int | float) or not unit.startswith(size):
        return Said(value, unit, entry.modelled, entry.figure.shown)
    in_millions = unit_in_chinese(unit) if language == "zh" else f"million {unit.removeprefix(size)}"
    factor, said = scaled_money([each * value], in_millions, language)
    low, high = (None if end is None else each * factor * end for end in entry.figure.shown)
    modelled = entry.modelled and Modelled(*(each * factor * number for number in entry.modelled))
    return Said(each * factor * value, said, modelled, (low, high))


def _written(modelled: Modelled | None) -> tuple[str, str]:
    if modelled is None:
        return "", ""
    return _number(modelled.median), f"{_number(modelled.low)} – {_number(modelled.high)}"


def ensemble_rows(checks: Sequence[FigureCheck], language: Language) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Lay out, for every fact that is fitted or held out, what each ensemble gives: the headers, then the rows.

    A fact outside an ensemble's 90 % interval is marked ✗.
    """
    chosen = [entry for entry in checks if entry.figure.use in ("fit", "holdout") and entry.others]
    names = list(chosen[0].others) if chosen else []
    rows = []
    for entry in chosen:
        use = use_words(entry.figure.use, language)
        cells = []
        for name in names:
            modelled = entry.others.get(name)
            median, interval = _written(modelled)
            mark = {True: "✓", False: "✗", None: ""}[inside(entry.figure, modelled)]
            cells.append(f"{median} {mark}\n{interval}")
        rows.append((entry.figure.key, room_words(entry.figure), use, *cells))
    return (*_say("ensemble headers", language).split("|"), *names), rows


def counted(checks: Sequence[FigureCheck]) -> dict[str, int]:
    """Count the facts that can be judged, and those that the model agrees with: fitted and held out apart."""
    judged = [entry for entry in checks if entry.inside is not None]
    held = [entry for entry in judged if entry.figure.use == "holdout"]
    fitted = [entry for entry in judged if entry.figure.use != "holdout"]
    return {
        "fitted": len(fitted),
        "fitted_inside": sum(bool(entry.inside) for entry in fitted),
        "held": len(held),
        "held_inside": sum(bool(entry.inside) for entry in held),
    }


def room_words(fact: Fact) -> str:
    """Return the ends within which the model counts as agreeing, in words."""
    low, high = fact.shown
    if high is None:
        return f"≥ {_number(low)}"
    return f"≤ {_number(high)}" if low is None else f"{_number(low)} – {_number(high)}"
