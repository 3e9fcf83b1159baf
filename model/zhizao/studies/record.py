"""The record of a study: everything that decided its numbers, in words and fingerprints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhizao.files import shipped
from zhizao.parameters.registry import Parameters, parameter_specifications
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.schedule import entries, month_name, read_value
from zhizao.results.ensembles import TREATMENTS, ensemble_file, read_ensemble
from zhizao.scenario import Scenario
from zhizao.studies.options import Options
from zhizao.studies.parameter_draws import CALIBRATIONS
from zhizao.version import version

__all__ = ["study_inputs", "study_record"]


def study_record(kind: str, scenarios: Sequence[Scenario], options: Options) -> dict[str, Any]:
    """Return the record of a study of some `kind`, for `run.json`.

    It holds the version, the settings, every scenario with its policy by date and the SHA-256 of every file
    read, and the declared values of all parameters.
    """
    return {
        "kind": kind,
        "version": version(),
        "calibration": CALIBRATIONS[options.calibration],
        "settings": {"scenarios": [_named(scenario) for scenario in scenarios], **options.to_dict()},
        "inputs": study_inputs(kind, scenarios, options),
        "resolved": [_resolved(scenario, options.months) for scenario in scenarios],
        "parameters": _declared(),
    }


def study_inputs(kind: str, scenarios: Sequence[Scenario], options: Options) -> list[dict[str, str]]:
    """Return name and SHA-256 of every file that a study read: scenarios, a register, fitted ensembles."""
    inputs = [pair for scenario in scenarios for pair in scenario.inputs]
    if options.firms_file:
        inputs.append(options.firms_file)
    if options.calibration in TREATMENTS:
        for treatment in TREATMENTS if kind == "comparison" else (options.calibration,):
            ensemble = read_ensemble(treatment, options.funding)
            inputs.append((ensemble_file(treatment, options.funding), str(ensemble.record["sha256"])))
    return [{"name": name, "sha256": digest} for name, digest in dict.fromkeys(inputs)]


def _named(scenario: Scenario) -> str:
    """Return what the scenario was asked for by: its name if it is shipped, else its path."""
    is_shipped = scenario.path.is_relative_to(shipped("scenarios"))
    return scenario.name if is_shipped else str(scenario.path)


def _resolved(scenario: Scenario, months: int) -> dict[str, Any]:
    """Return the policy of a scenario as dated changes from no policy at all, and its parameters."""
    changes: list[dict[str, Any]] = []
    before = Policy()
    for month, policy in enumerate(scenario.policies(months)):
        if policy is not before and (values := _differences(before, policy)):
            changes.append({"from": month_name(month), "set": values})
        before = policy
    return {
        "name": scenario.name, "network": scenario.network, "parameters": dict(scenario.parameter_changes),
        "changes": changes,
    }  # fmt: skip


def _differences(before: Policy, after: Policy) -> dict[str, Any]:
    keys = [key for spec in lever_specifications().values() for key in entries(spec)]
    return {key: read_value(after, key) for key in keys if read_value(after, key) != read_value(before, key)}


def _declared() -> dict[str, Any]:
    parameters = Parameters()
    keys = [key for spec in parameter_specifications().values() for key in entries(spec)]
    return {key: read_value(parameters, key) for key in keys}
