"""Tabs of the page that look for mixes of levers: the cheapest that meets the plan, and those that no other beats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from zhizao.dashboard.charts import show_chart
from zhizao.dashboard.demand import on_demand, question_of, say_further
from zhizao.dashboard.memory import restore
from zhizao.dashboard.register_upload import Upload, register_of
from zhizao.dashboard.tables import show_table
from zhizao.dashboard.view import View, run_options
from zhizao.dashboard.words import page_word
from zhizao.parallel import Progress
from zhizao.report.interactive.certainty import certainty
from zhizao.report.interactive.mixes import mixes
from zhizao.report.mix_rows import mix_rows, objectives_in_size
from zhizao.report.words import scenario_title
from zhizao.results.outcomes import TARGET_SHARE
from zhizao.results.wording import number
from zhizao.studies.deciding.frontier import Frontier, Point, frontier
from zhizao.studies.mixes import Dial
from zhizao.studies.reach import Reach, reach
from zhizao.words.place import money_in_words
from zhizao.words.tables import Language

__all__ = ["show_frontier", "show_reach"]

_TRIES, _DRAWS = 300, 60
"""Mixes that are tried for the cheapest, and the draws of each: about half a minute on two cores."""
_SCREENED, _FRONTIER_DRAWS = 600, 40
"""Mixes that are screened for the frontier, and the draws that the best of them are tried on."""


def show_reach(view: View, upload: Upload | None, language: Language) -> None:
    """Show the cheapest mix that meets the plan, once it is asked for."""
    st.markdown(page_word("reach intro", language))
    draws = min(view.draws, _DRAWS)

    def work(tell: Progress) -> Reach:
        return reach(**_common(view, upload), base=view.first, by=view.until, tries=_TRIES, draws=draws, progress=tell)

    found = on_demand("reach", question_of(view, upload, view.first), work, language, tries=_TRIES)
    say_further("reach", view, [view.first], upload, language)
    if found is not None:
        _show_reach(found, view, language)


def _common(view: View, upload: Upload | None) -> dict[str, Any]:
    """Return what a view says of a search but until when."""
    return {name: value for name, value in run_options(view, register_of(upload)).items() if name != "until"}


def _show_reach(found: Reach, view: View, language: Language) -> None:
    key = "reach answer" if found.reachable else "reach no answer"
    st.markdown(
        page_word(
            key,
            language,
            cost=money_in_words(found.best.cost, language),
            base=money_in_words(found.baseline.cost, language),
            asked=f"{found.probability:.0%}",
            met=f"{found.best.probability(found.share):.0%}",
            confirmed=f"{found.confirmed.probability(found.share):.0%}",
            share=f"{TARGET_SHARE:.0%}",
        )
    )
    table, picture = st.columns([5, 6])
    columns = [page_word(name, language) for name in ("reach at least", "reach cheapest", "reach met")]
    rows = [
        (f"{level:.0%}", money_in_words(mix.cost, language), f"{mix.probability(found.share):.0%}")
        for level, mix in found.frontier.items()
    ]
    with table:
        show_table(columns, rows)
    with picture:
        show_chart(certainty(found.to_dict(), language))
    names = [page_word("reach now", language), page_word("reach mix", language)]
    _show_dials(found.dials, [found.baseline.mix, found.best.mix], names, language)
    _offer("reach", {page_word("reach cheapest mix", language): found.best.mix}, view, language)


def _show_dials(
    dials: Sequence[Dial], several: Sequence[Mapping[str, Any]], names: Sequence[str], language: Language
) -> None:
    """Show where mixes have every lever."""
    rows = mix_rows([dial.key for dial in dials], several, language)
    show_table([page_word("reach lever", language), page_word("unit", language), *names], rows)


def _offer(name: str, several: Mapping[str, Mapping[str, Any]], view: View, language: Language) -> None:
    """Show buttons that put mixes on the page, as levers moved from the policy compared with."""
    with st.container(horizontal=True):
        for place, (title, mix) in enumerate(several.items()):
            levers = tuple((key, float(value)) for key, value in mix.items())
            st.button(
                page_word("put on page", language, mix=title),
                key=f"{name} put {place}",
                on_click=restore,
                args=(replace(view, scenarios=(view.first,), levers=levers),),
            )


def show_frontier(view: View, upload: Upload | None, language: Language) -> None:
    """Show the mixes that no other beats in several objectives at once, once they are asked for."""
    st.markdown(page_word("frontier intro", language))
    draws = min(view.draws, _FRONTIER_DRAWS)

    def work(tell: Progress) -> Frontier:
        return frontier(
            **_common(view, upload), base=view.first, until=view.until, tries=_SCREENED, draws=draws, progress=tell
        )

    found = on_demand("frontier", question_of(view, upload, view.first), work, language, tries=_SCREENED)
    say_further("frontier", view, [view.first], upload, language)
    if found is not None:
        _show_frontier(found, view, language)


def _show_frontier(found: Frontier, view: View, language: Language) -> None:
    st.markdown(
        page_word(
            "frontier answer",
            language,
            points=len(found.points),
            tried=f"{found.tried:,}",
            held=found.held,
            draws=found.options.draws,
        )
    )
    show_chart(mixes(found, language))
    sized = objectives_in_size(found, language).values()
    sizes = [size for _, size in sized]
    rows = [_named(found, scenario_title(found.scenario, language), found.base, sizes, language)]
    places = list(dict.fromkeys(found.named.values()))
    rows += [_named(found, found.titles(place, language), found.points[place], sizes, language) for place in places]
    show_table([page_word("frontier mix", language), *(title for title, _ in sized)], rows)
    st.caption(page_word("frontier brackets", language))
    titles = [found.titles(place, language) for place in places]
    _show_dials(found.dials, [found.points[place].mix for place in places], titles, language)
    several = {title: found.points[place].mix for title, place in zip(titles, places, strict=True)}
    _offer("frontier", several, view, language)


def _named(found: Frontier, title: str, point: Point, sizes: Sequence[float], language: Language) -> tuple[str, ...]:
    cells = []
    for one, size in zip(found.objectives, sizes, strict=True):
        unit = "share of" if one.is_share else one.unit
        seen, unseen = (number(size * values[one.name], unit, language) for values in (point.seen, point.unseen))
        cells.append(f"{seen} ({unseen})")
    return (title, *cells)
