"""How a function that only compiled code calls becomes part of its callers: once, when the whole is made.

Numba optimises every function on its own and turns it into machine code, then again within each of its callers, and
so on upwards. Here a part stays as it was first written down; the whole that is called from Python takes in all its
parts, and only then is all of it optimised, once, and turned into machine code. What a part is inlined into is the
optimiser's choice: the more is inlined, the longer it takes, by much more than in proportion.

This builds on how Numba keeps code, which a new release may change. So it is first tried on two small functions; if
that fails, Numba compiles as it always does: longer, to the same results.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import Any

from zhizao.garbage import not_looked_for

__all__ = ["apart", "entry", "let_part_stand_for", "part", "whole"]


def _numba(module: str) -> Any:
    return importlib.import_module(f"numba.{module}")


_CodeLibrary = _numba("core.codegen").JITCodeLibrary
_Compiler, _Passes = _numba("core.compiler").CompilerBase, _numba("core.compiler").DefaultPassBuilder
_Lowering, _register_pass = _numba("core.typed_passes").NativeLowering, _numba("core.compiler_machinery").register_pass
_usual, _FlagsOfNumba = _numba("core.compiler").Compiler, _numba("core.compiler").Flags
_external = importlib.import_module("llvmlite.binding").Linkage.external

_NOT_NEEDED = frozenset(
    {
        "AnnotateTypes",
        "DumpParforDiagnostics",
        "FindLiterallyCalls",
        "InlineClosureLikes",
        "LiteralPropagationSubPipelinePass",
        "LiteralUnroll",
        "MakeFunctionToJitFunction",
        "NoPythonSupportedFeatureValidation",
        "NopythonRewrites",
        "RewriteDynamicRaises",
        "WithLifting",
    }
)
"""Steps for what no part does: functions within functions, ``with``, whole arrays at once, annotated listings."""


class _PartLibrary(_CodeLibrary):  # type: ignore[misc, valid-type]
    """The code of a part, as it was written down: neither optimised nor turned into machine code."""

    _shared_module: Any

    def _optimize_functions(self, ll_module: Any) -> None:
        """Leave it to the whole."""

    def finalize(self) -> None:
        """Let the same part be in several wholes, and leave everything else to them."""
        self._raise_if_finalized()
        for function in _defined(self._final_module):
            if function.linkage == _external:
                self._prepare(function)
        self._finalized = True

    def _prepare(self, function: Any) -> None:
        function.linkage = "linkonce_odr"

    def _get_module_for_linking(self) -> Any:
        """Return the code with that of all parts it calls, and of those that they call."""
        if self._shared_module is None:
            self._shared_module = self._final_module.clone()
            for library in self._called({}):
                own = library._final_module if isinstance(library, _PartLibrary) else library._get_module_for_linking()
                self._shared_module.link_in(own, preserve=True)
        return self._shared_module

    def _called(self, found: dict[Any, None]) -> dict[Any, None]:
        for library in self._linking_libraries:
            if library not in found:
                found[library] = None
                if isinstance(library, _PartLibrary):
                    library._called(found)
        return found


class _ApartLibrary(_PartLibrary):
    """The code of a part that is never inlined."""

    def _prepare(self, function: Any) -> None:
        super()._prepare(function)
        function.add_function_attribute("noinline")


class _EntryLibrary(_CodeLibrary):  # type: ignore[misc, valid-type]
    """The code of what Python calls."""

    def serialize_using_object_code(self) -> tuple[str, str, tuple[bytes, bytes]]:
        """Return what is kept for the next start: machine code, and the names in it.

        Numba also keeps what others could be linked with, twelve times as much, and goes through it at each start. But
        nothing is linked with this: where compiled code calls the function, its part stands for it.
        """
        self._ensure_finalized()
        return self.name, "object", (self._get_compiled_object(), _names_alone(self._final_module))


class _WholeLibrary(_EntryLibrary):
    """The code of a whole: all parts are its own, so that it can be optimised as one, and once."""

    def _optimize_functions(self, ll_module: Any) -> None:
        """Leave it until all parts are there."""

    def _optimize_final_module(self) -> None:
        own = [function for function in _defined(self._final_module) if function.linkage != _external]
        entrance = next(function.name for function in _defined(self._final_module) if function.linkage == _external)
        for number, function in enumerate(own):
            function.linkage = "internal"
            function.name = f"{entrance}.{number}"  # the loader takes equal names of two wholes for one function
        manager, builder = self._codegen._module_pass_manager()
        manager.run(self._final_module, builder)


def _names_alone(module: Any) -> bytes:
    """Return a module that defines the same names, and nothing else of each."""
    functions = [one.name for one in _defined(module) if one.linkage == _external]
    variables = [one.name for one in module.global_variables if not one.is_declaration]
    lines = [f'define void @"{name}"() {{ ret void }}' for name in functions]
    lines += [f'@"{name}" = global i8 0' for name in variables]
    names: bytes = importlib.import_module("llvmlite.binding").parse_assembly("\n".join(lines)).as_bitcode()
    return names


def _defined(module: Any) -> list[Any]:
    return [function for function in module.functions if not function.is_declaration]


@_register_pass(mutates_CFG=True, analysis_only=False)
class _PartLowering(_Lowering):  # type: ignore[misc, valid-type]
    """Writes a part down, and makes it known to its callers; there is nothing that Python could call."""

    _name = "zhizao_part_lowering"

    def run_pass(self, state: Any) -> bool:
        state.flags.no_compile = True
        super().run_pass(state)
        written, library = state["cr"], [state.library]
        name = state.func_id.func_name
        nothing = _numba("_dynfunc").make_function(written.fndesc.lookup_module(), name, "", 0, written.env, library)
        state.targetctx.insert_user_function(nothing, written.fndesc, library)
        state["cr"] = written._replace(cfunc=nothing)
        return True


class _Flags(_FlagsOfNumba):  # type: ignore[misc, valid-type]
    """How a function is compiled; made out at once, since Numba asks at every call within the function."""

    def values(self) -> dict[str, Any]:
        return {**_DEFAULTS, **self._values}


_DEFAULTS = {name: option.default for name, option in _Flags.options.items()}


class _EntryCompiler(_Compiler):  # type: ignore[misc, valid-type]
    """Compiles what Python calls as Numba does."""

    library = _EntryLibrary

    def compile_extra(self, func: Any) -> Any:
        self.state.flags = _Flags(self.state.flags)
        with not_looked_for():
            return super().compile_extra(func)

    def define_pipelines(self) -> list[Any]:
        self.state.library = self.library(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        self.state.library.enable_object_caching()
        return [_Passes.define_nopython_pipeline(self.state)]


class _WholeCompiler(_EntryCompiler):
    """Compiles what holds many parts and keeps no reference counts."""

    library = _WholeLibrary


class _PartCompiler(_EntryCompiler):
    """Writes down what only compiled code calls."""

    library = _PartLibrary

    def define_pipelines(self) -> list[Any]:
        [manager] = super().define_pipelines()
        steps = [(step, why) for step, why in manager.passes if step.__name__ not in _NOT_NEEDED]
        manager.passes = [(_PartLowering if step is _Lowering else step, why) for step, why in steps]
        manager.finalize()
        return [manager]


class _ApartCompiler(_PartCompiler):
    """Writes down what only compiled code calls, and what is not to be inlined there."""

    library = _ApartLibrary


def entry(*state: Any) -> Any:
    """Return Numba's compiler for a function that Python calls."""
    return (_EntryCompiler if _works() else _usual)(*state)


