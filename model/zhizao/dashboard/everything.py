"""The tab of the page that sets every policy of the district beside the one compared with, by what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from zhizao.calendar import BRANCH_MONTH, MONTHS_A_YEAR, month_index
from zhizao.dashboard.charts import show_chart
from zhizao.dashboard.demand import on_demand, question_of, say_further
from zhizao.dashboard.memory import restore
from zhizao.dashboard.plain import plain
from zhizao.dashboard.register_upload import Upload, register_of
from zhizao.dashboard.tables import width_of
from zhizao.dashboard.view import OWN, View, all_compared
from zhizao.dashboard.words import page_word
from zhizao.parallel import Progress
from zhizao.parameter_words.amounts import in_its_size
from zhizao.report.apart import Apart
from zhizao.report.chart_rows import display_names
from zhizao.report.interactive import cost_effect
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import span
from zhizao.scenario.scenario import list_scenarios
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.words.place import money_in_words, month_in_words
from zhizao.words.tables import Language

__all__ = ["show_all"]

_MOST_DRAWS = 100
_SMALL = ("small", "level2_share_true")
_WIDTH = 1000
"""Width of the table, pixels, where the window has 1,366."""
_MONEY = OUTCOMES_BY_NAME["public_spend_total"]


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
    total, yearly = (money_in_words(amount, language) for amount in (most, most * MONTHS_A_YEAR / months))
    st.caption(page_word("all a year", language, months=months, total=total, yearly=yearly))
    return float(most)


class _Shown(NamedTuple):
    """A comparison, and by label what its policies are called and what is said of small firms, truly, under each."""

    found: Comparison
    names: dict[str, str]
    small: dict[str, dict[str, Any]]
    language: Language


def _show_all(found: Comparison, view: View, most: float | None, language: Language) -> None:
    kept = [entry for entry in found.compared if most is None or entry.summary(_MONEY)["mean"] <= most]
    if not kept:
        st.info(page_word("all none", language))
        return
    entries = [*kept, *(() if any(entry is found.first for entry in kept) else (found.first,))]
    small = {entry.label: _small(entry, found) for entry in entries}
    shown = _Shown(found, display_names(found, language), small, language)
    best = max(kept, key=lambda entry: small[entry.label]["mean"])
    st.markdown(_best_of(shown, best, len(kept)))
    if not any(small[entry.label]["difference_low"] > 0.0 for entry in kept):
        st.markdown(page_word("all none better", language))
    _show_table(shown, sorted(entries, key=lambda entry: -small[entry.label]["mean"]))
    if best.label in {one.name for one in list_scenarios()}:
        st.button(
            page_word("put on page", language, mix=shown.names[best.label]),
            key="all put",
            on_click=restore,
            args=(replace(view, scenarios=(best.label,), levers=()),),
        )
    show_chart(cost_effect(found, language))


def _small(entry: Compared, found: Comparison) -> dict[str, Any]:
    return next(line for line in entry.group_lines(found.first) if (line["group"], line["variable"]) == _SMALL)


def _best_of(shown: _Shown, best: Compared, count: int) -> str:
    """Return which policy brings most small firms to the level, and how sure that is against the one compared with."""
    first, language = shown.found.first, shown.language
    small = shown.small[best.label]
    ends = {end: small[f"difference_{end}"] for end in ("mean", "low", "high")}
    return page_word(
        "all best",
        language,
        count=count,
        policy=f"**{plain(shown.names[best.label])}**",
        small=f"{100.0 * small['mean']:.1f}",
        money=money_in_words(best.summary(_MONEY)["mean"], language),
        first=plain(shown.names[first.label]),
        first_small=f"{100.0 * shown.small[first.label]['mean']:.1f}",
        first_money=money_in_words(first.summary(_MONEY)["mean"], language),
        apart=Apart(**ends, unit="points", wanted=1).in_words(language),
    )


def _show_table(shown: _Shown, entries: Sequence[Compared]) -> None:
    """Show a line for every policy; columns sort."""
    factor, unit = in_its_size([entry.summary(_MONEY)["mean"] for entry in entries], MONEY_UNIT, shown.language)
    rows = [_row(shown, entry, factor) for entry in entries]
    money = "%.0f" if factor == 1.0 else "%.2f"
    formats = {"small": "%.1f", "small change": "%+.1f", "true": "%.1f", "met": "%.0f", "money": money}
    columns = {key: page_word(f"all column {key}", shown.language, unit=unit) for key in rows[0]}
    widths = _widths(rows, columns, formats)
    config: dict[str, Any] = {
        name: st.column_config.NumberColumn(format=formats[key], width=widths[key])
        if key in formats
        else st.column_config.TextColumn(width=widths[key])
        for key, name in columns.items()
    }
    table = pd.DataFrame(rows).rename(columns=columns)
    st.dataframe(table, hide_index=True, height="content", column_config=config)


def _widths(rows: Sequence[dict[str, Any]], columns: dict[str, str], formats: dict[str, str]) -> dict[str, int]:
    """Return how wide columns are, so that all are seen at once: names have what the others leave."""
    widths = {
        key: width_of([name, *(formats.get(key, "%s") % row[key] for row in rows)]) for key, name in columns.items()
    }
    left = _WIDTH - sum(width for key, width in widths.items() if key != "policy")
    return widths | {"policy": min(widths["policy"], left)}


def _row(shown: _Shown, entry: Compared, factor: float) -> dict[str, Any]:
    """Return what is said of a policy, in numbers that can be sorted: shares in per cent, money by a factor."""
    small, name = shown.small[entry.label], shown.names[entry.label]
    if entry.label == OWN:  # its title names its levers, for which a line has no room
        name = page_word("all own", shown.language)
    ends = small["difference_low"], small["difference_high"]
    true = entry.summary(OUTCOMES_BY_NAME["level2_share_true_end"])
    return {
        "policy": page_word("all first", shown.language, policy=name) if entry is shown.found.first else name,
        "small": 100.0 * small["mean"],
        "small change": 100.0 * small["difference_mean"],
        "small interval": span(*ends, "points", shown.language, sign=True),
        "true": 100.0 * true["mean"],
        "met": 100.0 * entry.target_probability,
        "money": factor * entry.summary(_MONEY)["mean"],
    }
