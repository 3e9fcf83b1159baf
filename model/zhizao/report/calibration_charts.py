"""The charts of the calibration's report; they need the extra ``charts`` (matplotlib)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zhizao.fitting.diagnostics import even_bands
from zhizao.report.charts import BLUE, GREY, ORANGE, new_figure, plain_axes
from zhizao.results.ensembles import TREATMENTS
from zhizao.studies.calibration.calibrate import Findings
from zhizao.studies.calibration.inputs import drawn_numbers, fitted_keys

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_calibration_charts", "learned_chart", "ranks_chart", "ridge_chart"]

_COLOURS = {"facts": BLUE, "plan": ORANGE}


def draw_calibration_charts(findings: Findings, folder: Path) -> None:
    """Draw what was learned, the ridge and the ranks into PNG files in a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, chart in (("learned", learned_chart), ("ridge", ridge_chart), ("ranks", ranks_chart)):
        chart(findings).savefig(folder / f"{name}.png", dpi=110)


def learned_chart(findings: Findings) -> Figure:
    """Return prior and posterior of the fitted parameters, and of what moves most under the plan."""
    numbers = {number.key: number for number in drawn_numbers()}
    names = findings.ensembles["plan", "report"].names
    gaps = {
        key: abs(
            findings.ensembles["plan", "report"].values[:, place].mean()
            - findings.ensembles["facts", "report"].values[:, place].mean()
        ) / (numbers[key].high - numbers[key].low)
        for place, key in enumerate(names)
    }  # fmt: skip
    keys = [row.key for row in fitted_keys()]
    keys += [key for key in sorted(gaps, key=lambda key: -gaps[key]) if key not in keys][:4]
    figure = new_figure((11.0, 5.2))
    for axes, key in zip(figure.subplots(2, 4).flat, keys, strict=True):
        number = numbers[key]
        edges = np.linspace(number.low, number.high, 25)
        axes.axhline(1.0 / (number.high - number.low), color=GREY, linestyle="--", linewidth=1, label="prior")
        for treatment in reversed(TREATMENTS):
            values = findings.ensembles[treatment, "report"].values[:, names.index(key)]
            axes.hist(values, edges, density=True, histtype="step", linewidth=1.6, color=_COLOURS[treatment],
                      label=treatment)  # fmt: skip
        axes.set_title(key, fontsize=9, loc="left")
        axes.set_xlabel(number.unit, fontsize=8)
        axes.set_yticks([])
        axes.tick_params(labelsize=8)
        plain_axes(axes)
    figure.axes[0].legend(frameon=False, fontsize=8)
    figure.suptitle("What the evidence teaches: the prior, and both treatments of the plan (report's money)",
                    x=0.01, ha="left", fontsize=12, fontweight="bold")  # fmt: skip
    return figure


def ridge_chart(findings: Findings) -> Figure:
    """Return the effects of subsidies and services in every member that was run, both treatments of the plan."""
    figure = new_figure((11.0, 4.6))
    for axes, treatment in zip(figure.subplots(1, 2, sharex=True, sharey=True), reversed(TREATMENTS), strict=True):
        predicted = findings.predicted[treatment, "report"]
        met = predicted.target_met
        for chosen, colour, label in ((~met, BLUE, "plan not met"), (met, ORANGE, "plan met")):
            axes.scatter(
                predicted.found["subsidy_effect"][chosen], predicted.found["service_effect"][chosen], s=8, alpha=0.5,
                linewidths=0, color=colour, label=f"{label}: {chosen.mean():.0%}",
            )  # fmt: skip
        axes.axhline(0.0, color=GREY, linewidth=0.6)
        axes.axvline(0.0, color=GREY, linewidth=0.6)
        axes.set_title(f"{treatment} · report's money", fontsize=10, loc="left")
        axes.set_xlabel("effect of grants, true points at level 2 by the end of 2025", fontsize=9)
        axes.legend(frameon=False, fontsize=9)
        plain_axes(axes)
    figure.axes[0].set_ylabel("effect of services, true points", fontsize=9)
    figure.suptitle("Subsidies or services: members that agree with the evidence, with very different shares of both",
                    x=0.01, ha="left", fontsize=12, fontweight="bold")  # fmt: skip
    return figure


def ranks_chart(findings: Findings) -> Figure:
    """Return how evenly known truths rank within their posteriors, against simultaneous 99 % bands."""
    done = findings.recovered
    grid, low, high = even_bands(done.truths, 0.99)
    figure = new_figure((11.0, 4.6))
    shown = [row.key for row in fitted_keys()] + [name for name in done.names if name.endswith("_effect")]
    for axes, name in zip(figure.subplots(2, 4, sharex=True, sharey=True).flat, shown, strict=False):
        ranks = done.ranks[:, done.names.index(name)]
        axes.fill_between(grid, low - grid, high - grid, color=GREY, alpha=0.2, linewidth=0)
        axes.plot(grid, (ranks[:, None] <= grid).mean(axis=0) - grid, color=BLUE, linewidth=1.5)
        axes.set_title(name, fontsize=9, loc="left")
        axes.tick_params(labelsize=8)
        plain_axes(axes)
    for axes in figure.axes[len(shown) :]:
        axes.set_visible(False)
    figure.supxlabel("rank of the truth within its posterior", fontsize=9)
    figure.supylabel("share below, less the rank", fontsize=9)
    figure.suptitle(f"Ranks of {done.truths} known truths; the band holds even ranks with probability 99 %",
                    x=0.01, ha="left", fontsize=12, fontweight="bold")  # fmt: skip
    return figure
