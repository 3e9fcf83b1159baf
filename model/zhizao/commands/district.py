"""`zhizao district`: make the folder of a place, check it before any fit, show what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table, remark
from zhizao.commands.progress import progress
from zhizao.commands.study import study_option
from zhizao.commands.words import word
from zhizao.district.folder import find_district, shipped_districts
from zhizao.district.in_force import DISTRICT
from zhizao.district.making import make_district
from zhizao.district.schemas import FILES, file_schema
from zhizao.errors import InputError
from zhizao.files import resolved_path
from zhizao.parameter_words.units import problems_in
from zhizao.studies.district_check import DistrictCheck, check_district_folder, district_facts
from zhizao.studies.options import cores
from zhizao.words.tables import Language, either

__all__ = ["command"]


@click.group("district", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Make the folder of a place, check it before any fit, and show what it says.

    A place is a folder of data: its names, dates, plan, sectors, policy, facts and what is fitted to them. Every
    command takes it by --district DIR. Without a subcommand the districts that ship with the package are listed.

    \b
    Examples:
      zhizao district new my-city --name "My City"
      zhizao district check my-city
      zhizao district show chongqing
      zhizao district schema evidence.toml > evidence.schema.json
    """
    if ctx.invoked_subcommand is None:
        print_lines(*shipped_districts())


@command.command("new")
@click.argument("folder", metavar="DIR")
@click.option("--name", default="", metavar="NAME", help="What the place is called; as the folder if not given.")
@click.option("--like", metavar="DISTRICT", help="Begin from another district instead of the template.")
@common.options(common.language, common.quiet)
def new(folder: str, name: str, like: str | None, language: Language, quiet: bool) -> None:
    """Write a commented template into a new folder DIR. It runs at once; replace what it assumes by what you know.

    With --like, the files of another district are copied, without its fits: to give it other dates, such as the month
    that a register of firms is of, or other numbers.

    \b
    Examples:
      zhizao district new my-city --name "My City"
      zhizao compare --district my-city --draws 50
      zhizao district new yubei-2023 --like yubei
    """
    made = make_district(Path(folder), name or resolved_path(folder).name, find_district(like) if like else None)
    print_lines(*map(str, made))
    remark(word("district made", language, folder=folder), quiet=quiet)


@command.command("check")
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--draws", type=int, default=1024, show_default=True, metavar="N", help="Draws of the prior, from 64 on.")
@study_option("seed")
@study_option("workers")
@common.options(common.output_format, common.language, common.quiet)
def check(
    folder: str | None, draws: int, seed: int, output_format: str, workers: int | None, language: Language, quiet: bool
) -> None:
    """Say what is wrong with the folder DIR, and what the prior gives beside each fact, before any fit.

    It ends with 1 if a fact that a fit would use is out of reach. DIR is a folder or the name of a shipped district.

    \b
    Examples:
      zhizao district check my-city
      zhizao district check chongqing --format json
    """
    with progress("check", quiet=quiet, unit="runs") as tell:
        found = check_district_folder(draws=draws, seed=seed, workers=workers or cores(), progress=tell)
    print_as(output_format, value=found.to_dict, rows=found.rows, table=lambda: _print_check(found, language))
    if found.unreachable:
        raise click.exceptions.Exit(1)


def _print_check(found: DistrictCheck, language: Language) -> None:
    name = either(DISTRICT.own.name, DISTRICT.own.name_zh, language)
    print_lines(
        word("district at", language, name=name, folder=DISTRICT.folder),
        *problems_in(InputError(found.remarks), language),
    )
    headers, rows = found.table(language)
    if rows:
        print_lines("", word("beside each fact", language, draws=f"{found.draws:,}"))
        print_table(headers, rows, right=[3, 4, 5])
    print_lines("", *found.said(language))


@command.command("show")
@click.argument("folder", metavar="[DIR]", required=False)
@common.options(common.output_format, common.language_of_errors)
def show(folder: str | None, output_format: str) -> None:
    """Show what the folder DIR says: names, dates, plan, sectors, money, policies, facts and fits.

    \b
    Examples:
      zhizao district show
      zhizao district show my-city --format json
    """
    facts = district_facts()
    rows: list[dict[str, Any]] = [{"what": name, "value": value} for name, value in facts.items()]
    print_as(
        output_format,
        value=lambda: facts,
        rows=lambda: rows,
        table=lambda: print_table(["what", "value"], [[row["what"], row["value"]] for row in rows]),
    )


@command.command("schema")
@click.argument("file", type=click.Choice(FILES))
def schema(file: str) -> None:
    """Print the JSON Schema of a file of a district, for editors.

    \b
    Example:
      zhizao district schema district.toml > district.schema.json
    """
    click.echo(json.dumps(file_schema(file), indent=2, ensure_ascii=False))
