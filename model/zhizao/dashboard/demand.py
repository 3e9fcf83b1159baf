"""What the page works out only when it is asked to, since it takes a while: a button, how far it is, a way to stop."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

import streamlit as st

from zhizao.dashboard.plain import plain
from zhizao.dashboard.register_upload import Upload, digest_of, file_of
from zhizao.dashboard.view import View, further_command, settings_of
from zhizao.dashboard.words import page_word
from zhizao.errors import InputError
from zhizao.parallel import Progress
from zhizao.parameter_words.units import problems_in
from zhizao.words.tables import Language

__all__ = ["offer_file", "on_demand", "question_of", "say_further"]

T = TypeVar("T")


def on_demand(
    name: str, key: Hashable, work: Callable[[Progress], T], language: Language, **values: object
) -> T | None:
    """Show the button that starts a piece of work; return what it gave last, if that was for the same question.

    Every press on the page while it goes on stops it, since that runs the page again.

    Parameters
    ----------
    name
        Of the work: its words are ``NAME search`` and ``NAME working`` of the page.
    key
        The question: what is found is shown as long as it stays the same.
    work
        Does it; it is called with what has to be called with how far it is.
    values
        What the words of the button say.
    """
    state = st.session_state
    if st.button(page_word(f"{name} search", language, **values), key=f"{name} search"):
        place = st.empty()
        with place.container():
            text = page_word(f"{name} working", language)
            bar = st.progress(0.0, text=text)
            st.button(page_word("stop", language), key=f"{name} stop")

        def tell(count: int, of: int) -> None:
            bar.progress(min(1.0, count / max(of, 1)), text=text)

        try:
            state[f"{name} found"] = key, work(tell)
        except InputError as error:
            st.error("\n".join(f"- {plain(line)}" for line in problems_in(error, language)))
        place.empty()
    asked, last = state.get(f"{name} found", (None, None))
    return last if asked == key else None


def offer_file(words: str, make: Callable[[], str | bytes], name: str, *, key: str, **looks: Any) -> None:
    """Offer a file that is made when it is asked for.

    One made beforehand is gone with the next run of the page, while the browser still looks whether it is there.
    """
    st.download_button(words, make, name, key=key, on_click="ignore", **looks)


def question_of(view: View, upload: Upload | None, *more: Hashable) -> Hashable:
    """Return what an answer depends on: the settings of the page, whose firms they are, and what else is asked."""
    return settings_of(view), digest_of(upload), *more


def say_further(
    command: str,
    view: View,
    policies: Sequence[str],
    upload: Upload | None,
    language: Language,
    more: Sequence[str] = (),
) -> None:
    """Show the command that goes further than the page does; as for `further_command`."""
    st.caption(page_word("further", language))
    st.code(further_command(command, view, policies, file_of(upload), more), language=None, wrap_lines=True)
