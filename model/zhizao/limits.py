"""How much of a file is read: named limits, so that a small file cannot take all memory or run for hours.

A file that exceeds a limit is refused before it is loaded, and the message says how to raise the limit: the
environment variable ``ZHIZAO_LIMITS`` holds pairs such as ``table_rows=2000000,toml_bytes=20000000``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from zhizao.errors import InputError, Message

__all__ = ["LIMITS", "VARIABLE", "after", "check_limit", "limit", "over_limit", "read_bytes"]

VARIABLE = "ZHIZAO_LIMITS"
"""The environment variable that raises limits."""

LIMITS: Mapping[str, tuple[int, str, str]] = MappingProxyType(
    {
        "scenario_bytes": (1_000_000, "bytes", "a scenario file"),
        "toml_bytes": (5_000_000, "bytes", "a design or another TOML file"),
        "toml_depth": (16, "levels of tables, lists and dotted keys", "a TOML file"),
        "toml_keys": (300_000, "keys and list entries", "a TOML file"),
        "toml_long_keys": (5_000, "keys of more than four parts", "a TOML file"),
        "json_bytes": (16_000_000, "bytes", "a record (JSON)"),
        "json_entries": (500_000, "keys and list entries", "a record (JSON)"),
        "json_depth": (32, "levels of lists and objects", "a record (JSON)"),
        "result_rows": (20_000_000, "rows", "a table of results"),
        "result_cells": (150_000_000, "cells", "a table of results"),
        "result_unpacked_bytes": (1_500_000_000, "bytes once unpacked", "a table of results"),
        "table_bytes": (100_000_000, "bytes", "a table of points"),
        "unpacked_bytes": (200_000_000, "bytes once unpacked", "a table of points"),
        "table_rows": (1_000_000, "rows", "a table of points"),
        "table_columns": (2_000, "columns", "a table of points"),
        "table_cells": (5_000_000, "cells", "a table of points"),
        "cell_characters": (1_000, "characters in a cell", "a table of points"),
        "register_bytes": (200_000_000, "bytes", "a register of firms"),
        "register_unpacked_bytes": (200_000_000, "bytes once unpacked", "a register of firms"),
        "register_rows": (1_000_000, "rows", "a register of firms"),
        "register_columns": (500, "columns", "a register of firms"),
        "register_cell_characters": (100_000, "characters in a cell", "a register of firms"),
        "register_cells": (20_000_000, "cells", "a register of firms"),
        "guarded_memory": (1_000_000_000, "bytes of memory while it is read", "an uploaded file"),
        "guarded_seconds": (60, "seconds while it is read", "an uploaded file"),
        "dashboard_firms": (20_000, "firms", "a register in the dashboard"),
        "design_factors": (2_000, "factors", "a design"),
        "design_scenarios": (1_000, "scenarios", "a design"),
        "design_values": (50_000_000, "values (points times factors)", "a design"),
    }
)
"""Every limit by name: its value, what it counts, and in what."""

_CHINESE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "scenario_bytes": ("字节", "情景文件"),
        "toml_bytes": ("字节", "设计或其他 TOML 文件"),
        "toml_depth": ("层表、列表或带点的键", "TOML 文件"),
        "toml_keys": ("个键和列表项", "TOML 文件"),
        "toml_long_keys": ("个超过四段的键", "TOML 文件"),
        "json_bytes": ("字节", "记录（JSON）"),
        "json_entries": ("个键和列表项", "记录（JSON）"),
        "json_depth": ("层列表或对象", "记录（JSON）"),
        "result_rows": ("行", "结果表"),
        "result_cells": ("个单元格", "结果表"),
        "result_unpacked_bytes": ("字节（解压后）", "结果表"),
        "table_bytes": ("字节", "取值表"),
        "unpacked_bytes": ("字节（解压后）", "取值表"),
        "table_rows": ("行", "取值表"),
        "table_columns": ("列", "取值表"),
        "table_cells": ("个单元格", "取值表"),
        "cell_characters": ("个字符（一个单元格）", "取值表"),
        "register_bytes": ("字节", "企业名册"),
        "register_unpacked_bytes": ("字节（解压后）", "企业名册"),
        "register_rows": ("行", "企业名册"),
        "register_columns": ("列", "企业名册"),
        "register_cells": ("个单元格", "企业名册"),
        "register_cell_characters": ("个字符（一个单元格）", "企业名册"),
        "guarded_memory": ("字节内存（读取时）", "上传的文件"),
        "guarded_seconds": ("秒（读取时）", "上传的文件"),
        "dashboard_firms": ("家企业", "网页中的企业名册"),
        "design_factors": ("个因素", "设计"),
        "design_scenarios": ("个情景", "设计"),
        "design_values": ("个值（点数乘以因素数）", "设计"),
    }
)
"""The same in Chinese; docs/SAFETY.md lists the limits, too."""

_A_FOLDER = Message("is a folder; name the file itself", "是文件夹；请给出文件本身")
_NO_FILE = Message(
    "is a device or a pipe, not an ordinary file; name the file itself", "是设备或管道，不是普通文件；请给出文件本身"
)
_MISSING = Message("there is no such file; correct its path", "没有这个文件；请更正路径")


def limit(name: str) -> int:
    """Return the value of a limit: the one that the environment variable gives, or the usual one.

    Raises
    ------
    InputError
        If the environment variable holds anything but names of limits with positive whole numbers.
    """
    return _chosen(os.environ.get(VARIABLE, "")).get(name, LIMITS[name][0])


def _chosen(text: str) -> dict[str, int]:
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (part.strip() for part in pair.partition("="))
        if name not in LIMITS:
            raise InputError(f"{VARIABLE}: '{name[:40]}' is not a limit; the limits are {', '.join(LIMITS)}")
        if not (value.isascii() and value.isdigit() and len(value) <= 18 and int(value) > 0):
            raise InputError(f"{VARIABLE}: {name} = '{value[:40]}' must be a positive whole number")
        found[name] = int(value)
    return found


def over_limit(name: str, size: int | None = None) -> Message:
    """Return the words for a file that exceeds a limit, to follow the file's name.

    Parameters
    ----------
    size
        How much the file holds, if that is known.
    """
    value, (_, unit, what), (counted, holder) = limit(name), LIMITS[name], _CHINESE[name]
    change = f"{VARIABLE}={name}={'N' if size is None else size}"
    if size is None:
        english = f"holds more {unit} than the limit of {value:,} for {what}"
        chinese = f"超过{holder}的上限（{value:,} {counted}）"
    else:
        english = f"holds {size:,} {unit}; the limit for {what} is {value:,}"
        chinese = f"有 {size:,} {counted}，{holder}的上限为 {value:,}"
    return Message(f"{english}; make it smaller, or set {change}", f"{chinese}；请缩小，或设置 {change}")


def after(label: str, words: Message) -> Message:
    """Return words about a file with its name before them."""
    return Message(f"{label}: {words}", f"{label}：{words.chinese}") if label else words


def check_limit(name: str, size: int, label: str = "") -> None:
    """Refuse what exceeds a limit.

    Parameters
    ----------
    size
        How much there is.
    label
        What the message calls the file, with a row or key if there is one; nothing if the caller adds it.

    Raises
    ------
    InputError
        If `size` is above the limit.
    """
    if size > limit(name):
        raise InputError(after(label, over_limit(name, size)))


def read_bytes(path: Path, name: str, label: str = "") -> bytes:
    """Return the bytes of an ordinary file that keeps a limit.

    Folders, devices, sockets and named pipes are refused at once: nothing waits for a writer.

    Parameters
    ----------
    name
        The limit of its bytes.
    label
        What messages call the file; nothing if the caller adds it.

    Raises
    ------
    InputError
        If the file is not an ordinary file, is too large, or cannot be read.
    """
    allowed = limit(name)
    try:
        # without O_NONBLOCK, opening a named pipe waits for a writer for ever
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as stream:
            kind = os.fstat(handle).st_mode
            if not stat.S_ISREG(kind):
                folder = stat.S_ISDIR(kind)
                raise InputError(after(label, _A_FOLDER if folder else _NO_FILE))
            content = stream.read(allowed + 1) or b""  # None where a special file has nothing to give
    except InputError:
        raise
    except FileNotFoundError as error:
        raise InputError(after(label, _MISSING)) from error
    except IsADirectoryError as error:
        raise InputError(after(label, _A_FOLDER)) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        reason = getattr(error, "strerror", None) or "its name cannot be a path"
        raise InputError(after(label, Message(f"cannot be read ({reason})", f"无法读取（{reason}）"))) from error
    if len(content) > allowed:
        raise InputError(after(label, over_limit(name)))
    return content
