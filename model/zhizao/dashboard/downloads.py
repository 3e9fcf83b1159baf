"""What the page hands out beside the scenario file: the report and the workbook of its comparison."""

from __future__ import annotations

import tempfile
from pathlib import Path

from zhizao.dashboard.view import View, report_command
from zhizao.report.page import page
from zhizao.report.workbook import save_workbook
from zhizao.results.wording import Language
from zhizao.studies.comparison import Comparison
from zhizao.studies.evidence_check import check_evidence

__all__ = ["report_page", "workbook"]


def report_page(view: View, done: Comparison, firms: str | None, language: Language) -> str:
    """Return the report page of a view; the evidence is run under the same options when it is asked for."""
    checks = check_evidence(
        draws=view.draws, seed=view.seed, calibration=view.calibration, funding=view.funding,
        register=done.options.register,
    )  # fmt: skip
    return page(done, checks, language, report_command(view, firms, language))


def workbook(done: Comparison) -> bytes:
    """Return the workbook of a comparison, as its file holds it."""
    with tempfile.TemporaryDirectory(prefix="zhizao-") as folder:
        return save_workbook(done, Path(folder) / "comparison.xlsx").read_bytes()
