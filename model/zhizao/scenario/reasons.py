"""The reasons that a scenario file gives for its numbers: the comments beside and above them.

A comment at the end of a line is the reason of what is set there, one after the head of a table the reason of all that
is set in it. A line of comment in Chinese right above a line is its reason in Chinese.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from zhizao.errors import printable

__all__ = ["Reasons", "reasons_in"]

Reasons = dict[str, tuple[str, str]]
"""Reasons in English and Chinese (either may be empty) by what they are for: ``specialists.count``, ``off``."""

_HEAD = re.compile(r"\[+\s*([^\]]+?)\s*\]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LONGEST = 300


def reasons_in(text: str) -> list[Reasons]:
    """Return the reasons of a file's changes, in the order of the file."""
    found: list[Reasons] = []
    prefix, section = None, ("", "")
    for line, comment, above in _lines(text):
        head = _HEAD.fullmatch(line)
        if head:
            section = _reason(comment, above)
            prefix = _prefix(head[1])
            if head[1] == "changes" and line.startswith("[["):
                found.append({})
        elif found and prefix is not None and "=" in line:
            key = prefix + "".join(line.partition("=")[0].split()).replace('"', "").replace("'", "")
            own = _reason(comment, above)
            found[-1][key] = (own[0] or section[0], own[1] or section[1])
    return found


def _prefix(name: str) -> str | None:
    """Return what keys of a table begin with, as levers are named; None for any other table."""
    first, *rest = "".join(name.split()).replace('"', "").split(".")
    if first != "changes":
        return None
    return "".join(f"{part}." for part in rest[1:])


def _lines(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each line of a file that is not a comment: its text, its comment, and the comments above it."""
    above: list[str] = []
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("#"):
            above.append(line.lstrip("# ").strip())
            continue
        if line:
            yield (*_parted(line), above)
        above = []


def _parted(line: str) -> tuple[str, str]:
    """Part a line from its comment; a number sign within a text begins none."""
    places = [place for place, letter in enumerate(line) if letter == "#"]
    for place in places:
        before = line[:place].strip()
        if _HEAD.fullmatch(before) or _is_whole(before):
            return before, line[place:].lstrip("# ").strip()
    return line, ""


def _is_whole(line: str) -> bool:
    try:
        tomllib.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _reason(comment: str, above: list[str]) -> tuple[str, str]:
    """Return a reason in English and Chinese from the comment beside something and those above it."""
    parts = [comment] if comment else []
    english = [part for part in parts if not _CHINESE.search(part)] or [
        part for part in above if not _CHINESE.search(part)
    ]
    chinese = [part for part in (*above, *parts) if _CHINESE.search(part)]
    return printable(" ".join(english), _LONGEST), printable("".join(chinese), _LONGEST)
