"""Interactive charts of a comparison, for pages and dashboards; needs the extra ``report`` (Altair).

Each takes a comparison and a language and returns an Altair chart as wide as what holds it. Nothing in them is
fetched: the numbers are inside.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from zhizao.errors import InputError
from zhizao.report.chart_labels import LEADING, Label, clear_of_each_other
from zhizao.report.chart_rows import (
    ACCOUNT_PARTS,
    account_rows,
    cost_rows,
    difference_rows,
    display_names,
    group_rows,
    road_rows,
)
from zhizao.report.words import month_in_words, say
from zhizao.results.groups import GROUP_KINDS
from zhizao.results.outcomes import BRANCH_MONTH, TARGET_SHARE
from zhizao.results.variables import month_names
from zhizao.results.wording import Language
from zhizao.studies.comparison import Comparison

if TYPE_CHECKING:
    import altair

__all__ = ["CHARTS", "FONTS", "cost_effect", "differences", "need_altair", "road", "subsidy_account", "who_gains"]

# Okabe and Ito's palette, made to be told apart by the colour-blind.
_BLUE, _ORANGE, _GREEN, _SKY, _PURPLE = "#0072B2", "#D55E00", "#009E73", "#56B4E9", "#CC79A7"
_GREY, _PALE, _INK = "#595959", "#B8B8B8", "#1A1A1A"
_PART_COLOURS = (_GREEN, _SKY, _PALE, _ORANGE, _PURPLE, _BLUE)
_TREATMENT_COLOURS = {"plan": _BLUE, "facts": _ORANGE, "prior": _GREEN}
_KIND_COLOURS = (_BLUE, _ORANGE, _GREEN, _PURPLE)

FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', "
    "'Noto Sans CJK SC', 'Source Han Sans SC', 'WenQuanYi Micro Hei', sans-serif"
)
"""Fonts that are on the reader's machine, those for Chinese behind those for Latin letters."""
_ROW = 38
"""Height of a scenario's row, pixels."""
_LETTERS = 13
"""Height of letters, pixels."""
_ROWS = "rows"
"""Name of the numbers within a chart: they stand once, for all of its layers."""
_HEIGHT, _COMMON_WIDTH = 360, 700
"""Height of a chart of points, and a width that it often has, pixels."""
_NARROW = 600
"""Below this width, pixels, entries of a legend stand below each other."""
_LINE = {"en": 24, "zh": 12}
"""Letters in a line of a scenario's title beside an axis."""
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


def road(comparison: Comparison, language: Language = "en") -> altair.LayerChart:
    """Return the road to level 2 of a scenario, chosen from a list, under every treatment of the plan that was run.

    Bands and solid lines are what firms report, dashed lines what is true: medians over the draws, % of above-scale
    SMEs, by month.
    """
    alt = need_altair()
    names, known = display_names(comparison, language), {k: say(f"known {k}", language) for k in ("reported", "true")}
    treatments = {name: say(f"treatment {name}", language) for name in comparison.by_treatment}
    rows = [
        row | {"scenario": names[row["scenario"]] if row["scenario"] else "", "treatment": treatments[row["treatment"]],
               "known": known[row["known"]], "date": f"{row['month']}-01T00:00:00"}
        for row in _without_copies(road_rows(comparison), comparison.first.label)
    ]  # fmt: skip
    colour = alt.Color("treatment:N", title=None, scale=alt.Scale(
        domain=list(treatments.values()), range=[_TREATMENT_COLOURS[name] for name in treatments]
    ))  # fmt: skip
    date = alt.X("date:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", grid=False, labelFlush=True))
    share = alt.Y("median:Q", title=say("axis share", language), scale=alt.Scale(domain=[0, 100]))
    chosen, picked = _picker(alt, "road_scenario", list(names.values()), say("pick scenario", language))
    base = alt.Chart(alt.NamedData(name=_ROWS)).transform_filter(picked | (alt.datum.scenario == ""))
    band = base.transform_filter(alt.datum.known == known["reported"]).mark_area(opacity=0.18).encode(
        x=date, y=alt.Y("low:Q", title=say("axis share", language)), y2="high:Q", color=colour
    )  # fmt: skip
    dash = alt.StrokeDash("known:N", title=None, scale=alt.Scale(domain=list(known.values()), range=[[1, 0], [5, 4]]))
    line = base.mark_line(strokeWidth=2.2).encode(x=date, y=share, color=colour, strokeDash=dash)
    near = alt.selection_point(
        name="road_near", on="pointerover", nearest=True, clear="pointerout", fields=["date", "treatment", "known"]
    )
    point = base.mark_point(filled=True, size=60).encode(
        x=date, y=share, color=colour, opacity=alt.condition(near, alt.value(1), alt.value(0), empty=False),
        tooltip=[
            _tip(alt, "month", "N", say("month", language)), _tip(alt, "treatment", "N", say("parameters", language)),
            _tip(alt, "known", "N", say("level 2", language)), *_interval_tips(alt, "median", language),
        ],
    ).add_params(near)  # fmt: skip
    layers = [band, *_road_marks(alt, comparison, language), line, point]
    return _finished(alt.layer(*layers).add_params(chosen), 330, say("alt road", language), rows)


