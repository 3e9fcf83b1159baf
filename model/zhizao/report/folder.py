"""A report on disk: the page, the workbook, the charts, and the results they were made from."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zhizao.errors import InputError
from zhizao.evidence import FigureCheck
from zhizao.report.charts import (
    account_chart,
    comparison_chart,
    cost_chart,
    differences_chart,
    evidence_chart,
    groups_chart,
    save_figure,
    target_chart,
)
from zhizao.report.page import need_report_extra, page
from zhizao.report.workbook import save_workbook
from zhizao.results.stored import RECORD, prepare_folder
from zhizao.results.wording import Language
from zhizao.studies.comparison import Comparison

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PAGE", "prepare_report_folder", "write_report"]

_DRAWN: dict[str, Callable[[Comparison, Language], Figure]] = {
    "overview": comparison_chart, "target": target_chart, "differences": differences_chart, "cost": cost_chart,
    "account": account_chart, "groups": groups_chart,
}  # fmt: skip
"""The charts of a comparison, by the names of their files; the evidence comes from elsewhere."""
PAGE, WORKBOOK, CHARTS, RESULTS = "report.html", "workbook.xlsx", "charts", "results"


def prepare_report_folder(folder: str | Path) -> Path:
    """Make a folder for a report, or find out early that it cannot be one, or that something is not installed.

    Raises
    ------
    InputError
        If it holds anything but an earlier report, if it cannot be written, or without the extra ``report``.
    """
    need_report_extra()
    folder = Path(folder)
    try:
        found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror}); name another folder") from error
    visible = {name for name in found if not name.startswith(".")}
    strange = visible - {PAGE, WORKBOOK, CHARTS, RESULTS}
    if not (folder / RESULTS / RECORD).is_file():
        strange |= visible - {RESULTS}
    if strange:
        raise InputError(
            f"{folder}: holds '{min(strange)}', which is no part of an earlier report; name a new or empty folder"
        )
    prepare_folder(folder / RESULTS)
    return folder


def write_report(
    done: Comparison, checks: Sequence[FigureCheck], folder: str | Path, language: Language, command: str
) -> Path:
    """Write the page, the workbook, the charts and the results of a comparison into a folder; return the page's file.

    Everything is made aside first. Then each file is put in place at once, the page last, so that a page never
    stands beside numbers that are not its own for longer than that takes.

    Parameters
    ----------
    done, checks, language, command
        As for `page`.
    folder
        A new or empty folder, or one that holds an earlier report, which is replaced.

    Raises
    ------
    InputError
        As for `prepare_report_folder`.
    """
    folder = prepare_report_folder(folder)
    aside = folder / f".partial-{os.getpid()}"
    try:
        (aside / CHARTS).mkdir(parents=True)
        text = page(done, checks, language, command)
        (aside / PAGE).write_text(text, encoding="utf-8")
        save_workbook(done, aside / WORKBOOK)
        _save_charts(done, checks, aside / CHARTS, language)
        done.write(folder / RESULTS)
        _put_in_place(aside, folder)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror or error}); name another folder") from error
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(aside)
    return folder / PAGE


def _save_charts(done: Comparison, checks: Sequence[FigureCheck], folder: Path, language: Language) -> None:
    """Draw every chart that a report is about, for slides (PNG) and for print (SVG)."""
    for name, draw in _DRAWN.items():
        _save(draw(done, language), folder, name)
    _save(evidence_chart(checks, language), folder, "evidence")


def _save(figure: Figure, folder: Path, name: str) -> None:
    for ending in (".png", ".svg"):
        save_figure(figure, folder / f"{name}{ending}")


def _put_in_place(aside: Path, folder: Path) -> None:
    """Move every file from aside to its place, the page last; charts that are no longer made go."""
    charts = folder / CHARTS
    charts.mkdir(exist_ok=True)
    made = {path.name for path in (aside / CHARTS).iterdir()}
    for name in made:
        os.replace(aside / CHARTS / name, charts / name)
    for path in charts.iterdir():
        if path.suffix in (".png", ".svg") and path.name not in made:
            path.unlink()
    os.replace(aside / WORKBOOK, folder / WORKBOOK)
    os.replace(aside / PAGE, folder / PAGE)
