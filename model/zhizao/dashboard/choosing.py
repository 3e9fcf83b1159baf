"""Tabs of the page about deciding: which policy to choose where one cannot know, and what to find out before."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import streamlit as st

from zhizao.dashboard.charts import show_figure
from zhizao.dashboard.choices import choose as choose_input
from zhizao.dashboard.demand import on_demand, question_of, say_further
from zhizao.dashboard.memory import kept
from zhizao.dashboard.plain import plain
from zhizao.dashboard.register_upload import Upload, register_of
from zhizao.dashboard.tables import show_table
from zhizao.dashboard.view import View, beside_view, run_options
from zhizao.dashboard.words import page_word
from zhizao.parallel import Progress
from zhizao.parameter_words.names import input_name
from zhizao.report.answer import answer_lines
from zhizao.report.charts.deciding import choice_chart, learning_chart
from zhizao.report.decision_words import (
    amount,
    budget_words,
    chosen_elsewhere,
    decision_word,
    learning_size,
    thing_name,
)
from zhizao.report.words import scenario_title
from zhizao.results.for_decisions import GROUPS_OF_DECISIONS
from zhizao.results.groups import GROUP_NAMES
from zhizao.results.outcomes import OUTCOMES, OUTCOMES_BY_NAME
from zhizao.results.wording import label
from zhizao.scenario.scenario import Scenario, list_scenarios
from zhizao.studies.deciding.choose import Choice, Chosen, choose
from zhizao.studies.deciding.learn import Learning, learn
from zhizao.studies.structures import OUTCOME
from zhizao.words.tables import Language, in_a_row

__all__ = ["show_choice", "show_learning"]

_CHOICE_DRAWS, _LEARNING_DRAWS = 30, 60
"""Draws of each structure: the page's own policies take some seconds so, all policies about a minute."""
_AMOUNTS = ("budget", "budget_a_year", "worth")
"""Amounts of money that a choice depends on, in millions, by their names in `choose`."""
_OPTIONS = {"group": "--for", "budget_a_year": "--budget-a-year"}
"""Options of the commands that are called otherwise than in studies."""
_USUAL = ("outcome", OUTCOME)
"""What the commands decide by where nothing is named."""
_SHOWN = 12
"""Things to find out that are listed."""


def show_choice(view: View, upload: Upload | None, language: Language) -> None:
    """Show which policy is best within a budget, and which one each criterion chooses, once it is asked for."""
    st.markdown(page_word("choice intro", language))
    policies, named = _policies(view, "choice", language)
    asked = _asked(language)

    def work(tell: Progress) -> Choice:
        return choose(policies, **asked, **_options(view, upload, _CHOICE_DRAWS), progress=tell)

    key = _question(view, policies, asked, upload)
    found = on_demand("choice", key, work, language, count=len(policies))
    say_further("choose", view, named, upload, language, _as_options(asked))
    if found is not None:
        _show_choice(found, language)


def _asked(language: Language) -> dict[str, Any]:
    """Ask for whom it is, by what is decided, and within which budget; return what `choose` calls these."""
    whom, by = st.columns(2)
    with whom:
        group = choose_input(
            st.selectbox,
            page_word("choice for", language),
            ["", *GROUPS_OF_DECISIONS],
            key="choice for",
            language=language,
            words=lambda name: _firms(name, language),
            help=page_word("choice for help", language),
        )
    with by:
        decided = choose_input(
            st.selectbox,
            page_word("choice by", language),
            [outcome.name for outcome in OUTCOMES if outcome.better and not outcome.over],
            key="choice by",
            language=language,
            words=lambda name: label(OUTCOMES_BY_NAME[name], language),
            begin=OUTCOME,
            disabled=bool(group),
        )
    amounts: dict[str, Any] = {}
    for column, name in zip(st.columns(len(_AMOUNTS)), _AMOUNTS, strict=True):
        with column:
            amounts[name] = _amount(f"choice {name}", language)
    return ({"group": group} if group else {"outcome": decided}) | amounts


def _firms(group: str, language: Language) -> str:
    """Return what a group that a decision can be for is called; none stands for all that the outcome is about."""
    if not group:
        return page_word("choice for all", language)
    name = GROUP_NAMES[group][language == "zh"]
    return page_word("choice for group", language, name=name.removesuffix("企业"))


def _policies(view: View, name: str, language: Language) -> tuple[list[Scenario], list[str]]:
    """Ask among which policies to choose; return them, and their names for a command: none if all are meant."""
    offered = [one for one in list_scenarios() if not one.is_shock]
    chosen = choose_input(
        st.radio,
        page_word("among", language),
        ["page", "all"],
        key=f"{name} among",
        language=language,
        words=lambda kind: page_word(f"among {kind}", language, count=len(offered)),
        horizontal=True,
    )
    if chosen == "all":
        return offered, []
    policies = beside_view(view, kept())
    return policies, [
        f"{one.name}.toml" if one.name not in {own.name for own in offered} else one.name for one in policies
    ]


