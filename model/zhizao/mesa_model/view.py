"""Mesa's own view of the district, stepped by hand or played month by month.

It needs the extra ``solara``, about 700 MB, pinned to the releases that need no internet. Start it with::

    SOLARA_TELEMETRY_MIXPANEL_ENABLE=false solara run zhizao.mesa_model.view --host 127.0.0.1 --production

Without the first word and the last, Solara's page asks its makers' site for a file. Axes and labels are Mesa's.
"""

from __future__ import annotations

from mesa.visualization import SolaraViz, make_plot_component

from zhizao.mesa_model.district_model import DistrictModel
from zhizao.scenario.scenario import list_scenarios

__all__ = ["page"]

_FIRMS = 150  # few enough that every firm is asked every month while somebody watches
_CHOICES = {
    "scenario": {
        "type": "Select",
        "value": "baseline",
        "values": [scenario.name for scenario in list_scenarios()],
        "label": "Scenario",
    },
    "rng": {"type": "SliderInt", "value": 7, "min": 0, "max": 100, "step": 1, "label": "Seed"},
    "n_firms": {"type": "SliderInt", "value": _FIRMS, "min": 50, "max": 500, "step": 50, "label": "Firms"},
}
_PLOTS = (
    {"level2_share": "#0072B2", "level2_share_true": "#D55E00"},
    {"projects_started": "#0072B2", "projects_completed": "#009E73"},
    {"public_spend": "#0072B2", "service_cost": "#D55E00"},
)

page = SolaraViz(
    DistrictModel(n_firms=_FIRMS),
    components=[make_plot_component(names) for names in _PLOTS],
    model_params=_CHOICES,
    name="DistrictModel",
)
"""What ``solara run`` shows."""
