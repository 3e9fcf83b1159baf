"""Text of cells: made plain, compared, and shown safely."""

from __future__ import annotations

import re

__all__ = ["DATE", "FORMULA", "MAX_SHOWN", "MAX_TEXT", "clean", "folded", "is_missing", "shown"]

MAX_SHOWN, MAX_TEXT = 40, 200
DATE, FORMULA = "\0date", "\0formula"
"""What begins a cell that Excel formats as a date, and stands for a formula whose value was never stored."""
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_WIDE |= dict.fromkeys(map(ord, "‐‑‒–−"), ord("-"))
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_NOTHING = """
- -- --- — —— ——— / // \\ . … ... * ? ?? na n/a nan null none nil <na> unknown missing
无 暂无 空 缺 缺失 缺省 未填 未填报 未知 不详 不明 无数据 暂无数据 未提供 园区外 非园区 无园区 未入园 不在园区
"""
_MISSING = frozenset(_NOTHING.split())


def clean(text: str) -> str:
    """Return `text` without blanks around it, its full-width letters and digits made plain, its ="text" opened."""
    text = (text if text.isascii() else text.translate(_WIDE)).strip(" \t\r\n\v\f\ufeff\u200b")
    if text.startswith("="):
        opened = _TEXT_FORMULA.fullmatch(text)
        return opened[1].strip() if opened else text
    return text.lstrip("'") if text.startswith("'") and not text.endswith("'") else text


def is_missing(text: str) -> bool:
    """Say whether a cell holds nothing, or a mark such as —, / or NA that stands for nothing."""
    return not text or text.casefold() in _MISSING


def folded(text: str) -> str:
    """Return a name as it is compared: without case, blanks, hyphens or underscores."""
    return re.sub(r"[\s_-]+", "", text).casefold()


def shown(text: str, limit: int = MAX_SHOWN) -> str:
    """Return `text` safe to print: cut to `limit` characters, with no control character."""
    text = text.removeprefix(DATE)
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
