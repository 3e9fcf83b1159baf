"""The tables of the report page: what stands behind each chart, and the evidence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from zhizao.evidence.figures import FigureCheck, as_said, evidence_rows
from zhizao.evidence.structures import structure_title
from zhizao.report.changes import CHANGE_COLUMNS, changes_in_words, changes_title, say_change
from zhizao.report.chart_rows import (
    ACCOUNT_PARTS,
    account_rows,
    cost_rows,
    difference_rows,
    display_names,
    group_rows,
    road_rows,
)
from zhizao.report.page_words import say
from zhizao.report.words import percent
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import number
from zhizao.scenario.scenario import Scenario
from zhizao.studies.compared import is_shock
from zhizao.studies.comparison import Comparison
from zhizao.words.place import scaled_money
from zhizao.words.tables import Language

__all__ = [
    "Table",
    "changes_table",
    "chart_tables",
    "evidence_tables",
    "inputs_table",
    "policies_table",
    "with_interval",
]

_MEANING, _SAYS, _USE = 1, 2, 3
_REFERENCE = re.compile(r" \([A-Z]\d+[a-z]?\)")
"""Another fact by its key, which a table without keys does not lead to."""
_ENDS = ("mean", "low", "high")
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of text; the first column names the row.

    Attributes
    ----------
    caption
        What the table is, for readers and for those who hear it read out.
    headers, rows
        As many cells in every row as there are headers.
    words
        Columns that hold words, which stand to the left; the others hold numbers.
    """

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: tuple[int, ...] = (0,)


def with_interval(numbers: Row, unit: str, language: Language, *, sign: bool = False) -> str:
    """Write a mean (or median) and, on a line below, its 90 % interval: ``"1.4\\n(0.0 to 3.1)"``.

    Parameters
    ----------
    unit
        As for `number`; ``"%"`` for what is in per cent or percentage points already.
    """
    middle = numbers["mean"] if "mean" in numbers else numbers["median"]
    values = (middle, numbers["low"], numbers["high"])
    if unit == "%":
        unit, values = "points", tuple(value / 100.0 for value in values)
    texts = [number(value, unit, language, sign=sign) for value in values]
    if texts[1:] == ["–", "–"]:
        return texts[0]
    return say("number and interval", language, middle=texts[0], low=texts[1], high=texts[2])


def policies_table(done: Comparison, language: Language, *, shocks: bool | None = None) -> Table:
    """Return the main table: what every policy brings about, and what it changes against the first one.

    Parameters
    ----------
    shocks
        Whether only what nobody chooses has rows, or only what can be chosen and the first one; both if not given.
    """
    whole = _brought_about(done, language)
    if shocks is None:
        return whole
    befall = [is_shock(entry) and entry is not done.first for entry in done.compared]
    kept = tuple(row for row, it_befalls in zip(whole.rows, befall, strict=True) if it_befalls is shocks)
    return replace(whole, rows=kept, caption=say("what could happen", language) if shocks else whole.caption)


def _brought_about(done: Comparison, language: Language) -> Table:
    names = display_names(done, language)
    treatments = list(done.by_treatment)
    paid, costs = (
        {entry.label: entry.summary(OUTCOMES_BY_NAME[name]) for entry in done.compared}
        for name in ("public_spend_total", "cost_per_additional_level2_firm")
    )
    (in_paid, paid_in), (in_each, each_in) = (
        _money([found["mean"] for found in column.values()], header, language)
        for column, header in ((paid, "public money"), (costs, "cost each"))
    )
    rows = []
    for entry in done.compared:
        met = done.target_probability(entry.label) if "prior" not in treatments else {"prior": entry.target_probability}
        cells = [names[entry.label]]
        for end in ("level2_share_end", "level2_share_true_end"):
            cells.append(with_interval(entry.summary(OUTCOMES_BY_NAME[end]), "points", language))
        apart = entry.difference(OUTCOMES_BY_NAME["level2_share_true_end"], done.first)
        cells.append("–" if entry is done.first else with_interval(apart, "points", language, sign=True))
        cells += [number(met[treatment], "points", language) for treatment in treatments]
        money, each = paid[entry.label], costs[entry.label]["mean"]
        cells.append(with_interval({end: in_paid * money[end] for end in _ENDS}, MONEY_UNIT, language))
        cells.append(number(in_each * each, MONEY_UNIT, language))
        rows.append(tuple(cells))
    headers = (
        "policy",
        "level 2 reported",
        "level 2 true",
        "difference true",
        *(f"met {'facts' if structure_title(t, language) else t}" for t in treatments),
    )
    return _table("policies", headers, rows, language, more=(paid_in, each_in))


