"""One scenario file, read and checked: nothing that can be wrong with it leaves here but as a line of words.

The frame (which keys a file may have, and of what type) is checked by pydantic; the values by the declarations of
parameters and levers. Rows of numbers are taken apart on the way in, so that ``grants.rate = {light = 0.3}`` becomes
``{"grants.rate.light": 0.3}``: files then merge, and the origin of every number is known, entry by entry.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import math
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

from zhizao.errors import InputError
from zhizao.parameters.registry import change_groups, parameter_specifications
from zhizao.parameters.specification import Specification, check_value, nearest
from zhizao.policy.levers import Policy, lever_specifications

__all__ = [
    "EVERYTHING", "GROUPS", "MONTHS", "Block", "Network", "ScenarioFile", "Settings", "entries",
    "gather_settings", "in_words", "month_index", "month_name", "read_scenario_file", "read_value",
]  # fmt: skip

FORMAT = 1
FIRST_YEAR = 2018
MONTHS = 156
"""Months that a history can have: 2018-01 to 2030-12."""

MONTH_PATTERN = r"^(201[89]|202[0-9]|2030)-(0[1-9]|1[0-2])$"
MAX_BYTES, MAX_DEPTH, MAX_VALUES, MAX_CHANGES, MAX_DOTS, MAX_PROBLEMS, MAX_SHOWN = (
    1_000_000, 8, 20_000, 500, 400, 100, 400,
)  # fmt: skip

Network = Literal["supply", "complete", "ring", "empty"]
Settings = dict[str, float | str]
"""Values by dotted key; an entry of a row of numbers has its own, such as ``grants.rate.light``."""

GROUPS: tuple[str, ...] = tuple(group.name for group in dataclasses.fields(Policy))
"""Instruments and the other groups of levers that a change can name."""

EVERYTHING: tuple[str, ...] = tuple(name for name in GROUPS if name != "context")
"""What ``off = ["everything"]`` switches off: all policy, and not what happens around the district."""

_SYNTAX = "text and months stand in quotes, tables in [brackets]"


def month_index(text: str) -> int:
    """Return the number of a month, 0 for 2018-01; `InputError` names the wanted form."""
    if not isinstance(text, str) or not re.fullmatch(MONTH_PATTERN[1:-1], text, re.ASCII):
        raise InputError(
            f'{in_words(text)} is not a month: write it as "YYYY-MM", from "{month_name(0)}" to "{month_name(MONTHS - 1)}"'
        )
    return (int(text[:4]) - FIRST_YEAR) * 12 + int(text[5:]) - 1


def month_name(index: int) -> str:
    """Return the month of a number, ``"2018-01"`` for 0."""
    if not 0 <= index < MONTHS:
        raise InputError(f"{index} is not a month: months are counted from 0 (2018-01) to {MONTHS - 1} (2030-12)")
    return f"{FIRST_YEAR + index // 12}-{index % 12 + 1:02d}"


@dataclass(frozen=True, kw_only=True)
class Block:
    """One dated change of policy.

    Attributes
    ----------
    start, end
        First and last month in which it holds, as numbers from 0 (2018-01).
    off
        Groups of levers that are switched off first.
    settings
        Then set: values by key.
    factors
        Then multiplied: factors by key.
    file
        Name of the file it came from.
    place
        Which change of that file it is, in words.
    """

    start: int
    end: int = MONTHS - 1
    off: tuple[str, ...] = ()
    settings: Settings = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    file: str
    place: str

    def applied(self, policy: Policy) -> tuple[Policy, list[str]]:
        """Return `policy` after this change, and what a factor has carried out of bounds."""
        if self.off:
            policy = dataclasses.replace(policy, **{name: type(getattr(policy, name))() for name in self.off})
        if self.settings:
            policy, _ = change_groups(policy, lever_specifications(), self.settings)
        if not self.factors:
            return policy, []
        before = {key: read_value(policy, key) for key in self.factors}
        after = {key: float(before[key]) * factor + 0.0 for key, factor in self.factors.items()}
        problems = []
        for key in after:
            found = change_groups(policy, lever_specifications(), {key: after[key]})[1]
            problems += [f"{line} ({before[key]:g} in force times {self.factors[key]:g})" for line in found]
        changed, _ = change_groups(policy, lever_specifications(), after)
        return changed, problems

    def keys(self) -> Iterator[str]:
        """Yield the keys of the levers whose values this change decides."""
        for spec in lever_specifications().values():
            if spec.key.partition(".")[0] in self.off:
                yield from entries(spec)
        yield from self.settings
        yield from self.factors


@dataclass(frozen=True, kw_only=True)
class ScenarioFile:
    """What one file says, and what is wrong with it."""

    path: Path
    label: str
    digest: str = ""
    title: str = ""
    title_zh: str = ""
    question: str = ""
    question_zh: str = ""
    source: str = ""
    extends: str | None = None
    network: Network | None = None
    parameters: Settings = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    problems: tuple[str, ...] = ()


_FORBID: dict[str, Any] = {"extra": "forbid", "alias_generator": lambda name: name.rstrip("_")}


@dataclass(frozen=True, kw_only=True)
class _Change:
    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID

    from_: str
    until: str = ""
    off: list[str] = field(default_factory=list)
    set: dict[str, Any] = field(default_factory=dict)
    multiply: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Frame:
    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID

    format: Any
    title: str
    title_zh: str = ""
    question: str
    question_zh: str = ""
    source: str
    extends: str = ""
    network: Network = "supply"
    parameters: dict[str, Any] = field(default_factory=dict)
    changes: list[_Change] = field(default_factory=list)


def in_words(value: Any) -> str:
    """Return a value as messages show it: on one line, printable, and not long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"a list of {len(value)}"
    if isinstance(value, (datetime.date, datetime.time)):
        return f"{value.isoformat()} (a date or time)"
    if isinstance(value, int) and abs(value) >= 10**15:
        return "a huge whole number"
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text[:60])
    text = text if len(text) < 60 else text[:57] + "..."
    return f"'{text}'" if isinstance(value, str) else text


