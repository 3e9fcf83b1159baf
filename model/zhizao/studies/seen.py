"""What was seen at the signposts of policies that adapt: in one run, and over draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from zhizao.calendar import month_name
from zhizao.evidence.published import published
from zhizao.policy.signposts import Seen
from zhizao.studies.describe import interval

__all__ = ["seen_in_draws", "seen_in_run"]


def seen_in_run(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    """Return a line for each signpost: what was looked at and when, the value, and whether the condition held."""
    return [{**_signpost(one), "value": one.value, "held": one.held} for one in seen]


def seen_in_draws(draws: Sequence[Sequence[Seen]]) -> list[dict[str, Any]]:
    """Return a line for each signpost: what was looked at, the values, and the share of draws in which it held."""
    lines = []
    for same in zip(*draws, strict=True):
        values = np.array([one.value for one in same])
        held = float(np.mean([one.held for one in same]))
        lines.append({**_signpost(same[0]), "mean": float(values.mean()), **interval(values), "held": held})
    return lines


def _signpost(one: Seen) -> dict[str, Any]:
    signpost = one.signpost
    return {
        "at": month_name(signpost.at),
        "when": signpost.condition,
        "over": signpost.over or None,
        "unit": published()[signpost.series].unit,
    }
