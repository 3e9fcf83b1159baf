"""The day on which something is made, for what people hand on."""

from __future__ import annotations

import datetime
import os

__all__ = ["today"]


def today() -> str:
    """Return the day as ``"YYYY-MM-DD"``; of ``SOURCE_DATE_EPOCH`` where that is set, so that files come out alike."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    if fixed.isascii() and fixed.isdigit() and len(fixed) < 12:
        return datetime.datetime.fromtimestamp(int(fixed), datetime.UTC).date().isoformat()
    return datetime.date.today().isoformat()