def entries(spec: Specification) -> Iterator[str]:
    """Yield the keys of a declared number: its own, or one for each entry of a row."""
    yield from (f"{spec.key}.{name}" for name in spec.axis) if spec.axis else (spec.key,)


def read_value(groups: Any, key: str) -> Any:
    """Return the value of an entry (as `entries` names it) in a dataclass of groups."""
    group, name, *entry = key.split(".")
    value = getattr(getattr(groups, group), name)
    if entry:
        specs = lever_specifications() if isinstance(groups, Policy) else parameter_specifications()
        return value[specs[f"{group}.{name}"].axis.index(entry[0])]
    return value


def gather_settings(
    table: Mapping[str, Any], known: Mapping[str, Specification], *, factors: bool = False
) -> tuple[Settings, list[str]]:
    """Take apart a table of settings, dotted or nested, and check each against its declaration.

    Parameters
    ----------
    table
        As in the file: ``{"grants.cap": {...}, "grants": {"rate": ...}}``.
    known
        The declarations to go by.
    factors
        Whether the values are factors to multiply by instead of values.

    Returns
    -------
    tuple
        Values by the keys that `entries` names, and problems, each beginning with its key.
    """
    found: Settings = {}
    problems: list[str] = []
    for key, value in _flat(table, "", known):
        base, entry = (key, "") if key in known else key.rsplit(".", 1) if "." in key else (key, "")
        if base not in known or (entry and not known[base].axis):
            problems.append(_unknown(key, value, known))
        else:
            given = {entry: value} if entry else value
            parts, wrong = (_factors if factors else _values)(known[base], given)
            problems += wrong
            problems += [f"{name} is given twice; keep one" for name in parts if name in found]
            found |= parts
        if len(problems) > MAX_PROBLEMS:
            break
    return found, problems


def _flat(table: Mapping[str, Any], prefix: str, known: Mapping[str, Specification]) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if key not in known and "." not in key and isinstance(value, Mapping) and value:
            yield from _flat(value, f"{key}.", known)
        else:
            yield key, value


