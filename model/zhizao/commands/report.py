"""`zhizao report`: a comparison as a page to look at, with its workbook, charts and numbers."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from zhizao.commands import options as common
from zhizao.commands.output import say_notes, say_written
from zhizao.commands.progress import progress
from zhizao.commands.study import as_arguments, with_study
from zhizao.district.folder import district_arguments
from zhizao.report.folder import RESULTS, prepare_report_folder, write_report
from zhizao.report.headline import chosen_policy
from zhizao.report.made import today
from zhizao.scenario.chain import own_scenarios
from zhizao.studies.compare import compare
from zhizao.studies.evidence_check import check_evidence
from zhizao.studies.record import refuse_other
from zhizao.studies.study_options import CompareOptions, DrawsOptions, part_of
from zhizao.words.tables import Language

__all__ = ["TELLING", "command", "telling"]

TELLING: tuple[str, ...] = (
    "baseline",
    "services-surge",
    "chain-leaders",
    "mix-half-to-services",
    "double-grants",
    "no-grants",
    "no-services",
    "no-programme",
    "provider-shortage",
    "assessment-crackdown",
)
"""The policies of a report for which none are named: few enough to read, and different enough to tell something."""
_MOST = 10


def telling() -> tuple[str, ...]:
    """Return the policies of a report for which none are named: those of `TELLING`, or the district's first."""
    own = own_scenarios()
    return TELLING if set(TELLING) <= set(own) else tuple(own[:_MOST])


@click.command("report")
@click.argument("folder", metavar="DIR")
@click.argument("scenarios", nargs=-1)
@with_study(CompareOptions)
@click.option(
    "--policy",
    metavar="NAME",
    help="The scenario that the report answers for; the second if two are compared, else the first.",
)
@common.options(common.replace, common.language, common.quiet)
def command(
    folder: str,
    scenarios: tuple[str, ...],
    study: CompareOptions,
    policy: str | None,
    replace: bool,
    language: Language,
    quiet: bool,
) -> None:
    """Write a report into DIR: one page of HTML that needs no network, a workbook, charts, and all numbers.

    It compares SCENARIOS with the first of them, as `zhizao compare` does; without any, the current policy with
    nine others. DIR is a new folder, or one that holds an earlier report of the same comparison.

    \b
    Examples:
      zhizao report runs/report
      zhizao report runs/report baseline services-surge --lang zh
      zhizao report runs/all --policy services-surge
      zhizao report runs/mine baseline my-policy.toml --firms firms.csv --funding brief
    """
    prepare_report_folder(folder, [*scenarios, study["firms"]])
    if not replace:
        refuse_other(Path(folder) / RESULTS, "comparison", scenarios or telling(), **study)
    with progress("compare", quiet=quiet) as tell:
        done = compare(scenarios or telling(), progress=tell, **study)
    answering = chosen_policy(done, policy).label
    say_notes(done.options.notes, "page", language, quiet=quiet)
    read = part_of({**study, "firms": done.options.register}, DrawsOptions)
    with progress("evidence", quiet=quiet) as tell:
        checks = check_evidence(progress=tell, **read)
    named = [folder, *(scenarios or telling())]
    decided = {name: value for name, value in study.items() if name != "workers"}
    asked = shlex.join(
        ["zhizao", "report", *named, *district_arguments(), *as_arguments(decided), "--policy", answering]
    )
    asked = f"{asked} --lang {language}"
    file = write_report(done, checks, folder, language, asked, policy=answering, made=today())
    say_written(file, language, quiet=quiet)
