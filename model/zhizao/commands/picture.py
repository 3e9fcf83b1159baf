"""The picture that `zhizao compare` draws by itself: one file in the folder where it runs, and nobody else's."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

from zhizao.commands.console import remark
from zhizao.commands.report import telling
from zhizao.commands.words import word
from zhizao.errors import InputError
from zhizao.report.charts import comparison_chart, figure_bytes
from zhizao.report.charts.style import checked_file
from zhizao.storage.checksum import sha256
from zhizao.storage.whole import read_whole, write_output
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

__all__ = ["PICTURE", "draw_picture", "picture_bytes"]

PICTURE = "compare.png"
_END = 12
"""Bytes of the part that ends every PNG file."""
_KIND, _NAME = b"tEXt", b"zhizao\0"


def draw_picture(done: Comparison, language: Language, *, quiet: bool) -> None:
    """Draw the telling policies of a comparison into `PICTURE` and say where it is, or why it could not be drawn.

    It never ends the work. An earlier picture of this command is replaced, as long as nobody has changed it; any other
    file of that name stays.
    """
    file = Path(PICTURE).absolute()
    try:
        if not _may_be_written(file):
            remark(word("picture kept", language, file=file), quiet=quiet)
            return
        checked_file(file)
        write_output(file, picture_bytes(done, language))
    except (InputError, OSError) as error:
        remark(word("no picture", language, reason=error), quiet=quiet)
        return
    remark(word("picture", language, file=file), quiet=quiet)


def picture_bytes(done: Comparison, language: Language) -> bytes:
    """Return the picture as a PNG file that says which bytes this command has written."""
    shown = done.only([done.first.label, *telling()])
    if done.options.firms_file is None:  # the table says what is to be said of policies that are not shown
        shown = replace(shown, options=replace(shown.options, notes=()))
    return _sealed(figure_bytes(comparison_chart(shown, language), ".png"))


def _may_be_written(file: Path) -> bool:
    """Whether there is no such file yet, or it is as this command has written it."""
    if file.is_symlink():
        return False
    try:
        found = read_whole(file)
    except FileNotFoundError:
        return True
    sealed = len(_seal(b""))
    return len(found) > sealed + _END and _sealed(found[: -sealed - _END] + found[-_END:]) == found


def _sealed(png: bytes) -> bytes:
    """Put the checksum of a PNG file into it, as a comment before its end."""
    return png[:-_END] + _seal(png) + png[-_END:]


def _seal(png: bytes) -> bytes:
    text = _NAME + sha256(png).encode()
    return struct.pack(">I", len(text)) + _KIND + text + struct.pack(">I", zlib.crc32(_KIND + text))
