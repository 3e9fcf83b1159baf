"""Put what the model prints between two comments of a page: ``<!-- name: command -->`` … ``<!-- end of name -->``."""

from __future__ import annotations

import re


def put(text: str, name: str, command: str, lines: list[str]) -> str:
    """Return `text` with `lines` between the two comments of a mark.

    Raises
    ------
    SystemExit
        If the page does not have this mark exactly once.
    """
    block = "\n".join([f"<!-- {name}: {command} -->", *lines, f"<!-- end of {name} -->"])
    text, found = re.subn(f"<!-- {name}: .*?<!-- end of {name} -->", lambda _: block, text, flags=re.DOTALL)
    if found != 1:
        raise SystemExit(f"the marks of {name} are there {found} times and not once; put them back")
    return text


def between(text: str, name: str) -> list[str]:
    """Return the lines between the two comments of a mark."""
    found = re.search(f"<!-- {name}: [^\n]*\n(.*?)\n<!-- end of {name} -->", text, flags=re.DOTALL)
    if found is None:
        raise SystemExit(f"the marks of {name} are not there; put them back")
    return found.group(1).split("\n")
