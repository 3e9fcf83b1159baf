"""A district's folder, checked as a whole before anything expensive runs: its files, its facts beside the prior."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhizao.district.in_force import DISTRICT
from zhizao.errors import InputError
from zhizao.evidence.ensembles import FUNDING, fitted_treatments, read_ensemble
from zhizao.evidence.experiments import load_experiments
from zhizao.evidence.facts import load_facts
from zhizao.evidence.figures import use_words
from zhizao.evidence.units import unit_in_chinese
from zhizao.parallel import Progress
from zhizao.parameters.district import Population
from zhizao.parameters.registry import Parameters, parameter_specifications
from zhizao.register.reader import read_register
from zhizao.scenario.chain import own_scenarios
from zhizao.scenario.scenario import load_scenario
from zhizao.studies.calibration.inputs import check_inputs
from zhizao.studies.prior_check import PriorCheck, prior_check, say
from zhizao.words.of_errors import error_in
from zhizao.words.tables import Language

__all__ = ["DistrictCheck", "check_district_folder", "district_facts", "output_remarks"]

_FIRMS = ("firms.csv", "firms.xlsx", "firms.parquet")

_ENOUGH = 10.0
"""Draws in effect below which it is said that a quick fit may be worth little: of two made-up cities with 3 and 5 of
them, the quick fits that hold the plan were worth 70 and 13 of 500 members."""


@dataclass(frozen=True, kw_only=True)
class DistrictCheck:
    """What a check of a district found.

    Attributes
    ----------
    remarks
        What is missing or should be known, one line each.
    prior
        What the prior gives beside each fact; None where no fact is about a series.
    """

    remarks: tuple[str, ...]
    prior: PriorCheck | None

    @property
    def draws(self) -> int:
        """Draws of the prior."""
        return self.prior.draws if self.prior else 0

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is to be said of facts that are not within reach, and of all fitted facts together."""
        return self.said("en")

    def said(self, language: Language) -> tuple[str, ...]:
        """Return the sentences in a language."""
        if self.prior is None:
            return (error_in(language, "no fact is about a series, so nothing can be fitted."),)
        facts = [one.sentence(language) for one in self.prior.facts if one.verdict != "within reach"]
        return (*facts, *(error_in(language, line) for line in self._together(self.prior)))

    def _together(self, prior: PriorCheck) -> list[str]:
        """Return what is to be said of all fitted facts together."""
        lines: list[str] = []
        fitted = sum(one.fact.use == "fit" for one in prior.facts)
        if fitted:
            size = prior.effective_size
            lines.append(
                f"in effect {size:,.1f} of {self.draws:,} draws agree with all {fitted} fitted facts together."
            )
            if size < 1.0:
                freed = max(prior.without.items(), key=lambda item: item[1], default=("", 0.0))
                lines.append(f"the facts contradict each other most through {freed[0]}: without it {freed[1]:,.1f}.")
            elif size < _ENOUGH:
                lines.append(
                    "that is few, so a quick fit may be worth little. If it says so, take --bank 16384, which goes on "
                    "from its runs, or widen the softness of counts that scatter."
                )
        return lines

    @property
    def unreachable(self) -> tuple[str, ...]:
        """Keys of the facts that a fit would use and that are out of reach."""
        return tuple(one.fact.key for one in (self.prior.out_of_reach if self.prior else ()) if one.fact.use == "fit")

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each fact: what is known, and what the prior gives."""
        return [
            {
                "fact": one.fact.key,
                "use": one.fact.use,
                "fact allows": " to ".join("…" if abs(end) == float("inf") else f"{end:g}" for end in one.room[:2]),
                "median": f"{one.median:.4g}",
                "5 %": f"{one.low:.4g}",
                "95 %": f"{one.high:.4g}",
                "unit": one.fact.unit,
                "verdict": one.verdict,
            }
            for one in (self.prior.facts if self.prior else ())
        ]

    def table(self, language: Language) -> tuple[list[str], list[list[str]]]:
        """Return headers and a row for each fact, in words."""
        rows = [[str(cell) for cell in row.values()] for row in self.rows()]
        if language != "en":
            for row, one in zip(rows, self.prior.facts if self.prior else (), strict=True):
                row[1:3] = [use_words(one.fact.use, language), row[2].replace(" to ", " – ")]
                row[-2:] = [unit_in_chinese(one.fact.unit), say(one.verdict, language)]
        return say("district headers", language).split("|"), rows

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain numbers and texts."""
        facts = [one.to_dict() for one in self.prior.facts] if self.prior else []
        size = self.prior.effective_size if self.prior else None
        return {
            "district": DISTRICT.own.name,
            "draws": self.draws,
            "remarks": list(self.remarks),
            "effective_size": size,
            "facts": facts,
        }


