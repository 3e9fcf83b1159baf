"""One run in one picture, month by month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import BRANCH_MONTH, START_YEAR
from zhizao.report.charts.style import checked_file, frame, new_figure, save_figure, styled
from zhizao.report.charts.words import Say
from zhizao.report.palette import BLUE, GREEN, GREY, ORANGE
from zhizao.results.outcomes import TARGET_SHARE
from zhizao.results.variables import MONEY_UNIT, VARIABLES, Variable
from zhizao.studies.run import Run
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["run_chart", "save_run_chart"]

_PANELS: tuple[tuple[str, ...], ...] = (
    ("level2_share", "level2_share_true"),
    ("projects_started", "projects_completed", "awards"),
    ("public_committed", "public_spend", "service_cost"),
    ("private_investment",),
    ("workshops", "factories"),
    ("provider_backlog",),
    ("waiting_months",),
    ("robot_share",),
    ("firms",),
)
_COLOURS = (BLUE, ORANGE, GREEN)
_BY_NAME = {variable.name: variable for variable in VARIABLES}
_AVERAGED = ("waiting_months",)
_QUARTER = 3


def save_run_chart(done: Run, path: str | Path, language: Language = "en") -> Path:
    """Draw a run into a PNG, SVG or PDF file, as `save_figure` does."""
    checked_file(path)
    return save_figure(run_chart(done, language), path)


def run_chart(done: Run, language: Language = "en") -> Figure:
    """Draw the main monthly series of a run: stocks at months' ends, flows summed over quarters."""
    with styled(language) as say:
        figure = new_figure(6.6)
        for axes, names in zip(figure.subplots(3, 3, sharex=True).flat, _PANELS, strict=True):
            for name, colour in zip(names, _COLOURS, strict=False):
                _draw_series(axes, done, name, colour, say)
            axes.axvline(START_YEAR + BRANCH_MONTH / 12.0, color=GREY, linewidth=0.8, linestyle=":")
            axes.set_ylim(bottom=0.0)
            axes.set_ylabel(say(_unit(_BY_NAME[names[0]])), fontsize=8)
            axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), fontsize=7, borderaxespad=0.1, handlelength=1.2)
        figure.axes[0].axhline(100.0 * TARGET_SHARE, color=GREY, linestyle="--", linewidth=1)
        figure.axes[0].set_ylim(0.0, 100.0)
        years = np.arange(np.ceil(START_YEAR), START_YEAR + len(done.months) / 12.0 + 0.5, 2)
        figure.axes[-1].set_xticks(years, [f"{year:.0f}" for year in years])
        return frame(
            figure,
            title=say("run title", scenario=say.scenario(done.scenario)),
            note=say("run note"),
            source=say.run(done.options, done.scenario),
        )


def _draw_series(axes: Axes, done: Run, name: str, colour: str, say: Say) -> None:
    variable, values = _BY_NAME[name], done.series[name]
    scale = 100.0 if variable.unit == "share of firms" else 1.0
    ends: FloatArray = np.arange(1.0, values.size + 1.0)
    if variable.kind == "flow":
        values, ends = _quarters(values, mean=name in _AVERAGED)
    drawn = "steps-pre" if variable.kind == "flow" else "default"
    axes.plot(
        START_YEAR + ends / 12.0,
        scale * values,
        color=colour,
        label=say.label(variable),
        linewidth=1.3,
        drawstyle=drawn,
    )


def _unit(variable: Variable) -> str:
    """Return the key of the word for a variable's unit."""
    return "unit money" if variable.unit == MONEY_UNIT else f"unit {variable.unit}"


def _quarters(values: FloatArray, *, mean: bool) -> tuple[FloatArray, FloatArray]:
    """Return sums (or means of the months with any) over quarters, and the months in which they end; full ones only."""
    full = values[: values.size // _QUARTER * _QUARTER].reshape(-1, _QUARTER)
    ends = _QUARTER * np.arange(1.0, full.shape[0] + 1.0)
    if mean:
        some = np.maximum((full > 0.0).sum(axis=1), 1)
        return full.sum(axis=1) / some, ends
    return full.sum(axis=1), ends
