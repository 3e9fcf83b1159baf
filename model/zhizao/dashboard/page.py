"""The page itself, as Streamlit runs it: ``zhizao app`` starts it."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from typing import Any

import streamlit as st
from altair.utils.schemapi import debug_mode

from zhizao.dashboard.address import as_query
from zhizao.dashboard.known import Known
from zhizao.dashboard.memory import begin, kept, remember, show_history
from zhizao.dashboard.panels import show_problems, show_results, show_upload_problems
from zhizao.dashboard.plain import plain
from zhizao.dashboard.register_upload import Upload, digest_of, register_of
from zhizao.dashboard.sidebar import (
    choose_language,
    choose_month_of_firms,
    choose_view,
    hand_in_firms,
    hand_in_scenario,
)
from zhizao.dashboard.view import View, compared_view, run_beside, run_view, settings_of
from zhizao.dashboard.words import page_word
from zhizao.errors import InputError
from zhizao.parameter_words.units import problems_in
from zhizao.report.made import today
from zhizao.studies.comparison import Comparison
from zhizao.studies.run import Run
from zhizao.version import version
from zhizao.words.tables import Language

__all__ = ["show_page"]

_STYLE = """<style>
[data-testid=stMainBlockContainer] {padding: 2.5rem 2rem 3rem 2rem} /* charts need the room */
[data-testid=stCaptionContainer], [data-testid=stCaptionContainer] p {color: #595959; opacity: 1}
[data-testid=stMetricLabel] p {white-space: normal}
[data-testid=stMetricDelta], [data-testid=stMetricDelta] * {white-space: normal !important; overflow: visible}
[data-testid=stMultiSelect] [data-tag] {max-width: 9.5rem} /* what is left to type in is wide enough for a finger */
[data-testid=stMultiSelect] input {min-width: 24px}
[data-testid=stFileUploaderDropzoneInstructions] {display: none} /* in English only; the help says the same */
[data-testid=stFileUploaderDropzone] button p {font-size: 0}
[data-testid=stFileUploaderDropzone] button p::after {font-size: 0.875rem; content: %s}
@media (max-width: 900px) {[data-testid=stMainBlockContainer] {padding-top: 4rem}} /* below the bar at the top */
@media (max-width: 640px) {
  [data-testid=stTable] {overflow-x: auto}
  [data-testid=stTable] td {min-width: 4.5rem}
  [data-testid=stTable] td:first-child {min-width: 7rem}
  [class*=-sentences] td:last-child {min-width: 12rem}
}
.printed {display: none}
@media print {
  .printed {display: block}
  [data-testid=stSidebar], [data-testid=stHeader], [role=tablist], button {display: none !important}
  [data-testid=stMainBlockContainer] {padding: 0}
  [data-testid=stColumn] {break-inside: avoid}
}
</style>"""
_LONG = 100  # draws from which on there is time to stop


def show_page() -> None:
    """Show the whole page."""
    st.set_page_config(page_title="zhizao 智造", layout="wide")
    begin()
    with st.sidebar:
        language = choose_language()
    st.html(_STYLE % json.dumps(page_word("pick a file", language), ensure_ascii=False))
    st.subheader(page_word("title", language))
    st.caption(page_word("subtitle", language))
    made = st.empty()
    try:
        with st.sidebar:
            above = st.container()
            view = choose_view(language)
            remember(view, language)
            _show_printed(made, view, language)
            with above:  # by now it is known whether there is anything to undo
                show_history(page_word, language)
            upload = hand_in_firms(language)
            if upload is not None and upload.register is not None:
                view = replace(view, firms_as_of=choose_month_of_firms(language))
            hand_in_scenario(language)
        if upload is not None and upload.problems:
            show_upload_problems(upload, language)
        st.caption(_whose(upload, language))
        done, single = _studied(view, upload, language)
    except InputError as error:
        show_problems(problems_in(error, language), language)
        return
    with debug_mode(False):  # else each part of a chart is held against a schema as it is made, at every move
        show_results(view, done, single, upload, language)


def _show_printed(place: Any, view: View, language: Language) -> None:
    """Show when the page was made and how to have it again, where it is printed."""
    text = page_word("printed", language, version=version(), date=today(), query=f"?{as_query(view)}")
    place.html(f"<p class=printed>{html.escape(text)}</p>")


def _whose(upload: Upload | None, language: Language) -> str:
    """Return of which district and whose firms the numbers of the page are."""
    if upload is None or upload.register is None:
        return page_word("whose made up", language)
    return page_word("whose own", language, file=plain(upload.name), count=f"{len(upload.register.ids):,}")


def _studied(view: View, upload: Upload | None, language: Language) -> tuple[Comparison, Run]:
    """Run what the page asks for; what was run a moment ago is not run again, and what takes long can be stopped."""
    register, firms = register_of(upload), digest_of(upload)
    beside = tuple(kept())
    key = (view, tuple((number, other.policy) for number, other in run_beside(view, beside)), firms)
    if st.session_state.get("stopped") == key:
        st.info(page_word("was stopped", language))
        st.button(page_word("run again", language), key="run again", on_click=_stop_at, args=(None,))
        st.stop()
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, text=page_word("working", language, draws=view.draws))
        if view.draws >= _LONG:
            st.button(page_word("stop", language), key="stop", on_click=_stop_at, args=(key,))

    def tell(count: int, of: int) -> None:
        bar.progress(min(1.0, count / max(of, 1)))

    done = compared_view(view, register, kept=beside, progress=tell, known=_known(), firms=firms)
    of_one = ("one run", settings_of(view), view.policy, firms)
    single = _known().get(of_one)
    if single is None:
        single = run_view(view, register)
        _known().put(of_one, single)
    place.empty()
    return done, single


def _stop_at(key: Any) -> None:
    st.session_state["stopped"] = key


@st.cache_resource(show_spinner=False)
def _known() -> Known:
    return Known()


if __name__ == "__main__":
    show_page()
