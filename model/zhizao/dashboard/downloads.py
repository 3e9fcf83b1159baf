"""What the page offers beside the scenario file: the report and the workbook of its comparison."""

from __future__ import annotations

from zhizao.dashboard.view import View, report_command
from zhizao.report.made import today
from zhizao.report.page import page
from zhizao.report.workbook import workbook_bytes
from zhizao.studies.comparison import Comparison
from zhizao.studies.evidence_check import check_evidence
from zhizao.studies.study_options import DrawsOptions, part_of
from zhizao.words.tables import Language

__all__ = ["report_page", "workbook"]


def report_page(view: View, done: Comparison, firms: str | None, language: Language) -> str:
    """Return the report page of a view; the evidence is run under the same options when it is asked for."""
    checks = check_evidence(**part_of({**done.options.asked, "firms": done.options.register}, DrawsOptions))
    return page(
        done,
        checks,
        language,
        report_command(view, firms, language),
        policy=done.compared[-1].label,
        made=today(),
        alone=True,
    )


def workbook(done: Comparison) -> bytes:
    """Return the workbook of a comparison, as its file holds it."""
    return workbook_bytes(done)
