"""A tuple of many arrays handed on by reference: compiled functions get its address, and no copy.

Numba hands a tuple over as all that its arrays consist of: hundreds of numbers at each call, that all have to be
written down, optimised and moved about. Handed on by reference, it is one.
"""

from __future__ import annotations

import hashlib
import importlib
from typing import Any

from zhizao.compiled import numba

__all__ = ["by_reference"]

_types, _extending = numba.core.types, numba.extending
_templates = importlib.import_module("numba.core.typing.templates")


class Reference(_types.Type):  # type: ignore[misc, name-defined]
    """Numba's type of where a named tuple is; its fields are read like those of the tuple.

    Parameters
    ----------
    whole
        Numba's type of the tuple.
    """

    def __init__(self, whole: Any) -> None:
        self.whole = whole
        digest = hashlib.sha256(whole.name.encode()).hexdigest()[:12]
        super().__init__(name=f"{whole.instance_class.__name__}_{digest}")  # in the name of every function it goes to

    @property
    def key(self) -> Any:
        """What distinguishes it from others."""
        return self.whole


@_extending.register_model(Reference)
class _Address(_extending.models.PrimitiveModel):  # type: ignore[misc, name-defined]
    def __init__(self, manager: Any, kind: Reference) -> None:
        super().__init__(manager, kind, manager.lookup(kind.whole).get_value_type().as_pointer())

    def from_argument(self, builder: Any, value: Any) -> Any:
        value.add_attribute("noalias")  # nothing is ever written there, so it need not be read again after a write
        return value


@_extending.infer_getattr
class _Fields(_templates.AttributeTemplate):  # type: ignore[misc, name-defined]
    key = Reference

    def generic_resolve(self, kind: Reference, name: str) -> Any:
        fields = kind.whole.fields
        return kind.whole.types[fields.index(name)] if name in fields else None


@_extending.lower_getattr_generic(Reference)  # type: ignore[untyped-decorator]
def _read(_context: Any, builder: Any, kind: Reference, address: Any, name: str) -> Any:
    number = importlib.import_module("llvmlite.ir").IntType(32)
    place = number(kind.whole.fields.index(name))
    return builder.load(builder.gep(address, [number(0), place], inbounds=True))


def _refer(_context: Any, whole: Any) -> Any:
    """Return the address of a tuple in the caller's own memory, where it stays while the caller runs."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return numba.core.cgutils.alloca_once_value(builder, arguments[0])

    return Reference(whole)(whole), generate


def _itself(whole: Any) -> Any:
    """Return it: uncompiled code hands everything on by reference."""
    return whole


by_reference: Any = _itself if numba.config.DISABLE_JIT else _extending.intrinsic(_refer)
"""Have a named tuple handed on by reference to the compiled functions that are called with the result."""
