"""智造: a simulator of district industrial policy. ``import zhizao as zz``.

What stands here is what a user needs; each name is loaded when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if __name__ != "zhizao":
    raise ImportError(
        f"this package is called zhizao, not {__name__}: put the folder 'model' on the path "
        "(pip install -e . does) and import zhizao"
    )

if TYPE_CHECKING:
    from zhizao import mesa_model as mesa
    from zhizao.errors import InputError
    from zhizao.parameters.registry import Parameters
    from zhizao.policy.levers import Policy
    from zhizao.population.district import District
    from zhizao.results.stored import read
    from zhizao.scenario import list_scenarios, load_scenario
    from zhizao.studies.compare import compare
    from zhizao.studies.discovery.discover import discover
    from zhizao.studies.evidence_check import check_evidence
    from zhizao.studies.reach import reach
    from zhizao.studies.rerun import rerun
    from zhizao.studies.sensitivity.sensitivity import sensitivity
    from zhizao.studies.single import run
    from zhizao.studies.sweeps.sweep import sweep

    __version__: str

__all__ = [
    "District", "InputError", "Parameters", "Policy", "__version__", "check_evidence", "compare", "discover",
    "list_scenarios", "load_scenario", "mesa", "reach", "read", "rerun", "run", "sensitivity", "sweep",
]  # fmt: skip

_LOADED_WITH = {"compare": "zhizao.report.charts.plots"}
"""What a name needs from a floor above its own: a comparison is drawn by the report, which it must not know."""
_HOMES = {
    "District": "zhizao.population.district",
    "InputError": "zhizao.errors",
    "Parameters": "zhizao.parameters.registry",
    "Policy": "zhizao.policy.levers",
    "check_evidence": "zhizao.studies.evidence_check",
    "compare": "zhizao.studies.compare",
    "discover": "zhizao.studies.discovery.discover",
    "list_scenarios": "zhizao.scenario",
    "load_scenario": "zhizao.scenario",
    "read": "zhizao.results.stored",
    "reach": "zhizao.studies.reach",
    "rerun": "zhizao.studies.rerun",
    "run": "zhizao.studies.single",
    "sensitivity": "zhizao.studies.sensitivity.sensitivity",
    "sweep": "zhizao.studies.sweeps.sweep",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its home, and keep it."""
    if name == "mesa":
        value = importlib.import_module("zhizao.mesa_model")
    elif name == "__version__":
        value = importlib.import_module("zhizao.version").version()
    elif name in _HOMES:
        if name in _LOADED_WITH:
            importlib.import_module(_LOADED_WITH[name])
        value = getattr(importlib.import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module 'zhizao' has no attribute '{name}'")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
