"""Whether two records are of the same study: of one kind, with the same settings, and scenarios that say the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["study_differences"]

_SAID = ("name", "network", "parameters", "changes")


def study_differences(earlier: Mapping[str, Any], record: Mapping[str, Any]) -> list[str]:
    """Return in words what a record asks for otherwise than an earlier one; nothing if both are of the same study."""
    differ = [] if earlier["kind"] == record["kind"] else [f"a {earlier['kind']}, not a {record['kind']}"]
    districts = earlier.get("district"), record.get("district")
    if all(districts) and districts[0] != districts[1]:  # a record of before there were districts names none
        differ.append("another district")
    before, now = (_settings(part) for part in (earlier, record))
    differ += [f"other {name}" for name in {**before, **now} if before.get(name) != now.get(name)]
    if not differ and _said(earlier) != _said(record):
        differ.append("scenarios that have changed since")
    return differ


def _settings(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a record as JSON gives them back; none where a damaged one holds something else."""
    found = record.get("settings")
    return json.loads(json.dumps(found)) if isinstance(found, dict) else {}


def _said(record: Mapping[str, Any]) -> Any:
    """Return what the scenarios of a record say, without titles and remarks, as JSON gives it back."""
    resolved = record.get("resolved")
    if not isinstance(resolved, list) or not all(isinstance(entry, dict) for entry in resolved):
        return None
    return json.loads(json.dumps([{key: entry.get(key) for key in _SAID} for entry in resolved]))
