"""The subsidy account: where the public money of each scenario goes, and what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhizao.report.chart_rows import ACCOUNT_PARTS
from zhizao.report.charts.style import frame, new_figure, row_labels, styled
from zhizao.report.findings import finding
from zhizao.report.palette import GREY, LIGHT, PART_COLOURS, SKY, YELLOW
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.words.place import scaled_money
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["account_chart"]

_LABELLED_WIDTH = 0.045


def account_chart(done: Comparison, language: Language = "en", *, scenario: str | None = None) -> Figure:
    """Draw the account of every scenario as a stacked bar, million RMB; what is on its way is shown beside it.

    Parameters
    ----------
    scenario
        Label of the scenario that the title names; the first one if not given.
    """
    with styled(language) as say:
        mine = next((entry for entry in done.compared if entry.label == scenario), done.first)
        figure = new_figure(2.3 + 0.26 * max(len(done.compared), 2))
        axes = figure.subplots()
        lines = [_lines(entry) for entry in done.compared]
        scale, unit = scaled_money([line["spending"] for line in lines], say("unit money"), say.language)
        lines = [{name: scale * amount for name, amount in line.items()} for line in lines]
        rows = np.arange(len(lines))
        left = np.zeros(len(lines))
        widest = max(max(line["spending"] + line["outstanding"] for line in lines), 1e-9)
        for name in ACCOUNT_PARTS:
            colour = PART_COLOURS[name]
            widths = np.array([line[name] for line in lines])
            axes.barh(
                rows,
                widths,
                left=left,
                height=0.68,
                color=colour,
                label=say(f"part {name}"),
                edgecolor="white",
                linewidth=0.6,
            )
            for row, width in enumerate(widths):
                if width > _LABELLED_WIDTH * widest and width > 0.0:
                    share = f"{width / lines[row]['spending']:.0%}"
                    axes.text(
                        left[row] + width / 2,
                        row,
                        share,
                        ha="center",
                        va="center",
                        fontsize=7,
                        color="black" if colour in (LIGHT, YELLOW, SKY) else "white",
                    )
            left += widths
        owed = np.array([line["outstanding"] for line in lines])
        axes.barh(
            rows,
            owed,
            left=left,
            height=0.62,
            color="none",
            edgecolor=GREY,
            linestyle=":",
            linewidth=0.9,
            label=say("outstanding"),
        )
        row_labels(axes, say.scenarios(done.compared), 2.6)
        axes.set_xlabel(unit)
        return frame(
            figure,
            title=finding("subsidy_account", done, mine, say.language),
            note=say.shows(say("account title"), say("account note", month=say.month(done.options.until))),
            source=say.draws(done),
            key=[axes],
        )


def _lines(entry: Compared) -> dict[str, float]:
    """Return the mean of every line of an account; the deadweight without what was promised before."""
    lines = {line["line"]: line["mean"] for line in entry.account_lines()}
    return lines | {"deadweight": lines["deadweight"] - lines["committed_before"]}
