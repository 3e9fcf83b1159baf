"""Mixes of policy that no other beats: two objectives as places, a third as colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhizao.report.charts.style import frame, new_figure, styled
from zhizao.report.decision_words import frontier_found
from zhizao.report.palette import GREY, ORANGE
from zhizao.studies.deciding.frontier import Frontier
from zhizao.studies.deciding.objectives import Objective, mix_title
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["frontier_chart"]

_HEIGHT = 5.2


def frontier_chart(done: Frontier, language: Language = "en") -> Figure:
    """Draw the frontier: the first two objectives as places, the last of the others as colour.

    Full points are what a mix gives on the draws of the search; a line leads from each to what it gives on unseen ones.
    """
    with styled(language) as say:
        figure = new_figure(_HEIGHT)
        axes = figure.subplots()
        across, upwards, *others = done.objectives
        for point in done.points:
            ends = [(across.shown(values), upwards.shown(values)) for values in (point.seen, point.unseen)]
            axes.plot(*zip(*ends, strict=True), color=GREY, linewidth=0.7, zorder=1)
        _draw_points(figure, axes, done, others[-1] if others else None, language)
        base = done.base.seen
        axes.plot(
            across.shown(base), upwards.shown(base), "D", color=ORANGE, zorder=4, label=say.scenario(done.scenario)
        )
        for number, (name, place) in enumerate(_first_names(done).items(), start=1):
            point = done.points[place]
            here = (across.shown(point.seen), upwards.shown(point.seen))
            axes.annotate(str(number), here, xytext=(4, -9), textcoords="offset points", fontsize=7.5)
            axes.plot([], [], " ", label=f"{number}  {mix_title(name, language)}")
        axes.set(xlabel=across.with_unit(language), ylabel=upwards.with_unit(language))
        axes.legend(loc="lower right", fontsize=7.5)
        axes.margins(0.06)
        return frame(
            figure,
            title=frontier_found(done, language),
            note=say.shows(
                say("frontier title"), say("frontier note", tried=f"{done.tried:,}", draws=done.options.draws)
            ),
            source=say.draws_of(done.options, done.scenario),
        )


def _draw_points(figure: Figure, axes: Axes, done: Frontier, third: Objective | None, language: Language) -> None:
    across, upwards = done.objectives[:2]
    x, y = ([one.shown(point.seen) for point in done.points] for one in (across, upwards))
    if third is None:
        axes.scatter(x, y, s=26, zorder=3)
        return
    colours = [third.shown(point.seen) for point in done.points]
    drawn = axes.scatter(x, y, c=colours, s=26, cmap="viridis", zorder=3)
    figure.colorbar(drawn, ax=axes, label=third.with_unit(language), pad=0.01)


def _first_names(done: Frontier) -> dict[str, int]:
    """Return one name of each named point."""
    first: dict[int, str] = {}
    for name, place in done.named.items():
        first.setdefault(place, name)
    return {name: place for place, name in first.items()}
