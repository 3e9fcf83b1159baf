"""What a report says beyond its comparison: the cheapest mix, which policy to choose, and how firms answer to a price.

Each is made from what its command prints as JSON, so that a page shows a small search made for it and a long one of
yesterday in the same way, and says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhizao.errors import InputError
from zhizao.evidence.units import unit_in_chinese
from zhizao.report.decision_words import decision_word
from zhizao.report.interactive.certainty import certainty
from zhizao.report.mix_rows import mix_rows
from zhizao.report.page_tables import Table
from zhizao.report.page_words import say
from zhizao.report.words import percent
from zhizao.storage.checksum import read_json
from zhizao.storage.whole import read_whole
from zhizao.words.place import money_in_words, month_in_words
from zhizao.words.tables import Language

__all__ = ["PARTS", "Finding", "Part", "part_of_page", "read_finding"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a command has found.

    Attributes
    ----------
    name
        Which part of the page it is for, one of `PARTS`.
    numbers
        What the command prints as JSON.
    file
        The file that it was read from; empty if it was made for the page.
    """

    name: str
    numbers: Mapping[str, Any]
    file: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section of the page: its name, paragraphs, tables, how it was made, and a chart with its title and note."""

    name: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...]
    made: str
    chart: Mapping[str, Any] | None = None
    chart_words: tuple[str, str] = ("", "")


def read_finding(name: str, path: str | Path) -> Finding:
    """Return what a command has printed into a file.

    Raises
    ------
    InputError
        If the file cannot be read, or does not hold it.
    """
    file, fix = Path(path), f"make it with `zhizao {name} --format json > FILE`"
    try:
        content = read_whole(file)
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: cannot be read ({getattr(error, 'strerror', None) or error}); {fix}") from error
    found = Finding(name=name, numbers=read_json(content, file, fix), file=file.name)
    part_of_page(found, "en", {})  # whether it is what the page needs
    return found


def part_of_page(found: Finding, language: Language, names: Mapping[str, str]) -> Part:
    """Return the section of a page for what a command has found.

    Parameters
    ----------
    names
        What policies are called, by label.

    Raises
    ------
    InputError
        If it is not what the command prints.
    """
    try:
        return PARTS[found.name](found, language, names)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        what = f"is not what `zhizao {found.name} --format json` prints ({type(error).__name__}: {error})"
        raise InputError(f"{found.file or found.name}: {what}; make it again") from error


def _reach(found: Finding, language: Language, names: Mapping[str, str]) -> Part:
    numbers = found.numbers
    best, base, confirmed = (numbers[name] for name in ("best", "baseline", "confirmed"))
    asked = percent(numbers["target"]["probability"], language, decimals=0)
    low, high = confirmed["interval"]
    line = say(
        "reach cheapest found" if numbers["reachable"] else "reach not found",
        language,
        asked=asked,
        share=percent(numbers["target"]["share"], language, decimals=0),
        by=month_in_words(numbers["target"]["by"], language),
        cost=money_in_words(best["cost"], language),
        base=money_in_words(base["cost"], language),
        met=percent(best["probability"], language, decimals=0),
        confirmed=percent(confirmed["probability"], language, decimals=0),
        low=percent(low, language, decimals=0),
        high=percent(high, language, decimals=0),
    )
    rows = [
        (
            percent(one["at_least"], language, decimals=0),
            money_in_words(one["cost"], language),
            percent(one["probability"], language, decimals=0),
        )
        for one in numbers["frontier"]
    ]
    tables = [
        _table("reach frontier", ("reach plan met in", "reach promised", "reach mix met in"), rows, language, words=())
    ]
    if numbers["reachable"]:
        tables.append(_mix(base["mix"], best["mix"], language))
    made = _made(found, language, tried=numbers["tried"])
    shown = tuple(table for table in tables if table.rows)
    return Part(name="reach", lines=(line,), tables=shown, made=made, **_certainty(numbers, language))


def _certainty(numbers: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return the chart of what certainty costs, and its words; nothing where it would have but a point."""
    found = sorted({(one["probability"], one["cost"]) for one in numbers["frontier"]})
    if len(found) < 2:
        return {}
    (least, cheap), (most, dear) = found[0], found[-1]
    shares = {"least": percent(least, language, decimals=0), "most": percent(most, language, decimals=0)}
    money = {"cheap": money_in_words(cheap, language), "dear": money_in_words(dear, language)}
    title = say("reach costs", language, **shares, **money)
    return {"chart": certainty(numbers, language).to_dict(), "chart_words": (title, say("reach chart note", language))}


