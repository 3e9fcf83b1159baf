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
# # 5 What it would take
#
# `reach` asks the other way round: which mix of grants and services meets a target with a given probability at the
# least public cost, and if none does, what binds? On the command line it is `zhizao reach`; here it looks for fewer
# mixes, so that it takes minutes at most.

# %%
# %matplotlib inline
import os

import pandas as pd

import zhizao as zz
from zhizao.report.charts import reach_chart

draws = int(os.environ.get("ZHIZAO_NOTEBOOK_DRAWS", "200"))
budget = {"draws": max(draws // 4, 4), "tries": 2 * draws + 40}

# %% [markdown]
# ## 90 % by the end of 2025
#
# Probability 80 %, over what is not known and over luck, with the parameters fitted to the plan being met.

# %%
plan = zz.reach(share=0.90, by="2025-12", probability=0.8, **budget)
print("reachable" if plan.reachable else "not reachable with these dials", f"after {plan.tried} mixes")
plan.table().round(3)

# %% [markdown]
# The best mix on draws that the search has not seen; it is a fairer judge than the search itself:

# %%
searched, fresh = (mix.probability(plan.share) for mix in (plan.best, plan.confirmed))
print(f"met in {searched:.0%} of the draws of the search, and in {fresh:.0%} of fresh ones")

# %% [markdown]
# ## The frontier: how sure, for how much
#
# More certainty costs more, and the last points most. The mix chosen does a little worse on draws that the search has
# not seen, as what was searched for always does.

# %%
reach_chart(plan)

# %% [markdown]
# The same as numbers:

# %%
pd.Series(
    {f"{probability:.0%}": mix.cost for probability, mix in plan.frontier.items()}, name="public money, million RMB"
).round(0).to_frame()

# %% [markdown]
# ## Fitted to facts alone
#
# Then the plan is far away, and the question is what binds: each line lifts a constraint, or two.

# %%
facts = zz.reach(
    share=0.90, probability=0.8, calibration="facts", dials=["specialists.count", "grants.rate.light"], **budget
)
print("reachable" if facts.reachable else "not reachable with these dials")
pd.DataFrame(
    {"lifted": " + ".join(entry.what), "probability": entry.probability, "share reached": entry.share_reached}
    for entry in facts.relaxed
).round(3)
