"""Reading the folder of a district: its own file, and the values and intervals of numbers that are true of it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, cast

from zhizao.district.building import built, shape_problems
from zhizao.district.declared import MONTH, DistrictFile
from zhizao.district.inherited import Inherited, inherited_of
from zhizao.district.texts import text_problems
from zhizao.errors import InputError, at_place, in_words, within
from zhizao.files import resolved_path, shipped
from zhizao.toml_text import read_toml

__all__ = ["FORMAT", "DistrictData", "Number", "read_district"]

FORMAT = 1
"""The format of a district's files that this version reads."""
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FIRST_YEAR, _LAST_YEAR, _MOST_MONTHS = 1950, 2150, 600
_RESERVED = frozenset({"all", "sme", "format", "source"})
_ROLES = ("national", "municipal", "district")
"""The tiers that instruments are declared with."""


Words = Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number that is another in this district, or that has another interval.

    Attributes
    ----------
    value
        A number, or a table with one for each entry of its row; as everywhere if None.
    interval
        Ends of the interval from which it is drawn; an empty list for a number that is not drawn here; as everywhere
        if None.
    source
        Where the value and the interval come from.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    source: str
    value: float | dict[str, float] | None = None
    interval: tuple[float, ...] | None = None


@dataclass(frozen=True)
class DistrictData:
    """A district as its folder says.

    Attributes
    ----------
    folder
        The folder.
    own
        What ``district.toml`` holds.
    numbers
        What ``priors.toml`` says of numbers, by dotted key.
    words
        What ``words.toml`` says in other words than the program's own, by language, section and key.
    inherited
        What another place's fit says of the numbers.
    """

    folder: Path
    own: DistrictFile
    numbers: Mapping[str, Number] = field(default_factory=dict)
    words: Words = field(default_factory=dict)
    inherited: Inherited = field(default_factory=Inherited)

    def path(self, relative: str) -> Path:
        """Return the path of a file that the district's own file names."""
        return resolved_path(self.folder / relative)


def read_district(folder: Path) -> DistrictData:
    """Read a district.

    Raises
    ------
    InputError
        With every mistake of its files, each naming file, key and fix.
    """
    is_ours = folder.parent == shipped("districts")  # the tests see to those
    problems: list[str] = []
    own = _read(folder, "district.toml", problems)
    numbers, words = (  # each may be absent
        _read(folder, name, problems) if os.path.lexists(folder / name) else {"format": FORMAT}
        for name in ("priors.toml", "words.toml")
    )
    for name, table in (("district.toml", own), ("priors.toml", numbers), ("words.toml", words)):
        _check_format(table, name, problems)
    numbers.pop("format", None)
    words.pop("format", None)
    flat, wrong = _flat(numbers)
    problems += wrong
    if not is_ours and not problems:
        problems += [*shape_problems(DistrictFile, own, "district.toml"), *text_problems(words)]
        for key, table in flat.items():
            problems += [line.replace(": ", f": {key}.", 1) for line in shape_problems(Number, table, "priors.toml")]
    if problems:
        raise InputError([within(line, (f"{folder.name}/",) * 2) for line in problems])
    given = {key: Number(**table) for key, table in flat.items()}
    district = DistrictData(folder, built(DistrictFile, own), given, cast(Words, words))
    if problems := [*_wrong_values(district.own), *_wrong_numbers(district.numbers), *_missing_files(district)]:
        raise InputError([within(line, (f"{folder.name}/",) * 2) for line in problems])
    try:
        return replace(district, inherited=inherited_of(district.own, folder))
    except InputError as error:
        raise InputError([at_place(f"{folder.name}/district.toml", line) for line in error.problems]) from error


def _read(folder: Path, name: str, problems: list[str]) -> dict[str, Any]:
    try:
        found = read_toml(folder / name, name)
    except InputError as error:
        problems += error.problems
        return {}
    if not found:
        problems.append(f"{name}: is empty; `zhizao district new` writes one to begin from")
    return found


