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
    "innermost",
    "internal",
    "verb",
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
    for folder in ("rules", "engine", "population", "policy", "accounts", "results"):
        for path in sorted((_PACKAGE / folder).glob("*.py")):
            digest.update(path.read_bytes())
    for name in ("draws.py", "compiled.py", "linking.py", "by_reference.py", "sectors.py"):
        digest.update((_PACKAGE / name).read_bytes())
    digest.update(compiled_facts())
    digest.update(rules_source())  # nothing where no file of ideas replaces a rule
    return digest.hexdigest()[:16]


def _ways_to_link() -> Any:
    """Return how functions become part of their callers; None where this release of Numba has nothing of the kind."""
    try:
        return importlib.import_module("zhizao.linking")
    except (ImportError, AttributeError):
        return None


_UNCOMPILED = os.environ.get("NUMBA_DISABLE_JIT", "0") != "0"
_CACHE: Path | None = None
_WHY_NO_CACHE = ""
_linking = None if _UNCOMPILED else _ways_to_link()
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
    return _called_from_python(function, "entry", _nrt=True)


def whole_run(function: Function) -> Function:
    """Compile an entry whose code allocates nothing, so that no reference counts are kept while it runs."""
    return _called_from_python(function, "whole", _nrt=False)


def internal(function: Function) -> Function:
    """Compile `function` for compiled callers only: it is part of theirs, and neither called from Python nor cached.

    It may not allocate arrays: it works in those it is given, an element at a time, and has no functions within it.
    """
    return cast(Function, _dispatcher(function, "part", no_cpython_wrapper=True, _nrt=False))


def innermost(function: Function) -> Function:
    """Compile an `internal` function that is always inlined: where a call would cost as much as the work.

    It is for what is done for each project that a firm looks at, of which most of a run consists.
    """
    return cast(Function, _dispatcher(function, "part", no_cpython_wrapper=True, _nrt=False, forceinline=True))


def verb(function: Function) -> Function:
    """Compile a large `internal` function that is called in few places, and keep it apart from its callers there.

    Optimising takes longer by the square of a function's size, so a month all in one would take long, and be no faster.
    """
    return cast(Function, _dispatcher(function, "apart", no_cpython_wrapper=True, _nrt=False))


def inlined(function: Function) -> Function:
    """Compile `function` into its callers: for the generator, whose loop is vectorised only then."""
    return _kept(function, _dispatcher(function, "entry", inline="always"))


def _called_from_python(function: Function, how: str, *, _nrt: bool) -> Function:
    dispatcher = _dispatcher(function, how, _nrt=_nrt)
    if _linking is not None:
        part = _dispatcher(function, "part", no_cpython_wrapper=True, _nrt=_nrt)
        _linking.let_part_stand_for(dispatcher, part)
    return _kept(function, dispatcher)


def _dispatcher(function: Function, how: str, **more: Any) -> Any:
    compiler = {} if _linking is None else {"pipeline_class": getattr(_linking, how)}
    return numba.njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True, **compiler, **more)(function)


def _kept(function: Function, dispatcher: Any) -> Function:
    if _CACHE is not None:
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
