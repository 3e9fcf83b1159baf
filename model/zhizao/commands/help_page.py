"""Help of a command in another language than English: the texts of its file, laid out as click does, by cells.

A Chinese letter is two cells wide, and lines of Chinese can end at any letter; click counts letters and breaks lines at
blanks.
"""

from __future__ import annotations

import copy
import importlib
import inspect
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import click
from rich.cells import cell_len

from zhizao.commands.help_language import help_file
from zhizao.commands.tables import fold
from zhizao.district.folder import DEFAULT

__all__ = ["help_page", "text_of", "text_of_option", "usage_of"]

_COMMON = "options"
_TEXT = "text"
_INDENT = "  "
_FIRST_COLUMN = 30
"""Cells of the first column at most; what is longer has a line for itself."""
_GAP = 2
_AS_IT_IS = "\b"
"""The mark of click before lines that are not folded."""
_TWO_COLUMNS = re.compile(r"( *)(\S.*?\S) {2,}(\S.*)")


def help_page(ctx: click.Context, language: str) -> str:
    """Return the help of a command in a language; what has no text in it is in English."""
    width = ctx.make_formatter().width
    parts = [usage_of(ctx, language), *_texts(ctx, language, width)]
    rows = [_row(ctx, option, language) for option in ctx.command.get_params(ctx) if isinstance(option, click.Option)]
    parts.append(_section("options", language, [row for row in rows if row is not None], width))
    if isinstance(ctx.command, click.Group):
        parts.append(_section("commands", language, list(_commands(ctx, ctx.command, language)), width))
    return "\n\n".join(parts)


def usage_of(ctx: click.Context, language: str) -> str:
    """Return how a command is written, in a language."""
    width = ctx.make_formatter().width
    headings = _tables(language)["headings"]
    start = f"{headings['usage']}{ctx.command_path} "
    pieces = [headings.get(piece, piece) for piece in ctx.command.collect_usage_pieces(ctx)]
    lines = fold(" ".join(pieces), max(width - cell_len(start), 20))
    return f"\n{' ' * cell_len(start)}".join([f"{start}{lines[0]}", *lines[1:]])


def text_of(path: str, language: str) -> str | None:
    """Return what help says of a command, such as ``district check``; of the program, its path is empty."""
    return _filled(_tables(language).get(path or "zhizao", {}).get(_TEXT), language)


def text_of_option(path: str, option: click.Option, language: str) -> str | None:
    """Return what help says of an option of a command: of this command, where it is declared, or of all."""
    texts = _tables(language)
    own, common = (_of_flag(texts.get(table, {}), option) for table in (path or "zhizao", _COMMON))
    declared = getattr(option, "texts", {}).get(language)
    return _filled(own or declared or common, language)


@cache
def _tables(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(help_file(language).read_text(encoding="utf-8"))


def _of_flag(texts: Mapping[str, str], option: click.Option) -> str | None:
    return next((texts[flag] for flag in option.opts if flag in texts), None)


def _filled(text: str | None, language: str) -> str | None:
    """Return a text with what it says of the district in place, loaded only where a text needs it."""
    if text is None:
        return None
    text = text.strip().replace("{default_district}", DEFAULT)
    if "{" not in text:
        return text
    filled: str = importlib.import_module("zhizao.words.place").of_place(text, language)
    return filled


def _path(ctx: click.Context) -> str:
    """Return the names of a command after that of the program."""
    names: list[str] = []
    while ctx.parent is not None:
        names.insert(0, str(ctx.info_name))
        ctx = ctx.parent
    return " ".join(names)


def _texts(ctx: click.Context, language: str, width: int) -> Iterable[str]:
    """Yield the paragraphs of a command: its text, then its examples and the like, whose commands stay."""
    english = inspect.cleandoc(ctx.command.help or "").split("\n\n")
    kept = [part for part in english if part.lstrip().startswith(_AS_IT_IS)]
    text = text_of(_path(ctx), language)
    told = [part for part in english if part not in kept] if text is None else text.split("\n\n")
    for part in told:
        lines = fold(" ".join(part.split("\n")), width - len(_INDENT))
        yield "\n".join(f"{_INDENT}{line}" for line in lines)
    for part in kept:
        yield "\n".join(f"{_INDENT}{line}" for line in _as_they_are(part, language))


def _as_they_are(part: str, language: str) -> Iterable[str]:
    """Yield a heading and its lines: commands, or questions with the commands that answer them."""
    headings, questions = (_tables(language)[table] for table in ("headings", "questions"))
    heading, *lines = [line for line in part.split("\n") if line.strip(f"{_AS_IT_IS} ")]
    yield headings.get(heading.strip(), heading)
    columns = [_TWO_COLUMNS.fullmatch(line) for line in lines]
    found = [questions.get(line[2], line[2]) for line in columns if line]
    first = max(map(cell_len, found), default=0) + _GAP
    for line, column in zip(lines, columns, strict=True):
        if column is None:
            yield line
        else:
            asked = questions.get(column[2], column[2])
            yield f"{column[1]}{asked}{' ' * (first - cell_len(asked))}{column[3]}"


def _row(ctx: click.Context, option: click.Option, language: str) -> tuple[str, str] | None:
    """Return how an option is written, and what it does with its default."""
    shown = copy.copy(option)
    shown.help = text_of_option(_path(ctx), option, language) or option.help
    record = shown.get_help_record(ctx)
    if record is None:
        return None
    written, told = record
    text, opening, rest = told.rpartition("  [")
    if opening:
        for english, other in _tables(language)["marks"].items():
            rest = rest.replace(english, other)
    return written, f"{text}{opening}{rest}"


def _commands(ctx: click.Context, group: click.Group, language: str) -> Iterable[tuple[str, str]]:
    """Yield the commands of a group with what they are for: the first sentence of their help, where nothing else is."""
    purposes: Mapping[str, Any] = _tables(language)["purposes"] if ctx.parent is None else {}
    for name in group.list_commands(ctx):
        told = purposes.get(name) or text_of(f"{_path(ctx)} {name}".strip(), language)
        if told is None and (command := group.get_command(ctx, name)) is not None:
            told = command.get_short_help_str()
        sentence, stop, _ = (told or "").partition("。")
        yield name, f"{sentence}{stop}".split("\n", 1)[0]


def _section(name: str, language: str, rows: list[tuple[str, str]], width: int) -> str:
    """Return a heading and a list of two columns, the second folded."""
    first = min(max((cell_len(written) for written, _ in rows), default=0), _FIRST_COLUMN) + _GAP
    lines = [_tables(language)["headings"][name]]
    for written, told in rows:
        folded = _with_default(told, max(width - first - len(_INDENT), 10))
        if cell_len(written) > first - _GAP:
            lines.append(f"{_INDENT}{written}")
        else:
            folded[0] = f"{written}{' ' * (first - cell_len(written))}{folded[0]}"
            lines.append(f"{_INDENT}{folded.pop(0)}")
        lines += [f"{_INDENT}{' ' * first}{line}" for line in folded]
    return "\n".join(lines)


def _with_default(told: str, width: int) -> list[str]:
    """Return the lines of what an option does; its default is not broken where it fits on a line."""
    text, opening, default = told.rpartition("  [")
    if not opening:
        return fold(told, width)
    lines = fold(text, width)
    default = f"[{default}"
    if cell_len(f"{lines[-1]}  {default}") <= width:
        return [*lines[:-1], f"{lines[-1]}  {default}"]
    return [*lines, *fold(default, width)]
