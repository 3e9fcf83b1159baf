"""The tab of the page that sets every policy of the district beside the one compared with, by what it costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from zhizao.calendar import BRANCH_MONTH, month_index
from zhizao.dashboard.charts import show_chart
from zhizao.dashboard.demand import on_demand, question_of, say_further
from zhizao.dashboard.memory import restore
from zhizao.dashboard.plain import plain
from zhizao.dashboard.register_upload import Upload, register_of
from zhizao.dashboard.view import View, all_compared
from zhizao.dashboard.words import page_word
from zhizao.parallel import Progress
from zhizao.parameter_words.units import unit_name
from zhizao.report.apart import Apart
from zhizao.report.chart_rows import display_names
from zhizao.report.interactive import cost_effect
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import span
from zhizao.scenario.scenario import list_scenarios
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.words.place import money_in_words, month_in_words, scaled_money
from zhizao.words.tables import Language

__all__ = ["show_all"]

_MOST_DRAWS = 100
_SMALL = ("small", "level2_share_true")
_MONEY = OUTCOMES_BY_NAME["public_spend_total"]
_YEAR = 12


def show_all(view: View, upload: Upload | None, language: Language) -> None:
    """Show all policies of the district, once they are asked for: those that keep to an amount, the best first."""
    st.markdown(page_word("all note", language))
    most = _most(view, language)
    asked = replace(view, draws=min(view.draws, _MOST_DRAWS))

    def work(tell: Progress) -> Comparison:
        return all_compared(asked, register_of(upload), tell)

    count = sum(not one.is_shock for one in list_scenarios())
    key = question_of(asked, upload, view.first, view.policy if view.is_own else ())  # shipped policies are all in it
    found = on_demand("all", key, work, language, count=count)
    say_further("compare", view, [], upload, language)
    if found is not None:
        _show_all(found, view, most, language)


def _most(view: View, language: Language) -> float | None:
    """Ask for an amount of money for all months, and say how much that is a year."""
    most = st.number_input(
        page_word("all most", language, until=month_in_words(view.until, language)),
        min_value=0.0,
        value=None,
        key="all most",
        help=page_word("all help", language),
    )
    if most is None:
        return None
    months = month_index(view.until) - BRANCH_MONTH + 1
    total, yearly = (money_in_words(amount, language) for amount in (most, most * _YEAR / months))
    st.caption(page_word("all a year", language, months=months, total=total, yearly=yearly))
    return float(most)


def _show_all(found: Comparison, view: View, most: float | None, language: Language) -> None:
    names = display_names(found, language)
    kept = [entry for entry in found.compared if most is None or entry.summary(_MONEY)["mean"] <= most]
    if not kept:
        st.info(page_word("all none", language))
        return
    best = max(kept, key=lambda entry: _small(entry, found)["mean"])
    st.markdown(_found(best, found, len(kept), names, language))
    if not any(_small(entry, found)["difference_low"] > 0.0 for entry in kept):
        st.markdown(page_word("all none better", language))
    shown = [*kept, *(() if any(entry is found.first for entry in kept) else (found.first,))]
    _show_table(sorted(shown, key=lambda entry: -_small(entry, found)["mean"]), found, names, language)
    if best.label in {one.name for one in list_scenarios()}:
        st.button(
            page_word("put on page", language, mix=names[best.label]),
            key="all put",
            on_click=restore,
            args=(replace(view, scenarios=(best.label,), levers=()),),
        )
    show_chart(cost_effect(found, language))


def _found(best: Compared, found: Comparison, count: int, names: dict[str, str], language: Language) -> str:
    """Return which policy brings most small firms to the level, and how sure that is against the one compared with."""
    small = _small(best, found)
    ends = {end: small[f"difference_{end}"] for end in ("mean", "low", "high")}
    return page_word(
        "all best",
        language,
        count=count,
        policy=f"**{plain(names[best.label])}**",
        small=f"{100.0 * small['mean']:.1f}",
        money=money_in_words(best.summary(_MONEY)["mean"], language),
        first=plain(names[found.first.label]),
        first_small=f"{100.0 * _small(found.first, found)['mean']:.1f}",
        first_money=money_in_words(found.first.summary(_MONEY)["mean"], language),
        apart=Apart(**ends, unit="points", wanted=1).in_words(language),
    )


def _show_table(shown: list[Compared], found: Comparison, names: dict[str, str], language: Language) -> None:
    """Show a line for every policy; columns sort."""
    spent = [entry.summary(_MONEY)["mean"] for entry in shown]
    factor, unit = scaled_money(spent, unit_name(MONEY_UNIT, language), language)
    rows = [_row(entry, found, names, factor, language) for entry in shown]
    money = "%.0f" if factor == 1.0 else "%.2f"
    formats = {"small": "%.1f", "small change": "%+.1f", "true": "%.1f", "met": "%.0f", "money": money}
    columns = {key: page_word(f"all column {key}", language, unit=unit) for key in rows[0]}
    config: dict[str, Any] = {columns[key]: st.column_config.NumberColumn(format=form) for key, form in formats.items()}
    config[columns["policy"]] = st.column_config.TextColumn(width=260)
    table = pd.DataFrame(rows).rename(columns=columns)
    st.dataframe(table, hide_index=True, height="content", column_config=config)


def _small(entry: Compared, found: Comparison) -> dict[str, Any]:
    """Return what is said of the true share of small firms under a policy."""
    return next(line for line in entry.group_lines(found.first) if (line["group"], line["variable"]) == _SMALL)


def _row(
    entry: Compared, found: Comparison, names: dict[str, str], factor: float, language: Language
) -> dict[str, Any]:
    """Return what is said of a policy, in numbers that can be sorted: shares in per cent, money by a factor."""
    small = _small(entry, found)
    true = entry.summary(OUTCOMES_BY_NAME["level2_share_true_end"])
    name = names[entry.label]
    return {
        "policy": page_word("all first", language, policy=name) if entry is found.first else name,
        "small": 100.0 * small["mean"],
        "small change": 100.0 * small["difference_mean"],
        "small interval": span(small["difference_low"], small["difference_high"], "points", language, sign=True),
        "true": 100.0 * true["mean"],
        "met": 100.0 * entry.target_probability,
        "money": factor * entry.summary(_MONEY)["mean"],
    }
