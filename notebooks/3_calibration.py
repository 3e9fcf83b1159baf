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
# # 3 Calibration: what the evidence settles, and what it does not
#
# Four fitted ensembles ship with the package: the plan met, or facts alone (`plan`, `facts`), each under both readings
# of the money (`report`, `brief`). `zhizao calibrate` makes them, in about an hour; here they are read, and some
# members are run again under fresh luck.

# %%
# %matplotlib inline
import json
import os
import tempfile
from pathlib import Path

import pandas as pd

from zhizao.evidence.ensembles import TREATMENTS, read_ensemble
from zhizao.files import shipped
from zhizao.report import charts
from zhizao.studies.calibration.calibrate import recovered
from zhizao.studies.calibration.findings import learned, predict, ridge
from zhizao.studies.calibration.fit import CalibrationSettings, calibration_bank
from zhizao.studies.options import cores

draws = int(os.environ.get("ZHIZAO_NOTEBOOK_DRAWS", "200"))
ensembles = {treatment: read_ensemble(treatment, "report") for treatment in TREATMENTS}

# %% [markdown]
# ## What was learned
#
# The ratio of the posterior's standard deviation to the prior's: near 1, nothing was learned.

# %%
table = pd.DataFrame(learned(ensembles["facts"])).set_index("key")
table[table["fitted"]][["unit", "prior_mean", "mean", "ratio", "label"]].round(3)

# %%
charts.learned_chart(ensembles)

# %%
charts.learned_chart(ensembles, "zh")

# %% [markdown]
# ## The ridge
#
# Grants and services both push firms, and the report does not say which did what. Members that agree with the evidence
# equally well split the effect very differently.

# %%
predicted = {name: predict(ensemble, members=5 * draws, workers=cores()) for name, ensemble in ensembles.items()}
charts.ridge_chart(predicted)

# %%
pd.DataFrame(ridge(predicted["facts"])["groups"]).round(3)

# %% [markdown]
# ## What would have to be true for the plan to be met
#
# `findings.json` holds what the whole calibration found, and `calibration/REPORT.md` is written from it.

# %%
found = json.loads((shipped("calibration/fitted") / "findings.json").read_text(encoding="utf-8"))
pd.DataFrame(found["ridge"]["facts · report"]["groups"]).round(3)

# %% [markdown]
# ## Are known truths recovered?
#
# Synthetic districts with known parameters are fitted as the real one is. If the method is right, the truth's rank
# within its posterior is even. The bank here is small: `zhizao calibrate` uses 65,536 runs and 2,500 truths.

# %%
with tempfile.TemporaryDirectory() as folder:
    settings = CalibrationSettings(bank=max(2048, 50 * draws), workers=cores(), folder=Path(folder))
    bank = calibration_bank(settings)
charts.ranks_chart(recovered(bank, min(draws + 40, 200)))
