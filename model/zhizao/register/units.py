"""Units as people write them: of money, of persons, of points and of counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from zhizao.district.in_force import DISTRICT

__all__ = ["CURRENCY_NAMES", "FOREIGN", "Unit", "stated_units", "unit_of"]

FOREIGN = "foreign money"
_CHINESE_MONEY = {
    "亿": 0.01,
    "千万": 0.1,
    "百万": 1.0,
    "十万": 10.0,
    "万": 1e2,
    "千": 1e3,
    "百": 1e4,
    "": 1e6,
    "十亿": 1e-3,
    "百亿": 1e-4,
}
_ENGLISH_MONEY = {
    "billion": 1e-3,
    "bn": 1e-3,
    "million": 1.0,
    "mn": 1.0,
    "mio": 1.0,
    "m": 1.0,
    "thousand": 1e3,
    "k": 1e3,
    "'000": 1e3,
    "000": 1e3,
    "1000": 1e3,
    "1,000": 1e3,
    "10k": 1e2,
    "10,000": 1e2,
    "10000": 1e2,
    "ten thousand": 1e2,
    "tenthousand": 1e2,
    "wan": 1e2,
    "100 million": 0.01,
    "100million": 0.01,
    "100m": 0.01,
    "yi": 0.01,
    "": 1e6,
}
_SCALES = "|".join(sorted(map(re.escape, _ENGLISH_MONEY), key=len, reverse=True))
_CURRENCIES: dict[str, tuple[str, ...]] = {
    "RMB": ("rmb", "cny", "yuan", "renminbi", "人民币", "¥", "￥"),
    "EUR": ("eur", "euros", "euro", "€"),
    "USD": ("usd", "us$", "$", "dollars", "dollar"),
    "GBP": ("gbp", "£", "pounds", "pound"),
    "JPY": ("jpy", "yen", "¥", "￥"),
}
"""What currencies are called in lists of firms."""
_OWN = DISTRICT.own
_IS_RMB = _OWN.currency == "RMB"
CURRENCY_NAMES: tuple[str, ...] = _CURRENCIES.get(
    _OWN.currency, tuple(filter(None, (_OWN.currency.casefold(), _OWN.currency_unit.casefold())))
)
"""What the district's own currency is called in lists of firms, in small letters."""
_YUAN = "元" if _IS_RMB else re.escape(_OWN.currency_zh)
_BESIDE = "(?:人民币)?" if _IS_RMB else ""
_CHINESE = re.compile(rf"{_BESIDE}({'|'.join(sorted(_CHINESE_MONEY, key=len, reverse=True))}){_YUAN}{_BESIDE}")
_CHINESE_SHORT = re.compile(r"(十亿|百亿|亿|千万|百万|万)")
_CURRENCY = f"(?:{'|'.join(map(re.escape, CURRENCY_NAMES))})"
_ENGLISH = re.compile(rf"(?:{_CURRENCY}\s*(?:in\s+)?({_SCALES})s?|({_SCALES})s?\s*(?:of\s+)?{_CURRENCY})", re.I)
_FOREIGN = re.compile(
    r"美元|美金|欧元|日元|日圆|港元|港币|英镑|韩元|新台币|台币|澳元|\busd?\b|us\$|\$|\beur\b|€|\bhkd\b|\bjpy\b|\bgbp\b|£|dollars?|euros?"
    + ("" if _IS_RMB else r"|人民币|\brmb\b|\bcny\b|\byuan\b|[百千万亿]元"),
    re.I,
)
_A_YEAR = re.compile(r"\s*(/\s*年|每年|a year|per year|per annum|p\.a\.|/\s*year|/\s*yr|yearly)$", re.I)
_LEAD = re.compile(r"^(?:金额|货币|计量|数量)?(?:单位|units?)\s*[:：为是]?\s*|^in\s+", re.I)
_OTHERS = {
    "persons": {
        "人": 1.0,
        "名": 1.0,
        "位": 1.0,
        "persons": 1.0,
        "person": 1.0,
        "people": 1.0,
        "heads": 1.0,
        "千人": 1e-3,
        "万人": 1e-4,
    },
    "points": {
        "分": 1.0,
        "points": 1.0,
        "point": 1.0,
        "分值": 1.0,
        "%": 1.0,
        "percent": 1.0,
        "百分点": 1.0,
        "0-1": 0.01,
        "0~1": 0.01,
        "小数": 0.01,
        "fraction": 0.01,
        "比例": 0.01,
        "0-10": 0.1,
        "0~10": 0.1,
        "满分10分": 0.1,
        "十分制": 0.1,
    },
    "count": {"个": 1.0, "家": 1.0, "间": 1.0, "座": 1.0, "条": 1.0, "workshops": 1.0, "factories": 1.0},
}


