"""The whole policy of a month: every instrument and its levers. Off is the default: `Policy()` has no programme.

Each group is one instrument that a scenario file can set, change at a date, or switch off. A new instrument is a
group in `money` or `services` and a line in `Policy`; its place in the ledger, who pays, its words, its inputs and its
place in the account follow.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import cache

from zhizao.parameters.specification import Specification, specifications
from zhizao.policy.declaring import Instrument, LeverGroup
from zhizao.policy.money import Awards, Diagnosis, Grants, Loans, PilotCity, ProviderDiscount, Relief, Tax
from zhizao.policy.services import (
    Assessment,
    Attraction,
    Campaign,
    Context,
    Handling,
    Infrastructure,
    Leaders,
    Lists,
    Matchmaking,
    ProviderBuilding,
    Response,
    Specialists,
)

__all__ = ["DECLARED", "INSTRUMENTS", "LEVER_GROUPS", "SERVICES", "Policy", "lever_specifications"]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """All instruments in one month. The default of every lever is off."""

    grants: Grants = field(default_factory=Grants)
    diagnosis: Diagnosis = field(default_factory=Diagnosis)
    loans: Loans = field(default_factory=Loans)
    tax: Tax = field(default_factory=Tax)
    awards: Awards = field(default_factory=Awards)
    provider_discount: ProviderDiscount = field(default_factory=ProviderDiscount)
    pilot: PilotCity = field(default_factory=PilotCity)
    specialists: Specialists = field(default_factory=Specialists)
    matchmaking: Matchmaking = field(default_factory=Matchmaking)
    handling: Handling = field(default_factory=Handling)
    response: Response = field(default_factory=Response)
    leaders: Leaders = field(default_factory=Leaders)
    providers: ProviderBuilding = field(default_factory=ProviderBuilding)
    campaign: Campaign = field(default_factory=Campaign)
    attraction: Attraction = field(default_factory=Attraction)
    relief: Relief = field(default_factory=Relief)
    infrastructure: Infrastructure = field(default_factory=Infrastructure)
    lists: Lists = field(default_factory=Lists)
    assessment: Assessment = field(default_factory=Assessment)
    context: Context = field(default_factory=Context)


LEVER_GROUPS: dict[str, LeverGroup] = {
    group.name: group.default_factory.DECLARED  # type: ignore[union-attr]
    for group in dataclasses.fields(Policy)
}
"""What is declared of each group of levers, in the order of `Policy`."""

DECLARED: dict[str, Instrument] = {name: group for name, group in LEVER_GROUPS.items() if isinstance(group, Instrument)}
"""What is declared of each instrument, in the order of the ledger."""

INSTRUMENTS: tuple[str, ...] = tuple(DECLARED)
"""Instruments that cost public money, in the order of the ledger."""

SERVICES: tuple[str, ...] = tuple(name for name, instrument in DECLARED.items() if not instrument.direct)
"""Instruments that are services and conditions; the others hand money to firms."""


@cache
def lever_specifications() -> dict[str, Specification]:
    """Return the declaration of every lever by its dotted key, such as ``grants.rate``."""
    found: dict[str, Specification] = {}
    for group in dataclasses.fields(Policy):
        for _, spec in specifications(group.name, group.default_factory):  # type: ignore[arg-type]
            found[spec.key] = spec
    return found
