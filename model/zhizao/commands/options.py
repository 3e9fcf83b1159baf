"""Options that several commands have in common, and those of a study, which a command gets together."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypedDict, TypeVar

import click

__all__ = [
    "Study", "draws", "language", "options", "out", "output_format", "quiet", "seed", "settings", "study", "until",
    "workers",
]  # fmt: skip

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Any], Any]

seed = click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Seed of all luck.")
draws = click.option(
    "--draws", type=int, default=200, show_default=True, metavar="N",
    help="Draws of the uncertain parameters, each with its own luck.",
)  # fmt: skip
until = click.option(
    "--until", default="2025-12", show_default=True, metavar="YYYY-MM", help="Last month, at most 2030-12."
)
_calibration = click.option(
    "--calibration", type=click.Choice(["plan", "facts", "prior"]), default="plan", show_default=True,
    help="Parameters: fitted with the plan met, fitted to facts only, or not fitted.",
)  # fmt: skip
_funding = click.option(
    "--funding", type=click.Choice(["report", "brief"]), default="report", show_default=True,
    help="Yearly public money: report (0.2 bn RMB) or brief (2 bn).",
)  # fmt: skip
_firms = click.option("--firms", "register", metavar="FILE", help="Your own register of firms (.csv, .xlsx, .parquet).")
_n_firms = click.option("--n-firms", type=int, metavar="N", help="Synthetic firms at the start.")
settings = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE",
    help="Set a lever from 2024-01 or a parameter throughout, such as grants.rate=0.2; can be repeated.",
)  # fmt: skip
out = click.option("--out", metavar="DIR", help="Write the tables and run.json into a new or earlier folder.")
output_format = click.option(
    "--format", "output_format", type=click.Choice(["table", "json", "csv"]), default="table",
    show_default=True, help="What is printed. Tables in DIR are Parquet, with csv they are CSV.",
)  # fmt: skip
language = click.option(
    "--lang", "language", type=click.Choice(["en", "zh"]), default="en", show_default=True,
    help="Language of titles and headers.",
)  # fmt: skip
workers = click.option("--workers", type=int, metavar="N", help="Threads; one a processor if not given.")
quiet = click.option("--quiet", is_flag=True, help="No progress and no remarks.")


def options(*decorators: Decorator) -> Callable[[Command], Command]:
    """Put several options on a command, in the order in which its help shows them."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


class Study(TypedDict):
    """What the options of `study` say, under the names that `compare` and the other studies know."""

    seed: int
    calibration: str
    funding: str
    register: Any  # a file; once that is read, the register in it
    n_firms: int | None
    settings: tuple[str, ...]


def study(command: Command) -> Command:
    """Put the options on a command that every study has; it gets them together, as ``study``."""

    @functools.wraps(command)
    def gathered(**given: Any) -> Any:
        asked = {name: given.pop(name) for name in Study.__annotations__}
        return command(**given, study=asked)

    return options(seed, _calibration, _funding, _firms, _n_firms, settings)(gathered)  # type: ignore[return-value]
