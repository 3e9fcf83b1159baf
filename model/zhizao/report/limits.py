"""What a comparison cannot say, and how the model agrees with the facts: the same on the page and in the brief."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zhizao.evidence.figures import FigureCheck, counted
from zhizao.report.page_tables import evidence_tables
from zhizao.report.page_words import say
from zhizao.report.words import yearly_money
from zhizao.studies.comparison import Comparison
from zhizao.words.place import money_in_words, month_in_words
from zhizao.words.tables import Language

__all__ = ["evidence_counted", "funding_in_words", "limits_of"]

_FEW_DRAWS = 100


def evidence_counted(checks: Sequence[FigureCheck], language: Language) -> str:
    """Say how many facts the model agrees with, those that were fitted and those held out counted apart."""
    numbers = counted(checks)
    return say("evidence counted", language, **numbers) if numbers["fitted"] + numbers["held"] else ""


def funding_in_words(done: Comparison, language: Language) -> str:
    """Return how much public money a year there is."""
    _, total = yearly_money(done.options.funding, done.first.scenario)
    return money_in_words(total, language)


def limits_of(done: Comparison, checks: Sequence[FigureCheck], language: Language) -> list[str]:
    """Return what this comparison cannot say: what goes for all, and what goes for this one."""
    until = month_in_words(done.options.until, language)
    found = [say(f"caveat {number}", language) for number in (1, 2, 3)]
    found.append(say("caveat 4", language, sum=funding_in_words(done, language)))
    if done.options.firms_file is None:
        found.append(say("caveat firms", language))
    else:
        found.append(say("caveat register", language, file=Path(done.options.firms_file[0]).name))
    found.append(say("caveat 5", language, until=until))
    missed = [entry for entry in checks if entry.figure.use == "holdout" and entry.inside is False]
    if missed:
        figures = (row[0].rstrip(".。") for row in evidence_tables(missed, language)[0].rows)
        found.append(say("caveat missed", language, figures=say("list mark", language).join(figures)))
    if len(done.draws) < _FEW_DRAWS:
        found.append(say("caveat draws", language, draws=len(done.draws)))
    return found
