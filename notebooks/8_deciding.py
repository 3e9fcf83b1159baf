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
# # 8 Deciding
#
# What to choose where one cannot know, and what to find out before. On the command line it is `zhizao choose` and
# `zhizao learn`; [docs/DECIDING.md](../docs/DECIDING.md) explains both.

# %%
# %matplotlib inline
import os

import pandas as pd

import zhizao as zz
from zhizao.report.charts import choice_chart, learning_chart

draws = int(os.environ.get("ZHIZAO_NOTEBOOK_DRAWS", "200"))
policies = ["baseline", "no-grants", "no-services", "services-surge", "pilot-for-all", "light-vouchers"]

# %% [markdown]
# ## Which policy?
#
# Every policy meets the same futures: readings of the evidence, each with draws of parameters and luck. If only the
# share of firms counts, regret is in percentage points.

# %%
choice = zz.choose(policies, draws=draws, require=["level2_share_true_end >= 0.7", "public_spend_total <= 250"])
pd.DataFrame(
    {"chosen": one.policy, "sure": one.sure, "in every structure": one.holds, "source": one.criterion.source}
    for one in choice.criteria
)

# %%
choice_chart(choice)

# %% [markdown]
# ## What is a point worth?
#
# Money makes the difference. From the prices below on, in millions for one more percentage point, each policy is the
# best by expectation.

# %%
pd.DataFrame(
    {"policy": choice.policies[one.policy], "from": one.worth, "low": one.low, "high": one.high} for one in choice.steps
)

# %% [markdown]
# ## What to find out first?
#
# At a worth between two of these prices it can pay to know more. Values are in millions; a fact is worth nothing where
# whatever it says leads to the same choice.

# %%
learning = zz.learn(policies, draws=draws, worth=26.0)
learning_chart(learning)

# %%
facts = [row for row in learning.rows() if row["kind"] in ("all", "structure", "parameters", "fact", "check")]
pd.DataFrame(facts).set_index(["kind", "key"]).round(2)
