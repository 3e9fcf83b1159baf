"""What is said of a command line that is wrong in itself, such as an unknown option, in the language of its errors."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import IO, Any

import click

from zhizao.commands.help_language import ENGLISH, asked_language
from zhizao.words.of_errors import error_in

__all__ = ["usage_errors_in"]


class UsageErrorIn(click.UsageError):
    """A wrong command line, said in another language than click's.

    Parameters
    ----------
    error
        What click says.
    language
        The language.
    """

    def __init__(self, error: click.UsageError, language: str) -> None:
        super().__init__(error_in(language, error.format_message()), error.ctx)
        self._language = language

    def show(self, file: IO[Any] | None = None) -> None:
        """Print how the command is used, where its help is, and what is wrong."""
        lines = [error_in(self._language, f"Error: {self.message}")]
        if self.ctx is not None:
            asked = f"{self.ctx.command_path} {self.ctx.help_option_names[-1]}"
            hint = error_in(self._language, f"Try '{asked}' for help.")
            usage = importlib.import_module("zhizao.commands.help_page").usage_of(self.ctx, self._language)
            lines = [usage, hint, "", *lines]
        click.echo("\n".join(lines), file=file, err=file is None)


@contextlib.contextmanager
def usage_errors_in(ctx: click.Context) -> Iterator[None]:
    """Let what is wrong with a command line be said in the language of its errors."""
    try:
        yield
    except click.UsageError as error:
        language = asked_language(ctx)
        if language == ENGLISH or isinstance(error, UsageErrorIn):
            raise
        raise UsageErrorIn(error, language) from error
