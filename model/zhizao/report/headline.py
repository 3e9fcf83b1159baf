"""The first lines of a report: how likely the plan is met, in words and in a few large numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from zhizao.district.in_force import DISTRICT
from zhizao.evidence.structures import structure_title
from zhizao.report.chart_rows import account_rows, difference_rows, display_names
from zhizao.report.page_words import say
from zhizao.report.words import percent
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import number
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.studies.describe import proportion_interval
from zhizao.studies.parameter_draws import CALIBRATIONS
from zhizao.words.place import money_in_words, month_in_words
from zhizao.words.tables import Language

__all__ = ["Card", "Headline", "headline"]

_UNCHANGED = ("committed_before", "deadweight")


@dataclass(frozen=True, kw_only=True)
class Card:
    """A large number, what it is, and how sure it is; `chief` for those that answer the question."""

    value: str
    label: str
    sure: str
    chief: bool = False


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The answer in a line, its cards, and remarks that belong to it."""

    line: str
    cards: tuple[Card, ...]
    remarks: tuple[str, ...]


def _percent(share: float, language: Language) -> str:
    """Write a share as a whole per cent, with a decimal only where it is small: no more is known."""
    if math.isnan(share) or 0.0 < share < 0.1:
        return percent(share, language)
    return percent(round(share, 2), language).replace(".0", "")


def headline(done: Comparison, language: Language) -> Headline:
    """Return the first lines of the report of a comparison."""
    remarks = tuple(remark for remark in (_gap(done.first, language), _best(done, language)) if remark)
    cards = (*_probabilities(done, language), *_outcomes(done, language))
    return Headline(line=_line(done, language), cards=cards, remarks=remarks)


def _line(done: Comparison, language: Language) -> str:
    name, until = display_names(done, language)[done.first.label], month_in_words(done.options.until, language)
    met = {treatment: _entry(done, treatment).target_probability for treatment in done.by_treatment}
    if any(math.isnan(share) for share in met.values()):
        return say("answer line unknown", language, until=until)
    words = {treatment: _in_a_hundred(share, len(done.draws), language) for treatment, share in met.items()}
    if len(words) == 1:
        return say("answer line one", language, first=name, met=next(iter(words.values())))
    return say("answer line", language, first=name, **words)


def _entry(done: Comparison, treatment: str) -> Compared:
    return next(entry for entry in done.by_treatment[treatment] if entry.label == done.first.label)


def _in_a_hundred(share: float, draws: int, language: Language) -> str:
    """Say a probability as a frequency, which is understood best."""
    if share in (0.0, 1.0):
        return say("in none" if share == 0.0 else "in all", language, draws=draws)
    if share < 0.01:
        return say("in few", language)
    return say("in of 100", language, count=f"{100.0 * round(share, 2):.0f}")  # rounded as on the cards


def _probabilities(done: Comparison, language: Language) -> list[Card]:
    cards = []
    for treatment in [name for name in CALIBRATIONS if name in done.by_treatment]:
        share = _entry(done, treatment).target_probability
        sure = ""
        if not math.isnan(share):
            ends = proportion_interval(round(share * len(done.draws)), len(done.draws))
            low, high = (_percent(end, language) for end in ends)
            sure = say("known to", language, draws=len(done.draws), low=low, high=high)
        value = _percent(share, language)
        title = structure_title(treatment, language)
        label = f"{say('card facts', language)}: {title}" if title else say(f"card {treatment}", language)
        cards.append(Card(value=value, label=label, sure=sure, chief=True))
    return cards


def _outcomes(done: Comparison, language: Language) -> list[Card]:
    until = month_in_words(done.options.until, language)
    cards = []
    for card, name in (
        ("reported", "level2_share_end"),
        ("true", "level2_share_true_end"),
        ("money", "public_spend_total"),
    ):
        outcome = OUTCOMES_BY_NAME[name]
        found = done.first.summary(outcome)
        write = partial(_percent if outcome.unit == "share of firms" else money_in_words, language=language)
        low, high = (write(found[end]).removesuffix(f" {MONEY_UNIT}") for end in ("low", "high"))
        label, sure = say(f"card {card}", language, until=until), say("ninety", language, low=low, high=high)
        cards.append(Card(value=write(found["mean"]).removesuffix(f" {DISTRICT.own.currency}"), label=label, sure=sure))
    parts = [row for row in account_rows(done) if row["scenario"] == done.first.label and row["part"] in _UNCHANGED]
    share = sum(row["share"] for row in parts) / 100.0
    cards.append(Card(value=_percent(share, language), label=say("card unchanged", language), sure=""))
    return cards


def _gap(first: Compared, language: Language) -> str:
    """Say how far reports run ahead of the truth; nothing if they do not."""
    reported, true = (
        first.summary(OUTCOMES_BY_NAME[name])["mean"] for name in ("level2_share_end", "level2_share_true_end")
    )
    if not reported > true:
        return ""
    return say("reports gap", language, reported=_percent(reported, language), true=_percent(true, language))


def _best(done: Comparison, language: Language) -> str:
    """Say which other policy does most for true levels; nothing if none does better than the first."""
    names = display_names(done, language)
    best = next((row for row in difference_rows(done) if row["known"] == "true"), None)
    if best is None or best["mean"] <= 0.0:
        return ""
    entry = next(entry for entry in done.compared if entry.label == best["scenario"])
    more = entry.difference(OUTCOMES_BY_NAME["public_spend_total"], done.first)["mean"]
    money = say("money more" if more >= 0.0 else "money less", language, money=money_in_words(abs(more), language))
    mean, low, high = (number(best[end] / 100.0, "points", language, sign=True) for end in ("mean", "low", "high"))
    return say(
        "best policy",
        language,
        count=len(done.compared) - 1,
        name=names[entry.label],
        first=names[done.first.label],
        mean=mean,
        low=low,
        high=high,
        money=money,
        better=_percent(best["p_better"], language),
    )
