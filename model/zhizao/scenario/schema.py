"""The JSON Schema of scenario files, made from the declarations of levers and parameters, for editors."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from zhizao.calendar import MONTH_PATTERN, WORDS
from zhizao.parameters.registry import parameter_specifications
from zhizao.parameters.specification import Specification
from zhizao.policy.levers import lever_specifications
from zhizao.policy.schedule import GROUPS, entries
from zhizao.scenario.file import FORMAT, Network, Theme

__all__ = ["scenario_schema"]


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of scenario files."""
    levers, parameters = lever_specifications(), parameter_specifications()
    text, named = {"type": "string"}, {"type": "string", "pattern": r"\S"}
    month = {"anyOf": [{"type": "string", "pattern": MONTH_PATTERN}, {"enum": list(WORDS)}]}
    change = {
        "type": "object",
        "additionalProperties": False,
        "anyOf": [
            {"required": [*months, what]}
            for months in (("from",), ("when", "at"))
            for what in ("off", "set", "multiply")
        ],
        "properties": {
            "from": {**month, "description": "first month, YYYY-MM, or a word: the district's start, branch, target"},
            "until": {**month, "description": "last month, included; to the end if absent"},
            "announced": {
                **month,
                "description": "month from which it is known, at the latest from; if absent, nobody knows",
            },
            "when": {
                "type": "string",
                "description": "what it depends on: a published series, <, <=, > or >=, a number; 'level2_share < 0.8'",
            },
            "at": {**month, "description": "month at whose beginning that is looked at; from, if absent, is the same"},
            "over": {"type": "integer", "minimum": 1, "description": "months over which a flow is added up, else 12"},
            "off": {
                "type": "array",
                "items": {"enum": ["everything", *GROUPS]},
                "description": "groups of levers to switch off, before set; 'everything' is all but context",
            },
            "set": {**_table(levers, _value_schema), "description": "values of levers, before multiply"},
            "multiply": {**_table(levers, _factor_schema), "description": "factors on the values in force"},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "zhizao scenario",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "title", "question", "source"],
        "properties": {
            "format": {"const": FORMAT, "description": "version of this format"},
            "title": {**named, "description": "title in English"},
            "title_zh": {**text, "description": "title in Chinese"},
            "question": {**named, "description": "the question it answers, in English"},
            "question_zh": {**text, "description": "the question it answers, in Chinese"},
            "source": {**named, "description": "where its numbers come from, or 'assumption: reason'"},
            "theme": {"enum": list(get_args(Theme)), "description": "what it is about: its heading in lists"},
            "extends": {**named, "description": "a shipped scenario, or a .toml file in this folder"},
            "network": {"enum": list(get_args(Network)), "description": "kind of network between firms"},
            "parameters": {**_table(parameters, _value_schema), "description": "in place of the declared"},
            "changes": {"type": "array", "items": change, "description": "dated changes; a later month wins"},
        },
    }


def _table(known: Mapping[str, Specification], schema: Any) -> dict[str, Any]:
    """Schema of a table of settings, which may be nested (group, then name) or dotted."""
    properties: dict[str, Any] = {}
    for spec in known.values():
        made = schema(spec)
        if made:
            group, _, name = spec.key.partition(".")
            nested = properties.setdefault(group, {"type": "object", "additionalProperties": False, "properties": {}})
            nested["properties"][name] = made
            properties |= dict(_dotted(spec, made))
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _dotted(spec: Specification, made: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield spec.key, made
    if spec.axis:
        yield from ((key, made["anyOf"][0]) for key in entries(spec))


def _value_schema(spec: Specification) -> dict[str, Any]:
    limits = "" if spec.choices else f"; {spec.unit}, {spec.bounds}"
    what = {"description": f"{spec.meaning}{limits}; {spec.source}"}
    default = list(spec.default) if isinstance(spec.default, tuple) else spec.default
    if spec.choices:
        return {"enum": list(spec.choices), "default": default, **what}
    one: dict[str, Any] = {"type": "number", "minimum": spec.low}
    if math.isfinite(spec.high):
        one["maximum"] = spec.high
    if spec.whole:
        one["multipleOf"] = 1
    return {**_row_schema(spec, one), "default": default, **what}


def _factor_schema(spec: Specification) -> dict[str, Any] | None:
    if spec.choices:
        return None
    one = {"type": "number", "minimum": 0}
    return {**_row_schema(spec, one), "description": f"times the value in force; {spec.meaning}"}


def _row_schema(spec: Specification, one: dict[str, Any]) -> dict[str, Any]:
    if not spec.axis:
        return one
    many = {"type": "array", "items": one, "minItems": len(spec.axis), "maxItems": len(spec.axis)}
    some = {"type": "object", "additionalProperties": False, "minProperties": 1}
    return {"anyOf": [one, many, {**some, "properties": dict.fromkeys(spec.axis, one)}]}
