"""The first lines of a report: how likely the plan is met, in words and in a few large numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

from zhizao.district.in_force import DISTRICT
from zhizao.errors import InputError
from zhizao.evidence.structures import structure_title
from zhizao.parameters.registry import Parameters
from zhizao.report.apart import Apart, unchanged_share
from zhizao.report.chart_rows import difference_rows, display_names
from zhizao.report.page_words import say
from zhizao.report.words import percent, yearly_money
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.results.wording import number
from zhizao.studies.compared import Compared, is_shock
from zhizao.studies.comparison import Comparison
from zhizao.studies.describe import proportion_interval
from zhizao.studies.parameter_draws import CALIBRATIONS
from zhizao.words.place import money_in_words, month_in_words
from zhizao.words.tables import Language

__all__ = ["Card", "Headline", "about_line", "chosen_policy", "headline"]

_DIGITAL = "funding.digital_share"


@dataclass(frozen=True, kw_only=True)
class Card:
    """A large number, what it is, and how sure it is.

    Attributes
    ----------
    value, label, sure
        The number, what it is, and its interval in words.
    chief
        Whether it answers the question.
    change
        How it differs from the first policy, with the interval; empty for the first policy itself.
    settled
        Whether nearly all draws agree on the direction of that, or that there is none.
    better
        1 if it is a gain, -1 if it is a loss, 0 if it is neither or not settled.
    """

    value: str
    label: str
    sure: str
    chief: bool = False
    change: str = ""
    settled: bool = False
    better: int = 0


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The answer in a line, its cards, and remarks that belong to it."""

    line: str
    cards: tuple[Card, ...]
    remarks: tuple[str, ...]


def chosen_policy(done: Comparison, label: str | None = None) -> Compared:
    """Return the scenario that a report answers for.

    Parameters
    ----------
    label
        Its label. If not given, it is the only one that is compared with the first, or the first if there are more.

    Raises
    ------
    InputError
        If there is no such scenario.
    """
    if label is None:
        return done.compared[-1] if len(done.compared) == 2 else done.first
    for entry in done.compared:
        if entry.label == label:
            return entry
    known = ", ".join(entry.label for entry in done.compared)
    raise InputError(f"policy = {label!r} is not in this comparison; choose one of {known}")


def about_line(done: Comparison, mine: Compared, language: Language) -> str:
    """Return which policy a page or a brief is about, and what it is compared with."""
    names = display_names(done, language)
    if mine is done.first:
        return say("about first", language, policy=names[mine.label])
    return say("about", language, policy=names[mine.label], first=names[done.first.label])


def _percent(share: float, language: Language) -> str:
    """Write a share as a whole per cent, with a decimal only where it is small: no more is known."""
    if math.isnan(share) or 0.0 < share < 0.1:
        return percent(share, language)
    return percent(round(share, 2), language).replace(".0", "")


def headline(done: Comparison, language: Language, policy: str | None = None) -> Headline:
    """Return the first lines of the report of a comparison.

    Parameters
    ----------
    policy
        Label of the scenario that they are about; as for `chosen_policy`.
    """
    mine = chosen_policy(done, policy)
    said = (
        _apart(done, mine, language),
        _gap(mine, language),
        _money(done, mine, language),
        _best(done, mine, language),
    )
    cards = (*_probabilities(done, mine, language), *_outcomes(done, mine, language))
    return Headline(line=_line(done, mine, language), cards=cards, remarks=tuple(remark for remark in said if remark))


def _line(done: Comparison, mine: Compared, language: Language) -> str:
    name, until = display_names(done, language)[mine.label], month_in_words(done.options.until, language)
    met = {treatment: _entry(done, treatment, mine.label).target_probability for treatment in done.by_treatment}
    if any(math.isnan(share) for share in met.values()):
        return say("answer line unknown", language, until=until)
    words = {treatment: _in_a_hundred(share, len(done.draws), language) for treatment, share in met.items()}
    if len(words) == 1:
        return say("answer line one", language, first=name, met=next(iter(words.values())))
    return say("answer line", language, first=name, **words)


def _entry(done: Comparison, treatment: str, label: str) -> Compared:
    return next(entry for entry in done.by_treatment[treatment] if entry.label == label)


def _in_a_hundred(share: float, draws: int, language: Language) -> str:
    """Say a probability as a frequency, which is understood best."""
    if share in (0.0, 1.0):
        return say("in none" if share == 0.0 else "in all", language, draws=draws)
    if share < 0.01:
        return say("in few", language)
    return say("in of 100", language, count=f"{100.0 * round(share, 2):.0f}")  # rounded as on the cards


def _probabilities(done: Comparison, mine: Compared, language: Language) -> list[Card]:
    cards = []
    for treatment in [name for name in CALIBRATIONS if name in done.by_treatment]:
        entry, first = (_entry(done, treatment, label) for label in (mine.label, done.first.label))
        share = entry.target_probability
        sure = ""
        if not math.isnan(share):
            ends = proportion_interval(round(share * len(done.draws)), len(done.draws))
            low, high = (_percent(end, language) for end in ends)
            sure = say("known to", language, draws=len(done.draws), low=low, high=high)
        value = _percent(share, language)
        title = structure_title(treatment, language)
        label = f"{say('card facts', language)}: {title}" if title else say(f"card {treatment}", language)
        apart = Apart.of_chance(entry, first) if mine is not done.first and sure else None
        cards.append(Card(value=value, label=label, sure=sure, chief=True, **_change(apart, language)))
    return cards


