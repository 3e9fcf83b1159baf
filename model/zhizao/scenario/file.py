"""One scenario file, read and checked: what can be wrong with it leaves here only as a line of words.

The frame (which keys a file may have, and of what type) is checked by pydantic; the values are checked by the
declarations of parameters and levers (`zhizao.policy.schedule`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

from zhizao.calendar import BRANCH, MONTHS, month_of_change
from zhizao.errors import InputError, Message, at_place, in_words, printable, within
from zhizao.limits import read_bytes
from zhizao.parameters.registry import parameter_specifications
from zhizao.parameters.specification import nearest
from zhizao.policy.levers import lever_specifications
from zhizao.policy.schedule import EVERYTHING, GROUPS, MAX_PROBLEMS, Block, Settings, gather_settings
from zhizao.scenario.conditions import read_condition
from zhizao.scenario.reasons import reasons_in
from zhizao.toml_text import parse_toml, text_problem

__all__ = ["FORMAT", "Network", "ScenarioFile", "Theme", "problem_lines", "read_scenario_file"]

FORMAT = 1
"""The format of scenario files that this version reads."""

_LONGEST_SOURCE = 300
MAX_DEPTH, MAX_VALUES, MAX_CHANGES = 8, 20_000, 500

Network = Literal["supply", "complete", "ring", "empty"]
Theme = Literal["yardstick", "money", "design", "services", "mix", "shock"]
"""What a scenario is about, so that lists of many can be read."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ScenarioFile:
    """What one file says, and what is wrong with it; its changes in the order of their first months.

    A file that is read again unchanged is the same object, so that what was made of it need not be made again.
    """

    path: Path
    label: str
    digest: str = ""
    title: str = ""
    title_zh: str = ""
    question: str = ""
    question_zh: str = ""
    source: str = ""
    theme: Theme | None = None
    extends: str | None = None
    network: Network | None = None
    parameters: Settings = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    problems: tuple[str, ...] = ()


_TEXTS = ("title", "title_zh", "question", "question_zh", "source", "theme", "extends", "network")
_FORBID: dict[str, Any] = {"extra": "forbid", "alias_generator": lambda name: name.rstrip("_")}


@dataclass(frozen=True, kw_only=True)
class _Change:
    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID

    from_: str = ""
    until: str = ""
    announced: str = ""
    when: str = ""
    at: str = ""
    over: int = 0
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
    theme: Theme = "yardstick"
    extends: str = ""
    network: Network = "supply"
    parameters: dict[str, Any] = field(default_factory=dict)
    changes: list[_Change] = field(default_factory=list)


def read_scenario_file(path: Path, label: str) -> ScenarioFile:
    """Read and check one file; every problem is in `problems`, each line beginning with `label`."""
    label = printable(label, 1000)
    try:
        return _checked(path, label, read_bytes(path, "scenario_bytes"))
    except InputError as error:
        return ScenarioFile(path=path, label=label, problems=tuple(at_place(label, p) for p in error.problems))


@lru_cache(maxsize=128)  # most scenarios extend the same file, and pages list all of them again and again
def _checked(path: Path, label: str, content: bytes) -> ScenarioFile:
    data = _parsed(content)
    problems = _format_problems(data) or [*_frame_problems(data)]
    if "format" in data and (type(data["format"]) is not int or data["format"] != FORMAT):
        return ScenarioFile(path=path, label=label, problems=problem_lines(label, problems))
    table = data.get("parameters")
    values, wrong = gather_settings(table if isinstance(table, dict) else {}, parameter_specifications())
    problems += [within(problem, _KEY, (" (under [parameters])", "（在 [parameters] 下）")) for problem in wrong]
    changes = data.get("changes")
    blocks: list[tuple[int, Block]] = []
    for number, change in enumerate(changes[:MAX_CHANGES] if isinstance(changes, list) else [], start=1):
        if isinstance(change, dict) and len(problems) <= MAX_PROBLEMS:
            block, wrong = _block(change, number, path.name)
            problems += wrong
            blocks += [(number, block)] if block else []
    text = {name: data[name] for name in _TEXTS if isinstance(data.get(name), str)}
    blocks_with_reasons = _with_reasons(blocks, content, text.get("source", ""))
    return ScenarioFile(
        path=path,
        label=label,
        digest=hashlib.sha256(content).hexdigest(),
        parameters=values,
        blocks=tuple(sorted(blocks_with_reasons, key=lambda block: block.start)),
        problems=problem_lines(label, problems),
        **text,
    )


def _with_reasons(blocks: Sequence[tuple[int, Block]], content: bytes, source: str) -> list[Block]:
    """Return changes, each numbered by its place in the file, with what the file says beside their numbers."""
    reasons = dict(enumerate(reasons_in(content.decode("utf-8-sig")), start=1))
    return [
        dataclasses.replace(block, reasons=reasons.get(number, {}), source=printable(source, _LONGEST_SOURCE))
        for number, block in blocks
    ]


