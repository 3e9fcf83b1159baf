"""`zhizao report`: a comparison as a page to look at, with its workbook, charts and numbers."""

from __future__ import annotations

import shlex

import click

from zhizao.commands import options as common
from zhizao.commands.console import remark
from zhizao.commands.output import say_written
from zhizao.commands.progress import progress
from zhizao.report.folder import prepare_report_folder, write_report
from zhizao.results.wording import Language
from zhizao.studies.compare import compare
from zhizao.studies.evidence_check import check_evidence

__all__ = ["TELLING", "command"]

TELLING: tuple[str, ...] = (
    "baseline", "services-surge", "chain-leaders", "mix-half-to-services", "double-grants", "no-grants", "no-services",
    "no-programme", "provider-shortage", "assessment-crackdown",
)  # fmt: skip
"""The policies of a report for which none are named: few enough to read, and different enough to tell something."""


@click.command("report")
@click.argument("folder", metavar="DIR")
@click.argument("scenarios", nargs=-1)
@common.options(
    common.draws, common.until, common.study, common.language, common.workers, common.quiet,
)  # fmt: skip
def command(
    folder: str,
    scenarios: tuple[str, ...],
    draws: int,
    until: str,
    study: common.Study,
    language: Language,
    workers: int | None,
    quiet: bool,
) -> None:
    """Write a report into DIR: one page of HTML that needs no network, a workbook, charts, and all numbers.

    It compares SCENARIOS with the first of them, as `zhizao compare` does; without any, the current policy with
    nine others. DIR is a new folder, or one that holds an earlier report.

    \b
    Examples:
      zhizao report runs/report
      zhizao report runs/report baseline services-surge --lang zh
      zhizao report runs/mine baseline my-policy.toml --firms firms.csv --funding brief
    """
    prepare_report_folder(folder)
    with progress("compare", quiet=quiet) as tell:
        done = compare(scenarios or TELLING, draws=draws, until=until, workers=workers, progress=tell, **study)
    for note in done.options.notes:
        remark(note, quiet=quiet)
    read: common.Study = {**study, "register": done.options.register}
    with progress("evidence", quiet=quiet) as tell:
        checks = check_evidence(draws=draws, workers=workers, progress=tell, **read)
    file = write_report(done, checks, folder, language, _as_asked(click.get_current_context()))
    say_written(file, language, quiet=quiet)


def _as_asked(context: click.Context) -> str:
    """Return the command with everything that decides its numbers, defaults included, as a shell takes it."""
    given = context.params
    parts = ["zhizao", "report", given["folder"], *(given["scenarios"] or TELLING)]
    for option in ("draws", "seed", "until", "calibration", "funding", "firms", "n-firms"):
        value = given[{"firms": "register", "n-firms": "n_firms"}.get(option, option)]
        if value is not None:
            parts += [f"--{option}", str(value)]
    for setting in given["settings"]:
        parts += ["--set", setting]
    return shlex.join([*parts, "--lang", given["language"]])
