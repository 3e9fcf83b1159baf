"""The mixes of a frontier as a page of their own: what each costs, gives and sets, read by pointing at it."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from zhizao.errors import InputError
from zhizao.parameter_words.names import key_with_name
from zhizao.report.chart_rows import Row
from zhizao.report.decision_words import frontier_found
from zhizao.report.interactive.style import finished, marks, need_altair, number_tip
from zhizao.report.interactive.words import say
from zhizao.report.palette import LIGHT, ORANGE
from zhizao.report.words import scenario_title
from zhizao.studies.deciding.frontier import Frontier, Point
from zhizao.words.tables import Language

if TYPE_CHECKING:
    import altair

__all__ = ["frontier_page", "mixes"]

_LETTERS: dict[str, int] = {"en": 100, "zh": 52}
"""Letters of a title in a line of the page."""
_WIDTH, _HEIGHT = 860, 480
"""Size of the chart on a page of its own, pixels."""


def mixes(done: Frontier, language: Language = "en") -> altair.LayerChart:
    """Return the frontier: the first two objectives as places, the last of the others as colour; base in another one.

    A line leads from each mix to what it gives on unseen draws; pointing at it shows all that it gives and sets.
    """
    alt = need_altair()
    across, upwards, *others = done.objectives
    rows = [_row(done, point, language) for point in (done.base, *done.points)]
    rows[0] |= {"base": True, "name": scenario_title(done.scenario, language)}
    x, y = (
        encoding(f"{one.name}:Q", title=one.with_unit(language), scale=alt.Scale(zero=False))
        for encoding, one in ((alt.X, across), (alt.Y, upwards))
    )
    tips = [alt.Tooltip("name:N", title=say("mix", language))]
    for one in done.objectives:
        tips.append(number_tip(one.name, one.with_unit(language)))
        tips.append(number_tip(f"{one.name}_unseen", f"{one.with_unit(language)}, {say('unseen', language)}"))
    tips += [number_tip(f"dial{n}", key_with_name(dial.key, language), ".3~f") for n, dial in enumerate(done.dials)]
    base = marks()
    points = base.transform_filter("!datum.base").mark_point(filled=True, size=110, opacity=1)
    third: dict[str, Any] = {}
    if others:
        colour = alt.Color(
            f"{others[-1].name}:Q", title=others[-1].with_unit(language), scale=alt.Scale(scheme="viridis")
        )
        third = {"color": colour}
    layers = [
        base.mark_rule(color=LIGHT).encode(x=x, y=y, x2=f"{across.name}_unseen:Q", y2=f"{upwards.name}_unseen:Q"),
        points.encode(x=x, y=y, tooltip=tips, **third),
        base.transform_filter("datum.base")
        .mark_point(filled=True, size=150, opacity=1, shape="diamond", color=ORANGE)
        .encode(x=x, y=y, tooltip=tips),
    ]
    return finished(alt.layer(*layers), _HEIGHT, say("alt mixes", language), rows)


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


def _row(done: Frontier, point: Point, language: Language) -> Row:
    place = next((n for n, one in enumerate(done.points) if one is point), None)
    row: Row = {"base": False, "name": ("" if place is None else done.titles(place, language)) or "–"}
    for one in done.objectives:
        row |= {one.name: one.shown(point.seen), f"{one.name}_unseen": one.shown(point.unseen)}
    return row | {f"dial{n}": point.mix[dial.key] for n, dial in enumerate(done.dials)}
