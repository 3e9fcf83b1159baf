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
        One line each: the place (file, key, row or cell), what is wrong with its unit or bounds, the mend.
    """

    def __init__(self, problems: Sequence[str] | str) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))
