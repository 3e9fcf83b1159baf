"""Element 2: firms with their projects and claims, markets of providers; and the luck that all share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from zhizao.draws import STREAMS, normal_quantile, uniform

SIZES = SMALL, MEDIUM, LARGE = range(3)
LIGHT, EQUIPMENT, WORKSHOP, FACTORY = range(4)
EMPTY, IDLE, APPLYING, QUEUED, BUILDING, GONE = range(6)
JANUARY, MAY, DECEMBER = 0, 4, 11
CUTS = (20, 40, 60, 80)

Offer = Any
"""What policy offers in a month: every lever as ``group_field``, and what is derived from them (element 6)."""


class Luck:
    """Every draw of a run: ``u(stream, luck number, month)``, and its standard normal quantile ``z``."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def u(self, stream: str, number: int, month: int = 0) -> float:
        return float(uniform(self.seed, STREAMS[stream].number, number, month))

    def z(self, stream: str, number: int, month: int = 0) -> float:
        return float(normal_quantile(self.u(stream, number, month)))


@dataclass(eq=False)
class Firm:
    """One slot: how its firm appears, and then what moves."""

    slot: int
    number: int
    sector: int
    size_class: int
    park: int
    capability: float
    premium: float
    intensity: list[float]
    rd_active: bool
    employees: int
    leader: bool
    leader_rank: float
    visit_phase: float
    coverage_rank: float
    revenue: float
    cash: float
    score: float
    robots: bool
    aware: bool
    workshops: int
    workshops_built: int
    partners: list[Firm] = field(default_factory=list, repr=False)

    status: int = EMPTY
    factories: int = 0
    factories_built: int = 0
    reported: float = 0.0
    level: int = 0
    best_level: int = 0
    evidence: float = 0.0
    visited: bool = False
    visited_until: int = -1
    diagnosed: bool = False
    supported_before: bool = False
    last_success: int | None = None
    distressed: bool = False
    labour_factor: float = 1.0
    energy_factor: float = 1.0
    defect_factor: float = 1.0
    output_factor: float = 1.0
    saved: float = 0.0
    loan_payment: float = 0.0
    loan_end: int = 0
    repeats: Counter[int] = field(default_factory=Counter)
    project: Project | None = None
    filing: Filing | None = None
    claim: Claim | None = None
    pilot_paid: float = 0.0
    waits_until: int = -1
    waits_since: int = -1

    @property
    def stands(self) -> bool:
        return self.status not in (EMPTY, GONE)

    def standing_partners(self) -> list[Firm]:
        return [partner for partner in self.partners if partner.stands]

    def ahead(self, month: int) -> bool:
        recent = self.last_success is not None and month <= self.last_success + 12
        return self.level >= 2 or recent

    def fresh_visit(self, month: int) -> bool:
        return month < self.visited_until

    def debt(self, month: int) -> float:
        return self.loan_payment * max(self.loan_end - month, 0)

    @property
    def finished(self) -> Project | None:
        """The project that has ended this month, well or badly, until it is settled."""
        return self.project if self.project and self.project.succeeded is not None else None


@dataclass(eq=False)
class Project:
    """A firm's project in hand, from the decision until it is settled."""

    kind: int
    cost: float
    state_part: float
    since: int
    surplus: float
    joined: int | None = None
    grant: float = 0.0
    by_tier: tuple[float, ...] = (0.0, 0.0, 0.0)
    supported: bool = False
    registered: bool = False
    helped: bool = False
    pilot: bool = False
    advance: float = 0.0
    tax_due: float = 0.0
    interest_due: float = 0.0
    obstacle_month: int | None = None
    end_month: int | None = None
    work_left: int = 0
    stuck: bool = False
    succeeded: bool | None = None

    @property
    def advanced_share(self) -> float:
        return self.advance / self.grant if self.grant else 0.0

    @property
    def rest_by_tier(self) -> tuple[float, ...]:
        """What each tier has promised beyond the advance."""
        return tuple(part * (1 - self.advanced_share) for part in self.by_tier)


@dataclass(eq=False)
class Filing:
    """A claim for a registered project that is to be decided."""

    grant: float
    since: int


@dataclass(eq=False)
class Claim:
    """A grant that is earned and not paid yet."""

    by_tier: tuple[float, ...]
    due: int


@dataclass(eq=False)
class Market:
    """The providers of one kind of project."""

    smoothed: float
    credit: float = 0.0
    price: float = 1.0
    scale: float = 1.0
    queue: list[Firm] = field(default_factory=list)


def level_of(score: float) -> int:
    return sum(score >= cut for cut in CUTS)


def held(value: float, lowest: float, highest: float) -> float:
    return min(max(value, lowest), highest)
