"""How fast the model is, and how much memory it takes, by the number of firms."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from zhizao.errors import InputError
from zhizao.report.charts.style import BLUE, GREY, ORANGE, frame, new_figure, styled
from zhizao.report.charts.words import Language
from zhizao.results.variables import FloatArray
from zhizao.version import version

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["SCALE_COLUMNS", "fitted_power", "scale_chart"]

SCALE_COLUMNS: tuple[str, ...] = ("firms", "months", "seconds", "gigabytes")
"""The columns of a table of runs: firms at the start, months run, and what that took."""
_MONTHS = 96
"""Months for which the seconds are shown: 2018-01 to 2025-12."""
_FEW_DECADES = 300.0
"""Below this ratio of the ends of an axis, 2 and 5 are written as well as 1."""
_UNITS = {"en": ((1e9, "bn"), (1e6, "m"), (1e3, "k")), "zh": ((1e8, "亿"), (1e4, "万"))}


def scale_chart(table: pd.DataFrame, language: Language = "en") -> Figure:
    """Draw seconds and memory against firms, both axes logarithmic, with the exponent of the straight line.

    Parameters
    ----------
    table
        Runs with the columns `SCALE_COLUMNS`, all positive, of two or more sizes.
    language
        ``en`` or ``zh``.

    Raises
    ------
    InputError
        If a column is missing or holds no positive numbers, or matplotlib is not installed.
    """
    _check(table)
    firms = table["firms"].to_numpy(dtype=float)
    months = table["months"].to_numpy(dtype=float)
    with styled(language) as say:
        figure = new_figure(4.2)
        panels = figure.subplots(1, 2)
        per_run = table["seconds"].to_numpy(dtype=float) / months * _MONTHS
        for axes, values, colour, unit in (
            (panels[0], per_run, BLUE, say("seconds")),
            (panels[1], table["gigabytes"].to_numpy(dtype=float), ORANGE, say("gigabytes")),
        ):
            _draw(axes, firms, values, colour, say.language)
            exponent, _ = fitted_power(firms, values)
            axes.set_title(say("exponent", exponent=f"{exponent:.2f}"))
            axes.set_ylabel(unit)
            axes.set_xlabel(say("firms at the start"))
        source = say("source scale", version=version())
        return frame(figure, title=say("scale title"), note=say("scale note"), source=source)


def fitted_power(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Return exponent and factor of the power of x that fits y best, by least squares of the logarithms."""
    exponent, logarithm = np.polyfit(np.log(x), np.log(y), 1)
    return float(exponent), float(np.exp(logarithm))


def _draw(axes: Axes, firms: FloatArray, values: FloatArray, colour: str, language: Language) -> None:
    from matplotlib.ticker import LogLocator  # here, because it is heavy

    exponent, factor = fitted_power(firms, values)
    ends = np.array([firms.min(), firms.max()])
    axes.plot(ends, factor * ends**exponent, color=GREY, linestyle="--", linewidth=1.0)
    axes.plot(firms, values, "o", color=colour, markersize=5)
    for axis, scale in ((axes.xaxis, axes.set_xscale), (axes.yaxis, axes.set_yscale)):
        scale("log")
        low, high = axis.get_view_interval()
        if high / low < _FEW_DECADES:
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(partial(_short, language))
        axis.set_minor_formatter(lambda value, place: "")


def _short(language: Language, value: float, place: float) -> str:
    """Write a number of any size in a few signs: 0.01, 20, 5k, 3m; in Chinese 5万."""
    for size, unit in _UNITS[language]:
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def _check(table: pd.DataFrame) -> None:
    missing = [name for name in SCALE_COLUMNS if name not in table.columns]
    if missing:
        raise InputError(f"a table of runs lacks the columns {', '.join(missing)}; it needs {', '.join(SCALE_COLUMNS)}")
    numbers = table[list(SCALE_COLUMNS)].to_numpy(dtype=float)
    if not (np.isfinite(numbers) & (numbers > 0.0)).all() or np.unique(numbers[:, 0]).size < 2:
        raise InputError("a table of runs holds positive numbers, for at least two numbers of firms; mend it")
