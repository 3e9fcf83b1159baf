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
# # 6 Sweeps and sensitivity
#
# A design, a short TOML file, says which runs are made: every scenario, at every point, in every draw. The store that
# it fills survives whatever happens to the computer; the same call goes on where it was stopped (`docs/SWEEPS.md`).

# %%
# %matplotlib inline
import os
import tempfile

import numpy as np

import zhizao as zz
from zhizao.report import charts

draws = int(os.environ.get("ZHIZAO_NOTEBOOK_DRAWS", "200"))

# %% [markdown]
# ## More grants, more specialists, or both
#
# Five sizes of the grant fund by five numbers of service specialists, each with the same draws and the same luck.

# %%
with tempfile.TemporaryDirectory() as folder:
    store = zz.sweep("grants-and-specialists", f"{folder}/sweep", changes={"draws": max(draws // 4, 2)}, kind="threads")
    runs = store.scalars()
print(f"{len(runs)} runs, {(runs['error'] != '').sum()} failed")

# %% [markdown]
# SMEs truly at level 2 at the end of 2025, mean over the draws, %:

# %%
rows, columns = "grants.fund_multiple", "specialists.count"
(100 * runs.pivot_table(index=rows, columns=columns, values="level2_share_true_end")).round(1)

# %% [markdown]
# What the public pays for each SME that it truly adds, million RMB; the ratio of the means:

# %%
cells = runs.groupby([rows, columns])[["additional_public_spend", "additional_level2_firms"]].mean()
(cells["additional_public_spend"] / cells["additional_level2_firms"]).unstack().round(1)

# %% [markdown]
# ## Which inputs matter
#
# A design by Saltelli gives Sobol' indices: the share of an outcome's variance that is due to an input alone, and with
# all its interactions. Here inputs are put together in groups. The sample is far smaller than the one that ships
# (`zhizao sweep what-matters-groups` makes 8,192 of each, `zhizao sensitivity` reads them), and its intervals say so.

# %%
size = 2 ** int(np.log2(max(8 * draws, 64)))
with tempfile.TemporaryDirectory() as folder:
    zz.sweep("what-matters-groups", f"{folder}/sweep", changes={"size": size}, kind="threads")
    outcomes = ["level2_share_end", "level2_share_true_end", "public_spend_total"]
    found = zz.sensitivity(f"{folder}/sweep", outcomes)
charts.sobol_chart(found.table, outcome="level2_share_end")

# %%
charts.tornado_chart(found.table)