def _unknown(key: str, value: Any, known: Mapping[str, Specification]) -> str:
    levers, parameters = lever_specifications(), parameter_specifications()
    base, shown = key.rpartition(".")[0], in_words(key)[1:-1]
    members = [name.partition(".")[2] for name in known if name.startswith(f"{key}.")]
    if members:
        return f"{shown} = {in_words(value)}: it must be a table with some of {', '.join(members)}"
    if known is not parameters and (key in parameters or base in parameters):
        return f"{shown} is a parameter, not a lever of policy; set it under [parameters]"
    if known is not levers and (key in levers or base in levers):
        return f"{shown} is a lever of policy, not a parameter; set it in a change, under [changes.set]"
    if base in known and not known[base].axis:
        return f"{shown} is not known: {base} is not a row of numbers; set {base}"
    same = [name for name in known if name.partition(".")[2] == key]
    hint = f"; did you mean '{same[0]}'?" if same else nearest(key[:80], list(known))
    return f"{shown} is not known{hint or '; the command `zhizao params` lists what is'}"


def _values(spec: Specification, value: Any) -> tuple[Settings, list[str]]:
    if isinstance(value, Mapping) and (not spec.axis or not value):
        wanted = f"some of {', '.join(spec.axis)}" if spec.axis else f"{spec.unit}, {spec.bounds}, not a table"
        return {}, [f"{spec.key} = {in_words(value)}: it must be {wanted}"]
    checked, problems = check_value(spec, _without_dates(value))
    if problems:
        return {}, problems
    if not spec.axis:
        return {spec.key: checked if isinstance(checked, str) else checked + 0.0}, []  # + 0.0: no negative zero
    names = value if isinstance(value, Mapping) else spec.axis
    return {f"{spec.key}.{name}": checked[spec.axis.index(name)] + 0.0 for name in names}, []


def _factors(spec: Specification, value: Any) -> tuple[Settings, list[str]]:
    if spec.choices:
        return {}, [f"{spec.key} is {spec.bounds} and cannot be multiplied; set it instead"]
    factor = dataclasses.replace(spec, low=0.0, high=1e9, unit="times the value in force", whole=False)
    if not spec.axis or isinstance(value, Mapping):
        return _values(factor, value)
    parts, problems = _values(dataclasses.replace(factor, axis=()), value)
    return {name: parts[spec.key] for name in entries(spec)} if parts else {}, problems