def _without_copies(rows: list[dict[str, Any]], first: str) -> list[dict[str, Any]]:
    """Return rows in which the past that all scenarios share stands once, with no scenario's name."""
    months = set(month_names(BRANCH_MONTH))
    past = {_place(row): row for row in rows if row["scenario"] == first and row["month"] in months}
    nobody = {"scenario": ""}
    if any(past.get(_place(row), row) | nobody != row | nobody for row in rows):
        return rows
    return [row | nobody for row in past.values()] + [row for row in rows if _place(row) not in past]


def _place(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["treatment"], row["known"], row["month"]


def _road_marks(alt: Any, comparison: Comparison, language: Language) -> list[Any]:
    """Return the plan as a horizontal line, and the month in which scenarios part as a vertical one."""
    branch = f"{month_names(BRANCH_MONTH + 1)[-1]}-01T00:00:00"
    plan = alt.Data(values=[{"level": 100.0 * TARGET_SHARE, "date": "2018-02-01T00:00:00",
                             "text": say("plan line", language)}])  # fmt: skip
    parting = alt.Data(values=[{"date": branch, "level": 4, "text": say("branch line", language)}])
    date, level = alt.X("date:T"), alt.Y("level:Q")
    return [
        alt.Chart(plan).mark_rule(color=_INK, strokeDash=[2, 2]).encode(y=level),
        alt.Chart(plan).mark_text(align="left", dy=-8, color=_INK).encode(x=date, y=level, text="text:N"),
        alt.Chart(parting).mark_rule(color=_GREY, strokeDash=[1, 3]).encode(x=date),
        alt.Chart(parting).mark_text(align="right", dx=-5, color=_GREY).encode(x=date, y=level, text="text:N"),
    ]


def differences(comparison: Comparison, language: Language = "en") -> altair.LayerChart:
    """Return what every other scenario changes against the first, reported and true, with 90 % intervals.

    Percentage points of above-scale SMEs at level 2 in the last month, paired; best in truth at the top.
    """
    alt = need_altair()
    names, known = _wrapped_names(comparison, language), {k: say(f"known {k}", language) for k in ("reported", "true")}
    rows = [row | {"name": names[row["scenario"]], "known": known[row["known"]]} for row in difference_rows(comparison)]
    order = list(dict.fromkeys(row["name"] for row in rows))
    title = _lines("axis difference", language, first=display_names(comparison, language)[comparison.first.label])
    base = alt.Chart(alt.NamedData(name=_ROWS)).encode(
        y=_names_axis(alt, order),
        yOffset=alt.YOffset("known:N", sort=list(known.values())),
        color=alt.Color("known:N", title=None, scale=alt.Scale(domain=list(known.values()), range=[_BLUE, _ORANGE])),
        tooltip=[
            _tip(alt, "scenario", "N", say("name", language)), _tip(alt, "known", "N", say("level 2", language)),
            *_interval_tips(alt, "mean", language, sign=True),
            alt.Tooltip("p_better:Q", title=say("p_better", language), format=".0%"),
        ],
    )  # fmt: skip
    layers = [
        _zero(alt),
        base.mark_rule(strokeWidth=2.5).encode(x=alt.X("low:Q", title=title), x2="high:Q"),
        base.mark_point(filled=True, size=70, opacity=1).encode(
            x=alt.X("mean:Q", title=title),
            shape=alt.Shape(
                "known:N", title=None, scale=alt.Scale(domain=list(known.values()), range=["circle", "diamond"])
            ),
        ),
    ]
    return _finished(alt.layer(*layers), alt.Step(_ROW / 2), say("alt differences", language), rows)


def subsidy_account(comparison: Comparison, language: Language = "en") -> altair.LayerChart:
    """Return where the public money of each scenario went, as stacked bars: million RMB, means over the draws."""
    alt = need_altair()
    names = _wrapped_names(comparison, language)
    parts = {part: say(f"part {part}", language) for part in ACCOUNT_PARTS}
    until = month_in_words(comparison.options.until, language)
    rows = [
        row | {"name": names[row["scenario"]], "part": parts[row["part"]], "place": ACCOUNT_PARTS.index(row["part"])}
        for row in account_rows(comparison)
    ]
    bars = (
        alt.Chart(alt.NamedData(name=_ROWS))
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("mean:Q", title=_lines("axis money", language, until=until)),
            y=_names_axis(alt, list(names.values())),
            color=alt.Color("part:N", title=None, scale=alt.Scale(domain=list(parts.values()), range=_PART_COLOURS)),
            order=alt.Order("place:Q"),
            tooltip=[
                _tip(alt, "scenario", "N", say("name", language)), _tip(alt, "part", "N", say("part", language)),
                alt.Tooltip("mean:Q", title=say("million", language), format=",.1f"),
                alt.Tooltip("share:Q", title=say("percent of money", language), format=".0f"),
            ],
        )
    )  # fmt: skip
    return _finished(alt.layer(bars), alt.Step(_ROW), say("alt subsidy_account", language), rows)


