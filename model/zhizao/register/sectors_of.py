"""The sector of every firm, from what a register says of its industry."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import Message
from zhizao.register.cells import EXCEL_ERROR
from zhizao.register.columns import KINDS, Column
from zhizao.register.industries import SECTOR_NAMES, Industry, industry_of
from zhizao.register.problems import Problems
from zhizao.register.text import DATE, FORMULA, MAX_SHOWN, folded, is_missing
from zhizao.register.words import NOWHERE, listed, quoted, rows_of, say
from zhizao.sectors import SECTOR_KEYS, SECTORS

__all__ = ["sectors_of"]

_KEYS = {"no such code": "code", "not industry": "not industry", "two industries": "two industries"}
_EXAMPLES = 4


def sectors_of(
    texts: Sequence[str],
    codes: Sequence[str] | None,
    rows: Sequence[int],
    column: Column,
    place: tuple[int, Message],
    code_place: tuple[int, Message] | None,
    problems: Problems,
) -> tuple[NDArray[np.int8], list[Message]]:
    """Return the index of every firm's sector, -1 where there is a problem, and what is said of the mapping.

    Parameters
    ----------
    texts, codes
        Cells of the column of sectors or industries, and of the column of codes if there is one beside it.
    place, code_place
        Index and name of the two columns.
    """
    meant: dict[tuple[str, str], Industry] = {}
    disagree: list[int] = []
    counts: Counter[tuple[str, str]] = Counter()
    found = np.full(len(texts), -1, dtype=np.int8)
    for firm, (text, code) in enumerate(zip(texts, codes or [""] * len(texts), strict=True)):
        pair = text, code
        if pair not in meant:
            meant[pair] = _meant(text, code)
        industry = meant[pair]
        if industry.sector is None:
            _add_problem(industry, text, rows[firm], column, place, problems)
            continue
        found[firm] = industry.sector
        counts[pair] += 1
        if code and not is_missing(text) and _differs(industry, code):
            disagree.append(rows[firm])
    notes = _said_of_mapping(counts, meant)
    if disagree and code_place is not None:
        names = {"sector": _bare(place[1]), "code": _bare(code_place[1])}
        notes.append(say("disagree", **names, count=f"{len(disagree):,}", rows=rows_of(disagree)))
    return found, notes


def _bare(name: Message) -> Message:
    return Message(name.partition("' (")[0].strip("'"), name.chinese.strip("“”"))


def _meant(text: str, code: str) -> Industry:
    industry = industry_of(text) if not is_missing(text) else None
    if (industry is None or industry.sector is None) and not is_missing(code):
        by_code = industry_of(code)
        if industry is None or by_code.sector is not None:
            return by_code
    return industry or Industry(sector=None, how="unknown")


def _differs(industry: Industry, code: str) -> bool:
    by_code = industry_of(code).sector if not is_missing(code) else None
    return by_code is not None and by_code != industry.sector


def _add_problem(
    industry: Industry, text: str, row: int, column: Column, place: tuple[int, Message], problems: Problems
) -> None:
    if not text or text == FORMULA or text.startswith(DATE):
        key = "empty" if not text else "formula" if text == FORMULA else "date"
        problems.add(key, rows=[row], column=place, fix=column.fix)
    elif EXCEL_ERROR.fullmatch(text):
        problems.add("excel error", rows=[row], column=place, sample=text, fix=column.fix)
    elif industry.how in _KEYS:
        problems.add(_KEYS[industry.how], rows=[row], column=place, sample=text)
    else:
        hint = _near_sector(text)
        problems.add(
            "wrong",
            rows=[row],
            column=place,
            sample=text,
            cause=str(hint),
            wrong=KINDS["sector"][0],
            hint=hint,
            fix=column.fix,
            written=NOWHERE,
        )


def _near_sector(text: str) -> Message:
    """Offer the sector whose name a text seems to misspell, if it is near to the names of one sector only."""
    near = difflib.get_close_matches(folded(text[:MAX_SHOWN]), SECTOR_NAMES, n=3, cutoff=0.75)
    sectors = {SECTOR_NAMES[name] for name in near}
    return say("perhaps", near=SECTOR_KEYS[sectors.pop()]) if len(sectors) == 1 else NOWHERE


def _said_of_mapping(counts: Counter[tuple[str, str]], meant: dict[tuple[str, str], Industry]) -> list[Message]:
    groups: dict[str, Counter[tuple[str, int]]] = {"by code": Counter(), "by name": Counter(), "residual": Counter()}
    for pair, count in counts.items():
        industry = meant[pair]
        if industry.how == "sector" or industry.sector is None:
            continue
        text = pair[0] if not is_missing(pair[0]) else pair[1]
        kind = "residual" if industry.residual else "by code" if industry.how == "code" else "by name"
        groups[kind][(text, industry.sector)] += count
    notes = []
    for kind, found in groups.items():
        if found:
            examples = listed([_example(text, sector) for (text, sector), _ in found.most_common(_EXAMPLES)])
            firms, key = f"{sum(found.values()):,}", "residual" if kind == "residual" else "mapped"
            notes.append(say(key, count=firms, how=say(kind) if key == "mapped" else NOWHERE, examples=examples))
    return notes


def _example(text: str, sector: int) -> Message:
    words = quoted(text)
    return Message(f"{words} {SECTOR_KEYS[sector]}", f"{words.chinese}归入{SECTORS[sector].chinese}")
