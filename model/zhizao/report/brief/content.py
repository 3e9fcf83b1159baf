"""What a brief says, whatever the form: the answer, its numbers, what the policy changes, charts, and the limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhizao.evidence.figures import FigureCheck
from zhizao.report.brief.words import say
from zhizao.report.changes import changes_in_words, changes_note, changes_title, say_change
from zhizao.report.charts import account_chart, differences_chart, figure_bytes, target_chart
from zhizao.report.charts.style import untitled
from zhizao.report.findings import finding
from zhizao.report.headline import Headline, about_line, chosen_policy, headline
from zhizao.report.limits import evidence_counted, limits_of
from zhizao.report.page_tables import Table, policies_table
from zhizao.report.words import percent
from zhizao.results.outcomes import OUTCOMES_BY_NAME, TARGET_SHARE
from zhizao.studies.compared import Compared, is_shock
from zhizao.studies.comparison import Comparison
from zhizao.version import version
from zhizao.words.tables import Language

__all__ = ["Brief", "Picture", "brief_of"]

_MOST_CHANGES, _MOST_POLICIES = 12, 6
_DOTS = 150.0
_REPORTED = 1
"""Column of the main table that a page has no room for; nor has it for the last one."""
_TRUE = OUTCOMES_BY_NAME["level2_share_true_end"]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A chart as a PNG file without its title, what was found in it, and what it shows for those who cannot see it."""

    png: bytes
    found: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Brief:
    """A brief in words, tables and pictures, in one language.

    Attributes
    ----------
    title, about, made
        Its title, the policy that it is about, and place and day.
    headline
        The answer: a line, large numbers, remarks.
    numbers
        The large numbers as a table.
    changes_title, changes, changes_note
        What the policy changes; `changes_note` says what else there is, or that there is nothing. The first policy
        changes nothing, and nothing is said of it.
    others
        The policies that do most, if several are compared.
    road, apart, money
        Charts: the road to the plan, differences (if there are several), and the public money.
    evidence
        How the model agrees with the facts; empty if they were not asked for.
    limits
        What the model cannot say.
    source
        Program, draws and how to make it again.
    """

    language: Language
    title: str
    about: str
    made: str
    headline: Headline
    numbers: Table
    changes_title: str
    changes: Table
    changes_note: str
    others: Table | None
    road: Picture
    apart: Picture | None
    money: Picture
    evidence: str
    limits: tuple[str, ...]
    source: str


def brief_of(
    done: Comparison,
    checks: Sequence[FigureCheck],
    language: Language,
    command: str,
    *,
    policy: str | None = None,
    made: str = "",
) -> Brief:
    """Put a brief together; the parameters are those of `zhizao.report.page.page`."""
    mine = chosen_policy(done, policy)
    said = headline(done, language, mine.label)
    changes, note = _changes(done, mine, language)
    return Brief(
        language=language,
        title=say("page title", language, share=percent(TARGET_SHARE, language).replace(".0", "")),
        about=about_line(done, mine, language),
        made=say("brief made", language, date=made, version=version()) if made else "",
        headline=said,
        numbers=_numbers(said, language),
        changes_title=changes_title(mine.scenario, language),
        changes=changes,
        changes_note=note,
        others=_others(done, mine, language) if len(done.compared) > 2 else None,
        road=_picture("road", done, mine, language),
        apart=_picture("differences", done, mine, language) if len(done.compared) > 2 else None,
        money=_picture("subsidy_account", _few(done, mine), mine, language),
        evidence=evidence_counted(checks, language),
        limits=tuple(limits_of(done, checks, language)),
        source=say("brief source", language, draws=len(done.draws), seed=done.options.seed, command=command),
    )


def _numbers(said: Headline, language: Language) -> Table:
    rows = []
    for card in said.cards:
        open_ = (
            f"{say('list mark', language)}{say('not settled', language)}" if card.change and not card.settled else ""
        )
        rows.append((card.label, card.value, card.sure, f"{card.change}{open_}"))
    headers = tuple(say(f"brief {name}", language) for name in ("what", "value", "sure", "change"))
    kept = len(headers) if any(card.change for card in said.cards) else len(headers) - 1
    cut = tuple(row[:kept] for row in rows)
    return Table(caption=say("brief numbers", language), headers=headers[:kept], rows=cut, words=(0, 2, 3)[: kept - 1])


def _changes(done: Comparison, mine: Compared, language: Language) -> tuple[Table, str]:
    """Return the first lines of what the policy changes, and what is to be said of them."""
    first = done.first.scenario
    found = changes_in_words(mine.scenario, first, language, done.options.until)
    names = ("lever", "change", "holds", "reason")
    table = Table(
        caption=changes_title(mine.scenario, language),
        headers=tuple(say_change(f"column {name}", language) for name in names),
        rows=tuple((row.lever, row.step.replace("\n", " "), row.holds, row.reason) for row in found[:_MOST_CHANGES]),
        words=(0, 1, 2, 3),
    )
    if len(found) > _MOST_CHANGES:
        return table, say("brief more changes", language, count=len(found) - _MOST_CHANGES)
    if found or mine is done.first:
        return table, ""
    return table, changes_note(mine.scenario, first, language, any_=False)


def _few(done: Comparison, mine: Compared) -> Comparison:
    """Return the comparison with the policies that a picture of a few lines has room for: the first, mine, the best."""
    best = [entry.label for entry in _by_effect(done)][:_MOST_POLICIES]
    return done.only([done.first.label, mine.label, *best][: _MOST_POLICIES + 2])


def _by_effect(done: Comparison) -> list[Compared]:
    """Return all that can be chosen but the first, what does most in truth at the top."""
    chosen = [entry for entry in done.compared[1:] if not is_shock(entry)]
    return sorted(chosen, key=lambda entry: -entry.difference(_TRUE, done.first)["mean"])


def _others(done: Comparison, mine: Compared, language: Language) -> Table:
    """Return the main table of the first policy, the one reported on, and those that do most beside them."""
    whole = policies_table(_few(done, mine), language)
    kept = [place for place in range(len(whole.headers) - 1) if place != _REPORTED]
    cut = [tuple(cells[place] for place in kept) for cells in (whole.headers, *whole.rows)]
    return Table(caption=whole.caption, headers=cut[0], rows=tuple(cut[1:]))


def _picture(chart: str, done: Comparison, mine: Compared, language: Language) -> Picture:
    """Return one of the charts, by the name of what is found in it."""
    with untitled():
        if chart == "road":
            figure = target_chart(done, language, scenario=mine.label)
        elif chart == "differences":
            figure = differences_chart(done, language)
        else:
            figure = account_chart(done, language, scenario=mine.label)
    return Picture(
        png=figure_bytes(figure, ".png", dots=_DOTS),
        found=finding(chart, done, mine, language),
        description=say(f"alt {chart}", language),
    )
