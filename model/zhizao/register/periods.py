"""Of what year or month a register says that it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zhizao.errors import Message
from zhizao.register.layout import Named, Table
from zhizao.register.text import DATE
from zhizao.register.words import quoted

__all__ = ["periods_of"]

_PERIOD = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:(1[0-2]|0[1-9])(?:[0-3]\d)?(?!\d)|"
    r"\s*[年./-]\s*(1[0-2]|0?[1-9])(?!\d|\s*[-~至到]\s*\d{1,2}\s*月)\s*月?|(?!\d{3}))"
)
"""A year, and its month if one follows: 2021年3月, 2021-03-15, 2021/3, 202103 or 20210315."""
_DATE_OF_PAPER = re.compile(r"日期|打印|填报|制表|date|printed", re.I)


def periods_of(table: Table, chosen: Mapping[str, Named]) -> tuple[tuple[Message, str], ...]:
    """Return the years and months that titles, headers, the sheet's name and columns of dates state, with where."""
    said = [(where, text) for where, text in table.words if not _DATE_OF_PAPER.search(text)]
    periods = [(where, _period(match)) for where, text in said for match in _PERIOD.finditer(text)]
    for named in chosen.values():
        periods += [(quoted(named.text), str(year)) for year in named.years]
    for dated in (named for named in table.columns if named.header and named.header.column.name == "as_of"):
        for text in dict.fromkeys(table.cells[dated.position]):
            if match := _PERIOD.search(text.removeprefix(DATE)):
                periods.append((quoted(dated.text), _period(match)))
    return tuple(dict.fromkeys(periods))


def _period(match: re.Match[str]) -> str:
    month = match[2] or match[3]
    return f"{match[1]}-{int(month):02d}" if month else match[1]
