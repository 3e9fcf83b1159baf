"""The JSON Schemas of a district's own files, for editors."""

from __future__ import annotations

from typing import Any

from zhizao.district.declared import DistrictFile
from zhizao.district.reader import FORMAT, Number

__all__ = ["FILES", "file_schema"]

FILES: tuple[str, ...] = ("district.toml", "priors.toml")
"""The files with a schema here; those of facts and of scenarios have theirs where they are read."""


def file_schema(file: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one of `FILES`."""
    from pydantic import TypeAdapter  # here, because it is heavy

    if file == "district.toml":
        made = TypeAdapter(DistrictFile).json_schema()
    else:
        number = TypeAdapter(Number).json_schema()
        group = {"type": "object", "additionalProperties": number}
        made = {"type": "object", "properties": {"format": {"const": FORMAT}}, "additionalProperties": group}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": f"zhizao {file}"}
