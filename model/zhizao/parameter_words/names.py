"""Names and meanings by key, in English and Chinese."""

from __future__ import annotations

from zhizao.parameter_words.levers import CHOICES
from zhizao.parameter_words.parameters import ENTRIES, FACTOR_GROUPS, PARAMETER_GROUPS, READINGS
from zhizao.parameter_words.units import unit_name
from zhizao.parameters.registry import parameter_specifications
from zhizao.parameters.specification import Specification
from zhizao.policy.levers import LEVER_GROUPS, lever_specifications
from zhizao.results.groups import GROUP_NAMES
from zhizao.sectors import SECTOR_KEYS
from zhizao.words.tables import Language, Words, either

__all__ = [
    "choice_name",
    "factor_group",
    "group_title",
    "input_name",
    "key_with_name",
    "lever_label",
    "lever_name",
    "meaning",
    "parameter_group",
]

group_title = Words({name: (group.english, group.chinese) for name, group in LEVER_GROUPS.items()})
"""What a group of levers is called."""
choice_name = Words(CHOICES)
"""What one choice of a lever is called."""


def factor_group(group: str, language: Language) -> str:
    """Return what a group of factors is called; one of a design's own stays as it is."""
    return FACTOR_GROUPS.get(group, group) if language == "zh" else group


def parameter_group(group: str, language: Language) -> str:
    """Return what parameters whose keys begin with a word are called together; those of rules of one's own by it."""
    return either(*PARAMETER_GROUPS.get(group, (group, group)), language)


def meaning(spec: Specification, language: Language) -> str:
    """Return what a parameter or a lever means, in a line."""
    return either(spec.meaning, spec.chinese_meaning, language)


def lever_name(key: str, language: Language) -> str:
    """Return what a lever is called, or an entry of one, such as ``grants.rate.light``."""
    base, entry = _taken_apart(key)
    spec = lever_specifications()[base]
    return _joined(either(spec.english, spec.chinese, language), entry, language)


def lever_label(key: str, language: Language) -> str:
    """Return name and unit of a lever or an entry of one; choices have no unit."""
    spec = lever_specifications()[_taken_apart(key)[0]]
    name = lever_name(key, language)
    if spec.choices:
        return name
    unit = unit_name(spec.unit, language)
    return f"{name}（{unit}）" if language == "zh" else f"{name} ({unit})"


def input_name(key: str, language: Language) -> str:
    """Return what an input of a study is called in charts and tables: a lever by its name, a parameter by its meaning.

    Of a meaning in English what explains it further, behind a semicolon or in brackets, is left out; a key that is not
    declared, such as that of an idea of one's own, stays as it is.

    Parameters
    ----------
    key
        Of a parameter, a lever or an entry of one, a reading of the report, or luck.
    """
    base, entry = _taken_apart(key)
    spec = _declared(base)
    if spec is not None:
        return _joined(either(spec.english or _short(spec.meaning), spec.chinese, language), entry, language)
    return either(*READINGS[key], language) if key in READINGS else key


def _short(line: str) -> str:
    """Return a meaning without what explains it further."""
    return line.partition(";")[0].partition(" (")[0]


def key_with_name(key: str, language: Language) -> str:
    """Return the key of an input as it is set; in Chinese in a second line, below its name."""
    return f"{input_name(key, language)}\n{key}" if language == "zh" else key


def _taken_apart(key: str) -> tuple[str, tuple[str, str] | None]:
    """Return the key that is declared, and the names of the entry of its row, if `key` names one."""
    base, _, entry = key.rpartition(".")
    declared = _declared(base)
    if declared is None:
        return key, None
    entries = GROUP_NAMES if declared.axis == SECTOR_KEYS else ENTRIES  # `equipment` is a sector and a project
    if entry in entries:
        return base, entries[entry]
    return key, None


def _declared(key: str) -> Specification | None:
    return lever_specifications().get(key) or parameter_specifications().get(key)


def _joined(name: str, entry: tuple[str, str] | None, language: Language) -> str:
    return name if entry is None else f"{name} · {either(*entry, language)}"
