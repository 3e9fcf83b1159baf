"""What each chart of a comparison shows, as a title in words: made from its numbers, the same drawn and interactive."""

from __future__ import annotations

import math

from zhizao.report.apart import Apart, unchanged_share
from zhizao.report.chart_rows import cost_rows, display_names, group_rows
from zhizao.report.page_words import say
from zhizao.report.words import percent
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.results.wording import number
from zhizao.studies.compared import Compared, is_shock
from zhizao.studies.comparison import Comparison
from zhizao.words.place import month_in_words
from zhizao.words.tables import Language

__all__ = ["FOUND", "finding"]

_TRUE = OUTCOMES_BY_NAME["level2_share_true_end"]
_MOST_NAMES = 3


def finding(chart: str, done: Comparison, mine: Compared, language: Language) -> str:
    """Return what a chart shows.

    Parameters
    ----------
    chart
        Its name, one of `FOUND`.
    mine
        The policy that is looked at.
    """
    return FOUND[chart](done, mine, language)


def _road(done: Comparison, mine: Compared, language: Language) -> str:
    reported, true = (
        percent(mine.summary(OUTCOMES_BY_NAME[name])["mean"], language)
        for name in ("level2_share_end", "level2_share_true_end")
    )
    return say(
        "found road",
        language,
        policy=display_names(done, language)[mine.label],
        reported=reported,
        true=true,
        until=month_in_words(done.options.until, language),
    )


def _overview(done: Comparison, mine: Compared, language: Language) -> str:
    road, gains = _road(done, mine, language), _gains(done)
    if not gains:
        return road
    best = max(gains, key=lambda label: gains[label].mean)
    return say(
        "found overview",
        language,
        road=road,
        best=display_names(done, language)[best],
        mean=number(gains[best].mean, "points", language, sign=True),
    )


def _gains(done: Comparison) -> dict[str, Apart]:
    """Return the settled gains in truth of all policies but the first, by label."""
    found = {
        entry.label: Apart.of_outcome(_TRUE, entry, done.first) for entry in done.compared[1:] if not is_shock(entry)
    }
    return {label: apart for label, apart in found.items() if apart.better > 0}


def _differences(done: Comparison, mine: Compared, language: Language) -> str:
    names, others = display_names(done, language), [entry for entry in done.compared[1:] if not is_shock(entry)]
    gains = _gains(done)
    if len(others) == 1:
        label, found = others[0].label, Apart.of_outcome(_TRUE, others[0], done.first)
        key = "found open" if not found.settled else "found gain" if found.better > 0 else "found loss"
        return say(key, language, policy=names[label], mean=_points(abs(found.mean), language))
    if not gains:
        return say("found no gain", language, count=len(others))
    best = max(gains, key=lambda label: gains[label].mean)
    mean = _points(gains[best].mean, language)
    return say("found gains", language, gains=len(gains), count=len(others), policy=names[best], mean=mean)


def _cost_effect(done: Comparison, mine: Compared, language: Language) -> str:
    names = display_names(done, language)
    best = [row for row in cost_rows(done) if row["frontier"] and row["mean"] > 0.0]
    chosen = sorted(best, key=lambda row: -row["mean"])[:_MOST_NAMES]
    if not chosen:
        return say("found no effect", language)
    said = say("list mark", language).join(names[row["scenario"]] for row in reversed(chosen))
    return say("found frontier", language, policies=said)


def _account(done: Comparison, mine: Compared, language: Language) -> str:
    share = unchanged_share(mine)
    policy = display_names(done, language)[mine.label]
    if math.isnan(share):
        return say("found no money", language, policy=policy)
    return say("found unchanged", language, policy=policy, share=percent(share, language))


def _who_gains(done: Comparison, mine: Compared, language: Language) -> str:
    entry = done.compared[1] if mine is done.first and len(done.compared) > 1 else mine
    policy = display_names(done, language)[entry.label]
    both = done.only([done.first.label, entry.label])
    rows = [row for row in group_rows(both, language) if row["scenario"] == entry.label and row["low"] > 0.0]
    if not rows:
        return say("found no group", language, policy=policy)
    best = max(rows, key=lambda row: row["mean"])
    kind = say(f"kind {best['kind']}", language)
    mean = _points(best["mean"] / 100.0, language)
    return say("found group", language, policy=policy, group=best["group"], kind=kind, mean=mean)


def _points(value: float, language: Language) -> str:
    return number(value, "points", language)


FOUND = {
    "overview": _overview,
    "road": _road,
    "differences": _differences,
    "cost_effect": _cost_effect,
    "subsidy_account": _account,
    "who_gains": _who_gains,
}
"""What finds the title of each chart."""