def _mix(base: Mapping[str, float], best: Mapping[str, float], language: Language) -> Table:
    """Return the levers of a mix that are set otherwise than in the policy that it begins from."""
    changed = [key for key, after in best.items() if float(after) != float(base[key])]
    return _table(
        "reach mix sets",
        ("reach its lever", "reach unit", "reach at present", "reach then"),
        mix_rows(changed, [base, best], language),
        language,
        words=(0, 1),
    )


def _choose(found: Finding, language: Language, names: Mapping[str, str]) -> Part:
    numbers = found.numbers
    structures = [one["structure"] for one in numbers["structures"]]
    rows = []
    for one in numbers["criteria"]:
        otherwise = sum(policy != one["policy"] for policy in one["by_structure"].values())
        same = "–" if one["holds"] is None else f"{len(structures) - otherwise} / {len(structures)}"
        policy = names.get(one["policy"] or "", one["policy"] or decision_word("nobody", language))
        sure = percent(one["sure"], language, decimals=0)
        rows.append((decision_word(one["criterion"], language), policy, sure, same))
    chosen = {row[1] for row in rows}
    everywhere = len(chosen) == 1 and all(one["holds"] is not False for one in numbers["criteria"])
    key = "choose the same" if everywhere else "choose apart"
    line = say(key, language, policies=say("list mark", language).join(sorted(chosen)), count=len(chosen))
    explained = say("choose explained", language, structures=len(structures))
    headers = ("choose criterion", "choose policy", "choose sure", "choose elsewhere")
    table = _table("choose table", headers, rows, language, words=(0, 1))
    made = _made(found, language, tried=len(numbers["policies"]))
    return Part(name="choose", lines=(line, explained), tables=(table,), made=made)


def _experiments(found: Finding, language: Language, names: Mapping[str, str]) -> Part:
    rows, judged = [], []
    for one in found.numbers["experiments"]:
        unit = unit_in_chinese(one["unit"]) if language == "zh" else one["unit"]
        ends = [one[f"model_{name}"] for name in ("median", "low", "high")]
        gives = "–"
        if None not in ends:
            middle, low, high = (f"{round(end, 1) + 0.0:,.1f}".replace("-", "−") for end in ends)
            gives = say("number and interval", language, middle=middle, low=low, high=high)
        verdict = "–" if one["inside"] is None else say("inside" if one["inside"] else "outside", language)
        title = one.get("title_zh") or one["title"] if language == "zh" else one["title"]
        allowed = say("from to", language, low=f"{one['low']:g}", high=f"{one['high']:g}")
        use = say(f"experiment {one['use']}", language)
        found_there = f"{one['found']:g}{unit}" if language == "zh" else f"{one['found']:g} {unit}"
        rows.append((title, found_there, allowed, gives, verdict, use))
        judged.append((one["use"], one["inside"]))
    counts = {
        f"{use}{end}": sum(one == use and (inside is True or not end) for one, inside in judged if inside is not None)
        for use in ("fit", "holdout")
        for end in ("", "_inside")
    }
    line = say("experiments counted", language, **counts)
    headers = ("experiment", "experiment found", "allowed", "experiment model", "agrees", "used as")
    table = _table("experiments table", headers, rows, language, words=(0, 1, 4, 5))
    return Part(name="experiments", lines=(line,), tables=(table,), made=_made(found, language, tried=len(rows)))


def _made(found: Finding, language: Language, *, tried: int) -> str:
    """Return how a part was made: for the page, or from a file of an earlier run."""
    words = {"draws": found.numbers["draws"], "seed": found.numbers["seed"], "tried": tried}
    if found.file:
        return say("part from file", language, file=found.file, **words)
    return say(f"part made {found.name}", language, **words)


def _table(
    caption: str, headers: Sequence[str], rows: Sequence[tuple[str, ...]], language: Language, *, words: tuple[int, ...]
) -> Table:
    named = tuple(say(header, language) for header in headers)
    return Table(caption=say(caption, language), headers=named, rows=tuple(rows), words=words or (0,))


PARTS: dict[str, Callable[[Finding, Language, Mapping[str, str]], Part]] = {
    "reach": _reach,
    "choose": _choose,
    "experiments": _experiments,
}
"""What makes each part, by the command that finds it, in the order of the page."""
