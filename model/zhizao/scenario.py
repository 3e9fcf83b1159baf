"""Scenarios: what policy was, is and could be, month by month, from short TOML files.

A file says only what differs from the scenario it extends. Changes are dated; those of the parent come first,
and those of one file in its order, so the policy of a month can be read off by going down the chain.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from zhizao.errors import InputError
from zhizao.files import shipped
from zhizao.parameters.registry import parameter_specifications
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.schedule import (
    MONTHS,
    Block,
    Settings,
    entries,
    gather_settings,
    in_words,
    month_index,
    month_name,
    read_value,
    unknown_key,
)
from zhizao.scenario_chain import find_scenario, read_chain
from zhizao.scenario_file import Network, ScenarioFile, Theme, problem_lines
from zhizao.scenario_schema import scenario_schema
from zhizao.scenario_stack import Member, split_stack, stacked_files, topmost

__all__ = [
    "MONTHS", "Scenario", "list_scenarios", "load_scenario", "month_index", "month_name", "parse_setting",
    "scenario_schema",
]  # fmt: skip

_COMMAND_LINE = "--set"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One scenario with everything it takes over from those it extends.

    Attributes
    ----------
    name, title, title_zh, question, question_zh, source
        What it is called, what it asks, and where its numbers come from.
    theme
        What its file says it is about, if anything.
    extends
        What its file says it extends, if anything; of stacked scenarios the first.
    path
        Its file; of stacked scenarios what they were asked for by.
    network
        Kind of network between firms.
    parameter_changes
        Values of parameters other than the declared ones, by key; an entry of a row has its own key, such as
        ``population.class_share.small``. `Parameters.changed` takes them as they are.
    parameter_files
        Name of the file that each of them came from.
    blocks
        Dated changes of policy in the order in which they hold.
    inputs
        Name and SHA-256 of every file read, the root of the chain first.
    """

    name: str
    title: str
    title_zh: str = ""
    question: str
    question_zh: str = ""
    source: str
    theme: Theme | None = None
    extends: str | None = None
    path: Path
    network: Network = "supply"
    parameter_changes: Settings = field(default_factory=dict)
    parameter_files: dict[str, str] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()

    def policies(self, months: int = MONTHS) -> list[Policy]:
        """Return the policy of each month from 2018-01 on; equal policies are one and the same object."""
        if not 0 <= months <= MONTHS:
            raise InputError(f"{months} months: a history has at most {MONTHS}, to {month_name(MONTHS - 1)}")
        return list(self._schedule[0][:months])

    @cached_property
    def _schedule(self) -> tuple[tuple[Policy, ...], dict[tuple[int, str], int]]:
        """The policy of each month, and what is out of bounds with the first month in which it is."""
        same: dict[Policy, Policy] = {}
        done: dict[tuple[int, ...], Policy] = {}
        policies: list[Policy] = []
        problems: dict[tuple[int, str], int] = {}
        for month in range(MONTHS):
            active = tuple(n for n, block in enumerate(self.blocks) if block.start <= month <= block.end)
            if active not in done:
                policy = Policy()
                for place in active:
                    policy, wrong = self.blocks[place].applied(policy)
                    for problem in wrong:
                        problems.setdefault((place, problem), month)
                done[active] = same.setdefault(policy, policy)
            policies.append(done[active])
        return tuple(policies), problems

    def resolved(self, month: int | str) -> list[tuple[str, float | str, str, str]]:
        """Return key, value, unit and file of every lever in one month and of every changed parameter.

        Parameters
        ----------
        month
            ``"2024-01"`` or its number. A value that no file decides has ``"default"`` for a file.
        """
        index = month_index(month) if isinstance(month, str) else month_index(month_name(month))
        policy = self._schedule[0][index]
        files: dict[str, str] = {}
        for block in self.blocks:
            if block.start <= index <= block.end:
                files |= dict.fromkeys(block.keys(), block.file)
        rows: list[tuple[str, float | str, str, str]] = []
        for spec in lever_specifications().values():
            for key in entries(spec):
                value = read_value(policy, key)
                value = value if isinstance(value, str) else float(value)
                rows.append((key, value, spec.unit, files.get(key, "default")))
        for spec in parameter_specifications().values():
            for key in entries(spec):
                if key in self.parameter_changes:
                    rows.append((key, self.parameter_changes[key], spec.unit, self.parameter_files[key]))
        return rows

    def with_changes(self, values: Mapping[str, Any], start: str = "2024-01") -> Scenario:
        """Return a copy with other values: levers from `start` on, parameters throughout.

        Parameters
        ----------
        values
            Values by dotted key, such as ``{"grants.rate.light": 0.5, "population.firms": 800}``.
        start
            First month in which the levers hold.

        Raises
        ------
        InputError
            Naming every key that is unknown (with the nearest) or out of bounds.
        """
        problems: list[str] = []
        groups: list[dict[str, Any]] = [{}, {}]
        registries = (lever_specifications(), parameter_specifications())
        for key, value in values.items():
            is_known = [str(key) in names or str(key).rpartition(".")[0] in names for names in registries]
            if any(is_known):
                groups[is_known.index(True)][str(key)] = value
            else:
                problems.append(unknown_key(str(key), value, registries[0] | registries[1]))
        levers, wrong = gather_settings(groups[0], registries[0])
        parameters, wrong_too = gather_settings(groups[1], registries[1])
        first = 0
        try:
            first = month_index(start)
        except InputError as error:
            problems += error.problems
        if lines := problem_lines(_COMMAND_LINE, [*problems, *wrong, *wrong_too]):
            raise InputError(lines)
        block = Block(start=first, settings=levers, file=_COMMAND_LINE, place=f"from {start}")
        changed = self.followed_by(block) if levers else self
        return changed._with_parameters(parameters) if parameters else changed

    def followed_by(self, block: Block) -> Scenario:
        """Return a copy with one more dated change, which comes after all others.

        Its policies are made from those of this scenario, so that a study can try thousands of changes.
        """
        policies, found = self._schedule
        problems = dict(found)
        done: dict[int, tuple[Policy, list[str]]] = {}
        same = {policy: policy for policy in {id(policy): policy for policy in policies}.values()}
        later: list[Policy] = []
        for month, policy in enumerate(policies):
            if block.start <= month <= block.end:
                if id(policy) not in done:
                    after, wrong = block.applied(policy)
                    done[id(policy)] = (same.setdefault(after, after), wrong)
                policy, wrong = done[id(policy)]
                for problem in wrong:
                    problems.setdefault((len(self.blocks), problem), month)
            later.append(policy)
        changed = replace(self, blocks=(*self.blocks, block))
        changed.__dict__["_schedule"] = (tuple(later), problems)  # what the cached property would work out again
        return changed

    def _with_parameters(self, parameters: Settings) -> Scenario:
        changed = replace(
            self,
            parameter_changes=self.parameter_changes | parameters,
            parameter_files=self.parameter_files | dict.fromkeys(parameters, _COMMAND_LINE),
        )
        changed.__dict__["_schedule"] = self._schedule  # parameters are no policy
        return changed


