"""Which inputs matter: Sobol' indices as bars, and any indices as a tornado of the most important inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from zhizao.errors import InputError
from zhizao.parameter_words.names import factor_group, input_name
from zhizao.parameter_words.units import unit_name
from zhizao.report.charts.style import WIDTH, frame, new_figure, row_height, row_labels, styled, wrapped
from zhizao.report.charts.words import Say
from zhizao.report.decision_words import policy_title
from zhizao.report.palette import BLUE, GREEN, GREY, ORANGE, PINK, SKY, YELLOW
from zhizao.report.words import percent
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.studies.sensitivity.sensitivity import Sensitivity
from zhizao.version import version
from zhizao.words.place import scaled_money
from zhizao.words.tables import Language

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["INDEX_COLUMNS", "MOST_OUTCOMES", "sensitivity_chart", "sobol_chart", "tornado_chart"]

INDEX_COLUMNS: tuple[str, ...] = (
    "factor",
    "group",
    "first",
    "first_low",
    "first_high",
    "total",
    "total_low",
    "total_high",
    "outcome",
)
"""The columns of a table of Sobol' indices: a row for each factor and outcome; indices are shares of variance."""
MOST_OUTCOMES = 4
"""How many outcomes stand side by side in a tornado."""
_MEASURES = ("total", "mu_star", "median")
"""The index that says how much an input matters: of Sobol', Morris and PAWN."""
_GROUP_COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, YELLOW)
_MOST = 20
_ROOM = 2.5


def sensitivity_chart(found: Sensitivity, language: Language = "en") -> Figure:
    """Draw which inputs of a sweep matter: Sobol' indices of one outcome as bars, anything else as a tornado.

    Of more outcomes than `MOST_OUTCOMES` the first are drawn.

    Raises
    ------
    InputError
        If no outcome was analysed, or matplotlib is not installed.
    """
    if found.table.empty:
        raise InputError("no outcome of this sweep has indices, so that there is nothing to draw; name another outcome")
    outcomes = found.table["outcome"].unique()[:MOST_OUTCOMES]
    table = found.table[found.table["outcome"].isin(outcomes)]
    sweep = (found.title, found.scenario)
    if len(outcomes) == 1 and _measure(table) == "total":
        return sobol_chart(table, language, sweep=sweep, notes=found.notes)
    return tornado_chart(table, language, sweep=sweep, notes=found.notes)


def sobol_chart(
    table: pd.DataFrame,
    language: Language = "en",
    *,
    outcome: str | None = None,
    sweep: tuple[str, str] | None = None,
    notes: Sequence[str] = (),
) -> Figure:
    """Draw first-order and total indices of the factors that matter most for one outcome.

    Parameters
    ----------
    table
        Indices with the columns `INDEX_COLUMNS`.
    outcome
        Which outcome; the first one of the table if not given.
    sweep
        Title and scenario of the sweep, named below the chart if given.

    Raises
    ------
    InputError
        If a column is missing, or the outcome is not in the table.
    """
    _check(table, INDEX_COLUMNS)
    known = table["outcome"].unique().tolist()
    chosen = known[0] if outcome is None else outcome
    if chosen not in known:
        raise InputError(f"outcome = {chosen!r} is not in this table; choose one of {', '.join(known)}")
    with styled(language) as say:
        rows = table[table["outcome"] == chosen].sort_values("total", ascending=False).head(_MOST)
        names = [_row_name(factor, say) for factor in rows["factor"]]
        figure = new_figure(1.9 + row_height(names, _ROOM, 0.32) * len(rows))
        axes = figure.subplots()
        for kind, offset, colour in (("total", -0.19, ORANGE), ("first", 0.19, BLUE)):
            _draw_bars(axes, rows, kind, np.arange(len(rows)) + offset, colour, say(f"{kind} order"))
        row_labels(axes, names, _ROOM)
        axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
        axes.set_xlabel(say("share of variance"))
        return frame(
            figure,
            title=say(
                "sobol found",
                factor=_row_name(rows["factor"].iloc[0], say),
                outcome=_outcome_name(chosen, say),
                share=percent(max(float(rows["total"].iloc[0]), 0.0), say.language, decimals=0),
            ),
            note=say.shows(say("sobol title", outcome=_outcome_name(chosen, say)), say("sobol note")),
            source=say.with_notes(_source(sweep, say), notes),
            key=[axes],
        )