def _money(millions: Sequence[float], header: str, language: Language) -> tuple[float, str]:
    """Return by what a column of money is multiplied, and its header: in the size in which people say the largest."""
    return scaled_money([value for value in millions if math.isfinite(value)], say(header, language), language)


def changes_table(after: Scenario, before: Scenario, language: Language, until: str) -> Table:
    """Return what a policy changes against the one that it is compared with."""
    rows = [change.cells for change in changes_in_words(after, before, language, until)]
    headers = tuple(say_change(f"column {name}", language) for name in CHANGE_COLUMNS)
    return Table(caption=changes_title(after, language), headers=headers, rows=tuple(rows), words=(0, 1, 4, 5))


def chart_tables(done: Comparison, language: Language) -> dict[str, Table]:
    """Return the table behind every interactive chart, by the chart's name."""
    names = display_names(done, language)
    return {
        "road": _road(done, names, language),
        "differences": _differences(done, names, language),
        "cost_effect": _costs(done, names, language),
        "subsidy_account": _account(done, names, language),
        "who_gains": _groups(done, names, language),
    }


def _table(
    caption: str,
    headers: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    language: Language,
    *,
    more: tuple[str, ...] = (),
) -> Table:
    """Return a table; `more` are headers after those that are given by key."""
    named = (*(say(header, language) for header in headers), *more)
    return Table(caption=say(caption, language), headers=named, rows=tuple(rows))


def _treatment(treatment: str, language: Language) -> str:
    return structure_title(treatment, language) or say(f"treatment {treatment}", language)


def _road(done: Comparison, names: dict[str, str], language: Language) -> Table:
    """Return the road in every December and in the last month: the chart has all months, and so has the workbook."""
    until = done.options.until
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in road_rows(done):
        if row["month"].endswith("-12") or row["month"] == until:
            place = (row["scenario"], row["treatment"], row["known"])
            found.setdefault(place, {})[row["month"]] = with_interval(row, "%", language)
    rows = [
        (names[scenario], _treatment(treatment, language), say(f"known {known}", language), *cells.values())
        for (scenario, treatment, known), cells in found.items()
    ]
    months = tuple(next(iter(found.values())))
    first = tuple(say(header, language) for header in ("policy", "parameters", "level 2"))
    caption = f"{say('road title', language)}: {say('axis share', language)}, {say('median', language)}"
    return Table(caption=caption, headers=(*first, *months), rows=tuple(rows), words=(0, 1, 2))


def _differences(done: Comparison, names: dict[str, str], language: Language) -> Table:
    rows: dict[str, list[str]] = {}
    for row in difference_rows(done):
        cells = rows.setdefault(names[row["scenario"]], [])
        cells += [with_interval(row, "%", language, sign=True), percent(row["p_better"], language)]
    headers = [say("policy", language)]
    for known in ("reported", "true"):
        headers += [say(f"difference {known}", language), say("p_better", language)]
    caption = say("differences title", language, first=names[done.first.label])
    return Table(caption=caption, headers=tuple(headers), rows=tuple((name, *cells) for name, cells in rows.items()))


def _costs(done: Comparison, names: dict[str, str], language: Language) -> Table:
    found = cost_rows(done)
    scale, header = _money([row["cost"] for row in found], "more money", language)
    rows = []
    for row in found:
        money = {"mean": scale * row["cost"], "low": scale * row["cost_low"], "high": scale * row["cost_high"]}
        cells = with_interval(money, MONEY_UNIT, language), with_interval(row, "firms", language)
        rows.append((names[row["scenario"]], *cells, say("yes" if row["frontier"] else "no", language)))
    table = _table("cost_effect title", ("policy", "more firms", "on the line"), rows, language)
    first, *others = table.headers
    return replace(table, headers=(first, header, *others))


