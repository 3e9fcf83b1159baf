"""The mixes of a frontier as a page of their own: what each costs, gives and sets, read by pointing at it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zhizao.errors import InputError
from zhizao.parameter_words.amounts import with_unit
from zhizao.report.chart_rows import Row
from zhizao.report.decision_words import frontier_found
from zhizao.report.interactive.style import finished, marks, need_altair, number_tip, text_tips
from zhizao.report.interactive.words import say
from zhizao.report.mix_rows import mix_rows, objectives_in_size
from zhizao.report.palette import LIGHT, ORANGE
from zhizao.report.words import scenario_title
from zhizao.studies.deciding.frontier import Frontier
from zhizao.words.tables import Language

if TYPE_CHECKING:
    import altair

__all__ = ["frontier_page", "mixes"]

_LETTERS: dict[str, int] = {"en": 100, "zh": 52}
"""Letters of a title in a line of the page."""
_FORM = ",.3~r"
"""How numbers are written: with three digits that count."""
_WIDTH, _HEIGHT = 860, 480
"""Size of the chart on a page of its own, pixels."""


def mixes(done: Frontier, language: Language = "en") -> altair.LayerChart:
    """Return the frontier: the first two objectives as places, the last of the others as colour; base in another one.

    A line leads from each mix to what it gives on unseen draws; pointing at it shows all that it gives and sets.
    """
    alt = need_altair()
    across, upwards, *others = done.objectives
    titles = {name: title for name, (title, _) in objectives_in_size(done, language).items()}
    x, y = (
        encoding(f"{one.name}:Q", title=titles[one.name], scale=alt.Scale(zero=False))
        for encoding, one in ((alt.X, across), (alt.Y, upwards))
    )
    levers = mix_rows([dial.key for dial in done.dials], [point.mix for point in (done.base, *done.points)], language)
    tips = text_tips(language, name="mix")
    for name, title in titles.items():
        tips.append(number_tip(name, title, _FORM))
        tips.append(number_tip(f"{name}_unseen", with_unit(title, say("unseen", language), language), _FORM))
    tips += [
        alt.Tooltip(f"dial{n}:N", title=with_unit(name, unit, language)) for n, (name, unit, *_) in enumerate(levers)
    ]
    base = marks()
    points = base.transform_filter("!datum.base").mark_point(filled=True, size=110, opacity=1)
    third: dict[str, Any] = {}
    if others:
        name = others[-1].name
        third = {"color": alt.Color(f"{name}:Q", title=titles[name], scale=alt.Scale(scheme="viridis"))}
    layers = [
        base.mark_rule(color=LIGHT).encode(x=x, y=y, x2=f"{across.name}_unseen:Q", y2=f"{upwards.name}_unseen:Q"),
        points.encode(x=x, y=y, tooltip=tips, **third),
        base.transform_filter("datum.base")
        .mark_point(filled=True, size=150, opacity=1, shape="diamond", color=ORANGE)
        .encode(x=x, y=y, tooltip=tips),
    ]
    return finished(alt.layer(*layers), _HEIGHT, say("alt mixes", language), _rows(done, levers, language))


def frontier_page(done: Frontier, language: Language = "en") -> str:
    """Return a page of its own that shows `mixes`; it fetches nothing.

    Raises
    ------
    InputError
        If altair or vl-convert is not installed.
    """
    alt = need_altair()
    try:
        import vl_convert  # here, because it is heavy and may not be installed
    except ImportError:
        raise InputError("a page needs vl-convert; install it with: pip install 'zhizao[report]'") from None
    release = alt.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0]
    chart = json.loads(
        mixes(done, language).properties(width=_WIDTH, title=_title(done, language)).to_json(validate=False)
    )
    page: str = vl_convert.vegalite_to_html(chart, vl_version=release, bundle=True)
    return page


def _title(done: Frontier, language: Language) -> list[str]:
    """Return what was found in lines: a title of a page does not break by itself."""
    return textwrap.wrap(frontier_found(done, language), _LETTERS.get(language, _LETTERS["en"]))


def _rows(done: Frontier, levers: Sequence[Sequence[str]], language: Language) -> list[Row]:
    """Return what the base scenario and each mix gives and sets; levers are as `mix_rows` gives them."""
    sizes = objectives_in_size(done, language)
    rows: list[Row] = []
    for place, point in enumerate((done.base, *done.points)):
        name = done.titles(place - 1, language) if place else scenario_title(done.scenario, language)
        row: Row = {"base": place == 0, "name": name or "–"}
        for one in done.objectives:
            size = sizes[one.name][1]
            row |= {one.name: size * one.shown(point.seen), f"{one.name}_unseen": size * one.shown(point.unseen)}
        rows.append(row | {f"dial{n}": texts[place] for n, (_, _, *texts) in enumerate(levers)})
    return rows
