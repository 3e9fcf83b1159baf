"""Arguments that have a new name: the old one is still understood until the next major version, with a warning."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, TypeVar, cast

__all__ = ["renamed"]

Function = TypeVar("Function", bound=Callable[..., Any])


def renamed(**names: str) -> Callable[[Function], Function]:
    """Let a function understand old names of its arguments: ``@renamed(register="firms")``."""

    def decorate(function: Function) -> Function:
        @functools.wraps(function)
        def understanding(*given: Any, **named: Any) -> Any:
            for old, new in names.items():
                if old in named:
                    if new in named:
                        raise TypeError(f"{function.__name__}() got {new} and its old name {old}; give {new} only")
                    notice = f"{function.__name__}(): the argument {old} is called {new} now"
                    warnings.warn(notice, DeprecationWarning, stacklevel=2)
                    named[new] = named.pop(old)
            return function(*given, **named)

        return cast("Function", understanding)

    return decorate
