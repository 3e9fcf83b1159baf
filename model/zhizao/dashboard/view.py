"""What is set on the page, as a study: the scenarios it means, the commands and the file that give it again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zhizao.calendar import TARGET, month_name
from zhizao.dashboard.known import Known, compared_together
from zhizao.evidence.ensembles import FIRST_CALIBRATION, FIRST_READING
from zhizao.parallel import Progress
from zhizao.parameter_words.amounts import amounts
from zhizao.parameter_words.names import lever_name
from zhizao.policy.levers import lever_specifications
from zhizao.policy.schedule import Block, entries, read_value
from zhizao.register import Register
from zhizao.scenario.file import FORMAT
from zhizao.scenario.scenario import MONTHS, Scenario, list_scenarios, load_scenario
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.studies.mixes import lever_of
from zhizao.studies.run import Run, run
from zhizao.version import version
from zhizao.words.tables import Language

__all__ = [
    "DRAWS",
    "OWN",
    "View",
    "all_compared",
    "beside_view",
    "brief_command",
    "command_lines",
    "compared_view",
    "further_command",
    "own_scenario",
    "report_command",
    "run_options",
    "run_view",
    "scenario_toml",
    "settings_of",
    "stacked",
]

DRAWS = 60
"""This number of draws, of both treatments of the plan, takes under a second on two cores for 500 firms."""
_FEW_MOVED = 2
OWN = "my-policy"
"""What a policy that is not a shipped one is called, and its file."""


@dataclass(frozen=True, kw_only=True)
class View:
    """What is set on the page.

    Attributes
    ----------
    scenarios
        Names of the shipped scenarios that are stacked; at least one.
    levers
        Levers that were moved, by key, in force from the branch.
    first
        Name of the scenario that the policy is compared with.
    calibration, funding, draws, seed, until, firms_as_of
        As in `compare`.
    """

    scenarios: tuple[str, ...] = ("baseline",)
    levers: tuple[tuple[str, float | str], ...] = ()
    first: str = "baseline"
    calibration: str = FIRST_CALIBRATION
    funding: str = FIRST_READING
    draws: int = DRAWS
    seed: int = 0
    until: str = TARGET
    firms_as_of: str | None = None

    @property
    def policy(self) -> tuple[Any, ...]:
        """What makes its policy: another view with the same is the same policy."""
        return self.scenarios, self.levers

    @property
    def is_own(self) -> bool:
        """Whether the policy is other than any single shipped scenario."""
        return len(self.scenarios) > 1 or bool(self.levers)


def stacked(view: View) -> Scenario:
    """Return the scenarios of the page put together, no lever moved.

    Raises
    ------
    InputError
        Where two of them decide the same lever differently.
    """
    return load_scenario("+".join(view.scenarios))


def own_scenario(view: View) -> Scenario:
    """Return the policy of the page: the stacked scenarios, and the moved levers from the branch.

    Raises
    ------
    InputError
        Naming all that cannot be put together, and every lever that is out of bounds.
    """
    scenario = stacked(view)
    if not view.is_own:
        return scenario
    if not view.levers:
        return replace(scenario, name=OWN)
    changed = scenario.with_changes(dict(view.levers))
    return replace(
        changed,
        name=OWN,
        title=f"{scenario.title}: {_moved_in_words(view, 'en')}",
        title_zh=f"{scenario.title_zh or scenario.title}：{_moved_in_words(view, 'zh')}",
        source="assumption: levers moved in the dashboard",
    )


def _moved_in_words(view: View, language: Language) -> str:
    """Return which levers were moved, to what; how many, if they are more than a title has room for."""
    if len(view.levers) > _FEW_MOVED:
        count = len(view.levers)
        return f"另调整{count}项政策杠杆" if language == "zh" else f"{count} levers moved"
    parts = []
    for key, value in view.levers:
        spec = lever_of(key)
        texts, unit = amounts([value], "" if spec.choices else spec.unit, language)
        unit = "%" if spec.unit.startswith("share") else "" if len(view.levers) > 1 else unit
        parts.append(f"{lever_name(key, language)} {texts[0]} {unit}".strip())
    return ("，" if language == "zh" else ", ").join(parts)


def run_beside(view: View, kept: Sequence[View]) -> list[tuple[int, View]]:
    """Return the views of the tray that are run beside the page's own, with their numbers: those of other policies."""
    return [
        (number, other)
        for number, other in enumerate(kept, start=1)
        if other.policy != view.policy and (other.is_own or other.scenarios != (view.first,))
    ]


