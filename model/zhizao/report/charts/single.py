"""One run in one picture, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import BRANCH_MONTH, START_YEAR
from zhizao.report.charts.naming import name_above
from zhizao.report.charts.style import checked_file, frame, new_figure, save_figure, styled
from zhizao.report.charts.words import Say
from zhizao.report.palette import BLUE, GREEN, GREY, ORANGE
from zhizao.report.words import percent
from zhizao.results.outcomes import TARGET_SHARE
from zhizao.results.variables import MONEY_UNIT, VARIABLES, Variable
from zhizao.studies.run import Run
from zhizao.words.place import money_in_words, scaled_money
from zhizao.words.tables import Language

if TYPE_CHECKING:
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
_ROOM_ABOVE, _LEAST = 1.06, 1e-9
"""How far a panel goes beyond its largest value, and the least that it shows."""


def save_run_chart(done: Run, path: str | Path, language: Language = "en") -> Path:
    """Draw a run into a PNG, SVG or PDF file, as `save_figure` does."""
    checked_file(path)
    return save_figure(run_chart(done, language), path)


def run_chart(done: Run, language: Language = "en") -> Figure:
    """Draw the main monthly series of a run: stocks at months' ends, flows summed over quarters."""
    with styled(language) as say:
        figure = new_figure(6.6)
        for axes, names in zip(figure.subplots(3, 3, sharex=True).flat, _PANELS, strict=True):
            shown, unit = _series(done, names, say)
            for name, colour in zip(names, _COLOURS, strict=False):
                axes.plot(*shown[name], color=colour, linewidth=1.3, drawstyle=_step(name))
            axes.axvline(START_YEAR + BRANCH_MONTH / 12.0, color=GREY, linewidth=0.8, linestyle=":")
            axes.set_ylim(0.0, _ROOM_ABOVE * max(values.max(initial=_LEAST) for _, values in shown.values()))
            axes.set_ylabel(unit, fontsize=8)
            name_above(
                axes, [(say.label(_BY_NAME[name]), colour) for name, colour in zip(names, _COLOURS, strict=False)]
            )
        figure.axes[0].axhline(100.0 * TARGET_SHARE, color=GREY, linestyle="--", linewidth=1)
        figure.axes[0].set_ylim(0.0, 100.0)
        years = np.arange(np.ceil(START_YEAR), START_YEAR + len(done.months) / 12.0 + 0.5, 2)
        figure.axes[-1].set_xticks(years, [f"{year:.0f}" for year in years])
        return frame(
            figure,
            title=_found(done, say),
            note=say.shows(say("run title", scenario=say.scenario(done.scenario)), say("run note")),
            source=say.run(done.options, done.scenario),
        )


def _found(done: Run, say: Say) -> str:
    """Return where the run ends, as a title."""
    reported, true = (float(done.series[name][-1]) for name in ("level2_share", "level2_share_true"))
    return say(
        "run found",
        reported=percent(reported, say.language),
        true=percent(true, say.language),
        until=say.month(done.months[-1]),
        paid=money_in_words(float(done.series["public_spend"].sum()), say.language),
    )


def _series(done: Run, names: Sequence[str], say: Say) -> tuple[dict[str, tuple[FloatArray, FloatArray]], str]:
    """Return years and values of the series of a panel, and their unit in words: money in the size people say it."""
    found = {name: _points(done, name) for name in names}
    unit = say(_unit(_BY_NAME[names[0]]))
    if _BY_NAME[names[0]].unit == MONEY_UNIT:
        most = [float(values.max(initial=0.0)) for _, values in found.values()]
        scale, unit = scaled_money(most, unit, say.language)
        found = {name: (years, scale * values) for name, (years, values) in found.items()}
    return found, unit


def _points(done: Run, name: str) -> tuple[FloatArray, FloatArray]:
    """Return the years in which the months or quarters of a series end, and its values, shares in per cent."""
    variable, values = _BY_NAME[name], done.series[name]
    scale = 100.0 if variable.unit == "share of firms" else 1.0
    ends: FloatArray = np.arange(1.0, values.size + 1.0)
    if variable.kind == "flow":
        values, ends = _quarters(values, mean=name in _AVERAGED)
    return START_YEAR + ends / 12.0, scale * values


def _step(name: str) -> str:
    return "steps-pre" if _BY_NAME[name].kind == "flow" else "default"


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
