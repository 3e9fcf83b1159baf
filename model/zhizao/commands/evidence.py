"""`zhizao evidence`: the report's figures beside the model."""

from __future__ import annotations

from collections.abc import Sequence

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table
from zhizao.commands.progress import progress
from zhizao.commands.words import word
from zhizao.evidence import FigureCheck, ensemble_rows, evidence_rows
from zhizao.results.wording import Language
from zhizao.studies.evidence_check import check_evidence
from zhizao.studies.parameter_draws import CALIBRATIONS
from zhizao.version import version

__all__ = ["command"]


@click.command("evidence")
@common.options(
    common.draws, common.study, common.output_format, common.language, common.workers, common.quiet,
)  # fmt: skip
def command(
    draws: int,
    study: common.Study,
    output_format: str,
    language: Language,
    workers: int | None,
    quiet: bool,
) -> None:
    """Set the report's figures, and facts from elsewhere, beside what the baseline gives for them.

    The use of a figure says what this project does with it; a holdout is never fitted.

    \b
    Examples:
      zhizao evidence
      zhizao evidence --funding brief --draws 200 --format json
    """
    with progress("evidence", quiet=quiet) as tell:
        checks = check_evidence(draws=draws, workers=workers, progress=tell, **study)
    figures = [entry.to_dict() for entry in checks]
    made_by = {"draws": draws, "seed": study["seed"], "calibration": CALIBRATIONS[study["calibration"]],
               "funding": study["funding"], "version": version()}  # fmt: skip
    print_as(
        output_format, value=lambda: {**made_by, "figures": figures}, rows=lambda: figures,
        table=lambda: _print(checks, study["calibration"], language),
    )  # fmt: skip


def _print(checks: Sequence[FigureCheck], calibration: str, language: Language) -> None:
    print_lines(word(f"calibration {calibration}", language))
    headers, rows = evidence_rows(checks, language)
    print_table(headers, rows, right=[4, 5])
    headers, rows = ensemble_rows(checks, language)
    if rows:
        print_lines("", word("ensembles", language))
        print_table(headers, rows, right=range(3, len(headers)))
