"""The words of a workbook in a language: names of sheets, headers, and names within columns.

In English a workbook has the names that files, R and Stata have. In another language it has that language's words; the
codebook, which has both, leads from one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zhizao.parameter_words.units import UNITS, unit_name
from zhizao.results.variables import MONEY_UNIT
from zhizao.words.tables import Language, words_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BookWords", "say_workbook"]

say_workbook = words_of("workbook")
"""The words of a workbook by key."""

_AS_THEY_ARE = ("Codebook", "Names")
"""Sheets whose cells lead from one language to the other."""
_MONEY = MONEY_UNIT.split(" per ")[0]
_AMOUNTS = ("mean", "median", "low", "high")
_IN_UNIT = frozenset((*_AMOUNTS, *(f"difference_{name}" for name in _AMOUNTS)))
_ACCOUNT = "Money"


@dataclass(frozen=True, kw_only=True)
class BookWords:
    """The words of one workbook.

    Attributes
    ----------
    language
        Its language.
    titles
        What each scenario is called, by label.
    columns, values
        What columns and names within them are called, by sheet and column, and by name, as the codebook has it.
    """

    language: Language
    titles: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, codebook: pd.DataFrame, language: Language, titles: Mapping[str, str]) -> BookWords:
        """Return the words for the tables that a codebook describes."""
        label = f"label_{language}"
        rows = [row for row in codebook.to_dict("records") if row[label]]
        return cls(
            language=language,
            titles=titles,
            columns={(r["table"], r["name"]): r[label] for r in rows if not r["kind"].startswith("value")},
            values={r["name"]: r[label] for r in rows if r["kind"].startswith("value")},
        )

    def sheet(self, name: str) -> str:
        """Return what a sheet is called."""
        return say_workbook(f"sheet {name}", self.language)

    def header(self, sheet: str, name: str) -> str:
        """Return what a column is called."""
        if self.language == "en":
            return name
        if (key := f"column {name}") in say_workbook.texts:
            return say_workbook(key, self.language)
        return self.columns.get((sheet, name), name)

    def cell(self, sheet: str, column: str, value: Any) -> Any:
        """Return what is written for a value: names and units in words, months, numbers and text as they are."""
        if self.language == "en" or sheet in _AS_THEY_ARE or not isinstance(value, str):
            return value
        if column == "scenario":
            return self.titles.get(value, value)
        if column == "unit":
            return self._unit(value)
        named = column in ("outcome", "variable", "line", "instrument", "group", "kind")
        return self.values.get(value, value) if named else value

    def scale(self, sheet: str, column: str, unit: str) -> float:
        """Return by what a number is multiplied: money is in the unit in which tables of the language have it."""
        in_money = unit.startswith(_MONEY) or (sheet == _ACCOUNT and not unit)
        scaled = self.language == "zh" and in_money and (column in _IN_UNIT or column == "value")
        return 100.0 if scaled else 1.0

    def _unit(self, unit: str) -> str:
        if unit not in UNITS:
            return unit
        name = unit_name(unit, self.language, percent=False)
        return name.replace("百万", "万", 1) if unit.startswith(_MONEY) else name
