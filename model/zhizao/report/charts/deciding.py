"""Decisions: how far each policy falls short of the best one, and what it is worth to know more before choosing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from zhizao.parameter_words.names import input_name
from zhizao.report.charts.style import frame, new_figure, row_height, row_labels, styled
from zhizao.report.charts.words import Say
from zhizao.report.decision_words import amount, learning_size, regret_size, structure_name, thing_name
from zhizao.report.palette import BLUE, GREY, ORANGE
from zhizao.studies.deciding.choose import Choice
from zhizao.studies.deciding.learn import Learning
from zhizao.studies.options import Options
from zhizao.studies.structures import WeighedStructure
from zhizao.version import version
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["choice_chart", "learning_chart"]

_ROOM = 2.9
_MOST = 12
"""Parameters that are drawn."""
_SINGLE = ("fact", "parameter", "structure", "whether", "reading")
"""Kinds of what is one thing to find out; the others are many at once."""
_ERRORS = 2.0
"""By how many standard errors something must be worth more than nothing."""


def choice_chart(done: Choice, language: Language = "en") -> Figure:
    """Draw the regret of every policy that may be chosen, best first: mean, what nine of ten futures keep to, worst."""
    places = [place for place in np.argsort(-done.measures["payoff"][:, 0], kind="stable") if done.allowed[place]]
    with styled(language) as say:
        names = [_chosen(done, int(place), say) for place in places]
        figure = new_figure(2.1 + row_height(names, _ROOM, 0.27) * max(len(places), 2))
        axes = figure.subplots()
        rows = np.arange(len(places))
        scale, unit = regret_size(done, say.language)
        regrets = {name: scale * done.measures[f"regret_{name}"][places, 0] for name in ("worst", "90", "mean")}
        axes.hlines(rows, regrets["mean"], regrets["worst"], color=GREY, linewidth=0.9)
        for name, sign, colour in (("worst", "|", GREY), ("90", "D", ORANGE), ("mean", "o", BLUE)):
            axes.plot(regrets[name], rows, sign, color=colour, markersize=5.0, label=say(f"regret {name}"))
        row_labels(axes, names, _ROOM)
        axes.set_xlim(left=0.0)
        axes.set_xlabel(say("regret", unit=unit))
        return frame(
            figure,
            title=_choice_found(done, places, say),
            note=say.shows(
                say("choice title", outcome=say.label(done.goal.outcome)),
                say("choice note", criteria=len(done.criteria)),
            ),
            source=_source(done.options, done.structures, say),
            key=[axes],
        )


def _choice_found(done: Choice, places: Sequence[int], say: Say) -> str:
    """Return which policy most criteria choose, and how far it falls short, as a title."""
    times = {place: _times(done, place) for place in places}
    best = max(places, key=lambda place: times[place], default=None)  # of equals the best by expectation
    if best is None or not times[best]:
        return say("choice none")
    mean, worst = (
        amount(float(done.measures[f"regret_{name}"][best, 0]), done.goal, say.language) for name in ("mean", "worst")
    )
    words = {"policy": _title(done, best, say), "times": times[best], "criteria": len(done.criteria)}
    return say("choice found", **words, mean=mean, worst=worst)


def _title(done: Choice, place: int, say: Say) -> str:
    return say.scenario(done.scenarios[place]) if done.scenarios else done.policies[place]


def _times(done: Choice, place: int) -> int:
    return sum(one.policy == done.policies[place] for one in done.criteria)


def _chosen(done: Choice, place: int, say: Say) -> str:
    """Return what a policy is called, and by how many criteria it is chosen."""
    title, times = _title(done, place, say), _times(done, place)
    return f"{title} ({times})" if times else title


def learning_chart(done: Learning, language: Language = "en") -> Figure:
    """Draw what it is worth to know each thing, with its standard error, and by how much it shortens the ridge."""
    parameters = [one for one in done.things if one.kind == "parameter"][:_MOST]
    things = [one for one in done.things if one.kind not in ("parameter", "all", "check")]
    things += [*parameters, *(one for one in done.things if one.kind == "check")]
    with styled(language) as say:
        names = [thing_name(one, say.language, input_name) for one in things]
        figure = new_figure(2.2 + row_height(names, _ROOM, 0.29) * len(things))
        panels = figure.subplots(1, 2 if done.ridge else 1, sharey=True, squeeze=False)[0]
        scale, unit = learning_size(done, say.language)
        values = scale * np.array([[one.value.value, one.value.error] for one in things])
        _bars(panels[0], values, BLUE, say("worth of knowing", unit=unit))
        if done.ridge:
            shorter = np.array([[100.0 * (1.0 - one.value.left), 100.0 * one.value.left_error] for one in things])
            _bars(panels[1], shorter, ORANGE, say("ridge shorter"))
            panels[1].tick_params(axis="y", labelleft=False, length=0)
            panels[1].grid(axis="y", visible=False)
        row_labels(panels[0], names, _ROOM)
        note, called = say("learning note"), {one.name: say.scenario(one) for one in done.scenarios}
        if done.ridge:
            note += ("" if say.language == "zh" else " ") + say(
                "learning ridge", **dict(zip(("first", "second"), (called[one] for one in done.ridge), strict=True))
            )
        return frame(
            figure,
            title=_learning_found(done, say),
            note=say.shows(say("learning title", now=called.get(done.now, done.now)), note),
            source=_source(done.options, done.structures, say),
        )


def _learning_found(done: Learning, say: Say) -> str:
    """Return what would be worth most to know, if it is worth more than chance, as a title."""
    single = [one for one in done.things if one.kind in _SINGLE]
    best = max(single, key=lambda one: one.value.value, default=None)
    if best is None or best.value.value <= _ERRORS * best.value.error:
        return say("learning nothing")
    value = amount(best.value.value, done.goal, say.language)
    return say("learning found", thing=thing_name(best, say.language, input_name), value=value)


def _bars(axes: Axes, values: np.ndarray[tuple[int, int], np.dtype[np.float64]], colour: str, label: str) -> None:
    """Draw a bar for each row, with a line of one standard error to both sides."""
    rows = np.arange(len(values))
    axes.barh(rows, values[:, 0], height=0.6, color=colour)
    axes.hlines(rows, np.maximum(values[:, 0] - values[:, 1], 0.0), values.sum(axis=1), color="#222222", linewidth=0.9)
    axes.set_xlim(left=0.0)
    axes.set_xlabel(label)


def _source(options: Options, structures: Sequence[WeighedStructure], say: Say) -> str:
    names = say("list mark").join(structure_name(one, say.language) for one in structures)
    source = say("source decision", version=version(), draws=options.draws, seed=options.seed, structures=names)
    return say.with_notes(source, options.notes)
