"""What a calibration learned and did not: priors and posteriors, the ridge between two effects, known truths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.errors import InputError
from zhizao.evidence.ensembles import FUNDING, TREATMENTS, Ensemble
from zhizao.fitting.diagnostics import Recovery, even_bands
from zhizao.parameter_words.names import input_name
from zhizao.parameter_words.units import unit_name
from zhizao.report.charts.style import figure_bytes, frame, new_figure, styled, wrapped
from zhizao.report.charts.words import Say
from zhizao.report.palette import BLUE, GREY, ORANGE, TREATMENT_COLOURS
from zhizao.studies.calibration.calibrate import Findings
from zhizao.studies.calibration.findings import Predicted, learned
from zhizao.studies.calibration.inputs import Drawn, drawn_numbers, fitted_keys
from zhizao.studies.calibration.simulator import EFFECTS
from zhizao.version import version
from zhizao.words.place import money_in_words
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["CALIBRATION_CHARTS", "calibration_charts", "learned_chart", "ranks_chart", "ridge_chart"]

CALIBRATION_CHARTS = ("learned.png", "ridge.png", "ranks.png")
_MOVED_MOST = 4
_STEPS = 24
"""Into how many steps the range of a number is cut."""
_CONFIDENCE = 0.99
_SETTLED = (0.05, 0.95)
"""Shares of the members outside of which it is settled which of two effects is larger."""


def calibration_charts(findings: Findings) -> dict[str, bytes]:
    """Draw what was learned, the ridge and the ranks; return the PNG files by name."""
    first = next(iter(FUNDING))
    ensembles = {treatment: findings.ensembles[treatment, first] for treatment in TREATMENTS}
    predicted = {treatment: findings.predicted[treatment, first] for treatment in TREATMENTS}
    charts = (learned_chart(ensembles), ridge_chart(predicted), ranks_chart(findings.recovered))
    return {name: figure_bytes(chart, ".png") for name, chart in zip(CALIBRATION_CHARTS, charts, strict=True)}


def learned_chart(ensembles: Mapping[str, Ensemble], language: Language = "en") -> Figure:
    """Draw prior and posteriors of the fitted parameters, and of those that the plan moves most.

    Parameters
    ----------
    ensembles
        By treatment of the plan, ``plan`` and ``facts``, under one reading of the money.

    Raises
    ------
    InputError
        If a treatment is missing.
    """
    _check_treatments(ensembles)
    numbers = {number.key: number for number in drawn_numbers()}
    keys = _shown(ensembles)
    with styled(language) as say:
        figure = new_figure(5.0)
        for axes, key in zip(figure.subplots(2, -(-len(keys) // 2)).flat, keys, strict=False):
            number = numbers[key]
            _draw_learned(axes, number, ensembles, say)
            axes.set_title(wrapped(input_name(key, say.language), 1.7, 8.0), fontsize=8)
            axes.set_xlabel(unit_name(number.unit, say.language, percent=False), fontsize=7.5)
            axes.set_yticks([])
            if not numbers[key].log:
                axes.locator_params(axis="x", nbins=4)
        return frame(
            figure,
            title=_learned_found(ensembles, say),
            note=say.shows(say("learned title"), say("learned note")),
            source=_source(ensembles, say),
            key=figure.axes[:1],
        )


def _draw_learned(axes: Axes, number: Drawn, ensembles: Mapping[str, Ensemble], say: Say) -> None:
    """Draw how many members are in each of equal steps of a number, or of its logarithm, beside what was drawn from."""
    ends = (number.low, number.high, _STEPS + 1)
    edges = np.geomspace(*ends) if number.log else np.linspace(*ends)
    axes.plot(edges[[0, -1]], [1.0 / _STEPS] * 2, color=GREY, linestyle="--", linewidth=1, label=say("prior"))
    for treatment in reversed(TREATMENTS):
        values = ensembles[treatment].values[:, ensembles[treatment].names.index(number.key)]
        shares = np.histogram(values, edges)[0] / values.size
        colour = TREATMENT_COLOURS[treatment]
        axes.stairs(shares, edges, color=colour, linewidth=1.5, label=say(f"treatment {treatment}"))
    if number.log:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, tick: f"{value:g}")
        axes.xaxis.set_minor_formatter(lambda value, tick: "")
    axes.set_ylim(bottom=0.0)


def _learned_found(ensembles: Mapping[str, Ensemble], say: Say) -> str:
    """Return how many numbers the facts narrow, and what would have to move most for the plan to be met."""
    plan, facts = (ensembles[treatment] for treatment in TREATMENTS)
    rows = learned(facts)
    gaps = _gaps(ensembles)
    key = max(gaps, key=lambda one: gaps[one])
    number = next(number for number in drawn_numbers() if number.key == key)
    means = {one.treatment: float(one.values[:, one.names.index(key)].mean()) for one in (plan, facts)}
    return say(
        "learned found",
        narrowed=sum(not row["label"] for row in rows),
        count=len(rows),
        name=input_name(key, say.language),
        unit=unit_name(number.unit, say.language, percent=False),
        **{name: f"{value:.3g}" for name, value in means.items()},
    )


def _shown(ensembles: Mapping[str, Ensemble]) -> list[str]:
    """Return the fitted keys, and the others that differ most between the treatments, in widths of their priors."""
    gaps = _gaps(ensembles)
    fitted = [row.key for row in fitted_keys()]
    others = sorted((key for key in gaps if key not in fitted), key=lambda key: -gaps[key])
    return fitted + others[:_MOVED_MOST]


def _gaps(ensembles: Mapping[str, Ensemble]) -> dict[str, float]:
    """Return by how much the treatments differ in the mean of each number, in widths of its prior."""
    plan, facts = (ensembles[treatment] for treatment in TREATMENTS)
    return {
        number.key: abs(plan.values[:, place].mean() - facts.values[:, place].mean()) / (number.high - number.low)
        for place, number in enumerate(drawn_numbers())
    }


def ridge_chart(predicted: Mapping[str, Predicted], language: Language = "en") -> Figure:
    """Draw the effects of grants and of services in every member that was run, for both treatments of the plan.

    Parameters
    ----------
    predicted
        By treatment of the plan, as for `learned_chart`, which raises the same.
    """
    _check_treatments(predicted)
    with styled(language) as say:
        figure = new_figure(4.4)
        panels = figure.subplots(1, 2, sharex=True, sharey=True)
        for axes, treatment in zip(panels, reversed(TREATMENTS), strict=True):
            _draw_ridge(axes, predicted[treatment], say)
            axes.set_title(say(f"treatment {treatment}"))
            axes.set_xlabel(say("grants' effect"))
        panels[0].set_ylabel(say("services' effect"))
        panels[0].set_ylim(top=panels[0].get_ylim()[1] * 1.15)  # room for the legends
        members = next(iter(predicted.values())).members
        ensembles = {treatment: found.ensemble for treatment, found in predicted.items()}
        source = _source(ensembles, say, members=members)
        return frame(figure, title=_ridge_found(predicted[TREATMENTS[-1]], say), note=say("ridge note"), source=source)


def _ridge_found(predicted: Predicted, say: Say) -> str:
    """Return what the cloud of one treatment says of grants and services, and whether it is settled which does more."""
    effects = [np.asarray(predicted.found[name]) for name in ("subsidy_effect", "service_effect")]
    known = np.isfinite(effects).all(axis=0)
    grants, services = (effect[known] for effect in effects)
    more = float((grants > services).mean()) if known.any() else 0.5
    ends = dict(zip(("grants", "services"), (_ends(effect, say) for effect in (grants, services)), strict=True))
    least, most = _SETTLED
    key = "ridge open" if least < more < most else "ridge grants" if more >= most else "ridge services"
    return say(key, share=f"{more:.0%}", **ends)


def _ends(effect: FloatArray, say: Say) -> str:
    low, high = np.quantile(effect, (0.05, 0.95)) if effect.size else (np.nan, np.nan)
    return say("ridge ends", low=f"{low:.1f}", high=f"{high:.1f}").replace("-", "−")


def _draw_ridge(axes: Axes, predicted: Predicted, say: Say) -> None:
    met = predicted.target_met
    for chosen, colour, mark, label in ((~met, BLUE, "o", "not met"), (met, ORANGE, "^", "met")):
        axes.scatter(
            predicted.found["subsidy_effect"][chosen],
            predicted.found["service_effect"][chosen],
            s=11,
            alpha=0.55,
            linewidths=0,
            color=colour,
            marker=mark,
            label=say(label, share=f"{chosen.mean():.0%}"),
        )
    axes.axhline(0.0, color=GREY, linewidth=0.6)
    axes.axvline(0.0, color=GREY, linewidth=0.6)
    axes.legend(loc="upper left", ncols=2, borderaxespad=0.2)


def ranks_chart(done: Recovery, language: Language = "en") -> Figure:
    """Draw how evenly known truths rank within their posteriors, against simultaneous 99 % bands."""
    grid, low, high = even_bands(max(done.truths, 1), _CONFIDENCE)
    shown = [row.key for row in fitted_keys()] + [name for name in done.names if name in EFFECTS]
    with styled(language) as say:
        figure = new_figure(4.6)
        columns = -(-len(shown) // 2)
        panels = figure.subplots(2, columns, sharex=True, sharey=True).flatten()
        for axes, name in zip(panels, shown, strict=False):
            ranks = done.ranks[:, done.names.index(name)]
            axes.fill_between(grid, low - grid, high - grid, color=GREY, alpha=0.2, linewidth=0)
            if ranks.size:  # without a truth to use, the panel stays empty
                axes.plot(grid, (ranks[:, None] <= grid).mean(axis=0) - grid, color=BLUE)
            shown_name = say(name) if name in EFFECTS else input_name(name, say.language)
            axes.set_title(wrapped(shown_name, 1.7, 8.0), fontsize=8)
        for axes in panels[len(shown) :]:
            axes.set_visible(False)
        for axes in panels[len(shown) - columns : len(shown)]:  # those with none below
            axes.tick_params(axis="x", labelbottom=True)
            axes.set_xlabel(wrapped(say("rank"), 1.6, 7.5), fontsize=7.5)
        for axes in panels[::columns]:
            axes.set_ylabel(wrapped(say("rank gap"), 1.1, 7.5), fontsize=7.5)
        title, source = _ranks_found(done, say), say("source fit", version=version())
        return frame(figure, title=title, note=say("ranks note"), source=source)


def _ranks_found(done: Recovery, say: Say) -> str:
    """Return whether known truths are recovered: of how many numbers the ranks are even."""
    uneven = done.uneven(_CONFIDENCE)
    if not done.truths:
        return say("ranks none")
    key = "ranks uneven" if uneven else "ranks even"
    return say(key, truths=f"{done.truths:,}", count=len(done.names), uneven=len(uneven))


def _check_treatments(found: Mapping[str, object]) -> None:
    missing = [treatment for treatment in TREATMENTS if treatment not in found]
    if missing:
        raise InputError(f"the chart needs both treatments of the plan; {', '.join(missing)} is missing")


def _source(ensembles: Mapping[str, Ensemble], say: Say, *, members: int | None = None) -> str:
    ensemble = next(iter(ensembles.values()))
    money = say(f"funding {ensemble.funding}", sum=money_in_words(FUNDING[ensemble.funding], say.language))
    return say("source ensembles", version=version(), members=members or ensemble.members, money=money)
