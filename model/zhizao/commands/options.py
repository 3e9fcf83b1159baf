"""Options that several commands have in common; those of studies are in `zhizao.commands.study`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

from zhizao.commands.help_language import ask_for_language
from zhizao.words.tables import LANGUAGES

__all__ = ["CSV_FORMATS", "language", "language_of_errors", "options", "out", "output_format", "quiet", "replace"]

CSV_FORMATS = ("csv", "excel-csv")
"""Forms of CSV on standard output: as pipes take it, and with the mark at its start that Excel needs."""

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Any], Any]

out = click.option("--out", metavar="DIR", help="Write the tables and run.json into a new or earlier folder.")
replace = click.option("--replace", is_flag=True, help="Also replace another study that DIR holds.")
output_format = click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json", *CSV_FORMATS]),
    default="table",
    show_default=True,
    help="Form of the output; redirect excel-csv into a file for Excel. Tables in DIR are Parquet, "
    "with csv or excel-csv CSV.",
)


def _keep_language(ctx: click.Context, _: click.Parameter, language: str) -> str:
    ask_for_language(ctx, language)
    return language


_language = partial(
    click.option,
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    is_eager=True,
    callback=_keep_language,
)
language = _language(help="Language of titles, headers and errors.")
language_of_errors = _language(help="Language of errors.", expose_value=False)
"""For commands that print in one language."""
quiet = click.option("--quiet", is_flag=True, help="No progress and no remarks.")


def options(*decorators: Decorator) -> Callable[[Command], Command]:
    """Put several options on a command, in the order in which its help shows them."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate
