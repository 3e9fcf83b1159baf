"""In which language help is shown: what ``--lang`` says anywhere on the line, else the language of the terminal.

Only help: what commands print is in the language that ``--lang`` says, and in English without it.
"""

from __future__ import annotations

import importlib
import itertools
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

__all__ = [
    "ENGLISH",
    "HELP_OPTIONS",
    "HelpContext",
    "ask_for_language",
    "asked_language",
    "help_file",
    "language_of_errors",
    "language_of_help",
    "shows_help_in",
]

HELP_OPTIONS = ["-h", "--help"]
_FLAG = "--lang"
ENGLISH = "en"
"""The language of the texts that the commands themselves hold."""
_LANGUAGE = "language of help"
_ASKED = "language"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Variables that say the language of a terminal; the first that is set holds."""


class HelpContext(click.Context):
    """A command that is asked for, with its help in the language in which it is to be shown."""

    def get_help(self) -> str:
        """Return the help of the command."""
        language = self.meta.get(_LANGUAGE, ENGLISH)
        if language == ENGLISH:
            return super().get_help()
        page: str = importlib.import_module("zhizao.commands.help_page").help_page(self, language)
        return page


def shows_help_in(language: str, ctx: click.Context) -> None:
    """Let a command and those below it show help in a language."""
    ctx.meta[_LANGUAGE] = language


def ask_for_language(ctx: click.Context, language: str) -> None:
    """Let what a command says beside its output, and what is wrong with what it was given, be in a language."""
    ctx.meta[_ASKED] = language


def asked_language(ctx: click.Context | None) -> str:
    """Return that language; English where no command runs."""
    return ENGLISH if ctx is None else ctx.meta.get(_ASKED, ENGLISH)


def help_file(language: str) -> Path:
    """Return the file that holds the texts of help in a language."""
    return Path(__file__).parents[1] / "words" / f"help.{language}.toml"


def language_of_help(args: Sequence[str], environment: Mapping[str, str] = os.environ) -> tuple[str, list[str]]:
    """Return the language of help, and the arguments without ``--lang`` where they ask for help and nothing else.

    So ``--lang`` can stand before and after the command and ``--help``, also of commands that print in one language.
    """
    asked, others = _taken_out(args)
    if others and not set(HELP_OPTIONS) & set(others[: others.index("--")] if "--" in others else others):
        return asked or _of_terminal(environment), list(args)
    return asked or _of_terminal(environment), others


def language_of_errors(args: Sequence[str]) -> str:
    """Return the language of what is wrong with a command line, or with what it names: the one that it asks for."""
    return _taken_out(args)[0] or ENGLISH


def _taken_out(args: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return the language that ``--lang`` asks for, None if nothing that is known, and the arguments without it."""
    before = list(args[: args.index("--")]) if "--" in args else list(args)
    asked, others, left = None, [], iter(before)
    for argument in left:
        name, joined, value = argument.partition("=")
        if name != _FLAG:
            others.append(argument)
            continue
        given = [argument, *itertools.islice(left, 0 if joined else 1)]
        if _is_known(value if joined else given[-1]):
            asked = value if joined else given[-1]
        else:
            others += given
    return asked, others + list(args[len(before) :])


def _is_known(language: str) -> bool:
    return language == ENGLISH or (language.isascii() and language.isalpha() and help_file(language).is_file())


def _of_terminal(environment: Mapping[str, str]) -> str:
    """Return the language of the terminal, where there is help in it and its letters can be shown."""
    language = next((environment[name] for name in _LOCALE if environment.get(name)), ENGLISH)[:2]
    try:
        "帮助".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return ENGLISH
    return language if _is_known(language) else ENGLISH
