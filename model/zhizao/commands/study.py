"""The options of studies on the command line, as `zhizao.studies.study_options` declares them."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

import click

from zhizao.commands.options import options
from zhizao.commands.words import word
from zhizao.errors import CommandLine, Message
from zhizao.studies.study_options import declared
from zhizao.words.tables import LANGUAGES

__all__ = ["as_arguments", "given_in_vain", "study_option", "with_study"]

Command = TypeVar("Command", bound=Callable[..., Any])


class StudyOption(click.Option):
    """An option with its help in other languages than English, for `zhizao.commands.help_page`."""

    def __init__(self, *given: Any, texts: Mapping[str, str], **named: Any) -> None:
        super().__init__(*given, **named)
        self.texts = texts


def study_option(name: str, **changes: Any) -> Callable[[Command], Command]:
    """Put one option of studies on a command; `changes` are as for `click.option`, such as another default."""
    hint, one = declared()[name]
    assert one.command_line is not None, f"{name} has no text for the command line"
    english, chinese = changes.pop("texts", one.command_line)
    kinds = get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    shown: dict[str, Any] = {
        "default": one.default,
        "show_default": one.default not in (None, (), False),
        "metavar": one.metavar,
        "is_flag": bool in kinds,
        "multiple": one.default == (),
    }
    if one.choices:
        shown["type"] = click.Choice(one.choices)
    elif bool not in kinds:
        shown["type"] = int if int in kinds else float if float in kinds else str
    written = one.flag or f"--{name.replace('_', '-')}"
    return click.option(written, name, cls=StudyOption, help=english, texts={"zh": chinese}, **shown | changes)


def with_study(kind: Any, **changes: dict[str, Any]) -> Callable[[Command], Command]:
    """Put the options of a study on a command, which gets them together as ``study``.

    Parameters
    ----------
    kind
        `StudyOptions` or one of the classes made from it.
    changes
        What `study_option` is to change, by name of the option.
    """
    names = [name for name, (_, one) in declared(kind).items() if one.command_line is not None]

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def gathered(**given: Any) -> Any:
            asked = {name: given.pop(name) for name in names}
            asked["settings"] = CommandLine(asked["settings"])
            return command(**given, study=asked)

        put = options(*(study_option(name, **changes.get(name, {})) for name in names))
        return put(gathered)  # type: ignore[return-value]

    return decorate


def given_in_vain(*names: str) -> list[Message]:
    """Return a line that names those of these options that were given on the command line; none if none was."""
    ctx = click.get_current_context()
    flags = {item.name: item.opts[-1] for item in ctx.command.params if item.name}
    given = [flags[name] for name in names if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE]
    return [Message(*(word("in vain", language, options=", ".join(given)) for language in LANGUAGES))] if given else []


def as_arguments(asked: Mapping[str, Any]) -> list[str]:
    """Return options of a study as a shell takes them; those that say nothing are left out."""
    parts: list[str] = []
    for name, (_, one) in declared().items():
        written, value = one.flag or f"--{name.replace('_', '-')}", asked.get(name)
        if one.default == ():
            for text in value or ():
                parts += [written, str(text)]
        elif value is True:
            parts.append(written)
        elif value is not None and value is not False:
            parts += [written, str(value)]
    return parts
