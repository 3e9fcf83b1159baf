"""智造: a simulator of district industrial policy. ``import zhizao as zz``.

What stands here is what a user needs; each name is loaded when it is first used.
"""

import os
import sys

# `python -m zhizao` looks for modules in the working directory first; what this program needs is never there.
# Not even `__future__` may be imported before this; os and sys are loaded by Python itself.
if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    _asked = sys.orig_argv[len(sys.orig_argv) - len(sys.argv)].removeprefix("-m")
    if _asked == "zhizao" and os.path.dirname(os.path.dirname(os.path.abspath(__file__))) != sys.path[0]:
        del sys.path[0]

import importlib
from typing import TYPE_CHECKING, Any

if __name__ != "zhizao":
    raise ImportError(
        f"this package is called zhizao, not {__name__}: put the folder 'model' on the path "
        "(pip install -e . does) and import zhizao"
    )

if TYPE_CHECKING:
    from zhizao import mesa_model as mesa
    from zhizao.district.folder import use_district
    from zhizao.district.handle import District
    from zhizao.errors import InputError
    from zhizao.ideas.declare import OwnInstrument, outcome, rule
    from zhizao.ideas.file import use_ideas
    from zhizao.parameters.registry import Parameters
    from zhizao.results.stored import read
    from zhizao.scenario.scenario import list_scenarios, load_scenario
    from zhizao.studies.compare import compare
    from zhizao.studies.deciding.choose import choose
    from zhizao.studies.deciding.frontier import frontier
    from zhizao.studies.deciding.learn import learn
    from zhizao.studies.deciding.watch import watch
    from zhizao.studies.discovery.discover import discover
    from zhizao.studies.evidence_check import check_evidence
    from zhizao.studies.experiments import experiments
    from zhizao.studies.pool import pool
    from zhizao.studies.prior_check import prior_check
    from zhizao.studies.reach import reach
    from zhizao.studies.rerun import rerun
    from zhizao.studies.responses import responses
    from zhizao.studies.run import run
    from zhizao.studies.sensitivity.sensitivity import sensitivity
    from zhizao.studies.structures import weigh_structures
    from zhizao.studies.sweeps.sweep import sweep
    from zhizao.studies.update import update

    __version__: str

__all__ = [
    "District",
    "InputError",
    "OwnInstrument",
    "Parameters",
    "__version__",
    "check_evidence",
    "choose",
    "compare",
    "discover",
    "experiments",
    "frontier",
    "learn",
    "list_scenarios",
    "load_scenario",
    "mesa",
    "outcome",
    "pool",
    "prior_check",
    "reach",
    "read",
    "rerun",
    "responses",
    "rule",
    "run",
    "sensitivity",
    "sweep",
    "update",
    "use_district",
    "use_ideas",
    "watch",
    "weigh_structures",
]

_LOADED_WITH = {"compare": "zhizao.report.charts.plots"}
"""What a name needs from a floor above its own: a comparison is drawn by the report, which it must not know."""
_HOMES = {
    "District": "zhizao.district.handle",
    "InputError": "zhizao.errors",
    "OwnInstrument": "zhizao.ideas.declare",
    "Parameters": "zhizao.parameters.registry",
    "check_evidence": "zhizao.studies.evidence_check",
    "choose": "zhizao.studies.deciding.choose",
    "compare": "zhizao.studies.compare",
    "discover": "zhizao.studies.discovery.discover",
    "experiments": "zhizao.studies.experiments",
    "frontier": "zhizao.studies.deciding.frontier",
    "learn": "zhizao.studies.deciding.learn",
    "list_scenarios": "zhizao.scenario.scenario",
    "load_scenario": "zhizao.scenario.scenario",
    "outcome": "zhizao.ideas.declare",
    "pool": "zhizao.studies.pool",
    "prior_check": "zhizao.studies.prior_check",
    "read": "zhizao.results.stored",
    "reach": "zhizao.studies.reach",
    "rerun": "zhizao.studies.rerun",
    "responses": "zhizao.studies.responses",
    "rule": "zhizao.ideas.declare",
    "run": "zhizao.studies.run",
    "sensitivity": "zhizao.studies.sensitivity.sensitivity",
    "sweep": "zhizao.studies.sweeps.sweep",
    "update": "zhizao.studies.update",
    "use_district": "zhizao.district.folder",
    "use_ideas": "zhizao.ideas.file",
    "watch": "zhizao.studies.deciding.watch",
    "weigh_structures": "zhizao.studies.structures",
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
    return sorted(__all__)
