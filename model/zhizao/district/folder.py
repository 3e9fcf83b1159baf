"""Which folder is the district in force: named once for a process and all that it starts."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from zhizao.errors import InputError, in_words
from zhizao.files import shipped

__all__ = [
    "DEFAULT",
    "VARIABLE",
    "district_arguments",
    "district_folder",
    "find_district",
    "shipped_districts",
    "use_district",
]

VARIABLE = "ZHIZAO_DISTRICT"
"""The environment variable that names the district in force."""
DEFAULT = "yubei"
FILE = "district.toml"
"""The file without which a folder is not a district."""
_READ_AT_IMPORT = "zhizao.district.in_force"


def shipped_districts() -> tuple[str, ...]:
    """Return the names of the districts that ship with the package."""
    return tuple(sorted(path.parent.name for path in shipped("districts").glob(f"*/{FILE}")))


def find_district(name_or_path: str | Path) -> Path:
    """Return the folder of a district.

    Parameters
    ----------
    name_or_path
        The name of a shipped one, or the path of a folder. A name is that of a shipped district
        if there is one; write ``./NAME`` for a folder of this name.

    Raises
    ------
    InputError
        If no such district exists.
    """
    text = str(name_or_path)
    known = shipped_districts()
    if text in known and not isinstance(name_or_path, Path):
        return shipped("districts") / text
    folder = Path(text)
    try:
        if (folder / FILE).is_file():
            return folder.absolute()
        exists = folder.exists()
    except (OSError, ValueError):
        exists = False
    why = f"holds no {FILE}; `zhizao district new` makes one" if exists else "it does not exist"
    raise InputError(f"district {in_words(text)}: {why}; there ship {', '.join(known)}")


def district_folder() -> Path:
    """Return the folder of the district in force: the one that `VARIABLE` names, else that of `DEFAULT`."""
    return find_district(os.environ.get(VARIABLE) or DEFAULT)


def district_arguments() -> list[str]:
    """Return what must be written on a command line for the district in force: nothing for `DEFAULT`.

    A folder is named as seen from the working directory if it lies within it.
    """
    folder = district_folder()
    if folder.parent == shipped("districts"):
        return [] if folder.name == DEFAULT else ["--district", folder.name]
    here = Path.cwd()
    name = str(folder.relative_to(here) if folder.is_relative_to(here) else folder)
    return ["--district", f"./{name}" if name in shipped_districts() else name]


def use_district(name_or_path: str | Path) -> Path:
    """Put a district in force in this process and those it starts; return its folder.

    It is read once, when the model is first loaded, so it must be named before.

    Raises
    ------
    InputError
        If no such district exists, or another one is already in use in this process.
    """
    folder = find_district(name_or_path)
    if _READ_AT_IMPORT in sys.modules and folder != district_folder():
        raise InputError(
            f"district {in_words(str(name_or_path))}: {district_folder().name} is already in use in this process; "
            f"name the district before the first study, or set {VARIABLE}"
        )
    os.environ[VARIABLE] = str(name_or_path) if folder.parent == shipped("districts") else str(folder)
    return folder
