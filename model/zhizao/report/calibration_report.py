"""`calibration/REPORT.md`: what was fitted, what that settles, and what it does not; written from findings alone."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zhizao.evidence import Fact, Figure, Modelled, inside, load_facts, load_figures
from zhizao.report.charts.calibration import draw_calibration_charts
from zhizao.results.ensembles import FUNDING, TREATMENTS
from zhizao.studies.calibration import findings as found
from zhizao.studies.calibration.calibrate import Findings, plain
from zhizao.studies.calibration.inputs import fitted_keys

__all__ = ["write_calibration_report"]

_MOST_NEEDED = 3


def write_calibration_report(findings: Findings, folder: Path) -> Path:
    """Write ``REPORT.md``, its charts and ``fitted/findings.json`` into a folder; return the report's file.

    Parameters
    ----------
    folder
        Where the ensembles lie in ``fitted``.
    """
    numbers = gathered(findings)
    text = json.dumps(plain(numbers), ensure_ascii=False, indent=1)
    (folder / "fitted" / "findings.json").write_text(text + "\n", encoding="utf-8")
    draw_calibration_charts(findings, folder / "figures")
    file = folder / "REPORT.md"
    file.write_text("\n".join(_lines(numbers)) + "\n", encoding="utf-8")
    return file


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
        "readings": {name: found.sensitivity_to_readings(entry) for name, entry in predicted.items()},
        "ridge": {name: found.ridge(entry) for name, entry in predicted.items()},
        "per_year": _per_year(findings),
        "recovery": _recovery(findings),
        "effects": {
            name: {effect: entry.summary(effect) for effect in ("programme_effect", "subsidy_effect", "service_effect")}
            for name, entry in predicted.items()
        },
    }


def _evidence(predicted: dict[str, found.Predicted]) -> list[dict[str, Any]]:
    figures: list[Figure | Fact] = [*load_figures()]
    figures += [fact for fact in load_facts() if fact.variable]
    rows = []
    for figure in figures:
        if figure.use not in ("target", "holdout") or figure.variable is None:
            continue
        row: dict[str, Any] = {"key": figure.key, "use": figure.use, "low": figure.low, "high": figure.high}
        for name, entry in predicted.items():
            summary = entry.summary(figure.variable)
            modelled = Modelled(summary["median"], summary["low"], summary["high"])
            row[name] = {**modelled._asdict(), "inside": inside(figure, modelled)}
        row["meaning"] = figure.meaning_en if isinstance(figure, Figure) else figure.statement
        rows.append(row)
    return rows


def _needed(findings: Findings) -> dict[str, Any]:
    """Return what must be otherwise for the plan to be met: `plan` against `facts`, under the report's money."""
    plan, facts = (found.learned(findings.ensembles[treatment, "report"]) for treatment in ("plan", "facts"))
    moves = [
        {"key": one["key"], "meaning": one["meaning"], "unit": one["unit"], "plan": one["mean"], "facts": other["mean"],
         "moved": one["moved"] - other["moved"]}
        for one, other in zip(plan, facts, strict=True)
    ]  # fmt: skip
    moves.sort(key=lambda row: -abs(float(row["moved"])))
    met = findings.predicted["plan", "report"]
    record = {t: findings.ensembles[t, "report"].record["sampler"]["log_evidence"] for t in TREATMENTS}
    return {
        "moves": moves,
        "facts_probability": float(findings.predicted["facts", "report"].target_met.mean()),
        "plan_probability": float(met.target_met.mean()),
        "odds": float(np.exp(record["facts"] - record["plan"])),
        "reported": float(met.found["level2_share_2025"].mean()),
        "true": float(met.found["level2_share_true_2025"].mean()),
    }


def _per_year(findings: Findings) -> dict[str, float]:
    """Return how the other reading of the 300-odd projects, per year, sits with the prior runs."""
    bank = findings.bank
    started = bank.summaries[:, bank.names.index("supported_projects_2023")]
    return {"runs": len(started), "reach_300": int((started >= 300).sum()), "most": float(started.max())}


