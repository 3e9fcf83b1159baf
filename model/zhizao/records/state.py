"""The types of the records of offers, firms, parks, markets, the district and the log.

Made by ``python docs/make_records.py``: change the declarations, not this file.
"""

from __future__ import annotations

from zhizao.records.rows import Row

__all__ = [
    "DistrictRecord",
    "FirmRecord",
    "LogRecord",
    "MarketRecord",
    "OfferRecord",
    "ParkRecord",
    "SizesRecord",
    "StartRecord",
    "TermsRecord",
]


class OfferRecord:
    """The offers in force in a month: the levers, and what follows from them (`policy.offer_rows.OFFER_FIELDS`)."""

    grants_rate: Row[float]
    """grant rate; share of eligible cost (`policy.money.Grants.rate`)"""
    grants_cap: Row[float]
    """most that one project can get; million RMB (`policy.money.Grants.cap`)"""
    grants_floor: Row[float]
    """least cost that is eligible; million RMB (`policy.money.Grants.floor`)"""
    grants_size_factor: Row[float]
    """multiple of rate and cap by size class; multiple (`policy.money.Grants.size_factor`)"""
    grants_lowest_level: float
    """lowest reported level of the firms that may apply; level (`policy.money.Grants.lowest_level`)"""
    grants_highest_level: float
    """highest reported level of the firms that may apply; level (`policy.money.Grants.highest_level`)"""
    grants_sectors: Row[float]
    """whether firms of a sector may apply: 1, or 0 if not; 1 or 0 (`policy.money.Grants.sectors`)"""
    grants_fund_multiple: float
    """part of the yearly digital money (funding.*) that goes to grants; multiple
    (`policy.money.Grants.fund_multiple`)"""
    grants_additional_budget: Row[float]
    """budget beside the yearly money; million RMB per year (`policy.money.Grants.additional_budget`)"""
    grants_allocation: float
    """who comes first when money is short; one of first-come, merit, lottery, small-first
    (`policy.money.Grants.allocation`)"""
    grants_advance_share: float
    """part of the grant paid at the start; share (`policy.money.Grants.advance_share`)"""
    grants_clawback_share: float
    """part of the advance taken back after failure; share (`policy.money.Grants.clawback_share`)"""
    grants_payment_delay: float
    """months from acceptance to payment; months (`policy.money.Grants.payment_delay`)"""
    grants_window_open: float
    """first month of applications; calendar month (`policy.money.Grants.window_open`)"""
    grants_window_close: float
    """last month of applications; calendar month (`policy.money.Grants.window_close`)"""
    grants_deadline_months: float
    """months before closing in which the deadline is felt; months (`policy.money.Grants.deadline_months`)"""
    grants_carry_over: float
    """whether money left in December is kept for the next year; one of no, yes (`policy.money.Grants.carry_over`)"""
    grants_regime: float
    """whether a grant is decided before work begins, or claimed for a registered project once it is done; one of
    approval-first, after-the-fact (`policy.money.Grants.regime`)"""
    diagnosis_value: float
    """value of the voucher; 0 is off; million RMB per firm (`policy.money.Diagnosis.value`)"""
    loans_interest_points: float
    """points of interest paid for the firm; per year (`policy.money.Loans.interest_points`)"""
    loans_interest_years: float
    """years for which they are paid; years (`policy.money.Loans.interest_years`)"""
    loans_guarantee_share: float
    """additional credit line under public guarantee; share of yearly revenue (`policy.money.Loans.guarantee_share`)"""
    loans_guarantee_cost: float
    """expected public cost of a guaranteed loan; share of loan (`policy.money.Loans.guarantee_cost`)"""
    tax_credit_rate: float
    """tax credit; share of cost (`policy.money.Tax.credit_rate`)"""
    awards_workshop: float
    """award for a recognised digital workshop; million RMB (`policy.money.Awards.workshop`)"""
    awards_factory: float
    """award for a recognised smart factory; million RMB (`policy.money.Awards.factory`)"""
    awards_level2: float
    """award on first reporting level 2; million RMB (`policy.money.Awards.level2`)"""
    awards_level3: float
    """award on first reporting level 3; million RMB (`policy.money.Awards.level3`)"""
    awards_level4: float
    """award on first reporting level 4; million RMB (`policy.money.Awards.level4`)"""
    provider_discount_waived_share: float
    """waived by the provider; share of light projects' cost (`policy.money.ProviderDiscount.waived_share`)"""
    provider_discount_state_share: float
    """added by the state; share of light projects' cost (`policy.money.ProviderDiscount.state_share`)"""
    pilot_sectors: Row[float]
    """whether a sector is among the chosen sub-industries: 1, or 0 if not; 1 or 0 (`policy.money.PilotCity.sectors`)"""
    pilot_share: float
    """SMEs of the chosen sub-industries that are on the list; share of SMEs (`policy.money.PilotCity.share`)"""
    pilot_rate: float
    """part of a light project's cost that is paid on acceptance; share of light projects' cost
    (`policy.money.PilotCity.rate`)"""
    pilot_cap: Row[float]
    """most that a firm can get in all, by the level that it has reached; million RMB per firm
    (`policy.money.PilotCity.cap`)"""
    pilot_bulk_cut: float
    """lower cost of light projects by a contractor for the sub-industry; share of light projects' cost
    (`policy.money.PilotCity.bulk_cut`)"""
    pilot_copy_cut: float
    """further cost saved once a sample firm of the sub-industry is finished; share of light projects' cost
    (`policy.money.PilotCity.copy_cut`)"""
    pilot_copy_evidence: float
    """evidence of light projects that a finished sample firm gives the others on the list; observations
    (`policy.money.PilotCity.copy_evidence`)"""
    specialists_count: float
    """service specialists; specialists (`policy.services.Specialists.count`)"""
    specialists_caseload: float
    """firms that one looks after; firms per specialist (`policy.services.Specialists.caseload`)"""
    specialists_visits: float
    """visits that one makes; visits per specialist per year (`policy.services.Specialists.visits`)"""
    specialists_order: float
    """who has a specialist when there are too few; one of all, small-first, large-first
    (`policy.services.Specialists.order`)"""
    specialists_lowest_level: float
    """lowest reported level of the firms that are visited; level (`policy.services.Specialists.lowest_level`)"""
    specialists_highest_level: float
    """highest reported level of the firms that are visited; level (`policy.services.Specialists.highest_level`)"""
    specialists_sizes: Row[float]
    """whether firms of a size class are visited: 1, or 0 if not; 1 or 0 (`policy.services.Specialists.sizes`)"""
    specialists_sectors: Row[float]
    """whether firms of a sector are visited: 1, or 0 if not; 1 or 0 (`policy.services.Specialists.sectors`)"""
    matchmaking_cost_cut: float
    """search cost saved; share of search cost (`policy.services.Matchmaking.cost_cut`)"""
    handling_processing_days: float
    """days from application to the earliest decision; days (`policy.services.Handling.processing_days`)"""
    handling_online_share: float
    """share of handling done online in one stop; share (`policy.services.Handling.online_share`)"""
    handling_online_cut: float
    """burden saved when all is online; share (`policy.services.Handling.online_cut`)"""
    handling_monthly_capacity: float
    """applications that can be decided in a month; applications per month
    (`policy.services.Handling.monthly_capacity`)"""
    handling_weekend_share: float
    """share of weekends with opening hours; share (`policy.services.Handling.weekend_share`)"""
    response_days: float
    """mean days to clear an obstacle; 0 is off; days (`policy.services.Response.days`)"""
    leaders_share: float
    """leaders that take part; share of chain leaders (`policy.services.Leaders.share`)"""
    leaders_template_cut: float
    """cost saved by a shared template; share of light projects' cost (`policy.services.Leaders.template_cut`)"""
    providers_capacity_gain: float
    """additional capacity; share of capacity (`policy.services.ProviderBuilding.capacity_gain`)"""
    providers_competence_gain: float
    """additional competence; share (`policy.services.ProviderBuilding.competence_gain`)"""
    campaign_rate: float
    """additional rate of hearing of support; per year (`policy.services.Campaign.rate`)"""
    attraction_entry_gain: float
    """additional entries; share of entries (`policy.services.Attraction.entry_gain`)"""
    attraction_score_gain: float
    """additional digital score of entrants; score points (`policy.services.Attraction.score_gain`)"""
    relief_energy_share: float
    """energy bill paid by the public; share of energy bill (`policy.money.Relief.energy_share`)"""
    relief_interest_points: float
    """cheaper credit for everyone; per year (`policy.money.Relief.interest_points`)"""
    infrastructure_cost_cut: float
    """lower cost of connected equipment; share of connected cost (`policy.services.Infrastructure.cost_cut`)"""
    lists_workshop_places: float
    """digital workshops that one yearly list can hold; places a year (`policy.services.Lists.workshop_places`)"""
    lists_factory_places: float
    """smart factories that one yearly list can hold; places a year (`policy.services.Lists.factory_places`)"""
    assessment_inflation_cut: float
    """inflation of reports removed by checks; share (`policy.services.Assessment.inflation_cut`)"""
    assessment_target_pressure: float
    """how far a public target inflates reports, as money would; share (`policy.services.Assessment.target_pressure`)"""
    context_demand: float
    """demand relative to trend; multiple (`policy.services.Context.demand`)"""
    context_provider_capacity: float
    """capacity of providers from elsewhere; multiple (`policy.services.Context.provider_capacity`)"""
    context_energy_price: float
    """price of energy relative to that of 2018; multiple (`policy.services.Context.energy_price`)"""
    grants_on: float
    grants_open: float
    deadline_on: float
    monthly_budget: Row[float]
    processing_months: float
    coverage: float
    monthly_visits: float
    clearing: float
    drive: float
    pilot_on: float
    visits_targeted: float
    attention_changed: float
    support_bound: Row[float]
    ahead_months: float
    opens_anyway: float
    awaited: float


