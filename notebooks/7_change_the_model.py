# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: -all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: kernelspec,jupytext,-jupytext.text_representation.jupytext_version,-all
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 7 Change the model
#
# To try an idea, subclass a firm and name it as the model's `firm_class`. The Mesa build follows the same month, the
# same rules and the same draws as the compiled engine, so what differs afterwards is your idea and nothing else.

# %%
# %matplotlib inline
import os

import pandas as pd

import zhizao as zz
from zhizao.report import charts

quick = int(os.environ.get("ZHIZAO_NOTEBOOK_DRAWS", "200")) < 50
n_firms = 100 if quick else 300

# %% [markdown]
# ## The model as it is, in both builds

# %%
model = zz.mesa.DistrictModel(scenario="baseline", rng=7, n_firms=n_firms, until="2025-12")
while model.month < model.months:
    model.step()
plain = model.datacollector.get_model_vars_dataframe()
engine = zz.run("baseline", seed=7, n_firms=n_firms)
apart = abs(plain["level2_share"].to_numpy() - engine.series["level2_share"]).max()
print(f"largest difference in the share at level 2 between the builds, any month: {apart:.1e}")

# %%
charts.run_chart(engine)

# %% [markdown]
# ## An idea: firms that trust what their partners did
#
# In the model, a firm's doubt falls with the evidence that it has gathered itself. Here it counts its partners that are
# ahead as well. That is one method.


# %%
class TrustingFirm(zz.mesa.FirmAgent):
    """A firm to which each partner that is ahead is as good as a piece of evidence."""

    def value_of(self, kind: int) -> float:
        own = self.evidence
        self.evidence = own + sum(partner.ahead for partner in self.partners)
        try:
            return super().value_of(kind)
        finally:
            self.evidence = own


class TrustingDistrict(zz.mesa.DistrictModel):
    """A district of such firms."""

    firm_class = TrustingFirm


# %%
changed = TrustingDistrict(scenario="baseline", rng=7, n_firms=n_firms, until="2025-12")
while changed.month < changed.months:
    changed.step()
trusting = changed.datacollector.get_model_vars_dataframe()
pd.DataFrame(
    {
        "as it is": plain[["level2_share", "level2_share_true", "projects_started"]].iloc[-12:].mean(),
        "trusting": trusting[["level2_share", "level2_share_true", "projects_started"]].iloc[-12:].mean(),
    }
).round(3)

# %% [markdown]
# ## Ask the firms
#
# Each firm is an agent, and the model's `agents` is Mesa's own `AgentSet`.

# %%
changed.agents.select(lambda agent: getattr(agent, "is_leader", False)).agg("score", max)

# %% [markdown]
# A number, rather than a rule, needs no subclass: `settings` takes any parameter or lever (`zhizao params` lists them).

# %%
doubtless = zz.run("baseline", seed=7, n_firms=n_firms, settings={"valuation.doubt": 0.2})
pd.DataFrame({"as it is": engine.outcomes, "less doubt": doubtless.outcomes}).round(3)
