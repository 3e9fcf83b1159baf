"""The page itself, as Streamlit runs it: ``zhizao app`` starts it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from zhizao.dashboard.panels import show_problems, show_results, show_upload_problems
from zhizao.dashboard.register_upload import Upload
from zhizao.dashboard.sidebar import choose_language, choose_month_of_firms, choose_view, hand_in_firms
from zhizao.dashboard.view import View, compared_view, run_view
from zhizao.dashboard.words import page_word
from zhizao.errors import InputError
from zhizao.register import Register
from zhizao.studies.comparison import Comparison
from zhizao.studies.run import Run
from zhizao.words.tables import Language

__all__ = ["show_page"]

# less room around the page than Streamlit leaves: charts need it
_STYLE = "<style>[data-testid=stMainBlockContainer] {padding: 2.5rem 2rem 3rem 2rem}</style>"
_KEPT = 8  # views whose numbers are kept


def show_page() -> None:
    """Show the whole page."""
    st.set_page_config(page_title="zhizao 智造", layout="wide")
    with st.sidebar:
        language = choose_language()
    st.html(_STYLE)
    st.header(page_word("title", language))
    st.caption(page_word("subtitle", language))
    try:
        with st.sidebar:
            view = choose_view(language)
            upload = hand_in_firms(language)
            if upload is not None and upload.register is not None:
                view = replace(view, firms_as_of=choose_month_of_firms(language))
        if upload is not None and upload.problems:
            show_upload_problems(upload, language)
        done, single = _studied(view, upload, language)
    except InputError as error:
        show_problems(error.in_language(language), language)
        return
    show_results(view, done, single, upload, language)


def _studied(view: View, upload: Upload | None, language: Language) -> tuple[Comparison, Run]:
    """Run what the page asks for; what was run a moment ago is not run again."""
    register = upload.register if upload is not None else None
    remember = st.cache_resource(max_entries=_KEPT, show_spinner=False)(_study)
    with st.spinner(page_word("working", language, draws=view.draws)):
        found: tuple[Comparison, Run] = remember(view, upload.digest if upload is not None else "", register)
    return found


def _study(view: View, firms: str, _register: Register | None) -> tuple[Comparison, Run]:
    """Run a view; the digest `firms` stands for the register."""
    return compared_view(view, _register), run_view(view, _register)


if __name__ == "__main__":
    show_page()
