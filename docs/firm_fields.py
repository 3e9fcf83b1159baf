"""What each field of a firm's record at the start means, for docs/ODD.md; `make_odd.py` sees that none is missing."""

from __future__ import annotations

__all__ = ["AT_START"]

Meanings = dict[str, tuple[str, str]]
"""Unit and meaning by name of field."""

AT_START: Meanings = {
    "capability": ("0 to 1", "capability (absorptive capacity); constant"),
    "premium": ("per year", "the firm's own premium over the prime rate; constant"),
    "intensity": ("multiple", "what it gains from each kind of project, relative to the catalogue; constant"),
    "sector": ("index", "sector, of nine; constant"),
    "size_class": ("index", "0 small, 1 medium, 2 large; constant"),
    "leader": ("0 or 1", "whether it leads a supply chain; constant"),
    "rd_active": ("0 or 1", "whether it has R&D activity; enters capability"),
    "robots": ("0 or 1", "whether it has robots at the start"),
    "aware": ("0 or 1", "whether it knows of support at the start"),
    "workshops": ("workshops", "recognised digital workshops at the start"),
    "factories": ("factories", "recognised smart factories at the start"),
    "park": ("index", "industrial park; constant"),
    "revenue": ("million RMB per year", "revenue at demand 1 at the start"),
    "employees": ("persons", "staff at the start; described, enters no rule"),
    "cash": ("million RMB", "cash free for investment at the start"),
    "score": ("points, 0 to 100", "digital score at the start; entrants get a head start on it"),
    "visit_phase": ("0 to 1", "its turn within a round of visits; constant"),
    "coverage_rank": ("0 to 1", "its place among those who get a specialist; constant"),
    "leader_rank": ("0 to 1", "a chain leader's place among those who join the leaders' programme; constant"),
}
"""The record of a firm as it appears, in 2018-01 or at entry: `FIRM_AT_START` of population/synthetic.py."""
