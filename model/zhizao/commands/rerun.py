"""`zhizao rerun`: the same numbers again, from a record."""

from __future__ import annotations

import click

from zhizao.commands import options as common
from zhizao.commands.compare import print_comparison
from zhizao.commands.console import print_as, print_lines, remark
from zhizao.commands.output import check_files, write_tables
from zhizao.commands.progress import progress
from zhizao.commands.run import monthly_rows, print_run
from zhizao.commands.study import study_option
from zhizao.commands.words import word
from zhizao.results.stored import read_study, refuse_other_study
from zhizao.studies.comparison import Comparison
from zhizao.studies.rerun import rerun
from zhizao.studies.run import Run
from zhizao.version import version
from zhizao.words.tables import Language

__all__ = ["command"]

_DIFFERS = 1


@click.command("rerun")
@click.argument("record", metavar="RUN.JSON")
@common.options(
    common.out, common.replace, common.output_format, common.language, study_option("workers"), common.quiet
)
def command(
    record: str,
    out: str | None,
    replace: bool,
    output_format: str,
    language: Language,
    workers: int | None,
    quiet: bool,
) -> None:
    """Run a stored study again from RUN.JSON, which --out has written, and check that its numbers are the same.

    It works from anywhere, also after the folder has moved: a scenario file that has changed or is gone is taken from
    the record; a register of firms must be where it was, or beside RUN.JSON. It ends with 1 if a number differs.

    \b
    Examples:
      zhizao rerun runs/surge/run.json
      zhizao rerun runs/surge --out runs/surge-again
    """
    check_files(out=out)
    if out is not None and not replace:
        refuse_other_study(out, read_study(record).record)
    with progress("rerun", quiet=quiet) as tell:
        done = rerun(record, workers=workers, progress=tell)
    for note in done.notes:
        remark(note, quiet=quiet)
    write_tables(done.result, out, output_format, language, quiet=quiet, replace=replace)
    result = done.result
    rows = result.rows if isinstance(result, Comparison) else lambda: monthly_rows(result)
    print_as(output_format, value=result.to_dict, rows=rows, table=lambda: _print(result, language))
    verdict = word("same again", language, values=f"{done.values:,}")
    if not done.same:
        verdict = word(
            "not the same",
            language,
            differing=f"{done.differing:,}",
            values=f"{done.values:,}",
            furthest=f"{done.furthest:.2g}",
            before=done.made_by,
            now=version(),
        )
    if output_format == "table":
        print_lines("", verdict)
    else:
        remark(verdict, quiet=quiet and done.same)
    if not done.same:
        raise click.exceptions.Exit(_DIFFERS)


def _print(result: Run | Comparison, language: Language) -> None:
    if isinstance(result, Comparison):
        print_comparison(result, language)
    else:
        print_run(result, language)
