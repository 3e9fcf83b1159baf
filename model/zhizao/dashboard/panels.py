"""The main part of the page: headline numbers, and a tab for each question."""

from __future__ import annotations

import math
from functools import partial
from typing import Literal

import pandas as pd
import streamlit as st

from zhizao.dashboard import charts
from zhizao.dashboard.address import as_query
from zhizao.dashboard.beside import show_changes, show_tray
from zhizao.dashboard.choices import choose
from zhizao.dashboard.choosing import show_choice, show_learning
from zhizao.dashboard.demand import offer_file
from zhizao.dashboard.downloads import brief, report_page, workbook
from zhizao.dashboard.everything import show_all
from zhizao.dashboard.figures import Headline, found_difference, headlines, honest_policy, outcome_rows
from zhizao.dashboard.mixing import show_frontier, show_reach
from zhizao.dashboard.opened import MARK
from zhizao.dashboard.plain import plain
from zhizao.dashboard.register_upload import Upload, file_of
from zhizao.dashboard.tables import show_table
from zhizao.dashboard.view import OWN, View, command_lines, scenario_toml
from zhizao.dashboard.words import page_word
from zhizao.errors import in_language
from zhizao.parameter_words.amounts import in_its_size
from zhizao.report.chart_rows import ACCOUNT_PARTS, SERIES, account_rows, display_names
from zhizao.report.interactive import subsidy_account, who_gains
from zhizao.report.words import scenario_title
from zhizao.results.csv_form import csv_bytes
from zhizao.results.groups import GROUP_KINDS
from zhizao.results.outcomes import OUTCOMES
from zhizao.results.variables import VARIABLES
from zhizao.results.wording import label, number
from zhizao.storage.checksum import json_text
from zhizao.studies.comparison import Comparison
from zhizao.studies.run import Run
from zhizao.words.place import money_in_words
from zhizao.words.tables import Language

__all__ = ["show_problems", "show_results", "show_upload_problems"]

_SLOW = 2.0
_IN_ROW = 2
_PER_CENT = "share of"
_OUTCOME = ("outcome", "value", "unit")
_TABS = (
    "changes", "differences", "road", "money", "moved", "beside", "all", "choice", "reach", "frontier", "learning",
    "run", "away",
)  # fmt: skip


def show_problems(problems: tuple[str, ...], language: Language) -> None:
    """Show why a view cannot be run."""
    st.error("\n".join([page_word("wrong", language), "", *(f"- {plain(line)}" for line in problems)]))


def show_upload_problems(upload: Upload, language: Language) -> None:
    """Show what has to be fixed in a register, by row and column."""
    st.error(page_word("firms wrong", language, name=plain(upload.name), count=len(upload.problems)))
    names = [page_word(key, language) for key in ("row", "column", "problem")]
    whole = page_word("whole file", language)
    rows = [
        [
            in_language(text, language) or other
            for text, other in ((place.row, whole), (place.column, "–"), (place.problem, "–"))
        ]
        for place in upload.problems
    ]
    with st.container(key="problems sentences"):
        show_table(names, rows)


def show_results(view: View, done: Comparison, single: Run, upload: Upload | None, language: Language) -> None:
    """Show everything that a view gives."""
    mine = done.compared[-1]
    two = done.only([done.first.label, mine.label])
    st.subheader(plain(scenario_title(mine.scenario, language)))
    if upload is not None and upload.register is not None:
        _show_notes(done, language)
    numbers, picture = st.columns([5, 6])
    with numbers:
        _show_headlines(headlines(two, language), two, language)
    with picture:
        _show_first_chart(two, language)
    tabs = dict(zip(_TABS, st.tabs([page_word(f"tab {name}", language) for name in _TABS]), strict=True))
    with tabs["changes"]:
        if upload is None or upload.register is None:
            _show_notes(done, language)
        show_changes(mine.scenario, done.first.scenario, done.options.until, language)
    with tabs["differences"]:
        _show_differences(two, language)
    with tabs["road"]:
        _show_road(two, language)
    with tabs["money"]:
        _show_money(done, language)
    with tabs["moved"]:
        _show_groups(two, language)
    with tabs["beside"]:
        show_tray(view, done, language)
    with tabs["run"]:
        _show_run(single, language)
    with tabs["away"]:
        _show_downloads(view, two, upload, language)
    with tabs["all"]:  # from here on what is worked out on demand: all else is there already
        show_all(view, upload, language)
    with tabs["choice"]:
        show_choice(view, upload, language)
    with tabs["reach"]:
        show_reach(view, upload, language)
    with tabs["frontier"]:
        show_frontier(view, upload, language)
    with tabs["learning"]:
        show_learning(view, upload, language)


