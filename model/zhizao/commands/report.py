"""`zhizao report`: a comparison as a page to look at, with its workbook, charts and numbers."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from zhizao.commands import options as common
from zhizao.commands.beyond import found_beyond
from zhizao.commands.output import say_notes, say_written
from zhizao.commands.progress import progress
from zhizao.commands.study import as_arguments, with_study
from zhizao.district.folder import district_arguments
from zhizao.evidence.figures import FigureCheck
from zhizao.report.beyond import read_finding
from zhizao.report.folder import RESULTS, prepare_report_folder, write_report
from zhizao.report.headline import chosen_policy
from zhizao.report.made import today
from zhizao.scenario.chain import own_scenarios
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.studies.evidence_check import check_evidence
from zhizao.studies.record import refuse_other
from zhizao.studies.study_options import CompareOptions, DrawsOptions, part_of
from zhizao.words.tables import Language

__all__ = ["TELLING", "Found", "again", "command", "found_for", "telling"]

TELLING: tuple[str, ...] = (
    "baseline",
    "light-vouchers",
    "services-surge",
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
@click.option("--reach", metavar="FILE", help="What `zhizao reach --format json` has found, instead of a short search.")
@click.option("--choose", metavar="FILE", help="What `zhizao choose --format json` has found, instead of a short look.")
@click.option(
    "--short", is_flag=True, help="Without the sections on reach, choosing and experiments, which take a while."
)
@common.options(common.replace, common.language, common.quiet)
def command(
    folder: str,
    scenarios: tuple[str, ...],
    study: CompareOptions,
    policy: str | None,
    reach: str | None,
    choose: str | None,
    short: bool,
    replace: bool,
    language: Language,
    quiet: bool,
) -> None:
    """Write a report into DIR: one page of HTML that needs no network, a workbook, charts, and all numbers.

    It compares SCENARIOS with the first of them, as `zhizao compare` does; without any, the current policy with
    nine others. Sections on the cheapest mix, on choosing and on experiments are made with few draws, or taken from
    files of longer runs; the page says which. DIR is a new folder, or one that holds an earlier report of the same
    comparison.

    \b
    Examples:
      zhizao report runs/report
      zhizao report runs/report baseline services-surge --lang zh
      zhizao report runs/all --policy services-surge
      zhizao reach --format json > reach.json && zhizao report runs/long --reach reach.json
      zhizao report runs/mine baseline my-policy.toml --firms firms.csv --funding brief
    """
    files = {"reach": reach, "choose": choose}
    given = [read_finding(name, file) for name, file in files.items() if file is not None]
    prepare_report_folder(folder, [*scenarios, study["firms"], *(file for file in files.values() if file is not None)])
    if not replace:
        refuse_other(Path(folder) / RESULTS, "comparison", scenarios or telling(), **study)
    found = found_for(scenarios or telling(), policy, study, language, quiet=quiet)
    more = [f"--{name}={file}" for name, file in files.items() if file is not None] + ["--short"] * short
    asked = again(["report", folder, *(scenarios or telling()), *more], study, found.policy, language)
    beyond = given if short else found_beyond(found.done, study, given, language, quiet=quiet)
    file = write_report(
        found.done, found.checks, folder, language, asked, policy=found.policy, made=today(), beyond=beyond
    )
    say_written(file, language, quiet=quiet)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a report or a brief is made from: a comparison, the policy that it answers for, and the evidence."""

    done: Comparison
    policy: str
    checks: Sequence[FigureCheck]


def found_for(
    named: Sequence[str], policy: str | None, study: CompareOptions, language: Language, *, quiet: bool
) -> Found:
    """Compare policies and hold the model against the evidence; say what is to be said of both."""
    with progress("compare", quiet=quiet) as tell:
        done = compare(named, progress=tell, **study)
    answering = chosen_policy(done, policy).label
    say_notes(done.options.notes, "page", language, quiet=quiet)
    read = part_of({**study, "firms": done.options.register}, DrawsOptions)
    with progress("evidence", quiet=quiet) as tell:
        return Found(done=done, policy=answering, checks=check_evidence(progress=tell, **read))


def again(words: Sequence[str], study: CompareOptions, policy: str, language: Language) -> str:
    """Return the command that makes the same report or brief again, however many workers it has."""
    decided = {name: value for name, value in study.items() if name != "workers"}
    settings = [*district_arguments(), *as_arguments(decided), "--policy", policy, "--lang", language]
    return shlex.join(["zhizao", *words, *settings])
