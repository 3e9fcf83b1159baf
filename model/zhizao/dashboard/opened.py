"""A scenario file that is opened on the page: the view that it stands for, and what of it the page cannot hold."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from zhizao.dashboard.address import view_of_query
from zhizao.dashboard.levers import in_force, moved
from zhizao.dashboard.view import View, own_scenario
from zhizao.errors import InputError, Message
from zhizao.policy.conditional import outcomes_of, signposts_of
from zhizao.scenario.adapting import settled
from zhizao.scenario.chain import own_scenarios
from zhizao.scenario.scenario import Scenario, load_scenario

__all__ = ["MARK", "opened_view"]

MARK = "# view: "
"""What begins the line of a file in which the page wrote its view."""
_LARGEST = 1_000_000


def opened_view(name: str, content: bytes, until: tuple[str, ...], fits: tuple[str, ...]) -> View:
    """Return the view of a scenario file.

    Parameters
    ----------
    name
        As the user calls the file, for messages alone.
    content
        Its bytes.
    until, fits
        As for `view_of`.

    Raises
    ------
    InputError
        If it cannot be read as a scenario, or changes what the levers of the page cannot: several dates, or parameters.
    """
    if len(content) > _LARGEST:
        raise InputError(Message(f"{name}: is too large for a scenario", f"{name}：文件过大，不是情景文件"))
    scenario = _loaded(name, content)
    text = content.decode("utf-8-sig", "replace")
    noted = next((line for line in text.splitlines() if line.startswith(MARK)), "")
    view = view_of_query(noted.removeprefix(MARK).strip(), until, fits) if noted else None
    if view is not None and _same(own_scenario(view), scenario):
        return view
    return _taken_apart(name, scenario)


def _loaded(name: str, content: bytes) -> Scenario:
    with tempfile.TemporaryDirectory(prefix="zhizao-") as folder:
        file = Path(folder) / "scenario.toml"
        file.write_bytes(content)
        try:
            return load_scenario(str(file))
        except InputError as error:
            raise InputError([line.replace(str(file), name) for line in error.problems]) from None


def _taken_apart(name: str, scenario: Scenario) -> View:
    """Return a file of somebody's own as the scenario it extends and levers moved from the branch on."""
    base = scenario.extends if scenario.extends in own_scenarios() else own_scenarios()[0]
    start = in_force(load_scenario(base))
    view = View(scenarios=(base,), levers=tuple(moved(in_force(scenario), start).items()))
    if not _same(own_scenario(view), scenario):
        raise InputError(
            Message(
                f"{name}: changes what this page has no inputs for (other months, or parameters); compare it by "
                f"zhizao compare {base} {name}",
                f"{name}：包含本页无法设置的内容（其他月份的调整或参数）；请用命令比较：zhizao compare {base} {name}",
            )
        )
    return view


def _same(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios are the same in every month, whatever is seen by then, and in their parameters."""
    return (
        signposts_of(one.blocks) == signposts_of(other.blocks)
        and one.parameter_changes == other.parameter_changes
        and one.network == other.network
        and all(_months(settled(one, held)) == _months(settled(other, held)) for held in outcomes_of(one.blocks))
    )


def _months(fixed: Scenario) -> tuple[Any, ...]:
    """Return what a scenario that depends on nothing does in every month, and what it announces."""
    return fixed.policies(), fixed.announced()
