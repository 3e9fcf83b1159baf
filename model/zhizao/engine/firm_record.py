"""One firm's record in the engine: every field declared once, with its type, unit and meaning."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from zhizao.sectors import KIND_COUNT, TIER_COUNT

__all__ = ["FIRM", "FIRM_FIELDS", "KNOWING_BYTES", "LINKED_BYTES", "VALUING_BYTES", "FirmField"]


class FirmField(NamedTuple):
    """A field of a firm's record; `length` of them for a row of numbers."""

    name: str
    kind: type[np.generic]
    unit: str
    meaning: str
    length: int = 1


LINKS: tuple[FirmField, ...] = (
    FirmField(
        "evidence",
        np.float64,
        "observations",
        "evidence of what projects bring: own and partners' results, first visit, diagnosis",
    ),
    FirmField("partners_ahead", np.int32, "firms", "partners that are ahead"),
    FirmField("partners_active", np.int32, "firms", "partners that exist"),
    FirmField("partners_supported", np.int32, "firms", "partners that were ever promised a grant"),
)
"""What it knows of its partners, who write it there."""

KNOWLEDGE: tuple[FirmField, ...] = (
    FirmField("park", np.int32, "index", "industrial park"),
    FirmField(
        "asking_rank", np.float32, "0 to 1; 2 none", "least leader_rank among partners that exist and lead a chain"
    ),
    FirmField("coverage_rank", np.float32, "0 to 1", "its place among those who get a specialist"),
    FirmField(
        "visited_until", np.int16, "month", "first month in which the last visit is no longer fresh; -1 before any"
    ),
    FirmField(
        "since_month",
        np.int16,
        "month",
        "month in which it chose the project in hand or applied; a grant does not change it",
    ),
    FirmField("status", np.uint8, "index", "empty, idle, applying, queued, building, gone"),
    FirmField("sector", np.uint8, "index", "sector, of nine"),
    FirmField("size_class", np.uint8, "index", "0 small, 1 medium, 2 large"),
    FirmField("aware", np.uint8, "0 or 1", "whether it knows of support; never forgotten"),
    FirmField("visited", np.uint8, "0 or 1", "whether it ever had a visit"),
    FirmField("diagnosed", np.uint8, "0 or 1", "whether it had its diagnosis voucher"),
    FirmField("ahead", np.uint8, "0 or 1", "whether others see it as ahead"),
    FirmField("supported_before", np.uint8, "0 or 1", "whether it was ever promised a grant"),
    FirmField("level", np.uint8, "0 to the highest", "digital level, as last reported"),
    FirmField("level_true", np.uint8, "0 to the highest", "digital level, by the true score"),
    FirmField("best_level", np.uint8, "0 to the highest", "highest level ever reported; awards are for exceeding it"),
    FirmField("start_level", np.uint8, "0 to the highest", "level first reported; only for telling who moved"),
    FirmField("robots", np.uint8, "0 or 1", "whether it has robots"),
    FirmField("distressed", np.uint8, "0 or 1", "whether cash was negative at the turn of the year"),
    FirmField("kind", np.uint8, "index", "kind of the project in hand, in the order of the catalogue"),
    FirmField("supported", np.uint8, "0 or 1", "whether the project in hand has a grant"),
    FirmField("helped", np.uint8, "0 or 1", "whether a visit was fresh when its work began"),
    FirmField(
        "registered",
        np.uint8,
        "0 to 2",
        "support after the fact: 1 the project in hand is registered, 2 its claim waits for a decision",
    ),
    FirmField("stuck", np.uint8, "0 or 1", "whether an obstacle lies ahead of it or holds it"),
    FirmField("pilot", np.uint8, "0 or 1", "whether the project in hand is one of the pilot city"),
    FirmField("succeeded", np.uint8, "0 or 1", "how the last project ended"),
    FirmField(
        "waits_until", np.int16, "month", "month for whose support it waits, and in which it looks again; -1 none"
    ),
    FirmField("waits_since", np.int16, "month", "month of the taste with which it then decides"),
)
"""Who it is, what it knows, what it is doing: with `LINKS` all that is needed to see whether it looks at projects."""

