"""A new district: a folder of commented files that run at once, made from the template."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path

from zhizao.district.reader import read_district
from zhizao.errors import InputError, in_words

__all__ = ["make_district"]

_TEMPLATE = Path(__file__).with_name("template")
_NAME = "@NAME@"


_LEFT_BEHIND = shutil.ignore_patterns("fitted", "figures", "REPORT.md", "*.lock", ".*")
_LIBRARY = re.compile(r"^\[library\]\n(?:(?!\[).*\n)*", re.MULTILINE)
_NAMES = re.compile(r'^(name|name_zh|short|short_zh) = ".*"$', re.MULTILINE)


def _copy(like: Path, folder: Path) -> None:
    """Copy a district, with the policies that its file names where they belong in a folder of its own."""
    library = read_district(like).own.library
    shutil.copytree(like, folder, ignore=_LEFT_BEHIND)
    policy, policies = (Path(like, name).resolve() for name in (library.policy, library.policies))
    shutil.copyfile(policy, folder / "policy.toml")
    (folder / "policies").mkdir(exist_ok=True)
    for path in policies.glob("*.toml") if policies.is_dir() else ():
        if path.resolve() != policy:
            shutil.copyfile(path, folder / "policies" / path.name)
    own = folder / "district.toml"
    own.write_text(_NAMES.sub(rf'\1 = "{_NAME}"', _LIBRARY.sub("", own.read_text("utf-8"))), "utf-8")


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
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(f"{folder}: is there already; name a folder that does not exist")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".district-", dir=folder.parent) as beside:
            made = Path(beside) / "made"
            if like is None:
                shutil.copytree(_TEMPLATE, made)
            else:
                _copy(like, made)
            own = made / "district.toml"
            own.write_text(own.read_text("utf-8").replace(f'"{_NAME}"', json.dumps(name, ensure_ascii=False)), "utf-8")
            made.replace(folder)  # all of it at once
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror}); name another folder") from error
    return sorted(path for path in folder.rglob("*") if path.is_file())
