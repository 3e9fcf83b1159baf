"""A check of the model against something that is known, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Check", "largest", "markdown", "plain", "within"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of the table of verification.

    Attributes
    ----------
    point
        Point of the list of checks that must hold.
    what
        What is checked.
    expected, tolerance, seen
        In words or figures, as printed.
    passed
        Whether what was seen lies within the tolerance; None where nothing is demanded and the fact is only reported.
    where
        The script or the tests that check it.
    """

    point: int
    what: str
    expected: str
    tolerance: str
    seen: str
    passed: bool | None
    where: str

    @property
    def verdict(self) -> str:
        """The result in a word."""
        return {True: "pass", False: "FAIL", None: "reported"}[self.passed]


def within(point: int, what: str, expected: float, seen: float, tolerance: float, where: str) -> Check:
    """Return a check of one number against another."""
    return Check(
        point=point,
        what=what,
        expected=f"{expected:.6g}",
        tolerance=f"± {tolerance:.2g}",
        seen=f"{seen:.6g}",
        passed=bool(abs(seen - expected) <= tolerance),
        where=where,
    )


def largest(point: int, what: str, expected: str, share: float, tolerance: str, where: str) -> Check:
    """Return a check of many numbers at once: the largest difference as a share of the room that it has."""
    return Check(
        point=point,
        what=what,
        expected=expected,
        tolerance=tolerance,
        seen=f"{share:.0%} of the room, at most",
        passed=bool(share <= 1.0),
        where=where,
    )


_HEADS = ("point", "check", "expected", "tolerance", "seen", "result", "where")


def _cells(check: Check) -> tuple[str, ...]:
    return (str(check.point), check.what, check.expected, check.tolerance, check.seen, check.verdict, check.where)


def markdown(checks: Sequence[Check]) -> str:
    """Return the table in Markdown."""
    rows = [_HEADS, tuple("---" for _ in _HEADS), *(_cells(check) for check in checks)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def plain(check: Check) -> str:
    """Return one check as two lines for a terminal."""
    first = f"{check.verdict:4}  {check.point:2}  {check.what}"
    return f"{first}\n          expected {check.expected}; tolerance {check.tolerance}; seen {check.seen}"