def _show_notes(done: Comparison, language: Language) -> None:
    """Show what is to be known of the firms, and of levers that move nothing."""
    for note in done.options.notes:
        st.warning(plain(in_language(note, language)))


def _show_first_chart(done: Comparison, language: Language) -> None:
    """Show the chart that the page begins with: what the policy changes, or the road to the plan of one alone."""
    if len(done.compared) > 1:
        st.markdown(f"**{plain(found_difference(done, language))}**")
        st.caption(page_word("difference over time", language, first=_first(done, language)))
        charts.show_chart(charts.difference_chart(done, language))
        return
    treatment = next(iter(done.by_treatment))
    st.markdown(f"**{page_word(f'road of {treatment}', language)}**")
    charts.show_chart(charts.road_chart(done, treatment, "reported", language))


def _show_headlines(shown: list[Headline], done: Comparison, language: Language) -> None:
    for start in range(0, len(shown), _IN_ROW):
        for column, item in zip(st.columns(_IN_ROW), shown[start : start + _IN_ROW], strict=False):
            better: Literal["normal", "inverse", "off"] = "off"
            if item.better:  # a gain is green whether it is more or less
                better = "normal" if (item.better > 0) == item.change.startswith("+") else "inverse"
            column.metric(
                page_word(item.key, language, unit=item.unit),
                item.value,
                item.change.replace("−", "-") or None,
                delta_color=better,
                help=item.help or None,
                border=True,
            )
    took = page_word("in seconds", language, seconds=f"{done.seconds:.1f}") if done.seconds else ""
    lines = [page_word("how long", language, draws=len(done.draws), seed=done.options.seed, took=took)]
    if done.seconds > _SLOW:
        lines.append(page_word("slow", language))
    if len(done.compared) == 1:
        lines.append(page_word("same", language))
    st.caption(" ".join(lines))
    honest = honest_policy(done.compared[-1].scenario)
    if honest is not None:
        st.caption(page_word("honest", language, policy=plain(scenario_title(honest, language))))


def _show_road(done: Comparison, language: Language) -> None:
    known = choose(
        st.radio,
        page_word("levels", language),
        list(SERIES),
        key="levels",
        language=language,
        horizontal=True,
        words=lambda name: page_word(f"levels {name}", language),
    )
    charts.show_names(done, language, dashed=True)
    for column, treatment in zip(st.columns(len(done.by_treatment)), done.by_treatment, strict=True):
        with column:
            st.markdown(f"**{page_word(f'road of {treatment}', language)}**")
            charts.show_chart(charts.road_chart(done, treatment, known, language))
    st.caption(page_word("road note", language))


def _show_differences(done: Comparison, language: Language) -> None:
    if len(done.compared) > 1:
        st.caption(page_word("difference note", language))
    rows = outcome_rows(done, language)
    show_table(list(rows[0]), [list(row.values()) for row in rows])


def _first(done: Comparison, language: Language) -> str:
    return plain(display_names(done, language)[done.first.label])


