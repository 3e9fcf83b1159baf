"""Where the files that ship with the package lie: scenarios, evidence, fitted ensembles.

In a checkout they stand beside ``pyproject.toml``, where people edit them; in an installed wheel they
are package data under ``zhizao/data``. Both are found the same way, so nothing else needs to know which.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["shipped"]

_PACKAGE = Path(__file__).resolve().parent


def shipped(folder: str) -> Path:
    """Return the folder of shipped files called `folder`.

    Parameters
    ----------
    folder
        Path relative to the top of the repository, such as ``"scenarios"`` or ``"calibration/evidence"``.

    Raises
    ------
    FileNotFoundError
        If the installation holds no such folder.
    """
    in_wheel = _PACKAGE / "data" / folder
    if in_wheel.is_dir():
        return in_wheel
    for parent in _PACKAGE.parents:
        if (parent / "pyproject.toml").is_file():
            in_checkout = parent / folder
            if in_checkout.is_dir():
                return in_checkout
            break
    raise FileNotFoundError(f"this installation of zhizao lacks its folder '{folder}'; install it again")
