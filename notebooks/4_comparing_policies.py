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
# # 4 Comparing policies
#
# All scenarios see the same firms and the same luck, so differences are those of policy and nothing else.

# %%
# %matplotlib inline
import os

import pandas as pd

import zhizao as zz
from zhizao.commands.report import telling

draws = int(os.environ.get("ZHIZAO_NOTEBOOK_DRAWS", "200"))

# %% [markdown]
# ## The answer in one picture
#
# On the left the road of current policy: what firms report rises once a year, when they assess themselves, and runs
# ahead of what is true, because a public target raises self-assessments. On the right what other policies would change.
# A hollow point is not settled: the interval holds 0. It is the picture that `zhizao compare` draws (there with all
# draws, here with fewer).

# %%
everything = zz.compare(draws=draws)
shown = everything.only(telling())
shown.plot.overview()

# %% [markdown]
# The plan's probability depends on what the model is fitted to, so it is always shown for both: fitted to the plan
# being met, and to facts alone.

# %%
shown.plot.target()

# %% [markdown]
# ## What each policy would change
#
# Support that needs no application does most; ending services or grants loses firms. What runs far beyond all else is
# cut at the edge, with its mean.

# %%
everything.plot.differences()

# %% [markdown]
# Is the order of policies sure? The mean rank over the draws, its 90 % interval, and how often each is the best:

# %%
ranks = everything.ranks()
ranks[ranks["outcome"] == "level2_share_true_end"].sort_values("mean").head(8).round(2)

# %% [markdown]
# ## Where the money goes
#
# Each yuan is put down as what it changed, against the same firm with the same luck without any programme.

# %%
shown.plot.account()

# %% [markdown]
# ## What it buys
#
# On the line nothing else does as much for less: it is the price of each further firm that has to be weighed.

# %%
shown.plot.cost()

# %% [markdown]
# ## Who moves
#
# Firms that start low move most, whatever the policy; firms at level 2 and above have little to gain by it.

# %%
everything.plot.groups(scenarios=["services-surge", "no-services", "no-programme"])

# %% [markdown]
# ## Two policies from close by
#
# `table()` has means, intervals and paired differences of every outcome; `plot` draws any number of scenarios.

# %%
both = zz.compare(["baseline", "services-surge"], draws=draws)
table = both.table().loc["services-surge"]
table[["unit", "mean", "low", "high", "difference_mean", "difference_low", "difference_high", "p_better"]].round(3)

# %% [markdown]
# The same question if the money is read as 2 billion:

# %%
brief = zz.compare(["baseline", "services-surge"], draws=draws, funding="brief")
pd.DataFrame({money: done.target_probability("baseline") for money, done in (("report", both), ("brief", brief))})