def parse_setting(text: str) -> tuple[str, Any]:
    """Return key and value of ``"grants.rate=0.2"``; the value is as in TOML, but words need no quotes."""
    key, equals, written = (part.strip() for part in text.partition("="))
    label = f"{_COMMAND_LINE} {in_words(text)[1:-1]}"
    if not (key and equals and written):
        raise InputError(f"{label}: write it as key=value, such as grants.rate=0.2")
    if not text.isprintable() or len(text) > 1000:
        raise InputError(f"{label}: is longer than one short line; write one key=value each")
    try:
        return key, tomllib.loads(f"value = {written}")["value"]
    except RecursionError as error:
        raise InputError(f"{label}: is nested too deep; write key=value") from error
    except ValueError:
        return key, written


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read a scenario and all that it extends, or several stacked.

    Parameters
    ----------
    name_or_path
        Name of a shipped scenario, such as ``"baseline"``, or the path of a file. Several, joined by plus signs, as
        in ``"baseline+chain-leaders+light-vouchers"``, make one scenario with the changes of all. A `Path` is
        always one file.

    Raises
    ------
    InputError
        With every problem of every file of the chain, each naming file and key; of stacked scenarios also where
        two of them decide the same lever differently.
    """
    parts = split_stack(name_or_path) if isinstance(name_or_path, str) else [str(name_or_path)]
    if len(parts) > 1:
        return _stacked(parts)
    name, path, label = find_scenario(parts[0])
    return _assembled(name, read_chain(path, label))


def list_scenarios() -> list[Scenario]:
    """Return the shipped scenarios, the baseline first, then by name."""
    names = [path.stem for path in shipped("scenarios").glob("*.toml")]
    return [load_scenario(name) for name in sorted(names, key=lambda name: (name != "baseline", name))]


def _stacked(parts: list[str]) -> Scenario:
    """Stack scenarios; `InputError` names the problems of all."""
    scenarios: dict[str, Scenario] = {}
    members: list[Member] = []
    problems: list[str] = []
    for part in parts:
        try:
            name, path, label = find_scenario(part)
            files = read_chain(path, label)
            scenarios[part] = _assembled(name, files)
            members.append(Member(name=part, files=tuple(files), policies=tuple(scenarios[part].policies())))
        except InputError as error:
            problems += [line for line in error.problems if line not in problems]
    if problems:
        raise InputError(problems)
    stack = _assembled("+".join(scenario.name for scenario in scenarios.values()), stacked_files(members))
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


def _assembled(name: str, files: list[ScenarioFile]) -> Scenario:
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
        name=name, title=last.title, title_zh=last.title_zh, question=last.question,
        question_zh=last.question_zh, source=last.source, theme=last.theme, extends=last.extends, path=last.path,
        network=network, parameter_changes=parameters, parameter_files=origins,
        blocks=tuple(block for file in files for block in file.blocks),
        inputs=tuple((file.path.name, file.digest) for file in files),
    )  # fmt: skip
    labels = [file.label for file in files for _ in file.blocks]
    for (place, problem), month in scenario._schedule[1].items():
        where = f"key {problem} (under multiply, {scenario.blocks[place].place}, in {month_name(month)})"
        problems += problem_lines(labels[place], [where])
    if problems:
        raise InputError(problems[:100])
    return scenario