def _without_dates(value: Any) -> Any:
    """Return the value with dates as text, which is how messages should show them."""
    if isinstance(value, Mapping):
        return {name: _without_dates(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_without_dates(entry) for entry in value]
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else value


def read_scenario_file(path: Path, label: str) -> ScenarioFile:
    """Read and check one file; every problem is in `problems`, each line beginning with `label`."""
    label = in_words(label)[1:-1] if len(label) < 60 else "".join(c if c.isprintable() else "?" for c in label)
    try:
        content = _content(path)
        data = _parsed(content)
    except InputError as error:
        return ScenarioFile(path=path, label=label, problems=tuple(f"{label}: {p}" for p in error.problems))
    problems = _format_problems(data) or [*_frame_problems(data)]
    if "format" in data and (type(data["format"]) is not int or data["format"] != FORMAT):
        return ScenarioFile(path=path, label=label, problems=_lines(label, problems))
    table = data.get("parameters")
    values, wrong = gather_settings(table if isinstance(table, dict) else {}, parameter_specifications())
    problems += [f"key {problem} (under [parameters])" for problem in wrong]
    changes = data.get("changes")
    blocks = []
    for number, change in enumerate(changes[:MAX_CHANGES] if isinstance(changes, list) else [], start=1):
        if isinstance(change, dict) and len(problems) <= MAX_PROBLEMS:
            block, wrong = _block(change, number, path.name)
            problems += wrong
            blocks += [block] if block else []
    text = {name: data[name] for name in ("title", "title_zh", "question", "question_zh", "source", "extends", "network")
            if isinstance(data.get(name), str)}  # fmt: skip
    return ScenarioFile(
        path=path, label=label, digest=hashlib.sha256(content).hexdigest(), parameters=values,
        blocks=tuple(blocks), problems=_lines(label, problems), **text,
    )  # fmt: skip


def _lines(label: str, problems: Sequence[str]) -> tuple[str, ...]:
    """Return the problems as lines of the file: printable, not endless, and not too many."""
    shown = []
    for problem in problems[:MAX_PROBLEMS]:
        text = "".join(c if c.isprintable() else " " for c in problem)
        shown.append(f"{label}: {text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + '...'}")
    if len(problems) > MAX_PROBLEMS:
        shown.append(f"{label}: there are more problems; mend these {MAX_PROBLEMS} first")
    return tuple(shown)


def _content(path: Path) -> bytes:
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise InputError("is a folder; name a scenario file (.toml) in it")
        if not stat.S_ISREG(kind):
            raise InputError("is not an ordinary file; name a scenario file (.toml)")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError("there is no such file; `zhizao scenarios` lists the shipped ones") from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        reason = getattr(error, "strerror", None) or "its name cannot be a path"
        raise InputError(f"cannot be read ({reason})") from error
    if len(content) > MAX_BYTES:
        raise InputError("is larger than 1 MB, which no scenario is; name a scenario file (.toml)")
    return content


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"is not text in UTF-8 (byte {error.start}); save it as UTF-8") from error
    if not text.strip():
        raise InputError(f"is empty; a scenario has at least format = {FORMAT}, title, question and source")
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if line.count(".") > MAX_DOTS and not line.lstrip().startswith("#"):
            raise InputError(f"line {number} holds more than {MAX_DOTS} dots; shorten it")
    try:
        data = tomllib.loads(text)
    except RecursionError as error:
        raise InputError(f"is nested more than {MAX_DEPTH} deep; take out the inner brackets") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        number = int(place[1]) if place else len(lines)
        line = text.split("\n")[number - 1].strip()
        raise InputError(f"is not TOML: {_tidy(str(error))}: {in_words(line)}; {_SYNTAX}") from error
    except ValueError as error:  # a number of thousands of digits, or an impossible date
        raise InputError(f"holds a number or date that cannot be read ({_tidy(str(error))}); correct it") from error
    _refuse_shape(data)
    return data


def _tidy(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text[:200])


def _refuse_shape(data: Mapping[str, Any]) -> None:
    """Refuse what is too deep or too much to be a scenario, before anything walks through it."""
    waiting: list[tuple[str, Any, int]] = [("", data, 0)]
    count = 0
    while waiting:
        key, value, depth = waiting.pop()
        count += 1
        if depth > MAX_DEPTH:
            raise InputError(f"key {in_words(key)[1:-1]} is nested more than {MAX_DEPTH} deep; take out the inner tables")
        if count > MAX_VALUES:
            raise InputError(f"holds more than {MAX_VALUES:,} values, which no scenario does; shorten it")
        if isinstance(value, dict):
            waiting += [(f"{key}.{name}" if key else name, inner, depth + 1) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(key, inner, depth + 1) for inner in value]


def _format_problems(data: Mapping[str, Any]) -> list[str]:
    given = data.get("format", FORMAT)
    if type(given) is int and given == FORMAT:
        return []
    newer = type(given) is int and given > FORMAT
    mend = "get a newer zhizao, or " if newer else ""
    return [
        f"key format = {in_words(given)}: this zhizao reads format {FORMAT}; {mend}write format = {FORMAT} and "
        "what it knows"
    ]


