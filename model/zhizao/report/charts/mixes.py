"""Mixes of policy that no other beats: two objectives as places, a third as colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from zhizao.report.charts.style import frame, new_figure, styled
from zhizao.report.decision_words import frontier_found
from zhizao.report.mix_rows import objectives_in_size
from zhizao.report.palette import GREY, ORANGE
from zhizao.studies.deciding.frontier import Frontier
from zhizao.studies.deciding.objectives import mix_title
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
        across, upwards = done.objectives[:2]
        sizes = objectives_in_size(done, language)
        (x_title, x_size), (y_title, y_size) = (sizes[one.name] for one in (across, upwards))

        def place_of(values: dict[str, float]) -> tuple[float, float]:
            return x_size * across.shown(values), y_size * upwards.shown(values)

        for point in done.points:
            ends = [place_of(point.seen), place_of(point.unseen)]
            axes.plot(*zip(*ends, strict=True), color=GREY, linewidth=0.7, zorder=1)
        _draw_points(figure, axes, done, [place_of(point.seen) for point in done.points], sizes)
        axes.plot(*place_of(done.base.seen), "D", color=ORANGE, zorder=4, label=say.scenario(done.scenario))
        for number, (name, place) in enumerate(_first_names(done).items(), start=1):
            point = done.points[place]
            axes.annotate(str(number), place_of(point.seen), xytext=(4, -9), textcoords="offset points", fontsize=7.5)
            axes.plot([], [], " ", label=f"{number}  {mix_title(name, language)}")
        axes.set(xlabel=x_title, ylabel=y_title)
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


def _draw_points(
    figure: Figure,
    axes: Axes,
    done: Frontier,
    places: Sequence[tuple[float, float]],
    sizes: Mapping[str, tuple[str, float]],
) -> None:
    """Draw a point for each mix at its place, coloured by the last objective if there are more than two."""
    x, y = ([place[axis] for place in places] for axis in (0, 1))
    if len(done.objectives) < 3:
        axes.scatter(x, y, s=26, zorder=3)
        return
    third = done.objectives[-1]
    title, size = sizes[third.name]
    colours = [size * third.shown(point.seen) for point in done.points]
    drawn = axes.scatter(x, y, c=colours, s=26, cmap="viridis", zorder=3)
    figure.colorbar(drawn, ax=axes, label=title, pad=0.01)


def _first_names(done: Frontier) -> dict[str, int]:
    """Return one name of each named point."""
    first: dict[int, str] = {}
    for name, place in done.named.items():
        first.setdefault(place, name)
    return {name: place for place, name in first.items()}
