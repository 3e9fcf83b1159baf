"""What the commands that search over mixes have in common: the option of their dials, and the table of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from zhizao.commands.console import print_table
from zhizao.commands.words import word
from zhizao.parameter_words.amounts import amounts
from zhizao.parameter_words.names import key_with_name
from zhizao.parameter_words.units import unit_name
from zhizao.studies.mixes import Dial
from zhizao.words.tables import Language

__all__ = ["dial_option", "print_dials"]

dial_option = click.option(
    "--dial",
    "dials",
    multiple=True,
    metavar="KEY=LOW:HIGH",
    help="Lever that may be set, KEY or KEY=LOW:HIGH (KEY: its usual range); can be repeated.",
)


def print_dials(
    dials: Sequence[Dial],
    mixes: Sequence[tuple[str, Mapping[str, float]]],
    language: Language,
    below: Sequence[Sequence[str]] = (),
) -> None:
    """Print what each mix sets, a column each under its name, and rows of what it gives `below`."""
    headers = [word("dial", language), word("unit", language), *(name for name, _ in mixes)]
    rows = [_row(dial, [float(mix[dial.key]) for _, mix in mixes], language) for dial in dials]
    print_table(headers, [*rows, *below], right=range(2, len(headers)), lines=language == "zh")


def _row(dial: Dial, values: Sequence[float], language: Language) -> list[str]:
    """Return where each mix has a dial: money in the size in which people say it, all else as it is set."""
    if dial.unit.startswith("million "):
        numbers, unit = amounts(values, dial.unit, language)
    else:
        numbers, unit = [f"{value:g}" for value in values], unit_name(dial.unit, language, percent=False)
    return [key_with_name(dial.key, language), unit, *numbers]
