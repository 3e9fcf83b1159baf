"""What the page shows of a comparison, as plain rows: headline numbers, paths, differences, money, groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from zhizao.commands.words import Language, label, scenario_title
from zhizao.dashboard.words import page_word
from zhizao.parameter_words.units import unit_name
from zhizao.results.groups import GROUP_KINDS
from zhizao.results.outcomes import BRANCH_MONTH, OUTCOMES, Outcome
from zhizao.results.variables import MONEY_UNIT, month_names
from zhizao.results.wording import group_name, number, span
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.studies.describe import differences, interval

__all__ = [
    "MONEY_PARTS", "Headline", "account_rows", "difference_path", "group_rows", "headlines", "met_interval",
    "names_of", "outcome_rows", "path_rows",
]  # fmt: skip

MONEY_PARTS = ("additional", "pulled_forward", "captured", "administration", "deadweight_since", "committed_before")
"""Where public money goes; the last two are deadweight."""

_BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One number at the top of the page, in words.

    Attributes
    ----------
    key
        Its word in `PAGE_WORDS`.
    value
        The number with its unit.
    change
        The paired difference from the first scenario; empty if that is what is shown.
    better
        1 if more is better, -1 if less is, 0 if neither.
    help
        What else there is to know.
    """

    key: str
    value: str
    change: str = ""
    better: int = 1
    help: str = ""


def names_of(done: Comparison, language: Language) -> dict[str, str]:
    """Return what each scenario is called on the page, by its label; no two alike."""
    names: dict[str, str] = {}
    for entry in done.compared:
        name = scenario_title(entry.scenario, language)
        names[entry.label] = f"{name} ({entry.label})" if name in names.values() else name
    return names


def headlines(done: Comparison, language: Language) -> list[Headline]:
    """Return the numbers at the top of the page: the policy's, and how they differ from the first scenario's."""
    mine, first = done.compared[-1], done.first
    shown = [
        _share("reported", mine, first, _BY_NAME["level2_share_end"], language),
        _share("true", mine, first, _BY_NAME["level2_share_true_end"], language),
    ]
    for treatment, compared in done.by_treatment.items():
        shown.append(_met(f"met {treatment}", compared[-1], compared[0], language))
    spent = _BY_NAME["public_spend_total"]
    found = mine.summary(spent)
    unit = page_word("million", language)
    change = mine.difference(spent, first)["mean"]
    shown.append(
        Headline(
            key="money", value=number(found["mean"], MONEY_UNIT, language),
            change="" if mine is first else f"{number(change, MONEY_UNIT, language, sign=True)} {unit}", better=0,
            help=f"{span(found['low'], found['high'], MONEY_UNIT, language)} {unit}",
        )
    )  # fmt: skip
    shares = [{line["line"]: line["share"] for line in entry.account_lines()}["deadweight"] for entry in (mine, first)]
    shown.append(
        Headline(
            key="deadweight", value=number(shares[0], "share of", language),
            change="" if mine is first else _points(shares[0] - shares[1], language), better=-1,
            help=page_word("deadweight help", language),
        )
    )  # fmt: skip
    order = ("reported", "true", "money", "met plan", "met facts", "deadweight")
    return sorted(shown, key=lambda item: order.index(item.key))


def _points(value: float, language: Language) -> str:
    return f"{number(value, 'points', language, sign=True)} {page_word('points', language)}"


def _share(key: str, mine: Compared, first: Compared, outcome: Outcome, language: Language) -> Headline:
    found, change = mine.summary(outcome), mine.difference(outcome, first)
    return Headline(
        key=key, value=number(found["mean"], outcome.unit, language),
        change="" if mine is first else _points(change["mean"], language),
        help=page_word("share help", language, value=span(found["low"], found["high"], outcome.unit, language),
                       change=span(change["low"], change["high"], "points", language, sign=True)),
    )  # fmt: skip


def _met(key: str, mine: Compared, first: Compared, language: Language) -> Headline:
    value = mine.target_probability
    if np.isnan(value):
        return Headline(key=key, value="–")
    met = mine.outcomes["target_met"]
    low, high = (number(end, "share of", language) for end in met_interval(int(met.sum()), met.size))
    return Headline(
        key=key, value=number(value, "share of", language),
        change="" if mine is first else _points(value - first.target_probability, language),
        help=page_word("met help", language, draws=met.size, low=low, high=high),
    )  # fmt: skip


