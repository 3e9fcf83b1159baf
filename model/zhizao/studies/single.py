"""One history and one future: a scenario run once, with the most central parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhizao.engine.state import GROUPS, LEDGER_LINES, World
from zhizao.policy.levers import INSTRUMENTS
from zhizao.results.outcomes import outcomes
from zhizao.results.stored import TableForm, write_results
from zhizao.results.variables import FloatArray, History, ledger_table, month_names, series, tidy_columns
from zhizao.scenario import Scenario
from zhizao.sectors import TIERS
from zhizao.studies.describe import names_table
from zhizao.studies.futures import history_of, prepare, run_futures
from zhizao.studies.options import Firms, Options, ScenarioLike, SettingsLike, check_options, scenarios_of
from zhizao.studies.parameter_draws import CALIBRATIONS, parameter_draws
from zhizao.studies.record import study_record
from zhizao.version import version

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Run", "run"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """A finished run.

    Attributes
    ----------
    scenario, options
        What was run.
    months
        ``("2018-01", "2018-02", ...)``.
    series
        Every monthly series by name, of the group of firms that it is meant for (see `VARIABLES`).
    outcomes
        Every outcome by name; "additional" ones are against the same run without a programme from 2024-01.
    ledger
        The government's ledger at the end: instrument, line, tier, in million RMB.
    notes
        What the user should know, such as what a register left out.
    """

    scenario: Scenario
    options: Options
    months: tuple[str, ...]
    series: dict[str, FloatArray]
    outcomes: dict[str, float]
    ledger: dict[str, dict[str, dict[str, float]]]
    notes: tuple[str, ...]
    history: History

    def to_frame(self) -> pd.DataFrame:
        """Return the run as a long table: scenario, draw, seed, month, group, variable, value."""
        import pandas as pd  # here, because it is heavy

        return pd.DataFrame(tidy_columns(self.history, self.scenario.name, seed=self.options.seed, groups=GROUPS))

    def to_dict(self) -> dict[str, Any]:
        """Return the run in the form that the command line prints as JSON."""
        return {
            "scenario": self.scenario.name,
            "seed": self.options.seed,
            "calibration": CALIBRATIONS[self.options.calibration],
            "funding": self.options.funding,
            "version": version(),
            "months": list(self.months),
            "series": {name: values.tolist() for name, values in self.series.items()},
            "outcomes": {name: value if math.isfinite(value) else None for name, value in self.outcomes.items()},
            "ledger": self.ledger,
            "notes": list(self.notes),
        }

    def write(self, folder: str | Path, form: TableForm = "parquet") -> Path:
        """Write the tables ``series``, ``outcomes`` and ``variables``, and `run.json`, into a folder."""
        import pandas as pd  # here, because it is heavy

        tables = {
            "series": self.to_frame(),
            "outcomes": pd.DataFrame({"outcome": list(self.outcomes), "value": list(self.outcomes.values())}),
            "variables": pd.DataFrame(names_table()),
        }
        return write_results(folder, study_record("run", [self.scenario], self.options), tables, form)


def run(
    scenario: ScenarioLike = "baseline",
    *,
    seed: int = 0,
    until: str = "2025-12",
    calibration: str = "plan",
    funding: str = "report",
    n_firms: int | None = None,
    register: Firms | None = None,
    settings: SettingsLike = (),
) -> Run:
    """Run one scenario once, with the most central member of a fitted ensemble.

    Parameters
    ----------
    scenario
        Name of a shipped scenario, path of a file, or a `Scenario`.
    seed
        Seed of all luck, from 0 to 2**64 - 1.
    until
        Last month, from ``"2024-01"`` to ``"2030-12"``.
    calibration
        ``plan`` or ``facts``: the ensemble; ``prior``: the declared value of every parameter.
    funding
        ``report`` (0.2 bn RMB a year) or ``brief`` (2 bn).
    n_firms
        How many firms there are at the start.
    register
        The district's own firms instead of synthetic ones: a file, a `Register`, or a district made from one.
    settings
        Levers from 2024-01 and parameters throughout: ``{"grants.rate": 0.2}`` or ``["grants.rate=0.2"]``.

    Raises
    ------
    InputError
        Naming everything that is wrong with what was given.
    """
    options = check_options(
        seed=seed, until=until, calibration=calibration, funding=funding, n_firms=n_firms, register=register,
        settings=settings,
    )  # fmt: skip
    [wanted] = scenarios_of([scenario], options.settings)
    futures = prepare([wanted], options.months, options.register)
    [draw] = parameter_draws(1, funding=funding, calibration=calibration)
    worlds = run_futures(futures, draw.values, seed)
    [future] = futures.futures
    return _finished(wanted, options, worlds[future.lane], worlds[future.reference])


def _finished(scenario: Scenario, options: Options, world: World, reference: World) -> Run:
    history = history_of(world)
    register = options.register
    imputed = [f"imputed: {line}" for line in register.imputed] if register else []
    return Run(
        scenario=scenario,
        options=options,
        months=month_names(options.months),
        series=series(history),
        outcomes=outcomes(history, history_of(reference)),
        ledger=ledger_table(world.ledger, LEDGER_LINES, TIERS, INSTRUMENTS),
        notes=(*register.notes, *imputed) if register else (),
        history=history,
    )
