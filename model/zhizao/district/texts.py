"""The texts of a district's own: what ``words.toml`` says instead of the program's general sentences."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from zhizao.errors import in_words

__all__ = ["PLACEHOLDERS", "text_problems"]

PLACEHOLDERS = frozenset(
    {
        *("place", "place_short", "currency", "currency_in_full", "coin"),
        *(
            "smes",
            "Smes",
            "smes_in_full",
            "firm_in_scope",
            "firms_in_scope",
            "industrial_firms",
            "in_scope_revenue",
            "threshold_name",
        ),
        *("level", "Level", "level_above", "level_two_above", "highest_level", "plan_share", "plan_in_tenths"),
        *("start", "branch", "before_branch", "target", "horizon"),
        *("start_short", "branch_short", "before_branch_short", "target_end", "target_year_end"),
        *("assessment_month", "year_end"),
    }
)
"""What every text can use; `zhizao.words.place` says what each stands for."""
_GENERAL = Path(__file__).parents[1] / "words"
_LANGUAGES = ("en", "zh")
_ADDED = re.compile(r"funding [a-z0-9_]+")
"""Keys that a district can add: one for each of its own readings of the public money."""
_IN_ADDED = frozenset({"sum"})
_LONGEST = 2000


def text_problems(words: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the texts of a district: ``[en.SECTION]`` and ``[zh.SECTION]``, each key = text."""
    problems = [
        f"words.toml: {name} is not a language; write [en.SECTION] and [zh.SECTION]"
        for name in words
        if name not in _LANGUAGES
    ]
    found: dict[str, set[tuple[str, str]]] = {}
    for language in _LANGUAGES:
        sections = words.get(language, {})
        if not isinstance(sections, dict):
            problems.append(f"words.toml: {language} is not a table; write [{language}.SECTION]")
            continue
        general = tomllib.loads((_GENERAL / f"{language}.toml").read_text("utf-8"))
        del general["language"]  # what is said of the language itself
        found[language] = set()
        for section, texts in sections.items():
            if section not in general or not isinstance(texts, dict):
                known = ", ".join(general)
                problems.append(f"words.toml: {language}.{section} is not a section of texts; there are {known}")
                continue
            found[language] |= {(section, key) for key in texts}
            problems += _in_section(f"{language}.{section}", texts, general[section])
    if len(found) == len(_LANGUAGES):
        problems += [
            f"words.toml: {section}.{key} is there in one language only; write it in both"
            for section, key in sorted(found["en"] ^ found["zh"])
        ]
    return problems


def _in_section(where: str, texts: Mapping[str, Any], general: Mapping[str, str]) -> Iterable[str]:
    for key, text in texts.items():
        name = f"words.toml: {where} {in_words(key)}"
        if key not in general and not _ADDED.fullmatch(key):
            yield f"{name} is not one of the program's texts; correct the key"
        elif not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
            yield f"{name} must be text of at most {_LONGEST} characters"
        else:
            usual = _places(general[key]) if key in general else _IN_ADDED
            try:
                unknown = _places(text) - usual - PLACEHOLDERS
            except ValueError:
                yield f"{name} has braces that do not fit; write {{name}}, or {{{{ for a brace"
                continue
            if unknown:
                these = ", ".join(sorted(usual | {"place", "branch", "target"}))
                yield f"{name} uses {{{min(unknown)}}}, which has no value there; use one of {these}"


def _places(text: str) -> frozenset[str]:
    """Return the names in the braces of a text; `ValueError` where braces do not fit."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