def _recovery(findings: Findings) -> dict[str, Any]:
    done = findings.recovered
    return {
        "asked": len(done.sizes), "used": done.truths, "median_size": float(np.median(done.sizes)),
        "coverage": done.coverage(), "uneven": list(done.uneven()),
    }  # fmt: skip


def _lines(numbers: dict[str, Any]) -> Iterable[str]:
    yield "# How the model was fitted, and what that settles"
    yield ""
    yield from _prose(
        "Made by `zhizao calibrate`; every number below is in `fitted/findings.json`. Shares are in per cent of "
        "above-scale SMEs, money is in million RMB, intervals hold 90 % of the members of an ensemble, run under "
        "fresh luck. `facts` is fitted to what was observed; `plan` also to the plan being met under current "
        "policy."
    )
    yield ""
    for section in (_what_it_takes, _fit, _learned, _money, _readings, _ridge, _recovered, _sampler, _limits):
        yield from section(numbers)
        yield ""


def _what_it_takes(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## What would have to be true for the plan to be met"
    yield ""
    yield from what_it_takes(numbers["needed"])


def what_it_takes(needed: dict[str, Any]) -> list[str]:
    """Return three sentences with numbers: what must be otherwise, how unlikely that is, and how much is report."""
    moves = needed["moves"][:_MOST_NEEDED]
    parts = [f"{row['meaning']} {_short(row['plan'])} rather than {_short(row['facts'])}" for row in moves]
    return [
        f"1. Firms would have to differ from what the facts alone suggest, most of all in these: {'; '.join(parts)}.",
        f"2. Under the facts alone the plan is met in {100 * needed['facts_probability']:.1f} % of draws, and "
        f"facts and "
        f"plan together are {needed['odds']:,.0f} times less likely than the facts alone; even fitted to it, the plan "
        f"is met in {100 * needed['plan_probability']:.0f} % of draws under fresh luck.",
        f"3. Where the plan is met, much of it is in the reports: on average {needed['reported']:.0f} % report "
        f"level 2, "
        f"{needed['true']:.0f} % are truly there.",
    ]


def _fit(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## What was fitted and what was held out"
    yield ""
    names = list(numbers["money"])
    yield from _table(
        ["figure", "use", "evidence allows", *names],
        (
            [f"`{row['key']}`", row["use"], _room(row), *(_cell(row[name]) for name in names)]
            for row in numbers["evidence"]
        ),
    )
    yield ""
    yield from _prose(
        "✗: the evidence lies outside the 90 % interval. Hold-outs were never fitted; they fall as they fall. "
        "The plan (`level2_target_2025`) is fitted in `plan` only; for `facts` it is a question, not a target."
    )


def _learned(numbers: dict[str, Any]) -> Iterable[str]:
    fitted = ", ".join(f"`{row.key}` ({row.reason.split(':')[0]})" for row in fitted_keys())
    yield "## What was learned, and what was not"
    yield ""
    yield from _prose(
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
            [f"`{key}`{' *' if first['fitted'] else ''}",
             f"{_short(first['prior_low'])} – {_short(first['prior_high'])}",
             *(f"{_short(cell['mean'])} ({cell['ratio']:.2f}{' n. l.' if cell['label'] else ''})" for cell in cells)]
        )  # fmt: skip
    yield from _table(["parameter", "prior", *names], rows)
    yield ""
    yield "![Prior and posterior of the fitted parameters](figures/learned.png)"


def _money(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## The money read as 0.2 and as 2 billion RMB a year"
    yield ""
    rows = (
        ("put up for digital projects in 2023", "put_up_2023", 1.0, 0),
        ("paid out in 2023", "paid_out_2023", 1.0, 0),
        ("paid out, % of what is put up", "paid_out_share", 100.0, 0),
        ("% of draws in which as much is paid out as the reading says", "paid_out_reaches_reading", 100.0, 0),
        ("paid out per supported project of 2023", "paid_out_per_supported_project", 1.0, 2),
        ("level 2 at the end of 2025, reported, %", "level2_share_2025", 1.0, 1),
        ("plan met, % of draws", "target_probability", 100.0, 1),
        ("effect of the programme from 2024, true points", "programme_effect", 1.0, 1),
        ("effect of its grants, true points", "subsidy_effect", 1.0, 1),
        ("effect of its services, true points", "service_effect", 1.0, 1),
    )
    names = list(numbers["money"])
    yield from _table(
        ["", *names],
        ([label, *(f"{scale * numbers['money'][n][key]:,.{digits}f}" for n in names)]
         for label, key, scale, digits in rows),
    )  # fmt: skip
    yield ""
    yield from _prose(
        "Ten times the money changes little in the model, because grant budgets hardly bind: what is paid out is "
        "set by rates, caps and how many firms apply. Two billion a year for 300-odd projects in three to six "
        "years would be 20 to 40 million a project, against a cap of 5 million: the brief's figure cannot be "
        "what was paid to these projects."
    )


def _readings(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## What hangs on the readings of the report"
    yield ""
    rows = [
        [name, f"`{row['key']}`", f"{_short(row['low'])} – {_short(row['high'])}", f"{row['members']:,}",
         f"{100 * row['target_probability']:.1f}", f"{row['level2_share_2025']:.1f}", f"{row['programme_effect']:.2f}",
         f"{row['subsidy_effect']:.2f}", f"{row['service_effect']:.2f}"]
        for name, entries in numbers["readings"].items() for row in entries
    ]  # fmt: skip
    yield from _table(
        ["ensemble", "reading", "third", "members", "plan met, %", "level 2, reported, %", "programme, true points",
         "grants", "services"],
        rows,
    )  # fmt: skip
    yield ""
    worst = numbers["per_year"]
    yield from _prose(
        f"The other reading of the 300-odd projects, 300 **a year**: of {worst['runs']:,} prior runs "
        f"{worst['reach_300']} begin 300 supported projects in 2023; the most is {worst['most']:.0f}. A district "
        "of 350 to 900 firms in which a third to all of the firms get support every year is outside what these "
        "priors allow, so no ensemble is fitted to it."
    )


def _ridge(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## Subsidies and services: the evidence cannot tell them apart"
    yield ""
    rows = []
    for name, entry in numbers["ridge"].items():
        for place, group in enumerate(entry["groups"], start=1):
            rows.append(
                [name, f"{place} of {len(entry['groups'])}", f"{group['subsidy_effect']:.2f}",
                 f"{group['service_effect']:.2f}", f"{100 * group['target_probability']:.1f}",
                 f"{group['level2_share_2025']:.1f}"]
            )  # fmt: skip
    yield from _table(["ensemble", "group", "grants", "services", "plan met, %", "level 2, reported, %"], rows)
    yield ""
    yield from _prose(
        "Members in order of how much more services do than grants (true points at level 2 by the end of 2025), "
        "in five groups. All agree with the evidence about equally well. How much is due to services is "
        "therefore an assumption: read it as a range over the groups, never as an estimate."
    )
    yield ""
    yield "![Effects of subsidies and services in every member](figures/ridge.png)"


def _recovered(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## Known truths recovered"
    yield ""
    entry = numbers["recovery"]
    uneven = ", ".join(f"`{name}`" for name in entry["uneven"]) or "none"
    shares = entry["coverage"].values()
    yield from _prose(
        f"{entry['asked']} synthetic districts drawn from the prior under the report's money, each reported as "
        f"the real one is and fitted (`facts`) by reweighting the bank of runs; {entry['used']} rest on at least "
        f"50 effective runs (median {entry['median_size']:.0f}) and are used. Coverage of 90 % intervals is from "
        f"{100 * min(shares):.1f} to {100 * max(shares):.1f} %. Ranks outside their simultaneous 99 % bands: "
        f"{uneven}."
    )
    yield ""
    rows = ([f"`{name}`", f"{100 * share:.1f}"] for name, share in entry["coverage"].items())
    yield from _table(["recovered", "coverage, %"], rows)
    yield ""
    yield "![Ranks of the truths, against bands for even ranks](figures/ranks.png)"


def _sampler(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## How good the sampling is"
    yield ""
    rows = []
    for name, entry in numbers["sampler"].items():
        rows.append(
            [name, f"{entry['effective_sample_size']:,}", f"{entry['effective_sample_size_median']:,}",
             f"{entry['simulations']:,}", f"{entry['minutes']:.0f}", f"{entry['seeds_differ_most']:.2f}",
             f"{entry['aimed_differs_most']:.2f} ({entry['aimed_effective_size']:,})", _beside_the_bank(entry),
             f"{entry['log_evidence']:.2f} / {entry['log_evidence_second']:.2f} / {entry['log_evidence_aimed']:.2f}"]
        )  # fmt: skip
    yield from _table(
        ["ensemble", "effective size, least", "median", "simulations beyond the bank", "minutes", "second seed",
         "aimed bank (its effective size)", "prior's bank (its effective size)",
         "log evidence: both seeds, aimed bank"],
        rows,
    )  # fmt: skip
    yield ""
    yield from _prose(
        "The effective size is the least over all drawn numbers, from the variance between descendants of "
        "different runs of the bank. Then: how far the mean of any drawn number lies at most, in standard deviations "
        "of the prior, from that of a second fit with another seed; of a bank of fresh runs aimed at where the "
        "ensemble lies and weighted, which shares nothing with it but the aim; and of the bank of prior runs, "
        "reweighted, which says little where few of its runs agree with the figures."
    )
    yield ""


def _beside_the_bank(entry: dict[str, Any]) -> str:
    """Return how far the reweighted prior bank lies from the sample; the other reading of the money has none."""
    if entry["bank_effective_size"] is None:
        return "–"
    return f"{entry['bank_differs_most']:.2f} ({entry['bank_effective_size']:,.0f})"


def _limits(numbers: dict[str, Any]) -> Iterable[str]:
    yield "## What this does not settle"
    yield ""
    yield from _prose(
        "- Four observed facts and one plan cannot pin down two dozen numbers; most are not learned, and every "
        "result is a range over them."
    )
    yield from _prose(
        "- The priors are even over sourced or assumed intervals; where the plan pushes a parameter to the end "
        "of its interval, a wider one would be used as well."
    )
    yield from _prose("- Luck is not fitted: an ensemble holds parameters, and every study runs them under fresh luck.")
    for row in numbers["evidence"]:
        missed = [name for name in numbers["money"] if row["use"] == "holdout" and row[name]["inside"] is False]
        if missed:
            yield f"- `{row['key']}` was held out and is missed in: {', '.join(missed)}."


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"| {' | '.join(headers)} |"
    yield f"|{'---|' * len(headers)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _cell(entry: dict[str, Any]) -> str:
    mark = "" if entry["inside"] in (True, None) else " ✗"
    return f"{_short(entry['median'])} ({_short(entry['low'])} – {_short(entry['high'])}){mark}"


def _room(row: dict[str, Any]) -> str:
    if row["high"] is None:
        return f"≥ {_short(row['low'])}"
    return f"≤ {_short(row['high'])}" if row["low"] is None else f"{_short(row['low'])} – {_short(row['high'])}"


def _short(value: float) -> str:
    """Write a number with three or four figures."""
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def _prose(text: str) -> Iterable[str]:
    """Break a paragraph into lines; those of an item of a list are set in."""
    return textwrap.wrap(text, 118, subsequent_indent="  " if text.startswith("- ") else "")
