"""Levers that move nothing in a district's fit: what `zhizao responses` has found, kept beside the fit."""

from __future__ import annotations

import csv
import io
from functools import cache

from zhizao.errors import InputError
from zhizao.evidence.ensembles import fitted_folder
from zhizao.storage.whole import read_whole

__all__ = ["RESPONSES_FILE", "not_alive"]

RESPONSES_FILE = "responses.csv"
"""In the folder of a fit: ``zhizao responses --format csv``."""
_MAX_BYTES = 1_000_000


@cache
def _dead() -> frozenset[str]:
    """Return the keys of levers that were tried and moved nothing; none where nobody has looked.

    Raises
    ------
    InputError
        If the file is not what ``zhizao responses --format csv`` writes.
    """
    path = fitted_folder() / RESPONSES_FILE
    try:
        text = read_whole(path, _MAX_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error}); {_FIX}") from error
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or any(None in row or not {"key", "kind", "ends", "alive"} <= row.keys() for row in rows):
        raise InputError(f"{path}: needs the columns key, kind, ends and alive; {_FIX}")
    return frozenset(
        row["key"]
        for row in rows
        if row["kind"] == "lever" and row["ends"] != "not tried" and row["alive"].lower() == "false"
    )


_FIX = f"make it again with `zhizao responses --format csv > {RESPONSES_FILE}`"


def not_alive(key: str, value: object = None) -> str:
    """Return the lever, row of levers or choice that was found to move nothing, by itself, in the fit; or nothing.

    Parameters
    ----------
    key
        Such as ``infrastructure.weekend_share`` or ``grants.floor.light``.
    value
        What it is set to; a choice may matter while another does not.
    """
    return next((one for one in (key.rpartition(".")[0], key, f"{key}={value}") if one in _dead()), "")
