"""What one firm, one provider or one official does: pure functions of plain numbers, to be read aloud.

Each rule is written once here. The engine compiles the rules and loops over firms; the Mesa model calls the
same functions one agent at a time. Money is in million RMB, rates are per year, time is in months unless a
name says otherwise, and draws are uniform in (0, 1).
"""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

from zhizao.compiled import compiled
from zhizao.errors import InputError
from zhizao.ideas.file import ideas_in_force, rules_source
from zhizao.rules import attention, business, market, progress, support, value

__all__ = ["ASK_EVERYONE", "OWN_RULES", "attention", "business", "market", "progress", "support", "value"]

_MODULES: tuple[ModuleType, ...] = (attention, business, market, progress, support, value)
OWN_RULES = rules_source()
"""The text of the file of ideas that replaces rules; empty where none does."""
ASK_EVERYONE = bool(OWN_RULES)
"""Whether the engine asks every firm every month. Whom it need not ask follows from the rules that ship, by which
exposure and support never make a firm look less; of the user's rules nothing is known."""


def _comes(draw: float, rate: float) -> bool:
    """Whether what comes at a rate per year comes this month, by any rule for the probability."""
    return bool(draw < attention.looking_probability(rate))


def _replace_rules(own: dict[str, Any], file: str) -> None:
    """Put the user's rules in the places of those of the same names, before anything is compiled."""
    homes = {name: module for module in _MODULES for name in vars(module)["__all__"]}
    if "looking_probability" in own:
        own = {"comes": _comes, **own}  # the one that ships leaves the probability out where it is sure of it
    problems = []
    for name, function in own.items():
        if name not in homes:
            problems.append(f"{file}: rule {name} replaces nothing; the rules are {', '.join(sorted(homes))}")
            continue
        wanted = list(inspect.signature(getattr(homes[name], name)).parameters)
        given = list(inspect.signature(function).parameters)
        if given != wanted:
            problems.append(f"{file}: rule {name}({', '.join(given)}) must take ({', '.join(wanted)})")
        else:
            setattr(homes[name], name, compiled(function))
    if problems:
        raise InputError(problems)


if OWN_RULES:
    _replace_rules(ideas_in_force().rules, ideas_in_force().file)
