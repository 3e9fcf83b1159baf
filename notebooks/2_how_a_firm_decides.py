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
# # 2 How a firm decides
#
# A month in the life of one firm. The Mesa build of the model has one agent for each firm, so we can stop the clock
# and ask one what it sees. It gives the same history as the compiled engine.

# %%
# %matplotlib inline
import pandas as pd

import zhizao as zz
from zhizao.report import charts
from zhizao.sectors import PROJECT_TYPES, SIZE_CLASSES
from zhizao.studies.spread import spread

model = zz.mesa.DistrictModel(scenario="baseline", rng=7, n_firms=150, until="2024-12")
while model.month < 74:  # to the beginning of March 2024, when a call for applications is open
    model.step()
model.announce()  # the first verb of the month: the policy in force

# %% [markdown]
# ## Does it look at projects at all?
#
# Most firms do not, most months. They look on their own account, because partners or neighbours are ahead, because a
# specialist came by, because a deadline is near, or because their chain leader asks.

# %%
firms = pd.DataFrame(
    {
        "slot": firm.slot,
        "size": SIZE_CLASSES[firm.size_class],
        "score": firm.score,
        "true level": firm.true_level,
        "looks, times a year": firm.looking_rate(),
        "knows of support": firm.aware,
        "specialist came by": firm.is_helped(),
        "could apply": firm.status == "idle" and firm.can_apply(),
    }
    for firm in model.firms
).set_index("slot")
firms.groupby("size")[["score", "looks, times a year", "knows of support", "specialist came by"]].mean().round(2)

# %% [markdown]
# ## What does it see?
#
# Take the firm that looks most often, of those that have nothing in hand and could apply for a grant this month.

# %%
chosen = int(firms.loc[firms["could apply"], "looks, times a year"].idxmax())
firm = next(one for one in model.firms if one.slot == chosen)
pd.DataFrame(
    {
        "project": kind,
        "can do it": firm.can_do(place),
        "saves, % of revenue a year": 100 * firm.saving_share(place),
        "worth to the firm, million RMB": firm.value_of(place),
        "costs, million RMB": firm.quoted_cost(place),
        "chance that it works": firm.success_chance(firm.is_helped()),
    }
    for place, kind in enumerate(PROJECT_TYPES)
).set_index("project").round(3)

# %% [markdown]
# What it is worth is less than what it brings: a doubtful firm counts on a part of the gain only, the project may
# fail, and waiting for more certainty has a value too (`zhizao.rules.value`).
#
# ## What are its options?
#
# Each project it can do and pay for, alone or with a grant. A grant is worth what it pays, late and not surely, less
# the hours that the application takes.

# %%
options = pd.DataFrame(
    {
        "project": PROJECT_TYPES[option.kind],
        "applies for a grant": option.applies,
        "costs, million RMB": option.cost,
        "grant, million RMB": option.grant,
        "net value per RMB": option.index,
    }
    for option in firm.options()
)
options.round(3)

# %% [markdown]
# It takes the best one, and acts if that is good enough for its taste this month: a draw that only depends on the
# seed, the firm and the month, never on the policy.

# %%
best = firm.best_option()
print(
    "nothing it could do"
    if best is None
    else f"best: {PROJECT_TYPES[best.kind]}, index {best.index:.2f}; acts on it this month: {firm.acts_on(best)}"
)

# %% [markdown]
# ## From one firm to all
#
# Partners and neighbours that go ahead make others look. How level 2 spreads over the supply network in one run:

# %%
charts.network_chart(spread("baseline", seed=7))

# %% [markdown]
# And the whole of that run, month by month (`zhizao run baseline --seed 7 --chart run.png`):

# %%
charts.run_chart(zz.run("baseline", seed=7))
