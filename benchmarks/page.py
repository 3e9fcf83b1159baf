"""Put what a benchmark prints into ``docs/PERFORMANCE.md``, between the comments that name its command."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "PERFORMANCE.md"
sys.path.append(str(ROOT / "docs"))

import marks  # noqa: E402


def renew(name: str, command: str, lines: list[str]) -> None:
    """Renew one block of the page; see `marks.put`."""
    PAGE.write_text(marks.put(PAGE.read_text(encoding="utf-8"), name, command, lines), encoding="utf-8")