def _frame_problems(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the frame: unknown and missing keys, and values of the wrong type."""
    from pydantic import TypeAdapter, ValidationError  # here, so that importing this module stays light

    try:
        TypeAdapter(_Frame).validate_python(data)
    except ValidationError as error:
        for fault in error.errors(include_url=False)[: MAX_PROBLEMS + 1]:
            yield _frame_problem(fault)
    for name in ("title", "question", "source"):
        if isinstance(data.get(name), str) and not data[name].strip():
            yield f'key {name} is empty; write {name} = "..."'
    if data.get("extends") == "":
        yield "key extends is empty; name a scenario, or take the key out"
    if isinstance(data.get("changes"), list) and len(data["changes"]) > MAX_CHANGES:
        yield f"key changes: there are more than {MAX_CHANGES} of them; put them together"


_WANTED = {
    "string_type": "text in quotes",
    "dict_type": "a table, such as [parameters] or [changes.set.grants]",
    "list_type": 'a list, such as ["grants"]',
    "dataclass_type": "a block that begins with [[changes]]",
}


def _frame_problem(fault: Mapping[str, Any]) -> str:
    loc = [part for part in fault["loc"] if isinstance(part, str)]
    where = f" (change {fault['loc'][1] + 1})" if len(fault["loc"]) > 1 and fault["loc"][0] == "changes" else ""
    frame = _Change if where and len(loc) > 1 else _Frame
    key, kind, value = in_words(loc[-1])[1:-1], fault["type"], fault["input"]
    if kind == "missing":
        example = f"{FORMAT}" if key == "format" else '"2024-01"' if key == "from" else '"..."'
        return f"key {key} is missing; write {key} = {example}{where}"
    if kind == "unexpected_keyword_argument":
        fields = [name.name.rstrip("_") for name in dataclasses.fields(frame)]
        hint = nearest(key, fields) or f"; the keys here are {', '.join(fields)}"
        if loc[-1] in GROUPS:
            hint = f"; a lever is set in a change, under [changes.set.{key}]"
        elif any(name.startswith(f"{key}.") for name in parameter_specifications()):
            hint = f"; a parameter is set under [parameters.{key}]"
        return f"key {key} is not known{hint}{where}"
    if kind == "literal_error":
        words = get_args(Network)
        hint = nearest(value, words) if isinstance(value, str) else ""
        return f"key {key} = {in_words(value)}: it must be one of {', '.join(words)}{hint}"
    wanted = _WANTED.get(kind, str(fault["msg"]))
    if loc[-1] == "changes" and not where:
        wanted = "blocks that begin with [[changes]], in two brackets"
    return f"key {key} = {in_words(value)}: it must be {wanted}{where}"


def _block(change: dict[str, Any], number: int, file: str) -> tuple[Block | None, list[str]]:
    """Return one change, or None if its months are wrong, and its problems."""
    start, end, problems = 0, MONTHS - 1, []
    months: dict[str, int] = {}
    for name in ("from", "until"):
        if isinstance(change.get(name), str):
            try:
                months[name] = month_index(change[name])
            except InputError as error:
                problems.append(f"{name} = {error.problems[0]}")
    start, end = months.get("from", start), months.get("until", end)
    if "from" in months and "until" in months and end < start:
        problems.append(f"until = '{change['until']}' lies before from = '{change['from']}'; exchange them")
    off: list[str] = []
    for name in change["off"] if isinstance(change.get("off"), list) else []:
        if name == "everything":
            off += EVERYTHING
        elif isinstance(name, str) and name not in GROUPS:
            problems.append(
                f"off = {in_words(name)} is not a group of levers{nearest(name[:80], [*GROUPS, 'everything'])}"
                f" (they are everything, {', '.join(GROUPS)})"
            )
        elif isinstance(name, str):
            off.append(name)
    parts: dict[str, Any] = {}
    for name in ("set", "multiply"):
        table = change.get(name)
        parts[name], wrong = gather_settings(
            table if isinstance(table, dict) else {}, lever_specifications(), factors=name == "multiply"
        )
        problems += [f"{problem} (under {name})" for problem in wrong]
    if not any(change.get(name) not in ([], {}, None) for name in ("off", "set", "multiply")):
        problems.append("changes: the block changes nothing; give it off, set or multiply")
    place = f"change {number}" + (f", from {change['from']}" if "from" in months else "")
    block = Block(
        start=start, end=end, off=tuple(dict.fromkeys(off)), settings=parts["set"], factors=parts["multiply"],
        file=file, place=place,
    )  # fmt: skip
    return (block if "from" in months else None), [f"key {problem} ({place})" for problem in problems]
