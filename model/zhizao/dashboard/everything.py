"""The tab of the page that sets every policy of the district beside the one compared with, by what it costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from zhizao.dashboard.charts import show_chart
from zhizao.dashboard.demand import on_demand, question_of, say_further
from zhizao.dashboard.memory import restore
from zhizao.dashboard.register_upload import Upload, register_of
from zhizao.dashboard.view import View, all_compared
from zhizao.dashboard.words import page_word
from zhizao.parallel import Progress
from zhizao.report.chart_rows import display_names
from zhizao.report.interactive import cost_effect
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.results.wording import span
from zhizao.scenario.scenario import list_scenarios
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

__all__ = ["show_all"]

_MOST_DRAWS = 100
_SMALL = ("small", "level2_share_true")
_MONEY = OUTCOMES_BY_NAME["public_spend_total"]


def show_all(view: View, upload: Upload | None, language: Language) -> None:
    """Show all policies of the district, once they are asked for: those that keep to an amount, the best first."""
    st.markdown(page_word("all note", language))
    most = st.number_input(
        page_word("all most", language), min_value=0.0, value=None, key="all most", help=page_word("all help", language)
    )

    asked = replace(view, draws=min(view.draws, _MOST_DRAWS))

    def work(tell: Progress) -> Comparison:
        return all_compared(asked, register_of(upload), tell)

    count = sum(not one.is_shock for one in list_scenarios())
    key = question_of(asked, upload, view.first, view.policy)
    found = on_demand("all", key, work, language, count=count)
    say_further("compare", view, [], upload, language)
    if found is not None:
        _show_all(found, view, most, language)


def _show_all(found: Comparison, view: View, most: float | None, language: Language) -> None:
    names = display_names(found, language)
    kept = [entry for entry in found.compared if most is None or entry.summary(_MONEY)["mean"] <= most]
    if not kept:
        st.info(page_word("all none", language))
        return
    rows = sorted((_row(entry, found, names, language) for entry in kept), key=lambda row: -float(row["small"]))
    st.markdown(page_word("all best", language, policy=f"**{rows[0]['policy']}**", count=len(kept)))
    formats = {"small": "%.1f", "small change": "%+.1f", "true": "%.1f", "met": "%.0f", "money": "%.0f"}
    columns = {key: page_word(f"all column {key}", language) for key in rows[0]}
    config: dict[str, Any] = {columns[key]: st.column_config.NumberColumn(format=form) for key, form in formats.items()}
    config[columns["policy"]] = st.column_config.TextColumn(width=260)
    table = pd.DataFrame(rows).rename(columns=columns)
    st.dataframe(table, hide_index=True, height="content", column_config=config)
    best = next(entry for entry in kept if names[entry.label] == rows[0]["policy"])
    shipped = {one.name for one in list_scenarios()}
    if best.label in shipped:
        st.button(
            page_word("put on page", language, mix=rows[0]["policy"]),
            key="all put",
            on_click=restore,
            args=(replace(view, scenarios=(best.label,), levers=()),),
        )
    show_chart(cost_effect(found, language))


def _row(entry: Compared, found: Comparison, names: dict[str, str], language: Language) -> dict[str, Any]:
    """Return what is said of a policy, in numbers that can be sorted: shares in per cent, money in millions."""
    small = next(line for line in entry.group_lines(found.first) if (line["group"], line["variable"]) == _SMALL)
    true = entry.summary(OUTCOMES_BY_NAME["level2_share_true_end"])
    return {
        "policy": names[entry.label],
        "small": 100.0 * small["mean"],
        "small change": 100.0 * small["difference_mean"],
        "small interval": span(small["difference_low"], small["difference_high"], "points", language, sign=True),
        "true": 100.0 * true["mean"],
        "met": 100.0 * entry.target_probability,
        "money": entry.summary(_MONEY)["mean"],
    }
