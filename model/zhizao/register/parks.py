"""Names of parks that may be one park spelt in two ways."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from zhizao.errors import Message
from zhizao.register.words import listed, quoted, say

__all__ = ["parks_alike"]

_MOST = 300
_ENDINGS = re.compile(r"(工业|产业|园|区|industrial|park|[\s()·._-])+", re.I)
_TELLS_APART = re.compile(r"[0-9a-z一二三四五六七八九十东南西北中上下左右前后内外甲乙丙丁新老大小]", re.I)
_SHORTEST = 4


def parks_alike(names: Sequence[str]) -> list[Message]:
    """Return a remark if names of parks differ by so little that they may be one: spellings, endings, one letter.

    Parameters
    ----------
    names
        The firms' parks; an empty one is none.
    """
    counts = Counter(filter(None, names))
    if len(counts) > _MOST:
        return []
    pairs = [
        Message(
            f"{quoted(one)} ({counts[one]:,}) and {quoted(other)} ({counts[other]:,})",
            f"{quoted(one).chinese}（{counts[one]:,}）与{quoted(other).chinese}（{counts[other]:,}）",
        )
        for one, other in combinations(counts, 2)
        if _may_be_one(one, other)
    ]
    return [say("parks alike", pairs=listed(pairs, 3))] if pairs else []


def _may_be_one(one: str, other: str) -> bool:
    plain = _ENDINGS.sub("", one).casefold(), _ENDINGS.sub("", other).casefold()
    if plain[0] == plain[1]:
        return bool(plain[0])
    if len(one) != len(other) or len(one) < _SHORTEST:
        return False
    differ = [letters for letters in zip(one, other, strict=True) if letters[0] != letters[1]]
    return len(differ) == 1 and not any(map(_TELLS_APART.match, differ[0]))
