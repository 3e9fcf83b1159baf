"""Choices whose words change with the language, and which keep what was chosen when they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from zhizao.words.tables import Language

__all__ = ["choose"]


def choose(
    show: Callable[..., Any],
    label: str,
    options: Sequence[Any],
    *,
    key: str,
    language: Language,
    words: Callable[[Any], str],
    begin: Any = None,
    **more: Any,
) -> Any:
    """Show a choice and return what is chosen.

    The browser knows options by their words, so it would lose a choice whose words change: each language has an input
    of its own, which begins with what was chosen in the other.

    Parameters
    ----------
    show
        ``st.selectbox``, ``st.radio`` or ``st.multiselect``.
    key
        Name of the choice.
    words
        What an option is called.
    begin
        What is chosen at first; the first option if not given.
    """
    own, kept = f"{key} {language}", f"kept {key}"
    if own not in st.session_state:
        st.session_state[own] = st.session_state.get(kept, options[0] if begin is None else begin)
    chosen = show(label, options, key=own, format_func=words, **more)
    st.session_state[kept] = chosen
    return chosen
