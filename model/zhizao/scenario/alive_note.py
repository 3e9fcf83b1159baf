"""What there is to say of scenarios whose levers move nothing in the fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zhizao.errors import Message
from zhizao.scenario.scenario import Scenario

__all__ = ["not_alive_note"]


def not_alive_note(scenarios: Iterable[Scenario]) -> Iterator[Message]:
    """Say which levers that scenarios set move nothing in the fit, and in which scenarios they stand."""
    where: dict[str, list[str]] = {}
    for scenario in scenarios:
        for key in scenario.not_alive:
            where.setdefault(key, []).append(scenario.name)
    if where:
        levers = [f"{key} ({', '.join(names)})" for key, names in where.items()]
        yield Message(
            f"not alive: {', '.join(levers)}; each moves nothing by itself in the fit (`zhizao responses`)",
            f"无作用的政策变量：{'、'.join(levers)}；在拟合结果中单独变动均无影响（`zhizao responses`）",
        )
