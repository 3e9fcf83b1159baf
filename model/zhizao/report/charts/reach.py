"""The cheapest mixes of a search: how likely the target is, for how much public money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhizao.report.charts.style import frame, new_figure, styled
from zhizao.report.palette import BLUE, GREY, ORANGE
from zhizao.report.words import percent
from zhizao.studies.reach import Reach
from zhizao.words.place import money_in_words, scaled_money
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["reach_chart"]


def reach_chart(done: Reach, language: Language = "en") -> Figure:
    """Draw the cheapest mix found for each probability, the policy that the search begins from, and unseen draws."""
    with styled(language) as say:
        mixes = [done.baseline, *done.frontier.values(), done.best]
        scale, unit = scaled_money([mix.cost for mix in mixes], say("reach money"), say.language)
        points = sorted({(scale * mix.cost, 100.0 * mix.probability(done.share)) for mix in done.frontier.values()})
        figure = new_figure(4.2)
        axes = figure.subplots()
        if points:
            axes.plot(*np.array(points).T, "o-", color=BLUE, drawstyle="steps-post", label=say("reach mixes"))
        for mix, colour, sign, label in (
            (done.baseline, GREY, "D", say.scenario(done.scenario)),
            (done.confirmed, ORANGE, "o", say("reach unseen")),
        ):
            chance = 100.0 * mix.probability(done.share)
            if mix is done.confirmed:
                low, high = (100.0 * end for end in mix.probability_interval(done.share))
                axes.plot((scale * mix.cost,) * 2, (low, high), color=colour, linewidth=1.2)
            axes.plot(scale * mix.cost, chance, sign, color=colour, label=label, zorder=4)
        axes.axhline(100.0 * done.probability, color=GREY, linestyle="--", linewidth=0.9)
        axes.set(xlabel=unit, ylabel=say("reach chance"), ylim=(-3.0, 103.0))
        axes.margins(x=0.06)
        key = "reach title" if done.reachable else "reach out of reach"
        words: dict[str, object] = {
            "policy": say.scenario(done.scenario),
            "asked": percent(done.probability, say.language, decimals=0),
            "cost": money_in_words(done.best.cost, say.language),
            "base": money_in_words(done.baseline.cost, say.language),
            "met": percent(done.best.probability(done.share), say.language, decimals=0),
        }
        note = say("reach note", share=f"{100.0 * done.share:.0f}", by=say.month(done.options.until), tried=done.tried)
        source = say.draws_of(done.options, done.scenario)
        return frame(figure, title=say(key, **words), note=note, source=source, key=[axes])