def _draw_bars(axes: Axes, rows: pd.DataFrame, kind: str, heights: Any, colour: str, label: str | None) -> None:
    values, low, high = (rows[f"{kind}{end}"].to_numpy(dtype=float) for end in ("", "_low", "_high"))
    axes.barh(heights, values, height=0.36, color=colour, label=label)
    axes.hlines(heights, np.fmin(low, values), np.fmax(high, values), color="#222222", linewidth=0.9)


def tornado_chart(
    table: pd.DataFrame, language: Language = "en", *, sweep: tuple[str, str] | None = None, notes: Sequence[str] = ()
) -> Figure:
    """Draw how much each factor matters for each outcome, all in one order, factors of a group in a colour.

    What is drawn is the index that the table has: ``total`` (of sums by group, which have none, ``first``), Morris'
    ``mu_star`` or PAWN's ``median``.

    Parameters
    ----------
    table
        Indices with the columns ``factor``, ``group`` and ``outcome``, and one of those above with its interval
        (``total_low``, ``total_high``), of up to `MOST_OUTCOMES` outcomes.
    sweep
        Title and scenario of the sweep, named below the chart if given.

    Raises
    ------
    InputError
        If a column is missing, or there are more than four outcomes.
    """
    kind = _measure(table)
    _check(table, ("factor", "group", "outcome", kind, f"{kind}_low", f"{kind}_high"))
    outcomes = table["outcome"].unique().tolist()
    if len(outcomes) > MOST_OUTCOMES:
        raise InputError(f"{len(outcomes)} outcomes are too many for one chart; choose at most {MOST_OUTCOMES}")
    order = _order(table, kind)
    with styled(language) as say:
        names = [_row_name(factor, say) for factor in order.index]
        figure = new_figure(2.1 + row_height(names, _ROOM, 0.22) * max(len(order), 4))
        panels = figure.subplots(1, len(outcomes), sharey=True, squeeze=False)[0]
        room = (WIDTH - _ROOM) / len(outcomes) - 0.3
        for axes, outcome in zip(panels, outcomes, strict=True):
            rows = table[table["outcome"] == outcome].set_index("factor").reindex(order.index)
            rows, unit = _sized(rows, kind, outcome, say)
            _draw_panel(axes, rows, kind, order, say)
            if len(outcomes) > 1:
                axes.set_title(wrapped(_outcome_name(outcome, say), room, 8.5), fontsize=8.5)
            axes.set_xlabel(wrapped(unit, room + 0.2, 8.0))
            row_labels(axes, names, _ROOM)
            axes.tick_params(axis="y", labelleft=axes is panels[0])
        title = say("tornado title" if len(outcomes) > 1 else "sobol title", outcome=_outcome_name(outcomes[0], say))
        return frame(
            figure,
            title=_found(table, kind, outcomes, say),
            note=say.shows(title, say(f"tornado note {kind}")),
            source=say.with_notes(_source(sweep, say), notes),
            key=panels[:1].tolist(),
        )


def _found(table: pd.DataFrame, kind: str, outcomes: Sequence[str], say: Say) -> str:
    """Return what matters most for most of the outcomes, as a title."""
    first = [
        table[table["outcome"] == outcome].sort_values(kind, ascending=False)["factor"].iloc[0] for outcome in outcomes
    ]
    most = max(first, key=first.count)
    if len(outcomes) == 1:
        return say("tornado found one", factor=_row_name(most, say), outcome=_outcome_name(outcomes[0], say))
    return say("tornado found", factor=_row_name(most, say), times=first.count(most), count=len(outcomes))