def _account(done: Comparison, names: dict[str, str], language: Language) -> Table:
    found: dict[str, list[str]] = {}
    totals: dict[str, float] = {}
    rows_of_parts = account_rows(done)
    scale, header = _money([row["total"] for row in rows_of_parts], "total", language)
    for row in rows_of_parts:
        share = "" if math.isnan(row["share"]) else f"\n({percent(row['share'] / 100.0, language, decimals=0)})"
        found.setdefault(row["scenario"], []).append(number(scale * row["mean"], MONEY_UNIT, language) + share)
        totals[row["scenario"]] = row["total"]
    rows = []
    for entry in done.compared:
        outstanding = next(line["mean"] for line in entry.account_lines() if line["line"] == "outstanding")
        ends = [number(scale * value, MONEY_UNIT, language) for value in (totals[entry.label], outstanding)]
        rows.append((names[entry.label], ends[0], *found[entry.label], ends[1]))
    headers = ("policy", *(f"part {part}" for part in ACCOUNT_PARTS), "outstanding")
    table = _table("subsidy_account title", headers, rows, language)
    first, *others = table.headers
    return replace(table, headers=(first, header, *others))


def _groups(done: Comparison, names: dict[str, str], language: Language) -> Table:
    first = done.first.label
    found: dict[tuple[str, str], list[str]] = {}
    for row in group_rows(done, language):
        mine = f"{row['share_mean']:.1f}" if row["scenario"] == first else with_interval(row, "%", language, sign=True)
        found.setdefault((say(f"kind {row['kind']}", language), row["group"]), []).append(mine)
    rows = [(group, kind, *cells) for (kind, group), cells in found.items()]
    headers = (say("group", language), say("kind", language), say("share now", language, first=names[first]))
    others = tuple(names[entry.label] for entry in done.compared[1:])
    return Table(caption=say("who_gains title", language), headers=(*headers, *others), rows=tuple(rows), words=(0, 1))


def evidence_tables(checks: Sequence[FigureCheck], language: Language) -> tuple[Table, Table]:
    """Return the figures that the model can answer for, and all others."""
    judged, others = [], []
    for entry, row in zip(checks, evidence_rows(checks, language)[1], strict=True):
        meaning = _REFERENCE.sub("", row[_MEANING])
        modelled = as_said(entry, language).modelled
        if modelled is None:
            others.append((meaning, row[_SAYS], row[_USE]))
            continue
        verdict = {True: say("inside", language), False: say("outside", language), None: "–"}[entry.inside]
        gives = with_interval(modelled._asdict(), entry.figure.unit, language)
        judged.append((meaning, row[_SAYS], _allowed(entry, language), gives, verdict, row[_USE]))
    headers = ("what it is", "evidence says", "allowed", "the model gives", "agrees", "used as")
    answered = _table("evidence", headers, judged, language)
    rest = Table(
        caption=say("all figures", language, count=len(others)),
        headers=tuple(say(header, language) for header in ("what it is", "evidence says", "used as")),
        rows=tuple(others),
        words=(0, 1, 2),
    )
    return Table(caption=answered.caption, headers=answered.headers, rows=answered.rows, words=(0, 1, 4, 5)), rest


def _allowed(entry: FigureCheck, language: Language) -> str:
    """Return the ends within which the model counts as agreeing."""
    unit, room = entry.figure.unit, as_said(entry, language).room
    low, high = (None if end is None else number(end, unit, language) for end in room)
    if low is None or high is None:
        return "–" if low == high else f"≥ {low}" if high is None else f"≤ {high}"
    return low if low == high else say("from to", language, low=low, high=high)


def inputs_table(inputs: Sequence[dict[str, str]], language: Language) -> Table:
    """Return every file that was read, with its fingerprint."""
    rows = [(item["name"], item["sha256"]) for item in inputs]
    table = _table("input", ("input", "fingerprint"), rows, language)
    return Table(caption=table.caption, headers=table.headers, rows=table.rows, words=(0, 1))
