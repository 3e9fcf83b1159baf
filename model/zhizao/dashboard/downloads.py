"""What the page offers beside the scenario file: the report and the workbook of its comparison."""

from __future__ import annotations

from zhizao.dashboard.view import View, brief_command, report_command
from zhizao.evidence.figures import FigureCheck
from zhizao.report.brief import brief_bytes, brief_of, need_brief_extra
from zhizao.report.made import today
from zhizao.report.page import page
from zhizao.report.workbook import workbook_bytes
from zhizao.studies.comparison import Comparison
from zhizao.studies.evidence_check import check_evidence
from zhizao.studies.study_options import DrawsOptions, part_of
from zhizao.words.tables import Language

__all__ = ["brief", "report_page", "workbook"]


def report_page(view: View, done: Comparison, firms: str | None, language: Language) -> str:
    """Return the report page of a view; the evidence is run under the same options when it is asked for."""
    checks = _evidence(done)
    return page(
        done,
        checks,
        language,
        report_command(view, firms, language),
        policy=done.compared[-1].label,
        made=today(),
        alone=True,
    )


def brief(view: View, done: Comparison, firms: str | None, language: Language, ending: str) -> bytes:
    """Return the brief of a view in Word or PowerPoint, by its ending; what it needs is looked for first."""
    need_brief_extra(ending)
    command = brief_command(view, firms, language, ending)
    made = brief_of(done, _evidence(done), language, command, policy=done.compared[-1].label, made=today())
    return brief_bytes(made, ending)


def _evidence(done: Comparison) -> list[FigureCheck]:
    """Run the evidence under the options of a comparison."""
    return check_evidence(**part_of({**done.options.asked, "firms": done.options.register}, DrawsOptions))


def workbook(done: Comparison, language: Language) -> bytes:
    """Return the workbook of a comparison, as its file holds it."""
    return workbook_bytes(done, language)
