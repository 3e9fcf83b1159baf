"""Element 2 of docs/ODD.md: firms, markets of providers; and the luck that all share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zhizao.draws import STREAMS, normal_quantile, uniform

SMALL, MEDIUM, LARGE = range(3)
LIGHT, EQUIPMENT, WORKSHOP, FACTORY = range(4)
EMPTY, IDLE, APPLYING, QUEUED, BUILDING, GONE = range(6)
NEVER = -1
CUTS = (20, 40, 60, 80)
LIKELIEST = 1 - 2.0**-20


class Luck:
    """Every draw of a run: ``u(stream, slot, month)`` and its standard normal quantile ``z``."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def u(self, stream: str, slot: int, month: int = 0) -> float:
        return float(uniform(self.seed, STREAMS[stream].number, slot, month))

    def z(self, stream: str, slot: int, month: int = 0) -> float:
        return float(normal_quantile(self.u(stream, slot, month)))


@dataclass(eq=False)
class Firm:
    """One slot: how its firm appears, and what moves."""

    slot: int
    sector: int
    size_class: int
    park: int
    capability: float
    premium: float
    intensity: list[float]
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
    factories: int = 0
    partners: list[Firm] = field(default_factory=list, repr=False)

    status: int = EMPTY
    queued: int = NEVER
    reported: float = 0.0
    level: int = 0
    best_level: int = 0
    evidence: float = 0.0
    visited: bool = False
    visited_until: int = NEVER
    diagnosed: bool = False
    supported_before: bool = False
    last_success: int | None = None
    distressed: bool = False
    labour_factor: float = 1.0
    energy_factor: float = 1.0
    defect_factor: float = 1.0
    saved: float = 0.0
    loan_payment: float = 0.0
    loan_end: int = 0
    workshops_built: int = 0
    factories_built: int = 0
    repeats: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    project: Project | None = None
    claim: Claim | None = None

    @property
    def stands(self) -> bool:
        return self.status not in (EMPTY, GONE)

    @property
    def level_true(self) -> int:
        return level_of(self.score)

    def standing_partners(self) -> list[Firm]:
        return [partner for partner in self.partners if partner.stands]

    def fresh_visit(self, month: int) -> bool:
        return month < self.visited_until

    def debt(self, month: int) -> float:
        return self.loan_payment * max(self.loan_end - month, 0)


@dataclass(eq=False)
class Project:
    """A firm's project in hand, from the decision to its end."""

    kind: int
    cost: float
    need: float
    state_part: float
    since: int
    grant: float = 0.0
    by_tier: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    supported: bool = False
    helped: bool = False
    advance: float = 0.0
    tax_due: float = 0.0
    interest_due: float = 0.0
    obstacle_month: int | None = None
    end_month: int | None = None
    work_left: int = 0
    stuck: bool = False
    succeeded: bool | None = None


@dataclass(eq=False)
class Claim:
    """A grant that is earned and not paid yet, by tier."""

    by_tier: list[float]
    due: int


@dataclass(eq=False)
class Market:
    """The providers of one kind of project."""

    credit: float
    smoothed: float
    price: float = 1.0
    queue: list[Firm] = field(default_factory=list)


def level_of(score: float) -> int:
    return sum(score >= cut for cut in CUTS)


def held(value: float, lowest: float, highest: float) -> float:
    return min(max(value, lowest), highest)


Offer = Any
"""The offers of one month: each lever as ``group_field``, and the derived offers of element 6."""
