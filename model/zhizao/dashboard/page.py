"""The page itself, as Streamlit runs it: ``zhizao app`` starts it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from typing import Any

import streamlit as st

from zhizao.dashboard.memory import begin, kept, remember, show_history
from zhizao.dashboard.panels import show_problems, show_results, show_upload_problems
from zhizao.dashboard.plain import plain
from zhizao.dashboard.register_upload import Upload
from zhizao.dashboard.sidebar import (
    choose_language,
    choose_month_of_firms,
    choose_view,
    hand_in_firms,
    hand_in_scenario,
)
from zhizao.dashboard.view import View, compared_view, run_beside, run_view
from zhizao.dashboard.words import page_word
from zhizao.errors import InputError
from zhizao.studies.comparison import Comparison
from zhizao.studies.run import Run
from zhizao.words.tables import Language

__all__ = ["show_page"]

# less room around the page than Streamlit leaves: charts need it
_STYLE = "<style>[data-testid=stMainBlockContainer] {padding: 2.5rem 2rem 3rem 2rem}</style>"
_KEPT = 8  # views whose numbers are kept
_LONG = 100  # draws from which on there is time to stop


def show_page() -> None:
    """Show the whole page."""
    st.set_page_config(page_title="zhizao 智造", layout="wide")
    begin()
    with st.sidebar:
        language = choose_language()
    st.html(_STYLE)
    st.subheader(page_word("title", language))
    st.caption(page_word("subtitle", language))
    try:
        with st.sidebar:
            above = st.container()
            view = choose_view(language)
            remember(view, language)
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
        show_problems(error.in_language(language), language)
        return
    show_results(view, done, single, upload, language)


def _whose(upload: Upload | None, language: Language) -> str:
    """Return of which district and whose firms the numbers of the page are."""
    if upload is None or upload.register is None:
        return page_word("whose made up", language)
    return page_word("whose own", language, file=plain(upload.name), count=f"{len(upload.register.ids):,}")


def _studied(view: View, upload: Upload | None, language: Language) -> tuple[Comparison, Run]:
    """Run what the page asks for; what was run a moment ago is not run again, and what takes long can be stopped."""
    register = upload.register if upload is not None else None
    beside = tuple(kept())
    policies = tuple((number, other.policy) for number, other in run_beside(view, beside))
    key = (view, policies, upload.digest if upload is not None else "")
    found = _studies().get(key)
    if found is not None:
        return found
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

    done = compared_view(view, register, kept=beside, progress=tell)
    place.empty()
    found = (done, run_view(view, register))
    _studies().put(key, found)
    return found


def _stop_at(key: Any) -> None:
    st.session_state["stopped"] = key


class _Studies:
    """The last studies that were run, for all who look at the page."""

    def __init__(self) -> None:
        self._found: OrderedDict[Any, tuple[Comparison, Run]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any) -> tuple[Comparison, Run] | None:
        """Return a study that was run, if it is kept."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: Any, study: tuple[Comparison, Run]) -> None:
        """Keep a study in place of the oldest."""
        with self._lock:
            self._found[key] = study
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)


@st.cache_resource(show_spinner=False)
def _studies() -> _Studies:
    return _Studies()


if __name__ == "__main__":
    show_page()
