"""Firms that a column of a list says are closed, idle or gone: read as all others, and said."""

from __future__ import annotations

import re

from zhizao.errors import Message
from zhizao.register.layout import Table
from zhizao.register.text import shown
from zhizao.register.words import listed, quoted, rows_of, say

__all__ = ["closed_firms"]

_STATES = re.compile(r"状态|状况|在营|是否(注销|停产|存续)|\bstatus\b|\bstate\b", re.I)
_CLOSED = re.compile(
    r"(?<!未)(?<!无)(已|拟)?(注销|吊销|撤销|停产|停业|歇业|关停|关闭|倒闭|破产|清算|迁出|迁走|搬迁|筹建|在建|退规|退库)|"
    r"closed|dissolved|deregistered|dormant|bankrupt|suspended|moved (out|away)|planned",
    re.I,
)


def closed_firms(table: Table) -> list[Message]:
    """Return a remark for each column of states that says of firms that they are closed, idle or gone."""
    remarks = []
    for named in table.columns:
        if named.header is not None or not _STATES.search(named.text):
            continue
        cells = table.cells[named.position]
        states = {text for text in set(cells) if _CLOSED.search(text)}
        if states:
            rows = [row for row, text in zip(table.rows, cells, strict=True) if text in states]
            words = listed([quoted(text) for text in dict.fromkeys(cells) if text in states], 3)
            remarks.append(say("closed firms", header=shown(named.text), states=words, rows=rows_of(rows)))
    return remarks
