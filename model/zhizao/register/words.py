"""What is said about a register, in English and Chinese; the texts are in ``data/words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from zhizao.errors import InputError, Message
from zhizao.register.text import MAX_SHOWN, shown
from zhizao.words.place import of_place

__all__ = ["NOWHERE", "Located", "listed", "quoted", "refused", "rows_of", "say"]


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("zhizao.register").joinpath("data", "words.toml").read_text("utf-8"))


def say(key: str, **values: object) -> Message:
    """Return a text in both languages; values that are messages are worded in each."""
    text = _texts()[key]
    return Message(
        of_place(text["en"], "en", **values),
        of_place(
            text["zh"],
            "zh",
            **{name: value.chinese if isinstance(value, Message) else value for name, value in values.items()},
        ),
    )


def quoted(text: str, limit: int = MAX_SHOWN) -> Message:
    """Return a text from a file, cut and made printable, in quotation marks."""
    return say("quote", text=shown(text, limit))


def _joined(parts: Sequence[str], english: str = ", ", chinese: str = "、") -> Message:
    return Message(
        english.join(map(str, parts)),
        chinese.join(part.chinese if isinstance(part, Message) else part for part in parts),
    )


def listed(parts: Sequence[str], most: int = 8, *, last: bool = False) -> Message:
    """Return a list of texts, the first `most` of them; with `last`, "and" stands before the last one."""
    if len(parts) > most:
        return say("and more", first=_joined(parts[:most]), count=f"{len(parts) - most:,}")
    if last and len(parts) > 1:
        return say("and", first=_joined(parts[:-1]), last=parts[-1])
    return _joined(parts)


def rows_of(rows: Sequence[int]) -> Message:
    """Return the words for one row or several."""
    numbers = [f"{row}" for row in rows]
    return say("row", row=numbers[0]) if len(rows) == 1 else say("rows", rows=listed(numbers, 3, last=True))


class Located(Message):
    """A line about a file: the file's name, rows, column and problem; the parts can be read again from it."""

    __slots__ = ("column", "problem", "rows")
    rows: Message
    column: Message
    problem: Message

    @classmethod
    def of(cls, file: str, rows: Message, column: Message, problem: Message) -> Located:
        """Put a line together."""
        english = "".join(f", {part}" for part in (rows, column and f"column {column}") if part)
        chinese = "".join(f"，{part}" for part in (rows.chinese, column and f"{column.chinese}列") if part)
        line = cls(f"{file}{english}: {problem}", f"{file}{chinese}：{problem.chinese}")
        line.rows, line.column, line.problem = rows, column, problem
        return line

    def __reduce__(self) -> tuple[Any, ...]:
        return _located, (str(self), self.chinese, self.rows, self.column, self.problem)

    def within(self, file: str) -> Located:
        """Return the line with the file's name."""
        return Located.of(file, self.rows, self.column, self.problem)


def _located(english: str, chinese: str, rows: Message, column: Message, problem: Message) -> Located:
    """Put a line together that has come from another process."""
    line = Located(english, chinese)
    line.rows, line.column, line.problem = rows, column, problem
    return line


NOWHERE = Message("")


def refused(key: str, *, rows: Sequence[int] = (), column: Message = NOWHERE, **values: object) -> InputError:
    """Return the error for one problem of a whole file."""
    return InputError([Located.of("", rows_of(rows) if rows else NOWHERE, column, say(key, **values))])
