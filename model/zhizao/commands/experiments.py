"""`zhizao experiments`: the response board."""

from __future__ import annotations

from collections.abc import Sequence

import click

from zhizao.calendar import BRANCH
from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table
from zhizao.commands.output import print_notes, say_notes
from zhizao.commands.progress import progress
from zhizao.commands.study import with_study
from zhizao.evidence.units import unit_in_chinese
from zhizao.studies.experiments import Response, experiments
from zhizao.studies.options import check_options, made_by
from zhizao.studies.study_options import DrawsOptions
from zhizao.words.tables import Language, either, words_of

__all__ = ["command"]

say = words_of("experiments")


@click.command("experiments")
@click.argument("files", nargs=-1, metavar="[FILE.toml]...")
@click.option(
    "--base", default="baseline", show_default=True, metavar="NAME", help="The policy they are made on top of."
)
@with_study(DrawsOptions)
@common.options(common.output_format, common.language, common.quiet)
def command(
    files: tuple[str, ...], base: str, study: DrawsOptions, output_format: str, language: Language, quiet: bool
) -> None:
    """Repeat experiments that were really made, and set what was found there beside what the model gives.

    FILE.toml are experiments of your own, after the pattern of those in scenarios/experiments; without any, the
    shipped ones and those in the folder experiments of the district are made.

    \b
    Examples:
      zhizao experiments
      zhizao experiments --calibration facts --draws 200 --format json
      zhizao experiments my-experiment.toml
    """
    options = check_options(**study)  # reads the firms, which are then not read again
    read: DrawsOptions = {**study, "firms": options.register}
    with progress("experiments", quiet=quiet) as tell:
        found = experiments(files or None, base=base, progress=tell, **read)
    say_notes(options.notes, output_format, language, quiet=quiet)
    rows = [one.to_dict() for one in found]
    print_as(
        output_format,
        value=lambda: {**made_by(options), "experiments": rows},
        rows=lambda: rows,
        table=lambda: _print(found, options.notes, language),
    )


def _print(found: Sequence[Response], notes: Sequence[str], language: Language) -> None:
    print_notes(notes, language)
    rows = []
    for one in found:
        row, ends = one.experiment, one.interval
        rows.append(
            [
                either(row.title, row.title_zh, language),
                f"{row.found:g} {unit_in_chinese(row.unit) if language == 'zh' else row.unit}",
                f"{row.low:g} – {row.high:g}",
                f"{ends['median']:.1f}\n{ends['low']:.1f} – {ends['high']:.1f}".replace("-", "−")
                if one.known.size
                else "–",
                say({True: "inside", False: "outside", None: "number_unknown"}[one.inside], language),
                say(row.use, language),
            ]
        )
    headers = [say(key, language) for key in ("experiment", "found", "agrees", "model", "verdict", "use")]
    print_table(headers, rows, right=[2, 3], lines=True)
    known = [one.inside for one in found if one.inside is not None]
    print_lines("", say("note", language, inside=sum(known), count=len(known), branch=BRANCH))
    if len(known) < len(found):
        print_lines(say("note_unknown", language, count=len(found) - len(known)))
