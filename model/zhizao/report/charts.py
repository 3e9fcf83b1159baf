"""Charts of a comparison, drawn from its numbers alone; needs the extra ``charts`` (matplotlib)."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zhizao.errors import InputError
from zhizao.results.outcomes import OUTCOMES, TARGET_SHARE, Outcome
from zhizao.results.variables import month_names
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.studies.parameter_draws import CALIBRATIONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["BLUE", "GREY", "ORANGE", "comparison_chart", "new_figure", "plain_axes", "save_chart"]

# Okabe and Ito's palette, made to be told apart by the colour-blind.
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#555555"
_SUFFIXES = (".png", ".svg", ".pdf")
_BRANCH = 72
_ENDS = ("level2_share_end", "level2_share_true_end")
_SERIES = ("level2_share", "level2_share_true")
_NAMES = ("as reported", "true")


def save_chart(comparison: Comparison, path: str | Path) -> Path:
    """Draw the comparison into a PNG, SVG or PDF file.

    Raises
    ------
    InputError
        If the file's ending is none of these, its folder does not exist, it cannot be written, or matplotlib is not
        installed.
    """
    file = Path(path)
    if file.suffix.lower() not in _SUFFIXES:
        raise InputError(f"{file}: a chart is saved as {', '.join(_SUFFIXES)}; give the file such an ending")
    if not file.parent.is_dir():
        raise InputError(f"{file}: the folder {file.parent} does not exist; make it first")
    figure = comparison_chart(comparison)
    try:
        figure.savefig(file, dpi=160)
    except OSError as error:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
        raise InputError(f"{file}: cannot be written ({error.strerror or error}); name another file") from error
    return file


def comparison_chart(comparison: Comparison) -> Figure:
    """Return the road of the first scenario towards the plan, and what the others would change at the end.

    Left: the share of above-scale SMEs at level 2, reported and true, median and 90 % interval over the draws.
    Right: paired differences from the first scenario at the horizon, in percentage points, with 90 % intervals.
    """
    figure = new_figure((11.0, max(4.6, 1.6 + 0.24 * len(comparison.compared))))
    road, change = figure.subplots(1, 2, width_ratios=(1.0, 1.15))
    _draw_road(road, comparison)
    _draw_change(change, comparison)
    asked = f"{len(comparison.draws)} draws, {comparison.options.funding} funding"
    title = f"Above-scale SMEs at digital level 2 or more · {asked}"
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    figure.supxlabel(
        f"{CALIBRATIONS[comparison.options.calibration].capitalize()}. Bands and bars hold 90 % of the draws.",
        x=0.01,
        ha="left",
        fontsize=8,
        color=GREY,
    )
    return figure


def new_figure(size: tuple[float, float]) -> Figure:
    """Return an empty figure, its size in inches.

    Raises
    ------
    InputError
        If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure  # here, because it is heavy and may not be installed
    except ImportError:
        raise InputError("charts need matplotlib; install it with: pip install 'zhizao[charts]'") from None
    return Figure(figsize=size, layout="constrained")


def _draw_road(axes: Axes, comparison: Comparison) -> None:
    months = np.arange(comparison.options.months)
    years = 2018 + months / 12.0
    for series, colour, name in zip(_SERIES, (BLUE, ORANGE), _NAMES, strict=True):
        values = 100.0 * comparison.first.monthly[series]
        low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), axis=0)
        axes.fill_between(years, low, high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(years, middle, color=colour, label=name)
    axes.axhline(100.0 * TARGET_SHARE, color=GREY, linestyle="--", linewidth=1)
    axes.text(2018.1, 100.0 * TARGET_SHARE + 1.0, "the plan for the end of 2025", fontsize=8, color=GREY)
    if comparison.options.months > _BRANCH:
        axes.axvline(2018 + _BRANCH / 12.0, color=GREY, linewidth=0.8, linestyle=":")
        axes.text(2018 + _BRANCH / 12.0 + 0.05, 2.0, "scenarios part", fontsize=8, color=GREY)
    axes.set(ylim=(0, 100), xlim=(years[0], years[-1] + 1 / 12), ylabel="% of above-scale SMEs")
    axes.set_title(f"{comparison.first.label}: median over the draws", fontsize=10, loc="left")
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0.0, 0.06))
    plain_axes(axes)


def _draw_change(axes: Axes, comparison: Comparison) -> None:
    outcomes = {outcome.name: outcome for outcome in OUTCOMES}
    best = outcomes["level2_share_true_end"]
    others = sorted(comparison.compared[1:], key=lambda entry: -entry.difference(best, comparison.first)["mean"])
    for offset, end, colour, name in zip((-0.13, 0.13), _ENDS, (BLUE, ORANGE), _NAMES, strict=True):
        rows = [_points(entry, comparison.first, outcomes[end]) for entry in others]
        heights = np.arange(len(others)) + offset
        if rows:
            middle, low, high = (np.array(column) for column in zip(*rows, strict=True))
            axes.errorbar(
                middle, heights, xerr=(middle - low, high - middle), fmt="o", markersize=5, color=colour, label=name
            )
    last = month_names(comparison.options.months)[-1]
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    axes.set_yticks(np.arange(len(others)), [entry.label for entry in others])
    axes.invert_yaxis()
    axes.set_xlabel(f"percentage points in {last}, same firms and same luck")
    axes.set_title(f"difference from {comparison.first.label}", fontsize=10, loc="left")
    plain_axes(axes)


def _points(entry: Compared, first: Compared, outcome: Outcome) -> tuple[float, float, float]:
    found = entry.difference(outcome, first)
    middle = 100.0 * found["mean"]
    return middle, min(100.0 * found["low"], middle), max(100.0 * found["high"], middle)


def plain_axes(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="both", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
