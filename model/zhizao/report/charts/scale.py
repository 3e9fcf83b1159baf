"""How fast the model is, and how much memory it takes, by the number of firms."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.errors import InputError
from zhizao.report.charts.style import frame, new_figure, styled
from zhizao.report.palette import BLUE, GREY, ORANGE
from zhizao.version import version
from zhizao.words.tables import Language, fact_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["SCALE_COLUMNS", "fitted_power", "scale_chart"]

SCALE_COLUMNS: tuple[str, ...] = ("firms", "months", "seconds", "gigabytes")
"""The columns of a table of runs: firms at the start, months run, and what that took."""
_LEAST_FITTED = 10_000
"""From this number of firms on the line is fitted: below, what every run costs alike hides what firms cost."""
_ABOVE = 1.3
"""Memory this many times that of the smallest run says what firms need; less of it is the program."""
_FEW_DECADES = 300.0
"""Below this ratio of the ends of an axis, 2 and 5 are written as well as 1."""


def scale_chart(table: pd.DataFrame, language: Language = "en") -> Figure:
    """Draw seconds and memory against firms, both axes logarithmic, with the exponent of the straight line.

    Parameters
    ----------
    table
        Runs with the columns `SCALE_COLUMNS`, all positive, of two or more sizes; those of the commonest length are
        shown.

    Raises
    ------
    InputError
        If a column is missing or holds no positive numbers.
    """
    _check(table)
    months = int(table["months"].mode().iloc[0])
    rows = table[table["months"] == months].sort_values("firms")
    firms = rows["firms"].to_numpy(dtype=float)
    with styled(language) as say:
        figure = new_figure(4.2)
        panels = figure.subplots(1, 2)
        for axes, column, colour in zip(panels, ("seconds", "gigabytes"), (BLUE, ORANGE), strict=True):
            exponent = _draw(
                axes, firms, rows[column].to_numpy(dtype=float), colour, say.language, alike=column == "gigabytes"
            )
            axes.set_title(say("exponent", exponent=f"{exponent:.2f}"))
            axes.set_ylabel(say(column, months=months))
            axes.set_xlabel(say("firms at the start"))
        source = say("source scale", version=version())
        note = say("scale note", months=months, least=f"{_LEAST_FITTED:,}")
        largest = rows.iloc[-1]
        title = say(
            "scale found",
            firms=_short(say.language, float(largest["firms"]), 0.0),
            months=months,
            seconds=f"{largest['seconds']:.2g}",
            gigabytes=f"{largest['gigabytes']:.2g}",
        )
        return frame(figure, title=title, note=say.shows(say("scale title"), note), source=source)


def fitted_power(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Return exponent and factor of the power of x that fits y best, by least squares of the logarithms."""
    exponent, logarithm = np.polyfit(np.log(x), np.log(y), 1)
    return float(exponent), float(np.exp(logarithm))


def _draw(axes: Axes, firms: FloatArray, values: FloatArray, colour: str, language: Language, *, alike: bool) -> float:
    """Draw the runs and the line through the larger ones; return its exponent.

    Where every run has a part `alike`, as memory has the program itself, the line is of what comes on top.
    """
    from matplotlib.ticker import LogLocator  # here, because it is heavy

    floor = values.min() if (values > _ABOVE * values.min()).sum() > 1 and alike else 0.0
    large = values > _ABOVE * floor if floor else firms >= _LEAST_FITTED
    large = large if large.sum() > 1 else np.full(firms.size, True)
    exponent, factor = fitted_power(firms[large], values[large] - floor)
    ends = np.geomspace(firms[large].min(), firms.max(), 50)
    axes.plot(ends, floor + factor * ends**exponent, color=GREY, linestyle="--", linewidth=1.0)
    axes.plot(firms, values, "o", color=colour, markersize=5)
    for axis, scale in ((axes.xaxis, axes.set_xscale), (axes.yaxis, axes.set_yscale)):
        scale("log")
        low, high = axis.get_view_interval()
        if high / low < _FEW_DECADES:
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(partial(_short, language))
        axis.set_minor_formatter(lambda value, tick: "")
    return exponent


def _short(language: Language, value: float, tick: float) -> str:
    """Write a number of any size in a few signs: 0.01, 20, 5k, 3m; in Chinese 5万."""
    for size, unit in fact_of(language, "large numbers"):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def _check(table: pd.DataFrame) -> None:
    missing = [name for name in SCALE_COLUMNS if name not in table.columns]
    if missing:
        raise InputError(f"a table of runs lacks the columns {', '.join(missing)}; it needs {', '.join(SCALE_COLUMNS)}")
    numbers = table[list(SCALE_COLUMNS)].to_numpy(dtype=float)
    same = table[table["months"] == table["months"].mode().iloc[0]] if len(table) else table
    if not (np.isfinite(numbers) & (numbers > 0.0)).all() or same["firms"].nunique() < 2:
        raise InputError(
            "a table of runs holds positive numbers, for at least two numbers of firms over as many months; correct it"
        )