def who_gains(comparison: Comparison, language: Language = "en") -> altair.LayerChart:
    """Return for whom a scenario, chosen from a list, changes the true share at level 2 against the first scenario.

    Percentage points, paired, with 90 % intervals, by size class, sector, starting level and park. A comparison of one
    scenario has no differences: all are 0.
    """
    alt = need_altair()
    names = display_names(comparison, language)
    kinds = {kind: say(f"kind {kind}", language) for kind in GROUP_KINDS}
    rows = [
        row | {"scenario": names[row["scenario"]], "kind": kinds[row["kind"]]}
        for row in group_rows(comparison, language)
    ]
    others = [names[entry.label] for entry in comparison.compared[1:]] or list(names.values())
    chosen, picked = _picker(alt, "group_scenario", others, say("pick scenario", language))
    base = alt.Chart(alt.NamedData(name=_ROWS)).transform_filter(picked).encode(
        y=alt.Y("group:N", title=None, sort=list(dict.fromkeys(row["group"] for row in rows))),
        color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=list(kinds.values()), range=_KIND_COLOURS)),
        tooltip=[
            _tip(alt, "kind", "N", say("kind", language)), _tip(alt, "group", "N", say("group", language)),
            alt.Tooltip("share:Q", title=say("group share", language), format=".1f"),
            *_interval_tips(alt, "mean", language, sign=True),
        ],
    )  # fmt: skip
    title = _lines("axis difference true", language, first=names[comparison.first.label])
    layers = [
        _zero(alt),
        base.mark_rule(strokeWidth=2.5).encode(x=alt.X("low:Q", title=title), x2="high:Q"),
        base.mark_point(filled=True, size=70, opacity=1).encode(x=alt.X("mean:Q", title=title)),
    ]
    return _finished(alt.layer(*layers).add_params(chosen), alt.Step(21), say("alt who_gains", language), rows)