BUSINESS: tuple[FirmField, ...] = (
    FirmField("revenue", np.float64, "million RMB per year", "revenue at demand 1"),
    FirmField("cash", np.float64, "million RMB", "cash free for investment; negative is possible"),
    FirmField("loan_payment", np.float64, "million RMB per month", "what it pays each month on investment loans"),
    FirmField("score", np.float64, "points, 0 to 100", "true digital score"),
    FirmField("reported", np.float64, "points, 0 to 100", "digital score as last reported"),
    FirmField("labour_factor", np.float64, "multiple", "labour cost relative to that without projects"),
    FirmField("energy_factor", np.float64, "multiple", "energy cost relative to that without projects"),
    FirmField("defect_factor", np.float64, "multiple", "cost of defects relative to that without projects"),
    FirmField("saved", np.float64, "share of revenue", "what finished projects add to the profit margin"),
    FirmField("pilot_paid", np.float64, "million RMB", "what the pilot city has paid it"),
    FirmField("cash_month", np.int16, "month", "month to the start of which cash has been worked out"),
    FirmField("loan_end", np.int16, "month", "first month without loan payments"),
    FirmField("workshops_built", np.int16, "workshops", "digital workshops finished well, and those of the start"),
    FirmField("workshops", np.int16, "workshops", "of them recognised"),
    FirmField("factories_built", np.int16, "factories", "smart factories finished well, and those of the start"),
    FirmField("factories", np.int16, "factories", "of them recognised"),
    FirmField("repeats", np.uint8, "projects", "projects ended, by kind, well or badly", KIND_COUNT),
)
"""Its business and its digital standing: what it values projects with."""

PROJECT: tuple[FirmField, ...] = (
    FirmField(
        "cost", np.float64, "million RMB", "what the project in hand costs the firm, before the search for a provider"
    ),
    FirmField("price", np.float64, "index", "providers' price at which that cost was agreed"),
    FirmField("advance", np.float64, "million RMB", "part of the grant paid when work began"),
    FirmField("state_part", np.float64, "million RMB", "what the state adds under a provider's discount"),
    FirmField("tax_due", np.float64, "million RMB", "tax credit promised for the project in hand"),
    FirmField("interest_due", np.float64, "million RMB", "interest support promised for the project in hand"),
    FirmField(
        "grant",
        np.float64,
        "million RMB",
        "by tier: asked for while applying or registered, then promised, then the claim until it is paid",
        TIER_COUNT,
    ),
    FirmField(
        "surplus",
        np.float64,
        "share of project cost",
        "what acting was worth to it beyond waiting when it chose the project in hand, its taste included",
    ),
    FirmField("next_in_queue", np.int32, "slot", "who stands behind it in a provider's queue"),
    FirmField("queued_month", np.int16, "month", "month in which it joined that queue"),
    FirmField("log_line", np.int32, "index", "line in the log of starts of the project registered last; -1 none"),
    FirmField("work_left", np.int16, "months", "months of work after the obstacle"),
    FirmField("filed_month", np.int16, "month", "month in which its claim for a registered project was filed"),
)
"""The project in hand; a supported one leaves its grant as a claim until that is paid."""

FIRM_FIELDS: tuple[FirmField, ...] = (*LINKS, *KNOWLEDGE, *BUSINESS, *PROJECT)
"""All fields in their order in memory; what a verb needs of a firm begins at the first and ends with a part."""

FIRM = np.dtype(
    [(one.name, one.kind, (one.length,)) if one.length > 1 else (one.name, one.kind) for one in FIRM_FIELDS], align=True
)


def _bytes_before(part: tuple[FirmField, ...]) -> int:
    assert FIRM.fields is not None
    return int(FIRM.fields[part[0].name][1])


LINKED_BYTES, KNOWING_BYTES, VALUING_BYTES = map(_bytes_before, (KNOWLEDGE, BUSINESS, PROJECT))
"""Bytes of a firm's record up to the end of `LINKS`, `KNOWLEDGE` and `BUSINESS`."""
