"""The road to the plan: the reported and the true share at level 2, under both treatments of the plan."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from zhizao.calendar import BRANCH_MONTH, START_YEAR, TARGET_MONTH, month_names
from zhizao.errors import InputError
from zhizao.evidence.structures import structure_title
from zhizao.report.charts.style import fan, frame, new_figure, styled
from zhizao.report.charts.words import Say
from zhizao.report.findings import finding
from zhizao.report.palette import BLUE, GREY, ORANGE
from zhizao.report.words import percent
from zhizao.results.outcomes import TARGET_SHARE
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from matplotlib.figure import Figure  # isort: skip

__all__ = ["apart", "draw_road", "name_lines", "target_chart"]

_BELOW = 0.92
"""Up to this share, the plan's words have room above its line."""
_LINE_OF_TEXT = 5.5
"""Height of a line of text, in percentage points of the axis."""
_SHARES = (("level2_share", BLUE, "reported"), ("level2_share_true", ORANGE, "true"))


def target_chart(done: Comparison, language: Language = "en", *, scenario: str | None = None) -> Figure:
    """Draw the road of one scenario to the plan, once for each treatment of the plan that was run.

    Parameters
    ----------
    scenario
        Label of the scenario; the first one if not given.

    Raises
    ------
    InputError
        If there is no such scenario.
    """
    with styled(language) as say:
        roads = {treatment: _entry(compared, scenario) for treatment, compared in done.by_treatment.items()}
        figure = new_figure(4.55)
        panels = figure.subplots(1, len(roads), sharey=True, squeeze=False)[0]
        for axes, (treatment, entry) in zip(panels, roads.items(), strict=True):
            draw_road(axes, entry, say)
            title = structure_title(treatment, language) or say(f"treatment {treatment}")
            if np.isfinite(entry.target_probability):
                title = say("met in", treatment=title, share=percent(entry.target_probability, say.language))
            axes.set_title(title)
            name_lines(axes, entry, say)
        panels[0].set_ylabel(say("% of SMEs"))
        chosen = next(iter(roads.values()))
        return frame(
            figure,
            title=finding("road", done, chosen, say.language),
            note=say.shows(say("target title", scenario=say.scenario(chosen.scenario)), say("target note")),
            source=say.draws(done),
        )


def draw_road(axes: Axes, entry: Compared, say: Say) -> None:
    """Draw reported and true share at level 2 over time, the plan and the month from which scenarios differ."""
    months = entry.monthly[_SHARES[0][0]].shape[1]
    years = START_YEAR + (np.arange(months) + 1) / 12.0  # shares are of the months' ends
    for series, colour, name in _SHARES:
        fan(axes, years, 100.0 * entry.monthly[series], colour=colour, label=say(f"levels {name}"))
    plan, by = 100.0 * TARGET_SHARE, month_names(TARGET_MONTH + 1)[-1]
    axes.axhline(plan, color=GREY, linestyle="--", linewidth=1)
    line = say("plan line", share=f"{plan:.0f}", by=say.month(by))
    over = TARGET_SHARE <= _BELOW
    y, side = (plan + 1.0, "bottom") if over else (plan - 1.0, "top")
    axes.text(START_YEAR + 0.1, y, line, fontsize=8, color=GREY, va=side)
    branch = START_YEAR + BRANCH_MONTH / 12.0
    axes.axvline(branch, color=GREY, linewidth=0.8, linestyle=":")
    axes.text(branch - 0.08, 2.0, say("scenarios differ"), fontsize=8, color=GREY, ha="right")
    last = np.ceil(years[-1])
    axes.set(ylim=(0.0, 100.0), xlim=(START_YEAR, last))
    ticks = np.arange(np.ceil(START_YEAR), last + 1.0, 2 if last - START_YEAR > 6 else 1)
    axes.set_xticks(ticks, [f"{year:.0f}" for year in ticks])


def name_lines(axes: Axes, entry: Compared, say: Say) -> None:
    """Name the lines of a road at their right ends, where nothing else is written; no name lies over another."""
    ends = {name: 100.0 * float(np.median(entry.monthly[series][:, -1])) for series, _, name in _SHARES}
    places = apart(ends, _LINE_OF_TEXT, 100.0)
    for _, colour, name in _SHARES:
        axes.annotate(
            say(f"levels {name}"),
            (1.0, places[name]),
            xycoords=("axes fraction", "data"),
            xytext=(4.0, 0.0),
            textcoords="offset points",
            color=colour,
            fontsize=8,
            va="center",
        )


def apart(ends: Mapping[str, float], least: float, most: float) -> dict[str, float]:
    """Return heights for names near `ends`, at least `least` apart and not above `most`, in the same order."""
    order = sorted(ends, key=lambda name: ends[name])
    places: dict[str, float] = {}
    for name in order:
        below = max(places.values(), default=-math.inf)
        places[name] = max(ends[name], below + least)
    over = max(0.0, max(places.values()) - most)
    gap = sum(places[name] - ends[name] for name in order) / len(order)
    return {name: place - max(over, gap) for name, place in places.items()}


def _entry(compared: tuple[Compared, ...], label: str | None) -> Compared:
    if label is None:
        return compared[0]
    for entry in compared:
        if entry.label == label:
            return entry
    known = ", ".join(entry.label for entry in compared)
    raise InputError(f"scenario = {label!r} is not in this comparison; choose one of {known}")
