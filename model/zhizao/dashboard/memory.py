"""What the page remembers: the view in its address, the views before it, and the policies that were kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from zhizao.calendar import BRANCH_MONTH, HORIZON, MONTHS, TARGET, month_names
from zhizao.dashboard.address import KEPT, MOST_KEPT, address_of, kept_as_text, kept_of_text, view_of
from zhizao.dashboard.opened import opened_view
from zhizao.dashboard.view import View
from zhizao.errors import InputError
from zhizao.evidence.ensembles import fitted_treatments
from zhizao.scenario.chain import own_scenarios
from zhizao.words.tables import LANGUAGES, Language

__all__ = [
    "ENDS",
    "begin",
    "first_shown",
    "fits",
    "keep",
    "kept",
    "open_file",
    "remember",
    "restore",
    "show_history",
    "take_away",
]

ENDS = tuple(
    sorted({TARGET, HORIZON, *(month for month in month_names(MONTHS)[BRANCH_MONTH:] if month.endswith("-12"))})
)
"""The months that a run may end with: the last of every year, that of the plan and the last possible one."""
_LONGEST_HISTORY = 50
_FIRST_SHOWN = "services-surge"
_CHOSEN = ("policy", "first", "until", "calibration", "funding")


def first_shown() -> str:
    """Return the policy that the page shows at first, where its address says nothing else."""
    known = own_scenarios()
    return _FIRST_SHOWN if _FIRST_SHOWN in known else known[-1]


def fits() -> tuple[str, ...]:
    """Return the treatments of the plan that the page offers."""
    return fitted_treatments() or ("prior",)


def begin() -> None:
    """Take the view from the address when the page is opened, loaded again, or gone back to."""
    state: Any = st.session_state
    going_back = state.pop("going back", False)
    if state.get("begun") and not going_back:
        return
    state["begun"] = True
    parts = _address()
    state["tray"] = kept_of_text(parts.get(KEPT, ""), ENDS, fits())
    view = view_of(parts, ENDS, fits(), first_shown())
    if going_back:
        state["language"], state["remembered"] = _language_of(parts), None
        view = view or _begun_with()
        if state["history"][-2:-1] == [view]:  # undo goes on from there
            state["history"].pop()
    if view is not None:
        restore(view)


def _address() -> dict[str, str]:
    """Return what stands behind the question mark of the page's address, by name."""
    return {name: str(st.query_params[name]) for name in st.query_params}


def _language_of(parts: dict[str, str]) -> Language:
    codes: dict[str | None, Language] = {code: code for code in LANGUAGES}
    return codes.get(parts.get("lang"), LANGUAGES[0])


def _begun_with() -> View:
    """Return the view of a page whose address says nothing."""
    return View(scenarios=(first_shown(),))


def restore(view: View) -> None:
    """Set every input of the page as a view has it; to be called before they are shown."""
    state: Any = st.session_state
    state["turn"] = state.get("turn", 0) + 1
    state["levers"] = dict(view.levers)
    values = (list(view.scenarios), view.first, view.until, view.calibration, view.funding)
    for key, value in zip(_CHOSEN, values, strict=True):
        state[f"kept {key}"] = value
        for language in LANGUAGES:
            state.pop(f"{key} {language}", None)
    state["draws"], state["seed"] = view.draws, view.seed


def remember(view: View, language: Language) -> None:
    """Put the view into the address, and behind those before it; go back to another if the browser did.

    Going back or forth in the browser runs the page again with another address and nothing else moved.
    """
    state: Any = st.session_state
    tray = kept_as_text(kept())
    now, parts = (view, tray, language), _address()
    shown = view_of(parts, ENDS, fits(), first_shown()) or _begun_with()
    there = (replace(shown, firms_as_of=view.firms_as_of), parts.get(KEPT, ""), _language_of(parts))
    if there != now and state.get("remembered") == now:
        state["going back"] = True
        st.rerun()
    state["remembered"] = now
    history = state.setdefault("history", [])
    if not history or history[-1] != view:
        history.append(view)
        del history[:-_LONGEST_HISTORY]
    if there != now:
        spoken: dict[str, str] = {} if language == LANGUAGES[0] else {"lang": language}
        st.query_params.from_dict(address_of(view) | ({KEPT: tray} if tray else {}) | spoken)


def show_history(words: Any, language: Language) -> None:
    """Show the button that takes back the last change."""
    st.button(
        words("undo", language),
        key="undo",
        on_click=_undo,
        disabled=len(st.session_state.get("history", [])) < 2,
        help=words("undo help", language),
    )


def _undo() -> None:
    history = st.session_state.get("history", [])
    if len(history) > 1:
        history.pop()
        restore(history[-1])


def kept() -> list[View]:
    """Return the policies that were kept, the oldest first."""
    tray: list[View] = st.session_state.setdefault("tray", [])
    return tray


def keep(view: View) -> None:
    """Keep a policy beside those that come after it."""
    if len(kept()) < MOST_KEPT and all(other.policy != view.policy for other in kept()):
        kept().append(view)


def take_away(place: int) -> None:
    """Keep a policy no longer."""
    if place < len(kept()):
        del kept()[place]


def open_file(key: str) -> None:
    """Open the scenario file that was uploaded, or say what is wrong with it."""
    file = st.session_state.get(key)
    st.session_state["open problems"] = ()
    if file is None:
        return
    try:
        restore(opened_view(file.name, file.getvalue(), ENDS, fits()))
    except InputError as error:
        st.session_state["open problems"] = error
        return
    st.session_state["opening"] = st.session_state.get("opening", 0) + 1
