"""`zhizao evidence`: the facts of a district beside the model, and what a fact can be about."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table
from zhizao.commands.output import print_notes, say_notes
from zhizao.commands.progress import progress
from zhizao.commands.study import given_in_vain, with_study
from zhizao.commands.words import fit_line, word
from zhizao.evidence.fact_pages import codebook_lines, series_records, series_rows
from zhizao.evidence.fact_schema import evidence_schema
from zhizao.evidence.figures import FigureCheck, ensemble_rows, evidence_rows
from zhizao.studies.evidence_check import check_evidence
from zhizao.studies.options import Options, check_options, made_by, notes_in_both
from zhizao.studies.prior_check import prior_check
from zhizao.studies.study_options import DrawsOptions
from zhizao.words.tables import Language

__all__ = ["command"]

_USUAL_DRAWS = 1024
"""Draws of the prior if none are asked for: so many that a bound that binds stands out."""


@click.command("evidence")
@click.option("--series", is_flag=True, help="Only list every series that a fact can be about.")
@click.option("--codebook", is_flag=True, help="Only print the codebook of facts, as Markdown (docs/FACTS.md is this).")
@click.option("--prior", is_flag=True, help="Only say which facts the prior reaches before any fit, and what binds.")
@click.option("--schema", is_flag=True, help="Only print the JSON Schema of a file of facts, for editors.")
@with_study(DrawsOptions)
@common.options(common.output_format, common.language, common.quiet)
def command(
    series: bool,
    codebook: bool,
    prior: bool,
    schema: bool,
    study: DrawsOptions,
    output_format: str,
    language: Language,
    quiet: bool,
) -> None:
    """Compare the report's figures, and facts from elsewhere, with what the baseline gives.

    The use of a figure says what this project does with it; a holdout is never fitted.

    \b
    Examples:
      zhizao evidence
      zhizao evidence --funding brief --draws 200 --format json
      zhizao evidence --series --lang zh
      zhizao evidence --prior
      zhizao evidence --schema > evidence.schema.json
    """
    if series or codebook or schema:
        _print_reference(series, codebook, output_format, language)
        return
    if prior:
        _print_prior(study, output_format, language, quiet)
        return
    options = check_options(**study)  # reads the firms, which are then not read again
    read: DrawsOptions = {**study, "firms": options.register}
    with progress("evidence", quiet=quiet) as tell:
        checks = check_evidence(progress=tell, **read)
    say_notes(options.notes, output_format, language, quiet=quiet)
    figures = [entry.to_dict() for entry in checks]
    print_as(
        output_format,
        value=lambda: {**made_by(options), "figures": figures},
        rows=lambda: figures,
        table=lambda: _print(checks, options, language),
    )


def _print_reference(series: bool, codebook: bool, output_format: str, language: Language) -> None:
    """Print what a fact can be about: the series, the codebook or else the schema."""
    if series:
        print_as(
            output_format,
            value=series_records,
            rows=lambda: [one | {"groups": " ".join(one["groups"])} for one in series_records()],
            table=lambda: print_table(*series_rows(language)),
        )
    elif codebook:
        click.echo("\n".join(codebook_lines()).rstrip())
    else:
        click.echo(json.dumps(evidence_schema(), indent=2, ensure_ascii=False))


def _print_prior(study: DrawsOptions, output_format: str, language: Language, quiet: bool) -> None:
    """Print which facts are within reach before any fit, and end with 1 if one that is to be fitted is not."""
    is_default = click.get_current_context().get_parameter_source("draws") is click.core.ParameterSource.DEFAULT
    notes = given_in_vain("firms", "firms_as_of", "n_firms", "settings", "calibration")
    with progress("prior", quiet=quiet, unit="runs") as tell:
        found = prior_check(
            draws=_USUAL_DRAWS if is_default else study["draws"],
            seed=study["seed"],
            funding=study["funding"],
            workers=study["workers"],
            progress=tell,
        )
    rows = [one.to_dict() for one in found.facts]
    say_notes(notes, output_format, language, quiet=quiet)
    size = {
        "draws": found.draws,
        "effective_size": found.effective_size,
        "without": found.without,
        **notes_in_both(notes),
    }

    def table() -> None:
        print_notes(notes, language)
        print_table(*found.table(language), right=[3, 4, 5])
        print_lines("", *found.sentences(language))

    flat = [one | {"binding": " ".join(bound["key"] for bound in one["binding"])} for one in rows]
    print_as(output_format, value=lambda: {**size, "facts": rows}, rows=lambda: flat, table=table)
    if any(one.fact.use == "fit" for one in found.out_of_reach):
        raise click.exceptions.Exit(1)


def _print(checks: Sequence[FigureCheck], options: Options, language: Language) -> None:
    print_lines(fit_line(options.calibration, language))
    print_notes(options.notes, language)
    headers, rows = evidence_rows(checks, language)
    print_table(headers, rows, right=[4, 5])
    headers, rows = ensemble_rows(checks, language)
    if rows:
        print_lines("", word("ensembles", language))
        print_table(headers, rows, right=range(3, len(headers)))
