"""What all interactive charts share: their frame, names beside an axis, lists to choose from, lines and tooltips."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from zhizao.errors import InputError
from zhizao.report.chart_rows import Row, display_names
from zhizao.report.interactive.labels import LEADING
from zhizao.report.interactive.words import say
from zhizao.report.palette import GREY
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language, fact_of

if TYPE_CHECKING:
    import altair

__all__ = [
    "FONTS",
    "INK",
    "ON_WHITE",
    "coloured",
    "finished",
    "interval_tips",
    "intervals",
    "lines_of",
    "marks",
    "names_axis",
    "need_altair",
    "number_tip",
    "picker",
    "row_height",
    "rule",
    "text_tips",
    "wrapped_names",
]

INK = "#1A1A1A"
"""Colour of letters."""
ON_WHITE: tuple[dict[str, Any], ...] = ({"stroke": "white", "strokeWidth": 4, "strokeOpacity": 0.9}, {})
"""Letters are drawn with each of these in turn where lines would cross them: first their white rim."""
FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', "
    "'Noto Sans CJK SC', 'Source Han Sans SC', 'WenQuanYi Micro Hei', sans-serif"
)
"""Fonts that are on the reader's machine, those for Chinese behind those for Latin letters."""
_ROW = 38
"""Least height of a scenario's row, pixels."""
_LETTERS = 13
"""Height of letters, pixels."""
_ROWS = "rows"
"""Name of the numbers within a chart: they stand once, for all of its layers."""
_NARROW = 600
"""Below this width, pixels, entries of a legend stand below each other."""
_SPLIT = "split(datum.label, '\\n')"


def need_altair() -> Any:
    """Return the module ``altair``.

    Raises
    ------
    InputError
        If it is not installed.
    """
    try:
        import altair  # here, because it is heavy and may not be installed
    except ImportError:
        raise InputError("interactive charts need altair; install it with: pip install 'zhizao[report]'") from None
    return altair


def marks() -> Any:
    """Return a chart of the rows that `finished` will give it, with nothing drawn yet."""
    alt = need_altair()
    return alt.Chart(alt.NamedData(name=_ROWS))


def finished(chart: Any, height: Any, description: str, rows: Sequence[Row]) -> altair.LayerChart:
    """Give a chart its numbers, its size, its description for those who cannot see it, and the common looks.

    Only the whole is described: that every mark is read out helps nobody, the table beside it does.
    """
    silent = {"aria": False}
    whole: altair.LayerChart = chart.properties(width="container", height=height, description=description).configure(
        font=FONTS,
        background="white",
        mark=silent,
        text={"fontSize": _LETTERS},
        view={"stroke": None},
        axisX={"tickCount": {"expr": f"containerSize()[0] < {_NARROW} ? 4 : 8"}, "titleAnchor": "end"},
        axisY={"titlePadding": 9},
        axis={
            **silent,
            "labelColor": INK,
            "titleColor": INK,
            "gridColor": "#E3E3E3",
            "labelFontSize": _LETTERS,
            "titleFontSize": _LETTERS,
            "titleFontWeight": "normal",
            "domainColor": GREY,
            "tickColor": GREY,
        },
        legend={
            **silent,
            "orient": "top",
            "labelColor": INK,
            "labelFontSize": _LETTERS,
            "labelLimit": 0,
            "titleColor": INK,
            "titleFontSize": _LETTERS,
            "titleFontWeight": "normal",
            "titleLimit": 0,
            "columns": {"expr": f"containerSize()[0] < {_NARROW} ? 1 : 2"},
            "symbolSize": 110,
            "symbolOpacity": 1,
        },
    )
    known = [{key: None if value != value else value for key, value in row.items()} for row in rows]  # no NaN in JSON
    whole.datasets = {_ROWS: known}  # set like this no number is held against a schema, which takes long
    return whole


def coloured(field: str, names: Sequence[str], colours: Sequence[str], **more: Any) -> Any:
    """Return the colours of the names in a field, explained in a legend without a title."""
    alt = need_altair()
    scale = alt.Scale(domain=list(names), range=list(colours))
    return alt.Color(f"{field}:N", title=None, scale=scale, **more)


def picker(name: str, choices: Sequence[str], label: str, begin: str | None = None) -> tuple[Any, Any]:
    """Return a list to choose a scenario from, and the filter that keeps its rows; no list if there is no choice.

    Parameters
    ----------
    begin
        The choice that is shown at first; the first one if it is none of them.
    """
    alt = need_altair()
    bind = {"bind": alt.binding_select(options=list(choices), name=f"{label} ")} if len(choices) > 1 else {}
    chosen = alt.param(name=name, value=begin if begin in choices else choices[0], **bind)
    return chosen, alt.datum.scenario == chosen


def rule(axis: str, value: float, **looks: Any) -> Any:
    """Return a line across the chart at a place on an axis, ``x`` or ``y``."""
    alt = need_altair()
    line = alt.Chart(alt.Data(values=[{"place": value}])).mark_rule(**{"color": GREY} | looks)
    return line.encode(**{axis: "place:Q"})


