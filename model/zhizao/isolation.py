"""Whose code runs: processes take modules only from where the package and its libraries are, never from a folder
in which somebody happens to work; and settings in such a folder do not count.

Python puts the working directory, or that of a script, first on its path. In a folder of somebody's scenarios a file
called ``random.py`` would so be run by every worker.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["import_elsewhere", "isolated_start", "module_path", "own_process"]

_PACKAGE_HOME = Path(__file__).resolve().parents[1]
_SAFE_PATH = "PYTHONSAFEPATH"
_STARTING = threading.RLock()


def module_path() -> list[str]:
    """Return where processes look for modules: `sys.path` without what only the working directory has put there.

    What the user has put into ``PYTHONPATH`` stays, and so does the home of the package.
    """
    here = _resolved(".")
    chosen = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    kept = {str(_PACKAGE_HOME), *(_resolved(entry) for entry in chosen if entry)}
    found = []
    for number, entry in enumerate(sys.path):
        place = _resolved(entry or ".")
        by_chance = not os.path.isabs(entry) or (number == 0 and place == here)
        if place in kept or not by_chance:
            found.append(entry if os.path.isabs(entry) else place)
    return found if str(_PACKAGE_HOME) in map(_resolved, found) else [*found, str(_PACKAGE_HOME)]


def _resolved(entry: str) -> str:
    try:
        return os.path.realpath(entry)
    except OSError:  # the working directory is gone
        return entry


@contextmanager
def isolated_start(*, main: bool = False) -> Iterator[None]:
    """Start processes of `multiprocessing` inside: they look for modules where `module_path` says.

    Parameters
    ----------
    main
        Whether the processes need what the user's own program defines. Then they also load that program, from where
        it is; without, they know nothing of it.

    Notes
    -----
    A new process gets the path and the main program of the one that starts it, and its helpers look at the
    environment; all three are put back afterwards.
    """
    with _STARTING:
        path, program, safe = list(sys.path), sys.modules["__main__"], os.environ.get(_SAFE_PATH)
        empty = ModuleType("__main__")
        os.environ[_SAFE_PATH] = "1"
        if not main:
            sys.path[:] = module_path()
            sys.modules["__main__"] = empty
        try:
            yield
        finally:
            sys.path[:] = path
            if sys.modules["__main__"] is empty:  # else somebody has put another there, as Streamlit does
                sys.modules["__main__"] = program
            if safe is None:
                os.environ.pop(_SAFE_PATH, None)
            else:
                os.environ[_SAFE_PATH] = safe


def own_process() -> None:
    """Prepare a process that runs nothing but this program: settings in its working directory do not count.

    Matplotlib reads a file ``matplotlibrc`` there when it is first loaded, by whichever library; if there is one, it
    is loaded now, from elsewhere.
    """
    sys.path[:] = module_path()
    if os.path.lexists("matplotlibrc"):
        with suppress(ImportError):
            import_elsewhere("matplotlib", "matplotlibrc")


def import_elsewhere(name: str, settings: str) -> Any:
    """Import a library that would read the file `settings` in the working directory, without that file.

    If there is such a file, the library is loaded from another folder, to which the process goes for so long.
    """
    if name in sys.modules or not os.path.lexists(settings):
        return importlib.import_module(name)
    with _STARTING:
        before = os.open(".", os.O_RDONLY)  # a descriptor, since the folder may be renamed meanwhile
        try:
            os.chdir(Path(__file__).parent)
            return importlib.import_module(name)
        finally:
            os.chdir(before)
            os.close(before)
