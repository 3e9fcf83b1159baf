"""The left side of the page: everything that can be set, put together as a `View`."""

from __future__ import annotations

import hashlib
import math
from itertools import groupby
from typing import Any

import streamlit as st

from zhizao.dashboard.choices import choose
from zhizao.dashboard.levers import LeverInput, all_inputs, first_inputs, in_force, moved
from zhizao.dashboard.plain import plain
from zhizao.dashboard.register_upload import ENDINGS, LARGEST, Upload, empty_register, read_upload
from zhizao.dashboard.view import DRAWS, View, stacked
from zhizao.dashboard.words import page_word
from zhizao.parameter_words.names import choice_name, group_title, lever_label, meaning
from zhizao.policy.levers import lever_specifications
from zhizao.policy.schedule import Settings
from zhizao.population.register import Register
from zhizao.report.words import scenario_title
from zhizao.results.ensembles import FUNDING, TREATMENTS
from zhizao.results.wording import Language
from zhizao.scenario import list_scenarios

__all__ = ["choose_language", "choose_view", "hand_in_firms"]

_LANGUAGES: dict[Language, str] = {"en": "English", "zh": "中文"}
_YEARS = range(2024, 2031)
_MOST_DRAWS = 2000


def choose_language() -> Language:
    """Show the switch of the language; ``?lang=zh`` in the address chooses the one to begin with."""
    if "language" not in st.session_state:
        st.session_state["language"] = "zh" if st.query_params.get("lang") == "zh" else "en"
    chosen = st.segmented_control(
        "Language · 语言", list(_LANGUAGES), key="language", format_func=_LANGUAGES.__getitem__, required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    return "zh" if chosen == "zh" else "en"


def choose_view(language: Language) -> View:
    """Show the policy, its levers and the settings of the study; return what they say.

    Raises
    ------
    InputError
        Where the chosen scenarios cannot be stacked.
    """
    known = {scenario.name: scenario for scenario in list_scenarios()}

    def title(name: str) -> str:
        return scenario_title(known[name], language)

    names = choose(
        st.multiselect, page_word("policy", language), list(known), key="policy", language=language, words=title,
        begin=["services-surge"], help=page_word("policy help", language),
    )  # fmt: skip
    first = choose(
        st.selectbox, page_word("first", language), list(known), key="first", language=language, words=title,
        help=page_word("first help", language),
    )  # fmt: skip
    if not names:
        st.info(page_word("no policy", language))
        st.stop()
    stack = View(scenarios=tuple(names))
    levers = _choose_levers(stack, language)
    with st.expander(page_word("settings", language)):
        settings = _choose_settings(language)
    return View(scenarios=tuple(names), levers=tuple(levers.items()), first=first, **settings)


def _choose_settings(language: Language) -> dict[str, Any]:
    def words(name: str) -> str:
        return page_word(name, language)

    year = st.selectbox(page_word("until", language), _YEARS, index=1, key="until")
    return {
        "calibration": choose(
            st.radio, page_word("calibration", language), TREATMENTS, key="calibration", language=language, words=words,
            help=page_word("calibration help", language),
        ),
        "funding": choose(
            st.radio, page_word("funding", language), list(FUNDING), key="funding", language=language, words=words
        ),
        "draws": int(
            st.number_input(
                page_word("draws", language), 2, _MOST_DRAWS, DRAWS, step=20, key="draws",
                help=page_word("draws help", language),
            )
        ),
        "seed": int(st.number_input(page_word("seed", language), 0, 2**53 - 1, 0, key="seed")),
        "until": f"{year}-12",
    }  # fmt: skip


def _choose_levers(stack: View, language: Language) -> Settings:
    """Show the levers where the stacked scenarios have them; return those that were moved."""
    start = in_force(stacked(stack))
    turn = st.session_state.setdefault("turn", 0)
    place = f"{'+'.join(stack.scenarios)} {turn}"  # another policy, or a reset, begins at its own values again
    st.subheader(page_word("levers", language), help=page_word("levers help", language))
    shown_first = first_inputs()
    values: Settings = {made.key: _input(made, start[made.key], place, language) for made in shown_first}
    others = [made for made in all_inputs() if made.key not in values]
    with st.expander(page_word("other levers", language)):
        for group, members in groupby(others, key=lambda made: made.key.partition(".")[0]):
            st.markdown(f"**{group_title(group, language)}**")
            values |= {made.key: _input(made, start[made.key], place, language) for made in members}
    changed = moved(values, start)
    if changed:
        st.caption(page_word("moved", language, count=len(changed)))
        st.button(page_word("reset", language), key="reset", on_click=_put_back)
    return changed


def _put_back() -> None:
    st.session_state["turn"] += 1


def _input(made: LeverInput, value: float | str, place: str, language: Language) -> float | str:
    """Show the input of one lever and return its value."""
    name, key = lever_label(made.key, language), f"{place} {made.key}"
    spec = lever_specifications().get(made.key) or lever_specifications()[made.key.rpartition(".")[0]]
    told = f"{plain(meaning(spec, language))} · `{made.key}`"
    if made.kind == "choice":
        chosen = choose(
            st.selectbox, name, made.choices, key=key, language=language, begin=str(value), help=told,
            words=lambda choice: choice_name(choice, language),
        )  # fmt: skip
        return str(chosen)
    number = float(value)
    low, high = min(made.low, number), max(made.high, number)
    if made.whole:
        show = st.slider if made.kind == "slider" else st.number_input
        return float(show(name, int(low), int(high), int(number), key=key, help=told))
    if made.kind == "number":
        return float(st.number_input(name, low, high, number, step=made.step, key=key, help=told))
    form = "percent" if made.percent else _form(made.step)
    return float(st.slider(name, low, high, number, step=made.step, format=form, key=key, help=told))


def _form(step: float) -> str:
    """Return how a slider writes its number: with as many decimals as its step has."""
    return f"%.{max(0, -math.floor(math.log10(step)))}f"


def hand_in_firms(language: Language) -> Upload | None:
    """Show where a register of firms is handed in, and what came of it."""
    with st.expander(page_word("firms", language), expanded=True):
        file = st.file_uploader(
            page_word("firms", language), type=list(ENDINGS), key="firms", max_upload_size=LARGEST,
            help=page_word("firms help", language, size=LARGEST), label_visibility="collapsed",
        )  # fmt: skip
        st.download_button(
            page_word("empty register", language), empty_register(), "firms.csv", "text/csv", key="empty register",
            on_click="ignore",
        )  # fmt: skip
        if file is None:
            return None
        content = file.getvalue()
        digest = hashlib.sha256(content).hexdigest()
        upload: Upload = st.cache_resource(max_entries=4, show_spinner=False)(_read)(file.name, digest, content)
        if upload.register is not None:
            count = f"{len(upload.register.ids):,}"
            st.success(page_word("firms read", language, name=plain(upload.name), count=count))
            _show_notes(upload.register, language)
    return upload


def _show_notes(register: Register, language: Language) -> None:
    for note in register.notes:
        st.caption(plain(note))
    if register.imputed:
        columns = ("、" if language == "zh" else ", ").join(register.imputed)
        st.caption(page_word("firms imputed", language, columns=plain(columns)))


def _read(name: str, digest: str, _content: bytes) -> Upload:
    """Read a register once; the digest stands for the content, which is not hashed again."""
    return read_upload(name, _content)