def whole(*state: Any) -> Any:
    """Return Numba's compiler for a function that Python calls and that holds most of what it needs."""
    return (_WholeCompiler if _works() else _usual)(*state)


def part(*state: Any) -> Any:
    """Return Numba's compiler for a function that only compiled code calls."""
    return (_PartCompiler if _works() else _usual)(*state)


def apart(*state: Any) -> Any:
    """Return Numba's compiler for a function that only compiled code calls, and that stays apart from its callers."""
    return (_ApartCompiler if _works() else _usual)(*state)


def let_part_stand_for(called: Any, its_part: Any) -> None:
    """Let compiled callers of a function take its part, so that the way in from Python is made only for Python."""
    with suppress(AttributeError):
        own = {name: getattr(called, name) for name in ("get_call_template", "get_overload")}
        for name, method in own.items():
            setattr(called, name, _either(method, getattr(its_part, name)))


def _either(own: Callable[..., Any], of_part: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments: (of_part if _works() else own)(*arguments)


@cache
def _works() -> bool:
    """Try it: with another release of Numba it might not."""
    compiled: Any = partial(importlib.import_module("numba").njit, no_cfunc_wrapper=True, _nrt=False, nogil=True)
    try:
        doubled = compiled(pipeline_class=_PartCompiler, no_cpython_wrapper=True)(_doubled)
        tried = compiled(pipeline_class=_WholeCompiler)(lambda number: doubled(number) + 1.0)
        return bool(tried(2.0) == 5.0)
    except Exception:  # whatever is different: compiling as usual always works
        return False


def _doubled(number: float) -> float:
    return 2.0 * number
