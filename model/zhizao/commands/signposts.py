"""What was seen at the signposts of policies that adapt, as lines below a table."""

from __future__ import annotations

from zhizao.commands.console import print_lines
from zhizao.commands.words import word
from zhizao.results.wording import number, span
from zhizao.studies.comparison import Comparison
from zhizao.studies.run import Run
from zhizao.studies.seen import seen_in_run
from zhizao.words.tables import Language

__all__ = ["print_signposts_of_draws", "print_signposts_of_run"]


def print_signposts_of_run(done: Run, language: Language) -> None:
    """Say of each signpost what was seen, and whether its condition held."""
    for line in seen_in_run(done.seen):
        held = word("signpost held" if line["held"] else "signpost missed", language)
        value = number(line["value"], line["unit"], language)
        print_lines(word("signpost", language, at=line["at"], when=line["when"], value=value, held=held))


def print_signposts_of_draws(done: Comparison, language: Language) -> None:
    """Say of each signpost of each scenario in which share of the draws its condition held, and what was seen."""
    for entry in done.compared:
        for line in entry.signpost_lines():
            print_lines(
                word(
                    "signpost in draws",
                    language,
                    scenario=entry.label,
                    at=line["at"],
                    when=line["when"],
                    held=number(line["held"], "share of draws", language),
                    mean=number(line["mean"], line["unit"], language),
                    interval=span(line["low"], line["high"], line["unit"], language),
                )
            )
