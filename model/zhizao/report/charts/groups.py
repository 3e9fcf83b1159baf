"""Who moved: the share at level 2 by size class, sector, starting level and park."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from zhizao.errors import InputError
from zhizao.report.charts.naming import name_above
from zhizao.report.charts.style import frame, new_figure, row_labels, styled
from zhizao.report.charts.words import Say
from zhizao.report.findings import finding
from zhizao.report.palette import BLUE, GREEN, GREY, ORANGE, PINK, SKY
from zhizao.results.groups import GROUP_KINDS
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["groups_chart"]

_SHARES = (("level2_share", BLUE, "reported", -0.14), ("level2_share_true", ORANGE, "true", 0.14))
_MOVED = "level2_share_true"
_COLOURS = (GREEN, PINK, SKY)
_ORDERED_BY = OUTCOMES_BY_NAME["level2_share_true_end"]
_ROOM = 1.6
_TITLE = 18.0
"""Height of a panel's title with what is around it, points of print."""


def groups_chart(done: Comparison, language: Language = "en", *, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw how many firms of each kind are at level 2 in the first scenario, and what others change for them.

    Parameters
    ----------
    scenarios
        Labels of up to three scenarios that are set against the first; if not given, those that change most.

    Raises
    ------
    InputError
        If a scenario is not in the comparison, or there are too many.
    """
    with styled(language) as say:
        chosen = _chosen(done, scenarios)
        names = dict(zip([entry.label for entry in done.compared], say.scenarios(done.compared), strict=True))
        rows = [len(groups) for groups in GROUP_KINDS.values()]
        figure = new_figure(2.2 + 0.24 * sum(rows) + 0.2 * len(rows))
        panels = figure.subplots(len(rows), 2, height_ratios=rows, sharex="col", squeeze=False)
        for (level, change), (kind, groups) in zip(panels, GROUP_KINDS.items(), strict=True):
            _draw_level(level, done.first, kind)
            _draw_change(change, chosen, done.first, kind)
            row_labels(level, [say.group(group) for group in groups], _ROOM)
            row_labels(change, [""] * len(groups), 0.0)
            level.set_title(say(f"kind {kind}"))
        name_above(panels[0, 0], [(say(f"levels {name}"), colour) for _, colour, name, _ in _SHARES], gap=_TITLE)
        drawn = zip(chosen, _COLOURS, strict=False)
        name_above(panels[0, 1], [(names[entry.label], colour) for entry, colour in drawn])
        panels[-1, 0].set_xlabel(say("% of firms"))
        if chosen:
            panels[-1, 1].set_xlabel(say("true change"))
        else:
            _say_alone(list(panels[:, 1]), rows, say)
        title = say("groups title", first=names[done.first.label])
        note = say("groups note", month=say.month(done.options.until))
        return frame(
            figure,
            title=finding("who_gains", done, _most_gaining(chosen, done.first), say.language) if chosen else title,
            note=say.shows(title, note) if chosen else note,
            source=say.draws(done),
        )


def _say_alone(panels: Sequence[Axes], rows: Sequence[int], say: Say) -> None:
    """Say in the tallest of the panels of differences that there are none."""
    for axes in panels:
        axes.set_xticks([])
    tallest = panels[rows.index(max(rows))]
    tallest.text(0.5, 0.5, say("nothing to compare"), transform=tallest.transAxes, ha="center", color=GREY)


def _chosen(done: Comparison, labels: Sequence[str] | None) -> list[Compared]:
    """Return the scenarios to be set against the first."""
    others = {entry.label: entry for entry in done.compared[1:]}
    if labels is None:
        moved = {label: abs(entry.difference(_ORDERED_BY, done.first)["mean"]) for label, entry in others.items()}
        labels = sorted(others, key=lambda label: -moved[label])[: len(_COLOURS)]
    problems = [
        f"scenarios: {label!r} is not one of {', '.join(others) or 'none'}" for label in labels if label not in others
    ]
    if len(labels) > len(_COLOURS):
        problems.append(f"scenarios: {len(labels)} are too many for one chart; name at most {len(_COLOURS)}")
    if problems:
        raise InputError(problems)
    return [others[label] for label in labels]


def _most_gaining(chosen: Sequence[Compared], first: Compared) -> Compared:
    """Return the scenario that raises true levels most, for the title."""
    return max(chosen, key=lambda entry: entry.difference(_ORDERED_BY, first)["mean"])


def _lines(entry: Compared, first: Compared, kind: str, variable: str) -> list[dict[str, Any]]:
    return [line for line in entry.group_lines(first) if line["kind"] == kind and line["variable"] == variable]


def _draw_level(axes: Axes, first: Compared, kind: str) -> None:
    for variable, colour, _, offset in _SHARES:
        lines = _lines(first, first, kind, variable)
        _draw_rows(axes, lines, "", offset, colour)
    axes.set_xlim(0.0, 101.5)


def _draw_change(axes: Axes, chosen: Sequence[Compared], first: Compared, kind: str) -> None:
    offsets = 0.24 * (np.arange(len(chosen)) - (len(chosen) - 1) / 2.0)
    for entry, offset, colour in zip(chosen, offsets.tolist(), _COLOURS, strict=False):
        _draw_rows(axes, _lines(entry, first, kind, _MOVED), "difference_", offset, colour)
    axes.axvline(0.0, color=GREY, linewidth=0.8)


def _draw_rows(axes: Axes, lines: Sequence[dict[str, Any]], prefix: str, offset: float, colour: str) -> None:
    """Draw mean and interval of every group, in percent; a group without firms has none."""
    low, mean, high = (
        100.0 * np.array([line[f"{prefix}{name}"] for line in lines]) for name in ("low", "mean", "high")
    )
    rows = np.arange(len(lines)) + offset
    axes.hlines(rows, np.fmin(low, mean), np.fmax(high, mean), color=colour, linewidth=1.3)
    open_ = (low <= 0.0) & (high >= 0.0) if prefix else np.zeros(len(lines), dtype=bool)
    looks: dict[str, Any] = {"markersize": 4, "color": colour, "markeredgewidth": 1.1}
    axes.plot(mean[~open_], rows[~open_], "o", **looks)
    axes.plot(mean[open_], rows[open_], "o", **looks, markerfacecolor="white")
