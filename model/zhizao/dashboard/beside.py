"""Tabs of the page about policies: what the one on the page changes, and those that were kept beside it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from zhizao.dashboard.address import MOST_KEPT
from zhizao.dashboard.charts import show_chart
from zhizao.dashboard.memory import keep, kept, restore, take_away
from zhizao.dashboard.plain import plain
from zhizao.dashboard.tables import show_table
from zhizao.dashboard.view import View, own_scenario
from zhizao.dashboard.words import page_word
from zhizao.report.changes import changes_note
from zhizao.report.interactive import differences
from zhizao.report.page_tables import changes_table, policies_table
from zhizao.report.words import scenario_title
from zhizao.scenario.scenario import Scenario
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

__all__ = ["show_changes", "show_tray"]


def show_changes(scenario: Scenario, first: Scenario, until: str, language: Language) -> None:
    """Show what a policy changes against another."""
    table = changes_table(scenario, first, language, until)
    st.caption(plain(changes_note(scenario, first, language, any_=bool(table.rows))))
    if table.rows:
        with st.container(key="changes sentences"):
            show_table(table.headers, table.rows)


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
    show_table(table.headers, table.rows)
    show_chart(differences(done, language))
