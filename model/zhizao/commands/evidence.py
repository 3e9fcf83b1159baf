"""`zhizao evidence`: the report's figures beside the model."""

from __future__ import annotations

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_csv, print_json, print_lines, print_table
from zhizao.commands.progress import progress
from zhizao.commands.words import word
from zhizao.evidence import ensemble_rows, evidence_rows
from zhizao.results.wording import Language
from zhizao.studies.evidence_check import check_evidence
from zhizao.studies.parameter_draws import CALIBRATIONS
from zhizao.version import version

__all__ = ["command"]


@click.command("evidence")
@common.options(
    common.draws, common.seed, common.calibration, common.funding, common.firms, common.n_firms, common.settings,
    common.output_format, common.language, common.workers, common.quiet,
)  # fmt: skip
def command(
    draws: int,
    seed: int,
    calibration: str,
    funding: str,
    firms: str | None,
    n_firms: int | None,
    settings: tuple[str, ...],
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
        checks = check_evidence(
            draws=draws, seed=seed, calibration=calibration, funding=funding, workers=workers, n_firms=n_firms,
            register=firms, settings=settings, progress=tell,
        )  # fmt: skip
    figures = [entry.to_dict() for entry in checks]
    if output_format == "json":
        made_by = {"draws": draws, "seed": seed, "calibration": CALIBRATIONS[calibration], "funding": funding}
        print_json({**made_by, "version": version(), "figures": figures})
    elif output_format == "csv":
        print_csv(figures)
    else:
        print_lines(word(f"calibration {calibration}", language))
        headers, rows = evidence_rows(checks, language)
        print_table(headers, rows, right=[4, 5])
        headers, rows = ensemble_rows(checks, language)
        if rows:
            print_lines("", word("ensembles", language))
            print_table(headers, rows, right=range(3, len(headers)))