def compared_view(
    view: View,
    register: Register | None = None,
    *,
    kept: Sequence[View] = (),
    progress: Progress | None = None,
    known: Known | None = None,
    firms: str = "",
) -> Comparison:
    """Run the page's policy and the scenario it is compared with; only one of them if they are the same.

    Parameters
    ----------
    kept
        Views whose policies are run beside it, between the two: those of the tray.
    progress
        Is called with how many runs are done, and of how many.
    known
        What was run before, which is not run again.
    firms
        What distinguishes a register from others.

    Raises
    ------
    InputError
        Naming everything that is wrong.
    """
    wanted = _beside_each_other(view, kept)
    options = {"draws": view.draws} | run_options(view, register)
    return compared_together(wanted, options, known or Known(), (settings_of(view), firms), progress)


def _beside_each_other(view: View, kept: Sequence[View]) -> list[tuple[tuple[Any, ...], Scenario]]:
    """Return what makes each policy, and the policy: the one compared with, those of the tray, the page's own."""
    wanted = [(View(scenarios=(view.first,)).policy, load_scenario(view.first))]
    for number, other in run_beside(view, kept):
        scenario = own_scenario(other)
        wanted.append((other.policy, scenario.with_changes({}, name=f"{OWN}-{number}") if other.is_own else scenario))
    if view.is_own or view.scenarios != (view.first,):
        wanted.append((view.policy, own_scenario(view)))
    return wanted


def beside_view(view: View, kept: Sequence[View]) -> list[Scenario]:
    """Return the policies beside each other on the page: the one compared with first, its own last."""
    return [scenario for _, scenario in _beside_each_other(view, kept)]


def all_compared(view: View, register: Register | None = None, progress: Progress | None = None) -> Comparison:
    """Compare every shipped policy but shocks, and the page's own, with the one that the page compares with.

    Parameters are those of `compared_view`.
    """
    shipped = [one for one in list_scenarios() if not one.is_shock and one.name != view.first]
    wanted = [load_scenario(view.first), *shipped, *([own_scenario(view)] if view.is_own else [])]
    return compare(wanted, draws=view.draws, progress=progress, **run_options(view, register))


def run_options(view: View, register: Register | None) -> dict[str, Any]:
    """Return the options that a view gives to a run, and to every study but for its draws."""
    return {
        "seed": view.seed,
        "until": view.until,
        "calibration": view.calibration,
        "funding": view.funding,
        "firms": register,
        "firms_as_of": view.firms_as_of if register is not None else None,
    }


def settings_of(view: View) -> View:
    """Return what a view says but for its policies."""
    return replace(view, scenarios=(), levers=(), first="")


def run_view(view: View, register: Register | None = None) -> Run:
    """Run the page's policy once with the most central parameters.

    Raises
    ------
    InputError
        Naming everything that is wrong.
    """
    return run(own_scenario(view), **run_options(view, register))


def command_lines(view: View, firms: str | None = None) -> tuple[str, str]:
    """Return the commands that give the comparison and the single run of the page again.

    Parameters
    ----------
    firms
        Name of the file with the district's own firms, if any.
    """
    mine, common = f"{OWN}.toml", _common_options(view, firms)
    compared = ["zhizao", "compare", view.first, mine, "--draws", str(view.draws), *common]
    return shlex.join(compared), shlex.join(["zhizao", "run", mine, *common])


def report_command(view: View, firms: str | None, language: str) -> str:
    """Return the command that gives the report of a view; `firms` is as for `command_lines`."""
    return _of_view("report", "report", view, firms, language)


def brief_command(view: View, firms: str | None, language: str, ending: str) -> str:
    """Return the command that gives the brief of a view; `firms` is as for `command_lines`."""
    return _of_view("brief", f"brief{ending}", view, firms, language)


def _of_view(command: str, output: str, view: View, firms: str | None, language: str) -> str:
    asked = ["zhizao", command, output, view.first, f"{OWN}.toml", "--draws", str(view.draws)]
    return shlex.join([*asked, *_common_options(view, firms), "--lang", language])


def further_command(
    command: str, view: View, policies: Sequence[str], firms: str | None = None, more: Sequence[str] = ()
) -> str:
    """Return the command of a search or a decision as thorough as it is by itself; `firms` is as for `command_lines`.

    Parameters
    ----------
    command
        Its name.
    policies
        What it is about: the policy to begin with, or those to choose among.
    more
        Further options.
    """
    common = ["--seed", str(view.seed), "--until", view.until]
    if command not in ("choose", "learn"):  # whose structures have fits of their own
        common += ["--calibration", view.calibration, "--funding", view.funding]
    return shlex.join(["zhizao", command, *policies, *more, *common, *_firms_options(view, firms)])


