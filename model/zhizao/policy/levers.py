"""Every instrument and its levers. Off is the default: `Policy()` is no programme at all.

Each group is one instrument that a scenario file can set, change at a date, or switch off.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from zhizao.parameters.specification import Specification, choice, number, specifications
from zhizao.sectors import PROJECT_TYPES, SIZE_CLASSES, TIERS

__all__ = ["INSTRUMENTS", "Policy", "lever_specifications"]

INSTRUMENTS: tuple[str, ...] = (
    "grants", "diagnosis", "loans", "tax", "awards", "provider_discount", "specialists", "matchmaking",
    "handling", "response", "leaders", "providers", "campaign", "attraction", "relief", "infrastructure",
)  # fmt: skip
"""Instruments that cost public money, in the order of the ledger."""

_POLICY = "lever: set by the scenario file, which names its source"


def _lever(default: float | tuple[float, ...], *, unit: str, high: float, meaning: str, **more: Any) -> Any:
    return number(
        default, unit=unit, low=more.pop("low", 0.0), high=high, role="lever", source=_POLICY,
        meaning=meaning, **more,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Grants:
    """Grants for projects, applied for, decided against a budget, paid after acceptance."""

    rate: tuple[float, ...] = _lever(
        (0.0,) * 4, axis=PROJECT_TYPES, unit="share of eligible cost", high=1.0, meaning="grant rate"
    )
    cap: tuple[float, ...] = _lever(
        (0.0,) * 4, axis=PROJECT_TYPES, unit="million RMB", high=1e4, meaning="most that one project can get"
    )
    floor: tuple[float, ...] = _lever(
        (0.0,) * 4, axis=PROJECT_TYPES, unit="million RMB", high=1e6, meaning="least cost that is eligible"
    )
    size_factor: tuple[float, ...] = _lever(
        (1.0,) * 3,
        axis=SIZE_CLASSES,
        unit="multiple",
        high=20.0,
        meaning="multiple of rate and cap by size class",
    )
    fund_multiple: float = _lever(
        0.0,
        unit="multiple",
        high=100.0,
        meaning="part of the yearly digital money (funding.*) that goes to grants",
    )
    additional_budget: tuple[float, ...] = _lever(
        (0.0,) * 3,
        axis=TIERS,
        unit="million RMB per year",
        high=1e6,
        meaning="budget beside the yearly money",
    )
    allocation: str = choice(
        "first-come", choices=("first-come", "merit", "lottery", "small-first"), role="lever", source=_POLICY,
        meaning="who comes first when money is short",
    )  # fmt: skip
    advance_share: float = _lever(0.0, unit="share", high=1.0, meaning="part of the grant paid at the start")
    clawback_share: float = _lever(1.0, unit="share", high=1.0, meaning="part of the advance taken back after failure")
    payment_delay: float = _lever(6, unit="months", high=60, whole=True, meaning="months from acceptance to payment")
    window_open: float = _lever(
        1, low=1, unit="calendar month", high=12, whole=True, meaning="first month of applications"
    )
    window_close: float = _lever(
        12, low=1, unit="calendar month", high=12, whole=True, meaning="last month of applications"
    )
    deadline_months: float = _lever(
        2, unit="months", high=12, whole=True, meaning="months before closing in which the deadline is felt"
    )
    carry_over: str = choice(
        "no", choices=("no", "yes"), role="lever", source=_POLICY,
        meaning="whether money left in December is kept for the next year",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """Vouchers for a diagnosis of the firm."""

    value: float = _lever(0.0, unit="million RMB per firm", high=10.0, meaning="value of the voucher; 0 is off")


@dataclass(frozen=True, kw_only=True)
class Loans:
    """Interest support and guarantees."""

    interest_points: float = _lever(0.0, unit="per year", high=0.2, meaning="points of interest paid for the firm")
    interest_years: float = _lever(2.0, unit="years", high=10.0, meaning="years for which they are paid")
    guarantee_share: float = _lever(
        0.0, unit="share of yearly revenue", high=2.0, meaning="additional credit line under public guarantee"
    )
    guarantee_cost: float = _lever(
        0.02, unit="share of loan", high=1.0, meaning="expected public cost of a guaranteed loan"
    )


@dataclass(frozen=True, kw_only=True)
class Tax:
    """Tax credit: no application, later, certain."""

    credit_rate: float = _lever(0.0, unit="share of cost", high=1.0, meaning="tax credit")


@dataclass(frozen=True, kw_only=True)
class Awards:
    """Awards on recognition, and on reaching a reported level (pay for results)."""

    workshop: float = _lever(0.0, unit="million RMB", high=1e3, meaning="award for a recognised digital workshop")
    factory: float = _lever(0.0, unit="million RMB", high=1e3, meaning="award for a recognised smart factory")
    level2: float = _lever(0.0, unit="million RMB", high=1e3, meaning="award on first reporting level 2")
    level3: float = _lever(0.0, unit="million RMB", high=1e3, meaning="award on first reporting level 3")
    level4: float = _lever(0.0, unit="million RMB", high=1e3, meaning="award on first reporting level 4")


@dataclass(frozen=True, kw_only=True)
class ProviderDiscount:
    """Agreements under which the firm pays some, the provider waives some, the state adds some."""

    waived_share: float = _lever(0.0, unit="share of light projects' cost", high=0.45, meaning="waived by the provider")
    state_share: float = _lever(0.0, unit="share of light projects' cost", high=0.45, meaning="added by the state")


@dataclass(frozen=True, kw_only=True)
class Specialists:
    """Service specialists who visit firms on a rota."""

    count: float = _lever(0.0, unit="specialists", high=1e6, meaning="service specialists")
    caseload: float = _lever(5.6, unit="firms per specialist", high=1000.0, meaning="firms that one looks after")
    visits: float = _lever(4.1, unit="visits per specialist per year", high=300.0, meaning="visits that one makes")
    order: str = choice(
        "all", choices=("all", "small-first", "large-first"), role="lever", source=_POLICY,
        meaning="who has a specialist when there are too few",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Matchmaking:
    """Matching firms with solution providers."""

    cost_cut: float = _lever(0.0, unit="share of search cost", high=1.0, meaning="search cost saved")


@dataclass(frozen=True, kw_only=True)
class Handling:
    """How applications are handled: one-stop, online, at weekends."""

    processing_days: float = _lever(
        120.0, unit="days", high=720.0, meaning="days from application to the earliest decision"
    )
    online_share: float = _lever(0.0, unit="share", high=1.0, meaning="share of handling done online in one stop")
    online_cut: float = _lever(0.5, unit="share", high=1.0, meaning="burden saved when all is online")
    monthly_capacity: float = _lever(
        1e6, unit="applications per month", high=1e9, meaning="applications that can be decided in a month"
    )
    weekend_share: float = _lever(0.0, unit="share", high=1.0, meaning="share of weekends with opening hours")


@dataclass(frozen=True, kw_only=True)
class Response:
    """The call-and-response platform that clears obstacles."""

    days: float = _lever(0.0, unit="days", high=3650.0, meaning="mean days to clear an obstacle; 0 is off")


@dataclass(frozen=True, kw_only=True)
class Leaders:
    """Chain leaders ask their partners for level 2 and share templates."""

    share: float = _lever(0.0, unit="share of chain leaders", high=1.0, meaning="leaders that take part")
    template_cut: float = _lever(
        0.0, unit="share of light projects' cost", high=0.9, meaning="cost saved by a shared template"
    )


@dataclass(frozen=True, kw_only=True)
class ProviderBuilding:
    """Building up providers."""

    capacity_gain: float = _lever(0.0, unit="share of capacity", high=20.0, meaning="additional capacity")
    competence_gain: float = _lever(0.0, unit="share", high=1.0, meaning="additional competence")


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """Information campaigns."""

    rate: float = _lever(0.0, unit="per year", high=20.0, meaning="additional rate of hearing of support")


@dataclass(frozen=True, kw_only=True)
class Attraction:
    """Attraction of new plants."""

    entry_gain: float = _lever(0.0, unit="share of entries", high=1.0, meaning="additional entries")
    score_gain: float = _lever(0.0, unit="score points", high=50.0, meaning="additional digital score of entrants")


@dataclass(frozen=True, kw_only=True)
class Relief:
    """Relief on utility bills and on financing costs."""

    energy_share: float = _lever(0.0, unit="share of energy bill", high=1.0, meaning="energy bill paid by the public")
    interest_points: float = _lever(0.0, unit="per year", high=0.1, meaning="cheaper credit for everyone")


@dataclass(frozen=True, kw_only=True)
class Infrastructure:
    """5G and platform infrastructure."""

    cost_cut: float = _lever(0.0, unit="share of connected cost", high=0.9, meaning="lower cost of connected equipment")


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """How strictly self-assessments are checked."""

    inflation_cut: float = _lever(0.0, unit="share", high=1.0, meaning="inflation of reports removed by checks")
    target_pressure: float = _lever(
        0.0, unit="share", high=1.0, meaning="how far a public target inflates reports, as money would"
    )


@dataclass(frozen=True, kw_only=True)
class Context:
    """What happens around the district: not policy, but part of a scenario."""

    demand: float = _lever(1.0, unit="multiple", high=10.0, meaning="demand relative to trend")
    provider_capacity: float = _lever(1.0, unit="multiple", high=100.0, meaning="capacity of providers from elsewhere")


@dataclass(frozen=True, kw_only=True)
class Policy:
    """All instruments in one month. The default of every lever is off."""

    grants: Grants = field(default_factory=Grants)
    diagnosis: Diagnosis = field(default_factory=Diagnosis)
    loans: Loans = field(default_factory=Loans)
    tax: Tax = field(default_factory=Tax)
    awards: Awards = field(default_factory=Awards)
    provider_discount: ProviderDiscount = field(default_factory=ProviderDiscount)
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
    assessment: Assessment = field(default_factory=Assessment)
    context: Context = field(default_factory=Context)


@cache
def lever_specifications() -> dict[str, Specification]:
    """Return the declaration of every lever by its dotted key, such as ``grants.rate``."""
    found: dict[str, Specification] = {}
    for group in dataclasses.fields(Policy):
        for _, spec in specifications(group.name, group.default_factory):  # type: ignore[arg-type]
            found[spec.key] = spec
    return found
