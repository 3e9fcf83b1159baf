"""Settings beside the files: single values by key, from the command line or from Python, and what copies are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhizao.calendar import BRANCH, BRANCH_MONTH, month_index
from zhizao.errors import InputError, in_words
from zhizao.toml_text import parse_toml

__all__ = ["COMMAND_LINE", "GivenSettings", "parse_setting", "start_problems", "wrong_names"]

COMMAND_LINE = "--set"
"""The option by which the command line gives them."""


def wrong_names(name: str | None, title: str | None) -> list[str]:
    """Say what is wrong with what a copy of a scenario is to be called."""
    return [
        f"{what} = {in_words(text)}: it must be text on one line, of at most 200 characters"
        for what, text in (("name", name), ("title", title))
        if text is not None and not (isinstance(text, str) and text.strip() and text.isprintable() and len(text) <= 200)
    ]


class GivenSettings(dict[str, Any]):
    """Settings by key that know where they were given, so that errors can name that.

    Parameters
    ----------
    values
        Values by key.
    said_in
        The option of the command line or the argument in Python.

    Attributes
    ----------
    throughout
        What holds beside them from the first month on: the settings of a structure.
    """

    def __init__(self, values: Mapping[str, Any], said_in: str) -> None:
        super().__init__(values)
        self.said_in = said_in
        self.throughout: dict[str, Any] = {}


def parse_setting(text: str, said_in: str = COMMAND_LINE) -> tuple[str, Any]:
    """Return key and value of ``"grants.rate=0.2"``; the value is as in TOML, but words need no quotes."""
    key, equals, written = (part.strip() for part in text.partition("="))
    label = f"{said_in} {in_words(text)[1:-1]}"
    if not (key and equals and written):
        raise InputError(f"{label}: write it as key=value, such as grants.rate=0.2")
    if not text.isprintable() or len(text) > 1000:
        raise InputError(f"{label}: is too long for one line; write one key=value each")
    try:
        return key, parse_toml(f"value = {written}", label)["value"]
    except InputError:
        raise
    except ValueError:
        return key, written


def start_problems(start: str) -> list[str]:
    """Say what is wrong with the first month of the user's own instrument."""
    try:
        early = month_index(start) < BRANCH_MONTH
    except InputError as error:
        return [f"start = {line}" for line in error.problems]
    return [f"start = {start!r} is in the past; name a month from {BRANCH} on"] if early else []