def _measure(table: pd.DataFrame) -> str:
    """Return the column that says how much a factor matters."""
    kind = next((name for name in _MEASURES if name in table.columns), "total")
    summed = kind == "total" and "total" in table.columns and bool(table["total"].isna().all())
    return "first" if summed and not table.empty else kind


def _order(table: pd.DataFrame, kind: str) -> pd.Series[str]:
    """Return the groups of the factors to draw, the most important first.

    Morris' effects have the unit of the outcome, so that each is held against the largest for its outcome.
    """
    largest = table.groupby("outcome")[kind].transform("max") if kind == "mu_star" else 1.0
    ranked = (table[kind] / largest).groupby(table["factor"]).max().sort_values(ascending=False).head(_MOST)
    return table.drop_duplicates("factor").set_index("factor")["group"].loc[ranked.index]


def _draw_panel(axes: Axes, rows: pd.DataFrame, kind: str, groups: pd.Series[str], say: Say) -> None:
    """Draw the bars of one outcome; where the factors are groups themselves, in one colour."""
    if (groups == groups.index).all():
        _draw_bars(axes, rows, kind, np.arange(len(rows)), BLUE, None)
    else:
        colours = dict(zip(groups.unique(), _GROUP_COLOURS, strict=False))
        for group, colour in [*colours.items(), (None, GREY)]:
            mine = ~groups.isin(list(colours)) if group is None else groups == group
            if mine.any():
                label = say("other groups") if group is None else factor_group(group, say.language)
                places = np.flatnonzero(mine.to_numpy())
                _draw_bars(axes, rows.iloc[places], kind, places, colour, label)
    if kind == "median":
        axes.axvline(float(rows["dummy"].iloc[0]), color=GREY, linestyle="--", linewidth=1, label=say("dummies"))
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    axes.locator_params(axis="x", nbins=4)


def _sized(rows: pd.DataFrame, kind: str, outcome: str, say: Say) -> tuple[pd.DataFrame, str]:
    """Return the rows as they are drawn, and what they are measured in: money in the size in which people say it."""
    unit = _measured(rows, kind, outcome, say)
    if kind != "mu_star" or rows["ranks"].any() or not OUTCOMES_BY_NAME[outcome].unit.startswith("million "):
        return rows, unit
    ends = [f"{kind}{end}" for end in ("", "_low", "_high")]
    scale, unit = scaled_money(rows[ends].max().dropna().tolist(), unit, say.language)
    return rows.assign(**{name: scale * rows[name] for name in ends}), unit


def _measured(rows: pd.DataFrame, kind: str, outcome: str, say: Say) -> str:
    """Return what an index is measured in."""
    if kind == "median":
        return say("distance")
    if kind != "mu_star":
        return say("share of variance")
    if rows["ranks"].any():
        return say("ranks share")
    return unit_name(OUTCOMES_BY_NAME[outcome].unit, say.language, percent=False)


def _source(sweep: tuple[str, str] | None, say: Say) -> str:
    if sweep is None:
        return say("source sensitivity", version=version())
    return say("source sweep", version=version(), title=sweep[0], scenario=policy_title(sweep[1], say.language))


def _check(table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise InputError(f"a table of indices lacks the columns {', '.join(missing)}; it needs all of them")
    if table.empty:
        raise InputError("the table of indices is empty; give at least one factor")


def _row_name(factor: str, say: Say) -> str:
    """Return the name of a factor, or of a group that moved as one."""
    group = factor_group(factor, say.language)
    return group if group != factor else input_name(factor, say.language)


def _outcome_name(name: str, say: Say) -> str:
    return say.label(OUTCOMES_BY_NAME[name]) if name in OUTCOMES_BY_NAME else input_name(name, say.language)
