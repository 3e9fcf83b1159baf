"""The subsidy account: where the public money of each scenario goes, and what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from zhizao.report.chart_rows import ACCOUNT_PARTS
from zhizao.report.charts.naming import head_rows, name_parts
from zhizao.report.charts.style import frame, new_figure, row_height, row_labels, styled
from zhizao.report.charts.words import Say
from zhizao.report.findings import finding
from zhizao.report.palette import GREY, LIGHT, PART_COLOURS, SKY, YELLOW
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.words.place import scaled_money
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["account_chart"]

_ROOM, _HEIGHT = 2.6, 0.26
"""Width for names, and the least height of a row, inches."""
_LABELLED_WIDTH, _BAR = 0.045, 0.68
"""From which part of the longest bar on a part has its share written into it; and how high bars are, in rows."""


def account_chart(done: Comparison, language: Language = "en", *, scenario: str | None = None) -> Figure:
    """Draw the account of every scenario as a stacked bar, million RMB; what is on its way is shown beside it.

    Parameters
    ----------
    scenario
        Label of the scenario that the title names; the first one if not given.
    """
    with styled(language) as say:
        mine = next((entry for entry in done.compared if entry.label == scenario), done.first)
        names = say.scenarios(done.compared)
        height = row_height(names, _ROOM, _HEIGHT)
        head = _HEIGHT * head_rows([name for name, _, _ in _parts(_lines(done.first), say)])
        figure = new_figure(2.05 + height * max(len(names), 2) + head)
        axes = figure.subplots()
        lines = [_lines(entry) for entry in done.compared]
        scale, unit = scaled_money([line["spending"] for line in lines], say("unit money"), say.language)
        lines = [{name: scale * amount for name, amount in line.items()} for line in lines]
        _draw_bars(axes, lines)
        row_labels(axes, names, _ROOM)
        axes.set_ylim(top=-0.5 - head / height)
        axes.set_xlabel(unit)
        figure = frame(
            figure,
            title=finding("subsidy_account", done, mine, say.language),
            note=say.shows(say("account title"), say("account note", month=say.month(done.options.until))),
            source=say.draws(done),
        )
        name_parts(axes, _parts(lines[0], say), -0.5 * _BAR)
        return figure


def _draw_bars(axes: Axes, lines: Sequence[dict[str, float]]) -> None:
    """Draw a bar for each account, its parts with their shares, and what is owed behind them."""
    rows = np.arange(len(lines))
    left = np.zeros(len(lines))
    widest = max(max(line["spending"] + line["outstanding"] for line in lines), 1e-9)
    for name in ACCOUNT_PARTS:
        colour = PART_COLOURS[name]
        widths = np.array([line[name] for line in lines])
        axes.barh(rows, widths, left=left, height=_BAR, color=colour, edgecolor="white", linewidth=0.6)
        for row, width in enumerate(widths):
            if width > _LABELLED_WIDTH * widest and width > 0.0:
                share = f"{width / lines[row]['spending']:.0%}"
                dark = "black" if colour in (LIGHT, YELLOW, SKY) else "white"
                axes.text(left[row] + width / 2, row, share, ha="center", va="center", fontsize=7, color=dark)
        left += widths
    owed = np.array([line["outstanding"] for line in lines])
    looks: dict[str, Any] = {"color": "none", "edgecolor": GREY, "linestyle": ":", "linewidth": 0.9}
    axes.barh(rows, owed, left=left, height=0.62, **looks)


def _parts(line: dict[str, float], say: Say) -> list[tuple[str, float, str]]:
    """Return name, middle and colour of each part of an account, and of what is promised and not yet paid."""
    parts, left = [], 0.0
    for name in ACCOUNT_PARTS:
        parts.append((say(f"part {name}"), left + line[name] / 2.0, PART_COLOURS[name]))
        left += line[name]
    return [*parts, (say("outstanding"), left + line["outstanding"] / 2.0, GREY)]


def _lines(entry: Compared) -> dict[str, float]:
    """Return the mean of every line of an account; the deadweight without what was promised before."""
    lines = {line["line"]: line["mean"] for line in entry.account_lines()}
    return lines | {"deadweight": lines["deadweight"] - lines["committed_before"]}
