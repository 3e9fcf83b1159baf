"""Reading TOML that strangers wrote: what would take the parser minutes is found by a quick look, and refused.

The parser's time grows with the square of the parts of a dotted key, and brackets nest without end; both are counted
before it starts.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from zhizao.errors import InputError, Message, printable
from zhizao.limits import after, check_limit, limit, over_limit, read_bytes

__all__ = ["parse_toml", "read_toml", "text_problem"]

_LONGEST = {"title": 200, "title_zh": 200, "question": 1000, "question_zh": 1000, "source": 2000, "group": 100}
"""Characters of texts that tables, charts and pages show."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # a terminal would obey them, a workbook refuse them

# Every alternative also ends at the end of its line or of the text, so that each character is looked at once. Groups
# are not repeated possessively: Python 3.11.2, which Debian 12 has, forgets their ends.
_TEXTS = re.compile(
    r'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*(?:"{3,5}|\Z)|'
    r"'''[^']*+(?:'(?!'')[^']*+)*(?:'{3,5}|\Z)|"
    r'"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*(?:"|$)|'
    r"'[^'\n]*+(?:'|$)|"
    r"\#[^\n]*+",
    re.DOTALL | re.MULTILINE,
)
_PART = r"""(?:[A-Za-z0-9_-]++|"")"""
_DOT = r"[ \t]*+\.[ \t]*+"
_LONG_KEY = re.compile(rf"(?<![\w\-\"]){_PART}(?:{_DOT}{_PART}){{4,}}")
_BRACKET = re.compile(r"[\[\]{}]")


def read_toml(path: Path, label: str, *, size: str = "toml_bytes") -> dict[str, Any]:
    """Return the contents of a TOML file that keeps the limits.

    Parameters
    ----------
    label
        What messages call the file.
    size
        The limit of its bytes.

    Raises
    ------
    InputError
        If the file cannot be read, exceeds a limit, or is not TOML in UTF-8.
    """
    content = read_bytes(path, size, label)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{label}: is not text in UTF-8 (byte {error.start}); save it as UTF-8") from error
    try:
        return parse_toml(text, label)
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{label}: is not TOML ({printable(str(error), 200)}); correct it there") from error


def parse_toml(text: str, label: str = "") -> dict[str, Any]:
    """Return the contents of a TOML text that keeps the limits of keys and depth.

    Raises
    ------
    InputError
        If it exceeds a limit; what is merely wrong raises `tomllib.TOMLDecodeError`, or `ValueError` for a number or
        date that cannot be.
    """
    _check_text(text, label)
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise InputError(after(label, over_limit("toml_depth"))) from error


def text_problem(name: str, text: str) -> str | None:
    """Return what is wrong with a text that people will see, or None.

    Parameters
    ----------
    name
        The key of the text.
    """
    longest = _LONGEST.get(name, len(text))
    if len(text) > longest:
        return f"key {name} has {len(text):,} characters; tables and charts have room for {longest:,}, shorten it"
    return f"key {name} holds a control character; take it out" if _CONTROL.search(text) else None


def _blank(found: re.Match[str]) -> str:
    """Return an empty text with as many line ends, so that lines keep their numbers."""
    return '""' + "\n" * found[0].count("\n")


def _check_text(text: str, label: str) -> None:
    """Refuse too many keys, too long keys and too deep brackets."""
    bare = _TEXTS.sub(_blank, text)
    check_limit("toml_keys", bare.count("=") + bare.count(",") + bare.count("["), label)
    deepest, most = limit("toml_depth"), limit("toml_long_keys")

    def refusal(place: int, name: str, size: int | None = None) -> InputError:
        line, words = bare.count("\n", 0, place) + 1, over_limit(name, size)
        return InputError(after(label, Message(f"line {line} {words}", f"第 {line} 行{words.chinese}")))

    for number, found in enumerate(_LONG_KEY.finditer(bare), start=1):
        if (parts := found[0].count(".") + 1) > deepest:
            raise refusal(found.start(), "toml_depth", parts)
        if number > most:
            raise refusal(found.start(), "toml_long_keys")
    depth = 0
    for bracket in _BRACKET.finditer(bare):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > deepest:
            raise refusal(bracket.start(), "toml_depth")
