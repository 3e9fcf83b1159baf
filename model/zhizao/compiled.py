"""One decorator for everything that runs compiled: `compiled`.

Numba's own on-disk cache looks only at the file that holds the compiled function; a rule edited in another
file would silently leave the old engine in use. Here the cache is in a folder named after a fingerprint of
every compiled source file, so that any edit means a fresh compilation, and an unedited package starts fast
(`code_cache`).
Set ``NUMBA_DISABLE_JIT=1`` to run the same code as plain Python, for debugging; set ``ZHIZAO_CACHE_DIR`` to
say where compiled code is kept.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from zhizao.code_cache import CodeCache, folder_for
from zhizao.district.in_force import compiled_facts
from zhizao.errors import InputError
from zhizao.ideas.file import rules_source
from zhizao.isolation import import_elsewhere

__all__ = [
    "cache_folder",
    "compiled",
    "engine_fingerprint",
    "fetch_ahead",
    "inlined",
    "internal",
    "whole_run",
    "why_no_cache",
]

numba: Any = import_elsewhere("numba", ".numba_config.yaml")
numba.core.config._config_fname = os.devnull  # else each compilation looks for settings in the working directory
Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).resolve().parent


def engine_fingerprint() -> str:
    """Hash every source file that holds compiled code or its constants, and the versions that compile it."""
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    for folder in ("rules", "engine", "population", "policy"):
        for path in sorted((_PACKAGE / folder).glob("*.py")):
            digest.update(path.read_bytes())
    for name in ("draws.py", "compiled.py", "sectors.py"):
        digest.update((_PACKAGE / name).read_bytes())
    digest.update(compiled_facts())
    digest.update(rules_source())  # nothing where no file of ideas replaces a rule
    return digest.hexdigest()[:16]


_UNCOMPILED = os.environ.get("NUMBA_DISABLE_JIT", "0") != "0"
_CACHE: Path | None = None
_WHY_NO_CACHE = ""
if not _UNCOMPILED:
    try:
        _CACHE = folder_for(engine_fingerprint())
    except InputError as error:
        _WHY_NO_CACHE = str(error)


def cache_folder() -> Path | None:
    """Return the folder for compiled code of this very source, or None if there is none."""
    return _CACHE


def why_no_cache() -> str:
    """Return why compiled code cannot be kept for the next start; empty if it can, or if nothing is compiled."""
    return _WHY_NO_CACHE


def compiled(function: Function) -> Function:
    """Compile `function` to machine code at its first call; keep the code on disk for the next start.

    Division by zero follows IEEE rules (``error_model="numpy"``), no reordering of floating-point sums is
    allowed, and the interpreter lock is released, so runs can go on in threads.
    """
    return _compile(function, inline="never")


def whole_run(function: Function) -> Function:
    """Compile an entry whose code allocates nothing, so that no reference counts are kept while it runs."""
    return _compile(function, inline="never", counted=False)


def internal(function: Function) -> Function:
    """Compile `function` for compiled callers only: no entry from Python is built and nothing is cached for it.

    It is always inlined, since handing over a whole world costs more than most of what is done with it. It may not
    allocate arrays: it works in those it is given. Entries from Python cost most of the compile time
    when the arguments are large; the few functions that Python calls are `compiled`, and hold all the internal ones
    within them.
    """
    return _compile(function, inline="never", entry=False, counted=False)


def inlined(function: Function) -> Function:
    """Compile `function` into its callers: for the generator, whose loop is vectorised only then."""
    return _compile(function, inline="always")


def _compile(function: Function, *, inline: str, entry: bool = True, counted: bool = True) -> Function:
    dispatcher = numba.njit(
        nogil=True,
        error_model="numpy",
        inline=inline,
        no_cpython_wrapper=not entry,
        no_cfunc_wrapper=True,
        _nrt=counted,
        forceinline=not entry,
    )(function)
    if entry and _CACHE is not None:
        dispatcher._cache = CodeCache(function, _CACHE)  # Numba's own stops at a full disk and runs what anyone wrote
    return cast(Function, dispatcher)


def _fetch_ahead(_context: Any, address: Any) -> Any:
    """Have the memory at `address` brought into the cache, without waiting for it; changes nothing."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        ir = importlib.import_module("llvmlite.ir")
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        fetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        to_read, keep_close, data = number(0), number(3), number(1)
        builder.call(fetch, [builder.inttoptr(arguments[0], byte), to_read, keep_close, data])

    return numba.core.types.void(address), generate


def _no_fetch(address: int) -> None:
    """Do nothing: uncompiled code has other things to wait for than memory."""


fetch_ahead: Any = _no_fetch if _UNCOMPILED else numba.extending.intrinsic(_fetch_ahead)
"""Have the memory at an address brought into the cache, without waiting for it; for `internal` code."""
