"""Files of facts and targets as version 1 had them: refused, with what to write in place of each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from zhizao.errors import printable
from zhizao.parameters.specification import nearest

__all__ = ["old_rows_refused"]

_TABLES = ("figure", "fact", "target")
_OLD_KEYS = ("variable", "qualifier", "statement", "statement_zh", "meaning_en", "id", "date", "figure")
_NEW_KEYS = {
    "qualifier": "wording",
    "statement": "meaning",
    "statement_zh": "meaning_zh",
    "meaning_en": "meaning",
    "id": "key",
    "figure": "key",
    "date": "period",
}
_SERIES_OF: dict[str, str] = {
    "rd_share": 'series = "rd_share", at = "start"',
    "robot_share": 'series = "robot_share", at = "{year}-12"',
    "level2_share": 'series = "level2_share", at = "{year}-12"',
    "level2_share_true": 'series = "level2_share", view = "true", at = "{year}-12"',
    "level3_share": 'series = "level3_share", at = "{year}-12"',
    "workshops": 'series = "workshops", at = "{year}-12"',
    "workshops_new": 'series = "workshops_new", over = "{year}"',
    "factories": 'series = "factories", at = "{year}-12"',
    "factories_new": 'series = "factories_new", over = "{year}"',
    "supported_projects": 'series = "supported_started", over = "{year}"',
    "visits": 'series = "visits", over = "{year}"',
    "public_money_appropriated": 'series = "public_appropriated", over = "{year}"',
    "public_money_spent": 'series = "public_spend", over = "{year}"',
    "output": 'series = "output", over = "{year}-01..{year}-11"',
}
"""What to write for a variable of version 1, by its name without the year, where no fact in force says it."""


def old_rows_refused(
    document: Mapping[str, Any], label: str, written_now: Callable[[], Mapping[str, str]]
) -> list[str]:
    """Return what to write for each row of a file of version 1; nothing for a file of this one.

    Parameters
    ----------
    document, label
        What the file holds, and what it is called in messages.
    written_now
        Gives, for names of version 1, what the facts in force have in their place.
    """
    rows = [(table, row) for table in _TABLES for row in _rows(document, table)]
    old = [(table, row) for table, row in rows if table != "fact" or any(key in row for key in _OLD_KEYS)]
    if not old:
        return []
    problems = [
        f"{label}: is a file of version 1, which had report.toml, outside.toml and targets.toml; put all rows into "
        "one evidence.toml, each under [[fact]]"
    ]
    for table, row in old:
        name = printable(str(next((row[key] for key in ("key", "id", "figure") if key in row), "without a name")), 60)
        changes = [f"write {_NEW_KEYS[key]} for {key}" for key in _OLD_KEYS if key in row and key in _NEW_KEYS]
        if "variable" in row:
            changes.append(_of_variable(row["variable"], written_now()))
        if row.get("use") == "target" or table == "target":
            changes.append('write use = "fit"')
        if row.get("qualifier") == "target":
            changes.append('write wording = "plan"')
        problems.append(f"{label}: {table} {name}: {'; '.join(changes) or 'write [[fact]] for [[' + table + ']]'}")
    return problems


def _rows(document: Mapping[str, Any], table: str) -> list[Mapping[str, Any]]:
    found = document.get(table)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def _of_variable(variable: Any, written_now: Mapping[str, str]) -> str:
    text = printable(str(variable), 60)
    if text in written_now:
        return f"for variable = '{text}' write {written_now[text]}"
    parts = text.removesuffix("_11m").rsplit("_", 1)
    year = parts[1] if len(parts) == 2 and parts[1].isdigit() else ""
    stem = parts[0] if year else text
    if stem in _SERIES_OF:
        return f"for variable = '{text}' write {_SERIES_OF[stem].format(year=year)}"
    hint = nearest(stem[:80], list(_SERIES_OF))
    return f"variable '{text}' was nothing that the model gave{hint}; write series, and at or over"
