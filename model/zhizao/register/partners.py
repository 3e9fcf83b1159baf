"""Who trades with whom, from the names in a register's column of partners."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from zhizao.register.cells import is_none
from zhizao.register.text import is_missing

__all__ = ["Links", "links_of"]

Links = tuple[NDArray[np.int32] | None, ...]
_SEPARATORS = re.compile(r"[;,、\n]")


def links_of(
    cells: Sequence[str], ids: Sequence[str], names_of_firms: Sequence[str] = ()
) -> tuple[Links, list[tuple[int, str]]]:
    """Return each firm's partners (None where unknown), and those names that are not another firm's id, after the firm.

    Parameters
    ----------
    names_of_firms
        Names by which partners may be called beside their ids; a name that two firms have calls neither.
    """
    index = {name: firm for firm, name in enumerate(names_of_firms) if names_of_firms.count(name) == 1}
    index |= {ids[firm]: firm for firm in reversed(range(len(ids)))}
    known = [bool(cell) and (is_none(cell) or cell in index or not is_missing(cell)) for cell in cells]
    named = [
        _SEPARATORS.split("" if not stated or (is_none(cell) and cell not in index) else cell)
        for cell, stated in zip(cells, known, strict=True)
    ]
    names = [name.strip() for group in named for name in group]
    firms = np.repeat(np.arange(len(cells)), [len(group) for group in named])
    partners = np.array([index.get(name, -1) for name in names], dtype=np.int64)
    strange = (partners < 0) | (partners == firms)
    wrong = [(int(firms[place]), names[place]) for place in np.flatnonzero(strange) if names[place]]
    firms, partners = firms[~strange], partners[~strange]
    links = np.sort(np.concatenate([firms * len(ids) + partners, partners * len(ids) + firms]))
    firms, partners = np.divmod(links[np.diff(links, prepend=-1) > 0], max(len(ids), 1))
    ends = np.searchsorted(firms, np.arange(len(ids) + 1)).tolist()
    linked = [partners[start:end].astype(np.int32) for start, end in pairwise(ends)]
    return tuple(found if stated else None for found, stated in zip(linked, known, strict=True)), wrong
