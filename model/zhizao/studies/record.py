"""The record of a study: everything that decided its numbers, in words and fingerprints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zhizao.calendar import month_name
from zhizao.district.in_force import DISTRICT
from zhizao.evidence.ensembles import TREATMENTS, ensemble_file, fitted_treatments, read_ensemble
from zhizao.parameters.registry import Parameters, parameter_specifications
from zhizao.policy.conditional import outcomes_of
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.schedule import entries, read_value
from zhizao.results.stored import RECORD, refuse_other_study
from zhizao.scenario.adapting import settled
from zhizao.scenario.chain import is_own
from zhizao.scenario.scenario import Scenario
from zhizao.studies.options import Options, check_options, notes_in_both, scenarios_of
from zhizao.studies.parameter_draws import CALIBRATIONS
from zhizao.version import version

__all__ = ["refuse_other", "resolved", "study_inputs", "study_record"]


def study_record(kind: str, scenarios: Sequence[Scenario], options: Options) -> dict[str, Any]:
    """Return the record of a study of some `kind`, for `run.json`.

    It holds the version, the district, the settings, every scenario with its policy by date and the SHA-256 of every
    file read, and the declared values of all parameters.
    """
    return {
        "kind": kind,
        "version": version(),
        "district": {"name": DISTRICT.own.name, "folder": DISTRICT.folder.name},
        "calibration": CALIBRATIONS[options.calibration],
        "settings": {"scenarios": [_named(scenario) for scenario in scenarios], **options.to_dict()},
        **notes_in_both(options.notes),
        "inputs": study_inputs(kind, scenarios, options),
        "resolved": [resolved(scenario, options.months) for scenario in scenarios],
        "parameters": _declared(),
    }


def refuse_other(folder: str | Path, kind: str, scenarios: Any, **asked: Any) -> None:
    """Refuse, before anything runs, a folder that holds another study than the one that is asked for.

    Parameters
    ----------
    folder
        The folder for the results; it need not be there.
    kind
        ``run`` or ``comparison``.
    scenarios
        As for `scenarios_of`.
    asked
        As for `check_options`.

    Raises
    ------
    InputError
        Naming what differs, and what to do.
    """
    if (Path(folder) / RECORD).is_file():
        options = check_options(**asked)
        refuse_other_study(folder, study_record(kind, scenarios_of(scenarios, options.settings), options))


def study_inputs(kind: str, scenarios: Sequence[Scenario], options: Options) -> list[dict[str, str]]:
    """Return name and SHA-256 of every file that a study read: scenarios, a register, fitted ensembles."""
    inputs = [pair for scenario in scenarios for pair in scenario.inputs]
    if options.firms_file:
        inputs.append(options.firms_file)
    if options.ideas.file:
        inputs.append((options.ideas.file, options.ideas.sha256))
    if options.calibration != "prior":
        all_treatments = kind == "comparison" and options.calibration in TREATMENTS
        for treatment in fitted_treatments(options.funding) if all_treatments else (options.calibration,):
            ensemble = read_ensemble(treatment, options.funding)
            inputs.append((ensemble_file(treatment, options.funding), str(ensemble.record["sha256"])))
    return [{"name": name, "sha256": digest} for name, digest in dict.fromkeys(inputs)]


def _named(scenario: Scenario) -> str:
    """Return what the scenario was asked for by: its name if it is one of the district, else its path."""
    return scenario.name if is_own(scenario.path) else str(scenario.path)


def resolved(scenario: Scenario, months: int) -> dict[str, Any]:
    """Return the policy of a scenario as dated changes from no policy at all, and its parameters.

    Of a scenario that adapts, `changes` are those while nothing that it depends on holds; `outcomes` has the others.
    """
    changes = _changes(scenario, months)
    return {
        "name": scenario.name,
        "network": scenario.network,
        "parameters": dict(scenario.parameter_changes),
        "changes": changes,
        **_announced(scenario, months),
        **_outcomes(scenario, months),
        "remarks": list(scenario.remarks),
    }


def _changes(scenario: Scenario, months: int) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = []
    before = Policy()
    for month, policy in enumerate(scenario.policies(months)):
        if policy is not before and (values := _differences(before, policy)):
            changes.append({"from": month_name(month), "set": values})
        before = policy
    return changes


def _outcomes(scenario: Scenario, months: int) -> dict[str, Any]:
    """Return the dated changes of a scenario that adapts, by what can hold together."""
    met = [held for held in outcomes_of(scenario.blocks) if held]
    found = [{"held": [str(one) for one in held], "changes": _changes(settled(scenario, held), months)} for held in met]
    return {"outcomes": found} if found else {}


def _announced(scenario: Scenario, months: int) -> dict[str, Any]:
    """Return what was known of later policy, from when on and for when, against the policy of the month itself."""
    told: list[dict[str, Any]] = []
    for month, (policy, known) in enumerate(zip(scenario.policies(months), scenario.announced(months), strict=False)):
        if known is not None:
            one = {"for": month_name(known.first), "set": _differences(policy, known.policy)}
            if not told or {**told[-1], "known_from": ""} != {"known_from": "", **one}:
                told.append({"known_from": month_name(month), **one})
    return {"announced": told} if told else {}


def _differences(before: Policy, after: Policy) -> dict[str, Any]:
    keys = [key for spec in lever_specifications().values() for key in entries(spec)]
    return {key: read_value(after, key) for key in keys if read_value(after, key) != read_value(before, key)}


def _declared() -> dict[str, Any]:
    parameters = Parameters()
    keys = [key for spec in parameter_specifications().values() for key in entries(spec)]
    return {key: read_value(parameters, key) for key in keys}