def cost_effect(comparison: Comparison, language: Language = "en") -> altair.LayerChart:
    """Return what public money buys, with the frontier: both against no programme from 2024-01.

    Across: additional public money, million RMB; upwards: additional SMEs truly at level 2, firms. Scenarios on the
    line are those that no other beats: none does as much for less.
    """
    alt = need_altair()
    names = display_names(comparison, language)
    first = comparison.first.label
    texts = _wrapped_names(comparison, language)
    rows = [
        row | {"name": names[row["scenario"]], "first": row["scenario"] == first, "text": texts[row["scenario"]]}
        for row in cost_rows(comparison)
    ]
    _place_names(rows)
    across = _lines("axis cost", language, until=month_in_words(comparison.options.until, language))
    upwards = say("axis effect", language)
    base = alt.Chart(alt.NamedData(name=_ROWS))
    x, y = alt.X("cost:Q", title=across), alt.Y("mean:Q", title=upwards)
    best = base.transform_filter("datum.frontier")
    point = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=x, y=y,
        color=alt.condition("datum.frontier", alt.value(_BLUE), alt.value(_GREY)),
        tooltip=[
            _tip(alt, "name", "N", say("scenario", language)), _tip(alt, "scenario", "N", say("name", language)),
            alt.Tooltip("cost:Q", title=across[0], format=",.0f"),
            alt.Tooltip("mean:Q", title=upwards, format=".1f"),
        ],
    )  # fmt: skip
    layers = [
        _zero(alt), alt.Chart(alt.Data(values=[{"y": 0}])).mark_rule(color=_GREY).encode(y="y:Q"),
        base.mark_rule(color=_PALE).encode(x=x, y=alt.Y("low:Q", title=upwards), y2="high:Q"),
        base.mark_rule(color=_PALE).encode(x=alt.X("cost_low:Q", title=across), x2="cost_high:Q", y=y),
        best.mark_line(color=_BLUE, interpolate="step-after").encode(x=x, y=y, order="cost:Q"),
        *_labels(base, x, y),
        point,
    ]  # fmt: skip
    return _finished(alt.layer(*layers), _HEIGHT, say("alt cost_effect", language), rows)


def _place_names(rows: list[dict[str, Any]]) -> None:
    """Say in each row whether its name is written, to which side of its point, and in how many lines.

    The first scenario and those on the frontier are named, where names keep clear of each other on a chart of common
    size. Names run towards the middle, above their points; that of the first stands below, to the right.
    """
    right, top = max(row["cost_high"] for row in rows), max(row["high"] for row in rows)
    bottom = min(row["low"] for row in rows)
    labels = []
    for row in rows:
        row["lines"] = row["text"].count("\n") + 1
        row["leftwards"] = not row["first"] and 2.0 * row["cost"] > right
        x = _COMMON_WIDTH * row["cost"] / right if right > 0.0 else 0.0
        y = _HEIGHT * (row["mean"] - bottom) / (top - bottom) if top > bottom else 0.0
        labels.append(Label(text=row["text"], x=x, y=y, leftwards=row["leftwards"], below=row["first"]))
    order = sorted(
        (place for place, row in enumerate(rows) if row["first"] or row["frontier"]),
        key=lambda place: (not rows[place]["first"], -rows[place]["mean"]),
    )
    clear = dict(zip(order, clear_of_each_other([labels[place] for place in order]), strict=True))
    for place, row in enumerate(rows):
        row["named"] = clear.get(place, False)


def _labels(points: Any, x: Any, y: Any) -> list[Any]:
    """Return the names beside points, on a white rim so that lines do not cross them."""
    place = {
        "align": {"expr": "datum.leftwards ? 'right' : 'left'"},
        "dx": {"expr": "datum.leftwards ? -6 : 6"},
        "dy": {"expr": f"datum.first ? 17 : 5 - {LEADING} * datum.lines"},
    }
    rim = {"stroke": "white", "strokeWidth": 4, "strokeOpacity": 0.9}
    return [
        points.transform_filter("datum.named")
        .mark_text(lineBreak="\n", lineHeight=LEADING, color=_INK, **place, **more)
        .encode(x=x, y=y, text="text:N")
        for more in (rim, {})
    ]


