"""Which inputs matter: Sobol' indices as bars, and as a tornado of the most important ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from zhizao.errors import InputError
from zhizao.report.charts.style import WIDTH, frame, new_figure, row_labels, styled, wrapped
from zhizao.report.charts.words import Say
from zhizao.report.palette import BLUE, GREEN, GREY, ORANGE, PINK, SKY, YELLOW
from zhizao.report.words import factor_group
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.results.wording import Language
from zhizao.version import version

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["INDEX_COLUMNS", "sobol_chart", "tornado_chart"]

INDEX_COLUMNS: tuple[str, ...] = (
    "factor", "group", "first", "first_low", "first_high", "total", "total_low", "total_high", "outcome",
)  # fmt: skip
"""The columns of a table of Sobol' indices: a row for each factor and outcome; indices are shares of variance."""
_GROUP_COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, YELLOW)
_MOST = 20
_MOST_OUTCOMES = 4
_ROOM = 2.3


def sobol_chart(table: pd.DataFrame, language: Language = "en", *, outcome: str | None = None) -> Figure:
    """Draw first-order and total indices of the factors that matter most for one outcome.

    Parameters
    ----------
    table
        Indices with the columns `INDEX_COLUMNS`.
    outcome
        Which outcome; the first one of the table if not given.

    Raises
    ------
    InputError
        If a column is missing, or the outcome is not in the table.
    """
    _check(table)
    known = table["outcome"].unique().tolist()
    chosen = known[0] if outcome is None else outcome
    if chosen not in known:
        raise InputError(f"outcome = {chosen!r} is not in this table; choose one of {', '.join(known)}")
    with styled(language) as say:
        rows = table[table["outcome"] == chosen].sort_values("total", ascending=False).head(_MOST)
        figure = new_figure(1.7 + 0.32 * len(rows))
        axes = figure.subplots()
        for kind, offset, colour in (("total", -0.19, ORANGE), ("first", 0.19, BLUE)):
            _draw_bars(axes, rows, kind, np.arange(len(rows)) + offset, colour, say(f"{kind} order"))
        row_labels(axes, [_readable(factor, language) for factor in rows["factor"]], _ROOM)
        axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
        axes.set_xlabel(say("share of variance"))
        return frame(
            figure, title=say("sobol title", outcome=_outcome_name(chosen, say)), note=say("sobol note"),
            source=say("source sensitivity", version=version()), key=[axes],
        )  # fmt: skip


def _draw_bars(axes: Axes, rows: pd.DataFrame, kind: str, heights: Any, colour: str, label: str) -> None:
    values, low, high = (rows[f"{kind}{end}"].to_numpy(dtype=float) for end in ("", "_low", "_high"))
    axes.barh(heights, values, height=0.36, color=colour, label=label)
    axes.hlines(heights, np.fmin(low, values), np.fmax(high, values), color="#222222", linewidth=0.9)


def tornado_chart(table: pd.DataFrame, language: Language = "en") -> Figure:
    """Draw how much each factor matters for each outcome: total indices in one order, factors of a group in a colour.

    Parameters
    ----------
    table
        Indices with the columns `INDEX_COLUMNS`, of up to four outcomes.

    Raises
    ------
    InputError
        If a column is missing, or there are more than four outcomes.
    """
    _check(table)
    outcomes = table["outcome"].unique().tolist()
    if len(outcomes) > _MOST_OUTCOMES:
        raise InputError(f"{len(outcomes)} outcomes are too many for one chart; choose at most {_MOST_OUTCOMES}")
    order = table.groupby("factor")["total"].max().sort_values(ascending=False).head(_MOST).index
    groups = table.drop_duplicates("factor").set_index("factor")["group"].loc[order]
    colours = dict(zip(groups.unique(), _GROUP_COLOURS, strict=False))
    with styled(language) as say:
        figure = new_figure(1.9 + 0.22 * len(order))
        panels = figure.subplots(1, len(outcomes), sharey=True, squeeze=False)[0]
        for axes, outcome in zip(panels, outcomes, strict=True):
            rows = table[table["outcome"] == outcome].set_index("factor").reindex(order)
            for group, colour in [*colours.items(), (None, GREY)]:
                mine = ~groups.isin(list(colours)) if group is None else groups == group
                if mine.any():
                    label = say("other groups") if group is None else _readable(group, language)
                    places = np.flatnonzero(mine.to_numpy())
                    _draw_bars(axes, rows.iloc[places], "total", places, colour, label)
            axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
            axes.set_title(
                wrapped(_outcome_name(outcome, say), (WIDTH - _ROOM) / len(outcomes) - 0.3, 8.5), fontsize=8.5
            )
            axes.set_xlabel(say("share of variance"))
            axes.locator_params(axis="x", nbins=4)
        for axes in panels:
            row_labels(axes, [_readable(factor, language) for factor in order], _ROOM)
            axes.tick_params(axis="y", labelleft=axes is panels[0])
        return frame(
            figure, title=say("tornado title"), note=say("tornado note"),
            source=say("source sensitivity", version=version()), key=panels[:1].tolist(),
        )  # fmt: skip


def _check(table: pd.DataFrame) -> None:
    missing = [name for name in INDEX_COLUMNS if name not in table.columns]
    if missing:
        raise InputError(f"a table of indices lacks the columns {', '.join(missing)}; it needs all of them")
    if table.empty:
        raise InputError("the table of indices is empty; give at least one factor")


def _readable(key: str, language: Language = "en") -> str:
    """Return a parameter's key, ``levels.stake_inflation``, or the name of a group as words."""
    return factor_group(str(key), language).replace(".", ": ").replace("_", " ")


def _outcome_name(name: str, say: Say) -> str:
    return say.label(OUTCOMES_BY_NAME[name]) if name in OUTCOMES_BY_NAME else _readable(name)