def _check_format(table: Mapping[str, Any], file: str, problems: list[str]) -> None:
    if table and table.get("format") != FORMAT:
        problems.append(f"{file}: format is {in_words(table.get('format'))}; this version reads {FORMAT}")


def _flat(tables: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the tables of numbers by dotted key, and what is not one."""
    found, problems = {}, []
    for group, table in tables.items():
        if not isinstance(table, dict):
            problems.append(f"priors.toml: {group} is not a table; write [{group}.name] with value, interval, source")
            continue
        for name, number in table.items():
            if isinstance(number, dict):
                found[f"{group}.{name}"] = number
            else:
                problems.append(
                    f"priors.toml: {group}.{name} is {in_words(number)}; write [{group}.{name}] with value, interval "
                    "and source"
                )
    return found, problems


def _wrong_values(own: DistrictFile) -> list[str]:
    """Return what is wrong with the values of ``district.toml``, beyond their kind."""
    problems: list[str] = []
    months = {name: getattr(own.months, name) for name in ("start", "branch", "horizon")} | {"by": own.plan.by}
    numbers = {}
    for name, text in months.items():
        key = "plan.by" if name == "by" else f"months.{name}"
        match = MONTH.fullmatch(text)
        if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
            wanted = f"write YYYY-MM, from {_FIRST_YEAR}-01 to {_LAST_YEAR}-12"
            problems.append(f"{key} is {in_words(text)}; {wanted}")
        else:
            numbers[name] = int(match[1]) * 12 + int(match[2])
    if len(numbers) == len(months):
        problems += _wrong_order(numbers, months)
    plan, cuts = own.plan, own.levels.cut_points
    if not 0.0 < plan.share <= 1.0:
        problems.append(f"plan.share is {plan.share:g}; give a share above 0 and at most 1, such as 0.9")
    if not 1 <= len(cuts) <= 9 or any(not 0.0 < cut < 100.0 for cut in cuts) or list(cuts) != sorted(set(cuts)):
        problems.append("levels.cut_points must be 1 to 9 rising numbers between 0 and 100 score points")
    elif not 1 <= plan.level <= len(cuts):
        problems.append(f"plan.level is {plan.level}; levels.cut_points give levels 0 to {len(cuts)}: name 1 to those")
    for language in ("english", "chinese"):
        names = getattr(own.levels, language)
        if names and len(names) != len(cuts) + 1:
            problems.append(f"levels.{language} has {len(names)} names; give {len(cuts) + 1}, from level 0 on")
    for name in ("year", "lists", "self_assessment"):
        if not 1 <= getattr(own.calendar, name) <= 12:
            problems.append(f"calendar.{name} is {getattr(own.calendar, name)}; give a month of the year, 1 to 12")
    problems += _wrong_keys("size_class", [item.key for item in own.size_class], least=2)
    problems += _wrong_keys("tier", [item.key for item in own.tier], least=1)
    problems += _wrong_keys("sector", [item.key for item in own.sector], least=1)
    problems += _wrong_phases(own)
    if own.money:
        problems += _wrong_keys("money", [item.key for item in own.money], least=1)
    problems += [
        f"money {item.key}.annual_fund is {item.annual_fund:g}; give millions a year, 0 or more"
        for item in own.money
        if not 0.0 <= item.annual_fund < 1e9
    ]
    shared = {item.key for item in own.size_class} & {item.key for item in own.sector}
    problems += [f"sector {key} has the key of a size class; rename one" for key in sorted(shared)]
    problems += _wrong_floors(own) + _wrong_tiers(own)
    for name in ("name", "name_zh", "short", "short_zh", "currency", "currency_zh"):
        text = getattr(own, name)
        if not text.strip() or len(text) > 100 or not text.isprintable() or set(text) & set("{}"):
            problems.append(f"{name} is {in_words(text)}; give text on one line, of at most 100 characters, no braces")
    return [f"district.toml: {line}" for line in problems]


def _wrong_order(numbers: Mapping[str, int], months: Mapping[str, str]) -> list[str]:
    problems = []
    if not numbers["start"] < numbers["branch"] <= numbers["horizon"]:
        problems.append(
            f"months: start {months['start']}, branch {months['branch']} and horizon {months['horizon']} must follow "
            "one another"
        )
    elif not numbers["branch"] <= numbers["by"] <= numbers["horizon"]:
        problems.append(
            f"plan.by is {months['by']}; name a month from the branch {months['branch']} to the horizon "
            f"{months['horizon']}"
        )
    if numbers["horizon"] - numbers["start"] >= _MOST_MONTHS:
        problems.append(f"months: from start to horizon there may be at most {_MOST_MONTHS} months")
    return problems


def _wrong_keys(table: str, keys: list[str], least: int) -> list[str]:
    problems = [
        f"{table} {in_words(key)}: a key is made of small letters, digits and _, and is not {' or '.join(_RESERVED)}"
        for key in keys
        if not _KEY.fullmatch(key) or key in _RESERVED or re.fullmatch(r"level\d", key)
    ]
    problems += [f"{table} {key} appears {count} times; rename" for key, count in Counter(keys).items() if count > 1]
    if len(keys) < least:
        problems.append(f"{table}: there must be at least {least}; add [[{table}]]")
    if len(keys) > 60:
        problems.append(f"{table}: there are {len(keys)}; give at most 60")
    return problems


def _wrong_phases(own: DistrictFile) -> list[str]:
    """Return what is wrong with the phases of policy: all but the first begin in rising months."""
    problems = _wrong_keys("phase", [item.key for item in own.phase], least=1)
    if own.phase and own.phase[0].begins:
        problems.append(f"phase {own.phase[0].key}.begins: the first phase begins with the runs; remove it")
    before = f"{_FIRST_YEAR}-01"  # a phase that began before the runs do is in force from their start
    for phase in own.phase[1:]:
        if not MONTH.fullmatch(phase.begins) or not before < phase.begins <= own.months.horizon:
            problems.append(
                f"phase {phase.key}.begins is {in_words(phase.begins)}; name a month after {before}, at most "
                f"{own.months.horizon}"
            )
        else:
            before = phase.begins
    return problems


def _wrong_floors(own: DistrictFile) -> list[str]:
    problems = []
    for name in ("least_staff", "least_revenue"):
        floors = [getattr(item, name) for item in own.size_class]
        if any(floor < 0 for floor in floors) or floors != sorted(floors) or (floors and floors[0] != 0):
            problems.append(f"size_class: {name} must be 0 for the lowest class and not fall from class to class")
    return problems


def _wrong_tiers(own: DistrictFile) -> list[str]:
    paid = Counter(role for tier in own.tier for role in (tier.pays_for or (tier.key,)))
    problems = [
        f"tier: no tier pays for what instruments book to '{role}'; add it to the pays_for of one"
        for role in _ROLES
        if role not in paid
    ]
    problems += [
        f"tier: {in_words(role)} is paid for by {count} tiers; name one" for role, count in paid.items() if count > 1
    ]
    problems += [
        f"tier: pays_for {in_words(role)} is none of {', '.join(_ROLES)}" for role in paid if role not in _ROLES
    ]
    return problems


def _wrong_numbers(numbers: Mapping[str, Number]) -> list[str]:
    """Return what is wrong with numbers by themselves; whether there are such numbers is asked elsewhere."""
    problems = []
    for key, number in numbers.items():
        if not number.source.strip():
            problems.append(f"priors.toml: {key}.source is empty; say where it comes from, or 'assumption: reason'")
        if number.value is None and number.interval is None:
            problems.append(f"priors.toml: {key} has neither value nor interval; give one, or remove it")
        if number.interval and (len(number.interval) != 2 or not number.interval[0] < number.interval[1]):
            problems.append(f"priors.toml: {key}.interval must be two rising numbers, or an empty list for none")
    return problems


def _missing_files(district: DistrictData) -> Iterable[str]:
    own = district.own
    if not district.path(own.library.policy).is_file():
        yield f"district.toml: library.policy names {own.library.policy}, which does not exist; write that policy"
    if own.industries and not district.path(own.industries).is_file():
        yield f"district.toml: industries names {own.industries}, which does not exist; correct it or leave it empty"