class StartRecord:
    """A firm as it appears (`population.synthetic.FIRM_AT_START`)."""

    capability: float
    """capability (absorptive capacity); constant; 0 to 1"""
    premium: float
    """the firm's own premium over the prime rate; constant; per year"""
    intensity: Row[float]
    """what it gains from each kind of project, relative to the catalogue; constant; multiple"""
    sector: int
    """sector, of nine; constant; index"""
    size_class: int
    """0 small, 1 medium, 2 large; constant; index"""
    leader: int
    """whether it leads a supply chain; constant; 0 or 1"""
    rd_active: int
    """whether it has R&D activity; enters capability; 0 or 1"""
    robots: int
    """whether it has robots at the start; 0 or 1"""
    aware: int
    """whether it knows of support at the start; 0 or 1"""
    workshops: int
    """recognised digital workshops at the start; workshops"""
    factories: int
    """recognised smart factories at the start; factories"""
    park: int
    """industrial park; constant; index"""
    revenue: float
    """revenue at demand 1 at the start; million RMB per year"""
    employees: float
    """staff at the start; described, enters no rule; persons"""
    cash: float
    """cash free for investment at the start; million RMB"""
    score: float
    """digital score at the start; entrants get a head start on it; points, 0 to 100"""
    visit_phase: float
    """its turn within a round of visits; constant; 0 to 1"""
    coverage_rank: float
    """its place among those who get a specialist; constant; 0 to 1"""
    leader_rank: float
    """a chain leader's place among those who join the leaders' programme; constant; 0 to 1"""


