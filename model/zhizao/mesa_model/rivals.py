"""What firms of one sector take from each other, in the accounts of output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhizao.mesa_model.firm_agent import FirmAgent
from zhizao.rules import business

__all__ = ["losses_to_rivals"]


def losses_to_rivals(firms: Sequence[FirmAgent], taken_share: float) -> Iterator[tuple[FirmAgent, float]]:
    """Yield each firm with the output that it loses to its sector (million RMB a month).

    Of what firms of a sector have gained by projects, `taken_share` (a month's part of a yearly amount included) is
    taken from the sector, where each firm loses in proportion to what it sells.
    """
    for sector in sorted({firm.sector for firm in firms}):
        members = [firm for firm in firms if firm.sector == sector]
        sold = sum(firm.revenue for firm in members)
        taken = taken_share * sum(business.gained_revenue(firm.revenue, firm.output_factor) for firm in members)
        for firm in members:
            yield firm, float(business.lost_output(firm.revenue, sold, taken))