@dataclass(frozen=True)
class Unit:
    """A unit: what it measures, what to divide numbers by to have them in the register's own unit, and its words."""

    kind: str
    divisor: float
    words: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unit) and (self.kind, self.divisor) == (other.kind, other.divisor)

    def __hash__(self) -> int:
        return hash((self.kind, self.divisor))


@lru_cache(maxsize=4096)
def unit_of(text: str) -> Unit | None:
    """Return the unit that a text is, or None if it is not a unit and nothing else."""
    words = text.strip().strip(":：")
    plain = _A_YEAR.sub("", _LEAD.sub("", words)).strip().casefold()
    if not plain:
        return None
    for kind, names in _OTHERS.items():
        if plain in names:
            return Unit(kind, names[plain], words)
    squeezed = plain.replace(" ", "")
    if chinese := _CHINESE.fullmatch(squeezed) or _CHINESE_SHORT.fullmatch(squeezed):
        return Unit("money", _CHINESE_MONEY[chinese[1]], words)
    if squeezed in CURRENCY_NAMES:
        return Unit("money", 1e6, words)
    if plain in ("million", "mn", "mio", "millions"):
        return Unit("money", 1.0, words)
    if english := _ENGLISH.fullmatch(re.sub(r"\s+", " ", plain)):
        return Unit("money", _ENGLISH_MONEY[(english[1] or english[2] or "").casefold()], words)
    return Unit(FOREIGN, 1.0, words) if _FOREIGN.search(plain) and len(plain) <= 20 else None


_STATED = re.compile(
    r"(?<!填报)(?<!编制)(?<!制表)(?<!主管)(?<!法人)(?:单位|units?)\s*(?:[:：为是]|均为|都是|is|are)+\s*(.{1,40})",
    re.I | re.S,
)
_UNIT_IN_TEXT = "(?<!单)元(?![格素旦件])" if _IS_RMB else _YUAN
_IN_TEXT = re.compile(
    rf"(?:人民币)?(?:十亿|百亿|亿|千万|百万|十万|万|千|百)?(?:{_UNIT_IN_TEXT}|美元|欧元|港元|日元)|(?:{_SCALES})?\s*{_CURRENCY}(?:\s+(?:{_SCALES})s?\b)?",
    re.I,
)


def stated_units(text: str, *, free: bool = False) -> list[Unit]:
    """Return the units that a title, a note or a comment states, as in 单位：万元、人.

    Parameters
    ----------
    free
        Whether a unit may stand anywhere in the text, as in a comment, and not only behind such a word, in brackets or
        alone.
    """
    found: list[Unit] = []
    for group in [*(match[1] for match in _STATED.finditer(text)), *re.findall(r"[(\[]([^()\[\]]*)[)\]]", text), text]:
        whole = unit_of(group)
        parts = [whole] if whole else [unit_of(part) for part in re.split(r"[,，、;；。/\s()]+", group)]
        is_whole_text = group is text
        if is_whole_text and not (whole or all(parts)):
            continue
        for unit in parts:
            if unit is None:
                break  # what follows the units is a sentence
            found.append(unit)
    if free and not found:
        found = [unit for match in _IN_TEXT.finditer(text) if match[0].strip() and (unit := unit_of(match[0]))]
    return list(dict.fromkeys(found))
