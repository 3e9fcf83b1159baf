"""Text that shows as it is written, where the page would take it for Markdown."""

from __future__ import annotations

import re

__all__ = ["plain"]

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^])")


def plain(text: str) -> str:
    """Return text in which nothing is a link, an image, a formula, an emoji or a heading."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
