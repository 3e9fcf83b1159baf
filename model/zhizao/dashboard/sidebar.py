"""The left side of the page: everything that can be set, put together as a `View`."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from zhizao.calendar import TARGET
from zhizao.dashboard.address import MOST_DRAWS
from zhizao.dashboard.choices import choose
from zhizao.dashboard.demand import offer_file
from zhizao.dashboard.levers import LeverInput, all_inputs, first_inputs, in_force, moved
from zhizao.dashboard.memory import ENDS, first_shown, fits, open_file
from zhizao.dashboard.plain import plain
from zhizao.dashboard.register_upload import ENDINGS, LARGEST, Upload, empty_register, read_upload
from zhizao.dashboard.view import DRAWS, View, stacked
from zhizao.dashboard.words import page_word
from zhizao.district.in_force import DISTRICT
from zhizao.evidence.ensembles import FUNDING
from zhizao.parameter_words.names import choice_name, group_title, lever_label, meaning
from zhizao.parameter_words.units import problems_in
from zhizao.policy.schedule import Settings
from zhizao.report.words import of_reading, reading_name, scenario_question, scenario_title
from zhizao.scenario.scenario import Scenario, list_scenarios
from zhizao.studies.mixes import lever_of
from zhizao.studies.register_checks import start_month
from zhizao.words.place import money_in_words, year_or_month
from zhizao.words.tables import LANGUAGES, Language, fact_of

__all__ = ["by_theme", "choose_language", "choose_month_of_firms", "choose_view", "hand_in_firms", "hand_in_scenario"]

_THEMES = ("yardstick", "services", "money", "design", "mix")


def choose_language() -> Language:
    """Show the switch of the language; ``?lang=zh`` in the address chooses the one to begin with."""
    codes: dict[str | None, Language] = {code: code for code in LANGUAGES}
    if "language" not in st.session_state:
        st.session_state["language"] = codes.get(st.query_params.get("lang"), LANGUAGES[0])
    chosen = st.segmented_control(
        "Language · 语言",
        list(LANGUAGES),
        key="language",
        format_func=lambda code: fact_of(code, "name"),
        required=True,
        label_visibility="collapsed",
    )
    return codes.get(chosen, LANGUAGES[0])


def choose_view(language: Language) -> View:
    """Show the policy, its levers and the settings of the study; return what they say.

    Raises
    ------
    InputError
        Where the chosen scenarios cannot be stacked.
    """
    known = {scenario.name: scenario for scenario in by_theme(list_scenarios())}

    def title(name: str) -> str:
        return scenario_title(known[name], language)

    def grouped(name: str) -> str:
        theme = page_word(f"policies of {known[name].theme or 'others'}", language)
        return page_word("of theme", language, theme=theme, title=title(name))

    names = choose(
        st.multiselect,
        page_word("policy", language),
        list(known),
        key="policy",
        language=language,
        words=grouped,
        begin=[first_shown()],
        help=page_word("policy help", language),
        placeholder=page_word("policy placeholder", language),
        select_all=False,  # so that Enter takes the first that fits
    )
    for name in names:
        st.caption(plain(scenario_question(known[name], language)))
    first = choose(
        st.selectbox,
        page_word("first", language),
        list(known),
        key="first",
        language=language,
        words=title,
        help=page_word("first help", language),
    )
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
        return page_word("treatment prior" if name == "prior" else name, language)

    st.session_state.setdefault("draws", DRAWS)
    st.session_state.setdefault("seed", 0)
    until = choose(
        st.selectbox,
        page_word("until", language),
        list(ENDS),
        key="until",
        language=language,
        words=lambda month: year_or_month(month, language),
        begin=TARGET,
    )
    return {
        "calibration": choose(
            st.radio,
            page_word("calibration", language),
            fits(),
            key="calibration",
            language=language,
            words=words,
            help=page_word("calibration help", language),
        ),
        "funding": choose(
            st.radio,
            page_word("funding", language),
            list(FUNDING),
            key="funding",
            language=language,
            words=lambda reading: _of_reading(reading, language),
        ),
        "draws": int(
            st.number_input(
                page_word("draws", language),
                2,
                MOST_DRAWS,
                step=20,
                key="draws",
                help=page_word("draws help", language),
            )
        ),
        "seed": int(st.number_input(page_word("seed", language), 0, 2**53 - 1, key="seed")),
        "until": until,
    }


def _of_reading(reading: str, language: Language) -> str:
    """Return what a reading of the public money is called, or how much it is where the district has no readings."""
    key = of_reading(page_word, reading)
    if key in page_word.texts:
        return page_word(key, language)
    return reading_name(reading, language) if DISTRICT.own.money else money_in_words(FUNDING[reading], language)


def _choose_levers(stack: View, language: Language) -> Settings:
    """Show the levers where the stacked scenarios have them; return those that were moved."""
    start = in_force(stacked(stack))
    before: Settings = st.session_state.setdefault("levers", {})  # survive another stack of scenarios
    begin = start | {key: value for key, value in before.items() if key in start}
    turn = st.session_state.setdefault("turn", 0)
    session_key = f"{'+'.join(stack.scenarios)} {turn}"  # another policy, or a reset, begins at its own values again
    st.subheader(page_word("levers", language), help=page_word("levers help", language))
    shown_first = first_inputs()
    values: Settings = {made.key: _input(made, begin[made.key], session_key, language) for made in shown_first}
    others = [made for made in all_inputs() if made.key not in values]
    with st.expander(page_word("other levers", language)):
        for group, members in groupby(others, key=lambda made: made.key.partition(".")[0]):
            st.markdown(f"**{group_title(group, language)}**")
            values |= {made.key: _input(made, begin[made.key], session_key, language) for made in members}
    changed = moved(values, start)
    st.session_state["levers"] = changed
    if changed:
        st.caption(page_word("moved", language, count=len(changed)))
        st.button(page_word("reset", language), key="reset", on_click=_put_back)
    return changed


def _put_back() -> None:
    st.session_state["turn"] += 1
    st.session_state["levers"] = {}


def by_theme(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Return scenarios by what they are about, in the order of the themes: shocks, which nobody chooses, come last."""
    order = {theme: place for place, theme in enumerate((*_THEMES, None, "shock"))}
    return sorted(scenarios, key=lambda scenario: order[scenario.theme])