def met_interval(met: int, draws: int) -> tuple[float, float]:
    """Return the 90 % interval of a probability that was met in so many of the draws (Wilson)."""
    from scipy.stats import binomtest  # here, because it is heavy

    found = binomtest(met, draws).proportion_ci(confidence_level=0.9, method="wilson")
    return float(found.low), float(found.high)


def path_rows(done: Comparison, treatment: str, name: str, language: Language) -> list[dict[str, Any]]:
    """Return the road of every scenario in per cent: month, and median, low and high over the draws.

    Parameters
    ----------
    treatment
        Of the plan.
    name
        Of the series, ``level2_share`` or ``level2_share_true``.
    """
    names = names_of(done, language)
    return [
        {"scenario": names[entry.label], "month": month, **_percent(interval(entry.monthly[name][:, place]))}
        for entry in done.by_treatment[treatment]
        for place, month in enumerate(month_names(done.options.months))
    ]


def difference_path(done: Comparison) -> list[dict[str, Any]]:
    """Return the policy's paired difference in points, month by month from 2023-12, reported and true."""
    mine, first, until = done.compared[-1], done.first, done.options.months
    months = month_names(until)
    rows = []
    for name, series in (("reported", "level2_share"), ("true", "level2_share_true")):
        apart = differences(mine.monthly[series], first.monthly[series])
        rows += [
            {"levels": name, "month": months[place], **_percent(interval(apart[:, place]))}
            for place in range(BRANCH_MONTH - 1, until)
        ]
    return rows


def _percent(ends: dict[str, float]) -> dict[str, float]:
    return {name: 100.0 * value for name, value in ends.items()}


def outcome_rows(done: Comparison, language: Language) -> list[dict[str, str]]:
    """Return every outcome in words: both scenarios, the paired difference, its interval, how often it is better."""
    mine, first = done.compared[-1], done.first
    words = {key: page_word(key, language) for key in ("outcome", "unit", "difference", "interval", "better")}
    names = names_of(done, language)
    rows = []
    for outcome in OUTCOMES:
        row = {words["outcome"]: label(outcome, language), words["unit"]: unit_name(outcome.unit, language)}
        for entry in dict.fromkeys((first, mine)):
            row[names[entry.label]] = number(entry.summary(outcome)["mean"], outcome.unit, language)
        if mine is not first:
            unit = "points" if outcome.unit.startswith("share of") else outcome.unit
            change = mine.difference(outcome, first)
            row[words["difference"]] = number(change["mean"], unit, language, sign=True)
            ends = span(change["low"], change["high"], unit, language, sign=True)
            row[words["interval"]] = "–" if outcome.name == "target_met" else ends
            known = outcome.better != 0 and outcome.name != "target_met"
            row[words["better"]] = number(change["p_better"], "share of", language) if known else "–"
        rows.append(row)
    return rows


def account_rows(done: Comparison, language: Language) -> list[dict[str, Any]]:
    """Return where the public money went: scenario, part, mean a draw in million RMB, and its share."""
    names = names_of(done, language)
    rows = []
    for entry in done.compared:
        lines = {line["line"]: line for line in entry.account_lines()}
        spending = lines["spending"]["mean"]
        amounts = {name: lines[name]["mean"] for name in MONEY_PARTS if name in lines}
        amounts["deadweight_since"] = lines["deadweight"]["mean"] - amounts["committed_before"]
        rows += [
            {"scenario": names[entry.label], "part": part, "amount": amounts[part],
             "share": amounts[part] / spending if spending > 0.0 else 0.0}
            for part in MONEY_PARTS
        ]  # fmt: skip
    return rows


def group_rows(done: Comparison, kind: str, language: Language) -> list[dict[str, Any]]:
    """Return the true share at level 2 by group in per cent, and the paired difference from the first scenario."""
    names = names_of(done, language)
    rows = []
    for entry in done.compared:
        for line in entry.group_lines(done.first):
            if line["kind"] == kind and line["variable"] == "level2_share_true" and not np.isnan(line["mean"]):
                rows.append(
                    {
                        "scenario": names[entry.label],
                        "group": group_name(line["group"], language),
                        "order": GROUP_KINDS[kind].index(line["group"]),
                        **_percent({name: line[name] for name in ("mean", "low", "high")}),
                        **_percent(
                            {f"difference_{name}": line[f"difference_{name}"] for name in ("mean", "low", "high")}
                        ),
                    }
                )
    return rows
