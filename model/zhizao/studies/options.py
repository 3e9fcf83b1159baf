"""What every study is asked with, checked once: all that is wrong is told together."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhizao.errors import InputError
from zhizao.policy.schedule import month_index, month_name
from zhizao.population.district import District
from zhizao.population.register import Register, read_register
from zhizao.results.ensembles import FUNDING
from zhizao.results.outcomes import BRANCH_MONTH
from zhizao.scenario import Scenario, load_scenario, parse_setting
from zhizao.studies.parameter_draws import CALIBRATIONS

__all__ = ["Firms", "Options", "ScenarioLike", "SettingsLike", "check_options", "cores", "scenarios_of"]

Firms = Register | District | str | Path
"""A register of firms: read already, within a district, or still in its file."""
ScenarioLike = Scenario | str | Path
SettingsLike = Mapping[str, Any] | Sequence[str]
"""Values by key, or texts such as ``"grants.rate=0.2"``."""

_MOST_DRAWS = 1_000_000
_MOST_FIRMS = 50_000_000


@dataclass(frozen=True, kw_only=True)
class Options:
    """Checked options of a study.

    Attributes
    ----------
    seed, draws, calibration, funding, workers
        As they were asked for; `workers` is never None.
    months
        Months to run, from 2018-01.
    settings
        Values by key that hold in every scenario: levers from 2024-01, parameters throughout.
    register
        The district's own firms, if any, with the name and the SHA-256 of their file in `firms_file`.
    """

    seed: int
    draws: int
    calibration: str
    funding: str
    workers: int
    months: int
    settings: dict[str, Any]
    register: Register | None = None
    firms_file: tuple[str, str] | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What was made of the register of firms, if there is one."""
        return self.register.notes if self.register else ()

    @property
    def until(self) -> str:
        """The last month."""
        return month_name(self.months - 1)

    def to_dict(self) -> dict[str, Any]:
        """Return what must be given again to get the same numbers."""
        return {
            "seed": self.seed, "draws": self.draws, "calibration": self.calibration, "funding": self.funding,
            "until": self.until, "settings": self.settings, "firms": self.firms_file[0] if self.firms_file else None,
        }  # fmt: skip


def check_options(
    *,
    seed: int = 0,
    draws: int = 1,
    until: str = "2025-12",
    calibration: str = "plan",
    funding: str = "report",
    workers: int | None = None,
    n_firms: int | None = None,
    register: Firms | None = None,
    settings: SettingsLike = (),
) -> Options:
    """Check the options of a study and read the register of firms.

    Raises
    ------
    InputError
        Naming everything that is wrong.
    """
    problems: list[str] = []
    months = BRANCH_MONTH + 1
    try:
        months = month_index(until) + 1
        if months <= BRANCH_MONTH:
            problems.append(f"until = {until}: scenarios branch in 2024-01; name a month from then on")
    except InputError as error:
        problems += [f"until: {line}" for line in error.problems]
    problems += _problem_of_whole("seed", seed, 0, 2**64 - 1)
    problems += _problem_of_whole("draws", draws, 1, _MOST_DRAWS)
    if workers is not None:
        problems += _problem_of_whole("workers", workers, 1, 1024)
    if calibration not in CALIBRATIONS:
        problems.append(f"calibration = {calibration!r} must be one of {', '.join(CALIBRATIONS)}")
    if funding not in FUNDING:
        problems.append(f"funding = {funding!r} must be one of {', '.join(FUNDING)}")
    values, wrong = _read_settings(settings)
    problems += wrong
    if n_firms is not None:
        if register is not None:
            problems.append("n_firms and a register exclude each other; the register has its own number")
        problems += _problem_of_whole("n_firms", n_firms, 1, _MOST_FIRMS)
        values["population.firms"] = n_firms
    read, file, wrong = _read_firms(register)
    problems += wrong
    if problems:
        raise InputError(problems)
    return Options(
        seed=seed, draws=draws, calibration=calibration, funding=funding, workers=workers or cores(),
        months=months, settings=values, register=read, firms_file=file,
    )  # fmt: skip


def _problem_of_whole(name: str, value: Any, low: int, high: int) -> list[str]:
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return []
    return [f"{name} = {value!r} must be a whole number from {low} to {high}"]


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read_settings(settings: SettingsLike) -> tuple[dict[str, Any], list[str]]:
    if isinstance(settings, Mapping):
        return dict(settings), []
    values: dict[str, Any] = {}
    problems: list[str] = []
    for text in [settings] if isinstance(settings, str) else settings:
        try:
            key, value = parse_setting(text)
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
        with Path(firms).open("rb") as stream:
            return register, (str(firms), hashlib.file_digest(stream, "sha256").hexdigest()), []
    except InputError as error:
        return None, None, list(error.problems)
    except OSError as error:
        return None, None, [f"{firms}: cannot be read ({error.strerror})"]


def scenarios_of(wanted: ScenarioLike | Iterable[ScenarioLike], settings: Mapping[str, Any]) -> tuple[Scenario, ...]:
    """Load scenarios and put `settings` in place in each; `InputError` names all problems."""
    found: list[Scenario] = []
    problems: list[str] = []
    for item in [wanted] if isinstance(wanted, Scenario | str | Path) else wanted:
        try:
            scenario = item if isinstance(item, Scenario) else load_scenario(item)
            found.append(scenario.with_changes(settings) if settings else scenario)
        except InputError as error:
            problems += [line for line in error.problems if line not in problems]
    if problems:
        raise InputError(problems)
    if not found:
        raise InputError("no scenario is named; `zhizao scenarios` lists the shipped ones")
    return tuple(found)
