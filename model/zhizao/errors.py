"""The one kind of error that the user can fix.

Anything that can be wrong with what a user gave (a scenario file, a register of firms, an option) is raised
as `InputError`, holding every problem found, not the first. The command line prints them and exits with 2.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zhizao.words.of_errors import error_in

__all__ = [
    "CommandLine",
    "InputError",
    "Message",
    "OutOfResourcesError",
    "OutputError",
    "at_place",
    "in_language",
    "in_words",
    "out_of_resources",
    "printable",
    "resources_message",
    "within",
    "writing_output",
]


class Message(str):
    """English text that knows its Chinese, for the places where people read it; everywhere else it is a plain string.

    Parameters
    ----------
    english
        The text itself.
    chinese
        The same in Chinese; the English text if not given.
    """

    __slots__ = ("chinese",)
    chinese: str

    def __new__(cls, english: str, chinese: str = "") -> Message:
        message = super().__new__(cls, english)
        message.chinese = str(chinese or english)
        return message

    def __reduce__(self) -> tuple[type[Message], tuple[str, str]]:
        return Message, (str(self), self.chinese)


def in_language(text: str, language: str) -> str:
    """Return `text` in Chinese if the language is ``zh`` and the text knows its Chinese, otherwise as it is."""
    return text.chinese if language == "zh" and isinstance(text, Message) else str(text)


_NOTHING = ("", "")


def within(problem: str, before: tuple[str, str] = _NOTHING, after: tuple[str, str] = _NOTHING) -> str:
    """Return a problem between other words, in English and Chinese; in English alone if the problem is."""
    english = f"{before[0]}{problem}{after[0]}"
    return Message(english, f"{before[1]}{problem.chinese}{after[1]}") if isinstance(problem, Message) else english


def at_place(place: str, problem: str, length: int | None = None) -> str:
    """Return a problem with the place that it is at in front; printable and not longer, if a length is given."""
    if length is not None:
        shown = printable(problem, length)
        problem = Message(shown, printable(problem.chinese, length)) if isinstance(problem, Message) else shown
    return within(problem, (f"{place}: ", f"{place}："))


class CommandLine(tuple[str, ...]):
    """Texts as they were given on the command line, such as ``grants.rate=0.2``: errors then name its option."""

    __slots__ = ()


class InputError(ValueError):
    """What the user gave is wrong; `problems` says where each is and how to fix it.

    Parameters
    ----------
    problems
        One line each: the place (file, key, row or cell), what is wrong with its unit or bounds, the fix. What cannot
        be printed is shown as "?", since parts of it come from files.

    Notes
    -----
    Where one is raised while an error is handled that says that memory, open files or threads have run out, that is
    the problem, and nothing else: a valid file is not called damaged because it could not be read just then.
    """

    def __init__(self, problems: Sequence[str] | str) -> None:
        given = (problems,) if isinstance(problems, str) else problems
        if type(self) is InputError and (what := out_of_resources(sys.exc_info()[1])):
            given = (resources_message(what),)
        self.problems: tuple[str, ...] = tuple(map(_printable_problem, given))
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[str, ...]]]:
        return type(self), (self.problems,)  # else a copy from another process would hold one long problem

    def in_language(self, language: str, units: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Return the problems in a language, as far as they know it, or `words.of_errors`, which takes `units`."""
        said = (in_language(problem, language) for problem in self.problems)
        return tuple(said if language == "en" else (error_in(language, line, units) for line in said))


class OutputError(Exception):
    """Standard output takes no more: its disk is full, or it cannot be written to."""

    def __init__(self, error: OSError) -> None:
        super().__init__(
            f"standard output cannot be written ({error.strerror or error}); what was printed there is not whole"
        )


@contextlib.contextmanager
def writing_output() -> Iterator[None]:
    """Turn what fails while standard output is written into an `OutputError`; a reader that has gone stays one."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(error) from error


class OutOfResourcesError(InputError):
    """The machine has run out of something; `problems` says of what, and what to do."""


_WORDS = {
    "memory": ("memory", "内存", "ulimit -v"),
    "open files": ("open files", "可打开文件数", "ulimit -n"),
    "processes or threads": ("processes or threads", "进程或线程", "ulimit -u"),
}
_BY_NUMBER = {errno.ENOMEM: "memory", errno.EMFILE: "open files", errno.ENFILE: "open files"}
_BY_TEXT = {
    "allocate memory": "memory",
    "failed to map segment": "memory",
    "too many open files": "open files",
    "can't start new thread": "processes or threads",
}
"""What libraries say that give no number with their errors, such as the loader of compiled modules."""
_NO_MACHINE_HAS = re.compile(r"size (\d{13,})|\d [PE]iB")


def out_of_resources(error: BaseException | None) -> str | None:
    """Return what the machine has run out of, if that is what an error or one that caused it says; else None.

    Such an error says nothing of the file that was being read, or of the run that was being made. (One that asks for
    more memory than any machine has does: it comes from a damaged file.)
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, MemoryError) and not _NO_MACHINE_HAS.search(str(error)):  # pyarrow's own is one, too
            return "memory"
        if isinstance(error, OSError) and error.errno in _BY_NUMBER:
            return _BY_NUMBER[error.errno]
        if isinstance(error, OSError | ImportError | RuntimeError):
            for words, what in _BY_TEXT.items():
                if words in str(error).lower():
                    return what
        error = error.__cause__ or error.__context__
    return None


def resources_message(what: str) -> Message:
    """Return what to say when the machine has run out of something, by what `out_of_resources` calls it."""
    english, chinese, limit = _WORDS[what]
    return Message(
        f"there are too few {english} for this, on this machine or as far as this process is allowed ({limit}): close "
        "other programs or allow more, and give the same command again; nothing is known to be wrong with your files"
        if what != "memory"
        else "there is too little memory for this, on this machine or as far as this process is allowed (ulimit -v): "
        "close other programs, allow more, or ask for fewer firms, draws or workers; nothing is known to be wrong "
        "with your files",
        f"{chinese}不足（本机资源不够，或对本进程的限制过低：{limit}）：请关闭其他程序或放宽限制后重复同一命令；没有发现文件有问题",
    )


def _printable_problem(problem: str) -> str:
    if not isinstance(problem, Message):
        return printable(problem)
    if problem.isprintable() and problem.chinese.isprintable():
        return problem
    return Message(printable(problem), printable(problem.chinese))


def printable(text: str, length: int | None = None) -> str:
    """Return `text` on one line, without control characters, and no longer than `length` if one is given."""
    text = text if length is None or len(text) <= length else text[: length - 3] + "..."
    return "".join(c if c.isprintable() else "?" for c in text)


def in_words(value: Any) -> str:
    """Return a value as messages show it: on one line, printable, and not long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"a list of {len(value)}"
    if isinstance(value, (datetime.date, datetime.time)):
        return f"{value.isoformat()} (a date or time)"
    if isinstance(value, int) and abs(value) >= 10**15:
        return "a huge whole number"
    text = value if isinstance(value, str) else repr(value)
    text = printable(text, 60)
    return f"'{text}'" if isinstance(value, str) else text
