"""The options of studies: each is declared here, once, with its type, default, check and texts.

What follows from it: the keywords of `run`, `compare`, `reach` and `check_evidence` with what `help` says of them
(`takes`), the options of the commands (`zhizao.commands.study`), what is checked (`check_options`), the settings in
`run.json`, and what `rerun` gives again. Its class says which studies take it.
"""

from __future__ import annotations

import functools
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypedDict, TypeVar, cast, get_args, get_origin, get_type_hints

from zhizao.calendar import BRANCH, HORIZON, START, TARGET
from zhizao.evidence.ensembles import FIRST_CALIBRATION, FIRST_READING, FUNDING
from zhizao.ideas.declare import OwnOutcome
from zhizao.parameters.specification import nearest
from zhizao.population.district import District
from zhizao.register import Register
from zhizao.results.variables import MONEY_UNIT
from zhizao.studies.parameter_draws import CALIBRATIONS
from zhizao.words.place import money_in_words

__all__ = [
    "CompareOptions",
    "DrawsOptions",
    "Firms",
    "Option",
    "RunOptions",
    "SettingsLike",
    "StudyOptions",
    "declared",
    "part_of",
    "takes",
]

Firms = Register | District | str | Path
"""A register of firms: read already, within a district, or still in its file."""
SettingsLike = Mapping[str, Any] | Sequence[str]
"""Values by key, or texts such as ``"grants.rate=0.2"``."""

Check = Callable[[str, Any], str | None]
"""Called with name and value; says what is wrong, or None."""

_MOST_DRAWS = 1_000_000
_MOST_FIRMS = 50_000_000
_WIDTH = 112
_MONEY = ", ".join(f"{key} ({value:,.0f} {MONEY_UNIT})" for key, value in FUNDING.items())
_MONEY_ZH = "、".join(f"{key}（{money_in_words(value, 'zh')}）" for key, value in FUNDING.items())


def whole(low: int, high: int) -> Check:
    """Return the check of a whole number; None, where that is the default, is not checked."""

    def check(name: str, value: Any) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return None
        return f"{name} = {value!r} must be a whole number from {low} to {high}"

    return check


def one_of(choices: Iterable[str]) -> Check:
    """Return the check of a word out of several."""
    known = tuple(choices)

    def check(name: str, value: Any) -> str | None:
        return None if value in known else f"{name} = {value!r} must be one of {', '.join(known)}"

    return check


@dataclass(frozen=True, kw_only=True)
class Option:
    """What is declared of an option beside its name and its type, which stand before it.

    Attributes
    ----------
    meaning
        What `help` says of it in Python.
    command_line
        What the help of a command says of it, in English and Chinese; None if only Python has it.
    default
        What holds where it is not given.
    check
        Says what is wrong with a value other than the default. What needs a file, or another option, is checked in
        `check_options`.
    choices, metavar
        The words to choose from, or what stands for the value, in the help of a command.
    flag
        What it is called on the command line, if not by its own name.
    recorded
        Whether numbers depend on it and no other entry of the record holds it: then `run.json` does, and `rerun`
        gives it again.
    """

    meaning: str
    default: Any = None
    command_line: tuple[str, str] | None = None
    check: Check | None = None
    choices: tuple[str, ...] = ()
    metavar: str | None = None
    flag: str = ""
    recorded: bool = True


class StudyOptions(TypedDict, total=False):
    """Options that every study takes."""

    seed: Annotated[
        int,
        Option(
            default=0,
            check=whole(0, 2**64 - 1),
            metavar="N",
            command_line=("Seed of all luck.", "全部随机数的种子。"),
            meaning="Seed of all luck, from 0 to 2**64 - 1; of draw d it is ``(seed * 1_000_003 + d) % 2**64``.",
        ),
    ]
    calibration: Annotated[
        str,
        Option(
            default=FIRST_CALIBRATION,
            check=one_of(CALIBRATIONS),
            choices=tuple(CALIBRATIONS),
            command_line=(
                "Parameters: fitted with the plan met, fitted to facts only, or not fitted.",
                "参数来源：以规划目标实现为条件拟合、仅按事实拟合，或不拟合。",
            ),
            meaning="``plan`` or ``facts``: the fitted ensemble that parameters are of; ``prior``: nothing is fitted.",
        ),
    ]
    funding: Annotated[
        str,
        Option(
            default=FIRST_READING,
            check=one_of(FUNDING),
            choices=tuple(FUNDING),
            command_line=(f"Yearly public money: {_MONEY}.", f"每年财政资金：{_MONEY_ZH}。"),
            meaning=f"The reading of the yearly public money: {_MONEY}.",
        ),
    ]
    firms: Annotated[
        Firms | None,
        Option(
            metavar="FILE",
            command_line=(
                "Your own register of firms (.csv, .xlsx, .parquet).",
                "自己的企业名录（.csv、.xlsx、.parquet）。",
            ),
            meaning="The district's own firms instead of synthetic ones: a file, a `Register`, or a district made from "
            "one.",
        ),
    ]
    firms_as_of: Annotated[
        str | None,
        Option(
            metavar="YYYY-MM",
            command_line=(
                f"Month that these firms are to be taken as of; runs begin in {START}.",
                f"这些企业视为哪个月的状况；模拟从{START}开始。",
            ),
            meaning='The month that these firms are to be taken as of, ``"YYYY-MM"``: runs begin in the first, so no '
            "other is possible yet. Without it, what their file says holds.",
        ),
    ]
    n_firms: Annotated[
        int | None,
        Option(
            check=whole(1, _MOST_FIRMS),
            metavar="N",
            command_line=("Synthetic firms at the start.", "起始时合成企业的数量。"),
            meaning="How many firms there are at the start, instead of a draw.",
            recorded=False,  # it is among the settings, as population.firms
        ),
    ]
    settings: Annotated[
        SettingsLike,
        Option(
            default=(),
            flag="--set",
            metavar="KEY=VALUE",
            command_line=(
                f"Set a lever from {BRANCH} or a parameter throughout, such as grants.rate=0.2; can be repeated.",
                f"从{BRANCH}起设定政策杠杆，或全程设定参数，例如grants.rate=0.2；可重复使用。",
            ),
            meaning='Levers from the branch and parameters throughout, in every scenario: ``{"grants.rate": 0.2}`` or '
            '``["grants.rate=0.2"]``; they are not drawn.',
        ),
    ]