CHARTS = {
    "road": road, "differences": differences, "cost_effect": cost_effect, "subsidy_account": subsidy_account,
    "who_gains": who_gains,
}  # fmt: skip
"""Every interactive chart by name."""


def _picker(alt: Any, name: str, choices: list[str], label: str) -> tuple[Any, Any]:
    """Return a list to choose a scenario from, and the filter that keeps its rows; no list if there is no choice."""
    bind = {"bind": alt.binding_select(options=choices, name=f"{label} ")} if len(choices) > 1 else {}
    chosen = alt.param(name=name, value=choices[0], **bind)
    return chosen, alt.datum.scenario == chosen


def _names_axis(alt: Any, order: list[str]) -> Any:
    axis = alt.Axis(labelExpr=_SPLIT, labelLimit=260, labelLineHeight=LEADING, ticks=False, domain=False)
    return alt.Y("name:N", title=None, sort=order, axis=axis)


def _wrapped_names(comparison: Comparison, language: Language) -> dict[str, str]:
    """Return scenarios' names with line breaks, so that they fit beside an axis."""
    names = display_names(comparison, language)
    return {label: "\n".join(_even_lines(name, _LINE[language])) for label, name in names.items()}


def _even_lines(text: str, width: int) -> list[str]:
    """Break a text into as few lines as fit a width, in letters, and these as even as can be."""
    lines = textwrap.wrap(text, width)
    while width > 1 and len(narrower := textwrap.wrap(text, width - 1)) == len(lines):
        lines, width = narrower, width - 1
    return lines


def _lines(key: str, language: Language, **values: object) -> list[str]:
    """Return words as lines that fit below the axis of a narrow chart."""
    width = 2 * _LINE[language] - 6
    return [line for part in say(key, language, **values).split("\n") for line in _even_lines(part, width)]


def _zero(alt: Any) -> Any:
    return alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=_GREY).encode(x="zero:Q")


def _tip(alt: Any, field: str, kind: str, title: str) -> Any:
    return alt.Tooltip(f"{field}:{kind}", title=title)


def _interval_tips(alt: Any, middle: str, language: Language, *, sign: bool = False) -> list[Any]:
    form = "+.1f" if sign else ".1f"
    words = {middle: say(middle, language), "low": say("low", language), "high": say("high", language)}
    return [alt.Tooltip(f"{field}:Q", title=title, format=form) for field, title in words.items()]


def _known(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows without numbers that JSON has no word for."""
    return [{key: None if value != value else value for key, value in row.items()} for row in rows]


def _finished(chart: Any, height: Any, description: str, rows: list[dict[str, Any]]) -> altair.LayerChart:
    """Give a chart its numbers, its size, its description for those who cannot see it, and the common looks.

    Only the whole is described: that every mark is read out helps nobody, the table beside it does.
    """
    silent = {"aria": False}
    finished: altair.LayerChart = (
        chart.properties(
            width="container", height=height, description=description, datasets={_ROWS: _known(rows)}
        )
        .configure(
            font=FONTS, background="white", mark=silent, text={"fontSize": _LETTERS}, view={"stroke": None},
            axisX={"tickCount": 8, "titleAnchor": "end"},
            axis={**silent, "labelColor": _INK, "titleColor": _INK, "gridColor": "#E3E3E3", "labelFontSize": _LETTERS,
                  "titleFontSize": _LETTERS, "titleFontWeight": "normal", "domainColor": _GREY, "tickColor": _GREY},
            legend={**silent, "orient": "top", "labelColor": _INK, "labelFontSize": _LETTERS, "labelLimit": 0,
                    "columns": {"expr": f"containerSize()[0] < {_NARROW} ? 1 : 2"}, "symbolSize": 110},
        )
    )  # fmt: skip
    return finished
