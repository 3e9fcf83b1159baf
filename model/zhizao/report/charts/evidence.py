"""The evidence board: every figure of the report, what it says, and what the model gives for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhizao.errors import InputError
from zhizao.evidence.facts import REPORT, report_title
from zhizao.evidence.figures import FigureCheck, Modelled, as_said, counted, evidence_rows
from zhizao.report.charts.style import WIDTH, frame, new_figure, styled, wrapped
from zhizao.report.charts.words import Say
from zhizao.report.palette import BLUE, GREY, LIGHT, ORANGE
from zhizao.version import version
from zhizao.words.tables import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["context_chart", "evidence_chart"]

_USES = ("fit", "holdout", "initial", "input", "context")
_SIZE = 7.5
_ROW, _HEAD, _LINE = 0.31, 0.3, 0.135
_MEANS, _SAYS, _STRIP, _GIVES = (0.0, 2.75), (2.85, 4.35), (4.45, 6.25), (6.35, 7.8)
"""Columns of the board: left and right end, inches."""


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One figure in words."""

    check: FigureCheck
    meaning: str
    says: str
    gives: str

    @property
    def height(self) -> float:
        """Inches on the board: more than usual if the words take three lines or more."""
        columns = ((self.meaning, _MEANS), (self.says, _SAYS), (self.gives, _GIVES))
        lines = max(wrapped(words, right - left, _SIZE).count("\n") + 1 for words, (left, right) in columns)
        return max(_ROW, _LINE * lines)


def evidence_chart(checks: Sequence[FigureCheck], language: Language = "en", *, notes: Sequence[str] = ()) -> Figure:
    """Draw every figure that the project uses: what it is used for, what it says, and what the model gives.

    Parameters
    ----------
    checks
        Figures beside the model, from `check_evidence`.
    notes
        What is to be said of the firms that they were made with (`Options.notes`).

    Raises
    ------
    InputError
        If no figure is used.
    """
    with styled(language) as say:
        rows = _rows(checks, say)
        board = [row for row in rows if not _only_read(row.check)]
        used = {use: [row for row in board if row.check.figure.use == use] for use in _USES}
        used = {use: found for use, found in used.items() if found}
        if not used:
            raise InputError("none of these figures is used by the model; give those of check_evidence")
        height = sum(_HEAD + sum(row.height for row in found) for found in used.values()) + _HEAD
        figure = new_figure(height + 1.15)
        axes = _board(figure, height)
        for words, (left, _) in ((say("says"), _SAYS), (say("strip"), _STRIP), (say("gives"), _GIVES)):
            axes.text(left, _HEAD / 2, words, fontsize=_SIZE, color=GREY, va="center")
        top = _HEAD
        for use, found in used.items():
            axes.text(0.0, top + _HEAD * 0.6, say(f"use {use}"), fontsize=9, va="center")
            axes.plot((0.0, _GIVES[1]), (top + _HEAD * 0.95,) * 2, color=LIGHT, linewidth=0.6)
            top += _HEAD
            for row in found:
                _draw_row(axes, row, top + row.height / 2)
                top += row.height
        source = say.with_notes(say("source evidence", version=version(), report=report_title(say.language)), notes)
        title = say("evidence found", **counted(checks)) if any(check.inside is not None for check in checks) else ""
        return frame(
            figure,
            title=title or say("evidence title"),
            note=say.shows(say("evidence title"), say("evidence note")) if title else say("evidence note"),
            source=source,
        )


