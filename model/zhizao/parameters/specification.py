"""What the declaration of a number holds, and how groups of numbers are checked.

A group is a frozen, keyword-only dataclass whose every field is made by `number` or `choice`. The reference of
parameters, the bounds of sweeps, ``zhizao params``, the JSON Schema and the errors of scenario files are all
made from these declarations.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from zhizao.district.in_force import in_currency
from zhizao.errors import Message, within
from zhizao.words.place import of_place

__all__ = [
    "FROM_DISTRICT",
    "Role",
    "Specification",
    "check_value",
    "choice",
    "meant",
    "nearest",
    "number",
    "python_value",
    "specifications",
]

Role = Literal["lever", "uncertainty", "constant"]
PriorShape = Literal["even", "log-even"]


@dataclass(frozen=True, kw_only=True)
class Specification:
    """What is declared of one number (or of one row of numbers, along `axis`).

    Attributes
    ----------
    key
        Dotted name, such as ``attention.contagion_rate``.
    default
        A float, a tuple of floats along `axis`, or a word among `choices`.
    unit
        Unit in words; ``"share"`` is a number between 0 and 1.
    low, high
        Bounds, both allowed; `high` may be infinite.
    role
        ``lever`` (policy can set it), ``uncertainty`` (drawn from `prior`) or ``constant``.
    source
        Where the number comes from, or ``assumption: reason``.
    meaning
        One line.
    axis
        Names along which a row of numbers runs; empty for a single number.
    prior
        Interval from which uncertain numbers are drawn; None where it is not drawn.
    prior_shape
        ``even``: evenly over the interval; ``log-even``: evenly in the logarithm, each doubling alike.
    choices
        Allowed words, for a choice.
    whole
        Whether only whole numbers make sense.
    english, chinese
        What it is called, short enough for an input; a parameter is called by its key in English.
    chinese_meaning
        `meaning` in Chinese; for a parameter the same as `chinese`.
    """

    key: str
    default: float | tuple[float, ...] | str
    unit: str
    low: float
    high: float
    role: Role
    source: str
    meaning: str
    axis: tuple[str, ...] = ()
    prior: tuple[float, float] | None = None
    prior_shape: PriorShape = "even"
    choices: tuple[str, ...] = ()
    whole: bool = False
    english: str = ""
    chinese: str = ""
    chinese_meaning: str = ""

    @property
    def bounds(self) -> str:
        """The bounds in words, as error messages print them."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if math.isinf(self.high):
            return f"at least {self.low:g}"
        return f"between {self.low:g} and {self.high:g}"


FROM_DISTRICT: Any = object()
"""In place of a default: a number that is a fact of the place."""


def number(
    default: float | tuple[float, ...],
    *,
    unit: str,
    low: float,
    high: float,
    meaning: str,
    source: str = "",
    role: Role = "constant",
    axis: tuple[str, ...] = (),
    prior: tuple[float, float] | None = None,
    prior_shape: PriorShape = "even",
    whole: bool = False,
    english: str = "",
    chinese: str = "",
    chinese_meaning: str = "",
) -> Any:
    """Declare a number (or a row of numbers along `axis`) as a field of a group; see `Specification`.

    `FROM_DISTRICT` as the default says that each district gives the number, and its source.
    """
    from_code = default is not FROM_DISTRICT
    if from_code == (not source.strip()) or not unit.strip() or not meaning.strip():
        raise ValueError("a number needs a unit, a meaning and a source (or 'assumption: reason')")
    if prior_shape == "log-even" and (prior is None or whole or not prior[0] > 0.0):
        raise ValueError("a number that is drawn evenly in the logarithm needs an interval above 0, and is not whole")
    if prior is not None:
        role = "uncertainty"
    return dataclasses.field(
        default=default,
        metadata={
            "unit": in_currency(unit),
            "low": low,
            "high": high,
            "role": role,
            "source": source,
            "meaning": of_place(meaning, "en"),
            "axis": axis,
            "prior": prior,
            "prior_shape": prior_shape,
            "whole": whole,
            "english": of_place(english, "en"),
            "chinese": of_place(chinese, "zh"),
            "chinese_meaning": of_place(chinese_meaning or chinese, "zh"),
        },
    )