def _amount(key: str, language: Language) -> float | None:
    """Ask for an amount of money; None if none is given."""
    help_text = page_word(f"{key} help", language)
    found = st.number_input(page_word(key, language), min_value=0.0, value=None, key=key, help=help_text)
    return float(found) if found else None


def _options(view: View, upload: Upload | None, draws: int) -> dict[str, Any]:
    """Return the options of a decision: structures have their own fit and money."""
    options = run_options(view, register_of(upload))
    return {"draws": min(view.draws, draws)} | {
        name: value for name, value in options.items() if name not in ("calibration", "funding")
    }


def _question(view: View, policies: Sequence[Scenario], asked: dict[str, Any], upload: Upload | None) -> Hashable:
    return question_of(view, upload, tuple((one.name, one.title) for one in policies), tuple(asked.items()))


def _as_options(asked: dict[str, Any]) -> list[str]:
    """Return what is asked as options of a command."""
    given = {name: value for name, value in asked.items() if value is not None and (name, value) != _USUAL}
    return [
        text
        for name, value in given.items()
        for text in (_OPTIONS.get(name, f"--{name}"), value if isinstance(value, str) else f"{value:g}")
    ]


def _show_choice(found: Choice, language: Language) -> None:
    first, *others = (plain(line) for line in answer_lines(found, language))
    st.markdown("\n".join([f"**{first}**", "", *(f"- {line}" for line in others)]))
    titles = {name: scenario_title(one, language) for name, one in zip(found.policies, found.scenarios, strict=True)}
    everything = {one.policy for one in found.criteria}.union(*(one.by_structure for one in found.criteria))
    if len(everything) == 1:
        st.markdown(decision_word("holds", language, policy=f"**{plain(titles.get(everything.pop(), '–'))}**"))
    else:
        st.markdown(decision_word("holds_not", language))
    st.caption(
        decision_word(
            "how_many",
            language,
            futures=f"{len(found.structures) * found.options.draws:,}",
            structures=len(found.structures),
            draws=found.options.draws,
            seed=found.options.seed,
            seconds=f"{found.seconds:.1f}",
        )
    )
    budget = budget_words(found.goal, language)
    if budget:
        out = [titles[name] for name, keeps in zip(found.policies, found.allowed, strict=True) if not keeps]
        names = plain(in_a_row(out, language)) or decision_word("nobody", language)
        st.markdown(decision_word("budgeted", language, budget=budget, list=names))
    columns = [decision_word(name, language) for name in ("criterion", "choice", "sure", "elsewhere")]
    rows = [
        (
            decision_word(one.criterion.name, language),
            titles.get(one.policy, decision_word("nobody", language)),
            f"{100.0 * one.sure:.0f}",
            _elsewhere(found, one, titles, language),
        )
        for one in found.criteria
    ]
    show_table(columns, rows)
    show_figure(found, choice_chart, page_word("choice alt", language), language)


def _elsewhere(found: Choice, one: Chosen, titles: dict[str, str], language: Language) -> str:
    """Return under which structures a criterion chooses another policy, and which."""
    if one.holds is None:
        return "–"
    if one.holds:
        return decision_word("everywhere", language)
    return in_a_row(chosen_elsewhere(found, one, language, lambda name: titles.get(name, "–")), language)


def show_learning(view: View, upload: Upload | None, language: Language) -> None:
    """Show what it is worth to find out before choosing, once it is asked for."""
    st.markdown(page_word("learning intro", language))
    among, worth = st.columns([3, 1])
    with among:
        policies, named = _policies(view, "learning", language)
    with worth:
        each = _amount("learning worth", language)
    asked: dict[str, Any] = {"worth": each}

    def work(tell: Progress) -> Learning:
        return learn(policies, **asked, **_options(view, upload, _LEARNING_DRAWS), progress=tell)

    key = _question(view, policies, asked, upload)
    found = on_demand("learning", key, work, language, count=len(policies))
    say_further("learn", view, named, upload, language, _as_options(asked))
    if found is not None:
        _show_learning(found, {one.name: scenario_title(one, language) for one in policies}, language)


def _show_learning(found: Learning, titles: dict[str, str], language: Language) -> None:
    scale, unit = learning_size(found, language)
    now = f"**{plain(titles.get(found.now, found.now))}**"
    st.markdown(decision_word("now", language, policy=now, expected=amount(found.expected, found.goal, language)))
    shown = [one for one in found.things if one.kind not in ("check",)]
    shown = sorted(shown, key=lambda one: -one.value.value)[:_SHOWN]
    columns = [decision_word("what", language), decision_word("value", language, unit=unit).replace("\n", " ")]
    rows = [
        (thing_name(one, language, input_name), f"{scale * one.value.value:,.2f} ± {scale * one.value.error:,.2f}")
        for one in shown
    ]
    show_table(columns, rows)
    with st.expander(page_word("learning chart", language)):
        show_figure(found, learning_chart, page_word("learning alt", language), language)