class RunOptions(StudyOptions, total=False):
    """Options of `run`."""

    until: Annotated[
        str,
        Option(
            default=TARGET,
            metavar="YYYY-MM",
            command_line=(f"Last month, at most {HORIZON}.", f"最后一个月，最晚{HORIZON}。"),
            meaning="Last month, from the branch to the horizon of the district.",
        ),
    ]
    outcomes: Annotated[
        Iterable[OwnOutcome],
        Option(
            default=(),
            meaning="Outcomes of your own, declared with `zhizao.outcome`; they are shown beside the others.",
            recorded=False,  # the record names the file of ideas
        ),
    ]
    model: Annotated[
        type[Any] | None,
        Option(
            meaning="A subclass of `zhizao.mesa.DistrictModel` that runs in place of the engine, about a hundred times "
            "slower.",
            recorded=False,
        ),
    ]


class DrawsOptions(StudyOptions, total=False):
    """Options of studies over many draws, `reach` and `check_evidence` among them."""

    draws: Annotated[
        int,
        Option(
            default=200,
            check=whole(1, _MOST_DRAWS),
            metavar="N",
            command_line=(
                "Draws of the uncertain parameters, each with its own luck.",
                "不确定参数的抽样次数，每次抽样各有自己的随机数。",
            ),
            meaning="How many draws of the uncertain parameters, each with its own luck; draw 0 is the most central "
            "one.",
        ),
    ]
    workers: Annotated[
        int | None,
        Option(
            check=whole(1, 1024),
            metavar="N",
            command_line=("Threads; one for each processor if not given.", "线程数；不指定时每个处理器一个。"),
            meaning="Threads; as many as there are processors if not given. Results do not depend on it.",
            recorded=False,
        ),
    ]


class CompareOptions(RunOptions, DrawsOptions, total=False):
    """Options of `compare`: all that there are."""


@cache
def declared(kind: Any = CompareOptions) -> dict[str, tuple[Any, Option]]:
    """Return type and declaration of the options of a study, by name."""
    found = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        assert get_origin(hint) is Annotated, f"{name} in {kind.__name__} has no Option beside its type"
        found[name] = get_args(hint)
    return found


Kind = TypeVar("Kind")
Function = TypeVar("Function", bound=Callable[..., Any])


def part_of(options: Mapping[str, Any], kind: type[Kind]) -> Kind:
    """Return those of some options that another study takes, too, such as `DrawsOptions` of `CompareOptions`."""
    return cast("Kind", {name: value for name, value in options.items() if name in declared(cast("Any", kind))})


def takes(kind: Any, **defaults: Any) -> Callable[[Function], Function]:
    """Let a study take the options of `kind` as keywords, with all that `help` and editors show of them.

    The study is written with ``**options: Unpack[kind]`` and a line ``**options`` at the end of the parameters in its
    docstring; it gets every option, those not given by their default.

    Parameters
    ----------
    kind
        `StudyOptions` or one of the classes made from it.
    defaults
        Defaults of this study that differ from those declared.
    """
    options = declared(kind)
    holding = {name: defaults.get(name, option.default) for name, (_, option) in options.items()}

    def decorate(function: Function) -> Function:
        own = inspect.signature(function)
        keywords = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=holding[name], annotation=_in_words(hint))
            for name, (hint, _) in options.items()
        ]
        before = [one for one in own.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
        signature = own.replace(parameters=[*before, *keywords])

        @functools.wraps(function)
        def study(*given: Any, **named: Any) -> Any:
            for name in named:
                if name not in signature.parameters:
                    near = nearest(name, list(signature.parameters))
                    raise TypeError(f"{function.__name__}() got an unexpected keyword argument '{name}'{near}")
            return function(*given, **{**holding, **named})

        study.__signature__ = signature  # type: ignore[attr-defined]
        study.__doc__ = _explained(function.__doc__, options)
        return cast("Function", study)

    return decorate


def _in_words(hint: Any) -> str:
    """Return a type as it is written, without the names of modules."""
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", inspect.formatannotation(hint))


def _explained(text: str | None, options: Mapping[str, tuple[Any, Option]]) -> str | None:
    """Put what is declared of options in place of ``**options`` in a docstring."""
    if text is None:  # under python -OO
        return None
    lines = []
    for name, (_, option) in options.items():
        lines += [name, *textwrap.wrap(option.meaning, _WIDTH, initial_indent="    ", subsequent_indent="    ")]
    return re.sub(
        r"^( *)\*\*options\n(?:\1    .*\n)+",
        lambda found: textwrap.indent("\n".join(lines) + "\n", found[1]),
        text,
        flags=re.MULTILINE,
    )