def choice(
    default: str,
    *,
    choices: tuple[str, ...],
    source: str,
    meaning: str,
    role: Role = "constant",
    english: str = "",
    chinese: str = "",
    chinese_meaning: str = "",
) -> Any:
    """Declare a choice among words as a field of a group."""
    return dataclasses.field(
        default=default,
        metadata={
            "unit": "choice",
            "low": 0.0,
            "high": len(choices) - 1.0,
            "role": role,
            "source": source,
            "meaning": of_place(meaning, "en"),
            "choices": choices,
            "english": of_place(english, "en"),
            "chinese": of_place(chinese, "zh"),
            "chinese_meaning": of_place(chinese_meaning or chinese, "zh"),
        },
    )


def specifications(group_name: str, group: type[Any]) -> Iterator[tuple[str, Specification]]:
    """Yield ``(field name, specification)`` for every field of a group dataclass."""
    for field in dataclasses.fields(group):
        default: Any = field.default
        yield field.name, Specification(key=f"{group_name}.{field.name}", default=default, **field.metadata)


def nearest(name: str, known: Sequence[str]) -> Message:
    """Return ``"; did you mean 'x'?"`` for the known name nearest to `name`, or an empty text."""
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return meant(found[0]) if found else Message("")


def meant(name: str) -> Message:
    """Return ``"; did you mean 'name'?"``."""
    return Message(f"; did you mean '{name}'?", f"；是否应为“{name}”？")


def python_value(value: Any) -> Any:
    """Return numbers, texts, arrays and columns of NumPy and pandas as Python's own; anything else as it is."""
    return value.tolist() if hasattr(value, "tolist") else value


def check_value(specification: Specification, value: Any) -> tuple[Any, list[str]]:
    """Check `value` against its declaration.

    Returns
    -------
    tuple
        The value as the model holds it (float, tuple of floats, or word) and the problems found, each naming
        the key, the unit and the bounds. With problems the value returned is the default.
    """
    spec = specification
    if spec.choices:
        if isinstance(value, str) and value in spec.choices:
            return value, []
        hint = nearest(value, spec.choices) if isinstance(value, str) else Message("")
        given, names = f"{spec.key} = {_shown(value)}", "、".join(spec.choices)
        return spec.default, [within(hint, (f"{given} must be {spec.bounds}", f"{given}：须为 {names} 之一"))]
    if spec.axis:
        return _check_row(spec, value)
    problem = _problem_of_number(spec, spec.key, value)
    return (spec.default, [problem]) if problem else (float(value), [])


def _check_row(spec: Specification, value: Any) -> tuple[Any, list[str]]:
    assert isinstance(spec.default, tuple)
    if isinstance(value, Mapping):
        row = dict(zip(spec.axis, spec.default, strict=True))
        problems = []
        for name, entry in value.items():
            if name not in row:
                names, key = ", ".join(spec.axis), f"{spec.key}.{name}"
                ends = (f" (it runs over {names})", f"（可用 {names}）")
                problems.append(within(nearest(str(name), spec.axis), (f"{key} is not known", f"没有 {key}"), ends))
                continue
            problem = _problem_of_number(spec, f"{spec.key}.{name}", entry)
            if problem:
                problems.append(problem)
            else:
                row[name] = float(entry)
        return (spec.default, problems) if problems else (tuple(row.values()), [])
    if isinstance(value, (list, tuple)):
        if len(value) != len(spec.axis):
            return spec.default, [
                f"{spec.key} needs {len(spec.axis)} numbers ({', '.join(spec.axis)}), not {len(value)}"
            ]
        return _check_row(spec, dict(zip(spec.axis, value, strict=True)))
    problem = _problem_of_number(spec, spec.key, value)
    return (spec.default, [problem]) if problem else ((float(value),) * len(spec.axis), [])


def _problem_of_number(spec: Specification, key: str, value: Any) -> str | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    try:
        as_float = float(value) if is_number else math.nan
    except OverflowError:
        as_float = math.nan
    within_bounds = not math.isnan(as_float) and spec.low <= as_float <= spec.high
    if within_bounds and not (spec.whole and as_float != math.floor(as_float)):
        return None
    whole = "whole number of" if within_bounds else "number in"
    given, kind = f"{key} = {_shown(value)}", "整数" if within_bounds else "数值"
    return Message(
        f"{given}: it must be a {whole} {spec.unit}, {spec.bounds}",
        f"{given}：须为{spec.low:g}至{spec.high:g}之间的{kind}（单位：{spec.unit}）",
    )


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # a whole number of more than 4,300 digits
        text = "a number of thousands of digits"
    return text if len(text) <= 40 else text[:37] + "..."
