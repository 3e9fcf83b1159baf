"""How much common draws are worth: ``python benchmarks/common_draws.py [--draws N]``.

Prints the variance of the difference between better services and the baseline when both meet the same luck, and when
each has luck of its own under the same parameters, by outcome, with their ratio. VERIFICATION: at most a fifth.
"""

from __future__ import annotations

import argparse

import numpy as np

from zhizao.results.outcomes import OUTCOMES
from zhizao.studies.compare import compare

SHOWN = ("level2_share_end", "level2_share_true_end", "projects_started_total", "public_spend_total")
PAIR = ("baseline", "services-surge")


def main() -> None:
    """Compare twice, under two seeds, and print the variances."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=400)
    draws = parser.parse_args().draws
    one, other = (compare(PAIR, draws=draws, seed=seed).compared for seed in (0, 1))
    print(f"services-surge less baseline, {draws} draws\n")
    print("outcome                        same luck   own luck   ratio")
    for outcome in (item for item in OUTCOMES if item.name in SHOWN):
        common = np.var(one[1].outcomes[outcome.name] - one[0].outcomes[outcome.name])
        apart = np.var(other[1].outcomes[outcome.name] - one[0].outcomes[outcome.name])
        print(f"{outcome.name:28s} {common:11.4g} {apart:10.4g} {common / apart:7.3f}")


if __name__ == "__main__":
    main()