def check_district_folder(
    *, draws: int = 1024, seed: int = 0, workers: int = 1, progress: Progress | None = None
) -> DistrictCheck:
    """Check the folder of the district in force, and set its facts beside the prior.

    Raises
    ------
    InputError
        With everything that is wrong with any of its files.
    """
    problems: list[str] = []
    for read in _readings():
        try:
            read()
        except InputError as error:
            problems += [line for line in error.problems if line not in problems]
    if problems:
        raise InputError(problems)
    known = [fact for fact in load_facts() if fact.measure is not None]
    prior = prior_check(known, draws=draws, seed=seed, workers=workers, progress=progress) if known else None
    return DistrictCheck(remarks=_remarks(), prior=prior)


def _readings() -> list[Callable[[], Any]]:
    """Return what reads each file of the folder."""
    scenarios: list[Callable[[], Any]] = [lambda name=name: load_scenario(name) for name in own_scenarios()]  # type: ignore[misc]
    firms: list[Callable[[], Any]] = [
        lambda path=DISTRICT.folder / name: read_register(path)  # type: ignore[misc]
        for name in _FIRMS
        if os.path.lexists(DISTRICT.folder / name)
    ]
    facts: Callable[[], Any] = check_inputs if _is_to_be_fitted() else load_facts
    return [parameter_specifications, *scenarios, facts, load_experiments, *firms]


def _is_to_be_fitted() -> bool:
    try:
        return any(fact.use == "fit" for fact in load_facts())
    except InputError:
        return False


def _remarks() -> tuple[str, ...]:
    lines = []
    fitted = fitted_treatments()
    if not fitted:
        lines.append("not fitted: studies run over the prior until `zhizao calibrate` has been run")
    for treatment in fitted:
        try:
            read_ensemble(treatment, next(iter(FUNDING)))
        except InputError as error:
            lines += error.problems
    uses = [fact.use for fact in load_facts() if fact.series is not None]
    if "fit" not in uses:
        lines.append('evidence.toml has no fact with a series and use = "fit", so there is nothing to fit to')
    if "holdout" not in uses:
        lines.append('evidence.toml has no fact with use = "holdout": a fit cannot be judged by what it has not seen')
    assumed = [key for key, number in DISTRICT.numbers.items() if number.source.startswith("assumption")]
    if assumed:
        lines.append(f"{len(assumed)} of {len(DISTRICT.numbers)} numbers of priors.toml are assumptions")
    lines += output_remarks(Parameters().population, DISTRICT.own.currency)
    for name in own_scenarios():
        lines += load_scenario(name).remarks
    return tuple(lines)


def output_remarks(population: Population, currency: str) -> list[str]:
    """Say that the output given is less than what firms of the sizes given make, if it is: it is then not met."""
    *of_smes, of_large = (population.firms * share for share in population.class_share)
    *least, least_of_large = population.lowest_revenue
    means = [low + more for low, more in zip(least, population.mean_excess_revenue, strict=True)]
    made = of_large * least_of_large + sum(firms * mean for firms, mean in zip(of_smes, means, strict=True))
    if population.output >= made:
        return []
    return [
        f"population.output is {population.output:,.0f} million {currency} a year, and {population.firms:,.0f} firms "
        f"of these sizes make {made:,.0f} at least, with which runs begin; lower population.mean_excess_revenue, or "
        "correct firms or output"
    ]


def district_facts() -> dict[str, str]:
    """Return what the district in force says, as short texts by what they are about."""
    own = DISTRICT.own
    money = {reading.key: f"{reading.annual_fund:,.0f}" for reading in own.money}
    money = money or {"declared": f"{Parameters().funding.annual_fund:,.0f}"}
    cuts = ", ".join(f"{cut:g}" for cut in own.levels.cut_points)
    facts = load_facts()
    uses = {use: sum(fact.use == use for fact in facts) for use in ("fit", "holdout", "input", "initial", "context")}
    fits = [f"{treatment} · {funding}" for funding in FUNDING for treatment in fitted_treatments(funding)]
    drawn = sum(spec.prior is not None for spec in parameter_specifications().values())
    return {
        "name": f"{own.name} · {own.name_zh}",
        "folder": str(DISTRICT.folder),
        "months": f"{own.months.start} start, {own.months.branch} branch, {own.months.horizon} horizon",
        "plan": f"{own.plan.share:.0%} of SMEs at level {own.plan.level} by {own.plan.by} ({own.plan.source})",
        "levels": f"from {cuts} score points ({own.levels.source})",
        "size classes": ", ".join(size.key for size in own.size_class) + f" ({own.size_rule.source})",
        "sectors": ", ".join(sector.key for sector in own.sector),
        "tiers": ", ".join(tier.key for tier in own.tier),
        "money": ", ".join(f"{key}: {value} million {own.currency} a year" for key, value in money.items()),
        "firms": f"{Parameters().population.firms:,.0f}",
        "numbers": f"{len(DISTRICT.numbers)} of its own, {drawn} drawn in all",
        "policies": ", ".join(own_scenarios()),
        "facts": ", ".join(f"{count} {use}" for use, count in uses.items() if count),
        "fits": ", ".join(fits) or "not fitted",
    }
