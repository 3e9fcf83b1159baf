"""One scenario: its policy of every month, and copies of it with other values.

Changes are dated; those of the parent come first, and those of one file by the months they begin in (two of one month
in the order of the file), so the policy of a month can be read off by going down the chain.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from zhizao.calendar import BRANCH, MONTHS, START, month_index, month_name
from zhizao.errors import InputError
from zhizao.evidence.alive import not_alive
from zhizao.ideas.declare import OwnInstrument
from zhizao.parameters.registry import Parameters, parameter_specifications
from zhizao.parameters.specification import python_value
from zhizao.policy.announced import Announcement, announcements
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.schedule import Block, Settings, entries, gather_settings, read_value, unknown_key
from zhizao.results.shown import html_table
from zhizao.scenario.chain import is_own
from zhizao.scenario.file import Network, Theme, problem_lines
from zhizao.scenario.settings import COMMAND_LINE, start_problems, wrong_names
from zhizao.scenario.stack import split_stack

__all__ = ["Scenario"]

_IN_PYTHON = "changes"
_BESIDE = (COMMAND_LINE, _IN_PYTHON, "settings")


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
    instruments
        The user's own instruments that act beside its policy.
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
    instruments: tuple[type[OwnInstrument], ...] = ()

    def __repr__(self) -> str:
        own = f", {len(self.parameter_changes)} parameters of its own" if self.parameter_changes else ""
        return f"<Scenario {self.name}: {self.title}; {len(self.blocks)} changes{own}; see .resolved('{BRANCH}')>"

    def _repr_html_(self) -> str:
        import pandas as pd  # here, because it is heavy

        rows = [row for row in self.resolved(BRANCH) if row[3] != "default"]
        table = pd.DataFrame(rows, columns=["key", f"value in {BRANCH}", "unit", "file"])
        return html_table(repr(self), table)

    def policies(self, months: int = MONTHS) -> list[Policy]:
        """Return the policy of each month from the first on; equal policies are one and the same object."""
        if not 0 <= months <= MONTHS:
            raise InputError(
                f"{months} months: a history has at most {MONTHS}, to {month_name(MONTHS - 1)}; ask for fewer"
            )
        return list(self._schedule[0][:months])

    def announced(self, months: int = MONTHS) -> tuple[Announcement | None, ...]:
        """Return what is known of later policy in each month from the first on; empty where nothing is announced."""
        return announcements(self.fixed_blocks, self.policies(months))

    @property
    def is_shock(self) -> bool:
        """Whether it is something that befalls the district, which nobody chooses."""
        return self.theme == "shock"

    @property
    def fixed_blocks(self) -> tuple[Block, ...]:
        """The changes that hold whatever happens; `policies` are theirs (`zhizao.scenario.adapting` has the others)."""
        return tuple(block for block in self.blocks if block.when is None)

    @property
    def out_of_bounds(self) -> dict[tuple[int, str], int]:
        """What is out of bounds, with the place of the change in `blocks`, and the first month in which it is."""
        return self._schedule[1]

    @cached_property
    def _schedule(self) -> tuple[tuple[Policy, ...], dict[tuple[int, str], int]]:
        """The policy of each month, and what is out of bounds with the first month in which it is."""
        same: dict[Policy, Policy] = {}
        done: dict[tuple[int, ...], Policy] = {}
        policies: list[Policy] = []
        problems: dict[tuple[int, str], int] = {}
        for month in range(MONTHS):
            active = tuple(
                n for n, block in enumerate(self.blocks) if block.start <= month <= block.end and block.when is None
            )
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
            ``"YYYY-MM"`` or its number. A value that no file decides has ``"default"`` for a file.
        """
        index = month_index(month) if isinstance(month, str) else month_index(month_name(month))
        policy = self._schedule[0][index]
        files: dict[str, str] = {}
        for block in self.fixed_blocks:
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

    def with_changes(
        self, values: Mapping[str, Any], start: str = BRANCH, *, name: str | None = None, title: str | None = None
    ) -> Scenario:
        """Return a copy with other values: levers from `start` on, parameters throughout.

        Parameters
        ----------
        values
            Values by dotted key, such as ``{"grants.rate.light": 0.5, "population.firms": 800}``.
        start
            First month in which the levers hold.
        name, title
            What the copy is called; as this one if not given. A `title` is used in Chinese output as well.

        Raises
        ------
        InputError
            Naming every key that is unknown (with the nearest) or out of bounds.
        """
        said_in = getattr(values, "said_in", _IN_PYTHON)
        problems = wrong_names(name, title)
        groups: list[dict[str, Any]] = [{}, {}]
        registries = (lever_specifications(), parameter_specifications())
        for key, given in values.items():
            value = python_value(given)
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
        if lines := problem_lines(said_in, [*problems, *wrong, *wrong_too]):
            raise InputError(lines)
        block = Block(start=first, settings=levers, file=said_in, place=f"from {start}")
        changed = self.followed_by(block) if levers else self
        changed = changed._with_parameters(parameters, said_in) if parameters else changed
        return changed._called(name, title)

    def beginning_with(self, values: Mapping[str, Any]) -> Scenario:
        """Return a copy with other values from the first month on; what the scenario changes later holds from then.

        Parameters
        ----------
        values
            Values by dotted key; parameters hold throughout.

        Raises
        ------
        InputError
            As `with_changes` does.
        """
        changed = self.with_changes(values, START)
        if changed.blocks == self.blocks:
            return changed
        *others, block = changed.blocks
        first = max((number + 1 for number, other in enumerate(others) if other.start <= block.start), default=0)
        return replace(changed, blocks=(*others[:first], block, *others[first:]))

    def _called(self, name: str | None, title: str | None) -> Scenario:
        names = {"name": name} if name is not None else {}
        names |= {"title": title, "title_zh": title} if title is not None else {}
        if not names:
            return self
        changed = replace(self, **names)  # type: ignore[arg-type]
        changed.__dict__["_schedule"] = self._schedule
        return changed

    def with_instruments(self, *instruments: type[OwnInstrument]) -> Scenario:
        """Return a copy in which the user's own instruments act as well; its name says so.

        Raises
        ------
        InputError
            If one is not a class of instruments, is there twice, or would act before the branch.
        """
        problems = [
            f"{kind!r} is not an instrument; give subclasses of zhizao.OwnInstrument"
            for kind in instruments
            if not (isinstance(kind, type) and issubclass(kind, OwnInstrument))
        ]
        if problems:
            raise InputError(problems)
        together = (*self.instruments, *instruments)
        names = [kind.name for kind in together]
        problems += [f"instrument {name} is there twice; name it once" for name in set(names) if names.count(name) > 1]
        for kind in instruments:
            problems += [f"instrument {kind.name}: {line}" for line in start_problems(kind.start)]
        if problems:
            raise InputError(problems)
        changed = replace(
            self,
            instruments=together,
            name="+".join([self.name, *(kind.name for kind in instruments)]),
            title=" + ".join([self.title, *(kind.english for kind in instruments)]),
            title_zh=" + ".join([self.title_zh or self.title, *(kind.chinese for kind in instruments)]),
        )
        changed.__dict__["_schedule"] = self._schedule
        return changed

    @cached_property
    def remarks(self) -> tuple[str, ...]:
        """What the user should know of the scenario: that it stands alone, and levers without effect, with the reason.

        Asked about are its own changes and not those of the scenarios that it extends.
        """
        remarks = importlib.import_module("zhizao.scenario.remarks")  # here, because it needs compiled rules
        parameters = Parameters().changed(self.parameter_changes)
        checked = is_own(self.path)  # `zhizao district check` sees to the files of the district
        own = [block for block in self._own_blocks if block.file in _BESIDE or not checked]
        written = [block for block in self.blocks if block.file not in _BESIDE]
        alone = [] if self.extends else remarks.alone_remarks(written)
        return (*alone, *remarks.lever_remarks(self.blocks, own, MONTHS, parameters))

    @property
    def _own_blocks(self) -> list[Block]:
        """The changes of its own file, of stacked ones each, and what was set beside it."""
        parts = split_stack(str(self.path))
        own = {Path(part).name.removesuffix(".toml") for part in parts}
        return [block for block in self.blocks if block.file in _BESIDE or block.file.removesuffix(".toml") in own]

    @cached_property
    def not_alive(self) -> tuple[str, ...]:
        """The levers that it sets and that move nothing in the district's fit, as `zhizao responses` has found.

        A scenario that extends no other has none: it is the policy in which they were moved.

        Raises
        ------
        InputError
            If what was found cannot be read.
        """
        if not self.extends:
            return ()
        set_ = (not_alive(key, value) for block in self._own_blocks for key, value in block.settings.items())
        multiplied = (not_alive(key) for block in self._own_blocks for key in block.factors)
        return tuple(dict.fromkeys(key for key in (*set_, *multiplied) if key))

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

    def _with_parameters(self, parameters: Settings, said_in: str) -> Scenario:
        changed = replace(
            self,
            parameter_changes=self.parameter_changes | parameters,
            parameter_files=self.parameter_files | dict.fromkeys(parameters, said_in),
        )
        changed.__dict__["_schedule"] = self._schedule  # parameters are not part of the policy
        return changed
