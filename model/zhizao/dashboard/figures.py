"""What the page alone shows of a comparison, as plain rows: headline numbers, outcomes, differences by month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from zhizao.calendar import BRANCH_MONTH, month_names
from zhizao.dashboard.words import page_word
from zhizao.parameter_words.amounts import in_its_size
from zhizao.policy.schedule import read_value
from zhizao.report.apart import Apart, unchanged_share
from zhizao.report.chart_rows import SERIES, Row, display_names
from zhizao.results.outcomes import OUTCOMES, OUTCOMES_BY_NAME, Outcome
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import label, number, span, unit_of_difference
from zhizao.scenario.scenario import Scenario, list_scenarios
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.studies.describe import differences, interval, proportion_interval
from zhizao.words.place import month_in_words
from zhizao.words.tables import Language

__all__ = ["Headline", "difference_path", "found_difference", "headlines", "honest_policy", "outcome_rows"]

_HONEST = "assessment.inflation_cut"
"""The lever that makes firms report what they believe."""


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One number at the top of the page, in words.

    Attributes
    ----------
    key
        Of its name in the words of the page.
    value
        The number with its unit.
    change
        The paired difference from the first scenario; empty if that is what is shown.
    better
        1 if the change is a gain, -1 if it is a loss, 0 if it is neither or not settled.
    help
        What else there is to know.
    unit
        What the value and the change are in, where the name says it.
    """

    key: str
    value: str
    change: str = ""
    better: int = 0
    help: str = ""
    unit: str = ""


def headlines(done: Comparison, language: Language) -> list[Headline]:
    """Return the numbers at the top of the page: the policy's, and how they differ from the first scenario's."""
    mine, first = done.compared[-1], done.first
    shown = [
        _share("reported", mine, first, OUTCOMES_BY_NAME["level2_share_end"], language),
        _share("true", mine, first, OUTCOMES_BY_NAME["level2_share_true_end"], language),
    ]
    for treatment, compared in done.by_treatment.items():
        shown.append(_met(f"met {treatment}", compared[-1], compared[0], language))
    shown.append(_money(mine, first, language))
    shown.append(
        Headline(
            key="deadweight",
            value=number(unchanged_share(mine), "share of", language),
            **_apart(None if mine is first else Apart.of_money_that_changed_nothing(mine, first), language),
            help=page_word("deadweight help", language),
        )
    )
    order = ("reported", "true", "money", "met plan", "met facts", "met prior", "deadweight")
    return sorted(shown, key=lambda item: order.index(item.key))


def _apart(apart: Apart | None, language: Language) -> dict[str, Any]:
    """Return the difference in words, and whether it is a gain: only one that is settled is."""
    return {} if apart is None else {"change": apart.in_numbers(language), "better": apart.better}


def _share(key: str, mine: Compared, first: Compared, outcome: Outcome, language: Language) -> Headline:
    found, change = mine.summary(outcome), mine.difference(outcome, first)
    return Headline(
        key=key,
        value=number(found["mean"], outcome.unit, language),
        **_apart(None if mine is first else Apart.of_outcome(outcome, mine, first), language),
        help=page_word(
            "share help",
            language,
            value=span(found["low"], found["high"], outcome.unit, language),
            change=span(change["low"], change["high"], "points", language, sign=True),
        ),
    )


def _money(mine: Compared, first: Compared, language: Language) -> Headline:
    """Return the public money in the size in which people say it: millions, billions, 万 or 亿."""
    spent = OUTCOMES_BY_NAME["public_spend_total"]
    found = mine.summary(spent)
    factor, unit = in_its_size([found["mean"]], MONEY_UNIT, language)
    apart = None if mine is first else Apart.of_outcome(spent, mine, first)
    if apart is not None:
        apart = replace(apart, mean=factor * apart.mean, low=factor * apart.low, high=factor * apart.high)
    return Headline(
        key="money",
        value=number(factor * found["mean"], MONEY_UNIT, language),
        **_apart(apart, language),
        help=f"{span(factor * found['low'], factor * found['high'], MONEY_UNIT, language)} {unit}",
        unit=unit,
    )


def _met(key: str, mine: Compared, first: Compared, language: Language) -> Headline:
    value = mine.target_probability
    if np.isnan(value):
        return Headline(key=key, value="–")
    met = mine.outcomes["target_met"]
    low, high = (number(end, "share of", language) for end in proportion_interval(int(met.sum()), met.size))
    return Headline(
        key=key,
        value=number(value, "share of", language),
        **_apart(None if mine is first else Apart.of_chance(mine, first), language),
        help=page_word("met help", language, draws=met.size, low=low, high=high),
    )


def found_difference(done: Comparison, language: Language) -> str:
    """Return what the chart of differences shows, in a line: by how much the truth differs at the end."""
    true, mine, first = OUTCOMES_BY_NAME["level2_share_true_end"], done.compared[-1], done.first
    apart = Apart.of_outcome(true, mine, first)
    key = "found difference" if apart.settled else "found no difference"
    until = month_in_words(done.options.until, language)
    return page_word(key, language, until=until, apart=apart.in_words(language))


def honest_policy(scenario: Scenario) -> Scenario | None:
    """Return the shipped policy under which firms report honestly; None if a scenario does that already."""
    if read_value(scenario.policies()[-1], _HONEST) > 0.0:
        return None
    return next((one for one in list_scenarios() if any(_HONEST in block.settings for block in one.blocks)), None)


def difference_path(done: Comparison) -> list[Row]:
    """Return the policy's paired difference in points and its interval, by month from the one before the branch on."""
    mine, first, until = done.compared[-1], done.first, done.options.months
    months = month_names(until)
    rows = []
    for known, series in SERIES.items():
        apart = 100.0 * differences(mine.monthly[series], first.monthly[series])
        rows += [
            {"known": known, "month": months[index], **interval(apart[:, index])}
            for index in range(BRANCH_MONTH - 1, until)
        ]
    return rows


def outcome_rows(done: Comparison, language: Language) -> list[dict[str, str]]:
    """Return every outcome in words: both scenarios, the paired difference, its interval, how often it is better."""
    mine, first = done.compared[-1], done.first
    words = {key: page_word(key, language) for key in ("outcome", "unit", "difference", "interval", "better")}
    names = display_names(done, language)
    rows = []
    for outcome in OUTCOMES:
        shown = {entry.label: entry.summary(outcome)["mean"] for entry in dict.fromkeys((first, mine))}
        factor, called = in_its_size(shown.values(), outcome.unit, language)
        row = {words["outcome"]: label(outcome, language), words["unit"]: called}
        for entry_label, mean in shown.items():
            row[names[entry_label]] = number(factor * mean, outcome.unit, language)
        if mine is not first:
            unit = unit_of_difference(outcome.unit)
            change = mine.difference(outcome, first)
            row[words["difference"]] = number(factor * change["mean"], unit, language, sign=True)
            ends = span(factor * change["low"], factor * change["high"], unit, language, sign=True)
            row[words["interval"]] = "–" if outcome.name == "target_met" else ends
            known = outcome.better != 0 and outcome.name != "target_met"
            row[words["better"]] = number(change["p_better"], "share of", language) if known else "–"
        rows.append(row)
    return rows
