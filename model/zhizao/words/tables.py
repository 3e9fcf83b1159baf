"""Tables of words and sentences in several languages, each read from a file beside this one, such as ``zh.toml``.

A language is a file, with the same sections and keys as ``en.toml``, and its code in `Language`. Declarations (of
parameters, levers, outcomes and so on) hold their own English and Chinese. Any other language has these texts, by their
English, in the section ``declared`` of its file; what that does not have is in English. What errors say is in a file of
its own (`zhizao.words.of_errors`).

What texts say of the district in force is filled in (`zhizao.words.place`), and a district can have texts of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from zhizao.district.in_force import DISTRICT
from zhizao.words.place import of_place

__all__ = ["LANGUAGES", "Language", "Words", "either", "fact_of", "in_a_row", "words_of"]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_OF_THE_LANGUAGE = "language"
_DECLARED = "declared"


class Words:
    """A table of words and sentences; called with a key and a language, it gives one of them.

    Parameters
    ----------
    own
        Texts by key, in the order of `LANGUAGES`, with ``{name}`` where a value goes (`zhizao.district.texts` has the
        names that need none); in English and Chinese only, if
        they are from a declaration.
    below
        Tables that are searched after this one: what several tables need is written once, in the lowest of them.

    Attributes
    ----------
    own
        What this table itself holds.
    texts
        What this table or one below holds.
    """

    def __init__(self, own: Mapping[str, tuple[str, ...]], *below: Words) -> None:
        self.own: dict[str, tuple[str, ...]] = dict(own)
        self.texts: dict[str, tuple[str, ...]] = {}
        for table in reversed(below):
            self.texts |= table.texts
        self.texts |= self.own

    def __call__(self, key: str, language: Language, /, **values: object) -> str:
        """Return a word or sentence in a language, with `values` in place.

        Raises
        ------
        KeyError
            If no table has the key.
        """
        if key not in self.texts:
            raise KeyError(f"there are no words for '{key}'")
        texts, index = self.texts[key], LANGUAGES.index(language)
        text = texts[index] if index < len(texts) else _of_declaration(texts[0], language)
        return of_place(text or texts[0], language, **values)


def words_of(section: str, *below: Words) -> Words:
    """Return the table of a section of all files.

    Raises
    ------
    KeyError
        If a file has no such section, or lacks a key that another has.
    """
    tables = {language: _texts(language).get(section, {}) for language in LANGUAGES}
    keys = dict.fromkeys(key for table in tables.values() for key in table)
    missing = [f"{name}.toml lacks {key}" for name, table in tables.items() for key in keys if key not in table]
    if missing or not keys:
        raise KeyError(f"words.{section}: {', '.join(missing) or 'no such section'}")
    return Words({key: tuple(table[key] for table in tables.values()) for key in keys}, *below)


def fact_of(language: Language, key: str) -> Any:
    """Return what the file of a language says of the language itself, in its section ``language``."""
    return _texts(language)[_OF_THE_LANGUAGE][key]


def either(english: str, chinese: str, language: Language) -> str:
    """Return the text of a declaration in a language, where there is one; else the English one."""
    if language == "zh":
        return chinese or english
    return english if language == "en" else _of_declaration(english, language)


def in_a_row(names: Iterable[str], language: Language) -> str:
    """Return names one after the other, with the mark that a language puts between them."""
    return ("、" if language == "zh" else ", ").join(names)


def _of_declaration(english: str, language: str) -> str:
    text: str = _texts(language).get(_DECLARED, {}).get(english, english)
    return text


@cache
def _texts(language: str) -> dict[str, dict[str, Any]]:
    """Return the texts of a language by section and key, those of the district in force before the general ones.

    In a language in which it has none, what only a district says is in English.
    """
    file = Path(__file__).with_name(f"{language}.toml")
    general = tomllib.loads(file.read_text(encoding="utf-8"))
    own = DISTRICT.words.get(language)
    found = {}
    for section, texts in general.items():
        added = (DISTRICT.words.get("en", {}) if own is None else own).get(section, {})
        found[section] = {**added, **texts} if own is None else {**texts, **added}
    return found
