"""What a rule of your own changes: paired differences with 90 % intervals, and a picture, from two stored studies.

zhizao compare baseline no-grants --draws 50 --out runs/plain
zhizao --ideas rule.py compare baseline no-grants --draws 50 --out runs/mine
python docs/examples/two_rules.py runs/plain runs/mine level2_share_true_end rule.png
"""

import sys

from matplotlib.figure import Figure

import zhizao as zz

plain, mine, outcome, picture = sys.argv[1:]


def values(folder):
    """Return the outcome in a stored study: a row for each draw, a column for each scenario, the first one first."""
    table = zz.read(folder).to_frame()
    table = table[table["variable"] == outcome]
    found = table.pivot(index=["draw", "seed"], columns="scenario", values="value")
    return found[table["scenario"].unique()]


here, there = values(plain), values(mine)  # the same draws and the same luck: a row of one is a row of the other
assert here.index.equals(there.index), "ask both studies for the same draws, with the same seed"
of_policies = [found.sub(found.iloc[:, 0], axis=0).iloc[:, 1:] for found in (here, there)]
changes = {
    "what the rule changes under each policy": there - here,
    "what it changes in what each policy adds to the first one": of_policies[1] - of_policies[0],
}
figure = Figure(figsize=(8, 5), layout="constrained")
for axes, (title, change) in zip(figure.subplots(2), changes.items(), strict=True):
    ends = change.quantile([0.05, 0.95])
    print(f"{outcome}, {title}:")
    for policy in change:
        low, high = ends[policy]
        print(f"  {policy}: {change[policy].mean():+.4f} ({low:+.4f} to {high:+.4f})")
        axes.plot([low, change[policy].mean(), high], [policy] * 3, "|-", markersize=12)
    axes.axvline(0.0, color="grey")
    axes.set_title(f"{outcome}: {title}", loc="left")
    axes.margins(y=0.5)
figure.savefig(picture)
