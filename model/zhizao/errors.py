"""The one kind of error that is the user's to mend.

Anything that can be wrong with what a user gave (a scenario file, a register of firms, an option) is raised
as `InputError`, holding every problem found, not the first. The command line prints them and exits with 2.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["InputError"]


class InputError(ValueError):
    """What the user gave is wrong; `problems` says where and how to mend each.

    Parameters
    ----------
    problems
        One line each: the place (file, key, row or cell), what is wrong with its unit or bounds, the mend. What cannot
        be printed is escaped, since parts of it come from files.
    """

    def __init__(self, problems: Sequence[str] | str) -> None:
        given = (problems,) if isinstance(problems, str) else problems
        self.problems: tuple[str, ...] = tuple(_printable(problem) for problem in given)
        super().__init__("\n".join(self.problems))


def _printable(text: str) -> str:
    """Escape what would move the cursor, ring, or hide."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
