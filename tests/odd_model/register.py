"""Element 6: the firms of a register, their parks and their links."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from odd_model.entities import Firm, Luck
from zhizao.draws import poisson_quantile
from zhizao.parameters.registry import Parameters

OF_AN_ID = 2**61
CANDIDATES = 16


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a register: what it says, and nothing for what it leaves out; `others` holds the optional columns."""

    identity: str
    sector: int
    size_class: int
    employees: float
    revenue: float
    park: str | None
    partners: tuple[str, ...] | None
    others: dict[str, Any]

    @property
    def number(self) -> int:
        digest = blake2b(self.identity.encode(), digest_size=8, person=b"zhizao.firm").digest()
        return OF_AN_ID + int.from_bytes(digest, "little") % OF_AN_ID


def in_order(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.number)


def registered_firms(
    parameters: Parameters, luck: Luck, rows: Sequence[Row], make_firm: Callable[..., Firm]
) -> list[Firm]:
    """Return the firms of a register in the order of their slots: what it says, the rest as it is made for others."""
    firms = []
    for row in in_order(rows):
        firm = make_firm(parameters, luck, row.number, (row.size_class, row.revenue))
        firm.sector, firm.employees = row.sector, int(row.employees)
        for name, value in row.others.items():
            setattr(firm, name, value)
        if "workshops" not in row.others:
            firm.workshops = max(firm.workshops, 2 * firm.factories)
        firm.workshops_built, firm.factories_built = firm.workshops, firm.factories
        firms.append(firm)
    return firms


def set_parks(firms: list[Firm], rows: Sequence[Row], parameters: Parameters, luck: Luck) -> None:
    ordered, size = in_order(rows), int(parameters.links.firms_per_park)
    names = list(dict.fromkeys(row.park for row in ordered if row.park is not None))
    further = math.ceil(sum(row.park is None for row in ordered) / size)
    for firm, row in zip(firms, ordered, strict=False):
        firm.park = names.index(row.park) if row.park is not None else len(names) + jumped(firm, further, luck)
    for firm in firms[len(rows) :]:
        firm.park = len(names) + further + firm.number // size


def jumped(firm: Firm, parks: int, luck: Luck) -> int:
    park = following = 0
    while following < parks:
        park = following
        following = math.floor((park + 1) / luck.u("park", firm.number, park))
    return park


def registered_links(
    firms: list[Firm], rows: Sequence[Row], parameters: Parameters, luck: Luck
) -> set[tuple[int, int]]:
    """Return all links, each as (larger slot, smaller slot)."""
    ordered = in_order(rows)
    slot_of = {row.identity: slot for slot, row in enumerate(ordered)}
    pairs = [(slot, slot_of[name]) for slot, row in enumerate(ordered) for name in row.partners or ()]
    named = {(max(pair), min(pair)) for pair in pairs}
    settled = {slot for slot, row in enumerate(ordered) if row.partners is not None}
    registered = [firm for firm in firms[: len(rows)] if firm.slot not in settled]
    sought: set[tuple[int, int]] = set()
    for firm in registered:
        sought |= {(firm.slot, other) for other in seek(firm, registered, parameters, luck)}
    for firm in firms[len(rows) :]:
        sought |= {(firm.slot, other) for other in seek(firm, firms[: firm.slot], parameters, luck)}
    return named | {(max(pair), min(pair)) for pair in sought}


def seek(firm: Firm, choice: Sequence[Firm], parameters: Parameters, luck: Luck) -> list[int]:
    i, links = firm.number, parameters.links
    here = [other for other in choice if other.park == firm.park and other is not firm]
    alike = [other for other in choice if other.sector == firm.sector]
    found = []
    for j in range(poisson_quantile(luck.u("degree", i, 0), links.partners)):
        near = luck.u("partner", i, 2 * j) < links.same_park and here
        found += chosen(firm, here if near else choice, luck.u("partner", i, 2 * j + 1), luck)
    if firm.leader:
        for j in range(poisson_quantile(luck.u("degree", i, 1), links.leader_partners)):
            found += chosen(firm, alike, luck.u("partner", i, 1000 + j), luck)
    if luck.u("leader_link", i, 0) < links.leader_link:
        found += chosen(firm, [other for other in alike if other.leader], luck.u("leader_link", i, 1), luck)
    return found


def chosen(firm: Firm, choice: Sequence[Firm], draw: float, luck: Luck) -> list[int]:
    """Return the partner of a link, if there is anybody to choose from."""
    at = {other.slot: luck.u("circle", other.number) for other in choice if other is not firm}
    around = sorted(at, key=lambda slot: (at[slot] < draw, at[slot]))[:CANDIDATES]
    number = {other.slot: other.number for other in choice}
    liking = {slot: luck.u("choice", number[slot], math.floor(2**32 * draw)) for slot in around}
    return [max(around, key=lambda slot: liking[slot])] if around else []
