"""Scenarios: what policy was, is and could be, month by month, from short TOML files.

A file says only what differs from the scenario it extends. What is read here becomes a `Scenario` (`definition`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from zhizao.calendar import MONTHS, month_index, month_name
from zhizao.errors import InputError, within
from zhizao.ideas.file import ideas_in_force
from zhizao.policy.conditional import outcomes_of, standing
from zhizao.policy.schedule import Settings
from zhizao.scenario.chain import find_scenario, own_scenarios, read_chain
from zhizao.scenario.conditions import too_many
from zhizao.scenario.definition import Scenario
from zhizao.scenario.file import Network, ScenarioFile, problem_lines
from zhizao.scenario.schema import scenario_schema
from zhizao.scenario.settings import GivenSettings, parse_setting
from zhizao.scenario.stack import Member, split_stack, stacked_files, topmost

__all__ = [
    "MONTHS",
    "GivenSettings",
    "Scenario",
    "list_scenarios",
    "load_scenario",
    "month_index",
    "month_name",
    "parse_setting",
    "scenario_schema",
]


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read a scenario and all that it extends, or several stacked.

    Parameters
    ----------
    name_or_path
        Name of a shipped scenario, such as ``"baseline"``, or the path of a file. Several, joined by plus signs, as
        in ``"baseline+chain-leaders+light-vouchers"``, make one scenario with the changes of all. A `Path` is
        always one file. Instruments of the file of ideas are named like scenarios, after the first.

    Raises
    ------
    InputError
        With every problem of every file of the chain, each naming file and key; of stacked scenarios also where
        two of them decide the same lever differently.
    """
    parts = split_stack(name_or_path) if isinstance(name_or_path, str) else [str(name_or_path)]
    own = ideas_in_force().instruments if isinstance(name_or_path, str) else {}
    if chosen := [own[part] for part in parts[1:] if part in own]:
        rest = [part for place, part in enumerate(parts) if place == 0 or part not in own]
        return load_scenario("+".join(rest)).with_instruments(*chosen)
    if len(parts) > 1:
        return _stacked(parts)
    name, path, label = find_scenario(parts[0])
    return _assembled(name, tuple(read_chain(path, label)))


def list_scenarios() -> list[Scenario]:
    """Return the scenarios of the district in force, the baseline first, then by name."""
    return [load_scenario(name) for name in own_scenarios()]


def _stacked(parts: list[str]) -> Scenario:
    """Stack scenarios; `InputError` names the problems of all."""
    scenarios: dict[str, Scenario] = {}
    members: list[Member] = []
    problems: list[str] = []
    for part in parts:
        try:
            name, path, label = find_scenario(part)
            files = tuple(read_chain(path, label))
            scenarios[part] = _assembled(name, files)
            members.append(Member(name=part, files=files, policies=tuple(scenarios[part].policies())))
        except InputError as error:
            problems += [line for line in error.problems if line not in problems]
    if problems:
        raise InputError(problems)
    stack = _assembled("+".join(scenario.name for scenario in scenarios.values()), tuple(stacked_files(members)))
    shown = [scenarios[member.name] for member in topmost(members)]
    return replace(
        stack,
        title=" + ".join(scenario.title for scenario in shown),
        title_zh=" + ".join(scenario.title_zh or scenario.title for scenario in shown),
        question=" ".join(scenario.question for scenario in shown),
        question_zh="".join(scenario.question_zh or scenario.question for scenario in shown),
        source="; ".join(dict.fromkeys(scenario.source for scenario in shown)),
        theme=None,
        extends=parts[0],
        path=Path("+".join(parts)),
    )


@lru_cache(maxsize=128)
def _assembled(name: str, files: tuple[ScenarioFile, ...]) -> Scenario:
    """Put a chain of files together; raise `InputError` with all their problems."""
    problems = [problem for file in reversed(files) for problem in file.problems]
    if problems:
        raise InputError(problems)
    last = files[-1]
    parameters: Settings = {}
    origins: dict[str, str] = {}
    network: Network = "supply"
    for file in files:
        parameters |= file.parameters
        origins |= dict.fromkeys(file.parameters, file.path.name)
        network = file.network or network
    scenario = Scenario(
        name=name,
        title=last.title,
        title_zh=last.title_zh,
        question=last.question,
        question_zh=last.question_zh,
        source=last.source,
        theme=last.theme,
        extends=last.extends,
        path=last.path,
        network=network,
        parameter_changes=parameters,
        parameter_files=origins,
        blocks=tuple(block for file in files for block in file.blocks),
        inputs=tuple((file.path.name, file.digest) for file in files),
    )
    if problems := [*too_many(last.label, scenario.blocks)] or [*_out_of_bounds(scenario, files)]:
        raise InputError(list(dict.fromkeys(problems))[:100])
    return scenario


def _out_of_bounds(scenario: Scenario, files: Sequence[ScenarioFile]) -> Iterator[str]:
    """Yield what a factor carries out of bounds, whatever the changes depend on."""
    labels = [file.label for file in files for _ in file.blocks]
    for held in outcomes_of(scenario.blocks):
        kept = standing(scenario.blocks, held)
        blocks = [replace(scenario.blocks[place], when=None) for place in kept]
        fixed = replace(scenario, blocks=tuple(blocks)) if held else scenario
        places = kept if held else range(len(scenario.blocks))
        for (place, problem), month in fixed.out_of_bounds.items():
            when = month_name(month)
            english = f" (under multiply, {fixed.blocks[place].place}, in {when})"
            line = within(problem, ("key ", "键 "), (english, f"（在 multiply 下，{when}）"))
            yield from problem_lines(labels[places[place]], [line])