def _show_money(done: Comparison, language: Language) -> None:
    st.markdown(f"**{page_word('account', language)}**")
    charts.show_chart(subsidy_account(done, language))
    st.caption(page_word("account note", language))
    table = {page_word("part", language): [page_word(f"part {part}", language) for part in ACCOUNT_PARTS]}
    names = display_names(done, language)
    for row in account_rows(done):
        share = "" if math.isnan(row["share"]) else f" ({row['share']:.0f}%)"
        cells = table.setdefault(names[row["scenario"]], [])
        cells.append(f"{money_in_words(row['mean'], language)}{share}")
    show_table(list(table), list(zip(*table.values(), strict=True)))


def _show_groups(done: Comparison, language: Language) -> None:
    kind = choose(
        st.radio,
        page_word("by", language),
        list(GROUP_KINDS),
        key="by",
        language=language,
        horizontal=True,
        words=lambda name: page_word(f"kind {name}", language),
    )
    charts.show_names(done, language)
    share, change = st.columns(2)
    with share:
        st.markdown(f"**{page_word('groups', language)}**")
        charts.show_chart(charts.group_chart(done, kind, language))
    if len(done.compared) > 1:
        with change:
            title = page_word("groups difference", language, first=_first(done, language))
            st.markdown(f"**{title}**")
            gains = who_gains(done, language, kinds=[kind], row=charts.GROUP_ROW)
            charts.show_chart(gains.properties(description=title))  # there is no table below it
    st.caption(page_word("groups note", language))


def _show_run(single: Run, language: Language) -> None:
    st.caption(page_word("run note", language) + page_word("run branch", language))
    names = {variable.name: variable for variable in VARIABLES}
    name = choose(
        st.selectbox,
        page_word("series", language),
        list(names),
        key="series",
        language=language,
        words=lambda name: label(names[name], language),
    )
    chosen = names[name]
    share = chosen.unit.startswith(_PER_CENT)
    factor, unit = in_its_size(single.series[chosen.name].tolist(), chosen.unit, language)
    values = (single.series[chosen.name] * (100.0 if share else factor)).tolist()
    title = f"{label(chosen, language)} ({unit})"
    charts.show_chart(charts.series_chart(single.months, values, title, language))
    rows = []
    for outcome in OUTCOMES:
        value = single.outcomes[outcome.name]
        factor, unit = in_its_size([value], outcome.unit, language)
        texts = label(outcome, language), number(factor * value, outcome.unit, language), unit
        rows.append(texts)
    show_table([page_word(key, language) for key in _OUTCOME], rows)
    months = pd.DataFrame({"month": single.months, **single.series})
    words = page_word("download months", language)
    offer_file(words, lambda: csv_bytes(months), "months.csv", key="months", mime="text/csv")


def _show_downloads(view: View, done: Comparison, upload: Upload | None, language: Language) -> None:
    firms = file_of(upload)
    st.markdown(page_word("away note", language))
    with st.container(key="commands"):
        st.code("\n".join(command_lines(view, firms)), language=None, wrap_lines=True)
    if firms is not None:
        st.markdown(page_word("away firms", language, name=plain(firms)))
    text = scenario_toml(view, firms, f"{MARK}{as_query(view)}")
    with st.container(horizontal=True):
        words = {
            name: page_word(f"download {name}", language) for name in ("scenario", "report", "workbook", "numbers")
        }
        kinds = {"mime": "application/toml", "type": "primary"}
        offer_file(words["scenario"], lambda: text, f"{OWN}.toml", key="scenario file", **kinds)
        report = partial(report_page, view, done, firms, language)
        offer_file(words["report"], report, f"{OWN}.html", key="report", mime="text/html")
        for ending, name in (("docx", "Word"), ("pptx", "PowerPoint")):
            make = partial(brief, view, done, firms, language, f".{ending}")
            offer_file(page_word("download brief", language, name=name), make, f"{OWN}.{ending}", key=f"brief {ending}")
        offer_file(words["workbook"], lambda: workbook(done, language), f"{OWN}.xlsx", key="workbook")
        offer_file(
            words["numbers"], lambda: json_text(done.to_dict()), f"{OWN}.json", key="numbers", mime="application/json"
        )
    st.markdown(f"**{page_word('scenario file', language)}**")
    st.code(text, language="toml", wrap_lines=True)
