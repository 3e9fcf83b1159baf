"""The long report of a calibration: what was fitted, what that settles, and what it does not; from findings alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from zhizao.evidence.ensembles import FIRST_READING, FUNDING, TREATMENTS
from zhizao.evidence.experiments import Experiment, fitted_experiments
from zhizao.evidence.facts import load_facts
from zhizao.evidence.figures import Modelled, inside
from zhizao.report.calibration_money import money_lines
from zhizao.report.markdown import prose, short, table
from zhizao.studies.calibration import findings as found
from zhizao.studies.calibration.calibrate import Findings
from zhizao.studies.calibration.inputs import fitted_keys
from zhizao.studies.calibration.simulator import EFFECTS, TARGET_REPORTED, TARGET_TRUE, experiment_name
from zhizao.words.place import of_place
from zhizao.words.tables import words_of

__all__ = ["TITLE", "gathered", "report_lines"]

TITLE = "# How the model was fitted, and what that settles"
"""The first line of a report."""
_MOST_NEEDED = 3
_WORDS = words_of("calibration")


def gathered(findings: Findings) -> dict[str, Any]:
    """Return every number of the report, by section."""
    pairs = [(treatment, funding) for funding in FUNDING for treatment in TREATMENTS]
    predicted = {f"{t} · {f}": findings.predicted[t, f] for t, f in pairs}
    ensembles = {name: entry.ensemble for name, entry in predicted.items()}
    return {
        "sampler": {name: ensemble.record["sampler"] for name, ensemble in ensembles.items()},
        "evidence": _evidence(predicted),
        "learned": {name: found.learned(ensemble) for name, ensemble in ensembles.items()},
        "needed": _needed(findings),
        "money": {name: found.money_reading(entry) for name, entry in predicted.items()},
        "money_years": {f"{t} · {f}": findings.money[t, f] for t, f in pairs},
        "readings": {name: found.sensitivity_to_readings(entry) for name, entry in predicted.items()},
        "ridge": {name: found.ridge(entry) for name, entry in predicted.items()},
        "recovery": _recovery(findings),
        "effects": {name: {effect: entry.summary(effect) for effect in EFFECTS} for name, entry in predicted.items()},
    }


def _evidence(predicted: dict[str, found.Predicted]) -> list[dict[str, Any]]:
    rows = []
    for fact in load_facts():
        if fact.use not in ("fit", "holdout"):
            continue
        low, high = fact.shown
        row: dict[str, Any] = {"key": fact.key, "use": fact.use, "low": low, "high": high}
        for name, entry in predicted.items():
            summary = entry.summary(fact.key)
            modelled = Modelled(summary["median"], summary["low"], summary["high"])
            row[name] = {**modelled._asdict(), "inside": inside(fact, modelled)}
        row |= {"meaning": fact.meaning, "treatments": list(fact.fitted_in)}
        rows.append(row)
    return [*rows, *(_experiment(one, predicted) for one in fitted_experiments())]


def _experiment(one: Experiment, predicted: dict[str, found.Predicted]) -> dict[str, Any]:
    row: dict[str, Any] = {"key": one.key, "use": "fit", "low": one.low, "high": one.high, "meaning": one.title}
    for name, entry in predicted.items():
        ends = entry.summary(experiment_name(one))
        within = one.low <= ends["high"] and ends["low"] <= one.high
        row[name] = {"median": ends["median"], "low": ends["low"], "high": ends["high"], "inside": within}
    return row


def _needed(findings: Findings) -> dict[str, Any]:
    """Return what must be otherwise for the plan to be met: `plan` against `facts`, under the first money."""
    plan, facts = (found.learned(findings.ensembles[treatment, FIRST_READING]) for treatment in ("plan", "facts"))
    moves = [
        {
            "key": one["key"],
            "meaning": one["meaning"],
            "unit": one["unit"],
            "plan": one["mean"],
            "facts": other["mean"],
            "moved": one["moved"] - other["moved"],
        }
        for one, other in zip(plan, facts, strict=True)
    ]
    moves.sort(key=lambda row: -abs(float(row["moved"])))
    met = findings.predicted["plan", FIRST_READING]
    record = {t: findings.ensembles[t, FIRST_READING].record["sampler"]["log_evidence"] for t in TREATMENTS}
    return {
        "moves": moves,
        "facts_probability": float(findings.predicted["facts", FIRST_READING].target_met.mean()),
        "plan_probability": float(met.target_met.mean()),
        "odds": float(np.exp(record["facts"] - record["plan"])),
        "reported": float(met.found[TARGET_REPORTED].mean()),
        "true": float(met.found[TARGET_TRUE].mean()),
    }


def _recovery(findings: Findings) -> dict[str, Any]:
    done = findings.recovered
    return {
        "asked": len(done.sizes),
        "used": done.truths,
        "median_size": float(np.median(done.sizes)),
        "least_size": done.least_size,
        "coverage": done.coverage(),
        "uneven": list(done.uneven()),
    }


def report_lines(numbers: dict[str, Any]) -> Iterable[str]:
    """Yield the lines of the report, from the numbers of `gathered`."""
    yield TITLE
    yield ""
    yield from prose(
        of_place(
            "Made by `zhizao calibrate`; every number below is in `fitted/findings.json`. Shares are in per cent of "
            "{smes_in_full}, money is in million {currency}, intervals hold 90 % of the members of an ensemble, run "
            "under fresh luck. `facts` is fitted to what was observed; `plan` also to the plan being met under current "
            "policy.",
            "en",
        )
    )
    yield ""
    for section in (_what_it_takes, _fit, _learned, money_lines, _readings, _ridge, _recovered, _sampler, _limits):
        yield from section(numbers)
        yield ""


def _what_it_takes(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## What would have to be true for the plan to be met"
    yield ""
    yield from what_it_takes(numbers["needed"])


def what_it_takes(needed: dict[str, Any]) -> list[str]:
    """Return three sentences with numbers: what must be otherwise, how unlikely that is, and how much is report."""
    moves = needed["moves"][:_MOST_NEEDED]
    parts = [f"{row['meaning']} {short(row['plan'])} rather than {short(row['facts'])}" for row in moves]
    return [
        f"1. Firms would have to differ from what the facts alone suggest, most of all in these: {'; '.join(parts)}.",
        f"2. Under the facts alone the plan is met in {100 * needed['facts_probability']:.1f} % of draws, and "
        f"facts and "
        f"plan together are {needed['odds']:,.0f} times less likely than the facts alone; even fitted to it, the plan "
        f"is met in {100 * needed['plan_probability']:.0f} % of draws under fresh luck.",
        f"3. Where the plan is met, much of it is in the reports: on average {needed['reported']:.0f} % report "
        f"{of_place('{level}', 'en')}, {needed['true']:.0f} % are truly there.",
    ]


def _fit(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## What was fitted and what was held out"
    yield ""
    names = list(numbers["money"])
    yield from table(
        ["figure", "use", "evidence allows", *names],
        (
            [f"`{row['key']}`", row["use"], _room(row), *(_cell(row[name]) for name in names)]
            for row in numbers["evidence"]
        ),
    )
    yield ""
    yield from prose(
        "✗: the evidence lies outside the 90 % interval. Hold-outs were never fitted; they fall as they fall. "
        f"The plan ({', '.join(f'`{key}`' for key in _plans(numbers))}) is fitted in `plan` only; for `facts` it is a "
        "question, not a target."
    )


def _learned(numbers: dict[str, Any]) -> Iterable[str]:
    fitted = ", ".join(f"`{row.key}` ({row.reason.split(':')[0]})" for row in fitted_keys()) or "no number is named"
    yield "## What was learned, and what was not"
    yield ""
    yield from prose(
        f"Meant to be fitted: {fitted}. Everything else is drawn along with them from its sourced interval. Each "
        "cell: the posterior mean, and the ratio of posterior to prior standard deviation; above 0.9 the "
        "parameter is **not learned** (n. l.): the evidence leaves its interval as it was."
    )
    yield ""
    names = list(numbers["learned"])
    keys = [row["key"] for row in numbers["learned"][names[0]]]
    rows = []
    for place, key in enumerate(keys):
        first = numbers["learned"][names[0]][place]
        cells = (numbers["learned"][name][place] for name in names)
        rows.append(
            [
                f"`{key}`{' *' if first['fitted'] else ''}",
                f"{short(first['prior_low'])} – {short(first['prior_high'])}",
                *(f"{short(cell['mean'])} ({cell['ratio']:.2f}{' n. l.' if cell['label'] else ''})" for cell in cells),
            ]
        )
    yield from table(["parameter", "prior", *names], rows)
    yield ""
    yield "![Prior and posterior of the fitted parameters](figures/learned.png)"


def _plans(numbers: dict[str, Any]) -> list[str]:
    """Return the keys of the facts that are fitted in the treatment `plan` only."""
    return [row["key"] for row in numbers["evidence"] if row["use"] == "fit" and row.get("treatments") == ["plan"]]


def _readings(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## What depends on how the facts are read"
    yield ""
    rows = [
        [
            name,
            f"`{row['key']}`",
            f"{short(row['low'])} – {short(row['high'])}",
            f"{row['members']:,}",
            f"{100 * row['target_probability']:.1f}",
            f"{row[TARGET_REPORTED]:.1f}",
            f"{row['programme_effect']:.2f}",
            f"{row['subsidy_effect']:.2f}",
            f"{row['service_effect']:.2f}",
        ]
        for name, entries in numbers["readings"].items()
        for row in entries
    ]
    yield from table(
        [
            "ensemble",
            "reading",
            "third",
            "members",
            "plan met, %",
            of_place("{level}, reported, %", "en"),
            "programme, true points",
            "grants",
            "services",
        ],
        rows,
    )
    yield ""


def _ridge(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## Subsidies and services: how far the evidence separates them"
    yield ""
    rows = []
    for name, entry in numbers["ridge"].items():
        for place, group in enumerate(entry["groups"], start=1):
            rows.append(
                [
                    name,
                    f"{place} of {len(entry['groups'])}",
                    f"{group['subsidy_effect']:.2f}",
                    f"{group['service_effect']:.2f}",
                    f"{100 * group['target_probability']:.1f}",
                    f"{group[TARGET_REPORTED]:.1f}",
                ]
            )
    yield from table(
        ["ensemble", "group", "grants", "services", "plan met, %", of_place("{level}, reported, %", "en")], rows
    )
    yield ""
    yield from prose(
        of_place(
            "Members in order of how much more services do than grants (true points at {level} in {target}), in five "
            "groups. All agree with the evidence about equally well: what is due to each is a range over the groups.",
            "en",
        )
    )
    yield ""
    yield "![Effects of subsidies and services in every member](figures/ridge.png)"


def _recovered(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## Known truths recovered"
    yield ""
    entry = numbers["recovery"]
    uneven = ", ".join(f"`{name}`" for name in entry["uneven"]) or "none"
    least = f"{entry['least_size']:.0f}"
    if not entry["used"]:
        yield (
            f"Of {entry['asked']} synthetic districts none rests on {least} effective runs: the bank is too small to "
            "say."
        )
        return
    shares = entry["coverage"].values()
    yield from prose(
        f"{entry['asked']} synthetic districts drawn from the prior under the first reading of the money, each "
        f"reported as the real one is and fitted (`facts`) by reweighting the bank of runs; {entry['used']} rest on at "
        f"least {least} effective runs (median {entry['median_size']:.0f}) and are used. Coverage of 90 % intervals is "
        f"from {100 * min(shares):.1f} to {100 * max(shares):.1f} %. Ranks outside their simultaneous 99 % bands: "
        f"{uneven}."
    )
    yield ""
    rows = ([f"`{name}`", f"{100 * share:.1f}"] for name, share in entry["coverage"].items())
    yield from table(["recovered", "coverage, %"], rows)
    yield ""
    yield "![Ranks of the truths, against bands for even ranks](figures/ranks.png)"


def _sampler(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## How good the sampling is"
    yield ""
    rows = []
    for name, entry in numbers["sampler"].items():
        rows.append(
            [
                name,
                f"{entry['effective_sample_size']:,}",
                f"{entry['effective_sample_size_median']:,}",
                f"{entry['simulations']:,}",
                f"{entry['minutes']:.0f}",
                f"{entry['seeds_differ_most']:.2f}",
                f"{entry['aimed_differs_most']:.2f} ({entry['aimed_effective_size']:,})",
                _beside_the_bank(entry),
                f"{entry['log_evidence']:.2f} / {entry['log_evidence_second']:.2f} / {entry['log_evidence_aimed']:.2f}",
            ]
        )
    yield from table(
        [
            "ensemble",
            "effective size, least",
            "median",
            "simulations beyond the bank",
            "minutes",
            "second seed",
            "aimed bank (its effective size)",
            "prior's bank (its effective size)",
            "log evidence: both seeds, aimed bank",
        ],
        rows,
    )
    yield ""
    yield from prose(
        "The effective size is the least over all drawn numbers, from the variance between descendants of "
        "different runs of the bank. Then: how far the mean of any drawn number is at most, in standard deviations "
        "of the prior, from that of a second fit with another seed; of a bank of fresh runs aimed at where the "
        "ensemble lies and weighted, which shares nothing with it but the aim; and of the bank of prior runs, "
        "reweighted, which says little where few of its runs agree with the figures."
    )
    yield ""


def _beside_the_bank(entry: dict[str, Any]) -> str:
    """Return how far the reweighted prior bank lies from the sample."""
    return f"{entry['bank_differs_most']:.2f} ({entry['bank_effective_size']:,.0f})"


def _limits(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## What this does not settle"
    yield ""
    yield from prose(
        f"- {_fitted_counts(numbers)} cannot pin down {len(next(iter(numbers['learned'].values())))} numbers; "
        "most are not learned, and every result is a range over them."
    )
    yield from prose(
        "- The priors are even over sourced or assumed intervals; where the plan pushes a parameter to the end "
        "of its interval, a wider one would be used as well."
    )
    yield from prose("- Luck is not fitted: an ensemble holds parameters, and every study runs them under fresh luck.")
    for row in numbers["evidence"]:
        missed = [name for name in numbers["money"] if row["use"] == "holdout" and row[name]["inside"] is False]
        if missed:
            yield f"- `{row['key']}` was held out and is missed in: {', '.join(missed)}."


def _fitted_counts(numbers: dict[str, Any]) -> str:
    plans = len(_plans(numbers))
    facts = sum(row["use"] == "fit" for row in numbers["evidence"]) - plans
    return f"{facts} observed facts and {plans} {'plan' if plans == 1 else 'plans'}"


def _cell(entry: dict[str, Any]) -> str:
    mark = "" if entry["inside"] in (True, None) else " ✗"
    return f"{short(entry['median'])} ({short(entry['low'])} – {short(entry['high'])}){mark}"


def _room(row: dict[str, Any]) -> str:
    if row["high"] is None:
        return f"≥ {short(row['low'])}"
    return f"≤ {short(row['high'])}" if row["low"] is None else f"{short(row['low'])} – {short(row['high'])}"
