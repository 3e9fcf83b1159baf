"""What a file of ideas declares: the user's own outcomes, instruments and rules.

Nothing here knows the model, so that a file of ideas can be read before the engine is loaded.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, cast

from zhizao.errors import InputError

__all__ = ["DistrictMonth", "Ideas", "InstrumentKind", "OwnInstrument", "OwnOutcome", "is_rule", "outcome", "rule"]

Function = TypeVar("Function", bound=Callable[..., Any])

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_RULE_MARK = "_zhizao_rule"


@dataclass(frozen=True, kw_only=True)
class OwnOutcome:
    """A number at the end of a run, by the user's own function.

    Attributes
    ----------
    name, unit, english, chinese
        What it is called in files, what it is measured in, and what it is called in print.
    better
        1 if more is better, -1 if less is, 0 if neither.
    function
        Takes a `zhizao.results.finished.FinishedRun` and returns a number.
    """

    name: str
    unit: str
    english: str
    chinese: str
    better: int
    function: Callable[[Any], float]


def outcome(
    *, unit: str, english: str = "", chinese: str = "", better: int = 0
) -> Callable[[Callable[[Any], float]], OwnOutcome]:
    """Declare a function of a finished run as an outcome; its name is the function's.

    Parameters
    ----------
    unit
        What it is measured in, such as ``"firms"`` or ``"share of firms"``.
    english, chinese
        What it is called in print; the function's name if not given.
    better
        1 if more is better, -1 if less is, 0 if neither.

    Raises
    ------
    InputError
        If the name or `better` is not as it must be.
    """
    if better not in (-1, 0, 1):
        raise InputError(f"better = {better!r} must be 1 (more is better), -1 (less is better) or 0")

    def declared(function: Callable[[Any], float]) -> OwnOutcome:
        name = _checked(function.__name__, "an outcome")
        words = english or name.replace("_", " ")
        return OwnOutcome(
            name=name, unit=unit, english=words, chinese=chinese or words, better=better, function=function
        )

    return declared


def rule(function: Function) -> Function:
    """Mark a function as the rule of the same name in `zhizao.rules`, which it replaces.

    It is compiled like the rule it replaces: plain numbers in, a plain number out, nothing but arithmetic and `math`.
    """
    setattr(function, _RULE_MARK, True)
    return function


def is_rule(value: Any) -> bool:
    """Whether `rule` has marked a function."""
    return getattr(value, _RULE_MARK, False) is True


class DistrictMonth(Protocol):
    """The district at the start of a month, as the user's own instrument sees it."""

    @property
    def month(self) -> str:
        """The month in progress, as ``"YYYY-MM"``."""

    def last(self, variable: str, group: str | None = None) -> float:
        """Return a monthly series of the model as it stood last month, by its name in `zhizao.results.variables`."""

    def set(self, lever: str, value: float | str) -> None:
        """Give a lever another value in this month; next month the scenario decides again."""

    def spend(self, amount: float) -> None:
        """Book public money that the instrument spends this month, in million RMB; negative amounts are refused."""


class InstrumentKind(type):
    """The class of instruments, by which `zhizao.ideas.file` teaches processes of a sweep to find them again."""


class _Branch:
    """The branch month of the district in force, read when it is asked for: a file of ideas is loaded before that."""

    def __get__(self, instrument: object, kind: type) -> str:
        branch: str = importlib.import_module("zhizao.calendar").BRANCH  # here, because it reads the district in force
        return branch


class OwnInstrument(metaclass=InstrumentKind):
    """The user's own instrument of policy: subclass it and write `act`.

    Attributes
    ----------
    name
        How scenarios name it, as in ``baseline+name``; the class's name in small letters if not given.
    english, chinese
        What it is called in print.
    start
        First month in which it acts.
    service
        Whether its money buys a service (administration in the subsidy account, and part of the service cost) or is
        handed to firms with nothing asked in return (deadweight).
    """

    name: str = ""
    english: str = ""
    chinese: str = ""
    start: str = cast(str, _Branch())
    service: bool = True

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        given = cls.__dict__.get("name") or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()
        cls.name = _checked(given, "an instrument")
        cls.english = cls.__dict__.get("english") or cls.name.replace("_", " ")
        cls.chinese = cls.__dict__.get("chinese") or cls.english

    def act(self, district: DistrictMonth) -> None:
        """Do what the instrument does in a month; called at its start, in every month from `start` on."""
        raise NotImplementedError(f"{type(self).__name__} has no `act`: write what it does in a month")


@dataclass(frozen=True, kw_only=True)
class Ideas:
    """What a file of ideas holds, or what is given in Python.

    Attributes
    ----------
    outcomes, instruments
        By name, in the order of the file.
    rules
        Functions that replace the rules of the same names.
    model
        A subclass of the Mesa model, which then runs in place of the engine; none if the file has none.
    file, sha256
        Where they came from; empty for what is given in Python.
    """

    outcomes: dict[str, OwnOutcome] = field(default_factory=dict)
    instruments: dict[str, type[OwnInstrument]] = field(default_factory=dict)
    rules: dict[str, Callable[..., Any]] = field(default_factory=dict)
    model: type[Any] | None = None
    file: str = ""
    sha256: str = ""


def _checked(name: str, what: str) -> str:
    if _NAME.fullmatch(name):
        return name
    raise InputError(
        f"{name[:80]!r} cannot be the name of {what}: use small letters, digits and underscores, at most 32, "
        "beginning with a letter"
    )
