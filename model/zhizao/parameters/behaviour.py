"""How a firm notices, values, pays for and chooses a project: the parameters of its behaviour."""

from __future__ import annotations

from dataclasses import dataclass

from zhizao.parameters.specification import number
from zhizao.sectors import SIZE_CLASSES

__all__ = ["Attention", "Awareness", "Choosing", "Finance", "Support", "Valuation"]


@dataclass(frozen=True, kw_only=True)
class Attention:
    """When a firm looks at projects: rates a year, added up in one hazard."""

    spontaneous_rate: float = number(
        0.20, unit="per year", low=0.0, high=5.0, prior=(0.08, 0.35),
        source="Sultan, Farley and Lehmann (1990): mean adoption p 0.03; looking is not adopting, so a multiple",
        meaning="rate at which a firm looks at projects of its own accord",
    )  # fmt: skip
    contagion_rate: float = number(
        0.38, unit="per year", low=0.0, high=5.0, prior=(0.2, 0.6),
        source="Sultan, Farley and Lehmann (1990): mean q 0.38",
        meaning="rate of looking added when all partners and park neighbours are ahead",
    )  # fmt: skip
    partner_weight: float = number(
        0.6, unit="share", low=0.0, high=1.0,
        source="assumption: supply partners count for more than neighbours in the same park",
        meaning="weight of supply partners in exposure; the rest is the park's",
    )  # fmt: skip
    visit_rate: float = number(
        0.6, unit="per year", low=0.0, high=10.0, prior=(0.1, 1.2),
        source="assumption: a diagnosed firm looks about as often again as one with every partner ahead",
        meaning="rate of looking added while a specialist's visit is fresh",
    )  # fmt: skip
    visit_months: float = number(
        3, unit="months", low=0, high=24, whole=True,
        source="assumption: a visit is talked about for a quarter",
        meaning="how long a visit stays fresh",
    )  # fmt: skip
    deadline_rate: float = number(
        0.5, unit="per year", low=0.0, high=10.0,
        source="assumption: applications crowd before a closing date",
        meaning="rate of looking added for an aware firm before a window closes",
    )  # fmt: skip
    leader_rate: float = number(
        0.5, unit="per year", low=0.0, high=10.0,
        source="assumption: a request by the main customer weighs as much as a deadline",
        meaning="rate of looking added while a chain leader asks for level 2",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Awareness:
    """How a firm comes to know of what is on offer."""

    start_share: float = number(
        0.25, unit="share of firms", low=0.0, high=1.0, prior=(0.1, 0.5),
        source="assumption: between take-up of narrow programmes (about 1 %) and of well-known ones (40-80 %)",
        meaning="firms that know of support in 2018-01",
    )  # fmt: skip
    media_rate: float = number(
        0.15, unit="per year", low=0.0, high=5.0,
        source="assumption: half of the firms learn from notices within five years",
        meaning="rate at which a firm hears of support from notices",
    )  # fmt: skip
    word_rate: float = number(
        0.8, unit="per year", low=0.0, high=10.0, prior=(0.2, 1.5),
        source="assumption: of the order of contagion in diffusion studies, faster as it costs nothing",
        meaning="rate of hearing of support when all partners and neighbours have had it",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Valuation:
    """What a project is worth to a firm, and how much of that it sees."""

    benefit_level: float = number(
        1.0, unit="multiple", low=0.0, high=20.0, prior=(0.6, 1.6),
        source="assumption: scales the catalogue's effects; 1 gives median paybacks of 2-4 years",
        meaning="level of all benefits of projects",
    )  # fmt: skip
    benefit_spread: float = number(
        0.7, unit="standard deviation of the logarithm", low=0.0, high=3.0, prior=(0.4, 1.0),
        source="assumption: 0.4-1.0, rank effects in probit models of adoption (Karshenas and Stoneman 1993)",
        meaning="how much firms differ in what they gain from a project",
    )  # fmt: skip
    capability_effect: float = number(
        0.8, unit="logarithm per unit of capability", low=0.0, high=5.0,
        source="assumption: absorptive capacity; the most capable gain about twice what the least do",
        meaning="how much more capable firms gain",
    )  # fmt: skip
    doubt: float = number(
        0.6, unit="variance of the logarithm", low=0.0, high=5.0, prior=(0.3, 1.0),
        source="assumption: firms know the benefit within a factor of about two before any evidence",
        meaning="doubt about benefits before evidence (tau squared)",
    )  # fmt: skip
    doubt_aversion: float = number(
        1.0, unit="per unit of variance", low=0.0, high=10.0,
        source="assumption: log utility over a log-normal benefit gives about one",
        meaning="how much doubt lowers the value seen (rho)",
    )  # fmt: skip
    partner_evidence: float = number(
        0.5, unit="observations", low=0.0, high=10.0,
        source="assumption: two partners' results tell as much as one's own trial",
        meaning="evidence gained when a partner finishes a project well",
    )  # fmt: skip
    visit_evidence: float = number(
        0.4, unit="observations", low=0.0, high=10.0, prior=(0.0, 1.0),
        source="assumption: a diagnosis tells less than a trial",
        meaning="evidence gained at the first visit of a specialist",
    )  # fmt: skip
    diagnosis_evidence: float = number(
        1.0, unit="observations", low=0.0, high=10.0,
        source="assumption: a paid diagnosis is worth one trial",
        meaning="evidence gained from a diagnosis voucher",
    )  # fmt: skip
    waiting_multiple: float = number(
        1.4, unit="multiple", low=1.0, high=5.0, prior=(1.0, 2.0),
        source="Dixit and Pindyck (1994): beta/(beta-1), 1.0-2.4 over usual volatilities; 1 switches it off",
        meaning="how far value must exceed cost, since waiting is an option",
    )  # fmt: skip
    repeat_effect: float = number(
        0.55, unit="share", low=0.0, high=1.0,
        source="assumption: the second project of a type finds about half as much to improve",
        meaning="benefit of a project relative to the one of that type before it",
    )  # fmt: skip
    order_at_risk: float = number(
        0.03, unit="share of revenue", low=0.0, high=1.0,
        source="assumption: a small part of orders hangs on a chain leader's request",
        meaning="revenue that a firm expects to keep by meeting a chain leader's request",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Support:
    """What applying for support costs a firm, beside waiting."""

    application_hours: float = number(
        240, unit="staff hours", low=0.0, high=5000.0,
        source="assumption: six working weeks for papers, audit and acceptance",
        meaning="staff hours of one application without help",
    )  # fmt: skip
    hour_cost: float = number(
        0.00008, unit="million RMB per hour", low=0.0, high=0.01,
        source="assumption: 80 RMB an hour, about 160,000 RMB a year for a skilled clerk",
        meaning="cost of a staff hour",
    )  # fmt: skip
    burden_multiple: float = number(
        3.0, unit="multiple", low=0.0, high=50.0, prior=(1.0, 6.0),
        source="assumption: firms shy from paperwork by more than its wage cost (Moynihan, Herd and Harvey 2015)",
        meaning="how heavily the burden of an application weighs against its wage cost",
    )  # fmt: skip
    helped_burden_cut: float = number(
        0.4, unit="share", low=0.0, high=1.0,
        source="assumption: a specialist does the routine part of the papers",
        meaning="cut of the burden for a firm with a fresh visit",
    )  # fmt: skip
    start_success: float = number(
        0.7, unit="share", low=0.0, high=1.0,
        source="assumption: inside the take-up range 0.4-0.8 of eligible firms",
        meaning="success rate of applications that firms expect before any decision",
    )  # fmt: skip
    weekend_gain: float = number(
        0.3, unit="share of capacity", low=0.0, high=5.0,
        source="assumption: a sixth working day and shorter queues on the others",
        meaning="applications handled in addition with full weekend opening",
    )  # fmt: skip
    longest_wait: float = number(
        12, unit="months", low=1, high=240, whole=True,
        source="assumption: an application not funded within a year is turned down",
        meaning="how long a first-come application waits for money",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Finance:
    """Cash, credit and the price of money."""

    prime_rate: float = number(
        0.0385, unit="per year", low=0.0, high=0.5,
        source="People's Bank of China, one-year loan prime rate, 2020-2022 about 3.85-3.65 % (remembered)",
        meaning="prime lending rate",
    )  # fmt: skip
    premium: tuple[float, ...] = number(
        (0.06, 0.04, 0.02), unit="per year", low=0.0, high=0.5, axis=SIZE_CLASSES,
        source="Hall and Lerner (2010): premia of 2-6 points, larger for small firms",
        meaning="premium over prime",
    )  # fmt: skip
    premium_spread: float = number(
        0.3, unit="standard deviation of the logarithm", low=0.0, high=2.0,
        source="assumption: firms of one size differ by a third in their premium",
        meaning="how much firms of one size differ in their premium",
    )  # fmt: skip
    credit_share: tuple[float, ...] = number(
        (0.06, 0.08, 0.10), unit="share of yearly revenue", low=0.0, high=2.0, axis=SIZE_CLASSES,
        source="assumption: unsecured investment credit of about a month of revenue, less for small firms",
        meaning="credit line for investment",
    )  # fmt: skip
    loan_months: float = number(
        36, unit="months", low=1, high=120, whole=True,
        source="assumption: usual term of equipment loans, three years",
        meaning="term of investment loans",
    )  # fmt: skip
    cash_share: float = number(
        0.03, unit="share of yearly revenue", low=0.0, high=5.0,
        source="assumption: ten days of revenue free for investment",
        meaning="median cash free for investment at the start",
    )  # fmt: skip
    cash_spread: float = number(
        0.8, unit="standard deviation of the logarithm", low=0.0, high=3.0,
        source="assumption: wide, as in firm surveys",
        meaning="how much firms differ in cash at the start",
    )  # fmt: skip
    retained_share: float = number(
        0.2, unit="share of profit", low=0.0, high=1.0,
        source="assumption: a fifth of profit is kept for renewal",
        meaning="profit put aside for investment",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Choosing:
    """The taste draw between acting and waiting."""

    taste_spread: float = number(
        0.35, unit="profitability index", low=0.001, high=10.0, prior=(0.15, 0.7),
        source="assumption: logit scale; a project worth a third over its cost is begun by about 70 % of lookers",
        meaning="spread of tastes about the best project's net value per unit of cost",
    )  # fmt: skip