class FirmRecord:
    """A firm that moves (`engine.firm_record`)."""

    evidence: float
    """evidence of what projects bring: own and partners' results, first visit, diagnosis; observations"""
    partners_ahead: int
    """partners that are ahead; firms"""
    partners_active: int
    """partners that exist; firms"""
    partners_supported: int
    """partners that were ever promised a grant; firms"""
    park: int
    """industrial park; index"""
    asking_rank: float
    """least leader_rank among partners that exist and lead a chain; 0 to 1; 2 none"""
    coverage_rank: float
    """its place among those who get a specialist; 0 to 1"""
    visited_until: int
    """first month in which the last visit is no longer fresh; -1 before any; month"""
    since_month: int
    """month in which it chose the project in hand or applied; a grant does not change it; month"""
    status: int
    """empty, idle, applying, queued, building, gone; index"""
    sector: int
    """sector, of nine; index"""
    size_class: int
    """0 small, 1 medium, 2 large; index"""
    aware: int
    """whether it knows of support; never forgotten; 0 or 1"""
    visited: int
    """whether it ever had a visit; 0 or 1"""
    diagnosed: int
    """whether it had its diagnosis voucher; 0 or 1"""
    ahead: int
    """whether others see it as ahead; 0 or 1"""
    supported_before: int
    """whether it was ever promised a grant; 0 or 1"""
    level: int
    """digital level, as last reported; 0 to the highest"""
    level_true: int
    """digital level, by the true score; 0 to the highest"""
    best_level: int
    """highest level ever reported; awards are for exceeding it; 0 to the highest"""
    start_level: int
    """level first reported; only for telling who moved; 0 to the highest"""
    robots: int
    """whether it has robots; 0 or 1"""
    distressed: int
    """whether cash was negative at the turn of the year; 0 or 1"""
    kind: int
    """kind of the project in hand, in the order of the catalogue; index"""
    supported: int
    """whether the project in hand has a grant; 0 or 1"""
    helped: int
    """whether a visit was fresh when its work began; 0 or 1"""
    registered: int
    """support after the fact: 1 the project in hand is registered, 2 its claim waits for a decision; 0 to 2"""
    stuck: int
    """whether an obstacle lies ahead of it or holds it; 0 or 1"""
    pilot: int
    """whether the project in hand is one of the pilot city; 0 or 1"""
    succeeded: int
    """how the last project ended; 0 or 1"""
    waits_until: int
    """month for whose support it waits, and in which it looks again; -1 none; month"""
    waits_since: int
    """month of the taste with which it then decides; month"""
    revenue: float
    """revenue at demand 1; million RMB per year"""
    cash: float
    """cash free for investment; negative is possible; million RMB"""
    loan_payment: float
    """what it pays each month on investment loans; million RMB per month"""
    score: float
    """true digital score; points, 0 to 100"""
    reported: float
    """digital score as last reported; points, 0 to 100"""
    labour_factor: float
    """labour cost relative to that without projects; multiple"""
    energy_factor: float
    """energy cost relative to that without projects; multiple"""
    defect_factor: float
    """cost of defects relative to that without projects; multiple"""
    saved: float
    """what finished projects add to the profit margin; share of revenue"""
    pilot_paid: float
    """what the pilot city has paid it; million RMB"""
    cash_month: int
    """month to the start of which cash has been worked out; month"""
    loan_end: int
    """first month without loan payments; month"""
    workshops_built: int
    """digital workshops finished well, and those of the start; workshops"""
    workshops: int
    """of them recognised; workshops"""
    factories_built: int
    """smart factories finished well, and those of the start; factories"""
    factories: int
    """of them recognised; factories"""
    repeats: Row[int]
    """projects ended, by kind, well or badly; projects"""
    cost: float
    """what the project in hand costs the firm, before the search for a provider; million RMB"""
    price: float
    """providers' price at which that cost was agreed; index"""
    advance: float
    """part of the grant paid when work began; million RMB"""
    state_part: float
    """what the state adds under a provider's discount; million RMB"""
    tax_due: float
    """tax credit promised for the project in hand; million RMB"""
    interest_due: float
    """interest support promised for the project in hand; million RMB"""
    grant: Row[float]
    """by tier: asked for while applying or registered, then promised, then the claim until it is paid; million RMB"""
    surplus: float
    """what acting was worth to it beyond waiting when it chose the project in hand, its taste included; share of
    project cost"""
    next_in_queue: int
    """who stands behind it in a provider's queue; slot"""
    queued_month: int
    """month in which it joined that queue; month"""
    log_line: int
    """line in the log of starts of the project registered last; -1 none; index"""
    work_left: int
    """months of work after the obstacle; months"""
    filed_month: int
    """month in which its claim for a registered project was filed; month"""


