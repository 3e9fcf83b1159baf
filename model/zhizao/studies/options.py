"""Options of a study (`study_options` declares them), checked: all errors are reported together."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Unpack

from zhizao.calendar import BRANCH, BRANCH_MONTH, month_index, month_name
from zhizao.district.in_force import DISTRICT
from zhizao.errors import CommandLine, InputError, Message, in_language, in_words
from zhizao.evidence.ensembles import fitted_treatments
from zhizao.evidence.structures import structure_settings
from zhizao.parameters.specification import python_value
from zhizao.population.district import District
from zhizao.register import Register, file_and_sheet, read_register
from zhizao.results.shown import listed
from zhizao.scenario.alive_note import not_alive_note
from zhizao.scenario.scenario import GivenSettings, Scenario, load_scenario, parse_setting
from zhizao.studies.own_ideas import OwnIdeas, own_ideas
from zhizao.studies.parameter_draws import CALIBRATIONS, repeated_draws
from zhizao.studies.register_checks import check_register
from zhizao.studies.study_options import CompareOptions, Firms, SettingsLike, declared
from zhizao.version import version

__all__ = [
    "Options",
    "ScenarioLike",
    "check_options",
    "cores",
    "in_file",
    "made_by",
    "notes_in_both",
    "scenarios_of",
    "throughout",
    "with_remarks",
]

ScenarioLike = Scenario | str | Path

_IN_WORDS = ("draws", "seed", "until", "calibration", "funding", "firms", "settings")
"""What `Options.in_words` says in words of its own; anything else that decides numbers follows by its name."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """Checked options of a study.

    Attributes
    ----------
    asked
        Every option by name, as it was asked for or by default, such as ``asked["funding"]``.
    months
        Months to run, from the first.
    settings
        Values by key that hold in every scenario: levers from the branch, parameters throughout.
    register
        The district's own firms, if any, with the name and the SHA-256 of their file in `firms_file`.
    notes
        What the user should know: of the register of firms, what was imputed, assumed, or is far from the fit; and
        whether draws repeat parameters. Each knows its Chinese (`zhizao.errors.Message`). Every output says them.
    ideas
        The user's own outcomes and model.
    """

    asked: CompareOptions
    months: int
    settings: dict[str, Any]
    register: Register | None = None
    firms_file: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()
    ideas: OwnIdeas = field(default_factory=OwnIdeas)

    def __repr__(self) -> str:
        return f"<Options: {self.in_words()}>"

    def in_words(self) -> str:
        """Return what decides the numbers, in a line."""
        draws = f"{self.draws:,} draws, " if self.draws > 1 else ""
        file = self.firms_file[0] if self.firms_file else ""
        firms = f", {len(self.register.ids):,} firms of {file}" if self.register else ""
        settings = f", with {listed(self.settings)} set" if self.settings else ""
        others = "".join(
            f", {name.replace('_', ' ')} {self.to_dict()[name]}"
            for name, (_, option) in declared().items()
            if option.recorded and name not in _IN_WORDS and self.to_dict()[name] != option.default
        )
        return (
            f"{draws}seed {self.seed}, to {self.until}, fitted to {self.calibration}, funding {self.funding}{firms}"
            f"{settings}{others}"
        )

    @property
    def seed(self) -> int:
        """Seed of all luck."""
        return self.asked["seed"]

    @property
    def draws(self) -> int:
        """How many draws; 1 in a single run."""
        return self.asked["draws"]

    @property
    def calibration(self) -> str:
        """Where parameters come from."""
        return self.asked["calibration"]

    @property
    def funding(self) -> str:
        """The reading of the yearly public money."""
        return self.asked["funding"]

    @property
    def workers(self) -> int:
        """How many threads."""
        return self.asked["workers"] or cores()

    @property
    def until(self) -> str:
        """The last month."""
        return month_name(self.months - 1)

    def to_dict(self) -> dict[str, Any]:
        """Return what must be given again to get the same numbers."""
        read = {"settings": self.settings, "firms": self.firms_file[0] if self.firms_file else None}
        asked = {**self.asked, **read}
        recorded = {name: asked[name] for name, (_, option) in declared().items() if option.recorded}
        return {**recorded, "ideas": self.ideas.file or None}


def check_options(**given: Unpack[CompareOptions]) -> Options:
    """Check the options of a study and read the register of firms; what is not given has its default.

    Raises
    ------
    InputError
        Naming everything that is wrong.
    """
    asked: Any = {name: option.default for name, (_, option) in declared().items()} | given
    problems: list[str] = []
    for name, (_, option) in declared().items():
        if option.check is not None and asked[name] is not option.default:
            asked[name] = python_value(asked[name])
            problems += filter(None, [option.check(name, asked[name])])
    months, wrong = _months_until(asked["until"])
    problems += wrong
    values, wrong = _read_settings(asked["settings"])
    values.throughout = structure_settings(asked["calibration"])
    asked["settings"] = values
    problems += wrong
    firms, firms_as_of = asked["firms"], asked["firms_as_of"]
    if asked["n_firms"] is not None:
        if firms is not None:
            problems.append("n_firms and firms exclude each other; a register of firms has its own number")
        values["population.firms"] = asked["n_firms"]
    read, file, wrong = _read_firms(firms)
    problems += wrong
    ideas, wrong = own_ideas(asked["outcomes"], asked["model"])
    problems += wrong
    notes: list[str] = []
    if read is not None:
        checked = check_register(read, firms_as_of)
        problems += [in_file(line, file) for line in checked.problems]
        notes += checked.notes
    elif firms_as_of is not None and firms is None:
        problems.append("firms_as_of says of which month firms are; give the firms, too (firms, --firms)")
    if problems:
        raise InputError(problems)
    if not fitted_treatments(asked["funding"]):
        notes.append(_not_fitted())
    draws = asked["draws"]
    if draws > 1 and (repeated := repeated_draws(draws, asked["calibration"], asked["funding"])) is not None:
        notes.append(repeated)
    return Options(
        asked=asked, months=months, settings=values, register=read, firms_file=file, notes=tuple(notes), ideas=ideas
    )


def _not_fitted() -> Message:
    own = DISTRICT.own
    return Message(
        f"{own.short}: not fitted to any evidence; parameters are drawn from their whole intervals",
        f"{own.short_zh}：尚未拟合任何证据，参数在整个先验区间内抽取",
    )


def _months_until(until: str) -> tuple[int, list[str]]:
    """Return how many months there are from the first to the last one, and what is wrong with that one."""
    try:
        months = month_index(until) + 1
    except InputError as error:
        return BRANCH_MONTH + 1, [f"until: {line}" for line in error.problems]
    if months <= BRANCH_MONTH:
        return months, [f"until = {until}: scenarios branch in {BRANCH}; name a month from then on"]
    return months, []


def in_file(problem: Message, file: tuple[str, str] | None) -> Message:
    """Return a problem of a register with the name of its file, if it has one."""
    name = Path(file[0]).name if file is not None and file[1] else ""
    return Message(f"{name}: {problem}", f"{name}：{problem.chinese}") if name else problem


def notes_in_both(notes: Iterable[str]) -> dict[str, list[str]]:
    """Return notes in English and in Chinese, as records and JSON hold them."""
    kept = list(notes)
    return {"notes": [in_language(note, "en") for note in kept], "notes_zh": [in_language(note, "zh") for note in kept]}


def made_by(options: Options) -> dict[str, Any]:
    """Return what numbers of a command were made with, as its JSON holds it, and what there is to say of it."""
    return {
        "draws": options.draws,
        "seed": options.seed,
        "calibration": CALIBRATIONS[options.calibration],
        "funding": options.funding,
        "version": version(),
        **notes_in_both(options.notes),
    }


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read_settings(settings: SettingsLike) -> tuple[GivenSettings, list[str]]:
    said_in = "--set" if isinstance(settings, CommandLine) else "settings"
    table: Any = getattr(settings, "to_dict", lambda: settings)()  # a column of pandas, too
    if isinstance(table, Mapping):
        return GivenSettings({str(key): python_value(value) for key, value in table.items()}, said_in), []
    values = GivenSettings({}, said_in)
    problems: list[str] = []
    texts: Iterable[Any] = [settings] if isinstance(settings, str) else settings
    for text in texts:
        if not isinstance(text, str):
            problems.append(f"{said_in}: {in_words(text)} must be text, such as 'grants.rate=0.2'")
            continue
        try:
            key, value = parse_setting(text, said_in)
            values[key] = value
        except InputError as error:
            problems += error.problems
    return values, problems


def _read_firms(firms: Firms | None) -> tuple[Register | None, tuple[str, str] | None, list[str]]:
    if firms is None or isinstance(firms, Register):
        return firms, ("a register given in Python", "") if firms is not None else None, []
    if isinstance(firms, District):
        if firms.register is None:
            return None, None, ["the district was not made from a register: use District.from_register"]
        return _read_firms(firms.register)
    try:
        register = read_register(firms)
        with file_and_sheet(firms)[0].open("rb") as stream:
            return register, (str(firms), hashlib.file_digest(stream, "sha256").hexdigest()), []
    except InputError as error:
        return None, None, list(error.problems)
    except OSError as error:
        return None, None, [f"{firms}: cannot be read ({error.strerror})"]


def throughout(calibration: str) -> GivenSettings:
    """Return settings without any but those that a calibration holds throughout: of its structure, if it is one."""
    settings = GivenSettings({}, "settings")
    settings.throughout = structure_settings(calibration)
    return settings


def scenarios_of(wanted: ScenarioLike | Iterable[ScenarioLike], settings: Mapping[str, Any]) -> tuple[Scenario, ...]:
    """Load scenarios with `settings` in place, and what these hold throughout; `InputError` names all problems."""
    found: list[Scenario] = []
    problems: list[str] = []
    items: Iterable[Any] = [wanted] if isinstance(wanted, Scenario | str | Path) else wanted
    always = getattr(settings, "throughout", {})
    for item in items:
        if not isinstance(item, Scenario | str | Path):
            problems.append(f"scenarios: {in_words(item)} is not a name, a path or a scenario")
            continue
        try:
            scenario = item if isinstance(item, Scenario) else load_scenario(item)
            scenario = scenario.beginning_with(always) if always else scenario
            found.append(scenario.with_changes(settings) if settings else scenario)
        except InputError as error:
            problems += [line for line in error.problems if line not in problems]
    if problems:
        raise InputError(problems)
    if not found:
        raise InputError("no scenario is named; `zhizao scenarios` lists the shipped ones")
    return tuple(found)


def with_remarks(options: Options, scenarios: Iterable[Scenario]) -> Options:
    """Return options whose notes hold also what is to be said of scenarios, such as levers set without effect."""
    found = list(scenarios)
    remarks = [text for scenario in found for text in scenario.remarks]
    return replace(options, notes=tuple(dict.fromkeys((*options.notes, *remarks, *not_alive_note(found)))))
