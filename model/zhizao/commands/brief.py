"""`zhizao brief`: a comparison as a few dated pages of Word or slides of PowerPoint."""

from __future__ import annotations

from typing import Any

import click

from zhizao.commands import options as common
from zhizao.commands.output import say_written
from zhizao.commands.report import again, found_for, telling
from zhizao.commands.study import with_study
from zhizao.report.brief import brief_of, checked_brief, save_brief
from zhizao.report.made import today
from zhizao.results.stored import refuse_inputs
from zhizao.studies.study_options import CompareOptions
from zhizao.words.tables import Language

__all__ = ["command"]


@click.command("brief")
@click.argument("file", metavar="FILE")
@click.argument("scenarios", nargs=-1)
@with_study(CompareOptions)
@click.option(
    "--policy",
    metavar="NAME",
    help="The scenario that the brief answers for; the second if two are compared, else the first.",
)
@common.options(common.language, common.quiet)
def command(
    file: str, scenarios: tuple[str, ...], study: CompareOptions, policy: str | None, language: Language, quiet: bool
) -> None:
    """Write a dated brief into FILE: two to four pages of Word (.docx) or slides of PowerPoint (.pptx).

    It holds the numbers of the report of the same SCENARIOS: the answer and how sure it is, what the policy changes,
    other policies, where the money goes, and what the model cannot say. It needs the extra `brief`.

    \b
    Examples:
      zhizao brief monday.docx baseline services-surge
      zhizao brief monday.pptx baseline my-policy.toml --lang zh
      zhizao brief all.docx --policy light-vouchers
    """
    path = checked_brief(file)
    inputs: list[Any] = [*scenarios, study["firms"]]
    refuse_inputs([path], inputs)
    named = scenarios or telling()
    found = found_for(named, policy, study, language, quiet=quiet)
    asked = again(["brief", file, *named], study, found.policy, language)
    brief = brief_of(found.done, found.checks, language, asked, policy=found.policy, made=today())
    say_written(save_brief(brief, path), language, quiet=quiet)