def problem_lines(label: str, problems: Sequence[str]) -> tuple[str, ...]:
    """Return the problems as lines of the file: printable, not endless, and not too many."""
    shown = []
    for problem in problems[:MAX_PROBLEMS]:
        shown.append(at_place(label, problem, 400))
    if len(problems) > MAX_PROBLEMS:
        english = f"there are more problems; fix these {MAX_PROBLEMS} first"
        shown.append(at_place(label, Message(english, f"还有其他问题；请先改正这{MAX_PROBLEMS}处")))
    return tuple(shown)


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"is not text in UTF-8 (byte {error.start}); save it as UTF-8") from error
    if not text.strip():
        raise InputError(f"is empty; a scenario has at least format = {FORMAT}, title, question and source")
    lines = text.split("\n")
    try:
        data = parse_toml(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        number = int(place[1]) if place else len(lines)
        raise InputError(
            f"is not TOML: {printable(str(error), 200)}: {in_words(lines[number - 1].strip())}; "
            "write text and months in quotes, tables in [brackets]"
        ) from error
    except InputError:
        raise
    except ValueError as error:  # a number of thousands of digits, or an impossible date
        reason = printable(str(error), 200)
        raise InputError(f"holds a number or date that cannot be read ({reason}); correct it") from error
    _refuse_shape(data)
    return data


def _refuse_shape(data: Mapping[str, Any]) -> None:
    """Refuse what is too deep or too much to be a scenario, before anything walks through it."""
    waiting: list[tuple[str, Any, int]] = [("", data, 0)]
    count = 0
    while waiting:
        key, value, depth = waiting.pop()
        count += 1
        if depth > MAX_DEPTH:
            name = in_words(key)[1:-1]
            raise InputError(f"key {name} is nested more than {MAX_DEPTH} deep; take out the inner tables")
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
    fix = "get a newer zhizao, or " if newer else ""
    return [
        f"key format = {in_words(given)}: this zhizao reads format {FORMAT}; {fix}write format = {FORMAT} "
        "with the keys of that format"
    ]


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter  # here, so that importing this module stays light

    return TypeAdapter(_Frame)


def _frame_problems(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the frame: unknown and missing keys, and values of the wrong type."""
    from pydantic import ValidationError

    try:
        _adapter().validate_python(data)
    except ValidationError as error:
        for fault in error.errors(include_url=False)[: MAX_PROBLEMS + 1]:
            yield _frame_problem(fault)
    for name in ("title", "question", "source"):
        if isinstance(data.get(name), str) and not data[name].strip():
            yield f'key {name} is empty; write {name} = "..."'
    for name in _TEXTS:
        if isinstance(data.get(name), str) and (problem := text_problem(name, data[name])):
            yield problem
    if data.get("extends") == "":
        yield "key extends is empty; name a scenario, or take the key out"
    if isinstance(data.get("changes"), list) and len(data["changes"]) > MAX_CHANGES:
        yield f"key changes: there are more than {MAX_CHANGES} of them; put them together"


_KEY = ("key ", "")
_WANTED: dict[str, str] = {
    "string_type": Message("text in quotes", "引号中的文字"),
    "dict_type": Message(
        "a table, such as [parameters] or [changes.set.grants]", "表，如 [parameters] 或 [changes.set.grants]"
    ),
    "list_type": Message('a list, such as ["grants"]', '列表，如 ["grants"]'),
    "dataclass_type": Message("a block that begins with [[changes]]", "以 [[changes]] 开头的块"),
}


def _frame_problem(fault: Mapping[str, Any]) -> str:
    loc = [part for part in fault["loc"] if isinstance(part, str)]
    is_change = len(fault["loc"]) > 1 and fault["loc"][0] == "changes"
    number = fault["loc"][1] + 1 if is_change else 0
    where = (f" (change {number})", f"（第{number}项改变）") if is_change else ("", "")
    frame: type[Any] = _Change if len(loc) > 1 else _Frame
    key, kind, value = in_words(loc[-1])[1:-1], fault["type"], fault["input"]
    if kind == "missing":
        example = f"{FORMAT}" if key == "format" else '"..."'
        return Message(
            f"key {key} is missing; write {key} = {example}{where[0]}",
            f"缺少键 {key}；请写 {key} = {example}{where[1]}",
        )
    if kind == "unexpected_keyword_argument":
        fields = [name.name.rstrip("_") for name in dataclasses.fields(frame)]
        names = ", ".join(fields)
        hint = nearest(key, fields) or Message(f"; the keys here are {names}", f"；这里的键有 {names}")
        if loc[-1] in GROUPS:
            place = f"[changes.set.{key}]"
            hint = Message(f"; a lever is set in a change, under {place}", f"；杠杆在改变中设定，写在 {place} 下")
        elif any(name.startswith(f"{key}.") for name in parameter_specifications()):
            hint = Message(f"; a parameter is set under [parameters.{key}]", f"；参数写在 [parameters.{key}] 下")
        return within(hint, (f"key {key} is not known", f"没有键 {key}"), where)
    if kind == "literal_error":
        words = get_args(Theme if key == "theme" else Network)
        hint = nearest(value, words) if isinstance(value, str) else Message("")
        choices = ", ".join(words)
        shown = f"{key} = {in_words(value)}"
        return within(hint, (f"key {shown}: it must be one of {choices}", f"{shown}：须为 {choices} 之一"))
    wanted = _WANTED.get(kind, str(fault["msg"]))
    if loc[-1] == "changes" and not is_change:
        wanted = Message("blocks that begin with [[changes]], in two brackets", "以 [[changes]]（双层方括号）开头的块")
    shown = f"{key} = {in_words(value)}"
    return within(wanted, (f"key {shown}: it must be ", f"{shown}：须为"), where)


def _block(change: dict[str, Any], number: int, file: str) -> tuple[Block | None, list[str]]:
    """Return one change, or None if its months are wrong, and its problems."""
    when, problems = read_condition(change)
    months, wrong = _months(change)
    problems += wrong
    if when is not None:
        months.setdefault("from", when.at)
        if months["from"] < when.at:
            problems.append(
                f"from = '{change['from']}' is before at = '{change['at']}', in which it is decided; exchange them"
            )
    elif "from" not in change and "when" not in change:
        problems.append(f'from is missing; write from = "{BRANCH}"')
    start, end = months.get("from", 0), months.get("until", MONTHS - 1)
    if "from" in months and end < start:
        problems.append(f"until = '{change['until']}' is before from = '{_from(change)}'; exchange them")
    if "from" in months and months.get("announced", start) > start:
        problems.append(
            f"announced = '{change['announced']}' is after from = '{_from(change)}'; name the month in which it is "
            "made known, at the latest that in which it begins"
        )
    off, wrong = _switched_off(change, MAX_PROBLEMS - len(problems))
    problems += wrong
    parts: dict[str, Any] = {}
    for name in ("set", "multiply"):
        table = change.get(name)
        parts[name], wrong = gather_settings(
            table if isinstance(table, dict) else {}, lever_specifications(), factors=name == "multiply"
        )
        problems += [within(problem, after=(f" (under {name})", f"（在 {name} 下）")) for problem in wrong]
    if not any(change.get(name) not in ([], {}, None) for name in ("off", "set", "multiply")):
        problems.append("changes: the block changes nothing; give it off, set or multiply")
    place = f"change {number}" + (f", from {_from(change)}" if "from" in months else "")
    block = Block(
        start=max(start, 0),
        end=end,
        announced=max(months["announced"], 0) if "announced" in months else None,
        when=when,
        off=tuple(dict.fromkeys(off)),
        settings=parts["set"],
        factors=parts["multiply"],
        file=file,
        place=place,
    )
    is_over = months.get("until", 0) < 0  # before the first month of the district
    where = (f" ({place})", f"（第{number}项改变）")
    return (block if "from" in months and not is_over else None), [within(line, _KEY, where) for line in problems]


def _from(change: Mapping[str, Any]) -> Any:
    """The first month of a change as its file says it: where it has none, that in which it is decided."""
    return change.get("from", change.get("at"))


def _months(change: Mapping[str, Any]) -> tuple[dict[str, int], list[str]]:
    """Return the months that a change names, and what is wrong with them."""
    months: dict[str, int] = {}
    problems = []
    for name in ("from", "until", "announced"):
        if isinstance(change.get(name), str):
            try:
                months[name] = month_of_change(change[name])
            except InputError as error:
                problems.append(within(error.problems[0], (f"{name} = ",) * 2))
    return months, problems


def _switched_off(change: Mapping[str, Any], most: int) -> tuple[list[str], list[str]]:
    """Return the groups that a change switches off, and at most so many problems and one more."""
    off: list[str] = []
    problems: list[str] = []
    for name in change["off"] if isinstance(change.get("off"), list) else []:
        if len(problems) > most:
            break
        if name == "everything":
            off += EVERYTHING
        elif isinstance(name, str) and name not in GROUPS:
            hint = nearest(name[:80], [*GROUPS, "everything"])
            given, known = f"off = {in_words(name)}", ", ".join(["everything", *GROUPS])
            problems.append(f"{given} is not a group of levers{hint} (they are {known})")
        elif isinstance(name, str):
            off.append(name)
    return off, problems
