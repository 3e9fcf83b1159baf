"""What errors say in another language, by their English: templates in a file, such as ``errors.zh.toml``.

An error is written where it is raised, in English. Its words in another language are found by their English text: a
template such as ``cannot be read ({reason})`` is for every text of that form, and what is in the place of ``{reason}``
is put into the other language in the same way, a single word only where the place is called ``{what}``, ``{kind}``,
``{limit}`` or ``{unit}``, since other words are names; ``{key}`` is a name, without blanks.
Texts are often put together, of a place before ": ", and of what is wrong and its fix, with "; " between them; so the
parts are looked up where the whole is not known. Of several ways to read a text that one holds which leaves least of
it in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["error_file", "error_in"]

_PLACE = re.compile(r"\{(\w+)\}")
_NAME, _UNIT = "key", "unit"
_WORDS = (_UNIT, "what", "kind", "limit")
"""How places begin in which there are words of the language, and not names."""
_MARKS = (("; ", "；"), (": ", "："))
_LONGEST = 4000
"""Characters; longer texts stay as they are."""
_DEEPEST = 12
"""So often a part of a part of a text is looked up."""
_MOST_PARTS = 12
"""A text with more than so many marks in it is not taken apart at them."""


@dataclass(frozen=True)
class _Template:
    """A text with places in it, in English and another language.

    Attributes
    ----------
    between
        What is before, between and after the places in English.
    names
        The places, in the order of the English text.
    other
        The text in the other language, with the same places.
    """

    between: tuple[str, ...]
    names: tuple[str, ...]
    other: str

    @property
    def fixed(self) -> int:
        """How many letters of a text it says itself."""
        return sum(map(len, self.between))

    def parts(self, text: str) -> dict[str, str] | None:
        """Return what is at the places if the text has this form, each as short as can be; else None."""
        first, *middle = self.between
        if not middle:
            return {} if text == first else None
        last = middle.pop()
        end = len(text) - len(last)
        if end < len(first) or not text.startswith(first) or not text.endswith(last):
            return None
        found, start = [], len(first)
        for words in middle:
            at = text.find(words, start, end)
            if at < 0:
                return None
            found.append(text[start:at])
            start = at + len(words)
        parts = dict(zip(self.names, [*found, text[start:end]], strict=True))
        is_this = all(" " not in part for name, part in parts.items() if name.startswith(_NAME))
        return parts if is_this else None


@dataclass(frozen=True)
class _Said:
    """A text in the other language, how many letters of it were known, and of how many pieces it was put together."""

    known: int
    text: str
    pieces: int = 0


class _Reader:
    """Puts texts into another language; what it has read it knows, as parts of a text come again and again."""

    def __init__(self, language: str, units: Mapping[str, str]) -> None:
        self._templates = _templates(language)
        self._units = {name: _Said(len(name), other) for name, other in units.items()}
        self._read: dict[str, _Said] = {}

    def said(self, text: str, depth: int = 0) -> _Said:
        """Return a text in the language, as far as it is known."""
        if text not in self._read:
            found = _Said(0, text)
            if depth < _DEEPEST:
                ways = [found, *self._in_two(text, depth), *self._by_template(text, depth)]
                found = max(ways, key=lambda way: (way.known, -way.pieces))
            self._read[text] = found
        return self._read[text]

    def _by_template(self, text: str, depth: int) -> list[_Said]:
        ways = []
        for template in self._templates:
            parts = template.parts(text)
            if parts is not None:
                said = {name: self._part(name, part, depth + 1) for name, part in parts.items()}
                known = template.fixed + sum(part.known for part in said.values())
                other = template.other.format(**{name: part.text for name, part in said.items()})
                ways.append(_Said(known, other, 1 + sum(part.pieces for part in said.values())))
        return ways

    def _part(self, name: str, part: str, depth: int) -> _Said:
        if " " not in part and not name.startswith(_WORDS):
            return _Said(0, part)
        known = self._units.get(part) if name.startswith(_UNIT) else None
        return known or self.said(part, depth)

    def _in_two(self, text: str, depth: int) -> list[_Said]:
        """Return a text with its two sides of a mark put into the language, for every mark in it."""
        ways = []
        for mark, other in _MARKS:
            pieces = text.split(mark)
            for place in range(1, len(pieces)) if len(pieces) <= _MOST_PARTS else ():
                one, two = (self.said(mark.join(side), depth + 1) for side in (pieces[:place], pieces[place:]))
                if known := one.known + two.known:
                    ways.append(_Said(known + len(mark), f"{one.text}{other}{two.text}", one.pieces + two.pieces))
        return ways


def error_file(language: str) -> Path:
    """Return the file that holds the errors in a language."""
    return Path(__file__).with_name(f"errors.{language}.toml")


def error_in(language: str, text: str, units: Mapping[str, str] | None = None) -> str:
    """Return what an error says, in a language: all of it that the file of the language has, the rest as it is.

    Parameters
    ----------
    language
        The language.
    text
        The error in English, or some of it in the language already.
    units
        What units are called in the language, by their English.
    """
    return text if len(text) > _LONGEST else _Reader(language, units or {}).said(text).text.replace("？；", "？")


@cache
def _templates(language: str) -> tuple[_Template, ...]:
    import tomllib  # here, since English needs none of it

    file = error_file(language)
    tables = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return tuple(
        _Template(tuple(_PLACE.split(english)[::2]), tuple(_PLACE.findall(english)), other)
        for table in tables.values()
        for english, other in table.items()
    )
