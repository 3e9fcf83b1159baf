"""A brief as a file: which kind by the ending of its name, the same bytes for the same brief, written whole."""

from __future__ import annotations

import importlib.util
import io
import zipfile
from pathlib import Path

from zhizao.errors import InputError
from zhizao.files import writable_file
from zhizao.report.brief.content import Brief
from zhizao.report.brief.slides import slides
from zhizao.report.brief.word import document
from zhizao.storage.whole import write_output

__all__ = ["ENDINGS", "brief_bytes", "checked_brief", "need_brief_extra", "save_brief"]

ENDINGS: dict[str, str] = {".docx": "docx", ".pptx": "pptx"}
"""What a brief can be, by the ending of its file, and the library that each needs."""

_MAKERS = {".docx": document, ".pptx": slides}
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""The day of every part: files of this kind hold dates, and the same brief is to give the same bytes."""


def checked_brief(path: str | Path) -> Path:
    """Return the file that a brief is to be saved in, or say what is in the way: of it, or of making one at all.

    Raises
    ------
    InputError
        If its ending is another, it cannot be written, or the extra ``brief`` is not installed.
    """
    file = writable_file(path, tuple(ENDINGS), "a brief")
    need_brief_extra(file.suffix.lower())
    return file


def need_brief_extra(ending: str) -> None:
    """Find out early whether all that a brief of this kind needs is installed.

    Raises
    ------
    InputError
        If something is not.
    """
    for name in (ENDINGS[ending], "matplotlib"):
        if importlib.util.find_spec(name) is None:
            raise InputError(
                "a brief needs python-docx, python-pptx and matplotlib; install: pip install 'zhizao[brief]'"
            )


def save_brief(brief: Brief, path: str | Path) -> Path:
    """Write a brief into a .docx or .pptx file; return the file. Errors are those of `checked_brief`."""
    file = checked_brief(path)
    return write_output(file, brief_bytes(brief, file.suffix.lower()))


def brief_bytes(brief: Brief, ending: str) -> bytes:
    """Return a brief as the bytes of a file with this ending, one of `ENDINGS`."""
    return _undated(_MAKERS[ending](brief))


def _undated(content: bytes) -> bytes:
    """Return an archive with the same parts, none of which says when it was put in."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, _OLDEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(part))
    return made.getvalue()
