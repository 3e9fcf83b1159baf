"""Charts of places whose plan, or whose facts, are not those of the shipped district: no model is run for them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from zhizao.evidence.facts import load_facts
from zhizao.evidence.figures import FigureCheck
from zhizao.report.charts import evidence_chart, target
from zhizao.report.charts.style import frame, new_figure, styled
from zhizao.words.tables import LANGUAGES, Language


@pytest.mark.parametrize("share", [0.3, 0.65, 0.72, 0.75, 0.8, 0.9, 0.95, 1.0])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_road_do_not_meet_wherever_the_plan_is(
    monkeypatch: pytest.MonkeyPatch, language: Language, share: float
) -> None:
    monkeypatch.setattr(target, "TARGET_SHARE", share)
    ends = {name: share - 0.01 * place for place, (name, *_) in enumerate(target._SHARES)}
    entry: Any = SimpleNamespace(monthly={name: np.full((2, 96), end) for name, end in ends.items()})
    with styled(language) as say:
        figure = new_figure(4.2)
        road, _ = figure.subplots(1, 2)
        target.draw_road(road, entry, say)
        target.name_lines(road, entry, say)
        frame(figure, title="title", note="note", source="source")
        figure.draw_without_rendering()
        plan, _, *names = (text.get_window_extent() for text in road.texts)
        assert f"{100 * share:.0f}" in road.texts[0].get_text()
        assert not any(one.overlaps(other) for one, other in combinations([plan, *names], 2))
        assert plan.y1 <= road.get_window_extent().y1
        assert all(name.x0 > road.get_window_extent().x1 for name in names)


@pytest.mark.parametrize(
    ("ends", "places"), [((80.0, 90.0), (80.0, 90.0)), ((89.0, 90.0), (87.0, 92.0)), ((99.0, 100.0), (95.0, 100.0))]
)
def test_names_of_lines_stand_at_their_ends_or_near_them(ends: Any, places: Any) -> None:
    found = target.apart(dict(zip("ab", ends, strict=True)), 5.0, 100.0)
    assert tuple(found.values()) == pytest.approx(places)


def test_a_place_without_a_report_has_no_facts_from_outside_it() -> None:
    def said(checks: list[FigureCheck]) -> str:
        return " ".join(text.get_text() for text in evidence_chart(checks).axes[0].texts)

    checks = [FigureCheck(figure=fact) for fact in load_facts()]
    own = [replace(check, figure=replace(check.figure, source="news of 2025")) for check in checks]
    assert "Outside the report" in said(checks).replace("\n", " ")
    assert "Outside the report" not in said(own).replace("\n", " ")
