"""What each field of a firm's two records means, for docs/ODD.md; `make_odd.py` sees that none is missing."""

from __future__ import annotations

__all__ = ["AT_START", "MOVING"]

Meanings = dict[str, tuple[str, str]]
"""Unit and meaning by name of field."""

# fmt: off
AT_START: Meanings = {
    "capability": ("0 to 1", "capability (absorptive capacity); for good"),
    "premium": ("per year", "the firm's own premium over the prime rate; for good"),
    "intensity": ("multiple", "what it gains from each kind of project, relative to the catalogue; for good"),
    "sector": ("index", "sector, of nine; for good"),
    "size_class": ("index", "0 small, 1 medium, 2 large; for good"),
    "leader": ("0 or 1", "whether it leads a supply chain; for good"),
    "rd_active": ("0 or 1", "whether it has R&D activity; enters capability"),
    "robots": ("0 or 1", "whether it has robots at the start"),
    "aware": ("0 or 1", "whether it knows of support at the start"),
    "workshops": ("workshops", "recognised digital workshops at the start"),
    "factories": ("factories", "recognised smart factories at the start"),
    "park": ("index", "industrial park; for good"),
    "revenue": ("million RMB per year", "revenue at demand 1 at the start"),
    "employees": ("persons", "staff at the start; described, enters no rule"),
    "cash": ("million RMB", "cash free for investment at the start"),
    "score": ("points, 0 to 100", "digital score at the start; entrants get a head start on it"),
    "visit_phase": ("0 to 1", "its turn within a round of visits; for good"),
    "coverage_rank": ("0 to 1", "its place among those who get a specialist; for good"),
    "leader_rank": ("0 to 1", "a chain leader's place among those who join the leaders' programme; for good"),
}
"""The record of a firm as it appears, in 2018-01 or at entry: `FIRM_AT_START` of population/synthetic.py."""

MOVING: Meanings = {
    "evidence": ("observations", "evidence of what projects bring: own and partners' results, first visit, diagnosis"),
    "partners_ahead": ("firms", "partners that are ahead"),
    "partners_active": ("firms", "partners that stand"),
    "partners_supported": ("firms", "partners that were ever promised a grant"),
    "park": ("index", "industrial park"),
    "asking_rank": ("0 to 1; 2 none", "least leader_rank among partners that stand and lead a chain"),
    "coverage_rank": ("0 to 1", "its place among those who get a specialist"),
    "visited_until": ("month", "first month in which the last visit is no longer fresh; -1 before any"),
    "since_month": ("month", "month in which it chose the project in hand or applied; a grant does not change it"),
    "status": ("index", "empty, idle, applying, queued, building, gone"),
    "sector": ("index", "sector, of nine"),
    "size_class": ("index", "0 small, 1 medium, 2 large"),
    "aware": ("0 or 1", "whether it knows of support; never forgotten"),
    "visited": ("0 or 1", "whether it ever had a visit"),
    "diagnosed": ("0 or 1", "whether it had its diagnosis voucher"),
    "ahead": ("0 or 1", "whether others see it as ahead"),
    "supported_before": ("0 or 1", "whether it was ever promised a grant"),
    "level": ("0 to 4", "digital level, as last reported"),
    "level_true": ("0 to 4", "digital level, by the true score"),
    "best_level": ("0 to 4", "highest level ever reported; awards are for exceeding it"),
    "start_level": ("0 to 4", "level first reported; only for telling who moved"),
    "robots": ("0 or 1", "whether it has robots"),
    "distressed": ("0 or 1", "whether cash was negative at the turn of the year"),
    "kind": ("index", "kind of the project in hand: 0 light, 1 equipment, 2 workshop, 3 factory"),
    "supported": ("0 or 1", "whether the project in hand has a grant"),
    "helped": ("0 or 1", "whether a visit was fresh when its work began"),
    "stuck": ("0 or 1", "whether an obstacle lies ahead of it or holds it"),
    "succeeded": ("0 or 1", "how the last project ended"),
    "revenue": ("million RMB per year", "revenue at demand 1"),
    "cash": ("million RMB", "cash free for investment; negative is possible"),
    "loan_payment": ("million RMB per month", "what it pays each month on investment loans"),
    "score": ("points, 0 to 100", "true digital score"),
    "reported": ("points, 0 to 100", "digital score as last reported"),
    "labour_factor": ("multiple", "labour cost relative to that without projects"),
    "energy_factor": ("multiple", "energy cost relative to that without projects"),
    "defect_factor": ("multiple", "cost of defects relative to that without projects"),
    "saved": ("share of revenue", "what finished projects add to the profit margin"),
    "cash_month": ("month", "month to the start of which cash has been worked out"),
    "loan_end": ("month", "first month without loan payments"),
    "workshops_built": ("workshops", "digital workshops finished well, and those of the start"),
    "workshops": ("workshops", "of them recognised"),
    "factories_built": ("factories", "smart factories finished well, and those of the start"),
    "factories": ("factories", "of them recognised"),
    "repeats": ("projects", "projects ended, by kind, well or badly"),
    "cost": ("million RMB", "what the project in hand costs the firm, before the search for a provider"),
    "price": ("index", "providers' price at which that cost was agreed"),
    "advance": ("million RMB", "part of the grant paid when work began"),
    "state_part": ("million RMB", "what the state adds under a provider's discount"),
    "tax_due": ("million RMB", "tax credit promised for the project in hand"),
    "interest_due": ("million RMB", "interest support promised for the project in hand"),
    "grant": ("million RMB", "by tier: asked for while applying, then promised, then the claim until it is paid"),
    "next_in_queue": ("slot", "who stands behind it in a provider's queue"),
    "work_left": ("months", "months of work after the obstacle"),
}
"""The record of a firm that moves: `FIRM` of engine/state.py."""
# fmt: on
