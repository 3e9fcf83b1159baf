"""The words of a workbook in a language: names of sheets, headers, and names within columns.

A workbook is for readers: it has words where files, R and Stata have names. What is needed to join a sheet with a file
is in columns of its own at the end of the sheet, and the codebook leads from every word to its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zhizao.parameter_words.names import input_name
from zhizao.parameter_words.units import UNITS, unit_name
from zhizao.results.variables import MONEY_UNIT
from zhizao.studies.codebook import COLUMNS, IN_FILES
from zhizao.words.tables import Language, words_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BookWords", "say_workbook", "with_names_of_files"]

say_workbook = words_of("workbook")
"""The words of a workbook by key."""

_CODEBOOK = "Codebook"
_NAMED = ("outcome", "variable", "line", "instrument", "group", "kind")
"""Columns whose cells hold names."""
_MONEY = MONEY_UNIT.split(" per ")[0]
_AMOUNTS = ("mean", "median", "low", "high")
_IN_UNIT = frozenset((*_AMOUNTS, *(f"difference_{name}" for name in _AMOUNTS)))
_ACCOUNT = "Money"
_SHOWN = "shown"


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
        What columns and names within them are called, by sheet and column, and by column and name: parameters as charts
        call them, all else as the codebook has it.
    """

    language: Language
    titles: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, codebook: pd.DataFrame, language: Language, titles: Mapping[str, str]) -> BookWords:
        """Return the words for the tables that a codebook describes."""
        label = f"label_{language}"
        rows = [row for row in _rows(codebook) if row[label]]
        return cls(
            language=language,
            titles=titles,
            columns={
                (r["table"], r["name"]): input_name(r["key"], language) if r["key"] else r[label]
                for r in rows
                if not _is_value(r)
            },
            values={(_of(r), r["name"]): r[label] for r in rows if _is_value(r)},
        )

    def sheet(self, name: str) -> str:
        """Return what a sheet is called."""
        return say_workbook(f"sheet {name}", self.language)

    def header(self, sheet: str, name: str) -> str:
        """Return what a column is called."""
        for key in (f"column {sheet} {name}", f"column {name}"):
            if key in say_workbook.texts:
                return say_workbook(key, self.language)
        return self.columns.get((sheet, name), name)

    def cell(self, sheet: str, column: str, value: Any) -> Any:
        """Return what is written for a value: names and units in words, months, numbers and text as they are."""
        if not isinstance(value, str):
            return value
        if sheet == _CODEBOOK:
            return self._of_codebook(column, value)
        if column == "scenario":
            return self.titles.get(value, value)
        if column == "unit":
            return self._unit(value)
        return self.values.get((column, value), value)

    def explained(self, codebook: pd.DataFrame) -> pd.DataFrame:
        """Return a codebook with what each column and each name is called on its sheet."""
        import pandas as pd  # here, because it is heavy

        own = COLUMNS[_SHOWN]
        texts = {"label_en": own.english, "label_zh": own.chinese}
        rows = _rows(codebook)
        alike = next(row for row in rows if (row["table"], row["name"]) == (_CODEBOOK, "table"))
        rows.append(alike | {"name": _SHOWN, **texts})
        shown = pd.DataFrame([row | {"unit": self._explained_unit(row)} for row in rows])
        shown.insert(1, _SHOWN, [self._on_sheet(row) for row in rows])
        return shown

    def scale(self, sheet: str, column: str, unit: str) -> float:
        """Return by what a number is multiplied: money is in the unit in which tables of the language have it."""
        in_money = unit.startswith(_MONEY) or (sheet == _ACCOUNT and not unit)
        scaled = self.language == "zh" and in_money and (column in _IN_UNIT or column == "value")
        return 100.0 if scaled else 1.0

    def _on_sheet(self, row: Mapping[str, str]) -> str:
        """Return what a row of the codebook explains is called on its sheet."""
        if _is_value(row):
            return self.values.get((_of(row), row["name"]), row["name"])
        return self.header(row["table"], row["name"])

    def _explained_unit(self, row: Mapping[str, str]) -> str:
        """Return the unit of what a row of the codebook explains; parameters keep theirs."""
        unit = row["unit"]
        is_input = row["key"] and unit in UNITS
        return unit_name(unit, self.language, percent=False) if is_input else self._unit(unit)

    def _of_codebook(self, column: str, value: str) -> str:
        """Return a cell of the codebook: sheets and kinds in words, all that it explains as it is."""
        if column == "table":
            return self.sheet(value)
        if column != "kind":
            return value
        kind, _, of = value.partition(" of ")
        return say_workbook(f"kind {kind}", self.language, column=self.header("", of))

    def _unit(self, unit: str) -> str:
        if self.language == "en" or unit not in UNITS:
            return unit
        name = unit_name(unit, self.language, percent=False)
        return name.replace("百万", "万", 1) if unit.startswith(_MONEY) else name


def with_names_of_files(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with, at its end, the names that files have for what its sheet says in words."""
    named = {f"{name}{IN_FILES}": table[name] for name in ("scenario", *_NAMED) if name in table.columns}
    return table.assign(**named)


def _of(row: Mapping[str, str]) -> str:
    """Return the column whose name a row of a codebook explains."""
    return row["kind"].removeprefix("value of ")


def _rows(codebook: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows of a codebook."""
    return [{str(name): str(cell) for name, cell in row.items()} for row in codebook.to_dict("records")]


def _is_value(row: Mapping[str, str]) -> bool:
    """Return whether a row of a codebook explains a name within a column."""
    return row["kind"].startswith("value")
