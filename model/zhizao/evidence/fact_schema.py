"""What each key of a fact means, and the schema of files of facts for editors."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from zhizao.evidence.catalogue import GROUPS_OF_FACTS, catalogue
from zhizao.evidence.facts import Fact
from zhizao.toml_rows import FORMAT

__all__ = ["FIELDS", "evidence_schema"]

FIELDS: dict[str, str] = {
    "key": "its name, which no other row has",
    "meaning": "what it says, in our own words",
    "meaning_zh": "the same in Chinese; needed if the model is compared with it",
    "unit": "what its number is measured in; it must fit the series' unit (docs/FACTS.md)",
    "wording": "how the number is worded: this says what it leaves open and how soft that is",
    "use": "fit: the model is fitted to it; holdout: never fitted, compared afterwards; initial: fixes where the model "
    "starts; input: fixes a policy in force; context: read, and nothing depends on it",
    "source": "'report', an address as printed, or 'assumption: reason'; empty only with a mark that says why",
    "value": "the number, or words if it is none; left out where no number is known",
    "series": "the monthly series that it is about (docs/FACTS.md); without one the model is not compared with it",
    "at": 'the month that it is about, "2023-12"; "start" for the firms at the start',
    "over": 'the span that it is about: "2023", "2021..2023", "2021-10..2023-12", or a drawn reading of how many '
    'years and the last month, "years_counted..2023-12"',
    "preferred": "years of that reading where it is not drawn",
    "group": "the group of firms; if left out, the first of the series' groups",
    "of": "for a share: the group that it is a part of",
    "stat": "the statistic; if left out, the usual one of the series",
    "view": "of levels: as firms report them, or as they truly are",
    "low": "lower end of what the wording allows, in place of the wording's own; if only high is given it is open",
    "high": "upper end of what the wording allows, in place of the wording's own; if only low is given it is open",
    "softness": 'standard deviation of both ends, in the unit, or in per cent of the value ("5 %"), in place of the '
    "wording's own",
    "agrees": "low and high end of what counts as agreeing on the board, where that is other than low to high",
    "treatments": "the fits in which a fact of use fit is used; a plan is used in 'plan' only if nothing is said",
    "reason": "where its ends and softness come from",
    "scope": "whom it covers",
    "period": "when it was, in words",
    "where": "the section of the report",
    "original": "the short expression that carries the number, as printed",
    "ambiguity": "what is open about it",
    "topic": "its subject, for facts from elsewhere",
    "mark": "how a fact from elsewhere came to us",
    "formerly": "what version 1 called what the model gives for it; for files of that version",
}
"""What each key of a row says."""


def evidence_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of files of facts, for editors."""
    from pydantic import TypeAdapter  # here, so that importing this module stays light

    row = TypeAdapter(Fact).json_schema()
    properties = row["properties"]
    for name, described in FIELDS.items():
        properties[name] = {k: v for k, v in properties[name].items() if k != "title"} | {"description": described}
    properties["series"] |= {"enum": [*catalogue()], "type": "string"}
    for name in ("group", "of"):
        properties[name] |= {"enum": list(GROUPS_OF_FACTS), "type": "string"}
    for name in ("series", "group", "of"):
        properties[name].pop("anyOf", None)
    row.pop("title", None)
    text = {"type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "zhizao facts of a district",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "fact"],
        "properties": {
            "format": {"const": FORMAT, "description": "version of this format"},
            "report": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"title": text, "title_zh": text},
                "description": "the main document, which gives the facts with source 'report'",
            },
            "fact": {"type": "array", "minItems": 1, "items": row},
        },
    }


assert set(FIELDS) == {one.name for one in fields(Fact)}