def context_chart(checks: Sequence[FigureCheck], language: Language = "en") -> Figure:
    """Draw the figures that were read and are not used, and what they say.

    Parameters
    ----------
    checks
        As for `evidence_chart`.

    Raises
    ------
    InputError
        If all figures are used.
    """
    with styled(language) as say:
        rows = [row for row in _rows(checks, say) if _only_read(row.check)]
        if not rows:
            raise InputError("all of these figures are used by the model; give those of check_evidence")
        half = -(-len(rows) // 2)
        height = _ROW * half
        figure = new_figure(height + 0.95)
        axes = _board(figure, height)
        for place, row in enumerate(rows):
            left, y = (_GIVES[1] / 2 + 0.05) * (place // half), _ROW * (place % half + 0.5)
            axes.text(left, y, wrapped(row.meaning, 2.4, _SIZE), fontsize=_SIZE, va="center", linespacing=1.1)
            axes.text(
                left + 2.6, y, wrapped(row.says, 1.2, _SIZE), fontsize=_SIZE, va="center", linespacing=1.1, color=BLUE
            )
        source = say("source evidence", version=version(), report=report_title(say.language))
        return frame(figure, title=say("context title", count=len(rows)), note=say("context note"), source=source)


def _only_read(check: FigureCheck) -> bool:
    """Whether a fact is neither used nor beside anything that the model gives."""
    return check.figure.use == "context" and check.figure.series is None


def _board(figure: Figure, height: float) -> Axes:
    """Return axes in inches, from the top down."""
    axes = figure.subplots()
    axes.set(xlim=(0.0, WIDTH - 0.2), ylim=(height, 0.0))
    axes.axis("off")
    return axes


def _rows(checks: Sequence[FigureCheck], say: Say) -> list[_Row]:
    """Put figures into words; a fact from outside the report says so, where the place has a report."""
    _, table = evidence_rows(checks, say.language)
    rows, has_report = [], any(check.figure.source == REPORT for check in checks)
    for check, (_, meaning, says, *_) in zip(checks, table, strict=True):
        if has_report and check.figure.source != REPORT:
            meaning = say("outside", meaning=_first_sentence(meaning))
        rows.append(_Row(check=check, meaning=meaning, says=says, gives=_given(as_said(check, say.language).modelled)))
    return rows


def _given(modelled: Modelled | None) -> str:
    return "–" if modelled is None else "{} ({} – {})".format(*map(_short, modelled))


def _short(value: float) -> str:
    """Write a number with about three figures."""
    size = abs(value)
    text = f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def _first_sentence(text: str) -> str:
    return text.split(". ")[0].rstrip(".")


def _draw_row(axes: Axes, row: _Row, y: float) -> None:
    agrees = row.check.inside is not False
    for words, (left, right), colour in (
        (row.meaning, _MEANS, "black"),
        (row.says, _SAYS, "black"),
        (row.gives, _GIVES, "black" if agrees else ORANGE),
    ):
        axes.text(
            left, y, wrapped(words, right - left, _SIZE), fontsize=_SIZE, va="center", color=colour, linespacing=1.1
        )
    if row.check.modelled is None:
        return
    modelled = row.check.modelled
    least, most = row.check.figure.shown
    known = [end for end in (least, most, modelled.low, modelled.high) if end is not None]
    low, high = min(known), max(known)
    spread = (high - low) or abs(high) or 1.0

    def place(value: float) -> float:
        """Where a value is on the strip, whose ends are a little beyond everything on it."""
        share = (value - low + 0.12 * spread) / (high - low + 0.24 * spread)
        return _STRIP[0] + share * (_STRIP[1] - _STRIP[0])

    allowed = (_STRIP[0] if least is None else place(least), _STRIP[1] if most is None else place(most))
    widen = max(0.03 - (allowed[1] - allowed[0]), 0.0) / 2  # a single number is to be seen as well
    axes.fill_between((allowed[0] - widen, allowed[1] + widen), y - 0.09, y + 0.09, color=LIGHT, linewidth=0)
    if math.isfinite(modelled.median):
        colour = BLUE if agrees else ORANGE
        axes.plot((place(modelled.low), place(modelled.high)), (y, y), color=colour, linewidth=1.4)
        axes.plot(place(modelled.median), y, "o" if agrees else "X", color=colour, markersize=4.5)
