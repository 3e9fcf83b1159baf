"""The one kind of error that is the user's to mend.

Anything that can be wrong with what a user gave (a scenario file, a register of firms, an option) is raised
as `InputError`, holding every problem found, not the first. The command line prints them and exits with 2.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["InputError", "printable"]


class InputError(ValueError):
    """What the user gave is wrong; `problems` says where and how to mend each.

    Parameters
    ----------
    problems
        One line each: the place (file, key, row or cell), what is wrong with its unit or bounds, the mend. What cannot
        be printed is shown as "?", since parts of it come from files.
    """

    def __init__(self, problems: Sequence[str] | str) -> None:
        given = (problems,) if isinstance(problems, str) else problems
        self.problems: tuple[str, ...] = tuple(printable(problem) for problem in given)
        super().__init__("\n".join(self.problems))


def printable(text: str, length: int | None = None) -> str:
    """Return `text` on one line, without control characters, and no longer than `length` if one is given."""
    text = text if length is None or len(text) <= length else text[: length - 3] + "..."
    return "".join(c if c.isprintable() else "?" for c in text)
