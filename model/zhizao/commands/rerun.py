"""`zhizao rerun`: the same numbers again, from a record."""

from __future__ import annotations

import click

from zhizao.commands import options as common
from zhizao.commands.compare import print_comparison
from zhizao.commands.console import print_json, print_lines, remark
from zhizao.commands.output import write_tables
from zhizao.commands.progress import progress
from zhizao.commands.run import print_run
from zhizao.commands.words import word
from zhizao.results.stored import prepare_folder
from zhizao.results.wording import Language
from zhizao.studies.comparison import Comparison
from zhizao.studies.rerun import rerun
from zhizao.version import version

__all__ = ["command"]

_DIFFERS = 1


@click.command("rerun")
@click.argument("record", metavar="RUN.JSON")
@common.options(common.out, common.output_format, common.language, common.workers, common.quiet)
def command(
    record: str, out: str | None, output_format: str, language: Language, workers: int | None, quiet: bool
) -> None:
    """Run a stored study again from RUN.JSON, which --out has written, and see that its numbers come back.

    Files that the study read must still be there and be the same. It ends with 1 if a number differs.

    \b
    Examples:
      zhizao rerun runs/surge/run.json
      zhizao rerun runs/surge --out runs/surge-again
    """
    if out is not None:
        prepare_folder(out)
    with progress("rerun", quiet=quiet) as tell:
        done = rerun(record, workers=workers, progress=tell)
    write_tables(done.result, out, output_format, language, quiet=quiet)
    if output_format == "json":
        print_json(done.result.to_dict())
    elif isinstance(done.result, Comparison):
        print_comparison(done.result, language)
    else:
        print_run(done.result, language)
    verdict = word("same again", language, values=f"{done.values:,}")
    if not done.same:
        verdict = word(
            "not the same", language, differing=f"{done.differing:,}", values=f"{done.values:,}",
            furthest=f"{done.furthest:.2g}", before=done.made_by, now=version(),
        )  # fmt: skip
    if output_format == "table":
        print_lines("", verdict)
    else:
        remark(verdict, quiet=quiet and done.same)
    if not done.same:
        raise click.exceptions.Exit(_DIFFERS)
