"""What is wrong with a register: collected first, then worded with one line for each cause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from zhizao.errors import InputError, Message
from zhizao.register.text import shown
from zhizao.register.words import NOWHERE, Located, listed, quoted, rows_of, say

__all__ = ["Problems"]

_MAX_LISTED = 50


@dataclass
class _Problem:
    """One cause: the rows and cells in which it was found."""

    word: Callable[[Message], Message]
    rows: list[int] = field(default_factory=list)
    samples: dict[str, None] = field(default_factory=dict)


class Problems:
    """What is wrong, by column and cause; a cause that many rows share is one problem."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str, object], _Problem] = {}
        self._headers: dict[int, Message] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(
        self,
        key: str,
        *,
        rows: Sequence[int] = (),
        column: tuple[int, Message] = (-1, NOWHERE),
        sample: str = "",
        cause: object = "",
        **values: object,
    ) -> None:
        """Add a problem.

        Parameters
        ----------
        key
            Of its words in `words`; ``{samples}`` in them stands for the cells in which it was found.
        column
            Index and name of the column, if it is of one.
        sample
            The cell.
        cause
            What distinguishes problems of one column and key.
        """
        problem = self._found.setdefault(
            (column[0], key, cause), _Problem(lambda samples: say(key, samples=samples, **values))
        )
        problem.rows += rows
        problem.samples[sample] = None
        self._headers[column[0]] = column[1]

    def concerns(self, position: int) -> bool:
        """Say whether there is a problem with a column."""
        return any(place == position for place, _, _ in self._found)

    def lines(self) -> list[Located]:
        """Return one line for each cause, in the order of the sheet."""
        lines = []
        in_order = sorted(self._found.items(), key=lambda item: (min(item[1].rows, default=0), item[0][0]))
        for (position, _, _), problem in in_order[:_MAX_LISTED]:
            rows = sorted(set(problem.rows))
            lines.append(
                Located.of(
                    "", rows_of(rows) if rows else NOWHERE, self._headers[position], problem.word(_samples(problem))
                )
            )
        if len(in_order) > _MAX_LISTED:
            count = f"{len(in_order) - _MAX_LISTED:,}"
            lines.append(Located.of("", NOWHERE, NOWHERE, say("more problems", count=count)))
        return lines

    def raise_any(self) -> None:
        """Raise the problems found, if any.

        Raises
        ------
        InputError
            With a line for each cause.
        """
        if self._found:
            raise InputError(self.lines())


def _samples(problem: _Problem) -> Message:
    texts = [quoted(text) for text in problem.samples]
    return say("also", first=texts[0], others=listed(texts[1:], 3)) if len(texts) > 1 else texts[0]


def column_name(position: int, header: str, name: str = "") -> tuple[int, Message]:
    """Return index and words of a column: its header, and the register's own name if that is another."""
    text = quoted(header) if header else say("quote", text=f"number {position + 1}")
    plain = shown(header).replace("_", "").replace("-", "").replace(" ", "").casefold()
    if name and plain != name.replace("_", ""):
        text = Message(f"{text} ('{name}')", text.chinese)
    return position, text
