"""What a government can see: which monthly series are published, why others are not, and what they say by a month."""

from __future__ import annotations

from functools import cache

import numpy as np

from zhizao.evidence.catalogue import REPORTED, RunRecord, Series, catalogue
from zhizao.policy.signposts import Signpost
from zhizao.results.variables import History

__all__ = ["published", "published_value", "why_unseen"]

_TRUE = REPORTED["true"]
_UNSEEN: dict[str, str] = {
    "projects_started": "only registered projects are counted by anyone; projects_recorded has them",
    "projects_completed": "how a project ended is known to the firm; projects_recorded has those that are registered",
    "projects_failed": "how a project ended is known to the firm; rejections has the applications refused",
    "private_investment": "no statistic parts digital projects from other investment; projects_recorded counts them",
    "provider_price": "nobody publishes an index of providers' prices",
    "provider_backlog": "providers do not publish their queues",
    "waiting_months": "providers do not publish their queues",
    "burden_hours": "nobody counts the hours that firms spend on applications; applications can be seen",
    "output_lost": "no statistic says which output was taken from others; output can be seen",
    "labour_cost": "it is in firms' own books; output can be seen",
    "energy_use": "at constant prices it is in nobody's statistics; output can be seen",
    "defect_rate": "it is in firms' own books",
    "project_spending": "it is in firms' own books; public_committed can be seen",
    "project_grants": "it is in firms' own books; paid_grants can be seen",
    "project_loans": "it is in firms' own books; paid_loans can be seen",
}
"""Series that a run has and no government sees, each with the reason and what can be seen instead."""


@cache
def published() -> dict[str, Series]:
    """Return the series that a government can see when it decides, by name."""
    return {name: series for name, series in catalogue().items() if not why_unseen(series)}


def why_unseen(series: Series) -> str:
    """Say why a government cannot see a series when it decides; nothing if it can."""
    if series.name.endswith(_TRUE):
        seen = series.name.removesuffix(_TRUE)
        return f"what level a firm is truly at nobody knows but by its own report; {seen} is what is reported"
    if series.kind == "start":
        return "it is known at the start only"
    if series.needs_log:
        return "it is counted from the log when a run is over; projects_recorded and awards can be seen"
    return _UNSEEN.get(series.name, "")


def published_value(signpost: Signpost, history: History) -> float:
    """Return what a government sees at a signpost: a stock at the end of the month before, a flow added up over months.

    Parameters
    ----------
    history
        The months before the signpost's, or more.
    """
    series = published()[signpost.series]
    run = RunRecord(history=history, start=np.zeros(0))
    values = series.read(run, series.groups[0])[: signpost.at]
    if not signpost.over:
        return float(values[-1])
    return float(values[-signpost.over :].sum())
