"""What a firm can have in view, in hand and still to come: an option, a project, a claim."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhizao.sectors import TIER_COUNT

__all__ = ["Claim", "Filing", "Option", "Project"]


@dataclass(frozen=True, kw_only=True)
class Option:
    """One way to act: a kind of project, alone or with support.

    Attributes
    ----------
    index
        Profitability index: net value per unit of cost.
    kind
        Kind of project.
    applies
        Whether the firm applies for a grant first.
    cost
        What the provider asks of the firm, million RMB.
    grant
        The grant to apply for, million RMB.
    """

    index: float
    kind: int
    applies: bool
    cost: float
    grant: float = 0.0


@dataclass(kw_only=True)
class Project:
    """The project in hand, from the firm's decision to its last payment.

    Attributes
    ----------
    kind, cost, price
        Kind, what the provider asks of the firm (million RMB), and the price index at which it was quoted.
    decided_month
        Month of the decision or application.
    surplus
        What acting was worth beyond waiting, per unit of cost, the firm's taste included.
    queued_month
        Month in which the firm joined a provider's queue.
    grant_asked, grant, advance
        What was applied for, what was promised and what was advanced of it (by tier), million RMB.
    supported
        Whether a grant was promised.
    pilot
        Whether it is one of the pilot city.
    registered
        Whether a grant can be claimed for it once it has ended well.
    helped
        Whether a specialist's visit was fresh at the start.
    months_left
        Months of work to do.
    months_to_obstacle
        Months of work before an obstacle comes; None if none comes any more.
    stuck
        Whether an obstacle holds it up.
    loan
        What was borrowed for it, million RMB.
    public_part
        What the state adds to the provider's discount, as agreed when the firm decided, million RMB.
    tax_credit, interest_support
        Promised and paid at the end, million RMB.
    finished, succeeded
        Whether the work has ended this month, and whether it works as hoped.
    """

    kind: int
    cost: float
    price: float
    decided_month: int
    surplus: float = 0.0
    queued_month: int = -1
    grant_asked: float = 0.0
    grant: list[float] = field(default_factory=lambda: [0.0] * TIER_COUNT)
    advance: list[float] = field(default_factory=lambda: [0.0] * TIER_COUNT)
    supported: bool = False
    pilot: bool = False
    registered: bool = False
    helped: bool = False
    months_left: int = 0
    months_to_obstacle: int | None = None
    stuck: bool = False
    loan: float = 0.0
    public_part: float = 0.0
    tax_credit: float = 0.0
    interest_support: float = 0.0
    finished: bool = False
    succeeded: bool = False


@dataclass(frozen=True, kw_only=True)
class Filing:
    """A claim for a registered project that waits for a decision: its amount (million RMB) and month of filing."""

    amount: float
    month: int


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A grant that is accepted and not yet paid: amounts by tier (million RMB) and the month of payment."""

    amounts: tuple[float, ...]
    due_month: int
