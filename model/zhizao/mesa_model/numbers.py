"""Numbers of the model as its tables and rules need them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any

from zhizao.parameters.registry import Parameters

__all__ = ["share", "variable_reporter", "with_floats"]


def share(flags: Iterable[bool]) -> float:
    """Return the share of `flags` that are true; 0 if there are none."""
    listed = list(flags)
    return sum(listed) / len(listed) if listed else 0.0


def variable_reporter(name: str) -> Callable[[Any], float]:
    """Return the reporter of one of the model's variables."""
    return lambda model: model.variables[name]


def with_floats(parameters: Parameters) -> Parameters:
    """Return the parameters with every number a float, so that compiled rules meet one kind of number."""

    def converted(group: Any) -> Any:
        return replace(
            group,
            **{
                field.name: tuple(map(float, held))
                if isinstance(held := getattr(group, field.name), tuple)
                else float(held)
                for field in fields(group)
            },
        )

    return replace(
        parameters, **{group.name: converted(getattr(parameters, group.name)) for group in fields(parameters)}
    )
