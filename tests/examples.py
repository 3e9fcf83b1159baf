"""How many made-up examples a test tries."""

from __future__ import annotations

import os

__all__ = ["examples"]

_EVERY_DAY = 5
_AT_LEAST = 30


def examples(most: int) -> int:
    """Return `most` in continuous integration and in searches, and a fifth of it, at least 30, in everyday runs."""
    return most if "ZHIZAO_HYPOTHESIS" in os.environ else min(most, max(most // _EVERY_DAY, _AT_LEAST))
