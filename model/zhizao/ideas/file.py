"""A file of ideas: read once, in the process that uses it, from where the user says it is.

The file is Python, and it is run: only use a file that you trust. The file is named in the environment
variable ``ZHIZAO_IDEAS``, so that the processes of a sweep read the same one; `zhizao --ideas FILE` and `use_ideas`
set it.
"""

from __future__ import annotations

import ast
import copyreg
import hashlib
import importlib.util
import os
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from zhizao.errors import InputError, at_place
from zhizao.ideas.declare import Ideas, InstrumentKind, OwnInstrument, OwnOutcome, is_rule

__all__ = ["VARIABLE", "ideas_in_force", "rules_source", "use_ideas"]

VARIABLE = "ZHIZAO_IDEAS"
"""The environment variable that names the file of ideas."""
_MODULE = "zhizao_ideas_of_the_user"
_MOST_BYTES = 1_000_000


def use_ideas(file: str | Path | None) -> Ideas:
    """Use the ideas of a file in everything that this process and those it starts do from now on.

    Parameters
    ----------
    file
        A Python file; None for none.

    Raises
    ------
    InputError
        If the file cannot be read or run, declares nothing, or has rules when the engine is already loaded.
    """
    if file is None:
        os.environ.pop(VARIABLE, None)
        return Ideas()
    path = Path(file).absolute()
    os.environ[VARIABLE] = str(path)
    try:
        loaded = "zhizao.rules" in sys.modules
        before = _rules_in_force() if loaded else b""
        if loaded and before != rules_source():
            raise InputError(
                f"{file}: has rules, and the engine is loaded already; call use_ideas before the first study, or set "
                f"{VARIABLE}"
            )
        return ideas_in_force()
    except InputError:
        os.environ.pop(VARIABLE, None)
        raise


def _rules_in_force() -> bytes:
    in_force: bytes = getattr(sys.modules["zhizao.rules"], "OWN_RULES", b"")
    return in_force


def ideas_in_force() -> Ideas:
    """Return the ideas of the file that the environment names; none if it names none.

    Raises
    ------
    InputError
        If the file cannot be read or run, or declares nothing.
    """
    named = os.environ.get(VARIABLE, "")
    return _ideas_of(named, hashlib.sha256(_source(named)).hexdigest()) if named else Ideas()


def _instrument(name: str) -> type[OwnInstrument]:
    """Return an instrument of the file of ideas in force, by name: how other processes get it."""
    try:
        return ideas_in_force().instruments[name]
    except KeyError as error:
        raise InputError(f"instrument {name} is not in the file of ideas of this process") from error


def _by_name(kind: type[OwnInstrument]) -> tuple[Any, tuple[str]]:
    if ideas_in_force().instruments.get(kind.name) is not kind:
        raise InputError(f"instrument {kind.name}: other processes cannot find it; put it into a file of ideas")
    return _instrument, (kind.name,)


copyreg.pickle(InstrumentKind, _by_name)  # type: ignore[arg-type]


def rules_source() -> bytes:
    """Return the file's text if it replaces rules, else nothing: compiled code is kept apart by it.

    The file is not run for this.
    """
    named = os.environ.get(VARIABLE, "")
    if not named:
        return b""
    text = _source(named)
    marked = (
        isinstance(node, ast.FunctionDef) and any(_is_mark(mark) for mark in node.decorator_list)
        for node in _tree(named, text).body
    )
    return text if any(marked) else b""


def _is_mark(mark: ast.expr) -> bool:
    return (mark.id if isinstance(mark, ast.Name) else getattr(mark, "attr", "")) == "rule"


def _source(named: str) -> bytes:
    path = Path(named)
    try:
        if not path.is_file():
            raise InputError(f"{named}: is not a file; name a Python file with your ideas")
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{named}: is larger than 1 MB; name a Python file with your ideas")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{named}: cannot be read ({error.strerror}); name a Python file with your ideas") from error


def _tree(named: str, text: bytes) -> ast.Module:
    try:
        return ast.parse(text, filename=named)
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise InputError(f"{named}{line}: is not Python ({error.args[0]}); correct it") from error


@cache
def _ideas_of(named: str, sha256: str) -> Ideas:
    text = _source(named)
    module = _run(named, text)
    values = [value for name, value in vars(module).items() if not name.startswith("_")]
    mine = [value for value in values if getattr(value, "__module__", _MODULE) == _MODULE]
    models = [value for value in mine if isinstance(value, type) and hasattr(value, "firm_class")]
    found = Ideas(
        outcomes={value.name: value for value in values if isinstance(value, OwnOutcome)},
        instruments={
            value.name: value
            for value in mine
            if isinstance(value, type) and issubclass(value, OwnInstrument) and value is not OwnInstrument
        },
        rules={value.__name__: value for value in mine if is_rule(value)},
        model=models[-1] if models else None,
        file=named,
        sha256=sha256,
    )
    if not (found.outcomes or found.instruments or found.rules or found.model):
        raise InputError(
            f"{named}: declares no idea; use @zhizao.outcome(...), @zhizao.rule, or a subclass of "
            "zhizao.OwnInstrument or zhizao.mesa.DistrictModel"
        )
    return found


def _run(named: str, text: bytes) -> ModuleType:
    """Run the file as a module of its own name, which no import finds by place."""
    _tree(named, text)
    spec = importlib.util.spec_from_loader(_MODULE, loader=None, origin=named)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = named
    sys.modules[_MODULE] = module
    try:
        exec(compile(text, named, "exec"), vars(module))
    except InputError as error:
        raise InputError([at_place(named, line) for line in error.problems]) from error
    except Exception as error:
        raise InputError(f"{named}{_line_of(error, named)}: {type(error).__name__}: {error}; correct it") from error
    return module


def _line_of(error: BaseException, named: str) -> str:
    line, at = "", error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == named:
            line = f", line {at.tb_lineno}"
        at = at.tb_next
    return line
