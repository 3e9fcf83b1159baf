"""Records that hold their own checksum, so that a changed byte anywhere in them is noticed.

The checksum is the SHA-256 of everything else in the record, written in one fixed way: order, indents and blanks of the
file do not matter. A record without one was written by a version that made none, and is read as it is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhizao.errors import InputError
from zhizao.limits import after, check_limit, limit, over_limit

__all__ = ["CHECKSUM", "check_checksum", "json_text", "read_json", "read_record", "sealed_record", "sha256"]

_UNSEEN = re.compile("[\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_LONGEST_NUMBER = 400
"""Characters; the longest that Python writes are far shorter."""
CHECKSUM = "checksum"
"""The key of the checksum in a record."""


def sha256(content: bytes | memoryview) -> str:
    """Return the SHA-256 of bytes, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def json_text(value: Any) -> str:
    """Return JSON with a new line at its end; numbers that JSON has no word for must be gone by now.

    Characters that could steer a terminal, or that no text can hold (names of files that are not UTF-8), are escaped.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def sealed_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as JSON would give it back, with its checksum as the last entry."""
    plain = json.loads(json_text({key: value for key, value in record.items() if key != CHECKSUM}))
    return {**plain, CHECKSUM: _checksum(plain)}


def read_record(content: bytes, file: Path, fix: str) -> Any:
    """Return what a file of JSON holds.

    Parameters
    ----------
    content
        Its bytes.
    file
        Where they are from, for the refusal.
    fix
        What to do if it is damaged.

    Raises
    ------
    InputError
        If it is not JSON, or not what its checksum was made of.
    """
    found = read_json(content, file, fix)
    check_checksum(found, file, fix)
    return found


def read_json(content: bytes, file: Path, fix: str) -> Any:
    """Return what a file of JSON holds, without a look at its checksum; otherwise as `read_record`."""
    check_limit("json_bytes", len(content), str(file))
    # before any of them is made; those in texts are counted too, of which no record has nearly as many
    check_limit("json_entries", content.count(b",") + content.count(b"[") + content.count(b"{"), str(file))
    try:
        found = json.loads(
            content.decode("utf-8"), parse_int=_whole_number, parse_float=_number, parse_constant=_no_number
        )
    except RecursionError as error:
        raise InputError(after(str(file), over_limit("json_depth"))) from error
    except ValueError as error:
        raise InputError(f"{file}: is not JSON; {fix}") from error
    _check_depth(found, file)
    return found


def _check_depth(found: Any, file: Path) -> None:
    """Refuse lists and objects that are nested deeper than the limit, level by level."""
    level, depth, deepest = [found], 0, limit("json_depth")
    while level := [part for part in level if isinstance(part, (dict, list))]:
        depth += 1
        if depth > deepest:
            raise InputError(after(str(file), over_limit("json_depth")))
        level = [inner for part in level for inner in (part.values() if isinstance(part, dict) else part)]


def _whole_number(text: str) -> int:
    return int(_short(text))


def _number(text: str) -> float:
    return float(_short(text))


def _short(text: str) -> str:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number that nobody has written")
    return text


def _no_number(text: str) -> float:
    raise ValueError(f"JSON knows no {text}")


def check_checksum(found: Any, file: Path, fix: str) -> None:
    """Refuse a record that is not what its checksum was made of; one without a checksum is taken as it is."""
    try:
        whole = not isinstance(found, dict) or CHECKSUM not in found or found[CHECKSUM] == _checksum(found)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: is damaged; {fix}") from error
    if not whole:
        raise InputError(f"{file}: is damaged or was changed (its checksum does not match); {fix}")


def _checksum(record: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in record.items() if key != CHECKSUM}
    text = json.dumps(rest, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("ascii"))