def intervals(
    points: Any,
    title: Any,
    *,
    prefix: str = "",
    scale: Any = None,
    edges: tuple[float, float] | None = None,
    **signs: Any,
) -> list[Any]:
    """Return a line from low to high for every row, and a point at its mean: of a difference hollow if it may be 0.

    Parameters
    ----------
    prefix
        What the names of the three numbers begin with.
    scale
        The scale of levels, which have no hollow points.
    edges
        From where to where the chart reaches, if not as far as its rows; what runs beyond ends there in a triangle,
        with its mean if that does.
    signs
        Encodings of the points alone, such as their shapes.
    """
    alt = need_altair()
    if edges is not None:
        scale = alt.Scale(domain=list(edges), nice=False)
    more = {} if scale is None else {"scale": scale}
    low, mean = (alt.X(f"{prefix}{end}:Q", title=title, **more) for end in ("low", "mean"))
    is_level = scale is not None and edges is None
    settled = "true" if is_level else f"datum['{prefix}low'] > 0 || datum['{prefix}high'] < 0"
    looks = {"size": 70, "opacity": 1, "clip": edges is not None}
    layers = [
        points.mark_rule(strokeWidth=2.5, clip=edges is not None).encode(x=low, x2=f"{prefix}high:Q"),
        points.transform_filter(settled).mark_point(filled=True, **looks).encode(x=mean, **signs),
        points.transform_filter(f"!({settled})")
        .mark_point(filled=False, fill="white", strokeWidth=2, **looks)
        .encode(x=mean, **signs),
    ]
    return layers if edges is None else [*layers, *_beyond(points, prefix, edges)]


def _beyond(points: Any, prefix: str, edges: tuple[float, float]) -> list[Any]:
    """Return triangles at the edges for what runs beyond them, and the means that do."""
    alt = need_altair()
    layers = []
    sides = (("low", "<", edges[0], "triangle-left", "left"), ("high", ">", edges[1], "triangle-right", "right"))
    for end, sign, edge, shape, align in sides:
        at = alt.X(datum=edge)
        beyond = points.transform_filter(f"datum['{prefix}{end}'] {sign} {edge}")
        layers.append(beyond.mark_point(filled=True, size=80, opacity=1, shape=shape).encode(x=at))
        means = points.transform_filter(f"datum['{prefix}mean'] {sign} {edge}")
        text = means.mark_text(align=align, dx=9 if align == "left" else -9, fontSize=_LETTERS - 2)
        layers.append(text.encode(x=at, text=alt.Text(f"{prefix}mean:Q", format="+.1f")))
    return layers


def names_axis(order: Sequence[str]) -> Any:
    """Return an axis of scenarios' names from the top down, with the line breaks of `wrapped_names`."""
    alt = need_altair()
    axis = alt.Axis(labelExpr=_SPLIT, labelLimit=260, labelLineHeight=LEADING, ticks=False, domain=False)
    return alt.Y("name:N", title=None, sort=list(order), axis=axis)


def wrapped_names(comparison: Comparison, language: Language) -> dict[str, str]:
    """Return scenarios' names with line breaks, so that they fit beside an axis."""
    names = display_names(comparison, language)
    return {label: "\n".join(_even_lines(name, _letters(language))) for label, name in names.items()}


def row_height(names: Iterable[str]) -> float:
    """Return how much room each of these names needs upwards, with its line breaks, pixels."""
    return max(_ROW, (max((name.count("\n") + 1 for name in names), default=1) + 0.5) * LEADING)


def lines_of(text: str, language: Language) -> list[str]:
    """Return words as lines that fit below the axis of a narrow chart."""
    width = 2 * _letters(language) - 6
    return [line for part in text.split("\n") for line in _even_lines(part, width)]


def _letters(language: Language) -> int:
    """Return how many letters fit in a line of a scenario's title beside an axis."""
    return int(fact_of(language, "letters in a line"))


def _even_lines(text: str, width: int) -> list[str]:
    """Break a text into as few lines as fit a width, in letters, and these as even as can be."""
    lines = textwrap.wrap(text, width)
    while width > 1 and len(narrower := textwrap.wrap(text, width - 1)) == len(lines):
        lines, width = narrower, width - 1
    return lines


def text_tips(language: Language, **words: str) -> list[Any]:
    """Return tooltips of fields that hold words; each is called by the word of a key."""
    alt = need_altair()
    return [alt.Tooltip(f"{field}:N", title=say(word, language)) for field, word in words.items()]


def number_tip(field: str, title: str, form: str = ".1f") -> Any:
    """Return the tooltip of a field that holds numbers."""
    return need_altair().Tooltip(f"{field}:Q", title=title.replace("\n", " "), format=form)  # a line break is a fault


def interval_tips(middle: str, language: Language, *, prefix: str = "", form: str = ".1f") -> list[Any]:
    """Return tooltips of a mean or median and of the ends of its interval; `prefix` is as for `intervals`."""
    return [number_tip(f"{prefix}{name}", say(name, language), form) for name in (middle, "low", "high")]
