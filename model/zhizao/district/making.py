"""A new district: a folder of commented files that run at once, made from the template."""

from __future__ import annotations

import json
import re
from pathlib import Path

from zhizao.district.reader import read_district
from zhizao.errors import InputError, in_words
from zhizao.files import resolved_path
from zhizao.limits import limit
from zhizao.storage.new_folder import write_folder
from zhizao.storage.whole import read_whole

__all__ = ["make_district"]

_TEMPLATE = Path(__file__).with_name("template")
_NAME = "@NAME@"
_FOLDERS = ("policies", "experiments")
_ENDINGS = (".toml", ".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".parquet")
"""What the files of a district end in: tables, and lists of industries and firms."""
_LIBRARY = re.compile(r"^\[library\]\n(?:(?!\[).*\n)*", re.MULTILINE)
_NAMES = re.compile(r'^(name|name_zh|short|short_zh) = ".*"$', re.MULTILINE)


def _files_of(like: Path) -> dict[str, bytes]:
    """Return the files of a district, with the policies that its file names where they belong in a folder of its own.

    Its fits stay behind, and so does whatever else is there.
    """
    own = read_district(like).own
    policy, policies = (resolved_path(like / name) for name in (own.library.policy, own.library.policies))
    found = {path.name: path for path in _listed(like, _ENDINGS)}
    industries = resolved_path(like / own.industries)
    if own.industries and industries.is_relative_to(resolved_path(like)):
        found[industries.relative_to(resolved_path(like)).as_posix()] = industries
    found["policy.toml"] = policy
    for name, folder in zip(_FOLDERS, (policies, like / "experiments"), strict=True):
        found |= {f"{name}/{path.name}": path for path in _listed(folder, (".toml",)) if resolved_path(path) != policy}
    files = {name: _content(path) for name, path in found.items()}
    text = files["district.toml"].decode("utf-8").replace("\r\n", "\n")
    files["district.toml"] = _NAMES.sub(rf'\1 = "{_NAME}"', _LIBRARY.sub("", text)).encode()
    return files


def _listed(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.iterdir()) if path.suffix.lower() in endings and path.name[0] != "."]


def _content(file: Path) -> bytes:
    try:
        return read_whole(file, limit("register_bytes"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{file}: cannot be copied ({reason}); move it away or correct it") from error


def make_district(folder: Path, name: str, like: Path | None = None) -> list[Path]:
    """Write the template of a district, or the files of another one, into a new folder; return the files written.

    Parameters
    ----------
    folder
        A folder that does not exist, or is empty.
    name
        What the place is called.
    like
        The folder of a district to begin from instead of the template. Its fits are left behind: they are not those
        of the new one.

    Raises
    ------
    InputError
        If the folder holds anything or cannot be written, or the name is not text on one line.
    """
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise InputError(f"name {in_words(name)}: give text on one line, of at most 100 characters")
    files = _files_of(_TEMPLATE if like is None else like)
    own = files["district.toml"].decode("utf-8")
    files["district.toml"] = own.replace(f'"{_NAME}"', json.dumps(name, ensure_ascii=False)).encode()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(f"{folder}: is there already; name a folder that does not exist")
        folder.parent.mkdir(parents=True, exist_ok=True)
        write_folder(folder, files)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror}); name another folder") from error
    return sorted(folder / name for name in files)
