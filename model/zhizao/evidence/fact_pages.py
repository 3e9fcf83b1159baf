"""The codebook of facts: every series that a fact can be about, every key of a row, and how wordings are read."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from zhizao.evidence.catalogue import GROUPS_OF_FACTS, Series, catalogue
from zhizao.evidence.fact_schema import FIELDS
from zhizao.evidence.measure import STATISTICS
from zhizao.evidence.units import known_units
from zhizao.evidence.wordings import WORDINGS, WordingRule
from zhizao.sectors import LEVELS, SECTOR_KEYS, SIZE_CLASSES
from zhizao.words.tables import Language, either, words_of

__all__ = ["codebook_lines", "series_records", "series_rows"]

_say = words_of("evidence")


def series_rows(language: Language) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return every series that a fact can be about as a table in a language: the headers, then the rows."""
    return tuple(_say("series headers", language).split("|")), [
        (
            one.name,
            either(one.english, one.chinese, language),
            one.unit,
            _say(f"kind {one.kind}", language),
            _groups(one),
        )
        for one in catalogue().values()
    ]


def _groups(series: Series) -> str:
    if series.groups == ("all",):
        return "all"
    rest = [name for name, keys in _GROUPS.items() if set(keys) <= set(series.groups)]
    first = series.groups[0]
    return ", ".join((first, *(name for name in ("all", "sme") if name != first), *rest))


_GROUPS: dict[str, Sequence[str]] = {"sizes": SIZE_CLASSES, "sectors": SECTOR_KEYS, "levels": LEVELS}


def codebook_lines() -> Iterable[str]:
    """Yield the codebook as Markdown, in English with Chinese names; `docs/FACTS.md` is this."""
    yield "# What a fact can be about"
    yield ""
    yield "<!-- made by: zhizao evidence --codebook > docs/FACTS.md -->"
    yield ""
    yield from _prose(
        "The facts of a district are in its `evidence.toml`, one `[[fact]]` each. Any series below, for a month or a "
        "span of months, a group of firms and a statistic, can be a fact; its wording says what it leaves open, its "
        "use whether the model is fitted to it, held against it, or only read. `zhizao evidence --schema` prints the "
        "JSON Schema of such a file for editors, `zhizao evidence --series` the series alone. Before any fit, "
        "`zhizao evidence --prior` (in Python `zz.prior_check()`) says which facts are within reach, and which bounds "
        "hold back those that are not."
    )
    yield ""
    yield from _EXAMPLE.splitlines()
    yield ""
    yield from _section("Series", _series_intro(), _series_table())
    yield from _section("Groups", _groups_intro(), [])
    yield from _section("Statistics", [], _statistic_table())
    yield from _section("Wordings", _wordings_intro(), _wording_table())
    yield from _section("Units", _units_intro(), [])
    yield from _section("Keys of a row", [], _key_table())


_EXAMPLE = """```toml
[[fact]]
key = "robot_share"
series = "robot_share"      # which series
at = "2023-12"              # when: a month, or over = "2023", "2021..2023", "2021-10..2023-12"
group = "all"               # whose
value = 50
unit = "% of firms"
wording = "over"            # how it is worded: "over half" is from 50 up, softly to 60
use = "fit"                 # fit, holdout, initial, input or context
source = "report"
meaning = "Share of above-scale industrial firms that use robots"
meaning_zh = "规模以上工业企业里已使用机器人的比例"
```"""


def _section(title: str, intro: Iterable[str], table: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"## {title}"
    yield ""
    if lines := [*intro]:
        yield from lines
        yield ""
    rows = [*table]
    for number, row in enumerate(rows):
        yield f"| {' | '.join(row)} |"
        if number == 0:
            yield f"|{'---|' * len(row)}"
    if rows:
        yield ""


def _prose(text: str) -> list[str]:
    return textwrap.wrap(text, 118, break_long_words=False, break_on_hyphens=False)


def _series_intro() -> Iterable[str]:
    return _prose(
        "A *stock* is at the month's end; a *flow* is what happened in the month and can be added up; a *rate* is a "
        "mean of what happened, weighted when months are put together; some are known *at the start* only "
        '(`at = "start"`). The first group is meant where none is named. Series of levels are as firms report them; '
        '`view = "true"` is for their true level. Those marked ° need the log of projects, which makes a run a little '
        "slower."
    )


def _series_table() -> Iterable[Sequence[str]]:
    yield ("series", "what it is", "名称", "unit", "kind", "groups")
    for one in catalogue().values():
        mark = "°" if one.needs_log else ""
        yield (f"`{one.name}`{mark}", one.english, one.chinese, one.unit, _say(f"kind {one.kind}", "en"), _groups(one))


def _groups_intro() -> Iterable[str]:
    yield f"`all` and `sme`; sizes: {_names(SIZE_CLASSES)};"
    yield f"sectors: {_names(SECTOR_KEYS)};"
    yield f"levels, as reported: {_names(LEVELS)}."


def _names(keys: Sequence[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys if key in GROUPS_OF_FACTS)


def _statistic_table() -> Iterable[Sequence[str]]:
    yield ("stat", "what it is", "名称", "for", "when")
    for name, rule in STATISTICS.items():
        when = " or ".join([*(["`at`"] if rule.at else []), *(["`over`"] if rule.over else [])])
        yield (
            f"`{name}`",
            rule.english,
            rule.chinese,
            ", ".join(_say(f"kind {kind}", "en") for kind in rule.kinds),
            when,
        )


def _wordings_intro() -> Iterable[str]:
    return _prose(
        "A simulated value s has the likelihood Φ((high − s) / softness) − Φ((low − s) / softness). The ends follow "
        "from the wording and the value, and the softness is a share of the value, at least half of its last printed "
        "digit; `low`, `high` and `softness` of a row overrule them. This table is an assumption about how such words "
        "are used."
    )


def _wording_table() -> Iterable[Sequence[str]]:
    yield ("wording", "how it is read", "名称", "low", "high", "softness")
    for name, rule in WORDINGS.items():
        low, high = _end(rule, rule.low), _end(rule, rule.high)
        if not (rule.low or rule.high):
            low = high = "the row's own"
        of = "of high − low" if not (rule.low or rule.high) else "of the value"
        yield (f"`{name}`", rule.english, rule.chinese, low, high, f"{100 * rule.softness:g} % {of}")


def _end(rule: WordingRule, share: float | None) -> str:
    if rule.half_digit:
        return "half of the last digit away"
    return "open" if share is None else f"{share:g} × value"


def _units_intro() -> Iterable[str]:
    yield "A row may use the series' unit or a larger or smaller one, and the model's number is turned into it:"
    yield ""
    for unit in ("share of firms", "million RMB", "projects"):
        yield f"- {unit}: {', '.join(known_units(unit))}"
    yield ""
    yield "`/year`, `a year` or `per year` may follow where the number is one of a year: a flow of twelve months, or a"
    yield "statistic per year. A change of a share is in `percentage points`, growth in `%`."


def _key_table() -> Iterable[Sequence[str]]:
    yield ("key", "what it says")
    yield from ((f"`{name}`", text) for name, text in FIELDS.items())


def series_records() -> list[dict[str, Any]]:
    """Return every series as plain records, for JSON and tables of other programs."""
    return [
        {
            "series": one.name,
            "english": one.english,
            "chinese": one.chinese,
            "unit": one.unit,
            "kind": one.kind,
            "groups": list(one.groups),
            "needs_log": one.needs_log,
        }
        for one in catalogue().values()
    ]
