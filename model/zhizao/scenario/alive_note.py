"""What there is to say of scenarios whose levers move nothing in the fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zhizao.errors import Message
from zhizao.parameter_words.names import choice_name, lever_name
from zhizao.scenario.scenario import Scenario
from zhizao.words.tables import Language, either, in_a_row

__all__ = ["not_alive_note"]


def not_alive_note(scenarios: Iterable[Scenario]) -> Iterator[Message]:
    """Say which levers that scenarios set move nothing in the fit, and in which scenarios they stand."""
    where: dict[str, list[Scenario]] = {}
    for scenario in scenarios:
        for key in scenario.not_alive:
            where.setdefault(key, []).append(scenario)
    if where:
        yield Message(
            f"levers that change nothing by themselves in this fit (`zhizao responses`): {_named(where, 'en')}",
            f"在拟合结果中单独变动均无影响的政策杠杆（`zhizao responses`）：{_named(where, 'zh')}",
        )


def _named(where: dict[str, list[Scenario]], language: Language) -> str:
    """Return levers by their names, each with the titles of the scenarios that set it."""
    found = []
    for key, scenarios in where.items():
        lever, _, choice = key.partition("=")
        name = lever_name(lever, language) + (f" “{choice_name(choice, language)}”" if choice else "")
        titles = in_a_row((either(one.title, one.title_zh, language) or one.name for one in scenarios), language)
        found.append(f"{name}（{titles}）" if language == "zh" else f"{name} ({titles})")
    return ("；" if language == "zh" else "; ").join(found)