class ParkRecord:
    """A park (`engine.state.PARK`)."""

    ahead: int
    active: int
    supported: int
    envelope: float


class MarketRecord:
    """The providers of one kind of project (`engine.state.MARKET`)."""

    credit: float
    orders: float
    price: float
    scale: float
    first: int
    last: int
    waiting: int
    gone: int


class TermsRecord:
    """What a firm's own rate makes of each kind of project (`engine.state.TERMS`)."""

    rate: float
    worked: Row[float]
    years: Row[float]
    shock_years: Row[float]


class SizesRecord:
    """What a firm's revenue makes of each kind of project (`engine.state.SIZES`)."""

    revenue: float
    cost: Row[float]
    equipped: Row[float]


class DistrictRecord:
    """What there is once in a district (`engine.state.DISTRICT`)."""

    seed: int
    slots_used: int
    slots: int
    start_firms: int
    pending: int
    orders: int
    finished: int
    stuck: int
    rounds: float
    success_rate: float
    decided_year: float
    funded_year: float
    coverage: float
    samples: Row[int]
    left: Row[float]
    spending: float
    own: float
    grant: float
    loan: float
    overflow: int
    logged: int


class LogRecord:
    """A line of the log of starts (`engine.state.LOG`)."""

    slot: int
    month: int
    kind: int
    supported: int
    cost: float
    grant: float
    price: float
    registered: int
    paid_month: int