def hand_in_scenario(language: Language) -> None:
    """Show where a scenario file is opened, and what is wrong with one that cannot be."""
    with st.expander(page_word("open", language)):
        key = f"open {st.session_state.get('opening', 0)}"
        st.file_uploader(
            page_word("open", language),
            type=["toml"],
            key=key,
            max_upload_size=1,  # megabyte
            on_change=open_file,
            args=(key,),
            help=page_word("open help", language),
            label_visibility="collapsed",
        )
        problems = st.session_state.get("open problems")
        if problems:
            st.error("\n".join(f"- {plain(line)}" for line in problems_in(problems, language)))


def _input(made: LeverInput, value: float | str, session_key: str, language: Language) -> float | str:
    """Show the input of one lever and return its value."""
    name, key = lever_label(made.key, language), f"{session_key} {made.key}"
    spec = lever_of(made.key)
    help_text = f"{plain(meaning(spec, language))} · `{made.key}`"
    if made.kind == "choice":
        chosen = choose(
            st.selectbox,
            name,
            made.choices,
            key=key,
            language=language,
            begin=str(value),
            help=help_text,
            words=lambda choice: choice_name(choice, language),
        )
        return str(chosen)
    number = float(value)
    low, high = min(made.low, number), max(made.high, number)
    if made.whole:
        show = st.slider if made.kind == "slider" else st.number_input
        return float(show(name, int(low), int(high), int(number), key=key, help=help_text))
    if made.kind == "number":
        return float(st.number_input(name, low, high, number, step=made.step, key=key, help=help_text))
    form = "percent" if made.percent else _form(made.step)
    return float(st.slider(name, low, high, number, step=made.step, format=form, key=key, help=help_text))


def _form(step: float) -> str:
    """Return how a slider writes its number: with as many decimals as its step has."""
    return f"%.{max(0, -math.floor(math.log10(step)))}f"


def hand_in_firms(language: Language) -> Upload | None:
    """Show where to upload a register of firms, and what was read."""
    with st.expander(page_word("firms", language), expanded=True):
        file = st.file_uploader(
            page_word("firms", language),
            type=list(ENDINGS),
            key="firms",
            max_upload_size=LARGEST,
            help=page_word("firms help", language, size=LARGEST),
            label_visibility="collapsed",
        )
        words = page_word("empty register", language)
        offer_file(words, empty_register, "firms.csv", key="empty register", mime="text/csv")
        if file is None:
            return None
        content = file.getvalue()
        digest = hashlib.sha256(content).hexdigest()
        upload: Upload = st.cache_resource(max_entries=4, show_spinner=False)(_read)(file.name, digest, content)
        if upload.register is not None:
            count = f"{len(upload.register.ids):,}"
            st.success(page_word("firms read", language, name=plain(upload.name), count=count))
    return upload


def choose_month_of_firms(language: Language) -> str | None:
    """Ask whether the firms are to be taken as of the start whatever their file says; return that month if so."""
    start = start_month()
    words = page_word("firms as of", language, start=start)
    taken = st.checkbox(words, key="firms as of", help=page_word("firms as of help", language, start=start))
    return start if taken else None


def _read(name: str, digest: str, _content: bytes) -> Upload:
    """Read a register once; the digest stands for the content, which is not hashed again."""
    return read_upload(name, _content)
