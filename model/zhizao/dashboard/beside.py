"""Tabs of the page that look beyond its own policy: those kept beside it, and the cheapest mix that meets the plan."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from zhizao.dashboard.address import MOST_KEPT
from zhizao.dashboard.charts import show_chart
from zhizao.dashboard.memory import keep, kept, restore, take_away
from zhizao.dashboard.plain import plain
from zhizao.dashboard.view import View, own_scenario
from zhizao.dashboard.words import page_word
from zhizao.parameter_words.amounts import amounts
from zhizao.parameter_words.names import lever_label, lever_name
from zhizao.register import Register
from zhizao.report.changes import changes_note
from zhizao.report.interactive import differences
from zhizao.report.page_tables import changes_table, policies_table
from zhizao.report.words import scenario_title
from zhizao.results.outcomes import TARGET_SHARE
from zhizao.scenario.scenario import Scenario
from zhizao.studies.comparison import Comparison
from zhizao.studies.reach import Reach, reach
from zhizao.words.place import money_in_words
from zhizao.words.tables import Language

__all__ = ["show_changes", "show_reach", "show_tray"]

_TRIES, _DRAWS = 300, 60
"""Mixes that are tried on the page, and the draws of each: about half a minute on two cores."""


def show_changes(scenario: Scenario, first: Scenario, until: str, language: Language) -> None:
    """Show what a policy changes against another."""
    table = changes_table(scenario, first, language, until)
    st.caption(plain(changes_note(scenario, first, language, any_=bool(table.rows))))
    if table.rows:
        rows = [[plain(cell) for cell in row] for row in table.rows]
        st.table(pd.DataFrame(rows, columns=list(table.headers)).set_index(table.headers[0]))


def show_tray(view: View, done: Comparison, language: Language) -> None:
    """Show the policies that were kept beside the one of the page, side by side with it."""
    tray = kept()
    is_there = any(other.policy == view.policy for other in tray)
    st.button(
        page_word("keep", language),
        key="keep",
        on_click=keep,
        args=(view,),
        disabled=is_there or len(tray) >= MOST_KEPT,
        help=page_word("keep help", language, most=MOST_KEPT),
    )
    for place, other in enumerate(tray):
        name, open_, away = st.columns([6, 1, 1])
        name.markdown(plain(scenario_title(own_scenario(other), language)))
        open_.button(page_word("show again", language), key=f"show {place}", on_click=partial(restore, other))
        away.button(page_word("take away", language), key=f"take {place}", on_click=take_away, args=(place,))
    if len(done.compared) < 2:
        st.caption(page_word("tray empty", language))
        return
    table = policies_table(done, language)
    rows = [[cell.replace("\n", " ") for cell in row] for row in table.rows]
    st.dataframe(pd.DataFrame(rows, columns=list(table.headers)), hide_index=True)
    show_chart(differences(done, language))


def show_reach(view: View, register: Register | None, language: Language) -> None:
    """Show the cheapest mix that meets the plan, once it is asked for."""
    st.markdown(page_word("reach note", language))
    key = ("reach", view)
    if st.button(page_word("reach search", language, tries=_TRIES), key="reach search"):
        bar = st.progress(0.0, text=page_word("reach working", language))
        st.session_state["reach found"] = key, _searched(view, register, bar)
        bar.empty()
    asked, found = st.session_state.get("reach found", (None, None))
    if asked == key and found is not None:
        _show_found(found, language)


def _searched(view: View, register: Register | None, bar: Any) -> Reach:
    def tell(count: int, of: int) -> None:
        bar.progress(min(1.0, count / max(of, 1)))

    return reach(
        base=view.first,
        by=view.until,
        tries=_TRIES,
        draws=min(view.draws, _DRAWS),
        seed=view.seed,
        calibration=view.calibration,
        funding=view.funding,
        firms=register,
        firms_as_of=view.firms_as_of if register is not None else None,
        progress=tell,
    )


def _show_found(found: Reach, language: Language) -> None:
    key = "reach answer" if found.reachable else "reach no answer"
    st.markdown(
        page_word(
            key,
            language,
            cost=money_in_words(found.best.cost, language),
            base=money_in_words(found.baseline.cost, language),
            asked=f"{found.probability:.0%}",
            met=f"{found.best.probability(found.share):.0%}",
            confirmed=f"{found.confirmed.probability(found.share):.0%}",
            share=f"{TARGET_SHARE:.0%}",
        )
    )
    columns = [page_word(name, language) for name in ("reach at least", "reach cheapest", "reach met")]
    rows = [
        (f"{level:.0%}", money_in_words(mix.cost, language), f"{mix.probability(found.share):.0%}")
        for level, mix in found.frontier.items()
    ]
    st.dataframe(pd.DataFrame(rows, columns=columns), hide_index=True)
    dials = []
    for dial in found.dials:
        texts, _ = amounts([float(found.baseline.mix[dial.key]), float(found.best.mix[dial.key])], dial.unit, language)
        dials.append((lever_label(dial.key, language) if language == "en" else lever_name(dial.key, language), *texts))
    columns = [page_word(name, language) for name in ("reach lever", "reach now", "reach mix")]
    st.dataframe(pd.DataFrame(dials, columns=columns), hide_index=True)