def _common_options(view: View, firms: str | None) -> list[str]:
    common = ["--seed", str(view.seed), "--until", view.until, "--calibration", view.calibration]
    return [*common, "--funding", view.funding, *_firms_options(view, firms)]


def _firms_options(view: View, firms: str | None) -> list[str]:
    as_of = ["--firms-as-of", view.firms_as_of] if view.firms_as_of else []
    return ["--firms", firms, *as_of] if firms else []


def scenario_toml(view: View, firms: str | None = None, note: str = "") -> str:
    """Return the page's policy as a scenario file, which gives the same numbers.

    It extends the first of the stacked scenarios and holds what the others and the moved levers add, block by block.
    `note` is one more line of comment at its head.
    """
    scenario, first = own_scenario(view), load_scenario(view.scenarios[0])
    head: dict[str, Any] = {
        "format": FORMAT,
        "title": scenario.title,
        "title_zh": scenario.title_zh,
        "question": scenario.question,
        "question_zh": scenario.question_zh,
        "source": scenario.source,
        "extends": first.name,
    }
    if scenario.network != first.network:
        head["network"] = scenario.network
    lines = [f"# Made by the dashboard of zhizao {version()}. The view again:"]
    lines += [f"#   {line}" for line in command_lines(view, firms)]
    lines += [note] if note else []
    lines += [f"{key} = {_value(value)}" for key, value in head.items() if value != ""]
    parameters = {
        key: value for key, value in scenario.parameter_changes.items() if first.parameter_changes.get(key) != value
    }
    lines += _table("parameters", parameters)
    blocks = scenario.blocks[len(first.blocks) :]  # a stack begins with the blocks of its first member
    starts = [block.start for block in blocks]
    for block in blocks if starts == sorted(starts) else _dated(scenario, first):
        lines += _block(block)
    return "\n".join([*lines, ""])


def _dated(scenario: Scenario, first: Scenario) -> Iterator[Block]:
    """Yield changes that make a scenario from its first one, where the changes of one file come by their months.

    What the page sets holds from the branch also against a later change of a stacked scenario. In a file of its own it
    would come before that change, so the values that result are set, in each month in which they are not in force.
    """
    yield from _hanging(scenario.blocks[len(first.blocks) :])
    keys = [key for spec in lever_specifications().values() for key in entries(spec)]
    mine: dict[str, float | str] = {}
    for month, (wanted, under) in enumerate(zip(scenario.policies(), first.policies(), strict=True)):
        values = {key: read_value(wanted, key) for key in keys}
        changed = {key: value for key, value in values.items() if mine.get(key, read_value(under, key)) != value}
        if changed:
            mine |= changed
            yield Block(start=month, settings=changed, file="", place="")


def _hanging(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the changes that depend on something, without what a change after them sets whatever happens."""
    for place, block in enumerate(blocks):
        later: set[str] = set()
        later.update(*(other.keys() for other in blocks[place:] if other.when is None))
        settings = {key: value for key, value in block.settings.items() if key not in later}
        factors = {key: value for key, value in block.factors.items() if key not in later}
        if block.when is not None and (block.off or settings or factors):
            yield replace(block, settings=settings, factors=factors)


def _block(block: Block) -> list[str]:
    lines = ["", "[[changes]]", f"from = {_value(month_name(block.start))}"]
    if block.end < MONTHS - 1:
        lines.append(f"until = {_value(month_name(block.end))}")
    if block.when is not None:
        over = [f"over = {block.when.over}"] if block.when.over else []
        lines += [f"when = {_value(block.when.condition)}", f"at = {_value(month_name(block.when.at))}", *over]
    if block.announced is not None:
        lines.append(f"announced = {_value(month_name(block.announced))}")
    if block.off:
        lines.append(f"off = [{', '.join(_value(name) for name in block.off)}]")
    return [*lines, *_table("changes.set", block.settings), *_table("changes.multiply", block.factors)]


def _table(name: str, values: Mapping[str, Any]) -> list[str]:
    return ["", f"[{name}]", *(f"{key} = {_value(value)}" for key, value in values.items())] if values else []


def _value(value: Any) -> str:
    """Write a value as TOML: text as a basic string, numbers so that they are read as the same."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)