def _change(apart: Apart | None, language: Language) -> dict[str, Any]:
    """Return what a card says of the difference from the first scenario."""
    if apart is None:
        return {}
    if apart.low == apart.mean == apart.high == 0.0:
        return {"change": say("none apart", language), "settled": True}
    text = say("card change", language, change=apart.in_words(language))
    return {"change": text, "settled": apart.settled, "better": apart.better}


def _outcomes(done: Comparison, mine: Compared, language: Language) -> list[Card]:
    until = month_in_words(done.options.until, language)
    cards = []
    for card, name in (
        ("reported", "level2_share_end"),
        ("true", "level2_share_true_end"),
        ("money", "public_spend_total"),
    ):
        outcome = OUTCOMES_BY_NAME[name]
        found = mine.summary(outcome)
        write = partial(_percent if outcome.unit == "share of firms" else money_in_words, language=language)
        low, high = (write(found[end]) for end in ("low", "high"))
        label, sure = say(f"card {card}", language, until=until), say("ninety", language, low=low, high=high)
        apart = None if mine is done.first else Apart.of_outcome(outcome, mine, done.first)
        value = write(found["mean"]).removesuffix(f" {DISTRICT.own.currency}")
        cards.append(Card(value=value, label=label, sure=sure, **_change(apart, language)))
    apart = None if mine is done.first else Apart.of_money_that_changed_nothing(mine, done.first)
    value = _percent(unchanged_share(mine), language)
    cards.append(Card(value=value, label=say("card unchanged", language), sure="", **_change(apart, language)))
    return cards


def _gap(first: Compared, language: Language) -> str:
    """Say how far reports run ahead of the truth; nothing if they do not."""
    reported, true = (
        first.summary(OUTCOMES_BY_NAME[name])["mean"] for name in ("level2_share_end", "level2_share_true_end")
    )
    if not reported > true:
        return ""
    return say("reports gap", language, reported=_percent(reported, language), true=_percent(true, language))


def _apart(done: Comparison, mine: Compared, language: Language) -> str:
    """Say what the policy changes for true levels, and whether that is settled; nothing of the first one."""
    if mine is done.first:
        return ""
    apart = Apart.of_outcome(OUTCOMES_BY_NAME["level2_share_true_end"], mine, done.first)
    key = "nothing apart" if apart.low == apart.high == 0.0 else "settled apart" if apart.settled else "open apart"
    names = display_names(done, language)
    return say(key, language, policy=names[mine.label], first=names[done.first.label], change=apart.in_words(language))


def _money(done: Comparison, mine: Compared, language: Language) -> str:
    """Reconcile the money: what a year has, what of it was paid until the end of the run, and what is still to come."""
    _, a_year = yearly_money(done.options.funding, mine.scenario)
    lines = {line["line"]: line["mean"] for line in mine.account_lines()}
    paid = lines["spending"]
    by_instrument = {line["instrument"]: line["mean"] for line in mine.instrument_lines() if line["line"] == "spending"}
    grants = by_instrument.get("grants", 0.0)
    declared, own = {_DIGITAL: Parameters().funding.digital_share}, mine.scenario.parameter_changes
    digital = sum(float({**declared, **draw.values, **own}[_DIGITAL]) for draw in done.draws) / len(done.draws)
    return say(
        "money reconciled",
        language,
        a_year=money_in_words(a_year, language),
        digital=_percent(digital, language),
        until=month_in_words(done.options.until, language),
        paid=money_in_words(paid, language),
        grants=money_in_words(grants, language),
        others=money_in_words(paid - grants, language),
        outstanding=money_in_words(lines["outstanding"], language),
    )


def _best(done: Comparison, mine: Compared, language: Language) -> str:
    """Say which other policy does most for true levels; nothing if none does better, or it is the one reported on."""
    names = display_names(done, language)
    policies = [entry.label for entry in done.compared if not is_shock(entry)]
    rows = (row for row in difference_rows(done) if row["known"] == "true" and row["scenario"] in policies)
    best = next(rows, None)
    if best is None or best["mean"] <= 0.0 or best["scenario"] == mine.label:
        return ""
    entry = next(entry for entry in done.compared if entry.label == best["scenario"])
    more = entry.difference(OUTCOMES_BY_NAME["public_spend_total"], done.first)["mean"]
    money = say("money more" if more >= 0.0 else "money less", language, money=money_in_words(abs(more), language))
    mean, low, high = (number(best[end] / 100.0, "points", language, sign=True) for end in ("mean", "low", "high"))
    return say(
        "best policy",
        language,
        count=sum(label != done.first.label for label in policies),
        name=names[entry.label],
        first=names[done.first.label],
        mean=mean,
        low=low,
        high=high,
        money=money,
        better=_percent(best["p_better"], language),
    )
